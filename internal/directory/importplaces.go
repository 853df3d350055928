package directory

import (
	"fmt"
	"slices"
	"strings"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/sheet"

	"github.com/google/uuid"
)

// known keeps facts of things by their id, and the ids in the order in which they were met.
type known[T any] struct {
	facts map[uuid.UUID][]T
	order []uuid.UUID
	seen  map[string]int         // id and first day of rows of this file, to the line
	names map[string][]uuid.UUID // by the Chinese name of any fact
	codes map[string][]uuid.UUID
	marks func(*T) (name, code string)
}

func newKnown[T any](list []T, id func(*T) uuid.UUID) *known[T] {
	k := &known[T]{facts: map[uuid.UUID][]T{}, seen: map[string]int{}}
	for _, f := range list {
		u := id(&f)
		k.add(u)
		k.facts[u] = append(k.facts[u], f)
	}
	return k
}

func knownDivisions(list []Division) *known[Division] {
	k := newKnown(list, func(d *Division) uuid.UUID { return d.ID })
	k.index(func(d *Division) (string, string) { return d.Name.ZH, d.Code })
	return k
}

func knownOrganisations(list []Organisation) *known[Organisation] {
	k := newKnown(list, func(o *Organisation) uuid.UUID { return o.ID })
	k.index(func(o *Organisation) (string, string) { return o.Name.ZH, o.Code })
	return k
}

// index lets things be found by name and code without looking at all of them.
func (k *known[T]) index(marks func(*T) (name, code string)) {
	k.marks, k.names, k.codes = marks, map[string][]uuid.UUID{}, map[string][]uuid.UUID{}
	for _, u := range k.order {
		for i := range k.facts[u] {
			k.mark(u, &k.facts[u][i])
		}
	}
}

func (k *known[T]) mark(u uuid.UUID, fact *T) {
	name, code := k.marks(fact)
	if !slices.Contains(k.names[name], u) {
		k.names[name] = append(k.names[name], u)
	}
	if code != "" && !slices.Contains(k.codes[code], u) {
		k.codes[code] = append(k.codes[code], u)
	}
}

// among lists those with a fact that fits.
func (k *known[T]) among(list []uuid.UUID, fits func(*T) bool) []uuid.UUID {
	var out []uuid.UUID
	for _, u := range list {
		if slices.ContainsFunc(k.facts[u], func(f T) bool { return fits(&f) }) {
			out = append(out, u)
		}
	}
	return out
}

func (k *known[T]) add(u uuid.UUID) {
	if _, ok := k.facts[u]; !ok {
		k.order = append(k.order, u)
		k.facts[u] = nil
	}
}

// once refuses a second row of a file about the same thing and day.
func (k *known[T]) once(row sheet.Row, u uuid.UUID, from clock.Date) error {
	key := u.String() + dateText(from)
	if line, twice := k.seen[key]; twice {
		return row.Err("", "directory.err.twice", "line", line)
	}
	k.seen[key] = row.Line
	return nil
}

// allDivisions reads every fact about divisions as known now, in the order of their first days.
func allDivisions(tx *db.Tx) ([]Division, error) {
	return db.All(tx, scanDivision, `SELECT `+divisionColumns+` FROM division_fact WHERE superseded = 0 ORDER BY valid_from, code, name_zh, division_id`)
}

// allOrganisations reads every fact about organisations as known now, in the order of their first days.
func allOrganisations(tx *db.Tx) ([]Organisation, error) {
	return db.All(tx, scanOrganisation, `SELECT `+organisationColumns+` FROM organisation_fact WHERE superseded = 0 ORDER BY valid_from, recorded, id`)
}

const divisionColumns = `division_id, code, name_zh, name_en, level, parent_id, lon, lat, valid_from, valid_to`

func scanDivision(r *db.Row) (Division, error) {
	var d Division
	err := r.Scan(id{&d.ID}, &d.Code, &d.Name.ZH, &d.Name.EN, &d.Level, id{&d.Parent}, &d.Lon, &d.Lat, &d.Valid.From, &d.Valid.To)
	return d, err
}

