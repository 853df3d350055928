package branchlife

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

// Scan implements sql.Scanner.
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

func newID() (uuid.UUID, error) {
	u, err := uuid.NewV7()
	if err != nil {
		return u, fmt.Errorf("new id: %w", err)
	}
	return u, nil
}

func by(tx *db.Tx) string { return idText(authz.From(tx.Ctx()).Account) }

// lock lets one at a time look before it writes.
func lock(tx *db.Tx) error {
	return tx.MustChange(`UPDATE branchlife_lock SET version = version + 1 WHERE one = 1`)
}

const ruleColumns = `id, scope_id, kind, counts, every, times, condition, valid_from, valid_to, source, source_en, recorded, superseded`

func scanRule(r *db.Row) (x Rule, err error) {
	err = r.Scan(id{&x.ID}, id{&x.Scope}, &x.Kind, &x.Counts, &x.Every, &x.Times, &x.Condition, &x.Valid.From, &x.Valid.To, &x.Source, &x.SourceEN, &x.Recorded, &x.Superseded)
	return x, err
}

func readRules(tx *db.Tx, where string, args ...any) ([]Rule, error) {
	return db.All(tx, scanRule, `SELECT `+ruleColumns+` FROM branchlife_rule WHERE `+where+` ORDER BY kind, scope_id, valid_from, recorded, id`, args...)
}

func insertRule(tx *db.Tx, x Rule, now time.Time, replaces uuid.UUID) error {
	if replaces != uuid.Nil {
		if err := tx.MustChange(`UPDATE branchlife_rule SET superseded = ? WHERE id = ? AND superseded = 0`, now, replaces); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`INSERT INTO branchlife_rule (id, scope_id, kind, counts, every, times, condition, valid_from, valid_to, source, source_en, recorded, recorded_by, replaces) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		x.ID, idText(x.Scope), string(x.Kind), string(x.Counts), string(x.Every), x.Times, string(x.Condition), dateText(x.Valid.From), dateText(x.Valid.To), x.Source, x.SourceEN, now, by(tx), idText(replaces))
	return err
}
