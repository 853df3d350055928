package app_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"xieshang/internal/app/apptest"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/web"
)

// inline is what the content security policy forbids: a browser would leave it out, and the page would be broken for everybody.
var inline = map[string]*regexp.Regexp{
	"script without an address": regexp.MustCompile(`(?i)<script(?:\s+(?:type|id|defer|async|nonce)(?:="[^"]*")?)*\s*>`),
	"style element":             regexp.MustCompile(`(?i)<style[\s>]`),
	"style attribute":           regexp.MustCompile(`(?i)<[a-z][^<>]*\sstyle\s*=`),
	"event attribute":           regexp.MustCompile(`(?i)<[a-z][^<>]*\son[a-z]+\s*=`),
	"javascript address":        regexp.MustCompile(`(?i)(?:href|src|action|formaction)\s*=\s*["']?\s*javascript:`),
	"address of another site":   regexp.MustCompile(`(?i)<(?:script|link|img|iframe)[^<>]*(?:src|href)\s*=\s*["']?(?:https?:)?//`),
}

var dataScript = regexp.MustCompile(`(?i)<script[^<>]*type="application/json"[^<>]*>`)

func inlineIn(page string) (kind, where string) {
	page = dataScript.ReplaceAllString(page, "") // data for scripts is not run
	for kind, re := range inline {
		if at := re.FindStringIndex(page); at != nil {
			return kind, page[max(0, at[0]-40):min(len(page), at[1]+60)]
		}
	}
	return "", ""
}

// TestPagesKeepTheContentSecurityPolicy looks at every page that can be asked for without knowing more than the table, and at one matter, as each visitor.
func TestPagesKeepTheContentSecurityPolicy(t *testing.T) {
	for page, want := range map[string]bool{`<p style="a">`: true, `<b onclick="x()">`: true, `<script>x</script>`: true, `<script src="/a.js" defer></script>`: false, `<a href="javascript:x">`: true,
		`<p>style = "a" onclick=</p>`: false, `<script type="application/json">{}</script>`: false, `<img src="//elsewhere.example/a">`: true} {
		if kind, _ := inlineIn(page); (kind != "") != want {
			t.Errorf("%s: %q", page, kind)
		}
	}
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		member := s.Cookie(s.Account("c-member", authz.Member))
		cookies := map[string]*http.Cookie{"nobody": nil, "member": member,
			"staff": s.Cookie(s.Account("c-staff", authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Leader, authz.Admin)), "department": s.Cookie(s.Account("c-clerk", authz.Clerk, authz.Head))}
		looked := 0
		for _, rt := range s.App.Web.Routes() {
			if rt.Method != http.MethodGet || rt.API || strings.Contains(rt.Path, " ") || strings.HasPrefix(rt.Path, "/api/") {
				continue
			}
			path := wildcard.ReplaceAllString(strings.ReplaceAll(rt.Path, "{$}", ""), "0190aaaa-bbbb-7ccc-8ddd-eeeeffff0001")
			for name, cookie := range cookies {
				req, err := http.NewRequest(http.MethodGet, s.URL+path, nil)
				if err != nil {
					t.Fatal(err)
				}
				if cookie != nil {
					req.AddCookie(cookie)
				}
				res, err := http.DefaultTransport.RoundTrip(req)
				if err != nil {
					t.Fatal(err)
				}
				body, _ := io.ReadAll(res.Body)
				res.Body.Close()
				if policy := res.Header.Get("Content-Security-Policy"); policy == "" || strings.Contains(policy, "unsafe") || res.Header.Get("X-Content-Type-Options") != "nosniff" {
					t.Errorf("%s as %s: policy %q", path, name, policy)
				}
				if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
					continue
				}
				looked++
				if kind, where := inlineIn(string(body)); kind != "" {
					t.Errorf("%s as %s has a %s: %s", path, name, kind, where)
				}
			}
		}
		if looked < 50 {
			t.Errorf("only %d pages were looked at", looked)
		}
	})
}

// TestOddOriginsCannotWrite: whatever a browser says about where a form comes from, only this site's own count; a cookie does not help a stranger.
func TestOddOriginsCannotWrite(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		cookie := s.Cookie(s.Account("o-member", authz.Member))
		send := func(head map[string]string) int {
			req, err := http.NewRequest(http.MethodPost, s.URL+"/preferences", strings.NewReader("lang=en"))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			req.AddCookie(cookie)
			for k, v := range head {
				req.Header.Set(k, v)
			}
			res, err := http.DefaultTransport.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			return res.StatusCode
		}
		for _, head := range []map[string]string{{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "nonsense"}, {"Origin": "null"}, {"Origin": "https://elsewhere.example"},
			{"Origin": s.URL + ".elsewhere.example"}, {"Origin": "://"}, {"Sec-Fetch-Site": "cross-site", "Origin": s.URL}, {"Origin": "null", "Authorization": "Basic eHM6eHM="}} {
			if got := send(head); got != http.StatusForbidden {
				t.Errorf("%v: %d", head, got)
			}
		}
		for _, head := range []map[string]string{{"Sec-Fetch-Site": "same-origin"}, {"Origin": s.URL}, {}} {
			if got := send(head); got != http.StatusSeeOther {
				t.Errorf("%v: %d", head, got)
			}
		}
	})
}

