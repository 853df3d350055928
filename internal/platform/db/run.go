package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

type inWrite struct{}

// ErrNested is returned when a Write is asked for inside a Write with the inner context.
var ErrNested = errors.New("a write inside a write: pass the transaction on instead")

// Read runs f on one consistent view of the data (SQLite) or on one connection (PostgreSQL, each statement its own view).
// f must not write.
func (d *DB) Read(ctx context.Context, f func(*Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if in, ok := ctx.Value(running{}).(carried); ok && in.d == d && !in.tx.over.Load() {
		return f(in.tx)
	}
	if d.engine == Postgres {
		return f(&Tx{ctx: ctx, engine: Postgres, run: pgRunner{d.pool}})
	}
	if d.writes.gather.Load() { // what is gathered can be seen on the writing connection alone
		if ctx.Value(inWrite{}) != nil {
			return ErrNested
		}
		return d.writes.do(ctx, f)
	}
	c, err := d.reads.get(ctx)
	if err != nil {
		return err
	}
	defer d.reads.put(c)
	if _, err := c.exec(ctx, "BEGIN", nil); err != nil {
		return fmt.Errorf("begin read: %w", err)
	}
	defer c.exec(ctx, "ROLLBACK", nil)
	tx := (&Tx{ctx: ctx, engine: SQLite, run: c}).carry(d)
	defer tx.close()
	return f(tx)
}

// Write runs f in a transaction. When it returns nil the changes are on disk; when it returns an error nothing of f remains.
// On SQLite several Writes may share one commit; on PostgreSQL f is run again (three times at most) after a deadlock or a
// serialisation failure, so f must set what it returns afresh each time. f must not wait for anything but the database.
func (d *DB) Write(ctx context.Context, f func(*Tx) error) error {
	if ctx.Value(inWrite{}) != nil {
		return ErrNested
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	inner := context.WithValue(ctx, inWrite{}, true)
	if d.engine == SQLite {
		return d.writes.do(inner, f)
	}
	var err error
	for try := 0; try < 4; try++ {
		if err = d.writePostgres(inner, f); !retryable(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(try*try+1) * 3 * time.Millisecond):
		}
	}
	return err
}

func (d *DB) writePostgres(ctx context.Context, f func(*Tx) error) error {
	sqlTx, err := d.pool.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer sqlTx.Rollback() // does nothing after the commit
	tx := (&Tx{ctx: ctx, engine: Postgres, run: pgRunner{sqlTx}, write: true}).carry(d)
	defer tx.close()
	if err := f(tx); err != nil {
		return err
	}
	if err := tx.finish(); err != nil {
		return err
	}
	if err := sqlTx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	d.wrote.Add(1)
	for _, a := range tx.after {
		a()
	}
	return nil
}

const (
	maxBatch  = 128                   // writes in one commit at most
	batchTime = 25 * time.Millisecond // a commit takes in further writes no longer than this
	crowdTime = time.Millisecond      // and waits idle for those that shared the last one no longer than this
)

// writer is the one goroutine that writes to SQLite. Writes that wait while another commits share the next commit, each in a
// savepoint of its own, so that one that fails takes nothing of the others with it.
type writer struct {
	owner  *DB
	db     *sql.DB
	queue  chan *task
	done   chan struct{}
	onDone func()
	crowd  int // writes that shared the last commit
	mu     sync.RWMutex
	closed bool

	gather atomic.Bool // everything stays in one transaction for now (fast.go)
	open   bool        // that transaction has begun
}

type task struct {
	ctx      context.Context
	f        func(*Tx) error
	tx       *Tx
	err      error
	panicked any
	finished chan struct{}
}

func newWriter(owner *DB, pool *sql.DB, onCommit func()) *writer {
	w := &writer{owner: owner, db: pool, queue: make(chan *task, 1024), done: make(chan struct{}), onDone: onCommit}
	go w.loop()
	return w
}

func (w *writer) do(ctx context.Context, f func(*Tx) error) error {
	t := &task{ctx: ctx, f: f, finished: make(chan struct{})}
	w.mu.RLock()
	if w.closed {
		w.mu.RUnlock()
		return errors.New("the database is closed")
	}
	w.queue <- t
	w.mu.RUnlock()
	<-t.finished
	if t.panicked != nil {
		panic(t.panicked)
	}
	if t.err == nil {
		for _, a := range t.tx.after {
			a()
		}
	}
	return t.err
}

func (w *writer) close() error {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.queue)
	}
	w.mu.Unlock()
	<-w.done
	return w.db.Close()
}

