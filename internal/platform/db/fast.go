package db

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// OpenFast opens a SQLite file for a demo or a generator: commits do not wait for the disk, so a power cut may lose or spoil it. A platform that
// people rely on uses Open.
func OpenFast(ctx context.Context, target string) (*DB, error) {
	return openSQLiteWith(ctx, strings.TrimPrefix(target, "sqlite:"), "synchronous(OFF)")
}

// Gather runs f while everything that it writes, by any number of Writes, is one transaction, and is what a Read sees: a generator spends a quarter of
// its time on commits. It is for a database that nobody else uses yet, opened by OpenFast: what is written is on no disk before Gather returns, and a Read that is
// called while a Write runs waits for it, so that one inside a Write would wait for ever. What a failed Write did is gone as always.
// On PostgreSQL it only runs f.
func (d *DB) Gather(ctx context.Context, f func() error) error {
	if d.engine == Postgres {
		return f()
	}
	d.writes.gather.Store(true)
	err := f()
	d.writes.gather.Store(false)
	return errors.Join(err, d.Write(ctx, func(*Tx) error { return nil })) // the next write commits first
}

// gathered runs a task in the open transaction, or ends that when gathering is over.
func (w *writer) gathered(c *conn, t *task, gather bool) error {
	ctx := context.Background()
	if !gather {
		w.open = false
		if _, err := c.exec(ctx, "COMMIT", nil); err != nil {
			c.exec(ctx, "ROLLBACK", nil)
			return fmt.Errorf("commit what was gathered: %w", err)
		}
		return nil
	}
	if !w.open {
		if _, err := c.exec(ctx, "BEGIN IMMEDIATE", nil); err != nil {
			return fmt.Errorf("begin: %w", err)
		}
		w.open = true
	}
	if w.runInSavepoint(c, t) {
		w.onDone()
		return finishAll([]*task{t})
	}
	return nil
}
