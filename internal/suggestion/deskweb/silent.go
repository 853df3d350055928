package deskweb

import (
	"net/http"
	"strconv"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	"xieshang/internal/suggestion"
)

type silentView struct {
	Page    ui.PageView
	Head    ui.HeadView
	Days    ui.FieldView
	Offices ui.TableView
	Stuck   ui.TableView
	Empty   ui.EmptyView
}

// quietDays is how long a silence is worth a look unless the reader says otherwise.
const quietDays = 7

// silent shows who lets matters lie: departments without a receipt or past their dates, and matters in which nothing happens.
func (h *Pages) silent(w http.ResponseWriter, r *http.Request) error {
	words, err := h.words(r)
	if err != nil {
		return err
	}
	p := words.P
	v := silentView{Page: h.Frame.Staff(w, r, p.T("desk.silent"))}
	v.Head = ui.HeadView{Title: v.Page.Title, Lead: p.T("desk.silent.lead")}
	v.Days = ui.FieldView{Name: "days", Label: p.T("desk.silent.days"), Value: r.URL.Query().Get("days"), Type: "number", Bare: true, Width: "s"}
	v.Empty = ui.EmptyView{Title: p.T("desk.silent.none"), Text: p.T("desk.silent.none.text")}
	if v.Days.Value == "" {
		v.Days.Value = strconv.Itoa(quietDays)
	}
	days, err := strconv.Atoi(v.Days.Value)
	if err != nil {
		days = -1 // the service says which numbers it takes
	}
	offices, err := h.Service.Silent(r.Context(), days)
	var stuck []suggestion.Item
	if err == nil {
		stuck, err = h.Service.Stuck(r.Context(), days)
	}
	status := http.StatusOK
	if problem.Is(err, problem.Invalid) {
		status, v.Days.Error, err = http.StatusUnprocessableEntity, web.FieldErrors(r, err)["days"], nil
	}
	if err != nil {
		return err
	}
	v.Offices = ui.TableView{ID: "offices", Caption: p.T("desk.silent.offices"), Stack: true, Columns: []ui.Column{{Label: p.T("suggestion.input.department")}, {Label: p.T("desk.silent.late"), Numeric: true},
		{Label: p.T("desk.silent.receipt"), Numeric: true}, {Label: p.T("desk.silent.open"), Numeric: true}, {Label: p.T("desk.silent.due")}, {Label: p.T("desk.silent.sent")}}}
	for _, o := range offices {
		sent := ""
		if !o.SentAt.IsZero() {
			sent = p.Date(clock.DateOf(o.SentAt))
		}
		v.Offices.Rows = append(v.Offices.Rows, ui.Row{ID: o.Department.String(), Cells: []ui.Cell{{Text: words.Org(o.Department), Href: "/desk/list?department=" + o.Department.String()}, {Text: p.Int(o.Late)},
			{Text: p.Int(o.NoReceipt)}, {Text: p.Int(o.Open)}, {Text: words.DayText(o.Earliest, false)}, {Text: sent}}})
	}
	v.Stuck = h.table(words, stuck, suggestion.StaffScope)
	v.Stuck.Caption = p.T("desk.silent.stuck")
	v.Stuck.Columns = append(v.Stuck.Columns, ui.Column{Label: p.T("desk.silent.last")})
	for i := range v.Stuck.Rows {
		v.Stuck.Rows[i].Cells = append(v.Stuck.Rows[i].Cells, ui.Cell{Text: p.Date(clock.DateOf(stuck[i].UpdatedAt))})
	}
	return web.Render(w, r, status, silentPage(v))
}
