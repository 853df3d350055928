package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"xieshang/internal/app/apptest"
	"xieshang/internal/gathering"
	"xieshang/internal/gathering/signin"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	wf "xieshang/internal/platform/workflow"

	parser "github.com/emersion/go-ical"
	"github.com/google/uuid"
)

func digitsOf(t *testing.T, s *apptest.Site, id uuid.UUID) (digits, short string) {
	t.Helper()
	v, err := s.App.SignIn.Screen(s.Organiser(), id, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	return v.Codes[0].Digits, v.Codes[0].Short
}

// TestSignInPages goes through the doors without script: the plain form, the square by way of the login page, who runs it and who does not.
func TestSignInPages(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		people := s.Members("li", "wang", "zhang")
		s.Account("org", authz.Organiser)
		s.Account("rev", authz.Reviewer)
		g := s.OpenGathering("常委会第十二次会议", people[0], people[1])
		base := "/gatherings/" + g.String()
		code, short := digitsOf(t, s, g)

		li := visit(t, s).as("li")
		st, body := li.get("/gatherings/sign-in")
		li.has(st, body, 200, "常委会第十二次会议", `name="code"`)
		st, body = li.post("/gatherings/sign-in", url.Values{"code": {"12"}, "gathering": {g.String()}})
		li.has(st, body, 422, "6 位数字", "常委会第十二次会议")
		st, body = li.post("/gatherings/sign-in", url.Values{"code": {code}, "gathering": {g.String()}})
		li.has(st, body, 200, "记上了", "09:00")
		st, body = li.get("/gatherings/sign-in")
		li.has(st, body, 200, "已签到")

		wang := visit(t, s)
		res, err := wang.c.Get(s.URL + "/s/" + short)
		if err != nil || !strings.HasPrefix(res.Request.URL.Path, "/login") {
			t.Fatalf("a stranger who scans is at %v, %v", res.Request.URL, err)
		}
		res.Body.Close()
		s.Clock.Advance(4 * time.Minute) // looks for the password
		st, body = wang.post("/login", url.Values{"login": {"wang"}, "password": {apptest.Password}, "next": {res.Request.URL.Query().Get("next")}})
		wang.has(st, body, 200, "常委会第十二次会议", `name="ticket"`)
		st, body = wang.post("/gatherings/sign-in", url.Values{"ticket": {regexp.MustCompile(`name="ticket" value="([^"]+)"`).FindStringSubmatch(body)[1]}})
		wang.has(st, body, 200, "记上了")
		st, body = visit(t, s).get("/s/" + short)
		wang.has(st, body, 422, "已经换了")
		st, body = visit(t, s).get("/s/nothing-at-all")
		wang.has(st, body, 422, "6 位数字")

		_, short = digitsOf(t, s, g)
		zhang := visit(t, s).as("zhang")
		st, body = zhang.get("/s/" + short)
		zhang.has(st, body, 200, `name="ticket"`)
		st, body = zhang.post("/gatherings/sign-in", url.Values{"ticket": {regexp.MustCompile(`name="ticket" value="([^"]+)"`).FindStringSubmatch(body)[1]}})
		zhang.has(st, body, 403, "您不在")

		org := visit(t, s).as("org")
		st, body = org.get(base + "/screen")
		org.has(st, body, 200, "screen-digits", "<strong data-present>2</strong>")
		st, body = org.get(base + "/screen/codes?n=180")
		var codes struct {
			Codes []struct{ Digits string }
		}
		if err := json.Unmarshal([]byte(body), &codes); err != nil || st != 200 || len(codes.Codes) != 180 {
			t.Fatalf("codes: %d, %v, %d", st, err, len(codes.Codes))
		}
		st, body = org.get(base + "/door")
		org.has(st, body, 200, "zhang", "等候处理")
		st, body = org.post(base+"/door/guests", url.Values{"person": {people[2].String()}, "answer": {"in"}})
		org.has(st, body, 200, "已准予")
		if st, _ = org.get(base + "/poster.pdf"); st != 409 {
			t.Errorf("a poster that is off: %d", st)
		}
		st, body = org.post(base+"/door/poster", url.Values{"on": {"1"}})
		org.has(st, body, 200, "打印海报")
		if st, body = org.get(base + "/poster.pdf"); st != 200 || !strings.HasPrefix(body, "%PDF") {
			t.Errorf("poster: %d %.20q", st, body)
		}
		st, body = org.post(base+"/door/renew", url.Values{})
		org.has(st, body, 200, "全部重新生成")
		if now, _ := digitsOf(t, s, g); now == code {
			t.Error("the codes stayed the same")
		}
		for _, login := range []string{"li", "rev"} {
			b := visit(t, s).as(login)
			for _, p := range []string{"/screen", "/screen/codes", "/door", "/poster.pdf"} {
				if st, _ := b.get(base + p); st != 403 && st != 404 {
					t.Errorf("%s as %s: %d", p, login, st)
				}
			}
			for _, p := range []string{"/door/guests", "/door/poster", "/door/renew"} {
				if st, _ := b.post(base+p, url.Values{"on": {"1"}}); st != 403 && st != 404 {
					t.Errorf("%s as %s: %d", p, login, st)
				}
			}
		}
		rev := visit(t, s).as("rev")
		st, body = rev.get("/gatherings/sign-in")
		rev.has(st, body, 200, "还没有和名册上的人对应起来")
		l, err := s.App.Gatherings.Get(s.Organiser(), g)
		if err != nil || l.Counts.There() != 3 {
			t.Errorf("%d are there, %v", l.Counts.There(), err)
		}
	})
}

