package suggestionweb

import (
	"net/http"
	"net/url"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"
	"xieshang/internal/suggestion/suggestionview"

	"github.com/google/uuid"
)

type listView struct {
	Page    ui.PageView
	Head    ui.HeadView
	Search  ui.SearchView
	Filters ui.FiltersView
	Fields  []ui.ChoiceView
	Tabs    []ui.TabView
	Items   []ui.ItemView
	Empty   ui.EmptyView
	Pager   ui.PagerView
	Error   string
	MapTo   string
}

// publicStates are the states that the public list offers, in the order of a life.
func publicStates() []wf.State {
	return []wf.State{suggestion.Accepted, suggestion.AtOffice, suggestion.Dispatched, suggestion.InHand, suggestion.Answered, suggestion.Replied, suggestion.Reopened, suggestion.Meeting, suggestion.Closed}
}

// list shows public matters, newest first, with filters that stay in the address.
func (h *Pages) list(w http.ResponseWriter, r *http.Request) error {
	words, err := h.words(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	f := parseFilter(words.Snap, q)
	f.Total = f.Cursor == ""
	status, out := http.StatusOK, suggestion.Page{}
	v := listView{}
	if out, err = h.Service.List(r.Context(), f); err != nil {
		if !problem.Is(err, problem.Invalid) {
			return err
		}
		status = http.StatusUnprocessableEntity
		for _, text := range web.FieldErrors(r, err) {
			v.Error = text
		}
	}
	p := words.P
	v.Page = h.Frame.Public(w, r, p.T("suggestionweb.list.title"))
	v.Page.Wide = false
	v.Head = ui.HeadView{Title: v.Page.Title, Lead: p.T("suggestionweb.list.lead")}
	v.Search = ui.SearchView{Action: "/suggestions", Label: p.T("suggestionweb.list.search"), Value: q.Get("q"), Hidden: hidden(q, "q", "cursor")}
	v.MapTo = "/suggestions/map"
	if d := words.Snap.Division(f.Division); d != nil && d.Level == directory.City {
		v.MapTo += "?division=" + d.Code
	}
	b := filterBuilder{words: words, q: q, v: &v}
	b.build(f)
	for _, i := range out.Items {
		v.Items = append(v.Items, words.Item(i, href(i.Suggestion)))
	}
	if out.Next != "" {
		v.Pager.Next = "/suggestions?" + with(q, "cursor", out.Next)
	}
	if f.Cursor != "" {
		v.Pager.First = "/suggestions?" + with(q, "cursor", "")
	}
	if out.Total >= 0 && f.Cursor == "" {
		v.Pager.Text = p.N("suggestionweb.list.total", out.Total)
	}
	v.Empty = ui.EmptyView{Title: p.T("suggestionweb.list.empty"), Text: p.T("suggestionweb.list.empty.text"), Action: ui.ButtonView{Label: p.T("suggestionweb.raise"), Kind: "primary", Href: "/suggestions/new"}}
	return web.Render(w, r, status, listPage(v))
}

// parseFilter reads the address; a value that names nothing known finds nothing, as an outdated link should.
func parseFilter(snap *directory.Snapshot, q url.Values) suggestion.Filter {
	f := suggestion.Filter{Query: q.Get("q"), Cursor: q.Get("cursor")}
	id := func(name string) uuid.UUID {
		u, err := uuid.Parse(q.Get(name))
		if err != nil {
			return uuid.Nil
		}
		return u
	}
	f.Committee, f.Department, f.Division, f.Field = id("committee"), id("department"), id("division"), id("field")
	if f.Division == uuid.Nil {
		if d := snap.DivisionByCode(q.Get("division")); d != nil {
			f.Division = d.ID
		}
	}
	if s := q.Get("state"); s != "" {
		f.States = []wf.State{wf.State(s)}
	}
	return f
}

func hidden(q url.Values, without ...string) [][2]string {
	var out [][2]string
	for _, k := range []string{"q", "state", "committee", "division", "field", "department"} {
		if v := q.Get(k); v != "" && !contains(without, k) {
			out = append(out, [2]string{k, v})
		}
	}
	return out
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// with is the query of the address with one value changed; an empty value takes it out.
func with(q url.Values, name, value string) string {
	out := url.Values{}
	for _, k := range []string{"q", "state", "committee", "division", "field", "department"} {
		if v := q.Get(k); v != "" && k != name {
			out.Set(k, v)
		}
	}
	if value != "" {
		out.Set(name, value)
	}
	return out.Encode()
}

// filterBuilder draws the filters. Counties are offered for the chosen prefecture and departments for the chosen committee only, so that a phone does not
// load three thousand names.
type filterBuilder struct {
	words suggestionview.Words
	q     url.Values
	v     *listView
}

func (b *filterBuilder) build(f suggestion.Filter) {
	p, snap := b.words.P, b.words.Snap
	var states, divisions, fields, departments []ui.Option
	for _, s := range publicStates() {
		states = append(states, ui.Option{Value: string(s), Label: p.T("suggestion.state." + string(s))})
	}
	chosen := snap.Division(f.Division)
	for _, top := range snap.Divisions(uuid.Nil) {
		for _, city := range snap.Divisions(top.ID) {
			divisions = append(divisions, ui.Option{Value: city.ID.String(), Label: p.Name(city.Name)})
			if chosen != nil && (chosen.ID == city.ID || chosen.Parent == city.ID) {
				for _, d := range snap.Divisions(city.ID) {
					divisions = append(divisions, ui.Option{Value: d.ID.String(), Label: "　" + p.Name(d.Name)})
				}
			}
		}
	}
	for _, x := range snap.Fields(uuid.Nil) {
		fields = append(fields, ui.Option{Value: x.ID.String(), Label: p.Name(x.Name)})
	}
	if k := snap.CommitteeOf(f.Division); k != nil || f.Committee != uuid.Nil {
		if o := snap.Organisation(f.Committee); o != nil {
			k = o
		}
		if k != nil {
			for _, d := range snap.Departments(k.Division) {
				if d.Kind == directory.Department {
					departments = append(departments, ui.Option{Value: d.ID.String(), Label: p.Name(d.Name)})
				}
			}
		}
	}
	b.add("state", p.T("suggestionweb.filter.state"), states)
	b.add("division", p.T("suggestion.input.division"), divisions)
	b.add("field", p.T("suggestion.input.field"), fields)
	if len(departments) > 0 {
		b.add("department", p.T("suggestion.input.department"), departments)
	} else if name := b.words.Org(f.Department); name != "" {
		b.chip("department", name)
	}
	if name := b.words.Org(f.Committee); name != "" {
		b.chip("committee", name)
	}
	b.v.Filters.Action, b.v.Filters.Clear = "/suggestions", "/suggestions"
	b.v.Filters.Hidden = hidden(b.q, "state", "division", "field", "department", "cursor")
}

func (b *filterBuilder) add(name, label string, options []ui.Option) {
	for i := range options {
		if options[i].Value == b.q.Get(name) && options[i].Value != "" {
			options[i].Selected = true
			b.chip(name, strings.TrimSpace(strings.TrimLeft(options[i].Label, "　")))
		}
	}
	b.v.Fields = append(b.v.Fields, ui.ChoiceView{FieldView: ui.FieldView{Name: name, Label: label, Bare: true}, Options: options, Empty: b.words.P.T("suggestionweb.filter.all")})
}

func (b *filterBuilder) chip(name, label string) {
	b.v.Filters.Active = append(b.v.Filters.Active, ui.ChipView{Label: label, Href: "/suggestions?" + with(b.q, name, "")})
}
