// Package setupweb is the guided set-up of a new installation (G3): what is there, what is missing, and the way to each step by hand and by file. It keeps
// nothing of its own: each step is done when what it asks for is there.
package setupweb

import (
	"context"
	"embed"
	"net/http"
	"strconv"
	"strings"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/page"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
)

// Messages holds the texts of this page.
//
//go:embed messages
var Messages embed.FS

// State is what an installation has.
type State struct {
	Divisions, Committees, Departments, Offices, Fields, People int
	Rules                                                       int // committees with rules of their own
	Committee                                                   string
	Roles                                                       map[authz.Role]Count
	MissingYears                                                []int
	Matters                                                     int
}

// Count is how many accounts hold a role: ready to sign in, or invited.
type Count struct{ Ready, Invited int }

// Needs is what the page is made of; State is asked as the administrator who looks.
type Needs struct {
	State func(ctx context.Context) (State, error)
	Frame *page.Frame
}

// Pages are the handlers.
type Pages struct{ Needs }

// New makes the page.
func New(n Needs) *Pages { return &Pages{n} }

// Routes is the table of this page.
func (h *Pages) Routes() []web.Route {
	return []web.Route{{Method: "GET", Path: "/admin/setup", Who: web.Roles(authz.Admin), Do: h.show}}
}

// Entries are the places in the staff navigation.
func Entries() []page.Entry {
	return []page.Entry{{Key: "setup.title", Group: "admin.group", Href: "/admin/setup", Icon: "check-circle", Roles: []authz.Role{authz.Admin}}}
}

// standing is how far a step is.
type standing int

const (
	missing standing = iota
	begun
	ready
	optional // not there, and the platform works without
)

// step is one line of the list.
type step struct {
	Key   string
	State standing
	Have  string
	Links []ui.ButtonView
}

type stepView struct {
	Number string
	Title  string
	Text   string
	Have   string
	Badge  ui.BadgeView
	Open   bool
	Links  []ui.ButtonView
}

type setupView struct {
	Page  ui.PageView
	Head  ui.HeadView
	Done  *ui.NoticeView
	Steps []stepView
}

// needed are the roles without which a matter cannot go all the way.
func needed() []authz.Role {
	return []authz.Role{authz.Reviewer, authz.Dispatcher, authz.Clerk, authz.Head}
}

func (h *Pages) show(w http.ResponseWriter, r *http.Request) error {
	p := i18n.From(r.Context())
	s, err := h.State(r.Context())
	if err != nil {
		return err
	}
	v := setupView{Page: h.Frame.Staff(w, r, p.T("setup.title"))}
	v.Head = ui.HeadView{Title: v.Page.Title, Lead: p.T("setup.lead")}
	open, left := false, 0
	for i, st := range steps(p, s) {
		x := stepView{Number: strconv.Itoa(i + 1), Title: p.T("setup.step." + st.Key), Text: p.T("setup.text." + st.Key), Have: st.Have, Links: st.Links}
		switch st.State {
		case ready:
			x.Badge = ui.BadgeView{Label: p.T("setup.done"), Tone: ui.OK}
		case begun:
			x.Badge = ui.BadgeView{Label: p.T("setup.begun"), Tone: ui.Busy}
		case optional:
			x.Badge = ui.BadgeView{Label: p.T("setup.optional"), Tone: ui.Quiet}
		default:
			x.Badge = ui.BadgeView{Label: p.T("setup.missing"), Tone: ui.Warn}
		}
		if st.State == missing || st.State == begun {
			left++
			if !open {
				x.Open, open = true, true
			}
		}
		for j := range x.Links {
			x.Links[j].Small = !x.Open
			if x.Open && j == 0 {
				x.Links[j].Kind = "primary"
			}
		}
		v.Steps = append(v.Steps, x)
	}
	if left == 0 {
		v.Done = &ui.NoticeView{Tone: ui.OK, Title: p.T("setup.all"), Text: p.T("setup.all.text")}
	}
	return web.Render(w, r, http.StatusOK, setupPage(v))
}

