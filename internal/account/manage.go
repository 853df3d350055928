package account

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/secret"

	"github.com/google/uuid"
)

// manage runs f on a locked account that the actor may manage. Errors: NotFound, Forbidden, and those of f.
func (s *Service) manage(ctx context.Context, account uuid.UUID, f func(*db.Tx, record, reach) error) error {
	r, err := s.reachOf(ctx)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		a, err := lockAccount(tx, account)
		if err != nil {
			return err
		}
		grants, err := grantsOf(tx, []uuid.UUID{account})
		if err != nil {
			return err
		}
		a.Grants = grants[account]
		if !r.manages(a.Grants, s.today()) {
			return problem.New(problem.Forbidden, "account.problem.out-of-reach")
		}
		return f(tx, a, r)
	})
}

// manageOther is manage for what nobody does to the own account from here: there the password is asked for.
func (s *Service) manageOther(ctx context.Context, account uuid.UUID, f func(*db.Tx, record, reach) error) error {
	if id := authz.From(ctx).Account; id != uuid.Nil && id == account {
		return problem.New(problem.Forbidden, "account.problem.yourself")
	}
	return s.manage(ctx, account, f)
}

// Block keeps an account out: its sessions end, its tokens and links stop working. Errors: NotFound, Forbidden, Conflict for the last administrator.
func (s *Service) Block(ctx context.Context, account uuid.UUID) error {
	return s.manageOther(ctx, account, func(tx *db.Tx, a record, _ reach) error {
		if a.State == Blocked {
			return problem.New(problem.Conflict, "problem.conflict")
		}
		for _, g := range a.Grants {
			if g.Role == authz.Admin && g.Days.Contains(s.today()) {
				if err := s.keepAnAdmin(tx, account); err != nil {
					return err
				}
			}
		}
		return errors.Join(tx.MustChange(`UPDATE account SET state = ? WHERE id = ?`, string(Blocked), account),
			s.endSessions(tx, account, ""), dropCodes(tx, account), s.publish(tx, BlockedEvent, account, uuid.Nil, nil))
	})
}

// Unblock lets an account in again; its tokens work again too. Errors: NotFound, Forbidden, Conflict when it is not blocked.
func (s *Service) Unblock(ctx context.Context, account uuid.UUID) error {
	return s.manageOther(ctx, account, func(tx *db.Tx, a record, _ reach) error {
		if a.State != Blocked {
			return problem.New(problem.Conflict, "problem.conflict")
		}
		tx.AfterCommit(func() { s.cache.forget(account) })
		return errors.Join(tx.MustChange(`UPDATE account SET state = ? WHERE id = ?`, string(Active), account),
			s.publish(tx, UnblockedEvent, account, uuid.Nil, nil))
	})
}

// LinkPerson says which person of the directory the account belongs to; the nil UUID takes it back. Errors: NotFound, Forbidden.
func (s *Service) LinkPerson(ctx context.Context, account, person uuid.UUID) error {
	return s.manage(ctx, account, func(tx *db.Tx, _ record, _ reach) error {
		tx.AfterCommit(func() { s.cache.forget(account) })
		return errors.Join(tx.MustChange(`UPDATE account SET person_id = ? WHERE id = ?`, null(text(person)), account),
			s.publish(tx, ProfileChangedEvent, account, uuid.Nil, nil))
	})
}

// Account shows one account to whoever may manage it. Errors: NotFound, Forbidden.
func (s *Service) Account(ctx context.Context, account uuid.UUID) (Account, error) {
	r, err := s.reachOf(ctx)
	if err != nil {
		return Account{}, err
	}
	a, _, err := s.load(ctx, account)
	if err == nil && !r.manages(a.Grants, s.today()) {
		err = problem.New(problem.Forbidden, "account.problem.out-of-reach")
	}
	if err != nil {
		return Account{}, err
	}
	return a, nil
}

func (s *Service) load(ctx context.Context, account uuid.UUID) (a Account, sealed string, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		rec, err := accountByID(tx, account)
		if err != nil {
			return fmt.Errorf("account %s: %w", account, err)
		}
		grants, err := grantsOf(tx, []uuid.UUID{account})
		a, sealed = rec.Account, rec.emailSealed
		a.Grants = grants[account]
		return err
	})
	return a, sealed, err
}

// Filter narrows the list of accounts. Zero fields do not.
type Filter struct {
	Text   string // part of name or login
	State  State
	Role   authz.Role // held today or later
	Place  uuid.UUID  // the same
	Before uuid.UUID  // the last account of the page before
	Limit  int        // 1 to 200; 50 when it is 0
}

// Accounts lists the accounts that the actor may manage, newest first. More tells whether there are others after them.
func (s *Service) Accounts(ctx context.Context, f Filter) (out []Account, more bool, err error) {
	r, err := s.reachOf(ctx)
	if err != nil {
		return nil, false, err
	}
	limit := 50
	if f.Limit > 0 {
		limit = min(f.Limit, 200)
	}
	where, args := s.filter(r, f)
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		found, err := db.All(tx, scanAccount, selectAccount+`WHERE `+where+` ORDER BY a.id DESC LIMIT ?`, append(args, limit+1)...)
		if err != nil {
			return err
		}
		if more = len(found) > limit; more {
			found = found[:limit]
		}
		ids := make([]uuid.UUID, len(found))
		for i, a := range found {
			ids[i] = a.ID
		}
		grants, err := grantsOf(tx, ids)
		out = make([]Account, len(found))
		for i, a := range found {
			out[i] = a.Account
			out[i].Grants = grants[a.ID]
		}
		return err
	})
	return out, more, err
}

func (s *Service) filter(r reach, f Filter) (where string, args []any) {
	parts := []string{"1 = 1"}
	add := func(sql string, values ...any) {
		parts = append(parts, sql)
		args = append(args, values...)
	}
	today := s.today().String()
	const lasting = `g.account_id = a.id AND g.superseded IS NULL AND (g.to_date IS NULL OR g.to_date > ?)`
	if !r.all { // the same rule as reach.manages
		inC, argsC := db.List(r.committees)
		inD, argsD := db.List(r.departments)
		roleC, argsRC := db.List(committeeRoles)
		roleD, argsRD := db.List(departmentRoles)
		covered := `((g.role IN (` + roleC + `) AND g.place_id IN (` + inC + `)) OR (g.role IN (` + roleD + `) AND g.place_id IN (` + inD + `)))`
		var cover []any
		for _, l := range [][]any{argsRC, argsC, argsRD, argsD} {
			cover = append(cover, l...)
		}
		add(`EXISTS (SELECT 1 FROM account_grant g WHERE `+lasting+` AND `+covered+`)`, append([]any{today}, cover...)...)
		add(`NOT EXISTS (SELECT 1 FROM account_grant g WHERE `+lasting+` AND NOT `+covered+`)`, append([]any{today}, cover...)...)
	}
	if t := secret.Normal(f.Text); t != "" {
		add(`a.find LIKE ? ESCAPE '\'`, "%"+strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(t)+"%")
	}
	if f.State != "" {
		add(`a.state = ?`, string(f.State))
	}
	if f.Role != "" {
		add(`EXISTS (SELECT 1 FROM account_grant g WHERE `+lasting+` AND g.role = ?)`, today, string(f.Role))
	}
	if f.Place != uuid.Nil {
		add(`EXISTS (SELECT 1 FROM account_grant g WHERE `+lasting+` AND g.place_id = ?)`, today, f.Place)
	}
	if f.Before != uuid.Nil {
		add(`a.id < ?`, f.Before)
	}
	return strings.Join(parts, " AND "), args
}
