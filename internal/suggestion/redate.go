package suggestion

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// setDue computes the date of the present step from a term, and keeps what it was computed from, so that a calendar that comes later can move it.
// No term is no date.
func (s *Suggestion) setDue(term clock.Term, from clock.Date, cal *clock.Calendar) {
	s.Due, s.DueProvisional = term.Due(from, cal)
	s.DueFrom, s.DueRule = from, term.String()
	if term.IsZero() {
		s.DueFrom = clock.Date{}
	}
}

func (m *move) due(term clock.Term) { m.c.setDue(term, m.today, m.cal) }

// before pulls the date of an opinion before the date of the lead's answer, whose doubt it then shares.
func (t *Task) before(lead clock.Date, provisional bool) {
	if !lead.IsZero() && !t.Due.Before(lead) {
		t.Due, t.DueProvisional = lead.AddDays(-1), provisional
	}
}

// unsettled is the condition on open matters with a provisional date of their own or of a part.
const unsettled = `state NOT IN ('draft', 'returned', 'closed', 'merged', 'converted', 'withdrawn') AND (due_provisional = 1
	OR id IN (SELECT suggestion_id FROM suggestion_task WHERE due_provisional = 1 AND state IN ('sent', 'in_hand', 'return_asked', 'drafted'))
	OR id IN (SELECT suggestion_id FROM suggestion_task WHERE return_provisional = 1 AND state IN ('sent', 'in_hand')))`

// Unsettled tells how many open matters wait for the calendar of a year, and the latest date among them; for administrators and the platform.
func (s *Service) Unsettled(ctx context.Context) (n int, last clock.Date, err error) {
	v := viewerOf(ctx)
	if !v.System && !v.IsAdmin() {
		return 0, last, refused(v)
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Rows(func(r *db.Row) error { return r.Scan(&n, &last) }, `SELECT COUNT(*), MAX(due) FROM suggestion WHERE `+unsettled)
	})
	return n, last, err
}

// Redate computes every provisional date of open matters and their parts anew after the calendar of years came, each matter in a transaction of its own with a
// step that says which dates moved. It may run twice: a date that is settled is not touched again. Only for the platform itself.
func (s *Service) Redate(ctx context.Context, years []int) (moved int, err error) {
	if !authz.From(ctx).System {
		return 0, problem.New(problem.Forbidden, "problem.forbidden")
	}
	cal, err := s.Calendar(ctx)
	if err != nil {
		return 0, err
	}
	var errs []error
	for after := int64(0); ; {
		type waiting struct {
			rid int64
			id  uuid.UUID
		}
		var list []waiting
		err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
			list, err = db.All(tx, func(r *db.Row) (w waiting, err error) {
				err = r.Scan(&w.rid, id{&w.id})
				return w, err
			}, `SELECT rid, id FROM suggestion WHERE rid > ? AND `+unsettled+` ORDER BY rid LIMIT 500`, after)
			return err
		})
		if err != nil {
			return moved, fmt.Errorf("look for provisional dates: %w", err)
		}
		if len(list) == 0 {
			return moved, errors.Join(errs...)
		}
		for _, w := range list {
			after = w.rid
			did, err := s.redate(ctx, w.id, cal, years)
			if err != nil {
				errs = append(errs, fmt.Errorf("date of %s: %w", w.id, err))
			}
			if did {
				moved++
			}
		}
	}
}

func (s *Service) redate(ctx context.Context, matter uuid.UUID, cal *clock.Calendar, years []int) (moved bool, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		moved = false
		c, err := load(tx, matter.String(), true)
		if err != nil {
			return err
		}
		tr, _ := life.Find(Redate)
		if !slices.Contains(tr.From, c.State) {
			return nil
		}
		before := c.Suggestion
		dues, touched, err := c.redateTasks(tx, cal)
		if err != nil {
			return err
		}
		c.redateMatter(cal)
		if c.Due != before.Due {
			dues = append([]Redated{{Was: before.Due, Due: c.Due}}, dues...)
		}
		if len(dues) == 0 && !touched && c.DueProvisional == before.DueProvisional {
			return nil // the year that it waits for is not the one that came
		}
		c.UpdatedAt = s.Clock.Now()
		if len(dues) > 0 {
			moved = true
			step := Step{Seq: c.Steps + 1, Action: Redate, From: c.State, To: c.State, Round: c.Round, At: c.UpdatedAt, Relation: IsRule, Office: c.Committee, Audience: tr.Audience,
				Details: Details{Dues: dues, Years: years}}
			if step.ID, err = newID(); err != nil {
				return err
			}
			if err := insertStep(tx, c.ID, step); err != nil {
				return err
			}
			c.Steps++
			if err := s.publish(tx, &c.Suggestion, step, factOf(&c.Suggestion, step, c.Authors, c.Tasks)); err != nil {
				return err
			}
		}
		return update(tx, &c.Suggestion)
	})
	return moved, err
}

// redateTasks computes the open parts of the present round anew, answers first: opinions are due before them.
func (c *Case) redateTasks(tx *db.Tx, cal *clock.Calendar) (dues []Redated, touched bool, err error) {
	var lead clock.Date
	var doubt bool
	for _, answers := range []bool{true, false} {
		for i := range c.Tasks {
			t := &c.Tasks[i]
			if t.Round != c.Round || t.Part.Answers() != answers {
				continue
			}
			was := *t
			if term, err := clock.ParseTerm(t.DueRule); t.DueProvisional && t.Open() && err == nil && !term.IsZero() {
				t.Due, t.DueProvisional = term.Due(dateOf(t.SentAt), cal)
				if !answers {
					t.before(lead, doubt)
				}
			}
			if term, err := clock.ParseTerm(t.ReturnRule); t.ReturnProvisional && t.Open() && err == nil && !term.IsZero() {
				t.ReturnUntil, t.ReturnProvisional = term.Due(dateOf(t.SentAt), cal)
			}
			if answers && t.Part == Lead {
				lead, doubt = t.Due, t.DueProvisional
			}
			if *t == was {
				continue
			}
			touched = true
			if t.Due != was.Due {
				dues = append(dues, Redated{Department: t.Department, Was: was.Due, Due: t.Due})
			}
			if t.ReturnUntil != was.ReturnUntil {
				dues = append(dues, Redated{Department: t.Department, Return: true, Was: was.ReturnUntil, Due: t.ReturnUntil})
			}
			if err := updateTask(tx, *t); err != nil {
				return nil, false, err
			}
		}
	}
	return dues, touched, nil
}

// redateMatter follows the parts while departments have the matter, and its own rule otherwise.
func (c *Case) redateMatter(cal *clock.Calendar) {
	if c.State == Dispatched || c.State == InHand {
		c.followParts()
		return
	}
	if term, err := clock.ParseTerm(c.DueRule); c.DueProvisional && err == nil && !term.IsZero() {
		c.Due, c.DueProvisional = term.Due(c.DueFrom, cal)
	}
}

// followParts: the matter is due when the first of its open answers is.
func (c *Case) followParts() {
	c.setDue(clock.Term{}, clock.Date{}, nil)
	for _, t := range c.Tasks {
		if t.Round == c.Round && t.Part.Answers() && t.Open() && t.State != Signed && !t.Due.IsZero() && (c.Due.IsZero() || t.Due.Before(c.Due)) {
			c.Due, c.DueProvisional = t.Due, t.DueProvisional
		}
	}
}
