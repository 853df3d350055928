package signin

import (
	"context"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Shown is what a screen shows for one step.
type Shown struct {
	From   time.Time
	Digits string
	Short  string // the end of the address in the square
}

// Screen is a gathering with codes for the coming minutes: the screen goes on when the network is gone.
type Screen struct {
	Gathering Gathering
	Now       time.Time
	Codes     []Shown
	Mark      string // changes when the codes were made anew
	Poster    bool
}

// screenMost bounds what one call hands out: an hour.
const screenMost = 180

// Screen gives codes from a step on (0: from now), n of them, to those who run the gathering.
func (s *Service) Screen(ctx context.Context, id uuid.UUID, from int64, n int) (Screen, error) {
	g, r, err := s.run(ctx, id)
	if err != nil {
		return Screen{}, err
	}
	key, err := s.secretOf(r)
	if err != nil {
		return Screen{}, err
	}
	now := s.n.Clock.Now()
	first := stepOf(now)
	last := first + screenMost
	out := Screen{Gathering: g, Now: now, Mark: s.n.Keys.Index("gathering.signin.mark", r.sealed)[:8], Poster: r.poster}
	for step := max(first, from); step < min(max(first, from)+int64(n), last); step++ {
		out.Codes = append(out.Codes, Shown{From: startOf(step), Digits: key.digits(id, step), Short: r.handle + key.token(id, step)})
	}
	return out, nil
}

// run gives the gathering and its codes to those who run it.
func (s *Service) run(ctx context.Context, id uuid.UUID) (Gathering, row, error) {
	g, err := s.n.Gatherings.Runs(ctx, id)
	if err != nil {
		return g, row{}, err
	}
	if err := s.ensure(ctx, []uuid.UUID{id}); err != nil {
		return g, row{}, err
	}
	var r row
	err = s.n.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := rowsOf(tx, []uuid.UUID{id})
		r = rows[id]
		return err
	})
	return g, r, err
}

// Short gives the end of the printed address. Errors: Conflict when the poster is off.
func (s *Service) Short(ctx context.Context, id uuid.UUID) (Gathering, string, error) {
	g, r, err := s.run(ctx, id)
	if err != nil {
		return g, "", err
	}
	if !r.poster {
		return g, "", problem.New(problem.Conflict, "signin.problem.poster-off")
	}
	key, err := s.secretOf(r)
	return g, r.handle + key.poster(id, r.serial), err
}

// SetPoster turns the printed code on or off. Turning it on makes a new one; paper from before no longer counts.
func (s *Service) SetPoster(ctx context.Context, id uuid.UUID, on bool) error {
	if _, _, err := s.run(ctx, id); err != nil {
		return err
	}
	return s.n.DB.Write(ctx, func(tx *db.Tx) error {
		if !on {
			return tx.MustChange(`UPDATE gathering_signin SET poster = 0 WHERE gathering_id = ?`, id)
		}
		_, err := tx.Exec(`UPDATE gathering_signin SET poster = 1, poster_serial = poster_serial + 1 WHERE gathering_id = ? AND poster = 0`, id)
		return err
	})
}

// Renew makes every code anew, when codes for the coming hour got into wrong hands. Screens follow with their next question.
func (s *Service) Renew(ctx context.Context, id uuid.UUID) error {
	if _, _, err := s.run(ctx, id); err != nil {
		return err
	}
	return s.n.DB.Write(ctx, func(tx *db.Tx) error {
		_, sealed, err := s.fresh(id)
		if err != nil {
			return err
		}
		return tx.MustChange(`UPDATE gathering_signin SET secret_sealed = ?, poster = 0 WHERE gathering_id = ?`, sealed, id)
	})
}

// Guest is somebody who gave the right code without being invited.
type Guest struct {
	Person   uuid.UUID
	Asked    time.Time
	Answered time.Time
	Admitted bool
}

// Late is a sign-in that came after its moment.
type Late struct {
	Person   uuid.UUID
	Stated   time.Time
	Received time.Time
}

// Door is what those who run a gathering see of the door.
type Door struct {
	Gathering Gathering
	Poster    bool
	Guests    []Guest
	Late      []Late
}

// Door lists who waits at the door and what came late, at most 500 each, to those who run the gathering.
func (s *Service) Door(ctx context.Context, id uuid.UUID) (Door, error) {
	g, r, err := s.run(ctx, id)
	if err != nil {
		return Door{}, err
	}
	out := Door{Gathering: g, Poster: r.poster}
	err = s.n.DB.Read(ctx, func(tx *db.Tx) error {
		out.Guests, err = db.All(tx, func(r *db.Row) (v Guest, err error) {
			var person string
			if err = r.Scan(&person, &v.Asked, &v.Answered, &v.Admitted); err == nil {
				v.Person, err = uuid.Parse(person)
			}
			return v, err
		}, `SELECT person_id, asked, answered, admitted FROM gathering_signin_guest WHERE gathering_id = ? ORDER BY asked, person_id LIMIT 500`, id)
		if err != nil {
			return err
		}
		out.Late, err = db.All(tx, func(r *db.Row) (v Late, err error) {
			var person string
			if err = r.Scan(&person, &v.Stated, &v.Received); err == nil {
				v.Person, err = uuid.Parse(person)
			}
			return v, err
		}, `SELECT person_id, stated, received FROM gathering_signin_mark WHERE gathering_id = ? AND way = ? ORDER BY received, person_id LIMIT 500`, id, string(Later))
		return err
	})
	return out, err
}

// Answer lets a guest in or not. Who is let in counts as there from the moment they asked. Errors: NotFound when nobody of that name waits; Conflict
// when the record is closed.
func (s *Service) Answer(ctx context.Context, id, person uuid.UUID, admit bool) error {
	if _, _, err := s.run(ctx, id); err != nil {
		return err
	}
	by := authz.From(ctx).Account
	return s.n.DB.Write(ctx, func(tx *db.Tx) error {
		g, err := s.n.Gatherings.Hold(tx, id)
		if err != nil {
			return err
		}
		if g.State == Closed {
			return problem.New(problem.Conflict, "signin.problem.over", "title", g.Title)
		}
		var asked time.Time
		var account string
		n := 0
		err = tx.Rows(func(r *db.Row) error { n++; return r.Scan(&asked, &account) },
			`SELECT asked, account_id FROM gathering_signin_guest WHERE gathering_id = ? AND person_id = ? AND admitted = 0`+tx.ForUpdate(), id, person)
		if err != nil {
			return err
		}
		if n == 0 {
			return problem.New(problem.NotFound, "signin.problem.no-guest")
		}
		if err := tx.MustChange(`UPDATE gathering_signin_guest SET answered = ?, answered_by = ?, admitted = ? WHERE gathering_id = ? AND person_id = ?`,
			s.n.Clock.Now(), by.String(), admit, id, person); err != nil || !admit {
			return err
		}
		who, err := uuid.Parse(account)
		if err != nil {
			return err
		}
		_, err = s.n.Gatherings.Attend(tx, Attendance{Gathering: id, Person: person, Account: who, Way: Admitted, At: asked})
		return err
	})
}
