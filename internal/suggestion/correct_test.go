package suggestion_test

import (
	"testing"
	"time"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"
	"xieshang/internal/suggestion"
	. "xieshang/internal/suggestion/suggestiontest"
)

// TestAWrongStepIsCorrectedByAFurtherStep: what was done by mistake is taken back by another step, and both stay in the story.
func TestAWrongStepIsCorrectedByAFurtherStep(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		ref := w.Raise(w.Member).Number
		w.Accept(ref)
		w.Do(w.Reviewer, ref, suggestion.Convert, act{Target: "proposal", Reason: "宜作提案"})
		_, err := w.S.Act(As(w.Member), ref, suggestion.Restore, act{Reason: "不同意"})
		refused(t, w, err, problem.Conflict, "")
		c := w.Do(w.Reviewer, ref, suggestion.Restore, act{Reason: "选错了事项"})
		if c.State != suggestion.Accepted || c.ConvertedTo != "" || c.Due.IsZero() {
			t.Fatalf("restored: %s, %q", c.State, c.ConvertedTo)
		}
		w.Do(w.Member, ref, suggestion.Withdraw, act{Reason: "手滑"})
		_, err = w.S.Act(As(w.Reviewer), ref, suggestion.Restore, act{Reason: "不许撤"})
		refused(t, w, err, problem.Conflict, "")
		if c = w.Do(w.Member, ref, suggestion.Restore, act{Reason: "是误点"}); c.State != suggestion.Accepted {
			t.Fatalf("restored: %s", c.State)
		}
		w.Dispatch(ref)
		if c = w.AnswerNow(ref); c.State != suggestion.Replied {
			t.Fatal(c.State)
		}
		due := c.Tasks[0].Due
		c = w.Do(w.Reviewer, ref, suggestion.RetractAnswer, act{Reason: "答复弄混了两栋楼"})
		if c.State != suggestion.InHand || !c.RepliedAt.IsZero() || c.Class != "" || c.Due != due {
			t.Errorf("taken back: %s, replied %v, class %q, due %s", c.State, c.RepliedAt, c.Class, c.Due)
		}
		pub, err := w.S.Get(Nobody(), ref)
		if err != nil || pub.Tasks[0].Answer != "" {
			t.Errorf("the public still reads the answer as one that counts: %v", err)
		}
		w.Do(w.HousingClerk, ref, suggestion.WriteAnswer, act{Text: "三栋、五栋均符合条件，已列入计划并公示。", Class: "A"})
		w.Do(w.HousingHead, ref, suggestion.SignOff, act{})
		w.Do(w.Reviewer, ref, suggestion.AcceptAnswer, act{})
		w.Do(w.Member, ref, suggestion.Rate, act{Rating: suggestion.Satisfied})
		_, err = w.S.Act(As(w.Reviewer), ref, suggestion.RetractAnswer, act{Reason: "太迟了"})
		refused(t, w, err, problem.Conflict, "")
		c, err = w.S.Get(Nobody(), ref)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, s := range c.Timeline {
			switch s.Action {
			case suggestion.Convert, suggestion.Restore, suggestion.Withdraw, suggestion.RetractAnswer:
				n++
			}
		}
		if n != 5 {
			t.Errorf("%d of the 5 mistakes and corrections are told", n)
		}
	})
}

// TestReplacingADepartment: of several that answer by themselves one gives its part back; another takes its place with a clock of its own.
func TestReplacingADepartment(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		ref := w.Raise(w.Member).Number
		w.Accept(ref)
		w.Do(w.Dispatcher, ref, suggestion.Dispatch, act{Team: team{{Department: w.Housing, Part: suggestion.Separate}, {Department: w.Traffic, Part: suggestion.Separate}}})
		w.Do(w.HousingClerk, ref, suggestion.Acknowledge, act{})
		w.Do(w.TrafficClerk, ref, suggestion.AskReturn, act{Reason: "属于水利部门职责"})
		w.Do(w.Dispatcher, ref, suggestion.AgreeReturn, act{})
		w.Clock.Advance(3 * 24 * time.Hour)
		for _, bad := range []team{{{Department: w.Housing, Part: suggestion.Separate}}, {{Department: w.Water, Part: suggestion.Joint}}, {{Department: w.Water, Part: suggestion.Separate}, {Department: w.Water, Part: suggestion.Separate}}, {{Department: w.Committee, Part: suggestion.Separate}}} {
			_, err := w.S.Act(As(w.Dispatcher), ref, suggestion.AddTeam, act{Team: bad})
			refused(t, w, err, problem.Invalid, "team")
		}
		c := w.Do(w.Dispatcher, ref, suggestion.AddTeam, act{Team: team{{Department: w.Water, Part: suggestion.Separate}}})
		added := c.Tasks[len(c.Tasks)-1]
		if c.State != suggestion.InHand || added.Department != w.Water || added.Due.String() != "2026-06-05" || c.Due.String() != "2026-06-02" {
			t.Errorf("%s; added %+v; the matter is due %s", c.State, added, c.Due)
		}
		w.Do(w.HousingClerk, ref, suggestion.WriteAnswer, act{Text: "已办好。", Class: "A"})
		w.Do(w.HousingHead, ref, suggestion.SignOff, act{})
		if c = w.Do(w.Reviewer, ref, suggestion.AcceptAnswer, act{}); c.State != suggestion.InHand {
			t.Errorf("replied without the one that was added: %s", c.State)
		}
	})
}

