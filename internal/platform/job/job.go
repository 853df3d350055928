// Package job keeps work that is done later, written in the same transaction as what causes it (G3). It promises that a job whose
// transaction committed is run at least once, that no two workers finish the same delivery, and that one that keeps failing stays visible.
package job

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
)

// Migrations holds the tables job and event.
//
//go:embed migrations
var Migrations embed.FS

// Limits of the queue.
const (
	Lease       = 2 * time.Minute // a delivery not finished by then is given to another worker
	MaxAttempts = 8               // after that the job is dead and waits for a person
)

// Handler does one kind of job. It may be called twice for the same job. payload is JSON.
type Handler func(ctx context.Context, payload []byte) error

// Queue runs jobs. Register all handlers before Run.
type Queue struct {
	db       *db.DB
	clock    clock.Clock
	log      *slog.Logger
	handlers map[string]Handler
	wake     chan struct{}
}

// New makes a queue on d.
func New(d *db.DB, c clock.Clock, log *slog.Logger) *Queue {
	return &Queue{db: d, clock: c, log: log, handlers: map[string]Handler{}, wake: make(chan struct{}, 1)}
}

// Handle registers the handler of a kind; registering one twice is a programming error and panics.
func (q *Queue) Handle(kind string, h Handler) {
	if _, taken := q.handlers[kind]; taken {
		panic("job: two handlers for " + kind)
	}
	q.handlers[kind] = h
}

// Options of Put.
type Options struct {
	At   time.Time // not before; zero: now
	Once string    // when a waiting or dead job has the same mark, this one is not added
}

// Put adds a job in the caller's transaction. payload becomes JSON.
func (q *Queue) Put(tx *db.Tx, kind string, payload any, o Options) error {
	body, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("job %s: %w", kind, err)
	}
	now := q.clock.Now()
	if o.At.IsZero() {
		o.At = now
	}
	var once any
	if o.Once != "" {
		once = o.Once
	}
	_, err = tx.Exec(`INSERT INTO job (kind, payload, run_at, once, created) VALUES (?, ?, ?, ?, ?) ON CONFLICT (once) DO NOTHING`,
		kind, string(body), o.At, once, now)
	if err != nil {
		return fmt.Errorf("add job %s: %w", kind, err)
	}
	tx.AfterCommit(q.Wake)
	return nil
}

// Wake lets a sleeping worker look at once.
func (q *Queue) Wake() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// Delivery is one handing-out of a job. Receipt tells this delivery from an earlier or later one of the same job.
type Delivery struct {
	ID       int64
	Kind     string
	Payload  []byte
	Receipt  int64
	Attempts int
}

func scanDelivery(r *db.Row) (Delivery, error) {
	var d Delivery
	var payload string
	err := r.Scan(&d.ID, &d.Kind, &payload, &d.Receipt, &d.Attempts)
	d.Payload = []byte(payload)
	return d, err
}

// dbNow is the database's clock in microseconds: leases of several processes are compared by one clock.
const (
	nowSQLite   = `CAST(unixepoch('subsec') * 1000000 AS INTEGER)`
	nowPostgres = `CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)`
)

// Receive takes up to n due jobs and leases them to the caller.
func (q *Queue) Receive(ctx context.Context, n int) ([]Delivery, error) {
	var out []Delivery
	err := q.db.Write(ctx, func(tx *db.Tx) error {
		now := tx.Pick(nowSQLite, nowPostgres)
		var err error
		out, err = db.All(tx, scanDelivery, `UPDATE job SET state = 'running', attempts = attempts + 1, receipt = receipt + 1, locked_until = `+now+` + ?
			WHERE id IN (SELECT id FROM job WHERE (state = 'ready' AND run_at <= ?) OR (state = 'running' AND locked_until < `+now+`)
			ORDER BY run_at, id LIMIT ?`+tx.Pick("", " FOR UPDATE SKIP LOCKED")+`)
			RETURNING id, kind, payload, receipt, attempts`, Lease.Microseconds(), q.clock.Now(), n)
		return err
	})
	return out, err
}

