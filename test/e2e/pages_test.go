package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"xieshang/internal/platform/browsertest"
	"xieshang/internal/platform/clock"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

// page is one address with somebody who may open it.
type page struct {
	path  string
	login string // "" for a stranger
}

var wildcard = regexp.MustCompile(`\{[^}]*\}`)

// pages lists every page of the route table once, so that a new one is looked at without being asked for. What answers with something else than a
// page (files, feeds, lists to download) and what only leads elsewhere is left out.
func (w *world) pages(t *testing.T, number string) []page {
	t.Helper()
	account, err := w.App.Accounts.Actor(t.Context(), w.cookies["clerk"])
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]string{"GET /suggestions/{number}": number, "GET /desk/suggestions/{number}": number, "GET /admin/accounts/{id}": account.Account.String(),
		"GET /suggestions/{number}/edit": w.draft(t), "GET /admin/directory/organisations/{id}": w.Committee.String(), "GET /admin/directory/divisions/{id}": w.Division.String(), "GET /directory/import/{kind}": "organisations"}
	own := w.assembly(t)
	for path, id := range map[string]uuid.UUID{"/gatherings/{id}": own.Open, "/gatherings/{id}/roll": own.Open, "/gatherings/{id}/screen": own.Open, "/gatherings/{id}/edit": own.Planned, "/study/{id}": own.Topic, "/study/{id}/edit": own.Topic,
		"/branch-life/{organisation}": own.Branch, "/directory/people/{id}/reveal": own.Person} {
		known["GET "+path] = id.String()
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	var out []page
	for _, rt := range w.App.Web.Routes() {
		if rt.Method != http.MethodGet || rt.API || !strings.HasPrefix(rt.Path, "/") { // the last: style sheets and scripts
			continue
		}
		value, ok := known[rt.Method+" "+rt.Path]
		if !ok {
			value = uuid.Nil.String()
		}
		p := page{path: wildcard.ReplaceAllString(strings.TrimSuffix(rt.Path, "{$}"), value), login: "all"}
		if rt.Who.IsPublic() {
			p.login = ""
		}
		switch {
		case rt.Path == "/suggestions/{number}/edit":
			p.login = "member"
		case organised(rt.Path):
			p.login = "organiser"
		}
		req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, w.URL+p.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if p.login != "" {
			req.AddCookie(&http.Cookie{Name: "xs", Value: w.cookies[p.login]})
		}
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		head := make([]byte, 15)
		_, short := io.ReadFull(res.Body, head) // a part of a page, for a script to put in its place, has no head
		res.Body.Close()
		html := short == nil && strings.EqualFold(string(head), "<!doctype html>")
		switch {
		case res.StatusCode == http.StatusOK && html:
			out = append(out, p)
		case html && res.StatusCode >= 400 && ok:
			t.Fatalf("%s answered %d", p.path, res.StatusCode)
		}
	}
	return append(out, page{"/suggestions?q=" + "%E8%B7%AF%E7%81%AF", ""}, page{"/no-such-page", ""}, page{"/desk/list?scope=department", "all"}, page{"/desk/list?queue=review", "all"})
}

// organised tells whether a page is about the assembly's own organisation, where an account without a person sees little.
func organised(path string) bool {
	for _, start := range []string{"/gatherings", "/study", "/branch-life", "/me", "/directory", "/coverage", "/contacts", "/transfers", "/temporary-branches", "/account/calendar", "/s/"} {
		if strings.HasPrefix(path, start) {
			return true
		}
	}
	return false
}

// draft is a member's draft that can be edited.
func (w *world) draft(t *testing.T) string {
	t.Helper()
	ctx, err := w.ctx(t, "member")
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.App.Suggestions.Raise(ctx, suggestion.RaiseInput{Title: "没写完的建议", Body: "河堤步道没有扶手，雨天很滑。", Committee: w.Committee, Division: w.Division, Draft: true})
	if err != nil {
		t.Fatal(err)
	}
	return r.ID.String()
}

