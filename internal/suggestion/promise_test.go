package suggestion_test

import (
	"testing"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"
	. "xieshang/internal/suggestion/suggestiontest"
)

// steps counts the steps of an action that staff read, about one department or (nil) about all of them.
func steps(t *testing.T, w *World, ref string, a wf.Action, department [16]byte) int {
	t.Helper()
	c, err := w.S.Get(As(w.Reviewer), ref)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, s := range c.Timeline {
		if s.Action == a && s.Department == department {
			n++
		}
	}
	return n
}

// ticks lets time pass to a day; the rule runs twice and must not do anything twice.
func ticks(t *testing.T, w *World, day clock.Date) {
	t.Helper()
	w.Clock.Set(day.Start().Add(9 * time.Hour))
	for range 2 {
		if err := w.S.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestEveryPromiseIsKept: where several answered, each promise stays on the list until it is confirmed by itself; time reminds before and after its date.
func TestEveryPromiseIsKept(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		ref := w.Raise(w.Member).Number
		w.Accept(ref)
		w.Do(w.Dispatcher, ref, suggestion.Dispatch, act{Team: team{{Department: w.Housing, Part: suggestion.Separate}, {Department: w.Traffic, Part: suggestion.Separate}}})
		first, second := clock.Of(2026, 6, 1), clock.Of(2026, 9, 1)
		for _, x := range []struct {
			clerk, head authz.Actor
			promised    clock.Date
		}{{w.HousingClerk, w.HousingHead, second}, {w.TrafficClerk, w.TrafficHead, first}} {
			w.Do(x.clerk, ref, suggestion.Acknowledge, act{})
			w.Do(x.clerk, ref, suggestion.WriteAnswer, act{Text: "已列入计划。", Class: "B", Promised: x.promised})
			w.Do(x.head, ref, suggestion.SignOff, act{})
			w.Do(w.Reviewer, ref, suggestion.AcceptAnswer, act{})
		}
		c := w.Do(w.Member, ref, suggestion.Rate, act{Rating: suggestion.Satisfied})
		if c.State != suggestion.Closed || c.Promised != first || c.Class != "B" {
			t.Fatalf("%s, promised %s, class %s", c.State, c.Promised, c.Class)
		}
		for _, x := range []struct {
			day  clock.Date
			want int
		}{{first.AddDays(-8), 0}, {first.AddDays(-7), 1}, {first, 1}, {first.AddDays(1), 2}, {first.AddDays(30), 2}} {
			ticks(t, w, x.day)
			if got := steps(t, w, ref, suggestion.RemindPromise, [16]byte{}); got != x.want {
				t.Errorf("%d days after the promised date: %d reminders, want %d", x.day.Sub(first), got, x.want)
			}
		}
		_, err := w.S.Act(As(w.Reviewer), ref, suggestion.ConfirmPromise, act{Text: "现场看过。"})
		refused(t, w, err, problem.Invalid, "department")
		_, err = w.S.Act(As(w.WaterClerk), ref, suggestion.ReportPromise, act{Text: "装好了。"})
		refused(t, w, err, problem.Forbidden, "")
		w.Do(w.TrafficClerk, ref, suggestion.ReportPromise, act{Text: "公交站台已经改好。"})
		c = w.Do(w.Reviewer, ref, suggestion.ConfirmPromise, act{Department: w.Traffic, Text: "现场看过。"})
		if c.Promised != second || c.Class != "B" {
			t.Errorf("after the first: promised %s, class %s", c.Promised, c.Class)
		}
		late := func() int {
			f, err := w.S.Figures(As(w.Reviewer), suggestion.Filter{Scope: suggestion.StaffScope})
			if err != nil {
				t.Fatal(err)
			}
			return f.Total.Promises*10 + f.Total.LatePromise
		}
		if got := late(); got != 10 {
			t.Errorf("promises and late ones: %d", got)
		}
		w.Clock.Set(second.AddDays(1).Start())
		if got := late(); got != 11 {
			t.Errorf("after the date: %d", got)
		}
		c = w.Do(w.Reviewer, ref, suggestion.ConfirmPromise, act{Text: "电梯已装。"})
		if !c.Promised.IsZero() || c.Class != "A" || late() != 0 {
			t.Errorf("in the end: promised %s, class %s", c.Promised, c.Class)
		}
		if last := c.Timeline[len(c.Timeline)-1]; last.Details.ClassWas != "B" || last.Details.Class != "A" || last.Department != w.Housing {
			t.Errorf("the step says %+v about %s", last.Details, last.Department)
		}
	})
}

