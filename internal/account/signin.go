package account

import (
	"context"
	"errors"
	"time"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/password"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/secret"

	"github.com/google/uuid"
)

// SignedIn is the outcome of a right password.
type SignedIn struct {
	Account uuid.UUID
	Token   string // for the session cookie; "" when a code is still needed
	Pending string // for SignInCode; "" when no code is needed
	Device  string // for the device cookie; "" until everything was right
}

const (
	pendingFor  = 10 * time.Minute
	attemptKind = "account.attempt" // names are counted by their blind index: a password typed into the wrong field must not be readable
)

// counted is under which subject and sources one try was counted.
type counted struct{ subject, source, spray string }

// SignIn checks login and password. Public. Whoever has a second factor gets Pending instead of Token. Errors: Invalid, the same and at the same
// cost for a wrong password and for a login that does not exist; TooMany with the minutes to wait, for both alike; Forbidden for the owner of
// a blocked account; Unavailable when too many others are signing in.
func (s *Service) SignIn(ctx context.Context, login, plain string, v Visitor) (SignedIn, error) {
	key := secret.Normal(login)
	if len(key) > 256 {
		key = key[:256]
	}
	var c counted
	if err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		c, err = s.countSignIn(tx, key, v)
		return err
	}); err != nil {
		return SignedIn{}, err
	}
	out, err := s.signIn(ctx, key, plain, v, c)
	if err != nil && !problem.Is(err, problem.Invalid) {
		// The try failed for another reason than a wrong password; it does not count. The caller's context may be over.
		undo := s.db.Write(context.WithoutCancel(ctx), func(tx *db.Tx) error { return c.forgive(tx) })
		return SignedIn{}, errors.Join(err, undo)
	}
	return out, err
}

// countSignIn counts the try before it is made: under the device when the cookie proves one and it is not slowed down, under the
// address otherwise. A refused try rolls the transaction back, so that nothing was counted.
func (s *Service) countSignIn(tx *db.Tx, key string, v Visitor) (counted, error) {
	c := counted{subject: s.keys.Index(attemptKind, key)}
	if device := s.deviceSource(v.Device, key); device != "" {
		wait, err := s.take(tx, c.subject, device, devicePace)
		if err != nil || wait == 0 {
			c.source = device
			return c, err
		}
	}
	c.source, c.spray = network(v.Address), network(v.Address)
	wait, err := s.take(tx, c.subject, c.source, namePace)
	if err != nil {
		return c, err
	}
	all, err := s.take(tx, "", c.spray, sprayPace)
	if err != nil {
		return c, err
	}
	if wait = max(wait, all); wait > 0 {
		return c, tooMany(wait)
	}
	return c, nil
}

func tooMany(wait time.Duration) error {
	minutes := int((wait + time.Minute - 1) / time.Minute)
	return problem.New(problem.TooMany, "account.problem.wait", "minutes", minutes)
}

func (c counted) forgive(tx *db.Tx) error {
	if err := forgive(tx, c.subject, c.source); err != nil || c.spray == "" {
		return err
	}
	return forgive(tx, "", c.spray)
}

// right forgets the wrong tries for this login from this source. The count of the address as a whole only loses this one try:
// otherwise an attacker's own account would open the door to all others.
func (c counted) right(tx *db.Tx) error {
	if err := clearAttempts(tx, c.subject, c.source); err != nil || c.spray == "" {
		return err
	}
	return forgive(tx, "", c.spray)
}

