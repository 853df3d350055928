package suggestionapi

import (
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

// viewer writes matters with the names of one snapshot.
type viewer struct{ snap *directory.Snapshot }

func (v viewer) org(u uuid.UUID) *Named {
	if o := v.snap.Organisation(u); o != nil {
		return &Named{o.ID, o.Name.ZH, o.Name.EN}
	}
	return nil
}

func (v viewer) division(u uuid.UUID) *Named {
	if d := v.snap.Division(u); d != nil {
		return &Named{d.ID, d.Name.ZH, d.Name.EN}
	}
	return nil
}

func (v viewer) field(u uuid.UUID) *Named {
	if f := v.snap.Field(u); f != nil {
		return &Named{f.ID, f.Name.ZH, f.Name.EN}
	}
	return nil
}

func date(d clock.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (v viewer) line(i suggestion.Item) Item {
	out := v.item(&i.Suggestion)
	out.Excerpt, out.Part, out.TaskState, out.TaskDue = i.Excerpt, string(i.Part), string(i.Task), date(i.TaskDue)
	return out
}

func (v viewer) item(m *suggestion.Suggestion) Item {
	return Item{ID: m.ID, Number: m.Number, Title: m.Title, Kind: string(m.Kind), Origin: string(m.Origin), State: string(m.State), Round: m.Round, Public: m.Public,
		Committee: v.org(m.Committee), Division: v.division(m.Division), Field: v.field(m.Field), Lead: v.org(m.Lead), Place: m.Place, Support: m.SupportTotal(), Class: m.Class, Promised: date(m.Promised),
		Rating: string(m.Rating), Due: date(m.Due), DueProvision: m.DueProvisional, RaisedAt: instant(m.RaisedAt), RepliedAt: instant(m.RepliedAt), ClosedAt: instant(m.ClosedAt), UpdatedAt: m.UpdatedAt, Version: m.Version}
}

func (v viewer) matter(c *suggestion.Case) *Matter {
	m := &Matter{Item: v.item(&c.Suggestion), Body: c.Body, Lon: c.Lon, Lat: c.Lat, Converted: c.ConvertedTo, Original: c.Original, Timeline: make([]Step, 0, len(c.Timeline)), Tasks: make([]Task, 0, len(c.Tasks)),
		Files: make([]File, 0, len(c.Files)), Actions: actions(c.Actions)}
	if c.MergedInto != uuid.Nil {
		m.MergedInto = &c.MergedInto
	}
	for i := range c.Timeline {
		s := &c.Timeline[i]
		m.Timeline = append(m.Timeline, Step{ID: s.ID, Seq: s.Seq, Action: string(s.Action), From: string(s.From), To: string(s.To), Round: s.Round, At: s.At, By: string(s.Relation), Office: v.org(s.Office),
			About: v.org(s.Department), Reason: s.Reason, Text: s.Body, Audience: string(s.Audience), Details: v.details(&s.Details)})
	}
	for _, t := range c.Tasks {
		m.Tasks = append(m.Tasks, Task{Department: v.org(t.Department), Part: string(t.Part), State: string(t.State), Round: t.Round, Due: date(t.Due), Answer: t.Answer, Number: t.AnswerNumber, Class: t.Class, Promised: date(t.Promised)})
	}
	for _, f := range c.Files {
		m.Files = append(m.Files, File{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size, Href: "/files/" + f.ID.String()})
	}
	return m
}

func (v viewer) details(d *suggestion.Details) Details {
	out := Details{Letter: d.Letter, Due: date(d.Due), Class: d.Class, ClassWas: d.ClassWas, Promised: date(d.Promised), Rating: string(d.Rating), How: d.How, Day: date(d.Day), Other: d.Other,
		Committee: v.org(d.Committee), Office: v.org(d.Office), TookUp: d.TookUp, Public: d.Public, Files: d.Files, Changed: d.Changed, Source: d.Source, Count: d.Count}
	for _, t := range d.Team {
		out.Team = append(out.Team, TeamPart{v.org(t.Department), string(t.Part)})
	}
	return out
}

// actions lists what may be done through the API. Files come in through the pages alone, so that field is not among the inputs; no action needs it.
func actions(list []wf.Transition) []Action {
	out := make([]Action, 0, len(list))
	for _, t := range list {
		out = append(out, Action{Name: string(t.Action), Inputs: inputs(t)})
	}
	return out
}

func inputs(t wf.Transition) []Input {
	out := make([]Input, 0, len(t.Inputs))
	for _, i := range t.Inputs {
		if i.Kind != wf.Files {
			out = append(out, Input{i.Name, string(i.Kind), i.Required})
		}
	}
	return out
}