// TestKeptPage: what a phone keeps says nothing of anybody, and the worker's script is one that a browser lets answer for the whole site.
func TestKeptPage(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		people := s.Members("li-named")
		s.OpenGathering("不公开的会", people...)
		li := visit(t, s).as("li-named")
		st, body := li.get("/gatherings/sign-in/offline?lang=zh-CN")
		li.has(st, body, 200, "现在没有网络")
		if strings.Contains(body, "li-named") || strings.Contains(body, "不公开的会") || strings.Contains(body, "signin-data") {
			t.Errorf("the kept page tells of its reader: %s", excerpt(body))
		}
		res, err := http.Get(s.URL + "/gatherings/worker.js?lang=en")
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		script, err := io.ReadAll(res.Body)
		if err != nil || res.Header.Get("Service-Worker-Allowed") != "/" || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/javascript") || res.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf("%v %v", res.Header, err)
		}
		head, _, _ := strings.Cut(strings.TrimPrefix(string(script), "self.kept="), ";\n")
		var kept struct {
			Page  string
			Files []string
		}
		if err := json.Unmarshal([]byte(head), &kept); err != nil || len(kept.Files) != 5 || !strings.HasSuffix(kept.Page, "lang=en") {
			t.Fatalf("%s: %v", head, err)
		}
		for _, f := range append(kept.Files, kept.Page) {
			if st, _ := visit(t, s).get(f); st != 200 {
				t.Errorf("%s: %d", f, st)
			}
		}
	})
}

// TestOddPhones: whatever is sent as kept sign-ins is answered, and nothing of it signs anybody in.
func TestOddPhones(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		people := s.Members("li")
		g := s.OpenGathering("常委会第十二次会议", people...)
		cookie := s.Cookie("li")
		many := strings.Repeat(`{"id":"1"},`, 30)
		for body, want := range map[string]int{"": 422, "{": 422, "null": 422, `{"items":null}`: 422, `{"items":[]}`: 422, `{"items":[{}]}`: 200, `{"items":[{"at":9e99}]}`: 422, `{"items":[{"at":-5,"pass":"a.b","code":"123456"}]}`: 200,
			`{"items":[{"id":"\u0000","pass":"\u0000","code":"\u0000"}]}`: 200, `[1]`: 422, `{"items":[` + strings.TrimSuffix(many, ",") + `]}`: 422, `{"items":[{"code":"` + strings.Repeat("1", 70_000) + `"}]}`: 413} {
			req, err := http.NewRequest(http.MethodPost, s.URL+"/gatherings/sign-in/send", strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			req.AddCookie(cookie)
			req.Header.Set("Content-Type", "application/json")
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			got, _ := io.ReadAll(res.Body)
			res.Body.Close()
			if res.StatusCode != want || strings.Contains(string(got), `"signed"`) {
				t.Errorf("%.60q: %d, want %d: %.200s", body, res.StatusCode, want, got)
			}
		}
		if st, _ := visit(t, s).post("/gatherings/sign-in/send", url.Values{}); st != 401 {
			t.Errorf("as nobody: %d", st)
		}
		l, err := s.App.Gatherings.Get(s.Organiser(), g)
		if err != nil || l.Counts.There() != 0 {
			t.Errorf("%d are there, %v", l.Counts.There(), err)
		}
	})
}

