package directory_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"xieshang/internal/directory"
	"xieshang/internal/directory/directorytest"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// scene is an invented province with actors of many kinds, and what each of them may see by a rule that is written down here a second time.
type scene struct {
	s       *directory.Service
	b       *directory.Batch
	owner   map[uuid.UUID]uuid.UUID // organisation: committee
	people  map[uuid.UUID]map[uuid.UUID]bool
	members map[uuid.UUID][]directory.Membership
	granted map[uuid.UUID][]uuid.UUID // committee: readers
}

func newScene(t *testing.T, s *directory.Service) *scene {
	t.Helper()
	x := &scene{s: s, b: directorytest.Batch(0.01), owner: map[uuid.UUID]uuid.UUID{}, people: map[uuid.UUID]map[uuid.UUID]bool{}, members: map[uuid.UUID][]directory.Membership{}, granted: map[uuid.UUID][]uuid.UUID{}}
	if err := s.Record(system(), x.b); err != nil {
		t.Fatal(err)
	}
	committeeOf := map[uuid.UUID]uuid.UUID{} // of a division
	for _, o := range x.b.Organisations {
		if o.Kind == directory.Committee {
			committeeOf[o.Division] = o.ID
		}
	}
	for _, o := range x.b.Organisations { // the invented province hangs everything in the division of its committee
		if o.Kind != directory.OutsideBranch {
			x.owner[o.ID] = committeeOf[o.Division]
		}
	}
	for _, m := range x.b.Memberships {
		k := x.owner[m.Organisation]
		if x.people[m.Person] == nil {
			x.people[m.Person] = map[uuid.UUID]bool{}
		}
		x.people[m.Person][k] = true
		x.members[m.Person] = append(x.members[m.Person], m)
	}
	return x
}

func (x *scene) committees(l directory.Level) (out []uuid.UUID) {
	for _, o := range x.b.Organisations {
		if o.Kind == directory.Committee && o.Level == l {
			out = append(out, o.ID)
		}
	}
	return out
}

// sees is the rule a second time: staff and leaders of the committee, those to whom it was granted, administrators.
func (x *scene) sees(a authz.Actor, committee uuid.UUID) bool {
	staff := []authz.Role{authz.Organiser, authz.Leader, authz.Reviewer, authz.Dispatcher, authz.Editor}
	if a.IsAdmin() {
		return true
	}
	if committee == uuid.Nil {
		return false
	}
	return a.HasAny(committee, staff...) || slices.ContainsFunc(x.granted[committee], func(r uuid.UUID) bool { return a.HasAny(r, staff...) })
}

