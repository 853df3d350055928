// Package calendarweb has the pages of the working-day calendar (G3): which years are known, what is said of their days, and the import of a year's notice.
package calendarweb

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"xieshang/internal/calendar"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/intake"
	"xieshang/internal/platform/page"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/sheet"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
)

// Messages holds the texts of these pages.
//
//go:embed messages
var Messages embed.FS

// Waiting tells how many open matters have dates that wait for a calendar, and the latest of these dates.
type Waiting func(ctx context.Context) (n int, last clock.Date, err error)

// Needs is what the pages are made of.
type Needs struct {
	Service *calendar.Service
	Waiting Waiting
	Intake  *intake.Desk
	Frame   *page.Frame
	Clock   clock.Clock
}

// Pages are the handlers.
type Pages struct{ Needs }

// New makes the pages.
func New(n Needs) *Pages { return &Pages{n} }

// Routes is the table of these pages.
func (h *Pages) Routes() []web.Route {
	admin := web.Roles(authz.Admin)
	return []web.Route{
		{Method: "GET", Path: "/admin/calendar", Who: admin, Do: h.years},
		{Method: "POST", Path: "/admin/calendar", Who: admin, Do: h.setDay},
		{Method: "GET", Path: "/admin/calendar/import", Who: admin, Do: h.importForm},
		{Method: "POST", Path: "/admin/calendar/import", Who: admin, Do: h.importFile, MaxBody: intake.MaxBody},
		{Method: "GET", Path: "/admin/calendar/template.xlsx", Who: admin, Do: h.template},
		{Method: "GET", Path: "/admin/calendar/export.csv", Who: admin, Do: h.export},
	}
}

// Entries are the places in the staff navigation.
func Entries() []page.Entry {
	return []page.Entry{{Key: "calendar.title", Group: "admin.group", Href: "/admin/calendar", Icon: "clock", Roles: []authz.Role{authz.Admin}}}
}

type yearsView struct {
	Page    ui.PageView
	Head    ui.HeadView
	Notices []ui.NoticeView
	Tabs    []ui.TabView
	Badge   ui.BadgeView
	Year    string
	Facts   []ui.Fact
	Days    ui.TableView
	Empty   ui.EmptyView
	Errors  []ui.ErrorView
	Date    ui.FieldView
	Name    ui.FieldView
	Working ui.ChoiceView
}

func (h *Pages) years(w http.ResponseWriter, r *http.Request) error {
	return h.showYears(w, r, http.StatusOK, nil, nil)
}

// Missing says which years are missing and what waits for them; nothing when none is.
func (h *Pages) Missing(ctx context.Context) ([]ui.NoticeView, error) {
	p := i18n.From(ctx)
	n, last, err := h.Waiting(ctx)
	if err != nil {
		return nil, err
	}
	years, err := h.Service.Missing(ctx, last)
	if err != nil || len(years) == 0 {
		return nil, err
	}
	text := p.T("calendar.missing.text")
	if n > 0 {
		text = p.N("calendar.missing.waiting", n) + " " + text
	}
	names := ""
	for i, y := range years {
		if i > 0 {
			names += p.T("calendar.and")
		}
		names += strconv.Itoa(y)
	}
	return []ui.NoticeView{{Tone: ui.Warn, Title: p.T("calendar.missing", "years", names), Text: text, Links: []ui.Link{{Label: p.T("calendar.import"), Href: "/admin/calendar/import"}}}}, nil
}

