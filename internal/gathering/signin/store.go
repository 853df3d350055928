package signin

import (
	"context"
	"fmt"
	"io"
	"time"

	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

// row is what makes the codes of a gathering.
type row struct {
	gathering uuid.UUID
	handle    string
	sealed    string
	poster    bool
	serial    int64
}

const selectRow = `SELECT gathering_id, handle, secret_sealed, poster, poster_serial FROM gathering_signin `

func scanRow(r *db.Row) (v row, err error) {
	var id string
	if err = r.Scan(&id, &v.handle, &v.sealed, &v.poster, &v.serial); err != nil {
		return v, err
	}
	v.gathering, err = uuid.Parse(id)
	return v, err
}

func rowsOf(tx *db.Tx, ids []uuid.UUID) (map[uuid.UUID]row, error) {
	out := map[uuid.UUID]row{}
	if len(ids) == 0 {
		return out, nil
	}
	in, args := db.List(ids)
	list, err := db.All(tx, scanRow, selectRow+`WHERE gathering_id IN (`+in+`) ORDER BY gathering_id LIMIT 100`, args...)
	for _, r := range list {
		out[r.gathering] = r
	}
	return out, err
}

// rowByHandle finds the gathering that an address names. Errors: db.ErrNotFound.
func rowByHandle(tx *db.Tx, handle string) (row, error) {
	return db.One(tx, scanRow, selectRow+`WHERE handle = ?`, handle)
}

func sealPlace(gathering uuid.UUID) string { return "gathering.signin:" + gathering.String() }

func (s *Service) secretOf(r row) (secret, error) {
	plain, err := s.n.Keys.Open(sealPlace(r.gathering), r.sealed)
	if err != nil {
		return nil, fmt.Errorf("secret of gathering %s: %w", r.gathering, err)
	}
	return secret(plain), nil
}

// fresh makes a secret.
func (s *Service) fresh(gathering uuid.UUID) (handle, sealed string, err error) {
	b := make([]byte, secretSize+8)
	if _, err = io.ReadFull(s.n.Random, b); err != nil {
		return "", "", fmt.Errorf("make secret: %w", err)
	}
	sealed, err = s.n.Keys.Seal(sealPlace(gathering), string(b[:secretSize]))
	return letters().EncodeToString(b[secretSize:])[:handleSize], sealed, err
}

// ensure gives each gathering its codes when they are first asked for.
func (s *Service) ensure(ctx context.Context, ids []uuid.UUID) error {
	var missing []uuid.UUID
	err := s.n.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := rowsOf(tx, ids)
		for _, id := range ids {
			if _, ok := rows[id]; !ok {
				missing = append(missing, id)
			}
		}
		return err
	})
	if err != nil || len(missing) == 0 {
		return err
	}
	return s.n.DB.Write(ctx, func(tx *db.Tx) error {
		for _, id := range missing {
			handle, sealed, err := s.fresh(id)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(`INSERT INTO gathering_signin (gathering_id, handle, secret_sealed, created) VALUES (?, ?, ?, ?) ON CONFLICT (gathering_id) DO NOTHING`,
				id, handle, sealed, s.n.Clock.Now()); err != nil {
				return err
			}
		}
		return nil
	})
}

// sinceOf tells since when the person has been there, of the gatherings where a phone signed them in.
func sinceOf(tx *db.Tx, person uuid.UUID, ids []uuid.UUID) (map[uuid.UUID]time.Time, error) {
	out := map[uuid.UUID]time.Time{}
	if len(ids) == 0 {
		return out, nil
	}
	in, args := db.List(ids)
	err := tx.Rows(func(r *db.Row) error {
		var id string
		var at time.Time
		if err := r.Scan(&id, &at); err != nil {
			return err
		}
		g, err := uuid.Parse(id)
		out[g] = at
		return err
	}, `SELECT gathering_id, stated FROM gathering_signin_mark WHERE person_id = ? AND gathering_id IN (`+in+`)`, append([]any{person}, args...)...)
	return out, err
}

type markRow struct {
	gathering, person, account uuid.UUID
	device                     string
	way                        Way
	stated, received           time.Time
}

// mark writes down by which phone somebody signed in; taken when that phone has signed in somebody else there. A second time for the same person changes nothing.
func mark(tx *db.Tx, m markRow) (taken bool, err error) {
	n, err := tx.Exec(`INSERT INTO gathering_signin_mark (gathering_id, person_id, account_id, device, way, stated, received) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		m.gathering, m.person, m.account, m.device, string(m.way), m.stated, m.received)
	if err != nil || n == 1 {
		return false, err
	}
	own, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM gathering_signin_mark WHERE gathering_id = ? AND person_id = ?`, m.gathering, m.person)
	return own == 0, err
}

// failsOf counts wrong codes of an account since a moment.
func failsOf(tx *db.Tx, account uuid.UUID, since time.Time) (int, error) {
	return db.One(tx, db.ScanInt, `SELECT COALESCE(SUM(fails), 0) FROM gathering_signin_try WHERE account_id = ? AND since > ?`, account, since)
}

func countFail(tx *db.Tx, account uuid.UUID, now, since time.Time) error {
	_, err := tx.Exec(`INSERT INTO gathering_signin_try (account_id, since, fails) VALUES (?, ?, 1)
		ON CONFLICT (account_id) DO UPDATE SET fails = CASE WHEN gathering_signin_try.since > ? THEN gathering_signin_try.fails + 1 ELSE 1 END,
		since = CASE WHEN gathering_signin_try.since > ? THEN gathering_signin_try.since ELSE excluded.since END`, account, now, since, since)
	return err
}

// Sweep forgets by which phone somebody signed in once nothing can come late any more, and old counts of wrong codes. It belongs to the platform's clock.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.n.Clock.Now()
	return s.n.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`DELETE FROM gathering_signin_mark WHERE received < ?`, now.Add(-keepMark)); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM gathering_signin_try WHERE since < ?`, now.Add(-triesWithin))
		return err
	})
}
