package suggestion_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"
	. "xieshang/internal/suggestion/suggestiontest"
)

// reach brings a fresh matter into a state the way people do.
func reach(t *testing.T, w *World, to wf.State) string {
	t.Helper()
	if to == suggestion.Draft {
		in := w.Input()
		in.Draft = true
		r, err := w.S.Raise(As(w.Member), in)
		if err != nil {
			t.Fatal(err)
		}
		return r.ID.String()
	}
	ref := w.Raise(w.Member).ID.String()
	do := func(a authz.Actor, act wf.Action, in suggestion.ActInput) { t.Helper(); w.Do(a, ref, act, in) }
	rateNot := func() {
		do(w.Member, suggestion.Rate, suggestion.ActInput{Rating: suggestion.NotSatisfied, Reason: "没有解决"})
	}
	switch to {
	case suggestion.Raised:
	case suggestion.Returned:
		do(w.Reviewer, suggestion.ReviewReturn, suggestion.ActInput{Reason: "请写明楼栋"})
	case suggestion.Accepted:
		w.Accept(ref)
	case suggestion.AtOffice:
		w.Accept(ref)
		do(w.Dispatcher, suggestion.ReferOffice, suggestion.ActInput{Office: w.Office})
	case suggestion.Dispatched:
		w.Accept(ref)
		w.Dispatch(ref)
	case suggestion.InHand:
		w.Accept(ref)
		w.Dispatch(ref)
		do(w.HousingClerk, suggestion.Acknowledge, suggestion.ActInput{})
	case suggestion.Answered:
		w.Accept(ref)
		w.Dispatch(ref)
		do(w.HousingClerk, suggestion.Acknowledge, suggestion.ActInput{})
		do(w.HousingClerk, suggestion.WriteAnswer, suggestion.ActInput{Text: "已列入计划。", Class: "B", Promised: clock.Of(2026, 12, 1)})
		do(w.HousingHead, suggestion.SignOff, suggestion.ActInput{})
	case suggestion.Replied:
		w.Reply(ref)
	case suggestion.Reopened:
		w.Reply(ref)
		rateNot()
	case suggestion.Meeting:
		w.Reply(ref)
		rateNot()
		w.Dispatch(ref)
		w.AnswerNow(ref)
		rateNot()
	case suggestion.Closed:
		w.Reply(ref)
		do(w.Member, suggestion.Rate, suggestion.ActInput{Rating: suggestion.Basically})
	case suggestion.Merged:
		w.Accept(ref)
		other := w.Raise(w.OtherMember)
		do(w.Reviewer, suggestion.Merge, suggestion.ActInput{Into: other.Number})
	case suggestion.Converted:
		w.Accept(ref)
		do(w.Reviewer, suggestion.Convert, suggestion.ActInput{Target: "proposal", Reason: "宜作提案"})
	case suggestion.Withdrawn:
		do(w.Member, suggestion.Withdraw, suggestion.ActInput{})
	default:
		t.Fatalf("no way to %s", to)
	}
	return ref
}

// complete is an input in which every action finds what it needs.
func complete(w *World, into string) suggestion.ActInput {
	return suggestion.ActInput{Reason: "因为如此", Text: "说明如此", Public: Yes(), Into: into, Committee: w.CountyCommittee, Office: w.Office,
		Team: []suggestion.TeamPart{{Department: w.Housing, Part: suggestion.Lead}}, Until: clock.Of(2026, 12, 20), Day: clock.Of(2026, 3, 2), Class: "A", How: "visit",
		Rating: suggestion.Satisfied, Target: "proposal", Title: "改过的标题文字", Body: "改过的内容，写得更清楚一些。"}
}

func people(w *World) map[string]context.Context {
	return map[string]context.Context{"nobody": Nobody(), "member": As(w.Member), "other member": As(w.OtherMember), "reviewer": As(w.Reviewer), "dispatcher": As(w.Dispatcher),
		"editor": As(w.Editor), "leader": As(w.Leader), "admin": As(w.Admin), "housing clerk": As(w.HousingClerk), "housing head": As(w.HousingHead), "water clerk": As(w.WaterClerk),
		"office clerk": As(w.OfficeClerk), "county reviewer": As(w.CountyReviewer), "province reviewer": As(w.ProvinceReviewer), "rule": As(authz.System())}
}

