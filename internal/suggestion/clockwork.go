package suggestion

import (
	"context"
	"errors"
	"fmt"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// tickTogether is how many due dates are read at once.
const tickTogether = 1000

// dueThing is a date that something must happen by: the matter's own, a joint department's opinion, or a promise.
type dueThing struct {
	key        string // of the row, by which the list goes on
	id         uuid.UUID
	committee  uuid.UUID
	state      wf.State
	due        clock.Date
	department uuid.UUID // whose opinion; nil for the matter's own date and for a promise
}

// The three lists of dates. Each is walked by due date to its end.
const (
	dueMatters = `SELECT id, id, committee_id, state, due, '' FROM suggestion WHERE due <> '' AND (due, id) > (?, ?)
		AND ((state = 'replied' AND due < ?) OR (state IN ('at_office', 'dispatched', 'in_hand') AND due <= ?)) ORDER BY due, id LIMIT ?`
	dueOpinions = `SELECT t.id, s.id, s.committee_id, s.state, t.due, t.department_id FROM suggestion_task t JOIN suggestion s ON s.id = t.suggestion_id AND s.round = t.round
		WHERE t.part IN ('joint', 'assisting') AND t.state IN ('sent', 'in_hand') AND (t.due, t.id) > (?, ?) AND t.due <> '' AND s.state IN ('dispatched', 'in_hand') AND ? <> '' AND t.due <= ?
		ORDER BY t.due, t.id LIMIT ?`
	duePromises = `SELECT id, id, committee_id, state, promised, '' FROM suggestion WHERE promised <> '' AND (promised, id) > (?, ?) AND state IN ('replied', 'closed') AND ? <> '' AND promised <= ?
		ORDER BY promised, id LIMIT ?`
)

// Tick does what the passing of time brings: replied matters whose time for rating is over are closed as not rated; departments are reminded before the date and
// urged after it, joint departments by the date of their own opinion; who promised something is reminded before the promised date and after it; what leaves no step is told besides (tellDates). Each happens once
// for a date. It may run in several processes and as often as one likes: what was done for a date is read from the timeline or from suggestion_told.
func (s *Service) Tick(ctx context.Context) error {
	ctx = authz.With(ctx, authz.System())
	today := clock.Today(s.Clock)
	return errors.Join(
		s.each(ctx, dueMatters, func(d dueThing, r Rules) error {
			if d.state == Replied {
				return s.byRule(ctx, d, Close, clock.Date{})
			}
			return s.press(ctx, d, r, today)
		}),
		s.each(ctx, dueOpinions, func(d dueThing, r Rules) error { return s.press(ctx, d, r, today) }),
		s.each(ctx, duePromises, func(d dueThing, r Rules) error {
			switch {
			case late(d.due, today, r):
				return s.byRule(ctx, d, RemindPromise, d.due.AddDays(1))
			case near(d.due, today, r):
				return s.byRule(ctx, d, RemindPromise, d.due.AddDays(-r.RemindBefore))
			}
			return nil
		}),
		s.tellDates(ctx, today))
}

func late(due, today clock.Date, r Rules) bool {
	return today.After(due.AddDays(r.UrgeAfter-1)) && today.After(due)
}

func near(due, today clock.Date, r Rules) bool {
	return !today.Before(due.AddDays(-r.RemindBefore)) && !today.After(due)
}

// press reminds before a date and urges after it.
func (s *Service) press(ctx context.Context, d dueThing, r Rules, today clock.Date) error {
	switch {
	case late(d.due, today, r):
		return s.byRule(ctx, d, Urge, d.due)
	case near(d.due, today, r):
		return s.byRule(ctx, d, Remind, d.due.AddDays(-r.RemindBefore))
	}
	return nil
}

// each walks a list of dates to its end. What fails for one is reported and does not hold up the others.
func (s *Service) each(ctx context.Context, query string, do func(dueThing, Rules) error) error {
	today := clock.Today(s.Clock)
	var errs []error
	last := dueThing{}
	for {
		var list []dueThing
		err := s.DB.Read(ctx, func(tx *db.Tx) error {
			var err error
			list, err = db.All(tx, func(r *db.Row) (dueThing, error) {
				var d dueThing
				err := r.Scan(&d.key, id{&d.id}, id{&d.committee}, &d.state, &d.due, id{&d.department})
				return d, err
			}, query, dateText(last.due), last.key, today.String(), today.AddDays(daysMost).String(), s.tickTogether)
			return err
		})
		if err != nil {
			return fmt.Errorf("look for what is due: %w", err)
		}
		for _, d := range list {
			rules, err := s.Rules(ctx, d.committee)
			if err != nil {
				return err
			}
			if err := do(d, rules); err != nil {
				errs = append(errs, fmt.Errorf("%s %s: %w", d.state, d.id, err))
			}
		}
		if len(list) < s.tickTogether {
			return errors.Join(errs...)
		}
		last = list[len(list)-1]
	}
}

// byRule takes an action unless the rule took it since a day, for the same department if it concerns one; a matter that went on meanwhile is left alone.
func (s *Service) byRule(ctx context.Context, d dueThing, a wf.Action, since clock.Date) error {
	if !since.IsZero() {
		done := 0
		err := s.DB.Read(ctx, func(tx *db.Tx) error {
			var err error
			done, err = db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM suggestion_step WHERE suggestion_id = ? AND action = ? AND relation = ? AND department_id = ? AND at >= ?`,
				d.id, string(a), string(IsRule), idText(d.department), since.Start())
			return err
		})
		if err != nil || done > 0 {
			return err
		}
	}
	_, err := s.Act(ctx, d.id.String(), a, ActInput{Department: d.department})
	if problem.Is(err, problem.Conflict) || problem.Is(err, problem.NotFound) {
		return nil
	}
	return err
}
