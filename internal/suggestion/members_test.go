package suggestion_test

import (
	"fmt"
	"strings"
	"testing"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/problem"
	"xieshang/internal/suggestion"
	. "xieshang/internal/suggestion/suggestiontest"
)

// TestMembersReadWhatWaitsAndTakeItUp: a member of the owning committee finds a resident's message before it is public, reads nothing private of it, and
// taking it up makes it a suggestion of both.
func TestMembersReadWhatWaitsAndTakeItUp(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		in := w.Input()
		in.Name, in.Phone = "李阿姨", "13987654321"
		in.Body += "请打13812345678。"
		r, err := w.S.Raise(Nobody(), in)
		if err != nil {
			t.Fatal(err)
		}
		shy := w.Input()
		shy.PublicWish = false
		private, err := w.S.Raise(Nobody(), shy)
		if err != nil {
			t.Fatal(err)
		}
		queued := w.Input()
		queued.Queued = suggestion.NoWork
		unseen, err := w.S.Raise(Nobody(), queued)
		if err != nil {
			t.Fatal(err)
		}
		list := func(f suggestion.Filter) []string {
			f.Scope = suggestion.MessagesScope
			page, err := w.S.List(As(w.Member), f)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, i := range page.Items {
				out = append(out, i.Number)
			}
			return out
		}
		if got := list(suggestion.Filter{}); len(got) != 1 || got[0] != r.Number {
			t.Fatalf("messages that wait: %v, want %s", got, r.Number)
		}
		if got := list(suggestion.Filter{Query: "加装电梯"}); len(got) != 1 {
			t.Errorf("found by words: %v", got)
		}
		if got := list(suggestion.Filter{Query: "13812345678"}); len(got) != 0 {
			t.Errorf("found by a masked number: %v", got)
		}
		for name, ref := range map[string]string{"one whose author does not wish it public": private.Number, "one that staff have not let in": unseen.Number} {
			if _, err := w.S.Get(As(w.Member), ref); !problem.Is(err, problem.NotFound) {
				t.Errorf("a member reads %s: %v", name, err)
			}
		}
		c, err := w.S.Get(As(w.Member), r.Number)
		if err != nil {
			t.Fatal(err)
		}
		if all := fmt.Sprintf("%+v", c); strings.Contains(all, "13987654321") || strings.Contains(all, "13812345678") || strings.Contains(all, "李阿姨") || len(c.Authors) != 0 || c.Original {
			t.Errorf("a member reads what is private: %s", all)
		}
		if _, err := w.S.Look(As(w.Member), r.Number); !problem.Is(err, problem.Forbidden) {
			t.Errorf("a member looks at the contact data: %v", err)
		}
		for name, who := range map[string]struct {
			ask   func() error
			while problem.Kind
		}{
			"nobody": {func() error {
				_, err := w.S.List(Nobody(), suggestion.Filter{Scope: suggestion.MessagesScope})
				return err
			}, problem.SignIn},
			"a reviewer": {func() error {
				_, err := w.S.List(As(w.Reviewer), suggestion.Filter{Scope: suggestion.MessagesScope})
				return err
			}, problem.Forbidden},
			"another committee's staff": {func() error { _, err := w.S.Get(As(w.CountyReviewer), r.Number); return err }, problem.NotFound},
		} {
			if err := who.ask(); !problem.Is(err, who.while) {
				t.Errorf("%s: %v", name, err)
			}
		}
		county := w.Member
		county.Account, county.Grants = w.NewID(), []authz.Grant{{Role: authz.Member, Place: w.CountyCommittee}}
		if _, err := w.S.Get(As(county), r.Number); !problem.Is(err, problem.NotFound) {
			t.Errorf("a member of another committee reads it: %v", err)
		}
		c = w.Do(w.Member, r.Number, suggestion.TakeUp, act{Reason: "我走访过这个院子"})
		if c.Kind != suggestion.SuggestionKind || c.Origin != suggestion.FromResident || c.Suggestion.Authors != 2 || !c.Is(suggestion.IsAuthor) || c.Level != suggestion.PartyLevel {
			t.Errorf("taken up: kind %s, %d authors, %v, level %d", c.Kind, c.Suggestion.Authors, c.Relations, c.Level)
		}
		if got := list(suggestion.Filter{}); len(got) != 0 {
			t.Errorf("what was taken up still waits: %v", got)
		}
		if _, err := w.S.Get(As(w.OtherMember), r.Number); !problem.Is(err, problem.NotFound) {
			t.Errorf("another member still reads it: %v", err)
		}
		ref, author, err := w.S.Track(Nobody(), r.Code)
		if err != nil {
			t.Fatal(err)
		}
		mine, err := w.S.Get(suggestion.ByCode(Nobody(), author), ref)
		if err != nil || !mine.May(suggestion.Withdraw) || !mine.May(suggestion.Supplement) {
			t.Errorf("the resident is not an author any more: %v", err)
		}
		if c.May(suggestion.Withdraw) {
			t.Error("who took it up may withdraw what a resident raised")
		}
		figures, err := w.S.Figures(As(w.Reviewer), suggestion.Filter{Scope: suggestion.StaffScope})
		if err != nil || figures.Total.Messages != 2 || figures.Total.Suggestions != 1 {
			t.Errorf("counted as %+v: %v", figures.Total, err)
		}
		// Both decide: the matter is not closed while one of them has not rated.
		w.Reply(r.Number)
		if c = w.Do(w.Member, r.Number, suggestion.Rate, act{Rating: suggestion.Satisfied}); c.State != suggestion.Replied {
			t.Errorf("closed by one of two authors: %s", c.State)
		}
		if c, err = w.S.Act(suggestion.ByCode(Nobody(), author), ref, suggestion.Rate, act{Rating: suggestion.Basically}); err != nil || c.State != suggestion.Closed || c.Rating != suggestion.Basically {
			t.Errorf("after both rated: %v", err)
		}
	})
}

// TestStaffTakeUp: a message that staff accept becomes a suggestion; no person of the office becomes an author.
func TestStaffTakeUp(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		r, err := w.S.Raise(Nobody(), w.Input())
		if err != nil {
			t.Fatal(err)
		}
		c := w.Accept(r.Number)
		if c.Kind != suggestion.SuggestionKind || c.Origin != suggestion.FromResident || len(c.Authors) != 1 {
			t.Errorf("accepted by staff: kind %s, origin %s, %d authors", c.Kind, c.Origin, len(c.Authors))
		}
	})
}
