package directoryweb

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

// people finds people by a part of their name.
func (h *Pages) people(w http.ResponseWriter, r *http.Request) error {
	p := text(r)
	find := r.URL.Query().Get("q")
	list, err := h.Service.People(r.Context(), find)
	if err != nil {
		return err
	}
	all, members, err := h.Service.CountPeople(r.Context())
	if err != nil {
		return err
	}
	v := h.list(w, r, "/people", "directory.people")
	v.Buttons = []ui.ButtonView{{Label: p.T("directory.person.new"), Kind: "primary", Icon: "plus", Href: "/admin/directory/people/new"}}
	v.Search, v.Filters = true, ui.FiltersView{Action: "/admin/directory/people", Open: true, Clear: "/admin/directory/people"}
	v.Text = ui.FieldView{Name: "q", Type: "search", Label: p.T("directory.find.person"), Value: find, Bare: true}
	v.Note = p.T("directory.people.count", "people", all, "memberships", members)
	if len(list) == 200 {
		v.Note += " " + p.T("directory.people.first", "n", len(list))
	}
	v.Table = ui.TableView{Caption: p.T("directory.people"), Stack: true, Columns: []ui.Column{{Label: p.T("directory.field.person")}, {Label: p.T("directory.field.sex")}, {Label: p.T("directory.field.birth_year"), Numeric: true}}}
	for _, x := range list {
		v.Table.Rows = append(v.Table.Rows, ui.Row{Cells: []ui.Cell{{Text: x.Name, Href: "/admin/directory/people/" + x.ID.String()}, {Text: sex(p, x.Sex)}, {Text: year(x.BirthYear)}}})
	}
	v.Empty = ui.EmptyView{Icon: "users", Title: p.T("directory.none"), Text: p.T("directory.people.none"), Action: ui.ButtonView{Label: p.T("directory.person.new"), Href: "/admin/directory/people/new"}}
	v.Links = append(tools(p, directory.PeopleList), ui.ButtonView{Label: p.T("directory.import.memberships"), Icon: "plus", Href: "/directory/import/memberships", Small: true},
		ui.ButtonView{Label: p.T("directory.export.memberships"), Icon: "download", Href: "/directory/export/memberships/xlsx", Small: true})
	return web.Render(w, r, http.StatusOK, listPage(v))
}

func sex(p *i18n.Printer, s string) string {
	if s == "" {
		return "—"
	}
	return p.T("directory.sex." + s)
}

func year(n int) string {
	if n == 0 {
		return "—"
	}
	return strconv.Itoa(n)
}

func personFields(b *build) {
	b.text("name", true, 200).Label = b.p.T("directory.field.person")
	b.choice("sex", false, b.p.T("directory.choose"), []ui.Option{{Value: "f", Label: b.p.T("directory.sex.f")}, {Value: "m", Label: b.p.T("directory.sex.m")}})
	b.text("birth_year", false, 4).InputMode = "numeric"
	b.text("phone", false, 30).Type = "tel"
	b.text("identity", false, 20)
}

func membershipFields(b *build, snap *directory.Snapshot) {
	var orgs []ui.Option
	for _, o := range snap.Organisations() {
		group := divisionName(b.p, snap, o.Division)
		orgs = append(orgs, ui.Option{Value: o.ID.String(), Label: b.p.Name(o.Name), Group: group})
	}
	var posts []ui.Option
	for _, x := range directory.Posts() {
		posts = append(posts, ui.Option{Value: string(x), Label: b.p.T("directory.post." + string(x))})
	}
	b.choice("organisation", true, b.p.T("directory.choose"), orgs)
	b.choice("post", true, b.p.T("directory.choose"), posts)
	b.text("sector", false, 200)
	b.date("from", true)
	b.date("to", false)
}

func readPerson(form url.Values) (directory.PersonRow, problem.Check) {
	var c problem.Check
	x := directory.PersonRow{Person: directory.Person{Name: form.Get("name"), Sex: form.Get("sex")}, Phone: form.Get("phone"), Identity: form.Get("identity")}
	if s := strings.TrimSpace(form.Get("birth_year")); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			c.Add("birth_year", "directory.err.birth-year")
		}
		x.BirthYear = n
	}
	return x, c
}

