package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/job"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/secret"

	"github.com/google/uuid"
)

const (
	resetJob   = "account.reset"
	resetPlace = "account.reset-request"
)

// resetRequest is the job that a request becomes. What was typed is sealed: it may be an address.
type resetRequest struct {
	Typed string `json:"typed"`
}

// RequestReset takes the wish of somebody who forgot the password. Public. It does the same for every login and address: it leaves a job that
// looks for the account and mails a link when there is one and mail is set up, so that neither the answer nor its time tells which accounts exist.
// Errors: TooMany, which depends only on the asker's address.
func (s *Service) RequestReset(ctx context.Context, loginOrEmail string, v Visitor) error {
	key := secret.Normal(loginOrEmail)
	if len(key) > 256 {
		key = key[:256]
	}
	typed, err := s.keys.Seal(resetPlace, key)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		wait, err := s.take(tx, "reset", network(v.Address), resetPace)
		if err != nil {
			return err
		}
		if wait > 0 {
			return tooMany(wait)
		}
		return s.jobs.Put(tx, resetJob, resetRequest{typed}, job.Options{})
	})
}

// answerReset handles the job. Run twice it sends a second mail at worst, and the first link no longer works.
func (s *Service) answerReset(ctx context.Context, payload []byte) error {
	var req resetRequest
	if err := json.Unmarshal(payload, &req); err != nil {
		return fmt.Errorf("read reset request: %w", err)
	}
	key, err := s.keys.Open(resetPlace, req.Typed)
	if err != nil {
		return err
	}
	return s.db.Write(authz.With(ctx, authz.System()), func(tx *db.Tx) error {
		a, err := db.One(tx, scanAccount, selectAccount+`WHERE a.state = ? AND (a.login_key = ? OR a.email_index = ?) ORDER BY a.id`,
			string(Active), key, s.keys.Index("account.email", key))
		if isNotFound(err) || err == nil && (s.mail == nil || !a.HasEmail) {
			return nil
		}
		if err != nil {
			return err
		}
		// Too many are passed over, before the link of the last mail is replaced.
		wait, err := s.take(tx, s.keys.Index(attemptKind, "ask:"+a.ID.String()), "ask", mailPace)
		if err != nil || wait > 0 {
			return err
		}
		kind := resetCode
		if !a.HasPassword {
			kind = inviteCode
		}
		_, err = s.link(tx, a, kind)
		return err
	})
}

// ResetFor tells whether a reset link works. Public: whoever holds the code. Errors: Gone.
func (s *Service) ResetFor(ctx context.Context, code string) (login string, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		id, err := s.codeOwner(tx, resetCode, code)
		if err != nil {
			return err
		}
		a, err := accountByID(tx, id)
		login = a.Login
		return err
	})
	return login, err
}

// Reset sets a new password with a link. All sessions end, and the second factor stays. Public: whoever holds the code. The code works once.
// Errors: Gone, Invalid, Unavailable.
func (s *Service) Reset(ctx context.Context, code, plain string) error {
	var a Account
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		id, err := s.codeOwner(tx, resetCode, code)
		if err != nil {
			return err
		}
		rec, err := accountByID(tx, id)
		a = rec.Account
		return err
	})
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
	return s.db.Write(ctx, func(tx *db.Tx) error {
		id, err := s.useCode(tx, resetCode, code)
		if err != nil {
			return err
		}
		return s.storePassword(tx, id, hash, "")
	})
}

// storePassword sets the password, ends all sessions but one and takes back every link.
func (s *Service) storePassword(tx *db.Tx, id uuid.UUID, hash, butSession string) error {
	return errors.Join(tx.MustChange(`UPDATE account SET password = ?, password_at = ? WHERE id = ?`, hash, s.clock.Now(), id),
		s.endSessions(tx, id, butSession), dropCodes(tx, id), s.publish(tx, PasswordChangedEvent, id, uuid.Nil, nil))
}

// Sweep removes what no longer has a meaning: ended sessions, old codes, forgotten tries. It is for a daily job of the platform itself. It returns
// how many rows went.
func (s *Service) Sweep(ctx context.Context) (gone int64, err error) {
	if err := system(ctx); err != nil {
		return 0, err
	}
	now := s.clock.Now()
	idle := max(s.rules.MemberIdle, s.rules.StaffIdle)
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		gone = 0
		for _, q := range []struct {
			text string
			at   time.Time
		}{
			{`DELETE FROM account_session WHERE last_used < ?`, now.Add(-idle)},
			{`DELETE FROM account_session WHERE created < ?`, now.Add(-s.rules.Longest)},
			{`DELETE FROM account_code WHERE expires < ?`, now},
			{`DELETE FROM account_attempt WHERE last < ?`, now.Add(-longestOf)},
		} {
			n, err := tx.Exec(q.text, q.at)
			if err != nil {
				return err
			}
			gone += n
		}
		return nil
	})
	return gone, err
}
