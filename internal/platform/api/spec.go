package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/web"

	"github.com/danielgtaylor/huma/v2"
)

const problemRef = "#/components/schemas/Problem"

// finish makes the described refusals those that are sent.
func finish(reg huma.Registry, op *huma.Operation) {
	for code, r := range op.Responses {
		status, err := strconv.Atoi(code)
		if err != nil || status < 400 {
			continue
		}
		r.Description = http.StatusText(status)
		r.Content = map[string]*huma.MediaType{"application/problem+json": {Schema: &huma.Schema{Ref: problemRef}, Example: problemExample(status)}}
	}
	for _, p := range op.Parameters {
		if p.Example == nil && p.Schema != nil && p.Required {
			p.Example = Example(reg, p.Schema)
		}
	}
}

func problemExample(status int) any {
	out := map[string]any{"type": "about:blank", "title": http.StatusText(status), "status": status, "code": exampleCodes[status]}
	switch status {
	case http.StatusUnprocessableEntity:
		out["errors"] = []any{map[string]any{"field": "title", "code": "suggestion.err.title-empty", "detail": "Give it a title."}}
	case http.StatusConflict:
		out["allowed"] = []any{"withdraw", "supplement"}
	}
	return out
}

var exampleCodes = map[int]string{400: "api.err.json", 401: "problem.sign-in", 403: "problem.forbidden", 404: "problem.not-found", 409: "problem.conflict", 413: "problem.too-large",
	415: "api.err.content-type", 422: "problem.invalid", 429: "problem.too-many", 500: "problem.internal"}

// Example builds an instance of a schema from the examples of its parts. Optional parts without an example of their own are in it too, so that a
// reader sees every field once.
func Example(reg huma.Registry, s *huma.Schema) any { return example(reg, s, 0) }

func example(reg huma.Registry, s *huma.Schema, depth int) any {
	for s.Ref != "" {
		s = reg.SchemaFromRef(s.Ref)
	}
	switch {
	case len(s.Examples) > 0:
		return s.Examples[0]
	case s.Default != nil:
		return s.Default
	case len(s.Enum) > 0:
		return s.Enum[0]
	case depth > 8:
		return nil
	}
	switch s.Type {
	case huma.TypeObject:
		out := map[string]any{}
		for name, p := range s.Properties {
			out[name] = example(reg, p, depth+1)
		}
		return out
	case huma.TypeArray:
		return []any{example(reg, s.Items, depth+1)}
	case huma.TypeInteger, huma.TypeNumber:
		if s.Minimum != nil {
			return *s.Minimum
		}
		return 1
	case huma.TypeBoolean:
		return true
	}
	switch s.Format {
	case "uuid":
		return "019cab12-3c4d-7e5f-8a90-b1c2d3e4f506"
	case "date-time":
		return "2026-03-02T01:00:00Z"
	}
	return "…"
}

// describe completes the document and writes it down.
func (a *API) describe() error {
	doc := a.huma.OpenAPI()
	reg := doc.Components.Schemas
	for _, unused := range []string{"ErrorModel", "ErrorDetail"} { // huma's own refusal, which nobody gets
		delete(reg.Map(), unused)
	}
	for _, o := range a.ops {
		if b := o.op.RequestBody; b != nil {
			for _, m := range b.Content {
				if m.Example == nil && m.Examples == nil && m.Schema != nil {
					m.Example = Example(reg, m.Schema)
				}
			}
		}
		for _, r := range o.op.Responses {
			for _, m := range r.Content {
				if m.Example == nil && m.Schema != nil {
					m.Example = Example(reg, m.Schema)
				}
			}
		}
	}
	raw, err := json.Marshal(doc)
	if err != nil {
		return fmt.Errorf("write the description of the API: %w", err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, raw, "", " "); err != nil {
		return fmt.Errorf("write the description of the API: %w", err)
	}
	a.spec = b.Bytes()
	sum := sha256.Sum256(a.spec)
	a.tag = `"` + hex.EncodeToString(sum[:8]) + `"`
	return nil
}

func (a *API) serveSpec(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("ETag", a.tag)
	h.Set("Cache-Control", "public, max-age=300")
	if slices.Contains(strings.Split(strings.ReplaceAll(r.Header.Get("If-None-Match"), " ", ""), ","), a.tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(a.spec)))
	w.Write(a.spec) // a reader who has left misses nothing
	return nil
}

// unknown answers for every address below /api/ that is no operation, and for every method that an address does not take.
func (a *API) unknown(w http.ResponseWriter, r *http.Request) error {
	_, pattern := a.known.Handler(r)
	allowed := a.allow[pathPattern(pattern)]
	if len(allowed) == 0 {
		return problem.New(problem.NotFound, "api.err.not-found")
	}
	list := strings.Join(allowed, ", ")
	w.Header().Set("Allow", list)
	web.WriteProblem(w, r, http.StatusMethodNotAllowed, problem.New(problem.Invalid, "api.err.method", "method", r.Method, "allowed", list))
	return nil
}
