package suggestion_test

import (
	"crypto/sha256"
	"math/bits"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	"xieshang/internal/suggestion"
	. "xieshang/internal/suggestion/suggestiontest"

	"github.com/google/uuid"
)

// solve does the work as a browser does.
func solve(challenge string) string {
	for i := 0; ; i++ {
		nonce := strconv.Itoa(i)
		sum := sha256.Sum256([]byte(challenge + ":" + nonce))
		if bits.LeadingZeros32(uint32(sum[0])<<24|uint32(sum[1])<<16|uint32(sum[2])<<8|uint32(sum[3])) >= suggestion.WorkBits() {
			return nonce
		}
	}
}

func challengeOf(t *testing.T, w *World) (challenge, nonce string) {
	t.Helper()
	challenge, err := w.S.NewWork()
	if err != nil {
		t.Fatal(err)
	}
	return challenge, solve(challenge)
}

func TestWorkCountsOnce(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		challenge, nonce := challengeOf(t, w)
		try := func(challenge, nonce, form string) bool {
			t.Helper()
			ok, err := w.S.Worked(Nobody(), challenge, nonce, form)
			if err != nil {
				t.Fatalf("form %.40q: %v", form, err)
			}
			return ok
		}
		mine, other := uuid.NewString(), uuid.NewString()
		for range 2 {
			if !try(challenge, nonce, mine) {
				t.Error("a form that was refused and sent again has to work anew")
			}
		}
		if try(challenge, nonce, other) {
			t.Error("one work served two forms")
		}
		w.Clock.Advance(70 * time.Minute) // in the next hour too
		if try(challenge, nonce, other) || !try(challenge, nonce, mine) {
			t.Error("an hour later one work serves another form, or no longer its own")
		}
		// A mark that makes no matter unique would let one work bring in any number of matters.
		for _, form := range []string{"", "a", strings.Repeat("b", 101), "\x00" + uuid.NewString(), "\xff" + uuid.NewString()} {
			if fresh, n := challengeOf(t, w); try(fresh, n, form) {
				t.Errorf("work for the mark %q", form)
			}
		}
		fresh, n := challengeOf(t, w)
		if try(fresh+"x", n, mine) || try(fresh, n+"\x00", mine) || try("1.x."+fresh, n, mine) {
			t.Error("a challenge that is not ours, or a nonce that solves nothing")
		}
		w.Clock.Advance(3 * time.Hour)
		if try(fresh, n, mine) {
			t.Error("work of three hours ago")
		}
	})
}

// TestWorkCountsOnceTogether: sent at the same moment under many marks, one work still serves one form.
func TestWorkCountsOnceTogether(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		for range 10 {
			challenge, nonce := challengeOf(t, w)
			const forms = 8
			gate, won := make(chan struct{}), make([]bool, forms)
			var wg sync.WaitGroup
			for i := range forms {
				wg.Go(func() {
					<-gate
					won[i], _ = w.S.Worked(Nobody(), challenge, nonce, uuid.NewString())
				})
			}
			close(gate)
			wg.Wait()
			n := 0
			for _, x := range won {
				if x {
					n++
				}
			}
			if n != 1 {
				t.Fatalf("%d of %d forms used one work", n, forms)
			}
		}
	})
}

// TestLimitsLastTheirWindow: a count is kept as long as its window lasts, whatever the window, and goes when no window needs it.
func TestLimitsLastTheirWindow(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		for _, window := range []time.Duration{time.Minute, time.Hour, 24 * time.Hour} {
			kind := "test-" + window.String()
			for i := range 4 {
				err := w.S.Allow(Nobody(), kind, "studio:7", 3, window)
				if (i == 3) != problem.Is(err, problem.TooMany) {
					t.Errorf("%s, try %d: %v", window, i+1, err)
				}
				if err := w.S.SweepGuard(Nobody()); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.S.Allow(Nobody(), kind, "203.0.113.7", 3, window); err != nil {
				t.Errorf("%s: another place is counted with it: %v", window, err)
			}
		}
		w.Clock.Advance(72 * time.Hour)
		if err := w.S.SweepGuard(Nobody()); err != nil {
			t.Fatal(err)
		}
		err := w.DB.Read(t.Context(), func(tx *db.Tx) error {
			n, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM suggestion_guard`)
			if n != 0 {
				t.Errorf("%d counts of three days ago are still there", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
