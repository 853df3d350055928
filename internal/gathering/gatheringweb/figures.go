package gatheringweb

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"xieshang/internal/directory"
	"xieshang/internal/gathering"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/sheet"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

type figuresView struct {
	Page      ui.PageView
	Head      ui.HeadView
	Filters   ui.FiltersView
	Committee ui.ChoiceView
	Holder    ui.ChoiceView
	Kind      ui.ChoiceView
	From, To  ui.FieldView
	Tiles     []ui.TileView
	Months    ui.ChartView
	Tables    []ui.TableView
	None      string
	Unnamed   string
	XLSX, CSV string
}

// asked is what the address asks for.
type asked struct {
	gathering.FiguresQuery
	committees []*directory.Organisation // that may be chosen
	values     url.Values
}

// ask reads the address; without one it is the reader's own committee since the beginning of the year.
func (h *Pages) ask(r *http.Request, snap *directory.Snapshot) (asked, error) {
	ctx, q := r.Context(), r.URL.Query()
	out := asked{values: url.Values{}}
	a := authz.From(ctx)
	add := func(o *directory.Organisation) {
		if o != nil && !slices.Contains(out.committees, o) {
			out.committees = append(out.committees, o)
		}
	}
	for _, u := range a.Places(authz.Organiser, authz.Leader) {
		for _, o := range snap.CommitteesWithin(u) {
			add(o)
		}
	}
	if a.IsAdmin() {
		for _, o := range snap.Committees() {
			add(o)
		}
	}
	led, err := h.Service.Led(ctx)
	if err != nil {
		return out, err
	}
	for _, u := range led {
		add(snap.CommitteeFor(u))
	}
	if len(out.committees) == 0 {
		return out, problem.New(problem.Forbidden, "problem.forbidden")
	}
	out.Committee, out.Organisation, out.Kind = id(q.Get("committee")), id(q.Get("holder")), q.Get("kind")
	if out.Committee == uuid.Nil {
		out.Committee = out.committees[0].ID
	}
	if k := snap.CommitteeFor(out.Organisation); k == nil || k.ID != out.Committee {
		out.Organisation = uuid.Nil // of the committee that was chosen before
	}
	today := clock.Today(h.Clock)
	if out.From, err = clock.ParseDate(q.Get("from")); err != nil {
		out.From = clock.Of(today.Year, 1, 1)
	}
	if out.To, err = clock.ParseDate(q.Get("to")); err != nil {
		out.To = today
	}
	for name, v := range map[string]string{"committee": out.Committee.String(), "kind": out.Kind, "from": out.From.String(), "to": out.To.String()} {
		if v != "" {
			out.values.Set(name, v)
		}
	}
	if out.Organisation != uuid.Nil {
		out.values.Set("holder", out.Organisation.String())
	}
	return out, nil
}

func (h *Pages) figures(w http.ResponseWriter, r *http.Request) error {
	p, ctx := text(r), r.Context()
	snap, err := h.Directory.Snapshot(ctx)
	if err != nil {
		return err
	}
	at, err := h.ask(r, snap)
	if err != nil {
		return err
	}
	fig, err := h.Service.Figures(ctx, at.FiguresQuery)
	if err != nil {
		return err
	}
	v := figuresView{Page: h.frame(w, r, p.T("gatheringweb.figures")), XLSX: "/gatherings/figures.xlsx?" + at.values.Encode(), CSV: "/gatherings/figures.csv?" + at.values.Encode()}
	v.Head = ui.HeadView{Crumbs: []ui.Link{{Label: p.T("gatheringweb.title"), Href: "/gatherings"}, {Label: p.T("gatheringweb.figures")}}, Title: p.T("gatheringweb.figures"), Lead: p.T("gatheringweb.figures.lead")}
	v.Filters = ui.FiltersView{Action: "/gatherings/figures", Open: true, Clear: "/gatherings/figures"}
	bare := func(name, value string) ui.FieldView {
		return ui.FieldView{Name: name, Label: p.T("gatheringweb.filter." + name), Value: value, Bare: true}
	}
	v.Committee = ui.ChoiceView{FieldView: bare("committee", "")}
	for _, o := range at.committees {
		v.Committee.Options = append(v.Committee.Options, ui.Option{Value: o.ID.String(), Label: p.Name(o.Name), Selected: o.ID == at.Committee})
	}
	var below []*directory.Organisation
	for _, o := range snap.Organisations() {
		if k := snap.CommitteeFor(o.ID); k != nil && k.ID == at.Committee && holds(o.Kind) {
			below = append(below, o)
		}
	}
	v.Holder = ui.ChoiceView{FieldView: bare("holder", ""), Empty: p.T("gatheringweb.any"), Options: options(p, below, []string{at.Organisation.String()})}
	kinds, err := h.Service.Kinds(ctx, at.Committee)
	if err != nil {
		return err
	}
	v.Kind = ui.ChoiceView{FieldView: bare("kind", ""), Empty: p.T("gatheringweb.any")}
	for _, k := range kinds {
		v.Kind.Options = append(v.Kind.Options, ui.Option{Value: k.Key, Label: p.Name(k.Name), Selected: k.Key == at.Kind})
	}
	v.From, v.To = bare("from", at.From.String()), bare("to", at.To.String())
	v.From.Type, v.To.Type = "date", "date"
	t := fig.Total
	v.Tiles = []ui.TileView{{Label: p.T("gatheringweb.count.gatherings"), Value: p.Int(t.Gatherings)}, {Label: p.T("gatheringweb.count.invitations"), Value: p.Int(t.Invited)}, {Label: p.T("gatheringweb.count.share"), Value: share(p, t), Tone: ui.OK}, {Label: p.T("gatheringweb.count.absent"), Value: p.Int(t.Absent)}}
	v.Months = months(p, fig.ByMonth)
	kind := h.kindName(ctx, p)
	v.Tables = append(v.Tables, table(p, "organisation", fig.ByOrganisation, func(a gathering.Attended) string { return p.Name(snap.OrganisationName(id(a.Key))) }),
		table(p, "kind", fig.ByKind, func(a gathering.Attended) string { return kind(at.Committee, a.Key) }))
	if fig.Named {
		v.Tables = append(v.Tables, table(p, "person", fig.People[:min(len(fig.People), 500)], func(a gathering.Attended) string { return a.Name }))
	} else {
		v.Unnamed = p.T("gatheringweb.figures.unnamed")
	}
	v.None = p.T("gatheringweb.figures.none")
	if t.Gatherings == 0 {
		v.Tables = nil
	}
	return web.Render(w, r, http.StatusOK, figuresTempl(v))
}

