package study

import (
	"context"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// State is a person saying on which day and how they made a topic up; for people of the audience, about themselves. It stands as stated until somebody who
// runs the study confirms it. Errors: Invalid with the fields, Conflict when one is confirmed already.
func (s *Service) State(ctx context.Context, topic uuid.UUID, day clock.Date, note string) error {
	t, _, err := s.look(ctx, topic)
	if err != nil {
		return err
	}
	a := authz.From(ctx)
	if a.Person == uuid.Nil || !a.May(authz.WriteScope) || !t.Stands() {
		return refusal(a)
	}
	held, err := s.directory.Roster(asPlatform(ctx), directory.RosterQuery{Organisations: t.Audience, People: []uuid.UUID{a.Person}, Day: s.audienceDay(&t)})
	if err != nil {
		return err
	}
	if len(held) == 0 {
		return refusal(a)
	}
	var c problem.Check
	note = strings.TrimSpace(note)
	checkText(&c, "note", note, MinNote, MaxNote)
	switch {
	case day.IsZero():
		c.Add("day", "study.err.day")
	case day.Before(t.From) || day.After(s.today()):
		c.Add("day", "study.err.makeup-day", "from", t.From)
	}
	if err := c.Err(); err != nil {
		return err
	}
	id, err := newID()
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := db.One(tx, db.ScanInt, `SELECT version FROM study_topic WHERE id = ?`+tx.ForUpdate(), topic); err != nil {
			return err
		}
		list, err := readMakeups(tx, `WHERE topic_id = ? AND person_id = ?`, topic, a.Person)
		if err != nil {
			return err
		}
		if n := len(list); n > 0 && list[n-1].State != Returned {
			return problem.New(problem.Conflict, "study.err.stated")
		}
		_, err = tx.Exec(`INSERT INTO study_makeup (id, topic_id, person_id, day, note, state, recorded) VALUES (?, ?, ?, ?, ?, ?, ?)`, id, topic, a.Person, day.String(), note, string(Stated), s.clock.Now())
		return err
	})
}

// Decide confirms a make-up, or returns it with what is missing; by somebody who runs the study and is not the person. Errors: Invalid on "answer", Conflict when it was decided.
func (s *Service) Decide(ctx context.Context, topic, makeup uuid.UUID, confirm bool, answer string) error {
	if _, err := s.running(ctx, topic); err != nil {
		return err
	}
	a := authz.From(ctx)
	answer = strings.TrimSpace(answer)
	var c problem.Check
	least := 1
	if confirm {
		least = 0
	}
	checkText(&c, "answer", answer, least, MaxNote)
	if err := c.Err(); err != nil {
		return err
	}
	state := Returned
	if confirm {
		state = Confirmed
	}
	return s.change(ctx, topic, func(tx *db.Tx, _ *Topic) error {
		list, err := readMakeups(tx, `WHERE id = ? AND topic_id = ?`, makeup, topic)
		if err != nil {
			return err
		}
		switch {
		case len(list) == 0:
			return problem.New(problem.NotFound, "problem.not-found")
		case list[0].State != Stated:
			return problem.New(problem.Conflict, "problem.conflict")
		case list[0].Person == a.Person && a.Person != uuid.Nil:
			return problem.New(problem.Forbidden, "study.err.own")
		}
		return tx.MustChange(`UPDATE study_makeup SET state = ?, answer = ?, decided = ?, decided_by = ? WHERE id = ? AND state = ?`, string(state), answer, s.clock.Now(), a.Account, makeup, string(Stated))
	})
}