// TestLaterThanTheRecord: the record was closed with somebody as absent whose phone still kept the sign-in; within a day it counts, and afterwards the record stands.
func TestLaterThanTheRecord(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		people := s.Members("li", "wang")
		g := s.OpenGathering("常委会第十二次会议", people...)
		phones := map[string]signin.Stored{}
		ctx := map[string]context.Context{}
		for i, login := range []string{"li", "wang"} {
			actor, err := s.App.Accounts.Actor(t.Context(), s.Cookie(login).Value)
			if err != nil || actor.Person != people[i] {
				t.Fatalf("%+v %v", actor, err)
			}
			ctx[login] = authz.With(context.Background(), actor)
			ready, err := s.App.SignIn.Prepare(ctx[login], "phone of "+login)
			if err != nil || len(ready.List) != 1 {
				t.Fatalf("%+v %v", ready, err)
			}
			digits, _ := digitsOf(t, s, g)
			phones[login] = signin.Stored{ID: "1", Pass: ready.List[0].Pass, Code: digits, At: s.Clock.Now()}
		}
		s.Clock.Advance(2 * time.Hour)
		for _, action := range []wf.Action{gathering.EndIt, gathering.CloseIt} {
			if err := s.App.Gatherings.Act(s.Organiser(), g, action, ""); err != nil {
				t.Fatal(err)
			}
		}
		presence := func() (out [2]gathering.Presence) {
			t.Helper()
			known, err := s.App.Gatherings.Presences(s.System(), []uuid.UUID{g})
			if err != nil {
				t.Fatal(err)
			}
			return [2]gathering.Presence{known[g][people[0]], known[g][people[1]]}
		}
		if got := presence(); got != [2]gathering.Presence{gathering.Absent, gathering.Absent} {
			t.Fatalf("when the record was closed: %v", got)
		}
		send := func(login string) signin.Result {
			t.Helper()
			out, err := s.App.SignIn.Send(ctx[login], []signin.Stored{phones[login]})
			if err != nil {
				t.Fatal(err)
			}
			return out[0].Result
		}
		if r := send("li"); r != signin.Signed {
			t.Errorf("after two hours: %s", r)
		}
		s.Clock.Advance(23 * time.Hour)
		if r := send("wang"); r != signin.Refused {
			t.Errorf("after more than a day: %s", r)
		}
		if got := presence(); got != [2]gathering.Presence{gathering.Present, gathering.Absent} {
			t.Errorf("in the end: %v", got)
		}
	})
}

func parsed(t *testing.T, body string) *parser.Calendar {
	t.Helper()
	cal, err := parser.NewDecoder(strings.NewReader(body)).Decode()
	if err != nil {
		t.Fatalf("%v\n%s", err, body)
	}
	return cal
}

