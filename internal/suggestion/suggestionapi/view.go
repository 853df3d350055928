package suggestionapi

import (
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

// Named is something with an id and names.
type Named struct {
	ID uuid.UUID `json:"id" doc:"UUID"`
	ZH string    `json:"zh" doc:"Chinese name"`
	EN string    `json:"en,omitempty" doc:"English name"`
}

// Item is one matter in a list. Dates are civil dates in Asia/Shanghai, instants RFC 3339 in UTC.
type Item struct {
	ID           uuid.UUID  `json:"id"`
	Number       string     `json:"number" example:"430100-2026-000123" doc:"committee-year-sequence; empty for a draft"`
	Title        string     `json:"title"`
	Excerpt      string     `json:"excerpt,omitempty" doc:"the beginning of the text"`
	Kind         string     `json:"kind" enum:"message,suggestion" doc:"a resident's message, or a suggestion"`
	Origin       string     `json:"origin" enum:"resident,member,staff,import"`
	State        string     `json:"state" example:"in_hand"`
	Round        int        `json:"round" doc:"2 when it is handled a second time"`
	Public       bool       `json:"public"`
	Committee    *Named     `json:"committee,omitempty"`
	Division     *Named     `json:"division,omitempty"`
	Field        *Named     `json:"field,omitempty"`
	Lead         *Named     `json:"lead,omitempty" doc:"the lead department"`
	Place        string     `json:"place,omitempty"`
	Support      int        `json:"support"`
	Class        string     `json:"class,omitempty"`
	Promised     string     `json:"promised,omitempty" doc:"civil date"`
	Rating       string     `json:"rating,omitempty" doc:"empty: not rated"`
	Due          string     `json:"due,omitempty" doc:"civil date by which the present step is to be done"`
	DueProvision bool       `json:"due_provisional,omitempty" doc:"the date reaches into a year whose holidays are not known yet"`
	RaisedAt     *time.Time `json:"raised_at,omitempty"`
	RepliedAt    *time.Time `json:"replied_at,omitempty"`
	ClosedAt     *time.Time `json:"closed_at,omitempty"`
	UpdatedAt    time.Time  `json:"updated_at"`
	Version      int        `json:"version" doc:"send it back with an action to be told when somebody was faster"`
}

// Matter is one matter with its story.
type Matter struct {
	Item
	Body      string   `json:"body"`
	Lon       float64  `json:"lon,omitempty"`
	Lat       float64  `json:"lat,omitempty"`
	Timeline  []Step   `json:"timeline"`
	Tasks     []Task   `json:"tasks"`
	Files     []File   `json:"files"`
	Actions   []Action `json:"actions" doc:"what the caller may do now"`
	Originals []string `json:"originals,omitempty" doc:"the text as it came, for staff"`
}

// Step is one line of the timeline.
type Step struct {
	ID       uuid.UUID          `json:"id"`
	Seq      int                `json:"seq"`
	Action   string             `json:"action"`
	From     string             `json:"from"`
	To       string             `json:"to"`
	Round    int                `json:"round"`
	At       time.Time          `json:"at"`
	By       string             `json:"by" doc:"what the doer is to the matter: author, reviewer, clerk …"`
	Office   *Named             `json:"office,omitempty"`
	About    *Named             `json:"department,omitempty"`
	Reason   string             `json:"reason,omitempty"`
	Text     string             `json:"text,omitempty"`
	Audience string             `json:"audience" enum:"public,parties,staff"`
	Details  suggestion.Details `json:"details"`
}

// Task is one department's part.
type Task struct {
	Department *Named `json:"department,omitempty"`
	Part       string `json:"part" enum:"lead,joint,assisting,separate"`
	State      string `json:"state"`
	Round      int    `json:"round"`
	Due        string `json:"due,omitempty"`
	Answer     string `json:"answer,omitempty"`
	Number     string `json:"answer_number,omitempty"`
	Class      string `json:"class,omitempty"`
	Promised   string `json:"promised,omitempty"`
}

// File is a photo or a document; its content is at href.
type File struct {
	ID   uuid.UUID `json:"id"`
	Name string    `json:"name"`
	Type string    `json:"type"`
	Size int64     `json:"size"`
	Href string    `json:"href"`
}

// Action is something that the caller may do, with what it asks for.
type Action struct {
	Name   string  `json:"name" example:"review-accept"`
	Inputs []Input `json:"inputs"`
}

// Input is a field of an action.
type Input struct {
	Name     string `json:"name"`
	Kind     string `json:"kind"`
	Required bool   `json:"required"`
}

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

func (v viewer) item(m suggestion.Suggestion, excerpt string) Item {
	return Item{ID: m.ID, Number: m.Number, Title: m.Title, Excerpt: excerpt, Kind: string(m.Kind), Origin: string(m.Origin), State: string(m.State), Round: m.Round, Public: m.Public,
		Committee: v.org(m.Committee), Division: v.division(m.Division), Field: v.field(m.Field), Lead: v.org(m.Lead), Place: m.Place, Support: m.SupportTotal(), Class: m.Class, Promised: date(m.Promised),
		Rating: string(m.Rating), Due: date(m.Due), DueProvision: m.DueProvisional, RaisedAt: instant(m.RaisedAt), RepliedAt: instant(m.RepliedAt), ClosedAt: instant(m.ClosedAt), UpdatedAt: m.UpdatedAt, Version: m.Version}
}

func (v viewer) matter(c *suggestion.Case) Matter {
	m := Matter{Item: v.item(c.Suggestion, ""), Body: c.Body, Lon: c.Lon, Lat: c.Lat, Timeline: make([]Step, 0, len(c.Timeline)), Tasks: make([]Task, 0, len(c.Tasks)), Files: make([]File, 0, len(c.Files)), Actions: actions(c.Actions)}
	for _, s := range c.Timeline {
		m.Timeline = append(m.Timeline, Step{ID: s.ID, Seq: s.Seq, Action: string(s.Action), From: string(s.From), To: string(s.To), Round: s.Round, At: s.At, By: string(s.Relation), Office: v.org(s.Office),
			About: v.org(s.Department), Reason: s.Reason, Text: s.Body, Audience: string(s.Audience), Details: s.Details})
	}
	for _, t := range c.Tasks {
		m.Tasks = append(m.Tasks, Task{Department: v.org(t.Department), Part: string(t.Part), State: string(t.State), Round: t.Round, Due: date(t.Due), Answer: t.Answer, Number: t.AnswerNumber, Class: t.Class, Promised: date(t.Promised)})
	}
	for _, f := range c.Files {
		m.Files = append(m.Files, File{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size, Href: "/files/" + f.ID.String()})
	}
	for _, o := range c.Originals {
		m.Originals = append(m.Originals, o.Title+"\n"+o.Body)
	}
	return m
}

func actions(list []wf.Transition) []Action {
	out := make([]Action, 0, len(list))
	for _, t := range list {
		a := Action{Name: string(t.Action), Inputs: make([]Input, 0, len(t.Inputs))}
		for _, i := range t.Inputs {
			a.Inputs = append(a.Inputs, Input{i.Name, string(i.Kind), i.Required})
		}
		out = append(out, a)
	}
	return out
}
