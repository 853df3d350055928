// Package gatheringapi is the JSON face of gatherings (C1): what the caller is invited to, runs or reads, and the steps of its life, cut to the caller by the service as the pages are.
package gatheringapi

import (
	"context"
	"net/http"
	"slices"
	"time"

	"xieshang/internal/gathering"
	"xieshang/internal/platform/api"
	"xieshang/internal/platform/web"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// Operations are those of gatherings.
type Operations struct{ service *gathering.Service }

// New adds every operation to the API.
func New(to *api.API, s *gathering.Service) *Operations {
	o := &Operations{s}
	op := func(id, method, path, summary, details string, status int) api.Op {
		return api.Op{ID: id, Method: method, Path: path, Tag: "gatherings", Summary: summary, Details: details, Who: web.SignedIn(), Status: status, Errors: []int{http.StatusNotFound, http.StatusConflict}}
	}
	api.Add(to, op("list-gatherings", http.MethodGet, "/api/v1/gatherings", "Gatherings that the caller runs or reads", "Latest first, 200 at most; organisers and leaders get those of their committee, who leads an organisation those that it holds.", 0), o.list)
	api.Add(to, op("list-own-gatherings", http.MethodGet, "/api/v1/gatherings/mine", "Gatherings to which the caller is invited", "Those to come, earliest first, with the caller's own answer.", 0), o.mine)
	api.Add(to, op("get-gathering", http.MethodGet, "/api/v1/gatherings/{id}", "One gathering", "People are named for those who run it, leaders of the committee and administrators only.", 0), o.get)
	api.Add(to, op("act-on-gathering", http.MethodPost, "/api/v1/gatherings/{id}/actions/{action}", "Take a step", "Needs a token with the scope write. A step that the state does not permit is answered with 409.", http.StatusNoContent), o.act)
	api.Add(to, op("answer-gathering", http.MethodPost, "/api/v1/gatherings/{id}/answer", "Say whether the caller comes", "For who is invited; leave needs a reason.", http.StatusNoContent), o.answer)
	return o
}

// GatheringItem is one gathering in a list.
type GatheringItem struct {
	ID        uuid.UUID   `json:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f701" doc:"which"`
	Committee uuid.UUID   `json:"committee" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f702" doc:"that its first holder belongs to"`
	Holders   []uuid.UUID `json:"holders" nullable:"false" doc:"organisations that hold it; a joint one counts for each"`
	Kind      string      `json:"kind" example:"branch_meeting" doc:"key of its kind"`
	Title     string      `json:"title" example:"三月党员大会" doc:"title"`
	Place     string      `json:"place" example:"三楼会议室" doc:"where"`
	Starts    time.Time   `json:"starts" format:"date-time" example:"2026-03-06T01:00:00Z" doc:"beginning"`
	Ends      time.Time   `json:"ends" format:"date-time" example:"2026-03-06T03:00:00Z" doc:"end"`
	State     string      `json:"state" enum:"planned,published,open,held,closed,cancelled" example:"published" doc:"how far it is"`
	Version   int         `json:"version" example:"2" doc:"grows with every change"`
	Answer    string      `json:"answer,omitempty" enum:"coming,leave" example:"coming" doc:"the caller's own, where it is their list"`
}

// GatheringPerson is somebody who is invited or came.
type GatheringPerson struct {
	Person   uuid.UUID `json:"person" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f703" doc:"who"`
	Name     string    `json:"name" example:"李样例" doc:"their name"`
	Answer   string    `json:"answer,omitempty" enum:"coming,leave" example:"coming" doc:"what they said"`
	Presence string    `json:"presence,omitempty" enum:"present,late,leave,absent,made_up" example:"present" doc:"what is recorded"`
}

// GatheringLine is one item of the agenda.
type GatheringLine struct {
	Title   string `json:"title" example:"学习有关精神" doc:"item"`
	Study   bool   `json:"study" example:"true" doc:"study item"`
	Speaker string `json:"speaker" example:"支部书记" doc:"who speaks"`
	Minutes int    `json:"minutes" example:"30" doc:"planned; 0: not said"`
}

// GatheringDetails is a gathering as the caller may see it.
type GatheringDetails struct {
	Gathering GatheringItem     `json:"gathering" doc:"the gathering"`
	Agenda    []GatheringLine   `json:"agenda" nullable:"false" doc:"in order"`
	Invited   int               `json:"invited" example:"12" doc:"how many are invited"`
	There     int               `json:"there" example:"10" doc:"how many were there; 0 for whoever may not see people"`
	People    []GatheringPerson `json:"people" nullable:"false" doc:"empty for whoever may not see names"`
	Minutes   string            `json:"minutes" example:"" doc:"empty for whoever may not read them"`
	Actions   []string          `json:"actions" nullable:"false" doc:"steps that the caller may take now"`
}

type listInput struct {
	Holder uuid.UUID `query:"holder" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f702" doc:"only what this organisation holds"`
	Kind   string    `query:"kind" maxLength:"40" example:"branch_meeting" doc:"key of a kind"`
	State  string    `query:"state" enum:"planned,published,open,held,closed,cancelled" example:"closed" doc:"only in this state"`
	Limit  int       `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"how many"`
}

type listBody struct {
	Items []GatheringItem `json:"items" nullable:"false" doc:"gatherings"`
	More  bool            `json:"more" example:"false" doc:"there are more than asked for"`
}

type listOutput struct{ Body listBody }

type oneInput struct {
	ID uuid.UUID `path:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f701" doc:"of the gathering"`
}

type getOutput struct{ Body GatheringDetails }

type actInput struct {
	ID     uuid.UUID `path:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f701" doc:"of the gathering"`
	Action string    `path:"action" maxLength:"20" example:"publish" doc:"publish, open, end, close, reopen or cancel"`
	Body   struct {
		Reason string `json:"reason,omitempty" maxLength:"2000" example:"改期" doc:"needed to reopen and to cancel"`
	}
}

type answerInput struct {
	ID   uuid.UUID `path:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f701" doc:"of the gathering"`
	Body struct {
		Answer string `json:"answer" enum:"coming,leave" example:"coming" doc:"what"`
		Reason string `json:"reason,omitempty" maxLength:"2000" example:"出差" doc:"needed for leave"`
	}
}

func item(g gathering.Gathering) GatheringItem {
	return GatheringItem{ID: g.ID, Committee: g.Committee, Holders: slices.Clone(g.Holders), Kind: g.Kind, Title: g.Title, Place: g.Place, Starts: g.Starts, Ends: g.Ends, State: string(g.State), Version: g.Version}
}

func (o *Operations) list(ctx context.Context, in *listInput) (*listOutput, error) {
	list, more, err := o.service.List(ctx, gathering.Query{Organisation: in.Holder, Kind: in.Kind, State: wf.State(in.State), Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := &listOutput{listBody{Items: make([]GatheringItem, 0, len(list)), More: more}}
	for _, g := range list {
		out.Body.Items = append(out.Body.Items, item(g))
	}
	return out, nil
}

func (o *Operations) mine(ctx context.Context, _ *struct{}) (*listOutput, error) {
	list, err := o.service.Coming(ctx)
	if err != nil {
		return nil, err
	}
	out := &listOutput{listBody{Items: make([]GatheringItem, 0, len(list))}}
	for _, x := range list {
		i := item(x.Gathering)
		i.Answer = string(x.Answer)
		out.Body.Items = append(out.Body.Items, i)
	}
	return out, nil
}

func (o *Operations) get(ctx context.Context, in *oneInput) (*getOutput, error) {
	l, err := o.service.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	d := GatheringDetails{Gathering: item(l.Gathering), Agenda: []GatheringLine{}, People: []GatheringPerson{}, Actions: []string{}, Invited: l.Counts.Invited, There: l.Counts.There(), Minutes: l.Gathering.Minutes}
	for _, x := range l.Items {
		d.Agenda = append(d.Agenda, GatheringLine{x.Title, x.Study, x.Speaker, x.Minutes})
	}
	for _, x := range l.People {
		d.People = append(d.People, GatheringPerson{x.Person, x.Name, string(x.Answer), string(x.Presence)})
	}
	for _, t := range l.Actions {
		d.Actions = append(d.Actions, string(t.Action))
	}
	return &getOutput{d}, nil
}

func (o *Operations) act(ctx context.Context, in *actInput) (*struct{}, error) {
	return nil, o.service.Act(ctx, in.ID, wf.Action(in.Action), in.Body.Reason)
}

func (o *Operations) answer(ctx context.Context, in *answerInput) (*struct{}, error) {
	return nil, o.service.Respond(ctx, in.ID, gathering.Answer(in.Body.Answer), in.Body.Reason)
}
