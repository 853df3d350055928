package directory

import (
	"slices"
	"strings"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/sheet"

	"github.com/google/uuid"
)

// organisationFinder knows what rows about organisations refer to.
type organisationFinder struct {
	known     *known[Organisation]
	divisions *known[Division]
	division  func(sheet.Row, string) (uuid.UUID, error)
	today     clock.Date

	committees map[uuid.UUID]uuid.UUID // of divisions, made when it is first asked for
	scope      uuid.UUID               // the committee whose organisations may be changed, nil for all
}

func (im *importer) finder() (*organisationFinder, []Organisation, error) {
	ds, err := allDivisions(im.tx)
	if err != nil {
		return nil, nil, err
	}
	list, err := allOrganisations(im.tx)
	if err != nil {
		return nil, nil, err
	}
	f := &organisationFinder{known: knownOrganisations(list), divisions: knownDivisions(ds), today: im.today, scope: im.o.Committee}
	f.division = divisionReference(f.divisions)
	im.orgs = f
	return f, list, nil
}

// organisation finds what a cell names: an id, a committee's code, or a name, which has to be the only one of the division and of the kinds that fit.
func (f *organisationFinder) organisation(row sheet.Row, column string, division uuid.UUID, kinds ...Kind) (uuid.UUID, error) {
	return reference(row, column, row.Clean(column), func(u uuid.UUID) bool { return f.known.facts[u] != nil }, func(text string) []uuid.UUID {
		if found := f.known.codes[text]; len(found) > 0 {
			return found
		}
		found := f.known.names[text]
		for _, narrow := range []func(*Organisation) bool{
			func(o *Organisation) bool { return division == uuid.Nil || o.Division == division },
			func(o *Organisation) bool { return len(kinds) == 0 || slices.Contains(kinds, o.Kind) },
			func(o *Organisation) bool { return f.scope == uuid.Nil || f.committee(o.ID) == f.scope },
		} {
			if len(found) > 1 {
				if fewer := f.known.among(found, narrow); len(fewer) > 0 {
					found = fewer
				}
			}
		}
		return found
	})
}

// committee is the committee that an organisation belongs to: itself, the nearest above it, or the one of its division; nil when there is none.
func (f *organisationFinder) committee(u uuid.UUID) uuid.UUID {
	first := at(f.known.facts[u], organisationDays, f.today)
	for o, n := first, 0; o != nil && n < 20; o, n = at(f.known.facts[o.Parent], organisationDays, f.today), n+1 {
		if o.Kind == Committee {
			return o.ID
		}
	}
	if first == nil || first.Kind == OutsideBranch {
		return uuid.Nil
	}
	return f.committeeOf(first.Division)
}

// committeeOf is the committee of a division or of the nearest above it that has one.
func (f *organisationFinder) committeeOf(division uuid.UUID) uuid.UUID {
	if f.committees == nil {
		f.committees = map[uuid.UUID]uuid.UUID{}
		for _, u := range f.known.order {
			if o := at(f.known.facts[u], organisationDays, f.today); o != nil && o.Kind == Committee {
				f.committees[o.Division] = u
			}
		}
	}
	for n := 0; division != uuid.Nil && n < 20; n++ {
		if c, ok := f.committees[division]; ok {
			return c
		}
		d := at(f.divisions.facts[division], divisionDays, f.today)
		if d == nil {
			return uuid.Nil
		}
		division = d.Parent
	}
	return uuid.Nil
}

func (f *organisationFinder) name(u uuid.UUID) string {
	if o := at(f.known.facts[u], organisationDays, f.today); o != nil {
		return o.Name.ZH
	}
	return ""
}

func (im *importer) organisations() error {
	f, list, err := im.finder()
	if err != nil {
		return err
	}
	var rows []pending[Organisation]
	err = im.rows(func(row sheet.Row) error {
		p, err := im.organisation(f, row)
		if err == nil {
			rows = append(rows, p)
		}
		return err
	})
	if err != nil {
		return err
	}
	stand := newKnown(list, func(o *Organisation) uuid.UUID { return o.ID })
	codes := map[string]uuid.UUID{}
	for _, o := range list {
		if o.Kind == Committee && o.Code != "" {
			codes[o.Code] = o.ID
		}
	}
	for _, p := range rows {
		if err := im.settleOrganisation(f, stand, codes, p); err != nil && !im.bad(p.row.Line, err) {
			return err
		}
	}
	im.facts = stand.facts
	return nil
}

