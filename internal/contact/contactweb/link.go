package contactweb

import (
	"net/http"
	"net/url"
	"slices"

	"xieshang/internal/contact"
	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

type linkView struct {
	Page    ui.PageView
	Head    ui.HeadView
	Errors  []ui.ErrorView
	Kinds   []ui.ChipView
	Hidden  [][2]string
	Contact ui.ChoiceView
	Target  ui.ChoiceView
	From    ui.FieldView
	Button  string
	Back    string
	End     *endView
	Trace   ui.TableView
}

type endView struct {
	Hidden [][2]string
	To     ui.FieldView
	Reason ui.ChoiceView
}

func (h *Pages) askLink(w http.ResponseWriter, r *http.Request) error {
	return h.linkPage(w, r, http.StatusOK, r.URL.Query(), nil)
}

// linkPage is the form for a new link, or for the one whose id the address has, with its trace and its end.
func (h *Pages) linkPage(w http.ResponseWriter, r *http.Request, status int, typed url.Values, errs map[string]string) error {
	snap, k, err := h.asked(r, typed)
	if err != nil {
		return err
	}
	if !h.Service.MayOrganise(r.Context(), k) {
		return problem.New(problem.Forbidden, "problem.forbidden")
	}
	p := i18n.From(r.Context())
	l := contact.Link{Kind: contact.Kind(typed.Get("kind"))}
	var trace []contact.Link
	if text := typed.Get("id"); text != "" {
		u, err := uuid.Parse(text)
		if err != nil {
			return problem.New(problem.NotFound, "problem.not-found")
		}
		if trace, err = h.Service.Trace(r.Context(), k, u); err != nil {
			return err
		}
		l = trace[0]
	}
	if !l.Kind.Valid() {
		l.Kind = contact.ToMember
	}
	v := linkView{Back: of(Committee, k), Hidden: [][2]string{{"committee", k.String()}, {"kind", string(l.Kind)}}, Button: p.T("contact.keep")}
	title := p.T("contact.new.title")
	if trace != nil {
		title = p.T("contact.change.title")
		v.Hidden = append(v.Hidden, [2]string{"id", l.ID.String()})
	} else {
		for _, kind := range contact.Kinds() {
			v.Kinds = append(v.Kinds, ui.ChipView{Label: p.T("contact.kind." + string(kind)), Href: of(link, k) + "&kind=" + string(kind), Current: kind == l.Kind})
		}
	}
	v.Page = h.Frame.Staff(w, r, title)
	v.Page.Wide = false
	v.Head = ui.HeadView{Title: title, Lead: p.Name(snap.OrganisationName(k)), Crumbs: []ui.Link{{Label: p.T("contact.title"), Href: v.Back}, {Label: title}}}
	value := func(name, stored string) string {
		if typed.Has(name) {
			return typed.Get(name)
		}
		return stored
	}
	from := today(h).String()
	if trace != nil {
		from = l.Valid.From.String()
	}
	v.From = ui.FieldView{Name: "from", Label: p.T("contact.from"), Value: value("from", from), Required: true, Error: errs["from"]}
	if err := h.choices(r, p, snap, k, l.Kind, &v); err != nil {
		return err
	}
	choose(&v.Contact, value("contact", l.Contact.String()), errs["contact"])
	choose(&v.Target, value("target", l.Target.String()), errs["target"])
	for _, f := range []string{"contact", "target", "from", "to", "reason"} {
		if errs[f] != "" {
			v.Errors = append(v.Errors, ui.ErrorView{Field: f, Text: errs[f]})
		}
	}
	if trace != nil {
		v.ended(p, l, typed, errs)
		if err := h.trace(r, p, snap, k, trace, &v); err != nil {
			return err
		}
	}
	return web.Render(w, r, status, linkPage(v))
}

func choose(c *ui.ChoiceView, value, err string) {
	c.Error = err
	for i := range c.Options {
		c.Options[i].Selected = c.Options[i].Value == value
	}
}

// choices offers who can contact and who or what can be contacted, by the kind of link.
func (h *Pages) choices(r *http.Request, p *i18n.Printer, snap *directory.Snapshot, k uuid.UUID, kind contact.Kind, v *linkView) error {
	v.Contact = ui.ChoiceView{FieldView: ui.FieldView{Name: "contact", Label: p.T("contact.field.contact." + string(kind)), Required: true}, Empty: p.T("contact.choose")}
	v.Target = ui.ChoiceView{FieldView: ui.FieldView{Name: "target", Label: p.T("contact.field.target." + string(kind)), Required: true}, Empty: p.T("contact.choose")}
	o, err := h.Service.OfCommittee(r.Context(), k, today(h))
	if err != nil {
		return err
	}
	if kind == contact.ToMember {
		gaps := map[uuid.UUID]bool{}
		for _, x := range o.Gaps {
			gaps[x.ID] = true
		}
		for _, x := range slices.Backward(o.People) { // least loaded first
			v.Contact.Options = append(v.Contact.Options, ui.Option{Value: x.ID.String(), Label: p.T("contact.candidate", "name", x.Name, "load", x.Load)})
		}
		members, err := h.Directory.Roster(authz.With(r.Context(), authz.System()), directory.RosterQuery{Organisations: []uuid.UUID{k}, Posts: []directory.Post{directory.MemberPost}})
		if err != nil {
			return err
		}
		cpc := map[uuid.UUID]bool{}
		for _, x := range o.People {
			cpc[x.ID] = true
		}
		for _, group := range []bool{true, false} {
			for _, m := range members {
				if cpc[m.Person] || gaps[m.Person] != group {
					continue
				}
				label := p.T("contact.group.reached")
				if group {
					label = p.T("contact.group.gap")
				}
				v.Target.Options = append(v.Target.Options, ui.Option{Value: m.Person.String(), Label: m.Name + " · " + m.Sector, Group: label})
			}
		}
		return nil
	}
	from, to := directory.PartySubgroup, directory.Sector
	if kind == contact.ToSubgroup {
		from, to = directory.OfficePartyGroup, directory.PartySubgroup
	}
	var groups []uuid.UUID
	for _, g := range snap.Under(k, from) {
		groups = append(groups, g.ID)
	}
	if len(groups) > 0 {
		held, err := h.Directory.Roster(authz.With(r.Context(), authz.System()), directory.RosterQuery{Organisations: groups, Posts: []directory.Post{directory.Secretary, directory.DeputySecretary, directory.GroupMember}})
		if err != nil {
			return err
		}
		for _, m := range held {
			v.Contact.Options = append(v.Contact.Options, ui.Option{Value: m.Person.String(), Label: m.Name, Group: p.Name(snap.OrganisationName(m.Organisation))})
		}
	}
	for _, g := range snap.Under(k, to) {
		v.Target.Options = append(v.Target.Options, ui.Option{Value: g.ID.String(), Label: p.Name(g.Name)})
	}
	return nil
}

func (v *linkView) ended(p *i18n.Printer, l contact.Link, typed url.Values, errs map[string]string) {
	if !l.Superseded.IsZero() {
		return
	}
	v.End = &endView{Hidden: [][2]string{{"committee", l.Committee.String()}, {"id", l.ID.String()}}}
	v.End.To = ui.FieldView{Name: "to", Label: p.T("contact.to"), Value: typed.Get("to"), Required: true, Error: errs["to"]}
	v.End.Reason = ui.ChoiceView{FieldView: ui.FieldView{Name: "reason", Label: p.T("contact.reason"), Required: true, Error: errs["reason"]}}
	for _, x := range []contact.Reason{contact.Changed, contact.Other} {
		v.End.Reason.Options = append(v.End.Reason.Options, ui.Option{Value: string(x), Label: p.T("contact.reason." + string(x)), Selected: typed.Get("reason") == string(x)})
	}
}

// trace tells what was recorded before, newest first. Names are those of the overview: people of the committee.
func (h *Pages) trace(r *http.Request, p *i18n.Printer, snap *directory.Snapshot, k uuid.UUID, list []contact.Link, v *linkView) error {
	o, err := h.Service.OfCommittee(r.Context(), k, today(h))
	if err != nil {
		return err
	}
	names := map[uuid.UUID]string{}
	for _, x := range o.Rows {
		names[x.Contact], names[x.Target] = x.ContactName, target(p, snap, x)
	}
	for _, group := range [][]contact.Person{o.People, o.Gaps, o.Unknown} {
		for _, x := range group {
			names[x.ID] = x.Name
		}
	}
	v.Trace = ui.TableView{Caption: p.T("contact.trace"), Shown: true, Stack: true, Columns: []ui.Column{{Label: p.T("contact.column.recorded")}, {Label: p.T("contact.column.contact")}, {Label: p.T("contact.column.target")}, {Label: p.T("contact.column.since")}, {Label: p.T("contact.column.to")}}}
	for _, l := range list {
		to := dayText(p, l.Valid.To)
		if l.EndReason != contact.NoReason {
			to += " · " + p.T("contact.reason."+string(l.EndReason))
		}
		at := ui.Cell{Text: p.DateTime(l.Recorded)}
		if !l.Superseded.IsZero() {
			at.Sub = p.T("contact.superseded", "at", p.DateTime(l.Superseded))
		}
		v.Trace.Rows = append(v.Trace.Rows, ui.Row{Cells: []ui.Cell{at, {Text: dash(names[l.Contact])}, {Text: dash(names[l.Target])}, {Text: p.Date(l.Valid.From)}, {Text: to}}})
	}
	return nil
}

func dash(text string) string {
	if text == "" {
		return "—"
	}
	return text
}

func (h *Pages) putLink(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	_, k, err := h.asked(r, form)
	if err != nil {
		return err
	}
	l := contact.Link{Committee: k, Kind: contact.Kind(form.Get("kind"))}
	var c problem.Check
	l.Valid.From = day(&c, form, "from")
	for name, u := range map[string]*uuid.UUID{"contact": &l.Contact, "target": &l.Target} {
		if *u, err = uuid.Parse(form.Get(name)); err != nil {
			*u = uuid.Nil // refused as not chosen
		}
	}
	if text := form.Get("id"); text != "" {
		u, err := uuid.Parse(text)
		if err != nil {
			return problem.New(problem.NotFound, "problem.not-found")
		}
		trace, err := h.Service.Trace(r.Context(), k, u)
		if err != nil {
			return err
		}
		l.ID = u
		if t := trace[0]; t.EndReason == contact.Changed || t.EndReason == contact.Other {
			l.Valid.To, l.EndReason = t.Valid.To, t.EndReason
		}
	}
	if err = c.Err(); err == nil {
		_, err = h.Service.Put(r.Context(), l)
	}
	return h.after(w, r, k, form, err, "contact.kept")
}

// after shows the form again with what was wrong, or goes back to the list.
func (h *Pages) after(w http.ResponseWriter, r *http.Request, k uuid.UUID, form url.Values, err error, flash string) error {
	if errs := web.FieldErrors(r, err); errs != nil {
		return h.linkPage(w, r, http.StatusUnprocessableEntity, form, errs)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, flash)
	return web.Redirect(w, r, of(Committee, k))
}

func (h *Pages) end(w http.ResponseWriter, r *http.Request) error {
	form, k, id, err := h.one(r)
	if err != nil {
		return err
	}
	var c problem.Check
	to := day(&c, form, "to")
	if err = c.Err(); err == nil {
		err = h.Service.End(r.Context(), k, id, to, contact.Reason(form.Get("reason")))
	}
	return h.after(w, r, k, form, err, "contact.ended.flash")
}

func (h *Pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	form, k, id, err := h.one(r)
	if err != nil {
		return err
	}
	return h.after(w, r, k, form, h.Service.Withdraw(r.Context(), k, id), "contact.withdrawn")
}

func (h *Pages) one(r *http.Request) (url.Values, uuid.UUID, uuid.UUID, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, uuid.Nil, uuid.Nil, err
	}
	_, k, err := h.asked(r, form)
	if err != nil {
		return nil, uuid.Nil, uuid.Nil, err
	}
	id, err := uuid.Parse(form.Get("id"))
	if err != nil {
		return nil, uuid.Nil, uuid.Nil, problem.New(problem.NotFound, "problem.not-found")
	}
	return form, k, id, nil
}
