// Package suggestionweb is the public and member face of micro-suggestions (A1): raise, find, follow, join, rate. Every main form works without
// script, on an old phone, and keeps what was typed when it is refused.
package suggestionweb

import (
	"context"
	"embed"
	"net/http"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/blob"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/page"
	"xieshang/internal/platform/photo"
	"xieshang/internal/platform/upload"
	"xieshang/internal/platform/web"
	"xieshang/internal/suggestion"
	"xieshang/internal/suggestion/suggestionview"
)

// Messages holds the texts of these pages.
//
//go:embed messages
var Messages embed.FS

// Directory is what these pages ask of the directory.
type Directory interface {
	Snapshot(ctx context.Context) (*directory.Snapshot, error)
}

// Sealer signs the cookie of a tracking code.
type Sealer interface {
	Index(kind, normalised string) string
}

// Needs is what the pages are made of.
type Needs struct {
	Service   *suggestion.Service
	Directory Directory
	Frame     *page.Frame
	Uploads   *upload.Service
	Photos    *photo.Processor
	Blobs     blob.Store
	Clock     clock.Clock
	Sealer    Sealer
	URL       string                                       // public address of the site, for the feed; "" uses the request's
	Waiting   func(ctx context.Context) ([]Section, error) // what other modules put on the home page of whoever is signed in; may be nil
}

// Pages are the handlers.
type Pages struct{ Needs }

// New makes the pages.
func New(n Needs) *Pages { return &Pages{n} }

const photosBody = 10*(15<<20) + (1 << 20) // ten photos and the words of a form without script

// Routes is the table of these pages.
func (h *Pages) Routes() []web.Route {
	everybody := web.Public("residents raise and follow matters without an account")
	reading := web.Public("public matters are for everybody; the service cuts to what the caller may read")
	return []web.Route{
		{Method: "GET", Path: "/{$}", Who: reading, Do: h.home},
		{Method: "GET", Path: "/suggestions", Who: reading, Do: h.list},
		{Method: "GET", Path: "/suggestions/map", Who: reading, Do: h.mapPage},
		{Method: "GET", Path: "/suggestions/new", Who: everybody, Do: h.newForm},
		{Method: "POST", Path: "/suggestions/new", Who: everybody, Do: h.raise, MaxBody: photosBody},
		{Method: "GET", Path: "/suggestions/similar.html", Who: reading, Do: h.similar},
		{Method: "GET", Path: "/suggestions/{number}", Who: reading, Do: h.show},
		{Method: "GET", Path: "/suggestions/{number}/edit", Who: web.SignedIn(), Do: h.editForm},
		{Method: "POST", Path: "/suggestions/{number}/edit", Who: web.SignedIn(), Do: h.edit, MaxBody: photosBody},
		{Method: "POST", Path: "/suggestions/{number}/join", Who: everybody, Do: h.join},
		{Method: "GET", Path: "/suggestions/{number}/actions/{action}", Who: reading, Do: h.confirm},
		{Method: "POST", Path: "/suggestions/{number}/actions/{action}", Who: everybody, Do: h.act},
		{Method: "GET", Path: "/track", Who: everybody, Do: h.trackForm},
		{Method: "POST", Path: "/track", Who: everybody, Do: h.track},
		{Method: "POST", Path: "/track/forget", Who: everybody, Do: h.forget},
		{Method: "GET", Path: "/mine", Who: web.SignedIn(), Do: h.mine},
		{Method: "GET", Path: "/messages", Who: web.Roles(authz.Member), Do: h.messages},
		{Method: "GET", Path: "/feed.xml", Who: reading, Do: h.feed},
		{Method: "GET", Path: "/files/{id}", Who: reading, Do: h.file("full")},
		{Method: "GET", Path: "/files/{id}/{size}", Who: reading, Do: h.file("")},
		{Method: "POST", Path: "/uploads", Who: everybody, Do: h.uploadBegin, API: true},
		{Method: "HEAD", Path: "/uploads/{id}", Who: everybody, Do: h.uploadHead, API: true},
		{Method: "PATCH", Path: "/uploads/{id}", Who: everybody, Do: h.uploadAppend, MaxBody: 16 << 20, API: true},
		{Method: "DELETE", Path: "/uploads/{id}", Who: everybody, Do: h.uploadRemove, API: true},
	}
}

// words gives the reader's language and today's directory.
func (h *Pages) words(r *http.Request) (suggestionview.Words, error) {
	snap, err := h.Directory.Snapshot(r.Context())
	return suggestionview.Words{P: i18n.From(r.Context()), Snap: snap, Today: clock.Today(h.Clock)}, err
}

func member(r *http.Request) bool { return authz.From(r.Context()).Holds(authz.Member) }

// href is the page of a matter: by number, or by id while it is a draft.
func href(m suggestion.Suggestion) string {
	if m.Number == "" {
		return "/suggestions/" + m.ID.String()
	}
	return "/suggestions/" + m.Number
}
