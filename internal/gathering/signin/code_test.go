package signin

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

func TestParseCode(t *testing.T) {
	long := Code{Handle: "k3m9p2x", Token: "7fh2q9xw"}
	for text, want := range map[string]Code{
		"123456": {Digits: "123456"}, " 123 456 ": {Digits: "123456"}, "123-456": {Digits: "123456"}, "１２３４５６": {Digits: "123456"}, "１２３　456": {Digits: "123456"},
		"k3m9p2x7fh2q9xw": long, "K3M9P2X7FH2Q9XW": long, "https://example.org/s/k3m9p2x7fh2q9xw": long, "http://127.0.0.1:8080/s/K3M9P2X7FH2Q9XW?x=1": long, "/s/k3m9p2x7fh2q9xw": long,
		"k3m9p2x7fh2q9xw0123": {Handle: "k3m9p2x", Token: "7fh2q9xw0123"},
	} {
		if got, ok := ParseCode(text); !ok || got != want {
			t.Errorf("%q: %+v %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "12345", "1234567", "12345a", "abcdefg", "https://example.org/", "https://example.org/t/k3m9p2x7fh2q9xw", "k3m9p2x7fh2q9xu!", "k3m9p2x-fh2q9xw", "://", "%zz/s/",
		strings.Repeat("1", 6) + strings.Repeat(" ", 400), "一二三四五六"} {
		if got, ok := ParseCode(text); ok {
			t.Errorf("%q was read as %+v", text, got)
		}
	}
}

// TestCodesDiffer: by step, by gathering, by secret and by purpose; the figures are spread.
func TestCodesDiffer(t *testing.T) {
	a, b := secret(strings.Repeat("a", secretSize)), secret(strings.Repeat("b", secretSize))
	g, h := uuid.UUID{1}, uuid.UUID{2}
	if a.digits(g, 1) != "678119" || a.token(g, 1) != "fds1casy" {
		t.Errorf("the codes of a secret changed: %s %s", a.digits(g, 1), a.token(g, 1))
	}
	if a.digits(g, 1) == a.digits(h, 1) || a.digits(g, 1) == b.digits(g, 1) || a.token(g, 1) == a.token(h, 1) || a.poster(g, 1) == a.poster(g, 2) || strings.HasPrefix(a.poster(g, 1), a.token(g, 1)) {
		t.Error("codes that should differ do not")
	}
	seen, first := map[string]int{}, map[byte]int{}
	for step := range int64(20_000) {
		d := a.digits(g, step)
		seen[d]++
		first[d[0]]++
	}
	if len(seen) < 19_600 {
		t.Errorf("%d different codes of 20,000", len(seen))
	}
	for d, n := range first {
		if n < 1_800 || n > 2_200 {
			t.Errorf("%c comes first %d times", d, n)
		}
	}
}

func TestSteps(t *testing.T) {
	at := time.Date(2026, 3, 2, 1, 0, 19, 999e6, time.UTC)
	if stepOf(at) != stepOf(at.Add(-19*time.Second)) || stepOf(at)+1 != stepOf(at.Add(time.Millisecond)) || !startOf(stepOf(at)).Equal(at.Truncate(20*time.Second)) {
		t.Error("steps do not begin at 0, 20 and 40 seconds")
	}
}

// FuzzParseCode: whatever is sent, no panic, and what is read has the shape that the rest relies on.
func FuzzParseCode(f *testing.F) {
	for _, s := range []string{"123456", "１２３４５６", "https://a/s/k3m9p2x7fh2q9xw", "k3m9p2x7fh2q9xw0123", "/s/", "\xff", "http://[::1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, ok := ParseCode(text)
		if !ok {
			if c != (Code{}) {
				t.Fatalf("%q: refused and yet %+v", text, c)
			}
			return
		}
		if c.Digits != "" {
			if len(c.Digits) != digitCount || strings.Trim(c.Digits, "0123456789") != "" || c.Handle+c.Token != "" {
				t.Fatalf("%q: %+v", text, c)
			}
			return
		}
		if len(c.Handle) != handleSize || len(c.Token) != tokenSize && len(c.Token) != posterSize || strings.Trim(c.Handle+c.Token, alphabet) != "" {
			t.Fatalf("%q: %+v", text, c)
		}
		if again, ok := ParseCode(c.Handle + c.Token); !ok || again != c {
			t.Fatalf("%q: %+v is read as %+v", text, c, again)
		}
	})
}

// fuzzKeys vouches with a plain mark, so that a fuzzer can get past it.
type fuzzKeys struct{ Keys }

func (fuzzKeys) Vouches(_, text, mark string) bool { return mark == "m" }

// FuzzPass: a pass that this program did not make never panics, and one that is read is whole.
func FuzzPass(f *testing.F) {
	f.Add("cGFzc3x8fHx8.m")
	f.Add("cGFzc3w.m")
	f.Add(".m")
	s := &Service{Needs{Keys: fuzzKeys{}}}
	f.Fuzz(func(t *testing.T, text string) {
		if p, ok := s.read(passKind, text); ok && p.kind != passKind {
			t.Fatalf("%q: %+v", text, p)
		}
	})
}
