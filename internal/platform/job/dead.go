package job

import (
	"context"
	"time"

	"xieshang/internal/platform/db"
)

// Dead is a job that failed MaxAttempts times.
type Dead struct {
	ID       int64
	Kind     string
	Error    string
	Attempts int
	Created  time.Time
}

// Dead lists dead jobs, newest first, 200 at most.
func (q *Queue) Dead(ctx context.Context) ([]Dead, error) {
	var out []Dead
	err := q.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		out, err = db.All(tx, func(r *db.Row) (Dead, error) {
			var d Dead
			err := r.Scan(&d.ID, &d.Kind, &d.Error, &d.Attempts, &d.Created)
			return d, err
		}, `SELECT id, kind, last_error, attempts, created FROM job WHERE state = 'dead' ORDER BY id DESC LIMIT 200`)
		return err
	})
	return out, err
}

// Pending is a job that is not done yet.
type Pending struct {
	ID       int64
	Kind     string
	Running  bool
	Error    string // of the last attempt; "" before the first
	Attempts int
	Created  time.Time
	RunAt    time.Time
}

// Pending lists what is ready or running, next first, 100 at most.
func (q *Queue) Pending(ctx context.Context) ([]Pending, error) {
	var out []Pending
	err := q.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		out, err = db.All(tx, func(r *db.Row) (Pending, error) {
			var p Pending
			err := r.Scan(&p.ID, &p.Kind, &p.Running, &p.Error, &p.Attempts, &p.Created, &p.RunAt)
			return p, err
		}, `SELECT id, kind, CASE WHEN state = 'running' THEN 1 ELSE 0 END, last_error, attempts, created, run_at FROM job WHERE state IN ('ready', 'running') ORDER BY run_at, id LIMIT 100`)
		return err
	})
	return out, err
}

// DeadCount counts dead jobs.
func (q *Queue) DeadCount(ctx context.Context) (n int, err error) {
	err = q.db.Read(ctx, func(tx *db.Tx) error {
		n, err = db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM job WHERE state = 'dead'`)
		return err
	})
	return n, err
}

// ReplayAll makes every dead job ready again with a fresh count and tells how many there were.
func (q *Queue) ReplayAll(ctx context.Context) (n int64, err error) {
	err = q.db.Write(ctx, func(tx *db.Tx) error {
		tx.AfterCommit(q.Wake)
		n, err = tx.Exec(`UPDATE job SET state = 'ready', attempts = 0, run_at = ? WHERE state = 'dead'`, q.clock.Now())
		return err
	})
	return n, err
}

// Delete gives a dead job up; db.ErrNotFound when it is not dead.
func (q *Queue) Delete(ctx context.Context, id int64) error {
	return q.db.Write(ctx, func(tx *db.Tx) error {
		return tx.MustChange(`DELETE FROM job WHERE id = ? AND state = 'dead'`, id)
	})
}

// Replay makes a dead job ready again with a fresh count; db.ErrNotFound when it is not dead.
func (q *Queue) Replay(ctx context.Context, id int64) error {
	return q.db.Write(ctx, func(tx *db.Tx) error {
		tx.AfterCommit(q.Wake)
		return tx.MustChange(`UPDATE job SET state = 'ready', attempts = 0, run_at = ? WHERE id = ? AND state = 'dead'`, q.clock.Now(), id)
	})
}

// Waiting counts jobs that are ready or running, and dead ones.
func (q *Queue) Waiting(ctx context.Context) (waiting, dead int, err error) {
	err = q.db.Read(ctx, func(tx *db.Tx) error {
		return tx.Rows(func(r *db.Row) error { return r.Scan(&waiting, &dead) },
			`SELECT COALESCE(SUM(CASE WHEN state <> 'dead' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN state = 'dead' THEN 1 ELSE 0 END), 0) FROM job`)
	})
	return waiting, dead, err
}
