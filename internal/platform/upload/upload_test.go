package upload_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"xieshang/internal/platform/blob"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/i18n/i18ntest"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/upload"
	"xieshang/internal/platform/web"
)

// small are limits that tests reach quickly: files of 1000 bytes, 3 an owner, stored in pieces of 64.
var small = upload.Limits{Bytes: 1000, PerOwner: 3, Life: 24 * time.Hour, Piece: 64, AtOnce: 8, Types: []string{"image/jpeg", "image/png"}}

type site struct {
	*upload.Service
	db     *db.DB
	files  blob.Store
	clock  *clock.Fake
	server *httptest.Server
	active atomic.Int64 // requests being answered
}

// each runs test on both engines, with a real HTTP server. The owner is what the test's X-Owner header says.
func each(t *testing.T, l upload.Limits, test func(t *testing.T, s *site)) {
	dbtest.Each(t, []fs.FS{upload.Migrations}, func(t *testing.T, d *db.DB) {
		files, err := blob.Folder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = files.Close() })
		s := &site{db: d, files: files, clock: clock.NewFake(time.Now())}
		if s.Service, err = upload.New(d, files, s.clock, l); err != nil {
			t.Fatal(err)
		}
		mux := http.NewServeMux()
		mount := func(pattern string, do func(http.ResponseWriter, *http.Request, string) error) {
			mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
				s.active.Add(1)
				defer s.active.Add(-1)
				err := do(w, r, r.Header.Get("X-Owner"))
				if p, ok := problem.Of(err); ok {
					http.Error(w, p.Key, web.Status(p.Kind))
				} else if err != nil {
					t.Errorf("%s %s: %v", r.Method, r.URL.Path, err)
					http.Error(w, "failure", http.StatusInternalServerError)
				}
			})
		}
		mount("POST /uploads", s.Create)
		mount("HEAD /uploads/{id}", s.Head)
		mount("PATCH /uploads/{id}", s.Append)
		mount("DELETE /uploads/{id}", s.Remove)
		s.server = httptest.NewServer(mux)
		t.Cleanup(s.server.Close)
		test(t, s)
	})
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (s *site) do(t testing.TB, method, path, owner string, body io.Reader, headers ...string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.server.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Owner", owner)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w, err := s.server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Body.Close() }()
	all, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{w.StatusCode, w.Header, strings.TrimSpace(string(all))}
}

func (a answer) want(t testing.TB, status int, body string) {
	t.Helper()
	if a.status != status || body != "" && a.body != body {
		t.Errorf("answer %d %q, want %d %q", a.status, a.body, status, body)
	}
}

func (a answer) offset(t testing.TB, want int) {
	t.Helper()
	if got := a.header.Get("Upload-Offset"); got != strconv.Itoa(want) {
		t.Errorf("Upload-Offset %q, want %d", got, want)
	}
}

func (s *site) create(t testing.TB, owner string, size int) string {
	t.Helper()
	a := s.do(t, "POST", "/uploads", owner, strings.NewReader(fmt.Sprintf(`{"size":%d,"name":"街口.jpg","type":"image/jpeg"}`, size)),
		"Content-Type", "application/json")
	a.want(t, http.StatusCreated, "")
	var made struct{ ID string }
	if err := json.Unmarshal([]byte(a.body), &made); err != nil {
		t.Fatal(err)
	}
	if got := a.header.Get("Location"); got != "/uploads/"+made.ID {
		t.Errorf("Location %q", got)
	}
	return made.ID
}

func (s *site) patch(t testing.TB, id, owner string, offset int, body string, more ...string) answer {
	t.Helper()
	return s.do(t, "PATCH", "/uploads/"+id, owner, strings.NewReader(body),
		append([]string{"Content-Type", "application/offset+octet-stream", "Upload-Offset", strconv.Itoa(offset)}, more...)...)
}

func (s *site) head(t testing.TB, id, owner string) answer {
	t.Helper()
	return s.do(t, "HEAD", "/uploads/"+id, owner, nil)
}

func (s *site) pieces(t testing.TB) []string {
	t.Helper()
	var keys []string
	for info, err := range s.files.List(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, info.Key)
	}
	return keys
}

func content(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + i*i%26)
	}
	return string(b)
}

func read(t testing.TB, f *upload.File, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	return string(all)
}

