package directoryweb

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

const perPage = 50

// asOf is the day that a list is about, today unless its address says otherwise.
func (h *Pages) asOf(r *http.Request) (snap *directory.Snapshot, day clock.Date, err error) {
	day = h.today()
	if d, err := clock.ParseDate(r.URL.Query().Get("day")); err == nil && d != day {
		snap, err = h.Service.At(r.Context(), d, time.Time{})
		return snap, d, err
	}
	snap, err = h.Service.Snapshot(r.Context())
	return snap, day, err
}

// organisations lists committees, departments and offices by name, kind and division, as they stood on a day.
func (h *Pages) organisations(w http.ResponseWriter, r *http.Request) error {
	p := text(r)
	snap, on, err := h.asOf(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	v := h.list(w, r, "", "directory.title")
	v.Buttons = []ui.ButtonView{{Label: p.T("directory.organisation.new"), Kind: "primary", Icon: "plus", Href: "/admin/directory/organisations/new"}}
	v.Search, v.Filters = true, ui.FiltersView{Action: "/admin/directory", Open: true, Clear: "/admin/directory"}
	v.Text = ui.FieldView{Name: "q", Type: "search", Label: p.T("directory.find"), Value: q.Get("q"), Bare: true}
	v.Choices = []ui.ChoiceView{{FieldView: ui.FieldView{Name: "kind", Label: p.T("directory.field.kind"), Bare: true}, Empty: p.T("directory.any"), Options: choose(kinds(p), q.Get("kind"))},
		{FieldView: ui.FieldView{Name: "division", Label: p.T("directory.field.division"), Bare: true}, Empty: p.T("directory.any"), Options: choose(divisionOptions(p, snap), q.Get("division"))}}
	v.Day = &ui.FieldView{Name: "day", Label: p.T("directory.day"), Value: on.String(), Bare: true}
	within := map[uuid.UUID]bool{}
	if d := id(q.Get("division")); d != uuid.Nil {
		for _, u := range snap.Within(d) {
			within[u] = true
		}
	}
	find := strings.ToLower(strings.TrimSpace(q.Get("q")))
	var found []*directory.Organisation
	for _, o := range snap.Organisations() {
		if find != "" && !strings.Contains(strings.ToLower(o.Name.ZH+"\n"+o.Name.EN+"\n"+o.Code), find) || q.Get("kind") != "" && string(o.Kind) != q.Get("kind") || len(within) > 0 && !within[o.Division] {
			continue
		}
		found = append(found, o)
	}
	from, _ := strconv.Atoi(q.Get("from")) // a wrong number is the first page
	from = max(0, min(from, len(found)))
	v.Table = ui.TableView{Caption: p.T("directory.tab"), Stack: true, Columns: []ui.Column{{Label: p.T("directory.field.name")}, {Label: p.T("directory.field.kind")}, {Label: p.T("directory.field.division")},
		{Label: p.T("directory.field.code")}, {Label: p.T("directory.field.from")}, {Label: p.T("directory.field.to")}}}
	for _, o := range found[from:min(from+perPage, len(found))] {
		v.Table.Rows = append(v.Table.Rows, ui.Row{Cells: []ui.Cell{{Text: p.Name(o.Name), Href: "/admin/directory/organisations/" + o.ID.String()}, {Text: p.T("directory.kind." + string(o.Kind))},
			{Text: dash(divisionName(p, snap, o.Division))}, {Text: dash(o.Code)}, {Text: day(p, o.Valid.From)}, {Text: day(p, o.Valid.To)}}})
	}
	if len(found) > 0 {
		v.Pager.Text = p.T("directory.range", "first", from+1, "last", min(from+perPage, len(found)), "total", len(found))
	}
	address := func(n int) string { q.Set("from", strconv.Itoa(n)); return "/admin/directory?" + q.Encode() }
	if from+perPage < len(found) {
		v.Pager.Next = address(from + perPage)
	}
	if from > 0 {
		v.Pager.First = address(0)
	}
	v.Empty = ui.EmptyView{Icon: "building", Title: p.T("directory.none"), Text: p.T("directory.none.text"), Action: ui.ButtonView{Label: p.T("directory.organisation.new"), Href: "/admin/directory/organisations/new"}}
	v.Links = tools(p, directory.OrganisationList)
	return web.Render(w, r, http.StatusOK, listPage(v))
}

func kinds(p *i18n.Printer) (out []ui.Option) {
	for _, k := range directory.Kinds() {
		out = append(out, ui.Option{Value: string(k), Label: p.T("directory.kind." + string(k))})
	}
	return out
}

func levels(p *i18n.Printer) (out []ui.Option) {
	for _, l := range []directory.Level{directory.Province, directory.City, directory.County} {
		out = append(out, ui.Option{Value: string(l), Label: p.T("directory.level." + string(l))})
	}
	return out
}

func choose(options []ui.Option, value string) []ui.Option {
	for i := range options {
		options[i].Selected = options[i].Value == value && value != ""
	}
	return options
}

// divisionOptions lists divisions from the top down, each with its code and set in by its depth.
func divisionOptions(p *i18n.Printer, snap *directory.Snapshot) (out []ui.Option) {
	var down func(parent uuid.UUID, depth int)
	down = func(parent uuid.UUID, depth int) {
		for _, d := range snap.Divisions(parent) {
			out = append(out, ui.Option{Value: d.ID.String(), Label: strings.Repeat("　", depth) + p.Name(d.Name)})
			if depth < 4 {
				down(d.ID, depth+1)
			}
		}
	}
	down(uuid.Nil, 0)
	return out
}

func committeeOptions(p *i18n.Printer, snap *directory.Snapshot) (out []ui.Option) {
	for _, k := range snap.Committees() {
		out = append(out, ui.Option{Value: k.ID.String(), Label: p.Name(k.Name)})
	}
	return out
}

func divisionName(p *i18n.Printer, snap *directory.Snapshot, u uuid.UUID) string {
	if d := snap.Division(u); d != nil {
		return p.Name(d.Name)
	}
	return ""
}

func organisationForm(p *i18n.Printer, snap *directory.Snapshot, typed url.Values, errs map[string]string) *build {
	b := &build{p: p, typed: typed, errs: errs}
	b.choice("kind", true, p.T("directory.choose"), kinds(p))
	b.text("name", true, 200)
	b.text("name_en", false, 200)
	b.choice("division", true, p.T("directory.choose"), divisionOptions(p, snap))
	b.choice("level", false, p.T("directory.level.of-division"), levels(p))
	b.choice("parent", false, p.T("directory.nothing"), committeeOptions(p, snap))
	b.text("code", false, 20)
	b.date("from", true)
	b.date("to", false)
	return b
}

// readOrganisation reads the form; the level is the division's unless it is chosen.
func readOrganisation(snap *directory.Snapshot, form url.Values) (directory.Organisation, problem.Check) {
	var c problem.Check
	o := directory.Organisation{Kind: directory.Kind(form.Get("kind")), Name: i18n.Name{ZH: form.Get("name"), EN: form.Get("name_en")}, Level: directory.Level(form.Get("level")),
		Division: id(form.Get("division")), Parent: id(form.Get("parent")), Code: form.Get("code"), Valid: dates(form, &c)}
	d := snap.Division(o.Division)
	if o.Division != uuid.Nil && d == nil {
		c.Add("division", "directory.err.unknown", "text", form.Get("division"))
	}
	if o.Level == "" && d != nil {
		o.Level = d.Level
	}
	if o.Division == uuid.Nil {
		c.Add("division", "directory.err.division-missing")
	}
	return o, c
}

func (h *Pages) newOrganisation(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	typed := url.Values{"kind": {q.Get("kind")}, "division": {q.Get("division")}, "from": {h.today().String()}}
	return h.showNewOrganisation(w, r, http.StatusOK, typed, nil)
}

func (h *Pages) showNewOrganisation(w http.ResponseWriter, r *http.Request, status int, typed url.Values, errs map[string]string) error {
	p := text(r)
	snap, err := h.Service.Snapshot(r.Context())
	if err != nil {
		return err
	}
	v := thingView{Page: h.Frame.Staff(w, r, p.T("directory.organisation.new"))}
	v.Head = ui.HeadView{Crumbs: []ui.Link{{Label: p.T("directory.title"), Href: "/admin/directory"}, {Label: v.Page.Title}}, Title: v.Page.Title, Lead: p.T("directory.organisation.lead")}
	b := organisationForm(p, snap, typed, errs)
	b.form.Action, b.form.Button, b.form.Back = "/admin/directory/organisations/new", p.T("directory.keep"), ui.Link{Label: p.T("directory.back"), Href: "/admin/directory"}
	v.Forms = []formView{b.form}
	v.Page.Problem, v.Page.Wide = len(errs) > 0, false
	return web.Render(w, r, status, newPage(v))
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
	}, "/admin/directory/organisations/"+made.String())
}

