package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Token is an API token, without its secret.
type Token struct {
	ID       uuid.UUID
	Name     string
	Scopes   []authz.Scope
	Created  time.Time
	Expires  time.Time // zero: never
	LastUsed time.Time // to the minute; zero: not used yet
	Revoked  time.Time // zero: it works, unless it expired
}

const (
	tokenPrefix = "xst_"
	tokenBody   = 32 // 190 bits
	tokenSum    = 6
	maxTokens   = 50 // that work, for one account
	digits62    = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// newToken makes xst_, 32 random characters and a checksum, so that tools find leaked ones and a mistyped one costs no look-up.
func (s *Service) newToken() (string, error) {
	var b strings.Builder
	b.WriteString(tokenPrefix)
	buf := make([]byte, 2*tokenBody)
	for b.Len() < len(tokenPrefix)+tokenBody {
		if _, err := io.ReadFull(s.random, buf); err != nil {
			return "", fmt.Errorf("make token: %w", err)
		}
		for _, v := range buf {
			if v < 62*4 && b.Len() < len(tokenPrefix)+tokenBody { // the rest would make some characters likelier
				b.WriteByte(digits62[v%62])
			}
		}
	}
	return b.String() + tokenChecksum(b.String()), nil
}

func tokenChecksum(s string) string {
	n := crc32.ChecksumIEEE([]byte(s))
	var out [tokenSum]byte
	for i := tokenSum - 1; i >= 0; i-- {
		out[i] = digits62[n%62]
		n /= 62
	}
	return string(out[:])
}

func wellFormed(token string) bool {
	const n = len(tokenPrefix) + tokenBody
	return len(token) == n+tokenSum && strings.HasPrefix(token, tokenPrefix) && tokenChecksum(token[:n]) == token[n:]
}

// AuthenticateBearer gives who is behind an API token, with the roles held today. Public. Without AdminScope the administrator's role is left out. The
// error is a problem of kind SignIn for every token that does not work. Answers are up to Rules.CacheFor old with respect to other processes.
func (s *Service) AuthenticateBearer(ctx context.Context, token string) (authz.Actor, error) {
	refused := problem.New(problem.SignIn, "account.problem.token")
	if !wellFormed(token) {
		return authz.Actor{}, refused
	}
	now := s.clock.Now()
	key := sha256.Sum256([]byte("token:" + token))
	if a, ok := s.cache.get(key, now); ok {
		return a, nil
	}
	began := s.cache.begin()
	hash := hex.EncodeToString(key[:])
	var a authz.Actor
	var used, expires time.Time
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		var id, account, person, scopes string
		var err error
		a, err = db.One(tx, func(r *db.Row) (a authz.Actor, err error) {
			return a, r.Scan(&id, &account, &person, &a.Name, &scopes, &expires, &used)
		}, `SELECT t.id, a.id, a.person_id, a.name, t.scopes, t.expires, t.last_used FROM account_token t JOIN account a ON a.id = t.account_id
			WHERE t.hash = ? AND t.revoked IS NULL AND (t.expires IS NULL OR t.expires > ?) AND a.state = ?`, hash, now, string(Active))
		if err != nil {
			return err
		}
		if a.Token, err = parseID(id); err != nil {
			return err
		}
		a.Scopes = splitScopes(scopes)
		return s.fill(tx, &a, account, person)
	})
	if isNotFound(err) {
		return authz.Actor{}, refused
	}
	if err != nil {
		return authz.Actor{}, err
	}
	if !a.May(authz.AdminScope) {
		a.Grants = slices.DeleteFunc(a.Grants, func(g authz.Grant) bool { return g.Role == authz.Admin })
	}
	until := now.Add(s.rules.CacheFor)
	if !expires.IsZero() && expires.Before(until) {
		until = expires
	}
	s.cache.put(key, a, until, began)
	if now.Sub(used) >= touchEvery {
		s.touch(ctx, `UPDATE account_token SET last_used = ? WHERE hash = ? AND (last_used IS NULL OR last_used < ?)`, now, hash, now.Add(-touchEvery/2))
	}
	return a, nil
}

func splitScopes(s string) []authz.Scope {
	out := []authz.Scope{} // never nil: nil would mean a browser, which may everything
	for _, f := range strings.Fields(s) {
		out = append(out, authz.Scope(f))
	}
	return out
}

