// Package accountweb has the pages of accounts (C1): signing in, the own account, invitations and forgotten passwords, and the list in
// which staff and administrators look after accounts. It promises that signing in leads back to where the visitor was, with what was typed.
package accountweb

import (
	"context"
	"embed"
	"net/http"
	"strings"
	"time"

	"xieshang/internal/account"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/intake"
	"xieshang/internal/platform/page"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
)

// Messages holds the texts of these pages and of the module's refusals.
//
//go:embed messages
var Messages embed.FS

// Names of the cookies.
const (
	SessionCookie = "xs" // the token of the session
	deviceCookie  = "xd" // proves that its owner signed in from this browser before
	pendingCookie = "xp" // the password was right, the code is still to come
)

// Pages are the pages of accounts.
type Pages struct {
	accounts *account.Service
	frame    *page.Frame
	desk     *intake.Desk

	// Landing is where somebody goes after signing in without having been anywhere; "/" when it is nil.
	Landing func(ctx context.Context, a authz.Actor) string
	// More are the cards that other modules have on the page of the own account.
	More []OwnCard
}

// OwnCard is a card that leads to a page of another module; the texts are keys.
type OwnCard struct {
	ID, Title, Text, Button, Href string
}

// New makes the pages.
func New(a *account.Service, f *page.Frame, desk *intake.Desk) *Pages {
	return &Pages{accounts: a, frame: f, desk: desk}
}

// Routes is the table of this module.
func (p *Pages) Routes() []web.Route {
	own := web.SignedIn()
	desk := web.Roles(authz.Admin, authz.Reviewer, authz.Dispatcher, authz.Editor)
	const kept = 1 << 20 // the form of sign-in carries along what was typed before
	return []web.Route{
		{Method: "GET", Path: "/login", Who: web.Public("the way in"), Do: p.loginPage},
		{Method: "POST", Path: "/login", Who: web.Public("the way in"), Do: p.login, MaxBody: kept},
		{Method: "GET", Path: "/login/code", Who: web.Public("the second step of the way in"), Do: p.codePage},
		{Method: "POST", Path: "/login/code", Who: web.Public("the second step of the way in"), Do: p.code, MaxBody: kept},
		{Method: "POST", Path: "/logout", Who: web.Public("whoever holds a session may end it, also one that has ended by itself"), Do: p.logout},
		{Method: "GET", Path: "/invitations/{code}", Who: web.Public("the code in the address lets in"), Do: p.invitationPage},
		{Method: "POST", Path: "/invitations/{code}", Who: web.Public("the code in the address lets in"), Do: p.accept},
		{Method: "GET", Path: "/password/reset", Who: web.Public("whoever forgot the password cannot sign in"), Do: p.askPage},
		{Method: "POST", Path: "/password/reset", Who: web.Public("whoever forgot the password cannot sign in"), Do: p.ask},
		{Method: "GET", Path: "/password/reset/{code}", Who: web.Public("the code in the address lets in"), Do: p.resetPage},
		{Method: "POST", Path: "/password/reset/{code}", Who: web.Public("the code in the address lets in"), Do: p.reset},

		{Method: "GET", Path: "/account", Who: own, Do: p.ownPage},
		{Method: "POST", Path: "/account", Who: own, Do: p.saveProfile},
		{Method: "POST", Path: "/account/password", Who: own, Do: p.changePassword},
		{Method: "POST", Path: "/account/sessions/end", Who: own, Do: p.endOthers},
		{Method: "POST", Path: "/account/sessions/{id}/end", Who: own, Do: p.endSession},
		{Method: "GET", Path: "/account/two-factor", Who: own, Do: p.factorPage},
		{Method: "GET", Path: "/account/two-factor/qr.png", Who: own, Do: p.factorImage},
		{Method: "POST", Path: "/account/two-factor", Who: own, Do: p.factorOn},
		{Method: "POST", Path: "/account/two-factor/recovery", Who: own, Do: p.newRecovery},
		{Method: "POST", Path: "/account/two-factor/remove", Who: own, Do: p.factorOff},
		{Method: "GET", Path: "/account/tokens", Who: own, Do: p.tokensPage},
		{Method: "POST", Path: "/account/tokens", Who: own, Do: p.makeToken},
		{Method: "POST", Path: "/account/tokens/{id}/revoke", Who: own, Do: p.revokeToken},

		{Method: "GET", Path: "/admin/accounts", Who: desk, Do: p.list},
		{Method: "GET", Path: "/admin/accounts/new", Who: desk, Do: p.invitePage},
		{Method: "POST", Path: "/admin/accounts/new", Who: desk, Do: p.invite},
		{Method: "GET", Path: "/admin/accounts/bulk", Who: desk, Do: p.bulkForm},
		{Method: "POST", Path: "/admin/accounts/bulk", Who: desk, Do: p.bulk, MaxBody: intake.MaxBody},
		{Method: "GET", Path: "/admin/accounts/bulk/template.xlsx", Who: desk, Do: p.bulkTemplate},
		{Method: "GET", Path: "/admin/accounts/{id}", Who: desk, Do: p.accountPage},
		{Method: "POST", Path: "/admin/accounts/{id}/link", Who: desk, Do: p.newLink},
		{Method: "POST", Path: "/admin/accounts/{id}/block", Who: desk, Do: p.block},
		{Method: "POST", Path: "/admin/accounts/{id}/unblock", Who: desk, Do: p.unblock},
		{Method: "POST", Path: "/admin/accounts/{id}/two-factor/forget", Who: web.Roles(authz.Admin), Do: p.forgetFactor},
		{Method: "POST", Path: "/admin/accounts/{id}/grants", Who: desk, Do: p.grant},
		{Method: "POST", Path: "/admin/accounts/{id}/grants/{grant}/end", Who: desk, Do: p.endGrant},
	}
}