// TestEveryStateAndTransition tries every action in every state as everybody. What Get offers works and lands where the table says; what it
// does not offer is refused and changes nothing.
func TestEveryStateAndTransition(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		taken := map[string]bool{}
		for _, state := range suggestion.Life().States {
			refusals := reach(t, w, state)
			target := w.Raise(w.OtherMember).Number
			for name, ctx := range people(w) {
				offered := map[wf.Action]bool{}
				before, err := w.S.Get(ctx, refusals)
				if err == nil {
					for _, a := range before.Actions {
						offered[a.Action] = true
					}
				}
				for _, tr := range suggestion.Life().Transitions {
					if offered[tr.Action] {
						ref := reach(t, w, state)
						in := complete(w, target)
						if tr.Action == suggestion.AddTeam {
							in.Team = []suggestion.TeamPart{{Department: w.Water, Part: suggestion.Joint}}
						}
						c, err := w.S.Act(ctx, ref, tr.Action, in)
						if name == "rule" && tr.Action == suggestion.Close && state == suggestion.Replied && problem.Is(err, problem.Conflict) {
							continue // the time for rating is not over yet
						}
						if err != nil {
							t.Errorf("%s: %s is offered to %s but refused: %v", state, tr.Action, name, err)
							continue
						}
						if c.State != state && !tr.Permits(state, c.State) {
							t.Errorf("%s: %s led to %s", state, tr.Action, c.State)
						}
						taken[string(tr.Action)] = true
						continue
					}
					_, err := w.S.Act(ctx, refusals, tr.Action, complete(w, target))
					p, ok := problem.Of(err)
					if !ok {
						t.Fatalf("%s: %s by %s was not offered, and ended with %v", state, tr.Action, name, err)
					}
					if !slices.Contains([]problem.Kind{problem.NotFound, problem.Forbidden, problem.SignIn, problem.Conflict}, p.Kind) {
						t.Errorf("%s: %s by %s: %v", state, tr.Action, name, err)
					}
					if before == nil && p.Kind != problem.NotFound {
						t.Errorf("%s: %s tells %s that the matter exists: %v", state, tr.Action, name, err)
					}
				}
			}
			after, err := w.S.Get(As(authz.System()), refusals) // a draft is nobody else's
			if err != nil {
				t.Fatal(err)
			}
			if after.State != state {
				t.Errorf("refused actions moved a matter from %s to %s", state, after.State)
			}
		}
		// These need a part in a state of its own; their tests are by name.
		for _, a := range []wf.Action{suggestion.TakeUp, suggestion.AgreeReturn, suggestion.RefuseReturn, suggestion.GrantTime, suggestion.RefuseTime, suggestion.Opinion,
			suggestion.SendBack, suggestion.SignOff, suggestion.RejectAnswer, suggestion.ReportPromise, suggestion.ConfirmPromise, suggestion.RemindPromise, suggestion.Publish} {
			taken[string(a)] = true
		}
		for _, tr := range suggestion.Life().Transitions {
			if !tr.Quiet && !taken[string(tr.Action)] {
				t.Errorf("nobody could ever %s", tr.Action)
			}
		}
	})
}

// TestTwoHandsAtOnce: of two clerks who act on one matter at the same moment one wins, and the other is told what is possible now.
func TestTwoHandsAtOnce(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		second := w.Dispatcher
		second.Account = w.NewID()
		for round := range 15 {
			ref := reach(t, w, suggestion.Accepted)
			c, err := w.S.Get(As(w.Dispatcher), ref)
			if err != nil {
				t.Fatal(err)
			}
			in := suggestion.ActInput{Version: c.Version, Team: []suggestion.TeamPart{{Department: w.Housing, Part: suggestion.Lead}}}
			gate := make(chan struct{})
			results := make(chan error, 6)
			for i := range 6 {
				who := w.Dispatcher
				if i%2 == 1 {
					who = second
				}
				who.Account = w.NewID()
				go func() {
					<-gate
					_, err := w.S.Act(As(who), ref, suggestion.Dispatch, in)
					results <- err
				}()
			}
			close(gate)
			won := 0
			for range 6 {
				err := <-results
				if err == nil {
					won++
					continue
				}
				p, ok := problem.Of(err)
				if !ok || p.Kind != problem.Conflict || slices.Contains(p.Allowed, string(suggestion.Dispatch)) || !slices.Contains(p.Allowed, string(suggestion.Recall)) {
					t.Fatalf("round %d: a loser got %v", round, err)
				}
			}
			if won != 1 {
				t.Fatalf("round %d: %d hands won", round, won)
			}
			after, err := w.S.Get(As(w.Dispatcher), ref)
			if err != nil {
				t.Fatal(err)
			}
			if len(after.Tasks) != 1 {
				t.Fatalf("round %d: dispatched %d times", round, len(after.Tasks))
			}
		}
	})
}

// TestNumbersAreNeverShared: many raise at once; every number is given once and without a gap.
func TestNumbersAreNeverShared(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		const n = 60
		gate := make(chan struct{})
		got := make(chan string, n)
		for range n {
			go func() {
				<-gate
				r, err := w.S.Raise(As(w.Member), w.Input())
				if err != nil {
					got <- err.Error()
					return
				}
				got <- r.Number
			}()
		}
		close(gate)
		seen := map[string]bool{}
		for range n {
			seen[<-got] = true
		}
		for i := 1; i <= n; i++ {
			if want := fmt.Sprintf("430100-2026-%06d", i); !seen[want] {
				t.Errorf("number %s is missing", want)
			}
		}
	})
}

// TestDoubleClick: the same form sent twice is one matter, and a visitor gets the same code again.
func TestDoubleClick(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		in := w.Input()
		in.Once = "0190aaaa-bbbb-7ccc-8ddd-eeeeffff0001"
		gate := make(chan struct{})
		type answer struct {
			r   suggestion.Receipt
			err error
		}
		got := make(chan answer, 8)
		for range 8 {
			go func() {
				<-gate
				r, err := w.S.Raise(Nobody(), in)
				got <- answer{r, err}
			}()
		}
		close(gate)
		first := <-got
		if first.err != nil || first.r.Code == "" {
			t.Fatalf("%+v", first)
		}
		for range 7 {
			a := <-got
			if a.err != nil || a.r.ID != first.r.ID || a.r.Code != first.r.Code || a.r.Author != first.r.Author {
				t.Fatalf("a second click got %+v, the first %+v", a, first)
			}
		}
		short := in
		short.Once = "1"
		r1, _ := w.S.Raise(Nobody(), short)
		r2, _ := w.S.Raise(Nobody(), short)
		if r1.ID == r2.ID {
			t.Error("a mark that can be guessed leads to another's matter")
		}
	})
}
