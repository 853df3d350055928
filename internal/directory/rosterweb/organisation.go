package rosterweb

import (
	"net/http"
	"net/url"
	"slices"

	"xieshang/internal/directory"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

// organisation shows one organisation at a moment: what it is, what is above and below it, its people, and everything that was recorded of it.
func (h *Pages) organisation(w http.ResponseWriter, r *http.Request) error {
	u, err := pathID(r, "id")
	if err != nil {
		return err
	}
	p, m := text(r), h.moment(r)
	snap, err := h.Service.At(r.Context(), m.Day, m.Known)
	if err != nil {
		return err
	}
	ever, err := h.Service.Ever(r.Context())
	if err != nil {
		return err
	}
	o, last := snap.Organisation(u), ever.Organisation(u)
	if o == nil && last == nil {
		return problem.New(problem.NotFound, "problem.not-found")
	}
	if last != nil && last.Kind == directory.Committee {
		return web.Redirect(w, r, m.link("/directory/committees/"+u.String()))
	}
	there := o != nil
	if !there {
		o = last
	}
	var crumbs []ui.Link
	committee := snap.CommitteeFor(u)
	if committee == nil {
		committee = ever.CommitteeFor(u)
	}
	if committee != nil {
		crumbs = append(crumbs, ui.Link{Label: p.Name(committee.Name), Href: m.link("/directory/committees/" + committee.ID.String())})
	}
	v := h.start(w, r, p.Name(o.Name), crumbs...)
	v.Head.Kicker = p.T("directory.kind." + string(o.Kind))
	v.When = m.bar(p, r)
	v.Facts = organisationFacts(p, snap, o, m)
	mine := committee != nil && directory.MayKeep(r.Context(), committee.ID) && slices.Contains(directory.KeptKinds(), o.Kind)
	if mine {
		v.Buttons = append(v.Buttons, ui.ButtonView{Label: p.T("roster.organisation.edit"), Icon: "pen", Href: "/directory/organisations/" + u.String() + "/edit"},
			ui.ButtonView{Label: p.T("roster.person.new"), Icon: "plus", Kind: "primary", Href: "/directory/people/new?organisation=" + u.String()})
	}
	heads, err := h.Service.Headcounts(r.Context(), []uuid.UUID{u}, m.When)
	if err != nil {
		return err
	}
	people, differ, later, err := h.peopleOf(r, p, m, u, heads)
	if err != nil {
		return err
	}
	v.Notices = m.notices(p, differ, later)
	if !there {
		v.Notices = append(v.Notices, ui.NoticeView{Tone: ui.Warn, Text: p.T("roster.not-then")})
	}
	v.Sections = append(v.Sections, people)
	if below := snap.Below(u); len(below) > 0 {
		s := section{Title: p.T("roster.below"), Table: ui.TableView{Caption: p.T("roster.below"), Columns: []ui.Column{{Label: p.T("directory.field.name")}, {Label: p.T("directory.field.kind")}}}}
		for _, b := range below {
			s.Table.Rows = append(s.Table.Rows, ui.Row{Cells: []ui.Cell{{Text: p.Name(b.Name), Href: m.link("/directory/organisations/" + b.ID.String())}, {Text: p.T("directory.kind." + string(b.Kind))}}})
		}
		v.Sections = append(v.Sections, s)
	}
	past, err := h.Service.Traces(r.Context(), u)
	if err != nil {
		return err
	}
	s := section{Title: p.T("directory.history"), Text: p.T("directory.history.text"), Table: traceTable(p)}
	for _, f := range past {
		s.Table.Rows = append(s.Table.Rows, traceRow(p, p.Name(f.Name), "", f.Valid, f.Recorded, f.Superseded))
	}
	v.Sections = append(v.Sections, s)
	return web.Render(w, r, http.StatusOK, wholePage(v))
}

func organisationFacts(p *i18n.Printer, snap *directory.Snapshot, o *directory.Organisation, m moment) []ui.Fact {
	out := []ui.Fact{{Term: p.T("directory.field.level"), Text: p.T("directory.level." + string(o.Level))}}
	if d := snap.Division(o.Division); d != nil {
		out = append(out, ui.Fact{Term: p.T("directory.field.division"), Text: p.Name(d.Name)})
	}
	if above := snap.Organisation(o.Parent); above != nil {
		out = append(out, ui.Fact{Term: p.T("directory.field.parent"), Text: p.Name(above.Name), Href: m.link("/directory/organisations/" + above.ID.String())})
	}
	if l := o.Kind.Line(); l != directory.NoLine {
		out = append(out, ui.Fact{Term: p.T("roster.line"), Text: p.T("directory.line." + string(l))})
	}
	return append(out, ui.Fact{Term: p.T("roster.founded"), Text: day(p, o.Valid.From)}, ui.Fact{Term: p.T("roster.dissolved"), Text: day(p, o.Valid.To)})
}

// peopleOf is the part of a page with the people of one organisation: by name for whoever sees them, else figures.
func (h *Pages) peopleOf(r *http.Request, p *i18n.Printer, m moment, u uuid.UUID, heads []directory.Headcount) (s section, differ, later int, err error) {
	s = section{Title: p.T("roster.people"), Empty: p.T("roster.nobody")}
	q := directory.HoldersQuery{When: m.When, Organisations: []uuid.UUID{u}, Limit: 2000}
	then, err := h.Service.Holders(r.Context(), q)
	if problem.Is(err, problem.Forbidden) {
		n := map[directory.Post]int{}
		for _, c := range heads {
			n[c.Post] += c.People
		}
		s.Text = p.T("roster.figures-only")
		s.Table = ui.TableView{Caption: p.T("roster.people"), Columns: []ui.Column{{Label: p.T("directory.field.post")}, {Label: p.T("roster.posts"), Numeric: true}}}
		for _, x := range directory.Posts() {
			if n[x] > 0 {
				s.Table.Rows = append(s.Table.Rows, ui.Row{Cells: []ui.Cell{{Text: p.T("directory.post." + string(x))}, {Text: p.Int(n[x])}}})
			}
		}
		return s, 0, 0, nil
	}
	if err != nil {
		return s, 0, 0, err
	}
	k := &house{p: p, m: m, then: then}
	if !m.Now() {
		q.When = directory.When{Day: m.Day}
		now, err := h.Service.Holders(r.Context(), q)
		if err != nil {
			return s, 0, 0, err
		}
		k.differ, later = compare(then, now)
	}
	order := leaders()
	for _, x := range directory.Posts() {
		if !slices.Contains(order, x) {
			order = append(order, x)
		}
	}
	s.Table = k.peopleTable(p.T("roster.people"), k.who(u, order...))
	return s, len(k.differ), later, nil
}

// newOrganisation asks for an organisation below the organiser's committee.
func (h *Pages) newOrganisation(w http.ResponseWriter, r *http.Request) error {
	return h.showNewOrganisation(w, r, http.StatusOK, url.Values{"committee": {r.URL.Query().Get("committee")}, "from": {h.today().String()}}, nil)
}

func (h *Pages) showNewOrganisation(w http.ResponseWriter, r *http.Request, status int, typed url.Values, errs map[string]string) error {
	p := text(r)
	snap, err := h.Service.Snapshot(r.Context())
	if err != nil {
		return err
	}
	committee := snap.Organisation(id(typed.Get("committee")))
	if committee == nil || committee.Kind != directory.Committee {
		return problem.New(problem.NotFound, "problem.not-found")
	}
	v := h.start(w, r, p.T("roster.organisation.new"), ui.Link{Label: p.Name(committee.Name), Href: "/directory/committees/" + committee.ID.String()})
	v.Head.Lead = p.T("roster.organisation.lead")
	b := organisationFields(p, snap, committee, typed, errs, nil)
	b.form.ID, b.form.Action, b.form.Hidden = "organisation", "/directory/organisations/new", [][2]string{{"committee", committee.ID.String()}}
	b.form.Button, b.form.Back = ui.ButtonView{Label: p.T("directory.keep"), Kind: "primary"}, ui.Link{Label: p.T("directory.back"), Href: "/directory/committees/" + committee.ID.String()}
	v.Forms = []formView{b.form}
	v.Page.Problem, v.Page.Wide = len(errs) > 0, false
	return web.Render(w, r, status, wholePage(v))
}

func organisationFields(p *i18n.Printer, snap *directory.Snapshot, committee *directory.Organisation, typed url.Values, errs map[string]string, is *directory.Organisation) *build {
	b := &build{p: p, typed: typed, errs: errs}
	if is == nil {
		var kinds []ui.Option
		for _, k := range directory.KeptKinds() {
			kinds = append(kinds, ui.Option{Value: string(k), Label: p.T("directory.kind." + string(k))})
		}
		b.choice("kind", true, p.T("directory.choose"), kinds)
	}
	b.text("name", true, 200)
	b.text("name_en", false, 200)
	var above []ui.Option
	for _, o := range snap.Belonging(committee.ID) {
		if o.Kind == directory.Department || o.Kind == directory.Office || is != nil && (o.ID == is.ID || !slices.Contains(is.Kind.Parents(), o.Kind)) {
			continue
		}
		above = append(above, ui.Option{Value: o.ID.String(), Label: p.Name(o.Name), Group: p.T("directory.kind." + string(o.Kind))})
	}
	b.choice("parent", true, p.T("directory.choose"), above).Hint = p.T("roster.hint.above")
	b.date("from", true)
	b.date("to", false)
	return b
}

func readOrganisation(snap *directory.Snapshot, form url.Values) (directory.Organisation, problem.Check) {
	var c problem.Check
	o := directory.Organisation{Kind: directory.Kind(form.Get("kind")), Name: i18n.Name{ZH: form.Get("name"), EN: form.Get("name_en")}, Parent: id(form.Get("parent")), Valid: dates(form, &c)}
	committee := snap.CommitteeFor(o.Parent)
	if committee == nil {
		c.Add("parent", "directory.err.organisation")
		return o, c
	}
	o.Level, o.Division = committee.Level, committee.Division
	return o, c
}

func (h *Pages) makeOrganisation(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	snap, err := h.Service.Snapshot(r.Context())
	if err != nil {
		return err
	}
	o, c := readOrganisation(snap, form)
	var made uuid.UUID
	if err = c.Err(); err == nil {
		made, err = h.Service.PutOrganisation(r.Context(), o)
	}
	return settle(w, r, err, func(errs map[string]string) error {
		return h.showNewOrganisation(w, r, http.StatusUnprocessableEntity, form, errs)
	}, "/directory/organisations/"+made.String())
}

func (h *Pages) editOrganisation(w http.ResponseWriter, r *http.Request) error {
	return h.showOrganisationForm(w, r, http.StatusOK, nil, nil)
}

func (h *Pages) showOrganisationForm(w http.ResponseWriter, r *http.Request, status int, typed url.Values, errs map[string]string) error {
	p := text(r)
	u, err := pathID(r, "id")
	if err != nil {
		return err
	}
	ever, err := h.Service.Ever(r.Context())
	if err != nil {
		return err
	}
	snap, err := h.Service.Snapshot(r.Context())
	if err != nil {
		return err
	}
	o := snap.Organisation(u)
	if o == nil {
		o = ever.Organisation(u)
	}
	committee := ever.CommitteeFor(u)
	if o == nil || committee == nil || !slices.Contains(directory.KeptKinds(), o.Kind) || !directory.MayKeep(r.Context(), committee.ID) {
		return problem.New(problem.NotFound, "problem.not-found")
	}
	if typed == nil {
		typed = url.Values{"name": {o.Name.ZH}, "name_en": {o.Name.EN}, "parent": {idText(o.Parent)}, "from": {dateText(o.Valid.From)}, "to": {dateText(o.Valid.To)}}
	}
	here := "/directory/organisations/" + u.String()
	v := h.start(w, r, p.T("roster.organisation.edit"), ui.Link{Label: p.Name(o.Name), Href: here})
	b := organisationFields(p, snap, committee, typed, errs, o)
	b.form.ID, b.form.Text, b.form.Action, b.form.Button, b.form.Back = "organisation", p.T("directory.correct.text"), here+"/edit", ui.ButtonView{Label: p.T("directory.keep"), Kind: "primary"}, ui.Link{Label: p.T("directory.back"), Href: here}
	v.Forms = []formView{b.form}
	v.Page.Problem, v.Page.Wide = len(errs) > 0, false
	return web.Render(w, r, status, wholePage(v))
}

func (h *Pages) changeOrganisation(w http.ResponseWriter, r *http.Request) error {
	u, err := pathID(r, "id")
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	ever, err := h.Service.Ever(r.Context())
	if err != nil {
		return err
	}
	was := ever.Organisation(u)
	if was == nil {
		return problem.New(problem.NotFound, "problem.not-found")
	}
	o, c := readOrganisation(ever, form)
	o.ID, o.Kind, o.Code = u, was.Kind, was.Code
	if o.Parent == u {
		c.Add("parent", "directory.err.own-parent")
	}
	if err = c.Err(); err == nil {
		_, err = h.Service.PutOrganisation(r.Context(), o)
	}
	return settle(w, r, err, func(errs map[string]string) error {
		return h.showOrganisationForm(w, r, http.StatusUnprocessableEntity, form, errs)
	}, "/directory/organisations/"+u.String())
}
