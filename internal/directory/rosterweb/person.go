package rosterweb

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

// person shows what the reader may see of somebody at a moment, and every record that was ever made of it.
func (h *Pages) person(w http.ResponseWriter, r *http.Request) error {
	u, err := pathID(r, "id")
	if err != nil {
		return err
	}
	x, err := h.Service.LookUp(r.Context(), u)
	if err != nil {
		return err
	}
	p, m := text(r), h.moment(r)
	snap, err := h.Service.At(r.Context(), m.Day, m.Known)
	if err != nil {
		return err
	}
	ever, err := h.Service.Ever(r.Context())
	if err != nil {
		return err
	}
	v := h.start(w, r, x.Name, ui.Link{Label: p.T("roster.people"), Href: m.link("/directory/people")})
	v.When = m.bar(p, r)
	here := "/directory/people/" + u.String()
	c := personCards{p: p, m: m, snap: snap, ever: ever, person: u, edits: x.Edits && m.Now()}
	v.Facts = []ui.Fact{{Term: p.T("directory.field.sex"), Text: sex(p, x.Sex)}, {Term: p.T("directory.field.birth_year"), Text: year(x.BirthYear)}}
	held, differ, later := c.held(x.Memberships)
	v.Notices = m.notices(p, differ, later)
	if x.Hidden > 0 {
		v.Notices = append(v.Notices, ui.NoticeView{Text: p.T("roster.hidden", "n", x.Hidden)})
	}
	if x.Edits {
		held.Buttons = []ui.ButtonView{{Label: p.T("roster.membership.new"), Icon: "plus", Href: here + "/memberships/new"}}
		v.Buttons = []ui.ButtonView{{Label: p.T("roster.person.edit"), Icon: "pen", Href: here + "/edit"}, {Label: p.T("roster.reveal"), Icon: "phone", Href: here + "/reveal"}}
	}
	parties := c.parties(x.Affiliations)
	if x.Edits {
		parties.Buttons = []ui.ButtonView{{Label: p.T("roster.affiliation.new"), Icon: "plus", Href: here + "/affiliations/new"}}
	}
	v.Sections = []section{held, c.before(x.Memberships), parties, c.trace(x.Memberships, x.Affiliations)}
	return web.Render(w, r, http.StatusOK, wholePage(v))
}

// personCards makes the parts of a person's page.
type personCards struct {
	p          *i18n.Printer
	m          moment
	snap, ever *directory.Snapshot
	person     uuid.UUID
	edits      bool
}

// knew tells whether a record was taken for true at the moment of the page.
func (c personCards) knew(x directory.Membership) bool {
	if c.m.Now() {
		return x.Superseded.IsZero()
	}
	return !x.Recorded.After(c.m.Known) && (x.Superseded.IsZero() || x.Superseded.After(c.m.Known))
}

func (c personCards) row(x directory.Membership) []ui.Cell {
	p := c.p
	name := ui.Cell{Text: organisationText(p, c.snap, c.ever, x.Organisation), Href: c.m.link("/directory/organisations/" + x.Organisation.String())}
	return []ui.Cell{name, {Text: postText(p, x), Sub: x.Note}, {Text: dash(x.Sector)}, {Text: day(p, x.Valid.From), Sub: reasonText(p, x.StartReason)}, {Text: day(p, x.Valid.To), Sub: reasonText(p, x.EndReason)}}
}

func (c personCards) table(caption string) ui.TableView {
	p := c.p
	return ui.TableView{Caption: caption, Stack: true, Columns: []ui.Column{{Label: p.T("directory.field.organisation")}, {Label: p.T("directory.field.post")}, {Label: p.T("directory.field.sector")}, {Label: p.T("directory.field.from")}, {Label: p.T("directory.field.to")}}}
}

