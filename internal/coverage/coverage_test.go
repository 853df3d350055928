package coverage_test

import (
	"context"
	"crypto/rand"
	"io/fs"
	mathrand "math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"xieshang/internal/coverage"
	"xieshang/internal/directory"
	"xieshang/internal/directory/directorytest"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/secret"

	"github.com/google/uuid"
)

func system() context.Context { return authz.With(context.Background(), authz.System()) }

// reached plays the contact links: some days of some members.
type reached struct {
	list    []coverage.Reach
	version int64
}

func (r *reached) Version(context.Context) (int64, error) { return r.version, nil }
func (r *reached) Reached(context.Context, *directory.Sweep) ([]coverage.Reach, error) {
	return r.list, nil
}

type world struct {
	t         *testing.T
	clock     *clock.Fake
	directory *directory.Service
	service   *coverage.Service
	links     *reached
	batch     *directory.Batch
	snap      *directory.Snapshot
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	dbtest.Each(t, []fs.FS{directory.Migrations}, func(t *testing.T, d *db.DB) {
		ring, err := secret.New(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		w := &world{t: t, clock: clock.NewFake(time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)), links: &reached{}, batch: directorytest.Batch(0.02)}
		w.directory = directory.New(d, w.clock, ring)
		w.must(w.directory.Record(system(), w.batch))
		w.service = coverage.New(coverage.Needs{Clock: w.clock, Directory: w.directory, Record: w.directory.Keep(coverage.Posts()...), Links: w.links})
		w.snap, err = w.directory.Snapshot(system())
		w.must(err)
		test(w)
	})
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func as(role authz.Role, place uuid.UUID) context.Context {
	return authz.With(context.Background(), authz.Actor{Account: uuid.New(), Grants: []authz.Grant{{Role: role, Place: place}}})
}

// disturb makes the record less tidy: affiliations that are not known, that change or are two, placements that begin and end, people in two committees, links on random days.
func (w *world) disturb(r *mathrand.Rand) {
	members := slices.DeleteFunc(slices.Clone(w.batch.Memberships), func(m directory.Membership) bool { return m.Post != directory.MemberPost || m.Sector == "" })
	start := clock.Of(2023, 1, 1)
	b := &directory.Batch{}
	for range 150 {
		m := members[r.IntN(len(members))]
		from := start.AddDays(r.IntN(1100))
		if r.IntN(3) > 0 {
			days := directory.Days{From: directory.DayOf(from), To: directory.Never}
			if r.IntN(2) == 0 {
				days.To = days.From + directory.Day(r.IntN(400))
			}
			w.links.list = append(w.links.list, coverage.Reach{Committee: m.Organisation, Person: m.Person, Days: days})
		}
		switch r.IntN(4) {
		case 0:
			b.Affiliations = append(b.Affiliations, directory.Affiliation{Person: m.Person, Party: directory.CPC, Valid: clock.Interval{From: from, To: from.AddDays(1 + r.IntN(600))}})
		case 1: // in two committees
			other := w.snap.Committees()[r.IntN(len(w.snap.Committees()))].ID
			if other != m.Organisation && !slices.ContainsFunc(append(members, b.Memberships...), func(x directory.Membership) bool { return x.Person == m.Person && x.Organisation == other }) {
				b.Memberships = append(b.Memberships, directory.Membership{Person: m.Person, Organisation: other, Post: directory.MemberPost, Sector: "特邀人士界", Valid: clock.Interval{From: from}})
			}
		case 2: // nothing is known of somebody new
			p := directory.PersonRow{Person: directory.Person{ID: uuid.Must(uuid.NewV7()), Name: "样例无记录"}}
			b.People = append(b.People, p)
			b.Memberships = append(b.Memberships, directory.Membership{Person: p.ID, Organisation: m.Organisation, Post: directory.MemberPost, Sector: m.Sector, Valid: clock.Interval{From: from, To: from.AddDays(1 + r.IntN(900))}})
		}
	}
	w.links.version++
	w.must(w.directory.Record(system(), b))
	w.batch.Affiliations, w.batch.Memberships, w.batch.People = append(w.batch.Affiliations, b.Affiliations...), append(w.batch.Memberships, b.Memberships...), append(w.batch.People, b.People...)
}

// naive counts by looking at everything that was recorded, one member and one day at a time.
func (w *world) naive(committees []uuid.UUID, sector string, day clock.Date) coverage.Figure {
	var f coverage.Figure
	kinds, parents := map[uuid.UUID]directory.Kind{}, map[uuid.UUID]uuid.UUID{}
	for _, o := range w.batch.Organisations {
		kinds[o.ID], parents[o.ID] = o.Kind, o.Parent
	}
	above := func(u uuid.UUID) uuid.UUID {
		for kinds[u] != directory.Committee && u != uuid.Nil {
			u = parents[u]
		}
		return u
	}
	for _, m := range w.batch.Memberships {
		if m.Post != directory.MemberPost || !slices.Contains(committees, m.Organisation) || !m.Valid.Contains(day) || sector != "" && m.Sector != sector {
			continue
		}
		f.Members++
		cpc, known := false, false
		for _, a := range w.batch.Affiliations {
			if a.Person == m.Person && a.Valid.Contains(day) {
				known = true
				cpc = cpc || a.Party == directory.CPC
			}
		}
		switch {
		case cpc:
			f.CPC++
			if slices.ContainsFunc(w.batch.Memberships, func(p directory.Membership) bool {
				return p.Person == m.Person && p.Post == directory.Participant && p.Valid.Contains(day) && kinds[p.Organisation] == directory.MembersBranch && above(p.Organisation) == m.Organisation
			}) {
				f.Placed++
			}
		case known:
			f.Others++
			if slices.ContainsFunc(w.links.list, func(x coverage.Reach) bool {
				return x.Person == m.Person && x.Committee == m.Organisation && x.Days.Contains(directory.DayOf(day))
			}) {
				f.Reached++
			}
		default:
			f.Unknown++
		}
	}
	return f
}

// TestEveryFigureIsThatOfANaiveCount: totals, rows, sectors and every point of the trend, for all committees on several days.
func TestEveryFigureIsThatOfANaiveCount(t *testing.T) {
	each(t, func(w *world) {
		r := mathrand.New(mathrand.NewPCG(11, 12))
		w.disturb(r)
		some := coverage.Figure{}
		for _, day := range []clock.Date{clock.Of(2026, 3, 2), clock.Of(2024, 2, 29), clock.Of(2019, 7, 1)} {
			for _, k := range w.snap.Committees() {
				rep, err := w.service.Report(system(), coverage.Query{Committee: k.ID, Day: day, Months: 5})
				w.must(err)
				var all []uuid.UUID
				for _, x := range w.snap.CommitteesWithin(k.ID) {
					all = append(all, x.ID)
				}
				check := func(what string, got, want coverage.Figure) {
					t.Helper()
					if got != want {
						t.Errorf("%s of %s on %s: %+v, counted one by one %+v", what, k.Name.ZH, day, got, want)
					}
				}
				check("total", rep.Total, w.naive(all, "", day))
				check("own", rep.Own, w.naive(all[:1], "", day))
				some.Members += rep.Total.Members
				some.Placed += rep.Total.Placed
				some.Reached += rep.Total.Reached
				some.Unknown += rep.Total.Unknown
				sum := rep.Own
				for _, row := range rep.Below {
					var below []uuid.UUID
					for _, x := range w.snap.CommitteesWithin(row.Committee) {
						below = append(below, x.ID)
					}
					check("row", row.Whole, w.naive(below, "", day))
					check("row's own", row.Own, w.naive(below[:1], "", day))
					if row.Below != len(below)-1 {
						t.Errorf("%d committees below, not %d", row.Below, len(below)-1)
					}
					sum = plus(sum, row.Whole)
				}
				check("sum of the rows", sum, rep.Total)
				sum = coverage.Figure{}
				for _, s := range rep.Sectors {
					sum = plus(sum, s.Figure)
				}
				check("sum of the sectors", sum, rep.Total)
				for i, pt := range rep.Trend {
					if last := i == len(rep.Trend)-1; last != (pt.Day == day) || !last && pt.Day.AddDays(1).Day != 1 {
						t.Errorf("point %d is %s", i, pt.Day)
					}
					check("trend at "+pt.Day.String(), pt.Figure, w.naive(all, "", pt.Day))
				}
				if k.Level != directory.County {
					one := rep.Sectors
					if len(one) > 0 {
						s, err := w.service.Report(system(), coverage.Query{Committee: k.ID, Day: day, Months: 2, Sector: one[0].Sector})
						w.must(err)
						check("sector", s.Total, one[0].Figure)
						check("sector a month before", s.Trend[0].Figure, w.naive(all, one[0].Sector, s.Trend[0].Day))
					}
					own, err := w.service.Report(system(), coverage.Query{Committee: k.ID, Day: day, Months: 1, Own: true})
					w.must(err)
					check("alone", own.Total, rep.Own)
				}
				gaps, err := w.service.Gaps(system(), coverage.Query{Committee: k.ID, Day: day})
				w.must(err)
				if f := rep.Own; len(gaps.Unplaced) != f.CPC-f.Placed || len(gaps.Unreached) != f.Others-f.Reached || len(gaps.Unknown) != f.Unknown {
					t.Errorf("gaps of %s: %d, %d, %d of %+v", k.Name.ZH, len(gaps.Unplaced), len(gaps.Unreached), len(gaps.Unknown), f)
				}
				for _, p := range gaps.Unplaced {
					if p.Name == "" {
						t.Error("a gap without a name")
					}
				}
			}
		}
		if some.Placed == 0 || some.Reached == 0 || some.Unknown == 0 {
			t.Errorf("nothing to count: %+v", some)
		}
	})
}

func plus(a, b coverage.Figure) coverage.Figure {
	return coverage.Figure{Members: a.Members + b.Members, CPC: a.CPC + b.CPC, Placed: a.Placed + b.Placed, Others: a.Others + b.Others, Reached: a.Reached + b.Reached, Unknown: a.Unknown + b.Unknown}
}

// TestACorrectionChangesThePast: the trend follows what is known now, and a change of a link is seen at once.
func TestACorrectionChangesThePast(t *testing.T) {
	each(t, func(w *world) {
		k := w.snap.Committees()[0].ID
		q := coverage.Query{Committee: k, Own: true, Months: 12}
		before, err := w.service.Report(system(), q)
		w.must(err)
		i := slices.IndexFunc(w.batch.Memberships, func(m directory.Membership) bool {
			return m.Organisation == k && m.Post == directory.MemberPost && m.Valid.Contains(clock.Of(2026, 3, 2)) && m.Valid.From.Before(clock.Of(2025, 1, 1))
		})
		m := w.batch.Memberships[i]
		m.Valid.From = clock.Of(2025, 12, 1)
		if _, err := w.directory.PutMembership(system(), m); err != nil {
			t.Fatal(err)
		}
		after, err := w.service.Report(system(), q)
		w.must(err)
		if before.Total.Members != after.Total.Members || after.Trend[0].Members != before.Trend[0].Members-1 {
			t.Errorf("before %+v, after %+v", before.Trend[0], after.Trend[0])
		}
		gaps, err := w.service.Gaps(system(), coverage.Query{Committee: k})
		w.must(err)
		w.links.list = append(w.links.list, coverage.Reach{Committee: k, Person: gaps.Unreached[0].ID, Days: directory.Days{From: 0, To: directory.Never}})
		w.links.version++
		if again, err := w.service.Report(system(), q); err != nil || again.Total.Reached != after.Total.Reached+1 {
			t.Errorf("a new link is not seen: %+v %v", again.Total, err)
		}
	})
}

// TestNobodyIsRefusedEverywhere calls every operation as a visitor and as a member.
func TestNobodyIsRefusedEverywhere(t *testing.T) {
	each(t, func(w *world) {
		v := reflect.ValueOf(w.service)
		k := w.snap.Committees()[0].ID
		for i := range v.NumMethod() {
			args := []reflect.Value{reflect.ValueOf(t.Context())}
			if v.Method(i).Type().NumIn() == 2 {
				args = append(args, reflect.ValueOf(coverage.Query{Committee: k}))
			}
			call := func() error {
				out := v.Method(i).Call(args)
				err, _ := out[len(out)-1].Interface().(error)
				return err
			}
			name := v.Type().Method(i).Name
			if err := call(); !problem.Is(err, problem.SignIn) {
				t.Errorf("%s as nobody: %v", name, err)
			}
			if args[0] = reflect.ValueOf(as(authz.Member, k)); name != "Named" {
				if err := call(); !problem.Is(err, problem.Forbidden) {
					t.Errorf("%s as a member: %v", name, err)
				}
			}
		}
	})
}

// TestNamesStayWithinTheGrants: for every committee and readers of every place, figures go down the tree and names only along grants.
func TestNamesStayWithinTheGrants(t *testing.T) {
	each(t, func(w *world) {
		all := w.snap.Committees()
		granted := map[[2]uuid.UUID]bool{}
		for i, k := range all {
			for _, up := range all {
				if i%2 == 0 && w.snap.Above(up.ID, k.ID) {
					for _, subject := range []directory.Subject{directory.CoverageSubject, directory.RosterSubject} {
						if subject == directory.RosterSubject || up.Level == directory.Province {
							_, err := w.directory.GrantNames(system(), directory.NameGrant{Committee: k.ID, Reader: up.ID, Subject: subject, Valid: clock.Interval{From: clock.Of(2026, 1, 1)}})
							w.must(err)
						}
					}
					if up.Level == directory.Province {
						granted[[2]uuid.UUID{up.ID, k.ID}] = true
					}
				}
			}
		}
		names := 0
		for _, reader := range all {
			for _, role := range append(coverage.Readers(), authz.Member, authz.Instructor) {
				staff := slices.Contains(coverage.Readers(), role)
				ctx := as(role, reader.ID)
				for _, k := range all {
					own := staff && reader.ID == k.ID
					_, err := w.service.Report(ctx, coverage.Query{Committee: k.ID, Months: 1})
					if may := own || staff && w.snap.Above(reader.ID, k.ID); (err == nil) != may {
						t.Errorf("%s of %s, figures of %s: %v", role, reader.Name.ZH, k.Name.ZH, err)
					}
					_, err = w.service.Gaps(ctx, coverage.Query{Committee: k.ID})
					may := own || staff && granted[[2]uuid.UUID{reader.ID, k.ID}]
					if (err == nil) != may {
						t.Errorf("%s of %s, names of %s: %v", role, reader.Name.ZH, k.Name.ZH, err)
					}
					if err == nil && !own {
						names++
					}
				}
			}
		}
		if names == 0 {
			t.Error("no grant gave anything")
		}
		roots, err := w.service.Roots(as(authz.Leader, all[0].ID))
		if err != nil || len(roots) != 1 || roots[0] != all[0].ID {
			t.Errorf("%v %v", roots, err)
		}
	})
}
