package branchlife_test

import (
	"strings"
	"testing"

	"xieshang/internal/branchlife"
	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// TestRules: what is built in has its source, a place adds its own and never less, corrections supersede, and each scope has its keeper.
func TestRules(t *testing.T) {
	each(t, func(w *world) {
		list, err := w.service.Rules(as(w.people[3]))
		w.must(err)
		if len(list) != 10 {
			t.Errorf("%d rules are built in", len(list))
		}
		for _, r := range list {
			if r.Source == "" || r.SourceEN == "" || r.Scope != uuid.Nil {
				t.Errorf("%+v", r)
			}
			if r.Counts == branchlife.Lecture || r.Kind == directory.MembersBranch && r.Counts == branchlife.ThemeDay {
				t.Errorf("%s of a %s is for the place to say", r.Counts, r.Kind)
			}
		}
		r := branchlife.Rule{Scope: w.city.committee, Kind: directory.Branch, Counts: branchlife.Lecture, Every: branchlife.Quarter, Times: 1, Source: " 样例市机关党委〔2026〕1号 ", Valid: clock.Interval{From: clock.Of(2026, 1, 1)}}
		with := func(change func(*branchlife.Rule)) branchlife.Rule { x := r; change(&x); return x }
		for key, x := range map[string]branchlife.Rule{
			"branchlife.err.kind":      with(func(x *branchlife.Rule) { x.Kind = directory.Department }),
			"branchlife.err.counts":    with(func(x *branchlife.Rule) { x.Counts = "party" }),
			"branchlife.err.every":     with(func(x *branchlife.Rule) { x.Every = "week" }),
			"branchlife.err.times":     with(func(x *branchlife.Rule) { x.Times = 13 }),
			"branchlife.err.condition": with(func(x *branchlife.Rule) { x.Kind, x.Condition = directory.MembersBranch, branchlife.HasGroups }),
			"branchlife.err.source":    with(func(x *branchlife.Rule) { x.Source = " " }),
			"branchlife.err.long":      with(func(x *branchlife.Rule) { x.Source = strings.Repeat("长", 301) }),
			"branchlife.err.day":       with(func(x *branchlife.Rule) { x.Valid = clock.Interval{} }),
			"branchlife.err.to":        with(func(x *branchlife.Rule) { x.Valid.To = x.Valid.From }),
			"branchlife.err.scope":     with(func(x *branchlife.Rule) { x.Scope = w.city.members }),
			"branchlife.err.rule-less": with(func(x *branchlife.Rule) { x.Counts, x.Every = branchlife.ThemeDay, branchlife.Quarter }),
		} {
			_, err := w.service.PutRule(organiser(w.city.committee), x)
			w.refused(key, err, problem.Invalid, key)
		}
		first, err := w.service.PutRule(organiser(w.city.committee), r)
		w.must(err)
		_, err = w.service.PutRule(organiser(w.city.committee), r)
		w.refused("twice", err, problem.Invalid, "branchlife.err.rule-overlap")
		l, err := w.service.Year(as(w.people[0]), w.city.branch, 2026)
		w.must(err)
		if got := states(l, branchlife.Lecture); len(got) != 4 || got[0] != branchlife.Due {
			t.Errorf("lectures by the local rule: %v", got)
		}
		if far, err := w.service.Year(admin(), w.province.branch, 2026); err != nil || len(states(far, branchlife.Lecture)) != 0 {
			t.Errorf("another committee's: %v", err)
		}
		r.ID, r.Times = first, 2
		second, err := w.service.PutRule(organiser(w.city.committee), r)
		w.must(err)
		_, err = w.service.PutRule(organiser(w.city.committee), r)
		w.refused("an old page", err, problem.Conflict, "")
		for who, ctx := range map[string]error{"the province": only(w.service.PutRule(organiser(w.province.committee), with(func(*branchlife.Rule) {}))), "a secretary": only(w.service.PutRule(as(w.people[0]), r)),
			"an organiser everywhere": only(w.service.PutRule(organiser(w.city.committee), with(func(x *branchlife.Rule) { x.Scope = uuid.Nil })))} {
			w.refused(who, ctx, problem.Forbidden, "")
		}
		w.refused("nobody", only(w.service.PutRule(nobody(), r)), problem.SignIn, "")
		w.refused("ended by the province", w.service.EndRule(organiser(w.province.committee), second, clock.Of(2026, 7, 1)), problem.Forbidden, "")
		w.refused("before it began", w.service.EndRule(organiser(w.city.committee), second, clock.Of(2026, 1, 1)), problem.Invalid, "branchlife.err.to")
		w.must(w.service.EndRule(organiser(w.city.committee), second, clock.Of(2026, 7, 1)))
		if l, err = w.service.Year(as(w.people[0]), w.city.branch, 2026); err != nil || len(states(l, branchlife.Lecture)) != 2 {
			t.Errorf("after its end: %v %v", states(l, branchlife.Lecture), err)
		}
		_, err = w.service.PutRule(admin(), branchlife.Rule{Kind: directory.MembersBranch, Counts: branchlife.ThemeDay, Every: branchlife.Half, Times: 1, Source: "通行规定", Valid: clock.Interval{From: clock.Of(2026, 1, 1)}})
		w.must(err)
	})
}

func only(_ uuid.UUID, err error) error { return err }
