package branchlifeweb

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"xieshang/internal/branchlife"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

type checklistView struct {
	Page  ui.PageView
	Head  ui.HeadView
	Years []ui.ChipView
	Tiles []ui.TileView
	Items []checkView
	None  string
}

type checkView struct {
	Title   string
	Source  string
	Badges  []ui.BadgeView
	Text    string
	Verdict string
	Link    ui.Link
	Answer  *answerView
	Again   *answerView
}

// answerView is the form of an answer, or of what is said on checking again.
type answerView struct {
	Title  string
	Action string
	Hidden string // id of the item or of the answer
	Errors []ui.ErrorView
	Choice ui.ChoiceView
	Words  ui.FieldView
	Link   *ui.ChoiceView
	Button ui.ButtonView
	Open   bool
}

func (h *Pages) checklist(w http.ResponseWriter, r *http.Request) error {
	return h.checklistPage(w, r, http.StatusOK, "", nil, nil)
}

// checklistPage shows the list; the form of the item that was refused has what was typed.
func (h *Pages) checklistPage(w http.ResponseWriter, r *http.Request, status int, refused string, typed url.Values, errs map[string]string) error {
	p := text(r)
	id, err := pathID(r, "organisation")
	if err != nil {
		return err
	}
	year := h.yearOf(r)
	l, err := h.Service.Checklist(r.Context(), id, year)
	if err != nil {
		return err
	}
	life, err := h.Service.Year(r.Context(), id, year)
	if err != nil {
		return err
	}
	name := p.Name(l.Organisation.Name)
	v := checklistView{Page: h.frame(w, r, p.T("branchlifeweb.checklist")), None: p.T("branchlifeweb.checklist.none")}
	v.Page.Wide, v.Page.Problem = false, len(errs) > 0
	path := "/branch-life/" + id.String()
	v.Head = ui.HeadView{Crumbs: []ui.Link{home(p), {Label: name, Href: path}, {Label: v.Page.Title}}, Kicker: name, Title: v.Page.Title, Lead: p.T("branchlifeweb.checklist.lead")}
	v.Years = years(p, path+"/checklist", year, clock.Today(h.Clock).Year)
	met, agreed := 0, 0
	for _, c := range l.Checks {
		if c.Met == branchlife.Yes {
			met++
		}
		if c.Verdict == branchlife.Agreed {
			agreed++
		}
		v.Items = append(v.Items, h.check(p, l, life, c, refused, typed, errs))
	}
	v.Tiles = []ui.TileView{{Label: p.T("branchlife.met.yes"), Value: p.T("branchlifeweb.share", "n", met, "of", len(l.Checks)), Icon: "check"}, {Label: p.T("branchlife.verdict.agreed"), Value: p.T("branchlifeweb.share", "n", agreed, "of", len(l.Checks)), Icon: "eye"}}
	return web.Render(w, r, status, checklistPage(v))
}

