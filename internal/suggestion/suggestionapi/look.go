package suggestionapi

import (
	"context"
	"net/http"

	"xieshang/internal/platform/api"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

// Looked is what a recorded look brings to light.
type Looked struct {
	Contacts  []Contact  `json:"contacts" nullable:"false" doc:"what authors left to be reached by"`
	Originals []Original `json:"originals" nullable:"false" doc:"the text as it came, before numbers in it were masked or staff amended it; oldest first"`
}

// Contact is what an author left to be reached by.
type Contact struct {
	Author uuid.UUID `json:"author" format:"uuid" example:"019cab12-3c4d-7e5f-8a90-b1c2d3e4f506" doc:"which of the authors"`
	Name   string    `json:"name,omitempty" example:"李女士" doc:"as they wish to be called"`
	Phone  string    `json:"phone,omitempty" example:"0731-55501234" doc:"telephone number"`
}

// Original is a text as it came.
type Original struct {
	Title string `json:"title" example:"枫溪路老旧小区加装电梯" doc:"as it was typed"`
	Body  string `json:"body" example:"请打我电话。" doc:"as it was typed"`
}

type lookInput struct {
	ID string `path:"id" example:"430100-2026-000123" doc:"UUID or number"`
}

type lookOutput struct{ Body Looked }

func (o *Operations) looking(to *api.API) {
	api.Add(to, api.Op{ID: "look-at-suggestion", Method: http.MethodPost, Path: "/api/v1/suggestions/{id}/look", Tag: "suggestions", Summary: "Look at contact data and the original text", Who: web.Staff(),
		Details: "For staff of the owning committee, with a token of the scope write: each look is written into the matter's timeline.", Errors: []int{http.StatusNotFound}}, o.look)
}

func (o *Operations) look(ctx context.Context, in *lookInput) (*lookOutput, error) {
	if err := reference(in.ID); err != nil {
		return nil, err
	}
	seen, err := o.service.Look(ctx, in.ID)
	if err != nil {
		return nil, named(err)
	}
	out := &lookOutput{Looked{Contacts: make([]Contact, 0, len(seen.Contacts)), Originals: make([]Original, 0, len(seen.Originals))}}
	for _, c := range seen.Contacts {
		out.Body.Contacts = append(out.Body.Contacts, Contact(c))
	}
	for _, x := range seen.Originals {
		out.Body.Originals = append(out.Body.Originals, Original(x))
	}
	return out, nil
}
