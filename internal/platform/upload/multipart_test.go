package upload_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"os"
	"slices"
	"strings"
	"testing"

	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/upload"
)

// tight are form limits that tests reach quickly; files must begin with "ok".
var tight = upload.FormLimits{Files: 2, Bytes: 600, Values: 5, Text: 100, Accept: func(head []byte) error {
	if !bytes.HasPrefix(head, []byte("ok")) {
		return errors.New("does not begin with ok")
	}
	return nil
}}

const boundary = "line-between-the-parts"

type formPart struct{ field, filename, content string } // filename "-" is no file, "" an input without a file

func formBody(t testing.TB, parts ...formPart) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	if err := w.SetBoundary(boundary); err != nil {
		t.Fatal(err)
	}
	for _, p := range parts {
		h := textproto.MIMEHeader{}
		d := fmt.Sprintf(`form-data; name="%s"`, p.field)
		if p.filename != "-" {
			d += fmt.Sprintf(`; filename="%s"`, p.filename)
			h.Set("Content-Type", "image/JPEG")
		}
		h.Set("Content-Disposition", d)
		part, err := w.CreatePart(h)
		if err == nil {
			_, err = io.WriteString(part, p.content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func parse(t testing.TB, l upload.FormLimits, body io.Reader) (*upload.Form, error) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/", body)
	r.Header.Set("Content-Type", "multipart/form-data; boundary="+boundary)
	form, err := upload.Multipart(r, l)
	t.Cleanup(func() {
		if err := form.Close(); err != nil {
			t.Error(err)
		}
	})
	return form, err
}

// fields gives "name: key" of each refused field.
func fields(err error) []string {
	p, ok := problem.Of(err)
	if !ok {
		return []string{fmt.Sprint(err)}
	}
	out := []string{}
	for _, f := range p.Fields {
		out = append(out, f.Name+": "+f.Key)
	}
	if len(out) == 0 {
		out = append(out, p.Key)
	}
	return out
}

func TestMultipart(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	long := "ok" + content(598)
	form, err := parse(t, tight, bytes.NewReader(formBody(t, formPart{"text", "-", "路灯\x00坏了\xff"}, formPart{"photo", `D:\x\灯.jpg`, long},
		formPart{"photo", "", ""}, formPart{"text", "-", "twice"}, formPart{"photo", "b.jpg", "ok"})))
	if err != nil {
		t.Fatal(err)
	}
	if got := form.Values["text"]; !slices.Equal(got, []string{"路灯坏了\uFFFD", "twice"}) {
		t.Errorf("values %q", got)
	}
	if len(form.Files) != 2 {
		t.Fatalf("%d files", len(form.Files))
	}
	f := form.Files[0]
	if f.Field != "photo" || f.Name != "灯.jpg" || f.Type != "image/jpeg" || f.Size != 600 {
		t.Errorf("%+v", f)
	}
	for range 2 {
		if all, err := io.ReadAll(f.Open()); err != nil || string(all) != long {
			t.Errorf("%d bytes, %v", len(all), err)
		}
	}
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) != 0 {
		t.Errorf("on the disk: %v, %v", left, err)
	}
}

func TestMultipartRefusals(t *testing.T) {
	text := formPart{"text", "-", "typed with care"}
	ok := formPart{"photo", "a.jpg", "ok"}
	for name, c := range map[string]struct {
		parts []formPart
		want  []string
		files int
	}{
		"empty file":       {[]formPart{{"photo", "a.jpg", ""}, ok, text}, []string{"photo: upload.empty"}, 1},
		"too large":        {[]formPart{{"photo", "a.jpg", "ok" + content(599)}, ok, text}, []string{"photo: upload.too-large"}, 1},
		"wrong type":       {[]formPart{{"plan", "a.jpg", "<html>"}, ok, text}, []string{"plan: upload.type"}, 1},
		"too many":         {[]formPart{ok, ok, ok, ok, text}, []string{"photo: upload.too-many"}, 2},
		"several":          {[]formPart{{"a", "a", ""}, {"b", "b", "no"}, text}, []string{"a: upload.empty", "b: upload.type"}, 0},
		"too much text":    {[]formPart{text, {"more", "-", strings.Repeat("x", 90)}}, []string{"upload.form-too-large"}, 0},
		"too many inputs":  {[]formPart{text, {"a", "-", ""}, {"a", "-", ""}, {"a", "-", ""}, {"a", "-", ""}, {"a", "-", ""}}, []string{"upload.form-too-large"}, 0},
		"far too large":    {[]formPart{text, {"photo", "a.jpg", "ok" + content(20_000)}}, []string{"upload.form-too-large"}, 0},
		"nameless and big": {[]formPart{text, {"", "a.jpg", content(20_000)}}, []string{"upload.form-too-large"}, 0},
	} {
		form, err := parse(t, tight, bytes.NewReader(formBody(t, c.parts...)))
		if got := fields(err); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if form.Values.Get("text") != "typed with care" {
			t.Errorf("%s: what was typed is lost: %v", name, form.Values)
		}
		if len(form.Files) != c.files {
			t.Errorf("%s: %d files, want %d", name, len(form.Files), c.files)
		}
	}
	whole := formBody(t, text, ok)
	form, err := parse(t, tight, bytes.NewReader(whole[:len(whole)-30]))
	if got := fields(err); !slices.Equal(got, []string{"upload.form"}) || form.Values.Get("text") == "" {
		t.Errorf("cut form: %q, %v", got, form.Values)
	}
	if form, err := upload.Multipart(httptest.NewRequest("POST", "/", strings.NewReader("a=b")), tight); form == nil || !slices.Equal(fields(err), []string{"upload.form"}) {
		t.Errorf("not a multipart form: %v", err)
	}
	t.Setenv("TMPDIR", "/nowhere/at/all")
	if _, err := parse(t, tight, bytes.NewReader(whole)); err == nil || errors.As(err, new(*problem.Problem)) {
		t.Errorf("no room on the disk must be a failure of ours: %v", err)
	}
}

// FuzzMultipart: whatever comes in, the form keeps its limits, and an error is a problem that a visitor can be told.
func FuzzMultipart(f *testing.F) {
	f.Add(formBody(f, formPart{"text", "-", "a"}, formPart{"photo", "a.jpg", "ok 1"}))
	f.Add(formBody(f, formPart{"photo", "", ""}, formPart{"photo", "b", ""}))
	f.Add([]byte("--" + boundary + "\r\nContent-Disposition: form-data; name=\"a\"; filename*=utf-8''%e7%81%af\r\n\r\nok\r\n--" + boundary + "--"))
	f.Add([]byte("--" + boundary + "\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Disposition: form-data; name=a\r\n\r\n=00=\r\n--" + boundary + "--"))
	f.Fuzz(func(t *testing.T, body []byte) {
		form, err := parse(t, tight, bytes.NewReader(body))
		if _, ok := problem.Of(err); err != nil && !ok {
			t.Fatalf("not a problem: %v", err)
		}
		text, values := 0, 0
		for name, all := range form.Values {
			for _, v := range all {
				text += len(v) / 3 // a broken byte becomes a sign of three
				values++
				if strings.Contains(name+v, "\x00") {
					t.Fatalf("a zero byte in %q", name+v)
				}
			}
		}
		if text > tight.Text || values > tight.Values || len(form.Files) > tight.Files {
			t.Fatalf("%d bytes, %d values, %d files", text, values, len(form.Files))
		}
		for _, file := range form.Files {
			all, err := io.ReadAll(file.Open())
			if err != nil || int64(len(all)) != file.Size || file.Size < 1 || file.Size > tight.Bytes || tight.Accept(all) != nil {
				t.Fatalf("file of %d bytes, %d read: %v", file.Size, len(all), err)
			}
			if file.Name == "" || len(file.Name) > 200 || strings.ContainsAny(file.Name, "/\\\x00\r\n") || file.Field == "" {
				t.Fatalf("file %q in %q", file.Name, file.Field)
			}
		}
	})
}
