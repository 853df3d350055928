// Package directoryweb has the pages of the directory for administrators (C1): divisions, organisations, fields and people with what held when and what was
// known when, made and corrected by hand or brought in and taken out as a table.
package directoryweb

import (
	"embed"
	"net/http"
	"net/url"
	"strings"

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

// Needs is what the pages are made of.
type Needs struct {
	Service *directory.Service
	Frame   *page.Frame
	Clock   clock.Clock
}

// Pages are the handlers.
type Pages struct{ Needs }

// New makes the pages.
func New(n Needs) *Pages { return &Pages{n} }

// Routes is the table of these pages.
func (h *Pages) Routes() []web.Route {
	admin := web.Roles(authz.Admin)
	get := func(path string, do web.Handler) web.Route {
		return web.Route{Method: "GET", Path: "/admin/directory" + path, Who: admin, Do: do}
	}
	post := func(path string, do web.Handler) web.Route {
		return web.Route{Method: "POST", Path: "/admin/directory" + path, Who: admin, Do: do}
	}
	return []web.Route{
		get("", h.organisations),
		get("/organisations/new", h.newOrganisation),
		post("/organisations/new", h.makeOrganisation),
		get("/organisations/{id}", h.organisation),
		post("/organisations/{id}", h.changeOrganisation),
		get("/divisions", h.divisions),
		get("/divisions/new", h.newDivision),
		post("/divisions/new", h.makeDivision),
		get("/divisions/{id}", h.division),
		post("/divisions/{id}", h.changeDivision),
		get("/fields", h.fields),
		post("/fields", h.addField),
		get("/people", h.people),
		get("/people/new", h.newPerson),
		post("/people/new", h.makePerson),
		get("/people/{id}", h.person),
		post("/people/{id}", h.changePerson),
		post("/people/{id}/memberships", h.addMembership),
		post("/people/{id}/memberships/{membership}/end", h.endMembership),
	}
}

// Entries are the places in the staff navigation.
func Entries() []page.Entry {
	return []page.Entry{{Key: "directory.title", Group: "admin.group", Href: "/admin/directory", Icon: "building", Roles: []authz.Role{authz.Admin}},
		{Key: "directory.people", Group: "admin.group", Href: "/admin/directory/people", Icon: "user", Roles: []authz.Role{authz.Admin}}}
}

func text(r *http.Request) *i18n.Printer { return i18n.From(r.Context()) }

func pathID(r *http.Request, name string) (uuid.UUID, error) {
	u, err := uuid.Parse(r.PathValue(name))
	if err != nil {
		return u, problem.New(problem.NotFound, "problem.not-found")
	}
	return u, nil
}

func (h *Pages) today() clock.Date { return clock.Today(h.Clock) }

// listView is a page with a table.
type listView struct {
	Page    ui.PageView
	Head    ui.HeadView
	Buttons []ui.ButtonView
	Tabs    []ui.TabView
	Crumbs  []ui.Link
	Search  bool
	Filters ui.FiltersView
	Text    ui.FieldView
	Choices []ui.ChoiceView
	Day     *ui.FieldView
	Note    string
	Table   ui.TableView
	Pager   ui.PagerView
	Empty   ui.EmptyView
	Links   []ui.ButtonView
	Form    *formView
}

// formView is one form of simple fields.
type formView struct {
	Title  string
	Text   string
	Action string
	Errors []ui.ErrorView
	Fields []field
	Button string
	Back   ui.Link
}

// field is one control; exactly one is set.
type field struct {
	Text   *ui.FieldView
	Date   *ui.FieldView
	Choice *ui.ChoiceView
}

// thingView is the page of one thing: its form, what is known of it now, and all that ever was.
type thingView struct {
	Page    ui.PageView
	Head    ui.HeadView
	Facts   []ui.Fact
	Forms   []formView
	Tables  []tableCard
	Buttons []ui.ButtonView
}

type tableCard struct {
	Title string
	Text  string
	Table ui.TableView
	Empty string
}

func (h *Pages) list(w http.ResponseWriter, r *http.Request, tab, title string) listView {
	p := text(r)
	v := listView{Page: h.Frame.Staff(w, r, p.T("directory.title"))}
	v.Head = ui.HeadView{Title: p.T("directory.title"), Lead: p.T("directory.lead")}
	for _, t := range []string{"", "/divisions", "/fields", "/people"} {
		v.Tabs = append(v.Tabs, ui.TabView{Label: p.T("directory.tab" + strings.ReplaceAll(t, "/", ".")), Href: "/admin/directory" + t, Current: t == tab})
	}
	v.Page.Title = p.T(title)
	return v
}

// tools are the ways in and out of a list.
func tools(p *i18n.Printer, k directory.ListKind) []ui.ButtonView {
	return []ui.ButtonView{{Label: p.T("directory.import"), Icon: "plus", Href: "/directory/import/" + string(k), Small: true},
		{Label: p.T("directory.export.xlsx"), Icon: "download", Href: "/directory/export/" + string(k) + "/xlsx", Small: true},
		{Label: p.T("directory.export.csv"), Icon: "download", Href: "/directory/export/" + string(k) + "/csv", Small: true}}
}

// build makes the fields of a form with what was typed and what is wrong with it.
type build struct {
	p     *i18n.Printer
	typed url.Values
	errs  map[string]string
	form  formView
}

func (b *build) base(name string, required bool) ui.FieldView {
	if b.errs[name] != "" {
		b.form.Errors = append(b.form.Errors, ui.ErrorView{Field: name, Text: b.errs[name]})
	}
	f := ui.FieldView{Name: name, Label: b.p.T("directory.field." + name), Required: required, Value: b.typed.Get(name), Error: b.errs[name], Width: "m", Autocomplete: "off"}
	if key := "directory.hint." + name; b.p.Has(key) {
		f.Hint = b.p.T(key)
	}
	return f
}

func (b *build) text(name string, required bool, max int) *ui.FieldView {
	f := b.base(name, required)
	f.Max = max
	b.form.Fields = append(b.form.Fields, field{Text: &f})
	return &f
}

func (b *build) date(name string, required bool) *ui.FieldView {
	f := b.base(name, required)
	b.form.Fields = append(b.form.Fields, field{Date: &f})
	return &f
}

func (b *build) choice(name string, required bool, empty string, options []ui.Option) {
	c := ui.ChoiceView{FieldView: b.base(name, required), Options: options, Empty: empty}
	for i := range c.Options {
		c.Options[i].Selected = c.Options[i].Value == b.typed.Get(name)
	}
	b.form.Fields = append(b.form.Fields, field{Choice: &c})
}

// dates reads the days of a form into an interval.
func dates(form url.Values, c *problem.Check) (v clock.Interval) {
	for name, to := range map[string]*clock.Date{"from": &v.From, "to": &v.To} {
		if form.Get(name) == "" {
			continue
		}
		d, err := clock.ParseDate(form.Get(name))
		if err != nil {
			c.Add(name, "directory.err.date")
			continue
		}
		*to = d
	}
	return v
}

// settle ends a form: refused fields show it again with what was typed, any other failure goes its way, and what was kept leads on.
func settle(w http.ResponseWriter, r *http.Request, err error, again func(errs map[string]string) error, to string) error {
	if errs := web.FieldErrors(r, err); errs != nil {
		return again(errs)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "directory.kept")
	return web.Redirect(w, r, to)
}

func id(text string) uuid.UUID {
	u, err := uuid.Parse(text)
	if err != nil {
		return uuid.Nil
	}
	return u
}

func idText(u uuid.UUID) string {
	if u == uuid.Nil {
		return ""
	}
	return u.String()
}

func day(p *i18n.Printer, d clock.Date) string {
	if d.IsZero() {
		return "—"
	}
	return p.Date(d)
}

func dash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

func dateText(d clock.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}