const organisationColumns = `organisation_id, kind, name_zh, name_en, level, division_id, parent_id, code, valid_from, valid_to`

func scanOrganisation(r *db.Row) (Organisation, error) {
	var o Organisation
	err := r.Scan(id{&o.ID}, &o.Kind, &o.Name.ZH, &o.Name.EN, &o.Level, id{&o.Division}, id{&o.Parent}, &o.Code, &o.Valid.From, &o.Valid.To)
	return o, err
}

// reference finds the one thing that a cell names by its id, its code or its Chinese name.
func reference(row sheet.Row, column, text string, byID func(uuid.UUID) bool, find func(text string) []uuid.UUID) (uuid.UUID, error) {
	if text == "" {
		return uuid.Nil, nil
	}
	if u, err := uuid.Parse(text); err == nil && byID(u) {
		return u, nil
	}
	switch found := find(text); len(found) {
	case 0:
		return uuid.Nil, row.Err(column, "directory.err.unknown", "text", text)
	case 1:
		return found[0], nil
	}
	return uuid.Nil, row.Err(column, "directory.err.ambiguous", "text", text)
}

func divisionReference(k *known[Division]) func(row sheet.Row, column string) (uuid.UUID, error) {
	return func(row sheet.Row, column string) (uuid.UUID, error) {
		return reference(row, column, row.Clean(column), func(u uuid.UUID) bool { return k.facts[u] != nil }, func(text string) []uuid.UUID {
			if found := k.codes[text]; len(found) > 0 {
				return found
			}
			return k.names[text]
		})
	}
}

// pending is a row that was identified; what it refers to may stand further down in the file.
type pending[T any] struct {
	row  sheet.Row
	fact T
	was  *T
	new  bool
}

func (im *importer) divisions() error {
	list, err := allDivisions(im.tx)
	if err != nil {
		return err
	}
	k := knownDivisions(list)
	var rows []pending[Division]
	err = im.rows(func(row sheet.Row) error {
		p, err := im.division(k, row)
		if err == nil {
			rows = append(rows, p)
		}
		return err
	})
	if err != nil {
		return err
	}
	return im.settleDivisions(k, rows, list)
}

func (im *importer) settleDivisions(k *known[Division], rows []pending[Division], list []Division) error {
	refer := divisionReference(k)
	stand := newKnown(list, func(d *Division) uuid.UUID { return d.ID })
	for _, p := range rows {
		d := p.fact
		if im.t.Has("parent") {
			var err error
			if d.Parent, err = refer(p.row, "parent"); err == nil && d.Parent == d.ID {
				err = p.row.Err("parent", "directory.err.own-parent")
			}
			if err != nil {
				if !im.bad(p.row.Line, err) {
					return err
				}
				continue
			}
		}
		if p.was != nil && *p.was == d {
			im.same(p.row)
			continue
		}
		record, all, ok := place(stand.facts[d.ID], divisionDays, d)
		if !ok {
			im.bad(p.row.Line, p.row.Err("to", "directory.err.overlap"))
			continue
		}
		stand.facts[d.ID] = all
		c := ImportChange{Name: d.Name.ZH, New: p.new}
		if p.was != nil {
			c.Ended = ends(p.was.Valid, d.Valid)
			c.Fields = differ(divisionCells, divisionTexts(k, *p.was), divisionTexts(k, d))
		}
		im.changed(p.row, c)
		for _, f := range record {
			im.todo.divisions.put(f.ID.String()+dateText(f.Valid.From), planned[Division]{fact: f, row: p.row, fresh: p.new})
		}
	}
	im.divisionsStand = stand.facts
	return nil
}

var divisionCells = []string{"code", "name", "name_en", "level", "parent", "lon", "lat", "from", "to"}

func divisionTexts(k *known[Division], d Division) []string {
	return []string{d.Code, d.Name.ZH, d.Name.EN, string(d.Level), divisionName(k, d.Parent), fmt.Sprint(d.Lon), fmt.Sprint(d.Lat), dateText(d.Valid.From), dateText(d.Valid.To)}
}

