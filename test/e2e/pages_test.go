// Package e2e tries the pages in a real Chromium (A1): every width, language and look, with axe finding nothing, and a resident's first steps.
package e2e

import (
	"os"
	"regexp"
	"testing"

	"xieshang/internal/app"
	"xieshang/internal/app/apptest"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/browsertest"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"
)

func TestMain(m *testing.M) { os.Exit(browsertest.Main(m)) }

// site has one public matter with an answer.
func site(t *testing.T) (*apptest.Site, string) {
	s := apptest.New(t, dbtest.SQLite(t, app.Migrations()))
	ctx := s.System()
	r, err := s.App.Suggestions.Raise(t.Context(), suggestion.RaiseInput{Title: "枫溪路的路灯坏了三个月", Body: "枫溪路从桥头到学校四百米没有一盏灯，孩子放学要摸黑走。", Division: s.Division, PublicWish: true})
	if err != nil {
		t.Fatal(err)
	}
	staff := authz.Actor{Account: s.Committee, Grants: []authz.Grant{{Role: authz.Reviewer, Place: s.Committee}, {Role: authz.Dispatcher, Place: s.Committee}}}
	yes := true
	for _, x := range []struct {
		action string
		in     suggestion.ActInput
	}{{"review-accept", suggestion.ActInput{Public: &yes}}, {"dispatch", suggestion.ActInput{Team: []suggestion.TeamPart{{Department: s.Department, Part: suggestion.Lead}}}}} {
		tr, ok := suggestion.Life().Find(workflow.Action(x.action))
		if !ok {
			t.Fatal(x.action)
		}
		if _, err := s.App.Suggestions.Act(authz.With(ctx, staff), r.Number, tr.Action, x.in); err != nil {
			t.Fatal(err)
		}
	}
	return s, r.Number
}

func TestPublicPagesInEveryLook(t *testing.T) {
	s, number := site(t)
	b := browsertest.New(t)
	for _, v := range []browsertest.View{{Width: 360, Height: 740, Lang: "zh-CN"}, {Width: 1440, Height: 900, Lang: "en", Dark: true}} {
		p := b.Page(v)
		for _, path := range []string{"/", "/suggestions", "/suggestions/" + number, "/track", "/login", "/figures"} {
			p.Go(s.URL + path)
			p.Accessible()
			p.NoHorizontalScroll()
		}
	}
}

var code = regexp.MustCompile(`\d{4} \d{4} \d{4} \d{4}`)

// TestAResidentWithoutScript raises a message on a small screen with script turned off, and follows it by its code.
func TestAResidentWithoutScript(t *testing.T) {
	s, _ := site(t)
	p := browsertest.New(t).Page(browsertest.View{Width: 360, Height: 740, Lang: "zh-CN", NoScript: true})
	p.Go(s.URL + "/suggestions/new")
	p.Fill("#title", "桥头的护栏断了一截")
	p.Fill("#body", "桥头东侧的护栏断了一截，下面是河，孩子常在这里玩，很危险。")
	p.Fill("#division", s.Division.String())
	p.Click("button[type=submit].btn[data-kind=primary]")
	p.WaitText("查询码")
	mine := code.FindString(p.Text("main"))
	if mine == "" {
		t.Fatalf("no code on the receipt: %s", p.Text("main"))
	}
	p.Accessible()
	p.Go(s.URL + "/track")
	p.Fill("#code", mine)
	p.Click("form[action='/track'] button[type=submit]")
	p.WaitText("桥头的护栏断了一截")
	p.NoHorizontalScroll()
}

func TestTheDesk(t *testing.T) {
	s, number := site(t)
	s.Account("dis", authz.Dispatcher, authz.Reviewer)
	b := browsertest.New(t)
	p := b.Page(browsertest.View{Width: 1440, Height: 900, Lang: "zh-CN"})
	p.Go(s.URL + "/login?next=/desk")
	p.Fill("#login", "dis")
	p.Fill("#password", apptest.Password)
	p.Click("main button[type=submit]")
	p.WaitText("工作台")
	for _, path := range []string{"/desk", "/desk/list", "/desk/suggestions/" + number, "/desk/new", "/desk/rules"} {
		p.Go(s.URL + path)
		p.Accessible()
		p.NoHorizontalScroll()
	}
}
