package main

import (
	"context"
	"crypto/rand"
	"io/fs"
	"testing"
	"time"

	"xieshang/internal/contact"
	"xieshang/internal/coverage"
	"xieshang/internal/directory"
	"xieshang/internal/directory/directorytest"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/secret"

	"github.com/google/uuid"
)

// reaching shows contact links to the coverages, as internal/app does.
type reaching struct{ *contact.Service }

func (l reaching) Reached(ctx context.Context, sw *directory.Sweep) ([]coverage.Reach, error) {
	list, err := l.Service.Reached(ctx, sw)
	out := make([]coverage.Reach, len(list))
	for i, r := range list {
		out[i] = coverage.Reach(r)
	}
	return out, err
}

// BenchmarkCoverage counts both coverages of the whole province, by committee and sector and with a trend of 24 months, and measures twice: with nothing in memory, as after each
// change of the directory, and from the ledger that is kept until the next one.
func BenchmarkCoverage(b *testing.B) {
	ctx := authz.With(context.Background(), authz.System())
	for e, open := range map[string]func(testing.TB, []fs.FS) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(e, func(b *testing.B) {
			d := open(b, []fs.FS{directory.Migrations, contact.Migrations})
			ring, err := secret.New(rand.Reader)
			if err != nil {
				b.Fatal(err)
			}
			c := clock.NewFake(time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC))
			dir := directory.New(d, c, ring)
			if err := dir.Record(ctx, directorytest.Batch(1)); err != nil {
				b.Fatal(err)
			}
			build := func() (*contact.Service, *coverage.Service) {
				record := dir.Keep(append(contact.Posts(), coverage.Posts()...)...)
				links := contact.New(contact.Needs{DB: d, Clock: c, Directory: dir, Record: record, Sealer: ring})
				return links, coverage.New(coverage.Needs{Clock: c, Directory: dir, Record: record, Links: reaching{links}})
			}
			links, kept := build()
			snap, err := dir.Snapshot(ctx)
			if err != nil {
				b.Fatal(err)
			}
			var province uuid.UUID
			made := 0
			for _, k := range snap.Committees() {
				if k.Level == directory.Province {
					province = k.ID
				}
				p, err := links.Propose(ctx, k.ID)
				if err != nil {
					b.Fatal(err)
				}
				var list []contact.Choice
				for i, x := range p.List {
					if i%8 > 0 {
						list = append(list, contact.Choice{Member: x.Member.ID, Contact: x.Contact.ID})
					}
				}
				n, err := links.Adopt(ctx, k.ID, clock.Of(2025, 3, 1), list)
				if err != nil {
					b.Fatal(err)
				}
				made += n
			}
			report := func(b *testing.B, s *coverage.Service) {
				r, err := s.Report(ctx, coverage.Query{Committee: province})
				if err != nil || len(r.Trend) != 24 || r.Total.Members < 15_000 || r.Total.Reached != made {
					b.Fatalf("%+v, %d links, %v", r, made, err)
				}
			}
			b.Run("cold", func(b *testing.B) {
				for b.Loop() {
					_, s := build()
					report(b, s)
				}
				b.ReportMetric(float64(made), "links")
			})
			b.Run("kept", func(b *testing.B) {
				for b.Loop() {
					report(b, kept)
				}
			})
		})
	}
}
