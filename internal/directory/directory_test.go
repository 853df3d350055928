package directory_test

import (
	"context"
	"crypto/rand"
	"io/fs"
	"testing"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/secret"

	"github.com/google/uuid"
)

func each(t *testing.T, test func(t *testing.T, s *directory.Service, c *clock.Fake, d *db.DB)) {
	dbtest.Each(t, []fs.FS{directory.Migrations}, func(t *testing.T, d *db.DB) {
		ring, err := secret.New(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		c := clock.NewFake(time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC))
		test(t, directory.New(d, c, ring), c, d)
	})
}

func system() context.Context { return authz.With(context.Background(), authz.System()) }

func committee(id, div uuid.UUID, name string, from, to clock.Date) directory.Organisation {
	return directory.Organisation{ID: id, Kind: directory.Committee, Name: i18n.Name{ZH: name}, Level: directory.City, Division: div, Code: "X", Valid: clock.Interval{From: from, To: to}}
}

func TestWhatWasTrueAndWhatWasKnown(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, c *clock.Fake, _ *db.DB) {
		id, div := uuid.New(), uuid.New()
		record := func(o ...directory.Organisation) {
			t.Helper()
			if err := s.Record(system(), &directory.Batch{Organisations: o}); err != nil {
				t.Fatal(err)
			}
		}
		name := func(day clock.Date, known time.Time) string {
			t.Helper()
			snap, err := s.At(t.Context(), day, known)
			if err != nil {
				t.Fatal(err)
			}
			return snap.OrganisationName(id).ZH
		}
		first := c.Now()
		record(committee(id, div, "旧名", clock.Of(2020, 1, 1), clock.Of(2026, 6, 1)), committee(id, div, "新名", clock.Of(2026, 6, 1), clock.Date{}))
		c.Advance(time.Hour)
		record(committee(id, div, "更正的旧名", clock.Of(2020, 1, 1), clock.Of(2026, 6, 1)))
		for _, x := range []struct {
			day   clock.Date
			known time.Time
			want  string
		}{
			{clock.Of(2019, 12, 31), time.Time{}, ""},
			{clock.Of(2026, 5, 31), time.Time{}, "更正的旧名"},
			{clock.Of(2026, 6, 1), time.Time{}, "新名"},
			{clock.Of(2026, 5, 31), first, "旧名"},
			{clock.Of(2026, 5, 31), first.Add(-time.Second), ""},
		} {
			if got := name(x.day, x.known); got != x.want {
				t.Errorf("on %s as known at %v: %q, want %q", x.day, x.known, got, x.want)
			}
		}
		// Today's snapshot follows the calendar without being told.
		snap, err := s.Snapshot(t.Context())
		if err != nil || snap.OrganisationName(id).ZH != "更正的旧名" {
			t.Fatalf("today %v: %v", snap.OrganisationName(id), err)
		}
		c.Set(clock.Of(2026, 6, 1).Start())
		if snap, err = s.Snapshot(t.Context()); err != nil || snap.OrganisationName(id).ZH != "新名" {
			t.Errorf("on 1 June %v: %v", snap.OrganisationName(id), err)
		}
	})
}

func TestAnotherProcessIsNoticed(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, c *clock.Fake, d *db.DB) {
		if _, err := s.Snapshot(t.Context()); err != nil {
			t.Fatal(err)
		}
		ring, err := secret.New(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		other := directory.New(d, c, ring)
		id := uuid.New()
		if err := other.Record(system(), &directory.Batch{Organisations: []directory.Organisation{committee(id, uuid.New(), "新来的", clock.Of(2020, 1, 1), clock.Date{})}}); err != nil {
			t.Fatal(err)
		}
		c.Advance(3 * time.Second)
		if snap, err := s.Snapshot(t.Context()); err != nil || snap.Organisation(id) == nil {
			t.Errorf("not noticed: %v", err)
		}
	})
}

func TestWhoMayRecord(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, c *clock.Fake, _ *db.DB) {
		b := func() *directory.Batch {
			return &directory.Batch{Organisations: []directory.Organisation{committee(uuid.Nil, uuid.New(), "某市政协", clock.Of(2020, 1, 1), clock.Date{})}}
		}
		if err := s.Record(t.Context(), b()); !problem.Is(err, problem.SignIn) {
			t.Errorf("nobody: %v", err)
		}
		member := authz.With(t.Context(), authz.Actor{Account: uuid.New(), Grants: []authz.Grant{{Role: authz.Member, Place: uuid.New()}}})
		if err := s.Record(member, b()); !problem.Is(err, problem.Forbidden) {
			t.Errorf("a member: %v", err)
		}
		admin := authz.With(t.Context(), authz.Actor{Account: uuid.New(), Grants: []authz.Grant{{Role: authz.Admin}}})
		if err := s.Record(admin, b()); err != nil {
			t.Errorf("the administrator: %v", err)
		}
	})
}

func TestBadBatchesChangeNothing(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, c *clock.Fake, _ *db.DB) {
		good := committee(uuid.Nil, uuid.New(), "好的", clock.Of(2020, 1, 1), clock.Date{})
		for name, bad := range map[string]*directory.Batch{
			"ends before it begins": {Organisations: []directory.Organisation{good, committee(uuid.Nil, uuid.New(), "坏", clock.Of(2020, 1, 1), clock.Of(2019, 1, 1))}},
			"no beginning":          {Organisations: []directory.Organisation{good, committee(uuid.Nil, uuid.New(), "坏", clock.Date{}, clock.Date{})}},
			"no name":               {Organisations: []directory.Organisation{good, committee(uuid.Nil, uuid.New(), " ", clock.Of(2020, 1, 1), clock.Date{})}},
			"a number for two":      {People: []directory.PersonRow{{Person: directory.Person{Name: "甲样"}, Identity: "520105194901010036"}, {Person: directory.Person{Name: "乙样"}, Identity: "520105194901010036"}}},
			"field twice":           {Organisations: []directory.Organisation{good}, Fields: []directory.Field{{Path: "甲", Name: i18n.Name{ZH: "甲"}}, {Path: "甲", Name: i18n.Name{ZH: "甲"}}}},
		} {
			if err := s.Record(system(), bad); !problem.Is(err, problem.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		snap, err := s.Snapshot(t.Context())
		if err != nil || len(snap.Committees()) != 0 {
			t.Errorf("%d committees remain of refused batches: %v", len(snap.Committees()), err)
		}
	})
}
