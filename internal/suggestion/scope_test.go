package suggestion_test

import (
	"testing"

	"xieshang/internal/platform/problem"
	"xieshang/internal/suggestion"
	. "xieshang/internal/suggestion/suggestiontest"
)

// TestListsFollowTheRuleOfReading: for matters in every state, from members and residents, wished public or not, a list holds a matter for somebody exactly when
// reading that one matter gives them what the list is about.
func TestListsFollowTheRuleOfReading(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		var refs []string
		for _, s := range suggestion.Life().States {
			refs = append(refs, reach(t, w, s))
		}
		for _, change := range []func(*suggestion.RaiseInput){func(*suggestion.RaiseInput) {}, func(in *suggestion.RaiseInput) { in.PublicWish = false },
			func(in *suggestion.RaiseInput) { in.Queued = suggestion.NoWork }, func(in *suggestion.RaiseInput) { in.Committee = w.CountyCommittee }} {
			in := w.Input()
			change(&in)
			r, err := w.S.Raise(Nobody(), in)
			if err != nil {
				t.Fatal(err)
			}
			refs = append(refs, r.ID.String())
		}
		hidden := reach(t, w, suggestion.Replied)
		w.Do(w.Editor, hidden, suggestion.Unpublish, act{Reason: "当事人要求"})
		refs = append(refs, hidden)
		if _, _, err := w.S.Join(As(w.OtherMember), reach(t, w, suggestion.Accepted), suggestion.JoinInput{}); err != nil {
			t.Fatal(err)
		}
		for name, ctx := range people(w) {
			for scope, about := range map[suggestion.Scope]func(*suggestion.Case) bool{
				suggestion.PublicScope: func(c *suggestion.Case) bool { return c.Public && c.State != suggestion.Merged },
				suggestion.StaffScope:  func(c *suggestion.Case) bool { return c.Level == suggestion.StaffLevel && c.State != suggestion.Draft },
				suggestion.MineScope:   func(c *suggestion.Case) bool { return c.Is(suggestion.IsAuthor) },
				suggestion.MessagesScope: func(c *suggestion.Case) bool {
					return c.Is(suggestion.IsMember) && c.State == suggestion.Raised && c.May(suggestion.TakeUp)
				},
			} {
				page, err := w.S.List(ctx, suggestion.Filter{Scope: scope, Limit: 200})
				if problem.Is(err, problem.Forbidden) || problem.Is(err, problem.SignIn) {
					page, err = suggestion.Page{}, nil
				}
				if err != nil {
					t.Fatal(err)
				}
				listed := map[string]bool{}
				for _, i := range page.Items {
					listed[i.ID.String()] = true
				}
				for _, ref := range refs {
					c, err := w.S.Get(ctx, ref)
					if err != nil && !problem.Is(err, problem.NotFound) {
						t.Fatal(err)
					}
					if want := err == nil && about(c); listed[ref] != want {
						state := "unreadable"
						if err == nil {
							state = string(c.State)
						}
						t.Errorf("%s in the list %q: a matter that is %s is listed: %v, want %v", name, scope, state, listed[ref], want)
					}
				}
			}
		}
	})
}
