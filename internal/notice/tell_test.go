package notice_test

import (
	"testing"
	"time"

	"xieshang/internal/notice"
	"xieshang/internal/platform/clock"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"
	. "xieshang/internal/suggestion/suggestiontest"
)

// TestTheWholeWay: each side is told what concerns it on the way from raising to rating, and nobody of what they did themselves.
func TestTheWholeWay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ref := w.Raise(w.Member).Number
		later := func() { w.work(); w.Clock.Advance(time.Hour) }
		later()
		w.wants(w.Reviewer, "raised")
		w.wants(w.Member)
		w.Accept(ref)
		later()
		w.Dispatch(ref)
		later()
		w.Do(w.HousingClerk, ref, suggestion.Acknowledge, act{})
		w.Do(w.HousingClerk, ref, suggestion.AskTime, act{Reason: "还要现场查看。", Until: clock.Of(2026, 6, 20)})
		later()
		w.Do(w.Dispatcher, ref, suggestion.GrantTime, act{})
		later()
		w.Do(w.HousingClerk, ref, suggestion.WriteAnswer, act{Text: "经现场查看，已列入今年第二批计划。", Class: "A"})
		later()
		w.Do(w.HousingHead, ref, suggestion.SignOff, act{})
		later()
		w.Do(w.Reviewer, ref, suggestion.AcceptAnswer, act{})
		later()
		w.Do(w.Member, ref, suggestion.Rate, act{Rating: suggestion.NotSatisfied, Reason: "只说列入计划。"})
		later()
		w.wants(w.Member, "accepted-public", "dispatched-mine", "time-granted-mine", "answered")
		w.wants(w.HousingClerk, "dispatched", "time-granted", "answer-accepted", "not-satisfied")
		w.wants(w.HousingHead, "dispatched", "time-granted", "to-sign", "answer-accepted", "not-satisfied")
		w.wants(w.Reviewer, "raised", "to-check", "not-satisfied")
		w.wants(w.Dispatcher, "to-dispatch", "time-asked", "not-satisfied")
		w.wants(w.TrafficHead)
		w.wants(w.CountyReviewer)
		w.wants(w.Admin)
		w.wants(w.Leader)
	})
}

// TestMergingTellsEach: the author of a matter that was merged hears of it, and of the answer to the other one.
func TestMergingTellsEach(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		one, two := w.Raise(w.Member).Number, w.Raise(w.OtherMember).Number
		w.Accept(one)
		w.work()
		w.Clock.Advance(time.Hour)
		w.Do(w.Reviewer, two, suggestion.Merge, act{Into: one})
		w.work()
		w.wants(w.OtherMember, "merged")
		p, err := w.N.List(As(w.OtherMember), "")
		if err != nil || p.Notices[0].Number != two || p.Notices[0].Args.Other != one {
			t.Fatalf("%+v %v", p, err)
		}
		w.Clock.Advance(time.Hour)
		w.Dispatch(one)
		w.work()
		w.Clock.Advance(time.Hour)
		w.AnswerNow(one)
		w.work()
		w.wants(w.OtherMember, "merged", "dispatched-mine", "answered")
		w.wants(w.Member, "accepted-public", "dispatched-mine", "answered")
	})
}

// TestUndoneMergeTellsItsAuthor: the authors come back with the matter.
func TestUndoneMergeTellsItsAuthor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		one, two := w.Raise(w.Member).Number, w.Raise(w.OtherMember).Number
		w.Do(w.Reviewer, two, suggestion.Merge, act{Into: one})
		w.Clock.Advance(time.Hour)
		w.Do(w.Reviewer, two, suggestion.Unmerge, act{Reason: "不是同一处。"})
		w.work()
		w.wants(w.OtherMember, "merged", "unmerged")
		w.wants(w.Member)
	})
}

// TestDepartmentsHearDecisions: return refused and agreed, answer rejected, recalled.
func TestDepartmentsHearDecisions(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ref := w.Raise(w.Member).Number
		w.Accept(ref)
		w.Do(w.Dispatcher, ref, suggestion.Dispatch, act{Team: []suggestion.TeamPart{{Department: w.Housing, Part: suggestion.Lead}, {Department: w.Water, Part: suggestion.Joint}}})
		w.Do(w.HousingClerk, ref, suggestion.AskReturn, act{Reason: "不归我局。"})
		w.work()
		w.Clock.Advance(time.Hour)
		w.Do(w.Dispatcher, ref, suggestion.RefuseReturn, act{Reason: "三定方案写明归你局。"})
		w.work()
		w.Clock.Advance(time.Hour)
		w.Do(w.HousingClerk, ref, suggestion.AskReturn, act{Reason: "请再研究。"})
		w.Do(w.Dispatcher, ref, suggestion.AgreeReturn, act{})
		w.work()
		w.wants(w.HousingHead, "dispatched", "return-refused", "return-agreed")
		w.wants(w.WaterClerk, "dispatched", "recalled")
		w.wants(w.Dispatcher, "to-dispatch", "return-asked", "return-asked")
	})
}

