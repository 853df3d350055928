package branchlife_test

import (
	"context"
	"slices"
	"testing"

	"xieshang/internal/branchlife"
	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// TestTransferTable: the table has no mistakes of its own.
func TestTransferTable(t *testing.T) {
	if err := branchlife.TransferLife().Check(); err != nil {
		t.Error(err)
	}
}

// lies is where a person's relation lies on a day.
func (w *world) lies(person uuid.UUID, day clock.Date) (out []uuid.UUID) {
	w.t.Helper()
	list, err := w.directory.Roster(system(), directory.RosterQuery{People: []uuid.UUID{person}, Posts: []directory.Post{directory.Relation}, Day: day})
	w.must(err)
	for _, h := range list {
		out = append(out, h.Organisation)
	}
	return out
}

func (w *world) ask(ctx context.Context, person, to uuid.UUID) uuid.UUID {
	w.t.Helper()
	id, err := w.service.AskTransfer(ctx, branchlife.Ask{Person: person, To: to, NoPost: true})
	w.must(err)
	return id
}

func release(issued, until clock.Date) branchlife.TransferInput {
	return branchlife.TransferInput{Letter: "样介〔2026〕1号", Issued: issued, Until: until}
}

// TestTransferWithin: from one branch to another, with the letter, the receipt and the posts that end with the relation.
func TestTransferWithin(t *testing.T) {
	each(t, func(w *world) {
		person, today := w.people[0], clock.Of(2026, 3, 10)
		mine, receiver := as(person), as(w.people[8])
		tr := w.ask(mine, person, w.city.second)
		if _, err := w.service.AskTransfer(mine, branchlife.Ask{Person: person, To: w.city.second}); !problem.Is(err, problem.Conflict) {
			t.Errorf("asked twice: %v", err)
		}
		x, err := w.service.Transfer(receiver, tr)
		w.must(err)
		if x.Name != "样例0" || len(x.Actions) != 0 || x.State != branchlife.Asked {
			t.Errorf("%+v", x)
		}
		w.refused("by who is nothing to it", w.service.ActTransfer(as(w.people[3]), tr, branchlife.Release, release(today, today)), problem.NotFound, "")
		own := organiser(w.city.committee)
		for key, in := range map[string]branchlife.TransferInput{"branchlife.err.letter": {Issued: today, Until: today}, "branchlife.err.issued": release(today.AddDays(1), today.AddDays(2)), "branchlife.err.until": release(today, today.AddDays(91))} {
			w.refused(key, w.service.ActTransfer(own, tr, branchlife.Release, in), problem.Invalid, key)
		}
		w.refused("a letter that is over already", w.service.ActTransfer(own, tr, branchlife.Release, release(today.AddDays(-20), today.AddDays(-1))), problem.Invalid, "branchlife.err.until")
		w.refused("received before it is released", w.service.ActTransfer(own, tr, branchlife.Receive, branchlife.TransferInput{Day: today}), problem.Conflict, "")
		w.must(w.service.ActTransfer(own, tr, branchlife.Release, release(today, today.AddDays(90))))
		w.clock.Set(clock.Of(2026, 4, 1).Start())
		w.refused("received by the person", w.service.ActTransfer(as(person), tr, branchlife.Receive, branchlife.TransferInput{Day: clock.Of(2026, 4, 1)}), problem.Forbidden, "")
		w.refused("received tomorrow", w.service.ActTransfer(receiver, tr, branchlife.Receive, branchlife.TransferInput{Day: clock.Of(2026, 4, 2)}), problem.Invalid, "branchlife.err.received")
		w.refused("received before the letter", w.service.ActTransfer(receiver, tr, branchlife.Receive, branchlife.TransferInput{Day: today.AddDays(-1)}), problem.Invalid, "branchlife.err.received")
		w.must(w.service.ActTransfer(receiver, tr, branchlife.Receive, branchlife.TransferInput{Day: clock.Of(2026, 3, 31)}))
		if got := w.lies(person, clock.Of(2026, 3, 30)); !slices.Equal(got, []uuid.UUID{w.city.branch}) {
			t.Errorf("the day before: %v", got)
		}
		if got := w.lies(person, clock.Of(2026, 3, 31)); !slices.Equal(got, []uuid.UUID{w.city.second}) {
			t.Errorf("on the day: %v", got)
		}
		posts, err := w.directory.Roster(system(), directory.RosterQuery{Organisations: []uuid.UUID{w.city.branch}, People: []uuid.UUID{person}})
		w.must(err)
		if len(posts) != 0 {
			t.Errorf("still secretary of the old branch: %+v", posts)
		}
		x, err = w.service.Transfer(receiver, tr)
		w.must(err)
		if x.State != branchlife.Received || len(x.Steps) != 3 || len(x.Actions) != 0 || x.ReceivedOn != clock.Of(2026, 3, 31) || x.Steps[1].Letter != "样介〔2026〕1号" {
			t.Errorf("%+v", x)
		}
		w.refused("received twice", w.service.ActTransfer(receiver, tr, branchlife.Receive, branchlife.TransferInput{Day: clock.Of(2026, 4, 1)}), problem.Conflict, "")
	})
}

// TestWhereARelationGoes: not into a members' branch, not from outside to outside, only of a CPC member who has one, and from outside only without a post elsewhere.
func TestWhereARelationGoes(t *testing.T) {
	each(t, func(w *world) {
		own := organiser(w.city.committee)
		_, err := w.service.AskTransfer(own, branchlife.Ask{Person: w.guest, To: w.city.branch, NoPost: true})
		w.refused("of no party", err, problem.Invalid, "branchlife.err.not-cpc")
		for key, a := range map[string]branchlife.Ask{
			"branchlife.err.members-branch": {Person: w.people[12], To: w.city.members2, NoPost: true},
			"branchlife.err.same":           {Person: w.people[2], To: w.city.branch},
			"branchlife.err.where":          {Person: w.people[2]},
			"branchlife.err.post-elsewhere": {Person: w.people[12], To: w.city.branch},
			"branchlife.err.no-relation":    {Person: w.guest, To: w.city.branch, NoPost: true},
		} {
			if key == "branchlife.err.no-relation" {
				_, err := w.directory.PutAffiliation(system(), directory.Affiliation{Person: w.guest, Party: directory.CPC, Valid: since})
				w.must(err)
			}
			_, err := w.service.AskTransfer(own, a)
			w.refused(key, err, problem.Invalid, key)
		}
		_, err = w.service.AskTransfer(own, branchlife.Ask{Person: w.people[2], ToName: "样例研究院党支部"})
		w.must(err)
		_, err = w.service.AskTransfer(organiser(w.province.committee), branchlife.Ask{Person: w.people[12], To: w.city.branch, NoPost: true})
		w.refused("by another committee's organiser", err, problem.Forbidden, "")
		_, err = w.service.AskTransfer(nobody(), branchlife.Ask{Person: w.people[12], To: w.city.branch})
		w.refused("by nobody", err, problem.SignIn, "")
		_, err = w.service.AskTransfer(as(w.people[3]), branchlife.Ask{Person: w.people[12], To: w.city.branch})
		w.refused("by a member of the branch", err, problem.Forbidden, "")
	})
}

// TestTransferOut: to an organisation that had only a name; it is made on the way, and the sending side notes the receipt.
func TestTransferOut(t *testing.T) {
	each(t, func(w *world) {
		own, day := as(w.people[0]), clock.Of(2026, 3, 10)
		tr, err := w.service.AskTransfer(own, branchlife.Ask{Person: w.people[2], ToName: " 样例研究院党支部 "})
		w.must(err)
		w.must(w.service.ActTransfer(own, tr, branchlife.Release, release(day, day.AddDays(30))))
		w.refused("the secretary does not receive for outside", w.service.ActTransfer(own, tr, branchlife.Receive, branchlife.TransferInput{Day: day}), problem.Forbidden, "")
		w.must(w.service.ActTransfer(organiser(w.city.committee), tr, branchlife.Receive, branchlife.TransferInput{Day: day}))
		snap, err := w.directory.Snapshot(system())
		w.must(err)
		o := snap.Organisation(w.lies(w.people[2], day)[0])
		if o == nil || o.Kind != directory.OutsideBranch || o.Name.ZH != "样例研究院党支部" {
			t.Errorf("%+v", o)
		}
		back := w.ask(organiser(w.city.committee), w.people[2], w.city.second)
		w.must(w.service.ActTransfer(organiser(w.city.committee), back, branchlife.Release, release(day, day)))
		w.refused("on the day on which it began", w.service.ActTransfer(organiser(w.city.committee), back, branchlife.Receive, branchlife.TransferInput{Day: day}), problem.Invalid, "branchlife.err.received-first")
	})
}

// TestLapse: on the last day the letter holds, after it the tick lets it lapse; the sender is told and may issue another.
func TestLapse(t *testing.T) {
	each(t, func(w *world) {
		sender, day := as(w.people[0]), clock.Of(2026, 3, 10)
		tr := w.ask(sender, w.people[2], w.city.second)
		w.must(w.service.ActTransfer(sender, tr, branchlife.Release, release(day, day.AddDays(20))))
		state := func() wf.State {
			x, err := w.service.Transfer(sender, tr)
			w.must(err)
			return x.State
		}
		w.clock.Set(day.AddDays(20).Start())
		w.must(w.service.Tick(system()))
		if late, err := w.service.Lapsed(sender); err != nil || len(late) != 1 || state() != branchlife.Released {
			t.Errorf("on the last day: %s, %d told, %v", state(), len(late), err)
		}
		if late, err := w.service.Lapsed(as(w.people[8])); err != nil || len(late) != 0 {
			t.Errorf("the receiving side is told: %d %v", len(late), err)
		}
		w.clock.Set(day.AddDays(21).Start())
		w.refused("received before the tick", w.service.ActTransfer(as(w.people[8]), tr, branchlife.Receive, branchlife.TransferInput{Day: day.AddDays(20)}), problem.Invalid, "branchlife.err.letter-over")
		for range 2 {
			w.must(w.service.Tick(system()))
		}
		if state() != branchlife.Expired || !slices.Equal(w.lies(w.people[2], clock.Date{}), []uuid.UUID{w.city.branch}) {
			t.Errorf("after it: %s", state())
		}
		w.refused("with an old page", w.service.ActTransfer(sender, tr, branchlife.Release, branchlife.TransferInput{Version: 1}), problem.Conflict, "")
		w.must(w.service.ActTransfer(sender, tr, branchlife.Release, release(day.AddDays(21), day.AddDays(60))))
		w.refused("sent back without a reason", w.service.ActTransfer(as(w.people[8]), tr, branchlife.SendBack, branchlife.TransferInput{}), problem.Invalid, "branchlife.err.reason")
		w.must(w.service.ActTransfer(as(w.people[8]), tr, branchlife.SendBack, branchlife.TransferInput{Reason: "材料不全"}))
		w.refused("a tick by a person", w.service.Tick(sender), problem.Forbidden, "")
	})
}

// TestWhoSeesATransfer: the list and the page decide alike, for everybody at once; not even an administrator reads it.
func TestWhoSeesATransfer(t *testing.T) {
	each(t, func(w *world) {
		var all []uuid.UUID
		for i, to := range []uuid.UUID{w.city.second, w.outside, w.city.second} {
			all = append(all, w.ask(organiser(w.city.committee), w.people[2+i], to))
		}
		all = append(all, w.ask(organiser(w.city.committee), w.people[8], w.city.branch), w.ask(organiser(w.city.committee), w.people[12], w.city.branch))
		callers := []context.Context{admin(), organiser(w.city.committee), organiser(w.province.committee), as(uuid.Nil)}
		for _, p := range w.people {
			callers = append(callers, as(p))
		}
		seen := 0
		for i, ctx := range callers {
			list, err := w.service.Transfers(ctx)
			w.must(err)
			for _, id := range all {
				_, err := w.service.Transfer(ctx, id)
				if err != nil && !problem.Is(err, problem.NotFound) {
					t.Errorf("caller %d: %v", i, err)
				}
				listed := slices.ContainsFunc(list, func(x branchlife.Transfer) bool { return x.ID == id })
				if listed != (err == nil) {
					t.Errorf("caller %d: listed %v, read %v", i, listed, err)
				}
				if listed {
					seen++
				}
			}
			if i == 0 && len(list) > 0 || i == 1 && len(list) != len(all) || i == 2 && len(list) > 0 {
				t.Errorf("caller %d sees %d", i, len(list))
			}
		}
		if seen < 15 {
			t.Errorf("only %d seen in all", seen)
		}
	})
}
