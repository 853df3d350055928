package directory

import (
	"fmt"
	"slices"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/sheet"

	"github.com/google/uuid"
)

// planned is a fact that a row asks for. replaces is the fact of a membership or an affiliation that it corrects; fresh tells that nothing was known of the thing.
type planned[T any] struct {
	fact     T
	row      sheet.Row
	replaces uuid.UUID
	fresh    bool
}

// plan is what has to be written, each thing and day once.
type plan struct {
	divisions     list[Division]
	organisations list[Organisation]
	fields        list[Field]
	terms         list[Term]
	people        list[personFact]
	affiliations  list[Affiliation]
	memberships   list[Membership]
}

// list keeps what is planned; what is planned again under the same key takes the place of the first.
type list[T any] struct {
	all []planned[T]
	at  map[string]int
}

func (l *list[T]) put(key string, p planned[T]) {
	if l.at == nil {
		l.at = map[string]int{}
	}
	if i, twice := l.at[key]; twice {
		p.fresh, p.replaces = l.all[i].fresh, l.all[i].replaces
		l.all[i] = p
		return
	}
	l.at[key] = len(l.all)
	l.all = append(l.all, p)
}

func (p *plan) size() int {
	return len(p.divisions.all) + len(p.organisations.all) + len(p.fields.all) + len(p.terms.all) + len(p.people.all) + len(p.affiliations.all) + len(p.memberships.all)
}

// writer puts a plan into the database and tells how far it is.
type writer struct {
	tx   *db.Tx
	rec  recorder
	run  string // the id of the import
	done func(n int)
}

// supersede ends what is known under some ids, in pieces. exact: each id has to be the present knowledge of one fact, or the whole is refused as ErrNotFound.
func (w writer) supersede(table, column string, ids []string, exact bool) error {
	for chunk := range slices.Chunk(ids, 500) {
		in, args := db.List(chunk)
		n, err := w.tx.Exec(`UPDATE `+table+` SET superseded = ?, superseded_import = ? WHERE superseded = 0 AND `+column+` IN (`+in+`)`, append([]any{w.rec.now, w.run}, args...)...)
		if err != nil {
			return err
		}
		if exact && int(n) != len(chunk) {
			return fmt.Errorf("%d of %d facts of %s are the present knowledge: %w", n, len(chunk), table, db.ErrNotFound)
		}
	}
	return nil
}

// supersedeDay ends the fact of a thing that begins on a day.
func (w writer) supersedeDay(table, column string, thing uuid.UUID, from string) error {
	_, err := w.tx.Exec(`UPDATE `+table+` SET superseded = ?, superseded_import = ? WHERE `+column+` = ? AND superseded = 0 AND valid_from = ?`, w.rec.now, w.run, thing, from)
	return err
}

// insert writes rows in pieces small enough to tell of progress.
func (w writer) insert(table string, columns []string, rows [][]any) error {
	columns = append(columns, "recorded", "recorded_by", "import_id")
	for i := range rows {
		rows[i] = append(rows[i], w.rec.now, w.rec.by, w.run)
	}
	for chunk := range slices.Chunk(rows, 4096) {
		if err := w.tx.InsertMany(table, columns, chunk); err != nil {
			return fmt.Errorf("write %s: %w", table, err)
		}
		if w.done != nil {
			w.done(len(chunk))
		}
	}
	return nil
}

// rowsOf makes the rows of a table, each with a new id first when withID is set.
func rowsOf[T any](l list[T], withID bool, values func(planned[T]) []any) ([][]any, error) {
	out := make([][]any, len(l.all))
	for i, p := range l.all {
		if withID {
			id, err := newID()
			if err != nil {
				return nil, err
			}
			out[i] = append([]any{id.String()}, values(p)...)
			continue
		}
		out[i] = values(p)
	}
	return out, nil
}

func (p *plan) write(w writer) error {
	for _, step := range []func(writer) error{p.writePlaces, p.writeTerms, p.writePeople, p.writeMemberships} {
		if err := step(w); err != nil {
			return err
		}
	}
	return nil
}

