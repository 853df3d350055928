package accountweb_test

import (
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"xieshang/internal/account/accounttest"
	"xieshang/internal/account/accountweb"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/i18n/i18ntest"
	"xieshang/internal/platform/intake"
	"xieshang/internal/platform/page"
	"xieshang/internal/platform/sheet"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/upload"
	"xieshang/internal/platform/web"

	"github.com/pquerna/otp/totp"
)

func TestMessages(t *testing.T) {
	i18ntest.Check(t, []string{"..", "../../platform/page"}, "account.scope.", "account.problem.", "role.", "page.")
}

// TestRefusalsHaveWords: the service hands out keys that only these pages have messages for.
func TestRefusalsHaveWords(t *testing.T) {
	catalog, err := i18n.Load(accountweb.Messages)
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, pattern := range append(files, "admin.go") {
		source, err := os.ReadFile(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range regexp.MustCompile(`"(account\.problem\.[a-z-]+)"`).FindAllStringSubmatch(string(source), -1) {
			used[key[1]] = true
			if !catalog.Printer(i18n.ZH).Has(key[1]) {
				t.Errorf("%s has no message %s", pattern, key[1])
			}
		}
	}
	for _, key := range catalog.Keys() {
		if strings.HasPrefix(key, "account.problem.") && !used[key] {
			t.Errorf("nothing uses %s", key)
		}
	}
}

// site is the pages behind a real server, with one form of another module.
type site struct {
	*accounttest.World
	t      *testing.T
	server *httptest.Server
	got    url.Values // what the other module's form received
}

func each(t *testing.T, test func(t *testing.T, s *site)) {
	t.Helper()
	dbtest.Each(t, accounttest.Modules(), func(t *testing.T, d *db.DB) {
		s := &site{World: accounttest.New(t, d), t: t}
		catalog, err := i18n.Load(accountweb.Messages, intake.Messages, sheet.Messages(), upload.Messages, page.Messages, ui.Messages, web.Messages)
		if err != nil {
			t.Fatal(err)
		}
		frame := &page.Frame{}
		pages := accountweb.New(s.Service, frame, intake.New(d, s.Clock, s.Keys))
		srv := web.New(web.Config{Catalog: catalog, Auth: pages, Clock: s.Clock, Log: slog.New(slog.DiscardHandler), SignIn: pages.SignIn, ErrorPage: frame.ErrorPage})
		routes := append(pages.Routes(), web.Route{Method: "POST", Path: "/long-form", Who: web.SignedIn(), Do: func(w http.ResponseWriter, r *http.Request) error {
			form, err := web.Form(r)
			s.got = form
			web.Flash(w, r, "account.own.saved")
			if err != nil {
				return err
			}
			return web.Redirect(w, r, "/account")
		}})
		if err := srv.Mount(routes...); err != nil {
			t.Fatal(err)
		}
		s.server = httptest.NewServer(srv.Handler())
		t.Cleanup(s.server.Close)
		test(t, s)
	})
}

// browser keeps cookies and follows redirects.
type browser struct {
	s *site
	c *http.Client
}

func (s *site) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &browser{s, &http.Client{Jar: jar}}
}

type shown struct {
	status int
	path   string
	body   string // without HTML's escapes
	raw    string
}

func (b *browser) get(path string) shown {
	b.s.t.Helper()
	return b.read(b.c.Get(b.s.server.URL + path))
}

func (b *browser) post(path string, fields ...string) shown {
	b.s.t.Helper()
	v := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		v.Add(fields[i], fields[i+1])
	}
	return b.read(b.c.PostForm(b.s.server.URL+path, v))
}

func (b *browser) read(res *http.Response, err error) shown {
	b.s.t.Helper()
	if err != nil {
		b.s.t.Fatal(err)
	}
	defer res.Body.Close()
	var body strings.Builder
	buf := make([]byte, 32<<10)
	for {
		n, err := res.Body.Read(buf)
		body.Write(buf[:n])
		if err != nil {
			break
		}
	}
	return shown{res.StatusCode, res.Request.URL.RequestURI(), html.UnescapeString(body.String()), body.String()}
}

