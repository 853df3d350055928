package directory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// importedTable is a table of facts: what its rows are called, what they are about, and what they say.
type importedTable struct {
	name, of, label, columns string
	replaces                 bool
}

func importedTables() []importedTable {
	const person = `(SELECT name FROM person_fact p WHERE p.person_id = t.person_id ORDER BY p.superseded = 0 DESC, p.recorded DESC LIMIT 1)`
	const committee = `(SELECT name_zh FROM organisation_fact o WHERE o.organisation_id = t.committee_id ORDER BY o.superseded = 0 DESC, o.recorded DESC LIMIT 1)`
	return []importedTable{
		{"division_fact", "division_id", "name_zh", "division_id, code, name_zh, name_en, level, parent_id, lon, lat, valid_from, valid_to", false},
		{"organisation_fact", "organisation_id", "name_zh", "organisation_id, kind, name_zh, name_en, level, division_id, parent_id, code, valid_from, valid_to", false},
		{"field_fact", "field_id", "path", "field_id, path, name_zh, name_en, parent_id, position, valid_from, valid_to", false},
		{"term_fact", "term_id", committee, "term_id, committee_id, number, valid_from, valid_to", false},
		{"person_fact", "person_id", "name", "person_id, name, sex, birth_year, phone, phone_index, identity, identity_index", false},
		{"affiliation", "person_id", person, "person_id, party, probationary, valid_from, valid_to", true},
		{"membership", "person_id", person, "person_id, organisation_id, post, sector, service, start_reason, end_reason, note, valid_from, valid_to", true},
	}
}

// leaning are the columns by which present facts lean on a thing that an undone import would take away.
func leaning() []struct{ table, column, thing, of string } {
	return []struct{ table, column, thing, of string }{
		{"division_fact", "parent_id", "division_fact", "division_id"},
		{"organisation_fact", "division_id", "division_fact", "division_id"},
		{"organisation_fact", "parent_id", "organisation_fact", "organisation_id"},
		{"term_fact", "committee_id", "organisation_fact", "organisation_id"},
		{"membership", "organisation_id", "organisation_fact", "organisation_id"},
		{"membership", "person_id", "person_fact", "person_id"},
		{"affiliation", "person_id", "person_fact", "person_id"},
		{"field_fact", "parent_id", "field_fact", "field_id"},
	}
}

// UndoImport takes a whole import back within a day: everything that it recorded is superseded, and what it superseded is recorded anew. Nothing is deleted.
// For administrators, the platform and organisers of its committee. It is refused, with names, when something that it recorded was changed since or is leaned
// on by something later. Errors: Conflict, NotFound.
func (s *Service) UndoImport(ctx context.Context, u uuid.UUID) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := lock(tx); err != nil {
			return err
		}
		run, err := s.mine(ctx, tx, u)
		if err != nil {
			return err
		}
		if !run.MayUndo {
			return problem.New(problem.Conflict, "directory.err.undo-late")
		}
		if err := changedSince(tx, u); err != nil {
			return err
		}
		people, err := peopleOfImport(tx, u)
		if err != nil {
			return err
		}
		rec := newRecorder(tx, s.clock)
		if err := takeBack(tx, rec, u); err != nil {
			return err
		}
		if err := leanedOn(tx, u); err != nil {
			return err
		}
		organisations, err := organisationsOfImport(tx, u)
		if err != nil {
			return err
		}
		if err := errors.Join(checkOrganisations(tx, organisations), checkMemberships(tx, people), checkNumbers(tx)); err != nil {
			return err
		}
		if err := tx.MustChange(`UPDATE directory_import SET state = ?, undone = ?, undone_by = ? WHERE id = ? AND state = ?`, string(ImportUndone), rec.now, idText(authz.From(ctx).Account), u, string(ImportStored)); err != nil {
			return err
		}
		tx.AfterCommit(s.changed)
		return bump(tx)
	})
}

// named gathers what stands in the way, by name.
func named(key string, names []string) error {
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	names = slices.Compact(names)
	more := len(names)
	names = names[:min(len(names), 10)]
	return problem.New(problem.Conflict, key, "names", strings.Join(names, "、"), "n", more)
}

