package suggestionview

import (
	"strconv"
	"strings"

	"xieshang/internal/platform/ui"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

// FileHref is the address of a file.
func FileHref(f suggestion.File) string { return "/files/" + f.ID.String() }

// Timeline is the story of a matter, and what comes next.
func (w Words) Timeline(c *suggestion.Case) []ui.StepEvent {
	files := map[uuid.UUID][]ui.FileView{}
	for _, f := range c.Files {
		if !f.IsPhoto() || f.Step != firstStep(c) {
			files[f.Step] = append(files[f.Step], ui.FileView{Name: f.Name, Href: FileHref(f), Size: Size(f.Size)})
		}
	}
	out := make([]ui.StepEvent, 0, len(c.Timeline)+1)
	for _, s := range c.Timeline {
		e := ui.StepEvent{ID: "step-" + s.ID.String(), State: state(s), Title: w.stepTitle(s), Who: w.who(s), When: w.P.DateTime(s.At), DateTime: machine(s.At), Text: w.stepText(s), Files: files[s.ID]}
		if s.Audience != wf.ToPublic && c.Level > suggestion.PublicLevel {
			e.Audience = w.P.T("suggestion.audience." + string(s.Audience))
		}
		if !s.Details.Due.IsZero() {
			e.Due = w.P.Date(s.Details.Due)
		}
		out = append(out, e)
	}
	if next, ok := w.next(c); ok {
		out = append(out, next)
	}
	return out
}

func firstStep(c *suggestion.Case) uuid.UUID {
	if len(c.Timeline) > 0 && c.Timeline[0].Action == suggestion.Raise {
		return c.Timeline[0].ID
	}
	return uuid.Nil
}

func state(s suggestion.Step) ui.State {
	switch s.Action {
	case suggestion.ReviewReturn, suggestion.AskReturn, suggestion.AgreeReturn, suggestion.RefuseReturn, suggestion.RejectAnswer, suggestion.Urge, suggestion.Supervise, suggestion.Remind, suggestion.Reopen,
		suggestion.Recall, suggestion.Unpublish, suggestion.SendBack, suggestion.RetractAnswer, suggestion.RemindPromise:
		return ui.Care
	case suggestion.Rate:
		if s.Details.Rating == suggestion.NotSatisfied {
			return ui.Care
		}
	}
	return ui.Done
}

func (w Words) stepTitle(s suggestion.Step) string {
	title := w.P.T("suggestion.step." + string(s.Action))
	if s.Details.TookUp && s.Action != suggestion.TakeUp {
		title += " · " + w.P.T("suggestion.step.take-up")
	}
	if s.Round > 1 && s.Action == suggestion.Dispatch {
		title += " · " + w.P.T("suggestion.second")
	}
	if s.Action == suggestion.Rate {
		title += " · " + w.P.T("suggestion.rating."+string(s.Details.Rating))
	}
	return title
}

// who is the office in whose name a step was done, or what its doer is to the matter.
func (w Words) who(s suggestion.Step) string {
	if name := w.Org(s.Office); name != "" {
		return name
	}
	switch s.Relation {
	case suggestion.IsAuthor:
		return w.P.T("suggestion.who.author")
	case suggestion.IsMember:
		return w.P.T("suggestion.who.member")
	case suggestion.IsRule:
		return w.P.T("suggestion.who.rule")
	}
	return w.Org(s.Department)
}

// stepText says what the step held, in lines.
func (w Words) stepText(s suggestion.Step) string {
	var lines []string
	add := func(key string, args ...any) { lines = append(lines, w.P.T(key, args...)) }
	d := s.Details
	for _, t := range d.Team {
		add("suggestion.line.team", "part", w.P.T("suggestion.part."+string(t.Part)), "name", w.Org(t.Department))
	}
	if d.Office != uuid.Nil {
		add("suggestion.line.to", "name", w.Org(d.Office))
	}
	if d.Committee != uuid.Nil {
		add("suggestion.line.to", "name", w.Org(d.Committee))
	}
	if s.Department != uuid.Nil && s.Department != s.Office {
		add("suggestion.line.about", "name", w.Org(s.Department))
	}
	if d.Other != "" {
		switch s.Action {
		case suggestion.Convert:
			lines = append(lines, w.P.T("suggestion.target."+d.Other))
		default:
			add("suggestion.line.other", "number", d.Other)
		}
	}
	if d.Letter != "" {
		add("suggestion.line.letter", "number", d.Letter)
	}
	if d.Class != "" && s.Action != suggestion.WriteAnswer {
		if d.ClassWas != "" {
			add("suggestion.line.class-was", "class", d.Class, "was", d.ClassWas)
		} else {
			add("suggestion.line.class", "class", d.Class)
		}
	}
	if !d.Promised.IsZero() {
		add("suggestion.line.promised", "date", d.Promised)
	}
	if d.How != "" {
		add("suggestion.line.contact", "how", w.P.T("suggestion.how."+d.How), "date", d.Day)
	} else if !d.Day.IsZero() {
		add("suggestion.line.until", "date", d.Day)
	}
	if s.Action == suggestion.Look && d.Count > 0 {
		lines = append(lines, w.P.N("suggestion.line.count", d.Count))
	}
	if d.Source != "" {
		add("suggestion.line.source", "name", d.Source)
	}
	lines = append(lines, w.redated(d)...)
	if s.Body != "" {
		lines = append(lines, s.Body)
	}
	if s.Reason != "" {
		add("suggestion.line.reason", "reason", s.Reason)
	}
	return strings.Join(lines, "\n")
}

// redated says which dates moved when the calendar of a year came.
func (w Words) redated(d suggestion.Details) (lines []string) {
	for _, r := range d.Dues {
		key := "suggestion.line.redate"
		switch {
		case r.Return:
			key = "suggestion.line.redate-return"
		case r.Department != uuid.Nil:
			key = "suggestion.line.redate-of"
		}
		lines = append(lines, w.P.T(key, "name", w.Org(r.Department), "was", r.Was, "due", r.Due))
	}
	if len(d.Years) > 0 {
		var years []string
		for _, y := range d.Years {
			years = append(years, strconv.Itoa(y))
		}
		lines = append(lines, w.P.T("suggestion.line.redate-years", "years", strings.Join(years, w.P.T("suggestion.years.and"))))
	}
	return lines
}

// next is what everybody waits for.
func (w Words) next(c *suggestion.Case) (ui.StepEvent, bool) {
	switch c.State {
	case suggestion.Closed, suggestion.Merged, suggestion.Converted, suggestion.Withdrawn, suggestion.Draft:
		return ui.StepEvent{}, false
	}
	e := ui.StepEvent{State: ui.Now, Title: w.P.T("suggestion.next." + string(c.State))}
	switch c.State {
	case suggestion.Dispatched, suggestion.InHand:
		e.Who = w.Org(c.Lead)
	case suggestion.AtOffice:
		e.Who = w.Org(c.Office)
	case suggestion.Raised, suggestion.Accepted, suggestion.Answered, suggestion.Reopened, suggestion.Meeting:
		e.Who = w.Org(c.Committee)
	}
	if !c.Due.IsZero() {
		days := c.Due.Sub(w.Today)
		e.Due, e.DaysLeft = w.DayText(c.Due, c.DueProvisional), &days
		if days < 0 && c.State != suggestion.Replied {
			e.State = ui.LateNow
		}
	}
	return e, true
}
