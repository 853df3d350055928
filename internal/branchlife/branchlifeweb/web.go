// Package branchlifeweb has the pages of branch life (C3) and its changes (C4): what is due and was missed, a year as a picture, the rules with their source, checklists, transfers
// of the relation, temporary branches. They are made for a secretary with a phone first.
package branchlifeweb

import (
	"embed"
	"net/http"
	"net/url"
	"strconv"

	"xieshang/internal/branchlife"
	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/page"
	"xieshang/internal/platform/pdf"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

// Messages holds the texts of these pages.
//
//go:embed messages
var Messages embed.FS

// Needs is what the pages are made of.
type Needs struct {
	Service   *branchlife.Service
	Directory *directory.Service
	Frame     *page.Frame
	Clock     clock.Clock
	Font      pdf.Font
}

// Pages are the handlers.
type Pages struct{ Needs }

// New makes the pages.
func New(n Needs) *Pages { return &Pages{n} }

// Routes is the table of these pages. Whoever has an account may come in; the service decides what each sees and may do.
func (h *Pages) Routes() []web.Route {
	who := web.SignedIn()
	get := func(path string, do web.Handler) web.Route {
		return web.Route{Method: "GET", Path: path, Who: who, Do: do}
	}
	post := func(path string, do web.Handler) web.Route {
		return web.Route{Method: "POST", Path: path, Who: who, Do: do}
	}
	return []web.Route{
		get("/branch-life", h.home),
		get("/branch-life/figures", h.figures),
		get("/branch-life/rules", h.rules),
		get("/branch-life/rules/new", h.newRule),
		post("/branch-life/rules/new", h.makeRule),
		get("/branch-life-rules/{id}", h.rule),
		post("/branch-life-rules/{id}", h.changeRule),
		post("/branch-life-rules/{id}/end", h.endRule),
		get("/branch-life/{organisation}", h.year),
		get("/branch-life/{organisation}/checklist", h.checklist),
		post("/branch-life/{organisation}/checklist", h.answer),
		post("/branch-life/{organisation}/checklist/again", h.again),
		get("/branch-life/own", h.ownDual),
		get("/branch-life-of/{person}", h.dual),
		get("/branch-life-of/{person}/statement", h.statement),
		get("/transfers", h.transfers),
		get("/transfers/new", h.newTransfer),
		post("/transfers/new", h.askTransfer),
		get("/transfers/{id}", h.transfer),
		post("/transfers/{id}/{action}", h.actTransfer),
		get("/temporary-branches", h.temporaries),
		get("/temporary-branches/new", h.newTemporary),
		post("/temporary-branches/new", h.setUp),
		post("/temporary-branches/{id}/prolong", h.prolong),
	}
}

// guides are the roles that work with branch life at a desk.
func guides() []authz.Role { return []authz.Role{authz.Organiser, authz.Leader, authz.Admin} }

// Entries are the places in the staff navigation.
func Entries() []page.Entry {
	e := func(key, href, icon string) page.Entry {
		return page.Entry{Key: key, Group: "branchlifeweb.group", Href: href, Icon: icon, Roles: guides()}
	}
	return []page.Entry{e("branchlifeweb.figures", "/branch-life/figures", "chart"), e("branchlifeweb.rules", "/branch-life/rules", "list"),
		{Key: "branchlifeweb.transfers", Group: "branchlifeweb.group", Href: "/transfers", Icon: "send", Roles: []authz.Role{authz.Organiser}},
		{Key: "branchlifeweb.temporaries", Group: "branchlifeweb.group", Href: "/temporary-branches", Icon: "users", Roles: []authz.Role{authz.Organiser, authz.Leader}}}
}

func text(r *http.Request) *i18n.Printer { return i18n.From(r.Context()) }

func pathID(r *http.Request, name string) (uuid.UUID, error) {
	u, err := uuid.Parse(r.PathValue(name))
	if err != nil {
		return u, problem.New(problem.NotFound, "problem.not-found")
	}
	return u, nil
}

func parsed(s string) uuid.UUID {
	u, err := uuid.Parse(s)
	if err != nil {
		return uuid.Nil
	}
	return u
}

// frame is the desk's for staff, the plain one for everybody else.
func (h *Pages) frame(w http.ResponseWriter, r *http.Request, title string) ui.PageView {
	if web.Actor(r).Holds(authz.Organiser, authz.Leader, authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Admin) {
		return h.Frame.Staff(w, r, title)
	}
	v := h.Frame.Public(w, r, title)
	v.NoIndex, v.Wide = true, true
	return v
}

func home(p *i18n.Printer) ui.Link {
	return ui.Link{Label: p.T("branchlifeweb.title"), Href: "/branch-life"}
}

// yearOf reads the year of an address: this one unless it names another since 2000.
func (h *Pages) yearOf(r *http.Request) int {
	this := clock.Today(h.Clock).Year
	n, err := strconv.Atoi(r.URL.Query().Get("year"))
	if err != nil || n < 2000 || n > this+1 {
		return this
	}
	return n
}

// years are the ways to the years around one.
func years(p *i18n.Printer, path string, year, this int) []ui.ChipView {
	var out []ui.ChipView
	for n := max(2000, this-3); n <= this+1; n++ {
		out = append(out, ui.ChipView{Label: p.T("branchlifeweb.year", "year", strconv.Itoa(n)), Href: path + "?year=" + strconv.Itoa(n), Current: n == year})
	}
	return out
}

// form makes fields with what was typed and what is wrong with it.
type form struct {
	p      *i18n.Printer
	typed  url.Values
	errs   map[string]string
	Errors []ui.ErrorView
}

func (f *form) field(name string, required bool) ui.FieldView {
	if f.errs[name] != "" {
		f.Errors = append(f.Errors, ui.ErrorView{Field: name, Text: f.errs[name]})
	}
	v := ui.FieldView{Name: name, Label: f.p.T("branchlifeweb.field." + name), Required: required, Value: f.typed.Get(name), Error: f.errs[name], Autocomplete: "off"}
	if key := "branchlifeweb.hint." + name; f.p.Has(key) {
		v.Hint = f.p.T(key)
	}
	return v
}

func (f *form) date(name string, required bool) ui.FieldView {
	v := f.field(name, required)
	v.Width = "m"
	return v
}

func (f *form) choice(name string, required bool, empty string, options []ui.Option) ui.ChoiceView {
	c := ui.ChoiceView{FieldView: f.field(name, required), Options: options, Empty: empty}
	for i := range c.Options {
		c.Options[i].Selected = c.Options[i].Value == f.typed.Get(name)
	}
	return c
}

// dateOf reads a day of a form; what is no day is refused.
func dateOf(typed url.Values, name string, c *problem.Check) clock.Date {
	if typed.Get(name) == "" {
		return clock.Date{}
	}
	d, err := clock.ParseDate(typed.Get(name))
	if err != nil {
		c.Add(name, "branchlife.err.day")
	}
	return d
}

func tone(s branchlife.State) ui.Tone {
	switch s {
	case branchlife.Done:
		return ui.OK
	case branchlife.Due:
		return ui.Warn
	case branchlife.Missed:
		return ui.Late
	}
	return ui.Quiet
}

func icon(s branchlife.State) string {
	switch s {
	case branchlife.Done:
		return "check"
	case branchlife.Due:
		return "ring"
	case branchlife.Missed:
		return "cross"
	case branchlife.Later:
		return "dot"
	}
	return "pause"
}