func (h *Pages) organisation(w http.ResponseWriter, r *http.Request) error {
	return h.showOrganisation(w, r, http.StatusOK, nil, nil)
}

// showOrganisation shows one organisation: its people today, the form that corrects or ends it, and everything that was ever recorded of it.
func (h *Pages) showOrganisation(w http.ResponseWriter, r *http.Request, status int, typed url.Values, errs map[string]string) error {
	p := text(r)
	u, err := pathID(r, "id")
	if err != nil {
		return err
	}
	history, err := h.Service.OrganisationHistory(r.Context(), u)
	if err != nil {
		return err
	}
	if len(history) == 0 {
		return problem.New(problem.NotFound, "problem.not-found")
	}
	snap, err := h.Service.Snapshot(r.Context())
	if err != nil {
		return err
	}
	now := history[0].Organisation
	if o := snap.Organisation(u); o != nil {
		now = *o
	}
	v := thingView{Page: h.Frame.Staff(w, r, p.Name(now.Name))}
	v.Head = ui.HeadView{Crumbs: []ui.Link{{Label: p.T("directory.title"), Href: "/admin/directory"}, {Label: p.Name(now.Name)}}, Title: p.Name(now.Name), Kicker: p.T("directory.kind." + string(now.Kind)),
		Badges: []ui.BadgeView{stands(p, now.Valid, h.today())}}
	v.Facts = []ui.Fact{{Term: p.T("directory.field.division"), Text: dash(divisionName(p, snap, now.Division))}, {Term: p.T("directory.field.level"), Text: p.T("directory.level." + string(now.Level))},
		{Term: p.T("directory.field.code"), Text: dash(now.Code)}, {Term: p.T("directory.field.from"), Text: day(p, now.Valid.From)}, {Term: p.T("directory.field.to"), Text: day(p, now.Valid.To)}}
	members, err := h.Service.Members(r.Context(), u, h.today())
	if err != nil {
		return err
	}
	people := tableCard{Title: p.T("directory.members"), Empty: p.T("directory.members.none"), Table: ui.TableView{Caption: p.T("directory.members"), Stack: true, Columns: []ui.Column{{Label: p.T("directory.field.person")}, {Label: p.T("directory.field.post")},
		{Label: p.T("directory.field.sector")}, {Label: p.T("directory.field.from")}}}}
	for _, m := range members {
		people.Table.Rows = append(people.Table.Rows, ui.Row{Cells: []ui.Cell{{Text: m.Name, Href: "/admin/directory/people/" + m.Person.String()}, {Text: p.T("directory.post." + string(m.Post))}, {Text: dash(m.Sector)}, {Text: day(p, m.Valid.From)}}})
	}
	past := tableCard{Title: p.T("directory.history"), Text: p.T("directory.history.text"), Table: historyTable(p)}
	for _, f := range history {
		past.Table.Rows = append(past.Table.Rows, historyRow(p, p.Name(f.Name), f.Valid, f.Recorded, f.Superseded))
	}
	v.Tables = []tableCard{people, past}
	if typed == nil {
		typed = url.Values{"kind": {string(now.Kind)}, "name": {now.Name.ZH}, "name_en": {now.Name.EN}, "division": {idText(now.Division)}, "level": {string(now.Level)}, "parent": {idText(now.Parent)}, "code": {now.Code},
			"from": {dateText(now.Valid.From)}, "to": {dateText(now.Valid.To)}}
	}
	b := organisationForm(p, snap, typed, errs)
	b.form.Title, b.form.Text, b.form.Action, b.form.Button = p.T("directory.correct"), p.T("directory.correct.text"), "/admin/directory/organisations/"+u.String(), p.T("directory.keep")
	v.Forms = []formView{b.form}
	v.Page.Problem = len(errs) > 0
	return web.Render(w, r, status, thingPage(v))
}

