package figuresweb

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	"xieshang/internal/suggestion"
	"xieshang/internal/suggestion/suggestionview"

	"github.com/google/uuid"
)

// view is exactly what the page shows.
type view struct {
	Page    ui.PageView
	Head    ui.HeadView
	Filters ui.FiltersView
	Refused []ui.ErrorView
	Fields  []ui.ChoiceView
	From    ui.FieldView
	To      ui.FieldView
	Tiles   []ui.TileView
	Charts  []ui.ChartView
	Silent  ui.TableView
	Notes   []string
}

func (h *Pages) show(scope suggestion.Scope) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		snap, f, fig, err := h.read(r, scope)
		status := http.StatusOK
		fields := web.FieldErrors(r, err)
		if err != nil {
			if fields == nil {
				return err
			}
			status, fig = http.StatusUnprocessableEntity, &suggestion.Figures{}
		}
		p := i18n.From(r.Context())
		v := view{}
		if scope == suggestion.PublicScope {
			v.Page = h.frame.Public(w, r, p.T("figures.title"))
			v.Page.Wide = true
		} else {
			v.Page = h.frame.Staff(w, r, p.T("figures.title.desk"))
		}
		v.Head = ui.HeadView{Title: v.Page.Title, Lead: p.T("figures.lead." + scopeName(scope))}
		b := builder{p: p, snap: snap, f: f, q: r.URL.Query(), path: r.URL.Path}
		b.filters(&v, fields)
		if status == http.StatusOK {
			b.tiles(&v, fig.Total, scope)
			b.charts(&v, fig)
			b.silent(&v, fig)
			v.Notes = []string{p.T("figures.note.days"), p.T("figures.note.rating"), p.T("figures.note.scope." + scopeName(scope)), p.T("figures.note.at", "at", p.DateTime(fig.At))}
		}
		return web.Render(w, r, status, figuresPage(v))
	}
}

func scopeName(s suggestion.Scope) string {
	if s == suggestion.PublicScope {
		return "public"
	}
	return "staff"
}

type builder struct {
	p    *i18n.Printer
	snap *directory.Snapshot
	f    suggestion.Filter
	q    url.Values
	path string
}

// filters builds the form; departments are offered for the chosen committee only, counties for the chosen prefecture only.
func (b builder) filters(v *view, errs map[string]string) {
	choice := func(name, label string, options []ui.Option) {
		all := append([]ui.Option{{Label: b.p.T("figures.all")}}, options...)
		for i := range all {
			all[i].Selected = all[i].Value == b.q.Get(name)
		}
		v.Fields = append(v.Fields, ui.ChoiceView{FieldView: ui.FieldView{Name: name, Label: label, Bare: true, Error: errs[name]}, Options: all})
		if u, err := uuid.Parse(b.q.Get(name)); err == nil {
			if text := b.name(name, u); text != "" {
				v.Filters.Active = append(v.Filters.Active, ui.ChipView{Label: text, Href: b.without(name)})
			}
		}
	}
	var committees, divisions, fields, departments []ui.Option
	for _, k := range b.snap.Committees() {
		if k.Level != directory.County || k.ID == b.f.Committee {
			committees = append(committees, ui.Option{Value: k.ID.String(), Label: b.p.Name(k.Name)})
		}
	}
	for _, top := range b.snap.Divisions(uuid.Nil) {
		for _, city := range b.snap.Divisions(top.ID) {
			divisions = append(divisions, ui.Option{Value: city.ID.String(), Label: b.p.Name(city.Name)})
			if b.f.Division == city.ID || slices.ContainsFunc(b.snap.Divisions(city.ID), func(d *directory.Division) bool { return d.ID == b.f.Division }) {
				for _, d := range b.snap.Divisions(city.ID) {
					divisions = append(divisions, ui.Option{Value: d.ID.String(), Label: "　" + b.p.Name(d.Name)})
				}
			}
		}
	}
	for _, fd := range b.snap.Fields(uuid.Nil) {
		fields = append(fields, ui.Option{Value: fd.ID.String(), Label: b.p.Name(fd.Name)})
	}
	choice("committee", b.p.T("suggestion.input.committee"), committees)
	choice("division", b.p.T("suggestion.input.division"), divisions)
	choice("field", b.p.T("suggestion.input.field"), fields)
	if k := b.snap.Organisation(b.f.Committee); k != nil {
		for _, d := range b.snap.Departments(k.Division) {
			departments = append(departments, ui.Option{Value: d.ID.String(), Label: b.p.Name(d.Name)})
		}
	}
	if len(departments) > 0 || b.f.Department != uuid.Nil {
		choice("department", b.p.T("suggestion.input.department"), departments)
	}
	v.From = ui.FieldView{Name: "from", Label: b.p.T("figures.from"), Value: b.q.Get("from"), Bare: true, Error: errs["from"]}
	v.To = ui.FieldView{Name: "to", Label: b.p.T("figures.to"), Value: b.q.Get("to"), Bare: true, Error: errs["to"]}
	for _, name := range []string{"committee", "division", "field", "department", "from", "to"} {
		if errs[name] != "" {
			v.Refused = append(v.Refused, ui.ErrorView{Field: name, Text: errs[name]})
		}
	}
	for _, name := range []string{"from", "to"} {
		if x := b.q.Get(name); x != "" && errs[name] == "" {
			v.Filters.Active = append(v.Filters.Active, ui.ChipView{Label: b.p.T("figures."+name) + " " + x, Href: b.without(name)})
		}
	}
	v.Filters.Action, v.Filters.Clear, v.Filters.Open = b.path, b.path, len(errs) > 0
}

