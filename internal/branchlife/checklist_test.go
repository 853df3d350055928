package branchlife_test

import (
	"testing"

	"xieshang/internal/branchlife"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// TestChecklist: the secretary says how it stands with evidence; whoever guides the branch checks again, never what they said themselves.
func TestChecklist(t *testing.T) {
	each(t, func(w *world) {
		o, secretary, guide := w.city.branch, as(w.people[0]), organiser(w.city.committee)
		l, err := w.service.Checklist(secretary, o, 2026)
		w.must(err)
		if len(l.Checks) != 6 || !l.MayCheck || l.Checks[0].Item.Source == "" || l.Checks[0].Item.Version != 1 {
			t.Fatalf("%+v", l)
		}
		item := l.Checks[1].Item.ID
		g, far := w.held(branchlife.BranchMeeting, clock.Of(2026, 2, 3), o), w.held(branchlife.BranchMeeting, clock.Of(2026, 2, 3), w.city.second)
		for key, a := range map[string]branchlife.Answer{"branchlife.err.met": {Item: item}, "branchlife.err.evidence": {Item: item, Met: branchlife.Yes}, "branchlife.err.evidence-gathering": {Item: item, Met: branchlife.Yes, Gathering: far}} {
			w.refused(key, w.service.Answer(secretary, o, 2026, a), problem.Invalid, key)
		}
		yes := branchlife.Answer{Item: item, Met: branchlife.Yes, Gathering: g, Words: "见会议记录"}
		w.refused("two years ago", w.service.Answer(secretary, o, 2024, yes), problem.Invalid, "branchlife.err.check-year")
		w.refused("an item of another kind", w.service.Answer(as(w.people[10]), w.city.members, 2026, branchlife.Answer{Item: item, Met: branchlife.No}), problem.NotFound, "")
		for who, err := range map[string]error{"a member": w.service.Answer(as(w.people[3]), o, 2026, yes), "the organiser": w.service.Answer(guide, o, 2026, yes)} {
			w.refused(who, err, problem.Forbidden, "")
		}
		w.must(w.service.Answer(secretary, o, 2026, yes))
		read := func() branchlife.Check {
			l, err := w.service.Checklist(guide, o, 2026)
			w.must(err)
			return l.Checks[1]
		}
		c := read()
		if c.Met != branchlife.Yes || c.Gathering != g || !c.MayAgain {
			t.Errorf("%+v", c)
		}
		same := as(w.people[0], authz.Grant{Role: authz.Organiser, Place: w.city.committee}) // the secretary with another account, who is organiser too
		w.refused("by the same person", w.service.Recheck(same, o, 2026, c.ID, branchlife.Agreed, ""), problem.Forbidden, "branchlife.err.own-check")
		w.refused("by the secretary", w.service.Recheck(secretary, o, 2026, c.ID, branchlife.Agreed, ""), problem.Forbidden, "")
		w.refused("by the committee above", w.service.Recheck(organiser(w.province.committee), o, 2026, c.ID, branchlife.Agreed, ""), problem.NotFound, "")
		w.refused("no verdict", w.service.Recheck(guide, o, 2026, c.ID, "", ""), problem.Invalid, "branchlife.err.verdict")
		w.refused("not agreed without a reason", w.service.Recheck(guide, o, 2026, c.ID, branchlife.NotAgreed, " "), problem.Invalid, "branchlife.err.reason")
		w.must(w.service.Recheck(as(w.people[9]), o, 2026, c.ID, branchlife.NotAgreed, "缺一季度记录"))
		if c := read(); c.Verdict != branchlife.NotAgreed || c.VerdictWords == "" {
			t.Errorf("%+v", c)
		}
		w.must(w.service.Answer(secretary, o, 2026, yes))
		if now := read(); now.Verdict != "" || now.ID == c.ID {
			t.Errorf("after a new answer: %+v", now)
		}
		w.refused("what was answered anew", w.service.Recheck(guide, o, 2026, c.ID, branchlife.Agreed, ""), problem.Conflict, "")
	})
}

// TestNobody: every operation refuses who is not signed in.
func TestNobody(t *testing.T) {
	each(t, func(w *world) {
		x := w.service
		u := uuid.New()
		for name, err := range map[string]error{
			"Year": second(x.Year(nobody(), w.city.branch, 2026)), "Mine": second(x.Mine(nobody())), "OfCommittee": second(x.OfCommittee(nobody(), w.city.committee, 2026)), "Figures": second(x.Figures(nobody(), 2026)),
			"Rules": second(x.Rules(nobody())), "PutRule": second(x.PutRule(nobody(), branchlife.Rule{})), "EndRule": x.EndRule(nobody(), u, clock.Of(2026, 1, 1)),
			"Transfers": second(x.Transfers(nobody())), "Transfer": second(x.Transfer(nobody(), u)), "Lapsed": second(x.Lapsed(nobody())), "AskTransfer": second(x.AskTransfer(nobody(), branchlife.Ask{})), "ActTransfer": x.ActTransfer(nobody(), u, branchlife.Release, branchlife.TransferInput{}),
			"Movable": second(x.Movable(nobody())), "MayApprove": second(x.MayApprove(nobody())), "SetUp": second(x.SetUp(nobody(), branchlife.SetUp{})), "Placeable": second(x.Placeable(nobody(), w.city.group)), "Temporaries": second(x.Temporaries(nobody())),
			"Prolong": x.Prolong(nobody(), u, 0, clock.Of(2026, 4, 1), "x"), "Dual": second(x.Dual(nobody(), u, clock.Of(2026, 1, 1), clock.Of(2026, 2, 1))), "Statement": second(x.Statement(nobody(), u, clock.Of(2026, 1, 1), clock.Of(2026, 2, 1), "1")),
			"Issues": second(x.Issues(nobody(), &branchlife.Dual{})), "Placed": second(x.Placed(nobody(), w.city.branch)), "Checklist": second(x.Checklist(nobody(), w.city.branch, 2026)), "Answer": x.Answer(nobody(), w.city.branch, 2026, branchlife.Answer{}),
			"Recheck": x.Recheck(nobody(), w.city.branch, 2026, u, branchlife.Agreed, ""), "Tick": x.Tick(nobody()),
		} {
			w.refused(name, err, problem.SignIn, "")
		}
		if ok, err := x.MayRule(nobody(), w.city.committee); ok || err != nil {
			t.Errorf("nobody writes rules: %v %v", ok, err)
		}
	})
}

func second[T any](_ T, err error) error { return err }
