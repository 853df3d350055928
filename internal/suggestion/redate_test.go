package suggestion_test

import (
	"context"
	"testing"
	"time"

	"xieshang/internal/platform/clock"
	"xieshang/internal/suggestion"
	. "xieshang/internal/suggestion/suggestiontest"
)

// newYear is an invented notice for 2027, with the first week of the year free.
func newYear() (days []clock.Day) {
	for d := 1; d <= 8; d++ {
		days = append(days, clock.Day{Date: clock.Of(2027, 1, d), Name: "元旦"})
	}
	return append(days, clock.Day{Date: clock.Of(2027, 5, 1), Name: "劳动节"}, clock.Day{Date: clock.Of(2027, 10, 1), Name: "国庆节"})
}

// TestDatesWaitForTheCalendar: a date that reaches into a year without a calendar is provisional, moves when the calendar comes, says so, and moves once.
func TestDatesWaitForTheCalendar(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		cal := clock.NewCalendar(nil)
		w.S.Calendar = func(context.Context) (*clock.Calendar, error) { return cal, nil }
		if due, provisional := (clock.Term{Working: 10}).Due(clock.Of(2026, 2, 12), cal); due != clock.Of(2026, 3, 4) || provisional {
			t.Errorf("ten working days after 2026-02-12: %s %v", due, provisional)
		}
		rules := suggestion.DefaultRules()
		rules.AnswerTerm, rules.JointTerm = clock.Term{Working: 20}, clock.Term{Working: 20}
		if err := w.S.SetRules(As(w.Editor), w.Committee, rules); err != nil {
			t.Fatal(err)
		}
		w.Clock.Set(time.Date(2026, 12, 28, 2, 0, 0, 0, time.UTC))
		raised, err := w.S.Raise(As(w.Member), w.Input())
		if err != nil {
			t.Fatal(err)
		}
		ref := reach(t, w, suggestion.Accepted)
		if _, err := w.S.Act(As(w.Dispatcher), ref, suggestion.Dispatch, suggestion.ActInput{Team: []suggestion.TeamPart{{Department: w.Housing, Part: suggestion.Lead}, {Department: w.Water, Part: suggestion.Joint}}}); err != nil {
			t.Fatal(err)
		}
		get := func(ref string) *suggestion.Case {
			t.Helper()
			c, err := w.S.Get(As(w.Admin), ref)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		before, sent := get(raised.Number), get(ref)
		if !before.DueProvisional || before.Due != clock.Of(2027, 1, 4) {
			t.Fatalf("review due %s, provisional %v", before.Due, before.DueProvisional)
		}
		for _, k := range sent.Tasks {
			if !k.DueProvisional || !k.ReturnProvisional {
				t.Errorf("part %s is not provisional: %+v", k.Part, k)
			}
		}
		if n, last, err := w.S.Unsettled(As(w.Admin)); err != nil || n != 2 || last.Year != 2027 {
			t.Errorf("%d wait until %s: %v", n, last, err)
		}
		if _, _, err := w.S.Unsettled(As(w.Member)); err == nil {
			t.Error("a member counts what waits")
		}
		if _, err := w.S.Redate(As(w.Admin), nil); err == nil {
			t.Error("somebody else than the platform computes dates")
		}
		if n, err := w.S.Redate(As(Rule()), []int{2028}); err != nil || n != 0 {
			t.Errorf("without a calendar %d dates moved: %v", n, err)
		}
		cal = clock.NewCalendar(newYear())
		if n, err := w.S.Redate(As(Rule()), []int{2027}); err != nil || n != 2 {
			t.Fatalf("%d matters moved: %v", n, err)
		}
		after := get(raised.Number)
		want, _ := rules.ReviewTerm.Due(clock.Of(2026, 12, 28), cal)
		if after.DueProvisional || after.Due != want || !after.Due.After(before.Due) {
			t.Errorf("review due %s, provisional %v; want %s", after.Due, after.DueProvisional, want)
		}
		last := after.Timeline[len(after.Timeline)-1]
		if last.Action != suggestion.Redate || len(last.Details.Dues) != 1 || last.Details.Dues[0].Was != before.Due || last.Details.Dues[0].Due != want || last.Details.Years[0] != 2027 {
			t.Errorf("the timeline says %+v", last)
		}
		now := get(ref)
		lead, _ := rules.AnswerTerm.Due(clock.Of(2026, 12, 28), cal)
		for _, k := range now.Tasks {
			back, _ := rules.ReturnTerm.Due(clock.Of(2026, 12, 28), cal)
			due := lead
			if k.Part == suggestion.Joint {
				due = lead.AddDays(-1)
			}
			if k.DueProvisional || k.Due != due || k.ReturnProvisional || k.ReturnUntil != back {
				t.Errorf("part %s: %+v; want due %s, return until %s", k.Part, k, due, back)
			}
		}
		if now.Due != lead || now.DueProvisional {
			t.Errorf("the matter is due %s", now.Due)
		}
		steps := len(now.Timeline)
		if n, err := w.S.Redate(As(Rule()), []int{2027}); err != nil || n != 0 || len(get(ref).Timeline) != steps {
			t.Errorf("the second run moved %d: %v", n, err)
		}
		if n, _, err := w.S.Unsettled(As(Rule())); err != nil || n != 0 {
			t.Errorf("%d still wait: %v", n, err)
		}
	})
}
