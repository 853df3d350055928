package account

import (
	"context"
	"fmt"
	"slices"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// checkGrant refuses a role that cannot be held in the place, days that cannot be, and what is out of reach.
func (s *Service) checkGrant(ctx context.Context, r reach, g *NewGrant) error {
	if !slices.Contains(authz.Roles(), g.Role) {
		return problem.On("role", "account.problem.role")
	}
	if g.Days.From.IsZero() {
		g.Days.From = s.today()
	}
	if g.Days.Empty() {
		return problem.On("to", "account.problem.days")
	}
	if !r.covers(g.Role, g.Place) {
		return problem.New(problem.Forbidden, "account.problem.out-of-reach")
	}
	if g.Role == authz.Admin {
		if g.Place != uuid.Nil {
			return problem.On("place", "account.problem.place-none")
		}
		return nil
	}
	found, err := s.places.PlacesByID(ctx, []uuid.UUID{g.Place})
	if err != nil {
		return fmt.Errorf("place of a role: %w", err)
	}
	p, ok := found[g.Place]
	switch {
	case !ok:
		return problem.On("place", "account.problem.place")
	case p.Department != g.Role.OfDepartment():
		return problem.On("place", "account.problem.place-kind")
	}
	return nil
}

// Grant gives an account a role in a place. Errors: Forbidden when account or role is out of reach, Invalid for what cannot be, Conflict when the
// account holds the role there on one of the days already.
func (s *Service) Grant(ctx context.Context, account uuid.UUID, g NewGrant) (id uuid.UUID, err error) {
	r, err := s.reachOf(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	if err := s.checkGrant(ctx, r, &g); err != nil {
		return uuid.Nil, err
	}
	err = s.manage(ctx, account, func(tx *db.Tx, a record, _ reach) error {
		id, err = s.addGrant(tx, a, g, uuid.Nil)
		return err
	})
	return id, err
}

func (s *Service) addGrant(tx *db.Tx, a record, g NewGrant, replaces uuid.UUID) (uuid.UUID, error) {
	for _, other := range a.Grants {
		if other.ID != replaces && other.Role == g.Role && other.Place == g.Place && other.Days.Overlaps(g.Days) {
			return uuid.Nil, problem.New(problem.Conflict, "account.problem.held")
		}
	}
	id, err := s.newID()
	if err != nil {
		return uuid.Nil, err
	}
	full := Grant{ID: id, Account: a.ID, Role: g.Role, Place: g.Place, Days: g.Days, Recorded: s.clock.Now(), RecordedBy: authz.From(tx.Ctx()).Account}
	if err := insertGrant(tx, full); err != nil {
		return uuid.Nil, err
	}
	tx.AfterCommit(func() { s.cache.forget(a.ID) })
	kind := GrantedEvent
	if replaces != uuid.Nil {
		kind = GrantChangedEvent
	}
	return id, s.publish(tx, kind, a.ID, g.Place, GrantFact{Grant: id, Replaces: replaces, Role: string(g.Role), Place: g.Place, From: g.Days.From.String(), To: g.Days.To.String()})
}

// ChangeGrant corrects the days of a grant, or ends it: the old row is marked superseded and a new one appended. Empty days mean that the
// role should never have been given. Errors: as Grant; NotFound; Conflict when somebody changed it meanwhile or it is the last administrator's.
func (s *Service) ChangeGrant(ctx context.Context, grant uuid.UUID, days clock.Interval) error {
	if _, err := s.reachOf(ctx); err != nil {
		return err
	}
	var g Grant
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		g, err = db.One(tx, scanGrant, selectGrant+`WHERE id = ?`, grant)
		return err
	})
	if err != nil {
		return fmt.Errorf("grant %s: %w", grant, err)
	}
	return s.manage(ctx, g.Account, func(tx *db.Tx, a record, r reach) error {
		if !r.covers(g.Role, g.Place) { // a past role of an account within reach
			return problem.New(problem.Forbidden, "account.problem.out-of-reach")
		}
		if g.Role == authz.Admin && !days.Contains(s.today()) {
			if err := s.keepAnAdmin(tx, a.ID); err != nil {
				return err
			}
		}
		n, err := tx.Exec(`UPDATE account_grant SET superseded = ?, superseded_by = ? WHERE id = ? AND superseded IS NULL`,
			s.clock.Now(), text(authz.From(tx.Ctx()).Account), grant)
		if err != nil {
			return err
		}
		if n == 0 {
			return problem.New(problem.Conflict, "problem.conflict")
		}
		tx.AfterCommit(func() { s.cache.forget(a.ID) })
		if days.Empty() {
			return s.publish(tx, GrantChangedEvent, a.ID, g.Place, GrantFact{Replaces: grant, Role: string(g.Role), Place: g.Place})
		}
		_, err = s.addGrant(tx, a, NewGrant{Role: g.Role, Place: g.Place, Days: days}, grant)
		return err
	})
}

// EndGrant ends a grant today, or takes it back when it has not begun. Errors: as ChangeGrant; Conflict when it has ended already.
func (s *Service) EndGrant(ctx context.Context, grant uuid.UUID) error {
	if _, err := s.reachOf(ctx); err != nil {
		return err
	}
	var g Grant
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		g, err = db.One(tx, scanGrant, selectGrant+`WHERE id = ?`, grant)
		return err
	})
	if err != nil {
		return fmt.Errorf("grant %s: %w", grant, err)
	}
	today := s.today()
	if !g.Days.To.IsZero() && !g.Days.To.After(today) {
		return problem.New(problem.Conflict, "problem.conflict")
	}
	return s.ChangeGrant(ctx, grant, clock.Interval{From: g.Days.From, To: today})
}

// keepAnAdmin refuses to take away the last administrator who can sign in. It locks all administrators' grants, so that two of them
// cannot remove each other at the same moment.
func (s *Service) keepAnAdmin(tx *db.Tx, but uuid.UUID) error {
	today := s.today().String()
	holders, err := db.All(tx, scanID, `SELECT account_id FROM account_grant WHERE role = ? AND superseded IS NULL ORDER BY id`+tx.ForUpdate(), string(authz.Admin))
	if err != nil {
		return err
	}
	in, args := db.List(holders)
	args = append(args, but, string(Active), string(authz.Admin), today, today)
	n, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM account a WHERE a.id IN (`+in+`) AND a.id <> ? AND a.state = ? AND a.password <> ''
		AND EXISTS (SELECT 1 FROM account_grant g WHERE g.account_id = a.id AND g.role = ? AND g.superseded IS NULL AND g.from_date <= ?
			AND (g.to_date IS NULL OR g.to_date > ?))`, args...)
	if err == nil && n == 0 {
		err = problem.New(problem.Conflict, "account.problem.last-admin")
	}
	return err
}

// GrantHistory lists every grant that was ever recorded for an account, superseded ones too, in the order in which they were recorded.
func (s *Service) GrantHistory(ctx context.Context, account uuid.UUID) (out []Grant, err error) {
	if _, err := s.Account(ctx, account); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		out, err = db.All(tx, scanGrant, selectGrant+`WHERE account_id = ? ORDER BY recorded, id LIMIT 1000`, account)
		return err
	})
	return out, err
}
