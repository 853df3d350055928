package notice_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"xieshang/internal/notice"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"
	. "xieshang/internal/suggestion/suggestiontest"

	"github.com/google/uuid"
)

// TestListAndRead: unread first, page by page, each once; only one's own; what comes after "all read" was pressed stays unread.
func TestListAndRead(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const n = notice.PageSize + 5
		for range n {
			w.Raise(w.Member)
			w.Clock.Advance(time.Minute)
		}
		w.work()
		if got, err := w.N.Unread(As(w.Reviewer)); got != n || err != nil {
			t.Fatalf("%d unread, %v", got, err)
		}
		first, err := w.N.List(As(w.Reviewer), "")
		if err != nil || len(first.Notices) != notice.PageSize || first.Next == "" {
			t.Fatalf("%d %v", len(first.Notices), err)
		}
		newest := first.Notices[0]
		if first.Titles[newest.Subject] != w.Input().Title {
			t.Errorf("title %q", first.Titles[newest.Subject])
		}
		if _, err := w.N.Open(As(w.Dispatcher), newest.ID); !problem.Is(err, problem.NotFound) && !isNotFound(err) {
			t.Errorf("opened another's notice: %v", err)
		}
		if got, err := w.N.Open(As(w.Reviewer), newest.ID); err != nil || got.Path() != "/desk/suggestions/"+newest.Number {
			t.Fatalf("%+v %v", got, err)
		}
		seen := map[uuid.UUID]int{}
		var last notice.Notice
		for next := ""; ; {
			p, err := w.N.List(As(w.Reviewer), next)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range p.Notices {
				seen[x.ID]++
				last = x
			}
			if next = p.Next; next == "" {
				break
			}
		}
		if len(seen) != n || last.ID != newest.ID || last.Unread() {
			t.Errorf("%d notices, the last is %v", len(seen), last.Read)
		}
		until := w.Clock.Now()
		w.Clock.Advance(time.Minute)
		w.Raise(w.Member)
		w.work()
		if err := w.N.ReadAll(As(w.Reviewer), until); err != nil {
			t.Fatal(err)
		}
		if got, _ := w.N.Unread(As(w.Reviewer)); got != 1 {
			t.Errorf("%d unread", got)
		}
		if got, err := w.N.Unread(Nobody()); got != 0 || err != nil {
			t.Errorf("a visitor has %d unread, %v", got, err)
		}
		for _, bad := range []string{"x", "!!", "MS4yLjM"} {
			if _, err := w.N.List(As(w.Reviewer), bad); !problem.Is(err, problem.Invalid) {
				t.Errorf("cursor %q: %v", bad, err)
			}
		}
	})
}

func isNotFound(err error) bool { return errors.Is(err, db.ErrNotFound) }

// TestNobody is refused everywhere but where the service says it is public.
func TestNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for name, f := range map[string]func(context.Context) error{
			"List":     func(ctx context.Context) error { _, err := w.N.List(ctx, ""); return err },
			"Open":     func(ctx context.Context) error { _, err := w.N.Open(ctx, uuid.New()); return err },
			"ReadAll":  func(ctx context.Context) error { return w.N.ReadAll(ctx, time.Time{}) },
			"Settings": func(ctx context.Context) error { _, err := w.N.Settings(ctx); return err },
			"Choose":   func(ctx context.Context) error { return w.N.Choose(ctx, notice.Settings{}) },
			"Tick":     w.N.Tick,
		} {
			if err := f(Nobody()); !problem.Is(err, problem.SignIn) && !problem.Is(err, problem.Forbidden) {
				t.Errorf("%s let nobody in: %v", name, err)
			}
		}
	})
}

// TestChoicesAreChecked: neither a strange way nor a strange kind is stored.
func TestChoicesAreChecked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, s := range []notice.Settings{{Kinds: []notice.Setting{{Kind: notice.Due, Choice: notice.Choice{Mail: "hourly"}}}}, {Kinds: []notice.Setting{{Kind: "weather", Choice: notice.Choice{Mail: notice.Off}}}}, {Lang: "fr"}} {
			if err := w.N.Choose(As(w.Member), s); !problem.Is(err, problem.Invalid) {
				t.Errorf("%+v: %v", s, err)
			}
		}
		for a, want := range map[string]int{"member": 6, "clerk": 11, "reviewer": 11} {
			who := map[string]int{}
			actor := w.Member
			switch a {
			case "clerk":
				actor = w.HousingClerk
			case "reviewer":
				actor = w.Reviewer
			}
			s, err := w.N.Settings(As(actor))
			for _, k := range s.Kinds {
				who[string(k.Kind)]++
			}
			if err != nil || len(who) != want || len(s.Kinds) != want {
				t.Errorf("%s may choose %v", a, who)
			}
		}
	})
}

// TestEverySentence has words in both languages, every kind a name, and every action of the rules exists.
func TestEverySentence(t *testing.T) {
	c, err := i18n.Load(notice.Messages)
	if err != nil {
		t.Fatal(err)
	}
	extra := []wf.Action{suggestion.RateSoon, suggestion.PartSoon, suggestion.PartLate}
	for a, texts := range notice.Texts() {
		known := false
		for _, x := range extra {
			known = known || a == x
		}
		if _, ok := suggestion.Life().Find(a); !ok && !known {
			t.Errorf("no action %s", a)
		}
		for _, x := range texts {
			for _, lang := range i18n.Langs() {
				if !c.Printer(lang).Has("notice.text." + x) {
					t.Errorf("%s: no sentence %q", lang, x)
				}
			}
		}
	}
	quiet := []wf.Action{suggestion.Sponsor, suggestion.Acknowledge, suggestion.Contact, suggestion.Note, suggestion.Look, suggestion.Import}
	for _, tr := range suggestion.Life().Transitions {
		if _, told := notice.Texts()[tr.Action]; told == slices.Contains(quiet, tr.Action) {
			t.Errorf("%s: either somebody is told of it, or it stands among those that nobody is told of", tr.Action)
		}
	}
	used := map[string]bool{}
	for _, texts := range notice.Texts() {
		for _, x := range texts {
			used["notice.text."+x] = true
		}
	}
	for _, k := range c.Keys() {
		if strings.HasPrefix(k, "notice.text.gathering-") { // told through Tell; the composition root knows when
			continue
		}
		if len(k) > 12 && k[:12] == "notice.text." && !used[k] {
			t.Errorf("nobody is told %s", k)
		}
	}
	for _, k := range notice.Kinds() {
		if !c.Printer(i18n.ZH).Has("notice.kind."+string(k)) || !c.Printer(i18n.ZH).Has("notice.kind."+string(k)+".hint") {
			t.Errorf("kind %s has no name", k)
		}
	}
}
