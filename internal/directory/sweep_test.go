package directory_test

import (
	"crypto/rand"
	"io/fs"
	"math"
	"testing"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/directory/directorytest"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/secret"

	"github.com/google/uuid"
)

func provinceIn(t testing.TB, d *db.DB, scale float64) (*directory.Service, *directory.Batch) {
	t.Helper()
	ring, err := secret.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := directory.New(d, clock.NewFake(time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)), ring)
	b := directorytest.Batch(scale)
	if err := s.Record(system(), b); err != nil {
		t.Fatal(err)
	}
	return s, b
}

// TestASweepIsWhatIsRecorded: the same memberships and affiliations as the batch had, those of other posts and superseded ones left out.
func TestASweepIsWhatIsRecorded(t *testing.T) {
	dbtest.Each(t, []fs.FS{directory.Migrations}, func(t *testing.T, d *db.DB) {
		s, b := provinceIn(t, d, 0.01)
		if _, err := s.Sweep(authz.With(t.Context(), authz.Actor{Account: uuid.New(), Grants: []authz.Grant{{Role: authz.Admin}}})); err == nil {
			t.Error("a person may sweep")
		}
		first := &b.Memberships[0]
		for i := range b.Memberships {
			if b.Memberships[i].Post == directory.MemberPost {
				first = &b.Memberships[i]
				break
			}
		}
		fixed := *first
		fixed.Valid.From = fixed.Valid.From.AddDays(1)
		id, err := s.PutMembership(system(), fixed)
		if err != nil {
			t.Fatal(err)
		}
		fixed.ID, *first = id, fixed
		sw, err := s.Sweep(system(), directory.MemberPost, directory.Participant)
		if err != nil {
			t.Fatal(err)
		}
		type row struct {
			person, organisation uuid.UUID
			what, sector         string
			days                 directory.Days
		}
		want := map[row]int{}
		for _, m := range b.Memberships {
			if m.Post == directory.MemberPost || m.Post == directory.Participant {
				want[row{m.Person, m.Organisation, string(m.Post), m.Sector, directory.DaysOf(m.Valid)}]++
			}
		}
		for _, a := range b.Affiliations {
			want[row{a.Person, uuid.Nil, string(a.Party), "", directory.DaysOf(a.Valid)}]++
		}
		for _, x := range sw.Stays {
			want[row{sw.People[x.Person], x.Organisation, string(x.Post), sw.Sectors[x.Sector], x.Days}]--
		}
		for _, x := range sw.Parties {
			want[row{sw.People[x.Person], uuid.Nil, string(x.Party), "", x.Days}]--
		}
		for k, n := range want {
			if n != 0 {
				t.Errorf("%+v: %d too few", k, n)
			}
		}
		if len(sw.Organisations) != len(b.Organisations) {
			t.Errorf("%d organisations of %d", len(sw.Organisations), len(b.Organisations))
		}
	})
}

// TestDays: the numbers of days follow the calendar.
func TestDays(t *testing.T) {
	for d := clock.Of(1899, 12, 25); d.Before(clock.Of(2101, 1, 5)); d = d.AddDays(1) {
		if n := directory.DayOf(d); n.Date() != d || directory.DayOf(d.AddDays(1)) != n+1 {
			t.Fatalf("%s is %d, which is %s", d, n, n.Date())
		}
	}
	if directory.DayOf(clock.Of(1970, 1, 1)) != 0 || directory.DayOf(clock.Date{}) != directory.Never || !directory.Never.Date().IsZero() {
		t.Error("the ends are wrong")
	}
	all := directory.DaysOf(clock.Interval{})
	if all.From != math.MinInt32 || all.To != directory.Never || all.Empty() || !all.Both(directory.Days{From: 5, To: 4}).Empty() {
		t.Error("always is not always")
	}
}

// TestWhatASweepTells: standings, members' days, the committees above and runs of days, compared with looking at every day.
func TestWhatASweepTells(t *testing.T) {
	d := dbtest.SQLite(t, []fs.FS{directory.Migrations})
	s, b := provinceIn(t, d, 0.01)
	kept := s.Keep(directory.MemberPost, directory.Participant)
	sw, err := kept.Sweep(system())
	if err != nil {
		t.Fatal(err)
	}
	if again, err := kept.Sweep(system()); err != nil || again != sw {
		t.Error("read again without a change")
	}
	if _, err := kept.Sweep(t.Context()); err == nil {
		t.Error("what is kept is for everybody")
	}
	kinds := map[uuid.UUID]directory.Kind{}
	for _, o := range b.Organisations {
		kinds[o.ID] = o.Kind
	}
	snap, err := s.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range snap.Organisations() {
		above := sw.CommitteesOf(nil, o.ID)
		if want := snap.CommitteeFor(o.ID); len(above) > 0 && (len(above) != 1 || want == nil || above[0].Committee != want.ID) {
			t.Errorf("%s stands below %v", o.Name.ZH, above)
		}
	}
	for _, p := range b.People[:100] {
		at, ok := sw.Index(p.ID)
		if !ok {
			t.Fatal("somebody is missing")
		}
		for day := directory.DayOf(clock.Of(2012, 1, 1)); day < directory.DayOf(clock.Of(2026, 6, 1)); day += 17 {
			want, member := directory.StandingUnknown, map[uuid.UUID]bool{}
			for _, a := range b.Affiliations {
				if a.Person == p.ID && directory.DaysOf(a.Valid).Contains(day) && want != directory.CPCMember {
					want = directory.OutsideParty
					if a.Party == directory.CPC {
						want = directory.CPCMember
					}
				}
			}
			for _, m := range b.Memberships {
				if m.Person == p.ID && m.Post == directory.MemberPost && kinds[m.Organisation] == directory.Committee && directory.DaysOf(m.Valid).Contains(day) {
					member[m.Organisation] = true
				}
			}
			if got := sw.Standing(at, day); got != want {
				t.Errorf("%s is %d on %s, not %d", p.Name, got, day.Date(), want)
			}
			for u := range member {
				days := sw.MemberDays(nil, at, u)
				if first, ok := directory.First(days, day); !ok || first != day || directory.Through(days, day) <= day {
					t.Errorf("%s is no member on %s", p.Name, day.Date())
				}
			}
		}
	}
	list := []directory.Days{{From: 10, To: 20}, {From: 20, To: 25}, {From: 30, To: 40}, {From: 35, To: 36}, {From: 50, To: 50}}
	for from, want := range map[directory.Day][2]directory.Day{3: {10, 25}, 24: {24, 25}, 25: {30, 40}, 35: {35, 40}} {
		if first, ok := directory.First(list, from); !ok || first != want[0] || directory.Through(list, first) != want[1] {
			t.Errorf("from %d: %d", from, first)
		}
	}
	if _, ok := directory.First(list, 40); ok {
		t.Error("a day without days")
	}
}

// BenchmarkSweep reads the whole province of 40,000 people and 95,000 memberships.
func BenchmarkSweep(b *testing.B) {
	for e, open := range map[string]func(testing.TB, []fs.FS) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(e, func(b *testing.B) {
			s, _ := provinceIn(b, open(b, []fs.FS{directory.Migrations}), 1)
			for b.Loop() {
				sw, err := s.Sweep(system(), directory.MemberPost, directory.Participant)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(sw.Stays)), "stays")
			}
		})
	}
}
