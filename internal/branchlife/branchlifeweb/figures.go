package branchlifeweb

import (
	"net/http"
	"strconv"

	"xieshang/internal/branchlife"
	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
)

type figuresView struct {
	Page   ui.PageView
	Head   ui.HeadView
	Years  []ui.ChipView
	Tiles  []ui.TileView
	By     ui.TableView // committees
	Types  ui.TableView // what they gathered for
	Single ui.TableView // the organisations of one committee
	Note   string
	Pager  ui.PagerView
}

// figures counts a year by committee and, within one whose organisations may be read, one by one.
func (h *Pages) figures(w http.ResponseWriter, r *http.Request) error {
	p := text(r)
	year := h.yearOf(r)
	list, err := h.Service.Figures(r.Context(), year)
	if err != nil {
		return err
	}
	v := figuresView{Page: h.frame(w, r, p.T("branchlifeweb.figures")), Note: p.T("branchlifeweb.figures.note")}
	v.Head = ui.HeadView{Crumbs: []ui.Link{home(p), {Label: v.Page.Title}}, Title: v.Page.Title, Lead: p.T("branchlifeweb.figures.lead")}
	v.Years = years(p, "/branch-life/figures", year, clock.Today(h.Clock).Year)
	chosen := parsed(r.URL.Query().Get("committee"))
	var sum branchlife.Tally
	by := map[branchlife.Counts]branchlife.Tally{}
	v.By = table(p, p.T("branchlifeweb.by-committee"), p.T("branchlifeweb.field.committee"))
	var shown *directory.Organisation
	for _, k := range list {
		sum = plus(sum, k.Tally)
		for c, t := range k.By {
			by[c] = plus(by[c], t)
		}
		cell := ui.Cell{Text: p.Name(k.Committee.Name)}
		if k.Names {
			cell.Href = "/branch-life/figures?year=" + strconv.Itoa(year) + "&committee=" + k.Committee.ID.String()
			if k.Committee.ID == chosen || chosen == parsed("") && shown == nil {
				shown = k.Committee
			}
		}
		v.By.Rows = append(v.By.Rows, ui.Row{Cells: append([]ui.Cell{cell}, cells(p, k.Tally, true)...)})
	}
	v.Tiles = []ui.TileView{{Label: p.T("branchlifeweb.kept"), Value: kept(p, sum), Icon: "chart"}, {Label: p.T("branchlife.state.done"), Value: p.Int(sum.Done), Icon: "check", Tone: ui.OK},
		{Label: p.T("branchlife.state.due"), Value: p.Int(sum.Due), Icon: "ring"}, {Label: p.T("branchlife.state.missed"), Value: p.Int(sum.Missed), Icon: "cross"}}
	if sum.Missed > 0 {
		v.Tiles[3].Tone = ui.Late
	}
	v.Types = table(p, p.T("branchlifeweb.by-counts"), p.T("branchlifeweb.field.counts"))
	v.Types.Columns = append(v.Types.Columns[:1], v.Types.Columns[2:]...)
	for _, c := range branchlife.AllCounts() {
		if t, ok := by[c]; ok {
			v.Types.Rows = append(v.Types.Rows, ui.Row{Cells: append([]ui.Cell{{Text: p.T("branchlife.counts." + string(c))}}, cells(p, t, false)...)})
		}
	}
	if shown == nil {
		return web.Render(w, r, http.StatusOK, figuresPage(v))
	}
	lives, err := h.Service.OfCommittee(r.Context(), shown.ID, year)
	if err != nil {
		return err
	}
	v.Single = table(p, p.T("branchlifeweb.single", "committee", p.Name(shown.Name)), p.T("branchlifeweb.field.organisation"))
	v.Single.Columns = append(v.Single.Columns[:1], v.Single.Columns[2:]...)
	for _, l := range lives {
		v.Single.Rows = append(v.Single.Rows, ui.Row{Cells: append([]ui.Cell{{Text: p.Name(l.Organisation.Name), Sub: kindWord(p, l.Organisation.Kind), Href: "/branch-life/" + l.Organisation.ID.String() + "?year=" + strconv.Itoa(year)}},
			cells(p, tallyOf(l), false)...)})
	}
	return web.Render(w, r, http.StatusOK, figuresPage(v))
}

func tallyOf(l *branchlife.Life) branchlife.Tally {
	return branchlife.Tally{Done: len(l.Pick(branchlife.Done)), Due: len(l.Pick(branchlife.Due)), Missed: len(l.Pick(branchlife.Missed))}
}

func plus(a, b branchlife.Tally) branchlife.Tally {
	return branchlife.Tally{Organisations: a.Organisations + b.Organisations, Done: a.Done + b.Done, Provisional: a.Provisional + b.Provisional, Due: a.Due + b.Due, Missed: a.Missed + b.Missed}
}

func kept(p *i18n.Printer, t branchlife.Tally) string {
	share, ok := t.Kept()
	if !ok {
		return "—"
	}
	return p.Percent(share)
}

func table(p *i18n.Printer, caption, first string) ui.TableView {
	return ui.TableView{Caption: caption, Stack: true, Columns: []ui.Column{{Label: first}, {Label: p.T("branchlifeweb.organisations"), Numeric: true}, {Label: p.T("branchlife.state.done"), Numeric: true},
		{Label: p.T("branchlife.state.due"), Numeric: true}, {Label: p.T("branchlife.state.missed"), Numeric: true}, {Label: p.T("branchlifeweb.kept"), Numeric: true}}}
}

func cells(p *i18n.Printer, t branchlife.Tally, organisations bool) []ui.Cell {
	out := []ui.Cell{{Text: p.Int(t.Done)}, {Text: p.Int(t.Due)}, {Text: p.Int(t.Missed)}, {Text: kept(p, t)}}
	if organisations {
		out = append([]ui.Cell{{Text: p.Int(t.Organisations)}}, out...)
	}
	return out
}