// held are the posts that hold on the day of the page, as known at its moment.
func (c personCards) held(list []directory.Membership) (s section, differ, later int) {
	p := c.p
	s = section{Title: p.T("directory.memberships"), Empty: p.T("roster.no-posts"), Table: c.table(p.T("directory.memberships"))}
	if !c.m.Now() {
		s.Table.Columns = append(s.Table.Columns, ui.Column{Label: p.T("roster.compared")})
	} else if c.edits {
		s.Table.Columns = append(s.Table.Columns, ui.Column{Label: p.T("directory.actions")})
	}
	var now []directory.Membership
	for _, x := range list {
		if x.Superseded.IsZero() && x.Valid.Contains(c.m.Day) {
			now = append(now, x)
		}
	}
	met := 0
	for _, x := range list {
		if !c.knew(x) || !x.Valid.Contains(c.m.Day) {
			continue
		}
		cells := c.row(x)
		switch {
		case !c.m.Now():
			cell := ui.Cell{Text: p.T("roster.same")}
			if slices.ContainsFunc(now, func(y directory.Membership) bool {
				return samePosts([]directory.Membership{x}, []directory.Membership{y})
			}) {
				met++
			} else {
				differ++
				cell = otherwise(p)
			}
			cells = append(cells, cell)
		case c.edits:
			cells = append(cells, ui.Cell{Text: p.T("roster.change"), Href: "/directory/people/" + c.person.String() + "/memberships/" + x.ID.String()})
		}
		s.Table.Rows = append(s.Table.Rows, ui.Row{Cells: cells})
	}
	if !c.m.Now() {
		later = len(now) - met
	}
	return s, differ, later
}

// before are the posts that are over on the day of the page, or have not begun.
func (c personCards) before(list []directory.Membership) section {
	p := c.p
	s := section{Title: p.T("roster.other-days"), Empty: p.T("roster.none-here"), Table: c.table(p.T("roster.other-days"))}
	if c.edits {
		s.Table.Columns = append(s.Table.Columns, ui.Column{Label: p.T("directory.actions")})
	}
	for _, x := range list {
		if !c.knew(x) || x.Valid.Contains(c.m.Day) {
			continue
		}
		cells := c.row(x)
		if c.edits {
			cells = append(cells, ui.Cell{Text: p.T("roster.change"), Href: "/directory/people/" + c.person.String() + "/memberships/" + x.ID.String()})
		}
		s.Table.Rows = append(s.Table.Rows, ui.Row{Cells: cells})
	}
	return s
}

func partyText(p *i18n.Printer, a directory.Affiliation) string {
	t := p.T("directory.party." + string(a.Party))
	if a.Probationary {
		t += p.T("roster.probationary")
	}
	return t
}

func (c personCards) parties(list []directory.Affiliation) section {
	p := c.p
	s := section{Title: p.T("roster.field.party"), Empty: p.T("roster.party.unknown"), Table: ui.TableView{Caption: p.T("roster.field.party"), Columns: []ui.Column{{Label: p.T("roster.field.party")}, {Label: p.T("directory.field.from")}, {Label: p.T("directory.field.to")}}}}
	if c.edits {
		s.Table.Columns = append(s.Table.Columns, ui.Column{Label: p.T("directory.actions")})
	}
	for _, a := range list {
		if !c.knew(directory.Membership{Recorded: a.Recorded, Superseded: a.Superseded}) {
			continue
		}
		cells := []ui.Cell{{Text: partyText(p, a)}, {Text: day(p, a.Valid.From)}, {Text: day(p, a.Valid.To)}}
		if c.edits {
			cells = append(cells, ui.Cell{Text: p.T("roster.change"), Href: "/directory/people/" + c.person.String() + "/affiliations/" + a.ID.String()})
		}
		s.Table.Rows = append(s.Table.Rows, ui.Row{Cells: cells})
	}
	return s
}

func (c personCards) trace(posts []directory.Membership, parties []directory.Affiliation) section {
	p := c.p
	s := section{Title: p.T("directory.history"), ID: "history", Text: p.T("directory.history.text"), Table: traceTable(p)}
	for _, x := range posts {
		var why []string
		for _, t := range []string{reasonText(p, x.StartReason), reasonText(p, x.EndReason), x.Note} {
			if t != "" {
				why = append(why, t)
			}
		}
		s.Table.Rows = append(s.Table.Rows, traceRow(p, organisationText(p, c.snap, c.ever, x.Organisation)+" · "+postText(p, x), strings.Join(why, " · "), x.Valid, x.Recorded, x.Superseded))
	}
	for _, a := range parties {
		s.Table.Rows = append(s.Table.Rows, traceRow(p, partyText(p, a), "", a.Valid, a.Recorded, a.Superseded))
	}
	return s
}

func birth(form url.Values) (int, bool) {
	s := strings.TrimSpace(form.Get("birth_year"))
	if s == "" {
		return 0, true
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}
