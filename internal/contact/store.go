package contact

import (
	"fmt"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

const linkColumns = `id, committee_id, kind, contact_id, target_id, valid_from, valid_to, end_reason, recorded, superseded`

func scanLink(r *db.Row) (l Link, err error) {
	var ids [4]string
	err = r.Scan(&ids[0], &ids[1], &l.Kind, &ids[2], &ids[3], &l.Valid.From, &l.Valid.To, &l.EndReason, &l.Recorded, &l.Superseded)
	if err != nil {
		return l, err
	}
	for i, p := range []*uuid.UUID{&l.ID, &l.Committee, &l.Contact, &l.Target} {
		if *p, err = uuid.Parse(ids[i]); err != nil {
			return l, fmt.Errorf("read link: %w", err)
		}
	}
	return l, nil
}

func readLinks(tx *db.Tx, where string, args ...any) ([]Link, error) {
	return db.All(tx, scanLink, `SELECT `+linkColumns+` FROM contact_link WHERE `+where+` ORDER BY valid_from, recorded, id`, args...)
}

func newID() (uuid.UUID, error) {
	u, err := uuid.NewV7()
	if err != nil {
		return u, fmt.Errorf("new id: %w", err)
	}
	return u, nil
}

func by(tx *db.Tx) string {
	if u := authz.From(tx.Ctx()).Account; u != uuid.Nil {
		return u.String()
	}
	return ""
}

// lock lets one at a time look at the links before it writes, and counts the change.
func lock(tx *db.Tx) error {
	return tx.MustChange(`UPDATE contact_version SET version = version + 1 WHERE one = 1`)
}

func version(tx *db.Tx) (int64, error) {
	return db.One(tx, db.ScanInt64, `SELECT version FROM contact_version WHERE one = 1`)
}

func insert(tx *db.Tx, l Link, now time.Time, replaces uuid.UUID) error {
	was := ""
	if replaces != uuid.Nil {
		was = replaces.String()
		if err := supersede(tx, replaces, now); err != nil {
			return err
		}
	}
	to := ""
	if !l.Valid.To.IsZero() {
		to = l.Valid.To.String()
	}
	_, err := tx.Exec(`INSERT INTO contact_link (id, committee_id, kind, contact_id, target_id, valid_from, valid_to, end_reason, recorded, recorded_by, replaces) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		l.ID, l.Committee, string(l.Kind), l.Contact, l.Target, l.Valid.From.String(), to, string(l.EndReason), now, by(tx), was)
	return err
}

func supersede(tx *db.Tx, id uuid.UUID, now time.Time) error {
	return tx.MustChange(`UPDATE contact_link SET superseded = ? WHERE id = ? AND superseded = 0`, now, id)
}
