package browsertest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

const good = `<!doctype html><html lang="zh-CN"><head><title>首页</title><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><style>body{margin:8px} @media (prefers-color-scheme: dark){body{background:#000;color:#fff} a{color:#9cf}}</style></head>
<body><main><h1>微建议</h1><p id="who">%s</p><form method="post" action="/raise" enctype="multipart/form-data">
<label for="title">标题</label><input id="title" name="title" required>
<label for="body">正文</label><textarea id="body" name="body"></textarea>
<label for="field">领域</label><select id="field" name="field"><option value="">请选择</option><option value="t">交通</option></select>
<label for="day">日期</label><input id="day" name="day" type="date">
<label for="photo">照片</label><input id="photo" name="photo" type="file">
<label><input type="checkbox" name="public"> 愿意公开</label>
<button type="submit">提交</button></form><p><a href="/next">下一页</a></p>%s</main></body></html>`

// site is a small site of invented pages, good and bad.
func site(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	page := func(path, extra string, header ...string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			for n := 0; n+1 < len(header); n += 2 {
				w.Header().Set(header[n], header[n+1])
			}
			visits := "第一次"
			if _, err := r.Cookie("seen"); err == nil {
				visits = "又来了"
			}
			http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1", Path: "/"})
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprintf(w, good, visits+" "+r.Header.Get("Accept-Language"), extra)
		})
	}
	page("/{$}", "")
	page("/next", "<p>这是下一页</p>")
	page("/picture", `<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">`)
	page("/error", `<script>console.error('坏了', 7)</script>`)
	page("/throw", `<script>setTimeout(() => { throw new Error('扔出来') })</script>`)
	page("/csp", `<script>document.title = 'never'</script>`, "Content-Security-Policy", "script-src 'none'")
	page("/missing", `<img alt="" src="/no-such.png">`)
	page("/wide", `<div style="width:2000px">宽</div>`)
	page("/script", `<p id="js">没有脚本</p><script>document.getElementById('js').textContent = '有脚本 ' + navigator.language</script>`)
	page("/covered", `<div style="position:fixed;inset:0;background:#fff" id="cover">挡住</div>`)
	page("/late", `<button type="button" onclick="fetch('/slow').then(r => r.text()).then(s => late.textContent = s)">再来</button><p id="late"></p>`)
	page("/net", `<button type="button" onclick="fetch('/slow').then(() => net.textContent = '通了').catch(() => net.textContent = navigator.onLine ? '奇怪' : '断网了')">试试</button><p id="net"></p>`)
	mux.HandleFunc("GET /slow", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "慢慢来了") })
	mux.HandleFunc("GET /broken", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "broken", http.StatusInternalServerError) })
	mux.HandleFunc("POST /raise", func(w http.ResponseWriter, r *http.Request) {
		var file string
		if f, h, err := r.FormFile("photo"); err == nil {
			content, _ := io.ReadAll(f)
			file = h.Filename + "=" + string(content)
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<!doctype html><html lang=zh-CN><title>收到</title><link rel=icon href='data:,'><main><h1>收到</h1><p>%s|%s|%s|%s|%s|%s</p></main>",
			r.FormValue("title"), r.FormValue("body"), r.FormValue("field"), r.FormValue("day"), r.FormValue("public"), file)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func TestFormIsFilledAndSentLikeAPersonDoes(t *testing.T) {
	base := site(t)
	for _, view := range []View{{}, {Width: 1440, Height: 900, Lang: "en", NoScript: true}} {
		p := New(t).Page(view)
		p.Go(base + "/")
		p.Fill("标题", "旧的")
		p.Fill("标题", "路灯不亮")
		p.Fill("#body", "第一行\n第二行")
		p.Fill("领域", "交通")
		p.Fill("日期", "2026-03-04")
		p.Click("愿意公开")
		photo := filepath.Join(t.TempDir(), "照片.jpg")
		if err := os.WriteFile(photo, []byte("jpeg"), 0o600); err != nil {
			t.Fatal(err)
		}
		p.Upload("照片", photo)
		if got := p.Value("标题"); got != "路灯不亮" {
			t.Errorf("the field holds %q", got)
		}
		p.Click("提交")
		p.WaitText("路灯不亮|第一行 第二行|t|2026-03-04|on|照片.jpg=jpeg")
		if !strings.HasSuffix(p.URL(), "/raise") || p.Text("h1") != "收到" {
			t.Errorf("at %s: %s", p.URL(), p.Text("h1"))
		}
	}
}

func TestSubmitKeepsTheBrowsersOwnChecks(t *testing.T) {
	p := New(t).Page(View{})
	p.Go(site(t) + "/")
	p.Submit("form")
	if strings.HasSuffix(p.URL(), "/raise") {
		t.Error("an empty required field was sent")
	}
	p.Fill("#title", "有题")
	p.Submit("#title")
	p.WaitText("有题|")
}

func TestPagesAreVisitorsOfTheirOwn(t *testing.T) {
	base := site(t)
	b := New(t)
	first := b.Page(View{})
	first.Go(base + "/")
	first.WaitText("第一次 zh-CN")
	first.Click("下一页")
	first.WaitText("这是下一页")
	first.WaitText("又来了")
	first.Back()
	first.WaitGone("这是下一页")
	second := b.Page(View{Lang: "en"})
	second.Go(base + "/")
	second.WaitText("第一次 en")
	if second.Has("又来了") {
		t.Error("cookies are shared")
	}
}

func TestScriptsRunOrDoNot(t *testing.T) {
	base := site(t)
	b := New(t)
	with := b.Page(View{Lang: "en"})
	with.Go(base + "/script")
	with.WaitText("有脚本 en")
	without := b.Page(View{NoScript: true})
	without.Go(base + "/script")
	without.WaitText("没有脚本")
	late := b.Page(View{})
	late.Go(base + "/late")
	late.Click("再来")
	if late.Text("#late") != "慢慢来了" {
		t.Error("Click came back before the page had settled")
	}
}

func TestAxeFindsAPlantedMistake(t *testing.T) {
	base := site(t)
	b := New(t)
	for _, view := range []View{{}, {Dark: true}, {NoScript: true}} {
		p := b.Page(view)
		p.Go(base + "/")
		p.Accessible()
		p.Go(base + "/picture")
		found := p.Axe()
		if len(found) != 1 || found[0].ID != "image-alt" || !strings.Contains(found[0].String(), "<img") {
			t.Errorf("%+v: a picture without alt: %v", view, found)
		}
	}
}

func TestDarkAndPicture(t *testing.T) {
	base := site(t)
	p := New(t).Page(View{Dark: true, Width: 768})
	p.Go(base + "/")
	if got := p.Eval(`getComputedStyle(document.body).backgroundColor`); got != `"rgb(0, 0, 0)"` {
		t.Errorf("background %s", got)
	}
	if got := p.Eval(`innerWidth`); got != "768" {
		t.Errorf("window %s", got)
	}
	file := filepath.Join(t.TempDir(), "deep", "page.png")
	p.Screenshot(file)
	if content, err := os.ReadFile(file); err != nil || !strings.HasPrefix(string(content), "\x89PNG") {
		t.Errorf("picture: %v", err)
	}
}

func TestOffline(t *testing.T) {
	base := site(t)
	p := New(t).Page(View{})
	p.Go(base + "/net")
	p.Offline(true)
	p.Click("试试")
	p.WaitText("断网了")
	p.Offline(false)
	p.Click("试试")
	p.WaitText("通了")
}

// recorder takes the place of a test, to see it fail.
type recorder struct {
	testing.TB
	failures []string
	cleanups []func()
}

func (r *recorder) Helper()          {}
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}
func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	panic(r)
}

