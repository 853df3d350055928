package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"xieshang/internal/platform/api"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

type tokens struct{}

func (tokens) Authenticate(r *http.Request) (authz.Actor, error) {
	switch r.Header.Get("Authorization") {
	case "":
		return authz.Actor{}, nil
	case "Bearer good":
		return authz.Actor{Account: uuid.New()}, nil
	}
	return authz.Actor{}, problem.New(problem.SignIn, "problem.sign-in")
}

type thing struct {
	Name  string `json:"name" minLength:"2" maxLength:"5" doc:"name"`
	Count int    `json:"count,omitempty" minimum:"1" doc:"how many"`
}

type makeInput struct {
	Kind string `query:"kind" enum:"a,b" doc:"kind"`
	Body thing
}

type makeOutput struct{ Body thing }

func serve(t *testing.T, log io.Writer) http.Handler {
	t.Helper()
	texts, err := i18n.Load(web.Messages, api.Messages)
	if err != nil {
		t.Fatal(err)
	}
	a := api.New("Test", "of the test", "1")
	api.Add(a, api.Op{ID: "make-thing", Method: http.MethodPost, Path: "/api/v1/things", Tag: "things", Summary: "Make", Who: web.SignedIn(), Status: http.StatusCreated}, func(_ context.Context, in *makeInput) (*makeOutput, error) {
		switch in.Body.Name {
		case "taken":
			p := problem.New(problem.Conflict, "problem.conflict")
			p.Allowed = []string{"rename"}
			return nil, p
		case "fails":
			return nil, errors.New("password=geheim")
		}
		return &makeOutput{in.Body}, nil
	})
	api.Add(a, api.Op{ID: "get-thing", Method: http.MethodGet, Path: "/api/v1/things/{id}", Tag: "things", Summary: "Read", Who: web.Public("test"), Errors: []int{404}}, func(_ context.Context, in *struct {
		ID string `path:"id" doc:"id"`
	}) (*makeOutput, error) {
		return &makeOutput{thing{Name: in.ID, Count: 1}}, nil
	})
	routes, err := a.Routes()
	if err != nil {
		t.Fatal(err)
	}
	s := web.New(web.Config{Catalog: texts, Auth: tokens{}, Log: slog.New(slog.NewTextHandler(log, nil))})
	if err := s.Mount(routes...); err != nil {
		t.Fatal(err)
	}
	return s.Handler()
}

