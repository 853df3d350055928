package gathering_test

import (
	"context"
	"testing"
	"time"

	"xieshang/internal/gathering"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

func refusedTo(t *testing.T, what string, err error) {
	t.Helper()
	if !problem.Is(err, problem.SignIn) && !problem.Is(err, problem.Forbidden) {
		t.Errorf("%s: %v", what, err)
	}
}

// TestFigures: who was there, by person, organisation, kind and month; a committee above gets figures and no name, a stranger nothing.
func TestFigures(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.at(t, gathering.Held)
		w.must(t, w.Roll(w.leads, id, []gathering.Mark{{Person: w.ann, Presence: gathering.Present, Way: gathering.ByStaff}, {Person: w.ben, Presence: gathering.OnLeave, Way: gathering.ByStaff}}))
		q := gathering.FiguresQuery{Committee: w.committee, From: clock.Of(2026, 3, 1), To: clock.Of(2026, 3, 31)}
		for name, ctx := range map[string]context.Context{"organiser": w.organiser, "secretary": w.leads, "administrator": as(uuid.Nil, authz.Grant{Role: authz.Admin})} {
			f, err := w.Figures(ctx, q)
			w.must(t, err)
			if x := f.Total; x.Gatherings != 1 || x.Invited != 3 || x.There != 1 || x.OnLeave != 1 || x.Unknown != 1 || x.Absent != 0 {
				t.Errorf("%s: %+v", name, x)
			}
			if !f.Named || len(f.People) != 3 || len(f.ByMonth) != 1 || f.ByMonth[0].Key != "2026-03" || len(f.ByKind) != 1 || len(f.ByOrganisation) != 1 || f.ByOrganisation[0].Key != w.branch.String() {
				t.Errorf("%s: %+v", name, f)
			}
		}
		above, err := w.Figures(w.above, q)
		w.must(t, err)
		if above.Named || len(above.People) > 0 || above.Total.Invited != 3 {
			t.Errorf("a committee above gets %+v", above)
		}
		for name, ctx := range map[string]context.Context{"nobody": context.Background(), "a member": w.annCtx, "another county": w.strangerCtx} {
			_, err := w.Figures(ctx, q)
			refusedTo(t, name, err)
		}
		q.From = clock.Of(2026, 4, 1)
		q.To = clock.Date{}
		if f, err := w.Figures(w.organiser, q); err != nil || f.Total.Gatherings != 0 {
			t.Errorf("another month: %+v %v", f, err)
		}
	})
}

// TestConflicts: the same hall and the same people are told by name within the committee; of another one only how many people.
func TestConflicts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.at(t, gathering.Published)
		p := w.plan()
		p.Title, p.Place = "第二个", "会 议 室"
		p.Starts, p.Ends = p.Starts.Add(time.Hour), p.Ends.Add(time.Hour)
		list, err := w.Conflicts(w.leads, p)
		w.must(t, err)
		if len(list) != 1 || !list[0].Place || list[0].Count != 3 || len(list[0].People) != 3 || list[0].People[0].Name == "" || list[0].Gathering.Title != "三月党员大会" {
			t.Errorf("%+v", list)
		}
		p.Starts, p.Ends = p.Ends, p.Ends.Add(time.Hour)
		if list, err = w.Conflicts(w.leads, p); err != nil || len(list) != 0 {
			t.Errorf("at another time: %+v %v", list, err)
		}
		far := w.plan()
		far.Holders, far.Invitations = []uuid.UUID{w.otherBranch}, []gathering.Invitation{{Organisation: w.otherBranch}}
		if list, err = w.Conflicts(system(), far); err != nil || len(list) != 0 {
			t.Errorf("another county's hall of the same name: %+v %v", list, err)
		}
		for name, ctx := range map[string]context.Context{"nobody": context.Background(), "a member": w.annCtx, "another county": w.strangerCtx, "above": w.above} {
			_, err := w.Conflicts(ctx, p)
			refusedTo(t, name, err)
		}
	})
}

// TestNamed: whole names of the committee's people and nothing else, to those who plan.
func TestNamed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		found, err := w.Named(w.leads, []uuid.UUID{w.branch}, []string{"安样例", "安", "外样例", "安样例（履职支部）", "安样例（别处）"})
		w.must(t, err)
		for name, n := range map[string]int{"安样例": 1, "安": 0, "外样例": 0, "安样例（履职支部）": 1, "安样例（别处）": 0} {
			if len(found[name]) != n {
				t.Errorf("%s: %+v", name, found[name])
			}
		}
		names, err := w.Names(w.leads, []uuid.UUID{w.branch}, []uuid.UUID{w.ann, w.stranger})
		w.must(t, err)
		if len(names) != 1 || names[w.ann] != "安样例" {
			t.Errorf("%+v", names)
		}
		for name, ctx := range map[string]context.Context{"nobody": context.Background(), "a member": w.annCtx, "another county": w.strangerCtx, "above": w.above} {
			_, err := w.Named(ctx, []uuid.UUID{w.branch}, []string{"安样例"})
			refusedTo(t, name, err)
			_, err = w.Names(ctx, []uuid.UUID{w.branch}, []uuid.UUID{w.ann})
			refusedTo(t, name, err)
		}
	})
}

// TestRemindedOnce: the owner of a decision hears of its day once before and once after it, however often the clock ticks, and not when it is done; titles only to readers.
func TestRemindedOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.at(t, gathering.Held)
		made, err := w.Decide(w.leads, id, gathering.Decision{Text: "走访", Owner: w.ann, Due: clock.Of(2026, 3, 20)})
		w.must(t, err)
		done, err := w.Decide(w.leads, id, gathering.Decision{Text: "已办", Owner: w.ben, Due: clock.Of(2026, 3, 20)})
		w.must(t, err)
		w.must(t, w.Finish(w.leads, done, "办了"))
		w.told = nil
		for _, day := range []int{10, 17, 18, 21, 22} {
			w.clock.Set(clock.Of(2026, 3, day).Start().Add(9 * time.Hour))
			for range 2 {
				w.must(t, w.Tick(system()))
			}
		}
		var got []gathering.Told
		for _, x := range w.told {
			if x.Decision.ID == made && len(x.People) == 1 && x.People[0] == w.ann {
				got = append(got, x.What)
			} else {
				t.Errorf("%+v", x)
			}
		}
		if len(got) != 2 || got[0] != gathering.ToldSoon || got[1] != gathering.ToldLate {
			t.Errorf("told %v", got)
		}
		for name, x := range map[string]struct {
			ctx  context.Context
			want int
		}{"nobody": {context.Background(), 0}, "another county": {w.strangerCtx, 0}, "above": {w.above, 0}, "invited": {w.annCtx, 1}, "secretary": {w.leads, 1}} {
			if titles, err := w.Titles(x.ctx, []uuid.UUID{id, uuid.New()}); err != nil || len(titles) != x.want {
				t.Errorf("%s: %v %v", name, titles, err)
			}
		}
	})
}
