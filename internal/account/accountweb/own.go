package accountweb

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"xieshang/internal/account"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/a-h/templ"
)

type ownView struct {
	Page     ui.PageView
	Profile  account.Profile
	Sessions []account.Session
	More     []OwnCard
	About    refusal // of the form with name and address
	Secret   refusal // of the form with the password
}

func (p *Pages) ownPage(w http.ResponseWriter, r *http.Request) error {
	return p.showOwn(w, r, ownView{}, nil)
}

// showOwn shows the own account; change puts back what was typed.
func (p *Pages) showOwn(w http.ResponseWriter, r *http.Request, v ownView, change func(*account.Profile)) (err error) {
	if v.Profile, err = p.accounts.Me(r.Context()); err != nil {
		return err
	}
	if v.Sessions, err = p.accounts.Sessions(r.Context(), cookie(r, SessionCookie)); err != nil {
		return err
	}
	if change != nil {
		change(&v.Profile)
	}
	v.More = p.More
	v.Page = p.frame.Public(w, r, text(r).T("account.own.title"))
	v.Page.NoIndex, v.Page.Problem = true, len(v.About.Errors)+len(v.Secret.Errors) > 0
	return web.Render(w, r, max(v.About.status(), v.Secret.status()), ownPage(v))
}

func (p *Pages) saveProfile(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	name, email := form.Get("name"), form.Get("email")
	err = p.accounts.SetProfile(r.Context(), name, email, form.Get("password"))
	if no, ok := refused(r, err); ok {
		// Two forms stand on this page, and each has a password: the ids of the first one's differ.
		for i, e := range no.Errors {
			if e.Field == "password" {
				no.Errors[i].Field = "confirm"
			}
		}
		return p.showOwn(w, r, ownView{About: no}, func(v *account.Profile) { v.Name, v.Email = name, email })
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "account.own.saved")
	return web.Redirect(w, r, "/account")
}

func (p *Pages) changePassword(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	err = p.accounts.ChangePassword(r.Context(), form.Get("current"), form.Get("password"), cookie(r, SessionCookie))
	if no, ok := refused(r, err); ok {
		return p.showOwn(w, r, ownView{Secret: no}, nil)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "account.password.done")
	return web.Redirect(w, r, "/account")
}

func (p *Pages) endOthers(w http.ResponseWriter, r *http.Request) error {
	if err := p.accounts.EndOtherSessions(r.Context(), cookie(r, SessionCookie)); err != nil {
		return err
	}
	web.Flash(w, r, "account.sessions.ended")
	return web.Redirect(w, r, "/account#sessions")
}

func (p *Pages) endSession(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	if err := p.accounts.EndSession(r.Context(), id); err != nil {
		return err
	}
	web.Flash(w, r, "account.sessions.one")
	return web.Redirect(w, r, "/account#sessions")
}

type factorView struct {
	Page      ui.PageView
	On        bool
	Left      int
	Enrolment account.Enrolment
	Recovery  []string // shown this once
	refusal
}

func (p *Pages) factorPage(w http.ResponseWriter, r *http.Request) error {
	return p.showFactor(w, r, factorView{})
}

func (p *Pages) showFactor(w http.ResponseWriter, r *http.Request, v factorView) error {
	me, err := p.accounts.Me(r.Context())
	if err != nil {
		return err
	}
	if v.On = me.TwoFactor; v.On {
		v.Left, err = p.accounts.RecoveryLeft(r.Context())
	} else {
		v.Enrolment, err = p.accounts.EnrolTOTP(r.Context())
	}
	if err != nil {
		return err
	}
	v.Page = p.frame.Public(w, r, text(r).T("account.factor.title"))
	v.Page.NoIndex, v.Page.Problem = true, len(v.Errors) > 0
	return web.Render(w, r, v.status(), factorPage(v))
}

func (p *Pages) factorImage(w http.ResponseWriter, r *http.Request) error {
	img, err := p.accounts.TOTPImage(r.Context())
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(img)
	return err
}

func (p *Pages) factorOn(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	codes, err := p.accounts.ConfirmTOTP(r.Context(), form.Get("code"), cookie(r, SessionCookie))
	return p.afterFactor(w, r, codes, err)
}

func (p *Pages) newRecovery(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	codes, err := p.accounts.NewRecoveryCodes(r.Context(), form.Get("password"))
	return p.afterFactor(w, r, codes, err)
}

func (p *Pages) afterFactor(w http.ResponseWriter, r *http.Request, codes []string, err error) error {
	if no, ok := refused(r, err); ok {
		return p.showFactor(w, r, factorView{refusal: no})
	}
	if err != nil {
		return err
	}
	return p.showFactor(w, r, factorView{Recovery: codes})
}