func (w *writer) loop() {
	defer close(w.done)
	var c *conn
	for t := range w.queue {
		if c == nil {
			var err error
			if c, err = openConn(context.Background(), w.db); err != nil {
				t.err = fmt.Errorf("open writing connection: %w", err)
				close(t.finished)
				continue
			}
		}
		w.batch(c, t)
	}
	if c != nil {
		if w.open {
			c.exec(context.Background(), "COMMIT", nil)
		}
		c.close()
	}
}

func (w *writer) batch(c *conn, first *task) {
	ctx := context.Background()
	if gather := w.gather.Load(); gather || w.open {
		if err := w.gathered(c, first, gather); gather || err != nil {
			if err != nil {
				first.err = err
			}
			close(first.finished)
			return
		}
	}
	if _, err := c.exec(ctx, "BEGIN IMMEDIATE", nil); err != nil {
		first.err = fmt.Errorf("begin: %w", err)
		close(first.finished)
		return
	}
	if !w.run(c, first) {
		c.exec(ctx, "ROLLBACK", nil)
		close(first.finished)
		return
	}
	kept := []*task{first}
	var lost []*task
	take := func(t *task) {
		if w.runInSavepoint(c, t) {
			kept = append(kept, t)
		} else {
			lost = append(lost, t)
		}
	}
	start := time.Now()
	var patience <-chan time.Time
collect:
	for len(kept) < maxBatch && time.Since(start) < batchTime {
		select {
		case t, ok := <-w.queue:
			if !ok {
				break collect
			}
			take(t)
			continue
		default:
		}
		// The callers of the last commit are on their way back: it pays to wait for them a moment, a commit costs more.
		if len(kept)+len(lost) >= w.crowd {
			break
		}
		if patience == nil {
			patience = time.After(crowdTime)
		}
		select {
		case t, ok := <-w.queue:
			if !ok {
				break collect
			}
			take(t)
		case <-patience:
			break collect
		}
	}
	w.crowd = len(kept) + len(lost)
	err := finishAll(kept)
	if err == nil {
		_, err = c.exec(ctx, "COMMIT", nil)
	}
	if err != nil {
		c.exec(ctx, "ROLLBACK", nil)
		for _, t := range kept {
			t.err = fmt.Errorf("commit: %w", err)
		}
	} else {
		w.onDone()
	}
	for _, t := range kept {
		close(t.finished)
	}
	for _, t := range lost {
		close(t.finished)
	}
}

// finishAll does what the writes that share a commit left for its end.
func finishAll(kept []*task) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic before the commit: %v", p)
		}
	}()
	for _, t := range kept {
		if err := t.tx.finish(); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) runInSavepoint(c *conn, t *task) bool {
	ctx := context.Background()
	if _, err := c.exec(ctx, "SAVEPOINT one", nil); err != nil {
		t.err = fmt.Errorf("savepoint: %w", err)
		return false
	}
	ok := w.run(c, t)
	if !ok {
		c.exec(ctx, "ROLLBACK TO one", nil)
	}
	c.exec(ctx, "RELEASE one", nil)
	return ok
}

// run calls the task; false when it failed, so that what it did must be rolled back.
func (w *writer) run(c *conn, t *task) (ok bool) {
	if err := t.ctx.Err(); err != nil { // the caller left while this waited in the queue
		t.err = err
		return false
	}
	defer func() {
		if p := recover(); p != nil {
			t.panicked, ok = p, false
		}
	}()
	t.tx = (&Tx{ctx: t.ctx, engine: SQLite, run: c, write: true}).carry(w.owner)
	defer t.tx.close()
	t.err = t.f(t.tx)
	return t.err == nil
}
