package suggestion

import (
	"time"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

// in writes "column IN (…)" for a list of ids; false when the list is empty (the condition then matches nothing).
func in(column string, ids []uuid.UUID) (string, []any, bool) {
	texts := make([]string, len(ids))
	for i, u := range ids {
		texts[i] = u.String()
	}
	marks, args := db.List(texts)
	return column + " IN (" + marks + ")", args, len(ids) > 0
}

func dateOf(t time.Time) clock.Date { return clock.DateOf(t) }
