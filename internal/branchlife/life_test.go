package branchlife_test

import (
	"context"
	"testing"

	"xieshang/internal/branchlife"
	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

func states(l *branchlife.Life, c branchlife.Counts) (out []branchlife.State) {
	for _, x := range l.Slots {
		if x.Counts == c {
			out = append(out, x.State)
		}
	}
	return out
}

// TestYear: what the rules built in ask of each kind, from the directory and the gatherings as they are.
func TestYear(t *testing.T) {
	each(t, func(w *world) {
		w.held(branchlife.BranchMeeting, clock.Of(2026, 2, 3), w.city.branch)
		w.held(branchlife.GroupMeeting, clock.Of(2026, 1, 9), w.city.groupA)
		w.held(branchlife.OrganisationLife, clock.Of(2026, 2, 9), w.city.members, w.outside)
		l, err := w.service.Year(as(w.people[0]), w.city.branch, 2026)
		w.must(err)
		if l.Full != 8 || l.People != 8 || len(l.Groups) != 2 || !l.Sight.Runs || len(l.Rules) != 6 {
			t.Errorf("%d full, %d people, %d groups, %+v, %d rules", l.Full, l.People, len(l.Groups), l.Sight, len(l.Rules))
		}
		for c, want := range map[branchlife.Counts][]branchlife.State{branchlife.BranchMeeting: {"done", "later"}, branchlife.CommitteeMeeting: {"missed", "missed", "due"}, branchlife.GroupMeeting: {"missed", "missed", "due"},
			branchlife.ThemeDay: {"missed", "missed", "due"}, branchlife.OrganisationLife: {"due"}, branchlife.Appraisal: {"due"}, branchlife.Lecture: {}} {
			got := states(l, c)
			for i := range want {
				if i >= len(got) || got[i] != want[i] {
					t.Errorf("%s: %v, want %v", c, got, want)
					break
				}
			}
			if c == branchlife.Lecture && len(got) > 0 {
				t.Errorf("lectures are asked for without a local rule: %v", got)
			}
		}
		small, err := w.service.Year(as(w.people[8]), w.city.second, 2026)
		w.must(err)
		if got := small.Pick(branchlife.Exempt); len(got) != 24 || got[0].Why != branchlife.NoCommittee {
			t.Errorf("two full members: %d exempt", len(got))
		}
		members, err := w.service.Year(as(w.people[12]), w.city.members, 2026)
		w.must(err)
		if len(members.Slots) != 1 || members.Slots[0].State != branchlife.Done {
			t.Errorf("a members' branch and its joint gathering: %+v", members.Slots)
		}
		w.clock.Set(clock.Of(2026, 7, 1).Start())
		p := directory.Affiliation{Person: w.people[7], Party: directory.CPC, Probationary: true, Valid: since}
		all, err := w.directory.Affiliations(system(), []uuid.UUID{w.people[7]}, clock.Date{})
		w.must(err)
		p.ID = all[w.people[7]][0].ID
		_, err = w.directory.PutAffiliation(system(), p)
		w.must(err)
		l, err = w.service.Year(as(w.people[0]), w.city.branch, 2026)
		w.must(err)
		if l.Full != 7 || states(l, branchlife.CommitteeMeeting)[5] != branchlife.Missed {
			t.Errorf("with one on probation: %d full, %v", l.Full, states(l, branchlife.CommitteeMeeting))
		}
	})
}

// TestWhoSees: by what somebody is in the directory; a committee above has figures, and names only by a grant.
func TestWhoSees(t *testing.T) {
	each(t, func(w *world) {
		see := func(ctx context.Context, o uuid.UUID) bool {
			_, err := w.service.Year(ctx, o, 2026)
			if err != nil && !problem.Is(err, problem.NotFound) && !problem.Is(err, problem.SignIn) {
				t.Errorf("refused otherwise: %v", err)
			}
			return err == nil
		}
		above := organiser(w.province.committee)
		for name, c := range map[string]struct {
			ctx  context.Context
			o    uuid.UUID
			want bool
		}{
			"nobody": {nobody(), w.city.branch, false}, "somebody of the branch": {as(w.people[3]), w.city.branch, true}, "of a group of it": {as(w.people[1]), w.city.branch, true}, "of the other branch": {as(w.people[8]), w.city.branch, false},
			"secretary above it": {as(w.people[9]), w.city.branch, true}, "secretary of the whole": {as(w.people[11]), w.city.branch, true}, "organiser": {organiser(w.city.committee), w.city.branch, true},
			"leader": {as(uuid.Nil, authz.Grant{Role: authz.Leader, Place: w.city.committee}), w.city.branch, true}, "a clerk of a department": {as(uuid.Nil, authz.Grant{Role: authz.Clerk, Place: w.city.committee}), w.city.branch, false},
			"the committee above": {above, w.city.branch, false}, "admin": {admin(), w.city.branch, true}, "an account without a person": {as(uuid.Nil), w.city.branch, false},
			"the committee itself has no life here": {admin(), w.city.committee, false}, "an outside branch neither": {as(w.people[10]), w.outside, false},
			"a token without a scope": {authz.With(context.Background(), authz.Actor{Account: uuid.New(), Person: w.people[0], Scopes: []authz.Scope{authz.WriteScope}}), w.city.branch, false},
		} {
			if name == "a token without a scope" {
				if _, err := w.service.Year(c.ctx, c.o, 2026); !problem.Is(err, problem.Forbidden) {
					t.Errorf("%s: %v", name, err)
				}
				continue
			}
			if see(c.ctx, c.o) != c.want {
				t.Errorf("%s: want %v", name, c.want)
			}
		}
		figures, err := w.service.Figures(above, 2026)
		w.must(err)
		if len(figures) != 2 || figures[0].Organisations != figures[1].Organisations || figures[1].Names || !figures[0].Names {
			t.Errorf("the figures of the committee above: %+v", figures)
		}
		if _, err := w.service.OfCommittee(above, w.city.committee, 2026); !problem.Is(err, problem.Forbidden) {
			t.Errorf("its organisations one by one: %v", err)
		}
		_, err = w.directory.GrantNames(organiser(w.city.committee), directory.NameGrant{Committee: w.city.committee, Reader: w.province.committee, Subject: directory.BranchLifeSubject, Valid: clock.Interval{From: clock.Of(2026, 1, 1)}})
		w.must(err)
		list, err := w.service.OfCommittee(above, w.city.committee, 2026)
		w.must(err)
		if len(list) != 7 || !see(above, w.city.branch) {
			t.Errorf("with a grant: %d", len(list))
		}
		for _, l := range list {
			if l.Sight.Guides != (l.Organisation.Kind == directory.PartyGroup) {
				t.Errorf("the committee above guides %s: %v", l.Organisation.Name.ZH, l.Sight.Guides)
			}
		}
		if list, err := w.service.Figures(organiser(w.city.committee), 2026); err != nil || len(list) != 1 {
			t.Errorf("a city's figures: %d %v", len(list), err)
		}
		if _, err := w.service.Figures(as(w.people[0]), 2026); !problem.Is(err, problem.Forbidden) {
			t.Errorf("a secretary's figures: %v", err)
		}
	})
}

// TestMine lists what somebody belongs to, what they run first.
func TestMine(t *testing.T) {
	each(t, func(w *world) {
		list, err := w.service.Mine(as(w.people[9]))
		w.must(err)
		if len(list) != 2 || list[0].Organisation.ID != w.city.officeGroup || list[1].Organisation.ID != w.city.second || !list[0].Sight.Runs || list[1].Sight.Runs {
			t.Errorf("%d", len(list))
		}
		if list, err := w.service.Mine(as(w.guest)); err != nil || len(list) != 0 {
			t.Errorf("somebody outside the Party: %d %v", len(list), err)
		}
	})
}