func steps(p *i18n.Printer, s State) []step {
	link := func(key, href string) ui.ButtonView { return ui.ButtonView{Label: p.T("setup.do." + key), Href: href} }
	is := func(done bool) standing {
		if done {
			return ready
		}
		return missing
	}
	rules := optional
	if s.Rules > 0 {
		rules = ready
	}
	departments := is(s.Departments > 0)
	accounts, have := roles(p, s)
	test := is(s.Matters > 0)
	have2 := p.N("setup.have.matters", s.Matters)
	return []step{
		{"divisions", is(s.Divisions > 0), p.N("setup.have.divisions", s.Divisions), []ui.ButtonView{link("divisions", "/admin/directory/divisions/new"), link("import", "/directory/import/divisions"), link("look", "/admin/directory/divisions")}},
		{"committees", is(s.Committees > 0), p.N("setup.have.committees", s.Committees), []ui.ButtonView{link("committees", "/admin/directory/organisations/new?kind=committee"), link("import", "/directory/import/organisations"), link("look", "/admin/directory?kind=committee")}},
		{"departments", departments, p.N("setup.have.departments", s.Departments) + p.T("setup.and") + p.N("setup.have.offices", s.Offices), []ui.ButtonView{link("departments", "/admin/directory/organisations/new?kind=department"),
			link("office", "/admin/directory/organisations/new?kind=office"), link("import", "/directory/import/organisations"), link("look", "/admin/directory?kind=department")}},
		{"fields", is(s.Fields > 0), p.N("setup.have.fields", s.Fields), []ui.ButtonView{link("fields", "/admin/directory/fields#add"), link("import", "/directory/import/fields")}},
		{"rules", rules, p.N("setup.have.rules", s.Rules), []ui.ButtonView{link("rules", "/desk/rules?committee="+s.Committee)}},
		{"accounts", accounts, have, []ui.ButtonView{link("invite", "/admin/accounts/new"), link("bulk", "/admin/accounts/bulk"), link("look", "/admin/accounts"), link("people", "/admin/directory/people")}},
		{"calendar", is(len(s.MissingYears) == 0), years(p, s.MissingYears), []ui.ButtonView{link("calendar", "/admin/calendar/import"), link("look", "/admin/calendar")}},
		{"test", test, have2, []ui.ButtonView{link("raise", "/suggestions/new"), link("desk", "/desk")}},
	}
}

// roles says who is there and who is missing; the step is done when each needed role has somebody who can sign in.
func roles(p *i18n.Printer, s State) (standing, string) {
	state := ready
	var parts []string
	some := false
	for _, r := range needed() {
		c := s.Roles[r]
		text := p.T("role."+string(r)) + " " + strconv.Itoa(c.Ready)
		if c.Invited > 0 {
			text += p.T("setup.invited", "n", c.Invited)
		}
		parts = append(parts, text)
		some = some || c.Ready+c.Invited > 0
		if c.Ready == 0 {
			state = missing
		}
	}
	if state == missing && some {
		state = begun
	}
	return state, strings.Join(parts, " · ")
}

func years(p *i18n.Printer, missing []int) string {
	if len(missing) == 0 {
		return p.T("setup.have.calendar")
	}
	var out []string
	for _, y := range missing {
		out = append(out, strconv.Itoa(y))
	}
	return p.T("setup.have.calendar-missing", "years", strings.Join(out, p.T("setup.and")))
}

// Begun tells whether there is anything to work with; before that the set-up is the only page of use to an administrator.
func (s State) Begun() bool {
	return s.Divisions > 0 && s.Committees > 0 && s.Departments > 0
}

// Left counts the steps that are missing.
func (s State) Left() int {
	n := 0
	for _, there := range []bool{s.Divisions > 0, s.Committees > 0, s.Departments > 0, s.Fields > 0, len(s.MissingYears) == 0, s.Matters > 0} {
		if !there {
			n++
		}
	}
	for _, r := range needed() {
		if s.Roles[r].Ready == 0 {
			return n + 1
		}
	}
	return n
}

// Notices leads an administrator to the set-up while something is missing.
func (h *Pages) Notices(ctx context.Context) ([]ui.NoticeView, error) {
	s, err := h.State(ctx)
	n := s.Left()
	if err != nil || n == 0 {
		return nil, err
	}
	p := i18n.From(ctx)
	return []ui.NoticeView{{Tone: ui.Info, Title: p.N("setup.left", n), Text: p.T("setup.left.text"), Links: []ui.Link{{Label: p.T("setup.go"), Href: "/admin/setup"}}}}, nil
}
