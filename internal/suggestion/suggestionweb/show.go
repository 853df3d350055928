package suggestionweb

import (
	"net/http"
	"strings"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"
	"xieshang/internal/suggestion/suggestionview"
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
	Join     bool
	JoinTo   string
	Actions  []actionView
	Desk     string
}

type answerView struct {
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
	v := showView{Page: h.Frame.Public(w, r, c.Title), Body: c.Body, Stages: words.Stages(c), Timeline: words.Timeline(c), Facts: h.facts(words, c)}
	v.Page.Path = href(c.Suggestion)
	v.Page.NoIndex = !c.Public
	v.Page.Description = firstRunes(c.Body, 120)
	v.Head = ui.HeadView{Crumbs: []ui.Link{{Label: p.T("suggestionweb.list.title"), Href: "/suggestions"}, {Label: p.T("suggestionweb.show.crumb")}}, Kicker: c.Number, Title: c.Title, Badges: words.Badges(c.Suggestion)}
	first := firstStep(c)
	for _, f := range c.Files {
		if f.IsPhoto() && f.Step == first {
			v.Photos = append(v.Photos, ui.PhotoView{Href: suggestionview.FileHref(f), Thumb: suggestionview.FileHref(f) + "/thumb", Alt: p.T("suggestionweb.photo", "name", f.Name)})
		}
	}
	for _, t := range c.Tasks {
		if t.Answer != "" && t.State == suggestion.TaskDone && t.Part.Answers() {
			a := answerView{Title: words.Org(t.Department), Text: t.Answer, Meta: p.Date(clock.DateOf(t.DoneAt))}
			if a.Title == "" {
				a.Title = p.T("suggestionweb.answer")
			}
			if t.AnswerNumber != "" {
				a.Meta += " · " + t.AnswerNumber
			}
			if t.Round > 1 {
				a.Meta += " · " + p.T("suggestion.second")
			}
			v.Answers = append(v.Answers, a)
		}
	}
	v.Notices = h.notices(words, c, refused)
	v.Join = c.Public && !c.Is(suggestion.IsAuthor) && !over(c.State)
	v.JoinTo = href(c.Suggestion) + "/join"
	v.Actions = actions(words, c, refused)
	if c.Level == suggestion.StaffLevel || c.Is(suggestion.IsClerk) || c.Is(suggestion.IsHead) || c.Is(suggestion.IsHelper) || c.Is(suggestion.IsOffice) {
		v.Desk = "/desk" + href(c.Suggestion)
	}
	return web.Render(w, r, status, showPage(v))
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
	if c.State == suggestion.Replied && c.Is(suggestion.IsAuthor) && c.May(suggestion.Rate) {
		out = append(out, ui.NoticeView{Tone: ui.OK, Title: p.T("suggestionweb.rate.please"), Text: p.T("suggestionweb.rate.until", "date", words.DayText(c.Due, c.DueProvisional))})
	}
	return out
}

func (h *Pages) facts(words suggestionview.Words, c *suggestion.Case) []ui.Fact {
	p := words.P
	var out []ui.Fact
	add := func(key, text string) {
		if text != "" {
			out = append(out, ui.Fact{Term: p.T(key), Text: text})
		}
	}
	out = append(out, ui.Fact{Term: p.T("suggestionweb.filter.state"), Badge: words.State(c.Suggestion)})
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
		add("suggestion.input.class", c.Class)
	}
	add("suggestion.input.promised", words.DayText(c.Promised, false))
	add("suggestionweb.support", p.Int(c.SupportTotal()))
	if c.Suggestion.Authors > 1 {
		add("suggestionweb.authors", p.Int(c.Suggestion.Authors))
	}
	return out
}
