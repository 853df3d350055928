package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/secret"

	"github.com/google/uuid"
)

// The methods in this file are for the command line, the demo and imports: the context must carry authz.System().

// Create makes an account with a password. Login is required here. Errors: Forbidden, Invalid.
func (s *Service) Create(ctx context.Context, in Invitation, plain string) (uuid.UUID, error) {
	if err := system(ctx); err != nil {
		return uuid.Nil, err
	}
	n, err := s.prepare(ctx, reach{all: true}, in)
	var check problem.Check
	if in.Login == "" {
		check.Add("login", "account.problem.login")
	}
	checkPassword(&check, "password", plain, in.Login, in.Name)
	if err := errors.Join(err, check.Err()); err != nil {
		return uuid.Nil, err
	}
	hash, err := s.hasher.Hash(ctx, plain)
	if err != nil {
		return uuid.Nil, busy(err)
	}
	return n.ID, s.db.Write(ctx, func(tx *db.Tx) error { return s.insert(tx, n, hash, s.clock.Now()) })
}

// AddUser makes an account whose name is its login, with the administrator's role from today when admin is set: the way to the first
// administrator. Errors: Forbidden, Invalid.
func (s *Service) AddUser(ctx context.Context, login, plain string, admin bool) (uuid.UUID, error) {
	in := Invitation{Login: login, Name: login}
	if admin {
		in.Grants = []NewGrant{{Role: authz.Admin, Days: clock.Interval{From: s.today()}}}
	}
	return s.Create(ctx, in, plain)
}

// SetPassword sets the password of a login and ends its sessions. Errors: Forbidden, Invalid, NotFound.
func (s *Service) SetPassword(ctx context.Context, login, plain string) error {
	a, err := s.byLogin(ctx, login)
	if err != nil {
		return err
	}
	var check problem.Check
	checkPassword(&check, "password", plain, a.Login, a.Name)
	if err := check.Err(); err != nil {
		return err
	}
	hash, err := s.hasher.Hash(ctx, plain)
	if err != nil {
		return busy(err)
	}
	return s.db.Write(ctx, func(tx *db.Tx) error { return s.storePassword(tx, a.ID, hash, "") })
}

// AddToken makes an API token for a login and returns it. A valid of 0 means for ever. Errors: Forbidden, Invalid, NotFound.
func (s *Service) AddToken(ctx context.Context, login, name string, scopes []authz.Scope, valid time.Duration) (plain string, err error) {
	a, err := s.byLogin(ctx, login)
	if err != nil {
		return "", err
	}
	var expires time.Time
	if valid != 0 {
		expires = s.clock.Now().Add(valid)
	}
	return s.makeToken(ctx, a.ID, name, scopes, expires)
}

func (s *Service) byLogin(ctx context.Context, login string) (a record, err error) {
	if err := system(ctx); err != nil {
		return a, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		a, err = accountByLogin(tx, secret.Normal(login))
		return err
	})
	if isNotFound(err) {
		return a, problem.New(problem.NotFound, "account.problem.no-login").Because(err)
	}
	return a, err
}

// Reencrypt seals every address and authenticator key again with the newest key of the ring. It may be stopped and run again. It returns how many
// values it changed.
func (s *Service) Reencrypt(ctx context.Context) (changed int, err error) {
	if err := system(ctx); err != nil {
		return 0, err
	}
	for _, c := range []struct {
		list, store string
		place       func(uuid.UUID) string
	}{
		{`SELECT id, email_sealed FROM account WHERE email_sealed <> '' AND id > ? ORDER BY id LIMIT 500`, `UPDATE account SET email_sealed = ? WHERE id = ? AND email_sealed = ?`, emailPlace},
		{`SELECT account_id, sealed FROM account_totp WHERE account_id > ? ORDER BY account_id LIMIT 500`, `UPDATE account_totp SET sealed = ? WHERE account_id = ? AND sealed = ?`, totpPlace},
	} {
		n, err := s.reencrypt(ctx, c.list, c.store, c.place)
		if changed += n; err != nil {
			return changed, err
		}
	}
	return changed, nil
}

func (s *Service) reencrypt(ctx context.Context, list, store string, place func(uuid.UUID) string) (changed int, err error) {
	type row struct{ id, sealed string }
	for last := ""; ; {
		n, rows := 0, []row(nil)
		err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
			n = 0
			rows, err = db.All(tx, func(r *db.Row) (v row, err error) { return v, r.Scan(&v.id, &v.sealed) }, list, last)
			if err != nil {
				return err
			}
			for _, v := range rows {
				id, err := parseID(v.id)
				if err != nil {
					return err
				}
				sealed, stale, err := s.keys.Reencrypt(place(id), v.sealed)
				if err != nil {
					return fmt.Errorf("account %s: %w", id, err)
				}
				if !stale {
					continue
				}
				done, err := tx.Exec(store, sealed, v.id, v.sealed)
				if err != nil {
					return err
				}
				n += int(done)
			}
			return nil
		})
		if changed += n; err != nil || len(rows) == 0 {
			return changed, err
		}
		last = rows[len(rows)-1].id
	}
}