// TestReadTokensOnlyRead: a token that may read writes through no route, and no token makes tokens or changes its account.
func TestReadTokensOnlyRead(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		cookie := s.Cookie(s.Account("t-all", authz.Member, authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Admin, authz.Clerk, authz.Head))
		actor, err := s.App.Accounts.Actor(t.Context(), cookie.Value)
		if err != nil {
			t.Fatal(err)
		}
		token := func(scopes ...authz.Scope) string {
			plain, err := s.App.Accounts.CreateTokenFor(authz.With(context.Background(), actor), "test", scopes, time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			return plain
		}
		reader, writer := token(authz.ReadScope), token(authz.ReadScope, authz.WriteScope, authz.AdminScope)
		call := func(method, path, token string) int {
			req, err := http.NewRequest(method, s.URL+path, strings.NewReader("{}"))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer "+token)
			req.AddCookie(cookie) // must not lend the token what the session may
			req.Header.Set("Content-Type", "application/json")
			res, err := http.DefaultTransport.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			return res.StatusCode
		}
		for _, rt := range s.App.Web.Routes() {
			if rt.Method == http.MethodGet || rt.Method == http.MethodHead {
				continue
			}
			path := wildcard.ReplaceAllString(rt.Path, "0190aaaa-bbbb-7ccc-8ddd-eeeeffff0001")
			if got := call(rt.Method, path, reader); got != http.StatusForbidden {
				t.Errorf("%s %s takes a token that may only read: %d", rt.Method, rt.Path, got)
			}
			if strings.HasPrefix(rt.Path, "/account") && rt.Path != "/account/notices" { // which notices one gets opens nothing
				if got := call(rt.Method, path, writer); got != http.StatusForbidden {
					t.Errorf("%s %s takes a token: %d", rt.Method, rt.Path, got)
				}
			}
		}
		if got := call(http.MethodGet, "/api/v1/me", reader+"x"); got != http.StatusUnauthorized {
			t.Errorf("a token that is none falls back to the cookie: %d", got)
		}
	})
}

// TestMetricsAreForTheMachine: behind a proxy on the same machine that nobody declared, strangers do not read them.
func TestMetricsAreForTheMachine(t *testing.T) {
	s := web.New(web.Config{Auth: nobody{}, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}})
	if err := s.Mount(s.MetricsRoute()); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		peer string
		head map[string]string
		want int
	}{
		"the machine":                 {"127.0.0.1:1", nil, http.StatusOK},
		"a stranger":                  {"203.0.113.7:1", nil, http.StatusNotFound},
		"a stranger who forges":       {"203.0.113.7:1", map[string]string{"X-Forwarded-For": "127.0.0.1"}, http.StatusNotFound},
		"through an undeclared proxy": {"127.0.0.1:1", map[string]string{"X-Forwarded-For": "203.0.113.7"}, http.StatusNotFound},
		"forged through a proxy":      {"10.1.1.1:1", map[string]string{"X-Forwarded-For": "127.0.0.1, 203.0.113.7"}, http.StatusNotFound},
	} {
		r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		r.RemoteAddr = c.peer
		for k, v := range c.head {
			r.Header.Set(k, v)
		}
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s: %d", name, w.Code)
		}
		s = web.New(web.Config{Auth: nobody{}, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}})
		if err := s.Mount(s.MetricsRoute()); err != nil {
			t.Fatal(err)
		}
	}
}

type nobody struct{}

func (nobody) Authenticate(*http.Request) (authz.Actor, error) { return authz.Actor{}, nil }

// TestNetworks: who has many addresses of one network is counted once, and IPv4 within IPv6 is the same visitor.
func TestNetworks(t *testing.T) {
	for a, want := range map[string]string{"203.0.113.7": "203.0.113.7", "::ffff:203.0.113.7": "203.0.113.7", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2:ffff::1%eth0": "2001:db8:1:2::/64"} {
		if got := (&web.Info{Address: netip.MustParseAddr(a)}).Network(); got != want {
			t.Errorf("%s is counted as %s", a, got)
		}
	}
}
