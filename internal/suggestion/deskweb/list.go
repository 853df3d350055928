package deskweb

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"xieshang/internal/directory"
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

type listView struct {
	Page    ui.PageView
	Head    ui.HeadView
	Tabs    []ui.TabView
	Search  ui.SearchView
	Filters ui.FiltersView
	Choices []ui.ChoiceView
	Table   ui.TableView
	Pager   ui.PagerView
	Empty   ui.EmptyView
	Bulk    *bulkView
	Error   string
	CSV     string
	XLSX    string
}

// keys are the parts of the address that make a list.
func keys() []string {
	return []string{"scope", "queue", "q", "state", "kind", "committee", "division", "field", "department", "class", "rating", "from", "to"}
}

func parse(q url.Values, actor authz.Actor, snap *directory.Snapshot) (suggestion.Filter, error) {
	f := suggestion.Filter{Scope: suggestion.StaffScope, Queue: suggestion.Queue(q.Get("queue")), Query: q.Get("q"), Kind: suggestion.Kind(q.Get("kind")), Class: q.Get("class"),
		Rating: suggestion.Rating(q.Get("rating")), Cursor: q.Get("cursor"), Limit: 50}
	if q.Get("scope") == "department" || !isStaff(actor) {
		f.Scope = suggestion.DepartmentScope
	}
	var c problem.Check
	id := func(name string) uuid.UUID {
		if q.Get(name) == "" {
			return uuid.Nil
		}
		u, err := uuid.Parse(q.Get(name))
		if err != nil {
			c.Add(name, "desk.err.filter")
		}
		return u
	}
	if f.Queue != suggestion.NoQueue && !slices.Contains(queues(f.Scope), f.Queue) {
		c.Add("queue", "desk.err.filter")
	}
	f.Committee, f.Division, f.Field, f.Department = id("committee"), id("division"), id("field"), id("department")
	if s := q.Get("state"); s != "" {
		f.States = []wf.State{wf.State(s)}
		if !slices.Contains(suggestion.Life().States, wf.State(s)) {
			c.Add("state", "desk.err.filter")
		}
	}
	day := func(name string) clock.Date {
		if q.Get(name) == "" {
			return clock.Date{}
		}
		d, err := clock.ParseDate(q.Get(name))
		if err != nil {
			c.Add(name, "figures.err.date")
		}
		return d
	}
	f.From, f.To = day("from"), day("to")
	if !f.To.IsZero() {
		f.To = f.To.AddDays(1)
	}
	return f, c.Err()
}

func (h *Pages) list(w http.ResponseWriter, r *http.Request) error {
	words, err := h.words(r)
	if err != nil {
		return err
	}
	p := words.P
	q := r.URL.Query()
	actor := authz.From(r.Context())
	f, err := parse(q, actor, words.Snap)
	f.Total = f.Cursor == ""
	out := suggestion.Page{Total: -1}
	status := http.StatusOK
	v := listView{}
	if err == nil {
		out, err = h.Service.List(r.Context(), f)
	}
	if err != nil {
		if !problem.Is(err, problem.Invalid) {
			return err
		}
		status = http.StatusUnprocessableEntity
		errs := web.FieldErrors(r, err)
		for _, name := range slices.Sorted(maps.Keys(errs)) {
			v.Error = strings.TrimSpace(v.Error + " " + errs[name])
		}
	}
	title := p.T("desk.all")
	if f.Queue != suggestion.NoQueue && p.Has("suggestion.queue."+string(f.Queue)) {
		title = p.T("suggestion.queue." + string(f.Queue))
	}
	v.Page = h.Frame.Staff(w, r, title)
	v.Head = ui.HeadView{Title: title}
	if out.Total >= 0 {
		v.Head.Lead = p.N("desk.total", out.Total)
	}
	v.Search = ui.SearchView{Action: "/desk/list", Label: p.T("desk.search"), Value: q.Get("q"), Hidden: hidden(q, "q")}
	h.filters(&v, words, q, f, actor)
	v.Table = h.table(words, out.Items, f.Scope)
	if v.Bulk = h.bulkBar(words, actor, f, out, with(q, "cursor", "")); v.Bulk != nil {
		v.Table.Pick, v.Table.Form = "id", "bulk"
	}
	if out.Next != "" {
		v.Pager.Next = "/desk/list?" + with(q, "cursor", out.Next)
	}
	if f.Cursor != "" {
		v.Pager.First = "/desk/list?" + with(q, "cursor", "")
	}
	v.Empty = empty(p, q, f)
	v.CSV, v.XLSX = "/desk/export/csv?"+with(q, "cursor", ""), "/desk/export/xlsx?"+with(q, "cursor", "")
	return web.Render(w, r, status, listPage(v))
}

