package rosterweb

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

// band is a span of ages on the day that is shown.
type band struct {
	key      string
	from, to int // years of age, 0: open
}

func bands() []band {
	return []band{{"under-40", 0, 39}, {"40-49", 40, 49}, {"50-59", 50, 59}, {"60-69", 60, 69}, {"over-69", 70, 0}}
}

// peopleQuery reads what a list of people is narrowed to.
func peopleQuery(q url.Values, m moment) directory.PeopleQuery {
	x := directory.PeopleQuery{When: m.When, Committee: id(q.Get("committee")), Organisation: id(q.Get("organisation")), Term: id(q.Get("term")), Post: directory.Post(q.Get("post")), Sector: q.Get("sector"),
		Party: directory.Party(q.Get("party")), Sex: q.Get("sex"), Text: q.Get("q"), After: directory.PersonMark{Name: q.Get("name"), Person: id(q.Get("after"))}}
	for _, b := range bands() {
		if b.key != q.Get("age") {
			continue
		}
		if b.to > 0 {
			x.BornFrom = m.Day.Year - b.to
		}
		if b.from > 0 {
			x.BornTo = m.Day.Year - b.from
		}
		if x.BornTo == 0 {
			x.BornTo = m.Day.Year
		}
	}
	return x
}

// people lists people whom the reader sees by name, narrowed by the address.
func (h *Pages) people(w http.ResponseWriter, r *http.Request) error {
	p, m, q := text(r), h.moment(r), r.URL.Query()
	snap, err := h.Service.At(r.Context(), m.Day, m.Known)
	if err != nil {
		return err
	}
	ever, err := h.Service.Ever(r.Context())
	if err != nil {
		return err
	}
	committees, all, err := h.Service.GrantedNames(r.Context(), directory.RosterSubject)
	if err != nil {
		return err
	}
	if q.Get("committee") == "" && !all && len(committees) > 0 { // one's own first: a list of one committee is what is asked for
		q.Set("committee", committees[0].String())
	}
	query := peopleQuery(q, m)
	page, err := h.Service.ListPeople(r.Context(), query)
	if err != nil {
		return err
	}
	v := h.start(w, r, p.T("roster.people"))
	v.When, v.Notices = m.bar(p, r), nil
	differ, err := h.otherwiseNow(r, query, page)
	if err != nil {
		return err
	}
	v.Notices = m.notices(p, len(differ), 0)
	v.Filters = peopleFilters(p, snap, ever, q, m, committees, all)
	s := section{ID: "people", Empty: p.T("roster.nobody"), Table: ui.TableView{Caption: p.T("roster.people"), Stack: true, Columns: []ui.Column{{Label: p.T("directory.field.person")}, {Label: p.T("roster.posts-held")}, {Label: p.T("roster.field.party")},
		{Label: p.T("directory.field.sex")}, {Label: p.T("directory.field.birth_year"), Numeric: true}}}}
	if !m.Now() {
		s.Table.Columns = append(s.Table.Columns, ui.Column{Label: p.T("roster.compared")})
	}
	for _, x := range page.People {
		row := ui.Row{Cells: []ui.Cell{{Text: x.Name, Href: m.link("/directory/people/" + x.ID.String())}, {Text: postsText(p, snap, ever, x.Posts)}, {Text: dash(partiesText(p, x.Parties))}, {Text: sex(p, x.Sex)}, {Text: year(x.BirthYear)}}}
		if !m.Now() {
			c := ui.Cell{Text: p.T("roster.same")}
			if differ[x.ID] {
				c = otherwise(p)
			}
			row.Cells = append(row.Cells, c)
		}
		s.Table.Rows = append(s.Table.Rows, row)
	}
	if page.Next.Person != uuid.Nil {
		q.Set("after", page.Next.Person.String())
		q.Set("name", page.Next.Name)
		s.Pager.Next = "/directory/people?" + q.Encode()
		s.Pager.Text = p.T("roster.people.shown", "n", len(page.People))
	}
	q.Del("after")
	q.Del("name")
	if query.After.Person != uuid.Nil {
		s.Pager.First = "/directory/people?" + q.Encode()
	}
	if query.Committee != uuid.Nil {
		for _, f := range []string{"xlsx", "csv"} {
			s.Buttons = append(s.Buttons, ui.ButtonView{Label: p.T("directory.export." + f), Icon: "download", Small: true, Href: "/directory/committees/" + query.Committee.String() + "/people/" + f + "?" + q.Encode()})
		}
	}
	actor := authz.From(r.Context())
	if actor.Holds(authz.Organiser, authz.Admin) {
		v.Buttons = append(v.Buttons, ui.ButtonView{Label: p.T("roster.find"), Icon: "search", Href: "/directory/number"})
	}
	if directory.MayKeep(r.Context(), query.Committee) && query.Committee != uuid.Nil {
		v.Buttons = append(v.Buttons, ui.ButtonView{Label: p.T("roster.person.new"), Icon: "plus", Kind: "primary", Href: "/directory/people/new?committee=" + query.Committee.String()})
	}
	v.Sections = []section{s}
	return web.Render(w, r, http.StatusOK, wholePage(v))
}

