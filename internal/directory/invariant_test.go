package directory_test

import (
	"context"
	"testing"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// assembly is a small committee with the Party organisations of both lines.
type assembly struct {
	committee, other, special, group, subgroup, members, members2, otherGroup, otherMembers, party, branch, branch2, outside uuid.UUID
	cpc, outsider                                                                                                            uuid.UUID
}

var since = clock.Interval{From: clock.Of(2020, 1, 1)}

func build(t *testing.T, s *directory.Service) assembly {
	t.Helper()
	var a assembly
	for _, p := range []*uuid.UUID{&a.committee, &a.other, &a.special, &a.group, &a.subgroup, &a.members, &a.members2, &a.otherGroup, &a.otherMembers, &a.party, &a.branch, &a.branch2, &a.outside, &a.cpc, &a.outsider} {
		*p = uuid.New()
	}
	org := func(id uuid.UUID, k directory.Kind, name string, parent uuid.UUID) directory.Organisation {
		return directory.Organisation{ID: id, Kind: k, Name: i18n.Name{ZH: name}, Level: directory.City, Parent: parent, Valid: since}
	}
	err := s.Record(system(), &directory.Batch{
		Organisations: []directory.Organisation{org(a.committee, directory.Committee, "政协样例市委员会", uuid.Nil), org(a.other, directory.Committee, "政协样例县委员会", uuid.Nil),
			org(a.special, directory.SpecialCommittee, "提案委员会", a.committee), org(a.group, directory.PartyGroup, "党组", a.committee), org(a.subgroup, directory.PartySubgroup, "分党组", a.group),
			org(a.members, directory.MembersBranch, "履职一支部", a.subgroup), org(a.members2, directory.MembersBranch, "履职二支部", a.group),
			org(a.otherGroup, directory.PartyGroup, "县党组", a.other), org(a.otherMembers, directory.MembersBranch, "县履职支部", a.otherGroup),
			org(a.party, directory.OfficePartyCommittee, "机关党委", a.group), org(a.branch, directory.Branch, "机关一支部", a.party), org(a.branch2, directory.Branch, "机关二支部", a.party),
			org(a.outside, directory.OutsideBranch, "样例学院党支部", uuid.Nil)},
		People:       []directory.PersonRow{{Person: directory.Person{ID: a.cpc, Name: "甲样例"}}, {Person: directory.Person{ID: a.outsider, Name: "乙样例"}}},
		Affiliations: []directory.Affiliation{{Person: a.cpc, Party: directory.CPC, Valid: since}, {Person: a.outsider, Party: directory.Minmeng, Valid: since}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func between(y1, y2 int) clock.Interval {
	return clock.Interval{From: clock.Of(y1, 1, 1), To: clock.Of(y2, 1, 1)}
}

// TestContradictionsAreRefused: after every refusal nothing has changed, and the same thing without the contradiction is taken.
func TestContradictionsAreRefused(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, _ *clock.Fake, _ *db.DB) {
		a := build(t, s)
		put := func(person, organisation uuid.UUID, post directory.Post, v clock.Interval) error {
			_, err := s.PutMembership(system(), directory.Membership{Person: person, Organisation: organisation, Post: post, Valid: v})
			return err
		}
		for _, x := range []struct {
			what string
			err  error
			key  string // "" taken
		}{
			{"a relation", put(a.cpc, a.branch, directory.Relation, between(2021, 2023)), ""},
			{"a second relation at the same time", put(a.cpc, a.branch2, directory.Relation, between(2022, 2024)), "directory.err.two-relations"},
			{"a relation outside at the same time", put(a.cpc, a.outside, directory.Relation, between(2022, 2024)), "directory.err.two-relations"},
			{"a relation afterwards", put(a.cpc, a.outside, directory.Relation, between(2023, 2024)), ""},
			{"a relation in a members' branch", put(a.cpc, a.members, directory.Relation, between(2025, 2026)), "directory.err.post-here"},
			{"a place in a members' branch", put(a.cpc, a.members, directory.Participant, between(2021, 2023)), ""},
			{"another place of the same committee", put(a.cpc, a.members2, directory.Participant, between(2022, 2024)), "directory.err.two-branches"},
			{"a place in another committee's branch", put(a.cpc, a.otherMembers, directory.Participant, between(2022, 2024)), ""},
			{"somebody of another party in a branch", put(a.outsider, a.members, directory.Participant, between(2021, 2023)), "directory.err.not-cpc"},
			{"the same post twice", put(a.cpc, a.members, directory.Participant, between(2022, 2023)), "directory.err.overlap"},
			{"a post that is not there", put(a.cpc, a.committee, directory.ClerkPost, between(2022, 2023)), "directory.err.post-here"},
			{"an organisation that is not there", put(a.cpc, uuid.New(), directory.MemberPost, between(2022, 2023)), "directory.err.organisation"},
			{"an end before the beginning", put(a.cpc, a.committee, directory.MemberPost, between(2023, 2022)), "directory.err.to"},
			{"a member", put(a.outsider, a.committee, directory.MemberPost, between(2022, 2023)), ""},
		} {
			if got := firstKey(x.err); got != x.key {
				t.Errorf("%s: %q (%v), want %q", x.what, got, x.err, x.key)
			}
		}
		if _, list, err := s.Person(system(), a.cpc); err != nil || len(list) != 4 {
			t.Errorf("%d memberships were kept, want 4: %v", len(list), err)
		}
	})
}

// TestTheTree: an organisation stands only below one of a kind that fits, and never above itself.
func TestTheTree(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, _ *clock.Fake, _ *db.DB) {
		a := build(t, s)
		put := func(id uuid.UUID, k directory.Kind, name string, parent uuid.UUID) error {
			_, err := s.PutOrganisation(system(), directory.Organisation{ID: id, Kind: k, Name: i18n.Name{ZH: name}, Level: directory.City, Parent: parent, Valid: since})
			return err
		}
		for _, x := range []struct {
			what string
			err  error
			key  string
		}{
			{"a branch alone", put(uuid.Nil, directory.Branch, "孤支部", uuid.Nil), "directory.err.needs-parent"},
			{"a branch below a committee", put(uuid.Nil, directory.Branch, "错支部", a.committee), "directory.err.parent-kind"},
			{"below what is not there", put(uuid.Nil, directory.Branch, "错支部", uuid.New()), "directory.err.parent-unknown"},
			{"a committee below itself", put(a.committee, directory.Committee, "政协样例市委员会", a.committee), "directory.err.cycle"},
			{"the other below the first", put(a.other, directory.Committee, "政协样例县委员会", a.committee), ""},
			{"the first below the other", put(a.committee, directory.Committee, "政协样例市委员会", a.other), "directory.err.cycle"},
			{"a branch in its place", put(uuid.Nil, directory.Branch, "三支部", a.party), ""},
		} {
			if got := firstKey(x.err); got != x.key {
				t.Errorf("%s: %q (%v), want %q", x.what, got, x.err, x.key)
			}
		}
		snap, err := s.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if k := snap.CommitteeFor(a.members); k == nil || k.ID != a.committee {
			t.Errorf("the members' branch belongs to %+v", k)
		}
		if k := snap.CommitteeFor(a.outside); k != nil {
			t.Errorf("an outside branch belongs to %+v", k)
		}
		if n := len(snap.Under(a.group, directory.Branch, directory.MembersBranch)); n != 5 {
			t.Errorf("%d branches under the group, want 5", n)
		}
	})
}

// TestTermsDoNotOverlap: each term once, one after the other.
func TestTermsDoNotOverlap(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, _ *clock.Fake, _ *db.DB) {
		a := build(t, s)
		put := func(committee uuid.UUID, n int, v clock.Interval) error {
			_, err := s.PutTerm(system(), directory.Term{Committee: committee, Number: n, Valid: v})
			return err
		}
		for _, x := range []struct {
			err error
			key string
		}{
			{put(a.committee, 12, between(2018, 2023)), ""}, {put(a.committee, 13, between(2022, 2027)), "directory.err.term-overlap"}, {put(a.committee, 12, between(2023, 2028)), "directory.err.term-taken"},
			{put(a.committee, 0, between(2023, 2028)), "directory.err.term"}, {put(a.committee, 13, between(2023, 2028)), ""}, {put(a.other, 13, between(2022, 2027)), ""},
		} {
			if got := firstKey(x.err); got != x.key {
				t.Errorf("%q (%v), want %q", got, x.err, x.key)
			}
		}
		snap, err := s.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if term, ok := snap.TermOn(a.committee, clock.Of(2024, 5, 1)); !ok || term.Number != 13 {
			t.Errorf("%+v %v", term, ok)
		}
	})
}

