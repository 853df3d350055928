package directory

import (
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
	f := &organisationFinder{known: newKnown(list, func(o *Organisation) uuid.UUID { return o.ID }), divisions: newKnown(ds, func(d *Division) uuid.UUID { return d.ID })}
	f.division = divisionReference(f.divisions)
	return f, list, nil
}

// organisation finds what a cell names: an id, a committee's code, or a name, which has to be the only one of the division (when one is given).
func (f *organisationFinder) organisation(row sheet.Row, column string, division uuid.UUID) (uuid.UUID, error) {
	return reference(row, column, row.Clean(column), func(u uuid.UUID) bool { return f.known.facts[u] != nil }, func(text string) []uuid.UUID {
		if found := f.known.find(func(o *Organisation) bool { return o.Code == text }); len(found) > 0 {
			return found
		}
		found := f.known.find(func(o *Organisation) bool { return o.Name.ZH == text })
		if len(found) < 2 || division == uuid.Nil {
			return found
		}
		return f.known.find(func(o *Organisation) bool { return o.Name.ZH == text && o.Division == division })
	})
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
	for _, p := range rows {
		if err := im.settleOrganisation(f, stand, p); err != nil && !im.out.Bad.Add(err) {
			return err
		}
	}
	return nil
}

func (im *importer) settleOrganisation(f *organisationFinder, stand *known[Organisation], p pending[Organisation]) error {
	o := p.fact
	if im.t.Has("parent") {
		var err error
		if o.Parent, err = f.organisation(p.row, "parent", o.Division); err != nil {
			return err
		}
		if o.Parent == o.ID {
			return p.row.Err("parent", "directory.err.own-parent")
		}
	}
	if p.was != nil && *p.was == o {
		im.same()
		return nil
	}
	if o.Kind == Committee && o.Code != "" {
		taken := stand.find(func(k *Organisation) bool { return k.Kind == Committee && k.Code == o.Code && k.ID != o.ID })
		if len(taken) > 0 {
			return p.row.Err("code", "directory.err.code-taken", "code", o.Code)
		}
	}
	record, all, ok := place(stand.facts[o.ID], organisationDays, o)
	if !ok {
		return p.row.Err("to", "directory.err.overlap")
	}
	stand.add(o.ID)
	stand.facts[o.ID] = all
	im.changed(p.row.Line, o.Name.ZH, p.new, func() error {
		for _, fact := range record {
			if err := im.rec.organisation(im.tx, fact); err != nil {
				return err
			}
		}
		return nil
	})
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
		found := f.known.find(func(o *Organisation) bool {
			return o.Kind == kind && o.Name.ZH == name && (!im.t.Has("division") || o.Division == division)
		})
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
	f.known.add(u)
	if p.new {
		f.known.facts[u] = append(f.known.facts[u], *o)
	}
	return p, f.known.once(row, u, o.Valid.From)
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
				im.changed(row.Line, path, isNew, func() error { return im.rec.field(im.tx, fact, clock.Of(2000, 1, 1)) })
			case own:
				im.same()
			}
			parent = f.ID
		}
		return nil
	})
}
