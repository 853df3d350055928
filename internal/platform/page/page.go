// Package page fills the frame around every page (A1, G3): language, look, navigation by role, who is signed in, and the page for an error.
package page

import (
	"context"
	"net/http"
	"net/url"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
)

// Entry is a place in the staff navigation, shown to whoever holds one of Roles.
type Entry struct {
	Key   string // of the label's message
	Group string // key of the heading
	Href  string
	Icon  string
	Roles []authz.Role // nil: every account
	Count func(ctx context.Context) (n int, late bool)
}

// Frame knows the navigation of all modules.
type Frame struct {
	Entries []Entry
	Links   []LinkEntry                   // own pages in the menu of an account
	Notices func(ctx context.Context) int // unread notices of the caller; optional
	Footer  []LinkEntry
	Feed    string
}

// LinkEntry is a link with the key of its label.
type LinkEntry struct {
	Key  string
	Href string
}

// Public is the frame for residents and members.
func (f *Frame) Public(w http.ResponseWriter, r *http.Request, title string) ui.PageView {
	v := f.view(w, r, title)
	v.Face = ui.Public
	v.Nav = ui.PublicNav(i18n.From(r.Context()), r.URL.Path)
	return v
}

// Staff is the frame for whoever works on matters: wide, with the navigation at the side.
func (f *Frame) Staff(w http.ResponseWriter, r *http.Request, title string) ui.PageView {
	v := f.view(w, r, title)
	v.Face, v.Wide, v.NoIndex = ui.Staff, true, true
	v.JS = append(v.JS, "staff.js")
	p := i18n.From(r.Context())
	actor := authz.From(r.Context())
	for _, e := range f.Entries {
		if e.Roles != nil && !actor.Holds(e.Roles...) {
			continue
		}
		item := ui.NavItem{Label: p.T(e.Key), Href: e.Href, Icon: e.Icon}
		if e.Group != "" {
			item.Group = p.T(e.Group)
		}
		if e.Count != nil {
			item.Count, item.Late = e.Count(r.Context())
		}
		v.Nav = append(v.Nav, item)
	}
	if i := here(v.Nav, r.URL); i >= 0 {
		v.Nav[i].Current = true
	}
	return v
}

// here is the entry that the address belongs to, -1 when there is none: the same path with everything that the entry's query asks for, the most particular one.
func here(nav []ui.NavItem, at *url.URL) int {
	best, most, asked := -1, -1, at.Query()
	for i, item := range nav {
		u, err := url.Parse(item.Href)
		if err != nil || u.Path != at.Path {
			continue
		}
		n := 0
		for k, v := range u.Query() {
			if asked.Get(k) != v[0] {
				n = -1
				break
			}
			n++
		}
		if n > most {
			best, most = i, n
		}
	}
	return best
}

func (f *Frame) view(w http.ResponseWriter, r *http.Request, title string) ui.PageView {
	info := web.InfoOf(r.Context())
	p := i18n.From(r.Context())
	actor := authz.From(r.Context())
	v := ui.PageView{Title: title, Lang: p.Lang(), Theme: ui.ParseTheme(info.Prefs.Theme), Path: r.URL.RequestURI(), Feed: f.Feed}
	if info.Prefs.Large {
		v.Size = ui.Large
	}
	for _, l := range f.Footer {
		v.Footer = append(v.Footer, ui.Link{Label: p.T(l.Key), Href: l.Href})
	}
	if text := web.TakeFlash(w, r); text != "" {
		v.Flash = &ui.NoticeView{Tone: ui.OK, Text: text}
	}
	if !actor.SignedIn() {
		v.SignIn = "/login?next=" + url.QueryEscape(r.URL.RequestURI())
		return v
	}
	v.User = &ui.UserBadge{Name: actor.Name, Role: roles(p, actor), SignOut: "/logout"}
	if f.Notices != nil {
		v.User.Notices = f.Notices(r.Context())
	}
	for _, l := range f.Links {
		v.User.Links = append(v.User.Links, ui.Link{Label: p.T(l.Key), Href: l.Href})
	}
	return v
}

// roles says in words what somebody is, the first two.
func roles(p *i18n.Printer, a authz.Actor) string {
	out := ""
	n := 0
	for _, role := range authz.Roles() {
		if a.Holds(role) && n < 2 {
			if n > 0 {
				out += " · "
			}
			out += p.T("role." + string(role))
			n++
		}
	}
	return out
}

// ErrorPage answers a refused or failed request; for web.Config.
func (f *Frame) ErrorPage(w http.ResponseWriter, r *http.Request, status int, pr *problem.Problem) error {
	p := i18n.From(r.Context())
	v := f.Public(w, r, p.T("page.error."+kind(status)))
	v.Problem, v.NoIndex = true, true
	return web.Render(w, r, status, errorPage(v, p.T(pr.Key, pr.Args...), refused(p, pr)))
}

func kind(status int) string {
	switch status {
	case http.StatusNotFound, http.StatusGone:
		return "not-found"
	case http.StatusForbidden, http.StatusUnauthorized:
		return "forbidden"
	case http.StatusConflict:
		return "conflict"
	case http.StatusInternalServerError, http.StatusServiceUnavailable:
		return "internal"
	}
	return "refused"
}

func refused(p *i18n.Printer, pr *problem.Problem) []string {
	var out []string
	for _, f := range pr.Fields {
		out = append(out, p.T(f.Key, f.Args...))
	}
	return out
}
