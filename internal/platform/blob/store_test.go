package blob_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"xieshang/internal/platform/blob"
)

// s3Server runs a real S3 server over HTTP on the loopback and returns its host:port, with an empty bucket "files".
func s3Server(t *testing.T, wrap func(http.Handler) http.Handler) string {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("files"); err != nil {
		t.Fatal(err)
	}
	handler := gofakes3.New(backend, gofakes3.WithLogger(gofakes3.DiscardLog())).Server()
	if wrap != nil {
		handler = wrap(handler)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

func open(t *testing.T, place string) blob.Closer {
	t.Helper()
	s, err := blob.Open(t.Context(), place)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func each(t *testing.T, test func(t *testing.T, s blob.Store)) {
	t.Run("folder", func(t *testing.T) { test(t, open(t, t.TempDir())) })
	t.Run("s3", func(t *testing.T) {
		test(t, open(t, "s3://someone:a%2Fsecret@"+s3Server(t, nil)+"/files?secure=false&region=us-east-1"))
	})
}

func put(t *testing.T, s blob.Store, key, content string) {
	t.Helper()
	info, err := s.Put(t.Context(), key, strings.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	if info.Key != key || info.Size != int64(len(content)) {
		t.Errorf("Put told %+v", info)
	}
}

func get(t *testing.T, s blob.Store, key string) string {
	t.Helper()
	r, err := s.Get(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	all, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}

func keys(t *testing.T, s blob.Store, prefix string) []string {
	t.Helper()
	found := []string{}
	for info, err := range s.List(t.Context(), prefix) {
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, info.Key)
	}
	return found
}

func TestPutGetStatDelete(t *testing.T) {
	each(t, func(t *testing.T, s blob.Store) {
		put(t, s, "a/b/one.txt", "first")
		put(t, s, "a/b/one.txt", "replaced")
		put(t, s, "empty", "")
		if got := get(t, s, "a/b/one.txt"); got != "replaced" {
			t.Errorf("got %q", got)
		}
		if got := get(t, s, "empty"); got != "" {
			t.Errorf("empty file holds %q", got)
		}
		info, err := s.Stat(t.Context(), "a/b/one.txt")
		if err != nil || info.Size != 8 || info.Modified.IsZero() {
			t.Errorf("Stat: %+v, %v", info, err)
		}
		for range 2 { // deleting twice is no error
			if err := s.Delete(t.Context(), "a/b/one.txt"); err != nil {
				t.Fatal(err)
			}
		}
		for _, missing := range []string{"a/b/one.txt", "a/b", "empty/below"} {
			if _, err := s.Get(t.Context(), missing); !errors.Is(err, blob.ErrNotFound) {
				t.Errorf("Get(%s): %v", missing, err)
			}
			if _, err := s.Stat(t.Context(), missing); !errors.Is(err, blob.ErrNotFound) {
				t.Errorf("Stat(%s): %v", missing, err)
			}
		}
	})
}

func TestGetSeeks(t *testing.T) {
	each(t, func(t *testing.T, s blob.Store) {
		put(t, s, "digits", "0123456789")
		r, err := s.Get(t.Context(), "digits")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = r.Close() }()
		for _, at := range []int64{7, 2} {
			if _, err := r.Seek(at, io.SeekStart); err != nil {
				t.Fatal(err)
			}
			two := make([]byte, 2)
			if _, err := io.ReadFull(r, two); err != nil || string(two) != "0123456789"[at:at+2] {
				t.Errorf("at %d: %q, %v", at, two, err)
			}
		}
		if end, err := r.Seek(0, io.SeekEnd); err != nil || end != 10 {
			t.Errorf("end: %d, %v", end, err)
		}
	})
}

func TestUnknownSizeAndBigFile(t *testing.T) {
	each(t, func(t *testing.T, s blob.Store) {
		big := make([]byte, 17<<20)
		if _, err := rand.Read(big); err != nil {
			t.Fatal(err)
		}
		for key, size := range map[string]int64{"known": int64(len(big)), "unknown": blob.Unknown} {
			info, err := s.Put(t.Context(), key, struct{ io.Reader }{bytes.NewReader(big)}, size)
			if err != nil || info.Size != int64(len(big)) {
				t.Fatalf("%s: %+v, %v", key, info, err)
			}
			if !bytes.Equal([]byte(get(t, s, key)), big) {
				t.Errorf("%s: other content came back", key)
			}
		}
	})
}

func TestListInByteOrder(t *testing.T) {
	each(t, func(t *testing.T, s blob.Store) {
		all := []string{"a-b", "a/b", "a/c/d", "a.b", "ab", "b/1", "a/b-2", "a0"}
		for _, key := range all {
			put(t, s, key, key)
		}
		slices.Sort(all)
		for _, prefix := range []string{"", "a", "a/", "a/b", "a/c/d", "a/c/", "b", "nothing/here", "zz"} {
			want := []string{}
			for _, key := range all {
				if strings.HasPrefix(key, prefix) {
					want = append(want, key)
				}
			}
			if got := keys(t, s, prefix); !slices.Equal(got, want) {
				t.Errorf("List(%q) = %q, want %q", prefix, got, want)
			}
		}
		for info, err := range s.List(t.Context(), "a") { // leaving early must not hang or panic
			if err != nil || info.Size != int64(len(info.Key)) {
				t.Errorf("%+v, %v", info, err)
			}
			break
		}
	})
}

func TestKeysOutsideAreRefused(t *testing.T) {
	each(t, func(t *testing.T, s blob.Store) {
		bad := []string{"", "/", "/a", "a/", "a//b", "..", "../a", "a/../b", "a/./b", ".tmp/x", "a/.hidden", "A", "a b", "a\x00b",
			"a\\b", "文件", "a?b", "a%2e", strings.Repeat("a", 201), strings.Repeat("aaaaaaaaa/", 60) + "a"}
		for _, key := range bad {
			if _, err := s.Put(t.Context(), key, strings.NewReader("x"), 1); !errors.Is(err, blob.ErrKey) {
				t.Errorf("Put(%q): %v", key, err)
			}
			if _, err := s.Get(t.Context(), key); !errors.Is(err, blob.ErrKey) {
				t.Errorf("Get(%q): %v", key, err)
			}
			if _, err := s.Stat(t.Context(), key); !errors.Is(err, blob.ErrKey) {
				t.Errorf("Stat(%q): %v", key, err)
			}
			if err := s.Delete(t.Context(), key); !errors.Is(err, blob.ErrKey) {
				t.Errorf("Delete(%q): %v", key, err)
			}
		}
		for _, prefix := range []string{"../", "/", "a//", "../../etc"} {
			for _, err := range s.List(t.Context(), prefix) {
				if !errors.Is(err, blob.ErrKey) {
					t.Errorf("List(%q): %v", prefix, err)
				}
			}
		}
	})
}

func TestFailedPutLeavesTheOldFile(t *testing.T) {
	broken := errors.New("the wire was cut")
	each(t, func(t *testing.T, s blob.Store) {
		put(t, s, "old", "as before")
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		for name, c := range map[string]struct {
			ctx  context.Context
			r    io.Reader
			size int64
			want error
		}{
			"reader fails":          {t.Context(), io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken)), 100, broken},
			"reader fails at end":   {t.Context(), io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken)), 4, broken},
			"unknown, reader fails": {t.Context(), io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken)), blob.Unknown, broken},
			"too short":             {t.Context(), strings.NewReader("half"), 5, blob.ErrSize},
			"too long":              {t.Context(), strings.NewReader("half"), 3, blob.ErrSize},
			"not empty":             {t.Context(), strings.NewReader("half"), 0, blob.ErrSize},
			"fails late": {t.Context(), io.MultiReader(bytes.NewReader(make([]byte, 17<<20)), iotest.ErrReader(broken)),
				18 << 20, broken},
			"caller gone": {ctx, io.MultiReader(strings.NewReader("half"), cancelling(cancel)), 100, context.Canceled},
		} {
			for _, key := range []string{"old", "new"} {
				if seeker, ok := c.r.(io.Seeker); ok {
					if _, err := seeker.Seek(0, io.SeekStart); err != nil {
						t.Fatal(err)
					}
				}
				if _, err := s.Put(c.ctx, key, c.r, c.size); err == nil {
					t.Errorf("%s: no error", name)
				} else if key == "old" && !errors.Is(err, c.want) { // a MultiReader can be read once only
					t.Errorf("%s: %v, want %v", name, err, c.want)
				}
			}
		}
		if got := keys(t, s, ""); !slices.Equal(got, []string{"old"}) {
			t.Errorf("after the failures there are %q", got)
		}
		if got := get(t, s, "old"); got != "as before" {
			t.Errorf("the old file now holds %q", got)
		}
	})
}