// TestOpinionsAreDueBeforeTheAnswer: a joint department has a date of its own before the lead's, is reminded and urged by it, and its late opinion is
// visible to staff while the answer itself is in time.
func TestOpinionsAreDueBeforeTheAnswer(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		ref := w.Raise(w.Member).Number
		w.Accept(ref)
		lead := clock.Of(2026, 3, 20)
		w.Do(w.Dispatcher, ref, suggestion.Dispatch, act{Due: lead, Team: team{{Department: w.Traffic, Part: suggestion.Joint}, {Department: w.Housing, Part: suggestion.Lead}}})
		c := w.Do(w.HousingClerk, ref, suggestion.Acknowledge, act{})
		joint := c.Tasks[0].Due
		if c.Tasks[0].Part != suggestion.Joint || !joint.Before(lead) || c.Due != lead {
			t.Fatalf("opinion due %s, answer %s", joint, c.Due)
		}
		queue := func(q suggestion.Queue) int {
			p, err := w.S.List(As(w.Dispatcher), suggestion.Filter{Scope: suggestion.StaffScope, Queue: q})
			if err != nil {
				t.Fatal(err)
			}
			return len(p.Items)
		}
		ticks(t, w, joint.AddDays(-7))
		if got := steps(t, w, ref, suggestion.Remind, w.Traffic); got != 1 {
			t.Errorf("%d reminders to the joint department", got)
		}
		ticks(t, w, joint)
		if got := steps(t, w, ref, suggestion.Urge, w.Traffic); got != 0 || queue(suggestion.LateOpinions) != 0 {
			t.Error("urged on the day itself")
		}
		ticks(t, w, joint.AddDays(1))
		if got := steps(t, w, ref, suggestion.Urge, w.Traffic); got != 1 || queue(suggestion.LateOpinions) != 1 || queue(suggestion.LateQueue) != 0 {
			t.Errorf("late opinion: urged %d, in the queue of late opinions %d, of late matters %d", got, queue(suggestion.LateOpinions), queue(suggestion.LateQueue))
		}
		if got := steps(t, w, ref, suggestion.Remind, [16]byte{}); got != 1 {
			t.Errorf("%d reminders to the lead: the joint department's must not stand for it", got)
		}
		page, err := w.S.List(As(w.TrafficClerk), suggestion.Filter{Scope: suggestion.DepartmentScope, Queue: suggestion.LateQueue})
		if err != nil || len(page.Items) != 1 {
			t.Errorf("the joint department's own late list: %d, %v", len(page.Items), err)
		}
		w.Do(w.TrafficClerk, ref, suggestion.Opinion, act{Text: "同意。"})
		if queue(suggestion.LateOpinions) != 0 {
			t.Error("an opinion that was given is late")
		}
		ticks(t, w, lead.AddDays(1))
		if steps(t, w, ref, suggestion.Urge, w.Traffic) != 1 || steps(t, w, ref, suggestion.Urge, [16]byte{}) != 1 {
			t.Error("after the answer's date the lead alone is urged")
		}
	})
}

// TestAnOpinionThatNeverCame: once the answer counts nobody is asked for an opinion any more, and the department still reads the matter.
func TestAnOpinionThatNeverCame(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		ref := w.Raise(w.Member).Number
		w.Accept(ref)
		w.Do(w.Dispatcher, ref, suggestion.Dispatch, act{Team: team{{Department: w.Housing, Part: suggestion.Lead}, {Department: w.Traffic, Part: suggestion.Joint}}})
		c := w.AnswerNow(ref)
		if c.State != suggestion.Replied || c.Tasks[1].State != suggestion.Ended {
			t.Errorf("%s, the opinion is %s", c.State, c.Tasks[1].State)
		}
		page, err := w.S.List(As(w.TrafficClerk), suggestion.Filter{Scope: suggestion.DepartmentScope, Queue: suggestion.ToAdvise})
		if err != nil || len(page.Items) != 0 {
			t.Errorf("%d opinions are waited for: %v", len(page.Items), err)
		}
		if _, err := w.S.Get(As(w.TrafficClerk), ref); err != nil {
			t.Error(err)
		}
	})
}

// TestTickGoesThroughAll: however many dates there are, none is left out.
func TestTickGoesThroughAll(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		var refs []string
		for range 5 {
			ref := w.Raise(w.Member).Number
			w.Accept(ref)
			w.Dispatch(ref)
			refs = append(refs, ref)
		}
		w.S.SetTickTogether(2)
		c, err := w.S.Get(As(w.Reviewer), refs[0])
		if err != nil {
			t.Fatal(err)
		}
		ticks(t, w, c.Due)
		for _, ref := range refs {
			if n := steps(t, w, ref, suggestion.Remind, [16]byte{}); n != 1 {
				t.Errorf("%s: %d reminders", ref, n)
			}
		}
	})
}