// otherwiseNow tells which people of a list as known on a past day are known otherwise today: not at all, or with other posts.
func (h *Pages) otherwiseNow(r *http.Request, q directory.PeopleQuery, then directory.PeoplePage) (map[uuid.UUID]bool, error) {
	out := map[uuid.UUID]bool{}
	if q.Now() || len(then.People) == 0 {
		return out, nil
	}
	places := map[uuid.UUID]bool{}
	for _, x := range then.People {
		for _, m := range x.Posts {
			places[m.Organisation] = true
		}
	}
	people := make([]uuid.UUID, len(then.People))
	for i, x := range then.People {
		people[i] = x.ID
	}
	now, err := h.Service.PostsOf(r.Context(), people, directory.When{Day: q.Day})
	if err != nil {
		return nil, err
	}
	for _, x := range then.People {
		out[x.ID] = q.Term == uuid.Nil && !samePosts(x.Posts, now[x.ID])
		if !out[x.ID] {
			delete(out, x.ID)
		}
	}
	return out, nil
}

// samePosts tells whether two lists say the same, whatever their records.
func samePosts(a, b []directory.Membership) bool {
	if len(a) != len(b) {
		return false
	}
	key := func(m directory.Membership) heldKey { return keyOf(directory.Holding{Membership: m}) }
	have := map[heldKey]bool{}
	for _, m := range b {
		have[key(m)] = true
	}
	return !slices.ContainsFunc(a, func(m directory.Membership) bool { return !have[key(m)] })
}

func organisationText(p *i18n.Printer, snap, ever *directory.Snapshot, u uuid.UUID) string {
	if s := p.Name(snap.OrganisationName(u)); s != "" {
		return s
	}
	if s := p.Name(ever.OrganisationName(u)); s != "" {
		return s
	}
	return p.T("directory.gone")
}

func postsText(p *i18n.Printer, snap, ever *directory.Snapshot, posts []directory.Membership) string {
	var out []string
	for i, m := range posts {
		if i == 4 {
			out = append(out, p.T("roster.more", "n", len(posts)-4))
			break
		}
		out = append(out, strings.TrimSpace(organisationText(p, snap, ever, m.Organisation)+" "+postText(p, m)))
	}
	return strings.Join(out, p.T("roster.semicolon"))
}

func partiesText(p *i18n.Printer, list []directory.Party) string {
	var out []string
	for _, x := range list {
		out = append(out, p.T("directory.party."+string(x)))
	}
	return strings.Join(out, p.T("roster.comma"))
}

func sex(p *i18n.Printer, s string) string {
	if s == "" {
		return "—"
	}
	return p.T("directory.sex." + s)
}

func year(n int) string {
	if n == 0 {
		return "—"
	}
	return strconv.Itoa(n)
}

func peopleFilters(p *i18n.Printer, snap, ever *directory.Snapshot, q url.Values, m moment, committees []uuid.UUID, all bool) *filtersView {
	f := &filtersView{FiltersView: ui.FiltersView{Action: "/directory/people", Open: true, Clear: m.link("/directory/people"), Hidden: m.hidden()},
		Text: ui.FieldView{Name: "q", Type: "search", Label: p.T("directory.field.person"), Value: q.Get("q"), Bare: true}}
	add := func(name, label string, options []ui.Option) {
		f.Choices = append(f.Choices, ui.ChoiceView{FieldView: ui.FieldView{Name: name, Label: label, Bare: true}, Empty: p.T("directory.any"), Options: choose(options, q.Get(name))})
	}
	var places []ui.Option
	for _, k := range ever.Committees() {
		if all || slices.Contains(committees, k.ID) {
			places = append(places, ui.Option{Value: k.ID.String(), Label: p.Name(k.Name)})
		}
	}
	add("committee", p.T("roster.committee"), places)
	committee := id(q.Get("committee"))
	if committee != uuid.Nil {
		var terms, bodies, sectors []ui.Option
		for _, t := range slices.Backward(snap.Terms(committee)) {
			terms = append(terms, ui.Option{Value: t.ID.String(), Label: p.T("roster.term.n", "n", t.Number)})
		}
		for _, o := range snap.Belonging(committee) {
			if o.Kind == directory.Sector {
				sectors = append(sectors, ui.Option{Value: o.Name.ZH, Label: p.Name(o.Name)})
				continue
			}
			bodies = append(bodies, ui.Option{Value: o.ID.String(), Label: p.Name(o.Name), Group: p.T("directory.kind." + string(o.Kind))})
		}
		add("term", p.T("roster.term"), terms)
		add("sector", p.T("directory.field.sector"), sectors)
		add("organisation", p.T("directory.field.organisation"), bodies)
	}
	var posts, parties, ages []ui.Option
	for _, x := range directory.Posts() {
		posts = append(posts, ui.Option{Value: string(x), Label: p.T("directory.post." + string(x))})
	}
	for _, x := range directory.Parties() {
		parties = append(parties, ui.Option{Value: string(x), Label: p.T("directory.party." + string(x))})
	}
	for _, b := range bands() {
		ages = append(ages, ui.Option{Value: b.key, Label: p.T("roster.age." + b.key)})
	}
	add("post", p.T("directory.field.post"), posts)
	add("party", p.T("roster.field.party"), parties)
	add("sex", p.T("directory.field.sex"), []ui.Option{{Value: "f", Label: p.T("directory.sex.f")}, {Value: "m", Label: p.T("directory.sex.m")}})
	add("age", p.T("roster.age"), ages)
	return f
}

// exportPeople is the list of people of a committee as a table, at the moment and narrowed as its page.
func (h *Pages) exportPeople(w http.ResponseWriter, r *http.Request) error {
	u, err := pathID(r, "id")
	if err != nil {
		return err
	}
	format := r.PathValue("format")
	if format != "xlsx" && format != "csv" {
		return problem.New(problem.NotFound, "problem.not-found")
	}
	m := h.moment(r)
	q := peopleQuery(r.URL.Query(), m)
	q.Committee, q.After = u, directory.PersonMark{}
	return h.writePeople(w, r, q, m, format)
}
