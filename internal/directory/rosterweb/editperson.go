package rosterweb

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"xieshang/internal/directory"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

func personFields(b *build) {
	b.text("name", true, 200).Label = b.p.T("directory.field.person")
	b.choice("sex", false, b.p.T("directory.choose"), []ui.Option{{Value: "f", Label: b.p.T("directory.sex.f")}, {Value: "m", Label: b.p.T("directory.sex.m")}})
	b.text("birth_year", false, 4).InputMode = "numeric"
	b.text("phone", false, 30).Type = "tel"
	b.text("identity", false, 20)
}

// membershipFields offers the organisations of the committees that the organiser keeps.
func membershipFields(b *build, r *http.Request, snap *directory.Snapshot, committee uuid.UUID) {
	var places []ui.Option
	for _, o := range snap.Organisations() {
		k := snap.CommitteeFor(o.ID)
		if k == nil || committee != uuid.Nil && k.ID != committee || !directory.MayKeep(r.Context(), k.ID) {
			continue
		}
		places = append(places, ui.Option{Value: o.ID.String(), Label: b.p.Name(o.Name), Group: b.p.Name(k.Name) + " · " + b.p.T("directory.kind."+string(o.Kind))})
	}
	slices.SortStableFunc(places, func(x, y ui.Option) int {
		if x.Group == y.Group {
			return 0
		}
		if x.Group < y.Group {
			return -1
		}
		return 1
	})
	b.choice("organisation", true, b.p.T("directory.choose"), places)
	postFields(b)
}

func postFields(b *build) {
	p := b.p
	var posts, starts []ui.Option
	for _, x := range directory.Posts() {
		posts = append(posts, ui.Option{Value: string(x), Label: p.T("directory.post." + string(x))})
	}
	for _, x := range directory.StartReasons() {
		starts = append(starts, ui.Option{Value: string(x), Label: p.T("directory.reason." + string(x))})
	}
	b.choice("post", true, p.T("directory.choose"), posts)
	b.choice("service", false, p.T("directory.nothing"), []ui.Option{{Value: string(directory.FullTime), Label: p.T("directory.tenure.full_time")}, {Value: string(directory.Resident), Label: p.T("directory.tenure.resident")}})
	b.text("sector", false, 200)
	b.date("from", true)
	b.choice("start_reason", false, p.T("directory.choose"), starts)
}

func endFields(b *build) {
	p := b.p
	var ends []ui.Option
	for _, x := range directory.EndReasons() {
		ends = append(ends, ui.Option{Value: string(x), Label: p.T("directory.reason." + string(x))})
	}
	b.date("to", false)
	b.choice("end_reason", false, p.T("directory.choose"), ends)
	b.area("note", false, 200)
}

func parties(p *i18n.Printer) (out []ui.Option) {
	for _, x := range directory.Parties() {
		out = append(out, ui.Option{Value: string(x), Label: p.T("directory.party." + string(x))})
	}
	return out
}

func readPerson(form url.Values, c *problem.Check) directory.PersonRow {
	n, ok := birth(form)
	if !ok {
		c.Add("birth_year", "directory.err.birth-year")
	}
	return directory.PersonRow{Person: directory.Person{Name: form.Get("name"), Sex: form.Get("sex"), BirthYear: n}, Phone: form.Get("phone"), Identity: form.Get("identity")}
}

func readMembership(form url.Values, c *problem.Check) directory.Membership {
	return directory.Membership{Organisation: id(form.Get("organisation")), Post: directory.Post(form.Get("post")), Sector: form.Get("sector"), Service: directory.Tenure(form.Get("service")),
		StartReason: directory.Reason(form.Get("start_reason")), EndReason: directory.Reason(form.Get("end_reason")), Note: form.Get("note"), Valid: dates(form, c)}
}

// newPerson asks for somebody new and their first post in one form.
func (h *Pages) newPerson(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	return h.showNewPerson(w, r, http.StatusOK, url.Values{"committee": {q.Get("committee")}, "organisation": {q.Get("organisation")}, "from": {h.today().String()}}, nil)
}

func (h *Pages) showNewPerson(w http.ResponseWriter, r *http.Request, status int, typed url.Values, errs map[string]string) error {
	p := text(r)
	snap, err := h.Service.Snapshot(r.Context())
	if err != nil {
		return err
	}
	committee := id(typed.Get("committee"))
	if k := snap.CommitteeFor(id(typed.Get("organisation"))); committee == uuid.Nil && k != nil {
		committee = k.ID
	}
	v := h.start(w, r, p.T("roster.person.new"), ui.Link{Label: p.T("roster.people"), Href: "/directory/people"})
	v.Head.Lead = p.T("roster.person.lead")
	b := &build{p: p, typed: typed, errs: errs}
	personFields(b)
	membershipFields(b, r, snap, committee)
	b.choice("party", false, p.T("directory.choose"), parties(p))
	b.date("party_from", false)
	b.form.ID, b.form.Action, b.form.Hidden = "person", "/directory/people/new", [][2]string{{"committee", idText(committee)}}
	b.form.Button, b.form.Back = ui.ButtonView{Label: p.T("directory.keep"), Kind: "primary"}, ui.Link{Label: p.T("directory.back"), Href: "/directory/people"}
	v.Forms = []formView{b.form}
	v.Page.Problem, v.Page.Wide = len(errs) > 0, false
	return web.Render(w, r, status, wholePage(v))
}

