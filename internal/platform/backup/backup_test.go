package backup_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"xieshang/internal/platform/backup"
	"xieshang/internal/platform/blob"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/job"
	"xieshang/internal/platform/upload"
)

// modules have tables that number their rows, tables that refer to others, and texts of every kind.
func modules() []fs.FS { return []fs.FS{job.Migrations, upload.Migrations} }

var now = time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)

func store(t *testing.T) blob.Closer {
	t.Helper()
	s, err := blob.Open(t.Context(), filepath.Join(t.TempDir(), "files"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func put(t *testing.T, s blob.Store, key, text string) {
	t.Helper()
	if _, err := s.Put(t.Context(), key, strings.NewReader(text), int64(len(text))); err != nil {
		t.Fatal(err)
	}
}

func exec(t *testing.T, d *db.DB, q string, args ...any) {
	t.Helper()
	if err := d.Write(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(q, args...); return err }); err != nil {
		t.Fatal(err)
	}
}

func texts(t *testing.T, d *db.DB, q string) []string {
	t.Helper()
	var out []string
	if err := d.Read(t.Context(), func(tx *db.Tx) (err error) { out, err = db.All(tx, db.ScanString, q); return err }); err != nil {
		t.Fatal(err)
	}
	return out
}

const awkward = "换行\n制表\t反斜杠\\ 引号\" \\N 末尾"

func fill(t *testing.T, d *db.DB, s blob.Store) {
	t.Helper()
	for i := range 30 {
		exec(t, d, `INSERT INTO event (id, kind, subject, at, payload) VALUES (?, 'a.b', 'x', ?, ?)`, fmt.Sprint("e", i), i, awkward)
	}
	exec(t, d, `INSERT INTO upload (id, owner, name, type, size, created, expires) VALUES ('u', 'o', '照片.jpg', 'image/jpeg', 3, 1, 2)`)
	exec(t, d, `INSERT INTO upload_piece (upload, start, size, blob) VALUES ('u', 0, 3, 'upload/u/0')`)
	put(t, s, "upload/u/0", "abc")
	put(t, s, "suggestion/empty", "")
}

// place is an empty place to restore to, on the same engine.
func place(t *testing.T, d *db.DB) string {
	if d.Engine() == db.Postgres {
		return dbtest.EmptyPostgres(t)
	}
	return "sqlite:" + filepath.Join(t.TempDir(), "new.db")
}

func write(t *testing.T, d *db.DB, s blob.Store) []byte {
	t.Helper()
	var out bytes.Buffer
	if _, err := backup.Write(t.Context(), &out, backup.Source{DB: d, Blobs: s, Program: "test", Now: now, Temp: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func restore(t *testing.T, file []byte, to backup.Target) (backup.Summary, error) {
	t.Helper()
	return backup.Restore(t.Context(), bytes.NewReader(file), int64(len(file)), to)
}

func TestEverythingComesBack(t *testing.T) {
	dbtest.Each(t, modules(), func(t *testing.T, d *db.DB) {
		s := store(t)
		fill(t, d, s)
		file := write(t, d, s)
		again := store(t)
		to := backup.Target{DB: place(t, d), Blobs: again, Modules: modules()}
		sum, err := restore(t, file, to)
		if err != nil {
			t.Fatal(err)
		}
		if sum.Files != 2 || !sum.At.Equal(now) || sum.Program != "test" {
			t.Errorf("summary %+v", sum)
		}
		n, err := db.Open(t.Context(), to.DB)
		if err != nil {
			t.Fatal(err)
		}
		defer n.Close()
		for _, q := range []string{`SELECT id FROM event ORDER BY seq`, `SELECT payload FROM event ORDER BY seq`, `SELECT name FROM upload`, `SELECT blob FROM upload_piece`} {
			if want, got := texts(t, d, q), texts(t, n, q); strings.Join(want, "|") != strings.Join(got, "|") || len(want) == 0 {
				t.Errorf("%s\n%q\n%q", q, want, got)
			}
		}
		r, err := again.Get(t.Context(), "upload/u/0")
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if b, err := io.ReadAll(r); err != nil || string(b) != "abc" {
			t.Errorf("file %q %v", b, err)
		}
		if applied, err := n.Migrate(t.Context(), modules()...); err != nil || applied != 0 {
			t.Errorf("%d migrations after the restore, %v", applied, err)
		}
		exec(t, n, `INSERT INTO event (id, kind, subject, at, payload) VALUES ('new', 'a.b', 'x', 99, '')`) // the counter goes on
		if last := texts(t, n, `SELECT id FROM event ORDER BY seq DESC LIMIT 1`); last[0] != "new" {
			t.Errorf("the new row is not the last: %v", last)
		}
	})
}

// TestOneMoment: pairs are written together all the time; no backup holds half of one.
func TestOneMoment(t *testing.T) {
	dbtest.Each(t, modules(), func(t *testing.T, d *db.DB) {
		s := store(t)
		fill(t, d, s)
		for i := range 400 { // between the two tables, so that they are not read at the same moment
			exec(t, d, `INSERT INTO job (kind, payload, run_at, created) VALUES ('pad', ?, 1, ?)`, strings.Repeat("长", 20000), i)
		}
		ctx, stop := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Add(1)
		started := make(chan struct{})
		go func() {
			defer wg.Done()
			for i := 0; ctx.Err() == nil; i++ {
				err := d.Write(context.Background(), func(tx *db.Tx) error {
					if _, err := tx.Exec(`INSERT INTO upload (id, owner, name, type, size, created, expires) VALUES (?, 'pair', 'n', 't', 1, 1, 1)`, fmt.Sprint("p", i)); err != nil {
						return err
					}
					_, err := tx.Exec(`INSERT INTO event (id, kind, subject, at, payload) VALUES (?, 'pair', 'x', 1, '')`, fmt.Sprint("p", i))
					return err
				})
				if err != nil {
					t.Error(err)
					return
				}
				if i == 20 {
					close(started)
				}
			}
		}()
		<-started
		file := write(t, d, s)
		stop()
		wg.Wait()
		to := backup.Target{DB: place(t, d), Blobs: store(t), Modules: modules()}
		if _, err := restore(t, file, to); err != nil {
			t.Fatal(err)
		}
		n, err := db.Open(t.Context(), to.DB)
		if err != nil {
			t.Fatal(err)
		}
		defer n.Close()
		a, b := texts(t, n, `SELECT id FROM upload WHERE owner = 'pair' ORDER BY id`), texts(t, n, `SELECT id FROM event WHERE kind = 'pair' ORDER BY id`)
		if len(a) < 20 || strings.Join(a, ",") != strings.Join(b, ",") {
			t.Errorf("%d uploads, %d events of the same pairs", len(a), len(b))
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	dbtest.Each(t, modules(), func(t *testing.T, d *db.DB) {
		s := store(t)
		fill(t, d, s)
		file := write(t, d, s)
		fresh := func() backup.Target { return backup.Target{DB: place(t, d), Blobs: store(t), Modules: modules()} }
		empty := func(to backup.Target) {
			t.Helper()
			for info := range to.Blobs.List(t.Context(), "") {
				t.Errorf("left behind: %s", info.Key)
			}
			if _, err := restore(t, file, to); err != nil {
				t.Errorf("after a refusal the place does not take the right file: %v", err)
			}
		}
		for name, bad := range map[string][]byte{"nothing": nil, "text": []byte("not a zip"), "half": file[:len(file)/2], "another zip": zipOf(t, "a.txt", "x"), "changed": changed(t, file)} {
			to := fresh()
			if _, err := restore(t, bad, to); !errors.Is(err, backup.ErrDamaged) {
				t.Errorf("%s: %v", name, err)
			}
			empty(to)
		}
		to := fresh()
		put(t, to.Blobs, "other/file", "x")
		if _, err := restore(t, file, to); !errors.Is(err, backup.ErrTaken) {
			t.Errorf("a store with files: %v", err)
		}
		to = fresh()
		to.Modules = []fs.FS{job.Migrations}
		if _, err := restore(t, file, to); !errors.Is(err, db.ErrNewer) {
			t.Errorf("an older program: %v", err)
		}
		to.Modules = modules()
		empty(to)
		if _, err := restore(t, file, backup.Target{DB: to.DB, Blobs: store(t), Modules: modules()}); !errors.Is(err, backup.ErrTaken) {
			t.Errorf("a database with data: %v", err)
		}
	})
}

func zipOf(t *testing.T, name, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// changed is the same archive with another text in one attachment.
func changed(t *testing.T, file []byte) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range r.File {
		w, err := z.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == "files/upload/u/0" {
			text = []byte("xyz")
		}
		if _, err := w.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