func (b builder) name(kind string, u uuid.UUID) string {
	switch kind {
	case "division":
		if d := b.snap.Division(u); d != nil {
			return b.p.Name(d.Name)
		}
	case "field":
		if f := b.snap.Field(u); f != nil {
			return b.p.Name(f.Name)
		}
	case "department":
		return suggestionview.OrgAt(b.p, b.snap, u)
	default:
		return b.p.Name(b.snap.OrganisationName(u))
	}
	return ""
}

func (b builder) without(name string) string { return b.with(name, "") }

func (b builder) with(name, value string) string {
	q := url.Values{}
	for k, v := range b.q {
		if k != name && len(v) > 0 && v[0] != "" {
			q.Set(k, v[0])
		}
	}
	if value != "" {
		q.Set(name, value)
	}
	if len(q) == 0 {
		return b.path
	}
	return b.path + "?" + q.Encode()
}

func (b builder) days(d float64) string {
	return b.p.T("figures.days", "n", strconv.FormatFloat(d, 'f', 1, 64))
}

func (b builder) tiles(v *view, c suggestion.Counts, scope suggestion.Scope) {
	p := b.p
	list := "/suggestions"
	if scope != suggestion.PublicScope {
		list = "/desk/list"
	}
	v.Tiles = []ui.TileView{
		{Label: p.T("figures.raised"), Value: p.Int(c.Raised), Note: p.T("figures.raised.note", "suggestions", c.Suggestions, "messages", c.Messages), Href: list},
		{Label: p.T("figures.dispatched"), Value: p.Int(c.Dispatched)},
		{Label: p.T("figures.replied"), Value: p.Int(c.Replied)},
		{Label: p.T("figures.closed"), Value: p.Int(c.Closed)},
		{Label: p.T("figures.overdue"), Value: p.Int(c.Overdue), Tone: late(c.Overdue)},
	}
	if c.Timed > 0 {
		v.Tiles = append(v.Tiles, ui.TileView{Label: p.T("figures.median"), Value: b.days(c.MedianDays), Note: p.T("figures.p90.note", "days", b.days(c.P90Days), "n", c.Timed)})
	}
	if share, ok := c.SatisfiedShare(); ok {
		v.Tiles = append(v.Tiles, ui.TileView{Label: p.T("figures.satisfied"), Value: p.Percent(share), Note: p.T("figures.satisfied.note", "rated", c.Satisfied+c.Basically+c.NotSat, "silent", c.NotRated)})
	}
	if c.Promises > 0 {
		v.Tiles = append(v.Tiles, ui.TileView{Label: p.T("figures.promises"), Value: p.Int(c.Promises), Note: p.T("figures.promises.note", "late", c.LatePromise), Tone: late(c.LatePromise)})
	}
}

func late(n int) ui.Tone {
	if n > 0 {
		return ui.Late
	}
	return ""
}

