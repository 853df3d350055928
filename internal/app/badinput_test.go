package app_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"html"
	"image"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"xieshang/internal/app/apptest"
	"xieshang/internal/platform/authz"
	"xieshang/internal/suggestion"
)

// attached is a form with one file, as a browser without script sends it.
func attached(t *testing.T, form url.Values, field, name string, content []byte) (string, *bytes.Buffer) {
	t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for k, vs := range form {
		for _, v := range vs {
			if err := w.WriteField(k, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	part, err := w.CreateFormFile(field, name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), &buf
}

func picture(t *testing.T) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, image.NewRGBA(image.Rect(0, 0, 60, 40)), nil); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// bomb is a PNG of a few bytes that says it is side by side pixels.
func bomb(side uint32) []byte {
	var buf bytes.Buffer
	buf.WriteString("\x89PNG\r\n\x1a\n")
	chunk := func(kind string, data []byte) {
		_ = binary.Write(&buf, binary.BigEndian, uint32(len(data)))
		body := append([]byte(kind), data...)
		buf.Write(body)
		_ = binary.Write(&buf, binary.BigEndian, crc32.ChecksumIEEE(body))
	}
	head := binary.BigEndian.AppendUint32(nil, side)
	head = binary.BigEndian.AppendUint32(head, side)
	chunk("IHDR", append(head, 8, 6, 0, 0, 0))
	chunk("IDAT", []byte{0x78, 0x9c, 3, 0, 0, 0, 0, 1})
	chunk("IEND", nil)
	return buf.Bytes()
}

// TestRefusedFilesKeepTheWords: too large, empty, of a wrong kind by content, or a bomb: the words stay and the field of the photos says what to do.
func TestRefusedFilesKeepTheWords(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		for name, content := range map[string][]byte{
			"empty.jpg":  {},
			"script.jpg": []byte("<script>alert(1)</script>"),
			"cut.jpg":    picture(t)[:80],
			"bomb.png":   bomb(60_000),
			"large.jpg":  append(picture(t), make([]byte, 15<<20)...),
			"sheet.png":  []byte("PK\x03\x04 a workbook with the name of a picture"),
		} {
			b := visit(t, s)
			kind, body := attached(t, raiseForm(s), "upload_file", name, content)
			st, page := b.read(b.c.Post(s.URL+"/suggestions/new", kind, body))
			if st < 400 || st >= 500 {
				t.Errorf("%s: %d", name, st)
			}
			b.has(st, page, st, "孩子放学要摸黑走", `value="13900001111"`, `id="upload-error"`, `href="#upload"`)
		}
		// A body beyond every bound ends the reading; what came before it is kept.
		b := visit(t, s)
		kind, body := attached(t, raiseForm(s), "upload_file", "huge.jpg", make([]byte, 160<<20))
		st, page := b.read(b.c.Post(s.URL+"/suggestions/new", kind, body))
		b.has(st, page, http.StatusRequestEntityTooLarge, "孩子放学要摸黑走")
	})
}

// TestUploadsAreRefusedWithReasons: the pieces of a photo, as the script sends them.
func TestUploadsAreRefusedWithReasons(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		b := visit(t, s)
		begin := func(length string) (int, map[string]any) {
			t.Helper()
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/uploads", nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Tus-Resumable", "1.0.0")
			req.Header.Set("Upload-Length", length)
			req.Header.Set("Accept", "application/problem+json")
			st, text := b.read(b.c.Do(req))
			out := map[string]any{}
			if st >= 400 {
				if err := json.Unmarshal([]byte(text), &out); err != nil {
					t.Fatalf("%d %s", st, text)
				}
			}
			return st, out
		}
		for length, want := range map[string]int{"0": 422, "-1": 422, "x": 422, strconv.Itoa(15<<20 + 1): 413} {
			if st, out := begin(length); st != want || out["detail"] == "" || out["code"] == nil {
				t.Errorf("a photo of %s bytes: %d %v", length, st, out)
			}
		}
		if st, _ := begin("100"); st != http.StatusCreated {
			t.Errorf("a good photo: %d", st)
		}
	})
}

// TestUnknownCodes: a slip of one digit and a code that nobody has are told apart, and what was typed stays.
func TestUnknownCodes(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		b := visit(t, s)
		var unknown string
		for d := range 10 {
			if x := fmt.Sprintf("123456789012345%d", d); unknown == "" {
				if _, ok := suggestion.ParseCode(x); ok {
					unknown = x
				}
			}
		}
		st, body := b.post("/track", url.Values{"code": {unknown}})
		b.has(st, body, 404, unknown, "没有找到", `id="code-error"`)
		slip := unknown[:15] + string('0'+(unknown[15]-'0'+1)%10)
		for x, want := range map[string]string{"": "请输入提交时得到的查询码", "路灯": "您输入了0位", "1234": "您输入了4位", strings.Repeat("9", 300): "您输入了200位", slip: "输错了一位"} {
			st, body := b.post("/track", url.Values{"code": {x}})
			b.has(st, body, 422, `id="code-error"`, want)
		}
	})
}

