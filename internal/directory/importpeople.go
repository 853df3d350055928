package directory

import (
	"strconv"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/secret"
	"xieshang/internal/platform/sheet"

	"github.com/google/uuid"
)

// personFact is a person with the sealed values, which are never opened for an import.
type personFact struct {
	Person
	contact
}

func allPeople(tx *db.Tx) ([]personFact, error) {
	return db.All(tx, scanPerson, `SELECT `+personColumns+` FROM person_fact WHERE superseded = 0 ORDER BY recorded, id`)
}

const personColumns = `person_id, name, sex, birth_year, phone, phone_index, identity, identity_index`

func scanPerson(r *db.Row) (personFact, error) {
	var p personFact
	err := r.Scan(id{&p.ID}, &p.Name, &p.Sex, &p.BirthYear, &p.phone, &p.phoneIndex, &p.identity, &p.identityIndex)
	return p, err
}

// peopleFinder finds people by what a row may say of them.
type peopleFinder struct {
	byID                      map[uuid.UUID]*personFact
	byName, byPhone, byNumber map[string][]*personFact
}

func newPeopleFinder(list []personFact) *peopleFinder {
	f := &peopleFinder{byID: map[uuid.UUID]*personFact{}, byName: map[string][]*personFact{}, byPhone: map[string][]*personFact{}, byNumber: map[string][]*personFact{}}
	for i := range list {
		f.add(&list[i])
	}
	return f
}

func (f *peopleFinder) add(p *personFact) {
	f.byID[p.ID] = p
	f.byName[p.Name] = append(f.byName[p.Name], p)
	if p.phoneIndex != "" {
		f.byPhone[p.phoneIndex] = append(f.byPhone[p.phoneIndex], p)
	}
	if p.identityIndex != "" {
		f.byNumber[p.identityIndex] = append(f.byNumber[p.identityIndex], p)
	}
}

// find takes the strongest mark that a row has: identity number, telephone number with the name, then the name with the year of birth, then the name alone.
func (f *peopleFinder) find(name, numberIndex, phoneIndex string, birth int) []*personFact {
	if numberIndex != "" && len(f.byNumber[numberIndex]) > 0 {
		return f.byNumber[numberIndex]
	}
	fits := func(list []*personFact, ok func(*personFact) bool) []*personFact {
		var out []*personFact
		for _, p := range list {
			if ok(p) {
				out = append(out, p)
			}
		}
		return out
	}
	if phoneIndex != "" {
		if found := fits(f.byPhone[phoneIndex], func(p *personFact) bool { return p.Name == name }); len(found) > 0 {
			return found
		}
	}
	// Marks that are known and differ make another person of the same name.
	return fits(f.byName[name], func(p *personFact) bool {
		return (birth == 0 || p.BirthYear == 0 || p.BirthYear == birth) && (numberIndex == "" || p.identityIndex == "") && (phoneIndex == "" || p.phoneIndex == "")
	})
}

func (im *importer) people() error {
	list, err := allPeople(im.tx)
	if err != nil {
		return err
	}
	f := newPeopleFinder(list)
	seen := map[uuid.UUID]int{}
	return im.rows(func(row sheet.Row) error { return im.person(f, seen, row) })
}