func (p *plan) writePlaces(w writer) error {
	for _, d := range p.divisions.all {
		if !d.fresh {
			if err := w.supersedeDay("division_fact", "division_id", d.fact.ID, dateText(d.fact.Valid.From)); err != nil {
				return err
			}
		}
	}
	rows, err := rowsOf(p.divisions, true, func(p planned[Division]) []any {
		d := p.fact
		return []any{d.ID.String(), d.Code, d.Name.ZH, d.Name.EN, string(d.Level), idText(d.Parent), d.Lon, d.Lat, dateText(d.Valid.From), dateText(d.Valid.To)}
	})
	if err == nil {
		err = w.insert("division_fact", []string{"id", "division_id", "code", "name_zh", "name_en", "level", "parent_id", "lon", "lat", "valid_from", "valid_to"}, rows)
	}
	if err != nil {
		return err
	}
	for _, o := range p.organisations.all {
		if !o.fresh {
			if err := w.supersedeDay("organisation_fact", "organisation_id", o.fact.ID, dateText(o.fact.Valid.From)); err != nil {
				return err
			}
		}
	}
	rows, err = rowsOf(p.organisations, true, func(p planned[Organisation]) []any {
		o := p.fact
		return []any{o.ID.String(), string(o.Kind), o.Name.ZH, o.Name.EN, string(o.Level), idText(o.Division), idText(o.Parent), o.Code, dateText(o.Valid.From), dateText(o.Valid.To)}
	})
	if err == nil {
		err = w.insert("organisation_fact", []string{"id", "organisation_id", "kind", "name_zh", "name_en", "level", "division_id", "parent_id", "code", "valid_from", "valid_to"}, rows)
	}
	if err != nil {
		return err
	}
	if err := w.supersede("field_fact", "field_id", known0(p.fields, func(f Field) uuid.UUID { return f.ID }), false); err != nil {
		return err
	}
	rows, err = rowsOf(p.fields, true, func(p planned[Field]) []any {
		f := p.fact
		return []any{f.ID.String(), f.Path, f.Name.ZH, f.Name.EN, idText(f.Parent), f.Position, dateText(firstDay())}
	})
	if err != nil {
		return err
	}
	return w.insert("field_fact", []string{"id", "field_id", "path", "name_zh", "name_en", "parent_id", "position", "valid_from"}, rows)
}

// known0 are the ids of what is not fresh.
func known0[T any](l list[T], id func(T) uuid.UUID) []string {
	var out []string
	for _, p := range l.all {
		if !p.fresh {
			out = append(out, id(p.fact).String())
		}
	}
	return out
}

func replaced[T any](l list[T]) []string {
	var out []string
	for _, p := range l.all {
		if p.replaces != uuid.Nil {
			out = append(out, p.replaces.String())
		}
	}
	return out
}

func (p *plan) writeTerms(w writer) error {
	if err := w.supersede("term_fact", "term_id", known0(p.terms, func(t Term) uuid.UUID { return t.ID }), false); err != nil {
		return err
	}
	rows, err := rowsOf(p.terms, true, func(p planned[Term]) []any {
		t := p.fact
		return []any{t.ID.String(), t.Committee.String(), t.Number, dateText(t.Valid.From), dateText(t.Valid.To)}
	})
	if err != nil {
		return err
	}
	return w.insert("term_fact", []string{"id", "term_id", "committee_id", "number", "valid_from", "valid_to"}, rows)
}

func (p *plan) writePeople(w writer) error {
	if err := w.supersede("person_fact", "person_id", known0(p.people, func(p personFact) uuid.UUID { return p.ID }), false); err != nil {
		return err
	}
	rows, err := rowsOf(p.people, true, func(p planned[personFact]) []any {
		f := p.fact
		return []any{f.ID.String(), f.Name, f.Sex, f.BirthYear, f.phone, f.phoneIndex, f.identity, f.identityIndex}
	})
	if err == nil {
		err = w.insert("person_fact", []string{"id", "person_id", "name", "sex", "birth_year", "phone", "phone_index", "identity", "identity_index"}, rows)
	}
	if err != nil {
		return err
	}
	if err := w.supersede("affiliation", "id", replaced(p.affiliations), true); err != nil {
		return err
	}
	rows, err = rowsOf(p.affiliations, false, func(p planned[Affiliation]) []any {
		a := p.fact
		return []any{a.ID.String(), a.Person.String(), string(a.Party), a.Probationary, dateText(a.Valid.From), dateText(a.Valid.To), idText(p.replaces)}
	})
	if err != nil {
		return err
	}
	return w.insert("affiliation", []string{"id", "person_id", "party", "probationary", "valid_from", "valid_to", "replaces"}, rows)
}

func (p *plan) writeMemberships(w writer) error {
	if err := w.supersede("membership", "id", replaced(p.memberships), true); err != nil {
		return err
	}
	rows, err := rowsOf(p.memberships, false, func(p planned[Membership]) []any {
		m := p.fact
		return []any{m.ID.String(), m.Person.String(), m.Organisation.String(), string(m.Post), m.Sector, string(m.Service), string(m.StartReason), string(m.EndReason), m.Note,
			dateText(m.Valid.From), dateText(m.Valid.To), idText(p.replaces)}
	})
	if err != nil {
		return err
	}
	return w.insert("membership", []string{"id", "person_id", "organisation_id", "post", "sector", "service", "start_reason", "end_reason", "note", "valid_from", "valid_to", "replaces"}, rows)
}
