package suggestionweb

import (
	"cmp"
	"net/http"
	"slices"

	"xieshang/internal/directory"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

type mapView struct {
	Page ui.PageView
	Head ui.HeadView
	Map  ui.MapView
}

// mapPage shows how many public matters there are by division; a click leads to their list, the table beside it works without script.
func (h *Pages) mapPage(w http.ResponseWriter, r *http.Request) error {
	words, err := h.words(r)
	if err != nil {
		return err
	}
	p := words.P
	f := suggestion.Filter{}
	outlines := "430000"
	var city *directory.Division
	if d := words.Snap.DivisionByCode(r.URL.Query().Get("division")); d != nil && d.Level == directory.City {
		f.Division, outlines, city = d.ID, d.Code, d
	}
	fig, err := h.Service.Figures(r.Context(), f)
	if err != nil {
		return err
	}
	v := mapView{Page: h.Frame.Public(w, r, p.T("suggestionweb.map"))}
	v.Page.Wide = true
	v.Head = ui.HeadView{Crumbs: []ui.Link{{Label: p.T("suggestionweb.list.title"), Href: "/suggestions"}, {Label: v.Page.Title}}, Title: v.Page.Title, Lead: p.T("suggestionweb.map.lead")}
	if city != nil {
		v.Head.Crumbs[1].Href = "/suggestions/map"
		v.Head.Title = p.Name(city.Name)
		v.Head.Crumbs = append(v.Head.Crumbs, ui.Link{Label: v.Head.Title})
	}
	v.Map = ui.MapView{ID: "divisions", Label: v.Page.Title, Outlines: outlines, Height: "l", Head: p.T("suggestion.input.division"), Unit: p.T("suggestionweb.map.unit")}
	for _, g := range fig.ByDivision {
		d := words.Snap.Division(g.ID())
		if d == nil {
			continue
		}
		a := ui.AreaView{Code: d.Code, Name: p.Name(d.Name), Value: float64(g.Raised), Text: p.Int(g.Raised), Href: "/suggestions?division=" + d.ID.String()}
		if f.Division == uuid.Nil {
			a.Href = "/suggestions/map?division=" + d.Code
		}
		v.Map.Areas = append(v.Map.Areas, a)
	}
	slices.SortStableFunc(v.Map.Areas, func(a, b ui.AreaView) int { return cmp.Compare(b.Value, a.Value) })
	return web.Render(w, r, http.StatusOK, mapPage(v))
}