func (im *importer) settleOrganisation(f *organisationFinder, stand *known[Organisation], codes map[string]uuid.UUID, p pending[Organisation]) error {
	o := p.fact
	if im.t.Has("parent") {
		var err error
		if o.Parent, err = f.organisation(p.row, "parent", o.Division, o.Kind.Parents()...); err != nil {
			return err
		}
		if o.Parent == o.ID {
			return p.row.Err("parent", "directory.err.own-parent")
		}
	}
	if err := im.within(f, p, o); err != nil {
		return err
	}
	if p.was != nil && *p.was == o {
		im.same(p.row)
		return nil
	}
	if o.Kind == Committee && o.Code != "" {
		if taken, ok := codes[o.Code]; ok && taken != o.ID {
			return p.row.Err("code", "directory.err.code-taken", "code", o.Code)
		}
		codes[o.Code] = o.ID
	}
	record, all, ok := place(stand.facts[o.ID], organisationDays, o)
	if !ok {
		return p.row.Err("to", "directory.err.overlap")
	}
	stand.add(o.ID)
	stand.facts[o.ID] = all
	c := ImportChange{Name: o.Name.ZH, New: p.new}
	if p.was != nil {
		c.Ended = ends(p.was.Valid, o.Valid)
		c.Fields = differ(organisationCells, f.texts(*p.was), f.texts(o))
	}
	im.changed(p.row, c)
	for _, fact := range record {
		im.todo.organisations.put(fact.ID.String()+dateText(fact.Valid.From), planned[Organisation]{fact: fact, row: p.row, fresh: p.new})
	}
	return nil
}

var organisationCells = []string{"kind", "name", "name_en", "level", "division", "parent", "code", "from", "to"}

func (f *organisationFinder) texts(o Organisation) []string {
	return []string{string(o.Kind), o.Name.ZH, o.Name.EN, string(o.Level), divisionName(f.divisions, o.Division), f.name(o.Parent), o.Code, dateText(o.Valid.From), dateText(o.Valid.To)}
}

// within refuses an organiser's row about an organisation of another committee, and about a committee itself, which is the administrator's.
func (im *importer) within(f *organisationFinder, p pending[Organisation], o Organisation) error {
	if im.o.Committee == uuid.Nil {
		return nil
	}
	if p.was != nil && f.committee(o.ID) != im.o.Committee {
		return p.row.Err("name", "directory.err.other-committee")
	}
	if o.Kind == Committee {
		if p.was == nil || *p.was != o {
			return p.row.Err("kind", "directory.err.committee-is-admins")
		}
		return nil
	}
	above := f.committeeOf(o.Division)
	column := "division"
	if o.Parent != uuid.Nil {
		above, column = f.committee(o.Parent), "parent"
	}
	if above != im.o.Committee {
		return p.row.Err(column, "directory.err.other-committee")
	}
	return nil
}