// TestNobodyReadsAnotherCountysPeople: random actors against random people; list, page of a person, holders, posts and search agree with the rule and with each other.
func TestNobodyReadsAnotherCountysPeople(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, c *clock.Fake, _ *db.DB) {
		x := newScene(t, s)
		province, counties, cities := x.committees(directory.Province)[0], x.committees(directory.County), x.committees(directory.City)
		grant := func(from, to uuid.UUID, subject directory.Subject) {
			t.Helper()
			if _, err := s.GrantNames(system(), directory.NameGrant{Committee: from, Reader: to, Subject: subject, Valid: clock.Interval{From: clock.Today(c)}}); err != nil {
				t.Fatal(err)
			}
		}
		grant(counties[0], province, directory.RosterSubject)
		x.granted[counties[0]] = []uuid.UUID{province}
		grant(counties[1], province, directory.CoverageSubject) // another subject opens nothing here
		g := func(r authz.Role, place uuid.UUID) authz.Grant { return authz.Grant{Role: r, Place: place} }
		var actors []authz.Actor
		for _, k := range append(append(slices.Clone(counties), cities...), province) {
			for _, r := range authz.Roles() {
				if r == authz.Admin {
					continue
				}
				actors = append(actors, authz.Actor{Account: uuid.New(), Name: string(r), Grants: []authz.Grant{g(r, k)}})
			}
		}
		actors = append(actors, authz.Actor{}, authz.Actor{Account: uuid.New()}, authz.Actor{Account: uuid.New(), Grants: []authz.Grant{g(authz.Admin, uuid.Nil)}},
			authz.Actor{Account: uuid.New(), Grants: []authz.Grant{g(authz.Organiser, counties[1]), g(authz.Leader, counties[0])}},
			authz.Actor{Account: uuid.New(), Scopes: []authz.Scope{}, Grants: []authz.Grant{g(authz.Organiser, counties[0])}})
		r := rand.New(rand.NewPCG(3, 5))
		days := []clock.Date{clock.Today(c), clock.Of(2024, 5, 1), clock.Of(2019, 6, 1), clock.Of(2014, 2, 1)}
		people := make([]uuid.UUID, 0, len(x.people))
		for _, p := range x.b.People {
			if x.people[p.ID] != nil {
				people = append(people, p.ID)
			}
		}
		for _, a := range actors {
			ctx := authz.With(context.Background(), a)
			may := func(k uuid.UUID) bool { return x.sees(a, k) && a.May(authz.ReadScope) }
			for range 12 {
				p := people[r.IntN(len(people))]
				want := false
				for k := range x.people[p] {
					want = want || may(k)
				}
				rec, err := s.LookUp(ctx, p)
				if (err == nil) != want {
					t.Fatalf("%s of %v sees the page of a person of %v: %v", a.Name, a.Grants, x.people[p], err)
				}
				for _, m := range rec.Memberships {
					if k := x.owner[m.Organisation]; k != uuid.Nil && !may(k) {
						t.Fatalf("%s of %v reads a post in %s", a.Name, a.Grants, k)
					}
				}
				m := x.members[p][r.IntN(len(x.members[p]))]
				_, err = s.Holders(ctx, directory.HoldersQuery{Organisations: []uuid.UUID{m.Organisation}})
				if (err == nil) != may(x.owner[m.Organisation]) {
					t.Fatalf("%s of %v lists the holders in an organisation of %s: %v", a.Name, a.Grants, x.owner[m.Organisation], err)
				}
				found, err := s.FindByNumber(ctx, phoneOf(x.b, p))
				owns := a.IsAdmin()
				for _, m := range x.members[p] {
					owns = owns || m.Valid.Contains(clock.Today(c)) && a.Has(authz.Organiser, x.owner[m.Organisation]) && a.May(authz.ReadScope)
				}
				if (err == nil && len(found) == 1) != owns {
					t.Fatalf("%s of %v finds a person by number: %v %v", a.Name, a.Grants, found, err)
				}
			}
			day := days[r.IntN(len(days))]
			listed := map[uuid.UUID]bool{}
			q := directory.PeopleQuery{When: directory.When{Day: day}, Limit: 7}
			for {
				page, err := s.ListPeople(ctx, q)
				if err != nil {
					if !problem.Is(err, problem.Forbidden) && !problem.Is(err, problem.SignIn) {
						t.Fatal(err)
					}
					break
				}
				for _, l := range page.People {
					if listed[l.ID] || len(l.Posts) == 0 {
						t.Fatalf("%s is listed twice or without a post", l.Name)
					}
					listed[l.ID] = true
				}
				if q.After = page.Next; q.After.Person == uuid.Nil {
					break
				}
			}
			for _, p := range people {
				want := false
				for _, m := range x.members[p] {
					want = want || m.Valid.Contains(day) && may(x.owner[m.Organisation])
				}
				if listed[p] != want {
					t.Fatalf("%s of %v on %s: listed %v, want %v", a.Name, a.Grants, day, listed[p], want)
				}
			}
		}
	})
}

func phoneOf(b *directory.Batch, person uuid.UUID) string {
	i := slices.IndexFunc(b.People, func(p directory.PersonRow) bool { return p.ID == person })
	return b.People[i].Phone
}

