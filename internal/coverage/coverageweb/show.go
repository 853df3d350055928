package coverageweb

import (
	"math"
	"net/http"
	"slices"

	"xieshang/internal/coverage"
	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

// view is exactly what the page shows.
type view struct {
	Page    ui.PageView
	Head    ui.HeadView
	Refused []ui.ErrorView
	Filters ui.FiltersView
	Day     ui.FieldView
	Sector  ui.ChoiceView
	Own     ui.ChoiceView
	Big     []bigView
	Tiles   []ui.TileView
	Map     *ui.MapView
	Below   ui.TableView
	Tables  []linksView
	Sectors ui.TableView
	Trend   ui.ChartView
	Gaps    *gapsView
	Closed  string // why no names are shown
	Notes   []string
}

// bigView is one of the two large figures.
type bigView struct {
	Title string
	Value string
	Max   int
	Now   int
	Badge ui.BadgeView
	Text  string
}

type linksView struct{ CSV, XLSX string }

func (h *Pages) show(w http.ResponseWriter, r *http.Request) error {
	snap, q, err := h.read(r)
	status, fields := http.StatusOK, web.FieldErrors(r, err)
	if err != nil && fields == nil {
		return err
	}
	b := builder{p: i18n.From(r.Context()), snap: snap, q: q, v: r.URL.Query()}
	var rep *coverage.Report
	if err == nil {
		if rep, err = h.Service.Report(r.Context(), q); err != nil {
			if fields = web.FieldErrors(r, err); fields == nil {
				return err
			}
		}
	}
	if fields != nil {
		status, rep = http.StatusUnprocessableEntity, &coverage.Report{}
	}
	v := view{Page: h.Frame.Staff(w, r, b.p.T("coverage.title"))}
	day := q.Day
	if rep.Committee != uuid.Nil {
		day = rep.Day
	}
	v.Head = ui.HeadView{Title: b.p.T("coverage.title"), Lead: b.name(q.Committee), Crumbs: b.crumbs(r)}
	if !day.IsZero() {
		v.Head.Lead = b.p.T("coverage.lead", "committee", b.name(q.Committee), "day", day)
	}
	b.filters(&v, fields, rep)
	if status == http.StatusOK {
		b.big(&v, rep.Total)
		if err := h.below(r, b, &v, rep); err != nil {
			return err
		}
		b.sectors(&v, rep)
		b.trend(&v, rep)
		if err := h.gaps(r, b, &v); err != nil {
			return err
		}
		v.Notes = []string{b.p.T("coverage.note.count"), b.p.T("coverage.note.trend")}
	}
	return web.Render(w, r, status, coveragePage(v))
}

// crumbs are the committees above as far as the reader may count there.
func (b builder) crumbs(r *http.Request) []ui.Link {
	a := authz.From(r.Context())
	out := []ui.Link{{Label: b.name(b.q.Committee)}}
	for _, k := range b.snap.Committees() {
		if !b.snap.Above(k.ID, b.q.Committee) {
			continue
		}
		may := a.IsAdmin() || slices.ContainsFunc(a.Places(coverage.Readers()...), func(u uuid.UUID) bool { return u == k.ID || b.snap.Above(u, k.ID) })
		if may {
			out = append(out, ui.Link{Label: b.name(k.ID), Href: b.with(here, "committee", k.ID.String(), "own", "")})
		}
	}
	// the highest first
	slices.SortStableFunc(out, func(x, y ui.Link) int {
		if (x.Href == "") != (y.Href == "") {
			if x.Href == "" {
				return 1
			}
			return -1
		}
		return 0
	})
	if len(out) == 1 {
		return nil
	}
	return out
}

func (b builder) filters(v *view, errs map[string]string, rep *coverage.Report) {
	p := b.p
	v.Day = ui.FieldView{Name: "day", Label: p.T("coverage.day"), Value: b.v.Get("day"), Bare: true, Error: errs["day"]}
	v.Sector = ui.ChoiceView{FieldView: ui.FieldView{Name: "sector", Label: p.T("coverage.sector"), Bare: true}, Empty: p.T("coverage.all")}
	named := slices.Clone(rep.Sectors)
	if b.q.Sector != "" && !slices.ContainsFunc(named, func(s coverage.SectorRow) bool { return s.Sector == b.q.Sector }) {
		named = append(named, coverage.SectorRow{Sector: b.q.Sector})
	}
	for _, s := range named {
		if s.Sector != "" {
			v.Sector.Options = append(v.Sector.Options, ui.Option{Value: s.Sector, Label: s.Sector, Selected: s.Sector == b.q.Sector})
		}
	}
	v.Own = ui.ChoiceView{FieldView: ui.FieldView{Name: "own", Label: p.T("coverage.scope"), Bare: true}, Empty: p.T("coverage.scope.whole"),
		Options: []ui.Option{{Value: "1", Label: p.T("coverage.scope.own"), Selected: b.q.Own}}}
	v.Filters = ui.FiltersView{Action: here, Open: len(errs) > 0, Clear: b.with(here, "day", "", "sector", "", "own", "")}
	if c := b.v.Get("committee"); c != "" {
		v.Filters.Hidden = [][2]string{{"committee", c}}
	}
	if !b.q.Day.IsZero() {
		v.Filters.Active = append(v.Filters.Active, ui.ChipView{Label: p.Date(b.q.Day), Href: b.with(here, "day", "")})
	}
	if b.q.Sector != "" {
		v.Filters.Active = append(v.Filters.Active, ui.ChipView{Label: b.q.Sector, Href: b.with(here, "sector", "")})
	}
	if b.q.Own {
		v.Filters.Active = append(v.Filters.Active, ui.ChipView{Label: p.T("coverage.scope.own"), Href: b.with(here, "own", "")})
	}
	for _, f := range []string{"committee", "day"} {
		if errs[f] != "" {
			v.Refused = append(v.Refused, ui.ErrorView{Field: f, Text: errs[f]})
		}
	}
}

func (b builder) big(v *view, f coverage.Figure) {
	p := b.p
	one := func(key string, part, whole int) bigView {
		out := bigView{Title: p.T("coverage." + key), Value: b.percent(part, whole), Max: max(whole, 1), Now: part, Text: p.T("coverage."+key+".text", "whole", whole, "part", part)}
		switch {
		case whole == 0:
			out.Badge = ui.BadgeView{Label: p.T("coverage.badge.nobody"), Tone: ui.Quiet}
		case part == whole:
			out.Badge = ui.BadgeView{Label: p.T("coverage.badge.full"), Tone: ui.OK}
		default:
			out.Badge = ui.BadgeView{Label: p.N("coverage.badge.missing", whole-part), Tone: ui.Warn}
		}
		return out
	}
	v.Big = []bigView{one("organisation", f.Placed, f.CPC), one("work", f.Reached, f.Others)}
	unknown := ui.TileView{Label: p.T("coverage.unknown"), Value: p.Int(f.Unknown), Note: p.T("coverage.unknown.note")}
	if f.Unknown > 0 {
		unknown.Tone = ui.Warn
	}
	v.Tiles = []ui.TileView{{Label: p.T("coverage.members"), Value: p.Int(f.Members)}, {Label: p.T("coverage.cpc"), Value: p.Int(f.CPC)}, {Label: p.T("coverage.others"), Value: p.Int(f.Others)}, unknown}
}

// columns of a table of figures; cells are those of one figure.
func (b builder) columns(first string) []ui.Column {
	p := b.p
	out := []ui.Column{{Label: first}}
	for _, k := range []string{"members", "organisation", "unplaced", "work", "unreached", "unknown"} {
		out = append(out, ui.Column{Label: p.T("coverage.column." + k), Numeric: true})
	}
	return out
}

func (b builder) cells(first ui.Cell, f coverage.Figure) []ui.Cell {
	p := b.p
	return []ui.Cell{first, {Text: p.Int(f.Members)}, {Text: b.percent(f.Placed, f.CPC), Sub: p.T("coverage.of", "part", f.Placed, "whole", f.CPC)}, {Text: p.Int(f.CPC - f.Placed)},
		{Text: b.percent(f.Reached, f.Others), Sub: p.T("coverage.of", "part", f.Reached, "whole", f.Others)}, {Text: p.Int(f.Others - f.Reached)}, {Text: p.Int(f.Unknown)}}
}

// below is the map and the table of the committees below.
func (h *Pages) below(r *http.Request, b builder, v *view, rep *coverage.Report) error {
	if len(rep.Below) == 0 {
		return nil
	}
	named, all, err := h.Service.Named(r.Context())
	if err != nil {
		return err
	}
	p := b.p
	v.Below = ui.TableView{Caption: p.T("coverage.below.table"), Stack: true, Columns: b.columns(p.T("coverage.column.committee"))}
	v.Below.Rows = append(v.Below.Rows, ui.Row{Cells: b.cells(ui.Cell{Text: p.T("coverage.scope.own"), Sub: b.name(rep.Committee), Href: b.with(here, "own", "1")}, rep.Own)})
	var areas []ui.AreaView
	for _, x := range rep.Below {
		sub := ""
		if x.Below > 0 {
			sub = p.N("coverage.with-below", x.Below)
		}
		if all || slices.Contains(named, x.Committee) {
			sub = join(sub, p.T("coverage.named"))
		}
		href := b.with(here, "committee", x.Committee.String())
		v.Below.Rows = append(v.Below.Rows, ui.Row{Cells: b.cells(ui.Cell{Text: b.name(x.Committee), Href: href, Sub: sub}, x.Whole)})
		if d := division(b.snap, x.Committee); d != nil && d.Code != "" && x.Whole.CPC+x.Whole.Others > 0 {
			// Both coverages together colour the map: how many of all who should be reached are.
			share := float64(x.Whole.Placed+x.Whole.Reached) / float64(x.Whole.CPC+x.Whole.Others)
			areas = append(areas, ui.AreaView{Code: d.Code, Name: p.Name(d.Name), Value: math.Round(share*1000) / 10, Text: p.Percent(share), Href: href})
		}
	}
	v.Tables = []linksView{{CSV: b.with(here+".csv", "group", "committee"), XLSX: b.with(here+".xlsx", "group", "committee")}, {CSV: b.with(here+".csv", "group", "sector"), XLSX: b.with(here+".xlsx", "group", "sector")}}
	if d := division(b.snap, rep.Committee); d != nil && d.Level != directory.County && mapped(d.Code) {
		v.Map = &ui.MapView{ID: "where", Label: p.T("coverage.map"), Outlines: d.Code, Height: "l", Areas: areas, Head: p.T("coverage.column.committee"), Unit: "%"}
	}
	return nil
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + " · " + b
}

func division(snap *directory.Snapshot, committee uuid.UUID) *directory.Division {
	if o := snap.Organisation(committee); o != nil {
		return snap.Division(o.Division)
	}
	return nil
}

func (b builder) sectors(v *view, rep *coverage.Report) {
	v.Sectors = ui.TableView{Caption: b.p.T("coverage.by-sector"), Stack: true, Columns: b.columns(b.p.T("coverage.column.sector"))}
	for _, s := range rep.Sectors {
		first := ui.Cell{Text: b.sector(s.Sector)}
		if s.Sector != "" {
			first.Href = b.with(here, "sector", s.Sector)
		}
		v.Sectors.Rows = append(v.Sectors.Rows, ui.Row{Cells: b.cells(first, s.Figure)})
	}
	if len(v.Tables) == 0 {
		v.Tables = []linksView{{}, {CSV: b.with(here+".csv", "group", "sector"), XLSX: b.with(here+".xlsx", "group", "sector")}}
	}
}

func month(d clock.Date) string { return d.String()[:7] }

func (b builder) trend(v *view, rep *coverage.Report) {
	p := b.p
	c := ui.ChartView{ID: "trend", Title: p.T("coverage.trend"), Note: p.T("coverage.trend.note"), Kind: "line", Unit: "%", Head: p.T("coverage.column.month"),
		Series: []ui.Series{{Name: p.T("coverage.organisation")}, {Name: p.T("coverage.work")}}, CSV: b.with(here+".csv", "group", "month"), XLSX: b.with(here+".xlsx", "group", "month")}
	for _, x := range rep.Trend {
		c.Labels = append(c.Labels, month(x.Day))
		for i, n := range [][2]int{{x.Placed, x.CPC}, {x.Reached, x.Others}} {
			value := math.NaN()
			if n[1] > 0 {
				value = math.Round(float64(n[0])*1000/float64(n[1])) / 10
			}
			c.Series[i].Values = append(c.Series[i].Values, value)
			c.Series[i].Texts = append(c.Series[i].Texts, b.percent(n[0], n[1])+" · "+p.T("coverage.of", "part", n[0], "whole", n[1]))
		}
	}
	v.Trend = c
}
