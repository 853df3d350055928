// Package figuresweb shows how matters are raised and handled (A1, G3): totals, reply times and satisfaction by department, division, field and
// month, each picture with its table and its download. Everybody sees public matters counted; staff see those of their committees.
package figuresweb

import (
	"context"
	"embed"
	"net/http"
	"net/url"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/page"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/web"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

// Messages holds the texts of these pages.
//
//go:embed messages
var Messages embed.FS

// Directory is what these pages ask of the directory.
type Directory interface {
	Snapshot(ctx context.Context) (*directory.Snapshot, error)
}

// Pages is the figures, for the public and at the desk.
type Pages struct {
	service   *suggestion.Service
	directory Directory
	frame     *page.Frame
}

// New makes the pages.
func New(s *suggestion.Service, d Directory, f *page.Frame) *Pages {
	return &Pages{service: s, directory: d, frame: f}
}

// Routes is the table of these pages.
func (h *Pages) Routes() []web.Route {
	why := web.Public("figures count public matters only")
	staff := web.Roles(authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Leader, authz.Admin)
	return []web.Route{
		{Method: "GET", Path: "/figures", Who: why, Do: h.show(suggestion.PublicScope)},
		{Method: "GET", Path: "/figures.csv", Who: why, Do: h.download(suggestion.PublicScope, "csv")},
		{Method: "GET", Path: "/figures.xlsx", Who: why, Do: h.download(suggestion.PublicScope, "xlsx")},
		{Method: "GET", Path: "/desk/figures", Who: staff, Do: h.show(suggestion.StaffScope)},
		{Method: "GET", Path: "/desk/figures.csv", Who: staff, Do: h.download(suggestion.StaffScope, "csv")},
		{Method: "GET", Path: "/desk/figures.xlsx", Who: staff, Do: h.download(suggestion.StaffScope, "xlsx")},
	}
}

// filter reads the address; what cannot be read is refused with the field, and nothing is guessed.
func filter(snap *directory.Snapshot, scope suggestion.Scope, q url.Values) (suggestion.Filter, error) {
	f := suggestion.Filter{Scope: scope}
	var c problem.Check
	id := func(name, key string, known func(uuid.UUID) bool) uuid.UUID {
		text := q.Get(name)
		if text == "" {
			return uuid.Nil
		}
		u, err := uuid.Parse(text)
		if err != nil || !known(u) {
			c.Add(name, key)
			return uuid.Nil
		}
		return u
	}
	organisation := func(u uuid.UUID) bool { return snap.Organisation(u) != nil }
	f.Committee = id("committee", "suggestion.err.committee", organisation)
	f.Department = id("department", "suggestion.err.department", organisation)
	f.Division = id("division", "suggestion.err.division", func(u uuid.UUID) bool { return snap.Division(u) != nil })
	f.Field = id("field", "suggestion.err.field", func(u uuid.UUID) bool { return snap.Field(u) != nil })
	day := func(name string) clock.Date {
		if q.Get(name) == "" {
			return clock.Date{}
		}
		d, err := clock.ParseDate(q.Get(name))
		if err != nil {
			c.Add(name, "figures.err.date")
		}
		return d
	}
	f.From, f.To = day("from"), day("to")
	if !f.To.IsZero() { // the last day is meant with it
		if f.To.Before(f.From) {
			c.Add("to", "figures.err.order")
		}
		f.To = f.To.AddDays(1)
	}
	return f, c.Err()
}

func (h *Pages) read(r *http.Request, scope suggestion.Scope) (*directory.Snapshot, suggestion.Filter, *suggestion.Figures, error) {
	snap, err := h.directory.Snapshot(r.Context())
	if err != nil {
		return nil, suggestion.Filter{}, nil, err
	}
	f, err := filter(snap, scope, r.URL.Query())
	if err != nil {
		return snap, f, nil, err
	}
	out, err := h.service.Figures(r.Context(), f)
	return snap, f, out, err
}
