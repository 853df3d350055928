package suggestionapi

import (
	"context"
	"net/http"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
)

type asOfInput struct {
	AsOf  string    `query:"as_of" doc:"civil date; today when left out"`
	Known time.Time `query:"known_at" doc:"as it was known at this instant; now when left out"`
}

// Place is a division.
type Place struct {
	Named
	Code   string    `json:"code,omitempty" doc:"GB/T 2260"`
	Level  string    `json:"level" enum:"province,city,county"`
	Parent uuid.UUID `json:"parent"`
	Lon    float64   `json:"lon,omitempty"`
	Lat    float64   `json:"lat,omitempty"`
}

// Organisation is a committee, a department or a supervision office.
type Organisation struct {
	Named
	Kind     string    `json:"kind"`
	Level    string    `json:"level" enum:"province,city,county"`
	Code     string    `json:"code,omitempty" doc:"first part of the numbers of a committee's matters"`
	Division uuid.UUID `json:"division"`
}

// Subject is a field.
type Subject struct {
	Named
	Path   string    `json:"path"`
	Parent uuid.UUID `json:"parent"`
}

type itemsOutput[T any] struct {
	Body struct {
		Items []T `json:"items"`
	}
}

func (a *API) lists(api huma.API) {
	op := func(id, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Summary: summary, Tags: []string{"directory"}, Errors: []int{http.StatusUnprocessableEntity}}
	}
	huma.Register(api, op("list-divisions", "/api/v1/divisions", "Divisions"), func(ctx context.Context, in *asOfInput) (*itemsOutput[Place], error) {
		snap, err := a.at(ctx, in)
		if err != nil {
			return nil, said(ctx, err)
		}
		out := &itemsOutput[Place]{}
		out.Body.Items = []Place{}
		var walk func(uuid.UUID)
		walk = func(parent uuid.UUID) {
			for _, d := range snap.Divisions(parent) {
				out.Body.Items = append(out.Body.Items, Place{Named{d.ID, d.Name.ZH, d.Name.EN}, d.Code, string(d.Level), d.Parent, d.Lon, d.Lat})
				walk(d.ID)
			}
		}
		walk(uuid.Nil)
		return out, nil
	})
	organisations := func(kinds ...directory.Kind) func(context.Context, *asOfInput) (*itemsOutput[Organisation], error) {
		return func(ctx context.Context, in *asOfInput) (*itemsOutput[Organisation], error) {
			snap, err := a.at(ctx, in)
			if err != nil {
				return nil, said(ctx, err)
			}
			out := &itemsOutput[Organisation]{}
			out.Body.Items = []Organisation{}
			for _, o := range snap.Organisations() {
				for _, k := range kinds {
					if o.Kind == k {
						out.Body.Items = append(out.Body.Items, Organisation{Named{o.ID, o.Name.ZH, o.Name.EN}, string(o.Kind), string(o.Level), o.Code, o.Division})
					}
				}
			}
			return out, nil
		}
	}
	huma.Register(api, op("list-committees", "/api/v1/committees", "Committees"), organisations(directory.Committee))
	huma.Register(api, op("list-departments", "/api/v1/departments", "Departments and supervision offices"), organisations(directory.Department, directory.Office))
	huma.Register(api, op("list-fields", "/api/v1/fields", "Fields"), func(ctx context.Context, _ *struct{}) (*itemsOutput[Subject], error) {
		snap, err := a.directory.Snapshot(ctx)
		if err != nil {
			return nil, said(ctx, err)
		}
		out := &itemsOutput[Subject]{}
		out.Body.Items = []Subject{}
		var walk func(uuid.UUID)
		walk = func(parent uuid.UUID) {
			for _, f := range snap.Fields(parent) {
				out.Body.Items = append(out.Body.Items, Subject{Named{f.ID, f.Name.ZH, f.Name.EN}, f.Path, f.Parent})
				walk(f.ID)
			}
		}
		walk(uuid.Nil)
		return out, nil
	})
	huma.Register(api, huma.Operation{OperationID: "me", Method: http.MethodGet, Path: "/api/v1/me", Summary: "Who asks", Tags: []string{"account"}, Security: []map[string][]string{{"token": {}}}, Errors: []int{http.StatusUnauthorized}}, a.me)
}

func (a *API) at(ctx context.Context, in *asOfInput) (*directory.Snapshot, error) {
	if in.AsOf == "" && in.Known.IsZero() {
		return a.directory.Snapshot(ctx)
	}
	if in.AsOf == "" {
		return nil, problem.On("as_of", "suggestionapi.err.as-of")
	}
	day, err := clock.ParseDate(in.AsOf)
	if err != nil {
		return nil, problem.On("as_of", "suggestionapi.err.date", "value", in.AsOf)
	}
	return a.directory.At(ctx, day, in.Known)
}

type meOutput struct {
	Body struct {
		Account uuid.UUID `json:"account"`
		Name    string    `json:"name"`
		Roles   []role    `json:"roles"`
		Scopes  []string  `json:"scopes,omitempty"`
	}
}

type role struct {
	Role  string `json:"role"`
	Place *Named `json:"place,omitempty"`
}

func (a *API) me(ctx context.Context, _ *struct{}) (*meOutput, error) {
	actor := actorOf(ctx)
	if !actor.SignedIn() {
		return nil, said(ctx, problem.New(problem.SignIn, "problem.sign-in"))
	}
	snap, err := a.directory.Snapshot(ctx)
	if err != nil {
		return nil, said(ctx, err)
	}
	out := &meOutput{}
	out.Body.Account, out.Body.Name = actor.Account, actor.Name
	for _, g := range actor.Grants {
		out.Body.Roles = append(out.Body.Roles, role{string(g.Role), viewer{snap}.org(g.Place)})
	}
	for _, s := range actor.Scopes {
		out.Body.Scopes = append(out.Body.Scopes, string(s))
	}
	return out, nil
}
