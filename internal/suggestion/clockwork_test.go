package suggestion_test

import (
	"testing"
	"time"

	"xieshang/internal/platform/clock"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"
	. "xieshang/internal/suggestion/suggestiontest"
)

func TestTimeRemindsUrgesAndCloses(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		ref := w.Raise(w.Member).Number
		w.Accept(ref)
		c := w.Dispatch(ref)
		w.Do(w.HousingClerk, ref, suggestion.Acknowledge, act{})
		count := func(on clock.Date, a wf.Action) int {
			t.Helper()
			w.Clock.Set(on.Start().Add(9 * time.Hour))
			for range 2 { // running twice does nothing twice
				if err := w.S.Tick(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			got, err := w.S.Get(As(w.Reviewer), ref)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, s := range got.Timeline {
				if s.Action == a {
					n++
				}
			}
			return n
		}
		due := c.Due
		for _, x := range []struct {
			day    clock.Date
			action wf.Action
			want   int
		}{{due.AddDays(-8), suggestion.Remind, 0}, {due.AddDays(-7), suggestion.Remind, 1}, {due, suggestion.Remind, 1}, {due, suggestion.Urge, 0}, {due.AddDays(1), suggestion.Urge, 1}, {due.AddDays(9), suggestion.Urge, 1}} {
			if got := count(x.day, x.action); got != x.want {
				t.Errorf("on %s, %d days from the date: %d × %s, want %d", x.day, x.day.Sub(due), got, x.action, x.want)
			}
		}
		w.Do(w.HousingClerk, ref, suggestion.WriteAnswer, act{Text: "已经办好。", Class: "A"})
		w.Do(w.HousingHead, ref, suggestion.SignOff, act{})
		c = w.Do(w.Reviewer, ref, suggestion.AcceptAnswer, act{})
		if n := count(c.Due, suggestion.Close); n != 0 {
			t.Error("closed on the last day for rating")
		}
		if n := count(c.Due.AddDays(1), suggestion.Close); n != 1 {
			t.Error("not closed after the time for rating")
		}
		if c, err := w.S.Get(Nobody(), ref); err != nil || c.State != suggestion.Closed || c.Rating != suggestion.NotRated {
			t.Errorf("%v", err)
		}
	})
}
