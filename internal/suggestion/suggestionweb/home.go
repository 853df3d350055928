package suggestionweb

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"
	"xieshang/internal/suggestion/suggestionview"

	"github.com/google/uuid"
)

type homeView struct {
	Page   ui.PageView
	Hero   ui.HeroView
	Search ui.SearchView
	Tiles  []ui.TileView
	Mine   []Section
	Recent []ui.ItemView
	Desk   bool
}

// Section is a heading with what stands under it.
type Section struct {
	Title string
	More  ui.Link
	Items []ui.ItemView
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
		if v.Mine, err = h.waiting(r, words); err != nil {
			return err
		}
		if h.Waiting != nil {
			more, err := h.Waiting(r.Context())
			if err != nil {
				return err
			}
			v.Mine = append(more, v.Mine...)
		}
		if member(r) {
			if err := h.toTakeUp(r, words, &v); err != nil {
				return err
			}
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

// waiting sorts what the account raised: what waits for them first, then what is late, then what changed since yesterday.
func (h *Pages) waiting(r *http.Request, words suggestionview.Words) ([]Section, error) {
	p := words.P
	mine, err := h.Service.List(r.Context(), suggestion.Filter{Scope: suggestion.MineScope, Limit: 50})
	if err != nil {
		return nil, err
	}
	sections := []Section{{Title: p.T("suggestionweb.home.waiting")}, {Title: p.T("suggestionweb.home.late")}, {Title: p.T("suggestionweb.home.changed")}, {Title: p.T("suggestionweb.mine")}}
	yesterday := words.Today.AddDays(-1)
	for _, i := range mine.Items {
		n := 3
		switch {
		case i.State == suggestion.Replied || i.State == suggestion.Returned || i.State == suggestion.Draft:
			n = 0
		case words.Late(i.Suggestion):
			n = 1
		case !clock.DateOf(i.UpdatedAt).Before(yesterday):
			n = 2
		}
		if len(sections[n].Items) < 5 {
			sections[n].Items = append(sections[n].Items, words.Item(i, href(i.Suggestion)))
		}
	}
	if len(sections[0].Items)+len(sections[1].Items)+len(sections[2].Items) > 0 {
		sections = sections[:3] // what is quiet stands under 'what I raised'
	}
	sections = slices.DeleteFunc(sections, func(s Section) bool { return len(s.Items) == 0 })
	if len(sections) > 0 {
		sections[0].More = ui.Link{Label: p.T("suggestionweb.home.mine"), Href: "/mine"}
	}
	return sections, nil
}

// toTakeUp shows a member the newest residents' messages that wait for somebody to take them up.
func (h *Pages) toTakeUp(r *http.Request, words suggestionview.Words, v *homeView) error {
	out, err := h.Service.List(r.Context(), suggestion.Filter{Scope: suggestion.MessagesScope, Limit: 5})
	if err != nil || len(out.Items) == 0 {
		return err
	}
	s := Section{Title: words.P.T("suggestionweb.messages"), More: ui.Link{Label: words.P.T("suggestionweb.messages.all"), Href: "/messages"}}
	for _, i := range out.Items {
		s.Items = append(s.Items, words.Item(i, href(i.Suggestion)))
	}
	v.Mine = append(v.Mine, s)
	return nil
}

type mineView struct {
	Page  ui.PageView
	Head  ui.HeadView
	More  ui.Link
	Items []ui.ItemView
	Empty ui.EmptyView
	Pager ui.PagerView
}

// mine lists what the account raised or took up, drafts among it.
func (h *Pages) mine(w http.ResponseWriter, r *http.Request) error {
	return h.ownList(w, r, suggestion.MineScope, "/mine", func(p *i18n.Printer, v *mineView) {
		v.Head = ui.HeadView{Title: p.T("suggestionweb.mine")}
		if member(r) {
			v.Head.Lead = p.T("suggestionweb.mine.lead")
			v.More = ui.Link{Label: p.T("suggestionweb.messages"), Href: "/messages"}
		}
		v.Empty = ui.EmptyView{Title: p.T("suggestionweb.mine.empty"), Text: p.T("suggestionweb.mine.empty.text"), Action: ui.ButtonView{Label: p.T("suggestionweb.raise"), Kind: "primary", Href: "/suggestions/new"}}
	})
}

// messages lists residents' messages that wait for a member of the committee to take them up, without who sent them.
func (h *Pages) messages(w http.ResponseWriter, r *http.Request) error {
	return h.ownList(w, r, suggestion.MessagesScope, "/messages", func(p *i18n.Printer, v *mineView) {
		v.Head = ui.HeadView{Title: p.T("suggestionweb.messages"), Lead: p.T("suggestionweb.messages.lead")}
		v.Empty = ui.EmptyView{Title: p.T("suggestionweb.messages.empty"), Text: p.T("suggestionweb.messages.empty.text")}
	})
}

func (h *Pages) ownList(w http.ResponseWriter, r *http.Request, scope suggestion.Scope, path string, dress func(*i18n.Printer, *mineView)) error {
	words, err := h.words(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	out, err := h.Service.List(r.Context(), suggestion.Filter{Scope: scope, Cursor: q.Get("cursor"), Query: q.Get("q")})
	if err != nil {
		return err
	}
	var v mineView
	dress(words.P, &v)
	v.Page = h.Frame.Public(w, r, v.Head.Title)
	for _, i := range out.Items {
		v.Items = append(v.Items, words.Item(i, href(i.Suggestion)))
	}
	again := url.Values{}
	if q.Get("q") != "" {
		again.Set("q", q.Get("q"))
	}
	if q.Get("cursor") != "" {
		v.Pager.First = path + "?" + again.Encode()
	}
	if out.Next != "" {
		again.Set("cursor", out.Next)
		v.Pager.Next = path + "?" + again.Encode()
	}
	return web.Render(w, r, http.StatusOK, minePage(v))
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
			to := href(i.Suggestion) + "/join"
			if over(i.State) {
				to = "" // it can be read, its answer may help, but nobody can join what is over
			}
			v.Joins = append(v.Joins, to)
		}
	}
	return web.Render(w, r, http.StatusOK, similarPart(v))
}
