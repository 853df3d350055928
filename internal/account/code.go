package account

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/secret"

	"github.com/google/uuid"
)

// Kinds of one-time codes.
const (
	inviteCode = "invite"
	resetCode  = "reset"
	signInCode = "signin" // the password was right, the second factor is still to come
)

const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ" // Crockford's 32: none looks like another

// readable makes n groups of four symbols, 20 bits each.
func (s *Service) readable(groups int) (string, error) {
	b := make([]byte, 4*groups)
	if _, err := io.ReadFull(s.random, b); err != nil {
		return "", fmt.Errorf("make code: %w", err)
	}
	var out strings.Builder
	for i, v := range b {
		if i > 0 && i%4 == 0 {
			out.WriteByte('-')
		}
		out.WriteByte(symbols[v&31])
	}
	return out.String(), nil
}

// reread undoes what happens to a code that is read aloud, printed or typed.
func reread(code string) string {
	code = strings.ToUpper(secret.Normal(code))
	return strings.Map(func(r rune) rune {
		switch r {
		case 'O':
			return '0'
		case 'I', 'L':
			return '1'
		case '-', ' ', '‐', '–', '—', '.':
			return -1
		}
		return r
	}, code)
}

// opaque makes a token of 32 random bytes.
func (s *Service) opaque() (string, error) {
	b := make([]byte, 32)
	if _, err := io.ReadFull(s.random, b); err != nil {
		return "", fmt.Errorf("make token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// hashOf is how random values of 100 bits and more are stored; they need no salt and no slow hash.
func hashOf(kind, value string) string {
	h := sha256.Sum256([]byte(kind + ":" + value))
	return hex.EncodeToString(h[:])
}

// issueCode stores a code for an account; those of the same kind given out before no longer work.
func (s *Service) issueCode(tx *db.Tx, kind string, account uuid.UUID, valid time.Duration) (code string, expires time.Time, err error) {
	stored := ""
	if kind == signInCode {
		code, err = s.opaque()
		stored = code
	} else {
		code, err = s.readable(5) // 100 bits
		stored = reread(code)
		if err == nil {
			_, err = tx.Exec(`DELETE FROM account_code WHERE account_id = ? AND kind = ?`, account, kind)
		}
	}
	if err != nil {
		return "", time.Time{}, err
	}
	now := s.clock.Now()
	expires = now.Add(valid)
	_, err = tx.Exec(`INSERT INTO account_code (hash, kind, account_id, created, created_by, expires) VALUES (?, ?, ?, ?, ?, ?)`,
		hashOf(kind, stored), kind, account, now, text(authz.From(tx.Ctx()).Account), expires)
	return code, expires, err
}

// codeOwner finds the account of a code that works. The error is a problem of kind Gone for every code that does not.
func (s *Service) codeOwner(tx *db.Tx, kind, code string) (uuid.UUID, error) {
	if kind != signInCode {
		code = reread(code)
	}
	id, err := db.One(tx, scanID, `SELECT c.account_id FROM account_code c JOIN account a ON a.id = c.account_id
		WHERE c.hash = ? AND c.kind = ? AND c.used IS NULL AND c.expires > ? AND a.state = ?`, hashOf(kind, code), kind, s.clock.Now(), string(Active))
	return id, gone(err)
}

// useCode is codeOwner for the one who comes first: the code does not work again.
func (s *Service) useCode(tx *db.Tx, kind, code string) (uuid.UUID, error) {
	id, err := s.codeOwner(tx, kind, code)
	if err != nil {
		return uuid.Nil, err
	}
	if kind != signInCode {
		code = reread(code)
	}
	return id, gone(tx.MustChange(`UPDATE account_code SET used = ? WHERE hash = ? AND used IS NULL`, s.clock.Now(), hashOf(kind, code)))
}

func gone(err error) error {
	if isNotFound(err) {
		return problem.New(problem.Gone, "account.problem.code")
	}
	return err
}

func dropCodes(tx *db.Tx, account uuid.UUID) error {
	_, err := tx.Exec(`DELETE FROM account_code WHERE account_id = ?`, account)
	return err
}
