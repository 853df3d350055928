package account

import (
	"bytes"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"image/png"
	"io"
	"strings"
	"time"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/secret"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
	"github.com/google/uuid"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

const (
	stepSeconds   = 30
	recoveryCodes = 10
)

// Enrolment is what an authenticator app needs; it is shown until it is confirmed.
type Enrolment struct {
	Secret string // base32, to be typed by hand
	URL    string // otpauth://…
}

func totpPlace(id uuid.UUID) string { return "account_totp.sealed:" + id.String() }

// EnrolTOTP begins (or goes on with) setting up the caller's second factor. It counts only after ConfirmTOTP. Errors: Conflict when there is one.
func (s *Service) EnrolTOTP(ctx context.Context) (e Enrolment, err error) {
	id, err := own(ctx)
	if err != nil {
		return e, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		a, err := lockAccount(tx, id)
		if err != nil {
			return err
		}
		if a.TwoFactor {
			return problem.New(problem.Conflict, "account.problem.two-factor-on")
		}
		base32, err := s.totpSecret(tx, id)
		if isNotFound(err) {
			base32, err = s.newTOTPSecret(tx, id)
		}
		if err != nil {
			return err
		}
		e, err = s.enrolment(a.Login, base32)
		return err
	})
	return e, err
}

func (s *Service) newTOTPSecret(tx *db.Tx, id uuid.UUID) (string, error) {
	raw := make([]byte, 20) // as long as the hash behind the codes, as RFC 4226 asks
	if _, err := io.ReadFull(s.random, raw); err != nil {
		return "", fmt.Errorf("make authenticator key: %w", err)
	}
	text := base32Text(raw)
	sealed, err := s.keys.Seal(totpPlace(id), text)
	if err != nil {
		return "", err
	}
	_, err = tx.Exec(`INSERT INTO account_totp (account_id, sealed, created) VALUES (?, ?, ?)`, id, sealed, s.clock.Now())
	return text, err
}

func (s *Service) enrolment(login, base32 string) (Enrolment, error) {
	raw, err := base32Bytes(base32)
	if err != nil {
		return Enrolment{}, err
	}
	k, err := totp.Generate(totp.GenerateOpts{Issuer: s.issuer, AccountName: login, Secret: raw, Period: stepSeconds})
	if err != nil {
		return Enrolment{}, fmt.Errorf("write authenticator key: %w", err)
	}
	return Enrolment{Secret: k.Secret(), URL: k.URL()}, nil
}

func (s *Service) totpSecret(tx *db.Tx, id uuid.UUID) (string, error) {
	sealed, err := db.One(tx, db.ScanString, `SELECT sealed FROM account_totp WHERE account_id = ?`, id)
	if err != nil {
		return "", err
	}
	return s.keys.Open(totpPlace(id), sealed)
}

// TOTPImage is the QR code of an enrolment that was begun and not confirmed, as PNG. Errors: NotFound.
func (s *Service) TOTPImage(ctx context.Context) ([]byte, error) {
	id, err := own(ctx)
	if err != nil {
		return nil, err
	}
	var e Enrolment
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		a, err := accountByID(tx, id)
		if err != nil {
			return err
		}
		if a.TwoFactor {
			return db.ErrNotFound // a confirmed secret is never shown again
		}
		base32, err := s.totpSecret(tx, id)
		if err != nil {
			return err
		}
		e, err = s.enrolment(a.Login, base32)
		return err
	})
	if err != nil {
		return nil, err
	}
	return picture(e.URL)
}

// picture draws a QR code with the white border that readers need.
func picture(text string) ([]byte, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("draw QR code: %w", err)
	}
	const module = 6
	code, err = barcode.Scale(code, code.Bounds().Dx()*module, code.Bounds().Dy()*module)
	if err != nil {
		return nil, fmt.Errorf("draw QR code: %w", err)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, framed{code, 4 * module}); err != nil {
		return nil, fmt.Errorf("draw QR code: %w", err)
	}
	return b.Bytes(), nil
}

// ConfirmTOTP turns the second factor on when code is right, and returns the recovery codes, which are shown this once. All other sessions of the
// caller end; token is the caller's own.
func (s *Service) ConfirmTOTP(ctx context.Context, code, token string) (recovery []string, err error) {
	id, err := own(ctx)
	if err != nil {
		return nil, err
	}
	var refused error
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		refused, recovery = nil, nil
		a, err := lockAccount(tx, id)
		if err != nil {
			return err
		}
		if a.TwoFactor {
			return problem.New(problem.Conflict, "account.problem.two-factor-on")
		}
		if refused, err = s.checkFactor(tx, a, code, "confirm"); err != nil || refused != nil {
			return err
		}
		if err := tx.MustChange(`UPDATE account_totp SET confirmed = ? WHERE account_id = ?`, s.clock.Now(), id); err != nil {
			return err
		}
		if recovery, err = s.renewRecovery(tx, id); err != nil {
			return err
		}
		if err := s.endSessions(tx, id, token); err != nil {
			return err
		}
		return s.publish(tx, TwoFactorOnEvent, id, uuid.Nil, nil)
	})
	if err == nil {
		err = refused
	}
	if err != nil {
		return nil, err
	}
	return recovery, nil
}