// empty tells a finished queue from a search that found nothing in it; the latter leads to the same search in all matters.
func empty(p *i18n.Printer, q url.Values, f suggestion.Filter) ui.EmptyView {
	if with(q, "queue", "") == with(url.Values{"scope": q["scope"]}, "", "") {
		return ui.EmptyView{Title: p.T("desk.empty"), Text: p.T("desk.empty.text")}
	}
	v := ui.EmptyView{Title: p.T("desk.empty.search"), Text: p.T("desk.empty.search.text")}
	if f.Queue != suggestion.NoQueue {
		v.Action = ui.ButtonView{Label: p.T("desk.empty.search.all"), Href: "/desk/list?" + with(q, "queue", "")}
	}
	return v
}

func with(q url.Values, name, value string) string {
	out := url.Values{}
	for _, k := range keys() {
		if v := q.Get(k); v != "" && k != name {
			out.Set(k, v)
		}
	}
	if value != "" {
		out.Set(name, value)
	}
	return out.Encode()
}

func hidden(q url.Values, without ...string) [][2]string {
	var out [][2]string
next:
	for _, k := range keys() {
		for _, x := range without {
			if x == k {
				continue next
			}
		}
		if v := q.Get(k); v != "" {
			out = append(out, [2]string{k, v})
		}
	}
	return out
}

// filters draws the bar; departments are those of the committees that the caller works for.
func (h *Pages) filters(v *listView, words suggestionview.Words, q url.Values, f suggestion.Filter, actor authz.Actor) {
	p, snap := words.P, words.Snap
	add := func(name, label string, options []ui.Option) {
		for i := range options {
			if options[i].Value != "" && options[i].Value == q.Get(name) {
				options[i].Selected = true
				v.Filters.Active = append(v.Filters.Active, ui.ChipView{Label: strings.TrimSpace(options[i].Label), Href: "/desk/list?" + with(q, name, "")})
			}
		}
		v.Choices = append(v.Choices, ui.ChoiceView{FieldView: ui.FieldView{Name: name, Label: label, Bare: true}, Options: options, Empty: p.T("figures.all")})
	}
	var states, fields, departments []ui.Option
	for _, s := range suggestion.Life().States {
		if s != suggestion.Draft {
			states = append(states, ui.Option{Value: string(s), Label: p.T("suggestion.state." + string(s))})
		}
	}
	for _, x := range snap.Fields(uuid.Nil) {
		fields = append(fields, ui.Option{Value: x.ID.String(), Label: p.Name(x.Name)})
	}
	add("state", p.T("desk.state"), states)
	add("kind", p.T("desk.kind"), []ui.Option{{Value: string(suggestion.SuggestionKind), Label: p.T("suggestion.kind.suggestion")}, {Value: string(suggestion.Message), Label: p.T("suggestion.kind.message")}})
	add("field", p.T("suggestion.input.field"), fields)
	if f.Scope == suggestion.StaffScope {
		for _, k := range committeesOf(words.Snap, actor) {
			for _, d := range snap.Departments(k.Division) {
				if d.Kind == directory.Department {
					departments = append(departments, ui.Option{Value: d.ID.String(), Label: p.Name(d.Name), Group: p.Name(k.Name)})
				}
			}
		}
		add("department", p.T("suggestion.input.department"), departments)
	}
	v.Filters.Action, v.Filters.Clear = "/desk/list", "/desk/list?"+url.Values{"queue": {q.Get("queue")}, "scope": {q.Get("scope")}}.Encode()
	v.Filters.Hidden = hidden(q, "state", "kind", "field", "department")
}
