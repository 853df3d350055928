package importweb

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/sheet"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/upload"
	"xieshang/internal/platform/web"
)

// listsView is the overview: what can be brought in, in which order, and what was.
type listsView struct {
	Page ui.PageView
	Head ui.HeadView
	Rows ui.TableView
	Past ui.TableView
}

func (h *Pages) lists(w http.ResponseWriter, r *http.Request) error {
	p := text(r)
	at, err := h.place(r.Context(), r.URL.Query().Get("committee"))
	if err != nil {
		return err
	}
	v := listsView{Page: h.frame.Staff(w, r, p.T("importweb.title"))}
	v.Head = ui.HeadView{Title: v.Page.Title, Lead: p.T("importweb.lead")}
	v.Rows = ui.TableView{Caption: p.T("importweb.lists"), Stack: true, Columns: []ui.Column{{Label: p.T("importweb.list")}, {Label: p.T("importweb.holds")}, {Label: p.T("importweb.out")}}}
	for _, k := range at.kinds() {
		out := "/directory/export/" + string(k) + "/"
		v.Rows.Rows = append(v.Rows.Rows, ui.Row{Cells: []ui.Cell{{Text: p.T("importweb.list." + string(k)), Href: "/directory/import/" + string(k) + at.query()}, {Text: p.T("importweb.holds." + string(k))},
			{Content: links([]ui.Link{{Label: "Excel", Href: out + "xlsx" + at.query()}, {Label: "CSV", Href: out + "csv" + at.query()}})}}})
	}
	past, err := h.service.Imports(r.Context(), at.chosen)
	if err != nil {
		return err
	}
	v.Past = ui.TableView{Caption: p.T("importweb.past"), Stack: true, Columns: []ui.Column{{Label: p.T("importweb.file")}, {Label: p.T("importweb.list")}, {Label: p.T("importweb.when")}, {Label: p.T("importweb.by")}, {Label: p.T("importweb.how-much")}, {Label: p.T("importweb.state")}}}
	for _, run := range past {
		v.Past.Rows = append(v.Past.Rows, ui.Row{Cells: []ui.Cell{{Text: fileName(p, run), Href: runPath(run.ID)}, {Text: p.T("importweb.list." + string(run.Kind))}, {Text: p.DateTime(run.Created)}, {Text: by(p, run)},
			{Text: p.T("importweb.counts", "new", run.Added, "changed", run.Changed, "ended", run.Ended)}, {Content: ui.Badge(badge(p, run.State))}}})
	}
	return web.Render(w, r, http.StatusOK, listsPage(v))
}

func fileName(p *i18n.Printer, run directory.ImportRun) string {
	if run.File == "" {
		return p.T("importweb.command-line")
	}
	return run.File
}

func by(p *i18n.Printer, run directory.ImportRun) string {
	if run.By == "" || run.By == "system" {
		return p.T("importweb.command-line")
	}
	return run.By
}

func badge(p *i18n.Printer, s directory.ImportState) ui.BadgeView {
	tone := map[directory.ImportState]ui.Tone{directory.ImportStored: ui.OK, directory.ImportRefused: ui.Late, directory.ImportSeen: ui.Warn, directory.ImportHeadings: ui.Warn}[s]
	if tone == "" {
		tone = ui.Info
	}
	return ui.BadgeView{Label: p.T("importweb.state." + string(s)), Tone: tone}
}

// formView is the page on which a file is chosen.
type formView struct {
	Page       ui.PageView
	Head       ui.HeadView
	Tabs       []ui.TabView
	Committees ui.ChoiceView
	Committee  string // hidden, when there is no choice
	Action     string
	Error      string
	Columns    ui.TableView
	Template   string
	Export     string
	Day        ui.FieldView
}

func (h *Pages) form(w http.ResponseWriter, r *http.Request) error {
	return h.showForm(w, r, r.URL.Query().Get("committee"), http.StatusOK, "")
}

