package suggestionapi

import (
	"context"
	"net/http"

	"xieshang/internal/platform/api"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/web"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

// NewMatter is what a matter is raised from.
type NewMatter struct {
	Title      string  `json:"title" minLength:"1" maxLength:"400" example:"枫溪路老旧小区加装电梯" doc:"4 to 80 characters"`
	Body       string  `json:"body" minLength:"1" maxLength:"20000" example:"枫溪路12号院三栋楼住着四十多位老人，六层没有电梯，盼望统一加装。" doc:"10 to 5,000 characters"`
	Committee  string  `json:"committee,omitempty" maxLength:"120" example:"430100" doc:"id, code or name; left out: that of the division, or the caller's own when the caller is a member"`
	Division   string  `json:"division,omitempty" maxLength:"120" example:"430102" doc:"id, GB/T 2260 code or name"`
	Field      string  `json:"field,omitempty" maxLength:"200" example:"交通出行" doc:"id, path or name"`
	Place      string  `json:"place,omitempty" maxLength:"400" example:"枫溪路12号院" doc:"up to 120 characters"`
	Lon        float64 `json:"lon,omitempty" example:"113.01" doc:"pin on the map, degrees; with lat"`
	Lat        float64 `json:"lat,omitempty" example:"28.19" doc:"pin on the map, degrees; with lon"`
	PublicWish *bool   `json:"public_wish,omitempty" example:"true" doc:"whether the author wishes it to be public; true when left out. Staff decide"`
	Draft      bool    `json:"draft,omitempty" example:"false" doc:"keep it, do not raise it yet"`
}

type raiseInput struct {
	Key  string `header:"Idempotency-Key" maxLength:"100" pattern:"^[\\x21-\\x7e]*$" patternDescription:"visible ASCII" example:"0190aaaa-bbbb-7ccc-8ddd-eeeeffff0001" doc:"the same key from the same account gives the first matter again, whatever the body says"`
	Body NewMatter
}

// Receipt is what the one who raised a matter gets.
type Receipt struct {
	ID     uuid.UUID `json:"id" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f502" doc:"UUID"`
	Number string    `json:"number" example:"430100-2026-000123" doc:"committee-year-sequence; empty for a draft"`
	State  string    `json:"state" enum:"raised,draft" doc:"where it stands"`
}

type raiseOutput struct {
	Status   int    `status:"true"`
	Location string `header:"Location" doc:"the address of the matter"`
	Replay   string `header:"Idempotent-Replay" doc:"true when the key was known and nothing new was stored"`
	Body     Receipt
}

func (o *Operations) raising(to *api.API) {
	api.Add(to, api.Op{ID: "raise-suggestion", Method: http.MethodPost, Path: "/api/v1/suggestions", Tag: "suggestions", Summary: "Raise a matter", Who: web.SignedIn(), Status: http.StatusCreated,
		Details: "Needs a token with the scope write. What is acknowledged is on disk. A repeated Idempotency-Key is answered with 200 and the header Idempotent-Replay."}, o.raise)
	op := to.Operation("raise-suggestion")
	again := *op.Responses["201"]
	again.Description = "The key was known: this is the matter that it made"
	op.Responses["200"] = &again
}

func (o *Operations) raise(ctx context.Context, in *raiseInput) (*raiseOutput, error) {
	snap, err := o.directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	f := finder{snap: snap}
	b := &in.Body
	input := suggestion.RaiseInput{Title: b.Title, Body: b.Body, Place: b.Place, Lon: b.Lon, Lat: b.Lat, PublicWish: b.PublicWish == nil || *b.PublicWish, Draft: b.Draft, Once: in.Key,
		Committee: f.committee("committee", b.Committee), Division: f.division("division", b.Division), Field: f.field("field", b.Field)}
	if err := f.c.Err(); err != nil {
		return nil, err
	}
	if input.Committee == uuid.Nil && input.Division == uuid.Nil {
		if own := authz.From(ctx).Places(authz.Member); len(own) > 0 {
			input.Committee = own[0]
		}
	}
	r, err := o.service.Raise(ctx, input)
	if err != nil {
		return nil, err
	}
	out := &raiseOutput{Status: http.StatusCreated, Location: "/api/v1/suggestions/" + r.ID.String(), Body: Receipt{r.ID, r.Number, string(r.State)}}
	if r.Again {
		out.Status, out.Replay = http.StatusOK, "true"
	}
	return out, nil
}
