package rosterweb

import (
	"net/http"
	"net/url"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
)

// grants is where a committee says which committee above sees its people by name, and for what.
func (h *Pages) grants(w http.ResponseWriter, r *http.Request) error {
	return h.showGrants(w, r, http.StatusOK, url.Values{"from": {h.today().String()}}, nil)
}

func (h *Pages) showGrants(w http.ResponseWriter, r *http.Request, status int, typed url.Values, errs map[string]string) error {
	u, err := pathID(r, "id")
	if err != nil {
		return err
	}
	list, err := h.Service.NameGrants(r.Context(), u)
	if err != nil {
		return err
	}
	snap, err := h.Service.Snapshot(r.Context())
	if err != nil {
		return err
	}
	k := snap.Organisation(u)
	if k == nil || k.Kind != directory.Committee {
		return problem.New(problem.NotFound, "problem.not-found")
	}
	p := text(r)
	base := "/directory/committees/" + u.String()
	v := h.start(w, r, p.T("roster.grants"), ui.Link{Label: p.Name(k.Name), Href: base})
	v.Head.Lead = p.T("roster.grants.lead")
	mine := authz.From(r.Context()).Has(authz.Organiser, u)
	s := section{Empty: p.T("roster.grants.none"), Table: ui.TableView{Caption: p.T("roster.grants"), Stack: true, Columns: []ui.Column{{Label: p.T("roster.field.reader")}, {Label: p.T("roster.field.subject")}, {Label: p.T("directory.field.from")}, {Label: p.T("directory.field.to")}, {Label: p.T("roster.grants.ended")}}}}
	for _, g := range list {
		row := ui.Row{Cells: []ui.Cell{{Text: organisationText(p, snap, snap, g.Reader)}, {Text: p.T("roster.subject." + string(g.Subject))}, {Text: day(p, g.Valid.From)}, {Text: day(p, g.Valid.To)}, {}}}
		switch {
		case !g.Ended.IsZero():
			row.Cells[4].Text = p.DateTime(g.Ended)
		case mine:
			row.Cells[4].Content = postButton(base+"/grants/"+g.ID.String()+"/end", p.T("roster.grants.end"))
		default:
			row.Cells[4].Text = "—"
		}
		s.Table.Rows = append(s.Table.Rows, row)
	}
	v.Sections = []section{s}
	var above, subjects []ui.Option
	for _, c := range snap.Committees() {
		if snap.Above(c.ID, u) {
			above = append(above, ui.Option{Value: c.ID.String(), Label: p.Name(c.Name)})
		}
	}
	for _, x := range directory.Subjects() {
		subjects = append(subjects, ui.Option{Value: string(x), Label: p.T("roster.subject." + string(x))})
	}
	switch {
	case mine && len(above) > 0:
		b := &build{p: p, typed: typed, errs: errs}
		b.choice("reader", true, p.T("directory.choose"), above)
		b.choice("subject", true, p.T("directory.choose"), subjects)
		b.date("from", true)
		b.date("to", false).Hint = p.T("roster.hint.grant-to")
		b.form.Title, b.form.ID, b.form.Action, b.form.Button = p.T("roster.grants.new"), "grant", base+"/grants", ui.ButtonView{Label: p.T("roster.grants.give"), Kind: "primary"}
		v.Forms = []formView{b.form}
	case !mine:
		v.Notices = []ui.NoticeView{{Text: p.T("roster.grants.theirs")}}
	default:
		v.Notices = []ui.NoticeView{{Text: p.T("roster.grants.top")}}
	}
	v.Page.Problem = len(errs) > 0
	return web.Render(w, r, status, wholePage(v))
}

func (h *Pages) grant(w http.ResponseWriter, r *http.Request) error {
	u, err := pathID(r, "id")
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	var c problem.Check
	g := directory.NameGrant{Committee: u, Reader: id(form.Get("reader")), Subject: directory.Subject(form.Get("subject")), Valid: dates(form, &c)}
	if err = c.Err(); err == nil {
		_, err = h.Service.GrantNames(r.Context(), g)
	}
	return settle(w, r, err, func(errs map[string]string) error {
		return h.showGrants(w, r, http.StatusUnprocessableEntity, form, errs)
	}, "/directory/committees/"+u.String()+"/grants")
}

func (h *Pages) endGrant(w http.ResponseWriter, r *http.Request) error {
	u, err := pathID(r, "id")
	if err != nil {
		return err
	}
	g, err := pathID(r, "grant")
	if err != nil {
		return err
	}
	if err := h.Service.EndNameGrant(r.Context(), u, g); err != nil {
		return err
	}
	web.Flash(w, r, "roster.grants.taken-back")
	return web.Redirect(w, r, "/directory/committees/"+u.String()+"/grants")
}