var version = regexp.MustCompile(`name="version" value="(\d+)"`)

// inHand is a matter that a clerk has acknowledged, by pages alone.
func inHand(t *testing.T, s *apptest.Site) string {
	t.Helper()
	for login, role := range map[string]authz.Role{"rev": authz.Reviewer, "dis": authz.Dispatcher, "clk": authz.Clerk} {
		s.Account(login, role)
	}
	r, err := s.App.Suggestions.Raise(t.Context(), suggestion.RaiseInput{Title: "枫溪路的路灯坏了三个月", Body: "枫溪路从桥头到学校四百米没有一盏灯。", Division: s.Division, PublicWish: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		login, action string
		form          url.Values
	}{{"rev", "review-accept", url.Values{"public": {"yes"}}}, {"dis", "dispatch", url.Values{"department": {s.Department.String()}, "part": {"lead"}}}, {"clk", "acknowledge", url.Values{}}} {
		b := visit(t, s).as(x.login)
		st, body := b.post("/desk/suggestions/"+r.Number+"/actions/"+x.action, x.form)
		b.has(st, body, 200, r.Number)
	}
	return r.Number
}

// TestThirtiethOfFebruary is refused by its field in a form, a list and the API, and stays in the form.
func TestThirtiethOfFebruary(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		number := inHand(t, s)
		b := visit(t, s).as("clk")
		st, body := b.post("/desk/suggestions/"+number+"/actions/ask-time", url.Values{"until": {"2026-02-30"}, "reason": {"要等汛期过去"}})
		b.has(st, body, 422, "要等汛期过去", `value="2026-02-30"`, `id="ask-time-until-error"`, `href="#ask-time-until"`)
		st, body = b.post("/desk/suggestions/"+number+"/actions/answer", url.Values{"text": {"六月底前装好。"}, "class": {"B"}, "promised": {"2026-02-30"}})
		b.has(st, body, 422, "六月底前装好。", `id="answer-promised-error"`)
		st, body = b.get("/desk/list?scope=department&from=2026-02-30")
		b.has(st, body, 422)
		st, body = b.get("/figures?from=2026-02-30")
		b.has(st, body, 422, "2026-02-30")
		plain, err := s.App.Accounts.AddToken(s.System(), "clk", "test", []authz.Scope{authz.ReadScope, authz.WriteScope}, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range []struct{ action, field, body string }{
			{"ask-time", "until", `{"reason":"等","until":"2026-02-30"}`},
			{"answer", "promised", `{"text":"好","class":"B","promised":"2026-02-30"}`},
			{"contact", "day", `{"how":"telephone","text":"好","day":"30.2.2026"}`},
		} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/api/v1/suggestions/"+number+"/actions/"+x.action, strings.NewReader(x.body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer "+plain)
			req.Header.Set("Content-Type", "application/json")
			st, body := b.read(http.DefaultClient.Do(req))
			var out struct {
				Errors []struct{ Field, Detail string }
			}
			if err := json.Unmarshal([]byte(body), &out); err != nil || st != 422 || len(out.Errors) != 1 || !strings.HasSuffix(out.Errors[0].Field, x.field) || out.Errors[0].Detail == "" {
				t.Errorf("%s: %d %s", x.action, st, body)
			}
		}
	})
}

// TestDoubleClicks: pressed twice, a form makes one matter and an action one step.
func TestDoubleClicks(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		number := inHand(t, s)
		twice := func(post func() (int, string)) (bodies []string) {
			gate, answers := make(chan struct{}), make(chan string, 2)
			var wg sync.WaitGroup
			for range 2 {
				wg.Go(func() {
					<-gate
					_, body := post()
					answers <- body
				})
			}
			close(gate)
			wg.Wait()
			return []string{<-answers, <-answers}
		}
		me := visit(t, s)
		form := raiseForm(s)
		for _, body := range twice(func() (int, string) { return me.post("/suggestions/new", form) }) {
			if !strings.Contains(body, "430100-2026-000002") {
				t.Errorf("pressed twice: %s", excerpt(body))
			}
		}
		list, err := s.App.Suggestions.List(s.System(), suggestion.Filter{Scope: suggestion.StaffScope, Total: true})
		if err != nil || list.Total != 2 {
			t.Errorf("%d matters, %v; want 2", list.Total, err)
		}
		b := visit(t, s).as("clk")
		_, body := b.get("/desk/suggestions/" + number)
		answer := url.Values{"text": {"已更换灯具。"}, "class": {"A"}, "version": {version.FindStringSubmatch(body)[1]}}
		twice(func() (int, string) { return b.post("/desk/suggestions/"+number+"/actions/answer", answer) })
		c, err := s.App.Suggestions.Get(s.System(), number)
		if err != nil {
			t.Fatal(err)
		}
		steps := 0
		for _, x := range c.Timeline {
			if x.Action == suggestion.WriteAnswer {
				steps++
			}
		}
		if steps != 1 {
			t.Errorf("one answer, pressed twice, made %d steps", steps)
		}
	})
}