// TestNobodyIsRefused asks every operation of these pages as nobody.
func TestNobodyIsRefused(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, c *clock.Fake, _ *db.DB) {
		x := newScene(t, s)
		k, nobody := x.committees(directory.County)[0], context.Background()
		for name, do := range map[string]func() error{
			"ListPeople": func() error { _, err := s.ListPeople(nobody, directory.PeopleQuery{}); return err },
			"Headcounts": func() error { _, err := s.Headcounts(nobody, []uuid.UUID{k}, directory.When{}); return err },
			"Totals": func() error {
				_, err := s.Totals(nobody, []uuid.UUID{k}, directory.When{}, directory.MemberPost)
				return err
			},
			"Holders": func() error { _, err := s.Holders(nobody, directory.HoldersQuery{}); return err },
			"PostsOf": func() error { _, err := s.PostsOf(nobody, nil, directory.When{}); return err },
			"LookUp":  func() error { _, err := s.LookUp(nobody, x.b.People[0].ID); return err },
			"Traces":  func() error { _, err := s.Traces(nobody, k); return err },
			"AddPerson": func() error {
				_, err := s.AddPerson(nobody, directory.PersonRow{}, directory.Membership{Organisation: k}, directory.Affiliation{})
				return err
			},
			"PutPerson": func() error {
				_, err := s.PutPerson(nobody, directory.PersonRow{Person: x.b.People[0].Person})
				return err
			},
			"PutOrganisation": func() error {
				_, err := s.PutOrganisation(nobody, directory.Organisation{Kind: directory.Sector, Parent: k})
				return err
			},
			"TermPosts": func() error { _, err := s.TermPosts(nobody, directory.TermEnd{Committee: k}); return err },
			"EndTerm":   func() error { _, err := s.EndTerm(nobody, directory.TermEnd{Committee: k}); return err },
		} {
			if err := do(); !problem.Is(err, problem.SignIn) {
				t.Errorf("%s answers nobody with %v", name, err)
			}
		}
	})
}

// TestOrganisersKeepTheirOwn: below their own committee and nowhere else, and neither committees nor departments.
func TestOrganisersKeepTheirOwn(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, c *clock.Fake, _ *db.DB) {
		x := newScene(t, s)
		counties := x.committees(directory.County)
		own, other := counties[0], counties[1]
		find := func(k uuid.UUID, kind directory.Kind) directory.Organisation {
			i := slices.IndexFunc(x.b.Organisations, func(o directory.Organisation) bool { return o.Kind == kind && x.owner[o.ID] == k })
			return x.b.Organisations[i]
		}
		ctx := authz.With(context.Background(), authz.Actor{Account: uuid.New(), Grants: []authz.Grant{{Role: authz.Organiser, Place: own}}})
		here, there := find(own, directory.Committee), find(other, directory.Committee)
		since := clock.Interval{From: clock.Of(2025, 1, 1)}
		sector := directory.Organisation{Kind: directory.Sector, Name: i18n.Name{ZH: "新界别"}, Level: here.Level, Division: here.Division, Parent: own, Valid: since}
		made, err := s.PutOrganisation(ctx, sector)
		if err != nil {
			t.Fatal(err)
		}
		sector.ID, sector.Name.ZH = made, "改名的界别"
		if _, err := s.PutOrganisation(ctx, sector); err != nil {
			t.Fatal(err)
		}
		for name, o := range map[string]directory.Organisation{
			"a committee":                 {Kind: directory.Committee, Name: i18n.Name{ZH: "新政协"}, Level: here.Level, Division: here.Division, Parent: own, Valid: since},
			"their own committee":         here,
			"a department":                {Kind: directory.Department, Name: i18n.Name{ZH: "新局"}, Level: here.Level, Division: here.Division, Parent: own, Valid: since},
			"a body of another committee": {Kind: directory.Sector, Name: i18n.Name{ZH: "别处界别"}, Level: there.Level, Division: there.Division, Parent: other, Valid: since},
			"another's sector taken over": func() directory.Organisation {
				o := find(other, directory.Sector)
				o.Parent, o.Division = own, here.Division
				return o
			}(),
			"their sector given away":     func() directory.Organisation { o := sector; o.Parent, o.Division = other, there.Division; return o }(),
			"a sector become a committee": func() directory.Organisation { o := sector; o.Kind = directory.Committee; return o }(),
			"an existing department":      find(own, directory.Department),
			"a department become a body": func() directory.Organisation {
				o := find(own, directory.Department)
				o.Kind, o.Parent = directory.Sector, own
				return o
			}(),
			"a sector become a studio": func() directory.Organisation { o := sector; o.Kind = directory.Studio; return o }(),
		} {
			if _, err := s.PutOrganisation(ctx, o); !problem.Is(err, problem.Forbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		// Somebody new comes with a post in the organiser's committee, all or nothing.
		row := directory.PersonRow{Person: directory.Person{Name: "新来的样例"}, Phone: "19955550001"}
		post := directory.Membership{Organisation: own, Post: directory.MemberPost, Sector: "教育界", StartReason: directory.CoOpted, Valid: since}
		added, err := s.AddPerson(ctx, row, post, directory.Affiliation{Party: directory.NoParty})
		if err != nil {
			t.Fatal(err)
		}
		if rec, err := s.LookUp(ctx, added); err != nil || len(rec.Memberships) != 1 || len(rec.Affiliations) != 1 || !rec.Edits {
			t.Errorf("%+v %v", rec, err)
		}
		post.Organisation = other
		if _, err := s.AddPerson(ctx, row, post, directory.Affiliation{}); !problem.Is(err, problem.Forbidden) {
			t.Errorf("added to another committee: %v", err)
		}
		post.Organisation = find(own, directory.PartyGroup).ID
		post.Post = directory.GroupMember
		if _, err := s.AddPerson(ctx, row, post, directory.Affiliation{Party: directory.Minge}); firstKey(err) != "directory.err.not-cpc" {
			t.Errorf("a Party post for somebody outside the Party: %v", err)
		}
		if page, err := s.ListPeople(ctx, directory.PeopleQuery{Text: "新来的样例"}); err != nil || len(page.People) != 1 {
			t.Errorf("half of what was refused stands: %+v %v", page, err)
		}
	})
}

