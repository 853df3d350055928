package contact_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"xieshang/internal/contact"
	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"

	"github.com/google/uuid"
)

// TestHeldIsTheFirstRun compares the days of a link with looking at every day, for random links between people whose memberships and affiliations change.
func TestHeldIsTheFirstRun(t *testing.T) {
	each(t, func(w *world) {
		r := rand.New(rand.NewPCG(7, 8))
		kinds := map[uuid.UUID]directory.Kind{}
		for _, o := range w.batch.Organisations {
			kinds[o.ID] = o.Kind
		}
		// Some join the CPC later, and some memberships end for a while.
		for i := range 40 {
			a := w.batch.Affiliations[r.IntN(len(w.batch.Affiliations))]
			if a.Party != directory.CPC && i%2 == 0 {
				w.must(w.directory.Record(system(), &directory.Batch{Affiliations: []directory.Affiliation{{Person: a.Person, Party: directory.CPC, Valid: clock.Interval{From: clock.Of(2024, 1, 1).AddDays(r.IntN(700)), To: clock.Of(2026, 6, 1)}}}}))
			}
		}
		w.look()
		list := w.batch.Memberships
		holds := func(l contact.Link, day directory.Day) bool {
			member := func(who uuid.UUID) bool {
				return slices.ContainsFunc(list, func(m directory.Membership) bool {
					return m.Person == who && m.Organisation == l.Committee && m.Post == directory.MemberPost && directory.DaysOf(m.Valid).Contains(day)
				})
			}
			c, ok1 := w.sweep.Index(l.Contact)
			m, ok2 := w.sweep.Index(l.Target)
			return ok1 && ok2 && directory.DaysOf(l.Valid).Contains(day) && member(l.Contact) && member(l.Target) &&
				w.sweep.Standing(c, day) == directory.CPCMember && w.sweep.Standing(m, day) == directory.OutsideParty
		}
		held := 0
		for range 400 {
			a := list[r.IntN(len(list))]
			for a.Post != directory.MemberPost || kinds[a.Organisation] != directory.Committee {
				a = list[r.IntN(len(list))]
			}
			b := list[r.IntN(len(list))]
			for b.Organisation != a.Organisation || b.Post != directory.MemberPost {
				b = list[r.IntN(len(list))]
			}
			l := contact.Link{Committee: a.Organisation, Kind: contact.ToMember, Contact: a.Person, Target: b.Person, Valid: clock.Interval{From: clock.Of(2014, 1, 1).AddDays(r.IntN(4000))}}
			if r.IntN(2) == 0 {
				l.Valid.To = l.Valid.From.AddDays(1 + r.IntN(1500))
			}
			got := contact.Held(l, w.sweep)
			var want directory.Days
			last := directory.DayOf(clock.Of(2027, 1, 1))
			for day := directory.DayOf(l.Valid.From); day < last; day++ {
				if now := holds(l, day); now && want.Empty() {
					want = directory.Days{From: day, To: day + 1}
				} else if now && want.To == day {
					want.To++
				}
			}
			if want.To == last {
				want.To = got.To // no end in sight
			}
			if got.Empty() != want.Empty() || !want.Empty() && got != want {
				t.Fatalf("%+v holds %v to %v, not %v to %v", l, got.From.Date(), got.To.Date(), want.From.Date(), want.To.Date())
			}
			if !got.Empty() {
				held++
			}
		}
		if held < 20 {
			t.Errorf("only %d links ever held", held)
		}
	})
}