// failures runs steps on a page and returns what a test would have failed with, its end included.
func failures(t *testing.T, steps func(p *Page)) []string {
	t.Helper()
	r := &recorder{TB: t}
	func() {
		defer func() {
			if cause := recover(); cause != nil && cause != any(r) {
				panic(cause)
			}
		}()
		steps(New(r).Page(View{}))
	}()
	for n := len(r.cleanups) - 1; n >= 0; n-- {
		r.cleanups[n]()
	}
	return r.failures
}

func TestComplaintsFailTheTest(t *testing.T) {
	base := site(t)
	for path, want := range map[string]string{
		"/error": "console.error: 坏了 7", "/throw": "扔出来", "/csp": "Content Security Policy",
		"/missing": "answer 404: " + base + "/no-such.png", "/broken": "answer 500",
	} {
		got := failures(t, func(p *Page) { p.Go(base + path) })
		if len(got) != 1 || !strings.Contains(got[0], want) {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
		if got := failures(t, func(p *Page) { p.Allow(want); p.Go(base + path) }); len(got) != 0 {
			t.Errorf("%s, allowed: %q", path, got)
		}
	}
	if got := failures(t, func(p *Page) { p.Go(base + "/no-such-page") }); len(got) != 0 {
		t.Errorf("a refused document is not a complaint: %q", got)
	}
	if got := failures(t, func(p *Page) { p.Go(base + "/wide"); p.NoHorizontalScroll() }); len(got) != 1 || !strings.Contains(got[0], "width:2000px") {
		t.Errorf("wide page: %q", got)
	}
	if got := failures(t, func(p *Page) { p.Go(base + "/"); p.NoHorizontalScroll() }); len(got) != 0 {
		t.Errorf("narrow page: %q", got)
	}
	if got := failures(t, func(p *Page) { p.Go("http://127.0.0.1:1/") }); len(got) == 0 {
		t.Error("a server that is not there is no failure")
	}
}

func TestWhatIsNotThereFailsTheTest(t *testing.T) {
	base := site(t)
	for want, steps := range map[string]func(p *Page){
		`click "删除": not on the page`:         func(p *Page) { p.Go(base + "/"); p.patience = 300 * time.Millisecond; p.Click("删除") },
		`click "下一页": in the way: <div style`: func(p *Page) { p.Go(base + "/covered"); p.patience = 300 * time.Millisecond; p.Click("下一页") },
	} {
		if got := failures(t, steps); len(got) != 1 || !strings.Contains(got[0], want) {
			t.Errorf("%s: %q", want, got)
		}
	}
}

func TestEveryStepLeavesAPicture(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XIESHANG_SHOTS", dir)
	base := site(t)
	p := New(t).Page(View{Dark: true})
	p.Go(base + "/")
	p.Click("下一页")
	pictures, err := filepath.Glob(filepath.Join(dir, "TestEveryStepLeavesAPicture_360_zh-CN_dark", "*.png"))
	if err != nil || len(pictures) != 2 {
		t.Errorf("%v %v", pictures, err)
	}
}