// TestEndOfATerm: one action ends what the preview lists, supersedes and overwrites nothing, and refuses another list than was seen.
func TestEndOfATerm(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, c *clock.Fake, _ *db.DB) {
		x := newScene(t, s)
		own := x.committees(directory.County)[0]
		ctx := authz.With(context.Background(), authz.Actor{Account: uuid.New(), Grants: []authz.Grant{{Role: authz.Organiser, Place: own}}})
		snap, err := s.Snapshot(ctx)
		if err != nil {
			t.Fatal(err)
		}
		term, ok := snap.TermOn(own, clock.Today(c))
		if !ok {
			t.Fatal("no term today")
		}
		q := directory.TermEnd{Committee: own, Term: term.ID, Day: clock.Of(2026, 3, 1)}
		list, err := s.TermPosts(ctx, q)
		if err != nil || len(list) == 0 {
			t.Fatal(list, err)
		}
		q.Expect = len(list) - 1
		if n, err := s.EndTerm(ctx, q); n != 0 || !problem.Is(err, problem.Conflict) {
			t.Fatalf("ended %d posts of another list: %v", n, err)
		}
		early := q
		early.Day = term.Valid.From
		if _, err := s.TermPosts(ctx, early); firstKey(err) != "directory.err.term-day" {
			t.Error(err)
		}
		before := c.Now()
		c.Advance(60_000_000_000)
		q.Expect = len(list)
		if n, err := s.EndTerm(ctx, q); n != len(list) || err != nil {
			t.Fatal(n, err)
		}
		if again, err := s.TermPosts(ctx, q); err != nil || len(again) != 0 {
			t.Errorf("%d posts are left: %v", len(again), err)
		}
		count := func(w directory.When) (n int) {
			t.Helper()
			heads, err := s.Headcounts(ctx, []uuid.UUID{own}, w, directory.MemberPost)
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range heads {
				n += h.People
			}
			return n
		}
		if now, then := count(directory.When{Day: clock.Of(2026, 3, 2)}), count(directory.When{Day: clock.Of(2026, 3, 2), Known: before}); now != 0 || then == 0 {
			t.Errorf("%d members after the end, %d as known before", now, then)
		}
		rec, err := s.LookUp(ctx, list[0].Person)
		if err != nil {
			t.Fatal(err)
		}
		traced := slices.ContainsFunc(rec.Memberships, func(m directory.Membership) bool { return m.ID == list[0].ID && !m.Superseded.IsZero() })
		ended := slices.ContainsFunc(rec.Memberships, func(m directory.Membership) bool {
			return m.Superseded.IsZero() && m.Organisation == list[0].Organisation && m.Post == list[0].Post && m.EndReason == directory.TermEnded && m.Valid.To == q.Day
		})
		if !traced || !ended {
			t.Errorf("traced %v, ended %v", traced, ended)
		}
		if snap, err = s.Snapshot(ctx); err != nil {
			t.Fatal(err)
		}
		if _, running := snap.TermOn(own, q.Day); running {
			t.Error("the term runs on")
		}
	})
}
