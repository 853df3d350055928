package deskweb

import (
	"net/http"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	"xieshang/internal/suggestion"
	"xieshang/internal/suggestion/suggestionview"

	"github.com/google/uuid"
)

type showView struct {
	Page      ui.PageView
	Head      ui.HeadView
	Notices   []ui.NoticeView
	Stages    []ui.StageView
	Body      string
	Originals []string
	Photos    []ui.PhotoView
	Tasks     ui.TableView
	Answers   []answer
	Actions   []actionView
	Kept      []ui.Fact // typed for an action that is not allowed any more
	Timeline  []ui.StepEvent
	Facts     []ui.Fact
	Authors   ui.TableView
	Look      string
	Letters   []ui.Link
	Similar   []ui.ItemView
	Public    string
}

type answer struct {
	Title string
	Meta  string
	Text  string
}

func (h *Pages) show(w http.ResponseWriter, r *http.Request) error {
	c, err := h.Service.Get(r.Context(), r.PathValue("number"))
	if err != nil {
		return err
	}
	var chosen *refusal
	if t := r.URL.Query().Get("template"); t != "" {
		chosen = &refusal{template: t}
	}
	return h.render(w, r, http.StatusOK, c, chosen, nil)
}

// render draws the case; refused is an action that was sent and refused, looked is what was just looked at.
func (h *Pages) render(w http.ResponseWriter, r *http.Request, status int, c *suggestion.Case, refused *refusal, looked *suggestion.Looked) error {
	if c.Level < suggestion.PartyLevel {
		return problem.New(problem.NotFound, "problem.not-found")
	}
	words, err := h.words(r)
	if err != nil {
		return err
	}
	rules, err := h.Service.Rules(r.Context(), c.Committee)
	if err != nil {
		return err
	}
	p := words.P
	v := showView{Page: h.Frame.Staff(w, r, c.Title), Body: c.Body, Stages: words.Stages(c), Timeline: words.Timeline(c), Public: "/suggestions/" + c.Number}
	v.Page.Path = href(c.Suggestion)
	v.Head = ui.HeadView{Crumbs: []ui.Link{{Label: p.T("desk.title"), Href: "/desk"}, {Label: c.Number}}, Kicker: c.Number, Title: c.Title, Badges: words.Badges(c.Suggestion)}
	if looked != nil {
		for _, o := range looked.Originals {
			v.Originals = append(v.Originals, o.Title+"\n"+o.Body)
		}
	}
	for _, f := range c.Files {
		if f.IsPhoto() {
			v.Photos = append(v.Photos, ui.PhotoView{Href: suggestionview.FileHref(f), Thumb: suggestionview.FileHref(f) + "/thumb", Alt: f.Name})
		}
	}
	picks, err := h.picks(r, c)
	if err != nil {
		return err
	}
	if refused != nil && refused.template != "" && !refused.choose(c, picks) {
		v.Notices = append(v.Notices, ui.NoticeView{Tone: ui.Warn, Text: p.T("desk.template.gone")})
		refused.template = ""
	}
	h.refusal(&v, words, c, refused)
	if !c.PublicWish && c.State == suggestion.Raised {
		v.Notices = append(v.Notices, ui.NoticeView{Tone: ui.Warn, Text: p.T("desk.wish.private")})
	}
	if c.Queued != "" {
		v.Notices = append(v.Notices, ui.NoticeView{Text: p.T("desk.queued")})
	}
	if !c.Public && c.PublicReason != "" {
		v.Notices = append(v.Notices, ui.NoticeView{Text: p.T("suggestionweb.private.reason", "reason", c.PublicReason)})
	}
	h.tasks(&v, words, c)
	h.facts(&v, words, c)
	var past []uuid.UUID
	if (c.May(suggestion.Dispatch) || c.May(suggestion.AddTeam)) && c.Level == suggestion.StaffLevel {
		if past, err = h.Service.PastLeads(r.Context(), c.Committee, c.TopField); err != nil {
			return err
		}
	}
	if v.Actions, err = forms(words, c, rules, past, refused, picks); err != nil {
		return err
	}
	v.Letters = letters(words, c, authz.From(r.Context()))
	if c.Level == suggestion.StaffLevel {
		h.authors(&v, words, c, looked)
		if c.State == suggestion.Raised || c.State == suggestion.Accepted {
			if err := h.similar(&v, r, words, c); err != nil {
				return err
			}
		}
	}
	return web.Render(w, r, status, showPage(v))
}

// refusal says why an action was not taken, what happened since its form was shown, and gives back what was typed for it.
func (h *Pages) refusal(v *showView, words suggestionview.Words, c *suggestion.Case, ref *refusal) {
	if ref == nil || ref.action == "" {
		return
	}
	text := ref.text
	if ref.since > 0 {
		events := v.Timeline
		for i, s := range c.Timeline {
			if s.Seq > ref.since && i < len(events) {
				text += "\n" + words.P.T("desk.meanwhile", "what", events[i].Title, "who", events[i].Who, "when", events[i].When)
			}
		}
	}
	if text != "" {
		v.Notices = append(v.Notices, ui.NoticeView{Tone: ui.Warn, Title: words.P.T("suggestion.action." + string(ref.action)), Text: text})
	}
	if !c.May(ref.action) {
		v.Kept = ref.kept(words)
	}
}

