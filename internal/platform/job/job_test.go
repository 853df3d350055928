package job_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
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

func each(t *testing.T, test func(t *testing.T, d *db.DB, c *clock.Fake, q *job.Queue)) {
	dbtest.Each(t, []fs.FS{job.Migrations}, func(t *testing.T, d *db.DB) {
		c := clock.NewFake(time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC))
		test(t, d, c, job.New(d, c, slog.New(slog.DiscardHandler)))
	})
}

func put(t *testing.T, d *db.DB, q *job.Queue, kind string, payload any, o job.Options) {
	t.Helper()
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return q.Put(tx, kind, payload, o) }); err != nil {
		t.Fatal(err)
	}
}

func TestAJobLivesAndDiesWithItsTransaction(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock.Fake, q *job.Queue) {
		ran := 0
		q.Handle("count", func(_ context.Context, p []byte) error {
			if string(p) != `{"n":1}` {
				t.Errorf("payload %s", p)
			}
			ran++
			return nil
		})
		put(t, d, q, "count", map[string]int{"n": 1}, job.Options{})
		undone := errors.New("undone")
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			if err := q.Put(tx, "count", 2, job.Options{}); err != nil {
				return err
			}
			return undone
		}); !errors.Is(err, undone) {
			t.Fatal(err)
		}
		if n, err := q.RunDue(t.Context()); n != 1 || err != nil || ran != 1 {
			t.Errorf("ran %d of %d: %v", ran, n, err)
		}
		if n, _ := q.RunDue(t.Context()); n != 0 {
			t.Error("a finished job ran again")
		}
	})
}

func TestLaterAndOnce(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock.Fake, q *job.Queue) {
		ran := 0
		q.Handle("x", func(context.Context, []byte) error { ran++; return nil })
		put(t, d, q, "x", 1, job.Options{At: c.Now().Add(time.Hour), Once: "only"})
		put(t, d, q, "x", 1, job.Options{Once: "only"})
		if n, _ := q.RunDue(t.Context()); n != 0 {
			t.Error("ran before its time")
		}
		c.Advance(time.Hour)
		if n, _ := q.RunDue(t.Context()); n != 1 || ran != 1 {
			t.Errorf("ran %d times", ran)
		}
		put(t, d, q, "x", 1, job.Options{Once: "only"})
		if n, _ := q.RunDue(t.Context()); n != 1 {
			t.Error("the mark outlived its job")
		}
	})
}

func TestFailingJobsWaitDieAndAreReplayed(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock.Fake, q *job.Queue) {
		broken := true
		tries := 0
		q.Handle("x", func(context.Context, []byte) error {
			tries++
			if broken {
				panic("still broken")
			}
			return nil
		})
		put(t, d, q, "x", 1, job.Options{})
		for range job.MaxAttempts {
			if _, err := q.RunDue(t.Context()); err != nil {
				t.Fatal(err)
			}
			c.Advance(time.Hour)
		}
		if tries != job.MaxAttempts {
			t.Errorf("tried %d times", tries)
		}
		dead, err := q.Dead(t.Context())
		if err != nil || len(dead) != 1 || dead[0].Error == "" {
			t.Fatalf("dead jobs: %v %v", dead, err)
		}
		if n, _ := q.RunDue(t.Context()); n != 0 {
			t.Error("a dead job ran")
		}
		broken = false
		if err := q.Replay(t.Context(), dead[0].ID); err != nil {
			t.Fatal(err)
		}
		if n, _ := q.RunDue(t.Context()); n != 1 || tries != job.MaxAttempts+1 {
			t.Error("the replayed job did not run")
		}
		if err := q.Replay(t.Context(), dead[0].ID); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("replayed a job that is gone: %v", err)
		}
	})
}

func TestUnknownKindIsKept(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock.Fake, q *job.Queue) {
		put(t, d, q, "of a later release", 1, job.Options{})
		if _, err := q.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		if waiting, _, err := q.Waiting(t.Context()); waiting != 1 || err != nil {
			t.Errorf("%d waiting, %v", waiting, err)
		}
	})
}

// TestManyWorkersNoneTwice: several queues on one database share the work, and no delivery is given out twice.
func TestManyWorkersNoneTwice(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock.Fake, q *job.Queue) {
		const n, workers = 200, 4
		for i := range n {
			put(t, d, q, "x", i, job.Options{})
		}
		var mu sync.Mutex
		seen := map[string]int{}
		gate := make(chan struct{})
		var wg sync.WaitGroup
		for range workers {
			other := job.New(d, c, slog.New(slog.DiscardHandler))
			other.Handle("x", func(_ context.Context, p []byte) error {
				mu.Lock()
				seen[string(p)]++
				mu.Unlock()
				return nil
			})
			wg.Add(1)
			go func() {
				defer wg.Done()
				<-gate
				if _, err := other.RunDue(t.Context()); err != nil {
					t.Error(err)
				}
			}()
		}
		close(gate)
		wg.Wait()
		for i := range n {
			if seen[fmt.Sprint(i)] != 1 {
				t.Errorf("job %d ran %d times", i, seen[fmt.Sprint(i)])
			}
		}
	})
}

// TestLateWorkerCannotFinish: a delivery whose lease ran out belongs to the next worker.
func TestLateWorkerCannotFinish(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock.Fake, q *job.Queue) {
		put(t, d, q, "x", 1, job.Options{})
		first, err := q.Receive(t.Context(), 1)
		if err != nil || len(first) != 1 {
			t.Fatalf("%v %v", first, err)
		}
		if again, _ := q.Receive(t.Context(), 1); len(again) != 0 {
			t.Fatal("a leased job was given out")
		}
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return tx.MustChange(`UPDATE job SET locked_until = 1`) }); err != nil {
			t.Fatal(err)
		}
		second, err := q.Receive(t.Context(), 1)
		if err != nil || len(second) != 1 || second[0].Receipt == first[0].Receipt {
			t.Fatalf("%v %v", second, err)
		}
		if err := q.Finish(t.Context(), first[0], nil); !errors.Is(err, job.ErrLate) {
			t.Errorf("the late worker finished: %v", err)
		}
		if err := q.Finish(t.Context(), second[0], nil); err != nil {
			t.Error(err)
		}
	})
}

func TestEventsReachEverySubscriber(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock.Fake, q *job.Queue) {
		bus := event.NewBus(d, q, c)
		got := map[string]event.Event{}
		for _, name := range []string{"one", "two"} {
			bus.Subscribe(name, func(_ context.Context, e event.Event) error { got[name] = e; return nil }, "thing.happened")
		}
		bus.Subscribe("other", func(context.Context, event.Event) error { t.Error("not subscribed"); return nil }, "thing.else")
		who := authz.Actor{Account: uuid.New()}
		subject := uuid.New()
		err := d.Write(authz.With(t.Context(), who), func(tx *db.Tx) error {
			return bus.Publish(tx, event.Event{Kind: "thing.happened", Subject: subject}, map[string]string{"a": "b"})
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := q.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"one", "two"} {
			e := got[name]
			if e.Subject != subject || e.Actor != who.Account || !e.At.Equal(c.Now()) || string(e.Payload) != `{"a":"b"}` {
				t.Errorf("%s got %+v", name, e)
			}
		}
	})
}

func TestRunStopsWithItsContext(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *clock.Fake, q *job.Queue) {
		done := make(chan struct{})
		q.Handle("x", func(context.Context, []byte) error { close(done); return nil })
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { q.Run(ctx, 2); close(ended) }()
		put(t, d, q, "x", 1, job.Options{})
		<-done
		stop()
		<-ended
	})
}
