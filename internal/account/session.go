package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"slices"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

const touchEvery = time.Minute // how exact "last used" is

// Visitor is the browser that asks, as far as it can be known.
type Visitor struct {
	Address netip.Addr
	Agent   string // the User-Agent header; only browser and system are kept
	Device  string // the device cookie
}

// Session is one browser in which an account is signed in.
type Session struct {
	ID       uuid.UUID
	Created  time.Time
	LastUsed time.Time // to the minute
	Browser  string    // a name such as Firefox, or "" when it is not known
	System   string    // a name such as Android, or ""
	Address  string    // shortened: 203.0.113.*
	Current  bool      // the one that asks
}

// startSession signs an account in; the token goes into the cookie and is kept nowhere.
func (s *Service) startSession(tx *db.Tx, account uuid.UUID, v Visitor) (token string, err error) {
	id, err := s.newID()
	if err != nil {
		return "", err
	}
	if token, err = s.opaque(); err != nil {
		return "", err
	}
	now := s.clock.Now()
	browser, system := DescribeAgent(v.Agent)
	_, err = tx.Exec(`INSERT INTO account_session (hash, id, account_id, created, last_used, browser, system, address) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		sessionHash(token), id, account, now, now, browser, system, shortened(v.Address))
	return token, err
}

func sessionHash(token string) string { return hashOf("session", token) }

// Actor gives who is behind the token of a session cookie, with the roles held today. Public. An unknown, ended or blocked one is
// the zero Actor, without an error. Answers are up to Rules.CacheFor old with respect to changes made by other processes.
func (s *Service) Actor(ctx context.Context, token string) (authz.Actor, error) {
	if len(token) < 40 || len(token) > 64 {
		return authz.Actor{}, nil
	}
	now := s.clock.Now()
	key := sha256.Sum256([]byte("session:" + token))
	if a, ok := s.cache.get(key, now); ok {
		return a, nil
	}
	began := s.cache.begin()
	hash := hex.EncodeToString(key[:])
	var a authz.Actor
	var used time.Time
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		var created time.Time
		var account, person string
		var err error
		a, err = db.One(tx, func(r *db.Row) (a authz.Actor, err error) {
			return a, r.Scan(&account, &person, &a.Name, &created, &used)
		}, `SELECT a.id, a.person_id, a.name, s.created, s.last_used FROM account_session s JOIN account a ON a.id = s.account_id
			WHERE s.hash = ? AND a.state = ?`, hash, string(Active))
		if err != nil {
			return err
		}
		if err := s.fill(tx, &a, account, person); err != nil {
			return err
		}
		if !s.alive(a.Grants, created, used, now) {
			return db.ErrNotFound
		}
		return nil
	})
	if isNotFound(err) {
		return authz.Actor{}, nil
	}
	if err != nil {
		return authz.Actor{}, err
	}
	s.cache.put(key, a, now.Add(s.rules.CacheFor), began)
	if now.Sub(used) >= touchEvery {
		s.touch(ctx, `UPDATE account_session SET last_used = ? WHERE hash = ? AND last_used < ?`, now, hash, now.Add(-touchEvery/2))
	}
	return a, nil
}

// fill adds ids and today's roles to an actor.
func (s *Service) fill(tx *db.Tx, a *authz.Actor, account, person string) (err error) {
	if a.Account, err = parseID(account); err != nil {
		return err
	}
	if a.Person, err = parseID(person); err != nil {
		return err
	}
	a.Grants, err = grantsToday(tx, a.Account, s.today())
	return err
}

// alive tells whether a session has not ended by itself.
func (s *Service) alive(grants []authz.Grant, created, used, now time.Time) bool {
	return now.Sub(used) < s.idle(grants) && now.Sub(created) < s.rules.Longest
}

// idle is how long a session may rest: shorter for whoever holds more than a member's role.
func (s *Service) idle(grants []authz.Grant) time.Duration {
	if slices.ContainsFunc(grants, func(g authz.Grant) bool { return g.Role != authz.Member }) {
		return s.rules.StaffIdle
	}
	return s.rules.MemberIdle
}

// touch notes a use. When that fails the request goes on: the session only seems to have rested a minute longer.
func (s *Service) touch(ctx context.Context, q string, args ...any) {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(q, args...)
		return err
	})
	if err != nil && ctx.Err() == nil {
		s.log.Warn("note the use of a session or token", "error", err)
	}
}

// SignOut ends the session of a token. Public: whoever holds the token may end it; an unknown one is no error.
func (s *Service) SignOut(ctx context.Context, token string) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		id, err := db.One(tx, scanID, `SELECT account_id FROM account_session WHERE hash = ?`, sessionHash(token))
		if isNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		tx.AfterCommit(func() { s.cache.forget(id) })
		_, err = tx.Exec(`DELETE FROM account_session WHERE hash = ?`, sessionHash(token))
		return err
	})
}

// Sessions lists where the caller is signed in, latest use first. token is the caller's own, to mark it.
func (s *Service) Sessions(ctx context.Context, token string) (out []Session, err error) {
	id, err := own(ctx)
	if err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		grants, err := grantsToday(tx, id, s.today())
		if err != nil {
			return err
		}
		all, err := db.All(tx, func(r *db.Row) (v Session, err error) {
			var id, hash string
			if err := r.Scan(&id, &hash, &v.Created, &v.LastUsed, &v.Browser, &v.System, &v.Address); err != nil {
				return v, err
			}
			v.Current = hash == sessionHash(token)
			v.ID, err = parseID(id)
			return v, err
		}, `SELECT id, hash, created, last_used, browser, system, address FROM account_session WHERE account_id = ? ORDER BY last_used DESC, id LIMIT 100`, id)
		out = slices.DeleteFunc(all, func(v Session) bool { return !s.alive(grants, v.Created, v.LastUsed, s.clock.Now()) })
		return err
	})
	return out, err
}

// EndSession signs the caller out of one browser. Errors: NotFound when it is not the caller's.
func (s *Service) EndSession(ctx context.Context, session uuid.UUID) error {
	id, err := own(ctx)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(`DELETE FROM account_session WHERE id = ? AND account_id = ?`, session, id)
		if err == nil && n == 0 {
			err = problem.New(problem.NotFound, "account.problem.session")
		}
		tx.AfterCommit(func() { s.cache.forget(id) })
		return err
	})
}

// EndOtherSessions signs the caller out everywhere but in the browser with this token; with "" there too.
func (s *Service) EndOtherSessions(ctx context.Context, token string) error {
	id, err := own(ctx)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error { return s.endSessions(tx, id, token) })
}

func (s *Service) endSessions(tx *db.Tx, account uuid.UUID, but string) error {
	tx.AfterCommit(func() { s.cache.forget(account) })
	_, err := tx.Exec(`DELETE FROM account_session WHERE account_id = ? AND hash <> ?`, account, sessionHash(but))
	return err
}
