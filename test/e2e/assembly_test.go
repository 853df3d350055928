package e2e

import (
	"context"
	"testing"
	"time"

	"xieshang/internal/account"
	"xieshang/internal/app/apptest"
	"xieshang/internal/directory"
	"xieshang/internal/gathering"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/study"

	"github.com/google/uuid"
)

// assembly is the committee's own organisation with something on every page of it.
type assembly struct {
	Branch, Person       uuid.UUID
	Planned, Open, Topic uuid.UUID
}

// assembly builds the Party's line down to a members' branch, with a secretary whose account "organiser" is also the committee's organiser, a gathering that is planned, one
// whose sign-in runs, and a topic of study with somebody who has to catch up.
func (w *world) assembly(t *testing.T) assembly {
	t.Helper()
	a := assembly{Branch: uuid.New(), Person: uuid.New()}
	group, office, special, other := uuid.New(), uuid.New(), uuid.New(), uuid.New()
	since := clock.Interval{From: clock.Of(2020, 1, 1)}
	org := func(id uuid.UUID, k directory.Kind, zh, en string, parent uuid.UUID) directory.Organisation {
		return directory.Organisation{ID: id, Kind: k, Name: i18n.Name{ZH: zh, EN: en}, Level: directory.City, Division: w.Division, Parent: parent, Valid: since}
	}
	err := w.App.Directory.Record(w.System(), &directory.Batch{
		Terms: []directory.Term{{Committee: w.Committee, Number: 13, Valid: clock.Interval{From: clock.Of(2022, 1, 1), To: clock.Of(2027, 1, 1)}}},
		Organisations: []directory.Organisation{org(group, directory.PartyGroup, "政协样例市党组", "Leading Group, Sample City", w.Committee), org(office, directory.OfficePartyGroup, "机关党组", "Leading Group of the Office", group),
			org(special, directory.SpecialCommittee, "提案委员会", "Committee for Proposals", w.Committee), org(a.Branch, directory.MembersBranch, "第一履职党支部", "First Members' Branch", group)},
		People:       []directory.PersonRow{{Person: directory.Person{ID: a.Person, Name: "书记样例", Sex: "f", BirthYear: 1966}, Phone: "10000001111"}, {Person: directory.Person{ID: other, Name: "委员样例"}}},
		Affiliations: []directory.Affiliation{{Person: a.Person, Party: directory.CPC, Valid: since}, {Person: other, Party: directory.CPC, Valid: since}},
		Memberships: []directory.Membership{{Person: a.Person, Organisation: w.Committee, Post: directory.MemberPost, Sector: "教育界", StartReason: directory.Elected, Valid: since}, {Person: a.Person, Organisation: a.Branch, Post: directory.Secretary, Valid: since},
			{Person: a.Person, Organisation: a.Branch, Post: directory.Participant, Valid: since}, {Person: other, Organisation: a.Branch, Post: directory.Participant, Valid: since}}})
	if err != nil {
		t.Fatal(err)
	}
	in := account.Invitation{Login: "organiser", Name: "书记样例", Person: a.Person}
	for _, r := range []authz.Role{authz.Organiser, authz.Leader, authz.Member} {
		in.Grants = append(in.Grants, account.NewGrant{Role: r, Place: w.Committee, Days: since})
	}
	in.Grants = append(in.Grants, account.NewGrant{Role: authz.Admin, Days: since})
	if _, err := w.App.Accounts.Create(w.System(), in, apptest.Password); err != nil {
		t.Fatal(err)
	}
	w.cookies["organiser"] = w.Cookie("organiser").Value
	ctx, err := w.ctx(t, "organiser")
	if err != nil {
		t.Fatal(err)
	}
	a.Planned, a.Open = w.meeting(t, ctx, a.Branch, 4*24*time.Hour), w.meeting(t, ctx, a.Branch, 10*time.Minute)
	for _, action := range []struct {
		id uuid.UUID
		do string
	}{{a.Open, "publish"}, {a.Open, "open"}} {
		act := gathering.Publish
		if action.do == "open" {
			act = gathering.OpenIt
		}
		if err := w.App.Gatherings.Act(ctx, action.id, act, ""); err != nil {
			t.Fatal(err)
		}
	}
	today := clock.Today(w.Clock)
	a.Topic, err = w.App.Study.Plan(ctx, study.Topic{Organisation: a.Branch, Kind: study.Branch, Title: "学习样例文件", Text: "重点学习第二部分。", From: today.AddDays(-20), To: today.AddDays(-1), Audience: []uuid.UUID{a.Branch}})
	if err == nil {
		err = w.App.Study.Publish(ctx, a.Topic)
	}
	if err == nil {
		err = w.App.Study.State(ctx, a.Topic, today, "读完了全文，写了一页体会。")
	}
	if err == nil {
		err = w.App.Directory.AskCorrection(ctx, "出生年份应为1965年。")
	}
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (w *world) meeting(t *testing.T, ctx context.Context, branch uuid.UUID, in time.Duration) uuid.UUID {
	t.Helper()
	starts := w.Clock.Now().Add(in)
	id, err := w.App.Gatherings.Plan(ctx, gathering.Plan{Kind: "branch_meeting", Holders: []uuid.UUID{branch}, Title: "三月党员大会", Place: "政协会议中心", Starts: starts, Ends: starts.Add(2 * time.Hour),
		Items: []gathering.Item{{Title: "学习", Study: true}, {Title: "讨论"}}, Invitations: []gathering.Invitation{{Organisation: branch}}})
	if err != nil {
		t.Fatal(err)
	}
	return id
}
