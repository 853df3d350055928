package gathering_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"xieshang/internal/gathering"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// TestCalendars: drafts are in nobody's calendar, what was called off after it was announced is, and minutes never are. Only the platform may ask.
func TestCalendars(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		from, to := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)
		of := func(person uuid.UUID) int {
			t.Helper()
			list, err := w.CalendarOf(system(), person, from, to)
			w.must(t, err)
			for _, g := range list {
				if g.Minutes != "" {
					t.Error("minutes in a calendar")
				}
			}
			return len(list)
		}
		draft := w.at(t, gathering.Planned)
		if n := of(w.ann); n != 0 {
			t.Errorf("%d entries for a draft", n)
		}
		if _, _, err := w.Published(system(), draft); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("a draft is given out: %v", err)
		}
		w.must(t, w.Act(w.leads, draft, gathering.Cancel, "改期")) // never announced
		announced := w.at(t, gathering.Published)
		w.must(t, w.Act(w.leads, announced, gathering.Cancel, "改期"))
		closed := w.at(t, gathering.Closed)
		if n := of(w.ann); n != 2 {
			t.Errorf("%d entries, want what was called off and what is closed", n)
		}
		if n := of(w.stranger); n != 0 {
			t.Errorf("%d entries for a stranger", n)
		}
		if g, people, err := w.Published(system(), closed); err != nil || len(people) != 3 || g.Minutes != "" {
			t.Errorf("%d people, minutes %q, %v", len(people), g.Minutes, err)
		}

		held := w.at(t, gathering.Held)
		var ids []uuid.UUID
		for _, day := range []clock.Date{clock.Of(2026, 3, 20), clock.Of(2026, 3, 21), clock.Of(2027, 9, 1)} {
			id, err := w.Decide(w.leads, held, gathering.Decision{Text: "写报告", Owner: w.ann, Due: day})
			w.must(t, err)
			ids = append(ids, id)
		}
		w.must(t, w.Finish(w.annCtx, ids[1], "已完成"))
		list, err := w.DuesOf(system(), w.ann, clock.Of(2026, 1, 1), clock.Of(2026, 12, 31))
		if err != nil || len(list) != 1 || list[0].ID != ids[0] {
			t.Errorf("%d due, %v", len(list), err)
		}

		for name, ctx := range map[string]context.Context{"nobody": context.Background(), "the person": w.annCtx, "who runs it": w.leads} {
			_, calendar := w.CalendarOf(ctx, w.ann, from, to)
			_, dues := w.DuesOf(ctx, w.ann, clock.Of(2026, 1, 1), clock.Of(2026, 12, 31))
			_, _, published := w.Published(ctx, closed)
			for what, err := range map[string]error{"calendar": calendar, "dues": dues, "published": published} {
				if !problem.Is(err, problem.SignIn) && !problem.Is(err, problem.Forbidden) {
					t.Errorf("%s, %s: %v", name, what, err)
				}
			}
		}
	})
}
