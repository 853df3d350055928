package signin

import (
	"context"
	"errors"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Stored is a sign-in that a phone kept while there was no network.
type Stored struct {
	ID   string    // the phone's own name for it
	Pass string    // what the phone was handed with the page
	Code string    // what was typed or scanned
	At   time.Time // when, by the phone's clock as corrected by ours
}

// mostStored is how many a phone may send at once.
const mostStored = 20

// Result is what became of one.
type Result string

// The results. A phone forgets what is signed or refused, and keeps the rest.
const (
	Signed  Result = "signed"
	Refused Result = "refused"
	Other   Result = "other" // of another account on the same phone: kept until that person signs in
	Wait    Result = "wait"  // not now: try again later
)

// Outcome is the answer to one Stored.
type Outcome struct {
	ID     string
	Result Result
	Done   Done
	Why    *problem.Problem // of Refused and Wait
}

// Send takes what a phone kept. Each is decided by itself; sending one twice changes nothing. Errors: Invalid when there are too many.
func (s *Service) Send(ctx context.Context, list []Stored) ([]Outcome, error) {
	a, err := member(ctx)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 || len(list) > mostStored {
		return nil, problem.New(problem.Invalid, "signin.problem.sent", "limit", mostStored)
	}
	out := make([]Outcome, 0, len(list))
	for _, in := range list {
		o := Outcome{ID: in.ID, Result: Signed}
		pass, ok := s.read(passKind, in.Pass)
		switch {
		case !ok:
			o.Result, o.Why = Refused, problem.New(problem.Invalid, "signin.problem.pass")
		case pass.account != a.Account:
			o.Result = Other
		default:
			o.Why, err = s.guarded(ctx, a, func(tx *db.Tx) (*problem.Problem, error) { return s.later(tx, a, in, pass, &o.Done) })
			if errors.Is(err, db.ErrNotFound) {
				o.Why, err = problem.New(problem.NotFound, "signin.problem.gone"), nil
			}
			if err != nil {
				return nil, err
			}
			if o.Why != nil {
				o.Result = Refused
				if o.Why.Kind == problem.TooMany {
					o.Result = Wait
				}
			}
		}
		out = append(out, o)
	}
	return out, nil
}

// slack is how far a phone's clock may be wrong after it was corrected, and how much later than its own page a code may have been read.
const slack = 2 * time.Minute

// later decides about one sign-in that comes after its moment. The pass must be older than the moment: a phone that got it only afterwards had network then.
func (s *Service) later(tx *db.Tx, a authz.Actor, in Stored, pass paper, done *Done) (*problem.Problem, error) {
	now := s.n.Clock.Now()
	code, ok := ParseCode(in.Code)
	if !ok || in.At.IsZero() || in.At.After(now.Add(slack)) || pass.at.After(in.At.Add(slack)) {
		return problem.On("code", "signin.problem.later"), nil
	}
	g, err := s.n.Gatherings.Hold(tx, pass.gathering)
	if err != nil {
		return nil, err
	}
	rows, err := rowsOf(tx, []uuid.UUID{g.ID})
	if err != nil {
		return nil, err
	}
	r, ok := rows[g.ID]
	if !ok || code.Handle != "" && code.Handle != r.handle {
		return problem.On("code", "signin.problem.later"), nil
	}
	key, err := s.secretOf(r)
	if err != nil {
		return nil, err
	}
	at, way := in.At, Later
	if code.printed() {
		if !r.poster || key.poster(r.gathering, r.serial) != code.Token {
			return problem.On("code", "signin.problem.poster"), nil
		}
	} else {
		step, ok := key.match(r.gathering, code, stepOf(in.At)-laterBack, min(stepOf(in.At)+laterAhead, stepOf(now.Add(skew))))
		if !ok {
			if now.Sub(in.At) < slack { // it was typed just now: what is wrong with it is said as to anybody who types
				if no, err := s.right(r, code, now); no != nil || err != nil {
					return no, err
				}
			}
			return problem.On("code", "signin.problem.later"), nil
		}
		at = startOf(step)
		if now.Sub(in.At) < slack {
			// The phone had network after all, or got it back at once: a sign-in like any other when the code is still on the screen.
			no, err := s.right(r, code, now)
			if err != nil {
				return nil, err
			}
			if no == nil {
				at, way = now, code.way()
			}
		}
	}
	return s.inTime(tx, a, g, way, at, now, pass, done)
}

// inTime asks whether the gathering was open at the moment that the code itself names, and whether its record can still be added to.
func (s *Service) inTime(tx *db.Tx, a authz.Actor, g Gathering, way Way, at, now time.Time, pass paper, done *Done) (*problem.Problem, error) {
	early := g.Opened.IsZero() || at.Before(g.Opened.Add(-Step))
	late := !g.Ended.IsZero() && at.After(g.Ended.Add(Step))
	switch {
	case g.State == Coming || early || late:
		return problem.New(problem.Conflict, "signin.problem.not-then", "title", g.Title), nil
	case g.State == Closed && now.Sub(at) > behind:
		return problem.New(problem.Conflict, "signin.problem.too-late", "title", g.Title), nil
	}
	return s.attend(tx, a, g, way, at, pass.device, done)
}
