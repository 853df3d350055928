package db_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
)

func schema() []fs.FS {
	text := &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE thing (id BIGINT PRIMARY KEY, name TEXT UNIQUE, at BIGINT, yes INTEGER);\nCREATE TABLE part (thing BIGINT NOT NULL REFERENCES thing (id));\n" +
		"CREATE TABLE counter (one INTEGER PRIMARY KEY, n BIGINT NOT NULL);\nINSERT INTO counter VALUES (1, 0);\n-- +goose Down\nDROP TABLE part;\nDROP TABLE thing;\n")}
	return []fs.FS{fstest.MapFS{"migrations/sqlite/20260101000000_a.sql": text, "migrations/postgres/20260101000000_a.sql": text}}
}

func TestValuesComeBack(t *testing.T) {
	dbtest.Each(t, schema(), func(t *testing.T, d *db.DB) {
		at := time.Date(2026, 3, 4, 5, 6, 7, 891234000, time.UTC)
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO thing (id, name, at, yes) VALUES (?, 'what?', ?, ?), (?, NULL, ?, ?)`, 1, at, true, 2, time.Time{}, false)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		type row struct {
			name string
			at   time.Time
			yes  bool
		}
		var got []row
		err = d.Read(t.Context(), func(tx *db.Tx) error {
			var err error
			got, err = db.All(tx, func(r *db.Row) (row, error) {
				var x row
				err := r.Scan(&x.name, &x.at, &x.yes)
				return x, err
			}, `SELECT name, at, yes FROM thing ORDER BY id`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if want := []row{{"what?", at, true}, {"", time.Time{}, false}}; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func TestErrorsAreTold(t *testing.T) {
	dbtest.Each(t, schema(), func(t *testing.T, d *db.DB) {
		insert := func(q string, args ...any) error {
			return d.Write(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(q, args...); return err })
		}
		if err := insert(`INSERT INTO thing (id, name) VALUES (1, 'a')`); err != nil {
			t.Fatal(err)
		}
		for _, q := range []string{`INSERT INTO thing (id, name) VALUES (1, 'b')`, `INSERT INTO thing (id, name) VALUES (2, 'a')`} {
			if err := insert(q); !db.IsUnique(err) || db.IsForeignKey(err) {
				t.Errorf("%s: %v", q, err)
			}
		}
		if err := insert(`INSERT INTO part VALUES (99)`); !db.IsForeignKey(err) || db.IsUnique(err) {
			t.Errorf("foreign key: %v", err)
		}
		err := d.Write(t.Context(), func(tx *db.Tx) error { return tx.MustChange(`UPDATE thing SET name = 'x' WHERE id = 77`) })
		if !errors.Is(err, db.ErrNotFound) {
			t.Errorf("nothing changed: %v", err)
		}
		err = d.Write(t.Context(), func(tx *db.Tx) error { return d.Write(tx.Ctx(), func(*db.Tx) error { return nil }) })
		if !errors.Is(err, db.ErrNested) {
			t.Errorf("nested write: %v", err)
		}
		if d.Engine() == db.SQLite {
			err = d.Read(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(`INSERT INTO thing (id) VALUES (5)`); return err })
			if err == nil {
				t.Error("a read wrote")
			}
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if err := d.Write(gone, func(*db.Tx) error { t.Error("ran after its caller left"); return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	})
}

// TestSharedCommitsKeepApart: writes that share a commit fail and panic on their own.
func TestSharedCommitsKeepApart(t *testing.T) {
	dbtest.Each(t, schema(), func(t *testing.T, d *db.DB) {
		const n = 300
		var wg sync.WaitGroup
		gate := make(chan struct{})
		bad := errors.New("bad")
		for i := range n {
			wg.Add(1)
			go func() {
				defer wg.Done()
				defer func() {
					if p := recover(); (p != nil) != (i%3 == 2) {
						t.Errorf("write %d: panic %v", i, p)
					}
				}()
				<-gate
				committed := false
				err := d.Write(t.Context(), func(tx *db.Tx) error {
					tx.AfterCommit(func() { committed = true })
					if _, err := tx.Exec(`INSERT INTO thing (id, name) VALUES (?, ?)`, i, fmt.Sprint("n", i)); err != nil {
						return err
					}
					switch i % 3 {
					case 1:
						return bad
					case 2:
						panic("worse")
					}
					return nil
				})
				if (i%3 == 1) != errors.Is(err, bad) || committed != (i%3 == 0) {
					t.Errorf("write %d: %v, after commit ran: %v", i, err, committed)
				}
			}()
		}
		close(gate)
		wg.Wait()
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			ids, err := db.All(tx, db.ScanInt, `SELECT id FROM thing ORDER BY id`)
			if len(ids) != n/3 {
				t.Errorf("%d rows remain, want %d", len(ids), n/3)
			}
			for _, id := range ids {
				if id%3 != 0 {
					t.Errorf("row %d remains of a failed write", id)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestReadThenWriteLosesNothing: many transactions read a number and write the next one.
func TestReadThenWriteLosesNothing(t *testing.T) {
	dbtest.Each(t, schema(), func(t *testing.T, d *db.DB) {
		const hands, rounds = 8, 40
		gate := make(chan struct{})
		var wg sync.WaitGroup
		for range hands {
			wg.Add(1)
			go func() {
				defer wg.Done()
				<-gate
				for range rounds {
					err := d.Write(t.Context(), func(tx *db.Tx) error {
						n, err := db.One(tx, db.ScanInt, `SELECT n FROM counter WHERE one = 1`+tx.ForUpdate())
						if err != nil {
							return err
						}
						return tx.MustChange(`UPDATE counter SET n = ? WHERE one = 1`, n+1)
					})
					if err != nil {
						t.Error(err)
					}
				}
			}()
		}
		close(gate)
		wg.Wait()
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			n, err := db.One(tx, db.ScanInt, `SELECT n FROM counter WHERE one = 1`)
			if n != hands*rounds {
				t.Errorf("counted %d, want %d", n, hands*rounds)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestTwoProcessesOnOneFile: what reads and then writes takes its turn before it reads, also when another process has the same file.
func TestTwoProcessesOnOneFile(t *testing.T) {
	path := "sqlite:" + filepath.Join(t.TempDir(), "shared.db")
	const rounds = 60
	hands := make([]*db.DB, 2)
	for i := range hands {
		d, err := db.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Close() })
		hands[i] = d
	}
	if _, err := hands[0].Migrate(t.Context(), schema()...); err != nil {
		t.Fatal(err)
	}
	gate := make(chan struct{})
	var wg sync.WaitGroup
	for _, d := range hands {
		wg.Go(func() {
			<-gate
			for range rounds {
				err := d.Write(t.Context(), func(tx *db.Tx) error {
					n, err := db.One(tx, db.ScanInt, `SELECT n FROM counter WHERE one = 1`)
					if err != nil {
						return err
					}
					return tx.MustChange(`UPDATE counter SET n = ? WHERE one = 1`, n+1)
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	close(gate)
	wg.Wait()
	err := hands[0].Read(t.Context(), func(tx *db.Tx) error {
		n, err := db.One(tx, db.ScanInt, `SELECT n FROM counter WHERE one = 1`)
		if n != len(hands)*rounds {
			t.Errorf("counted %d, want %d", n, len(hands)*rounds)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestVersionGrowsWithWrites(t *testing.T) {
	dbtest.Each(t, schema(), func(t *testing.T, d *db.DB) {
		before := d.Version()
		if err := d.Write(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(`UPDATE counter SET n = 5`); return err }); err != nil {
			t.Fatal(err)
		}
		if d.Version() == before {
			t.Error("a write was not counted")
		}
		before = d.Version()
		if err := d.Read(t.Context(), func(tx *db.Tx) error { _, err := db.One(tx, db.ScanInt, `SELECT n FROM counter`); return err }); err != nil {
			t.Fatal(err)
		}
		if d.Version() != before {
			t.Error("a read was counted as a write")
		}
	})
}

func TestOpenRefuses(t *testing.T) {
	for _, target := range []string{"", "sqlite:", "sqlite::memory:", "sqlite:/no/such/folder/x.db", "mysql://x/y", "postgres://127.0.0.1:1/none?connect_timeout=1"} {
		if d, err := db.Open(t.Context(), target); err == nil {
			d.Close()
			t.Errorf("%q was opened", target)
		}
	}
}

func TestMigrationNames(t *testing.T) {
	good := &fstest.MapFile{Data: []byte("-- +goose Up\nSELECT 1;\n")}
	for name, files := range map[string]fstest.MapFS{
		"without a number": {"migrations/sqlite/first.sql": good},
		"too short":        {"migrations/sqlite/2026_first.sql": good},
		"twice":            {"migrations/sqlite/20260101000000_a.sql": good, "migrations/sqlite/20260101000000_b.sql": good},
		"no folder":        {"x": good},
	} {
		d, err := db.Open(t.Context(), "sqlite:"+t.TempDir()+"/m.db")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Migrate(t.Context(), files); err == nil {
			t.Errorf("%s: taken", name)
		}
		d.Close()
	}
	d, err := db.Open(t.Context(), "sqlite:"+t.TempDir()+"/m.db")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for want := range 2 { // the first start applies one file, the second none
		n, err := d.Migrate(t.Context(), fstest.MapFS{"migrations/sqlite/20260101000000_a.sql": good})
		if err != nil || n != 1-want {
			t.Errorf("start %d applied %d: %v", want+1, n, err)
		}
	}
}

func TestList(t *testing.T) {
	marks, args := db.List([]int{1, 2, 3})
	if marks != "?, ?, ?" || len(args) != 3 {
		t.Errorf("%q %v", marks, args)
	}
	if marks, args := db.List([]string{}); marks != "NULL" || args != nil {
		t.Errorf("empty list: %q %v", marks, args)
	}
}

func TestErrorsNameTheStatementNotItsValues(t *testing.T) {
	dbtest.Each(t, schema(), func(t *testing.T, d *db.DB) {
		err := d.Write(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(`INSERT INTO nothere VALUES (?)`, "13812345678"); return err })
		if err == nil || !strings.Contains(err.Error(), "INSERT INTO nothere") || strings.Contains(err.Error(), "13812345678") {
			t.Errorf("%v", err)
		}
	})
}

// What is gathered is seen by whoever asks this handle, a failed write leaves nothing of itself, and all of it is there for others at the end.
func TestGather(t *testing.T) {
	ctx := context.Background()
	name := filepath.Join(t.TempDir(), "g.db")
	d, err := db.OpenFast(ctx, name)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	other, err := db.Open(ctx, name)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	count := func(d *db.DB) (n int) {
		t.Helper()
		if err := d.Read(ctx, func(tx *db.Tx) (err error) {
			n, err = db.One(tx, db.ScanInt, `SELECT count(*) FROM g`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	add := func(d *db.DB, fail error) error {
		return d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO g (n) VALUES (1)`)
			return errors.Join(err, fail)
		})
	}
	if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(`CREATE TABLE g (n INTEGER)`); return err }); err != nil {
		t.Fatal(err)
	}
	wrong := errors.New("wrong")
	version := d.Version()
	err = d.Gather(ctx, func() error {
		for range 3 {
			if err := add(d, nil); err != nil {
				return err
			}
		}
		if err := add(d, wrong); !errors.Is(err, wrong) {
			t.Errorf("the failed write says %v", err)
		}
		if n := count(d); n != 3 {
			t.Errorf("the gatherer sees %d rows, want 3", n)
		}
		if n := count(other); n != 0 {
			t.Errorf("others see %d rows before the end", n)
		}
		return wrong
	})
	if !errors.Is(err, wrong) {
		t.Errorf("Gather says %v", err)
	}
	if n := count(other); n != 3 {
		t.Errorf("others see %d rows at the end, want 3", n)
	}
	if d.Version() < version+3 {
		t.Error("caches are not told of what was gathered")
	}
	if err := add(d, nil); err != nil || count(other) != 4 {
		t.Errorf("a write afterwards: %v, %d rows", err, count(other))
	}
}
