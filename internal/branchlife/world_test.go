package branchlife_test

import (
	"context"
	"crypto/rand"
	"io/fs"
	"slices"
	"strconv"
	"testing"
	"time"

	"xieshang/internal/branchlife"
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

// house is a committee with its Party organisations.
type house struct {
	committee, group, officeGroup, branch, second, groupA, groupB, subgroup, members, members2 uuid.UUID
}

// world is a province with one city and the service over it; gatherings are what a test says.
type world struct {
	t              *testing.T
	db             *db.DB
	clock          *clock.Fake
	directory      *directory.Service
	service        *branchlife.Service
	gatherings     *fakeGatherings
	province, city house
	outside        uuid.UUID
	people         []uuid.UUID // CPC members: 0-7 of the city's branch, 8-9 of its second one, 10-15 of the outside branch
	guest          uuid.UUID   // of no party
}

type fakeGatherings struct {
	list []branchlife.Held
	took map[uuid.UUID][]branchlife.Took
}

func (f *fakeGatherings) Held(_ context.Context, organisations []uuid.UUID, from, to clock.Date) (out []branchlife.Held, err error) {
	for _, h := range f.list {
		if !h.Day.Before(from) && !h.Day.After(to) && slices.ContainsFunc(h.Holders, func(u uuid.UUID) bool { return slices.Contains(organisations, u) }) {
			out = append(out, h)
		}
	}
	return out, nil
}

func (f *fakeGatherings) ByID(_ context.Context, ids []uuid.UUID) (out []branchlife.Held, err error) {
	for _, h := range f.list {
		if slices.Contains(ids, h.ID) {
			out = append(out, h)
		}
	}
	return out, nil
}

func (f *fakeGatherings) Attended(_ context.Context, person uuid.UUID, from, to clock.Date) (out []branchlife.Took, err error) {
	for _, x := range f.took[person] {
		if i := slices.IndexFunc(f.list, func(h branchlife.Held) bool { return h.ID == x.Gathering }); i >= 0 && !f.list[i].Day.Before(from) && !f.list[i].Day.After(to) {
			out = append(out, x)
		}
	}
	return out, nil
}

func system() context.Context { return authz.With(context.Background(), authz.System()) }

func as(person uuid.UUID, grants ...authz.Grant) context.Context {
	return authz.With(context.Background(), authz.Actor{Account: uuid.New(), Person: person, Grants: grants})
}

func organiser(committee uuid.UUID) context.Context {
	return as(uuid.Nil, authz.Grant{Role: authz.Organiser, Place: committee})
}

func admin() context.Context { return as(uuid.Nil, authz.Grant{Role: authz.Admin}) }

func nobody() context.Context { return context.Background() }

var since = clock.Interval{From: clock.Of(2020, 1, 1)}

func modules() []fs.FS { return []fs.FS{directory.Migrations, branchlife.Migrations} }

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	dbtest.Each(t, modules(), func(t *testing.T, d *db.DB) { test(newWorld(t, d)) })
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	ring, err := secret.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, db: d, clock: clock.NewFake(time.Date(2026, 3, 10, 1, 0, 0, 0, time.UTC)), gatherings: &fakeGatherings{took: map[uuid.UUID][]branchlife.Took{}}}
	w.directory = directory.New(d, w.clock, ring)
	w.fill()
	w.service = branchlife.New(branchlife.Needs{DB: d, Clock: w.clock, Directory: w.directory, Record: w.directory.Keep(branchlife.Posts()...), Gatherings: w.gatherings})
	return w
}

