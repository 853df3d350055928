package rosterweb

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

// house is a committee at a moment with what belongs to it.
type house struct {
	m         moment
	p         *i18n.Printer
	snap      *directory.Snapshot
	committee *directory.Organisation
	bodies    []*directory.Organisation
	heads     map[uuid.UUID][]directory.Headcount
	names     bool // the reader sees its people by name
	then, now []directory.Holding
	differ    map[int]bool
	later     int
}

// leaders are the posts of those who lead an organisation, in the order of a page.
func leaders() []directory.Post {
	return []directory.Post{directory.Chair, directory.ViceChair, directory.SecretaryGeneral, directory.DeputySecretaryGeneral, directory.Director, directory.ViceDirector, directory.Secretary, directory.DeputySecretary,
		directory.Convener, directory.GroupLeader, directory.HeadPost}
}

// house reads a committee's page; names are asked for only where the reader sees them.
func (h *Pages) house(r *http.Request, posts []directory.Post) (*house, error) {
	u, err := pathID(r, "id")
	if err != nil {
		return nil, err
	}
	k := &house{m: h.moment(r), p: text(r), heads: map[uuid.UUID][]directory.Headcount{}}
	if k.snap, err = h.Service.At(r.Context(), k.m.Day, k.m.Known); err != nil {
		return nil, err
	}
	if k.committee = k.snap.Organisation(u); k.committee == nil || k.committee.Kind != directory.Committee {
		ever, err := h.Service.Ever(r.Context())
		if err != nil {
			return nil, err
		}
		if o := ever.Organisation(u); o == nil || o.Kind != directory.Committee {
			return nil, problem.New(problem.NotFound, "problem.not-found")
		}
		return nil, problem.New(problem.NotFound, "roster.not-then")
	}
	k.bodies = k.snap.Belonging(u)
	ids := make([]uuid.UUID, len(k.bodies))
	for i, o := range k.bodies {
		ids[i] = o.ID
	}
	counts, err := h.Service.Headcounts(r.Context(), ids, k.m.When)
	if err != nil {
		return nil, err
	}
	for _, c := range counts {
		k.heads[c.Organisation] = append(k.heads[c.Organisation], c)
	}
	if k.names, err = h.Service.MaySeeNames(r.Context(), u, directory.RosterSubject); err != nil || !k.names {
		return k, err
	}
	ever, err := h.Service.Ever(r.Context())
	if err != nil {
		return nil, err
	}
	ids = slices.DeleteFunc(ids, func(o uuid.UUID) bool { c := ever.CommitteeFor(o); return c == nil || c.ID != u }) // what went over to another committee since is not this one's to name
	q := directory.HoldersQuery{When: k.m.When, Organisations: ids, Posts: posts, Limit: 2000}
	if k.then, err = h.Service.Holders(r.Context(), q); err != nil || k.m.Now() {
		return k, err
	}
	q.Known = directory.When{}.Known
	if k.now, err = h.Service.Holders(r.Context(), q); err != nil {
		return nil, err
	}
	k.differ, k.later = compare(k.then, k.now)
	return k, nil
}

// count adds up the people in an organisation who have one of the posts; with none, all posts.
func (k *house) count(o uuid.UUID, posts ...directory.Post) (n int) {
	for _, c := range k.heads[o] {
		if len(posts) == 0 || slices.Contains(posts, c.Post) {
			n += c.People
		}
	}
	return n
}

// who lists holders in an organisation by post, in the order of posts, with the rows that were known otherwise marked.
func (k *house) who(o uuid.UUID, posts ...directory.Post) (out []holder) {
	for _, post := range posts {
		for i, x := range k.then {
			if x.Organisation == o && x.Post == post {
				out = append(out, holder{x, k.differ[i]})
			}
		}
	}
	return out
}

type holder struct {
	directory.Holding
	otherwise bool
}

func postText(p *i18n.Printer, m directory.Membership) string {
	t := p.T("directory.post." + string(m.Post))
	if m.Service != directory.NoTenure {
		t += p.T("roster.tenure", "tenure", p.T("directory.tenure."+string(m.Service)))
	}
	return t
}

