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

// tickMost is how many matters one Tick looks at; the next one goes on.
const tickMost = 2000

type dueMatter struct {
	id        uuid.UUID
	committee uuid.UUID
	state     wf.State
	due       clock.Date
}

// Tick does what the passing of time brings: replied matters whose time for rating is over are closed as not rated, the departments are reminded before the
// date and urged after it, each once for a date. It may run in several processes and as often as one likes: what was done for a date is read from the timeline.
func (s *Service) Tick(ctx context.Context) error {
	ctx = authz.With(ctx, authz.System())
	today := clock.Today(s.Clock)
	var list []dueMatter
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		var err error
		list, err = db.All(tx, func(r *db.Row) (dueMatter, error) {
			var m dueMatter
			err := r.Scan(id{&m.id}, id{&m.committee}, &m.state, &m.due)
			return m, err
		}, `SELECT id, committee_id, state, due FROM suggestion WHERE due <> '' AND ((state = 'replied' AND due < ?) OR (state IN ('at_office', 'dispatched', 'in_hand') AND due <= ?))
			ORDER BY due DESC, rid LIMIT ?`, today.String(), today.AddDays(90).String(), tickMost)
		return err
	})
	if err != nil {
		return fmt.Errorf("look for what is due: %w", err)
	}
	var errs []error
	for _, m := range list {
		rules, err := s.Rules(ctx, m.committee)
		if err != nil {
			return err
		}
		switch {
		case m.state == Replied:
			err = s.byRule(ctx, m, Close, clock.Date{})
		case today.After(m.due.AddDays(rules.UrgeAfter-1)) && today.After(m.due):
			err = s.byRule(ctx, m, Urge, m.due)
		case !today.Before(m.due.AddDays(-rules.RemindBefore)) && !today.After(m.due):
			err = s.byRule(ctx, m, Remind, m.due.AddDays(-rules.RemindBefore))
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s %s: %w", m.state, m.id, err))
		}
	}
	return errors.Join(errs...)
}

// byRule takes an action unless the rule took it since a day; a matter that went on meanwhile is left alone.
func (s *Service) byRule(ctx context.Context, m dueMatter, a wf.Action, since clock.Date) error {
	if !since.IsZero() {
		done := 0
		err := s.DB.Read(ctx, func(tx *db.Tx) error {
			var err error
			done, err = db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM suggestion_step WHERE suggestion_id = ? AND action = ? AND relation = ? AND at >= ?`,
				m.id, string(a), string(IsRule), since.Start())
			return err
		})
		if err != nil || done > 0 {
			return err
		}
	}
	_, err := s.Act(ctx, m.id.String(), a, ActInput{})
	if problem.Is(err, problem.Conflict) || problem.Is(err, problem.NotFound) {
		return nil
	}
	return err
}
