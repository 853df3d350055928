package directoryweb

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

// divisions is the tree, one level at a time, or what a search finds.
func (h *Pages) divisions(w http.ResponseWriter, r *http.Request) error {
	p := text(r)
	snap, on, err := h.asOf(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	v := h.list(w, r, "/divisions", "directory.tab.divisions")
	parent := id(q.Get("parent"))
	v.Buttons = []ui.ButtonView{{Label: p.T("directory.division.new"), Kind: "primary", Icon: "plus", Href: "/admin/directory/divisions/new?parent=" + idText(parent)}}
	v.Search, v.Filters = true, ui.FiltersView{Action: "/admin/directory/divisions", Open: true, Clear: "/admin/directory/divisions"}
	v.Text = ui.FieldView{Name: "q", Type: "search", Label: p.T("directory.find.division"), Value: q.Get("q"), Bare: true}
	v.Day = &ui.FieldView{Name: "day", Label: p.T("directory.day"), Value: on.String(), Bare: true}
	list := snap.Divisions(parent)
	if find := strings.ToLower(strings.TrimSpace(q.Get("q"))); find != "" {
		list = nil
		for _, u := range snap.Within(uuid.Nil) {
			if d := snap.Division(u); d != nil && strings.Contains(strings.ToLower(d.Name.ZH+"\n"+d.Name.EN+"\n"+d.Code), find) && len(list) < 200 {
				list = append(list, d)
			}
		}
	} else if parent != uuid.Nil {
		v.Crumbs = []ui.Link{{Label: p.T("directory.tab.divisions"), Href: "/admin/directory/divisions?day=" + on.String()}}
		var up []ui.Link
		for d := snap.Division(parent); d != nil && len(up) < 5; d = snap.Division(d.Parent) {
			up = append([]ui.Link{{Label: p.Name(d.Name), Href: "/admin/directory/divisions?parent=" + d.ID.String() + "&day=" + on.String()}}, up...)
		}
		if len(up) > 0 {
			up[len(up)-1].Href = ""
		}
		v.Crumbs = append(v.Crumbs, up...)
	}
	v.Table = ui.TableView{Caption: p.T("directory.tab.divisions"), Stack: true, Columns: []ui.Column{{Label: p.T("directory.field.name")}, {Label: p.T("directory.field.division_code")}, {Label: p.T("directory.field.level")}, {Label: p.T("directory.below")},
		{Label: p.T("directory.committee")}, {Label: p.T("directory.departments"), Numeric: true}}}
	for _, d := range list {
		below := ui.Cell{Text: "—"}
		if n := len(snap.Divisions(d.ID)); n > 0 {
			below = ui.Cell{Text: p.N("directory.below.n", n), Href: "/admin/directory/divisions?parent=" + d.ID.String() + "&day=" + on.String()}
		}
		committee := ui.Cell{Text: "—"}
		if k := snap.CommitteeOf(d.ID); k != nil && k.Division == d.ID {
			committee = ui.Cell{Text: p.Name(k.Name), Href: "/admin/directory/organisations/" + k.ID.String()}
		}
		v.Table.Rows = append(v.Table.Rows, ui.Row{Cells: []ui.Cell{{Text: p.Name(d.Name), Href: "/admin/directory/divisions/" + d.ID.String()}, {Text: dash(d.Code)}, {Text: p.T("directory.level." + string(d.Level))}, below, committee,
			{Text: p.Int(len(snap.Departments(d.ID)))}}})
	}
	v.Empty = ui.EmptyView{Icon: "map", Title: p.T("directory.none"), Text: p.T("directory.division.none"), Action: ui.ButtonView{Label: p.T("directory.division.new"), Href: "/admin/directory/divisions/new"}}
	v.Links = tools(p, directory.DivisionList)
	return web.Render(w, r, http.StatusOK, listPage(v))
}

func divisionForm(p *i18n.Printer, snap *directory.Snapshot, typed url.Values, errs map[string]string) *build {
	b := &build{p: p, typed: typed, errs: errs}
	b.text("name", true, 200)
	b.text("name_en", false, 200)
	code := b.text("code", false, 6)
	code.Label, code.Hint, code.InputMode = p.T("directory.field.division_code"), p.T("directory.hint.division_code"), "numeric"
	b.choice("level", false, p.T("directory.level.of-code"), levels(p))
	b.choice("parent", false, p.T("directory.nothing"), divisionOptions(p, snap))
	b.text("lon", false, 12)
	b.text("lat", false, 12)
	b.date("from", true)
	b.date("to", false)
	return b
}

func readDivision(form url.Values) (directory.Division, problem.Check) {
	var c problem.Check
	d := directory.Division{Code: form.Get("code"), Name: i18n.Name{ZH: form.Get("name"), EN: form.Get("name_en")}, Level: directory.Level(form.Get("level")), Parent: id(form.Get("parent")), Valid: dates(form, &c)}
	for name, to := range map[string]*float64{"lon": &d.Lon, "lat": &d.Lat} {
		if s := strings.TrimSpace(form.Get(name)); s != "" {
			n, err := strconv.ParseFloat(s, 64)
			if err != nil || n < -180 || n > 180 || name == "lat" && (n < -90 || n > 90) {
				c.Add(name, "directory.err.coordinate")
			}
			*to = n
		}
	}
	return d, c
}

func (h *Pages) newDivision(w http.ResponseWriter, r *http.Request) error {
	return h.showNewDivision(w, r, http.StatusOK, url.Values{"parent": {r.URL.Query().Get("parent")}, "from": {h.today().String()}}, nil)
}

func (h *Pages) showNewDivision(w http.ResponseWriter, r *http.Request, status int, typed url.Values, errs map[string]string) error {
	p := text(r)
	snap, err := h.Service.Snapshot(r.Context())
	if err != nil {
		return err
	}
	v := thingView{Page: h.Frame.Staff(w, r, p.T("directory.division.new"))}
	v.Head = ui.HeadView{Crumbs: []ui.Link{{Label: p.T("directory.tab.divisions"), Href: "/admin/directory/divisions"}, {Label: v.Page.Title}}, Title: v.Page.Title, Lead: p.T("directory.division.lead")}
	b := divisionForm(p, snap, typed, errs)
	b.form.Action, b.form.Button, b.form.Back = "/admin/directory/divisions/new", p.T("directory.keep"), ui.Link{Label: p.T("directory.back"), Href: "/admin/directory/divisions"}
	v.Forms = []formView{b.form}
	v.Page.Problem, v.Page.Wide = len(errs) > 0, false
	return web.Render(w, r, status, newPage(v))
}

func (h *Pages) makeDivision(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	d, c := readDivision(form)
	var made uuid.UUID
	if err = c.Err(); err == nil {
		made, err = h.Service.PutDivision(r.Context(), d)
	}
	return settle(w, r, err, func(errs map[string]string) error {
		return h.showNewDivision(w, r, http.StatusUnprocessableEntity, form, errs)
	}, "/admin/directory/divisions/"+made.String())
}

func (h *Pages) division(w http.ResponseWriter, r *http.Request) error {
	return h.showDivision(w, r, http.StatusOK, nil, nil)
}

func (h *Pages) showDivision(w http.ResponseWriter, r *http.Request, status int, typed url.Values, errs map[string]string) error {
	p := text(r)
	u, err := pathID(r, "id")
	if err != nil {
		return err
	}
	history, err := h.Service.DivisionHistory(r.Context(), u)
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
	now := history[0].Fact
	if d := snap.Division(u); d != nil {
		now = *d
	}
	v := thingView{Page: h.Frame.Staff(w, r, p.Name(now.Name))}
	v.Head = ui.HeadView{Crumbs: []ui.Link{{Label: p.T("directory.tab.divisions"), Href: "/admin/directory/divisions"}, {Label: p.Name(now.Name)}}, Title: p.Name(now.Name), Kicker: now.Code, Badges: []ui.BadgeView{stands(p, now.Valid, h.today())}}
	v.Buttons = []ui.ButtonView{{Label: p.T("directory.division.organisation"), Icon: "plus", Href: "/admin/directory/organisations/new?division=" + u.String()}}
	here := tableCard{Title: p.T("directory.organisations"), Empty: p.T("directory.organisations.none"), Table: ui.TableView{Caption: p.T("directory.organisations"), Stack: true, Columns: []ui.Column{{Label: p.T("directory.field.name")}, {Label: p.T("directory.field.kind")}}}}
	for _, o := range snap.Organisations() {
		if o.Division == u {
			here.Table.Rows = append(here.Table.Rows, ui.Row{Cells: []ui.Cell{{Text: p.Name(o.Name), Href: "/admin/directory/organisations/" + o.ID.String()}, {Text: p.T("directory.kind." + string(o.Kind))}}})
		}
	}
	past := tableCard{Title: p.T("directory.history"), Text: p.T("directory.history.text"), Table: historyTable(p)}
	for _, f := range history {
		past.Table.Rows = append(past.Table.Rows, historyRow(p, strings.TrimSpace(p.Name(f.Fact.Name)+" "+f.Fact.Code), f.Fact.Valid, f.Recorded, f.Superseded))
	}
	v.Tables = []tableCard{here, past}
	if typed == nil {
		number := func(n float64) string {
			if n == 0 {
				return ""
			}
			return strconv.FormatFloat(n, 'f', -1, 64)
		}
		typed = url.Values{"name": {now.Name.ZH}, "name_en": {now.Name.EN}, "code": {now.Code}, "level": {string(now.Level)}, "parent": {idText(now.Parent)}, "lon": {number(now.Lon)}, "lat": {number(now.Lat)},
			"from": {dateText(now.Valid.From)}, "to": {dateText(now.Valid.To)}}
	}
	b := divisionForm(p, snap, typed, errs)
	b.form.Title, b.form.Text, b.form.Action, b.form.Button = p.T("directory.correct"), p.T("directory.correct.text"), "/admin/directory/divisions/"+u.String(), p.T("directory.keep")
	v.Forms = []formView{b.form}
	v.Page.Problem = len(errs) > 0
	return web.Render(w, r, status, thingPage(v))
}

func (h *Pages) changeDivision(w http.ResponseWriter, r *http.Request) error {
	u, err := pathID(r, "id")
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	history, err := h.Service.DivisionHistory(r.Context(), u)
	if err != nil {
		return err
	}
	if len(history) == 0 {
		return problem.New(problem.NotFound, "problem.not-found")
	}
	d, c := readDivision(form)
	d.ID = u
	if d.Parent == u {
		c.Add("parent", "directory.err.own-parent")
	}
	if err = c.Err(); err == nil {
		_, err = h.Service.PutDivision(r.Context(), d)
	}
	return settle(w, r, err, func(errs map[string]string) error {
		return h.showDivision(w, r, http.StatusUnprocessableEntity, form, errs)
	}, "/admin/directory/divisions/"+u.String())
}

// fields is the whole classification, with a form for one more.
func (h *Pages) fields(w http.ResponseWriter, r *http.Request) error {
	return h.showFields(w, r, http.StatusOK, url.Values{}, nil)
}

func (h *Pages) showFields(w http.ResponseWriter, r *http.Request, status int, typed url.Values, errs map[string]string) error {
	p := text(r)
	snap, err := h.Service.Snapshot(r.Context())
	if err != nil {
		return err
	}
	v := h.list(w, r, "/fields", "directory.tab.fields")
	v.Table = ui.TableView{Caption: p.T("directory.tab.fields"), Columns: []ui.Column{{Label: p.T("directory.field.field")}, {Label: p.T("directory.field.name_en")}}}
	options := []ui.Option{}
	var down func(parent uuid.UUID, depth int)
	down = func(parent uuid.UUID, depth int) {
		for _, f := range snap.Fields(parent) {
			v.Table.Rows = append(v.Table.Rows, ui.Row{Cells: []ui.Cell{{Text: strings.Repeat("　", depth) + f.Name.ZH}, {Text: dash(f.Name.EN)}}})
			if depth < 2 {
				options = append(options, ui.Option{Value: f.ID.String(), Label: f.Path})
			}
			down(f.ID, depth+1)
		}
	}
	down(uuid.Nil, 0)
	v.Empty = ui.EmptyView{Icon: "list", Title: p.T("directory.none"), Text: p.T("directory.fields.none"), Action: ui.ButtonView{Label: p.T("directory.import"), Href: "/directory/import/fields"}}
	v.Links = tools(p, directory.FieldList)
	b := &build{p: p, typed: typed, errs: errs}
	b.text("name", true, 200)
	b.text("name_en", false, 200)
	b.choice("parent", false, p.T("directory.field.top"), options)
	b.form.Title, b.form.Action, b.form.Button = p.T("directory.field.add"), "/admin/directory/fields", p.T("directory.keep")
	v.Form = &b.form
	v.Page.Problem = len(errs) > 0
	return web.Render(w, r, status, listPage(v))
}

func (h *Pages) addField(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	_, err = h.Service.AddField(r.Context(), id(form.Get("parent")), i18n.Name{ZH: form.Get("name"), EN: form.Get("name_en")})
	return settle(w, r, err, func(errs map[string]string) error {
		return h.showFields(w, r, http.StatusUnprocessableEntity, form, errs)
	}, "/admin/directory/fields")
}