func divisionName(k *known[Division], u uuid.UUID) string {
	if facts := k.facts[u]; len(facts) > 0 {
		return facts[len(facts)-1].Name.ZH
	}
	return ""
}

// division identifies a row by id, else by code, else by name and level, and fills what it says over what is known.
func (im *importer) division(k *known[Division], row sheet.Row) (p pending[Division], err error) {
	name, err := row.Need("name")
	if err != nil {
		return p, err
	}
	u, err := im.uuidCell(row, "id")
	if err != nil {
		return p, err
	}
	code := ""
	if im.t.Has("code") {
		code = row.Clean("code")
	}
	if code != "" && (len(code) != 6 || strings.Trim(code, "0123456789") != "") {
		return p, row.Err("code", "directory.err.division-code")
	}
	level, levelKnown := parseLevel(row.Clean("level"))
	if u == uuid.Nil {
		found := k.codes[code]
		if code == "" {
			found = k.among(k.names[name], func(d *Division) bool { return d.Name.ZH == name && (!levelKnown || d.Level == level) })
		}
		if len(found) > 1 {
			return p, row.Err("name", "directory.err.ambiguous", "text", name)
		}
		if len(found) == 1 {
			u = found[0]
		}
	}
	if p.new = u == uuid.Nil || len(k.facts[u]) == 0; u == uuid.Nil {
		if u, err = newID(); err != nil {
			return p, err
		}
	}
	from, err := im.from(row)
	if err != nil {
		return p, err
	}
	p.was = standing(k.facts[u], divisionDays, from, im.today)
	if p.was != nil {
		if from.IsZero() {
			if err := im.ended(row, p.was.Valid); err != nil {
				return p, err
			}
		}
		p.fact = *p.was
		if !from.IsZero() && from != p.was.Valid.From {
			p.fact.Valid = clock.Interval{}
		}
	}
	d := &p.fact
	d.ID, d.Name.ZH = u, name
	if d.Valid, err = im.days(row, d.Valid); err != nil {
		return p, err
	}
	if d.Code, err = im.text(row, "code", d.Code, maxCode); err != nil {
		return p, err
	}
	if d.Name.EN, err = im.text(row, "name_en", d.Name.EN, maxName); err != nil {
		return p, err
	}
	switch {
	case levelKnown:
		d.Level = level
	case row.Clean("level") != "":
		return p, row.Err("level", "directory.err.level")
	case !d.Level.Valid():
		if d.Level = levelOfCode(d.Code); d.Level == "" {
			return p, row.Err("level", "directory.err.level")
		}
	}
	for column, to := range map[string]*float64{"lon": &d.Lon, "lat": &d.Lat} {
		if !im.t.Has(column) {
			continue
		}
		if *to, err = row.Float(column); err != nil {
			return p, err
		}
		if *to < -180 || *to > 180 || column == "lat" && (*to < -90 || *to > 90) {
			return p, row.Err(column, "directory.err.coordinate")
		}
	}
	p.row = row
	if err := k.once(row, u, d.Valid.From); err != nil {
		return p, err
	}
	k.add(u)
	if p.new {
		k.facts[u] = append(k.facts[u], *d)
	}
	k.mark(u, d)
	return p, nil
}

// levelOfCode reads the level from a GB/T 2260 code: two digits for the province, two for the city, two for the county.
func levelOfCode(code string) Level {
	switch {
	case len(code) != 6:
		return ""
	case strings.HasSuffix(code, "0000"):
		return Province
	case strings.HasSuffix(code, "00"):
		return City
	}
	return County
}

// standing is the fact that a row corrects: the one that begins on the day that the row names, else the one that holds then; without a day the one that
// holds today, else the last.
func standing[T any](facts []T, valid func(*T) *clock.Interval, from, today clock.Date) *T {
	if from.IsZero() {
		return at(facts, valid, today)
	}
	for i := range facts {
		if valid(&facts[i]).From == from {
			return &facts[i]
		}
	}
	for i := range facts {
		if valid(&facts[i]).Contains(from) {
			return &facts[i]
		}
	}
	return nil
}