func (b *browser) want(what string, p shown, status int, texts ...string) {
	b.s.t.Helper()
	if p.status != status {
		b.s.t.Errorf("%s: status %d, want %d", what, p.status, status)
	}
	for _, text := range append(texts, "<h1") {
		if !strings.Contains(p.body, text) {
			b.s.t.Errorf("%s: the page does not say %q:\n%s", what, text, p.body)
		}
	}
	if i := strings.Index(p.body, "⟦"); i >= 0 {
		b.s.t.Errorf("%s: a message is missing: %.60s", what, p.body[i:])
	}
}

// hidden gives the hidden inputs of a page as pairs.
func hidden(p shown) (out []string) {
	form := p.raw[strings.Index(p.raw, "<h1"):] // after the forms of the frame
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`).FindAllStringSubmatch(form, -1) {
		out = append(out, html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	return out
}

func TestSignInLeadsBack(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		s.Add("chen")
		b := s.browser()
		p := b.get("/account/tokens")
		b.want("without a session", p, 200, "登录名")
		if p.path != "/login?next=%2Faccount%2Ftokens" {
			t.Errorf("led to %s", p.path)
		}
		b.want("wrong password", b.post("/login", "login", "chen", "password", "wrong", "next", "/account/tokens"), 422, "登录名或口令不对", `value="chen"`, `value="/account/tokens"`)
		p = b.post("/login", "login", "chen", "password", accounttest.Password, "next", "/account/tokens")
		b.want("right password", p, 200, "程序接口令牌")
		if p.path != "/account/tokens" {
			t.Errorf("led to %s", p.path)
		}
		for _, next := range []string{"//evil.test/", "https://evil.test/", `/\evil.test`, "/account\r\nx", "javascript:alert(1)"} {
			other := s.browser()
			other.c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			res, err := other.c.PostForm(s.server.URL+"/login", url.Values{"login": {"chen"}, "password": {accounttest.Password}, "next": {next}})
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != 303 || res.Header.Get("Location") != "/" {
				t.Errorf("next=%q leads to %d %q", next, res.StatusCode, res.Header.Get("Location"))
			}
			for _, c := range res.Cookies() {
				if c.Name == accountweb.SessionCookie && (!c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure) {
					t.Errorf("cookie %+v", c)
				}
			}
		}
		b.post("/logout")
		if p = b.get("/account"); !strings.HasPrefix(p.path, "/login") {
			t.Errorf("signed out, and still at %s", p.path)
		}
	})
}

// TestALongFormSurvives an ended session, a wrong password and the second factor.
func TestALongFormSurvives(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		s.Add("chen")
		ctx, token := s.Browser("chen")
		e, err := s.EnrolTOTP(ctx)
		if err != nil {
			t.Fatal(err)
		}
		code, err := totp.GenerateCode(e.Secret, s.Clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.ConfirmTOTP(ctx, code, token); err != nil {
			t.Fatal(err)
		}
		s.Clock.Advance(time.Minute)
		b := s.browser()
		p := b.post("/long-form?x=1", "title", `路灯 "坏了"`, "body", "第一行\n第二行", "tag", "a", "tag", "b", "password", "mine", "next", "theirs")
		b.want("kept", p, http.StatusUnauthorized, "填写的内容还在")
		p = b.post("/login", append(hidden(p), "login", "chen", "password", "wrong")...)
		b.want("wrong password", p, 422, "填写的内容还在")
		p = b.post("/login", append(hidden(p), "login", "chen", "password", accounttest.Password)...)
		b.want("code", p, 200, "输入验证码")
		p = b.post("/login/code", append(hidden(p), "code", "000000")...)
		b.want("wrong code", p, 422, "验证码不对")
		if code, err = totp.GenerateCode(e.Secret, s.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		p = b.post("/login/code", append(hidden(p), "code", code)...)
		b.want("go on", p, 200, "您已登录", `action="/long-form?x=1"`)
		b.want("sent", b.post("/long-form?x=1", hidden(p)...), 200, "我的账号")
		want := url.Values{"title": {`路灯 "坏了"`}, "body": {"第一行\n第二行"}, "tag": {"a", "b"}, "password": {"mine"}, "next": {"theirs"}}
		for name := range want {
			if fmt.Sprint(s.got[name]) != fmt.Sprint(want[name]) {
				t.Errorf("%s arrived as %q, want %q", name, s.got[name], want[name])
			}
		}
	})
}

func TestOwnPages(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		s.Add("chen")
		b, other := s.browser(), s.browser()
		for _, v := range []*browser{b, other} {
			v.want("sign in", v.post("/login", "login", "chen", "password", accounttest.Password, "next", "/account"), 200, "我的账号")
		}
		b.want("address without password", b.post("/account", "name", "陈小渔", "email", "chen@example.test"), 422, "口令不对", `href="#confirm"`, `value="陈小渔"`)
		b.want("saved", b.post("/account", "name", "陈小渔", "email", "chen@example.test", "password", accounttest.Password), 200, "资料已保存", "chen@example.test")
		b.want("weak", b.post("/account/password", "current", accounttest.Password, "password", "short"), 422, "口令至少 10 个字")
		b.want("changed", b.post("/account/password", "current", accounttest.Password, "password", "a new long secret"), 200, "口令已更改")
		if p := other.get("/account"); !strings.HasPrefix(p.path, "/login") {
			t.Errorf("the other browser is still at %s", p.path)
		}
		p := b.post("/account/tokens", "name", "feed", "scopes", "read", "days", "90")
		b.want("token", p, 200, "请复制令牌")
		plain := regexp.MustCompile(`xst_\w+`).FindString(p.body)
		req, err := http.NewRequest("GET", s.server.URL+"/account", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+plain)
		if p := b.read(http.DefaultClient.Do(req)); p.status != http.StatusForbidden {
			t.Errorf("a token reaches the own account: %d", p.status)
		}
		b.want("unknown life", b.post("/account/tokens", "name", "feed", "scopes", "read", "days", "7"), 422, "请选择一个有效期")
		p = b.get("/account/two-factor")
		b.want("second factor", p, 200, "两步验证")
		if img := b.get("/account/two-factor/qr.png"); !strings.HasPrefix(img.body, "\x89PNG") || img.status != 200 {
			t.Errorf("QR code: %d", img.status)
		}
		key := strings.ReplaceAll(regexp.MustCompile(`<code>([A-Z2-7 ]+)</code>`).FindStringSubmatch(p.body)[1], " ", "")
		b.want("wrong code", b.post("/account/two-factor", "code", "000000"), 422, "验证码不对")
		code, err := totp.GenerateCode(key, s.Clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		b.want("on", b.post("/account/two-factor", "code", code), 200, "请抄下恢复码", "还有 10 个恢复码")
		if p = b.get("/account/two-factor/qr.png"); p.status != http.StatusNotFound {
			t.Errorf("a confirmed key is drawn again: %d", p.status)
		}
	})
}

func TestInviteAcceptAndReset(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		committee := s.Places.Committee("云溪县政协")
		s.Places.Department("云溪县城管局", committee)
		s.Places.Department("云溪县城管执法队", committee)
		s.Add("staff", authz.Grant{Role: authz.Reviewer, Place: committee})
		staff, guest := s.browser(), s.browser()
		staff.want("sign in", staff.post("/login", "login", "staff", "password", accounttest.Password, "next", "/admin/accounts/new"), 200, "邀请新用户")
		p := staff.post("/admin/accounts/new", "name", "李小明", "role", "clerk", "place_name", "城管")
		staff.want("several places", p, 422, "有几个单位符合", "云溪县城管执法队", `value="李小明"`)
		staff.want("above", staff.post("/admin/accounts/new", "name", "李小明", "role", "admin"), 403, "超出您的权限")
		staff.want("bad date", staff.post("/admin/accounts/new", "name", "李小明", "role", "clerk", "place_name", "云溪县城管局", "from", "2026-02-30"), 422, "这不是一个日期")
		p = staff.post("/admin/accounts/new", "name", "李小明", "role", "clerk", "place_name", "云溪县城管局")
		staff.want("link", p, 200, "一次性链接")
		path := regexp.MustCompile(`/invitations/[0-9A-Z-]+`).FindString(p.body)
		account := regexp.MustCompile(`/admin/accounts/[0-9a-f-]{36}`).FindString(p.body)
		guest.want("invited", guest.get(path), 200, "接受邀请", `value="李小明"`)
		guest.want("weak", guest.post(path, "name", "李小明", "login", "li", "password", "short"), 422, "口令至少 10 个字")
		guest.want("accepted", guest.post(path, "name", "李小明", "login", "li", "password", "a new long secret"), 200, "我的账号", "您已登录")
		guest.want("twice", guest.get(path), http.StatusGone, "链接已失效")
		guest.want("forbidden", guest.get("/admin/accounts"), 403, "没有权限")
		staff.want("list", staff.get("/admin/accounts?q=li&role=clerk"), 200, "李小明", "云溪县城管局")
		staff.want("account", staff.get(account), 200, "担任中")
		p = staff.post(account + "/link")
		staff.want("reset link", p, 200, "/password/reset/")
		path = regexp.MustCompile(`/password/reset/[0-9A-Z-]+`).FindString(p.body)
		staff.want("grant", staff.post(account+"/grants", "role", "head", "place_name", "云溪县城管局"), 200, "角色已授予")
		staff.want("held", staff.post(account+"/grants", "role", "head", "place_name", "云溪县城管局"), 409, "已经担任")
		grant := regexp.MustCompile(`grants/([0-9a-f-]{36})/end`).FindStringSubmatch(staff.get(account).body)[1]
		staff.want("end", staff.post(account+"/grants/"+grant+"/end"), 200, "角色已结束")
		guest.want("reset", guest.get(path), 200, "设置新口令")
		guest.want("reset done", guest.post(path, "password", "another long secret"), 200, "请用新口令登录")
		staff.want("blocked", staff.post(account+"/block"), 200, "账号已停用")
		guest.want("owner of a blocked account", guest.post("/login", "login", "li", "password", "another long secret"), 403, "已停用")
		staff.want("no such", staff.get("/admin/accounts/x"), 404)
	})
}

func TestAskingTellsNothing(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		s.Add("chen")
		b := s.browser()
		var pages []string
		for _, login := range []string{"chen", "nobody-here", "no@example.test", ""} {
			p := b.post("/password/reset", "login", login)
			b.want(login, p, 200, "请查收邮件")
			pages = append(pages, p.body)
		}
		for _, body := range pages {
			if body != pages[0] {
				t.Error("the answers differ")
			}
		}
	})
}

// TestBothLanguages opens each page in English too.
func TestBothLanguages(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		admin := s.Add("admin", authz.Grant{Role: authz.Admin})
		b := s.browser()
		for _, path := range []string{"/login", "/password/reset"} {
			b.want(path, b.get(path+"?lang=en"), 200, "Sign in")
		}
		b.post("/login", "login", "admin", "password", accounttest.Password, "next", "/")
		for _, path := range []string{"/account", "/account/two-factor", "/account/tokens", "/admin/accounts", "/admin/accounts/new", "/admin/accounts/" + admin.String()} {
			b.want(path, b.get(path+"?lang=en"), 200, `lang="en"`)
			if body := b.get(path + "?lang=en").body; strings.Count(body, "<h1") != 1 {
				t.Errorf("%s has %d headings of the first order", path, strings.Count(body, "<h1"))
			}
		}
	})
}