func (im *importer) person(f *peopleFinder, seen map[uuid.UUID]int, row sheet.Row) error {
	name, err := row.Need("name")
	if err != nil {
		return err
	}
	if name, err = im.text(row, "name", name, maxName); err != nil {
		return err
	}
	u, err := im.uuidCell(row, "id")
	if err != nil {
		return err
	}
	birth, err := im.birthYear(row)
	if err != nil {
		return err
	}
	given := PersonRow{Person: Person{Name: name}}
	if im.t.Has("phone") {
		if given.Phone = row.Clean("phone"); given.Phone != "" && !plausibleNumber(secret.NormalPhone(given.Phone), 7, 15) {
			return row.Err("phone", "directory.err.phone")
		}
	}
	if im.t.Has("identity") {
		if given.Identity = row.Clean("identity"); given.Identity != "" && !plausibleIdentity(secret.Normal(given.Identity)) {
			return row.Err("identity", "directory.err.identity")
		}
	}
	sealed, err := im.s.seal(given)
	if err != nil {
		return err
	}
	var was *personFact
	if u != uuid.Nil {
		was = f.byID[u]
	} else {
		found := f.find(name, sealed.identityIndex, sealed.phoneIndex, birth)
		if len(found) > 1 {
			return row.Err("name", "directory.err.ambiguous-person", "text", name)
		}
		if len(found) == 1 {
			was, u = found[0], found[0].ID
		}
	}
	if u == uuid.Nil {
		if u, err = newID(); err != nil {
			return err
		}
	}
	if line, twice := seen[u]; twice {
		return row.Err("", "directory.err.twice", "line", line)
	}
	seen[u] = row.Line
	now := personFact{}
	if was != nil {
		now = *was
	}
	now.ID, now.Name = u, name
	if birth != 0 {
		now.BirthYear = birth
	}
	if im.t.Has("sex") && row.Clean("sex") != "" {
		sex, ok := parseSex(row.Clean("sex"))
		if !ok {
			return row.Err("sex", "directory.err.sex")
		}
		now.Sex = sex
	}
	// An empty cell keeps what is known; sealing makes another text of the same number, so the hashes are compared.
	if given.Phone != "" && sealed.phoneIndex != now.phoneIndex {
		now.phone, now.phoneIndex = sealed.phone, sealed.phoneIndex
	}
	if given.Identity != "" && sealed.identityIndex != now.identityIndex {
		now.identity, now.identityIndex = sealed.identity, sealed.identityIndex
	}
	if was != nil && *was == now {
		im.same()
		return nil
	}
	im.changed(row.Line, name, was == nil, func() error { return im.rec.person(im.tx, now.Person, now.contact) })
	if was == nil {
		f.add(&now)
	}
	return nil
}

func (im *importer) birthYear(row sheet.Row) (int, error) {
	if !im.t.Has("birth_year") {
		return 0, nil
	}
	n, err := row.Int("birth_year")
	if err != nil {
		return 0, err
	}
	if n != 0 && (n < 1900 || n > int64(im.today.Year)) {
		return 0, row.Err("birth_year", "directory.err.birth-year")
	}
	return int(n), nil
}

func parseSex(text string) (string, bool) {
	switch text {
	case "f", "F", "女", "female":
		return "f", true
	case "m", "M", "男", "male":
		return "m", true
	}
	return "", false
}

func plausibleNumber(s string, low, high int) bool {
	n := 0
	for _, r := range s {
		if r >= '0' && r <= '9' {
			n++
		} else if r != '+' {
			return false
		}
	}
	return n >= low && n <= high
}

// plausibleIdentity accepts 18 signs whose last is the check sign of GB 11643, and other papers of 5 to 20 letters and digits.
func plausibleIdentity(s string) bool {
	if len(s) == 18 && plausibleNumber(s[:17], 17, 17) {
		sum, weight := 0, 1
		for i := 16; i >= 0; i-- { // weights are powers of two modulo 11, from the right
			weight = weight * 2 % 11
			sum += int(s[i]-'0') * weight
		}
		check := "10X98765432"[sum%11]
		return s[17] == check || check == 'X' && s[17] == 'x'
	}
	return len(s) >= 5 && len(s) <= 20 && plainCode(s)
}

func (im *importer) memberships() error {
	people, err := allPeople(im.tx)
	if err != nil {
		return err
	}
	orgs, _, err := im.finder()
	if err != nil {
		return err
	}
	list, err := readMemberships(im.tx, `WHERE superseded = 0 ORDER BY valid_from, id`)
	if err != nil {
		return err
	}
	now := map[string][]Membership{}
	for _, m := range list {
		now[m.key()] = append(now[m.key()], m)
	}
	f, seen := newPeopleFinder(people), map[string]int{}
	return im.rows(func(row sheet.Row) error {
		m, err := im.membership(f, orgs, row)
		if err != nil {
			return err
		}
		return im.settleMembership(now, seen, row, m)
	})
}