// TestOpinionsCanBeAskedForLater: beside a lead only joint and assisting departments are added, and their date is before the lead's; a joint department may
// ask to give its part back, and the lead's handling goes on.
func TestOpinionsCanBeAskedForLater(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		ref := w.Raise(w.Member).Number
		w.Accept(ref)
		w.Do(w.Dispatcher, ref, suggestion.Dispatch, act{Due: clock.Of(2026, 3, 20), Team: team{{Department: w.Housing, Part: suggestion.Lead}}})
		w.Do(w.HousingClerk, ref, suggestion.Acknowledge, act{})
		_, err := w.S.Act(As(w.Dispatcher), ref, suggestion.AddTeam, act{Team: team{{Department: w.Traffic, Part: suggestion.Lead}}})
		refused(t, w, err, problem.Invalid, "team")
		c := w.Do(w.Dispatcher, ref, suggestion.AddTeam, act{Team: team{{Department: w.Traffic, Part: suggestion.Joint}}})
		if got := c.Tasks[1].Due.String(); got != "2026-03-19" || c.State != suggestion.InHand {
			t.Errorf("opinion due %s, %s", got, c.State)
		}
		w.Do(w.TrafficClerk, ref, suggestion.AskReturn, act{Reason: "与我单位无关"})
		c = w.Do(w.Dispatcher, ref, suggestion.AgreeReturn, act{})
		if c.State != suggestion.InHand || c.Lead != w.Housing || c.Tasks[0].State != suggestion.TaskInHand {
			t.Errorf("a joint department gave its part back: %s, lead %s", c.State, c.Lead)
		}
	})
}

// TestOnlyTheRaiserWithdraws: while another's matter stands in it, and after dispatch, nobody withdraws.
func TestOnlyTheRaiserWithdraws(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		ref, other := w.Raise(w.Member).Number, w.Raise(w.OtherMember).Number
		w.Do(w.Reviewer, other, suggestion.Merge, act{Into: ref})
		for _, who := range []struct {
			name string
			err  error
		}{{"the raiser", nil}, {"the merged author", nil}} {
			a := w.Member
			if who.name != "the raiser" {
				a = w.OtherMember
			}
			_, err := w.S.Act(As(a), ref, suggestion.Withdraw, act{})
			refused(t, w, err, problem.Conflict, "")
		}
		w.Do(w.Reviewer, other, suggestion.Unmerge, act{Reason: "两件事"})
		if _, err := w.S.Act(As(w.OtherMember), ref, suggestion.Withdraw, act{}); !problem.Is(err, problem.NotFound) {
			t.Errorf("a stranger withdraws: %v", err)
		}
		w.Accept(ref)
		w.Dispatch(ref)
		_, err := w.S.Act(As(w.Member), ref, suggestion.Withdraw, act{})
		refused(t, w, err, problem.Conflict, "")
		if c := w.Do(w.OtherMember, other, suggestion.Withdraw, act{}); c.State != suggestion.Withdrawn {
			t.Error(c.State)
		}
	})
}

// TestStaffChangeTheClass: with a reason, never into a class that promises without a date; the department's own class stays told.
func TestStaffChangeTheClass(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		ref := reach(t, w, suggestion.Answered) // class B
		_, err := w.S.Act(As(w.Reviewer), ref, suggestion.AcceptAnswer, act{Class: "C"})
		refused(t, w, err, problem.Invalid, "reason")
		_, err = w.S.Act(As(w.Reviewer), ref, suggestion.AcceptAnswer, act{Class: "Z", Reason: "没有这一类"})
		refused(t, w, err, problem.Invalid, "class")
		c := w.Do(w.Reviewer, ref, suggestion.AcceptAnswer, act{Class: "C", Reason: "没有列入年度计划"})
		if last := c.Timeline[len(c.Timeline)-1]; c.Class != "C" || !c.Promised.IsZero() || last.Details.Class != "C" || last.Details.ClassWas != "B" {
			t.Errorf("class %s, promised %s, told as %+v", c.Class, c.Promised, last.Details)
		}
	})
}
