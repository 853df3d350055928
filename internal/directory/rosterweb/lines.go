package rosterweb

import (
	"net/http"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

// node is a Party organisation in a line with what stands below it.
type node struct {
	organisation *directory.Organisation
	name, kind   string
	text         string // secretaries and the number of members, as far as the reader sees them
	below        []node
}

// line builds one of the two lines from the leading Party members' group downwards. A temporary branch stands in the line that it was set up in.
func (k *house) line(l directory.Line) []node {
	var down func(u uuid.UUID, seen map[uuid.UUID]bool) []node
	down = func(u uuid.UUID, seen map[uuid.UUID]bool) (out []node) {
		for _, o := range k.snap.Below(u) {
			if seen[o.ID] || o.Kind.Line() != l && o.Kind != directory.TemporaryBranch {
				continue
			}
			if above := k.snap.Organisation(u); o.Kind == directory.TemporaryBranch && above.Kind == directory.PartyGroup && l != directory.ServiceLine {
				continue
			}
			seen[o.ID] = true
			out = append(out, k.node(o, down(o.ID, seen)))
		}
		return out
	}
	var out []node
	for _, o := range k.bodies {
		if o.Kind == directory.PartyGroup {
			out = append(out, k.node(o, down(o.ID, map[uuid.UUID]bool{o.ID: true})))
		}
	}
	return out
}

func (k *house) node(o *directory.Organisation, below []node) node {
	p := k.p
	n := node{organisation: o, name: p.Name(o.Name), kind: p.T("directory.kind." + string(o.Kind)), below: below}
	var said []string
	if who := k.who(o.ID, directory.Secretary); len(who) > 0 {
		var names []string
		for _, x := range who {
			names = append(names, x.Name)
		}
		said = append(said, p.T("roster.secretary", "names", strings.Join(names, p.T("roster.comma"))))
	}
	if members := k.partyMembers(o); members > 0 {
		said = append(said, p.T("roster.party-members", "n", members))
	}
	n.text = strings.Join(said, p.T("roster.comma"))
	return n
}

// partyMembers is the number that the field counts for a kind: whose relation lies in a branch, who is placed in a members' branch, who sits in a group.
func (k *house) partyMembers(o *directory.Organisation) int {
	switch o.Kind {
	case directory.Branch:
		return k.count(o.ID, directory.Relation)
	case directory.MembersBranch, directory.TemporaryBranch:
		return k.count(o.ID, directory.Participant)
	}
	return k.count(o.ID)
}

func trees(m moment, list []node) (out []treeView) {
	for _, n := range list {
		out = append(out, treeView{Name: n.name, Kind: n.kind, Text: n.text, Href: m.link("/directory/organisations/" + n.organisation.ID.String()), Below: trees(m, n.below)})
	}
	return out
}

func partyLines() []directory.Line {
	return []directory.Line{directory.OfficeLine, directory.ServiceLine}
}

// lines draws both lines of a committee as trees that open and close.
func (h *Pages) lines(w http.ResponseWriter, r *http.Request) error {
	k, err := h.house(r, []directory.Post{directory.Secretary})
	if err != nil {
		return err
	}
	p, m := k.p, k.m
	base := "/directory/committees/" + k.committee.ID.String()
	v := h.start(w, r, p.T("roster.lines"), ui.Link{Label: p.Name(k.committee.Name), Href: m.link(base)})
	v.Head.Lead = p.T("roster.lines.lead", "name", p.Name(k.committee.Name))
	v.When, v.Notices = m.bar(p, r), m.notices(p, len(k.differ), k.later)
	if !k.names {
		v.Notices = append(v.Notices, ui.NoticeView{Text: p.T("roster.figures-only")})
	}
	for _, l := range partyLines() {
		s := section{Title: p.T("directory.line." + string(l)), ID: string(l), Text: p.T("roster.line." + string(l)), Empty: p.T("roster.lines.none")}
		if list := k.line(l); len(list) > 0 {
			s.Content = tree(trees(m, list))
			s.Buttons = []ui.ButtonView{{Label: p.T("roster.svg"), Icon: "download", Small: true, Href: m.link(base + "/lines/" + string(l) + "/svg")}}
		}
		v.Sections = append(v.Sections, s)
	}
	return web.Render(w, r, http.StatusOK, linesPage(v, p.T("roster.print.hint")))
}

// drawing is one line as an SVG file for A3.
func (h *Pages) drawing(w http.ResponseWriter, r *http.Request) error {
	l := directory.Line(r.PathValue("line"))
	if l != directory.OfficeLine && l != directory.ServiceLine {
		return problem.New(problem.NotFound, "problem.not-found")
	}
	k, err := h.house(r, []directory.Post{directory.Secretary})
	if err != nil {
		return err
	}
	list := k.line(l)
	if len(list) == 0 {
		return problem.New(problem.NotFound, "roster.lines.none")
	}
	w.Header().Set("Content-Type", "image/svg+xml; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="party-line-`+string(l)+"-"+k.m.Day.String()+`.svg"`)
	_, err = w.Write(drawSVG(title(k.p, k, l), list))
	return err
}

func title(p *i18n.Printer, k *house, l directory.Line) string {
	t := p.T("roster.svg.title", "name", p.Name(k.committee.Name), "line", p.T("directory.line."+string(l)), "day", p.Date(k.m.Day))
	if !k.m.Now() {
		t += p.T("roster.svg.known", "day", p.Date(k.m.known))
	}
	return t
}