type cancelling func()

func (c cancelling) Read(p []byte) (int, error) { c(); return copy(p, "more"), nil }

// TestS3ConnectionLost cuts the TCP connection while the body is on its way, at the first try and at every retry.
func TestS3ConnectionLost(t *testing.T) {
	var cuts atomic.Int64
	place := "s3://k:s@" + s3Server(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut && strings.Contains(r.URL.Path, "cut") {
				r.Body = cutAfter{r.Body, w, &cuts}
			}
			next.ServeHTTP(w, r)
		})
	}) + "/files?secure=false&region=us-east-1"
	s := open(t, place)
	content := bytes.NewReader(make([]byte, 1<<20))
	if info, err := s.Put(t.Context(), "cut/file", content, content.Size()); err == nil {
		t.Errorf("Put through a cut connection told %+v", info)
	}
	if cuts.Load() == 0 {
		t.Fatal("the connection was never cut")
	}
	if got := keys(t, s, ""); len(got) != 0 {
		t.Errorf("left behind: %q", got)
	}
	if _, err := s.Stat(t.Context(), "cut/file"); !errors.Is(err, blob.ErrNotFound) {
		t.Errorf("Stat: %v", err)
	}
}

type cutAfter struct {
	io.ReadCloser
	w    http.ResponseWriter
	cuts *atomic.Int64
}