func (h *Pages) showYears(w http.ResponseWriter, r *http.Request, status int, form map[string][]string, errs map[string]string) error {
	p := i18n.From(r.Context())
	this := clock.Today(h.Clock).Year
	years, err := h.Service.Years(r.Context(), this-1, this+2)
	if err != nil {
		return err
	}
	v := yearsView{Page: h.Frame.Staff(w, r, p.T("calendar.title"))}
	v.Head = ui.HeadView{Title: v.Page.Title, Lead: p.T("calendar.lead")}
	if v.Notices, err = h.Missing(r.Context()); err != nil {
		return err
	}
	chosen := this
	if y, err := strconv.Atoi(r.URL.Query().Get("year")); err == nil {
		chosen = y
	}
	at := 1
	for i, y := range years {
		if y.Year == chosen {
			at = i
		}
	}
	for i, y := range years {
		v.Tabs = append(v.Tabs, ui.TabView{Label: strconv.Itoa(y.Year), Href: "/admin/calendar?year=" + strconv.Itoa(y.Year), Current: i == at})
	}
	y := years[at]
	v.Year = strconv.Itoa(y.Year)
	v.Badge = ui.BadgeView{Label: p.T("calendar.known"), Tone: ui.OK}
	if !y.Known {
		v.Badge = ui.BadgeView{Label: p.T("calendar.unknown"), Tone: ui.Warn}
	}
	source := p.T("calendar.built-in")
	if y.Entered > 0 {
		source = p.N("calendar.entered", y.Entered)
	} else if !y.Known {
		source = "—"
	}
	v.Facts = []ui.Fact{{Term: p.T("calendar.state"), Badge: v.Badge}, {Term: p.T("calendar.source"), Text: source}, {Term: p.T("calendar.free"), Text: p.Int(y.Free)}, {Term: p.T("calendar.moved"), Text: p.Int(y.Moved)}}
	v.Days = ui.TableView{Caption: v.Year, Stack: true, Columns: []ui.Column{{Label: p.T("calendar.date")}, {Label: p.T("calendar.weekday")}, {Label: p.T("calendar.length"), Numeric: true}, {Label: p.T("calendar.day")}, {Label: p.T("calendar.name")}}}
	for i := 0; i < len(y.Days); {
		d, last := y.Days[i], i
		for last+1 < len(y.Days) && y.Days[last+1].Date == y.Days[last].Date.AddDays(1) && y.Days[last+1].Working == d.Working && y.Days[last+1].Name == d.Name {
			last++
		}
		when, weekday := p.Date(d.Date), weekdayName(p, d.Date)
		if last > i {
			when, weekday = p.T("calendar.run", "from", d.Date, "to", y.Days[last].Date), p.T("calendar.run", "from", weekday, "to", weekdayName(p, y.Days[last].Date))
		}
		length := last - i + 1
		i = last + 1
		badge := ui.BadgeView{Label: p.T("calendar.holiday"), Tone: ui.OK}
		if d.Working {
			badge = ui.BadgeView{Label: p.T("calendar.working"), Tone: ui.Busy}
		}
		name := d.Name
		if name == "" {
			name = "—"
		}
		v.Days.Rows = append(v.Days.Rows, ui.Row{Cells: []ui.Cell{{Text: when}, {Text: weekday}, {Text: p.Int(length)}, {Content: ui.Badge(badge)}, {Text: name}}})
	}
	v.Empty = ui.EmptyView{Icon: "clock", Title: p.T("calendar.none", "year", v.Year), Text: p.T("calendar.none.text"), Action: ui.ButtonView{Label: p.T("calendar.import"), Href: "/admin/calendar/import"}}
	value := func(name string) string {
		if len(form[name]) > 0 {
			return form[name][0]
		}
		return ""
	}
	v.Date = ui.FieldView{Name: "date", Label: p.T("calendar.date"), Required: true, Value: value("date"), Error: errs["date"], Width: "m"}
	v.Name = ui.FieldView{Name: "name", Label: p.T("calendar.name"), Value: value("name"), Error: errs["name"], Max: 40, Width: "m"}
	v.Working = ui.ChoiceView{FieldView: ui.FieldView{Name: "working", Label: p.T("calendar.day"), Required: true, Error: errs["working"]}, Columns: 2, Options: []ui.Option{
		{Value: "holiday", Label: p.T("calendar.holiday"), Selected: value("working") != "working"}, {Value: "working", Label: p.T("calendar.working"), Selected: value("working") == "working"}}}
	for _, name := range []string{"date", "working", "name"} {
		if errs[name] != "" {
			v.Errors = append(v.Errors, ui.ErrorView{Field: name, Text: errs[name]})
		}
	}
	v.Page.Problem = len(v.Errors) > 0
	return web.Render(w, r, status, yearsPage(v))
}

