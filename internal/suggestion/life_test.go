package suggestion_test

import (
	"slices"
	"testing"

	"xieshang/internal/platform/problem"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"
	. "xieshang/internal/suggestion/suggestiontest"
)

func TestTableIsSound(t *testing.T) {
	if err := suggestion.Life().Check(); err != nil {
		t.Fatal(err)
	}
}

func TestFromRaisedToRated(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		r := w.Raise(w.Member)
		if r.Number != "430100-2026-000001" || r.Code != "" {
			t.Fatalf("receipt %+v", r)
		}
		if _, err := w.S.Get(Nobody(), r.Number); !problem.Is(err, problem.NotFound) {
			t.Fatalf("a stranger read an unreviewed matter: %v", err)
		}
		c := w.Reply(r.Number)
		if c.State != suggestion.Replied || c.Class != "A" || c.RepliedAt.IsZero() {
			t.Fatalf("after the reply: %s %q %v", c.State, c.Class, c.RepliedAt)
		}
		c = w.Do(w.Member, r.Number, suggestion.Rate, suggestion.ActInput{Rating: suggestion.Satisfied})
		if c.State != suggestion.Closed || c.Rating != suggestion.Satisfied {
			t.Fatalf("after rating: %s %q", c.State, c.Rating)
		}
		pub, err := w.S.Get(Nobody(), r.Number)
		if err != nil {
			t.Fatal(err)
		}
		var got []wf.Action
		for _, s := range pub.Timeline {
			got = append(got, s.Action)
			if s.Account != [16]byte{} {
				t.Errorf("the public sees who did %s", s.Action)
			}
		}
		want := []wf.Action{suggestion.Raise, suggestion.ReviewAccept, suggestion.Dispatch, suggestion.Acknowledge, suggestion.AcceptAnswer, suggestion.Rate}
		if !slices.Equal(got, want) {
			t.Errorf("public timeline %v, want %v", got, want)
		}
		if len(pub.Authors) != 0 {
			t.Error("the public sees authors")
		}
		if pub.Tasks[0].Answer == "" {
			t.Error("the public does not see the answer that counts")
		}
	})
}

func TestResidentRatesByCodeAndIsHandledTwice(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		r, err := w.S.Raise(Nobody(), w.Input())
		if err != nil {
			t.Fatal(err)
		}
		if r.Code == "" {
			t.Fatal("a resident got no code")
		}
		ref, author, err := w.S.Track(Nobody(), r.Code)
		if err != nil {
			t.Fatal(err)
		}
		me := suggestion.ByCode(Nobody(), author)
		w.Reply(r.Number)
		if _, err := w.S.Act(me, ref, suggestion.Rate, suggestion.ActInput{Rating: suggestion.NotSatisfied}); !problem.Is(err, problem.Invalid) {
			t.Fatalf("not satisfied without a reason: %v", err)
		}
		c, err := w.S.Act(me, ref, suggestion.Rate, suggestion.ActInput{Rating: suggestion.NotSatisfied, Reason: "还没有开工"})
		if err != nil || c.State != suggestion.Reopened {
			t.Fatalf("after not satisfied: %v", err)
		}
		c = w.Dispatch(r.Number)
		if c.Round != 2 || c.Rating != suggestion.NotRated {
			t.Fatalf("second round: %d %q", c.Round, c.Rating)
		}
		if got := c.Due.String(); got != "2026-04-02" {
			t.Errorf("second handling due %s", got)
		}
		w.AnswerNow(r.Number)
		c, err = w.S.Act(me, ref, suggestion.Rate, suggestion.ActInput{Rating: suggestion.NotSatisfied, Reason: "仍然没有开工"})
		if err != nil || c.State != suggestion.Meeting {
			t.Fatalf("second not satisfied: %v", err)
		}
		if _, err := w.S.Act(As(w.Reviewer), ref, suggestion.Close, suggestion.ActInput{Reason: "结束"}); !problem.Is(err, problem.Conflict) {
			t.Fatalf("closed without a meeting or an explanation: %v", err)
		}
		w.Do(w.Reviewer, ref, suggestion.Explain, suggestion.ActInput{Text: "施工单位七月进场，已当面说明。"})
		c = w.Do(w.Reviewer, ref, suggestion.Close, suggestion.ActInput{})
		if c.State != suggestion.Closed || c.Rating != suggestion.NotSatisfied {
			t.Fatalf("closed as %q in %s", c.Rating, c.State)
		}
	})
}
