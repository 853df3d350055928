// Package contactweb shows contact links (C5): a member's own page, where a contact is noted in two taps on a phone; for organisers the links of a committee with the load of each, proposals
// that are edited and adopted, and the trace of corrections. What a pair notes is on no page but theirs and their branch secretary's.
package contactweb

import (
	"context"
	"embed"
	"net/http"
	"net/url"
	"slices"

	"xieshang/internal/contact"
	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/page"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

// Messages holds the texts of these pages.
//
//go:embed messages
var Messages embed.FS

// Directory is what these pages ask of the directory. Roster is asked as the platform after the service let the reader see the committee's links.
type Directory interface {
	Snapshot(ctx context.Context) (*directory.Snapshot, error)
	Roster(ctx context.Context, q directory.RosterQuery) ([]directory.Holding, error)
	GrantedNames(ctx context.Context, subject directory.Subject) (committees []uuid.UUID, all bool, err error)
}

// Needs is what the pages are made of.
type Needs struct {
	Service   *contact.Service
	Directory Directory
	Frame     *page.Frame
	Clock     clock.Clock
}

// Pages is the pages of contact links.
type Pages struct{ Needs }

// New makes the pages.
func New(n Needs) *Pages { return &Pages{n} }

// The addresses.
const (
	Mine      = "/contacts"
	Committee = "/contacts/committee"
	Proposals = "/contacts/proposals"
	pair      = "/contacts/pair"
	link      = "/contacts/link"
)

// readers see the links of their committee.
func readers() []authz.Role {
	return []authz.Role{authz.Organiser, authz.Leader, authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Admin}
}

// Entries are the places of these pages in the navigation of staff; Links that in everybody's menu.
func Entries() []page.Entry {
	return []page.Entry{{Key: "contact.title", Group: "coverage.group", Href: Committee, Icon: "users", Roles: readers()}}
}

// Links are the own pages in the menu of an account.
func Links() []page.LinkEntry { return []page.LinkEntry{{Key: "contact.mine", Href: Mine}} }

// Routes is the table of these pages.
func (h *Pages) Routes() []web.Route {
	read, keep := web.Roles(readers()...), web.Roles(authz.Organiser, authz.Admin)
	return []web.Route{
		{Method: "GET", Path: Mine, Who: web.SignedIn(), Do: h.mine},
		{Method: "GET", Path: pair, Who: web.SignedIn(), Do: h.pair},
		{Method: "POST", Path: "/contacts/log", Who: web.SignedIn(), Do: h.log},
		{Method: "POST", Path: "/contacts/back", Who: web.SignedIn(), Do: h.takeBack},
		{Method: "GET", Path: Committee, Who: read, Do: h.committee},
		{Method: "GET", Path: Committee + ".csv", Who: read, Do: h.download("csv")},
		{Method: "GET", Path: Committee + ".xlsx", Who: read, Do: h.download("xlsx")},
		{Method: "POST", Path: "/contacts/rule", Who: keep, Do: h.rule},
		{Method: "GET", Path: Proposals, Who: keep, Do: h.proposals},
		{Method: "POST", Path: Proposals, Who: keep, Do: h.adopt},
		{Method: "GET", Path: link, Who: keep, Do: h.askLink},
		{Method: "POST", Path: link, Who: keep, Do: h.putLink},
		{Method: "POST", Path: "/contacts/end", Who: keep, Do: h.end},
		{Method: "POST", Path: "/contacts/withdraw", Who: keep, Do: h.withdraw},
	}
}

// asked finds the committee that an address or a form names, or the first whose names the reader may see.
func (h *Pages) asked(r *http.Request, v url.Values) (*directory.Snapshot, uuid.UUID, error) {
	snap, err := h.Directory.Snapshot(r.Context())
	if err != nil {
		return nil, uuid.Nil, err
	}
	if text := v.Get("committee"); text != "" {
		u, err := uuid.Parse(text)
		if o := snap.Organisation(u); err != nil || o == nil || o.Kind != directory.Committee {
			return nil, uuid.Nil, problem.New(problem.NotFound, "problem.not-found")
		}
		return snap, u, nil
	}
	named, all, err := h.Directory.GrantedNames(r.Context(), directory.CoverageSubject)
	if err != nil {
		return nil, uuid.Nil, err
	}
	for _, k := range snap.Committees() {
		if all || slices.Contains(named, k.ID) {
			return snap, k.ID, nil
		}
	}
	return nil, uuid.Nil, problem.New(problem.Forbidden, "problem.forbidden")
}

func pairOf(v url.Values) (contact.Pair, error) {
	var p contact.Pair
	for name, u := range map[string]*uuid.UUID{"committee": &p.Committee, "contact": &p.Contact, "target": &p.Target} {
		var err error
		if *u, err = uuid.Parse(v.Get(name)); err != nil {
			return p, problem.New(problem.NotFound, "problem.not-found").Because(err)
		}
	}
	return p, nil
}

func addressOf(p contact.Pair) string {
	return pair + "?" + url.Values{"committee": {p.Committee.String()}, "contact": {p.Contact.String()}, "target": {p.Target.String()}}.Encode()
}

func hidden(p contact.Pair) [][2]string {
	return [][2]string{{"committee", p.Committee.String()}, {"contact", p.Contact.String()}, {"target", p.Target.String()}}
}

func of(path string, committee uuid.UUID) string { return path + "?committee=" + committee.String() }

// day reads a date of a form; an empty text is no date.
func day(c *problem.Check, v url.Values, name string) clock.Date {
	text := v.Get(name)
	if text == "" {
		return clock.Date{}
	}
	d, err := clock.ParseDate(text)
	if err != nil {
		c.Add(name, "contact.err.date")
	}
	return d
}

func dayText(p *i18n.Printer, d clock.Date) string {
	if d.IsZero() {
		return "—"
	}
	return p.Date(d)
}