// key is what several memberships of one person in one place share; they differ by their days.
func (m Membership) key() string {
	return m.Person.String() + m.Organisation.String() + string(m.Post)
}

// settleMembership compares a row with what is known: a membership of the same key that begins on the same day is corrected, and one without a first day in
// the row is the one of today or the last.
func (im *importer) settleMembership(now map[string][]Membership, seen map[string]int, row sheet.Row, m Membership) error {
	from, err := im.from(row)
	if err != nil {
		return err
	}
	days := func(m *Membership) *clock.Interval { return &m.Valid }
	var was *Membership
	if from.IsZero() {
		was = at(now[m.key()], days, im.today)
		if was != nil {
			if err := im.ended(row, was.Valid); err != nil {
				return err
			}
		}
	} else {
		for i := range now[m.key()] {
			if now[m.key()][i].Valid.From == from {
				was = &now[m.key()][i]
			}
		}
	}
	next := m
	if was != nil {
		next.ID, next.Valid, next.Service, next.StartReason = was.ID, was.Valid, was.Service, was.StartReason
		if !im.t.Has("sector") {
			next.Sector = was.Sector
		}
		if !im.t.Has("end_reason") {
			next.EndReason, next.Note = was.EndReason, was.Note
		}
	}
	if next.Valid, err = im.days(row, next.Valid); err != nil {
		return err
	}
	for i := range now[m.key()] {
		if k := &now[m.key()][i]; k != was && k.Valid.Overlaps(next.Valid) {
			return row.Err("from", "directory.err.overlap")
		}
	}
	mark := m.key() + dateText(next.Valid.From)
	if line, twice := seen[mark]; twice {
		return row.Err("", "directory.err.twice", "line", line)
	}
	seen[mark] = row.Line
	im.touched = append(im.touched, m.Person)
	name := row.Clean("name")
	if name == "" {
		name = strconv.Itoa(row.Line)
	}
	if was != nil {
		if was.Sector == next.Sector && was.EndReason == next.EndReason && was.Note == next.Note && was.Valid == next.Valid {
			im.same()
			return nil
		}
		replaces := was.ID
		if next.ID, err = newID(); err != nil {
			return err
		}
		*was = next
		im.changed(row.Line, name, false, func() error { return im.rec.membership(im.tx, next, replaces) })
		return nil
	}
	if next.ID, err = newID(); err != nil {
		return err
	}
	now[m.key()] = append(now[m.key()], next)
	im.changed(row.Line, name, true, func() error { return im.rec.membership(im.tx, next, uuid.Nil) })
	return nil
}

func (im *importer) membership(f *peopleFinder, orgs *organisationFinder, row sheet.Row) (m Membership, err error) {
	person, err := im.uuidCell(row, "person")
	if err != nil {
		return m, err
	}
	switch name := row.Clean("name"); {
	case person != uuid.Nil && f.byID[person] == nil:
		return m, row.Err("person", "directory.err.unknown", "text", person)
	case person != uuid.Nil:
		m.Person = person
	case name == "":
		return m, row.Err("name", "sheet.err.required")
	case len(f.byName[name]) == 0:
		return m, row.Err("name", "directory.err.unknown", "text", name)
	case len(f.byName[name]) > 1:
		return m, row.Err("name", "directory.err.ambiguous-person", "text", name)
	default:
		m.Person = f.byName[name][0].ID
	}
	var division uuid.UUID
	if im.t.Has("division") && row.Clean("division") != "" {
		if division, err = orgs.division(row, "division"); err != nil {
			return m, err
		}
	}
	if _, err = row.Need("organisation"); err != nil {
		return m, err
	}
	if m.Organisation, err = orgs.organisation(row, "organisation", division); err != nil {
		return m, err
	}
	post, ok := parsePost(row.Clean("post"))
	if !ok {
		return m, row.Err("post", "directory.err.post")
	}
	m.Post = post
	if m.Sector, err = im.text(row, "sector", "", maxName); err != nil {
		return m, err
	}
	text, err := im.text(row, "end_reason", "", maxName)
	if err == nil {
		m.EndReason, m.Note = parseEndReason(text)
	}
	return m, err
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
