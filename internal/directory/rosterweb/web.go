// Package rosterweb has the pages of the directory for a committee's staff (C1): committees, bodies, people and the Party's two lines on any day and as known on any
// day, with the forms by which organisers keep their own committee. What somebody may not see is cut by the service; the pages only leave out what it refuses.
package rosterweb

import (
	"embed"
	"net/http"
	"net/url"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/page"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/a-h/templ"
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

// readers may open the pages; whose people they see by name is the service's to say.
func readers() []authz.Role {
	return []authz.Role{authz.Organiser, authz.Leader, authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Admin}
}

// Routes is the table of these pages.
func (h *Pages) Routes() []web.Route {
	who, keepers := web.Roles(readers()...), web.Roles(authz.Organiser, authz.Admin)
	get := func(path string, do web.Handler) web.Route {
		return web.Route{Method: "GET", Path: "/directory" + path, Who: who, Do: do}
	}
	keep := func(method, path string, do web.Handler) web.Route {
		return web.Route{Method: method, Path: "/directory" + path, Who: keepers, Do: do}
	}
	return []web.Route{
		get("", h.committees),
		get("/committees/{id}", h.committee),
		get("/committees/{id}/lines", h.lines),
		get("/committees/{id}/lines/{line}/svg", h.drawing),
		get("/committees/{id}/people/{format}", h.exportPeople),
		get("/organisations/{id}", h.organisation),
		get("/people", h.people),
		get("/people/{id}", h.person),
		keep("GET", "/committees/{id}/term", h.term),
		keep("POST", "/committees/{id}/term", h.putTerm),
		keep("POST", "/committees/{id}/term/end", h.endTerm),
		keep("GET", "/committees/{id}/grants", h.grants),
		keep("POST", "/committees/{id}/grants", h.grant),
		keep("POST", "/committees/{id}/grants/{grant}/end", h.endGrant),
		keep("GET", "/organisations/new", h.newOrganisation),
		keep("POST", "/organisations/new", h.makeOrganisation),
		keep("GET", "/organisations/{id}/edit", h.editOrganisation),
		keep("POST", "/organisations/{id}/edit", h.changeOrganisation),
		keep("GET", "/people/new", h.newPerson),
		keep("POST", "/people/new", h.makePerson),
		keep("GET", "/people/{id}/edit", h.editPerson),
		keep("POST", "/people/{id}/edit", h.changePerson),
		keep("GET", "/people/{id}/memberships/{membership}", h.editMembership),
		keep("POST", "/people/{id}/memberships/{membership}", h.putMembership),
		keep("GET", "/people/{id}/affiliations/{affiliation}", h.editAffiliation),
		keep("POST", "/people/{id}/affiliations/{affiliation}", h.putAffiliation),
	}
}

// Entries are the places in the staff navigation.
func Entries() []page.Entry {
	return []page.Entry{{Key: "roster.title", Group: "roster.group", Href: "/directory", Icon: "building", Roles: readers()},
		{Key: "roster.people", Group: "roster.group", Href: "/directory/people", Icon: "users", Roles: readers()}}
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

// view is a page: what it is about, the moment it is about, and its parts.
type view struct {
	Page     ui.PageView
	Head     ui.HeadView
	Buttons  []ui.ButtonView
	When     *whenView
	Notices  []ui.NoticeView
	Tiles    []ui.TileView
	Facts    []ui.Fact
	Filters  *filtersView
	Sections []section
	Forms    []formView
}

// section is a part of a page with a heading: a table, or content of its own.
type section struct {
	Title   string
	ID      string
	Text    string
	Table   ui.TableView
	Empty   string
	Pager   ui.PagerView
	Buttons []ui.ButtonView
	Content templ.Component
}

type filtersView struct {
	ui.FiltersView
	Text    ui.FieldView
	Choices []ui.ChoiceView
	Fields  []ui.FieldView
}

// whenView is the bar in which the day, and the day on which it was known, are chosen.
type whenView struct {
	Action string
	Hidden [][2]string
	Day    ui.FieldView
	Known  ui.FieldView
	Now    string // address of today as known now; empty when that is shown
}

// formView is one form of simple fields.
type formView struct {
	Title  string
	ID     string
	Text   string
	Action string
	Errors []ui.ErrorView
	Fields []field
	Hidden [][2]string
	Button ui.ButtonView
	Back   ui.Link
}

// field is one control; exactly one is set.
type field struct {
	Text   *ui.FieldView
	Date   *ui.FieldView
	Area   *ui.FieldView
	Choice *ui.ChoiceView
	Tick   *ui.TickView
}

func (h *Pages) start(w http.ResponseWriter, r *http.Request, title string, crumbs ...ui.Link) view {
	v := view{Page: h.Frame.Staff(w, r, title)}
	v.Head = ui.HeadView{Title: title, Crumbs: append(append([]ui.Link{{Label: text(r).T("roster.title"), Href: "/directory"}}, crumbs...), ui.Link{Label: title})}
	return v
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
	label := "roster.field." + name
	if !b.p.Has(label) {
		label = "directory.field." + name
	}
	f := ui.FieldView{Name: name, Label: b.p.T(label), Required: required, Value: b.typed.Get(name), Error: b.errs[name], Width: "m", Autocomplete: "off"}
	if key := "roster.hint." + name; b.p.Has(key) {
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

func (b *build) area(name string, required bool, max int) *ui.FieldView {
	f := b.base(name, required)
	f.Max, f.Rows, f.Width = max, 3, ""
	b.form.Fields = append(b.form.Fields, field{Area: &f})
	return &f
}

func (b *build) date(name string, required bool) *ui.FieldView {
	f := b.base(name, required)
	b.form.Fields = append(b.form.Fields, field{Date: &f})
	return &f
}

func (b *build) tick(name string) {
	f := b.base(name, false)
	b.form.Fields = append(b.form.Fields, field{Tick: &ui.TickView{Name: name, Label: f.Label, Hint: f.Hint, Error: f.Error, Checked: f.Value != ""}})
}

func (b *build) choice(name string, required bool, empty string, options []ui.Option) *ui.ChoiceView {
	c := ui.ChoiceView{FieldView: b.base(name, required), Options: choose(options, b.typed.Get(name)), Empty: empty}
	b.form.Fields = append(b.form.Fields, field{Choice: &c})
	return &c
}

func choose(options []ui.Option, value string) []ui.Option {
	for i := range options {
		options[i].Selected = options[i].Value == value && value != ""
	}
	return options
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