func (h *Pages) makePerson(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	var c problem.Check
	x, m := readPerson(form, &c), readMembership(form, &c)
	a := directory.Affiliation{Party: directory.Party(form.Get("party"))}
	a.Valid = dates(url.Values{"from": {form.Get("party_from")}}, &c)
	var made uuid.UUID
	if err = c.Err(); err == nil {
		made, err = h.Service.AddPerson(r.Context(), x, m, a)
	}
	return settle(w, r, err, func(errs map[string]string) error {
		return h.showNewPerson(w, r, http.StatusUnprocessableEntity, form, errs)
	}, "/directory/people/"+made.String())
}

// editable reads the person of the address, whom the reader may correct.
func (h *Pages) editable(r *http.Request) (directory.PersonRecord, error) {
	u, err := pathID(r, "id")
	if err != nil {
		return directory.PersonRecord{}, err
	}
	x, err := h.Service.LookUp(r.Context(), u)
	if err == nil && !x.Edits {
		err = problem.New(problem.Forbidden, "problem.forbidden")
	}
	return x, err
}

func (h *Pages) editPerson(w http.ResponseWriter, r *http.Request) error {
	return h.showEditPerson(w, r, http.StatusOK, nil, nil)
}

func (h *Pages) showEditPerson(w http.ResponseWriter, r *http.Request, status int, typed url.Values, errs map[string]string) error {
	x, err := h.editable(r)
	if err != nil {
		return err
	}
	p := text(r)
	if typed == nil {
		typed = url.Values{"name": {x.Name}, "sex": {x.Sex}}
		if x.BirthYear > 0 {
			typed.Set("birth_year", strconv.Itoa(x.BirthYear))
		}
	}
	here := "/directory/people/" + x.ID.String()
	v := h.start(w, r, p.T("roster.person.edit"), ui.Link{Label: x.Name, Href: here})
	b := &build{p: p, typed: typed, errs: errs}
	personFields(b)
	b.form.ID, b.form.Text, b.form.Action, b.form.Button, b.form.Back = "person", p.T("directory.person.correct.text"), here+"/edit", ui.ButtonView{Label: p.T("directory.keep"), Kind: "primary"}, ui.Link{Label: p.T("directory.back"), Href: here}
	v.Forms = []formView{b.form}
	v.Page.Problem, v.Page.Wide = len(errs) > 0, false
	return web.Render(w, r, status, wholePage(v))
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
	var c problem.Check
	x := readPerson(form, &c)
	x.ID = u
	if err = c.Err(); err == nil {
		_, err = h.Service.PutPerson(r.Context(), x)
	}
	return settle(w, r, err, func(errs map[string]string) error {
		return h.showEditPerson(w, r, http.StatusUnprocessableEntity, form, errs)
	}, "/directory/people/"+u.String())
}

// editMembership asks for a post, a new one or the correction or end of one.
func (h *Pages) editMembership(w http.ResponseWriter, r *http.Request) error {
	return h.showMembership(w, r, http.StatusOK, nil, nil)
}

// recordOf finds a membership that is known now; the nil UUID stands for a new one.
func recordOf(r *http.Request, x directory.PersonRecord) (directory.Membership, error) {
	if r.PathValue("membership") == "new" {
		return directory.Membership{}, nil
	}
	u := id(r.PathValue("membership"))
	for _, m := range x.Memberships {
		if m.ID == u && m.Superseded.IsZero() {
			return m, nil
		}
	}
	return directory.Membership{}, problem.New(problem.NotFound, "problem.not-found")
}

