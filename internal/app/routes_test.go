package app_test

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"xieshang/internal/app"
	"xieshang/internal/app/apptest"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/web"
)

var wildcard = regexp.MustCompile(`\{[^}]*\}`)

// TestEveryRouteRefuses asks for every address of the table as nobody and as a holder of each role, and compares with what its line says.
func TestEveryRouteRefuses(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		type visitor struct {
			name   string
			actor  authz.Actor
			cookie *http.Cookie
		}
		visitors := []visitor{{name: "nobody"}}
		add := func(name string, roles ...authz.Role) {
			c := s.Cookie(s.Account(name, roles...))
			actor, err := s.App.Accounts.Actor(t.Context(), c.Value)
			if err != nil || !actor.SignedIn() {
				t.Fatalf("%s is not signed in: %v", name, err)
			}
			visitors = append(visitors, visitor{name, actor, c})
		}
		for _, r := range authz.Roles() {
			add("r-"+string(r), r)
		}
		client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		public := 0
		for _, rt := range s.App.Web.Routes() {
			if rt.Who.IsPublic() {
				public++
				continue
			}
			path := wildcard.ReplaceAllString(rt.Path, "0190aaaa-bbbb-7ccc-8ddd-eeeeffff0001")
			for _, v := range visitors {
				if rt.Path == "/logout" {
					continue // would end the session that the next requests need
				}
				req, err := http.NewRequest(rt.Method, s.URL+path, nil)
				if err != nil {
					t.Fatal(err)
				}
				if rt.Method != http.MethodGet {
					req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				}
				if v.cookie != nil {
					req.AddCookie(v.cookie)
				}
				res, err := client.Do(req)
				if err != nil {
					t.Fatalf("%s %s: %v", rt.Method, path, err)
				}
				io.Copy(io.Discard, res.Body)
				res.Body.Close()
				turnedAway := res.StatusCode == http.StatusUnauthorized || res.StatusCode == http.StatusForbidden ||
					(res.StatusCode == http.StatusSeeOther && strings.HasPrefix(res.Header.Get("Location"), "/login"))
				if !rt.Who.Allows(v.actor) && !turnedAway {
					t.Errorf("%s %s let %s in with %d (allowed: %s)", rt.Method, rt.Path, v.name, res.StatusCode, rt.Who)
				}
				if res.StatusCode >= 500 {
					t.Errorf("%s %s failed for %s with %d", rt.Method, rt.Path, v.name, res.StatusCode)
				}
			}
		}
		t.Logf("%d routes, %d of them public", len(s.App.Web.Routes()), public)
	})
}

// TestForeignSitesCannotWrite: a form on another site does nothing here, whoever is signed in.
func TestForeignSitesCannotWrite(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		for _, rt := range s.App.Web.Routes() {
			if rt.Method == http.MethodGet || rt.Method == http.MethodHead {
				continue
			}
			path := wildcard.ReplaceAllString(rt.Path, "x")
			req, err := http.NewRequest(rt.Method, s.URL+path, strings.NewReader("a=b"))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Sec-Fetch-Site", "cross-site")
			req.Header.Set("Origin", "https://elsewhere.example")
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != http.StatusForbidden {
				t.Errorf("%s %s answered a foreign site with %d", rt.Method, rt.Path, res.StatusCode)
			}
		}
	})
}

// TestRouteWithoutAStatement: a line that does not say who may come in does not start.
func TestRouteWithoutAStatement(t *testing.T) {
	s := web.New(web.Config{})
	do := func(http.ResponseWriter, *http.Request) error { return nil }
	for name, rt := range map[string]web.Route{
		"nothing stated":        {Method: "GET", Path: "/a", Do: do},
		"public without reason": {Method: "GET", Path: "/b", Do: do, Who: web.Public("")},
		"no role":               {Method: "GET", Path: "/c", Do: do, Who: web.Roles()},
		"no handler":            {Method: "GET", Path: "/d", Who: web.SignedIn()},
	} {
		if err := s.Mount(rt); err == nil {
			t.Errorf("%s: mounted", name)
		}
	}
}

// TestCatalog: every text is there in both languages, and no key stands twice.
func TestCatalog(t *testing.T) {
	if _, err := app.Catalog(); err != nil {
		t.Fatal(err)
	}
}