func share(p *i18n.Printer, a gathering.Attended) string {
	if s, ok := a.Share(); ok {
		return p.Percent(s)
	}
	return "—"
}

func months(p *i18n.Printer, list []gathering.Attended) ui.ChartView {
	v := ui.ChartView{ID: "months", Title: p.T("gatheringweb.figures.months"), Kind: "line", Unit: "%", Head: p.T("gatheringweb.head.month"), Height: "s"}
	s := ui.Series{Name: p.T("gatheringweb.count.share")}
	for _, m := range list {
		x, _ := m.Share()
		v.Labels, s.Values = append(v.Labels, m.Key), append(s.Values, float64(int(x*1000+.5))/10)
	}
	v.Series = []ui.Series{s}
	return v
}

var countColumns = []string{"gatherings", "invited", "there", "late", "on-leave", "absent", "made-up", "unknown"}

func numbers(a gathering.Attended) []int {
	return []int{a.Gatherings, a.Invited, a.There, a.Late, a.OnLeave, a.Absent, a.MadeUp, a.Unknown}
}

func table(p *i18n.Printer, group string, list []gathering.Attended, name func(gathering.Attended) string) ui.TableView {
	v := ui.TableView{ID: "by-" + group, Caption: p.T("gatheringweb.by." + group), Shown: true, Stack: true, Columns: []ui.Column{{Label: p.T("gatheringweb.head." + group)}}}
	for _, c := range countColumns {
		v.Columns = append(v.Columns, ui.Column{Label: p.T("gatheringweb.count." + c), Numeric: true})
	}
	v.Columns = append(v.Columns, ui.Column{Label: p.T("gatheringweb.count.share"), Numeric: true})
	list = slices.Clone(list)
	if group != "person" {
		slices.SortStableFunc(list, func(a, b gathering.Attended) int { return cmp.Compare(b.Gatherings, a.Gatherings) })
	}
	for _, a := range list {
		row := ui.Row{Cells: []ui.Cell{{Text: name(a)}}}
		for _, n := range numbers(a) {
			row.Cells = append(row.Cells, ui.Cell{Text: p.Int(n)})
		}
		row.Cells = append(row.Cells, ui.Cell{Text: share(p, a)})
		v.Rows = append(v.Rows, row)
	}
	return v
}

// export gives every group in one table: by organisation, kind, month and, where names are shown, person.
func (h *Pages) export(format string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, ctx := text(r), r.Context()
		snap, err := h.Directory.Snapshot(ctx)
		if err != nil {
			return err
		}
		at, err := h.ask(r, snap)
		if err != nil {
			return err
		}
		fig, err := h.Service.Figures(ctx, at.FiguresQuery)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Disposition", `attachment; filename="attendance-`+at.From.String()+`-`+at.To.String()+`.`+format+`"`)
		var out *sheet.Writer
		if format == "csv" {
			w.Header().Set("Content-Type", "text/csv; charset=utf-8")
			out = sheet.NewCSV(w, true)
		} else {
			w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
			out = sheet.NewXLSX(w, p.T("gatheringweb.figures"))
		}
		return h.write(ctx, p, snap, at, fig, out)
	}
}

func (h *Pages) write(ctx context.Context, p *i18n.Printer, snap *directory.Snapshot, at asked, fig *gathering.Figures, out *sheet.Writer) error {
	heads := []sheet.Head{{Name: "group", Title: p.T("gatheringweb.head.group"), Width: 14}, {Name: "name", Title: p.T("gatheringweb.head.name"), Width: 36}}
	for _, c := range append(slices.Clone(countColumns), "share") {
		heads = append(heads, sheet.Head{Name: c, Title: p.T("gatheringweb.count." + c), Width: 12})
	}
	errs := []error{out.Header(heads...)}
	kind := h.kindName(ctx, p)
	add := func(group string, list []gathering.Attended, name func(gathering.Attended) string) {
		for _, a := range list {
			cells := []any{p.T("gatheringweb.head." + group), name(a)}
			for _, n := range numbers(a) {
				cells = append(cells, n)
			}
			if s, ok := a.Share(); ok {
				cells = append(cells, float64(int(s*1000+.5))/1000)
			} else {
				cells = append(cells, "")
			}
			errs = append(errs, out.Row(cells...))
		}
	}
	add("organisation", fig.ByOrganisation, func(a gathering.Attended) string { return p.Name(snap.OrganisationName(id(a.Key))) })
	add("kind", fig.ByKind, func(a gathering.Attended) string { return kind(at.Committee, a.Key) })
	add("month", fig.ByMonth, func(a gathering.Attended) string { return a.Key })
	add("person", fig.People, func(a gathering.Attended) string { return a.Name })
	return errors.Join(append(errs, out.Close())...)
}
