package gathering

import (
	"context"
	"strings"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// Act carries out an action of the table, with the row locked. Errors: NotFound, Forbidden or SignIn when it is not the caller's, Conflict when the state does
// not permit it, Invalid with the fields. An action that led to the present state is answered like the first time.
func (s *Service) Act(ctx context.Context, id uuid.UUID, action wf.Action, reason string) error {
	tr, ok := life.Find(action)
	if !ok {
		return problem.New(problem.NotFound, "problem.not-found")
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		ctx := tx.Ctx()
		g, err := one(tx, id, true)
		if err != nil {
			return s.unseen(ctx, err)
		}
		if err := s.mayRun(ctx, g.Holders); err != nil {
			return s.unseen(ctx, err)
		}
		if !tr.Permits(g.State, tr.To[0]) {
			if g.State == tr.To[0] { // a second click
				return nil
			}
			return problem.New(problem.Conflict, "gathering.err.state")
		}
		reason = strings.TrimSpace(reason)
		if tr.Reasoned() {
			var c problem.Check
			checkText(&c, "reason", reason, 1, maxNote)
			if err := c.Err(); err != nil {
				return err
			}
		}
		return s.take(ctx, tx, &g, tr, reason)
	})
}

// unseen says "sign in" to whoever is not, instead of telling whether there is such a gathering.
func (s *Service) unseen(ctx context.Context, err error) error {
	if a := authz.From(ctx); !a.SignedIn() && !a.System {
		return problem.New(problem.SignIn, "problem.sign-in")
	}
	return err
}

// take does what the line of an action says, and what follows from it.
func (s *Service) take(ctx context.Context, tx *db.Tx, g *Gathering, tr wf.Transition, reason string) error {
	now := s.clock.Now()
	set, args := `state = ?`, []any{string(tr.To[0])}
	and := func(text string, values ...any) { set, args = set+", "+text, append(args, values...) }
	switch tr.Action {
	case Publish:
		items, err := readItems(tx, g.ID)
		if err != nil {
			return err
		}
		invitations, err := readInvitations(tx, g.ID)
		if err != nil {
			return err
		}
		if err := s.publishable(ctx, g, items, invitations); err != nil {
			return err
		}
		and(`published = ?`, now)
	case OpenIt:
		if now.Before(g.Starts.Add(-earliest)) {
			return problem.New(problem.Conflict, "gathering.err.early", "hours", int(earliest/time.Hour))
		}
		and(`opened = ?`, now)
	case EndIt:
		if now.Before(g.Starts) {
			return problem.New(problem.Conflict, "gathering.err.not-begun")
		}
		and(`ended = ?`, now)
	case CloseIt:
		k, _, err := s.Kind(asPlatform(ctx), g.Committee, g.Kind)
		if err != nil {
			return err
		}
		if k.Minutes && strings.TrimSpace(g.Minutes) == "" {
			return problem.On("minutes", "gathering.err.minutes")
		}
		and(`closed = ?`, now)
	case Reopen:
		and(`closed = 0, reason = ?`, reason)
	case Cancel:
		and(`reason = ?`, reason)
	}
	if _, err := tx.Exec(`UPDATE gathering SET `+set+`, sequence = sequence + 1, version = version + 1 WHERE id = ?`, append(args, g.ID)...); err != nil {
		return err
	}
	was := g.State
	g.State, g.Reason, g.Sequence = tr.To[0], reason, g.Sequence+1
	switch tr.Action {
	case Publish:
		if err := s.resolve(ctx, tx, g); err != nil { // tells who is new
			return err
		}
	case OpenIt:
		return s.resolve(ctx, tx, g)
	case EndIt:
		return s.resolve(ctx, tx, g)
	case CloseIt:
		return s.settle(ctx, tx, g)
	case Cancel:
		if was == Planned {
			return nil
		}
		people, err := inviteesOf(tx, g.ID)
		if err != nil {
			return err
		}
		return s.tell(tx, Telling{What: ToldCancelled, Gathering: *g, People: people})
	}
	return nil
}

// earliest is how long before the beginning sign-in may open.
const earliest = 4 * time.Hour

// Actions lists what the actor may do with a gathering now, in table order.
func (s *Service) actions(g *Gathering, v view) []wf.Transition {
	if v != running {
		return nil
	}
	return life.Allowed(g.State, []wf.Relation{IsRunner}, nil)
}

// settle writes down, when the record is closed, who was on leave or absent: whoever was invited and of whom nothing is known.
func (s *Service) settle(ctx context.Context, tx *db.Tx, g *Gathering) error {
	now := s.clock.Now()
	for _, x := range []struct {
		state Presence
		where string
	}{{OnLeave, `i.answer = 'leave' AND i.granted <> 'refused'`}, {Absent, `NOT (i.answer = 'leave' AND i.granted <> 'refused')`}} {
		_, err := tx.Exec(`INSERT INTO gathering_attendance (gathering_id, person_id, state, way, at, recorded, recorded_by)
			SELECT i.gathering_id, i.person_id, ?, ?, ?, ?, ? FROM gathering_invitee i WHERE i.gathering_id = ? AND `+x.where+`
			AND NOT EXISTS (SELECT 1 FROM gathering_attendance a WHERE a.gathering_id = i.gathering_id AND a.person_id = i.person_id)`,
			string(x.state), string(ByRule), g.Starts, now, idText(authz.From(ctx).Account), g.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

// Tick opens nothing by itself, but ends sign-in of what was over six hours ago, keeps up who is invited to what lies within two weeks, and reminds of decisions.
func (s *Service) Tick(ctx context.Context) error {
	if a := authz.From(ctx); !a.System {
		return refusal(a)
	}
	now := s.clock.Now()
	var over, soon []Gathering
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if over, err = read(tx, `WHERE g.state IN ('published', 'open') AND g.ends < ? ORDER BY g.starts, g.id LIMIT 200`, now.Add(-6*time.Hour)); err != nil {
			return err
		}
		soon, err = read(tx, `WHERE g.state IN ('published', 'open') AND g.starts < ? AND g.ends >= ? ORDER BY g.starts, g.id LIMIT 500`, now.Add(14*24*time.Hour), now.Add(-6*time.Hour))
		return err
	})
	if err != nil {
		return err
	}
	if err := s.remind(ctx); err != nil {
		return err
	}
	for _, g := range over {
		if err := s.Act(ctx, g.ID, EndIt, ""); err != nil && !problem.Is(err, problem.Conflict) {
			return err
		}
	}
	for _, g := range soon {
		err := s.db.Write(ctx, func(tx *db.Tx) error {
			ctx := tx.Ctx()
			g, err := one(tx, g.ID, true)
			if err != nil || g.State != Published && g.State != Open {
				return err
			}
			return s.resolve(ctx, tx, &g)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
