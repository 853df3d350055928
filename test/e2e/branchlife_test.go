package e2e

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"xieshang/internal/account"
	"xieshang/internal/app"
	"xieshang/internal/app/apptest"
	"xieshang/internal/directory"
	"xieshang/internal/gathering"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/browsertest"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/i18n"

	"github.com/google/uuid"
)

// TestABranchSecretarysMonth: on a phone the secretary sees what is due, plans it, sees it done once it is closed, answers the checklist with it as evidence, and asks for a member's transfer.
func TestABranchSecretarysMonth(t *testing.T) {
	w := &world{Site: apptest.New(t, dbtest.SQLite(t, app.Migrations())), cookies: map[string]string{}}
	branch, second, people := branchOf(t, w)
	p := w.as(t, look{name: "phone", view: browsertest.View{Width: 360, Height: 740, Lang: "zh-CN"}, axe: true}, "shuji")
	p.open("/branch-life", "branch-life")
	p.WaitText("机关党支部")
	p.WaitText("主题党日")
	if p.Count(`a[href*="kind=theme_day"][href*="`+branch.String()+`"]`) != 1 {
		t.Error("the theme day cannot be planned from here")
	}
	p.open("/branch-life/"+branch.String(), "branch-life-year")
	p.WaitText("全年一览")
	before := strings.Count(p.HTML("main"), `data-state="done"`)

	held(t, w, branch)
	p.open("/branch-life/"+branch.String(), "branch-life-year")
	if after := strings.Count(p.HTML("main"), `data-state="done"`); after != before+1 {
		t.Errorf("%d periods done before, %d after", before, after)
	}
	p.open("/branch-life/"+branch.String()+"/checklist", "branch-life-checklist")
	p.WaitText("规范化清单")
	p.Eval(`(() => { const d = document.querySelector("main details"); d.open = true; d.querySelector("input[value=yes]").checked = true; d.querySelector("select").selectedIndex = 1 })()`)
	p.Submit("main details form")
	p.WaitText("已保存")
	p.WaitText("做到")

	p.open("/transfers/new?person="+people[2].String(), "transfer-new")
	p.Eval(`document.querySelector("select[name=where]").value = "` + second.String() + `"`)
	p.Submit("main form")
	p.WaitText("已提交申请")
	p.WaitText("开具介绍信")
}

// branchOf makes two branches of the committee, the first with a secretary who has an account.
func branchOf(t *testing.T, w *world) (branch, second uuid.UUID, people []uuid.UUID) {
	t.Helper()
	since := clock.Interval{From: clock.Of(2020, 1, 1)}
	b := &directory.Batch{}
	add := func(k directory.Kind, name string, parent uuid.UUID) uuid.UUID {
		o := directory.Organisation{ID: uuid.New(), Kind: k, Name: i18n.Name{ZH: name}, Level: directory.City, Division: w.Division, Parent: parent, Valid: since}
		b.Organisations = append(b.Organisations, o)
		return o.ID
	}
	group := add(directory.PartyGroup, "市政协党组", w.Committee)
	branch, second = add(directory.Branch, "市政协机关党支部", group), add(directory.Branch, "市政协机关第二党支部", group)
	for i := range 8 {
		u := uuid.New()
		people = append(people, u)
		b.People = append(b.People, directory.PersonRow{Person: directory.Person{ID: u, Name: "党员" + strconv.Itoa(i+1)}})
		b.Affiliations = append(b.Affiliations, directory.Affiliation{Person: u, Party: directory.CPC, Valid: since})
		b.Memberships = append(b.Memberships, directory.Membership{Person: u, Organisation: branch, Post: directory.Relation, Valid: since})
	}
	b.Memberships = append(b.Memberships, directory.Membership{Person: people[0], Organisation: branch, Post: directory.Secretary, Valid: since})
	if err := w.App.Directory.Record(w.System(), b); err != nil {
		t.Fatal(err)
	}
	in := account.Invitation{Login: "shuji", Name: "支部书记", Person: people[0], Grants: []account.NewGrant{{Role: authz.Member, Place: w.Committee, Days: since}}}
	if _, err := w.App.Accounts.Create(w.System(), in, apptest.Password); err != nil {
		t.Fatal(err)
	}
	w.cookies["shuji"] = w.Cookie("shuji").Value
	return branch, second, people
}

// held lets the branch have its theme day and closes the record.
func held(t *testing.T, w *world, branch uuid.UUID) {
	t.Helper()
	g, starts := w.App.Gatherings, w.Clock.Now().Add(time.Hour)
	id, err := g.Plan(w.System(), gathering.Plan{Kind: "theme_day", Holders: []uuid.UUID{branch}, Title: "主题党日：走进社区", Place: "社区活动室", Starts: starts, Ends: starts.Add(time.Hour),
		Items: []gathering.Item{{Title: "主题活动", Study: true}}, Invitations: []gathering.Invitation{{Organisation: branch}}})
	if err == nil {
		err = g.Act(w.System(), id, gathering.Publish, "")
	}
	w.Clock.Set(starts)
	if err == nil {
		err = g.Act(w.System(), id, gathering.OpenIt, "")
	}
	w.Clock.Set(starts.Add(2 * time.Hour))
	if err == nil {
		err = g.Act(w.System(), id, gathering.EndIt, "")
	}
	if err == nil {
		err = g.Act(w.System(), id, gathering.CloseIt, "")
	}
	if err != nil {
		t.Fatal(err)
	}
}
