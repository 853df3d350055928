package accountweb

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"xieshang/internal/account"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

type listView struct {
	Page     ui.PageView
	Filter   account.Filter
	Accounts []account.Account
	Places   map[uuid.UUID]account.Place
	Next     string
	First    string
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	v := listView{Filter: account.Filter{Text: q.Get("q"), State: account.State(q.Get("state")), Role: authz.Role(q.Get("role"))}}
	v.Filter.Before, _ = uuid.Parse(q.Get("cursor")) // an address with a wrong cursor is the first page
	var more bool
	var err error
	if v.Accounts, more, err = p.accounts.Accounts(r.Context(), v.Filter); err != nil {
		return err
	}
	if v.Places, err = p.placesOf(r, v.Accounts); err != nil {
		return err
	}
	q.Del("cursor")
	if v.Filter.Before != uuid.Nil {
		v.First = "/admin/accounts?" + q.Encode()
	}
	if more {
		q.Set("cursor", v.Accounts[len(v.Accounts)-1].ID.String())
		v.Next = "/admin/accounts?" + q.Encode()
	}
	v.Page = p.frame.Staff(w, r, text(r).T("account.list.title"))
	return web.Render(w, r, http.StatusOK, listPage(v))
}

func (p *Pages) placesOf(r *http.Request, accounts []account.Account) (map[uuid.UUID]account.Place, error) {
	var ids []uuid.UUID
	for _, a := range accounts {
		for _, g := range a.Grants {
			if g.Place != uuid.Nil && !slices.Contains(ids, g.Place) {
				ids = append(ids, g.Place)
			}
		}
	}
	return p.accounts.PlacesByID(r.Context(), ids)
}

// grantForm is the part of a form that chooses role, place and days.
type grantForm struct {
	Role      authz.Role
	Roles     []authz.Role
	PlaceName string
	Place     uuid.UUID
	Found     []account.Place // to choose from, when the name fits several
	From, To  string
}

// readGrant reads that part. A name that fits one place is that place; when it fits several the form comes back with a choice.
func (p *Pages) readGrant(r *http.Request, form url.Values) (f grantForm, g account.NewGrant, err error) {
	f = grantForm{Role: authz.Role(form.Get("role")), PlaceName: strings.TrimSpace(form.Get("place_name")), From: form.Get("from"), To: form.Get("to")}
	g.Role = f.Role
	var check problem.Check
	for _, d := range []struct {
		name, value string
		into        *clock.Date
	}{{"from", f.From, &g.Days.From}, {"to", f.To, &g.Days.To}} {
		if d.value == "" {
			continue
		}
		if *d.into, err = clock.ParseDate(d.value); err != nil {
			check.Add(d.name, "account.problem.date")
		}
	}
	if f.Role != authz.Admin {
		if f.Place, err = uuid.Parse(form.Get("place")); err != nil {
			f.Place = uuid.Nil
			if err := p.choosePlace(r, &f); err != nil {
				return f, g, err
			}
		}
		g.Place = f.Place
		switch {
		case g.Place != uuid.Nil:
		case len(f.Found) > 1:
			check.Add("place", "account.problem.place-choose")
		default:
			check.Add("place_name", "account.problem.place-unknown")
		}
	}
	if !slices.Contains(authz.Roles(), f.Role) {
		check.Add("role", "account.problem.role")
	}
	return f, g, check.Err()
}

func (p *Pages) choosePlace(r *http.Request, f *grantForm) error {
	found, err := p.accounts.FindPlaces(r.Context(), f.PlaceName, 40)
	if err != nil {
		return err
	}
	for _, v := range found {
		if v.Department != f.Role.OfDepartment() {
			continue
		}
		if v.Name.ZH == f.PlaceName || v.Name.EN == f.PlaceName && f.PlaceName != "" {
			f.Place, f.Found = v.ID, nil
			return nil
		}
		f.Found = append(f.Found, v)
	}
	if len(f.Found) == 1 {
		f.Place, f.Found = f.Found[0].ID, nil
	}
	return nil
}

type inviteView struct {
	Page  ui.PageView
	Name  string
	Login string
	Email string
	Grant grantForm
	refusal
}

func (p *Pages) showInvite(w http.ResponseWriter, r *http.Request, v inviteView) (err error) {
	if v.Grant.Roles, err = p.accounts.GivableRoles(r.Context()); err != nil {
		return err
	}
	v.Page = p.frame.Staff(w, r, text(r).T("account.invite.title"))
	v.Page.Wide, v.Page.Problem = false, len(v.Errors) > 0
	return web.Render(w, r, v.status(), invitePage(v))
}

