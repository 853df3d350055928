// Package studyweb has the pages of study (E1): what I am to study and have studied, and for those who run it the plan, its gatherings, its make-ups and its coverage.
package studyweb

import (
	"context"
	"embed"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/page"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	"xieshang/internal/study"

	"github.com/google/uuid"
)

// Messages holds the texts of these pages.
//
//go:embed messages
var Messages embed.FS

// Needs is what the pages are made of.
type Needs struct {
	Service   *study.Service
	Directory *directory.Service
	Frame     *page.Frame
	Clock     clock.Clock
}

// Pages are the handlers.
type Pages struct{ Needs }

// New makes the pages.
func New(n Needs) *Pages { return &Pages{n} }

// Routes is the table of these pages. The service decides what each account sees and may do.
func (h *Pages) Routes() []web.Route {
	who := web.SignedIn()
	get := func(path string, do web.Handler) web.Route {
		return web.Route{Method: "GET", Path: "/study" + path, Who: who, Do: do}
	}
	post := func(path string, do web.Handler) web.Route {
		return web.Route{Method: "POST", Path: "/study" + path, Who: who, Do: do}
	}
	return []web.Route{
		get("", h.list),
		get("/new", h.newTopic),
		post("/new", h.makeTopic),
		get("/{id}", h.topic),
		get("/{id}/edit", h.editTopic),
		post("/{id}/edit", h.changeTopic),
		post("/{id}/publish", h.publish),
		post("/{id}/withdraw", h.withdraw),
		post("/{id}/sessions", h.link),
		post("/{id}/sessions/{gathering}/remove", h.unlink),
		post("/{id}/materials", h.addMaterial),
		post("/{id}/materials/{material}/remove", h.removeMaterial),
		post("/{id}/makeup", h.state),
		post("/{id}/makeup/{makeup}", h.decide),
		get("/{id}/coverage.xlsx", h.export),
	}
}

// Entries are the places in the staff navigation.
func Entries() []page.Entry {
	return []page.Entry{{Key: "study.title", Group: "study.group", Href: "/study", Icon: "inbox", Roles: []authz.Role{authz.Organiser, authz.Leader, authz.Member}}}
}

func text(r *http.Request) *i18n.Printer { return i18n.From(r.Context()) }

func pathID(r *http.Request, name string) (uuid.UUID, error) {
	u, err := uuid.Parse(r.PathValue(name))
	if err != nil {
		return u, problem.New(problem.NotFound, "problem.not-found")
	}
	return u, nil
}

// frame is the wide one for staff, the plain one for members.
func (h *Pages) frame(w http.ResponseWriter, r *http.Request, title string) ui.PageView {
	if authz.From(r.Context()).Holds(authz.Organiser, authz.Leader, authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Admin) {
		return h.Frame.Staff(w, r, title)
	}
	return h.Frame.Public(w, r, title)
}

// runnable lists the organisations whose study the actor runs: all of an organiser's committee, and those that the actor leads.
func (h *Pages) runnable(ctx context.Context, snap *directory.Snapshot) ([]*directory.Organisation, error) {
	a := authz.From(ctx)
	var out []*directory.Organisation
	for _, o := range snap.Organisations() {
		if !studies(o.Kind) {
			continue
		}
		if k := snap.CommitteeFor(o.ID); k != nil && a.Has(authz.Organiser, k.ID) {
			out = append(out, o)
		}
	}
	led, err := h.Service.Led(ctx)
	if err != nil {
		return nil, err
	}
	for _, u := range led {
		if o := snap.Organisation(u); o != nil && studies(o.Kind) && !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	return out, nil
}

// studies tells whether organisations of a kind study together.
func studies(k directory.Kind) bool {
	switch k {
	case directory.Department, directory.Office, directory.OutsideBranch, directory.Studio:
		return false
	}
	return true
}

func day(p *i18n.Printer, d clock.Date) string { return p.Date(d) }

func span(p *i18n.Printer, t study.Topic) string {
	return p.T("study.span", "from", day(p, t.From), "to", day(p, t.To))
}

func percent(s study.Share) string {
	if s.People == 0 {
		return "—"
	}
	return strconv.Itoa(s.Covered()*100/s.People) + " %"
}

func badge(p *i18n.Printer, s study.Standing) ui.BadgeView {
	tone := ui.Info
	switch s {
	case study.Attended, study.MadeIt:
		tone = ui.OK
	case study.Claimed:
		tone = ui.Busy
	case study.Missing:
		tone = ui.Late
	}
	return ui.BadgeView{Label: p.T("study.standing." + string(s)), Tone: tone}
}

func stateBadge(p *i18n.Printer, t study.Topic) ui.BadgeView {
	switch {
	case !t.Withdrawn.IsZero():
		return ui.BadgeView{Label: p.T("study.withdrawn"), Tone: ui.Second}
	case t.Published.IsZero():
		return ui.BadgeView{Label: p.T("study.draft"), Tone: ui.Info}
	}
	return ui.BadgeView{Label: p.T("study.published"), Tone: ui.OK}
}

// date reads a day of a form.
func date(form url.Values, name string, c *problem.Check) clock.Date {
	if form.Get(name) == "" {
		return clock.Date{}
	}
	d, err := clock.ParseDate(form.Get(name))
	if err != nil {
		c.Add(name, "study.err.day")
	}
	return d
}

func id(s string) uuid.UUID {
	u, err := uuid.Parse(s)
	if err != nil {
		return uuid.Nil
	}
	return u
}

func (h *Pages) today() clock.Date { return clock.Today(h.Clock) }
