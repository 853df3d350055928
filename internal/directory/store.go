package directory

import (
	"fmt"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

// id reads a UUID column in which ” means none.
type id struct{ p *uuid.UUID }

func (c id) Scan(v any) error {
	var s string
	switch x := v.(type) {
	case nil:
	case string:
		s = x
	case []byte:
		s = string(x)
	default:
		return fmt.Errorf("cannot read %T as an id", v)
	}
	if s == "" {
		*c.p = uuid.Nil
		return nil
	}
	u, err := uuid.Parse(s)
	*c.p = u
	return err
}

func idText(u uuid.UUID) string {
	if u == uuid.Nil {
		return ""
	}
	return u.String()
}

func dateText(d clock.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// asOf is the moment a reader asks about.
type asOf = When

const factCondition = ` valid_from <= ? AND (valid_to = '' OR valid_to > ?) AND recorded <= ? AND (superseded = 0 OR superseded > ?)`

func (a asOf) args() []any {
	known := db.Micros(a.Known)
	if known == 0 {
		known = 1<<62 - 1
	}
	day := a.Day.String()
	superseded := known
	if a.Known.IsZero() {
		superseded = 1<<62 - 1
	}
	return []any{day, day, known, superseded}
}

func readFields(tx *db.Tx, a asOf) ([]Field, error) {
	return db.All(tx, func(r *db.Row) (Field, error) {
		var f Field
		err := r.Scan(id{&f.ID}, &f.Path, &f.Name.ZH, &f.Name.EN, id{&f.Parent}, &f.Position)
		return f, err
	}, `SELECT field_id, path, name_zh, name_en, parent_id, position FROM field_fact WHERE`+factCondition+` ORDER BY position, path`, a.args()...)
}

func readTerms(tx *db.Tx) ([]Term, error) {
	return db.All(tx, func(r *db.Row) (t Term, err error) {
		err = r.Scan(id{&t.ID}, id{&t.Committee}, &t.Number, &t.Valid.From, &t.Valid.To)
		return t, err
	}, `SELECT term_id, committee_id, number, valid_from, valid_to FROM term_fact WHERE superseded = 0 ORDER BY committee_id, valid_from, number`)
}

type recorder struct {
	now time.Time
	by  string
}

func newRecorder(tx *db.Tx, c clock.Clock) recorder {
	return recorder{now: c.Now(), by: idText(authz.From(tx.Ctx()).Account)}
}

func newID() (uuid.UUID, error) {
	u, err := uuid.NewV7()
	if err != nil {
		return u, fmt.Errorf("new id: %w", err)
	}
	return u, nil
}

func (rec recorder) division(tx *db.Tx, d Division) error {
	fact, err := newID()
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE division_fact SET superseded = ? WHERE division_id = ? AND superseded = 0 AND valid_from = ?`, rec.now, d.ID, dateText(d.Valid.From)); err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO division_fact (id, division_id, code, name_zh, name_en, level, parent_id, lon, lat, valid_from, valid_to, recorded, recorded_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, fact, d.ID, d.Code, d.Name.ZH, d.Name.EN, string(d.Level), idText(d.Parent), d.Lon, d.Lat,
		dateText(d.Valid.From), dateText(d.Valid.To), rec.now, rec.by)
	return err
}

func (rec recorder) organisation(tx *db.Tx, o Organisation) error {
	fact, err := newID()
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE organisation_fact SET superseded = ? WHERE organisation_id = ? AND superseded = 0 AND valid_from = ?`, rec.now, o.ID, dateText(o.Valid.From)); err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO organisation_fact (id, organisation_id, kind, name_zh, name_en, level, division_id, parent_id, code, valid_from, valid_to, recorded, recorded_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, fact, o.ID, string(o.Kind), o.Name.ZH, o.Name.EN, string(o.Level), idText(o.Division), idText(o.Parent), o.Code,
		dateText(o.Valid.From), dateText(o.Valid.To), rec.now, rec.by)
	return err
}

func (rec recorder) field(tx *db.Tx, f Field, from clock.Date) error {
	fact, err := newID()
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE field_fact SET superseded = ? WHERE field_id = ? AND superseded = 0`, rec.now, f.ID); err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO field_fact (id, field_id, path, name_zh, name_en, parent_id, position, valid_from, recorded, recorded_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, fact, f.ID, f.Path, f.Name.ZH, f.Name.EN, idText(f.Parent), f.Position, dateText(from), rec.now, rec.by)
	return err
}

func (rec recorder) person(tx *db.Tx, p Person, c contact) error {
	fact, err := newID()
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE person_fact SET superseded = ? WHERE person_id = ? AND superseded = 0`, rec.now, p.ID); err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO person_fact (id, person_id, name, sex, birth_year, phone, phone_index, identity, identity_index, recorded, recorded_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, fact, p.ID, p.Name, p.Sex, p.BirthYear, c.phone, c.phoneIndex, c.identity, c.identityIndex, rec.now, rec.by)
	return err
}

// contact is the sealed part of a person.
type contact struct{ phone, phoneIndex, identity, identityIndex string }

func (rec recorder) membership(tx *db.Tx, m Membership, replaces uuid.UUID) error {
	if replaces != uuid.Nil {
		if err := tx.MustChange(`UPDATE membership SET superseded = ? WHERE id = ? AND superseded = 0`, rec.now, replaces); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`INSERT INTO membership (id, person_id, organisation_id, post, sector, service, start_reason, end_reason, note, valid_from, valid_to, recorded, recorded_by, replaces)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, m.ID, m.Person, m.Organisation, string(m.Post), m.Sector, string(m.Service), string(m.StartReason), string(m.EndReason), m.Note,
		dateText(m.Valid.From), dateText(m.Valid.To), rec.now, rec.by, idText(replaces))
	return err
}

func bump(tx *db.Tx) error {
	_, err := tx.Exec(`UPDATE directory_version SET version = version + 1 WHERE one = 1`)
	return err
}