// peopleTable is a table of holders.
func (k *house) peopleTable(caption string, list []holder) ui.TableView {
	p := k.p
	t := ui.TableView{Caption: caption, Stack: true, Columns: []ui.Column{{Label: p.T("directory.field.person")}, {Label: p.T("directory.field.post")}, {Label: p.T("directory.field.sector")}, {Label: p.T("directory.field.from")}}}
	if !k.m.Now() {
		t.Columns = append(t.Columns, ui.Column{Label: p.T("roster.compared")})
	}
	for _, x := range list {
		row := ui.Row{Cells: []ui.Cell{{Text: x.Name, Href: k.m.link("/directory/people/" + x.Person.String())}, {Text: postText(p, x.Membership)}, {Text: dash(x.Sector)}, {Text: day(p, x.Valid.From), Sub: reasonText(p, x.StartReason)}}}
		if !k.m.Now() {
			cell := ui.Cell{Text: p.T("roster.same")}
			if x.otherwise {
				cell = otherwise(p)
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func reasonText(p *i18n.Printer, r directory.Reason) string {
	if r == directory.NoReason {
		return ""
	}
	return p.T("directory.reason." + string(r))
}

// committee shows one committee at a moment.
func (h *Pages) committee(w http.ResponseWriter, r *http.Request) error {
	k, err := h.house(r, append(leaders(), directory.StandingMember, directory.NationalMember))
	if err != nil {
		return err
	}
	p, m, u := k.p, k.m, k.committee.ID
	v := h.start(w, r, p.Name(k.committee.Name))
	v.Head.Kicker = p.T("directory.level." + string(k.committee.Level))
	v.When, v.Notices = m.bar(p, r), m.notices(p, len(k.differ), k.later)
	base := "/directory/committees/" + u.String()
	v.Buttons = []ui.ButtonView{{Label: p.T("roster.lines"), Icon: "list", Href: m.link(base + "/lines")}}
	if k.names {
		v.Buttons = append(v.Buttons, ui.ButtonView{Label: p.T("roster.people"), Icon: "users", Href: m.link("/directory/people?committee=" + u.String())})
	} else {
		v.Notices = append(v.Notices, ui.NoticeView{Text: p.T("roster.figures-only")})
	}
	if directory.MayKeep(r.Context(), u) {
		v.Buttons = append(v.Buttons, ui.ButtonView{Label: p.T("roster.person.new"), Icon: "plus", Kind: "primary", Href: "/directory/people/new?committee=" + u.String()},
			ui.ButtonView{Label: p.T("roster.organisation.new"), Icon: "plus", Href: "/directory/organisations/new?committee=" + u.String()},
			ui.ButtonView{Label: p.T("roster.term.change"), Icon: "clock", Href: base + "/term"})
	}
	if k.names {
		v.Buttons = append(v.Buttons, ui.ButtonView{Label: p.T("roster.grants"), Icon: "eye", Href: base + "/grants"})
	}
	for _, x := range []directory.Post{directory.MemberPost, directory.StandingMember, directory.ViceChair, directory.NationalMember} {
		v.Tiles = append(v.Tiles, ui.TileView{Label: p.T("directory.post." + string(x)), Value: p.Int(k.count(u, x))})
	}
	v.Sections = append(v.Sections, k.terms())
	if k.names {
		for _, s := range []struct {
			key   string
			posts []directory.Post
		}{{"roster.leadership", leaders()[:4]}, {"roster.standing", []directory.Post{directory.StandingMember}}, {"roster.national", []directory.Post{directory.NationalMember}}} {
			v.Sections = append(v.Sections, section{Title: p.T(s.key), Table: k.peopleTable(p.T(s.key), k.who(u, s.posts...)), Empty: p.T("roster.nobody")})
		}
		if k.count(u, directory.ViceChair) > 0 {
			v.Tiles[2].Note = k.tenures()
		}
	}
	v.Sections = append(v.Sections, k.sectors())
	for _, s := range []struct {
		key   string
		kinds []directory.Kind
	}{{"roster.special", []directory.Kind{directory.SpecialCommittee}},
		{"roster.party", []directory.Kind{directory.PartyGroup, directory.OfficePartyGroup, directory.OfficePartyCommittee, directory.Branch, directory.BranchGroup, directory.PartySubgroup, directory.MembersBranch, directory.TemporaryBranch}},
		{"roster.studios", []directory.Kind{directory.Studio}}, {"roster.offices", []directory.Kind{directory.CommitteeOffice}}, {"roster.departments", []directory.Kind{directory.Office, directory.Department}}} {
		v.Sections = append(v.Sections, k.bodiesOf(s.key, s.kinds))
	}
	return web.Render(w, r, http.StatusOK, wholePage(v))
}

// tenures says how many deputy chairs serve full-time and how many reside.
func (k *house) tenures() string {
	n := map[directory.Tenure]int{}
	for _, c := range k.heads[k.committee.ID] {
		if c.Post == directory.ViceChair {
			n[c.Service] += c.People
		}
	}
	return k.p.T("roster.tenures", "full", n[directory.FullTime], "resident", n[directory.Resident])
}

func (k *house) terms() section {
	p := k.p
	s := section{Title: p.T("roster.terms"), Empty: p.T("roster.terms.none"), Table: ui.TableView{Caption: p.T("roster.terms"), Columns: []ui.Column{{Label: p.T("roster.term")}, {Label: p.T("directory.field.from")}, {Label: p.T("directory.field.to")}}}}
	for _, t := range slices.Backward(k.snap.Terms(k.committee.ID)) {
		name := ui.Cell{Text: p.T("roster.term.n", "n", t.Number)}
		if t.Valid.Contains(k.m.Day) {
			name.Sub = p.T("roster.term.this")
		}
		if k.names {
			q := url.Values{"committee": {k.committee.ID.String()}, "term": {t.ID.String()}, "post": {string(directory.MemberPost)}}
			k.m.put(q)
			name.Href = "/directory/people?" + q.Encode()
		}
		s.Table.Rows = append(s.Table.Rows, ui.Row{Cells: []ui.Cell{name, {Text: day(p, t.Valid.From)}, {Text: day(p, t.Valid.To)}}})
	}
	return s
}

// sectors counts members by sector, as the sector stands on their membership.
func (k *house) sectors() section {
	p := k.p
	n := map[string]int{}
	for _, c := range k.heads[k.committee.ID] {
		if c.Post == directory.MemberPost {
			n[c.Sector] += c.People
		}
	}
	place := map[string]*directory.Organisation{}
	for _, o := range k.bodies {
		if o.Kind == directory.Sector {
			place[o.Name.ZH] = o
			n[o.Name.ZH] += 0
		}
	}
	s := section{Title: p.T("roster.sectors"), ID: "sectors", Empty: p.T("roster.nobody"), Table: ui.TableView{Caption: p.T("roster.sectors"), Columns: []ui.Column{{Label: p.T("directory.field.sector")}, {Label: p.T("directory.post.member"), Numeric: true}}}}
	names := make([]string, 0, len(n))
	for name := range n {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if n[a] != n[b] {
			return n[b] - n[a]
		}
		return strings.Compare(a, b)
	})
	for _, name := range names {
		c := ui.Cell{Text: name}
		if o := place[name]; o != nil {
			c.Text = p.Name(o.Name)
		}
		if name == "" {
			c.Text = p.T("roster.sector.none")
		} else if k.names {
			q := url.Values{"committee": {k.committee.ID.String()}, "sector": {name}, "post": {string(directory.MemberPost)}}
			k.m.put(q)
			c.Href = "/directory/people?" + q.Encode()
		}
		s.Table.Rows = append(s.Table.Rows, ui.Row{Cells: []ui.Cell{c, {Text: p.Int(n[name])}}})
	}
	return s
}

// bodiesOf lists organisations of some kinds with who leads them and how many are in them.
func (k *house) bodiesOf(key string, kinds []directory.Kind) section {
	p := k.p
	s := section{Title: p.T(key), Empty: p.T("roster.none-here"), Table: ui.TableView{Caption: p.T(key), Stack: true, Columns: []ui.Column{{Label: p.T("directory.field.name")}, {Label: p.T("directory.field.kind")}}}}
	if k.names {
		s.Table.Columns = append(s.Table.Columns, ui.Column{Label: p.T("roster.led-by")})
	}
	s.Table.Columns = append(s.Table.Columns, ui.Column{Label: p.T("roster.posts"), Numeric: true})
	for _, o := range k.bodies {
		if !slices.Contains(kinds, o.Kind) {
			continue
		}
		cells := []ui.Cell{{Text: p.Name(o.Name), Href: k.m.link("/directory/organisations/" + o.ID.String())}, {Text: p.T("directory.kind." + string(o.Kind))}}
		if k.names {
			cells = append(cells, ui.Cell{Text: dash(strings.Join(k.leadersOf(o.ID), p.T("roster.comma")))})
		}
		s.Table.Rows = append(s.Table.Rows, ui.Row{Cells: append(cells, ui.Cell{Text: p.Int(k.count(o.ID))})})
	}
	return s
}

// leadersOf names who leads an organisation, each with the post, at most four.
func (k *house) leadersOf(o uuid.UUID) (out []string) {
	for _, x := range k.who(o, leaders()...) {
		if len(out) == 4 {
			break
		}
		out = append(out, k.p.T("roster.leader", "post", k.p.T("directory.post."+string(x.Post)), "name", x.Name))
	}
	return out
}