func (h *Pages) newPerson(w http.ResponseWriter, r *http.Request) error {
	return h.showNewPerson(w, r, http.StatusOK, url.Values{}, nil)
}

func (h *Pages) showNewPerson(w http.ResponseWriter, r *http.Request, status int, typed url.Values, errs map[string]string) error {
	p := text(r)
	v := thingView{Page: h.Frame.Staff(w, r, p.T("directory.person.new"))}
	v.Head = ui.HeadView{Crumbs: []ui.Link{{Label: p.T("directory.people"), Href: "/admin/directory/people"}, {Label: v.Page.Title}}, Title: v.Page.Title, Lead: p.T("directory.person.lead")}
	b := &build{p: p, typed: typed, errs: errs}
	personFields(b)
	b.form.Action, b.form.Button, b.form.Back = "/admin/directory/people/new", p.T("directory.keep"), ui.Link{Label: p.T("directory.back"), Href: "/admin/directory/people"}
	v.Forms = []formView{b.form}
	v.Page.Problem, v.Page.Wide = len(errs) > 0, false
	return web.Render(w, r, status, newPage(v))
}

func (h *Pages) makePerson(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	x, c := readPerson(form)
	var made uuid.UUID
	if err = c.Err(); err == nil {
		made, err = h.Service.PutPerson(r.Context(), x)
	}
	return settle(w, r, err, func(errs map[string]string) error {
		return h.showNewPerson(w, r, http.StatusUnprocessableEntity, form, errs)
	}, "/admin/directory/people/"+made.String())
}

func (h *Pages) person(w http.ResponseWriter, r *http.Request) error {
	return h.showPerson(w, r, http.StatusOK, nil, nil, nil)
}

// showPerson shows who somebody is, every membership that holds or was ever recorded, and the forms that change them. which tells the form that errs belong to.
func (h *Pages) showPerson(w http.ResponseWriter, r *http.Request, status int, about, joining url.Values, errs map[string]string) error {
	p := text(r)
	u, err := pathID(r, "id")
	if err != nil {
		return err
	}
	x, list, err := h.Service.Person(r.Context(), u)
	if err != nil {
		return err
	}
	snap, err := h.Service.Snapshot(r.Context())
	if err != nil {
		return err
	}
	v := thingView{Page: h.Frame.Staff(w, r, x.Name)}
	v.Head = ui.HeadView{Crumbs: []ui.Link{{Label: p.T("directory.people"), Href: "/admin/directory/people"}, {Label: x.Name}}, Title: x.Name}
	v.Facts = []ui.Fact{{Term: p.T("directory.field.sex"), Text: sex(p, x.Sex)}, {Term: p.T("directory.field.birth_year"), Text: year(x.BirthYear)}}
	now := tableCard{Title: p.T("directory.memberships"), Empty: p.T("directory.memberships.none"), Table: ui.TableView{Caption: p.T("directory.memberships"), Stack: true, Columns: []ui.Column{{Label: p.T("directory.field.organisation")},
		{Label: p.T("directory.field.post")}, {Label: p.T("directory.field.sector")}, {Label: p.T("directory.field.from")}, {Label: p.T("directory.field.to")}, {Label: p.T("directory.actions")}}}}
	past := tableCard{Title: p.T("directory.history"), Text: p.T("directory.history.text"), Table: historyTable(p)}
	for _, m := range list {
		name := p.Name(snap.OrganisationName(m.Organisation))
		if name == "" {
			name = p.T("directory.gone")
		}
		post := p.T("directory.post." + string(m.Post))
		past.Table.Rows = append(past.Table.Rows, historyRow(p, strings.Join([]string{name, post}, " · "), m.Valid, m.Recorded, m.Superseded))
		if !m.Superseded.IsZero() {
			continue
		}
		row := ui.Row{Cells: []ui.Cell{{Text: name, Href: "/admin/directory/organisations/" + m.Organisation.String()}, {Text: post}, {Text: dash(m.Sector)}, {Text: day(p, m.Valid.From)}, {Text: day(p, m.Valid.To), Sub: reason(p, m)}, {}}}
		if m.Valid.To.IsZero() || m.Valid.To.After(h.today()) {
			row.Cells[5].Content = endButton("/admin/directory/people/"+u.String()+"/memberships/"+m.ID.String()+"/end", p.T("directory.membership.end"))
		}
		now.Table.Rows = append(now.Table.Rows, row)
	}
	v.Tables = []tableCard{now}
	if len(past.Table.Rows) > 0 {
		v.Tables = append(v.Tables, past)
	}
	var ofAbout, ofJoining map[string]string
	if joining != nil {
		ofJoining = errs
	} else {
		ofAbout = errs
		joining = url.Values{"from": {h.today().String()}}
	}
	if about == nil {
		about = url.Values{"name": {x.Name}, "sex": {x.Sex}}
		if x.BirthYear > 0 {
			about.Set("birth_year", strconv.Itoa(x.BirthYear))
		}
	}
	join := &build{p: p, typed: joining, errs: ofJoining}
	membershipFields(join, snap)
	join.form.Title, join.form.Action, join.form.Button = p.T("directory.membership.new"), "/admin/directory/people/"+u.String()+"/memberships", p.T("directory.keep")
	b := &build{p: p, typed: about, errs: ofAbout}
	personFields(b)
	b.form.Title, b.form.Text, b.form.Action, b.form.Button = p.T("directory.person.correct"), p.T("directory.person.correct.text"), "/admin/directory/people/"+u.String(), p.T("directory.keep")
	v.Forms = []formView{join.form, b.form}
	v.Page.Problem = len(errs) > 0
	return web.Render(w, r, status, thingPage(v))
}