// organisation identifies a row by id, else by kind, division and name, and fills what it says over what is known.
func (im *importer) organisation(f *organisationFinder, row sheet.Row) (p pending[Organisation], err error) {
	name, err := row.Need("name")
	if err != nil {
		return p, err
	}
	kind, ok := parseKind(strings.ToLower(row.Clean("kind")))
	if !ok {
		return p, row.Err("kind", "directory.err.kind")
	}
	u, err := im.uuidCell(row, "id")
	if err != nil {
		return p, err
	}
	var division uuid.UUID
	if im.t.Has("division") {
		if division, err = f.division(row, "division"); err != nil {
			return p, err
		}
	}
	if u == uuid.Nil {
		found := f.known.among(f.known.names[name], func(o *Organisation) bool {
			return o.Kind == kind && o.Name.ZH == name && (!im.t.Has("division") || o.Division == division)
		})
		if len(found) > 1 && im.o.Committee != uuid.Nil {
			found = f.known.among(found, func(o *Organisation) bool { return f.committee(o.ID) == im.o.Committee })
		}
		if len(found) > 1 {
			return p, row.Err("name", "directory.err.ambiguous", "text", name)
		}
		if len(found) == 1 {
			u = found[0]
		}
	}
	if p.new = u == uuid.Nil || len(f.known.facts[u]) == 0; u == uuid.Nil {
		if u, err = newID(); err != nil {
			return p, err
		}
	}
	from, err := im.from(row)
	if err != nil {
		return p, err
	}
	if p.was = standing(f.known.facts[u], organisationDays, from, im.today); p.was != nil {
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
	o := &p.fact
	o.ID, o.Kind, o.Name.ZH = u, kind, name
	if im.t.Has("division") {
		o.Division = division
	}
	if o.Valid, err = im.days(row, o.Valid); err != nil {
		return p, err
	}
	if o.Name.EN, err = im.text(row, "name_en", o.Name.EN, maxName); err != nil {
		return p, err
	}
	if o.Code, err = im.text(row, "code", o.Code, maxCode); err != nil {
		return p, err
	}
	if !plainCode(o.Code) {
		return p, row.Err("code", "directory.err.code")
	}
	level, levelKnown := parseLevel(row.Clean("level"))
	switch {
	case levelKnown:
		o.Level = level
	case row.Clean("level") != "":
		return p, row.Err("level", "directory.err.level")
	case !o.Level.Valid():
		if d := at(f.divisions.facts[o.Division], divisionDays, im.today); d != nil {
			o.Level = d.Level
		} else {
			return p, row.Err("level", "directory.err.level")
		}
	}
	p.row = row
	if err := f.known.once(row, u, o.Valid.From); err != nil {
		return p, err
	}
	f.known.add(u)
	if p.new {
		f.known.facts[u] = append(f.known.facts[u], *o)
	}
	f.known.mark(u, o)
	return p, nil
}

// plainCode tells whether a code can stand in a number and in an address.
func plainCode(code string) bool {
	for _, r := range code {
		if (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return false
		}
	}
	return true
}

// fields keeps a classification of up to three levels, keyed by path. A row names its parents too; they are made when they are missing.
func (im *importer) fields() error {
	list, err := readFields(im.tx, asOf{Day: im.today})
	if err != nil {
		return err
	}
	byPath, position := map[string]*Field{}, 0
	for i := range list {
		byPath[list[i].Path] = &list[i]
		position = max(position, list[i].Position+1)
	}
	return im.rows(func(row sheet.Row) error {
		levels := []string{row.Clean("level1"), row.Clean("level2"), row.Clean("level3")}
		if levels[0] == "" || levels[1] == "" && levels[2] != "" {
			return row.Err("level1", "sheet.err.required")
		}
		for _, name := range levels {
			if strings.Contains(name, " / ") || len(name) > maxName {
				return row.Err("level1", "directory.err.field-name")
			}
		}
		parent := uuid.Nil
		for i, name := range levels {
			if name == "" {
				break
			}
			path, own := PathOf(levels[:i+1]...), i == len(levels)-1 || levels[i+1] == ""
			f := byPath[path]
			isNew := f == nil
			if isNew {
				f = &Field{Path: path, Parent: parent, Position: position}
				if f.ID, err = newID(); err != nil {
					return err
				}
				f.Name.ZH = name
				position++
				byPath[path] = f
			}
			was := *f
			if own {
				if im.t.Has("name_en") && row.Clean("name_en") != "" {
					f.Name.EN = row.Clean("name_en")
				}
			}
			switch fact := *f; {
			case isNew || was != fact:
				im.changed(row, ImportChange{Name: path, New: isNew, Fields: differ([]string{"name_en"}, []string{was.Name.EN}, []string{fact.Name.EN})})
				im.todo.fields.put(fact.ID.String(), planned[Field]{fact: fact, row: row, fresh: isNew})
			case own:
				im.same(row)
			}
			parent = f.ID
		}
		return nil
	})
}
