package db_test

import (
	"context"
	"io/fs"
	"sync"
	"testing"
	"time"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/job"
)

// TestAReadInsideGoesOn: a Read with the context of a transaction sees what that transaction wrote and needs no second connection: many at one moment, more than there are
// connections, do not wait for each other for ever.
func TestAReadInsideGoesOn(t *testing.T) {
	dbtest.Each(t, []fs.FS{job.Migrations}, func(t *testing.T, d *db.DB) {
		count := func(ctx context.Context) (n int) {
			err := d.Read(ctx, func(tx *db.Tx) (err error) {
				n, err = db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM job`)
				return err
			})
			if err != nil {
				t.Error(err)
			}
			return n
		}
		var kept context.Context
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			kept = tx.Ctx()
			if _, err := tx.Exec(`INSERT INTO job (kind, payload, run_at, created) VALUES ('a', '', 0, 0)`); err != nil {
				return err
			}
			if n := count(tx.Ctx()); n != 1 {
				t.Errorf("inside, %d rows are seen, want the one just written", n)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := count(kept); n != 1 { // a context that was kept too long reads on its own
			t.Errorf("%d rows", n)
		}
		ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
		defer stop()
		const many = 64
		for name, outer := range map[string]func(context.Context, func(*db.Tx) error) error{"read": d.Read, "write": d.Write} {
			gate, inside := make(chan struct{}), sync.WaitGroup{}
			for range many {
				inside.Go(func() {
					<-gate
					err := outer(ctx, func(tx *db.Tx) error {
						if name == "read" {
							time.Sleep(time.Millisecond) // until every connection is taken
						}
						if n := count(tx.Ctx()); n != 1 {
							t.Errorf("%d rows", n)
						}
						return nil
					})
					if err != nil {
						t.Errorf("%s: %v", name, err)
					}
				})
			}
			close(gate)
			inside.Wait()
		}
	})
}
