package web

import (
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
)

// Status is the HTTP status of a kind of problem.
func Status(k problem.Kind) int {
	switch k {
	case problem.NotFound:
		return http.StatusNotFound
	case problem.Forbidden:
		return http.StatusForbidden
	case problem.SignIn:
		return http.StatusUnauthorized
	case problem.Conflict:
		return http.StatusConflict
	case problem.TooLarge:
		return http.StatusRequestEntityTooLarge
	case problem.TooMany:
		return http.StatusTooManyRequests
	case problem.WrongType:
		return http.StatusUnsupportedMediaType
	case problem.Unavailable:
		return http.StatusServiceUnavailable
	case problem.Gone:
		return http.StatusGone
	}
	return http.StatusUnprocessableEntity
}

// AsProblem gives the problem that a visitor sees for any error: what is not a problem is an internal failure, nil here.
func AsProblem(err error) *problem.Problem {
	if p, ok := problem.Of(err); ok {
		return p
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return problem.New(problem.TooLarge, "problem.too-large", "limit", int(tooLarge.Limit>>10)).Because(err)
	case errors.Is(err, db.ErrText):
		return problem.New(problem.Invalid, "problem.text").Because(err)
	case errors.Is(err, db.ErrNotFound):
		return problem.New(problem.NotFound, "problem.not-found").Because(err)
	}
	return nil
}

// formProblem maps what goes wrong while a body is read.
func formProblem(err error) error {
	if p := AsProblem(err); p != nil {
		return p
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, multipart.ErrMessageTooLarge) || errors.Is(err, io.EOF) {
		return problem.New(problem.Invalid, "problem.form").Because(err)
	}
	return problem.New(problem.Invalid, "problem.form").Because(err)
}

// fail answers with the error, once, and logs what nobody but the operator can mend.
func (s *Server) fail(w *response, r *http.Request, rt Route, err error) {
	p := AsProblem(err)
	status := http.StatusInternalServerError
	if p != nil {
		status = Status(p.Kind)
	} else {
		s.cfg.Log.Error("request failed", "method", r.Method, "route", rt.Path, "error", err)
		p = problem.New(problem.Unavailable, "problem.internal")
	}
	if w.status != 0 {
		return // the answer had begun; the log has the rest
	}
	if rt.API || s.cfg.ErrorPage == nil {
		WriteProblem(w, r, status, p)
		return
	}
	if err := s.cfg.ErrorPage(w, r, status, p); err != nil {
		s.cfg.Log.Error("error page", "route", rt.Path, "error", err)
		if w.status == 0 {
			http.Error(w, http.StatusText(status), status)
		}
	}
}

// ProblemJSON is the body of a refused API call (RFC 9457).
type ProblemJSON struct {
	Type    string         `json:"type"`
	Title   string         `json:"title"`
	Status  int            `json:"status"`
	Detail  string         `json:"detail,omitempty"`
	Code    string         `json:"code"`
	Errors  []ProblemField `json:"errors,omitempty"`
	Allowed []string       `json:"allowed,omitempty"`
}

// ProblemField is one refused field.
type ProblemField struct {
	Field  string `json:"field"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// Describe writes a problem in the reader's language.
func Describe(p *i18n.Printer, status int, pr *problem.Problem) ProblemJSON {
	out := ProblemJSON{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: pr.Key, Detail: p.T(pr.Key, pr.Args...), Allowed: pr.Allowed}
	for _, f := range pr.Fields {
		out.Errors = append(out.Errors, ProblemField{Field: f.Name, Code: f.Key, Detail: p.T(f.Key, f.Args...)})
	}
	return out
}

// WriteProblem sends problem+json.
func WriteProblem(w http.ResponseWriter, r *http.Request, status int, p *problem.Problem) {
	body, err := json.Marshal(Describe(i18n.From(r.Context()), status, p))
	if err != nil {
		http.Error(w, http.StatusText(status), status)
		return
	}
	w.Header().Set("Content-Type", "application/problem+json")
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	if status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "60")
	}
	w.WriteHeader(status)
	w.Write(body)
}

// Actor is who made the request.
func Actor(r *http.Request) authz.Actor { return authz.From(r.Context()) }
