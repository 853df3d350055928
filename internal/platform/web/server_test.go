package web_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/i18n/i18ntest"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

func TestMessages(t *testing.T) { i18ntest.Check(t, []string{"."}, "problem.") }

// who answers by a header, so that a test says who asks.
type who struct{}

func (who) Authenticate(r *http.Request) (authz.Actor, error) {
	switch name := r.Header.Get("X-Test-Who"); name {
	case "":
		return authz.Actor{}, nil
	case "bad token":
		return authz.Actor{}, problem.New(problem.SignIn, "problem.sign-in")
	case "reader":
		return authz.Actor{Account: uuid.New(), Scopes: []authz.Scope{authz.ReadScope}}, nil
	default:
		return authz.Actor{Account: uuid.New(), Grants: []authz.Grant{{Role: authz.Role(name), Place: uuid.New()}}}, nil
	}
}

type site struct {
	t   *testing.T
	h   http.Handler
	s   *web.Server
	log bytes.Buffer
}

func serve(t *testing.T, change func(*web.Config), routes ...web.Route) *site {
	t.Helper()
	texts, err := i18n.Load(web.Messages)
	if err != nil {
		t.Fatal(err)
	}
	out := &site{t: t}
	cfg := web.Config{Catalog: texts, Auth: who{}, Log: slog.New(slog.NewTextHandler(&out.log, nil)),
		SignIn: func(w http.ResponseWriter, _ *http.Request, kept *web.Kept) error {
			return web.JSON(w, http.StatusUnauthorized, kept)
		},
		ErrorPage: func(w http.ResponseWriter, r *http.Request, status int, p *problem.Problem) error {
			w.WriteHeader(status)
			_, err := fmt.Fprintf(w, "page %d %s", status, web.InfoOf(r.Context()).Printer.T(p.Key, p.Args...))
			return err
		}}
	if change != nil {
		change(&cfg)
	}
	out.s = web.New(cfg)
	if err := out.s.Mount(routes...); err != nil {
		t.Fatal(err)
	}
	out.h = out.s.Handler()
	return out
}

func (s *site) ask(method, path, body string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.h.ServeHTTP(w, r)
	return w.Result()
}

