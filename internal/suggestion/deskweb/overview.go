package deskweb

import (
	"net/http"
	"slices"

	"xieshang/internal/platform/ui"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"
	"xieshang/internal/suggestion/suggestionview"

	"github.com/google/uuid"
)

// overviewDays is how far back a leader's overview looks.
const overviewDays = 30

// overview is a leader's: what people raise, what is late and with whom, what was answered.
func (h *Pages) overview(r *http.Request, words suggestionview.Words) (section, error) {
	p := words.P
	s := section{Title: p.T("desk.group.leader")}
	from := words.Today.AddDays(-overviewDays)
	fig, err := h.Service.Figures(r.Context(), suggestion.Filter{Scope: suggestion.StaffScope, From: from})
	if err != nil {
		return s, err
	}
	all, err := h.Service.Figures(r.Context(), suggestion.Filter{Scope: suggestion.StaffScope})
	if err != nil {
		return s, err
	}
	since := "from=" + from.String()
	s.Tiles = []ui.TileView{{Label: p.T("desk.leader.raised"), Value: p.Int(fig.Total.Raised), Note: p.N("desk.leader.days", overviewDays), Href: "/desk/list?" + since},
		{Label: p.T("figures.replied"), Value: p.Int(fig.Total.Replied), Note: p.N("desk.leader.days", overviewDays), Href: "/desk/list?state=replied&" + since},
		{Label: p.T("figures.overdue"), Value: p.Int(all.Total.Overdue), Href: "/desk/list?queue=late", Icon: "late"}}
	if all.Total.Overdue > 0 {
		s.Tiles[2].Tone = ui.Late
	}
	if share, ok := all.Total.SatisfiedShare(); ok {
		s.Tiles = append(s.Tiles, ui.TileView{Label: p.T("figures.satisfied"), Value: p.Percent(share), Href: "/desk/figures"})
	}
	group := func(title, column string, groups []suggestion.Group, count func(suggestion.Counts) int, row func(uuid.UUID) (string, string), more ui.Link) {
		groups = slices.DeleteFunc(slices.Clone(groups), func(g suggestion.Group) bool { return count(g.Counts) == 0 || g.ID() == uuid.Nil })
		slices.SortStableFunc(groups, func(a, b suggestion.Group) int { return count(b.Counts) - count(a.Counts) })
		t := ui.TableView{Caption: p.T(title), Columns: []ui.Column{{Label: p.T(column)}, {Label: p.T("desk.count"), Numeric: true}}}
		for _, g := range groups[:min(5, len(groups))] {
			name, to := row(g.ID())
			t.Rows = append(t.Rows, ui.Row{ID: g.Key, Cells: []ui.Cell{{Text: name, Href: to}, {Text: p.Int(count(g.Counts))}}})
		}
		if len(t.Rows) > 0 {
			s.Cards = append(s.Cards, deskCard{ui.CardView{Title: p.T(title), More: more}, t})
		}
	}
	group("desk.leader.fields", "suggestion.input.field", fig.ByField, func(c suggestion.Counts) int { return c.Raised },
		func(u uuid.UUID) (string, string) {
			return words.Field(u), "/desk/list?" + since + "&field=" + u.String()
		}, ui.Link{Label: p.T("figures.title.desk"), Href: "/desk/figures"})
	group("desk.leader.late", "suggestion.input.department", all.ByDepartment, func(c suggestion.Counts) int { return c.Overdue },
		func(u uuid.UUID) (string, string) {
			return words.Org(u), "/desk/list?queue=late&department=" + u.String()
		}, ui.Link{Label: p.T("desk.silent"), Href: "/desk/silent"})
	decided, err := h.Service.List(r.Context(), suggestion.Filter{Scope: suggestion.StaffScope, States: []wf.State{suggestion.Replied, suggestion.Closed}, Limit: 5})
	if err == nil && len(decided.Items) > 0 {
		s.Cards = append(s.Cards, deskCard{ui.CardView{Title: p.T("desk.leader.decided"), More: ui.Link{Label: p.T("desk.see-all"), Href: "/desk/list?state=replied"}}, h.table(words, decided.Items, suggestion.StaffScope)})
	}
	return s, err
}
