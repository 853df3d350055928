package app_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"xieshang/internal/app/apptest"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/web"
)

// fieldsOfForms are the names under which pages and operations take something.
var fieldsOfForms = []string{"q", "state", "cursor", "division", "committee", "department", "field", "class", "rating", "kind", "scope", "queue", "from", "to", "limit", "once", "title", "body", "place", "name", "phone",
	"lng", "lat", "wish", "version", "reason", "text", "code", "into", "letter", "team", "part", "due", "until", "day", "how", "target", "public", "login", "password", "current", "email", "next", "action", "back",
	"pow_challenge", "pow_nonce", "upload", "role", "login_key", "scopes", "days", "number", "select", "lang", "theme", "as_of", "known_at", "month", "title2", "confirm", "note"}

// nastyValues are what a stranger may throw at a field: no database and no page may break on them.
func nastyValues() map[string]string {
	at := func(key string) string { return base64.RawURLEncoding.EncodeToString([]byte(key)) }
	return map[string]string{
		"nul":         "a\x00b",
		"not utf-8":   "\xff\xfe\xc3(",
		"surrogate":   "\xed\xa0\x80",
		"percent":     "%_\\%' OR 1=1 --",
		"syntax":      `"未闭合 AND (state:closed OR`,
		"long":        strings.Repeat("长", 3000),
		"number":      "99999999999999999999",
		"negative":    "-1",
		"not a date":  "2026-02-30",
		"not a float": "NaN",
		"markup":      "</script><script>alert(1)</script>\r\nSet-Cookie: a=b",
		"cursor":      at("\x00.1"),
		"far cursor":  at("9223372036854775807.9223372036854775807"),
		"odd cursor":  at("\xff\xfe.-9223372036854775808"),
	}
}

// TestNastyInput throws each nasty value at each route as each kind of visitor, in its address, its query and its form: refused or taken, never failed.
func TestNastyInput(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		cookies := map[string]*http.Cookie{"nobody": nil}
		for _, who := range []struct {
			name  string
			roles []authz.Role
		}{
			{"n-member", []authz.Role{authz.Member}},
			{"n-staff", []authz.Role{authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Admin}},
			{"n-clerk", []authz.Role{authz.Clerk, authz.Head}},
		} {
			cookies[who.name] = s.Cookie(s.Account(who.name, who.roles...))
		}
		client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		asked := 0
		for _, rt := range s.App.Web.Routes() {
			if rt.Path == "/logout" || strings.HasSuffix(rt.Path, "/sessions/end") {
				continue // would end the sessions that the next requests need
			}
			for kind, value := range nastyValues() {
				for name, cookie := range cookies {
					if rt.Who.IsPublic() && name == "n-clerk" {
						continue // is treated like every account there
					}
					req, err := nastyRequest(s.URL, rt, value)
					if err != nil {
						t.Fatalf("%s %s %s: %v", rt.Method, rt.Path, kind, err)
					}
					if cookie != nil {
						req.AddCookie(cookie)
					}
					res, err := client.Do(req)
					if err != nil {
						t.Fatalf("%s %s with %s: %v", rt.Method, rt.Path, kind, err)
					}
					body, _ := io.ReadAll(res.Body)
					res.Body.Close()
					asked++
					if res.StatusCode >= 500 && !strings.Contains(string(body), "upload.busy") {
						t.Errorf("%s %s with %q as %s: %d %.200s", rt.Method, rt.Path, kind, name, res.StatusCode, body)
					}
					for _, inside := range []string{"SQLSTATE", "sqlite", "goroutine", "internal/platform", ".go:"} {
						if strings.Contains(string(body), inside) && rt.Path != "/metrics" && !strings.HasPrefix(rt.Path, "GET /assets") {
							t.Errorf("%s %s with %q as %s shows %s of the inside", rt.Method, rt.Path, kind, name, inside)
						}
					}
				}
			}
		}
		t.Logf("%d requests", asked)
	})
}

// nastyRequest puts the value wherever the route takes something.
func nastyRequest(site string, rt web.Route, value string) (*http.Request, error) {
	path := rt.Path
	if method, rest, ok := strings.Cut(path, " "); ok && method == "GET" {
		path = rest
	}
	segment := value
	if len(segment) > 200 {
		segment = segment[:201]
	}
	path = wildcard.ReplaceAllStringFunc(path, func(name string) string {
		if name == "{$}" {
			return ""
		}
		return url.PathEscape(segment)
	})
	form := url.Values{}
	words := map[string]any{}
	for _, f := range fieldsOfForms {
		form.Set(f, value)
		words[f] = value
	}
	address := site + path
	if rt.Method == http.MethodGet || rt.Method == http.MethodHead {
		if len(value) > 500 {
			form = url.Values{"q": {value}, "text": {value}, "next": {value}}
		}
		return http.NewRequest(rt.Method, address+"?"+form.Encode(), nil)
	}
	if rt.API || strings.HasPrefix(rt.Path, "/api/") {
		body, err := json.Marshal(words)
		if err != nil {
			return nil, err
		}
		req, err := http.NewRequest(rt.Method, address+"?q="+url.QueryEscape(value), strings.NewReader(string(body)))
		if err == nil {
			req.Header.Set("Content-Type", "application/json")
		}
		return req, err
	}
	req, err := http.NewRequest(rt.Method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return req, nil
}
