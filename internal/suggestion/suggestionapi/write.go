package suggestionapi

import (
	"context"
	"net/http"
	"strings"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
)

type raiseInput struct {
	Key  string `header:"Idempotency-Key" maxLength:"100" doc:"the same key a second time gives the first matter again"`
	Body struct {
		Title      string  `json:"title" example:"松湖路没有路灯"`
		Body       string  `json:"body"`
		Committee  string  `json:"committee,omitempty" doc:"id, code or name; left out: the committee of the division"`
		Division   string  `json:"division,omitempty" doc:"id or GB/T 2260 code"`
		Field      string  `json:"field,omitempty" doc:"id or path"`
		Place      string  `json:"place,omitempty"`
		Lon        float64 `json:"lon,omitempty"`
		Lat        float64 `json:"lat,omitempty"`
		PublicWish *bool   `json:"public_wish,omitempty" doc:"true when left out"`
		Draft      bool    `json:"draft,omitempty"`
	}
}

type raiseOutput struct {
	Status   int
	Location string `header:"Location"`
	Replay   string `header:"Idempotent-Replay"`
	Body     struct {
		ID     uuid.UUID `json:"id"`
		Number string    `json:"number"`
		State  string    `json:"state"`
		Code   string    `json:"code,omitempty" doc:"tracking code of a resident's message; shown once"`
	}
}

type actInput struct {
	ID     string `path:"id" doc:"UUID or number"`
	Action string `path:"action" doc:"one of the actions in the matter's list"`
	Body   struct {
		Version    int         `json:"version,omitempty" doc:"of the matter as you saw it; 409 when it has changed"`
		Reason     string      `json:"reason,omitempty"`
		Text       string      `json:"text,omitempty"`
		Public     *bool       `json:"public,omitempty"`
		Field      string      `json:"field,omitempty"`
		Division   string      `json:"division,omitempty"`
		Into       string      `json:"into,omitempty" doc:"number of the matter to merge into"`
		Committee  string      `json:"committee,omitempty"`
		Office     string      `json:"office,omitempty"`
		Department string      `json:"department,omitempty"`
		Team       []teamEntry `json:"team,omitempty"`
		Due        string      `json:"due,omitempty"`
		Until      string      `json:"until,omitempty"`
		Day        string      `json:"day,omitempty"`
		Promised   string      `json:"promised,omitempty"`
		Letter     string      `json:"letter,omitempty"`
		Class      string      `json:"class,omitempty"`
		How        string      `json:"how,omitempty"`
		Rating     string      `json:"rating,omitempty"`
		Target     string      `json:"target,omitempty"`
		Title      string      `json:"title,omitempty"`
		Body       string      `json:"body,omitempty"`
	}
}

type teamEntry struct {
	Department string `json:"department" doc:"id or name"`
	Part       string `json:"part" enum:"lead,joint,assisting,separate"`
}

func (a *API) writing(api huma.API) {
	names := make([]string, 0, len(suggestion.Life().Transitions))
	for _, t := range suggestion.Life().Transitions {
		if !t.Quiet {
			names = append(names, string(t.Action))
		}
	}
	token := []map[string][]string{{"token": {}}}
	errs := []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity}
	huma.Register(api, huma.Operation{OperationID: "raise-suggestion", Method: http.MethodPost, Path: "/api/v1/suggestions", Summary: "Raise a matter", Tags: []string{"suggestions"}, Security: token, Errors: errs, DefaultStatus: http.StatusCreated}, a.raise)
	huma.Register(api, huma.Operation{OperationID: "act-on-suggestion", Method: http.MethodPost, Path: "/api/v1/suggestions/{id}/actions/{action}", Summary: "Take an action", Tags: []string{"suggestions"},
		Description: "Actions: " + strings.Join(names, ", ") + ". An action that the state does not permit is answered with 409 and the list of those it permits.", Security: token, Errors: errs}, a.act)
}

func (a *API) raise(ctx context.Context, in *raiseInput) (*raiseOutput, error) {
	snap, err := a.directory.Snapshot(ctx)
	if err != nil {
		return nil, said(ctx, err)
	}
	f := finder{snap: snap}
	b := in.Body
	input := suggestion.RaiseInput{Title: b.Title, Body: b.Body, Place: b.Place, Lon: b.Lon, Lat: b.Lat, PublicWish: b.PublicWish == nil || *b.PublicWish, Draft: b.Draft, Once: in.Key,
		Committee: f.committee("committee", b.Committee), Division: f.division("division", b.Division), Field: f.field("field", b.Field)}
	if err := f.c.Err(); err != nil {
		return nil, said(ctx, err)
	}
	if !actorOf(ctx).SignedIn() {
		return nil, said(ctx, problem.New(problem.SignIn, "problem.sign-in"))
	}
	r, err := a.service.Raise(ctx, input)
	if err != nil {
		return nil, said(ctx, err)
	}
	out := &raiseOutput{Status: http.StatusCreated, Location: "/api/v1/suggestions/" + r.ID.String()}
	if r.Again {
		out.Status, out.Replay = http.StatusOK, "true"
	}
	out.Body.ID, out.Body.Number, out.Body.State, out.Body.Code = r.ID, r.Number, string(r.State), r.Code
	return out, nil
}

func (a *API) act(ctx context.Context, in *actInput) (*matterOutput, error) {
	snap, err := a.directory.Snapshot(ctx)
	if err != nil {
		return nil, said(ctx, err)
	}
	f := finder{snap: snap}
	b := in.Body
	day := func(name, text string) clock.Date {
		if text == "" {
			return clock.Date{}
		}
		d, err := clock.ParseDate(text)
		if err != nil {
			f.c.Add(name, "suggestionapi.err.date", "value", text)
		}
		return d
	}
	input := suggestion.ActInput{Version: b.Version, Reason: b.Reason, Text: b.Text, Public: b.Public, Field: f.field("field", b.Field), Division: f.division("division", b.Division), Into: b.Into,
		Committee: f.committee("committee", b.Committee), Office: f.department("office", b.Office), Department: f.department("department", b.Department), Due: day("due", b.Due), Until: day("until", b.Until),
		Day: day("day", b.Day), Promised: day("promised", b.Promised), Letter: b.Letter, Class: b.Class, How: b.How, Rating: suggestion.Rating(b.Rating), Target: b.Target, Title: b.Title, Body: b.Body}
	for _, t := range b.Team {
		input.Team = append(input.Team, suggestion.TeamPart{Department: f.department("team", t.Department), Part: suggestion.Part(t.Part)})
	}
	if err := f.c.Err(); err != nil {
		return nil, said(ctx, err)
	}
	c, err := a.service.Act(ctx, in.ID, wf.Action(in.Action), input)
	if err != nil {
		return nil, said(ctx, err)
	}
	return a.answer(ctx, c)
}
