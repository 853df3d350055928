package directory

import (
	"slices"
	"strconv"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/sheet"

	"github.com/google/uuid"
)

// membershipKey is what several memberships of one person in one place share; they differ by their days.
type membershipKey struct {
	person, organisation uuid.UUID
	post                 Post
}

func (m Membership) key() membershipKey { return membershipKey{m.Person, m.Organisation, m.Post} }

func (im *importer) memberships() error {
	if err := im.everybody(); err != nil {
		return err
	}
	list, err := readTerms(im.tx)
	if err != nil {
		return err
	}
	terms := map[uuid.UUID][]Term{}
	for _, t := range list {
		terms[t.Committee] = append(terms[t.Committee], t)
	}
	seen := map[string]int{}
	return im.rows(func(row sheet.Row) error {
		m, err := im.membership(row)
		if err != nil {
			return err
		}
		term, err := im.termOf(row, terms, m.Organisation)
		if err != nil {
			return err
		}
		return im.settleMembership(seen, row, m, term)
	})
}

// termOf reads the column term, which gives the days that the row does not say.
func (im *importer) termOf(row sheet.Row, terms map[uuid.UUID][]Term, organisation uuid.UUID) (Term, error) {
	text := im.cell(row, "term")
	if text == "" {
		return Term{}, nil
	}
	n, ok := parseTerm(text)
	if !ok {
		return Term{}, row.Err("term", "directory.err.term")
	}
	committee := im.orgs.committee(organisation)
	for _, t := range terms[committee] {
		if t.Number == n {
			return t, nil
		}
	}
	return Term{}, row.Err("term", "directory.err.term-unknown", "number", n, "name", im.orgs.name(committee))
}

// settleMembership compares a row with what is known: a membership of the same key that begins on the same day is corrected, and one without a first day in
// the row is the one of today or the last.
func (im *importer) settleMembership(seen map[string]int, row sheet.Row, m Membership, term Term) error {
	from, err := im.from(row)
	if err != nil {
		return err
	}
	if from.IsZero() {
		from = term.Valid.From
	}
	known := im.posts[m.key()]
	var was *Membership
	if from.IsZero() {
		was = at(known, membershipDays, im.today)
		if was != nil {
			if err := im.ended(row, was.Valid); err != nil {
				return err
			}
		}
	} else {
		for i := range known {
			if known[i].Valid.From == from {
				was = &known[i]
			}
		}
	}
	next := m
	if was != nil {
		next.ID, next.Valid = was.ID, was.Valid
		for column, keep := range map[string]func(){"sector": func() { next.Sector = was.Sector }, "service": func() { next.Service = was.Service }, "start_reason": func() { next.StartReason = was.StartReason },
			"end_reason": func() { next.EndReason = was.EndReason }, "note": func() {
				if !im.t.Has("end_reason") || m.Note == "" && m.EndReason == was.EndReason {
					next.Note = was.Note
				}
			}} {
			if !im.t.Has(column) {
				keep()
			}
		}
	} else if !from.IsZero() {
		next.Valid.From = from
	}
	if next.Valid, err = im.days(row, next.Valid); err != nil {
		return err
	}
	if !term.Valid.To.IsZero() && im.cell(row, "to") == "" && !next.Valid.From.After(term.Valid.To) {
		next.Valid.To = term.Valid.To
		if next.EndReason == NoReason && !term.Valid.To.After(im.today) {
			next.EndReason = TermEnded
		}
		if next.Valid.Empty() {
			return row.Err("from", "directory.err.after-term", "number", term.Number)
		}
	}
	if next.EndReason != NoReason && next.Valid.To.IsZero() {
		return row.Err("to", "directory.err.end-without-day")
	}
	for i := range known {
		if k := &known[i]; k != was && k.Valid.Overlaps(next.Valid) {
			return row.Err("from", "directory.err.overlap")
		}
	}
	mark := m.Person.String() + m.Organisation.String() + string(m.Post) + dateText(next.Valid.From)
	if line, twice := seen[mark]; twice {
		return row.Err("", "directory.err.twice", "line", line)
	}
	seen[mark] = row.Line
	return im.planMembership(row, was, next)
}

func (im *importer) planMembership(row sheet.Row, was *Membership, next Membership) error {
	name := ""
	if p := im.crew.byID[next.Person]; p != nil {
		name = p.Name
	}
	if name == "" {
		name = strconv.Itoa(row.Line)
	}
	c := ImportChange{Name: name + " · " + im.orgs.name(next.Organisation), New: was == nil}
	p := planned[Membership]{row: row}
	var err error
	if was != nil {
		if was.Sector == next.Sector && was.Service == next.Service && was.StartReason == next.StartReason && was.EndReason == next.EndReason && was.Note == next.Note && was.Valid == next.Valid {
			im.same(row)
			return nil
		}
		c.Ended = ends(was.Valid, next.Valid)
		c.Fields = differ(membershipCells, membershipTexts(*was), membershipTexts(next))
		p.replaces = was.ID
	}
	if next.ID, err = newID(); err != nil {
		return err
	}
	if was != nil {
		*was = next
	} else {
		im.keepPost(next)
	}
	p.fact = next
	im.touched[next.Person] = row
	im.todo.memberships.put(next.ID.String(), p)
	im.changed(row, c)
	return nil
}

