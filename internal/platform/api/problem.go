package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/web"

	"github.com/danielgtaylor/huma/v2"
)

// Problem is the body of every refusal (RFC 9457). It has the fields of web.ProblemJSON, described.
type Problem struct {
	Type    string         `json:"type" example:"about:blank" doc:"always about:blank: the code tells problems apart"`
	Title   string         `json:"title" example:"Unprocessable Entity" doc:"the words of the HTTP status"`
	Status  int            `json:"status" example:"422" doc:"the HTTP status"`
	Detail  string         `json:"detail,omitempty" example:"A few things need a change; they are marked below." doc:"what happened and what to do, in the language of Accept-Language"`
	Code    string         `json:"code" example:"problem.invalid" doc:"stays the same in every language and version"`
	Errors  []ProblemField `json:"errors,omitempty" doc:"the refused fields, each with its reason"`
	Allowed []string       `json:"allowed,omitempty" example:"[\"withdraw\",\"supplement\"]" doc:"with 409: the actions that the state permits to the caller"`
}

// ProblemField is one refused field.
type ProblemField struct {
	Field  string `json:"field" example:"title" doc:"name of the field, parameter or header"`
	Code   string `json:"code" example:"suggestion.err.title-empty" doc:"stays the same in every language and version"`
	Detail string `json:"detail" example:"Give it a title." doc:"what to do, in the language of Accept-Language"`
}

var problemType = reflect.TypeFor[Problem]()

// refusal is a problem as huma sends it.
type refusal struct{ web.ProblemJSON }

func (r *refusal) Error() string             { return r.Detail }
func (r *refusal) GetStatus() int            { return r.Status }
func (r *refusal) ContentType(string) string { return "application/problem+json" }

// GetHeaders gives what a client needs to go on.
func (r *refusal) GetHeaders() http.Header {
	h := http.Header{}
	switch r.Status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", "Bearer")
	case http.StatusTooManyRequests:
		h.Set("Retry-After", "60")
	}
	return h
}

// MarshalJSON keeps the embedded struct flat.
func (r *refusal) MarshalJSON() ([]byte, error) { return json.Marshal(r.ProblemJSON) }

// refuse turns what a service returned into what the caller sees, and keeps for the log what is nobody else's business.
func refuse(ctx context.Context, err error) error {
	if p := web.AsProblem(err); p != nil {
		return &refusal{web.Describe(i18n.From(ctx), web.Status(p.Kind), p)}
	}
	if f, ok := ctx.Value(failureKey{}).(*failure); ok {
		f.err = err
	}
	return &refusal{web.Describe(i18n.From(ctx), http.StatusInternalServerError, problem.New(problem.Unavailable, "problem.internal"))}
}

// translate brings huma's own refusals into the same form and the caller's language.
func translate(ctx huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := &problem.Problem{Key: "problem.invalid"}
	switch m.Status {
	case http.StatusBadRequest:
		p.Key = "api.err.body-missing"
		if len(m.Errors) > 0 {
			p.Key = "api.err.json"
			p.Args = []any{"reason", m.Errors[0].Message}
		}
	case http.StatusRequestEntityTooLarge:
		p.Key, p.Args = "problem.too-large", []any{"limit", int(ctx.Operation().MaxBodyBytes >> 10)}
	case http.StatusUnsupportedMediaType:
		p.Key = "api.err.content-type"
	case http.StatusUnprocessableEntity:
		for _, e := range m.Errors {
			p.Fields = append(p.Fields, fieldOf(e))
		}
	default:
		p.Key = "problem.internal"
		if f, ok := ctx.Context().Value(failureKey{}).(*failure); ok {
			f.err = m
		}
	}
	return &refusal{web.Describe(i18n.From(ctx.Context()), m.Status, p)}, nil
}

// fieldOf reads one of huma's findings: where, and which of its sentences.
func fieldOf(e *huma.ErrorDetail) problem.Field {
	_, field, nested := strings.Cut(e.Location, ".")
	if !nested {
		field = e.Location
	}
	for _, s := range sentences {
		m := s.match.FindStringSubmatch(e.Message)
		if m == nil {
			continue
		}
		f := problem.Field{Name: field, Key: s.key}
		for i, name := range s.args {
			switch {
			case name == "field" && nested:
				f.Name = field + "." + m[i+1]
			case name == "field":
				f.Name = m[i+1]
			default:
				f.Args = append(f.Args, name, number(m[i+1]))
			}
		}
		return f
	}
	return problem.Field{Name: field, Key: "api.err.value", Args: []any{"reason", e.Message}}
}

func number(text string) any {
	if n, err := strconv.Atoi(text); err == nil {
		return n
	}
	return text
}

type sentence struct {
	match *regexp.Regexp
	key   string
	args  []string
}

// sentences are those of huma that can come up here; its tests keep them stable and ours notice when they change.
var sentences = []sentence{
	{regexp.MustCompile(`^unknown query parameter$`), "api.err.parameter", nil},
	{regexp.MustCompile(`^unexpected property$`), "api.err.property", nil},
	{regexp.MustCompile(`^expected required property (\S+) to be present$`), "api.err.required", []string{"field"}},
	{regexp.MustCompile(`^required \S+ parameter is missing$`), "api.err.required", nil},
	{regexp.MustCompile(`^expected value to be one of "(.*)"$`), "api.err.one-of", []string{"values"}},
	{regexp.MustCompile(`^expected number >= (\S+)$`), "api.err.least", []string{"limit"}},
	{regexp.MustCompile(`^expected number <= (\S+)$`), "api.err.most", []string{"limit"}},
	{regexp.MustCompile(`^expected length >= (\d+)$`), "api.err.short", []string{"limit"}},
	{regexp.MustCompile(`^expected length <= (\d+)$`), "api.err.long", []string{"limit"}},
	{regexp.MustCompile(`^expected array length <= (\d+)$`), "api.err.many", []string{"limit"}},
	{regexp.MustCompile(`^(?:expected string to match pattern|expected string to be) `), "api.err.pattern", nil},
	{regexp.MustCompile(`^(?:invalid|expected) (?:integer|number|float)$`), "api.err.number", nil},
	{regexp.MustCompile(`^(?:invalid|expected) boolean$`), "api.err.boolean", nil},
	{regexp.MustCompile(`^expected string$`), "api.err.string", nil},
	{regexp.MustCompile(`^expected array$`), "api.err.array", nil},
	{regexp.MustCompile(`^expected object$`), "api.err.object", nil},
	{regexp.MustCompile(`^(?:invalid date/time for format|expected string to be RFC 3339 date-time)`), "api.err.instant", nil},
}