func text(t *testing.T, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func say(words string) web.Handler {
	return func(w http.ResponseWriter, _ *http.Request) error {
		_, err := io.WriteString(w, words)
		return err
	}
}

func failing(err error) web.Handler {
	return func(http.ResponseWriter, *http.Request) error { return err }
}

// TestARouteStatesWhoMayComeIn: otherwise the program does not start.
func TestARouteStatesWhoMayComeIn(t *testing.T) {
	for name, rt := range map[string]web.Route{
		"nothing stated":          {Method: "GET", Path: "/a", Do: say("")},
		"public without a reason": {Method: "GET", Path: "/a", Do: say(""), Who: web.Public("")},
		"roles, but none":         {Method: "GET", Path: "/a", Do: say(""), Who: web.Roles()},
		"no method":               {Path: "/a", Do: say(""), Who: web.SignedIn()},
		"no path":                 {Method: "GET", Do: say(""), Who: web.SignedIn()},
		"no handler":              {Method: "GET", Path: "/a", Who: web.SignedIn()},
	} {
		if err := web.New(web.Config{}).Mount(rt); err == nil {
			t.Errorf("%s: it starts", name)
		}
	}
	if (web.Access{}).Allows(authz.Actor{Account: uuid.New(), Grants: []authz.Grant{{Role: authz.Admin}}}) {
		t.Error("an unstated access lets an administrator in")
	}
}

// TestWhoComesIn: everybody, accounts, or holders of a role; a visitor is led to the sign-in form, an account without the role is refused.
func TestWhoComesIn(t *testing.T) {
	s := serve(t, nil,
		web.Route{Method: "GET", Path: "/open", Who: web.Public("test"), Do: say("in")},
		web.Route{Method: "GET", Path: "/own", Who: web.SignedIn(), Do: say("in")},
		web.Route{Method: "GET", Path: "/desk", Who: web.Roles(authz.Reviewer, authz.Leader), Do: say("in")},
		web.Route{Method: "POST", Path: "/desk", Who: web.Roles(authz.Reviewer), Do: say("in")},
		web.Route{Method: "GET", Path: "/api/x", Who: web.SignedIn(), Do: say("in"), API: true})
	for _, c := range []struct {
		who, method, path string
		want              int
	}{
		{"", "GET", "/open", 200}, {"", "GET", "/own", 303}, {"", "GET", "/desk", 303}, {"", "POST", "/desk", 401}, {"", "GET", "/api/x", 401}, {"bad token", "GET", "/open", 401},
		{"member", "GET", "/own", 200}, {"member", "GET", "/desk", 403}, {"reviewer", "GET", "/desk", 200}, {"leader", "GET", "/desk", 200}, {"leader", "POST", "/desk", 403},
		{"reader", "GET", "/own", 200}, {"reader", "POST", "/desk", 403}, {"reviewer", "POST", "/desk", 200}, {"", "GET", "/nowhere", 404}, {"reviewer", "DELETE", "/desk", 405},
	} {
		body := ""
		if c.method == "POST" {
			body = "a=b"
		}
		if res := s.ask(c.method, c.path, body, "X-Test-Who", c.who); res.StatusCode != c.want && (c.want != 405 || res.StatusCode != 404) {
			t.Errorf("%q asks %s %s: %d, want %d", c.who, c.method, c.path, res.StatusCode, c.want)
		}
	}
	if to := s.ask("GET", "/own?a=b&c=d", "").Header.Get("Location"); to != "/login?next=%2Fown%3Fa%3Db%26c%3Dd" {
		t.Errorf("led to %s", to)
	}
	var kept web.Kept
	if err := json.NewDecoder(s.ask("POST", "/desk", "title="+url.QueryEscape("写了很久")).Body).Decode(&kept); err != nil || kept.Action != "/desk" || kept.Values.Get("title") != "写了很久" {
		t.Errorf("a form whose session had ended came back as %+v: %v", kept, err)
	}
}

// TestErrorsAreMappedOnce: every kind of problem has its status, as a page and as problem+json; what is no problem is logged and tells the visitor nothing.
func TestErrorsAreMappedOnce(t *testing.T) {
	kinds := map[problem.Kind]int{problem.Invalid: 422, problem.NotFound: 404, problem.Forbidden: 403, problem.SignIn: 401, problem.Conflict: 409, problem.TooLarge: 413, problem.TooMany: 429,
		problem.WrongType: 415, problem.Unavailable: 503, problem.Gone: 410}
	var routes []web.Route
	for k := range kinds {
		err := fmt.Errorf("wrapped: %w", problem.New(k, "problem.conflict"))
		routes = append(routes, web.Route{Method: "GET", Path: fmt.Sprintf("/page/%d", k), Who: web.Public("test"), Do: failing(err)},
			web.Route{Method: "GET", Path: fmt.Sprintf("/api/%d", k), Who: web.Public("test"), Do: failing(err), API: true})
	}
	refused := problem.On("title", "problem.too-large", "limit", 7)
	refused.Allowed = []string{"dispatch"}
	routes = append(routes,
		web.Route{Method: "GET", Path: "/api/fields", Who: web.Public("test"), Do: failing(refused), API: true},
		web.Route{Method: "GET", Path: "/broken", Who: web.Public("test"), Do: failing(errors.New("password=geheim"))},
		web.Route{Method: "GET", Path: "/panics", Who: web.Public("test"), Do: func(http.ResponseWriter, *http.Request) error { panic("boom") }},
		web.Route{Method: "GET", Path: "/row", Who: web.Public("test"), Do: failing(fmt.Errorf("read: %w", db.ErrNotFound))},
		web.Route{Method: "POST", Path: "/small", Who: web.Public("test"), MaxBody: 10, Do: func(_ http.ResponseWriter, r *http.Request) error { _, err := web.Form(r); return err }},
		web.Route{Method: "GET", Path: "/begun", Who: web.Public("test"), Do: func(w http.ResponseWriter, _ *http.Request) error {
			io.WriteString(w, "half")
			return problem.New(problem.NotFound, "problem.not-found")
		}})
	s := serve(t, nil, routes...)
	for k, status := range kinds {
		if res := s.ask("GET", fmt.Sprintf("/page/%d", k), ""); res.StatusCode != status || !strings.HasPrefix(text(t, res), fmt.Sprintf("page %d", status)) {
			t.Errorf("kind %d as a page: %d, want %d", k, res.StatusCode, status)
		}
		res := s.ask("GET", fmt.Sprintf("/api/%d", k), "")
		var p web.ProblemJSON
		if err := json.NewDecoder(res.Body).Decode(&p); err != nil || res.StatusCode != status || p.Status != status || res.Header.Get("Content-Type") != "application/problem+json" || p.Type != "about:blank" ||
			p.Title != http.StatusText(status) || p.Code != "problem.conflict" || p.Detail == "" {
			t.Errorf("kind %d as problem+json: %d %+v, %v", k, res.StatusCode, p, err)
		}
		if (res.Header.Get("WWW-Authenticate") != "") != (status == 401) || (res.Header.Get("Retry-After") != "") != (status == 429) {
			t.Errorf("kind %d: headers %v", k, res.Header)
		}
	}
	var p web.ProblemJSON
	if err := json.NewDecoder(s.ask("GET", "/api/fields", "", "Accept-Language", "en").Body).Decode(&p); err != nil || len(p.Errors) != 1 || p.Errors[0].Field != "title" || p.Errors[0].Code != "problem.too-large" ||
		!strings.Contains(p.Errors[0].Detail, "7 KB") || len(p.Allowed) != 1 {
		t.Errorf("%+v: %v", p, err)
	}
	for path, status := range map[string]int{"/broken": 500, "/panics": 500, "/row": 404} {
		res := s.ask("GET", path, "")
		if body := text(t, res); res.StatusCode != status || strings.Contains(body, "geheim") || strings.Contains(body, "boom") {
			t.Errorf("%s: %d %s", path, res.StatusCode, body)
		}
	}
	if log := s.log.String(); strings.Count(log, "geheim") != 1 || !strings.Contains(log, "boom") || strings.Contains(log, "wrapped") {
		t.Errorf("the log says %s", log)
	}
	if res := s.ask("POST", "/small", "title=much-too-long"); res.StatusCode != 413 {
		t.Errorf("a body that is too large: %d", res.StatusCode)
	}
	if res := s.ask("GET", "/begun", ""); res.StatusCode != 200 || text(t, res) != "half" {
		t.Errorf("an answer that had begun: %d", res.StatusCode)
	}
}

// TestForeignSites: a form on another site does nothing; a program with a token has no cookie that could be abused.
func TestForeignSites(t *testing.T) {
	s := serve(t, nil, web.Route{Method: "POST", Path: "/do", Who: web.Public("test"), Do: say("done")}, web.Route{Method: "GET", Path: "/see", Who: web.Public("test"), Do: say("seen")})
	for _, c := range []struct {
		method, path string
		headers      []string
		want         int
	}{
		{"POST", "/do", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"POST", "/do", []string{"Origin", "https://elsewhere.example"}, 403},
		{"POST", "/do", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{"POST", "/do", nil, 200}, // no browser
		{"POST", "/do", []string{"Sec-Fetch-Site", "cross-site", "Authorization", "Bearer x"}, 200},
		{"GET", "/see", []string{"Sec-Fetch-Site", "cross-site"}, 200},
	} {
		body := ""
		if c.method == "POST" {
			body = "a=b"
		}
		if res := s.ask(c.method, c.path, body, c.headers...); res.StatusCode != c.want {
			t.Errorf("%s %v: %d, want %d", c.method, c.headers, res.StatusCode, c.want)
		}
	}
}

// TestTrustedProxies: the browser's address comes from a proxy only when the proxy is named, and then the last hop that is not a proxy counts.
func TestTrustedProxies(t *testing.T) {
	var seen *web.Info
	look := web.Route{Method: "GET", Path: "/", Who: web.Public("test"), Do: func(_ http.ResponseWriter, r *http.Request) error { seen = web.InfoOf(r.Context()); return nil }}
	look.Path = "/look"
	for _, c := range []struct {
		peer, forwarded, proto, want string
		secure                       bool
	}{
		{"203.0.113.9:1000", "198.51.100.1", "https", "203.0.113.9", false}, // not a proxy of ours: it may say what it likes
		{"10.0.0.1:1000", "198.51.100.1", "https", "198.51.100.1", true},
		{"10.0.0.1:1000", "6.6.6.6, 198.51.100.1, 10.0.0.2", "http", "198.51.100.1", false}, // the first is what the browser made up
		{"10.0.0.1:1000", "", "", "10.0.0.1", false},
		{"10.0.0.1:1000", "nonsense", "", "10.0.0.1", false},
		{"[::ffff:10.0.0.1]:1000", "2001:db8::7", "", "2001:db8::7", false},
	} {
		s := serve(t, func(cfg *web.Config) { cfg.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} }, look)
		r := httptest.NewRequest("GET", "/look", nil)
		r.RemoteAddr = c.peer
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		r.Header.Set("X-Forwarded-Proto", c.proto)
		s.h.ServeHTTP(httptest.NewRecorder(), r)
		if seen.Address.String() != c.want || seen.Secure != c.secure {
			t.Errorf("from %s with %q: %s, secure %v; want %s, %v", c.peer, c.forwarded, seen.Address, seen.Secure, c.want, c.secure)
		}
	}
}

// TestLanguage: the address wins over the cookie, the cookie over the browser; Chinese when nothing is said.
func TestLanguage(t *testing.T) {
	s := serve(t, nil, web.Route{Method: "GET", Path: "/say", Who: web.Public("test"), Do: func(w http.ResponseWriter, r *http.Request) error {
		return say(string(web.InfoOf(r.Context()).Printer.Lang()))(w, r)
	}}, web.PreferencesRoute())
	for _, c := range []struct{ path, accept, cookie, want string }{
		{"/say", "", "", "zh-CN"}, {"/say", "en-GB,en;q=0.8", "", "en"}, {"/say", "en,zh;q=0.1", "", "zh-CN"}, {"/say", "fr", "", "zh-CN"}, {"/say", "zh", "lang=en", "en"},
		{"/say?lang=zh-CN", "en", "lang=en", "zh-CN"}, {"/say?lang=xx", "", "lang=en", "en"}, {"/say", "", "lang=<script>", "zh-CN"}, {"/say", "", "%zz", "zh-CN"},
	} {
		if got := text(t, s.ask("GET", c.path, "", "Accept-Language", c.accept, "Cookie", "prefs="+c.cookie)); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
	for next, want := range map[string]string{"/mine?x=1": "/mine?x=1", "https://elsewhere.example": "/", "//elsewhere.example": "/", `/\elsewhere.example`: "/", "": "/"} {
		res := s.ask("POST", "/preferences", url.Values{"lang": {"en"}, "size": {"large"}, "theme": {"neon"}, "next": {next}}.Encode())
		if to := res.Header.Get("Location"); res.StatusCode != 303 || to != want {
			t.Errorf("next %q leads to %q", next, to)
		}
		if c := res.Header.Get("Set-Cookie"); !strings.Contains(c, "lang=en") || !strings.Contains(c, "size=large") || strings.Contains(c, "neon") || !strings.Contains(c, "HttpOnly") {
			t.Errorf("cookie %s", c)
		}
	}
}

// TestHeaders: every answer, a refusal too, says what a browser may do with it.
func TestHeaders(t *testing.T) {
	s := serve(t, nil, web.Route{Method: "GET", Path: "/ok", Who: web.Public("test"), Do: say("ok")})
	for _, path := range []string{"/ok", "/nowhere"} {
		h := s.ask("GET", path, "").Header
		if csp := h.Get("Content-Security-Policy"); strings.Contains(csp, "unsafe-inline") || !strings.Contains(csp, "script-src 'self'") || !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("%s: %s", path, csp)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "same-origin" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

// TestMetricsAreNotPublic: the machine itself and the holder of the token read them.
func TestMetricsAreNotPublic(t *testing.T) {
	s := serve(t, func(cfg *web.Config) { cfg.MetricsToken = "secret" })
	if err := s.s.Mount(s.s.MetricsRoute()); err != nil {
		t.Fatal(err)
	}
	ask := func(peer, token string) int {
		r := httptest.NewRequest("GET", "/metrics", nil)
		r.RemoteAddr = peer
		r.Header.Set("X-Metrics-Token", token)
		w := httptest.NewRecorder()
		s.h.ServeHTTP(w, r)
		return w.Code
	}
	if got := []int{ask("127.0.0.1:1", ""), ask("203.0.113.9:1", ""), ask("203.0.113.9:1", "wrong"), ask("203.0.113.9:1", "secret")}; fmt.Sprint(got) != "[200 404 404 200]" {
		t.Errorf("%v", got)
	}
}

// TestSlowBody: who sends a body too slowly is cut off; a handler that takes its time after the body has come is not.
func TestSlowBody(t *testing.T) {
	got := make(chan error, 1)
	x := serve(t, func(c *web.Config) { c.BodyTime = func(int64) time.Duration { return 600 * time.Millisecond } },
		web.Route{Method: "POST", Path: "/slow", Who: web.Public("a test"), Do: func(w http.ResponseWriter, r *http.Request) error {
			_, err := io.ReadAll(r.Body)
			got <- err
			return err
		}},
		web.Route{Method: "POST", Path: "/long", Who: web.Public("a test"), Do: func(w http.ResponseWriter, r *http.Request) error {
			if _, err := io.ReadAll(r.Body); err != nil {
				return err
			}
			select {
			case <-r.Context().Done():
				return r.Context().Err()
			case <-time.After(1200 * time.Millisecond):
			}
			return web.JSON(w, http.StatusOK, "done")
		}})
	srv := httptest.NewServer(x.h)
	defer srv.Close()
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc")
	select {
	case err := <-got:
		var late net.Error
		if !errors.As(err, &late) || !late.Timeout() {
			t.Errorf("a body that does not come ends with %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("a body that does not come is waited for")
	}
	res, err := http.Post(srv.URL+"/long", "text/plain", strings.NewReader("abc"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if text, err := io.ReadAll(res.Body); err != nil || !strings.Contains(string(text), "done") {
		t.Errorf("a handler that takes longer than the body may: %d %q %v", res.StatusCode, text, err)
	}
}
