// Package branchlifeapi is the JSON face of branch life (C3) and its changes (C4): how a year stands, and the actions of a transfer, cut to the caller by the service as the pages are.
package branchlifeapi

import (
	"context"
	"net/http"

	"xieshang/internal/branchlife"
	"xieshang/internal/platform/api"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/web"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// Operations are those of branch life.
type Operations struct{ service *branchlife.Service }

// New adds every operation to the API.
func New(to *api.API, s *branchlife.Service) *Operations {
	o := &Operations{s}
	op := func(id, method, path, summary, details string, status int) api.Op {
		return api.Op{ID: id, Method: method, Path: path, Tag: "branch life", Summary: summary, Details: details, Who: web.SignedIn(), Status: status, Errors: []int{http.StatusNotFound}}
	}
	api.Add(to, op("get-branch-year", http.MethodGet, "/api/v1/branch-life/{organisation}", "How a year stands", "What a Party organisation did, what is due and what was missed, by rule and period; computed from the gatherings and the directory as they are now.", 0), o.year)
	api.Add(to, op("list-transfers", http.MethodGet, "/api/v1/transfers", "Transfers of the relation", "Those that the caller may see, the open ones first.", 0), o.transfers)
	api.Add(to, op("act-on-transfer", http.MethodPost, "/api/v1/transfers/{id}/actions/{action}", "Take an action on a transfer", "release, receive, refuse, send-back or withdraw; a transfer lists those that the caller may take.", http.StatusNoContent), o.act)
	return o
}

// BranchPeriod is one period of one rule.
type BranchPeriod struct {
	Counts      string `json:"counts" example:"theme_day" doc:"what is gathered for"`
	From        string `json:"from" format:"date" example:"2026-03-01" doc:"first day"`
	Last        string `json:"last" format:"date" example:"2026-03-31" doc:"last day"`
	State       string `json:"state" enum:"done,due,missed,later,exempt" example:"due" doc:"how it stands"`
	Why         string `json:"why,omitempty" example:"founded" doc:"why nothing is asked for"`
	Wanted      int    `json:"wanted" example:"1" doc:"how many are asked for"`
	Have        int    `json:"have" example:"0" doc:"how many took place"`
	Provisional bool   `json:"provisional" example:"false" doc:"done only with records that are not closed"`
}

// BranchYear is how a year stands.
type BranchYear struct {
	Organisation uuid.UUID      `json:"organisation" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f601" doc:"which"`
	Year         int            `json:"year" example:"2026" doc:"which year"`
	FullMembers  int            `json:"full_members" example:"8" doc:"whose relation lies there today"`
	Periods      []BranchPeriod `json:"periods" nullable:"false" doc:"by rule, earlier first"`
}

type yearInput struct {
	Organisation uuid.UUID `path:"organisation" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f601" doc:"a Party organisation"`
	Year         int       `query:"year" minimum:"2000" maximum:"2100" example:"2026" required:"true" doc:"which year"`
}

type yearOutput struct{ Body BranchYear }

func (o *Operations) year(ctx context.Context, in *yearInput) (*yearOutput, error) {
	l, err := o.service.Year(ctx, in.Organisation, in.Year)
	if err != nil {
		return nil, err
	}
	out := &yearOutput{BranchYear{Organisation: in.Organisation, Year: l.Year, FullMembers: l.Full, Periods: []BranchPeriod{}}}
	for _, x := range l.Slots {
		out.Body.Periods = append(out.Body.Periods, BranchPeriod{Counts: string(x.Counts), From: x.Days.From.String(), Last: x.Until().String(), State: string(x.State), Why: string(x.Why), Wanted: x.Wanted, Have: x.Have, Provisional: x.Provisional})
	}
	return out, nil
}

// RelationTransfer is one case.
type RelationTransfer struct {
	ID      uuid.UUID `json:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f602" doc:"which"`
	Person  uuid.UUID `json:"person" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f603" doc:"whose relation"`
	From    uuid.UUID `json:"from" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f604" doc:"where it lies"`
	To      string    `json:"to" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f605" doc:"id of where it is to lie, or the name of an organisation outside that has no id yet"`
	State   string    `json:"state" enum:"asked,released,received,refused,withdrawn,expired" example:"released" doc:"how far it is"`
	Letter  string    `json:"letter" example:"样介〔2026〕1号" doc:"number of the letter"`
	Until   string    `json:"until" example:"2026-06-01" doc:"last day on which the letter is valid"`
	Version int       `json:"version" example:"2" doc:"for an action"`
	Actions []string  `json:"actions" nullable:"false" doc:"that the caller may take now"`
}

// RelationTransfers is a list of cases.
type RelationTransfers struct {
	Transfers []RelationTransfer `json:"transfers" nullable:"false" doc:"at most 200"`
}

type transfersOutput struct{ Body RelationTransfers }

func (o *Operations) transfers(ctx context.Context, _ *struct{}) (*transfersOutput, error) {
	list, err := o.service.Transfers(ctx)
	if err != nil {
		return nil, err
	}
	out := &transfersOutput{RelationTransfers{Transfers: []RelationTransfer{}}}
	for _, t := range list {
		x := RelationTransfer{ID: t.ID, Person: t.Person, From: t.From, To: t.ToName, State: string(t.State), Letter: t.Letter, Until: t.Until.String(), Version: t.Version, Actions: []string{}}
		if t.To != uuid.Nil {
			x.To = t.To.String()
		}
		for _, a := range t.Actions {
			x.Actions = append(x.Actions, string(a.Action))
		}
		out.Body.Transfers = append(out.Body.Transfers, x)
	}
	return out, nil
}

// TransferAct is the body of an action; each takes what it needs.
type TransferAct struct {
	Version int    `json:"version,omitempty" minimum:"0" example:"2" doc:"of the case as you saw it; 409 when it has changed since"`
	Reason  string `json:"reason,omitempty" maxLength:"8000" example:"材料不全" doc:"why, for refuse, send-back and withdraw"`
	Letter  string `json:"letter,omitempty" maxLength:"400" example:"样介〔2026〕1号" doc:"number of the letter, for release"`
	Issued  string `json:"issued,omitempty" maxLength:"10" example:"2026-03-02" doc:"civil date of the letter, for release"`
	Until   string `json:"until,omitempty" maxLength:"10" example:"2026-05-31" doc:"last day of its validity, 90 days later at most, for release"`
	Day     string `json:"day,omitempty" maxLength:"10" example:"2026-03-20" doc:"from which day on the relation lies in the new place, for receive"`
}

type actInput struct {
	ID     uuid.UUID `path:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f602" doc:"which"`
	Action string    `path:"action" maxLength:"40" example:"release" doc:"one of the case's actions"`
	Body   TransferAct
}

func (o *Operations) act(ctx context.Context, in *actInput) (*struct{}, error) {
	var c problem.Check
	day := func(field, text string) clock.Date {
		if text == "" {
			return clock.Date{}
		}
		d, err := clock.ParseDate(text)
		if err != nil {
			c.Add(field, "branchlife.err.day")
		}
		return d
	}
	x := branchlife.TransferInput{Version: in.Body.Version, Reason: in.Body.Reason, Letter: in.Body.Letter, Issued: day("issued", in.Body.Issued), Until: day("until", in.Body.Until), Day: day("day", in.Body.Day)}
	if err := c.Err(); err != nil {
		return nil, err
	}
	return nil, o.service.ActTransfer(ctx, in.ID, wf.Action(in.Action), x)
}