func weekdayName(p *i18n.Printer, d clock.Date) string {
	return p.T("calendar.weekday." + strconv.Itoa(int(d.Weekday())))
}

func (h *Pages) setDay(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	d := clock.Day{Working: form.Get("working") == "working", Name: form.Get("name")}
	if d.Date, err = clock.ParseDate(form.Get("date")); err != nil || d.Date.Year < 2000 || d.Date.Year > 2100 {
		err = problem.On("date", "calendar.err.date")
	} else {
		err = h.Service.SetDay(r.Context(), d)
	}
	if errs := web.FieldErrors(r, err); errs != nil {
		return h.showYears(w, r, http.StatusUnprocessableEntity, form, errs)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "calendar.day.kept")
	return web.Redirect(w, r, "/admin/calendar?year="+strconv.Itoa(d.Date.Year))
}

func (h *Pages) intakeView(w http.ResponseWriter, r *http.Request) intake.View {
	p := i18n.From(r.Context())
	v := intake.View{Page: h.Frame.Staff(w, r, p.T("calendar.import")), Action: "/admin/calendar/import", Back: ui.Link{Label: p.T("calendar.back"), Href: "/admin/calendar"},
		Links: []ui.Link{{Label: p.T("calendar.template"), Href: "/admin/calendar/template.xlsx"}, {Label: p.T("calendar.export"), Href: "/admin/calendar/export.csv"}}}
	v.Head = ui.HeadView{Crumbs: []ui.Link{{Label: p.T("calendar.title"), Href: "/admin/calendar"}, {Label: v.Page.Title}}, Title: v.Page.Title, Lead: p.T("calendar.import.lead")}
	v.Columns = []intake.Column{{Titles: "日期 · date", Required: true, Text: p.T("calendar.column.date")}, {Titles: "上班 · working", Required: true, Text: p.T("calendar.column.working")},
		{Titles: "名称 · name", Text: p.T("calendar.column.name")}}
	return v
}

func (h *Pages) importForm(w http.ResponseWriter, r *http.Request) error {
	return h.Intake.Show(w, r, h.intakeView(w, r))
}

func (h *Pages) importFile(w http.ResponseWriter, r *http.Request) error {
	p := i18n.From(r.Context())
	list := intake.List{Kind: "calendar", Columns: calendar.Columns(), Run: func(ctx context.Context, t *sheet.Table, dry, skip bool) (intake.Outcome, error) {
		out, err := h.Service.Import(ctx, t, calendar.Options{DryRun: dry, SkipBad: skip})
		o := intake.Outcome{New: out.New, Changed: out.Changed, Same: out.Same, Bad: out.Bad}
		for _, y := range out.Incomplete {
			o.Notes = append(o.Notes, p.T("calendar.incomplete", "year", strconv.Itoa(y)))
		}
		return o, err
	}}
	return h.Intake.Post(w, r, list, h.intakeView(w, r), func(intake.Outcome, url.Values) error {
		web.Flash(w, r, "calendar.kept")
		return web.Redirect(w, r, "/admin/calendar")
	})
}

func (h *Pages) template(w http.ResponseWriter, r *http.Request) error {
	p := i18n.From(r.Context())
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", `attachment; filename="calendar.xlsx"`)
	out := sheet.NewXLSX(w, p.T("calendar.sheet"))
	year := clock.Today(h.Clock).Year + 1
	return errors.Join(out.Header(sheet.Head{Name: "date", Title: "日期", Width: 14}, sheet.Head{Name: "working", Title: "上班", Width: 10}, sheet.Head{Name: "name", Title: "名称", Width: 20}),
		out.Row(clock.Of(year, 1, 1), "放假", "元旦"), out.Close())
}

func (h *Pages) export(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="calendar.csv"`)
	out := sheet.NewCSV(w, true)
	return errors.Join(h.Service.Export(r.Context(), out), out.Close())
}
