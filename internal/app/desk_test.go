package app_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"xieshang/internal/app/apptest"
	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

// desk is a site with everybody signed in who works on matters, through pages without script.
type desk struct {
	t       *testing.T
	s       *apptest.Site
	traffic uuid.UUID
}

func eachDesk(t *testing.T, test func(*desk)) {
	t.Helper()
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		d := &desk{t: t, s: s, traffic: uuid.New()}
		err := s.App.Directory.Record(s.System(), &directory.Batch{Organisations: []directory.Organisation{{ID: d.traffic, Kind: directory.Department, Name: i18n.Name{ZH: "市交通运输局", EN: "City Transport Bureau"},
			Level: directory.City, Division: s.Division, Valid: clock.Interval{From: clock.Of(2020, 1, 1)}}}})
		if err != nil {
			t.Fatal(err)
		}
		for login, role := range map[string]authz.Role{"rev": authz.Reviewer, "dis": authz.Dispatcher, "edi": authz.Editor, "clk": authz.Clerk, "hed": authz.Head, "mem": authz.Member, "lea": authz.Leader} {
			s.Account(login, role)
		}
		test(d)
	})
}

func (d *desk) as(login string) *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		d.t.Fatal(err)
	}
	u, err := url.Parse(d.s.URL)
	if err != nil {
		d.t.Fatal(err)
	}
	if login != "" {
		jar.SetCookies(u, []*http.Cookie{d.s.Cookie(login)})
	}
	return &http.Client{Jar: jar}
}

func (d *desk) read(res *http.Response, err error) (int, string) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	if key := regexp.MustCompile(`⟦[^⟧]*⟧`).FindString(string(body)); key != "" {
		d.t.Errorf("%s shows a key without a text: %s", res.Request.URL, key)
	}
	return res.StatusCode, string(body)
}

func (d *desk) get(login, path string) (int, string) {
	d.t.Helper()
	return d.read(d.as(login).Get(d.s.URL + path))
}

func (d *desk) post(login, path string, form url.Values) (int, string) {
	d.t.Helper()
	return d.read(d.as(login).PostForm(d.s.URL+path, form))
}

func (d *desk) want(what string, status int, body string, want int, texts ...string) {
	d.t.Helper()
	if status != want {
		d.t.Errorf("%s: status %d, want %d: %s", what, status, want, excerpt(body))
		return
	}
	for _, x := range texts {
		if !strings.Contains(body, x) {
			d.t.Errorf("%s lacks %q: %s", what, x, excerpt(body))
		}
	}
}

// raise makes a member's matter; change may be nil.
func (d *desk) raise(title string, change func(*suggestion.RaiseInput)) string {
	d.t.Helper()
	in := suggestion.RaiseInput{Title: title, Body: "枫溪路从桥头到学校四百米没有一盏灯，孩子放学要摸黑走。", Committee: d.s.Committee, Division: d.s.Division, PublicWish: true}
	if change != nil {
		change(&in)
	}
	r, err := d.s.App.Suggestions.Raise(d.actor("mem"), in)
	if err != nil {
		d.t.Fatal(err)
	}
	return r.Number
}

func (d *desk) case_(number string) *suggestion.Case {
	d.t.Helper()
	c, err := d.s.App.Suggestions.Get(d.s.System(), number)
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

func (d *desk) state(number string) wf.State { return d.case_(number).State }

// act takes an action the way a person does: with the version that the page shows.
func (d *desk) act(login, number, action string, form url.Values) {
	d.t.Helper()
	form.Set("version", fmt.Sprint(d.case_(number).Version))
	st, body := d.post(login, "/desk/suggestions/"+number+"/actions/"+action, form)
	d.want(action, st, body, 200, number)
}

func (d *desk) dispatched(title string) string {
	n := d.raise(title, nil)
	d.act("rev", n, "review-accept", url.Values{"public": {"yes"}})
	d.act("dis", n, "dispatch", url.Values{"department": {d.s.Department.String()}, "part": {"lead"}, "letter": {"协转办〔2026〕3号"}})
	return n
}

// TestLanding: whoever works here begins at the desk, a member at home.
func TestLanding(t *testing.T) {
	eachDesk(t, func(d *desk) {
		for login, want := range map[string]string{"rev": "/desk", "clk": "/desk", "mem": "/"} {
			b := visit(d.t, d.s)
			if at := b.signIn(login, apptest.Password); at != want {
				d.t.Errorf("%s begins at %s, not %s", login, at, want)
			}
		}
	})
}
