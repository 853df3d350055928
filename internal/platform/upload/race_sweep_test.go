package upload_test

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"xieshang/internal/platform/blob"
	"xieshang/internal/platform/upload"
)

// TestBodiesAtTheSameOffset: of several bodies at one offset one wins; the others hear where the upload stands, and
// nothing of theirs stays.
func TestBodiesAtTheSameOffset(t *testing.T) {
	l := small
	l.PerOwner = 100
	each(t, l, func(t *testing.T, s *site) {
		for round := range 25 {
			id := s.create(t, "anna", 60)
			start := make(chan struct{})
			answers := make([]answer, 4)
			var wg sync.WaitGroup
			for i := range answers {
				wg.Go(func() {
					<-start
					answers[i] = s.patch(t, id, "anna", 0, strings.Repeat(strconv.Itoa(i), 60))
				})
			}
			close(start)
			wg.Wait()
			winner := -1
			for i, a := range answers {
				switch a.status {
				case http.StatusNoContent:
					if winner >= 0 {
						t.Fatalf("round %d: %d and %d both won", round, winner, i)
					}
					winner = i
				case http.StatusConflict:
					a.offset(t, 60)
				default:
					t.Fatalf("round %d: %d %q", round, a.status, a.body)
				}
			}
			f, err := s.Finish(t.Context(), id, "anna")
			if got := read(t, f, err); winner < 0 || got != strings.Repeat(strconv.Itoa(winner), 60) {
				t.Fatalf("round %d: winner %d, file %q", round, winner, got)
			}
			if n := len(s.pieces(t)); n != round+1 {
				t.Fatalf("round %d: %d pieces are stored", round, n)
			}
		}
	})
}

func TestChecksum(t *testing.T) {
	each(t, small, func(t *testing.T, s *site) {
		id := s.create(t, "anna", 74)
		sum := sha256.Sum256([]byte("hello"))
		good := "sha256 " + base64.StdEncoding.EncodeToString(sum[:])
		s.patch(t, id, "anna", 0, "hexlo", "Upload-Checksum", good).want(t, 422, "upload.checksum")
		s.head(t, id, "anna").offset(t, 0)
		s.patch(t, id, "anna", 0, "hello", "Upload-Checksum", good).want(t, 204, "")
		old := sha1.Sum([]byte("world"))
		s.patch(t, id, "anna", 5, "world", "Upload-Checksum", "sha1 "+base64.StdEncoding.EncodeToString(old[:])).want(t, 204, "")
		s.patch(t, id, "anna", 10, "x", "Upload-Checksum", "md5 AAAA").want(t, 422, "upload.declare")
		long := content(64)
		sum = sha256.Sum256([]byte(long))
		s.patch(t, id, "anna", 10, long, "Upload-Checksum", "sha256 "+base64.StdEncoding.EncodeToString(sum[:])).want(t, 204, "")
		id = s.create(t, "anna", 100)
		s.patch(t, id, "anna", 0, content(65), "Upload-Checksum", good).want(t, 413, "upload.too-large")
		s.head(t, id, "anna").offset(t, 0)
	})
}

func TestExpiryAndSweep(t *testing.T) {
	each(t, small, func(t *testing.T, s *site) {
		old := s.create(t, "anna", 200)
		s.patch(t, old, "anna", 0, content(150)).want(t, 204, "")
		done := s.create(t, "anna", 5)
		s.patch(t, done, "anna", 0, "hello").want(t, 204, "")
		s.clock.Set(s.clock.Now().Add(23 * time.Hour))
		f, err := s.Finish(t.Context(), done, "anna")
		if err != nil {
			t.Fatal(err)
		}
		young := s.create(t, "anna", 200)
		s.patch(t, young, "anna", 0, content(70)).want(t, 204, "")
		if n, err := s.Sweep(t.Context()); n != 0 || err != nil {
			t.Fatalf("too early: %d, %v", n, err)
		}
		if read(t, f, nil) != "hello" {
			t.Error("a finished file is gone before it was read")
		}
		s.clock.Set(s.clock.Now().Add(time.Hour))
		s.head(t, old, "anna").want(t, 410, "")
		s.patch(t, old, "anna", 150, content(50)).want(t, 410, "upload.expired")
		if n, err := s.Sweep(t.Context()); n != 2 || err != nil {
			t.Fatalf("swept %d, %v", n, err)
		}
		s.head(t, old, "anna").want(t, 404, "")
		s.head(t, young, "anna").offset(t, 70)
		for _, key := range s.pieces(t) {
			if !strings.HasPrefix(key, "upload/"+young+"/") {
				t.Errorf("left behind: %s", key)
			}
		}
		if n := len(s.pieces(t)); n != 2 {
			t.Errorf("%d pieces of the young upload, want 2", n)
		}
		if n, err := s.Sweep(t.Context()); n != 0 || err != nil {
			t.Fatalf("second time: %d, %v", n, err)
		}
	})
}

