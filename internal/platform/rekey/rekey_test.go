package rekey_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/job"
	"xieshang/internal/platform/rekey"
	"xieshang/internal/platform/secret"
)

const table = "-- +goose Up\nCREATE TABLE thing (id TEXT PRIMARY KEY, bound TEXT NOT NULL, fixed TEXT NOT NULL);\n-- +goose Down\nDROP TABLE thing;\n"

var columns = []rekey.Column{{Table: "thing", Key: "id", Name: "bound", Place: rekey.Bound("thing.bound:")}, {Table: "thing", Key: "id", Name: "fixed", Place: rekey.Fixed("thing.fixed")}}

func each(t *testing.T, test func(t *testing.T, d *db.DB, old, renewed *secret.Ring)) {
	mine := fstest.MapFS{}
	for _, e := range []string{"sqlite", "postgres"} {
		mine["migrations/"+e+"/20260101000000_thing.sql"] = &fstest.MapFile{Data: []byte(table)}
	}
	dbtest.Each(t, []fs.FS{job.Migrations, mine}, func(t *testing.T, d *db.DB) {
		old, err := secret.New(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		renewed, err := old.Rotate()
		if err != nil {
			t.Fatal(err)
		}
		err = d.Write(t.Context(), func(tx *db.Tx) error {
			for i := range 450 { // more than two pieces
				key := fmt.Sprintf("k%03d", i)
				bound, err := old.Seal("thing.bound:"+key, "b"+key)
				if err != nil {
					return err
				}
				fixed := ""
				if i%2 == 0 {
					if fixed, err = old.Seal("thing.fixed", "f"+key); err != nil {
						return err
					}
				}
				if _, err := tx.Exec(`INSERT INTO thing (id, bound, fixed) VALUES (?, ?, ?)`, key, bound, fixed); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		test(t, d, old, renewed)
	})
}

func TestEverythingIsSealedAnew(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, old, renewed *secret.Ring) {
		n, err := rekey.Run(t.Context(), d, renewed, columns, nil)
		if err != nil || n != 450+225 {
			t.Fatalf("%d changed: %v", n, err)
		}
		if n, err = rekey.Run(t.Context(), d, renewed, columns, nil); err != nil || n != 0 {
			t.Errorf("a second run changed %d: %v", n, err)
		}
		counts, err := rekey.Count(t.Context(), d, renewed, columns)
		if err != nil || counts[renewed.IDs()[0]] != 0 || counts[renewed.IDs()[1]] != 675 {
			t.Errorf("%v %v", counts, err)
		}
		alone, err := renewed.Without(renewed.IDs()[0])
		if err != nil {
			t.Fatal(err)
		}
		err = d.Read(t.Context(), func(tx *db.Tx) error {
			return tx.Rows(func(r *db.Row) error {
				var key, bound, fixed string
				if err := r.Scan(&key, &bound, &fixed); err != nil {
					return err
				}
				if plain, err := alone.Open("thing.bound:"+key, bound); err != nil || plain != "b"+key {
					return fmt.Errorf("%s: %q %w", key, plain, err)
				}
				if fixed == "" {
					return nil
				}
				_, err := alone.Open("thing.fixed", fixed)
				return err
			}, `SELECT id, bound, fixed FROM thing`)
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// TestADamagedValueIsNamed: the row is named, what was done before stands, and mending it lets the next run finish.
func TestADamagedValueIsNamed(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, old, renewed *secret.Ring) {
		set := func(value string) {
			if err := d.Write(t.Context(), func(tx *db.Tx) error { return tx.MustChange(`UPDATE thing SET bound = ? WHERE id = 'k300'`, value) }); err != nil {
				t.Fatal(err)
			}
		}
		set(secret.Prefix(old.IDs()[0]) + "AAAA")
		n, err := rekey.Run(t.Context(), d, renewed, columns, nil)
		if !errors.Is(err, secret.ErrTampered) || !strings.Contains(err.Error(), "k300") || n != 200 {
			t.Errorf("%d changed: %v", n, err)
		}
		mended, err := old.Seal("thing.bound:k300", "x")
		if err != nil {
			t.Fatal(err)
		}
		set(mended)
		if n, err = rekey.Run(t.Context(), d, renewed, columns, nil); err != nil || n != 250+225 {
			t.Errorf("%d changed: %v", n, err)
		}
	})
}

func TestACancelledRunStops(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, _, renewed *secret.Ring) {
		ctx, stop := context.WithCancel(t.Context())
		stop()
		if _, err := rekey.Run(ctx, d, renewed, columns, nil); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}
