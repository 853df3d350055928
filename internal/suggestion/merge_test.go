package suggestion_test

import (
	"fmt"
	"testing"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/problem"
	"xieshang/internal/suggestion"
	. "xieshang/internal/suggestion/suggestiontest"
)

func (x *counts) check(t *testing.T, w *World, when string, want counts) {
	t.Helper()
	got := counts{}
	for _, p := range []struct {
		ref               string
		authors, supports *int
	}{{x.a, &got.aAuthors, &got.aSupport}, {x.b, &got.bAuthors, &got.bSupport}} {
		c, err := w.S.Get(As(w.Reviewer), p.ref)
		if err != nil {
			t.Fatal(err)
		}
		*p.authors, *p.supports = c.Suggestion.Authors, c.Support
	}
	if got != want {
		t.Errorf("%s: %+v, want %+v", when, got, want)
	}
}

type counts struct {
	a, b                                   string
	aAuthors, aSupport, bAuthors, bSupport int
}

// TestSupportersAreCountedOnce: whoever joined two matters that are merged counts once, an author does not count as a supporter, and undoing brings
// back what was.
func TestSupportersAreCountedOnce(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		first, second := w.Raise(w.Member).Number, w.Raise(w.OtherMember).Number
		w.Accept(first)
		w.Accept(second)
		join := func(a authz.Actor, visitor, ref string, again bool) {
			t.Helper()
			ctx := As(a)
			if visitor != "" {
				ctx = Nobody()
			}
			_, known, err := w.S.Join(ctx, ref, suggestion.JoinInput{Visitor: visitor})
			if err != nil || known != again {
				t.Errorf("join %s: again %v, %v", ref, known, err)
			}
		}
		both, one, other := "visitor-of-both-matters-1", "visitor-of-the-first-one", "visitor-of-the-second-1"
		join(authz.Actor{}, both, first, false)
		join(authz.Actor{}, both, first, true)
		join(authz.Actor{}, both, second, false)
		join(authz.Actor{}, one, first, false)
		join(authz.Actor{}, other, second, false)
		join(w.Member, "", second, false) // the author of the first joined the second
		join(w.WaterClerk, "", first, false)
		join(w.WaterClerk, "", second, false)
		x := counts{a: first, b: second}
		x.check(t, w, "before", counts{aAuthors: 1, aSupport: 3, bAuthors: 1, bSupport: 4})
		w.Do(w.Reviewer, first, suggestion.Merge, act{Into: second})
		x.check(t, w, "merged", counts{aAuthors: 1, aSupport: 3, bAuthors: 2, bSupport: 4}) // both, one, other, the clerk
		join(authz.Actor{}, one, second, true)
		w.Do(w.Reviewer, first, suggestion.Unmerge, act{Reason: "不是同一处"})
		x.check(t, w, "undone", counts{aAuthors: 1, aSupport: 3, bAuthors: 1, bSupport: 4})
	})
}

