package main

import (
	"crypto/sha256"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"xieshang/internal/platform/browsertest"
)

// noWorker takes the worker of the proof of work away: its script never counts as loaded, and each step would wait for it.
const noWorker = `window.Worker = function () { throw new Error("none") }, 0`

func TestMain(m *testing.M) { os.Exit(browsertest.Main(m)) }

func start(t *testing.T) string {
	t.Helper()
	h, err := newGallery()
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func TestPagesAreAccessible(t *testing.T) {
	url := start(t)
	b := browsertest.New(t)
	for _, look := range []struct {
		name, query string
		view        browsertest.View
	}{
		{"phone", "?", browsertest.View{Width: 360, Height: 740}},
		{"dark desk, English", "?lang=en&theme=dark", browsertest.View{Width: 1440, Height: 900, Dark: true, Lang: "en"}},
		{"smallest, large text", "?lang=en&size=large", browsertest.View{Width: 320, Height: 568, Lang: "en"}},
		{"no script", "?theme=dark", browsertest.View{Width: 360, Height: 740, NoScript: true}},
	} {
		t.Run(look.name, func(t *testing.T) {
			p := b.Page(look.view)
			for _, path := range []string{"/public", "/matter", "/form", "/broken", "/data", "/letter", "/staff", "/staff-form"} {
				p.Go(url + path + look.query)
				p.Accessible()
				p.NoHorizontalScroll()
			}
		})
	}
}

func TestResidentRaisesStepByStep(t *testing.T) {
	url := start(t)
	p := browsertest.New(t).Page(browsertest.View{})
	p.Allow("503") // the gallery refuses every third piece
	p.Go(url + "/form")
	p.Eval(noWorker)
	p.Click("下一步") // refused: nothing is filled in
	if !p.Has("第 1 步") {
		t.Fatal("an empty first step was passed")
	}
	p.Fill("是什么事？", "松湖路没有路灯")
	p.Fill("说得具体一点", "冬天放学要摸黑走")
	p.WaitText("还可以写 992 字")
	p.WaitText("可能是同一件事")
	p.Click("下一步")
	p.WaitText("第 2 步")
	p.Back()
	p.WaitText("第 1 步")
	p.Click("下一步")
	p.Fill("在哪个地区？", "430102")
	p.Wait(".leaflet-container path")
	p.Click(".map")
	p.Wait(".pin")
	if lat := p.Eval(`Number(document.querySelector('[name=lat]').value)`); lat == "0" {
		t.Error("the pin set no latitude")
	}
	p.Click("下一步")
	photo := filepath.Join(t.TempDir(), "photo.jpg")
	if err := os.WriteFile(photo, []byte(strings.Repeat("not really a photo", 150_000)), 0o644); err != nil {
		t.Fatal(err)
	}
	p.Upload("#upload", photo)
	p.Wait(`.upload[data-state="done"] input[value="u1"]`)
	p.Click("下一步")
	p.Fill("手机号码", "13900000000")
	p.WaitText("安全检查没有完成") // and the form goes all the same
	p.Click("提交")
	p.WaitText("pow_nonce")
	sent := p.Text("body")
	for _, want := range []string{"title:[松湖路没有路灯]", "upload:[u0 u1]", "idempotency:[0196-demo]", "division:[430102]", "upload_file"} {
		if has := strings.Contains(sent, want); has != (want != "upload_file") {
			t.Errorf("sent form: contains %s is %v in %s", want, has, sent)
		}
	}
}

func TestProofOfWorkIsDone(t *testing.T) {
	url := start(t)
	p := browsertest.New(t).Page(browsertest.View{})
	p.Go(url + "/form")
	p.Eval(`document.querySelector('#title').focus()`)
	p.WaitText("安全检查已完成")
	nonce, err := strconv.Unquote(p.Eval(`document.querySelector('[name=pow_nonce]').value`))
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256([]byte("demo-challenge:" + nonce)); sum[0] != 0 || sum[1] != 0 {
		t.Errorf("nonce %q does not give 16 zero bits", nonce)
	}
}

func TestDraftComesBack(t *testing.T) {
	url := start(t)
	p := browsertest.New(t).Page(browsertest.View{})
	p.Go(url + "/form")
	p.Eval(noWorker)
	p.Fill("是什么事？", "没写完的事")
	p.WaitText("草稿已存在这台设备上")
	p.Reload()
	p.Eval(noWorker)
	p.Eval(`document.querySelector('[name=title]').value = ''`)
	p.Click("接着写")
	if got := p.Value("#title"); got != "没写完的事" {
		t.Errorf("restored %q", got)
	}
	p.Reload()
	p.Eval(noWorker)
	p.Click("不要了")
	p.Reload()
	if p.Has("接着写") {
		t.Error("a dropped draft is offered again")
	}
}

// The connection goes in the middle of a file and the page is closed: choosing the file again goes on where it stopped.
func TestUploadGoesOn(t *testing.T) {
	url := start(t)
	p := browsertest.New(t).Page(browsertest.View{})
	p.Allow("503")
	p.Allow("ERR_ABORTED")
	p.Go(url + "/form")
	p.Eval(`document.querySelectorAll('[data-step]').forEach((s) => { s.hidden = false; })`)
	photo := filepath.Join(t.TempDir(), "long.jpg")
	if err := os.WriteFile(photo, make([]byte, 6<<20), 0o644); err != nil {
		t.Fatal(err)
	}
	// The first two pieces arrive, then the line is gone.
	p.Eval(`(() => { const real = fetch; let n = 0; window.fetch = (a, o) => o && o.method === 'PATCH' && ++n > 1 ? Promise.reject(new TypeError('offline')) : real(a, o); })()`)
	p.Upload("#upload", photo)
	p.WaitText("网络断开")
	p.Reload()
	p.Eval(`document.querySelectorAll('[data-step]').forEach((s) => { s.hidden = false; })`)
	p.WaitText("请再选一次同一个文件")
	p.Eval(`(() => { const real = fetch; window.sent = []; window.fetch = (a, o) => { if (o && o.method) window.sent.push(o.method); return real(a, o); }; })()`)
	p.Upload("#upload", photo)
	p.Wait(`.upload[data-state="done"] input[value="u1"]`)
	var methods []string
	if err := json.Unmarshal([]byte(p.Eval(`window.sent`)), &methods); err != nil {
		t.Fatal(err)
	}
	if len(methods) == 0 || methods[0] != "HEAD" || strings.Contains(strings.Join(methods, " "), "POST") {
		t.Errorf("the second page sent %v, want HEAD first and no POST", methods)
	}
}

func TestStaffKeys(t *testing.T) {
	url := start(t)
	p := browsertest.New(t).Page(browsertest.View{Width: 1440, Height: 900})
	p.Go(url + "/staff")
	if p.Has("取消选择") {
		t.Error("the bulk bar shows with nothing marked")
	}
	for _, key := range []string{"j", "j", "x", "k", "x"} {
		p.Press(key)
	}
	p.WaitText("已选 2 项")
	if marked := p.Eval(`[...document.querySelectorAll('tr[data-marked]')].map((r) => r.dataset.id).join()`); marked != `"1,2"` {
		t.Errorf("marked %s", marked)
	}
	p.Press("?")
	p.WaitText("键盘快捷键")
	p.Click("关闭")
	p.Press("/")
	if at := p.Eval(`document.activeElement.name`); at != `"q"` {
		t.Errorf("the slash leads to %s", at)
	}
	p.Click("受理")
	p.WaitText("action:[accept]")
	if sent := p.Text("body"); !strings.Contains(sent, "id:[1 2]") {
		t.Errorf("sent %s", sent)
	}
}

func TestConfirmAsksAndDoubleClickSendsOnce(t *testing.T) {
	url := start(t)
	p := browsertest.New(t).Page(browsertest.View{Width: 1440, Height: 900})
	p.Go(url + "/staff-form")
	p.Eval(`window.times = 0, document.querySelector('form.form').addEventListener('submit', (e) => { if (!e.defaultPrevented) { window.times++; e.preventDefault(); } })`)
	p.Click(`[data-confirm]`)
	p.WaitText("撤回这件建议？")
	p.Click("取消")
	if n := p.Eval(`window.times`); n != "0" {
		t.Fatalf("sent %s times after a no", n)
	}
	p.Click(`[data-confirm]`)
	p.Click(`dialog[open] [value="yes"]`)
	p.Eval(`document.querySelector('form.form').requestSubmit()`)
	n, err := strconv.Atoi(p.Eval(`window.times`))
	if err != nil || n != 1 {
		t.Fatalf("sent %d times (%v), want once", n, err)
	}
	if confirmed := p.Eval(`document.querySelector('[name=confirmed]').value`); confirmed != `"1"` {
		t.Errorf("confirmed is %s", confirmed)
	}
}

func TestWithoutScriptAllIsThere(t *testing.T) {
	url := start(t)
	p := browsertest.New(t).Page(browsertest.View{NoScript: true})
	p.Go(url + "/form")
	for _, text := range []string{"是什么事？", "在哪个地区？", "有照片吗？", "手机号码", "提交", "您的浏览器没有开启脚本"} {
		if !p.Has(text) {
			t.Errorf("%q is not shown", text)
		}
	}
	if p.Has("下一步") {
		t.Error("a step button stands on a page without script")
	}
}
