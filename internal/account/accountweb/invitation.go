package accountweb

import (
	"net/http"

	"xieshang/internal/account"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

func isGone(err error) bool { return problem.Is(err, problem.Gone) }

type acceptView struct {
	Page  ui.PageView
	Code  string
	Name  string
	Login string
	refusal
}

func (p *Pages) showAccept(w http.ResponseWriter, r *http.Request, v acceptView) error {
	v.Page = p.frame.Public(w, r, text(r).T("account.accept.title"))
	v.Page.NoIndex, v.Page.Problem = true, len(v.Errors) > 0
	return web.Render(w, r, v.status(), acceptPage(v))
}

func (p *Pages) invitationPage(w http.ResponseWriter, r *http.Request) error {
	a, err := p.accounts.Invited(r.Context(), r.PathValue("code"))
	if err != nil {
		return p.codeProblem(w, r, err)
	}
	return p.showAccept(w, r, acceptView{Code: r.PathValue("code"), Name: a.Name, Login: a.Login})
}

func (p *Pages) accept(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	v := acceptView{Code: r.PathValue("code"), Name: form.Get("name"), Login: form.Get("login")}
	in, err := p.accounts.Accept(r.Context(), v.Code, v.Login, v.Name, form.Get("password"), visitor(r))
	if no, ok := refused(r, err); ok {
		v.refusal = no
		return p.showAccept(w, r, v)
	}
	if err != nil {
		return p.codeProblem(w, r, err)
	}
	web.Flash(w, r, "account.accept.done")
	return p.welcome(w, r, in, comeBack{Next: "/account"})
}

// codeProblem says what to do when a link does not work any more.
func (p *Pages) codeProblem(w http.ResponseWriter, r *http.Request, err error) error {
	if !isGone(err) {
		return err
	}
	v := p.frame.Public(w, r, text(r).T("account.gone.title"))
	v.NoIndex = true
	return web.Render(w, r, http.StatusGone, gonePage(v))
}

type askView struct {
	Page  ui.PageView
	Login string
	Sent  bool
	refusal
}

func (p *Pages) showAsk(w http.ResponseWriter, r *http.Request, v askView) error {
	v.Page = p.frame.Public(w, r, text(r).T("account.ask.title"))
	v.Page.NoIndex, v.Page.Problem = true, len(v.Errors) > 0
	return web.Render(w, r, v.status(), askPage(v))
}

func (p *Pages) askPage(w http.ResponseWriter, r *http.Request) error {
	return p.showAsk(w, r, askView{})
}

func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	err = p.accounts.RequestReset(r.Context(), form.Get("login"), visitor(r))
	if no, ok := refused(r, err); ok {
		return p.showAsk(w, r, askView{Login: form.Get("login"), refusal: no})
	}
	if err != nil {
		return err
	}
	return p.showAsk(w, r, askView{Sent: true})
}

type resetView struct {
	Page  ui.PageView
	Code  string
	Login string
	refusal
}

func (p *Pages) showReset(w http.ResponseWriter, r *http.Request, v resetView) error {
	v.Page = p.frame.Public(w, r, text(r).T("account.reset.title"))
	v.Page.NoIndex, v.Page.Problem = true, len(v.Errors) > 0
	return web.Render(w, r, v.status(), resetPage(v))
}

func (p *Pages) resetPage(w http.ResponseWriter, r *http.Request) error {
	login, err := p.accounts.ResetFor(r.Context(), r.PathValue("code"))
	if err != nil {
		return p.codeProblem(w, r, err)
	}
	return p.showReset(w, r, resetView{Code: r.PathValue("code"), Login: login})
}

func (p *Pages) reset(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	code := r.PathValue("code")
	err = p.accounts.Reset(r.Context(), code, form.Get("password"))
	if no, ok := refused(r, err); ok {
		return p.showReset(w, r, resetView{Code: code, Login: form.Get("login"), refusal: no})
	}
	if err != nil {
		return p.codeProblem(w, r, err)
	}
	web.Flash(w, r, "account.reset.done")
	return web.Redirect(w, r, "/login")
}

// pathID reads an id in the address; what is none is an address that does not exist.
func pathID(r *http.Request, name string) (uuid.UUID, error) {
	id, err := uuid.Parse(r.PathValue(name))
	if err != nil {
		return uuid.Nil, problem.New(problem.NotFound, "problem.not-found").Because(err)
	}
	return id, nil
}

// linkText is a link as it is handed over: with the address of this site, as the browser of its maker knows it.
func linkText(r *http.Request, l account.Link) string {
	scheme := "http"
	if web.InfoOf(r.Context()).Secure {
		scheme = "https"
	}
	return scheme + "://" + r.Host + l.Path
}