// TestRefusals: each is problem+json in the caller's language, with the field and what to do; failures of ours stay in the log.
func TestRefusals(t *testing.T) {
	var log bytes.Buffer
	h := serve(t, &log)
	for _, c := range []struct {
		method, path, token, body string
		status                    int
		field, detail             string
	}{
		{"POST", "/api/v1/things", "good", `{"name":"lamp","count":2}`, 201, "", ""},
		{"POST", "/api/v1/things", "", `{"name":"lamp"}`, 401, "", ""},
		{"POST", "/api/v1/things", "bad", `{"name":"lamp"}`, 401, "", ""},
		{"POST", "/api/v1/things", "good", `{"name":"x"}`, 422, "name", "2"},
		{"POST", "/api/v1/things", "good", `{"name":"much too long"}`, 422, "name", "5"},
		{"POST", "/api/v1/things", "good", `{"name":"lamp","count":0,"colour":"red"}`, 422, "colour", ""},
		{"POST", "/api/v1/things", "good", `{}`, 422, "name", ""},
		{"POST", "/api/v1/things", "good", `{"name":7}`, 422, "name", ""},
		{"POST", "/api/v1/things?kind=c", "good", `{"name":"lamp"}`, 422, "kind", "a, b"},
		{"POST", "/api/v1/things?knid=a", "good", `{"name":"lamp"}`, 422, "knid", ""},
		{"POST", "/api/v1/things", "good", `{"name":`, 400, "", ""},
		{"POST", "/api/v1/things", "good", `{"name":"taken"}`, 409, "", ""},
		{"POST", "/api/v1/things", "good", `{"name":"fails"}`, 500, "", ""},
		{"POST", "/api/v1/things", "good", `{"name":"` + strings.Repeat("a", api.BodyMax) + `"}`, 413, "", ""},
		{"GET", "/api/v1/things/7", "", "", 200, "", ""},
		{"GET", "/api/v1/nothing", "", "", 404, "", ""},
		{"DELETE", "/api/v1/things/7", "good", "", 405, "", ""},
	} {
		r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
		r.Header.Set("Accept-Language", "en")
		if c.body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		if c.token != "" {
			r.Header.Set("Authorization", "Bearer "+c.token)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		name := c.method + " " + c.path + " " + c.body[:min(len(c.body), 40)]
		if w.Code != c.status {
			t.Errorf("%s: %d, want %d: %s", name, w.Code, c.status, w.Body)
			continue
		}
		if c.status < 400 {
			continue
		}
		var p web.ProblemJSON
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Header().Get("Content-Type") != "application/problem+json" || p.Status != c.status || p.Code == "" || p.Detail == "" || strings.Contains(w.Body.String(), "geheim") {
			t.Errorf("%s: %s as %s: %v", name, w.Body, w.Header().Get("Content-Type"), err)
			continue
		}
		if c.status == 409 && (len(p.Allowed) != 1 || p.Allowed[0] != "rename") {
			t.Errorf("%s: allowed %v", name, p.Allowed)
		}
		if c.field == "" {
			continue
		}
		found := false
		for _, f := range p.Errors {
			found = found || (f.Field == c.field && strings.Contains(f.Detail, c.detail) && !strings.Contains(f.Detail, "expected"))
		}
		if !found {
			t.Errorf("%s: no refusal of %s that says %q: %+v", name, c.field, c.detail, p.Errors)
		}
	}
	if !strings.Contains(log.String(), "geheim") {
		t.Error("a failure of ours is not in the log")
	}
}

// TestWhatIsServedIsDescribed: the description names every operation with who may call it and what it refuses with.
func TestWhatIsServedIsDescribed(t *testing.T) {
	h := serve(t, io.Discard)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", api.SpecPath, nil))
	var spec struct {
		OpenAPI string `json:"openapi"`
		Paths   map[string]map[string]struct {
			OperationID string           `json:"operationId"`
			Security    []map[string]any `json:"security"`
			Responses   map[string]struct {
				Content map[string]any `json:"content"`
			} `json:"responses"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &spec); err != nil || w.Code != 200 || !strings.HasPrefix(spec.OpenAPI, "3.1") {
		t.Fatalf("%d %s: %v", w.Code, spec.OpenAPI, err)
	}
	made, got := spec.Paths["/api/v1/things"]["post"], spec.Paths["/api/v1/things/{id}"]["get"]
	if made.OperationID != "make-thing" || got.OperationID != "get-thing" || len(made.Security) != 1 || len(got.Security) != 2 {
		t.Errorf("%+v, %+v", made, got)
	}
	for _, status := range []string{"401", "403", "422"} {
		if made.Responses[status].Content["application/problem+json"] == nil {
			t.Errorf("%s is not described as problem+json", status)
		}
	}
	if _, ok := got.Responses["404"]; !ok {
		t.Error("a refusal that the operation names is not described")
	}
	w = httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", api.DocsPath, nil))
	if body := w.Body.String(); w.Code != 200 || !strings.Contains(body, "/api/v1/things") || strings.Contains(body, "https://unpkg") || strings.Contains(body, "<script src=\"http") {
		t.Errorf("the page: %d", w.Code)
	}
}

// TestAnOperationThatIsNotThere: completing or replacing one that does not exist is a mistake that stops the start.
func TestAnOperationThatIsNotThere(t *testing.T) {
	a := api.New("Test", "", "1")
	a.Instead("nothing", func(http.ResponseWriter, *http.Request) error { return nil })
	if _, err := a.Routes(); err == nil {
		t.Error("it starts")
	}
	if a.Operation("nothing") != nil {
		t.Error("an operation that is none")
	}
}
