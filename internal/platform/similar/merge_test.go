package similar

import (
	"context"
	"fmt"
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
)

func tables() []fs.FS {
	const head = "-- +goose Up\n"
	return []fs.FS{fstest.MapFS{
		"migrations/sqlite/20260101000001_similar.sql":   {Data: []byte(head + SchemaSQLite("matter"))},
		"migrations/postgres/20260101000001_similar.sql": {Data: []byte(head + SchemaPostgres("matter"))},
	}}
}

// segmentsOfOne packs rows from to before to, each into a segment of its own.
func segmentsOfOne(t *testing.T, d *db.DB, x *Index, from, to int64) {
	t.Helper()
	for rid := from; rid < to; rid++ {
		err := d.Write(context.Background(), func(tx *db.Tx) error {
			if err := x.Put(tx, rid, Doc{Body: fmt.Sprintf("row%d 路灯坏了", rid)}); err != nil {
				return err
			}
			return x.flush(tx)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func found(t *testing.T, d *db.DB, x *Index, text string) (hits []Hit) {
	t.Helper()
	err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
		hits, err = x.Find(tx, Query{Text: text})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return hits
}

// A question that has the list of segments can read them though they are merged meanwhile; some time later they are gone.
func TestMergedSegmentsCanBeReadForAWhile(t *testing.T) {
	dbtest.Each(t, tables(), func(t *testing.T, d *db.DB) {
		x := New("matter")
		ctx := context.Background()
		segmentsOfOne(t, d, x, 1, fanIn)
		err := d.Read(ctx, func(tx *db.Tx) error {
			list, err := x.list(tx)
			if err != nil {
				return err
			}
			if len(list) != fanIn-1 {
				t.Fatalf("%d segments", len(list))
			}
			segmentsOfOne(t, d, x, fanIn, fanIn+1) // merges all eight
			for _, l := range list {
				s, err := x.load(tx, l.id)
				if err != nil {
					return err
				}
				if err := x.blocks(tx, l.id, []uint32{s.blocks[0]}, func(uint32, []byte) {}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(x.sql(`UPDATE {name}_seg SET docs = docs - ? WHERE level = ?`), retiredFor+1, retired)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := x.Maintain(ctx, d); err != nil {
			t.Fatal(err)
		}
		if err := d.Read(ctx, func(tx *db.Tx) error {
			n, err := db.One(tx, db.ScanInt, x.sql(`SELECT (SELECT count(*) FROM {name}_seg WHERE id > 0) + (SELECT count(DISTINCT seg) FROM {name}_blk)`))
			if n != 2 {
				t.Errorf("%d segments and owners of blocks are left, want one of each", n)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if hits := found(t, d, x, "row3"); len(hits) != 1 || hits[0].RID != 3 {
			t.Errorf("row 3: %v", hits)
		}
	})
}

// A row that goes while a merge begins does not come back with the merged segment.
func TestMergeSeesWhatIsGoing(t *testing.T) {
	dbtest.Each(t, tables(), func(t *testing.T, d *db.DB) {
		x := New("matter")
		ctx := context.Background()
		segmentsOfOne(t, d, x, 1, fanIn*fanIn+1)
		merged := make(chan error, 1)
		err := d.Write(ctx, func(tx *db.Tx) error {
			if err := x.Delete(tx, 5); err != nil {
				return err
			}
			go func() { merged <- x.Maintain(ctx, d) }()
			select {
			case err := <-merged: // it did not wait
				merged <- err
			case <-time.After(300 * time.Millisecond):
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := <-merged; err != nil {
			t.Fatal(err)
		}
		if err := d.Read(ctx, func(tx *db.Tx) error {
			list, err := x.list(tx)
			if len(list) != 1 {
				t.Errorf("%d segments, want one", len(list))
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if hits := found(t, d, x, "row5"); len(hits) != 0 {
			t.Errorf("row 5 is back: %v", hits)
		}
		if hits := found(t, d, x, "row6"); len(hits) != 1 {
			t.Errorf("row 6: %v", hits)
		}
	})
}
