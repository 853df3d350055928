package directory

import (
	"strconv"
	"strings"

	"xieshang/internal/platform/sheet"

	"github.com/google/uuid"
)

// terms brings in the terms of committees, known by committee and number.
func (im *importer) terms() error {
	f, _, err := im.finder()
	if err != nil {
		return err
	}
	list, err := readTerms(im.tx)
	if err != nil {
		return err
	}
	im.termsStand = map[uuid.UUID][]Term{}
	for _, t := range list {
		im.termsStand[t.Committee] = append(im.termsStand[t.Committee], t)
	}
	seen := map[uuid.UUID]int{}
	return im.rows(func(row sheet.Row) error { return im.term(f, seen, row) })
}

func (im *importer) term(f *organisationFinder, seen map[uuid.UUID]int, row sheet.Row) error {
	if _, err := row.Need("committee"); err != nil {
		return err
	}
	committee, err := f.organisation(row, "committee", uuid.Nil, Committee)
	if err != nil {
		return err
	}
	if f.committee(committee) != committee {
		return row.Err("committee", "directory.err.no-committee", "text", row.Clean("committee"))
	}
	if im.o.Committee != uuid.Nil && committee != im.o.Committee {
		return row.Err("committee", "directory.err.other-committee")
	}
	n, ok := parseTerm(row.Clean("number"))
	if !ok {
		return row.Err("number", "directory.err.term")
	}
	t, isNew := Term{Committee: committee, Number: n}, true
	at := -1
	for i, k := range im.termsStand[committee] {
		if k.Number == n {
			t, isNew, at = k, false, i
		}
	}
	was := t
	if isNew {
		if t.ID, err = newID(); err != nil {
			return err
		}
		if im.cell(row, "from") == "" {
			return row.Err("from", "directory.err.from")
		}
	}
	if t.Valid, err = im.days(row, t.Valid); err != nil {
		return err
	}
	if line, twice := seen[t.ID]; twice {
		return row.Err("", "directory.err.twice", "line", line)
	}
	seen[t.ID] = row.Line
	if t == was {
		im.same(row)
		return nil
	}
	c := ImportChange{Name: f.name(committee) + " · " + strconv.Itoa(n), New: isNew}
	if isNew {
		im.termsStand[committee] = append(im.termsStand[committee], t)
	} else {
		im.termsStand[committee][at] = t
		c.Ended = ends(was.Valid, t.Valid)
		c.Fields = differ([]string{"from", "to"}, []string{dateText(was.Valid.From), dateText(was.Valid.To)}, []string{dateText(t.Valid.From), dateText(t.Valid.To)})
	}
	im.todo.terms.put(t.ID.String(), planned[Term]{fact: t, row: row, fresh: isNew})
	im.changed(row, c)
	return nil
}

// parseTerm reads 13, 第13届, 第十三届 or 十三届.
func parseTerm(text string) (int, bool) {
	text = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(text), "第"), "届")
	if n, err := strconv.Atoi(strings.TrimSpace(text)); err == nil {
		return n, n >= 1 && n <= 99
	}
	n, digit, tens := 0, 0, false
	for _, r := range text {
		if r == '十' {
			if tens {
				return 0, false
			}
			tens = true
			n, digit = 10*max(digit, 1), 0
			continue
		}
		d := strings.IndexRune("一二三四五六七八九", r)
		if d < 0 || digit > 0 {
			return 0, false
		}
		digit = d/len("一") + 1
	}
	n += digit
	return n, n >= 1 && n <= 99
}
