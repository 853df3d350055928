package suggestion_test

import (
	"strings"
	"testing"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/problem"
	"xieshang/internal/suggestion"
	. "xieshang/internal/suggestion/suggestiontest"
)

// TestDraftsStayInTheDepartment: an answer that does not count yet, its file and what head and clerk say about it are read by the department that
// writes it and by the staff who review it, not by the other departments of the same matter and not by its author.
func TestDraftsStayInTheDepartment(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		n := w.Raise(w.Member).Number
		w.Accept(n)
		w.Do(w.Dispatcher, n, suggestion.Dispatch, suggestion.ActInput{Team: []suggestion.TeamPart{{Department: w.Housing, Part: suggestion.Separate}, {Department: w.Traffic, Part: suggestion.Separate}}})
		w.Do(w.HousingClerk, n, suggestion.Acknowledge, suggestion.ActInput{})
		w.Do(w.TrafficClerk, n, suggestion.Acknowledge, suggestion.ActInput{})
		draft := suggestion.ActInput{Text: "初稿：拟明年加装三部电梯。", Class: "A", Letter: "样住建函〔2026〕9号", Files: []suggestion.File{{Name: "初稿附件.pdf", Type: "application/pdf", Size: 3, Blob: "suggestion/draft.pdf"}}}
		w.Do(w.HousingClerk, n, suggestion.WriteAnswer, draft)
		w.Do(w.HousingHead, n, suggestion.SendBack, suggestion.ActInput{Reason: "口气太硬，重写"})
		c := w.Do(w.HousingClerk, n, suggestion.WriteAnswer, suggestion.ActInput{Text: "二稿：今年加装三部电梯。", Class: "A"})
		file := c.Files[0].ID
		reads := func(a authz.Actor, want bool) {
			t.Helper()
			c, err := w.S.Get(As(a), n)
			if err != nil {
				t.Fatal(err)
			}
			var all strings.Builder
			for _, x := range c.Tasks {
				all.WriteString(x.Answer + x.AnswerNumber)
			}
			for _, s := range c.Timeline {
				all.WriteString(s.Reason + s.Body + s.Details.Letter)
			}
			for _, f := range c.Files {
				all.WriteString(f.Name)
			}
			for _, x := range []string{"初稿附件", "二稿", "口气太硬"} {
				if strings.Contains(all.String(), x) != want {
					t.Errorf("%s reads %q: %v, want %v", a.Name, x, !want, want)
				}
			}
			_, _, err = w.S.FileOf(As(a), file)
			if want && err != nil || !want && !problem.Is(err, problem.NotFound) {
				t.Errorf("%s asks for the file: %v, may read it: %v", a.Name, err, want)
			}
		}
		reads(w.HousingClerk, true)
		reads(w.HousingHead, true)
		reads(w.Reviewer, true)
		reads(w.TrafficClerk, false)
		reads(w.Member, false)
		w.Do(w.HousingHead, n, suggestion.SignOff, suggestion.ActInput{})
		reads(w.TrafficClerk, false) // signed, not yet accepted
		w.Do(w.Reviewer, n, suggestion.AcceptAnswer, suggestion.ActInput{Department: w.Housing})
		c, err := w.S.Get(As(w.TrafficClerk), n)
		if err != nil {
			t.Fatal(err)
		}
		if c.Tasks[0].Answer != "二稿：今年加装三部电梯。" {
			t.Errorf("an accepted answer is hidden: %+v", c.Tasks[0])
		}
		if _, _, err := w.S.FileOf(As(w.TrafficClerk), file); err != nil {
			t.Errorf("its file is hidden: %v", err)
		}
		for _, s := range c.Timeline {
			if s.Action == suggestion.SendBack && s.Reason != "" {
				t.Error("what the head said to the clerk is shown to another department")
			}
		}
	})
}
