package suggestionweb

import (
	"encoding/xml"
	"net/http"
	"strings"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

type homeView struct {
	Page   ui.PageView
	Hero   ui.HeroView
	Search ui.SearchView
	Tiles  []ui.TileView
	Mine   []ui.ItemView
	Recent []ui.ItemView
	Desk   bool
}

// home is work, not news: the way to raise, what waits for the reader, what was answered lately.
func (h *Pages) home(w http.ResponseWriter, r *http.Request) error {
	words, err := h.words(r)
	if err != nil {
		return err
	}
	p := words.P
	actor := authz.From(r.Context())
	v := homeView{Page: h.Frame.Public(w, r, "")}
	v.Page.Description = p.T("suggestionweb.home.text")
	v.Hero = ui.HeroView{Title: p.T("suggestionweb.home.title"), Text: p.T("suggestionweb.home.text"), Action: ui.ButtonView{Label: p.T("suggestionweb.raise"), Href: "/suggestions/new", Icon: "pen"}}
	v.Search = ui.SearchView{Action: "/suggestions", Label: p.T("suggestionweb.list.search")}
	v.Desk = actor.Holds(authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Leader, authz.Clerk, authz.Head)
	fig, err := h.Service.Figures(r.Context(), suggestion.Filter{})
	if err != nil {
		return err
	}
	v.Tiles = []ui.TileView{
		{Label: p.T("suggestionweb.home.raised"), Value: p.Int(fig.Total.Raised), Href: "/figures", Icon: "inbox"},
		{Label: p.T("suggestionweb.home.replied"), Value: p.Int(fig.Total.Replied), Href: "/figures", Tone: ui.OK, Icon: "check-circle"},
	}
	if share, ok := fig.Total.SatisfiedShare(); ok {
		v.Tiles = append(v.Tiles, ui.TileView{Label: p.T("suggestionweb.home.satisfied"), Value: p.Percent(share), Href: "/figures", Icon: "star"})
	}
	if actor.SignedIn() {
		mine, err := h.Service.List(r.Context(), suggestion.Filter{Scope: suggestion.MineScope, Limit: 5})
		if err != nil {
			return err
		}
		for _, i := range mine.Items {
			v.Mine = append(v.Mine, words.Item(i, href(i.Suggestion)))
		}
	}
	recent, err := h.Service.List(r.Context(), suggestion.Filter{Limit: 6, States: []wf.State{suggestion.Replied, suggestion.Closed}})
	if err != nil {
		return err
	}
	for _, i := range recent.Items {
		v.Recent = append(v.Recent, words.Item(i, href(i.Suggestion)))
	}
	return web.Render(w, r, http.StatusOK, homePage(v))
}

type mineView struct {
	Page  ui.PageView
	Head  ui.HeadView
	Items []ui.ItemView
	Empty ui.EmptyView
	Pager ui.PagerView
}

// mine lists what the account raised or took up, drafts among it.
func (h *Pages) mine(w http.ResponseWriter, r *http.Request) error {
	words, err := h.words(r)
	if err != nil {
		return err
	}
	p := words.P
	cursor := r.URL.Query().Get("cursor")
	out, err := h.Service.List(r.Context(), suggestion.Filter{Scope: suggestion.MineScope, Cursor: cursor, Query: r.URL.Query().Get("q")})
	if err != nil {
		return err
	}
	v := mineView{Page: h.Frame.Public(w, r, p.T("suggestionweb.mine"))}
	v.Head = ui.HeadView{Title: v.Page.Title}
	for _, i := range out.Items {
		v.Items = append(v.Items, words.Item(i, href(i.Suggestion)))
	}
	if out.Next != "" {
		v.Pager.Next = "/mine?cursor=" + out.Next
	}
	if cursor != "" {
		v.Pager.First = "/mine"
	}
	v.Empty = ui.EmptyView{Title: p.T("suggestionweb.mine.empty"), Text: p.T("suggestionweb.mine.empty.text"), Action: ui.ButtonView{Label: p.T("suggestionweb.raise"), Kind: "primary", Href: "/suggestions/new"}}
	return web.Render(w, r, http.StatusOK, minePage(v))
}

type mapView struct {
	Page ui.PageView
	Head ui.HeadView
	Map  ui.MapView
	Tabs []ui.TabView
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
	if d := words.Snap.DivisionByCode(r.URL.Query().Get("division")); d != nil && d.Level == "city" {
		f.Division, outlines = d.ID, d.Code
	}
	fig, err := h.Service.Figures(r.Context(), f)
	if err != nil {
		return err
	}
	v := mapView{Page: h.Frame.Public(w, r, p.T("suggestionweb.map"))}
	v.Head = ui.HeadView{Crumbs: []ui.Link{{Label: p.T("suggestionweb.list.title"), Href: "/suggestions"}, {Label: v.Page.Title}}, Title: v.Page.Title, Lead: p.T("suggestionweb.map.lead")}
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
	return web.Render(w, r, http.StatusOK, mapPage(v))
}

type similarView struct {
	Items []ui.ItemView
	Joins []string
}

// similar is the fragment with likely duplicates of what is being typed.
func (h *Pages) similar(w http.ResponseWriter, r *http.Request) error {
	words, err := h.words(r)
	if err != nil {
		return err
	}
	text := strings.TrimSpace(r.URL.Query().Get("text"))
	division, _ := uuid.Parse(r.URL.Query().Get("division"))
	v := similarView{}
	if len([]rune(text)) >= 4 {
		items, err := h.Service.Similar(r.Context(), suggestion.SimilarQuery{Text: text, Division: division, Limit: 5})
		if err != nil && !problem.Is(err, problem.Invalid) {
			return err
		}
		for _, i := range items {
			v.Items = append(v.Items, words.Item(i, href(i.Suggestion)))
			v.Joins = append(v.Joins, href(i.Suggestion)+"/join")
		}
	}
	return web.Render(w, r, http.StatusOK, similarPart(v))
}

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Link    []atomLink  `xml:"link"`
	Entry   []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID        string     `xml:"id"`
	Title     string     `xml:"title"`
	Updated   string     `xml:"updated"`
	Published string     `xml:"published"`
	Link      []atomLink `xml:"link"`
	Author    struct {
		Name string `xml:"name"`
	} `xml:"author"`
	Summary string `xml:"summary"`
}

// feed is the Atom feed of the newest public matters.
func (h *Pages) feed(w http.ResponseWriter, r *http.Request) error {
	words, err := h.words(r)
	if err != nil {
		return err
	}
	out, err := h.Service.List(r.Context(), suggestion.Filter{Limit: 50})
	if err != nil {
		return err
	}
	site := h.site(r)
	f := atomFeed{ID: site + "/feed.xml", Title: words.P.T("suggestionweb.feed"), Updated: h.Clock.Now().Format(time.RFC3339), Link: []atomLink{{Rel: "self", Href: site + "/feed.xml"}, {Href: site + "/suggestions"}}}
	for _, i := range out.Items {
		e := atomEntry{ID: "urn:uuid:" + i.ID.String(), Title: i.Title, Updated: i.UpdatedAt.Format(time.RFC3339), Published: i.RaisedAt.Format(time.RFC3339),
			Link: []atomLink{{Href: site + href(i.Suggestion)}}, Summary: words.P.T("suggestion.state."+string(i.State)) + " · " + i.Excerpt}
		e.Author.Name = words.Org(i.Committee)
		f.Entry = append(f.Entry, e)
	}
	body, err := xml.Marshal(f)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=60")
	if _, err := w.Write(append([]byte(xml.Header), body...)); err != nil {
		return nil // the reader left
	}
	return nil
}
