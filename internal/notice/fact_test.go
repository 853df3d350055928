package notice_test

import (
	"testing"

	"xieshang/internal/notice"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	. "xieshang/internal/suggestion/suggestiontest"

	"github.com/google/uuid"
)

// TestTell: a fact is told once however often it is said, only by the platform, in the way that its reader chose, and leads to the gathering.
func TestTell(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := notice.Fact{Accounts: []uuid.UUID{w.Member.Account, w.OtherMember.Account, uuid.New()}, Kind: notice.Meeting, Subject: uuid.New(), Text: "gathering-invited", Occasion: "invited",
			Args: notice.Args{Due: clock.Of(2026, 3, 9)}, At: w.Clock.Now()}
		for _, a := range []authz.Actor{{}, w.Member, w.Admin} {
			if err := w.N.Tell(As(a), f); err == nil {
				t.Errorf("%s tells others", a.Name)
			}
		}
		if err := w.N.Choose(As(w.OtherMember), notice.Settings{Kinds: []notice.Setting{{Kind: notice.Meeting, Choice: notice.Choice{Mail: notice.Off}}}}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := w.N.Tell(As(authz.System()), f); err != nil {
				t.Fatal(err)
			}
		}
		if got := w.told(w.Member); len(got) != 1 {
			t.Errorf("the member is told %v", got)
		}
		if got := w.told(w.OtherMember); len(got) != 0 {
			t.Errorf("who turned it off is told %v", got)
		}
		p, err := w.N.List(As(w.Member), "")
		if err != nil || p.Notices[0].Path() != "/gatherings/"+f.Subject.String() {
			t.Errorf("%+v %v", p, err)
		}
		f.Kind = "weather"
		if err := w.N.Tell(As(authz.System()), f); err == nil {
			t.Error("a kind that is none is told")
		}
	})
}