func (h *Pages) check(p *i18n.Printer, l *branchlife.Checklist, life *branchlife.Life, c branchlife.Check, refused string, typed url.Values, errs map[string]string) checkView {
	x := checkView{Title: c.Item.Words, Source: c.Item.Source, Text: c.Words}
	if p.Lang() == i18n.EN && c.Item.WordsEN != "" {
		x.Title, x.Source = c.Item.WordsEN, c.Item.SourceEN
	}
	x.Source = p.T("branchlifeweb.checklist.source", "source", x.Source, "version", strconv.Itoa(c.Item.Version))
	switch c.Met {
	case "":
		x.Badges = append(x.Badges, ui.BadgeView{Label: p.T("branchlifeweb.checklist.open"), Tone: ui.Quiet, Icon: "ring"})
	default:
		x.Badges = append(x.Badges, ui.BadgeView{Label: p.T("branchlife.met." + string(c.Met)), Tone: map[branchlife.Met]ui.Tone{branchlife.Yes: ui.OK, branchlife.Partly: ui.Warn, branchlife.No: ui.Late}[c.Met]})
	}
	if c.Verdict != "" {
		tone := ui.OK
		if c.Verdict == branchlife.NotAgreed {
			tone = ui.Late
		}
		x.Badges = append(x.Badges, ui.BadgeView{Label: p.T("branchlife.verdict." + string(c.Verdict)), Tone: tone, Icon: "eye"})
		x.Verdict = c.VerdictWords
	}
	if i := slices.IndexFunc(life.Gatherings, func(g branchlife.Held) bool { return g.ID == c.Gathering }); i >= 0 {
		x.Link = ui.Link{Label: life.Gatherings[i].Title, Href: "/gatherings/" + c.Gathering.String()}
	}
	path := "/branch-life/" + l.Organisation.ID.String() + "/checklist"
	year := "?year=" + strconv.Itoa(l.Year)
	build := func(key, action, hidden, choice, words, value string) *answerView {
		a := &answerView{Title: p.T(key), Action: path + action + year, Hidden: hidden, Button: ui.ButtonView{Label: p.T("branchlifeweb.keep"), Kind: "primary", Small: true}, Open: refused == hidden}
		f := form{p: p, typed: url.Values{choice: {value}, words: {c.Words}, "gathering": {c.Gathering.String()}}}
		if words == "verdict_words" {
			f.typed.Set(words, c.VerdictWords)
		}
		if a.Open {
			f.typed, f.errs = typed, errs
		}
		a.Choice, a.Words = ui.ChoiceView{FieldView: f.field(choice, true)}, f.field(words, false)
		a.Words.Rows, a.Choice.Columns = 2, 3
		a.Choice.ID, a.Words.ID = choice+"-"+hidden, words+"-"+hidden
		if words == "words" {
			var list []ui.Option
			for _, g := range life.Gatherings {
				if g.Over && slices.Contains(g.Holders, l.Organisation.ID) {
					list = append(list, ui.Option{Value: g.ID.String(), Label: p.Date(g.Day) + " " + g.Title})
				}
			}
			link := f.choice("gathering", false, p.T("branchlifeweb.checklist.no-gathering"), list)
			link.ID = "gathering-" + hidden
			a.Link = &link
		}
		for _, e := range f.Errors {
			a.Errors = append(a.Errors, ui.ErrorView{Field: e.Field + "-" + hidden, Text: e.Text})
		}
		return a
	}
	option := func(a *answerView, value, label, now string) {
		a.Choice.Options = append(a.Choice.Options, ui.Option{Value: value, Label: label, Selected: value == now})
	}
	if l.MayCheck {
		x.Answer = build("branchlifeweb.checklist.fill", "", c.Item.ID.String(), "met", "words", string(c.Met))
		for _, m := range branchlife.Mets() {
			option(x.Answer, string(m), p.T("branchlife.met."+string(m)), x.Answer.Choice.Value)
		}
	}
	if c.MayAgain {
		x.Again = build("branchlifeweb.checklist.again", "/again", c.ID.String(), "verdict", "verdict_words", string(c.Verdict))
		for _, m := range []branchlife.Verdict{branchlife.Agreed, branchlife.NotAgreed} {
			option(x.Again, string(m), p.T("branchlife.verdict."+string(m)), x.Again.Choice.Value)
		}
	}
	return x
}

func (h *Pages) answer(w http.ResponseWriter, r *http.Request) error {
	return h.settleCheck(w, r, func(id uuid.UUID, typed url.Values, o uuid.UUID, year int) error {
		a := branchlife.Answer{Item: id, Met: branchlife.Met(typed.Get("met")), Words: typed.Get("words")}
		if g := typed.Get("gathering"); g != "" {
			if a.Gathering = parsed(g); a.Gathering == uuid.Nil {
				return problem.On("gathering", "branchlife.err.evidence-gathering")
			}
		}
		return h.Service.Answer(r.Context(), o, year, a)
	})
}

func (h *Pages) again(w http.ResponseWriter, r *http.Request) error {
	return h.settleCheck(w, r, func(id uuid.UUID, typed url.Values, o uuid.UUID, year int) error {
		return h.Service.Recheck(r.Context(), o, year, id, branchlife.Verdict(typed.Get("verdict")), typed.Get("verdict_words"))
	})
}

func (h *Pages) settleCheck(w http.ResponseWriter, r *http.Request, do func(id uuid.UUID, typed url.Values, o uuid.UUID, year int) error) error {
	o, err := pathID(r, "organisation")
	if err != nil {
		return err
	}
	typed, err := web.Form(r)
	if err != nil {
		return err
	}
	year := h.yearOf(r)
	err = do(parsed(typed.Get("item")), typed, o, year)
	if errs := web.FieldErrors(r, err); errs != nil {
		return h.checklistPage(w, r, http.StatusUnprocessableEntity, typed.Get("item"), typed, errs)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "branchlifeweb.kept-it")
	return web.Redirect(w, r, "/branch-life/"+o.String()+"/checklist?year="+strconv.Itoa(year))
}