func (h *Pages) changePerson(w http.ResponseWriter, r *http.Request) error {
	u, err := pathID(r, "id")
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	x, c := readPerson(form)
	x.ID = u
	if err = c.Err(); err == nil {
		_, err = h.Service.PutPerson(r.Context(), x)
	}
	return settle(w, r, err, func(errs map[string]string) error {
		return h.showPerson(w, r, http.StatusUnprocessableEntity, form, nil, errs)
	}, "/admin/directory/people/"+u.String())
}

func (h *Pages) addMembership(w http.ResponseWriter, r *http.Request) error {
	u, err := pathID(r, "id")
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	var c problem.Check
	m := directory.Membership{Person: u, Organisation: id(form.Get("organisation")), Post: directory.Post(form.Get("post")), Sector: form.Get("sector"), Valid: dates(form, &c)}
	if err = c.Err(); err == nil {
		_, err = h.Service.PutMembership(r.Context(), m)
	}
	return settle(w, r, err, func(errs map[string]string) error {
		return h.showPerson(w, r, http.StatusUnprocessableEntity, nil, form, errs)
	}, "/admin/directory/people/"+u.String())
}

// endMembership ends a membership today; one that has not begun ends with its first day.
func (h *Pages) endMembership(w http.ResponseWriter, r *http.Request) error {
	u, err := pathID(r, "id")
	if err != nil {
		return err
	}
	which, err := pathID(r, "membership")
	if err != nil {
		return err
	}
	_, list, err := h.Service.Person(r.Context(), u)
	if err != nil {
		return err
	}
	for _, m := range list {
		if m.ID != which || !m.Superseded.IsZero() {
			continue
		}
		end := h.today()
		if !end.After(m.Valid.From) {
			end = m.Valid.From.AddDays(1)
		}
		m.Valid = clock.Interval{From: m.Valid.From, To: end}
		if _, err := h.Service.PutMembership(r.Context(), m); err != nil {
			return err
		}
		web.Flash(w, r, "directory.membership.ended")
		return web.Redirect(w, r, "/admin/directory/people/"+u.String())
	}
	return problem.New(problem.NotFound, "problem.not-found")
}

// reason tells why a membership ended.
func reason(p *i18n.Printer, m directory.Membership) string {
	if m.EndReason == directory.NoReason {
		return ""
	}
	return strings.TrimSpace(p.T("directory.reason."+string(m.EndReason)) + " " + m.Note)
}