// ErrLate is returned when a delivery was finished after its lease was given to somebody else.
var ErrLate = errors.New("the job was given to another worker")

// Finish ends a delivery: with nil the job is gone; otherwise it is tried again later, or is dead after MaxAttempts.
func (q *Queue) Finish(ctx context.Context, d Delivery, failure error) error {
	return q.db.Write(ctx, func(tx *db.Tx) error {
		var n int64
		var err error
		switch {
		case failure == nil:
			n, err = tx.Exec(`DELETE FROM job WHERE id = ? AND receipt = ? AND state = 'running'`, d.ID, d.Receipt)
		case d.Attempts >= MaxAttempts || errors.As(failure, new(*permanent)):
			n, err = tx.Exec(`UPDATE job SET state = 'dead', last_error = ? WHERE id = ? AND receipt = ? AND state = 'running'`,
				clip(failure), d.ID, d.Receipt)
		default:
			n, err = tx.Exec(`UPDATE job SET state = 'ready', run_at = ?, last_error = ? WHERE id = ? AND receipt = ? AND state = 'running'`,
				q.clock.Now().Add(backoff(d.Attempts)), clip(failure), d.ID, d.Receipt)
		}
		if err == nil && n == 0 {
			err = ErrLate
		}
		return err
	})
}

// Permanent marks a failure that no further attempt can mend: the job is dead at once and waits for a person.
func Permanent(err error) error { return &permanent{err} }

type permanent struct{ error }

// Unwrap returns what failed.
func (p *permanent) Unwrap() error { return p.error }

func clip(err error) string {
	s := []rune(err.Error())
	return string(s[:min(len(s), 1000)])
}

// backoff: 5 s, 20 s, 45 s … so that the eighth attempt comes about ten minutes after the first.
func backoff(attempts int) time.Duration { return time.Duration(attempts*attempts*5) * time.Second }

// RunDue runs every job that is due now, in order, until none is left; tests and the command line use it instead of Run.
func (q *Queue) RunDue(ctx context.Context) (int, error) {
	total := 0
	for {
		batch, err := q.Receive(ctx, 32)
		if err != nil || len(batch) == 0 {
			return total, err
		}
		for _, d := range batch {
			q.one(ctx, d)
			total++
		}
	}
}

// Run works until ctx ends; workers is how many jobs may run at the same moment.
func (q *Queue) Run(ctx context.Context, workers int) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, workers)
	for ctx.Err() == nil {
		batch, err := q.Receive(ctx, workers)
		if err != nil && ctx.Err() == nil {
			q.log.Error("receive jobs", "error", err)
		}
		for _, d := range batch {
			slots <- struct{}{}
			wg.Add(1)
			go func() {
				defer func() { <-slots; wg.Done() }()
				q.one(ctx, d)
			}()
		}
		if len(batch) > 0 {
			continue
		}
		select {
		case <-ctx.Done():
		case <-q.wake:
		case <-time.After(2 * time.Second):
		}
	}
	wg.Wait()
}

func (q *Queue) one(ctx context.Context, d Delivery) {
	failure := q.call(ctx, d)
	if ctx.Err() != nil {
		return // shutting down: the lease runs out and the job is delivered again
	}
	if failure != nil {
		q.log.Error("job failed", "kind", d.Kind, "job", d.ID, "attempt", d.Attempts, "error", failure)
	}
	if err := q.Finish(ctx, d, failure); err != nil {
		q.log.Error("finish job", "kind", d.Kind, "job", d.ID, "error", err)
	}
}

func (q *Queue) call(ctx context.Context, d Delivery) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	h, ok := q.handlers[d.Kind]
	if !ok {
		return fmt.Errorf("no handler for jobs of kind %q", d.Kind)
	}
	return h(ctx, d.Payload)
}