func (p *Pages) invitePage(w http.ResponseWriter, r *http.Request) error {
	return p.showInvite(w, r, inviteView{Grant: grantForm{Role: authz.Member}})
}

func (p *Pages) invite(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	v := inviteView{Name: form.Get("name"), Login: form.Get("login"), Email: form.Get("email")}
	var g account.NewGrant
	var l account.Link
	if v.Grant, g, err = p.readGrant(r, form); err == nil {
		l, err = p.accounts.Invite(r.Context(), account.Invitation{Name: v.Name, Login: v.Login, Email: v.Email, Grants: []account.NewGrant{g}})
	}
	if no, ok := refused(r, err); ok {
		v.refusal = no
		return p.showInvite(w, r, v)
	}
	if err != nil {
		return err
	}
	return p.showLink(w, r, l, v.Name)
}

type linkView struct {
	Page ui.PageView
	Link account.Link
	Name string
	URL  string
}

// showLink shows a link this once, to be copied or printed.
func (p *Pages) showLink(w http.ResponseWriter, r *http.Request, l account.Link, name string) error {
	v := linkView{Page: p.frame.Staff(w, r, text(r).T("account.link.title")), Link: l, Name: name, URL: linkText(r, l)}
	v.Page.Wide = false
	return web.Render(w, r, http.StatusOK, linkPage(v))
}

type accountView struct {
	Page    ui.PageView
	Account account.Account
	Places  map[uuid.UUID]account.Place
	Grant   grantForm
	Self    bool
	Admin   bool
	Today   clock.Date
	refusal
}

func (p *Pages) accountPage(w http.ResponseWriter, r *http.Request) error {
	return p.showAccount(w, r, accountView{Grant: grantForm{Role: authz.Member}})
}

func (p *Pages) showAccount(w http.ResponseWriter, r *http.Request, v accountView) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	if v.Account, err = p.accounts.Account(r.Context(), id); err != nil {
		return err
	}
	if v.Places, err = p.placesOf(r, []account.Account{v.Account}); err != nil {
		return err
	}
	if v.Grant.Roles, err = p.accounts.GivableRoles(r.Context()); err != nil {
		return err
	}
	v.Self, v.Admin, v.Today = web.Actor(r).Account == id, web.Actor(r).IsAdmin(), p.accounts.Today()
	v.Page = p.frame.Staff(w, r, v.Account.Name)
	v.Page.Problem = len(v.Errors) > 0
	return web.Render(w, r, v.status(), accountPage(v))
}

// on does something to the account in the address, and shows its page again with a message or with why not.
func (p *Pages) on(w http.ResponseWriter, r *http.Request, flash string, do func(id uuid.UUID) error) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	err = do(id)
	if no, ok := refused(r, err); ok && !problem.Is(err, problem.Forbidden) {
		return p.showAccount(w, r, accountView{Grant: grantForm{Role: authz.Member}, refusal: no})
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, flash)
	return web.Redirect(w, r, "/admin/accounts/"+id.String())
}

func (p *Pages) block(w http.ResponseWriter, r *http.Request) error {
	return p.on(w, r, "account.block.done", func(id uuid.UUID) error { return p.accounts.Block(r.Context(), id) })
}

func (p *Pages) unblock(w http.ResponseWriter, r *http.Request) error {
	return p.on(w, r, "account.unblock.done", func(id uuid.UUID) error { return p.accounts.Unblock(r.Context(), id) })
}

func (p *Pages) forgetFactor(w http.ResponseWriter, r *http.Request) error {
	return p.on(w, r, "account.factor.forgotten", func(id uuid.UUID) error { return p.accounts.ForgetTOTP(r.Context(), id) })
}

func (p *Pages) newLink(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	a, err := p.accounts.Account(r.Context(), id)
	if err != nil {
		return err
	}
	l, err := p.accounts.NewLink(r.Context(), id)
	if no, ok := refused(r, err); ok {
		return p.showAccount(w, r, accountView{Grant: grantForm{Role: authz.Member}, refusal: no})
	}
	if err != nil {
		return err
	}
	return p.showLink(w, r, l, a.Name)
}

