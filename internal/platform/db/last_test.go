package db_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
)

// TestBeforeCommit: what is left for the end comes after everything else and is in the commit; a write that fails takes its part with it, an end that fails
// takes the whole transaction, and the next one is as good as ever.
func TestBeforeCommit(t *testing.T) {
	dbtest.Each(t, schema(), func(t *testing.T, d *db.DB) {
		put := func(tx *db.Tx, id int, name string) error {
			_, err := tx.Exec(`INSERT INTO thing (id, name) VALUES (?, ?)`, id, name)
			return err
		}
		names := func() string {
			var out []string
			if err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
				out, err = db.All(tx, db.ScanString, `SELECT name FROM thing ORDER BY id`)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return strings.Join(out, " ")
		}
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			tx.BeforeCommit(func() error { return put(tx, 3, "c") })
			tx.BeforeCommit(func() error {
				_, err := tx.Exec(`UPDATE thing SET name = 'last' WHERE id = 3`)
				return err
			})
			n, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM thing`)
			if err != nil || n != 0 {
				t.Errorf("%d rows before the end, %v", n, err)
			}
			return put(tx, 1, "a")
		})
		if got := names(); err != nil || got != "a last" {
			t.Fatalf("%q, %v", got, err)
		}
		wrong := errors.New("wrong")
		err = d.Write(t.Context(), func(tx *db.Tx) error {
			tx.BeforeCommit(func() error { return put(tx, 4, "never") })
			return wrong
		})
		if got := names(); !errors.Is(err, wrong) || got != "a last" {
			t.Errorf("a write that failed: %q, %v", got, err)
		}
		err = d.Write(t.Context(), func(tx *db.Tx) error {
			tx.AfterCommit(func() { t.Error("told of a commit that was not") })
			tx.BeforeCommit(func() error { return wrong })
			return put(tx, 5, "never")
		})
		if got := names(); !errors.Is(err, wrong) || got != "a last" {
			t.Errorf("an end that failed: %q, %v", got, err)
		}
		var wg sync.WaitGroup
		gate := make(chan struct{})
		for i := range 40 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				<-gate
				if err := d.Write(t.Context(), func(tx *db.Tx) error {
					tx.BeforeCommit(func() error {
						n, err := tx.Exec(`UPDATE thing SET yes = 1 WHERE id = ?`, 100+i)
						if err == nil && n != 1 {
							err = fmt.Errorf("the row of this write is not there at its end: %d", n)
						}
						return err
					})
					return put(tx, 100+i, fmt.Sprint("n", i))
				}); err != nil {
					t.Error(err)
				}
			}()
		}
		close(gate)
		wg.Wait()
		if err := d.Read(t.Context(), func(tx *db.Tx) error {
			n, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM thing WHERE yes = 1`)
			if n != 40 {
				t.Errorf("%d of 40 ends came", n)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
