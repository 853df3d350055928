package suggestion

import (
	"context"
	"fmt"
	"strings"
	"time"

	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

// ExportFilter says which matters go out. Kind is "suggestions" (without an answer) or "replies" (with one), as the two files come in.
type ExportFilter struct {
	Kind      string
	Committee uuid.UUID // nil: every committee
	Source    string    // only what was imported from there in a file of this kind, under its own ids; empty: everything, under the numbers given here
}

// ExportRow is a matter as Import reads it, with its number and state beside it.
type ExportRow struct {
	ImportRow
	Number string
	State  string
}

const exportTogether = 500

// Export hands every matter that is not a draft to each, oldest first, with its public text and never a person's data; for administrators and the platform.
// What comes out is known when it is imported again under the same source.
func (s *Service) Export(ctx context.Context, f ExportFilter, each func(ExportRow) error) error {
	v := viewerOf(ctx)
	if !v.System && !v.IsAdmin() {
		return refused(v)
	}
	cond, args := `state <> 'draft'`, []any{}
	if f.Committee != uuid.Nil {
		cond, args = cond+` AND committee_id = ?`, append(args, f.Committee)
	}
	if f.Source != "" {
		cond, args = cond+` AND source = ?`, append(args, f.Source+"/"+f.Kind)
	}
	return s.DB.Read(ctx, func(tx *db.Tx) error {
		for last := int64(0); ; {
			rows, next, err := exportBatch(tx, cond, append(append([]any(nil), args...), last, exportTogether))
			if err != nil {
				return fmt.Errorf("export matters: %w", err)
			}
			if len(rows) == 0 {
				return nil
			}
			last = next
			for _, r := range rows {
				if f.Source == "" {
					if (f.Kind == "replies") != (r.Reply != "") {
						continue
					}
					r.SourceID = r.Number
				}
				if err := each(r); err != nil {
					return err
				}
			}
		}
	})
}

func exportBatch(tx *db.Tx, cond string, args []any) ([]ExportRow, int64, error) {
	var rows []ExportRow
	var ids []uuid.UUID
	var last int64
	err := tx.Rows(func(r *db.Row) error {
		var x ExportRow
		var u uuid.UUID
		if err := r.Scan(&last, id{&u}, &x.Number, &x.State, &x.Title, &x.Body, &x.At, &x.Support, &x.SourceID); err != nil {
			return err
		}
		rows, ids = append(rows, x), append(ids, u)
		return nil
	}, `SELECT rid, id, number, state, title, body, raised_at, base_support + support, source_id FROM suggestion WHERE `+cond+` AND rid > ? ORDER BY rid LIMIT ?`, args...)
	if err != nil || len(rows) == 0 {
		return nil, last, err
	}
	marks, in := db.List(ids)
	answers, at := map[uuid.UUID][]string{}, map[uuid.UUID]time.Time{}
	err = tx.Rows(func(r *db.Row) error {
		var u uuid.UUID
		var text string
		var done time.Time
		if err := r.Scan(id{&u}, &text, &done); err != nil {
			return err
		}
		text, _ = Mask(text)
		answers[u] = append(answers[u], text)
		if done.After(at[u]) {
			at[u] = done
		}
		return nil
	}, `SELECT suggestion_id, answer, done_at FROM suggestion_task WHERE state = 'done' AND part IN ('lead', 'separate') AND answer <> '' AND suggestion_id IN (`+marks+`) ORDER BY sent_at, id`, in...)
	for i, u := range ids {
		rows[i].Reply, rows[i].ReplyAt = strings.Join(answers[u], "\n\n"), at[u]
	}
	return rows, last, err
}
