package contact_test

import (
	"context"
	"crypto/rand"
	"io/fs"
	"slices"
	"testing"
	"time"

	"xieshang/internal/contact"
	"xieshang/internal/directory"
	"xieshang/internal/directory/directorytest"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/secret"

	"github.com/google/uuid"
)

// world is a small province with the service over it.
type world struct {
	t         *testing.T
	db        *db.DB
	clock     *clock.Fake
	directory *directory.Service
	service   *contact.Service
	batch     *directory.Batch
	sweep     *directory.Sweep
	snap      *directory.Snapshot
}

func system() context.Context { return authz.With(context.Background(), authz.System()) }

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	dbtest.Each(t, []fs.FS{directory.Migrations, contact.Migrations}, func(t *testing.T, d *db.DB) {
		ring, err := secret.New(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		w := &world{t: t, db: d, clock: clock.NewFake(time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)), batch: directorytest.Batch(0.01)}
		w.directory = directory.New(d, w.clock, ring)
		w.must(w.directory.Record(system(), w.batch))
		w.service = contact.New(contact.Needs{DB: d, Clock: w.clock, Directory: w.directory, Record: w.directory.Keep(contact.Posts()...), Sealer: ring})
		w.look()
		test(w)
	})
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) look() {
	var err error
	w.sweep, err = w.directory.Sweep(system(), contact.Posts()...)
	w.must(err)
	w.snap, err = w.directory.Snapshot(system())
	w.must(err)
}

func (w *world) today() clock.Date { return clock.Today(w.clock) }

// members lists the members of a committee today by what they are politically.
func (w *world) members(committee uuid.UUID, want directory.Standing) (out []uuid.UUID) {
	list, err := w.directory.Roster(system(), directory.RosterQuery{Organisations: []uuid.UUID{committee}, Posts: []directory.Post{directory.MemberPost}})
	w.must(err)
	for _, h := range list {
		if at, ok := w.sweep.Index(h.Person); ok && w.sweep.Standing(at, directory.DayOf(w.today())) == want {
			out = append(out, h.Person)
		}
	}
	return out
}

func as(who uuid.UUID, grants ...authz.Grant) context.Context {
	return authz.With(context.Background(), authz.Actor{Account: uuid.New(), Person: who, Grants: grants})
}

func organiser(committee uuid.UUID) context.Context {
	return as(uuid.Nil, authz.Grant{Role: authz.Organiser, Place: committee})
}

func (w *world) city() uuid.UUID {
	i := slices.IndexFunc(w.snap.Committees(), func(o *directory.Organisation) bool { return o.Level == directory.City })
	return w.snap.Committees()[i].ID
}

func (w *world) link(committee, from, to uuid.UUID) uuid.UUID {
	w.t.Helper()
	id, err := w.service.Put(system(), contact.Link{Committee: committee, Kind: contact.ToMember, Contact: from, Target: to, Valid: clock.Interval{From: clock.Of(2025, 6, 1)}})
	w.must(err)
	return id
}
