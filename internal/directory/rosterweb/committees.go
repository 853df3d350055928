package rosterweb

import (
	"net/http"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

// committees lists every committee by level with figures.
func (h *Pages) committees(w http.ResponseWriter, r *http.Request) error {
	p, m := text(r), h.moment(r)
	snap, err := h.Service.At(r.Context(), m.Day, m.Known)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	v := view{Page: h.Frame.Staff(w, r, p.T("roster.title")), When: m.bar(p, r), Notices: m.notices(p, 0, 0)}
	v.Head = ui.HeadView{Title: p.T("roster.title"), Lead: p.T("roster.lead")}
	if !m.Now() {
		v.Notices[len(v.Notices)-1].Text = p.T("roster.banner.figures")
	}
	actor := authz.From(r.Context())
	for _, u := range actor.Places(readers()...) {
		if k := snap.Organisation(u); k != nil && k.Kind == directory.Committee {
			v.Buttons = append(v.Buttons, ui.ButtonView{Label: p.T("roster.mine", "name", p.Name(k.Name)), Kind: "primary", Icon: "building", Href: m.link("/directory/committees/" + u.String())})
			break
		}
	}
	if actor.IsAdmin() {
		v.Buttons = append(v.Buttons, ui.ButtonView{Label: p.T("directory.title"), Icon: "settings", Href: "/admin/directory"})
	}
	find := strings.ToLower(strings.TrimSpace(q.Get("q")))
	v.Filters = &filtersView{FiltersView: ui.FiltersView{Action: "/directory", Open: true, Clear: m.link("/directory"), Hidden: m.hidden()},
		Text: ui.FieldView{Name: "q", Type: "search", Label: p.T("directory.find"), Value: q.Get("q"), Bare: true}}
	found := map[directory.Level][]*directory.Organisation{}
	var ids []uuid.UUID
	for _, k := range snap.Committees() {
		if find != "" && !strings.Contains(strings.ToLower(k.Name.ZH+"\n"+k.Name.EN+"\n"+k.Code), find) {
			continue
		}
		found[k.Level] = append(found[k.Level], k)
		ids = append(ids, k.ID)
	}
	figures, err := h.Service.Totals(r.Context(), ids, m.When, directory.MemberPost, directory.StandingMember, directory.NationalMember)
	if err != nil {
		return err
	}
	for _, level := range []directory.Level{directory.Province, directory.City, directory.County} {
		list := found[level]
		if len(list) == 0 {
			continue
		}
		s := section{Title: p.T("directory.level." + string(level)), ID: string(level), Table: ui.TableView{Caption: p.T("directory.level." + string(level)), Stack: true, Columns: []ui.Column{{Label: p.T("roster.committee")},
			{Label: p.T("roster.term")}, {Label: p.T("directory.post.member"), Numeric: true}, {Label: p.T("directory.post.standing_member"), Numeric: true}, {Label: p.T("directory.post.national_member"), Numeric: true}}}}
		for _, k := range list {
			f := figures[k.ID]
			s.Table.Rows = append(s.Table.Rows, ui.Row{Cells: []ui.Cell{{Text: p.Name(k.Name), Href: m.link("/directory/committees/" + k.ID.String())}, {Text: dash(termName(p, snap, k.ID, m))},
				{Text: p.Int(f[directory.MemberPost])}, {Text: p.Int(f[directory.StandingMember])}, {Text: p.Int(f[directory.NationalMember])}}})
		}
		v.Sections = append(v.Sections, s)
	}
	if len(ids) == 0 {
		v.Sections = []section{{Empty: p.T("roster.none")}}
	}
	return web.Render(w, r, http.StatusOK, wholePage(v))
}

func termName(p *i18n.Printer, snap *directory.Snapshot, committee uuid.UUID, m moment) string {
	if t, ok := snap.TermOn(committee, m.Day); ok {
		return p.T("roster.term.n", "n", t.Number)
	}
	return ""
}