// changedSince lists what an import recorded and what is not the present knowledge any more.
func changedSince(tx *db.Tx, u uuid.UUID) error {
	var names []string
	for _, t := range importedTables() {
		found, err := db.All(tx, db.ScanString, `SELECT `+t.label+` FROM `+t.name+` t WHERE import_id = ? AND superseded <> 0 ORDER BY id LIMIT 50`, u)
		if err != nil {
			return err
		}
		names = append(names, found...)
	}
	return named("directory.err.undo-changed", names)
}

// peopleOfImport are those whose memberships or affiliations an import touched.
func peopleOfImport(tx *db.Tx, u uuid.UUID) ([]uuid.UUID, error) {
	one := func(r *db.Row) (p uuid.UUID, err error) { err = r.Scan(id{&p}); return p, err }
	return db.All(tx, one, `SELECT person_id FROM membership WHERE import_id = ? OR superseded_import = ? UNION SELECT person_id FROM affiliation WHERE import_id = ? OR superseded_import = ?`, u, u, u, u)
}

// organisationsOfImport are the present facts of those that an import touched, and of what stands below them.
func organisationsOfImport(tx *db.Tx, u uuid.UUID) ([]Organisation, error) {
	one := func(r *db.Row) (o uuid.UUID, err error) { err = r.Scan(id{&o}); return o, err }
	list, err := db.All(tx, one, `SELECT DISTINCT organisation_id FROM organisation_fact WHERE import_id = ? OR superseded_import = ?`, u, u)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	touched := make(map[uuid.UUID]bool, len(list))
	for _, o := range list {
		touched[o] = true
	}
	all, err := allOrganisations(tx)
	return slices.DeleteFunc(all, func(o Organisation) bool { return !touched[o.ID] && !touched[o.Parent] }), err
}

func takeBack(tx *db.Tx, rec recorder, u uuid.UUID) error {
	for _, t := range importedTables() {
		if _, err := tx.Exec(`UPDATE `+t.name+` SET superseded = ? WHERE import_id = ? AND superseded = 0`, rec.now, u); err != nil {
			return fmt.Errorf("undo in %s: %w", t.name, err)
		}
		was, err := db.All(tx, db.ScanString, `SELECT id FROM `+t.name+` WHERE superseded_import = ? ORDER BY id`, u)
		if err != nil {
			return err
		}
		into, from := `id, `+t.columns+`, recorded, recorded_by`, `CAST(? AS TEXT), `+t.columns+`, CAST(? AS BIGINT), CAST(? AS TEXT)`
		if t.replaces {
			into, from = into+`, replaces`, from+`, id`
		}
		for _, row := range was {
			fresh, err := newID()
			if err != nil {
				return err
			}
			if _, err := tx.Exec(`INSERT INTO `+t.name+` (`+into+`) SELECT `+from+` FROM `+t.name+` WHERE id = ?`, fresh.String(), rec.now.UnixMicro(), rec.by, row); err != nil {
				return fmt.Errorf("record anew in %s: %w", t.name, err)
			}
		}
	}
	return nil
}

// leanedOn lists present facts whose person, organisation, division or field is gone with the import.
func leanedOn(tx *db.Tx, u uuid.UUID) error {
	var names []string
	tables := map[string]importedTable{}
	for _, t := range importedTables() {
		tables[t.name] = t
	}
	for _, l := range leaning() {
		found, err := db.All(tx, db.ScanString, `SELECT `+tables[l.table].label+` FROM `+l.table+` t WHERE t.superseded = 0
			AND t.`+l.column+` IN (SELECT `+l.of+` FROM `+l.thing+` WHERE import_id = ?) AND t.`+l.column+` NOT IN (SELECT `+l.of+` FROM `+l.thing+` WHERE superseded = 0) ORDER BY t.id LIMIT 50`, u)
		if err != nil {
			return err
		}
		names = append(names, found...)
	}
	return named("directory.err.undo-leaned", names)
}
