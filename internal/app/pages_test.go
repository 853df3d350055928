package app_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"xieshang/internal/app/apptest"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/problem"
	"xieshang/internal/suggestion"
)

// browser is a visitor without script: it keeps cookies and follows redirects.
type browser struct {
	t *testing.T
	s *apptest.Site
	c *http.Client
}

func visit(t *testing.T, s *apptest.Site) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t, s, &http.Client{Jar: jar}}
}

func (b *browser) as(login string) *browser {
	u, err := url.Parse(b.s.URL)
	if err != nil {
		b.t.Fatal(err)
	}
	b.c.Jar.SetCookies(u, []*http.Cookie{b.s.Cookie(login)})
	return b
}

func (b *browser) read(res *http.Response, err error) (int, string) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if strings.Contains(string(body), "⟦") {
		b.t.Errorf("%s shows a key without a text: %s", res.Request.URL, regexp.MustCompile(`⟦[^⟧]*⟧`).FindString(string(body)))
	}
	return res.StatusCode, string(body)
}

func (b *browser) get(path string) (int, string) {
	b.t.Helper()
	return b.read(b.c.Get(b.s.URL + path))
}

func (b *browser) post(path string, form url.Values) (int, string) {
	b.t.Helper()
	return b.read(b.c.PostForm(b.s.URL+path, form))
}

func (b *browser) has(status int, body string, want int, texts ...string) {
	b.t.Helper()
	if status != want {
		b.t.Fatalf("status %d, want %d: %s", status, want, excerpt(body))
	}
	for _, x := range texts {
		if !strings.Contains(body, x) {
			b.t.Errorf("the page lacks %q: %s", x, excerpt(body))
		}
	}
}

func excerpt(body string) string {
	if i := strings.Index(body, "<main"); i >= 0 {
		body = body[i:]
	}
	return body[:min(len(body), 1200)]
}

func raiseForm(s *apptest.Site) url.Values {
	return url.Values{"title": {"枫溪路的路灯坏了三个月"}, "body": {"枫溪路从桥头到学校四百米没有一盏灯，孩子放学要摸黑走。"}, "division": {s.Division.String()}, "place": {"枫溪路"}, "wish": {"yes"},
		"phone": {"13900001111"}, "once": {"0190aaaa-bbbb-7ccc-8ddd-eeeeffff0077"}}
}

var code = regexp.MustCompile(`\d{4} \d{4} \d{4} \d{4}`)

// TestAResidentsWholeStory goes from a phone without script to a rated, public answer, through pages alone.
func TestAResidentsWholeStory(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		for login, role := range map[string]authz.Role{"rev": authz.Reviewer, "dis": authz.Dispatcher, "clk": authz.Clerk, "hed": authz.Head} {
			s.Account(login, role)
		}
		me := visit(t, s)
		st, body := me.post("/suggestions/new", raiseForm(s))
		me.has(st, body, 200, "查询码")
		mine := code.FindString(body)
		if mine == "" {
			t.Fatal("no code on the receipt")
		}
		number := regexp.MustCompile(`430100-\d{4}-\d{6}`).FindString(body)
		stranger := visit(t, s)
		if st, _ := stranger.get("/suggestions/" + number); st != 404 {
			t.Fatalf("a stranger reads an unreviewed message: %d", st)
		}
		st, body = visit(t, s).as("rev").get("/desk/list?queue=guard")
		me.has(st, body, 200, number) // no script, no proof of work: the guard queue
		act := func(login, action string, form url.Values) {
			t.Helper()
			b := visit(t, s).as(login)
			st, body := b.get("/desk/suggestions/" + number)
			b.has(st, body, 200, "actions/"+action)
			form.Set("version", regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(body)[1])
			st, body = b.post("/desk/suggestions/"+number+"/actions/"+action, form)
			b.has(st, body, 200, number)
		}
		act("rev", "review-accept", url.Values{"public": {"yes"}})
		act("dis", "dispatch", url.Values{"department": {s.Department.String()}, "part": {"lead"}, "letter": {"协转办〔2026〕3号"}})
		act("clk", "acknowledge", url.Values{})
		act("clk", "answer", url.Values{"text": {"已更换灯具十二盏，今晚亮灯。"}, "class": {"A"}})
		act("hed", "sign-off", url.Values{"letter": {"样住建函〔2026〕1号"}})
		act("rev", "accept-answer", url.Values{})
		st, body = stranger.get("/suggestions/" + number)
		stranger.has(st, body, 200, "已更换灯具十二盏", "市住房和城乡建设局", "已办复")
		if strings.Contains(body, "13900001111") || strings.Contains(body, ">clk<") {
			t.Error("the public page shows a telephone number or a clerk")
		}
		phone := visit(t, s)
		st, body = phone.post("/track", url.Values{"code": {"1234 5678 9012 3456"}})
		phone.has(st, body, 422, "输错")
		st, body = phone.post("/track", url.Values{"code": {mine}})
		phone.has(st, body, 200, "您对办理结果满意吗")
		st, body = phone.post("/suggestions/"+number+"/actions/rate", url.Values{"rating": {"not"}})
		phone.has(st, body, 422, "哪里不满意")
		st, body = phone.post("/suggestions/"+number+"/actions/rate", url.Values{"rating": {"satisfied"}, "reason": {"很快"}})
		phone.has(st, body, 200, "已办结")
		st, body = visit(t, s).get("/feed.xml")
		phone.has(st, body, 200, number)
		desk := visit(t, s).as("rev")
		for _, p := range []string{"/desk", "/desk/list", "/desk/new", "/desk/find", "/desk/rules", "/desk/figures", "/figures", "/suggestions", "/suggestions/map", "/suggestions/new", "/track", "/", "/mine", "/account"} {
			for _, lang := range []string{"zh-CN", "en"} {
				sep := "?"
				if st, body := desk.get(p + sep + "lang=" + lang); st != 200 {
					t.Errorf("%s in %s: %d %s", p, lang, st, excerpt(body))
				}
			}
		}
		st, body = desk.post("/desk/find", url.Values{"phone": {"139 0000 1111"}})
		desk.has(st, body, 200, number)
		for _, f := range []string{"referral/docx", "referral/pdf", "answer/docx", "answer/pdf"} {
			if st, _ := desk.get("/desk/suggestions/" + number + "/letters/" + f); st != 200 {
				t.Errorf("letter %s: %d", f, st)
			}
		}
		if st, _ := stranger.get("/desk/suggestions/" + number); st != 200 { // led to the sign-in form
			t.Errorf("a stranger at the desk: %d", st)
		}
	})
}

