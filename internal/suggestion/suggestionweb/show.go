package suggestionweb

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"
	"xieshang/internal/suggestion/suggestionview"

	"github.com/google/uuid"
)

type showView struct {
	Page     ui.PageView
	Head     ui.HeadView
	Notices  []ui.NoticeView
	Stages   []ui.StageView
	Body     string
	Photos   []ui.PhotoView
	Answers  []answerView
	Timeline []ui.StepEvent
	Facts    []ui.Fact
	Join     *joinView
	Actions  []actionView
	Desk     string
	Edit     string
}

// joinView is 'this is mine too', with the telephone number that somebody without an account may leave.
type joinView struct {
	To     string
	Phone  *ui.FieldView
	Open   bool
	Errors []ui.ErrorView
}

type answerView struct {
	ID    string
	Title string
	Meta  string
	Text  string
}

// show is the whole public story of a matter, and what its author may do.
func (h *Pages) show(w http.ResponseWriter, r *http.Request) error {
	c, err := h.Service.Get(h.withCode(r), r.PathValue("number"))
	if err != nil {
		return err
	}
	return h.render(w, r, http.StatusOK, c, nil)
}

// render draws the page of a matter; refused is an action that was sent and refused, with what was typed.
func (h *Pages) render(w http.ResponseWriter, r *http.Request, status int, c *suggestion.Case, refused *refusal) error {
	words, err := h.words(r)
	if err != nil {
		return err
	}
	p := words.P
	rules, err := h.Service.Rules(r.Context(), c.Committee)
	if err != nil {
		return err
	}
	v := showView{Page: h.Frame.Public(w, r, c.Title), Body: c.Body, Stages: words.Stages(c), Answers: answers(words, c), Facts: facts(words, c, rules)}
	v.Timeline = story(words, c)
	v.Page.Path, v.Page.Wide = href(c.Suggestion), true
	v.Page.NoIndex = !c.Public
	v.Page.Description = firstRunes(c.Body, 120)
	v.Head = ui.HeadView{Crumbs: []ui.Link{{Label: p.T("suggestionweb.list.title"), Href: "/suggestions"}, {Label: p.T("suggestionweb.show.crumb")}}, Kicker: c.Number, Title: c.Title, Badges: words.Badges(c.Suggestion)}
	first := firstStep(c)
	for _, f := range c.Files {
		if f.IsPhoto() && (f.Step == first || f.Step == [16]byte{}) { // a draft's photos came before its first step
			v.Photos = append(v.Photos, ui.PhotoView{Href: suggestionview.FileHref(f), Thumb: suggestionview.FileHref(f) + "/thumb", Alt: p.T("suggestionweb.photo", "name", f.Name)})
		}
	}
	v.Notices = h.notices(words, c, refused)
	if c.Public && !c.Is(suggestion.IsAuthor) && !over(c.State) {
		v.Join = h.joinForm(r, c, refused)
	}
	v.Actions = actions(words, c, refused)
	if c.Level == suggestion.StaffLevel || c.Is(suggestion.IsClerk) || c.Is(suggestion.IsHead) || c.Is(suggestion.IsHelper) || c.Is(suggestion.IsOffice) {
		v.Desk = "/desk" + href(c.Suggestion)
	}
	draftActions(&v, c)
	return web.Render(w, r, status, showPage(v))
}

// answers are the replies that count, each under the name of its department.
func answers(words suggestionview.Words, c *suggestion.Case) []answerView {
	p := words.P
	var out []answerView
	for _, t := range c.Tasks {
		if t.Answer == "" || t.State != suggestion.TaskDone || !t.Part.Answers() {
			continue
		}
		a := answerView{ID: "answer-" + strconv.Itoa(len(out)+1), Title: p.T("suggestionweb.answer"), Text: t.Answer, Meta: p.Date(clock.DateOf(t.DoneAt))}
		if name := words.Org(t.Department); name != "" {
			a.Title = p.T("suggestionweb.answer.of", "name", name)
		}
		if t.AnswerNumber != "" {
			a.Meta += " · " + t.AnswerNumber
		}
		if t.Round > 1 {
			a.Meta += " · " + p.T("suggestion.second")
		}
		out = append(out, a)
	}
	return out
}

// story is the timeline without the texts of the answers, which stand above it in full.
func story(words suggestionview.Words, c *suggestion.Case) []ui.StepEvent {
	said := map[string]bool{}
	for _, t := range c.Tasks {
		if t.Answer != "" && t.State == suggestion.TaskDone && t.Part.Answers() {
			said[t.Answer] = true
		}
	}
	short := *c
	short.Timeline = slices.Clone(c.Timeline)
	for i := range short.Timeline {
		if said[short.Timeline[i].Body] {
			short.Timeline[i].Body = ""
		}
	}
	return words.Timeline(&short)
}