func (c cutAfter) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p[:min(len(p), 1000)])
	if conn, _, hijackErr := http.NewResponseController(c.w).Hijack(); hijackErr == nil {
		c.cuts.Add(1)
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // reset, as a lost line looks
		}
		_ = conn.Close()
		return n, io.ErrUnexpectedEOF
	}
	return n, errors.Join(err, io.ErrUnexpectedEOF)
}

// TestConcurrentPuts lets writers of one key race: readers must only ever see one writer's whole file.
func TestConcurrentPuts(t *testing.T) {
	each(t, func(t *testing.T, s blob.Store) {
		for round := range 30 {
			key := fmt.Sprintf("r%d/deep/file", round)
			start := make(chan struct{})
			var wg sync.WaitGroup
			for writer := range 4 {
				wg.Go(func() {
					<-start
					body := strings.Repeat(string(rune('a'+writer)), 50_000)
					if _, err := s.Put(t.Context(), key, strings.NewReader(body), int64(len(body))); err != nil {
						t.Error(err)
					}
				})
			}
			for _, other := range []string{"x", "y"} { // a folder that vanishes and comes back under its writers
				wg.Go(func() {
					<-start
					key := fmt.Sprintf("r%d/gone/%s", round, other)
					for range 10 {
						if _, err := s.Put(t.Context(), key, strings.NewReader("x"), 1); err != nil {
							t.Error(err)
						}
						if err := s.Delete(t.Context(), key); err != nil {
							t.Error(err)
						}
					}
				})
			}
			close(start)
			wg.Wait()
			got := get(t, s, key)
			if len(got) != 50_000 || strings.Trim(got, got[:1]) != "" {
				t.Fatalf("round %d: a mixture of %d bytes", round, len(got))
			}
		}
	})
}

func TestOpenRefuses(t *testing.T) {
	host := s3Server(t, nil)
	for place, want := range map[string]string{
		"":                                              "empty",
		"ftp://somewhere/x":                             "scheme",
		"s3://" + host + "/files":                       "no key",
		"s3://k@" + host + "/files":                     "no secret",
		"s3://k:HUSH@" + host:                           "one bucket",
		"s3://k:HUSH@" + host + "/a/b":                  "one bucket",
		"s3://k:HUSH@/files":                            "no host",
		"s3://k:HU%SH@" + host + "/files":               "cannot be read",
		"s3://k:HUSH@" + host + "/files?x":              "unknown option",
		"s3://k:HUSH@" + host + "/files?secure=perhaps": "true or false",
		"s3://k:HUSH@" + host + "/none?secure=false&region=us-east-1":       "make it first",
		"s3://k:HUSH@" + host + "/files?secure=false#x":                     "%23",
		"s3://k:HUSH@127.0.0.1:1/files?secure=false&region=us-east-1":       "127.0.0.1:1",
		"s3://k:" + url.PathEscape("HU/SH") + "@" + host + "/files?%zz=yes": "cannot be read",
	} {
		_, err := blob.Open(t.Context(), place)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Open(%q): %v, want a word on %q", place, err, want)
		}
		if err != nil && (strings.Contains(err.Error(), "HU") || strings.Contains(err.Error(), "SH")) {
			t.Errorf("the error of %q shows the secret: %v", place, err)
		}
	}
}
