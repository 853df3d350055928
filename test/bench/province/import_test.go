package main

import (
	"context"
	"crypto/rand"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/directory/directorytest"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/secret"
	"xieshang/internal/platform/sheet"

	"github.com/google/uuid"
)

// BenchmarkImportProvince brings the whole invented province in from XLSX, list by list, into an empty database, and then the same files again, which changes
// nothing. What is printed are seconds; "all" is everything that has to be read and stored the first time.
//
//	go test ./test/bench/province -run '^$' -bench Import -benchtime 1x
func BenchmarkImportProvince(b *testing.B) {
	dir := b.TempDir()
	if err := directorytest.Write(dir, 1); err != nil {
		b.Fatal(err)
	}
	for _, e := range []struct {
		name string
		open func(testing.TB, []fs.FS) *db.DB
	}{{"sqlite", dbtest.SQLite}, {"postgres", dbtest.Postgres}} {
		b.Run(e.name, func(b *testing.B) {
			for range b.N {
				bring(b, e.open(b, []fs.FS{directory.Migrations}), dir)
			}
		})
	}
}

func bring(b *testing.B, d *db.DB, dir string) {
	ring, err := secret.New(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	s := directory.New(d, clock.System(), ring)
	ctx := authz.With(context.Background(), authz.System())
	for _, again := range []bool{false, true} {
		total := 0.0
		for _, k := range directory.ListKinds() {
			if k == directory.FieldList {
				continue
			}
			began := time.Now()
			out := one(b, s, ctx, k, filepath.Join(dir, string(k)+".xlsx"))
			seconds := time.Since(began).Seconds()
			if total += seconds; !again {
				b.ReportMetric(seconds, string(k)+"-s")
			}
			if again != (out.New+out.Changed == 0) {
				b.Fatalf("%s: %d new, %d changed, %d known", k, out.New, out.Changed, out.Same)
			}
		}
		name := "all-s"
		if again {
			name = "again-s"
		}
		b.ReportMetric(total, name)
	}
}

func one(b *testing.B, s *directory.Service, ctx context.Context, k directory.ListKind, path string) directory.ImportResult {
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		b.Fatal(err)
	}
	t, err := sheet.Open(path, f, info.Size(), sheet.Options{Columns: directory.ListColumns(k)})
	if err != nil {
		b.Fatal(err)
	}
	out, err := s.Import(ctx, k, t, directory.ImportOptions{})
	if err != nil || out.Bad.Total() > 0 {
		b.Fatal(k, err, out.Bad.Err())
	}
	return out
}

// BenchmarkImportThroughPages does what somebody does who brings the province in through the pages: each file is read and shown, then read again and stored, and at
// the end the 95,000 memberships are undone. "all" is everything but the undo.
func BenchmarkImportThroughPages(b *testing.B) {
	dir := b.TempDir()
	if err := directorytest.Write(dir, 1); err != nil {
		b.Fatal(err)
	}
	for _, e := range []struct {
		name string
		open func(testing.TB, []fs.FS) *db.DB
	}{{"sqlite", dbtest.SQLite}, {"postgres", dbtest.Postgres}} {
		b.Run(e.name, func(b *testing.B) {
			for range b.N {
				throughPages(b, e.open(b, []fs.FS{directory.Migrations}), dir)
			}
		})
	}
}

func throughPages(b *testing.B, d *db.DB, dir string) {
	ring, err := secret.New(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	s := directory.New(d, clock.System(), ring)
	ctx := authz.With(context.Background(), authz.Actor{Account: uuid.New(), Grants: []authz.Grant{{Role: authz.Admin}}})
	began := time.Now()
	var last uuid.UUID
	for _, k := range directory.ListKinds() {
		if k == directory.FieldList {
			continue
		}
		content, err := os.ReadFile(filepath.Join(dir, string(k)+".xlsx"))
		if err != nil {
			b.Fatal(err)
		}
		if last, err = s.BeginImport(ctx, k, uuid.Nil, string(k)+".xlsx", content); err != nil {
			b.Fatal(err)
		}
		if err := s.ConfirmImport(ctx, last, false); err != nil {
			b.Fatal(err)
		}
		if run, err := s.ReadImport(ctx, last); err != nil || run.State != directory.ImportStored || run.Added == 0 {
			b.Fatalf("%+v %v", run, err)
		}
	}
	b.ReportMetric(time.Since(began).Seconds(), "all-s")
	began = time.Now()
	if err := s.UndoImport(ctx, last); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(time.Since(began).Seconds(), "undo-s")
}