// TestRefusedFormsKeepWhatWasTyped: whatever is wrong, the words come back and each field says what to do.
func TestRefusedFormsKeepWhatWasTyped(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		b := visit(t, s)
		form := raiseForm(s)
		form.Set("title", "短")
		form.Set("phone", "不是电话")
		form.Del("division")
		st, body := b.post("/suggestions/new", form)
		b.has(st, body, 422, "孩子放学要摸黑走", "不是电话")
		form = raiseForm(s)
		form.Set("title", "短")
		st, body = b.post("/suggestions/new", form)
		b.has(st, body, 422, "太短了", "孩子放学要摸黑走", `href="#title"`)
		var buf bytes.Buffer
		w := multipart.NewWriter(&buf)
		for k, v := range raiseForm(s) {
			if err := w.WriteField(k, v[0]); err != nil {
				t.Fatal(err)
			}
		}
		part, err := w.CreateFormFile("upload_file", "photo.jpg")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte("this is not a picture")); err != nil {
			t.Fatal(err)
		}
		w.Close()
		st, body = b.read(b.c.Post(s.URL+"/suggestions/new", w.FormDataContentType(), &buf))
		if st != 422 && st != 415 {
			t.Errorf("a text named .jpg: %d", st)
		}
		b.has(st, body, st, "孩子放学要摸黑走")
	})
}

// TestPhotoWithoutScript: a photo that comes with the plain form is made anew and shown.
func TestPhotoWithoutScript(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		s.Account("rev", authz.Reviewer)
		img := image.NewRGBA(image.Rect(0, 0, 60, 40))
		img.Set(1, 1, color.RGBA{200, 0, 0, 255})
		var buf bytes.Buffer
		w := multipart.NewWriter(&buf)
		for k, v := range raiseForm(s) {
			if err := w.WriteField(k, v[0]); err != nil {
				t.Fatal(err)
			}
		}
		part, err := w.CreateFormFile("upload_file", "灯.jpg")
		if err != nil {
			t.Fatal(err)
		}
		if err := jpeg.Encode(part, img, nil); err != nil {
			t.Fatal(err)
		}
		w.Close()
		b := visit(t, s)
		st, body := b.read(b.c.Post(s.URL+"/suggestions/new", w.FormDataContentType(), &buf))
		b.has(st, body, 200, "查询码")
		number := regexp.MustCompile(`430100-\d{4}-\d{6}`).FindString(body)
		st, body = b.get("/suggestions/" + number)
		b.has(st, body, 200, "/files/")
		file := regexp.MustCompile(`/files/[0-9a-f-]{36}`).FindString(body)
		if st, _ := b.get(file + "/thumb"); st != 200 {
			t.Errorf("thumbnail: %d", st)
		}
		if st, _ := visit(t, s).get(file); st != 404 {
			t.Errorf("a stranger gets the photo of an unreviewed message: %d", st)
		}
	})
}

