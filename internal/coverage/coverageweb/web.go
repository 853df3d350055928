// Package coverageweb shows the two full coverages (C2): a leader's screen with two large figures, the map and table of the committees below, sectors and the trend, each with its table
// and its download, and within one's own committee, or where it is granted, the names of those who are not reached with a way to mend it.
package coverageweb

import (
	"context"
	"embed"
	"net/http"
	"net/url"

	"xieshang/internal/coverage"
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

// Directory is what these pages ask of the directory, as the reader: what mends a gap is the directory's to allow.
type Directory interface {
	Snapshot(ctx context.Context) (*directory.Snapshot, error)
	PutMembership(ctx context.Context, m directory.Membership) (uuid.UUID, error)
	PutAffiliation(ctx context.Context, a directory.Affiliation) (uuid.UUID, error)
}

// Needs is what the pages are made of. Contacts is the address of the page where links are proposed.
type Needs struct {
	Service   *coverage.Service
	Directory Directory
	Frame     *page.Frame
	Clock     clock.Clock
	Contacts  string
}

// Pages is the coverages.
type Pages struct{ Needs }

// New makes the pages.
func New(n Needs) *Pages { return &Pages{n} }

const here = "/coverage"

// Entries are the places of these pages in the navigation.
func Entries() []page.Entry {
	return []page.Entry{{Key: "coverage.title", Group: "coverage.group", Href: here, Icon: "chart", Roles: append(coverage.Readers(), authz.Admin)}}
}

// Routes is the table of these pages.
func (h *Pages) Routes() []web.Route {
	readers := web.Roles(append(coverage.Readers(), authz.Admin)...)
	keepers := web.Roles(authz.Organiser, authz.Admin)
	return []web.Route{
		{Method: "GET", Path: here, Who: readers, Do: h.show},
		{Method: "GET", Path: here + ".csv", Who: readers, Do: h.download("csv")},
		{Method: "GET", Path: here + ".xlsx", Who: readers, Do: h.download("xlsx")},
		{Method: "GET", Path: here + "/mend", Who: keepers, Do: h.askMend},
		{Method: "POST", Path: here + "/mend", Who: keepers, Do: h.mend},
	}
}

// read takes the question from the address; what cannot be read is refused with the field, and nothing is guessed. Without a committee it is the first of the reader's own.
func (h *Pages) read(r *http.Request) (*directory.Snapshot, coverage.Query, error) {
	var q coverage.Query
	snap, err := h.Directory.Snapshot(r.Context())
	if err != nil {
		return nil, q, err
	}
	roots, err := h.Service.Roots(r.Context())
	if err != nil {
		return snap, q, err
	}
	if len(roots) > 0 {
		q.Committee = roots[0]
	}
	v := r.URL.Query()
	var c problem.Check
	if text := v.Get("committee"); text != "" {
		u, err := uuid.Parse(text)
		if err != nil || snap.Organisation(u) == nil {
			c.Add("committee", "coverage.err.committee")
		} else {
			q.Committee = u
		}
	}
	if text := v.Get("day"); text != "" {
		if q.Day, err = clock.ParseDate(text); err != nil {
			c.Add("day", "coverage.err.day")
		}
	}
	q.Sector, q.Own = v.Get("sector"), v.Get("own") == "1"
	return snap, q, c.Err()
}

// builder writes what a page shows in the reader's language and keeps the state in addresses.
type builder struct {
	p    *i18n.Printer
	snap *directory.Snapshot
	q    coverage.Query
	v    url.Values
}

func (b builder) with(path string, pairs ...string) string {
	q := url.Values{}
	for k, v := range b.v {
		if len(v) > 0 && v[0] != "" && k != "group" {
			q.Set(k, v[0])
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		} else {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func (b builder) name(committee uuid.UUID) string {
	return b.p.Name(b.snap.OrganisationName(committee))
}

func (b builder) sector(text string) string {
	if text == "" {
		return b.p.T("coverage.sector.none")
	}
	return text
}

func (b builder) percent(part, whole int) string {
	if whole == 0 {
		return "—"
	}
	return b.p.Percent(float64(part) / float64(whole))
}