func wantProblem(t testing.TB, err error, key string) {
	t.Helper()
	if p, ok := problem.Of(err); !ok || p.Key != key {
		t.Errorf("error %v, want problem %s", err, key)
	}
}

func TestUploadInTwoSteps(t *testing.T) {
	each(t, small, func(t *testing.T, s *site) {
		all := content(300)
		id := s.create(t, "anna", len(all))
		s.head(t, id, "anna").offset(t, 0)
		a := s.patch(t, id, "anna", 0, all[:130])
		a.want(t, http.StatusNoContent, "")
		a.offset(t, 130)
		if _, err := s.Open(t.Context(), id, "anna"); err == nil {
			t.Error("half an upload was opened")
		} else {
			wantProblem(t, err, "upload.incomplete")
		}
		a = s.patch(t, id, "anna", 0, all[:130]) // a repeated body
		a.want(t, http.StatusConflict, "upload.offset")
		a.offset(t, 130)
		s.patch(t, id, "anna", 200, all[200:]).want(t, http.StatusConflict, "upload.offset")
		s.patch(t, id, "anna", 130, all[130:]).want(t, http.StatusNoContent, "")
		h := s.head(t, id, "anna")
		h.offset(t, 300)
		if h.header.Get("Upload-Length") != "300" || h.header.Get("Cache-Control") != "no-store" || h.header.Get("Upload-Expires") == "" {
			t.Errorf("HEAD: %v", h.header)
		}
		f, err := s.Open(t.Context(), id, "anna")
		if got := read(t, f, err); got != all {
			t.Errorf("Open gave %d other bytes", len(got))
		}
		f, err = s.Finish(t.Context(), id, "anna")
		if got := read(t, f, err); got != all || f.Name != "街口.jpg" || f.Type != "image/jpeg" || f.Size != 300 {
			t.Errorf("Finish gave %d bytes, %+v", len(got), f.Upload)
		}
	})
}

func TestTusDeclaration(t *testing.T) {
	each(t, small, func(t *testing.T, s *site) {
		code := func(v string) string { return base64.StdEncoding.EncodeToString([]byte(v)) }
		a := s.do(t, "POST", "/uploads", "anna", nil, "Upload-Length", "5",
			"Upload-Metadata", "filename "+code(`C:\照片\..\a`+"\u202e"+`gpj.png`)+",filetype "+code("image/png; x=1")+",empty")
		a.want(t, http.StatusCreated, "")
		id := strings.TrimPrefix(a.header.Get("Location"), "/uploads/")
		s.patch(t, id, "anna", 0, "hello").want(t, http.StatusNoContent, "")
		f, err := s.Finish(t.Context(), id, "anna")
		if got := read(t, f, err); got != "hello" || f.Name != "agpj.png" || f.Type != "image/png" {
			t.Errorf("%q, %+v", got, f.Upload)
		}
	})
}

func TestDeclarationsRefused(t *testing.T) {
	each(t, small, func(t *testing.T, s *site) {
		for body, want := range map[string]struct {
			status int
			key    string
		}{
			`{"size":0,"name":"a"}`:         {422, "problem.invalid"},
			`{"size":-1,"name":"a"}`:        {422, "problem.invalid"},
			`{"size":1001,"name":"a"}`:      {413, "upload.too-large"},
			`{"size":5,"type":"text/html"}`: {415, "upload.type"},
			`{"size":5,"type":";;"}`:        {415, "upload.type"},
			`{"size":"many"}`:               {422, "upload.declare"},
			`{`:                             {422, "upload.declare"},
			`{"name":"` + strings.Repeat("x", 9000) + `"`: {422, "upload.declare"},
		} {
			s.do(t, "POST", "/uploads", "anna", strings.NewReader(body), "Content-Type", "application/json").want(t, want.status, want.key)
		}
		s.do(t, "POST", "/uploads", "anna", nil).want(t, 422, "problem.invalid")
		s.do(t, "POST", "/uploads", "anna", nil, "Upload-Length", "5", "Upload-Metadata", "filename %%%").want(t, 422, "upload.declare")
		id := s.create(t, "anna", 10)
		s.do(t, "PATCH", "/uploads/"+id, "anna", strings.NewReader("x"), "Upload-Offset", "0").want(t, 415, "upload.declare")
		s.patch(t, id, "anna", -1, "x").want(t, 422, "upload.declare")
		s.patch(t, "not-an-id", "anna", 0, "x").want(t, 404, "upload.unknown")
		s.head(t, "..%2f..%2fetc", "anna").want(t, 404, "")
	})
}