func (h *Pages) showForm(w http.ResponseWriter, r *http.Request, committee string, status int, wrong string) error {
	p := text(r)
	k, err := kindOf(r)
	if err != nil {
		return err
	}
	at, err := h.place(r.Context(), committee)
	if err != nil {
		return err
	}
	if !at.admin && !k.OfCommittee() {
		return problem.New(problem.Forbidden, "problem.forbidden")
	}
	title := p.T("importweb.bring." + string(k))
	v := formView{Page: h.frame.Staff(w, r, title), Tabs: at.tabs(p, k), Action: "/directory/import/" + string(k), Error: wrong, Template: "/directory/import/" + string(k) + "/template", Export: "/directory/export/" + string(k)}
	v.Head = ui.HeadView{Crumbs: []ui.Link{{Label: p.T("importweb.title"), Href: "/directory/import" + at.query()}, {Label: title}}, Title: title, Lead: p.T("importweb.form.lead")}
	if at.chosen != [16]byte{} {
		v.Committee = at.chosen.String()
	}
	if len(at.own) > 1 {
		v.Committees = ui.ChoiceView{FieldView: ui.FieldView{Name: "committee", Label: p.T("importweb.committee"), Required: true}}
		for _, o := range at.own {
			v.Committees.Options = append(v.Committees.Options, ui.Option{Value: o.ID.String(), Label: p.Name(o.Name), Selected: o.ID == at.chosen})
		}
	}
	v.Day = ui.FieldView{Name: "day", Label: p.T("importweb.day"), Hint: p.T("importweb.day.hint"), Width: "s", Bare: true}
	v.Columns = ui.TableView{Caption: p.T("intake.columns"), Stack: true, Columns: []ui.Column{{Label: p.T("intake.column")}, {Label: p.T("intake.need")}, {Label: p.T("intake.meaning")}}}
	for _, c := range directory.ListColumns(k) {
		need := p.T("intake.optional")
		if c.Required {
			need = p.T("intake.required")
		}
		v.Columns.Rows = append(v.Columns.Rows, ui.Row{Cells: []ui.Cell{{Text: label(p, c)}, {Text: need}, {Text: p.T(columnKey(k, c.Name))}}})
	}
	return web.Render(w, r, status, formPage(v))
}

// label names a column: the Chinese heading first in Chinese, plain English in English.
func label(p *i18n.Printer, c sheet.Column) string {
	if p.Lang() == i18n.ZH {
		return c.Chinese()
	}
	en := c.English()
	return strings.ToUpper(en[:1]) + en[1:] + " (" + c.Chinese() + ")"
}

func columnKey(k directory.ListKind, column string) string {
	if column == "code" || column == "name" || column == "parent" || column == "id" {
		return "directory.column." + string(k) + "." + column
	}
	return "directory.column." + column
}

func (h *Pages) bring(w http.ResponseWriter, r *http.Request) error {
	p := text(r)
	k, err := kindOf(r)
	if err != nil {
		return err
	}
	form, err := upload.Multipart(r, upload.FormLimits{Files: 1, Bytes: directory.MaxImportBytes, Values: 10, Text: 4 << 10})
	defer func() { form.Close() }() // there is a form beside an error, too
	committee := form.Values.Get("committee")
	if pr, ok := problem.Of(err); ok {
		return h.showForm(w, r, committee, http.StatusUnprocessableEntity, said(p, pr))
	}
	if err != nil {
		return err
	}
	if len(form.Files) == 0 {
		return h.showForm(w, r, committee, http.StatusUnprocessableEntity, p.T("intake.none"))
	}
	at, err := h.place(r.Context(), committee)
	if err != nil {
		return err
	}
	content, err := io.ReadAll(form.Files[0].Open())
	if err != nil {
		return err
	}
	u, err := h.service.BeginImport(r.Context(), k, at.chosen, form.Files[0].Name, content)
	if pr, ok := problem.Of(err); ok && len(pr.Fields) > 0 {
		return h.showForm(w, r, committee, http.StatusUnprocessableEntity, said(p, pr))
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, runPath(u))
}

