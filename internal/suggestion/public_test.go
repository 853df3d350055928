package suggestion_test

import (
	"errors"
	"strings"
	"testing"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"
	. "xieshang/internal/suggestion/suggestiontest"
)

func listed(t *testing.T, w *World, f suggestion.Filter) []string {
	t.Helper()
	f.Total = true
	page, err := w.S.List(Nobody(), f)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, i := range page.Items {
		out = append(out, i.Number)
	}
	if page.Total != len(out) {
		t.Errorf("%+v: %d matters and a total of %d", f, len(out), page.Total)
	}
	return out
}

// gone: the two errors that a visitor is told in the same words.
func gone(err error) bool { return problem.Is(err, problem.NotFound) || errors.Is(err, db.ErrNotFound) }

// TestPublicSearchKeepsItsFilters: words together with a state find matters in that state only, and merged matters are found as little as they are listed.
func TestPublicSearchKeepsItsFilters(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		a, b, c := w.Raise(w.Member), w.Raise(w.OtherMember), w.Raise(w.Member)
		for _, r := range []suggestion.Receipt{a, b, c} {
			w.Accept(r.Number)
		}
		w.Dispatch(b.Number)
		if got := listed(t, w, suggestion.Filter{Query: "电梯", States: []wf.State{suggestion.Dispatched}}); len(got) != 1 || got[0] != b.Number {
			t.Errorf("in the state dispatched: %v", got)
		}
		w.Do(w.Reviewer, c.Number, suggestion.Merge, suggestion.ActInput{Into: a.Number})
		if got := listed(t, w, suggestion.Filter{Query: "电梯"}); len(got) != 2 {
			t.Errorf("after the merge: %v", got)
		}
		w.Do(w.Reviewer, c.Number, suggestion.Unmerge, suggestion.ActInput{Reason: "不是同一件事"})
		if got := listed(t, w, suggestion.Filter{Query: "电梯"}); len(got) != 3 {
			t.Errorf("after the merge was undone: %v", got)
		}
	})
}

// TestHiddenMattersLeaveNoTrace: what is not public, or not any more, cannot be found, counted or read about anywhere by the public.
func TestHiddenMattersLeaveNoTrace(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		open, hidden, never := w.Raise(w.Member), w.Raise(w.OtherMember), w.Raise(w.Member)
		w.Accept(open.Number)
		w.Accept(hidden.Number)
		w.Do(w.Reviewer, never.Number, suggestion.ReviewAccept, suggestion.ActInput{Public: No(), Reason: "涉及个人"})
		before, err := w.S.Figures(Nobody(), suggestion.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		w.Do(w.Editor, hidden.Number, suggestion.Unpublish, suggestion.ActInput{Reason: "涉及个人"})
		after, err := w.S.Figures(Nobody(), suggestion.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		if before.Total.Raised != 2 || after.Total.Raised != 1 {
			t.Errorf("figures count %d, then %d", before.Total.Raised, after.Total.Raised)
		}
		for _, f := range []suggestion.Filter{{}, {Query: "电梯"}, {Division: w.City}, {Committee: w.Committee}, {Field: w.Roads}, {States: []wf.State{suggestion.Accepted}}, {Query: "电梯", Division: w.County}} {
			if got := listed(t, w, f); len(got) != 1 || got[0] != open.Number {
				t.Errorf("%+v finds %v", f, got)
			}
		}
		alike, err := w.S.Similar(Nobody(), suggestion.SimilarQuery{Text: w.Input().Title + w.Input().Body, Division: w.County})
		if err != nil || len(alike) != 1 || alike[0].Number != open.Number {
			t.Errorf("likely duplicates: %v %v", alike, err)
		}
		for _, r := range []suggestion.Receipt{hidden, never} {
			_, known := w.S.Get(Nobody(), r.Number)
			_, unknown := w.S.Get(Nobody(), "430100-2026-999999")
			if !gone(known) || !gone(unknown) {
				t.Errorf("%s: %v, one that does not exist: %v", r.Number, known, unknown)
			}
			for _, a := range suggestion.Life().Transitions {
				if _, err := w.S.Act(Nobody(), r.Number, a.Action, suggestion.ActInput{}); !gone(err) {
					t.Errorf("%s on %s: %v", a.Action, r.Number, err)
				}
			}
			if _, _, err := w.S.Join(Nobody(), r.Number, suggestion.JoinInput{Visitor: "0123456789abcdef0123"}); !problem.Is(err, problem.NotFound) {
				t.Errorf("join %s: %v", r.Number, err)
			}
		}
		// A hidden matter merged into a public one: the public reads neither its number nor why.
		w.Do(w.Reviewer, never.Number, suggestion.Merge, suggestion.ActInput{Into: open.Number, Reason: "同一户人家反映"})
		c, err := w.S.Get(Nobody(), open.Number)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range c.Timeline {
			if strings.Contains(s.Reason, "同一户") || s.Details.Other == never.Number {
				t.Errorf("the public reads about a hidden matter: %+v", s)
			}
		}
		if c, err = w.S.Get(As(w.Member), open.Number); err != nil || len(c.Timeline) < 3 {
			t.Errorf("its author does not read of the merge: %v", err)
		}
		// And a public one merged into a hidden one.
		w.Do(w.Reviewer, open.Number, suggestion.Merge, suggestion.ActInput{Into: hidden.Number})
		if c, err = w.S.Get(Nobody(), open.Number); err == nil && (c.MergedInto != (suggestion.Suggestion{}).MergedInto || strings.Contains(c.Timeline[len(c.Timeline)-1].Details.Other, hidden.Number)) {
			t.Errorf("the public reads which hidden matter it went into: %+v", c.Timeline[len(c.Timeline)-1])
		}
	})
}

// TestDraftsAreTheirAuthors: nobody else reads a draft, staff and administrators neither.
func TestDraftsAreTheirAuthors(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		in := w.Input()
		in.Draft, in.Files = true, []suggestion.File{{Name: "a.jpg", Type: "image/jpeg", Blob: "b", Thumb: "t"}}
		r, err := w.S.Raise(As(w.Member), in)
		if err != nil {
			t.Fatal(err)
		}
		mine, err := w.S.Get(As(w.Member), r.ID.String())
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range []authz.Actor{{}, w.OtherMember, w.Reviewer, w.Editor, w.Leader, w.Admin, w.HousingHead} {
			if _, err := w.S.Get(As(a), r.ID.String()); !problem.Is(err, problem.NotFound) {
				t.Errorf("%s reads a draft: %v", a.Name, err)
			}
			if _, _, err := w.S.FileOf(As(a), mine.Files[0].ID); !problem.Is(err, problem.NotFound) {
				t.Errorf("%s reads a photo of a draft: %v", a.Name, err)
			}
		}
	})
}