func (h *Pages) showMembership(w http.ResponseWriter, r *http.Request, status int, typed url.Values, errs map[string]string) error {
	x, err := h.editable(r)
	if err != nil {
		return err
	}
	m, err := recordOf(r, x)
	if err != nil {
		return err
	}
	snap, err := h.Service.Snapshot(r.Context())
	if err != nil {
		return err
	}
	p := text(r)
	here, name := "/directory/people/"+x.ID.String(), "roster.membership.new"
	if typed == nil {
		typed = url.Values{"from": {h.today().String()}}
	}
	if m.ID != uuid.Nil {
		name = "roster.membership.edit"
		if !typed.Has("post") {
			typed = url.Values{"post": {string(m.Post)}, "service": {string(m.Service)}, "sector": {m.Sector}, "from": {dateText(m.Valid.From)}, "to": {dateText(m.Valid.To)}, "start_reason": {string(m.StartReason)},
				"end_reason": {string(m.EndReason)}, "note": {m.Note}}
		}
	}
	v := h.start(w, r, p.T(name), ui.Link{Label: x.Name, Href: here})
	b := &build{p: p, typed: typed, errs: errs}
	if m.ID != uuid.Nil {
		v.Facts = []ui.Fact{{Term: p.T("directory.field.organisation"), Text: organisationText(p, snap, snap, m.Organisation)}}
		v.Head.Lead = p.T("roster.membership.correct")
		postFields(b)
	} else {
		membershipFields(b, r, snap, uuid.Nil)
	}
	endFields(b)
	b.form.ID, b.form.Action, b.form.Button, b.form.Back = "membership", r.URL.Path, ui.ButtonView{Label: p.T("directory.keep"), Kind: "primary"}, ui.Link{Label: p.T("directory.back"), Href: here}
	v.Forms = []formView{b.form}
	v.Page.Problem, v.Page.Wide = len(errs) > 0, false
	return web.Render(w, r, status, wholePage(v))
}

func (h *Pages) putMembership(w http.ResponseWriter, r *http.Request) error {
	x, err := h.editable(r)
	if err != nil {
		return err
	}
	was, err := recordOf(r, x)
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	var c problem.Check
	m := readMembership(form, &c)
	m.ID, m.Person = was.ID, x.ID
	if was.ID != uuid.Nil {
		m.Organisation = was.Organisation
	}
	if err = c.Err(); err == nil {
		_, err = h.Service.PutMembership(r.Context(), m)
	}
	return settle(w, r, err, func(errs map[string]string) error {
		return h.showMembership(w, r, http.StatusUnprocessableEntity, form, errs)
	}, "/directory/people/"+x.ID.String())
}

func (h *Pages) editAffiliation(w http.ResponseWriter, r *http.Request) error {
	return h.showAffiliation(w, r, http.StatusOK, nil, nil)
}

func affiliationOf(r *http.Request, x directory.PersonRecord) (directory.Affiliation, error) {
	if r.PathValue("affiliation") == "new" {
		return directory.Affiliation{}, nil
	}
	u := id(r.PathValue("affiliation"))
	for _, a := range x.Affiliations {
		if a.ID == u && a.Superseded.IsZero() {
			return a, nil
		}
	}
	return directory.Affiliation{}, problem.New(problem.NotFound, "problem.not-found")
}

func (h *Pages) showAffiliation(w http.ResponseWriter, r *http.Request, status int, typed url.Values, errs map[string]string) error {
	x, err := h.editable(r)
	if err != nil {
		return err
	}
	a, err := affiliationOf(r, x)
	if err != nil {
		return err
	}
	p := text(r)
	here, name := "/directory/people/"+x.ID.String(), "roster.affiliation.new"
	if typed == nil {
		typed = url.Values{}
	}
	if a.ID != uuid.Nil {
		name = "roster.affiliation.edit"
		if !typed.Has("party") {
			typed = url.Values{"party": {string(a.Party)}, "from": {dateText(a.Valid.From)}, "to": {dateText(a.Valid.To)}}
			if a.Probationary {
				typed.Set("probationary", "1")
			}
		}
	}
	v := h.start(w, r, p.T(name), ui.Link{Label: x.Name, Href: here})
	b := &build{p: p, typed: typed, errs: errs}
	b.choice("party", true, p.T("directory.choose"), parties(p))
	b.tick("probationary")
	b.date("from", true)
	b.date("to", false)
	b.form.ID, b.form.Action, b.form.Button, b.form.Back = "affiliation", r.URL.Path, ui.ButtonView{Label: p.T("directory.keep"), Kind: "primary"}, ui.Link{Label: p.T("directory.back"), Href: here}
	v.Forms = []formView{b.form}
	v.Page.Problem, v.Page.Wide = len(errs) > 0, false
	return web.Render(w, r, status, wholePage(v))
}

func (h *Pages) putAffiliation(w http.ResponseWriter, r *http.Request) error {
	x, err := h.editable(r)
	if err != nil {
		return err
	}
	was, err := affiliationOf(r, x)
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	var c problem.Check
	a := directory.Affiliation{ID: was.ID, Person: x.ID, Party: directory.Party(form.Get("party")), Probationary: form.Get("probationary") != "", Valid: dates(form, &c)}
	if err = c.Err(); err == nil {
		_, err = h.Service.PutAffiliation(r.Context(), a)
	}
	return settle(w, r, err, func(errs map[string]string) error {
		return h.showAffiliation(w, r, http.StatusUnprocessableEntity, form, errs)
	}, "/directory/people/"+x.ID.String())
}