// CreateToken makes an API token for the caller and returns it; it is shown this once. A zero expires means never. Errors: Invalid for a name, scope
// or date that cannot be; Conflict when there are 50 already.
func (s *Service) CreateToken(ctx context.Context, name string, scopes []authz.Scope, expires time.Time) (plain string, err error) {
	id, err := own(ctx)
	if err != nil {
		return "", err
	}
	return s.makeToken(ctx, id, name, scopes, expires)
}

// CreateTokenFor is CreateToken with how long the token works; 0 means for ever.
func (s *Service) CreateTokenFor(ctx context.Context, name string, scopes []authz.Scope, valid time.Duration) (plain string, err error) {
	var expires time.Time
	if valid != 0 {
		expires = s.clock.Now().Add(valid)
	}
	return s.CreateToken(ctx, name, scopes, expires)
}

func (s *Service) makeToken(ctx context.Context, account uuid.UUID, name string, scopes []authz.Scope, expires time.Time) (string, error) {
	name = strings.TrimSpace(name)
	var check problem.Check
	if n := utf8.RuneCountInString(name); n < 1 || n > 80 || !printable(name) {
		check.Add("name", "account.problem.token-name")
	}
	known := []authz.Scope{authz.ReadScope, authz.WriteScope, authz.AdminScope}
	var texts []string
	for _, k := range known {
		if slices.Contains(scopes, k) {
			texts = append(texts, string(k))
		}
	}
	if len(texts) == 0 || slices.ContainsFunc(scopes, func(v authz.Scope) bool { return !slices.Contains(known, v) }) {
		check.Add("scopes", "account.problem.scopes")
	}
	now := s.clock.Now()
	if !expires.IsZero() && !expires.After(now) {
		check.Add("expires", "account.problem.expires")
	}
	if err := check.Err(); err != nil {
		return "", err
	}
	plain, err := s.newToken()
	if err != nil {
		return "", err
	}
	id, err := s.newID()
	if err != nil {
		return "", err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := lockAccount(tx, account); err != nil {
			return err
		}
		n, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM account_token WHERE account_id = ? AND revoked IS NULL AND (expires IS NULL OR expires > ?)`, account, now)
		if err != nil {
			return err
		}
		if n >= maxTokens {
			return problem.New(problem.Conflict, "account.problem.tokens", "limit", maxTokens)
		}
		if _, err = tx.Exec(`INSERT INTO account_token (id, hash, account_id, name, scopes, created, expires) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			id, hashOf("token", plain), account, name, strings.Join(texts, " "), now, expires); err != nil {
			return err
		}
		return s.publish(tx, TokenMadeEvent, account, uuid.Nil, nil)
	})
	if err != nil {
		return "", err
	}
	return plain, nil
}

// Tokens lists the caller's tokens, newest first, revoked and expired ones too, at most 200.
func (s *Service) Tokens(ctx context.Context) (out []Token, err error) {
	id, err := own(ctx)
	if err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		out, err = db.All(tx, func(r *db.Row) (t Token, err error) {
			var id, scopes string
			if err := r.Scan(&id, &t.Name, &scopes, &t.Created, &t.Expires, &t.LastUsed, &t.Revoked); err != nil {
				return t, err
			}
			t.Scopes = splitScopes(scopes)
			t.ID, err = parseID(id)
			return t, err
		}, `SELECT id, name, scopes, created, expires, last_used, revoked FROM account_token WHERE account_id = ? ORDER BY id DESC LIMIT 200`, id)
		return err
	})
	return out, err
}

// RevokeToken ends one of the caller's tokens. Errors: NotFound when it is not the caller's or does not work any more.
func (s *Service) RevokeToken(ctx context.Context, token uuid.UUID) error {
	id, err := own(ctx)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(`UPDATE account_token SET revoked = ? WHERE id = ? AND account_id = ? AND revoked IS NULL`, s.clock.Now(), token, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return problem.New(problem.NotFound, "account.problem.token-gone")
		}
		tx.AfterCommit(func() { s.cache.forget(id) })
		return s.publish(tx, TokenRevokedEvent, id, uuid.Nil, nil)
	})
}
