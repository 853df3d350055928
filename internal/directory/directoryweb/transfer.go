package directoryweb

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/intake"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/sheet"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
)

func kindOf(r *http.Request) (directory.ListKind, error) {
	k := directory.ListKind(r.PathValue("kind"))
	if !k.Valid() {
		return k, problem.New(problem.NotFound, "problem.not-found")
	}
	return k, nil
}

// homeOf is the page of a list.
func homeOf(k directory.ListKind) string {
	switch k {
	case directory.OrganisationList:
		return "/admin/directory"
	case directory.MembershipList:
		return "/admin/directory/people"
	}
	return "/admin/directory/" + string(k)
}

func (h *Pages) intakeView(w http.ResponseWriter, r *http.Request, k directory.ListKind) intake.View {
	p := text(r)
	v := intake.View{Page: h.Frame.Staff(w, r, p.T("directory.import."+string(k))), Action: "/admin/directory/import/" + string(k), Back: ui.Link{Label: p.T("directory.back"), Href: homeOf(k)},
		Links: []ui.Link{{Label: p.T("directory.template"), Href: "/admin/directory/templates/" + string(k)}, {Label: p.T("directory.export.xlsx"), Href: "/admin/directory/export/" + string(k) + "/xlsx"}}}
	v.Head = ui.HeadView{Crumbs: []ui.Link{{Label: p.T("directory.title"), Href: homeOf(k)}, {Label: v.Page.Title}}, Title: v.Page.Title, Lead: p.T("directory.import.lead")}
	for _, c := range directory.ListColumns(k) {
		v.Columns = append(v.Columns, intake.Column{Titles: heading(c) + " · " + c.Name, Required: c.Required, Text: p.T(columnKey(k, c.Name))})
	}
	return v
}

// heading is the Chinese heading of a column.
func heading(c sheet.Column) string {
	for _, a := range c.Aliases {
		if a[0] >= 0x80 {
			return a
		}
	}
	return c.Name
}

func columnKey(k directory.ListKind, column string) string {
	if column == "code" || column == "name" || column == "parent" || column == "id" {
		return "directory.column." + string(k) + "." + column
	}
	return "directory.column." + column
}

func (h *Pages) importForm(w http.ResponseWriter, r *http.Request) error {
	k, err := kindOf(r)
	if err != nil {
		return err
	}
	return h.Intake.Show(w, r, h.intakeView(w, r, k))
}

func (h *Pages) importFile(w http.ResponseWriter, r *http.Request) error {
	k, err := kindOf(r)
	if err != nil {
		return err
	}
	list := intake.List{Kind: string(k), Columns: directory.ListColumns(k), Run: func(ctx context.Context, t *sheet.Table, dry, skip bool) (intake.Outcome, error) {
		out, err := h.Service.Import(ctx, k, t, directory.ImportOptions{DryRun: dry, SkipBad: skip})
		o := intake.Outcome{New: out.New, Changed: out.Changed, Same: out.Same, Bad: out.Bad}
		for _, c := range out.Changes {
			o.Changes = append(o.Changes, intake.Change{Line: c.Line, Name: c.Name, New: c.New})
		}
		return o, err
	}}
	return h.Intake.Post(w, r, list, h.intakeView(w, r, k), func(intake.Outcome, url.Values) error {
		web.Flash(w, r, "directory.imported")
		return web.Redirect(w, r, homeOf(k))
	})
}

// template is a workbook with the headings and one invented row.
func (h *Pages) template(w http.ResponseWriter, r *http.Request) error {
	k, err := kindOf(r)
	if err != nil {
		return err
	}
	out := h.attach(w, r, k, "xlsx", "template-")
	var heads []sheet.Head
	var cells []any
	for _, c := range directory.ListColumns(k) {
		if c.Name == "id" || c.Name == "person" {
			continue // of things that are known already
		}
		heads = append(heads, sheet.Head{Name: c.Name, Title: heading(c), Width: 18})
		cells = append(cells, example(k, c.Name))
	}
	return errors.Join(out.Header(heads...), out.Row(cells...), out.Close())
}

// example is an invented cell.
func example(k directory.ListKind, column string) string {
	rows := map[directory.ListKind]string{
		directory.DivisionList:     "code=999901|name=样例区|name_en=Sample District|level=县|parent=999900|from=2020-01-01",
		directory.OrganisationList: "kind=部门|name=样例市水务局|name_en=Sample City Water Bureau|level=市|division=样例市|from=2020-01-01",
		directory.FieldList:        "level1=生态环境|level2=水污染防治|name_en=Water pollution",
		directory.PeopleList:       "name=王样例|sex=女|birth_year=1970|phone=13900001111",
		directory.MembershipList:   "name=王样例|organisation=政协样例市委员会|division=样例市|post=委员|sector=教育界|from=2022-01-10",
	}
	for _, cell := range strings.Split(rows[k], "|") {
		if name, value, _ := strings.Cut(cell, "="); name == column {
			return value
		}
	}
	return ""
}

func (h *Pages) attach(w http.ResponseWriter, r *http.Request, k directory.ListKind, format, prefix string) *sheet.Writer {
	name := prefix + string(k)
	if prefix == "" {
		name += "-" + h.today().String()
	}
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+"."+format+`"`)
	if format == "csv" {
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		return sheet.NewCSV(w, true)
	}
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	return sheet.NewXLSX(w, i18n.From(r.Context()).T("directory.sheet."+string(k)))
}

// export is the whole list without telephone and identity numbers; those go out on the command line only.
func (h *Pages) export(w http.ResponseWriter, r *http.Request) error {
	k, err := kindOf(r)
	if err != nil {
		return err
	}
	format := r.PathValue("format")
	if format != "csv" && format != "xlsx" {
		return problem.New(problem.NotFound, "problem.not-found")
	}
	out := h.attach(w, r, k, format, "")
	return errors.Join(h.Service.Export(r.Context(), k, false, out), out.Close())
}