func (b builder) charts(v *view, f *suggestion.Figures) {
	p := b.p
	month := func(g suggestion.Group) string { return g.Key }
	named := func(kind string) func(suggestion.Group) string {
		return func(g suggestion.Group) string {
			if n := b.name(kind, g.ID()); n != "" {
				return n
			}
			return p.T("figures.unknown")
		}
	}
	b.chart(v, "month", "line", f.ByMonth, month, 36)
	b.chart(v, "department", "bar-h", byRaised(f.ByDepartment), named("department"), 15)
	b.chart(v, "division", "bar-h", byRaised(f.ByDivision), named("division"), 20)
	b.chart(v, "field", "bar-h", byRaised(f.ByField), named("field"), 20)
	b.times(v, "department", byRaised(f.ByDepartment), named("department"))
	v.Charts = append(v.Charts, ui.ChartView{ID: "rating", Title: p.T("figures.chart.rating"), Kind: "pie", Head: p.T("suggestion.input.rating"),
		Labels: []string{p.T("suggestion.rating.satisfied"), p.T("suggestion.rating.basically"), p.T("suggestion.rating.not"), p.T("suggestion.rating.none")},
		Series: []ui.Series{{Name: p.T("figures.matters"), Values: []float64{float64(f.Total.Satisfied), float64(f.Total.Basically), float64(f.Total.NotSat), float64(f.Total.NotRated)}}}})
	for i := range v.Charts {
		v.Charts[i].CSV = b.download(v.Charts[i].ID, "csv")
		v.Charts[i].XLSX = b.download(v.Charts[i].ID, "xlsx")
	}
}

func (b builder) download(id, format string) string {
	x := b
	x.path += "." + format
	return x.with("group", strings.TrimSuffix(id, "-days"))
}

func byRaised(groups []suggestion.Group) []suggestion.Group {
	out := slices.Clone(groups)
	slices.SortStableFunc(out, func(a, b suggestion.Group) int { return b.Raised - a.Raised })
	return out
}

// chart shows raised, replied and closed of each group; the largest ones when there are more than most.
func (b builder) chart(v *view, id, kind string, groups []suggestion.Group, label func(suggestion.Group) string, most int) {
	p := b.p
	c := ui.ChartView{ID: id, Title: p.T("figures.chart." + id), Kind: kind, Head: p.T("figures.head." + id),
		Series: []ui.Series{{Name: p.T("figures.raised")}, {Name: p.T("figures.replied")}, {Name: p.T("figures.closed")}, {Name: p.T("figures.overdue")}}}
	if len(groups) > most {
		c.Note = p.T("figures.largest", "n", most, "all", len(groups))
		if id == "month" {
			groups = groups[len(groups)-most:]
		} else {
			groups = groups[:most]
		}
	}
	if len(groups) == 0 {
		return
	}
	for _, g := range groups {
		c.Labels = append(c.Labels, label(g))
		for i, n := range []int{g.Raised, g.Replied, g.Closed, g.Overdue} {
			c.Series[i].Values = append(c.Series[i].Values, float64(n))
		}
	}
	if len(groups) > 10 {
		c.Height = "l"
	}
	v.Charts = append(v.Charts, c)
}

// times shows how long replies took, median and 90th percentile.
func (b builder) times(v *view, id string, groups []suggestion.Group, label func(suggestion.Group) string) {
	p := b.p
	c := ui.ChartView{ID: id + "-days", Title: p.T("figures.chart.days"), Kind: "bar-h", Unit: p.T("figures.unit.days"), Head: p.T("figures.head." + id),
		Series: []ui.Series{{Name: p.T("figures.median")}, {Name: p.T("figures.p90")}}}
	for _, g := range groups {
		if g.Timed == 0 || len(c.Labels) == 15 {
			continue
		}
		c.Labels = append(c.Labels, label(g))
		for i, d := range []float64{g.MedianDays, g.P90Days} {
			c.Series[i].Values = append(c.Series[i].Values, float64(int(d*10+.5))/10)
		}
	}
	if len(c.Labels) > 0 {
		v.Charts = append(v.Charts, c)
	}
}

// silent lists the departments with the most late matters, so that an office that never answers is seen.
func (b builder) silent(v *view, f *suggestion.Figures) {
	p := b.p
	v.Silent = ui.TableView{Caption: p.T("figures.silent"), Shown: true, Stack: true, Columns: []ui.Column{{Label: p.T("suggestion.input.department")}, {Label: p.T("figures.overdue"), Numeric: true},
		{Label: p.T("figures.dispatched"), Numeric: true}, {Label: p.T("figures.replied"), Numeric: true}}}
	groups := slices.DeleteFunc(slices.Clone(f.ByDepartment), func(g suggestion.Group) bool { return g.Overdue == 0 })
	slices.SortStableFunc(groups, func(a, b suggestion.Group) int { return b.Overdue - a.Overdue })
	for _, g := range groups[:min(len(groups), 20)] {
		v.Silent.Rows = append(v.Silent.Rows, ui.Row{ID: g.Key, Cells: []ui.Cell{{Text: b.name("department", g.ID()), Href: b.with("department", g.Key)}, {Text: p.Int(g.Overdue)},
			{Text: p.Int(g.Dispatched)}, {Text: p.Int(g.Replied)}}})
	}
}