func (h *Pages) tasks(v *showView, words suggestionview.Words, c *suggestion.Case) {
	p := words.P
	v.Tasks = ui.TableView{Caption: p.T("desk.tasks"), Stack: true, Columns: []ui.Column{{Label: p.T("suggestion.input.department")}, {Label: p.T("desk.part")}, {Label: p.T("desk.state")}, {Label: p.T("suggestion.input.due")}, {Label: p.T("desk.return-until")}}}
	for _, t := range c.Tasks {
		tone := ui.Busy
		switch t.State {
		case suggestion.TaskDone:
			tone = ui.OK
		case suggestion.TaskReturned, suggestion.Ended:
			tone = ui.Quiet
		case suggestion.ReturnAsked:
			tone = ui.Warn
		}
		label := p.T("suggestion.task." + string(t.State))
		if t.Open() && t.State != suggestion.Signed && t.Round == c.Round && !t.Due.IsZero() && t.Due.Before(words.Today) {
			tone, label = ui.Late, label+" · "+p.T("suggestion.late")
		}
		sub := ""
		if !t.TimeAsked.IsZero() {
			sub = p.T("desk.time-asked", "date", t.TimeAsked)
			if t.TimeAnswer != "" {
				sub += " · " + p.T("desk.time-"+t.TimeAnswer)
			}
		}
		v.Tasks.Rows = append(v.Tasks.Rows, ui.Row{ID: t.ID.String(), Cells: []ui.Cell{{Text: words.Org(t.Department), Sub: sub}, {Text: p.T("suggestion.part." + string(t.Part))},
			{Content: ui.Badge(ui.BadgeView{Label: label, Tone: tone})}, {Text: words.DayText(t.Due, t.DueProvisional)}, {Text: words.DayText(t.ReturnUntil, t.ReturnProvisional)}}})
		if t.Answer != "" {
			a := answer{Title: words.Org(t.Department) + " · " + p.T("suggestion.task."+string(t.State)), Text: t.Answer}
			if t.Class != "" {
				a.Meta = p.T("suggestion.line.class", "class", t.Class)
			}
			if !t.Promised.IsZero() {
				a.Meta += " · " + p.T("suggestion.line.promised", "date", t.Promised)
			}
			if t.AnswerNumber != "" {
				a.Meta += " · " + t.AnswerNumber
			}
			v.Answers = append(v.Answers, a)
		}
	}
}

func (h *Pages) facts(v *showView, words suggestionview.Words, c *suggestion.Case) {
	p := words.P
	add := func(key, text string) {
		if text != "" {
			v.Facts = append(v.Facts, ui.Fact{Term: p.T(key), Text: text})
		}
	}
	add("suggestion.input.committee", words.Org(c.Committee))
	add("desk.origin", p.T("suggestion.origin."+string(c.Origin))+" · "+p.T("suggestion.kind."+string(c.Kind)))
	add("suggestion.input.place", words.Place(c.Suggestion))
	add("suggestion.input.field", words.Field(c.Field))
	add("suggestion.input.due", words.DayText(c.Due, c.DueProvisional))
	if c.Channel != "" {
		add("desk.channel", p.T("suggestion.channel."+string(c.Channel)))
	}
	add("suggestion.input.class", c.Class)
	add("suggestion.input.promised", words.DayText(c.Promised, false))
	add("desk.support", p.Int(c.SupportTotal()))
}

// authors lists who raised or took up the matter; names and numbers only after a look that is recorded.
func (h *Pages) authors(v *showView, words suggestionview.Words, c *suggestion.Case, looked *suggestion.Looked) {
	p := words.P
	v.Authors = ui.TableView{Caption: p.T("desk.authors"), Columns: []ui.Column{{Label: p.T("desk.author")}, {Label: p.T("suggestion.input.rating")}, {Label: p.T("desk.contact")}}}
	for _, a := range c.Authors {
		contact := ""
		if a.HasPhone {
			contact = p.T("desk.phone.hidden")
		}
		if a.HasPhone || c.Original {
			v.Look = href(c.Suggestion) + "/look"
		}
		if looked != nil {
			for _, k := range looked.Contacts {
				if k.Author == a.ID {
					contact = k.Name + " " + k.Phone
				}
			}
		}
		rating := p.T("suggestion.rating.none")
		if a.Rating != suggestion.NotRated {
			rating = p.T("suggestion.rating." + string(a.Rating))
		}
		v.Authors.Rows = append(v.Authors.Rows, ui.Row{ID: a.ID.String(), Cells: []ui.Cell{{Text: p.T("suggestion.origin."+string(a.Kind)) + " · " + p.T("desk.author."+string(a.Part))}, {Text: rating, Sub: a.RatingText}, {Text: contact}}})
	}
}

func (h *Pages) similar(v *showView, r *http.Request, words suggestionview.Words, c *suggestion.Case) error {
	items, err := h.Service.Similar(r.Context(), suggestion.SimilarQuery{Text: c.Title + "\n" + c.Body, Division: c.Division, Place: c.Place, Limit: 5})
	if err != nil {
		return err
	}
	for _, i := range items {
		if i.ID != c.ID {
			item := words.Item(i, href(i.Suggestion))
			item.Meta = append([]ui.MetaView{{Text: i.Number}}, item.Meta...)
			v.Similar = append(v.Similar, item)
		}
	}
	return nil
}

// look opens telephone numbers and the text as it came for staff, and writes into the timeline that they looked.
func (h *Pages) look(w http.ResponseWriter, r *http.Request) error {
	looked, err := h.Service.Look(r.Context(), r.PathValue("number"))
	if err != nil {
		return err
	}
	c, err := h.Service.Get(r.Context(), r.PathValue("number"))
	if err != nil {
		return err
	}
	return h.render(w, r, http.StatusOK, c, nil, &looked)
}
