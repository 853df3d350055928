package directory

import (
	"slices"
	"strconv"
	"strings"

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

func (im *importer) people() error {
	if err := im.everybody(); err != nil {
		return err
	}
	im.seen = map[uuid.UUID]int{}
	return im.rows(im.person)
}

// given is what a row says of a person.
type given struct {
	row         sheet.Row
	name        string
	birth       int
	phone, card string // normal forms are in sealed
	sealed      contact
}

// marks reads the columns by which people are told apart.
func (im *importer) marks(row sheet.Row) (g given, err error) {
	g.row = row
	if g.name, err = im.text(row, "name", row.Clean("name"), maxName); err != nil {
		return g, err
	}
	if g.birth, err = im.birthYear(row); err != nil {
		return g, err
	}
	if im.t.Has("phone") {
		if g.phone = row.Clean("phone"); g.phone != "" && !plausibleNumber(secret.NormalPhone(g.phone), 7, 15) {
			return g, row.Err("phone", "directory.err.phone")
		}
	}
	if im.t.Has("identity") {
		if g.card = row.Clean("identity"); g.card != "" && !plausibleIdentity(secret.Normal(g.card)) {
			return g, row.Err("identity", "directory.err.identity")
		}
	}
	return g, nil
}

func (im *importer) person(row sheet.Row) error {
	if _, err := row.Need("name"); err != nil {
		return err
	}
	u, err := im.uuidCell(row, "id")
	if err != nil {
		return err
	}
	g, err := im.marks(row)
	if err != nil {
		return err
	}
	if g.sealed, err = im.s.seal(PersonRow{Phone: g.phone, Identity: g.card}); err != nil {
		return err
	}
	was := im.crew.byID[u]
	if u == uuid.Nil {
		if was, err = im.who(g, uuid.Nil, true); err != nil {
			return err
		}
		if was != nil {
			u = was.ID
		} else if u, err = newID(); err != nil {
			return err
		}
	}
	if line, twice := im.seen[u]; twice {
		column := ""
		if g.card != "" {
			column = "identity"
		}
		return row.Err(column, "directory.err.twice", "line", line)
	}
	if err := im.numberIsFree(g, g.sealed.identityIndex, u); err != nil {
		return err
	}
	if was != nil && !im.crew.mine(was.ID) {
		return row.Err("name", "directory.err.other-person")
	}
	now := personFact{}
	if was != nil {
		now = *was
	}
	now.ID, now.Name = u, g.name
	if g.birth != 0 {
		now.BirthYear = g.birth
	}
	if im.t.Has("sex") && row.Clean("sex") != "" {
		sex, ok := parseSex(row.Clean("sex"))
		if !ok {
			return row.Err("sex", "directory.err.sex")
		}
		now.Sex = sex
	}
	// An empty cell keeps what is known; sealing makes another text of the same number, so the hashes are compared.
	if g.phone != "" && g.sealed.phoneIndex != now.phoneIndex {
		now.phone, now.phoneIndex = g.sealed.phone, g.sealed.phoneIndex
	}
	if g.card != "" && g.sealed.identityIndex != now.identityIndex {
		now.identity, now.identityIndex = g.sealed.identity, g.sealed.identityIndex
	}
	joins, err := im.affiliations(row, u)
	if err != nil {
		return err
	}
	im.seen[u] = row.Line
	if was != nil && *was == now && len(joins) == 0 {
		im.same(row)
		return nil
	}
	im.settlePerson(row, was, now, joins)
	return nil
}

// settlePerson plans what a row says anew.
func (im *importer) settlePerson(row sheet.Row, was *personFact, now personFact, joins []planned[Affiliation]) {
	c := ImportChange{Name: now.Name, New: was == nil}
	if was != nil {
		c.Fields = differ([]string{"name", "sex", "birth_year"}, []string{was.Name, was.Sex, number(was.BirthYear)}, []string{now.Name, now.Sex, number(now.BirthYear)})
		if was.phoneIndex != now.phoneIndex {
			c.Fields = append(c.Fields, FieldChange{Column: "phone"})
		}
		if was.identityIndex != now.identityIndex {
			c.Fields = append(c.Fields, FieldChange{Column: "identity"})
		}
		if len(joins) > 0 {
			old := partiesText(im.parties[now.ID])
			list := slices.Clone(im.parties[now.ID])
			for _, p := range joins {
				list = slices.DeleteFunc(list, func(a Affiliation) bool { return a.ID == p.replaces })
				list = append(list, p.fact)
				c.Ended = c.Ended || p.replaces != uuid.Nil && !p.fact.Valid.To.IsZero()
			}
			c.Fields = append(c.Fields, FieldChange{Column: "party", Old: old, New: partiesText(list)})
		}
	}
	im.changed(row, c)
	if was == nil || *was != now {
		im.todo.people.put(now.ID.String(), planned[personFact]{fact: now, row: row, fresh: was == nil})
	}
	if was == nil {
		im.crew.add(&now)
	}
	for _, p := range joins {
		p.row = row
		im.todo.affiliations.put(p.fact.ID.String(), p)
		im.parties[now.ID] = append(slices.DeleteFunc(slices.Clone(im.parties[now.ID]), func(a Affiliation) bool { return a.ID == p.replaces }), p.fact)
		im.touched[now.ID] = row
	}
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func partiesText(list []Affiliation) string {
	var out []string
	for _, a := range list {
		text := string(a.Party) + " " + dateText(a.Valid.From)
		if !a.Valid.To.IsZero() {
			text += "–" + dateText(a.Valid.To)
		}
		out = append(out, text)
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

// numberIsFree refuses an identity number that belongs to somebody else, known or in this file.
func (im *importer) numberIsFree(g given, index string, u uuid.UUID) error {
	if g.card == "" {
		return nil
	}
	for _, p := range im.crew.byNumber[index] {
		if p.ID == u {
			continue
		}
		if line, here := im.seen[p.ID]; here {
			return g.row.Err("identity", "directory.err.identity-twice", "line", line)
		}
		return g.row.Err("identity", "directory.err.identity-taken")
	}
	return nil
}

// affiliations compares what a row says of parties with what is known of the person. A cell may name several, divided by semicolons, with as many days.
func (im *importer) affiliations(row sheet.Row, person uuid.UUID) ([]planned[Affiliation], error) {
	if !im.t.Has("party") {
		return nil, nil
	}
	names := parts(row.Clean("party"))
	froms, tos, probations := parts(im.cell(row, "party_from")), parts(im.cell(row, "party_to")), parts(im.cell(row, "probationary"))
	for column, list := range map[string][]string{"party_from": froms, "party_to": tos, "probationary": probations} {
		if len(list) > len(names) {
			return nil, row.Err(column, "directory.err.party-count", "parties", len(names), "have", len(list))
		}
	}
	var out []planned[Affiliation]
	have := slices.Clone(im.parties[person])
	for i, name := range names {
		p, err := im.affiliation(row, person, name, part(froms, i), part(tos, i), part(probations, i), have)
		if err != nil {
			return nil, err
		}
		have = slices.DeleteFunc(have, func(a Affiliation) bool { return a.ID == p.replaces })
		if p.fact.ID != uuid.Nil {
			out = append(out, p)
			have = append(have, p.fact)
		}
	}
	return out, nil
}

func (im *importer) affiliation(row sheet.Row, person uuid.UUID, name, from, to, probation string, have []Affiliation) (p planned[Affiliation], err error) {
	a := Affiliation{Person: person}
	var ok bool
	if a.Party, ok = ParseParty(name); !ok {
		return p, row.Err("party", "directory.err.party")
	}
	if a.Valid.From, ok = cellDate(from); !ok {
		return p, row.Err("party_from", "sheet.err.date")
	}
	if a.Valid.To, ok = cellDate(to); !ok {
		return p, row.Err("party_to", "sheet.err.date")
	}
	var was *Affiliation
	for i := range have {
		k := &have[i]
		if k.Party == a.Party && (a.Valid.From.IsZero() && (k.Valid.To.IsZero() || k.Valid.To.After(im.today)) || !a.Valid.From.IsZero() && (k.Valid.From == a.Valid.From || k.Valid.Overlaps(a.Valid))) {
			was = k
			if k.Valid.From == a.Valid.From {
				break
			}
		}
	}
	if was != nil {
		a.Probationary = was.Probationary
		if a.Valid.From.IsZero() {
			a.Valid.From = was.Valid.From
		}
		if !im.t.Has("party_to") {
			a.Valid.To = was.Valid.To
		}
	}
	if a.Valid.From.IsZero() {
		a.Valid.From = im.o.From
	}
	if a.Valid.Empty() {
		return p, row.Err("party_to", "directory.err.to")
	}
	if im.t.Has("probationary") {
		if a.Probationary, ok = yes(probation); !ok {
			return p, row.Err("probationary", "sheet.err.yes_no")
		}
	}
	if a.Probationary && a.Party != CPC {
		return p, row.Err("probationary", "directory.err.probationary")
	}
	if was != nil {
		if was.Valid == a.Valid && was.Probationary == a.Probationary {
			return p, nil
		}
		p.replaces = was.ID
	}
	a.ID, err = newID()
	p.fact = a
	return p, err
}

// cell is a cleaned cell, empty when the file lacks the column.
func (im *importer) cell(row sheet.Row, column string) string {
	if !im.t.Has(column) {
		return ""
	}
	return row.Clean(column)
}

// parts divides a cell that holds several things.
func parts(text string) []string {
	if text == "" {
		return nil
	}
	list := strings.FieldsFunc(strings.NewReplacer("；", ";", "、", ";", "，", ";", ",", ";").Replace(text)+" ", func(r rune) bool { return r == ';' })
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	if strings.ContainsAny(text, ";；") { // empty places count: the second party may have a day and the first none
		list = strings.Split(strings.ReplaceAll(text, "；", ";"), ";")
		for i := range list {
			list[i] = strings.TrimSpace(list[i])
		}
	}
	return list
}

func part(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

// cellDate reads a date that may be missing, also as the number of a spreadsheet program.
func cellDate(text string) (clock.Date, bool) {
	if text == "" {
		return clock.Date{}, true
	}
	if n, err := strconv.Atoi(text); err == nil && len(text) == 5 {
		return clock.Of(1899, 12, 30).AddDays(n), true
	}
	return sheet.ParseDate(text)
}

func yes(text string) (bool, bool) {
	switch strings.ToLower(text) {
	case "", "0", "false", "no", "n", "否", "无", "正式", "正式党员":
		return false, true
	case "1", "true", "yes", "y", "是", "预备", "预备党员":
		return true, true
	}
	return false, false
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
