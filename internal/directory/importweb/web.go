// Package importweb has the pages by which lists of the directory come in and go out as tables (C1): a file is read, asked about, shown with everything that it
// would do, stored as a whole and undone as a whole. Administrators bring in everything, organisers what belongs to their committee.
package importweb

import (
	"context"
	"embed"
	"net/http"
	"slices"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/page"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

// Messages holds the texts of these pages.
//
//go:embed messages
var Messages embed.FS

// Pages are the handlers.
type Pages struct {
	service *directory.Service
	frame   *page.Frame
	clock   clock.Clock
}

// New makes the pages.
func New(s *directory.Service, f *page.Frame, c clock.Clock) *Pages { return &Pages{s, f, c} }

// Routes is the table of these pages.
func (h *Pages) Routes() []web.Route {
	who := web.Roles(authz.Admin, authz.Organiser)
	get := func(path string, do web.Handler) web.Route {
		return web.Route{Method: "GET", Path: path, Who: who, Do: do}
	}
	post := func(path string, do web.Handler) web.Route {
		return web.Route{Method: "POST", Path: path, Who: who, Do: do}
	}
	bring := post("/directory/import/{kind}", h.bring)
	bring.MaxBody = directory.MaxImportBytes + 1<<20
	routes := []web.Route{
		get("/directory/import", h.lists),
		get("/directory/import/{kind}", h.form),
		bring,
		get("/directory/import/{kind}/template", h.template),
		get("/directory/export/{kind}/{format}", h.export),
		get("/directory/imports/{id}", h.run),
		get("/directory/imports/{id}/progress", h.progress),
		get("/directory/imports/{id}/columns", h.columns),
		post("/directory/imports/{id}/columns", h.setColumns),
		post("/directory/imports/{id}/answers", h.answer),
		post("/directory/imports/{id}/store", h.store),
		post("/directory/imports/{id}/undo", h.undo),
		get("/directory/imports/{id}/file", h.file),
	}
	// The addresses of before, which people may have kept.
	for from, to := range map[string]string{"/admin/directory/import/{kind}": "/directory/import/{kind}", "/admin/directory/templates/{kind}": "/directory/import/{kind}/template",
		"/admin/directory/export/{kind}/{format}": "/directory/export/{kind}/{format}"} {
		routes = append(routes, get(from, moved(to)))
	}
	return routes
}

func moved(to string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		k, err := kindOf(r)
		if err != nil {
			return err
		}
		path := map[string]string{"/directory/import/{kind}": "/directory/import/" + string(k), "/directory/import/{kind}/template": "/directory/import/" + string(k) + "/template",
			"/directory/export/{kind}/{format}": "/directory/export/" + string(k) + "/" + formatOf(r)}[to]
		return web.Redirect(w, r, path)
	}
}

// Entries are the places in the staff navigation.
func Entries() []page.Entry {
	return []page.Entry{{Key: "importweb.title", Group: "roster.group", Href: "/directory/import", Icon: "plus", Roles: []authz.Role{authz.Admin, authz.Organiser}}}
}

func text(r *http.Request) *i18n.Printer { return i18n.From(r.Context()) }

func kindOf(r *http.Request) (directory.ListKind, error) {
	k := directory.ListKind(r.PathValue("kind"))
	if !k.Valid() {
		return k, problem.New(problem.NotFound, "problem.not-found")
	}
	return k, nil
}

func formatOf(r *http.Request) string {
	if r.PathValue("format") == "csv" {
		return "csv"
	}
	return "xlsx"
}

func runID(r *http.Request) (uuid.UUID, error) {
	u, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		return u, problem.New(problem.NotFound, "problem.not-found")
	}
	return u, nil
}

// place is the committee whose lists are meant: none for administrators, the one asked for or the first for organisers.
type place struct {
	admin  bool
	own    []*directory.Organisation
	chosen uuid.UUID
}

func (h *Pages) place(ctx context.Context, asked string) (p place, err error) {
	a := authz.From(ctx)
	if p.admin = a.IsAdmin(); p.admin {
		p.chosen, _ = uuid.Parse(asked) // nothing or nonsense: everything
		return p, nil
	}
	snap, err := h.service.Snapshot(ctx)
	if err != nil {
		return p, err
	}
	for _, u := range a.Places(authz.Organiser) {
		if o := snap.Organisation(u); o != nil {
			p.own = append(p.own, o)
			if p.chosen == uuid.Nil || u.String() == asked {
				p.chosen = u
			}
		}
	}
	if len(p.own) == 0 {
		return p, problem.New(problem.Forbidden, "problem.forbidden")
	}
	return p, nil
}

func (p place) query() string {
	if p.chosen == uuid.Nil {
		return ""
	}
	return "?committee=" + p.chosen.String()
}

// kinds are the lists that somebody brings in.
func (p place) kinds() []directory.ListKind {
	return slices.DeleteFunc(directory.ListKinds(), func(k directory.ListKind) bool { return !p.admin && !k.OfCommittee() })
}

func (p place) tabs(t *i18n.Printer, current directory.ListKind) []ui.TabView {
	var out []ui.TabView
	for _, k := range p.kinds() {
		out = append(out, ui.TabView{Label: t.T("importweb.list." + string(k)), Href: "/directory/import/" + string(k) + p.query(), Current: k == current})
	}
	return out
}

func runPath(u uuid.UUID) string { return "/directory/imports/" + u.String() }