// TestDatesOncePerReaderAndDate: each department hears of its own date, once before and once after, however often time is asked; the authors are asked to rate
// once before their time ends.
func TestDatesOncePerReaderAndDate(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ref := w.Raise(w.Member).Number
		w.Accept(ref)
		c := w.Do(w.Dispatcher, ref, suggestion.Dispatch, act{Team: []suggestion.TeamPart{{Department: w.Housing, Part: suggestion.Lead}, {Department: w.Water, Part: suggestion.Joint}}})
		w.Do(w.HousingClerk, ref, suggestion.Acknowledge, act{})
		w.work()
		days := func(from, to clock.Date) {
			t.Helper()
			for d := from; !d.After(to); d = d.AddDays(1) {
				w.Clock.Set(d.Start().Add(9 * time.Hour))
				for range 2 {
					if err := w.S.Tick(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				w.work()
			}
		}
		joint := clock.Of(2026, 4, 2)
		days(joint.AddDays(-9), joint.AddDays(9))
		w.wants(w.WaterClerk, "dispatched", "due", "late")
		w.wants(w.HousingClerk, "dispatched")
		days(c.Due.AddDays(-9), c.Due.AddDays(9))
		w.wants(w.HousingClerk, "dispatched", "due", "late")
		w.wants(w.HousingHead, "dispatched", "due", "late")
		w.wants(w.WaterClerk, "dispatched", "due", "late")
		w.wants(w.Dispatcher, "to-dispatch", "late-staff")
		w.Do(w.Dispatcher, ref, suggestion.Urge, act{})
		w.work()
		w.wants(w.HousingHead, "dispatched", "due", "late", "urged")
		w.Do(w.HousingClerk, ref, suggestion.WriteAnswer, act{Text: "已经办好，请查看。", Class: "A"})
		w.Do(w.HousingHead, ref, suggestion.SignOff, act{})
		c = w.Do(w.Reviewer, ref, suggestion.AcceptAnswer, act{})
		w.work()
		w.wants(w.Member, "accepted-public", "dispatched-mine", "answered")
		days(c.Due.AddDays(-9), c.Due.AddDays(2))
		w.wants(w.Member, "accepted-public", "dispatched-mine", "answered", "rate-soon", "closed-unrated")
	})
}

// TestSupervisionIsHeard: a letter of supervision reaches whoever still works on the matter.
func TestSupervisionIsHeard(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ref := w.Raise(w.Member).Number
		w.Accept(ref)
		w.Dispatch(ref)
		w.work()
		w.Clock.Advance(time.Hour)
		for _, a := range []wf.Action{suggestion.Remind, suggestion.Supervise} {
			w.Do(w.Dispatcher, ref, a, act{Reason: "请尽快。"})
			w.work()
			w.Clock.Advance(time.Hour)
		}
		w.wants(w.HousingClerk, "dispatched", "reminded", "supervised")
	})
}

// TestImportTellsNobody: thousands of old matters come in without a word.
func TestImportTellsNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, k := range notice.EventKinds() {
			if k == suggestion.EventPrefix+string(suggestion.Import) {
				t.Error("imports are listened to")
			}
		}
	})
}

// TestTheDoerKnows: one person who is clerk and head is not told that the own draft waits for a signature, and hears of what others do.
func TestTheDoerKnows(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ref := w.Raise(w.Member).Number
		w.Accept(ref)
		w.Do(w.Dispatcher, ref, suggestion.Dispatch, act{Team: []suggestion.TeamPart{{Department: w.Water, Part: suggestion.Lead}}})
		w.Do(w.WaterClerk, ref, suggestion.Acknowledge, act{})
		w.Do(w.WaterClerk, ref, suggestion.WriteAnswer, act{Text: "经现场查看，已经修好。", Class: "A"})
		w.work()
		w.wants(w.WaterClerk, "dispatched")
	})
}

// TestBlockedAccountsAreLeftAlone: neither inside nor by mail.
func TestBlockedAccountsAreLeftAlone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.people.blocked = append(w.people.blocked, w.Member.Account)
		w.Accept(w.Raise(w.Member).Number)
		w.work()
		w.wants(w.Member)
		if n := len(w.mailsTo(w.Member)); n != 0 {
			t.Errorf("%d mails to a blocked account", n)
		}
	})
}