// TestSweepFindsOrphans: pieces whose upload nobody knows go once they are old, and only those.
func TestSweepFindsOrphans(t *testing.T) {
	each(t, small, func(t *testing.T, s *site) {
		for _, key := range []string{"upload/01890000-0000-7000-8000-000000000001/0-a", "upload/01890000-0000-7000-8000-000000000001/1-b", "upload/other", "photo/kept"} {
			if _, err := s.files.Put(t.Context(), key, strings.NewReader("x"), 1); err != nil {
				t.Fatal(err)
			}
		}
		if n, err := s.Sweep(t.Context()); n != 0 || err != nil || len(s.pieces(t)) != 4 {
			t.Fatalf("too early: %d, %v", n, err)
		}
		s.clock.Set(s.clock.Now().Add(25 * time.Hour))
		known := s.create(t, "anna", 5)
		s.patch(t, known, "anna", 0, "hello").want(t, 204, "") // its files look old, too, against the moved clock
		if n, err := s.Sweep(t.Context()); n != 1 || err != nil {
			t.Errorf("swept %d, %v", n, err)
		}
		if got := s.pieces(t); len(got) != 3 || !strings.HasPrefix(got[1], "upload/"+known) {
			t.Errorf("left: %q", got)
		}
	})
}

func TestBusy(t *testing.T) {
	l := small
	l.AtOnce = 1
	each(t, l, func(t *testing.T, s *site) {
		first, second := s.create(t, "anna", 200), s.create(t, "anna", 5)
		r, w := io.Pipe()
		done := make(chan answer)
		go func() {
			done <- s.do(t, "PATCH", "/uploads/"+first, "anna", r, "Content-Type", "application/offset+octet-stream", "Upload-Offset", "0")
		}()
		if _, err := io.Copy(w, strings.NewReader(content(64))); err != nil {
			t.Fatal(err)
		}
		s.waitPast(t, first, "anna", 0) // the first body is on its way
		a := s.patch(t, second, "anna", 0, "hello")
		a.want(t, 503, "upload.busy")
		if a.header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		(<-done).want(t, 204, "")
		s.patch(t, second, "anna", 0, "hello").want(t, 204, "")
	})
}

// TestFailingStore: when pieces cannot be stored the offset stays, and all goes well once they can be.
func TestFailingStore(t *testing.T) {
	each(t, small, func(t *testing.T, s *site) {
		broken := &failing{Store: s.files, err: errors.New("disk full")}
		service, err := upload.New(s.db, broken, s.clock, small)
		if err != nil {
			t.Fatal(err)
		}
		id := s.create(t, "anna", 5)
		body := func() *http.Request {
			r := httptest.NewRequest("PATCH", "/uploads/"+id, strings.NewReader("hello"))
			r.SetPathValue("id", id)
			r.Header.Set("Content-Type", "application/offset+octet-stream")
			r.Header.Set("Upload-Offset", "0")
			return r
		}
		if err := service.Append(httptest.NewRecorder(), body(), "anna"); !errors.Is(err, broken.err) {
			t.Errorf("error %v", err)
		}
		s.head(t, id, "anna").offset(t, 0)
		broken.err = nil
		if err := service.Append(httptest.NewRecorder(), body(), "anna"); err != nil {
			t.Error(err)
		}
		s.head(t, id, "anna").offset(t, 5)
		if err := s.files.Delete(t.Context(), s.pieces(t)[0]); err != nil {
			t.Fatal(err)
		}
		f, err := s.Finish(t.Context(), id, "anna")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(f); !errors.Is(err, blob.ErrNotFound) {
			t.Errorf("a lost piece: %v", err)
		}
	})
}

type failing struct {
	blob.Store
	err error
}

func (f *failing) Put(ctx context.Context, key string, r io.Reader, size int64) (blob.Info, error) {
	if f.err != nil {
		return blob.Info{}, f.err
	}
	return f.Store.Put(ctx, key, r, size)
}
