package branchlife_test

import (
	"slices"
	"testing"

	"xieshang/internal/branchlife"
	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

func (w *world) setUp() branchlife.SetUp {
	day := clock.Today(w.clock)
	return branchlife.SetUp{Name: "赴外地考察团临时党支部", Approver: w.city.group, Purpose: branchlife.ForVisit, Letter: "样党组〔2026〕5号", From: day, Last: day.AddDays(9),
		Officers: map[uuid.UUID]directory.Post{w.people[3]: directory.Secretary}, Members: []uuid.UUID{w.people[3], w.people[4], w.people[12]}}
}

func (w *world) in(organisation uuid.UUID, day clock.Date) int {
	w.t.Helper()
	list, err := w.directory.Roster(system(), directory.RosterQuery{Organisations: []uuid.UUID{organisation}, Day: day})
	w.must(err)
	return len(list)
}

// TestTemporary: set up with appointed officers, prolonged, over by itself; relations stay where they are.
func TestTemporary(t *testing.T) {
	each(t, func(w *world) {
		own, day := organiser(w.city.committee), clock.Of(2026, 3, 10)
		with := func(change func(*branchlife.SetUp)) branchlife.SetUp { x := w.setUp(); change(&x); return x }
		for key, x := range map[string]branchlife.SetUp{
			"branchlife.err.temporary-name": with(func(x *branchlife.SetUp) { x.Name = " " }),
			"branchlife.err.purpose":        with(func(x *branchlife.SetUp) { x.Purpose = "party" }),
			"branchlife.err.approver":       with(func(x *branchlife.SetUp) { x.Approver = w.city.branch }),
			"branchlife.err.to":             with(func(x *branchlife.SetUp) { x.Last = day.AddDays(-1) }),
			"branchlife.err.temporary-long": with(func(x *branchlife.SetUp) { x.Last = day.AddDays(366) }),
			"branchlife.err.temporary-past": with(func(x *branchlife.SetUp) { x.From, x.Last = day.AddDays(-9), day.AddDays(-1) }),
			"branchlife.err.secretary":      with(func(x *branchlife.SetUp) { x.Officers = nil }),
			"branchlife.err.temporary-few":  with(func(x *branchlife.SetUp) { x.Members = nil }),
			"branchlife.err.not-here":       with(func(x *branchlife.SetUp) { x.Members = append(x.Members, w.guest) }),
		} {
			_, err := w.service.SetUp(own, x)
			w.refused(key, err, problem.Invalid, key)
		}
		_, err := w.service.SetUp(as(w.people[0]), w.setUp())
		w.refused("by a branch's secretary", err, problem.Forbidden, "")
		_, err = w.service.SetUp(nobody(), w.setUp())
		w.refused("by nobody", err, problem.SignIn, "")
		o, err := w.service.SetUp(as(w.people[11]), w.setUp())
		w.must(err)
		if w.in(o, day) != 4 || w.in(o, day.AddDays(9)) != 4 || w.in(o, day.AddDays(10)) != 0 || !slices.Equal(w.lies(w.people[3], day), []uuid.UUID{w.city.branch}) {
			t.Errorf("placed %d, on the last day %d, after it %d", w.in(o, day), w.in(o, day.AddDays(9)), w.in(o, day.AddDays(10)))
		}
		for _, x := range branchlife.Offered(directory.TemporaryBranch) {
			if slices.Contains([]branchlife.Offer{branchlife.Voting, branchlife.Dues, branchlife.Discipline, branchlife.Admission}, x) {
				t.Errorf("a temporary branch offers %s", x)
			}
		}
		w.refused("a relation into it", only(w.service.AskTransfer(own, branchlife.Ask{Person: w.people[3], To: o})), problem.Invalid, "branchlife.err.temporary-branch")
		w.refused("prolonged without a reason", w.service.Prolong(own, o, 0, day.AddDays(12), " "), problem.Invalid, "branchlife.err.reason")
		w.refused("prolonged by a member", w.service.Prolong(as(w.people[4]), o, 0, day.AddDays(12), "航班取消"), problem.Forbidden, "")
		w.refused("by who does not see it", w.service.Prolong(as(w.people[5]), o, 0, day.AddDays(12), "航班取消"), problem.NotFound, "")
		w.must(w.service.Prolong(own, o, 1, day.AddDays(12), "航班取消"))
		w.refused("with an old page", w.service.Prolong(own, o, 1, day.AddDays(14), "航班取消"), problem.Conflict, "")
		if w.in(o, day.AddDays(12)) != 4 || w.in(o, day.AddDays(13)) != 0 {
			t.Errorf("prolonged: %d and %d", w.in(o, day.AddDays(12)), w.in(o, day.AddDays(13)))
		}
		_, err = w.directory.PutMembership(system(), directory.Membership{Person: w.people[5], Organisation: o, Post: directory.Participant, Valid: clock.Interval{From: day.AddDays(2)}})
		w.must(err)
		w.clock.Set(day.AddDays(13).Start())
		for range 2 {
			w.must(w.service.Tick(system()))
		}
		if n := w.in(o, day.AddDays(13)); n != 0 {
			t.Errorf("%d are left after its end", n)
		}
		snap, err := w.directory.Snapshot(system())
		w.must(err)
		if snap.Organisation(o) != nil {
			t.Error("it still stands")
		}
		list, err := w.service.Temporaries(own)
		w.must(err)
		if len(list) != 1 || list[0].Dissolved.IsZero() || list[0].People != 4 || list[0].Name == "" || len(list[0].Changes) != 1 || list[0].Runs {
			t.Errorf("%+v", list)
		}
		w.refused("prolonged after its end", w.service.Prolong(own, o, 0, day.AddDays(20), "航班取消"), problem.Conflict, "")
		if list, err := w.service.Temporaries(organiser(w.province.committee)); err != nil || len(list) != 0 {
			t.Errorf("another committee sees %d, %v", len(list), err)
		}
	})
}
