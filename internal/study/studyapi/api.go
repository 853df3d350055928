// Package studyapi is the JSON face of study (E1): topics, their coverage and make-ups, cut to the caller by the service as the pages are.
package studyapi

import (
	"context"
	"net/http"

	"xieshang/internal/platform/api"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/web"
	"xieshang/internal/study"

	"github.com/google/uuid"
)

// Operations are those of study.
type Operations struct{ service *study.Service }

// New adds every operation to the API.
func New(to *api.API, s *study.Service) *Operations {
	o := &Operations{s}
	op := func(id, method, path, summary, details string, status int) api.Op {
		return api.Op{ID: id, Method: method, Path: path, Tag: "study", Summary: summary, Details: details, Who: web.SignedIn(), Status: status, Errors: []int{http.StatusNotFound}}
	}
	api.Add(to, op("list-studies", http.MethodGet, "/api/v1/studies", "Topics of study", "Of a year, those of which the caller may see at least figures; the latest last day first.", 0), o.list)
	api.Add(to, op("get-study", http.MethodGet, "/api/v1/studies/{id}", "One topic", "With figures for staff, with names for those who run it and leaders of the committee, and with the caller's own standing.", 0), o.get)
	api.Add(to, op("plan-study", http.MethodPost, "/api/v1/studies", "Plan or change a topic", "With an id and the version that was read it changes that topic. A new one is a draft.", http.StatusCreated), o.plan)
	api.Add(to, op("publish-study", http.MethodPost, "/api/v1/studies/{id}/publish", "Publish a topic", "Its audience sees it from then on.", http.StatusNoContent), o.publish)
	api.Add(to, op("link-study-session", http.MethodPost, "/api/v1/studies/{id}/sessions", "Link a gathering", "One that its audience or who runs it holds within its days.", http.StatusNoContent), o.link)
	api.Add(to, op("state-makeup", http.MethodPost, "/api/v1/studies/{id}/makeups", "State a make-up", "For people of the audience, about themselves.", http.StatusNoContent), o.state)
	api.Add(to, op("decide-makeup", http.MethodPost, "/api/v1/studies/{id}/makeups/{makeup}", "Confirm or return a make-up", "For those who run the study, never about themselves.", http.StatusNoContent), o.decide)
	return o
}

// StudyTopic is something to be studied.
type StudyTopic struct {
	ID           uuid.UUID   `json:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f601" doc:"which"`
	Organisation uuid.UUID   `json:"organisation" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f602" doc:"who runs it"`
	Kind         string      `json:"kind" enum:"first_topic,first_lesson,centre_group,special,branch" example:"special" doc:"form of study"`
	Title        string      `json:"title" example:"学习样例文件" doc:"what is studied"`
	Text         string      `json:"text" example:"重点学习第二部分。" doc:"what matters in it"`
	From         string      `json:"from" format:"date" example:"2026-03-01" doc:"first day"`
	To           string      `json:"to" format:"date" example:"2026-03-31" doc:"last day"`
	Audience     []uuid.UUID `json:"audience" nullable:"false" doc:"organisations whose people study it"`
	State        string      `json:"state" enum:"draft,published,withdrawn" example:"published" doc:"how far it is"`
	Version      int         `json:"version" example:"2" doc:"for a change"`
}

// StudyShare is coverage in figures.
type StudyShare struct {
	People   int `json:"people" example:"40" doc:"of the audience"`
	Attended int `json:"attended" example:"30" doc:"were at a linked gathering"`
	MadeUp   int `json:"made_up" example:"4" doc:"made it up, confirmed"`
	Stated   int `json:"stated" example:"1" doc:"say that they made it up"`
	Waiting  int `json:"waiting" example:"0" doc:"not due yet"`
	Missing  int `json:"missing" example:"5" doc:"have not studied it"`
}

// StudyLearner is one person of the audience.
type StudyLearner struct {
	Person   uuid.UUID  `json:"person" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f603" doc:"who"`
	Name     string     `json:"name" example:"李样例" doc:"their name"`
	Standing string     `json:"standing" enum:"attended,made_up,stated,waiting,missing" example:"missing" doc:"how they stand"`
	Makeup   *uuid.UUID `json:"makeup,omitempty" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f604" doc:"their latest make-up"`
}

// StudyDetails is a topic as the caller may see it.
type StudyDetails struct {
	Topic    StudyTopic     `json:"topic" doc:"the topic"`
	Sessions []uuid.UUID    `json:"sessions" nullable:"false" doc:"linked gatherings, earlier first"`
	Share    *StudyShare    `json:"share,omitempty" doc:"for whoever may see figures"`
	Learners []StudyLearner `json:"learners" nullable:"false" doc:"empty for whoever may not see names"`
	Mine     string         `json:"mine,omitempty" enum:"attended,made_up,stated,waiting,missing" example:"attended" doc:"how the caller stands"`
}

type studyListInput struct {
	Year int `query:"year" minimum:"2000" maximum:"2100" example:"2026" doc:"in which some of its days lie; this year when left out"`
}

type studyListOutput struct {
	Body struct {
		Items []StudyTopic `json:"items" nullable:"false" doc:"topics"`
	}
}

type studyOneInput struct {
	ID uuid.UUID `path:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f601" doc:"of the topic"`
}

type studyGetOutput struct{ Body StudyDetails }

