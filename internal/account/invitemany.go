package account

import (
	"context"
	"slices"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// InviteMost is how many invitations one list may hold.
const InviteMost = 2000

// Checked says of one invitation of a list whether it can be made.
type Checked struct {
	Err   error // a *problem.Problem: why not
	Known bool  // somebody of this name holds these roles there already: nothing to do
}

// CheckMany looks at a list of invitations without making any, each on its own and against the others of the list. Errors: as Invite, for the caller;
// what is wrong with one of them stands in its Checked.
func (s *Service) CheckMany(ctx context.Context, list []Invitation) ([]Checked, error) {
	out, _, err := s.checkMany(ctx, list)
	return out, err
}

func (s *Service) checkMany(ctx context.Context, list []Invitation) (out []Checked, ready []prepared, err error) {
	r, err := s.reachOf(ctx)
	if err != nil {
		return nil, nil, err
	}
	if len(list) > InviteMost {
		return nil, nil, problem.New(problem.TooLarge, "account.problem.many", "max", InviteMost)
	}
	out, ready = make([]Checked, len(list)), make([]prepared, len(list))
	logins, emails := map[string]bool{}, map[string]bool{}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		for i, in := range list {
			if len(in.Grants) == 0 {
				out[i].Err = problem.On("role", "account.problem.role")
				continue
			}
			n, err := s.prepare(ctx, r, in)
			if _, refused := problem.Of(err); refused {
				out[i].Err = err
				continue
			}
			if err != nil {
				return err
			}
			if out[i].Known, err = s.holds(tx, n); err != nil {
				return err
			}
			if out[i].Known {
				continue
			}
			switch {
			case n.loginKey != "" && logins[n.loginKey]:
				out[i].Err = problem.On("login", "account.problem.login-taken")
			case n.emailKey != "" && emails[n.emailKey]:
				out[i].Err = problem.On("email", "account.problem.email-taken")
			default:
				out[i].Err = s.free(tx, n.ID, n.loginKey, n.emailKey)
			}
			if _, refused := problem.Of(out[i].Err); out[i].Err != nil && !refused {
				return out[i].Err
			}
			logins[n.loginKey], emails[n.emailKey] = true, true
			ready[i] = n
		}
		return nil
	})
	return out, ready, err
}

// holds tells whether an account of this name, and of this login when one is asked for, has all the roles today or later.
func (s *Service) holds(tx *db.Tx, n prepared) (bool, error) {
	found, err := db.All(tx, scanAccount, selectAccount+`WHERE a.name = ? ORDER BY a.id LIMIT 50`, n.Name)
	if err != nil {
		return false, err
	}
	ids := make([]uuid.UUID, len(found))
	for i, a := range found {
		ids[i] = a.ID
	}
	grants, err := grantsOf(tx, ids)
	if err != nil {
		return false, err
	}
	for _, a := range found {
		has := func(g NewGrant) bool {
			return slices.ContainsFunc(grants[a.ID], func(k Grant) bool { return k.Role == g.Role && k.Place == g.Place && k.Days.Overlaps(g.Days) })
		}
		if (n.loginKey == "" || n.loginKey == a.loginKey) && !slices.ContainsFunc(n.grants, func(g NewGrant) bool { return !has(g) }) {
			return true, nil
		}
	}
	return false, nil
}

// InviteMany makes the accounts of a list, all or none, and the link of each; those known already get no link, and no address gets a mail that the
// single invitation would not send. Errors: as Invite, for the first that cannot be made.
func (s *Service) InviteMany(ctx context.Context, list []Invitation) ([]Link, error) {
	checked, ready, err := s.checkMany(ctx, list)
	if err != nil {
		return nil, err
	}
	for _, c := range checked {
		if c.Err != nil {
			return nil, c.Err
		}
	}
	links := make([]Link, len(list))
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		clear(links)
		for i, n := range ready {
			if checked[i].Known {
				continue
			}
			known, err := s.holds(tx, n) // a second click on the same button
			if err != nil {
				return err
			}
			if known {
				continue
			}
			if err := s.insert(tx, n, "", time.Time{}); err != nil {
				return err
			}
			if links[i], err = s.link(tx, n.record, inviteCode); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return links, nil
}

// RoleCount is how many accounts hold a role today.
type RoleCount struct {
	Ready   int // with a password
	Invited int // whose owners have not set one yet
}

// CountRoles tells how many accounts hold each role today; for administrators and the platform.
func (s *Service) CountRoles(ctx context.Context) (map[authz.Role]RoleCount, error) {
	r, err := s.reachOf(ctx)
	if err != nil {
		return nil, err
	}
	if !r.all {
		return nil, problem.New(problem.Forbidden, "problem.forbidden")
	}
	today := s.today().String()
	out := map[authz.Role]RoleCount{}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		return tx.Rows(func(row *db.Row) error {
			var role string
			var c RoleCount
			err := row.Scan(&role, &c.Ready, &c.Invited)
			out[authz.Role(role)] = c
			return err
		}, `SELECT g.role, COUNT(DISTINCT CASE WHEN a.password <> '' THEN a.id END), COUNT(DISTINCT CASE WHEN a.password = '' THEN a.id END)
			FROM account_grant g JOIN account a ON a.id = g.account_id WHERE a.state = ? AND g.superseded IS NULL AND g.from_date <= ? AND (g.to_date IS NULL OR g.to_date > ?) GROUP BY g.role`,
			string(Active), today, today)
	})
	return out, err
}
