package suggestion

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// Titles gives the titles of matters by id, those only that the caller may read; for lists that know the ids alone, of a page's length.
func (s *Service) Titles(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]string, error) {
	v := viewerOf(ctx)
	out := map[uuid.UUID]string{}
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		for _, u := range ids {
			if _, done := out[u]; done {
				continue
			}
			c, err := load(tx, u.String(), false)
			if errors.Is(err, db.ErrNotFound) || problem.Is(err, problem.NotFound) {
				continue
			}
			if err != nil {
				return err
			}
			if v.level(c) != Nothing {
				out[u] = c.Title
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("titles: %w", err)
	}
	return out, nil
}

// What time brings besides actions: facts that are published once for a date and leave no step, because nobody acts.
const (
	RateSoon wf.Action = "rate-soon" // the time for rating ends in a few days
	PartSoon wf.Action = "part-soon" // one department's own date comes
	PartLate wf.Action = "part-late" // one department's own date has passed
)

// tellDates publishes what is told and leaves no step: to authors before the time for rating ends, to each department about its own date, which may lie
// before the matter's (opinions) or after it (several that each answer). The next Tick goes on where tickTogether ended this one.
func (s *Service) tellDates(ctx context.Context, today clock.Date) error {
	ratings, err := s.ratingsToTell(ctx, today)
	if err != nil {
		return fmt.Errorf("look for ratings that end: %w", err)
	}
	parts, err := s.partsToTell(ctx, today)
	if err != nil {
		return fmt.Errorf("look for departments' dates: %w", err)
	}
	var errs []error
	for _, d := range ratings {
		errs = append(errs, s.tell(ctx, d, RateSoon, "rate"))
	}
	for _, d := range parts {
		rules, err := s.Rules(ctx, d.committee)
		switch {
		case err != nil:
		case late(d.due, today, rules):
			err = s.tell(ctx, d, PartLate, "late:"+d.department.String())
		case near(d.due, today, rules):
			err = s.tell(ctx, d, PartSoon, "soon:"+d.department.String())
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func scanDue(r *db.Row) (dueThing, error) {
	var d dueThing
	err := r.Scan(&d.key, id{&d.id}, id{&d.committee}, &d.state, &d.due, id{&d.department})
	return d, err
}

// ratingsToTell walks the index (committee_id, state, due) for each committee.
func (s *Service) ratingsToTell(ctx context.Context, today clock.Date) (out []dueThing, err error) {
	snap, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	var committees []uuid.UUID
	for _, o := range snap.Organisations() {
		if o.Kind == directory.Committee {
			committees = append(committees, o.ID)
		}
	}
	days := map[uuid.UUID]int{}
	for _, k := range committees {
		rules, err := s.Rules(ctx, k)
		if err != nil {
			return nil, err
		}
		days[k] = rules.RateRemind
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		out = nil
		for _, k := range committees {
			list, err := db.All(tx, scanDue, `SELECT id, id, committee_id, state, due, '' FROM suggestion WHERE committee_id = ? AND state = 'replied' AND due >= ? AND due <= ?
				AND NOT EXISTS (SELECT 1 FROM suggestion_told t WHERE t.suggestion_id = suggestion.id AND t.what = 'rate' AND t.day = suggestion.due) ORDER BY due, rid LIMIT ?`,
				k, today.String(), today.AddDays(days[k]).String(), s.tickTogether)
			if err != nil {
				return err
			}
			out = append(out, list...)
		}
		return nil
	})
	return out, err
}

// partsToTell lists the open parts whose date comes or has passed and was not told. The condition on t.state is that of the index suggestion_task_due.
func (s *Service) partsToTell(ctx context.Context, today clock.Date) (out []dueThing, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		out, err = db.All(tx, scanDue, `SELECT t.id, s.id, s.committee_id, s.state, t.due, t.department_id FROM suggestion_task t JOIN suggestion s ON s.id = t.suggestion_id
			WHERE t.state IN ('sent', 'in_hand', 'return_asked', 'drafted') AND t.due <> '' AND t.due <= ? AND t.round = s.round AND s.state IN ('dispatched', 'in_hand')
			AND NOT EXISTS (SELECT 1 FROM suggestion_told d WHERE d.suggestion_id = t.suggestion_id AND d.day = t.due
				AND d.what = (CASE WHEN t.due >= ? THEN 'soon:' ELSE 'late:' END) || t.department_id)
			ORDER BY t.due, t.id LIMIT ?`, today.AddDays(daysMost).String(), today.String(), s.tickTogether)
		return err
	})
	return out, err
}

// tell publishes a fact once for a date, when it still holds.
func (s *Service) tell(ctx context.Context, d dueThing, a wf.Action, what string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := load(tx, d.id.String(), true)
		if err != nil {
			return err
		}
		if d.department == uuid.Nil && (c.State != d.state || c.Due != d.due) {
			return nil
		}
		if d.department != uuid.Nil && !slices.ContainsFunc(c.Current(), func(t Task) bool {
			return t.Department == d.department && t.Due == d.due && t.Open() && t.State != Signed
		}) {
			return nil
		}
		n, err := tx.Exec(`INSERT INTO suggestion_told (suggestion_id, what, day) VALUES (?, ?, ?) ON CONFLICT (suggestion_id, what, day) DO NOTHING`, d.id, what, d.due.String())
		if err != nil || n == 0 {
			return err
		}
		id, err := newID()
		if err != nil {
			return err
		}
		step := Step{ID: id, Action: a, From: c.State, To: c.State, Round: c.Round, At: s.Clock.Now(), Relation: IsRule, Department: d.department}
		return s.publish(tx, &c.Suggestion, step, factOf(&c.Suggestion, step, c.Authors, c.Tasks))
	})
}
