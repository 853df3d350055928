// Package suggestionapi is the JSON face of micro-suggestions (A1) for other programs: the operations of interface.md, thin over the same service as the
// pages, with the OpenAPI 3.1 description at /api/openapi.json. Errors are problem+json that says which field and why.
package suggestionapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/web"
	"xieshang/internal/suggestion"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/google/uuid"
)

// Directory is what the API asks of the directory.
type Directory interface {
	Snapshot(ctx context.Context) (*directory.Snapshot, error)
	At(ctx context.Context, day clock.Date, known time.Time) (*directory.Snapshot, error)
}

// API holds the operations.
type API struct {
	service   *suggestion.Service
	directory Directory
	mux       *http.ServeMux
	spec      *huma.OpenAPI
}

// New registers every operation.
func New(s *suggestion.Service, d Directory, version string) *API {
	a := &API{service: s, directory: d, mux: http.NewServeMux()}
	cfg := huma.DefaultConfig("Xieshang 协商云", version)
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "/api/openapi", "", ""
	cfg.CreateHooks = nil // no $schema links in answers
	cfg.RejectUnknownQueryParameters = true
	cfg.Info.Description = "Micro-suggestions of a consultative assembly. Without a token public matters are readable; with one, what its account may read and do."
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer", Description: "An API token made on the page of the own account."}}
	api := humago.New(a.mux, cfg)
	a.spec = api.OpenAPI()
	a.reading(api)
	a.writing(api)
	a.lists(api)
	return a
}

// Spec is the OpenAPI description, for tests and docs.
func (a *API) Spec() *huma.OpenAPI { return a.spec }

// Routes is the table: everybody reads what is public, only accounts write.
func (a *API) Routes() []web.Route {
	reading := web.Public("without a token only public matters are readable; the service cuts to what the caller may read")
	return []web.Route{
		{Method: "GET", Path: "/api/v1/", Who: reading, API: true, Do: a.serve},
		{Method: "GET", Path: "/api/openapi.json", Who: web.Public("the description of the API"), API: true, Do: a.serve},
		{Method: "POST", Path: "/api/v1/", Who: web.SignedIn(), API: true, Do: a.serve, MaxBody: 1 << 20},
	}
}

func (a *API) serve(w http.ResponseWriter, r *http.Request) error {
	if _, pattern := a.mux.Handler(r); pattern == "" {
		return problem.New(problem.NotFound, "problem.not-found")
	}
	a.mux.ServeHTTP(w, r)
	return nil
}

// refusal is a problem as huma sends it.
type refusal struct{ web.ProblemJSON }

func (r *refusal) Error() string             { return r.Detail }
func (r *refusal) GetStatus() int            { return r.Status }
func (r *refusal) ContentType(string) string { return "application/problem+json" }

// said maps an error of the service once; what is not a problem goes to the log through huma's 500 and is not shown.
func said(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if p := web.AsProblem(err); p != nil {
		return &refusal{web.Describe(i18n.From(ctx), web.Status(p.Kind), p)}
	}
	var already *refusal
	if errors.As(err, &already) {
		return err
	}
	p := problem.New(problem.Unavailable, "problem.internal")
	return &refusal{web.Describe(i18n.From(ctx), http.StatusInternalServerError, p)}
}

// ref turns an id, a code or a name into an id; a text that names nothing is refused with its field.
type finder struct {
	snap *directory.Snapshot
	c    problem.Check
}

func (f *finder) id(field, text string, find func(string) uuid.UUID) uuid.UUID {
	if text == "" {
		return uuid.Nil
	}
	u, err := uuid.Parse(text)
	if err != nil {
		u = find(text)
	} else if f.snap.Organisation(u) == nil && f.snap.Division(u) == nil && f.snap.Field(u) == nil {
		u = uuid.Nil
	}
	if u == uuid.Nil {
		f.c.Add(field, "suggestionapi.err.unknown", "value", text)
	}
	return u
}

func (f *finder) committee(field, text string) uuid.UUID {
	return f.id(field, text, func(s string) uuid.UUID {
		if k := f.snap.CommitteeByName(s); k != nil {
			return k.ID
		}
		return uuid.Nil
	})
}

func (f *finder) division(field, text string) uuid.UUID {
	return f.id(field, text, func(s string) uuid.UUID {
		if d := f.snap.DivisionByCode(s); d != nil {
			return d.ID
		}
		return uuid.Nil
	})
}

func (f *finder) field(field, text string) uuid.UUID {
	return f.id(field, text, func(s string) uuid.UUID {
		if x := f.snap.FieldByPath(s); x != nil {
			return x.ID
		}
		return uuid.Nil
	})
}

func (f *finder) department(field, text string) uuid.UUID {
	return f.id(field, text, func(s string) uuid.UUID {
		for _, o := range f.snap.Organisations() {
			if (o.Kind == directory.Department || o.Kind == directory.Office) && (o.Name.ZH == s || o.Name.EN == s) {
				return o.ID
			}
		}
		return uuid.Nil
	})
}

func actorOf(ctx context.Context) authz.Actor { return authz.From(ctx) }
