package event_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"testing"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/event"
	"xieshang/internal/platform/job"

	"github.com/google/uuid"
)

// TestOutbox: what happened is written with the change that made it happen or not at all, each handler of its kind gets it, and one that fails gets it again.
func TestOutbox(t *testing.T) {
	dbtest.Each(t, []fs.FS{job.Migrations}, func(t *testing.T, d *db.DB) {
		now := clock.NewFake(time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC))
		jobs := job.New(d, now, slog.New(slog.DiscardHandler))
		bus := event.NewBus(d, jobs, now)
		got := map[string][]event.Event{}
		fail := true
		bus.Subscribe("first", func(_ context.Context, e event.Event) error { got["first"] = append(got["first"], e); return nil }, "thing.made", "thing.broken")
		bus.Subscribe("second", func(_ context.Context, e event.Event) error {
			if fail {
				fail = false
				return errors.New("not now")
			}
			got["second"] = append(got["second"], e)
			return nil
		}, "thing.made")
		account, subject, place := uuid.New(), uuid.New(), uuid.New()
		ctx := authz.With(t.Context(), authz.Actor{Account: account})
		publish := func(kind string, then error) error {
			return d.Write(ctx, func(tx *db.Tx) error {
				if err := bus.Publish(tx, event.Event{Kind: kind, Subject: subject, Place: place}, map[string]int{"n": 7}); err != nil {
					return err
				}
				return then
			})
		}
		undone := errors.New("undone")
		if err := publish("thing.made", undone); !errors.Is(err, undone) {
			t.Fatal(err)
		}
		if err := publish("thing.made", nil); err != nil {
			t.Fatal(err)
		}
		if err := publish("thing.unheard", nil); err != nil {
			t.Fatal(err)
		}
		count := func(q string) int {
			n := 0
			if err := d.Read(ctx, func(tx *db.Tx) (err error) { n, err = db.One(tx, db.ScanInt, q); return err }); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if events, waiting := count(`SELECT COUNT(*) FROM event`), count(`SELECT COUNT(*) FROM job`); events != 2 || waiting != 2 {
			t.Fatalf("%d events and %d jobs are written, want 2 and 2", events, waiting)
		}
		for range 3 {
			if _, err := jobs.RunDue(ctx); err != nil {
				t.Fatal(err)
			}
			now.Advance(time.Hour)
		}
		if len(got["first"]) != 1 || len(got["second"]) != 1 {
			t.Fatalf("first heard %d, second %d", len(got["first"]), len(got["second"]))
		}
		e := got["second"][0]
		var payload map[string]int
		if err := json.Unmarshal(e.Payload, &payload); err != nil || payload["n"] != 7 || e.Kind != "thing.made" || e.Subject != subject || e.Place != place || e.Actor != account || e.ID == uuid.Nil || !e.At.Equal(time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)) {
			t.Errorf("%+v with %v: %v", e, payload, err)
		}
	})
}