// TestLimitsOnStrangers: one address raises so many matters an hour and not more; the answer says what to do.
func TestLimitsOnStrangers(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		b := visit(t, s)
		for i := range suggestion.RaisePerHour {
			f := raiseForm(s)
			f.Del("once")
			if st, body := b.post("/suggestions/new", f); st != 200 {
				t.Fatalf("matter %d: %d %s", i+1, st, excerpt(body))
			}
		}
		st, body := b.post("/suggestions/new", raiseForm(s))
		b.has(st, body, 429, "操作太频繁", "孩子放学要摸黑走")
		s.Clock.Advance(61 * time.Minute)
		if st, _ := b.post("/suggestions/new", raiseForm(s)); st != 200 {
			t.Errorf("an hour later: %d", st)
		}
	})
}

// TestAPI: a token raises, the same key gives the same matter, what is refused says why.
func TestAPI(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		s.Account("mem", authz.Member)
		s.Account("rev", authz.Reviewer)
		token := func(login string, scopes ...authz.Scope) string {
			plain, err := s.App.Accounts.AddToken(s.System(), login, "test", scopes, time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			return plain
		}
		call := func(method, path, bearer, key string, body any) (int, map[string]any, http.Header) {
			t.Helper()
			raw, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			req, err := http.NewRequest(method, s.URL+path, bytes.NewReader(raw))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/json")
			if bearer != "" {
				req.Header.Set("Authorization", "Bearer "+bearer)
			}
			if key != "" {
				req.Header.Set("Idempotency-Key", key)
			}
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			out := map[string]any{}
			if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
				t.Fatalf("%s %s: %v", method, path, err)
			}
			return res.StatusCode, out, res.Header
		}
		mem, rev, reader := token("mem", authz.ReadScope, authz.WriteScope), token("rev", authz.ReadScope, authz.WriteScope), token("mem", authz.ReadScope)
		matter := map[string]any{"title": "枫溪路的路灯坏了", "body": "枫溪路从桥头到学校四百米没有一盏灯。", "committee": "430100", "division": "430100"}
		var wg sync.WaitGroup
		ids := make([]any, 12)
		for i := range ids {
			wg.Add(1)
			go func() {
				defer wg.Done()
				_, out, _ := call("POST", "/api/v1/suggestions", mem, "same-key", matter)
				ids[i] = out["id"]
			}()
		}
		wg.Wait()
		for _, id := range ids {
			if id == nil || id != ids[0] {
				t.Fatalf("one key made several matters: %v", ids)
			}
		}
		path := "/api/v1/suggestions/" + ids[0].(string)
		if st, _, _ := call("GET", path, "", "", nil); st != 404 {
			t.Errorf("without a token an unreviewed matter answers %d", st)
		}
		if st, _, _ := call("POST", "/api/v1/suggestions", reader, "", matter); st != 403 {
			t.Errorf("a token for reading wrote: %d", st)
		}
		if st, _, _ := call("POST", "/api/v1/suggestions", "", "", matter); st != 401 {
			t.Errorf("without a token: %d", st)
		}
		st, out, h := call("POST", path+"/actions/dispatch", rev, "", map[string]any{"team": []map[string]any{{"department": s.Department, "part": "lead"}}})
		if st != 403 && st != 409 {
			t.Errorf("a reviewer dispatched what is not reviewed: %d", st)
		}
		if !strings.HasPrefix(h.Get("Content-Type"), "application/problem+json") || out["code"] == nil {
			t.Errorf("refusal %v as %s", out, h.Get("Content-Type"))
		}
		if st, out, _ = call("POST", path+"/actions/review-accept", rev, "", map[string]any{"public": true}); st != 200 || out["state"] != "accepted" {
			t.Errorf("accept: %d %v", st, out)
		}
		if st, out, _ = call("POST", path+"/actions/review-accept", rev, "", map[string]any{"public": true}); st != 409 || out["allowed"] == nil {
			t.Errorf("accept again: %d %v", st, out)
		}
		if st, out, _ = call("GET", "/api/v1/suggestions?q="+url.QueryEscape("路灯"), "", "", nil); st != 200 || out["total"] != float64(1) {
			t.Errorf("search: %d %v", st, out)
		}
		for _, bad := range []string{"?state=nothing", "?limit=0", "?cursor=@@", "?committee=nowhere", "?from=2026-02-30", "?limti=1"} {
			if st, out, _ := call("GET", "/api/v1/suggestions"+bad, "", "", nil); st != 422 || out["errors"] == nil {
				t.Errorf("%s: %d %v", bad, st, out)
			}
		}
		if st, out, _ = call("POST", "/api/v1/suggestions", mem, "", map[string]any{"title": "x", "body": ""}); st != 422 || out["errors"] == nil {
			t.Errorf("bad matter: %d %v", st, out)
		}
		if _, err := s.App.Suggestions.Get(t.Context(), ids[0].(string)); problem.Is(err, problem.NotFound) {
			t.Error("an accepted matter is not public")
		}
	})
}