// TestResumeAfterCut sends 200 bytes of a longer body over a raw connection and cuts it, again and again: closed in order,
// as a browser that is left, all that was sent is kept; reset, as a lost line, at least the whole pieces seen before.
func TestResumeAfterCut(t *testing.T) {
	each(t, small, func(t *testing.T, s *site) {
		all := content(900)
		id := s.create(t, "anna", len(all))
		sent := 0
		for round := range 4 {
			dialer := net.Dialer{}
			conn, err := dialer.DialContext(t.Context(), "tcp", s.server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			_, err = fmt.Fprintf(conn, "PATCH /uploads/%s HTTP/1.1\r\nHost: x\r\nX-Owner: anna\r\nUpload-Offset: %d\r\n"+
				"Content-Type: application/offset+octet-stream\r\nContent-Length: %d\r\n\r\n%s", id, sent, 900-sent, all[sent:sent+200])
			if err != nil {
				t.Fatal(err)
			}
			seen := s.waitPast(t, id, "anna", sent)
			if round%2 == 0 {
				_ = conn.(*net.TCPConn).SetLinger(0)
			}
			_ = conn.Close()
			for s.active.Load() > 0 {
				time.Sleep(time.Millisecond)
			}
			now, err := strconv.Atoi(s.head(t, id, "anna").header.Get("Upload-Offset"))
			if err != nil || now < seen || now > sent+200 || round%2 == 1 && now != sent+200 {
				t.Fatalf("round %d: %d bytes (%v) after %d were sent from %d, %d seen", round, now, err, 200, sent, seen)
			}
			sent = now
		}
		s.patch(t, id, "anna", sent, all[sent:]).want(t, http.StatusNoContent, "")
		file, err := s.Finish(t.Context(), id, "anna")
		if read(t, file, err) != all {
			t.Error("the joined file differs")
		}
	})
}

// waitPast polls HEAD, as a browser does, until more than n bytes have arrived.
func (s *site) waitPast(t testing.TB, id, owner string, n int) int {
	t.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for {
		got, err := strconv.Atoi(s.head(t, id, owner).header.Get("Upload-Offset"))
		if err != nil {
			t.Fatal(err)
		}
		if got > n {
			return got
		}
		if time.Now().After(deadline) {
			t.Fatalf("still %d bytes", got)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func TestTooMuchIsRefused(t *testing.T) {
	each(t, small, func(t *testing.T, s *site) {
		id := s.create(t, "anna", 100)
		s.patch(t, id, "anna", 0, content(101)).want(t, 413, "upload.too-large")
		// Without an announced length the surplus shows only at the end.
		a := s.do(t, "PATCH", "/uploads/"+id, "anna", struct{ io.Reader }{strings.NewReader(content(101))},
			"Content-Type", "application/offset+octet-stream", "Upload-Offset", "0")
		a.want(t, 413, "upload.too-large")
		a.offset(t, 64) // the first piece is kept, the one that would complete another file is not
		s.patch(t, id, "anna", 64, content(36)).want(t, 204, "")
		s.patch(t, id, "anna", 100, "x").want(t, 413, "upload.too-large")
		s.patch(t, id, "anna", 100, "").want(t, 204, "")
	})
}

func TestTooManyAndFreedSlots(t *testing.T) {
	each(t, small, func(t *testing.T, s *site) {
		ids := []string{s.create(t, "anna", 5), s.create(t, "anna", 5), s.create(t, "anna", 5)}
		full := func() {
			t.Helper()
			_, err := s.Begin(t.Context(), "anna", 5, "a", "")
			wantProblem(t, err, "upload.too-many")
		}
		full()
		s.create(t, "bert", 5) // another owner's are counted apart
		s.do(t, "DELETE", "/uploads/"+ids[1], "anna", nil).want(t, 204, "")
		s.head(t, ids[1], "anna").want(t, 404, "")
		ids[1] = s.create(t, "anna", 5)
		full()
		s.patch(t, ids[0], "anna", 0, "hello").want(t, 204, "")
		full() // a complete upload counts until it is finished
		f, err := s.Finish(t.Context(), ids[0], "anna")
		read(t, f, err)
		s.create(t, "anna", 5)
		full()
		s.clock.Set(s.clock.Now().Add(24 * time.Hour))
		s.create(t, "anna", 5) // what has expired does not count, swept or not
	})
}

// TestTooManyAtOnce lets an owner begin more uploads at the same moment than are allowed.
func TestTooManyAtOnce(t *testing.T) {
	each(t, small, func(t *testing.T, s *site) {
		for round := range 20 {
			owner := fmt.Sprint("owner", round)
			start := make(chan struct{})
			results := make(chan error, 8)
			for range 8 {
				go func() {
					<-start
					_, err := s.Begin(t.Context(), owner, 5, "a", "")
					results <- err
				}()
			}
			close(start)
			begun := 0
			for range 8 {
				if err := <-results; err == nil {
					begun++
				} else {
					wantProblem(t, err, "upload.too-many")
				}
			}
			if begun != small.PerOwner {
				t.Fatalf("round %d: %d uploads begun, want %d", round, begun, small.PerOwner)
			}
		}
	})
}

func TestAnotherOwnerIsRefused(t *testing.T) {
	each(t, small, func(t *testing.T, s *site) {
		id := s.create(t, "anna", 5)
		for _, owner := range []string{"bert", "", "ANNA", "anna "[:4] + "a"} {
			s.head(t, id, owner).want(t, 404, "")
			s.patch(t, id, owner, 0, "hello").want(t, 404, "upload.unknown")
			s.do(t, "DELETE", "/uploads/"+id, owner, nil).want(t, 404, "upload.unknown")
		}
		s.patch(t, id, "anna", 0, "hello").want(t, 204, "")
		_, err := s.Open(t.Context(), id, "bert")
		wantProblem(t, err, "upload.unknown")
		_, err = s.Finish(t.Context(), id, "bert")
		wantProblem(t, err, "upload.unknown")
		f, err := s.Finish(t.Context(), id, "anna")
		if read(t, f, err) != "hello" {
			t.Error("the owner's file changed")
		}
	})
}

func TestFinishOnce(t *testing.T) {
	each(t, small, func(t *testing.T, s *site) {
		for round := range 20 {
			owner := fmt.Sprint("owner", round)
			id := s.create(t, owner, 5)
			_, err := s.Finish(t.Context(), id, owner)
			wantProblem(t, err, "upload.incomplete")
			s.patch(t, id, owner, 0, "hello").want(t, 204, "")
			start := make(chan struct{})
			results := make(chan error, 6)
			for range 6 {
				go func() {
					<-start
					f, err := s.Finish(t.Context(), id, owner)
					if err == nil {
						err = f.Close()
					}
					results <- err
				}()
			}
			close(start)
			won := 0
			for range 6 {
				if err := <-results; err == nil {
					won++
				} else {
					wantProblem(t, err, "upload.finished")
				}
			}
			if won != 1 {
				t.Fatalf("round %d: finished %d times", round, won)
			}
			s.patch(t, id, owner, 5, "").want(t, 409, "upload.finished")
			_, err = s.Open(t.Context(), id, owner)
			wantProblem(t, err, "upload.finished")
		}
		// A claim that is rolled back leaves the upload as it was.
		id := s.create(t, "anna", 5)
		s.patch(t, id, "anna", 0, "hello").want(t, 204, "")
		failed := errors.New("the rest of the transaction failed")
		if err := s.db.Write(t.Context(), func(tx *db.Tx) error {
			_, err := s.Claim(tx, id, "anna")
			return errors.Join(err, failed)
		}); !errors.Is(err, failed) {
			t.Fatal(err)
		}
		f, err := s.Finish(t.Context(), id, "anna")
		if read(t, f, err) != "hello" {
			t.Error("the claim that failed took the file")
		}
	})
}

func TestMessages(t *testing.T) {
	if _, err := i18n.Load(upload.Messages); err != nil {
		t.Fatal(err)
	}
	i18ntest.Check(t, []string{"."})
}

func TestNewRefusesLimits(t *testing.T) {
	if _, err := upload.New(nil, nil, nil, upload.Limits{}); err == nil {
		t.Error("limits of zero were taken")
	}
}