// Authenticate finds out who asks, by bearer token or by session cookie; for web.Config.Auth.
func (p *Pages) Authenticate(r *http.Request) (authz.Actor, error) {
	if h := r.Header.Get("Authorization"); strings.HasPrefix(h, "Bearer ") {
		return p.accounts.AuthenticateBearer(r.Context(), strings.TrimSpace(strings.TrimPrefix(h, "Bearer ")))
	}
	token := cookie(r, SessionCookie)
	if token == "" {
		return authz.Actor{}, nil
	}
	return p.accounts.Actor(r.Context(), token)
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// setCookie sets one of the cookies; an empty value removes it.
func setCookie(w http.ResponseWriter, r *http.Request, name, value string, age time.Duration) {
	c := &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: int(age / time.Second), HttpOnly: true,
		Secure: web.InfoOf(r.Context()).Secure, SameSite: http.SameSiteLaxMode}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

func visitor(r *http.Request) account.Visitor {
	return account.Visitor{Address: web.InfoOf(r.Context()).Address, Agent: r.UserAgent(), Device: cookie(r, deviceCookie)}
}

func text(r *http.Request) *i18n.Printer { return i18n.From(r.Context()) }

// refusal is what a form that comes back shows.
type refusal struct {
	Status int
	Fields map[string]string
	Errors []ui.ErrorView
}

// refused tells whether err is one that the visitor mends in the form: then the form comes back with it. Everything else is the error page's.
func refused(r *http.Request, err error) (out refusal, ok bool) {
	p, ok := problem.Of(err)
	if !ok {
		return out, false
	}
	switch p.Kind {
	case problem.Invalid, problem.TooMany, problem.Unavailable, problem.Conflict, problem.Forbidden:
	default:
		return out, false
	}
	out = refusal{Status: web.Status(p.Kind), Fields: web.FieldErrors(r, err)}
	for _, f := range p.Fields {
		out.Errors = append(out.Errors, ui.ErrorView{Field: f.Name, Text: text(r).T(f.Key, f.Args...)})
	}
	if len(p.Fields) == 0 {
		out.Errors = []ui.ErrorView{{Text: text(r).T(p.Key, p.Args...)}}
	}
	return out, true
}

func (f refusal) status() int {
	if f.Status == 0 {
		return http.StatusOK
	}
	return f.Status
}