func (p *Pages) factorOff(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	err = p.accounts.RemoveTOTP(r.Context(), form.Get("password"), form.Get("code"))
	if no, ok := refused(r, err); ok {
		for i, e := range no.Errors {
			if e.Field == "password" {
				no.Errors[i].Field = "remove-password"
			}
		}
		return p.showFactor(w, r, factorView{refusal: no})
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "account.factor.removed")
	return web.Redirect(w, r, "/account")
}

type tokensView struct {
	Page   ui.PageView
	Tokens []account.Token
	Name   string
	Scopes []authz.Scope
	Days   string
	Admin  bool // offers the scope for administration
	Plain  string
	refusal
}

func (p *Pages) tokensPage(w http.ResponseWriter, r *http.Request) error {
	return p.showTokens(w, r, tokensView{Scopes: []authz.Scope{authz.ReadScope}, Days: "90"})
}

func (p *Pages) showTokens(w http.ResponseWriter, r *http.Request, v tokensView) (err error) {
	if v.Tokens, err = p.accounts.Tokens(r.Context()); err != nil {
		return err
	}
	v.Admin = web.Actor(r).Holds(authz.Admin, authz.Reviewer, authz.Dispatcher, authz.Editor)
	v.Page = p.frame.Public(w, r, text(r).T("account.tokens.title"))
	v.Page.NoIndex, v.Page.Problem = true, len(v.Errors) > 0
	return web.Render(w, r, v.status(), tokensPage(v))
}

// tokenDays are the lives that the form offers; "" is for ever.
func tokenDays(value string) (time.Duration, bool) {
	days, ok := map[string]int{"30": 30, "90": 90, "365": 365, "": 0}[value]
	return time.Duration(days) * 24 * time.Hour, ok
}

func (p *Pages) makeToken(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	v := tokensView{Name: form.Get("name"), Days: form.Get("days")}
	for _, s := range form["scopes"] {
		v.Scopes = append(v.Scopes, authz.Scope(s))
	}
	valid, ok := tokenDays(v.Days)
	if !ok {
		valid = -1 // no such choice: refused like every date that is over
	}
	plain, err := p.accounts.CreateTokenFor(r.Context(), v.Name, v.Scopes, valid)
	if no, ok := refused(r, err); ok {
		v.refusal = no
		return p.showTokens(w, r, v)
	}
	if err != nil {
		return err
	}
	return p.showTokens(w, r, tokensView{Plain: plain, Scopes: []authz.Scope{authz.ReadScope}, Days: "90"})
}

func (p *Pages) revokeToken(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	if err := p.accounts.RevokeToken(r.Context(), id); err != nil {
		return err
	}
	web.Flash(w, r, "account.tokens.revoked")
	return web.Redirect(w, r, "/account/tokens")
}

// plainTyping keeps phones from correcting and capitalising what is no prose.
func plainTyping() templ.Attributes {
	return templ.Attributes{"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}
}

// deviceName is a browser in plain words.
func deviceName(p *i18n.Printer, s account.Session) string {
	switch {
	case s.Browser != "" && s.System != "":
		return p.T("account.device", "browser", s.Browser, "system", s.System)
	case s.Browser+s.System != "":
		return s.Browser + s.System
	}
	return p.T("account.device.unknown")
}

func scopeOptions(p *i18n.Printer, v tokensView) (out []ui.Option) {
	for _, s := range []authz.Scope{authz.ReadScope, authz.WriteScope, authz.AdminScope} {
		if s == authz.AdminScope && !v.Admin {
			continue
		}
		out = append(out, ui.Option{Value: string(s), Label: p.T("account.scope." + string(s)), Hint: p.T("account.scope." + string(s) + ".hint"), Selected: slices.Contains(v.Scopes, s)})
	}
	return out
}

func dayOptions(p *i18n.Printer, chosen string) (out []ui.Option) {
	for _, d := range []string{"30", "90", "365", ""} {
		label := p.T("account.tokens.forever")
		if valid, _ := tokenDays(d); valid > 0 {
			label = p.Days(int(valid / (24 * time.Hour)))
		}
		out = append(out, ui.Option{Value: d, Label: label, Selected: d == chosen})
	}
	return out
}

func scopeNames(p *i18n.Printer, scopes []authz.Scope) string {
	names := make([]string, len(scopes))
	for i, s := range scopes {
		names[i] = p.T("account.scope." + string(s))
	}
	return strings.Join(names, ", ")
}
