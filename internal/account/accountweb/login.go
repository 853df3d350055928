package accountweb

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"xieshang/internal/account"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
)

const (
	sessionAge = 90 * 24 * time.Hour // the server ends it sooner; see account.Rules
	deviceAge  = 400 * 24 * time.Hour
	pendingAge = 10 * time.Minute
)

// comeBack is where signing in leads: to a page, or to a form that arrived without a session and goes on with what was typed.
type comeBack struct {
	Next   string
	Action string      // of the form that waits; "" when there is none
	Values [][2]string // its fields
	Files  [][2]string // fields and names of files that have to be chosen again
}

// SignIn asks a visitor whose form arrived without a session to sign in, and keeps the form; for web.Config.SignIn.
func (p *Pages) SignIn(w http.ResponseWriter, r *http.Request, kept *web.Kept) error {
	back := comeBack{Next: web.LocalPath(r.URL.RequestURI())}
	if kept != nil {
		back.Next, back.Action, back.Values = "/", web.LocalPath(kept.Action), pairs(kept.Values)
		for _, f := range kept.Files {
			back.Files = append(back.Files, [2]string{f.Field, f.Name})
		}
	}
	return p.showLogin(w, r, http.StatusUnauthorized, loginView{comeBack: back})
}

func pairs(v url.Values) (out [][2]string) {
	names := make([]string, 0, len(v))
	for name := range v {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range v[name] {
			out = append(out, [2]string{name, value})
		}
	}
	return out
}

const (
	keptPrefix = "kept:"
	filePrefix = "keptfile:"
)

// readBack reads where to go from a form of sign-in. Fields of the form that waits carry a prefix, so that they cannot be taken for those of sign-in.
func readBack(form url.Values) comeBack {
	b := comeBack{Next: web.LocalPath(form.Get("next"))}
	if action := form.Get("action"); action != "" {
		b.Action = web.LocalPath(action)
	}
	for _, v := range pairs(form) {
		if name, ok := strings.CutPrefix(v[0], keptPrefix); ok && b.Action != "" {
			b.Values = append(b.Values, [2]string{name, v[1]})
		}
		if name, ok := strings.CutPrefix(v[0], filePrefix); ok && b.Action != "" {
			b.Files = append(b.Files, [2]string{name, v[1]})
		}
	}
	return b
}

// choose are the fields in which files have to be chosen again, each with the names of its files.
func (b comeBack) choose() (out [][2]string) {
	for _, f := range b.Files {
		if i := slices.IndexFunc(out, func(o [2]string) bool { return o[0] == f[0] }); i >= 0 {
			out[i][1] += ", " + f[1]
		} else {
			out = append(out, f)
		}
	}
	return out
}

type loginView struct {
	Page  ui.PageView
	Login string
	comeBack
	refusal
}

func (p *Pages) showLogin(w http.ResponseWriter, r *http.Request, status int, v loginView) error {
	v.Page = p.frame.Public(w, r, text(r).T("account.login.title"))
	v.Page.SignIn, v.Page.NoIndex, v.Page.Problem = "", true, len(v.Errors) > 0
	return web.Render(w, r, status, loginPage(v))
}

func (p *Pages) loginPage(w http.ResponseWriter, r *http.Request) error {
	next := web.LocalPath(r.URL.Query().Get("next"))
	if web.Actor(r).SignedIn() {
		return web.Redirect(w, r, next)
	}
	return p.showLogin(w, r, http.StatusOK, loginView{comeBack: comeBack{Next: next}})
}

func (p *Pages) login(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	back := readBack(form)
	in, err := p.accounts.SignIn(r.Context(), form.Get("login"), form.Get("password"), visitor(r))
	if no, ok := refused(r, err); ok {
		return p.showLogin(w, r, no.Status, loginView{Login: form.Get("login"), comeBack: back, refusal: no})
	}
	if err != nil {
		return err
	}
	if in.Pending != "" {
		setCookie(w, r, pendingCookie, in.Pending, pendingAge)
		return p.showCode(w, r, codeView{comeBack: back})
	}
	return p.welcome(w, r, in, back)
}

// welcome sets the cookies and goes on. The session that the browser had before, if any, ends: its owner changed.
func (p *Pages) welcome(w http.ResponseWriter, r *http.Request, in account.SignedIn, back comeBack) error {
	if old := cookie(r, SessionCookie); old != "" {
		if err := p.accounts.SignOut(r.Context(), old); err != nil {
			return err
		}
	}
	setCookie(w, r, SessionCookie, in.Token, sessionAge)
	setCookie(w, r, deviceCookie, in.Device, deviceAge)
	setCookie(w, r, pendingCookie, "", 0)
	if back.Action == "" {
		if back.Next == "/" && p.Landing != nil {
			actor, err := p.accounts.Actor(r.Context(), in.Token)
			if err != nil {
				return err
			}
			back.Next = p.Landing(r.Context(), actor)
		}
		return web.Redirect(w, r, back.Next)
	}
	v := goOnView{Page: p.frame.Public(w, r, text(r).T("account.goon.title")), comeBack: back}
	v.Page.SignIn, v.Page.NoIndex = "", true
	return web.Render(w, r, http.StatusOK, goOnPage(v))
}

type goOnView struct {
	Page ui.PageView
	comeBack
}

type codeView struct {
	Page ui.PageView
	comeBack
	refusal
}

func (p *Pages) showCode(w http.ResponseWriter, r *http.Request, v codeView) error {
	v.Page = p.frame.Public(w, r, text(r).T("account.code.title"))
	v.Page.SignIn, v.Page.NoIndex, v.Page.Problem = "", true, len(v.Errors) > 0
	return web.Render(w, r, v.status(), codePage(v))
}

func (p *Pages) codePage(w http.ResponseWriter, r *http.Request) error {
	next := web.LocalPath(r.URL.Query().Get("next"))
	if cookie(r, pendingCookie) == "" {
		return web.Redirect(w, r, "/login?next="+url.QueryEscape(next))
	}
	return p.showCode(w, r, codeView{comeBack: comeBack{Next: next}})
}

func (p *Pages) code(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	back := readBack(form)
	in, err := p.accounts.SignInCode(r.Context(), cookie(r, pendingCookie), form.Get("code"), visitor(r))
	if no, ok := refused(r, err); ok {
		return p.showCode(w, r, codeView{comeBack: back, refusal: no})
	}
	if isGone(err) { // the ten minutes are over: begin again, with everything that was typed before
		setCookie(w, r, pendingCookie, "", 0)
		late := refusal{Errors: []ui.ErrorView{{Text: text(r).T("account.code.late")}}}
		return p.showLogin(w, r, http.StatusGone, loginView{comeBack: back, refusal: late})
	}
	if err != nil {
		return err
	}
	return p.welcome(w, r, in, back)
}

func (p *Pages) logout(w http.ResponseWriter, r *http.Request) error {
	if token := cookie(r, SessionCookie); token != "" {
		if err := p.accounts.SignOut(r.Context(), token); err != nil {
			return err
		}
	}
	setCookie(w, r, SessionCookie, "", 0)
	web.Flash(w, r, "account.logout.done")
	return web.Redirect(w, r, "/")
}