// TestNamesGoUpByGrantOnly: staff of a committee above see names of the committee below only for what and while it granted them.
func TestNamesGoUpByGrantOnly(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, c *clock.Fake, _ *db.DB) {
		upper, lower, county, province := uuid.New(), uuid.New(), uuid.New(), uuid.New()
		err := s.Record(system(), &directory.Batch{
			Divisions: []directory.Division{{ID: province, Code: "990000", Name: i18n.Name{ZH: "样例省"}, Level: directory.Province, Valid: since},
				{ID: county, Code: "990101", Name: i18n.Name{ZH: "样例县"}, Level: directory.County, Parent: province, Valid: since}},
			Organisations: []directory.Organisation{{ID: upper, Kind: directory.Committee, Name: i18n.Name{ZH: "省政协"}, Level: directory.Province, Division: province, Valid: since},
				{ID: lower, Kind: directory.Committee, Name: i18n.Name{ZH: "县政协"}, Level: directory.County, Division: county, Valid: since}},
		})
		if err != nil {
			t.Fatal(err)
		}
		as := func(r authz.Role, place uuid.UUID) context.Context {
			return authz.With(t.Context(), authz.Actor{Account: uuid.New(), Grants: []authz.Grant{{Role: r, Place: place}}})
		}
		sees := func(ctx context.Context, subject directory.Subject) bool {
			t.Helper()
			ok, err := s.MaySeeNames(ctx, lower, subject)
			if err != nil {
				t.Fatal(err)
			}
			_, refused := s.Roster(ctx, directory.RosterQuery{Organisations: []uuid.UUID{lower}})
			if subject == directory.RosterSubject && ok != (refused == nil) {
				t.Errorf("may see %v, but the roster says %v", ok, refused)
			}
			list, all, err := s.GrantedNames(ctx, subject)
			if err != nil {
				t.Fatal(err)
			}
			found := all
			for _, k := range list {
				found = found || k == lower
			}
			if found != ok {
				t.Errorf("may see %v, but the list says %v", ok, found)
			}
			return ok
		}
		above, own, member := as(authz.Organiser, upper), as(authz.Organiser, lower), as(authz.Member, lower)
		if sees(above, directory.RosterSubject) || sees(t.Context(), directory.RosterSubject) || sees(member, directory.RosterSubject) || !sees(own, directory.RosterSubject) || !sees(as(authz.Leader, lower), directory.RosterSubject) {
			t.Error("without a grant only the committee's own staff and leaders see names")
		}
		grant := directory.NameGrant{Committee: lower, Reader: upper, Subject: directory.RosterSubject, Valid: clock.Interval{From: clock.Today(c), To: clock.Today(c).AddDays(30)}}
		for name, ctx := range map[string]context.Context{"nobody": t.Context(), "the reader": above, "an administrator": as(authz.Admin, uuid.Nil), "a leader": as(authz.Leader, lower)} {
			if _, err := s.GrantNames(ctx, grant); err == nil {
				t.Errorf("%s gave away the names", name)
			}
		}
		if _, err := s.GrantNames(own, directory.NameGrant{Committee: lower, Reader: lower, Subject: directory.RosterSubject, Valid: since}); firstKey(err) != "directory.err.reader" {
			t.Error(err)
		}
		id, err := s.GrantNames(own, grant)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.GrantNames(own, grant); firstKey(err) != "directory.err.granted" {
			t.Error(err)
		}
		if !sees(above, directory.RosterSubject) || sees(above, directory.CoverageSubject) || sees(as(authz.Member, upper), directory.RosterSubject) {
			t.Error("a grant is for its subject, and for staff and leaders")
		}
		c.Set(clock.Today(c).AddDays(30).Start())
		if sees(above, directory.RosterSubject) {
			t.Error("a grant ends with its last day")
		}
		c.Set(clock.Today(c).AddDays(-20).Start())
		if err := s.EndNameGrant(above, lower, id); err == nil {
			t.Error("the reader ended the grant")
		}
		if err := s.EndNameGrant(own, lower, id); err != nil || sees(above, directory.RosterSubject) {
			t.Errorf("a grant that was taken back holds: %v", err)
		}
		if list, err := s.NameGrants(own, lower); err != nil || len(list) != 1 || list[0].Ended.IsZero() {
			t.Errorf("%+v %v", list, err)
		}
	})
}

// firstKey is the message of the first field of a refusal, "" for none.
func firstKey(err error) string {
	if err == nil {
		return ""
	}
	p, ok := problem.Of(err)
	if !ok || len(p.Fields) == 0 {
		return err.Error()
	}
	return p.Fields[0].Key
}