type studyPlanInput struct {
	Body struct {
		ID           *uuid.UUID  `json:"id,omitempty" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f601" doc:"of the topic to change"`
		Version      int         `json:"version,omitempty" example:"1" doc:"that was read, for a change"`
		Organisation uuid.UUID   `json:"organisation" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f602" doc:"who runs it"`
		Kind         string      `json:"kind" enum:"first_topic,first_lesson,centre_group,special,branch" example:"special" doc:"form of study"`
		Title        string      `json:"title" maxLength:"120" example:"学习样例文件" doc:"what is studied"`
		Text         string      `json:"text,omitempty" maxLength:"5000" example:"重点学习第二部分。" doc:"what matters in it"`
		From         string      `json:"from" maxLength:"10" example:"2026-03-01" doc:"first day"`
		To           string      `json:"to" maxLength:"10" example:"2026-03-31" doc:"last day"`
		Audience     []uuid.UUID `json:"audience" minItems:"1" maxItems:"200" nullable:"false" doc:"organisations whose people study it"`
	}
}

type studyMadeOutput struct {
	Body struct {
		ID uuid.UUID `json:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f601" doc:"of the topic"`
	}
}

type studyLinkInput struct {
	studyOneInput
	Body struct {
		Gathering uuid.UUID `json:"gathering" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f605" doc:"at which it is studied"`
	}
}

type studyStateInput struct {
	studyOneInput
	Body struct {
		Day  string `json:"day" maxLength:"10" example:"2026-03-20" doc:"on which it was made up"`
		Note string `json:"note" maxLength:"2000" example:"读完了全文，写了一页体会。" doc:"what was studied, and what was taken from it"`
	}
}

type studyDecideInput struct {
	studyOneInput
	Makeup uuid.UUID `path:"makeup" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f604" doc:"of the make-up"`
	Body   struct {
		Confirm bool   `json:"confirm" example:"true" doc:"false returns it, with an answer that says what is missing"`
		Answer  string `json:"answer,omitempty" maxLength:"2000" example:"请补写体会。" doc:"read by the person"`
	}
}

func topic(t study.Topic) StudyTopic {
	out := StudyTopic{ID: t.ID, Organisation: t.Organisation, Kind: string(t.Kind), Title: t.Title, Text: t.Text, From: t.From.String(), To: t.To.String(), Audience: t.Audience, State: "published", Version: t.Version}
	switch {
	case !t.Withdrawn.IsZero():
		out.State = "withdrawn"
	case t.Published.IsZero():
		out.State = "draft"
	}
	if out.Audience == nil {
		out.Audience = []uuid.UUID{}
	}
	return out
}

func (o *Operations) list(ctx context.Context, in *studyListInput) (*studyListOutput, error) {
	all, err := o.service.Topics(ctx, study.Query{Year: in.Year})
	if err != nil {
		return nil, err
	}
	out := &studyListOutput{}
	out.Body.Items = []StudyTopic{}
	for _, t := range all {
		out.Body.Items = append(out.Body.Items, topic(t))
	}
	return out, nil
}

func (o *Operations) get(ctx context.Context, in *studyOneInput) (*studyGetOutput, error) {
	l, err := o.service.Topic(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &studyGetOutput{StudyDetails{Topic: topic(l.Topic), Sessions: []uuid.UUID{}, Learners: []StudyLearner{}}}
	for _, s := range l.Sessions {
		out.Body.Sessions = append(out.Body.Sessions, s.Gathering)
	}
	if l.By != nil {
		s := StudyShare(l.Share)
		out.Body.Share = &s
	}
	for _, x := range l.Learners {
		y := StudyLearner{Person: x.Person, Name: x.Name, Standing: string(x.Standing)}
		if x.Makeup != nil {
			y.Makeup = &x.Makeup.ID
		}
		out.Body.Learners = append(out.Body.Learners, y)
	}
	if l.Mine != nil {
		out.Body.Mine = string(l.Mine.Standing)
	}
	return out, nil
}

// day reads a civil date of a body.
func day(c *problem.Check, field, text string) clock.Date {
	d, err := clock.ParseDate(text)
	if err != nil {
		c.Add(field, "study.err.day")
	}
	return d
}

func (o *Operations) plan(ctx context.Context, in *studyPlanInput) (*studyMadeOutput, error) {
	var c problem.Check
	b := in.Body
	t := study.Topic{Organisation: b.Organisation, Kind: study.Kind(b.Kind), Title: b.Title, Text: b.Text, From: day(&c, "from", b.From), To: day(&c, "to", b.To), Audience: b.Audience, Version: b.Version}
	if err := c.Err(); err != nil {
		return nil, err
	}
	if b.ID != nil {
		t.ID = *b.ID
	}
	out := &studyMadeOutput{}
	var err error
	out.Body.ID, err = o.service.Plan(ctx, t)
	return out, err
}

func (o *Operations) publish(ctx context.Context, in *studyOneInput) (*struct{}, error) {
	return nil, o.service.Publish(ctx, in.ID)
}

func (o *Operations) link(ctx context.Context, in *studyLinkInput) (*struct{}, error) {
	return nil, o.service.Link(ctx, in.ID, in.Body.Gathering)
}

func (o *Operations) state(ctx context.Context, in *studyStateInput) (*struct{}, error) {
	var c problem.Check
	d := day(&c, "day", in.Body.Day)
	if err := c.Err(); err != nil {
		return nil, err
	}
	return nil, o.service.State(ctx, in.ID, d, in.Body.Note)
}

func (o *Operations) decide(ctx context.Context, in *studyDecideInput) (*struct{}, error) {
	return nil, o.service.Decide(ctx, in.ID, in.Makeup, in.Body.Confirm, in.Body.Answer)
}