func (s *Service) signIn(ctx context.Context, key, plain string, v Visitor, c counted) (out SignedIn, err error) {
	var a record
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if a, err = accountByLogin(tx, key); isNotFound(err) {
			a, err = record{}, nil
		}
		return err
	})
	if err != nil {
		return out, err
	}
	ok, stale, err := s.verify(ctx, a.password, plain)
	if err != nil {
		return out, err
	}
	if !ok {
		return out, problem.On("password", "account.problem.sign-in")
	}
	renewed := ""
	if stale {
		if renewed, err = s.hasher.Hash(ctx, plain); err != nil {
			return out, busy(err)
		}
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		now, err := lockAccount(tx, a.ID)
		if err != nil {
			return err
		}
		if now.password != a.password { // changed while this was checked
			return problem.On("password", "account.problem.sign-in")
		}
		if now.State != Active {
			return problem.New(problem.Forbidden, "account.problem.blocked")
		}
		if renewed != "" {
			if err := tx.MustChange(`UPDATE account SET password = ? WHERE id = ?`, renewed, a.ID); err != nil {
				return err
			}
		}
		out = SignedIn{Account: a.ID}
		if now.TwoFactor {
			out.Pending, _, err = s.issueCode(tx, signInCode, a.ID, pendingFor)
			return errors.Join(err, c.forgive(tx))
		}
		return errors.Join(c.right(tx), s.finish(tx, &out, key, v))
	})
	if err != nil {
		return SignedIn{}, err
	}
	return out, nil
}

// finish starts the session and renews the device cookie.
func (s *Service) finish(tx *db.Tx, out *SignedIn, key string, v Visitor) (err error) {
	if out.Token, err = s.startSession(tx, out.Account, v); err != nil {
		return err
	}
	out.Device, err = s.newDevice(v.Device, key)
	return err
}

// SignInCode takes the second factor, a code of the authenticator or one of the recovery codes, after SignIn gave pending. Public. Errors: Invalid for a wrong or used
// code, TooMany, Gone when pending is unknown, used or older than ten minutes.
func (s *Service) SignInCode(ctx context.Context, pending, code string, v Visitor) (out SignedIn, err error) {
	var refused error
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		refused, out = nil, SignedIn{}
		id, err := s.codeOwner(tx, signInCode, pending)
		if err != nil {
			return err
		}
		a, err := lockAccount(tx, id)
		if err != nil {
			return err
		}
		refused, err = s.checkFactor(tx, a, code, s.deviceSource(v.Device, a.loginKey))
		if err != nil || refused != nil {
			return err // the try stays counted
		}
		if _, err := s.useCode(tx, signInCode, pending); err != nil {
			return err
		}
		out.Account = id
		c := counted{subject: s.keys.Index(attemptKind, a.loginKey), source: network(v.Address)}
		if device := s.deviceSource(v.Device, a.loginKey); device != "" {
			c.source = device
		}
		return errors.Join(s.finish(tx, &out, a.loginKey, v), c.right(tx))
	})
	if err == nil {
		err = refused
	}
	if err != nil {
		return SignedIn{}, err
	}
	return out, nil
}

func (s *Service) verify(ctx context.Context, stored, plain string) (ok, stale bool, err error) {
	ok, stale, err = s.hasher.Verify(ctx, stored, plain)
	return ok, stale, busy(err)
}

func busy(err error) error {
	if errors.Is(err, password.ErrBusy) {
		return problem.New(problem.Unavailable, "account.problem.busy").Because(err)
	}
	return err
}

// confirmPassword asks the caller for the own password again before something that a borrowed browser must not do. Wrong tries are counted.
func (s *Service) confirmPassword(ctx context.Context, id uuid.UUID, plain string) (record, error) {
	var a record
	subject := s.keys.Index(attemptKind, "confirm:"+id.String())
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		wait, err := s.take(tx, subject, "confirm", codePace)
		if err == nil && wait > 0 {
			return tooMany(wait)
		}
		if err == nil {
			a, err = accountByID(tx, id)
		}
		return err
	})
	if err != nil {
		return a, err
	}
	ok, _, err := s.verify(ctx, a.password, plain)
	if err == nil && !ok {
		return a, problem.On("password", "account.problem.password")
	}
	return a, errors.Join(err, s.db.Write(context.WithoutCancel(ctx), func(tx *db.Tx) error { return forgive(tx, subject, "confirm") }))
}
