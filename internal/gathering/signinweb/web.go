// Package signinweb has the pages of signing in to a gathering (C1, E1): the hall's screen, the member's page with what a phone keeps of it for the time
// without network, the door for those who run the gathering, and the printed code. It promises that the member's form works without script, and
// that nothing but that one page and its files is ever kept by the phone's worker.
package signinweb

import (
	"context"
	"crypto/rand"
	"embed"
	"encoding/base64"
	"io"
	"net/http"

	"xieshang/internal/gathering/signin"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/page"
	"xieshang/internal/platform/pdf"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

// Messages holds the texts of these pages.
//
//go:embed messages
var Messages embed.FS

// Needs is what the pages are made of. Names gives the names of people on behalf of a service that has asked its policy.
type Needs struct {
	Service *signin.Service
	Frame   *page.Frame
	Clock   clock.Clock
	Names   func(ctx context.Context, people []uuid.UUID) (map[uuid.UUID]string, error)
	Font    pdf.Font
	URL     string // public address of the site; "": the address of the request
}

// Pages are the handlers.
type Pages struct{ Needs }

// New makes the pages.
func New(n Needs) *Pages { return &Pages{n} }

// Routes is the table of these pages.
func (h *Pages) Routes() []web.Route {
	in := web.SignedIn() // the service then asks who runs this gathering
	return []web.Route{
		{Method: "GET", Path: "/gatherings/sign-in", Who: in, Do: h.show},
		{Method: "POST", Path: "/gatherings/sign-in", Who: in, Do: h.enter},
		{Method: "POST", Path: "/gatherings/sign-in/send", Who: in, Do: h.send, API: true, MaxBody: 64 << 10},
		{Method: "GET", Path: "/gatherings/sign-in/offline", Who: web.Public("the empty page that a phone keeps; it says nothing of anybody"), Do: h.shell},
		{Method: "GET", Path: "/gatherings/worker.js", Who: web.Public("a script"), Do: h.worker, API: true},
		{Method: "GET", Path: "/s", Who: web.Public("the address on the screen, short enough to be typed, leads to the page"), Do: h.short},
		{Method: "GET", Path: "/s/{short}", Who: web.Public("the square on the screen leads here; it tells only whether the code stands there now"), Do: h.scan},

		{Method: "GET", Path: "/gatherings/{id}/screen", Who: in, Do: h.screen},
		{Method: "GET", Path: "/gatherings/{id}/screen/codes", Who: in, Do: h.codes, API: true},
		{Method: "GET", Path: "/gatherings/{id}/door", Who: in, Do: h.door},
		{Method: "POST", Path: "/gatherings/{id}/door/guests", Who: in, Do: h.answer},
		{Method: "POST", Path: "/gatherings/{id}/door/poster", Who: in, Do: h.setPoster},
		{Method: "POST", Path: "/gatherings/{id}/door/renew", Who: in, Do: h.renew},
		{Method: "GET", Path: "/gatherings/{id}/poster.pdf", Who: in, Do: h.poster},
	}
}

func pathID(r *http.Request) (uuid.UUID, error) {
	id, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		return id, problem.New(problem.NotFound, "problem.not-found").Because(err)
	}
	return id, nil
}

func text(r *http.Request) *i18n.Printer { return i18n.From(r.Context()) }

// site is the address of this site as phones reach it.
func (h *Pages) site(r *http.Request) string {
	switch {
	case h.URL != "":
		return h.URL
	case web.InfoOf(r.Context()).Secure:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// deviceCookie tells one browser from another, for nothing else than signing in; what is kept of it differs from gathering to gathering.
const deviceCookie = "xg"

// device reads the browser's value, and gives it one when it has none.
func device(w http.ResponseWriter, r *http.Request) (string, error) {
	if c, err := r.Cookie(deviceCookie); err == nil && len(c.Value) >= 16 && len(c.Value) <= 64 {
		return c.Value, nil
	}
	b := make([]byte, 18)
	if _, err := io.ReadFull(rand.Reader, b); err != nil {
		return "", err
	}
	v := base64.RawURLEncoding.EncodeToString(b)
	http.SetCookie(w, &http.Cookie{Name: deviceCookie, Value: v, Path: "/", MaxAge: 400 * 24 * 3600, HttpOnly: true, Secure: web.InfoOf(r.Context()).Secure, SameSite: http.SameSiteLaxMode})
	return v, nil
}