// TestMergedAuthorKeepsTheThread: the author of a merged matter still reads their own thread by code, reads and rates the outcome, and does not read
// what the other author and the departments tell each other.
func TestMergedAuthorKeepsTheThread(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		into := w.Raise(w.Member)
		mine, err := w.S.Raise(Nobody(), w.Input())
		if err != nil {
			t.Fatal(err)
		}
		_, author, err := w.S.Track(Nobody(), mine.Code)
		if err != nil {
			t.Fatal(err)
		}
		me := suggestion.ByCode(Nobody(), author)
		if _, err := w.S.Act(me, mine.Number, suggestion.Supplement, act{Text: "我住三单元，腿脚不便。"}); err != nil {
			t.Fatal(err)
		}
		w.Do(w.Reviewer, mine.Number, suggestion.Merge, act{Into: into.Number})
		w.Do(w.Member, into.Number, suggestion.Supplement, act{Text: "我父亲的病历在社区。"})
		own, err := w.S.Get(me, mine.Number)
		if err != nil || own.State != suggestion.Merged || own.Level != suggestion.PartyLevel || own.MergedInto != into.ID {
			t.Fatalf("the own thread: %v", err)
		}
		c, err := w.S.Get(me, into.Number)
		if err != nil {
			t.Fatalf("the matter in which it goes on: %v", err)
		}
		if c.Began != mine.ID || c.Level != suggestion.PublicLevel || c.May(suggestion.Withdraw) || !c.May(suggestion.Supplement) {
			t.Errorf("began %s, level %d, %v", c.Began, c.Level, c.Actions)
		}
		if c, err = w.S.Act(me, into.Number, suggestion.Supplement, act{Text: "请也看看三单元。"}); err != nil {
			t.Fatal(err)
		}
		said := map[string]bool{}
		for _, s := range c.Timeline {
			said[s.Body] = true
		}
		if said["我父亲的病历在社区。"] || !said["请也看看三单元。"] {
			t.Errorf("reads %v", said)
		}
		list := func() string {
			page, err := w.S.List(me, suggestion.Filter{Scope: suggestion.MineScope})
			if err != nil {
				t.Fatal(err)
			}
			out := ""
			for _, i := range page.Items {
				out += i.Number + " "
			}
			return out
		}
		if got, want := list(), mine.Number+" "+into.Number+" "; got != want {
			t.Errorf("own list %q, want %q", got, want)
		}
		w.Reply(into.Number)
		c, err = w.S.Get(me, into.Number)
		if err != nil || c.State != suggestion.Replied || c.Tasks[0].Answer == "" || !c.May(suggestion.Rate) {
			t.Fatalf("the outcome: %v", err)
		}
		if _, err := w.S.Act(me, into.Number, suggestion.Rate, act{Rating: suggestion.Satisfied}); err != nil {
			t.Fatal(err)
		}
		if c = w.Do(w.Member, into.Number, suggestion.Rate, act{Rating: suggestion.Satisfied}); c.State != suggestion.Closed {
			t.Fatal(c.State)
		}
		if _, err := w.S.Act(me, into.Number, suggestion.Reopen, act{Reason: "我家没修"}); !problem.Is(err, problem.Conflict) {
			t.Errorf("a merged author reopened another's matter: %v", err)
		}
		w.Do(w.Reviewer, mine.Number, suggestion.Unmerge, act{Reason: "三单元另有情况"})
		if _, err := w.S.Get(me, into.Number); err != nil {
			t.Errorf("the other matter is public: %v", err)
		}
		w.Accept(mine.Number)
		w.Dispatch(mine.Number)
		w.AnswerNow(mine.Number)
		if c, err = w.S.Act(me, mine.Number, suggestion.Rate, act{Rating: suggestion.Satisfied}); err != nil || c.State != suggestion.Closed {
			t.Errorf("the rating of the other reply stood in the way: %v", err)
		}
	})
}

// TestMergesOfMerges: a matter into which another was merged is merged itself; each can be taken out again, in any order, with its own author.
func TestMergesOfMerges(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		for name, order := range map[string][]int{"inner first": {0, 1}, "outer first": {1, 0}} {
			var r []suggestion.Receipt
			for range 3 {
				x, err := w.S.Raise(Nobody(), w.Input())
				if err != nil {
					t.Fatal(err)
				}
				r = append(r, x)
			}
			where := func() string {
				out := ""
				for i := range r {
					ref, _, err := w.S.Track(Nobody(), r[i].Code)
					if err != nil {
						t.Fatal(err)
					}
					for k := range r {
						if r[k].ID.String() == ref {
							out += fmt.Sprint(k)
						}
					}
				}
				return out
			}
			w.Do(w.Reviewer, r[0].Number, suggestion.Merge, act{Into: r[1].Number})
			w.Do(w.Reviewer, r[1].Number, suggestion.Merge, act{Into: r[2].Number})
			if got := where(); got != "222" {
				t.Fatalf("%s: threads are in %s", name, got)
			}
			want := map[int]string{0: "022", 1: "112"}[order[0]]
			w.Do(w.Reviewer, r[order[0]].Number, suggestion.Unmerge, act{Reason: "看错了"})
			if got := where(); got != want {
				t.Errorf("%s: after the first undoing threads are in %s, want %s", name, got, want)
			}
			w.Do(w.Reviewer, r[order[1]].Number, suggestion.Unmerge, act{Reason: "看错了"})
			if got := where(); got != "012" {
				t.Errorf("%s: in the end threads are in %s", name, got)
			}
			for i := range r {
				if c, err := w.S.Get(As(w.Reviewer), r[i].Number); err != nil || c.Suggestion.Authors != 1 || c.State != suggestion.Raised {
					t.Errorf("%s: matter %d has %d authors, %s: %v", name, i, c.Suggestion.Authors, c.State, err)
				}
			}
		}
	})
}