// TestCalendarAddress reads a member's calendar with a parser that is not ours, by the address on their page alone.
func TestCalendarAddress(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		people := s.Members("li", "wang")
		g := s.Gathering("专题议政性常委会", 48*time.Hour, people[0])
		s.Gathering("别人的会", 24*time.Hour, people[1])
		held := s.OpenGathering("今天的会", people[0])
		if _, err := s.App.Gatherings.Decide(s.Organiser(), held, gathering.Decision{Text: "起草报告", Owner: people[0], Due: clock.Of(2026, 3, 20)}); err != nil {
			t.Fatal(err)
		}
		li := visit(t, s).as("li")
		st, body := li.get("/account/calendar")
		li.has(st, body, 200, "还没有日历地址")
		address := func(path string) string {
			t.Helper()
			st, body := li.post(path, url.Values{})
			li.has(st, body, 200, "calendar.ics", "webcal://")
			m := regexp.MustCompile(`/calendar\.ics\?token=[\w-]+`).FindString(body)
			if m == "" {
				t.Fatal("no address on the page")
			}
			return m
		}
		first := address("/account/calendar/renew")
		program := visit(t, s) // has no session
		res, err := program.c.Get(s.URL + first)
		if err != nil {
			t.Fatal(err)
		}
		head := res.Header
		st, body = program.read(res, nil)
		program.has(st, body, 200, "BEGIN:VCALENDAR")
		if head.Get("Content-Type") != "text/calendar; charset=utf-8" || head.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("head: %v", head)
		}
		titles := map[string]string{}
		for _, e := range parsed(t, body).Events() {
			title, _ := e.Props.Text("SUMMARY")
			uid, _ := e.Props.Text("UID")
			titles[title] = uid
		}
		if len(titles) != 3 || !strings.HasPrefix(titles["专题议政性常委会"], g.String()) || titles["今天的会"] == "" || titles["到期：起草报告"] == "" {
			t.Errorf("entries: %v", titles)
		}
		if err := s.App.Gatherings.Act(s.Organiser(), g, gathering.Cancel, "改期"); err != nil {
			t.Fatal(err)
		}
		st, body = program.get(first)
		program.has(st, body, 200, "STATUS:CANCELLED", "已取消")
		second := address("/account/calendar/renew")
		if st, _ = program.get(first); st != http.StatusGone {
			t.Errorf("the address before: %d", st)
		}
		if st, _ = program.get(second); st != 200 {
			t.Errorf("the new one: %d", st)
		}
		st, body = li.post("/account/calendar/revoke", url.Values{})
		li.has(st, body, 200, "已停用")
		for _, p := range []string{second, "/calendar.ics", "/calendar.ics?token=", "/calendar.ics?token=%00", "/calendar.ics?token=" + strings.Repeat("a", 5000)} {
			if st, _ = program.get(p); st != http.StatusGone {
				t.Errorf("%.60s: %d", p, st)
			}
		}
	})
}

// TestInvitationsByMail: publishing, a change and calling off each send one mail with a calendar file to who is invited.
func TestInvitationsByMail(t *testing.T) {
	apptest.EachMailed(t, func(t *testing.T, s *apptest.Site) {
		people := s.Members("li", "wang")
		work := func() {
			t.Helper()
			for range 4 {
				if _, err := s.App.Jobs.RunDue(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		invited := func() (out []string) {
			for _, m := range s.Mails.Messages() {
				for _, f := range m.Files {
					cal, err := parser.NewDecoder(bytes.NewReader(f.Content)).Decode()
					if err != nil {
						t.Fatal(err)
					}
					method, _ := cal.Props.Text("METHOD")
					out = append(out, m.To[0].Address+" "+method+" "+m.Subject)
				}
			}
			return out
		}
		g := s.Gathering("专题议政性常委会", 48*time.Hour, people[0])
		work()
		if got := invited(); len(got) != 1 || got[0] != "li@example.net REQUEST 活动邀请：专题议政性常委会" {
			t.Fatalf("after publishing: %v", got)
		}
		l, err := s.App.Gatherings.Get(s.Organiser(), g)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.App.Gatherings.Plan(s.Organiser(), gathering.Plan{ID: g, Version: l.Gathering.Version, Kind: "other", Holders: []uuid.UUID{s.Committee}, Title: "专题议政性常委会", Place: "二楼",
			Starts: l.Gathering.Starts, Ends: l.Gathering.Ends, Invitations: []gathering.Invitation{{Person: people[0]}, {Person: people[1]}}})
		if err != nil {
			t.Fatal(err)
		}
		work()
		got := strings.Join(invited(), "\n")
		if strings.Count(got, "\n") != 2 || !strings.Contains(got, "li@example.net REQUEST 活动变动") || !strings.Contains(got, "wang@example.net REQUEST 活动邀请") {
			t.Fatalf("after a change: %v", got)
		}
		if err := s.App.Gatherings.Act(s.Organiser(), g, gathering.Cancel, "改期"); err != nil {
			t.Fatal(err)
		}
		work()
		if got := strings.Join(invited(), "\n"); strings.Count(got, "CANCEL 活动取消") != 2 {
			t.Errorf("after calling off: %v", got)
		}
	})
}