var hiddenInput = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)

func hiddenOf(body string) url.Values {
	out := url.Values{}
	if i := strings.Index(body, "<main"); i >= 0 { // the head has a form of its own
		body = body[i:]
	}
	for _, m := range hiddenInput.FindAllStringSubmatch(body, -1) {
		out.Add(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	return out
}

// TestTheSessionEndsInALongForm: a member's words and the photo that went up before are sent after signing in again, in the member's name; a clerk's
// answer too, and its file is asked for by name.
func TestTheSessionEndsInALongForm(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		number := inHand(t, s)
		s.Account("mem", authz.Member)
		b := visit(t, s).as("mem")
		_, page := b.get("/suggestions/new")
		form := raiseForm(s)
		form.Del("phone")
		form.Set("as", hiddenOf(page).Get("as"))
		form.Set("upload", putPhoto(t, b))
		at, err := url.Parse(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		signOut := func() { b.c.Jar.SetCookies(at, []*http.Cookie{{Name: "xs", Value: "", Path: "/", MaxAge: -1}}) }
		signOut()
		st, page := b.post("/suggestions/new", form)
		b.has(st, page, 401, "填写的内容还在")
		login := hiddenOf(page)
		login.Set("login", "mem")
		login.Set("password", "wrong")
		st, page = b.post("/login", login)
		b.has(st, page, 422, "填写的内容还在")
		login = hiddenOf(page)
		login.Set("login", "mem")
		login.Set("password", apptest.Password)
		st, page = b.post("/login", login)
		b.has(st, page, 200, "您已登录", `action="/suggestions/new"`)
		st, page = b.post("/suggestions/new", hiddenOf(page))
		b.has(st, page, 200, "枫溪路的路灯坏了三个月")
		c, err := s.App.Suggestions.Get(s.System(), "430100-2026-000002")
		if err != nil || c.Origin != suggestion.FromMember || len(c.Files) != 1 || !strings.Contains(c.Body, "孩子放学要摸黑走") {
			t.Errorf("%v: origin %s, %d photos", err, c.Origin, len(c.Files))
		}
		clerk := visit(t, s)
		kind, body := attached(t, url.Values{"text": {"已更换灯具七盏。"}, "class": {"A"}}, "files", "验收单.pdf", append([]byte("%PDF-1.7\n"), make([]byte, 3<<20)...))
		st, page = clerk.read(clerk.c.Post(s.URL+"/desk/suggestions/"+number+"/actions/answer", kind, body))
		clerk.has(st, page, 401, "填写的内容还在", "已更换灯具七盏。")
		login = hiddenOf(page)
		login.Set("login", "clk")
		login.Set("password", apptest.Password)
		st, page = clerk.post("/login", login)
		clerk.has(st, page, 200, "验收单.pdf", `type="file"`, `name="files"`)
		kind, body = attached(t, hiddenOf(page), "files", "验收单.pdf", append([]byte("%PDF-1.7\n"), make([]byte, 3<<20)...))
		st, page = clerk.read(clerk.c.Post(s.URL+"/desk/suggestions/"+number+"/actions/answer", kind, body))
		clerk.has(st, page, 200, "已更换灯具七盏。")
		if c, err = s.App.Suggestions.Get(s.System(), number); err != nil || len(c.Files) != 1 {
			t.Errorf("%v: %d files with the answer", err, len(c.Files))
		}
	})
}

// putPhoto sends a photo up in one piece, as the script does, and returns its id.
func putPhoto(t *testing.T, b *browser) string {
	t.Helper()
	data := picture(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.s.URL+"/uploads", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Tus-Resumable", "1.0.0")
	req.Header.Set("Upload-Length", strconv.Itoa(len(data)))
	res, err := b.c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, res.Body)
	res.Body.Close()
	place := res.Header.Get("Location")
	req, err = http.NewRequestWithContext(t.Context(), http.MethodPatch, b.s.URL+place, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Tus-Resumable", "1.0.0")
	req.Header.Set("Upload-Offset", "0")
	req.Header.Set("Content-Type", "application/offset+octet-stream")
	if st, body := b.read(b.c.Do(req)); st >= 300 {
		t.Fatalf("photo: %d %s", st, body)
	}
	return place[strings.LastIndexByte(place, '/')+1:]
}