func over(s wf.State) bool {
	return s == suggestion.Closed || s == suggestion.Merged || s == suggestion.Converted || s == suggestion.Withdrawn
}

func firstStep(c *suggestion.Case) (id [16]byte) {
	if len(c.Timeline) > 0 && c.Timeline[0].Action == suggestion.Raise {
		return c.Timeline[0].ID
	}
	return id
}

func firstRunes(s string, n int) string {
	r := []rune(strings.ReplaceAll(s, "\n", " "))
	return string(r[:min(n, len(r))])
}

func (h *Pages) notices(words suggestionview.Words, c *suggestion.Case, refused *refusal) []ui.NoticeView {
	p := words.P
	var out []ui.NoticeView
	if refused != nil && refused.text != "" {
		out = append(out, ui.NoticeView{Tone: ui.Warn, Text: refused.text})
	}
	if !c.Public && c.Level > suggestion.PublicLevel && c.State != suggestion.Draft {
		text := p.T("suggestionweb.private.waiting")
		if c.PublicReason != "" {
			text = p.T("suggestionweb.private.reason", "reason", c.PublicReason)
		}
		out = append(out, ui.NoticeView{Tone: ui.Info, Text: text})
	}
	if c.State == suggestion.Returned && c.Is(suggestion.IsAuthor) {
		for i := len(c.Timeline) - 1; i >= 0; i-- {
			if c.Timeline[i].Action == suggestion.ReviewReturn {
				out = append(out, ui.NoticeView{Tone: ui.Warn, Title: p.T("suggestionweb.returned"), Text: c.Timeline[i].Reason})
				break
			}
		}
	}
	if c.State == suggestion.Merged {
		for i := len(c.Timeline) - 1; i >= 0; i-- {
			if other := c.Timeline[i].Details.Other; c.Timeline[i].Action == suggestion.Merge && other != "" {
				out = append(out, ui.NoticeView{Tone: ui.Info, Text: p.T("suggestionweb.merged", "number", other), Links: []ui.Link{{Label: other, Href: "/suggestions/" + other}}})
				break
			}
		}
	}
	if c.Began != uuid.Nil {
		out = append(out, ui.NoticeView{Tone: ui.Info, Text: p.T("suggestionweb.merged.here"), Links: []ui.Link{{Label: p.T("suggestionweb.merged.own"), Href: "/suggestions/" + c.Began.String()}}})
	}
	if !c.Public && c.May(suggestion.TakeUp) {
		out = append(out, ui.NoticeView{Tone: ui.Info, Text: p.T("suggestionweb.messages.private")})
	}
	if c.State == suggestion.Replied && c.Is(suggestion.IsAuthor) && c.May(suggestion.Rate) {
		out = append(out, ui.NoticeView{Tone: ui.OK, Title: p.T("suggestionweb.rate.please"), Text: p.T("suggestionweb.rate.until", "date", words.DayText(c.Due, c.DueProvisional))})
	}
	return out
}

func facts(words suggestionview.Words, c *suggestion.Case, rules suggestion.Rules) []ui.Fact {
	p := words.P
	var out []ui.Fact
	add := func(key, text string) {
		if text != "" {
			out = append(out, ui.Fact{Term: p.T(key), Text: text})
		}
	}
	add("suggestionweb.number", c.Number)
	add("suggestion.input.committee", words.Org(c.Committee))
	add("suggestion.input.place", words.Place(c.Suggestion))
	add("suggestion.input.field", words.Field(c.Field))
	for _, t := range c.Current() {
		if t.State != suggestion.TaskReturned && t.State != suggestion.Ended {
			if name := words.Org(t.Department); name != "" {
				out = append(out, ui.Fact{Term: p.T("suggestion.part." + string(t.Part)), Text: name})
			}
		}
	}
	if c.Sponsor != [16]byte{} {
		add("suggestionweb.sponsor", words.Org(c.Sponsor))
	}
	if c.State != suggestion.Closed {
		add("suggestion.input.due", words.DayText(c.Due, c.DueProvisional))
	}
	if c.Class != "" {
		text := c.Class
		if class, ok := rules.ClassOf(c.Class); ok {
			text += " · " + p.Name(class.Name)
		}
		add("suggestion.input.class", text)
	}
	add("suggestion.input.promised", words.DayText(c.Promised, false))
	if n := c.SupportTotal(); n > 0 {
		add("suggestionweb.support", p.Int(n))
	}
	if c.Suggestion.Authors > 1 {
		add("suggestionweb.authors", p.Int(c.Suggestion.Authors))
	}
	return out
}