func stands(p *i18n.Printer, v clock.Interval, today clock.Date) ui.BadgeView {
	switch {
	case v.From.After(today):
		return ui.BadgeView{Label: p.T("directory.later"), Tone: ui.Info}
	case !v.Contains(today):
		return ui.BadgeView{Label: p.T("directory.past"), Tone: ui.Quiet}
	}
	return ui.BadgeView{Label: p.T("directory.now"), Tone: ui.OK}
}

func historyTable(p *i18n.Printer) ui.TableView {
	return ui.TableView{Caption: p.T("directory.history"), Stack: true, Columns: []ui.Column{{Label: p.T("directory.field.name")}, {Label: p.T("directory.field.from")}, {Label: p.T("directory.field.to")}, {Label: p.T("directory.recorded")}, {Label: p.T("directory.superseded")}}}
}

func historyRow(p *i18n.Printer, name string, v clock.Interval, recorded, superseded time.Time) ui.Row {
	until := ui.Cell{Content: ui.Badge(ui.BadgeView{Label: p.T("directory.known-now"), Tone: ui.OK})}
	if !superseded.IsZero() {
		until = ui.Cell{Text: p.DateTime(superseded)}
	}
	return ui.Row{Cells: []ui.Cell{{Text: name}, {Text: day(p, v.From)}, {Text: day(p, v.To)}, {Text: p.DateTime(recorded)}, until}}
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
	history, err := h.Service.OrganisationHistory(r.Context(), u)
	if err != nil {
		return err
	}
	if len(history) == 0 {
		return problem.New(problem.NotFound, "problem.not-found")
	}
	snap, err := h.Service.Snapshot(r.Context())
	if err != nil {
		return err
	}
	o, c := readOrganisation(snap, form)
	o.ID = u
	if err = c.Err(); err == nil {
		_, err = h.Service.PutOrganisation(r.Context(), o)
	}
	return settle(w, r, err, func(errs map[string]string) error {
		return h.showOrganisation(w, r, http.StatusUnprocessableEntity, form, errs)
	}, "/admin/directory/organisations/"+u.String())
}

func formName(i int) string { return "edit" + strconv.Itoa(i) }
