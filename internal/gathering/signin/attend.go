package signin

import (
	"context"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
)

// Six digits can be guessed: with five of them right at one time, fifteen tries in ten minutes find one in every thirteen thousand such windows.
const (
	triesMost   = 15
	triesWithin = 10 * time.Minute
)

// guarded runs a sign-in in a transaction and counts the codes that were wrong. A refusal is a result and not an error, because the count has to be kept.
func (s *Service) guarded(ctx context.Context, a authz.Actor, f func(tx *db.Tx) (*problem.Problem, error)) (no *problem.Problem, err error) {
	err = s.n.DB.Write(ctx, func(tx *db.Tx) error {
		now := s.n.Clock.Now()
		fails, err := failsOf(tx, a.Account, now.Add(-triesWithin))
		if err != nil {
			return err
		}
		if fails >= triesMost {
			no = problem.New(problem.TooMany, "signin.problem.many")
			return nil
		}
		if no, err = f(tx); err != nil || no == nil || !guessed(no) {
			return err
		}
		return countFail(tx, a.Account, now, now.Add(-triesWithin))
	})
	return no, err
}

// guessed tells whether the refusal is of a code.
func guessed(no *problem.Problem) bool {
	for _, f := range no.Fields {
		if f.Key == keyWrong || f.Key == keyOld || f.Key == "signin.problem.later" {
			return true
		}
	}
	return false
}

// attend writes down that the caller was there.
func (s *Service) attend(tx *db.Tx, a authz.Actor, g Gathering, way Way, at time.Time, device string, done *Done) (*problem.Problem, error) {
	now := s.n.Clock.Now()
	invited, err := s.n.Gatherings.Invited(tx, g.ID, a.Person)
	if err != nil {
		return nil, err
	}
	if !invited {
		let, err := s.guest(tx, a, g, now)
		if err != nil || !let {
			return problem.New(problem.Forbidden, "signin.problem.guest", "title", g.Title), err
		}
	}
	taken, err := mark(tx, markRow{gathering: g.ID, person: a.Person, account: a.Account, device: device, way: way, stated: at, received: now})
	if err != nil {
		return nil, err
	}
	if taken {
		return problem.New(problem.Conflict, "signin.problem.device", "title", g.Title), nil
	}
	noted, err := s.n.Gatherings.Attend(tx, Attendance{Gathering: g.ID, Person: a.Person, Account: a.Account, Way: way, At: at})
	if err == nil && !noted.There {
		return problem.New(problem.Conflict, "signin.problem.recorded", "title", g.Title), nil
	}
	*done = Done{Gathering: g, Since: noted.Since, Again: !noted.First}
	return nil, err
}

// guest notes that somebody who is not invited stands at the door, and tells whether they have been let in.
func (s *Service) guest(tx *db.Tx, a authz.Actor, g Gathering, now time.Time) (let bool, err error) {
	if _, err := tx.Exec(`INSERT INTO gathering_signin_guest (gathering_id, person_id, account_id, asked) VALUES (?, ?, ?, ?) ON CONFLICT (gathering_id, person_id) DO NOTHING`,
		g.ID, a.Person, a.Account, now); err != nil {
		return false, err
	}
	n, err := db.One(tx, db.ScanInt, `SELECT admitted FROM gathering_signin_guest WHERE gathering_id = ? AND person_id = ?`, g.ID, a.Person)
	return n == 1, err
}