var membershipCells = []string{"sector", "service", "start_reason", "end_reason", "note", "from", "to"}

func membershipTexts(m Membership) []string {
	return []string{m.Sector, string(m.Service), string(m.StartReason), string(m.EndReason), m.Note, dateText(m.Valid.From), dateText(m.Valid.To)}
}

func membershipDays(m *Membership) *clock.Interval { return &m.Valid }

func (im *importer) membership(row sheet.Row) (m Membership, err error) {
	var division uuid.UUID
	if im.t.Has("division") && row.Clean("division") != "" {
		if division, err = im.orgs.division(row, "division"); err != nil {
			return m, err
		}
	}
	if _, err = row.Need("organisation"); err != nil {
		return m, err
	}
	post, ok := parsePost(row.Clean("post"))
	if !ok {
		return m, row.Err("post", "directory.err.post")
	}
	m.Post = post
	var kinds []Kind
	for _, r := range kindRules {
		if slices.Contains(r.posts, post) {
			kinds = append(kinds, r.kind)
		}
	}
	if m.Organisation, err = im.orgs.organisation(row, "organisation", division, kinds...); err != nil {
		return m, err
	}
	if im.o.Committee != uuid.Nil && im.orgs.committee(m.Organisation) != im.o.Committee {
		return m, row.Err("organisation", "directory.err.other-committee")
	}
	if m.Person, err = im.memberOf(row, m.Organisation); err != nil {
		return m, err
	}
	return m, im.circumstances(row, &m)
}

// memberOf finds whom a row is about: by their id, their numbers, or their name with the organisation.
func (im *importer) memberOf(row sheet.Row, organisation uuid.UUID) (uuid.UUID, error) {
	person, err := im.uuidCell(row, "person")
	if err != nil {
		return person, err
	}
	if person != uuid.Nil {
		if im.crew.byID[person] == nil || !im.crew.mine(person) {
			return person, row.Err("person", "directory.err.unknown", "text", person)
		}
		return person, nil
	}
	g, err := im.marks(row)
	if err != nil {
		return person, err
	}
	if g.name == "" {
		return person, row.Err("name", "sheet.err.required")
	}
	p, err := im.who(g, organisation, false)
	if err != nil {
		return person, err
	}
	if p == nil {
		return person, row.Err("name", "directory.err.unknown", "text", g.name)
	}
	return p.ID, nil
}

// circumstances reads how a membership stands, began and ended.
func (im *importer) circumstances(row sheet.Row, m *Membership) (err error) {
	if m.Sector, err = im.text(row, "sector", "", maxName); err != nil {
		return err
	}
	if m.Note, err = im.text(row, "note", "", maxName); err != nil {
		return err
	}
	if text := im.cell(row, "service"); text != "" {
		tenure, ok := word(tenureWords, text)
		if !ok || m.Post != ViceChair {
			return row.Err("service", "directory.err.service")
		}
		m.Service = tenure
	}
	if text := im.cell(row, "start_reason"); text != "" {
		reason, ok := word(reasonWords, text)
		if !ok || !slices.Contains(StartReasons(), reason) {
			return row.Err("start_reason", "directory.err.reason")
		}
		m.StartReason = reason
	}
	text, err := im.text(row, "end_reason", "", maxName)
	if err != nil {
		return err
	}
	reason, note := parseEndReason(text)
	m.EndReason = reason
	switch {
	case m.Note == "":
		m.Note = note
	case note != "" && note != m.Note:
		m.Note = note + "；" + m.Note
		if len([]rune(m.Note)) > maxName {
			return row.Err("note", "directory.err.long", "max", maxName, "have", len([]rune(m.Note)))
		}
	}
	return nil
}

const membershipColumns = `id, person_id, organisation_id, post, sector, service, start_reason, end_reason, note, valid_from, valid_to, recorded, superseded`

func (m *Membership) dest() []any {
	return []any{id{&m.ID}, id{&m.Person}, id{&m.Organisation}, &m.Post, &m.Sector, &m.Service, &m.StartReason, &m.EndReason, &m.Note, &m.Valid.From, &m.Valid.To, &m.Recorded, &m.Superseded}
}

func readMemberships(tx *db.Tx, where string, args ...any) ([]Membership, error) {
	return db.All(tx, func(r *db.Row) (Membership, error) {
		var m Membership
		err := r.Scan(m.dest()...)
		return m, err
	}, `SELECT `+membershipColumns+` FROM membership `+where, args...)
}