func (p *Pages) grant(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	f, g, err := p.readGrant(r, form)
	if err == nil {
		_, err = p.accounts.Grant(r.Context(), id, g)
	}
	if no, ok := refused(r, err); ok {
		return p.showAccount(w, r, accountView{Grant: f, refusal: no})
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "account.grant.done")
	return web.Redirect(w, r, "/admin/accounts/"+id.String())
}

func (p *Pages) endGrant(w http.ResponseWriter, r *http.Request) error {
	grant, err := pathID(r, "grant")
	if err != nil {
		return err
	}
	return p.on(w, r, "account.grant.ended", func(uuid.UUID) error { return p.accounts.EndGrant(r.Context(), grant) })
}

func grantRows(p *i18n.Printer, v accountView) (rows []ui.Row) {
	for _, g := range v.Account.Grants {
		state := ui.BadgeView{Label: p.T("account.grant.now"), Tone: ui.OK}
		switch {
		case g.Days.From.After(v.Today):
			state = ui.BadgeView{Label: p.T("account.grant.later"), Tone: ui.Info}
		case !g.Days.Contains(v.Today):
			state = ui.BadgeView{Label: p.T("account.grant.past"), Tone: ui.Quiet}
		}
		row := ui.Row{Cells: []ui.Cell{{Text: p.T("role." + string(g.Role))}, {Text: placeName(p, v.Places, g.Place)}, {Text: p.Date(g.Days.From)}, {Text: "—"}, {Content: ui.Badge(state)}, {}}}
		if !g.Days.To.IsZero() {
			row.Cells[3].Text = p.Date(g.Days.To)
		}
		if g.Days.Contains(v.Today) || g.Days.From.After(v.Today) {
			row.Cells[5].Content = postButton("/admin/accounts/"+v.Account.ID.String()+"/grants/"+g.ID.String()+"/end", p.T("account.grant.end"))
		}
		rows = append(rows, row)
	}
	return rows
}

func placeName(p *i18n.Printer, places map[uuid.UUID]account.Place, id uuid.UUID) string {
	if id == uuid.Nil {
		return p.T("account.place.everywhere")
	}
	if v, ok := places[id]; ok {
		return p.Name(v.Name)
	}
	return p.T("account.place.unknown")
}

func accountRows(p *i18n.Printer, v listView) (rows []ui.Row) {
	for _, a := range v.Accounts {
		login := a.Login
		if login == "" {
			login = "—"
		}
		var held []string
		for _, g := range a.Grants {
			held = append(held, p.T("role."+string(g.Role))+" · "+placeName(p, v.Places, g.Place))
		}
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: a.Name, Href: "/admin/accounts/" + a.ID.String()}, {Text: login}, {Text: strings.Join(held, p.T("account.list.and"))},
			{Content: ui.Badge(stateBadge(p, a))}, {Text: p.DateTime(a.Created)}}})
	}
	return rows
}

func stateBadge(p *i18n.Printer, a account.Account) ui.BadgeView {
	switch {
	case a.State == account.Blocked:
		return ui.BadgeView{Label: p.T("account.state.blocked"), Tone: ui.Late}
	case !a.HasPassword:
		return ui.BadgeView{Label: p.T("account.state.invited"), Tone: ui.Info}
	}
	return ui.BadgeView{Label: p.T("account.state.active"), Tone: ui.OK}
}

func roleOptions(p *i18n.Printer, roles []authz.Role, chosen authz.Role) (out []ui.Option) {
	for _, role := range roles {
		group := p.T("account.role.committee")
		switch {
		case role.OfDepartment():
			group = p.T("account.role.department")
		case role == authz.Admin:
			group = p.T("account.place.everywhere")
		}
		out = append(out, ui.Option{Value: string(role), Label: p.T("role." + string(role)), Group: group, Selected: role == chosen})
	}
	return out
}

func placeOptions(p *i18n.Printer, f grantForm) (out []ui.Option) {
	for _, v := range f.Found {
		out = append(out, ui.Option{Value: v.ID.String(), Label: p.Name(v.Name), Selected: v.ID == f.Place})
	}
	return out
}

func stateOptions(p *i18n.Printer, chosen account.State) []ui.Option {
	return []ui.Option{{Value: string(account.Active), Label: p.T("account.state.active"), Selected: chosen == account.Active},
		{Value: string(account.Blocked), Label: p.T("account.state.blocked"), Selected: chosen == account.Blocked}}
}