func (w *world) fill() {
	b := &directory.Batch{}
	province, city := directory.Division{ID: id(), Code: "990000", Name: i18n.Name{ZH: "样例省"}, Level: directory.Province, Valid: since}, directory.Division{ID: id(), Code: "990100", Name: i18n.Name{ZH: "样例市"}, Level: directory.City, Valid: since}
	city.Parent = province.ID
	b.Divisions = append(b.Divisions, province, city)
	add := func(k directory.Kind, name string, division, parent uuid.UUID) uuid.UUID {
		o := directory.Organisation{ID: id(), Kind: k, Name: i18n.Name{ZH: name}, Level: directory.City, Division: division, Parent: parent, Valid: since}
		b.Organisations = append(b.Organisations, o)
		return o.ID
	}
	build := func(name string, division uuid.UUID) (h house) {
		h.committee = add(directory.Committee, name+"政协", division, uuid.Nil)
		h.group = add(directory.PartyGroup, name+"党组", division, h.committee)
		h.officeGroup = add(directory.OfficePartyGroup, name+"机关党组", division, h.group)
		h.branch = add(directory.Branch, name+"机关第一党支部", division, h.officeGroup)
		h.second = add(directory.Branch, name+"机关第二党支部", division, h.officeGroup)
		h.groupA, h.groupB = add(directory.BranchGroup, name+"一组", division, h.branch), add(directory.BranchGroup, name+"二组", division, h.branch)
		h.subgroup = add(directory.PartySubgroup, name+"分党组", division, h.group)
		h.members, h.members2 = add(directory.MembersBranch, name+"第一履职党支部", division, h.subgroup), add(directory.MembersBranch, name+"第二履职党支部", division, h.subgroup)
		return h
	}
	w.province, w.city = build("样例省", province.ID), build("样例市", city.ID)
	w.outside = add(directory.OutsideBranch, "样例厂党支部", city.ID, uuid.Nil)
	post := func(person, organisation uuid.UUID, post directory.Post) {
		b.Memberships = append(b.Memberships, directory.Membership{Person: person, Organisation: organisation, Post: post, Valid: since})
	}
	for i := range 16 {
		p := id()
		w.people = append(w.people, p)
		b.People = append(b.People, directory.PersonRow{Person: directory.Person{ID: p, Name: "样例" + strconv.Itoa(i)}})
		b.Affiliations = append(b.Affiliations, directory.Affiliation{Person: p, Party: directory.CPC, Valid: since})
		switch {
		case i < 8:
			post(p, w.city.branch, directory.Relation)
		case i < 10:
			post(p, w.city.second, directory.Relation)
		default:
			post(p, w.outside, directory.Relation)
			post(p, w.city.members, directory.Participant)
		}
	}
	w.guest = id()
	b.People = append(b.People, directory.PersonRow{Person: directory.Person{ID: w.guest, Name: "党外样例"}})
	post(w.people[0], w.city.branch, directory.Secretary)
	post(w.people[1], w.city.groupA, directory.GroupLeader)
	post(w.people[2], w.city.groupB, directory.GroupLeader)
	post(w.people[8], w.city.second, directory.Secretary)
	post(w.people[9], w.city.officeGroup, directory.Secretary)
	post(w.people[10], w.city.members, directory.Secretary)
	post(w.people[11], w.city.group, directory.Secretary)
	w.must(w.directory.Record(system(), b))
}

func id() uuid.UUID { return uuid.Must(uuid.NewV7()) }

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("%v (%+v)", err, fields(err))
	}
}

func fields(err error) any {
	if p, ok := problem.Of(err); ok {
		return p.Fields
	}
	return nil
}

// refused wants a problem of a kind and, for Invalid, the key of one field.
func (w *world) refused(what string, err error, kind problem.Kind, key string) {
	w.t.Helper()
	p, ok := problem.Of(err)
	if !ok || p.Kind != kind || key != "" && p.Key != key && !slices.ContainsFunc(p.Fields, func(f problem.Field) bool { return f.Key == key }) {
		w.t.Errorf("%s: %v %+v, want %d %s", what, err, fields(err), kind, key)
	}
}

func (w *world) held(c branchlife.Counts, day clock.Date, holders ...uuid.UUID) uuid.UUID {
	h := branchlife.Held{ID: id(), Title: string(c), Kind: string(c), Counts: c, Day: day, Holders: holders, Over: true, Closed: true}
	w.gatherings.list = append(w.gatherings.list, h)
	return h.ID
}
