package suggestion

import (
	"context"
	"slices"
	"strings"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// SilentDepartment is a department that lets matters of the caller's committees lie.
type SilentDepartment struct {
	Department uuid.UUID
	NoReceipt  int        // sent, not acknowledged, for longer than asked
	Late       int        // past their date without a signed answer or opinion
	Open       int        // everything that the department has to do
	Earliest   clock.Date // the oldest due date among the late ones; zero when none is
	SentAt     time.Time  // the oldest part without a receipt; zero when there is none
}

// quietMax bounds the days that Silent and Stuck take.
const quietMax = 3650

// Silent lists the departments that have not acknowledged something for more than days, or are late with something, the worst first. For staff, over
// the committees that they work for; Forbidden or SignIn for everybody else, Invalid for days outside 0 to 3650.
func (s *Service) Silent(ctx context.Context, days int) ([]SilentDepartment, error) {
	cond, args, err := s.staffCondition(ctx, days)
	if err != nil {
		return nil, err
	}
	now := s.Clock.Now()
	today := clock.DateOf(now).String()
	before := now.AddDate(0, 0, -days)
	args = append([]any{before, today, today, before}, args...)
	var out []SilentDepartment
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		var err error
		out, err = db.All(tx, func(r *db.Row) (SilentDepartment, error) {
			var d SilentDepartment
			err := r.Scan(id{&d.Department}, &d.NoReceipt, &d.Late, &d.Open, &d.Earliest, &d.SentAt)
			return d, err
		}, `SELECT t.department_id, SUM(CASE WHEN t.state = 'sent' AND t.sent_at < ? THEN 1 ELSE 0 END), SUM(CASE WHEN t.due <> '' AND t.due < ? THEN 1 ELSE 0 END), COUNT(*),
				COALESCE(MIN(CASE WHEN t.due <> '' AND t.due < ? THEN t.due END), ''), COALESCE(MIN(CASE WHEN t.state = 'sent' AND t.sent_at < ? THEN t.sent_at END), 0)
			FROM suggestion_task t JOIN suggestion s ON s.id = t.suggestion_id AND s.round = t.round
			WHERE t.state IN ('sent', 'in_hand', 'return_asked', 'drafted') AND s.state IN ('dispatched', 'in_hand') AND `+cond+`
			GROUP BY t.department_id ORDER BY 3 DESC, 2 DESC, 1 LIMIT 1000`, args...)
		return err
	})
	return slices.DeleteFunc(out, func(d SilentDepartment) bool { return d.NoReceipt == 0 && d.Late == 0 }), err
}

// Stuck lists the matters under way in which nothing has happened for more than days, the longest silence first, 100 at most. For staff, as Silent.
func (s *Service) Stuck(ctx context.Context, days int) ([]Item, error) {
	cond, args, err := s.staffCondition(ctx, days)
	if err != nil {
		return nil, err
	}
	args = append(args, s.Clock.Now().AddDate(0, 0, -days))
	var out []Item
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		var err error
		out, err = db.All(tx, scanItem, `SELECT `+itemColumns+` FROM suggestion s WHERE `+cond+`
			AND s.state IN ('raised', 'accepted', 'at_office', 'dispatched', 'in_hand', 'answered', 'reopened', 'meeting') AND s.updated_at < ? ORDER BY s.updated_at, s.rid LIMIT 100`, args...)
		return err
	})
	return out, err
}

func (s *Service) staffCondition(ctx context.Context, days int) (string, []any, error) {
	v := viewerOf(ctx)
	cond, args, ok := v.staffWhere()
	if !ok {
		return "", nil, refused(v)
	}
	if days < 0 || days > quietMax {
		return "", nil, problem.On("days", "suggestion.err.quiet-days", "max", quietMax)
	}
	return strings.ReplaceAll(cond, "committee_id", "s.committee_id"), args, nil
}

// PastLeads are the departments that led the committee's latest matters of the same top field, most often first, five at most: whom a dispatcher
// probably means. Only departments that exist today are named. For staff of the committee; Forbidden or SignIn for everybody else.
func (s *Service) PastLeads(ctx context.Context, committee, topField uuid.UUID) ([]uuid.UUID, error) {
	if err := staffOf(viewerOf(ctx), committee); err != nil {
		return nil, err
	}
	snap, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	if topField == uuid.Nil {
		return []uuid.UUID{}, nil
	}
	var out []uuid.UUID
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		var err error
		out, err = db.All(tx, func(r *db.Row) (uuid.UUID, error) {
			var u uuid.UUID
			var n int
			err := r.Scan(id{&u}, &n)
			return u, err
		}, `SELECT lead_id, COUNT(*) FROM (SELECT lead_id FROM suggestion WHERE committee_id = ? AND top_field_id = ? AND lead_id <> '' ORDER BY raised_at DESC, rid DESC LIMIT 300) recent
			GROUP BY lead_id ORDER BY 2 DESC, 1 LIMIT 5`, committee, topField)
		return err
	})
	return slices.DeleteFunc(out, func(u uuid.UUID) bool {
		o := snap.Organisation(u)
		return o == nil || o.Kind != directory.Department
	}), err
}
