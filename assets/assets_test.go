package assets

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func get(t *testing.T, path string, header map[string]string) *http.Response {
	t.Helper()
	h, err := Handler()
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for k, v := range header {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) []byte {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestHandler(t *testing.T) {
	current := Path("app.css")
	if current == Prefix+"app.css" {
		t.Fatal("app.css has no hash")
	}
	plain := get(t, current, nil)
	if plain.StatusCode != 200 || !strings.Contains(plain.Header.Get("Cache-Control"), "immutable") || !strings.HasPrefix(plain.Header.Get("Content-Type"), "text/css") {
		t.Fatalf("%s: %d %v", current, plain.StatusCode, plain.Header)
	}
	want := body(t, plain)

	packed := get(t, current, map[string]string{"Accept-Encoding": "br;q=0, gzip"})
	if packed.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("encoding %q, want gzip", packed.Header.Get("Content-Encoding"))
	}
	zr, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(zr); err != nil || !bytes.Equal(got, want) {
		t.Fatalf("gzip gives other content (%v)", err)
	}
	if e := get(t, current, map[string]string{"Accept-Encoding": "gzip, deflate, br"}).Header.Get("Content-Encoding"); e != "br" {
		t.Errorf("encoding %q, want br", e)
	}
	tag := plain.Header.Get("ETag")
	if again := get(t, current, map[string]string{"If-None-Match": tag}); again.StatusCode != http.StatusNotModified {
		t.Errorf("same content asked again: %d", again.StatusCode)
	}
	for _, old := range []string{"/assets/app.css", "/assets/app.0000000000.css"} {
		r := get(t, old, nil)
		if r.StatusCode != 200 || r.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: %d, %q; want today's file, not kept", old, r.StatusCode, r.Header.Get("Cache-Control"))
		}
	}
	for _, missing := range []string{"/assets/", "/assets/none.css", "/assets/../assets.go", "/assets/app.css.br", "/assets/.css"} {
		if r := get(t, missing, nil); r.StatusCode != 404 {
			t.Errorf("%s: %d, want 404", missing, r.StatusCode)
		}
	}
	if r := get(t, Path("map/430100.json"), nil); r.StatusCode != 200 || !strings.Contains(string(body(t, r)), "宁乡市") {
		t.Error("the outlines of 430100 are not there or hold an old name")
	}
}

func TestOtherMethodsAreRefused(t *testing.T) {
	h, err := Handler()
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, Path("app.css"), nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", w.Code)
	}
}

// The first view of a public page is the page, the style sheet, the script and the icon.
func TestFirstViewIsSmall(t *testing.T) {
	total := 0
	for _, name := range []string{"app.css", "app.js", "icon.svg"} {
		total += len(body(t, get(t, Path(name), map[string]string{"Accept-Encoding": "gzip"})))
	}
	if total > 40_000 {
		t.Errorf("style, script and icon move %d bytes, at most 40,000 so that 110,000 are left for the page and its pictures", total)
	}
}