// said is what a refusal tells its reader.
func said(p *i18n.Printer, pr *problem.Problem) string {
	for _, f := range pr.Fields {
		return p.T(f.Key, f.Args...)
	}
	return p.T(pr.Key, pr.Args...)
}

// template is a workbook with the headings and one invented row.
func (h *Pages) template(w http.ResponseWriter, r *http.Request) error {
	k, err := kindOf(r)
	if err != nil {
		return err
	}
	out := h.attach(w, r, "template-"+string(k), "xlsx", text(r).T("importweb.list."+string(k)))
	var heads []sheet.Head
	var cells []any
	for _, c := range directory.ListColumns(k) {
		if c.Name == "id" || c.Name == "person" {
			continue // of things that are known already
		}
		heads = append(heads, sheet.Head{Name: c.Name, Title: c.Chinese(), Width: 18})
		cells = append(cells, example(k, c.Name))
	}
	return errors.Join(out.Header(heads...), out.Row(cells...), out.Close())
}

// example is an invented cell.
func example(k directory.ListKind, column string) string {
	rows := map[directory.ListKind]string{
		directory.DivisionList:     "code=999901|name=样例区|name_en=Sample District|level=县|parent=999900|from=2020-01-01",
		directory.OrganisationList: "kind=履职党支部|name=第一履职党支部|level=市|division=样例市|parent=提案委员会分党组|from=2022-03-01",
		directory.FieldList:        "level1=生态环境|level2=水污染防治|name_en=Water pollution",
		directory.TermList:         "committee=政协样例市委员会|number=第十三届|from=2022-01-10",
		directory.PeopleList:       "name=王样例|sex=女|birth_year=1970|phone=13900001111|party=中共党员|party_from=1999-07-01",
		directory.MembershipList:   "name=王样例|organisation=政协样例市委员会|division=样例市|post=委员|sector=教育界|term=第十三届|start_reason=换届产生",
	}
	for _, cell := range strings.Split(rows[k], "|") {
		if name, value, _ := strings.Cut(cell, "="); name == column {
			return value
		}
	}
	return ""
}

func (h *Pages) attach(w http.ResponseWriter, r *http.Request, name, format, title string) *sheet.Writer {
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+"."+format+`"`)
	if format == "csv" {
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		return sheet.NewCSV(w, true)
	}
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	return sheet.NewXLSX(w, title)
}

// export is a list without telephone and identity numbers, which go out on the command line only; as of a day when one is named.
func (h *Pages) export(w http.ResponseWriter, r *http.Request) error {
	k, err := kindOf(r)
	if err != nil {
		return err
	}
	if f := r.PathValue("format"); f != "csv" && f != "xlsx" {
		return problem.New(problem.NotFound, "problem.not-found")
	}
	at, err := h.place(r.Context(), r.URL.Query().Get("committee"))
	if err != nil {
		return err
	}
	q := directory.ExportQuery{Kind: k, Committee: at.chosen}
	name := string(k)
	if day := r.URL.Query().Get("day"); day != "" {
		var ok bool
		if q.Day, ok = sheet.ParseDate(day); !ok {
			return problem.On("day", "sheet.err.date")
		}
		name += "-" + q.Day.String()
	}
	out := &lazyWriter{w: w}
	table := sheet.NewXLSX(out, text(r).T("importweb.list."+string(k)))
	if formatOf(r) == "csv" {
		table = sheet.NewCSV(out, true)
	}
	out.begin = func() { h.attach(w, r, name, formatOf(r), "x") }
	return errors.Join(h.service.ExportList(r.Context(), q, table), table.Close())
}

// lazyWriter says what comes when it comes, so that a refusal is still a page.
type lazyWriter struct {
	w     io.Writer
	begin func()
	begun bool
}

func (l *lazyWriter) Write(b []byte) (int, error) {
	if !l.begun {
		l.begun = true
		l.begin()
	}
	return l.w.Write(b)
}