// filled gives the pages something to show: one matter with a whole story, and some in other states.
func (w *world) filled(t *testing.T) string {
	t.Helper()
	number := w.raised(t, "枫溪路的路灯坏了三个月", "枫溪路从桥头到学校四百米没有一盏灯，孩子放学要摸黑走。")
	w.raised(t, "桥头的护栏断了一截", "桥头东侧的护栏断了一截，下面是河，孩子常在这里玩。")
	if _, err := w.App.Suggestions.Raise(t.Context(), suggestion.RaiseInput{Title: "菜市场的下水道堵了", Body: "菜市场的下水道堵了一个星期，污水流到路上。", Division: w.Division, Phone: "13900001111"}); err != nil {
		t.Fatal(err)
	}
	yes := true
	for _, x := range []struct {
		login  string
		action string
		in     suggestion.ActInput
	}{
		{"dispatcher", "dispatch", suggestion.ActInput{Team: []suggestion.TeamPart{{Department: w.Department, Part: suggestion.Lead}, {Department: w.Traffic, Part: suggestion.Joint}}, Letter: "协转办〔2026〕7号"}},
		{"clerk", "acknowledge", suggestion.ActInput{}},
		{"traffic", "opinion", suggestion.ActInput{Text: "我局配合占道施工。"}},
		{"clerk", "contact", suggestion.ActInput{How: "telephone", Day: clock.Of(2026, 3, 2), Text: "约定周五现场查看。"}},
		{"clerk", "answer", suggestion.ActInput{Text: "已列入计划，六月底前装好。", Class: "B", Promised: clock.Of(2026, 6, 30)}},
		{"head", "sign-off", suggestion.ActInput{Letter: "样住建函〔2026〕7号"}},
		{"reviewer", "accept-answer", suggestion.ActInput{Public: &yes}},
	} {
		ctx, err := w.ctx(t, x.login)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.App.Suggestions.Act(ctx, number, wf.Action(x.action), x.in); err != nil {
			t.Fatalf("%s: %v", x.action, err)
		}
	}
	return number
}

// TestEveryPage looks at every page in each width, language and theme with axe, and once more on the smallest phone in large type.
func TestEveryPage(t *testing.T) {
	w := newWorld(t)
	pages := w.pages(t, w.filled(t))
	if len(pages) < 25 {
		t.Fatalf("only %d pages found", len(pages))
	}
	var looks []look
	for _, width := range []int{360, 1440} {
		for _, lang := range []string{"zh-CN", "en"} {
			for _, dark := range []bool{false, true} {
				theme := "light"
				if dark {
					theme = "dark"
				}
				looks = append(looks, look{fmt.Sprintf("%d %s %s", width, lang, theme), browsertest.View{Width: width, Height: width * 3 / 4 * 2, Lang: lang, Dark: dark}, true})
			}
		}
	}
	looks = append(looks, look{"320 large", browsertest.View{Width: 320, Height: 568, Lang: "en"}, true}, look{"320", browsertest.View{Width: 320, Height: 568, Lang: "zh-CN"}, false})
	for _, l := range looks {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			people := map[string]*person{"": w.stranger(t, l), "all": w.as(t, l, "all"), "member": w.as(t, l, "member"), "organiser": w.as(t, l, "organiser")}
			if strings.HasSuffix(l.name, "large") {
				for _, p := range people {
					p.Go(w.URL + "/login")
					p.Go(w.URL + "/track")
					p.Click("[name=size]")
					p.Wait("html[data-size=large]")
				}
			}
			for _, x := range pages {
				people[x.login].at(x.path)
			}
		})
	}
}

// TestKeysOfTheList: a clerk goes through the list without a mouse.
func TestKeysOfTheList(t *testing.T) {
	w := newWorld(t)
	w.filled(t)
	p := w.as(t, look{view: browsertest.View{Width: 1440, Height: 900, Lang: "zh-CN"}}, "all")
	p.at("/desk/list")
	for _, key := range []string{"j", "j", "x", "k", "x"} {
		p.Press(key)
	}
	if n := p.Count("tr[data-marked]"); n != 2 {
		t.Errorf("%d rows are marked, want 2", n)
	}
	p.Press("/")
	if at := p.Eval(`document.activeElement.name`); at != `"q"` {
		t.Errorf("the slash leads to %s", at)
	}
	p.Press("j") // typed into the search, not a step in the list
	if got := p.Value("[name=q]"); !strings.HasSuffix(got, "j") {
		t.Errorf("the search holds %q", got)
	}
	p.Eval(`document.activeElement.blur()`)
	p.Press("o")
	p.Wait("#actions")
}
