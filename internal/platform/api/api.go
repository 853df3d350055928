// Package api is the way in for other programs (G3): operations that are described once, served behind platform/web and listed in one OpenAPI 3.1 document.
// It promises that every operation states who may come in, that every refusal is problem+json in the caller's language which names the field and
// the reason, and that what is served is what is described.
package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"xieshang/internal/platform/web"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// The addresses of the description and of the page that shows it.
const (
	SpecPath = "/api/openapi.json"
	DocsPath = "/api/docs"
)

// BodyMax is the largest body of an operation that does not say otherwise, in bytes.
const BodyMax = 256 << 10

// API collects operations. Add them all before Routes is called; it is not for use by several goroutines until then.
type API struct {
	huma   huma.API
	ops    []*operation
	broken error
	spec   []byte
	tag    string
	known  *http.ServeMux // path patterns without methods, to tell "no such address" from "not with this method"
	allow  map[string][]string
}

type operation struct {
	op    *huma.Operation
	who   web.Access
	limit int64
	do    web.Handler
}

// New makes an API without operations. version is that of the description.
func New(title, description, version string) *API {
	a := &API{known: http.NewServeMux(), allow: map[string][]string{}}
	cfg := huma.DefaultConfig(title, version)
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "", "", "" // huma's own page would ask the internet for scripts
	cfg.CreateHooks = nil                                       // no $schema links in answers
	cfg.RejectUnknownQueryParameters = true
	cfg.Transformers = []huma.Transformer{translate}
	cfg.Info.Description = description
	cfg.Servers = []*huma.Server{{URL: "/", Description: "this platform"}}
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer",
		Description: "An API token, made on the page of the own account or by `xieshang token add`."}}
	a.huma = huma.NewAPI(cfg, adapter{a})
	a.huma.OpenAPI().Components.Schemas.Schema(problemType, true, "Problem")
	return a
}

// adapter takes what huma would put into a router of its own.
type adapter struct{ a *API }

// Handle keeps the operation for Routes; web's table of routes is the only router.
func (x adapter) Handle(op *huma.Operation, handler func(huma.Context)) {
	x.a.ops = append(x.a.ops, &operation{op: op, do: func(w http.ResponseWriter, r *http.Request) error {
		var f failure
		r = r.WithContext(context.WithValue(r.Context(), failureKey{}, &f))
		handler(humago.NewContext(op, r, w))
		return f.err // the answer has been sent; web writes it to the log
	}})
}

// ServeHTTP is not used: web serves.
func (adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }

type failureKey struct{}

// failure is what went wrong inside, for the log.
type failure struct{ err error }

// Op describes an operation. Who states who may come in.
type Op struct {
	ID      string // unique: list-suggestions
	Method  string
	Path    string // as http.ServeMux writes it
	Summary string
	Details string
	Tag     string
	Who     web.Access
	Status  int   // of success; 0: 200
	Errors  []int // besides those that follow from the rest (401 and 403 with a token, 422 with inputs)
	BodyMax int64 // bytes; 0: BodyMax
}

// Add describes an operation by the types of its input and output and serves it. do returns a *problem.Problem for a refusal; any other error is an
// internal failure, which the log sees and the caller does not.
func Add[I, O any](a *API, o Op, do func(context.Context, *I) (*O, error)) {
	if o.BodyMax == 0 {
		o.BodyMax = BodyMax
	}
	op := huma.Operation{OperationID: o.ID, Method: o.Method, Path: o.Path, Summary: o.Summary, Description: o.Details, Tags: []string{o.Tag}, DefaultStatus: o.Status,
		MaxBodyBytes: o.BodyMax, Errors: o.errors()}
	if o.Who.IsPublic() {
		op.Security = []map[string][]string{{}, {"token": {}}}
	} else {
		op.Security = []map[string][]string{{"token": {}}}
	}
	before := len(a.ops)
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := do(ctx, in)
		if err != nil {
			return nil, refuse(ctx, err)
		}
		return out, nil
	})
	if len(a.ops) != before+1 {
		a.broken = errors.Join(a.broken, fmt.Errorf("operation %s was not registered", o.ID))
		return
	}
	added := a.ops[before]
	added.who, added.limit = o.Who, o.BodyMax+1 // web's limit lies above, so that huma's answer names the limit
	finish(a.huma.OpenAPI().Components.Schemas, added.op)
}

func (o Op) errors() []int {
	out := slices.Clone(o.Errors)
	add := func(codes ...int) {
		for _, c := range codes {
			if !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	add(http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity)
	if o.Method != http.MethodGet {
		add(http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	slices.Sort(out)
	return out
}

// Spec is the description; it may be completed until Routes is called.
func (a *API) Spec() *huma.OpenAPI { return a.huma.OpenAPI() }

// Operation returns the description of an operation, or nil; it may be completed until Routes is called.
func (a *API) Operation(id string) *huma.Operation {
	for _, o := range a.ops {
		if o.op.OperationID == id {
			return o.op
		}
	}
	return nil
}

// Instead serves an operation with a handler of its own, for answers asked for so often that huma's reflection would show. The description stays.
func (a *API) Instead(id string, do web.Handler) {
	for _, o := range a.ops {
		if o.op.OperationID == id {
			o.do = do
			return
		}
	}
	a.broken = errors.Join(a.broken, fmt.Errorf("there is no operation %s", id))
}

// Routes is the table: every operation, the description, the page that shows it, and an answer in problem+json for every other address below /api/.
func (a *API) Routes() ([]web.Route, error) {
	if a.broken != nil {
		return nil, a.broken
	}
	if err := a.describe(); err != nil {
		return nil, err
	}
	var out []web.Route
	for _, o := range a.ops {
		out = append(out, web.Route{Method: o.op.Method, Path: o.op.Path, Who: o.who, Do: o.do, MaxBody: o.limit, API: true})
	}
	out = append(out,
		web.Route{Method: http.MethodGet, Path: SpecPath, Who: web.Public("the description says nothing of anybody"), Do: a.serveSpec, API: true},
		web.Route{Method: http.MethodGet, Path: DocsPath, Who: web.Public("the description says nothing of anybody"), Do: a.serveDocs},
		web.Route{Method: http.MethodGet, Path: DocsPath + ".css", Who: web.Public("the look of the page that shows the description"), Do: serveStyle},
	)
	for _, rt := range out {
		if a.allow[rt.Path] == nil {
			a.known.Handle(rt.Path, http.NotFoundHandler())
		}
		a.allow[rt.Path] = append(a.allow[rt.Path], rt.Method)
	}
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		out = append(out, web.Route{Method: method, Path: "/api/", Who: web.Public("what does not exist is said to everybody"), Do: a.unknown, API: true})
	}
	return out, nil
}

// pathPattern is what http.ServeMux found for the address, without the method.
func pathPattern(pattern string) string {
	if _, path, ok := strings.Cut(pattern, " "); ok {
		return path
	}
	return pattern
}
