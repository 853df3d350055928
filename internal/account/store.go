package account

import (
	"errors"
	"fmt"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

func isNotFound(err error) bool { return errors.Is(err, db.ErrNotFound) }

// text is an id as it is stored where there may be none.
func text(id uuid.UUID) string {
	if id == uuid.Nil {
		return ""
	}
	return id.String()
}

func null(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func parseID(s string) (uuid.UUID, error) {
	if s == "" {
		return uuid.Nil, nil
	}
	return uuid.Parse(s)
}

func scanID(r *db.Row) (uuid.UUID, error) {
	var v string
	if err := r.Scan(&v); err != nil {
		return uuid.Nil, err
	}
	return parseID(v)
}

// record is an account with what the service needs of its secrets.
type record struct {
	Account
	loginKey    string
	password    string
	emailSealed string
}

const selectAccount = `SELECT a.id, a.person_id, a.login, a.login_key, a.name, a.state, a.created, a.password, a.password_at, a.email_sealed,
	CASE WHEN t.confirmed IS NULL THEN 0 ELSE 1 END FROM account a LEFT JOIN account_totp t ON t.account_id = a.id `

func scanAccount(r *db.Row) (record, error) {
	var v record
	var id, person, state string
	if err := r.Scan(&id, &person, &v.Login, &v.loginKey, &v.Name, &state, &v.Created, &v.password, &v.PasswordAt, &v.emailSealed, &v.TwoFactor); err != nil {
		return v, err
	}
	v.State, v.HasPassword, v.HasEmail = State(state), v.password != "", v.emailSealed != ""
	var err1, err2 error
	v.ID, err1 = parseID(id)
	v.Person, err2 = parseID(person)
	return v, errors.Join(err1, err2)
}

func accountByLogin(tx *db.Tx, key string) (record, error) {
	return db.One(tx, scanAccount, selectAccount+`WHERE a.login_key = ?`, key)
}

func accountByID(tx *db.Tx, id uuid.UUID) (record, error) {
	return db.One(tx, scanAccount, selectAccount+`WHERE a.id = ?`, id)
}

// lockAccount keeps others from changing the account until the end of the transaction.
func lockAccount(tx *db.Tx, id uuid.UUID) (record, error) {
	if _, err := db.One(tx, db.ScanString, `SELECT id FROM account WHERE id = ?`+tx.ForUpdate(), id); err != nil {
		return record{}, fmt.Errorf("account %s: %w", id, err)
	}
	return accountByID(tx, id)
}

const selectGrant = `SELECT id, account_id, role, place_id, from_date, to_date, recorded, recorded_by, superseded FROM account_grant `

func scanGrant(r *db.Row) (Grant, error) {
	var g Grant
	var id, account, role, place, by string
	if err := r.Scan(&id, &account, &role, &place, &g.Days.From, &g.Days.To, &g.Recorded, &by, &g.Superseded); err != nil {
		return g, err
	}
	g.Role = authz.Role(role)
	for _, p := range []struct {
		into *uuid.UUID
		from string
	}{{&g.ID, id}, {&g.Account, account}, {&g.Place, place}, {&g.RecordedBy, by}} {
		var err error
		if *p.into, err = parseID(p.from); err != nil {
			return g, err
		}
	}
	return g, nil
}

func grantsOf(tx *db.Tx, accounts []uuid.UUID) (map[uuid.UUID][]Grant, error) {
	in, args := db.List(accounts)
	rows, err := db.All(tx, scanGrant, selectGrant+`WHERE superseded IS NULL AND account_id IN (`+in+`) ORDER BY account_id, role, place_id, from_date, id`, args...)
	out := map[uuid.UUID][]Grant{}
	for _, g := range rows {
		out[g.Account] = append(out[g.Account], g)
	}
	return out, err
}

// grantsToday are the roles held on a day.
func grantsToday(tx *db.Tx, account uuid.UUID, today clock.Date) ([]authz.Grant, error) {
	return db.All(tx, func(r *db.Row) (g authz.Grant, err error) {
		var role, place string
		if err := r.Scan(&role, &place); err != nil {
			return g, err
		}
		g.Role = authz.Role(role)
		g.Place, err = parseID(place)
		return g, err
	}, `SELECT DISTINCT role, place_id FROM account_grant WHERE account_id = ? AND superseded IS NULL AND from_date <= ?
		AND (to_date IS NULL OR to_date > ?) ORDER BY role, place_id`, account, today.String(), today.String())
}

func insertGrant(tx *db.Tx, g Grant) error {
	_, err := tx.Exec(`INSERT INTO account_grant (id, account_id, role, place_id, from_date, to_date, recorded, recorded_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		g.ID, g.Account, string(g.Role), text(g.Place), g.Days.From.String(), null(g.Days.To.String()), g.Recorded, text(g.RecordedBy))
	return err
}
