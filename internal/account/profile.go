package account

import (
	"context"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Profile is what the owner sees of the own account.
type Profile struct {
	Account
	Email string // "" when none was given
}

// Me is the caller's own account.
func (s *Service) Me(ctx context.Context) (p Profile, err error) {
	id, err := own(ctx)
	if err != nil {
		return p, err
	}
	var sealed string
	if p.Account, sealed, err = s.load(ctx, id); err != nil || sealed == "" {
		return p, err
	}
	p.Email, err = s.keys.Open(emailPlace(id), sealed)
	return p, err
}

// SetProfile changes the caller's name and address for mail. A new address needs the password, because links are sent there. Errors: Invalid, TooMany.
func (s *Service) SetProfile(ctx context.Context, name, email, plain string) error {
	me, err := s.Me(ctx)
	if err != nil {
		return err
	}
	var check problem.Check
	name = checkName(&check, name)
	email, key := checkEmail(&check, email)
	if err := check.Err(); err != nil {
		return err
	}
	if email != me.Email {
		if _, err := s.confirmPassword(ctx, me.ID, plain); err != nil {
			return err
		}
	}
	sealed, index, err := s.sealEmail(me.ID, email, key)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		a, err := lockAccount(tx, me.ID)
		if err != nil {
			return err
		}
		if err := s.free(tx, me.ID, "", index); err != nil {
			return err
		}
		if err := tx.MustChange(`UPDATE account SET name = ?, find = ?, email_sealed = ?, email_index = ? WHERE id = ?`,
			name, findText(name, a.loginKey), sealed, null(index), me.ID); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.cache.forget(me.ID) })
		return s.publish(tx, ProfileChangedEvent, me.ID, uuid.Nil, nil)
	})
}

// ChangePassword sets the caller's password and ends all sessions but the one with this token. API tokens go on working. Errors: Invalid
// (fields current and password), TooMany, Unavailable.
func (s *Service) ChangePassword(ctx context.Context, current, plain, token string) error {
	me, err := s.Me(ctx)
	if err != nil {
		return err
	}
	var check problem.Check
	checkPassword(&check, "password", plain, me.Login, me.Name)
	if plain == current {
		check.Add("password", "account.problem.password-same")
	}
	if err := check.Err(); err != nil {
		return err
	}
	a, err := s.confirmPassword(ctx, me.ID, current)
	if p, ok := problem.Of(err); ok && p.Kind == problem.Invalid {
		return problem.On("current", "account.problem.password")
	}
	if err != nil {
		return err
	}
	hash, err := s.hasher.Hash(ctx, plain)
	if err != nil {
		return busy(err)
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		now, err := lockAccount(tx, me.ID)
		if err != nil {
			return err
		}
		if now.password != a.password {
			return problem.New(problem.Conflict, "problem.conflict")
		}
		return s.storePassword(tx, me.ID, hash, token)
	})
}
