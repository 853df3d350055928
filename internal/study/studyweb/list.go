package studyweb

import (
	"net/http"
	"strconv"

	"xieshang/internal/directory"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	"xieshang/internal/study"
)

type listView struct {
	Page    ui.PageView
	Head    ui.HeadView
	New     bool
	Own     []ownView
	OwnNone ui.EmptyView
	Filters ui.FiltersView
	Year    ui.ChoiceView
	Kind    ui.ChoiceView
	Table   ui.TableView
	None    string
	All     bool // the list of the committee is shown
}

type ownView struct {
	ui.ItemView
}

// list shows what the reader is to study first, then the topics that they run or may see.
func (h *Pages) list(w http.ResponseWriter, r *http.Request) error {
	p, ctx := text(r), r.Context()
	snap, err := h.Directory.Snapshot(ctx)
	if err != nil {
		return err
	}
	v := listView{Page: h.frame(w, r, p.T("study.title"))}
	v.Head = ui.HeadView{Title: p.T("study.title"), Lead: p.T("study.lead")}
	own, err := h.Service.Mine(ctx)
	if err != nil {
		return err
	}
	for _, o := range own {
		v.Own = append(v.Own, ownView{item(p, snap, o)})
	}
	v.OwnNone = ui.EmptyView{Icon: "check-circle", Title: p.T("study.own.none"), Text: p.T("study.own.none.text")}
	run, err := h.runnable(ctx, snap)
	if err != nil {
		return err
	}
	v.New = len(run) > 0
	q := r.URL.Query()
	this := h.today().Year
	year, err := strconv.Atoi(q.Get("year"))
	if err != nil || year < 2000 || year > this+1 {
		year = this
	}
	kind := study.Kind(q.Get("kind"))
	if !kind.Valid() {
		kind = ""
	}
	topics, err := h.Service.Topics(ctx, study.Query{Year: year, Kind: kind})
	if err != nil {
		return err
	}
	v.All = v.New || len(topics) > len(own) || q.Get("year") != "" || q.Get("kind") != ""
	if !v.All {
		return web.Render(w, r, http.StatusOK, listPage(v))
	}
	v.Filters = ui.FiltersView{Action: "/study", Open: true, Clear: "/study"}
	v.Year = ui.ChoiceView{FieldView: ui.FieldView{Name: "year", Label: p.T("study.year"), Bare: true}}
	for y := this + 1; y >= this-5; y-- {
		v.Year.Options = append(v.Year.Options, ui.Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y), Selected: y == year})
	}
	v.Kind = ui.ChoiceView{FieldView: ui.FieldView{Name: "kind", Label: p.T("study.kind"), Bare: true}, Empty: p.T("study.any"), Options: h.kinds(p, string(kind))}
	v.Table = ui.TableView{Caption: p.T("study.topics"), Stack: true, Columns: []ui.Column{{Label: p.T("study.topic")}, {Label: p.T("study.kind")}, {Label: p.T("study.by")}, {Label: p.T("study.days")}, {Label: p.T("study.covered"), Numeric: true}, {Label: p.T("study.state")}}}
	for _, t := range topics {
		share, seen, err := h.Service.Share(ctx, t)
		if err != nil {
			return err
		}
		cover := ui.Cell{Text: "—"}
		if seen {
			cover = ui.Cell{Text: p.T("study.of", "n", share.Covered(), "all", share.People), Sub: percent(share)}
		}
		v.Table.Rows = append(v.Table.Rows, ui.Row{Cells: []ui.Cell{{Text: t.Title, Href: "/study/" + t.ID.String()}, {Text: p.T("study.kind." + string(t.Kind))}, {Text: p.Name(snap.OrganisationName(t.Organisation))}, {Text: span(p, t)}, cover,
			{Content: ui.Badge(stateBadge(p, t))}}})
	}
	v.None = p.T("study.none")
	return web.Render(w, r, http.StatusOK, listPage(v))
}

// item is a topic in a list of somebody's own.
func item(p *i18n.Printer, snap *directory.Snapshot, o study.Own) ui.ItemView {
	v := ui.ItemView{Href: "/study/" + o.Topic.ID.String(), Title: ui.Plain(o.Topic.Title), Badges: []ui.BadgeView{badge(p, o.Standing)}}
	v.Meta = []ui.MetaView{{Icon: "clock", Text: p.T("study.until", "day", day(p, o.Topic.To))}, {Icon: "building", Text: p.Name(snap.OrganisationName(o.Topic.Organisation))}}
	if o.Next != nil {
		v.Text = ui.Plain(p.T("study.next", "at", p.DateTime(o.Next.Starts), "title", o.Next.Title))
	} else if o.Standing == study.Missing {
		v.Text = ui.Plain(p.T("study.catch-up"))
	}
	return v
}