// NewRecoveryCodes replaces the caller's recovery codes. It needs the password; the old codes no longer work.
func (s *Service) NewRecoveryCodes(ctx context.Context, plain string) (codes []string, err error) {
	id, err := own(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := s.confirmPassword(ctx, id, plain); err != nil {
		return nil, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		a, err := lockAccount(tx, id)
		if err != nil {
			return err
		}
		if !a.TwoFactor {
			return problem.New(problem.Conflict, "account.problem.two-factor-off")
		}
		codes, err = s.renewRecovery(tx, id)
		return err
	})
	return codes, err
}

func (s *Service) renewRecovery(tx *db.Tx, id uuid.UUID) ([]string, error) {
	if _, err := tx.Exec(`DELETE FROM account_recovery WHERE account_id = ?`, id); err != nil {
		return nil, err
	}
	codes := make([]string, recoveryCodes)
	for i := range codes {
		var err error
		if codes[i], err = s.readable(3); err != nil { // 60 bits, behind a keyed hash
			return nil, err
		}
		if _, err := tx.Exec(`INSERT INTO account_recovery (account_id, hash) VALUES (?, ?)`, id, s.recoveryHash(id, codes[i])); err != nil {
			return nil, err
		}
	}
	return codes, nil
}

func (s *Service) recoveryHash(id uuid.UUID, code string) string {
	return s.keys.Index("account.recovery", id.String()+"\n"+reread(code))
}

// RecoveryLeft counts the caller's recovery codes that were not used.
func (s *Service) RecoveryLeft(ctx context.Context) (n int, err error) {
	id, err := own(ctx)
	if err != nil {
		return 0, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		n, err = db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM account_recovery WHERE account_id = ? AND used IS NULL`, id)
		return err
	})
	return n, err
}

// RemoveTOTP turns the caller's second factor off. It needs the password and a code. Errors: Invalid, TooMany, Conflict when there is none.
func (s *Service) RemoveTOTP(ctx context.Context, plain, code string) error {
	id, err := own(ctx)
	if err != nil {
		return err
	}
	if _, err := s.confirmPassword(ctx, id, plain); err != nil {
		return err
	}
	var refused error
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		refused = nil
		a, err := lockAccount(tx, id)
		if err != nil {
			return err
		}
		if !a.TwoFactor {
			return problem.New(problem.Conflict, "account.problem.two-factor-off")
		}
		if refused, err = s.checkFactor(tx, a, code, "confirm"); err != nil || refused != nil {
			return err
		}
		return s.dropFactor(tx, id)
	})
	if err == nil {
		err = refused
	}
	return err
}

// ForgetTOTP turns off the second factor of somebody who lost the device and the recovery codes. Administrators only, and never their own.
func (s *Service) ForgetTOTP(ctx context.Context, account uuid.UUID) error {
	return s.manageOther(ctx, account, func(tx *db.Tx, a record, r reach) error {
		if !r.all {
			return problem.New(problem.Forbidden, "problem.forbidden")
		}
		if !a.TwoFactor {
			return problem.New(problem.Conflict, "account.problem.two-factor-off")
		}
		return errors.Join(s.dropFactor(tx, account), s.endSessions(tx, account, ""))
	})
}

func (s *Service) dropFactor(tx *db.Tx, id uuid.UUID) error {
	for _, q := range []string{`DELETE FROM account_totp WHERE account_id = ?`, `DELETE FROM account_recovery WHERE account_id = ?`} {
		if _, err := tx.Exec(q, id); err != nil {
			return err
		}
	}
	return s.publish(tx, TwoFactorOffEvent, id, uuid.Nil, nil)
}

// checkFactor counts a try and checks an authenticator or recovery code, each of which works once. The tries of all strangers are counted together,
// because whoever gets here knows the password already; source sets a known device apart. Refused is the problem when the code is not right; the caller
// commits then, so that the count and the use stay.
func (s *Service) checkFactor(tx *db.Tx, a record, code, source string) (refused, err error) {
	subject := s.keys.Index(attemptKind, "code:"+a.ID.String())
	wait, err := s.take(tx, subject, source, codePace)
	if err != nil {
		return nil, err
	}
	if wait > 0 {
		return tooMany(wait), nil
	}
	ok, err := s.useStep(tx, a.ID, secret.Normal(code))
	if err == nil && !ok && a.TwoFactor {
		var n int64
		n, err = tx.Exec(`UPDATE account_recovery SET used = ? WHERE account_id = ? AND hash = ? AND used IS NULL`, s.clock.Now(), a.ID, s.recoveryHash(a.ID, code))
		ok = n == 1
	}
	if err != nil {
		return nil, err
	}
	if !ok {
		return problem.On("code", "account.problem.factor"), nil
	}
	return nil, clearAttempts(tx, subject, source)
}

// useStep accepts the code of the current half minute and of the one before and after, for clocks that differ, but none at or before
// one that was used already.
func (s *Service) useStep(tx *db.Tx, id uuid.UUID, code string) (bool, error) {
	base32, err := s.totpSecret(tx, id)
	if isNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	code = strings.ReplaceAll(code, " ", "")
	now := s.clock.Now().Truncate(time.Second).Unix() / stepSeconds
	for step := now - 1; step <= now+1; step++ {
		want, err := hotp.GenerateCodeCustom(base32, uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return false, fmt.Errorf("authenticator code: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			n, err := tx.Exec(`UPDATE account_totp SET last_step = ? WHERE account_id = ? AND last_step < ?`, step, id, step)
			return n == 1, err
		}
	}
	return false, nil
}
