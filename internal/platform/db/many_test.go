package db_test

import (
	"fmt"
	"testing"
	"time"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
)

// TestManyRowsComeInWhole: every row of a list of any length, in order, with the values that one by one has; one bad row keeps all out.
func TestManyRowsComeInWhole(t *testing.T) {
	dbtest.Each(t, schema(), func(t *testing.T, d *db.DB) {
		at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
		next := 0
		for _, n := range []int{0, 1, 7, 8, 700, 1337} {
			rows := make([][]any, n)
			for i := range rows {
				rows[i] = []any{next, fmt.Sprint("n", next), at, next%2 == 0}
				next++
			}
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				return tx.InsertMany("thing", []string{"id", "name", "at", "yes"}, rows)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		bad := [][]any{{next, "new", at, true}, {next + 1, "n0", at, true}}
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			return tx.InsertMany("thing", []string{"id", "name", "at", "yes"}, bad)
		}); !db.IsUnique(err) {
			t.Errorf("a name that is taken: %v", err)
		}
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			return tx.InsertMany("thing", []string{"id", "name"}, [][]any{{next}})
		}); err == nil {
			t.Error("a row that is too short went in")
		}
		var count, evens int
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			return tx.Rows(func(r *db.Row) error { return r.Scan(&count, &evens) }, `SELECT COUNT(*), SUM(yes) FROM thing WHERE at = ? AND name = 'n' || id`, at)
		})
		if err != nil || count != next || evens != (next+1)/2 {
			t.Errorf("%d rows, %d of them even, want %d: %v", count, evens, next, err)
		}
	})
}
