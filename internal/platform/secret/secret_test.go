package secret_test

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"xieshang/internal/platform/secret"
)

func ring(t testing.TB) *secret.Ring {
	t.Helper()
	r, err := secret.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func seal(t testing.TB, r *secret.Ring, place, plain string) string {
	t.Helper()
	s, err := r.Seal(place, plain)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSealOpens(t *testing.T) {
	r := ring(t)
	for _, plain := range []string{"", "a", "13800000000", strings.Repeat("湘江", 4000)} {
		s := seal(t, r, "p", plain)
		if len(plain) > 4 && strings.Contains(s, plain) {
			t.Errorf("sealed value shows %q", plain)
		}
		if got, err := r.Open("p", s); err != nil || got != plain {
			t.Errorf("Open = %q, %v; want %q", got, err, plain)
		}
	}
	first, second := seal(t, r, "p", "same"), seal(t, r, "p", "same")
	if first == second {
		t.Error("two seals of one value are equal")
	}
}

func TestTamperingIsRefused(t *testing.T) {
	r := ring(t)
	s := seal(t, r, "account.email:1", "someone@example.test")
	if _, err := r.Open("account.email:2", s); !errors.Is(err, secret.ErrTampered) {
		t.Errorf("moved to another row: %v", err)
	}
	for i := range s {
		for _, c := range []byte{'A', '.', '0'} {
			if s[i] == c {
				continue
			}
			if got, err := r.Open("account.email:1", s[:i]+string(c)+s[i+1:]); err == nil {
				t.Errorf("changed at %d to %q and still opens as %q", i, c, got)
			}
		}
	}
	for _, bad := range []string{"", "x1", "x1..", s[:len(s)-1], s + "A", "x2" + s[2:], "someone@example.test"} {
		if _, err := r.Open("account.email:1", bad); !errors.Is(err, secret.ErrTampered) {
			t.Errorf("Open(%q): %v", bad, err)
		}
	}
	if _, err := ring(t).Open("account.email:1", s); !errors.Is(err, secret.ErrUnknownKey) {
		t.Errorf("another ring: %v", err)
	}
}

func TestRotation(t *testing.T) {
	old := ring(t)
	s := seal(t, old, "p", "value")
	next, err := old.Rotate()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := next.Open("p", s); err != nil || got != "value" {
		t.Fatalf("old value after rotation: %q, %v", got, err)
	}
	fresh, changed, err := next.Reencrypt("p", s)
	if err != nil || !changed {
		t.Fatalf("Reencrypt: %v, %v", changed, err)
	}
	if _, err := old.Open("p", fresh); !errors.Is(err, secret.ErrUnknownKey) {
		t.Errorf("the new key seals now, but the old ring opens: %v", err)
	}
	if got, err := next.Open("p", fresh); err != nil || got != "value" {
		t.Errorf("after Reencrypt: %q, %v", got, err)
	}
	if again, changed, err := next.Reencrypt("p", fresh); err != nil || changed || again != fresh {
		t.Errorf("a second Reencrypt changed it: %v, %v", changed, err)
	}
	if _, _, err := next.Reencrypt("q", s); !errors.Is(err, secret.ErrTampered) {
		t.Errorf("Reencrypt for another place: %v", err)
	}
	if out, changed, err := next.Reencrypt("p", ""); out != "" || changed || err != nil {
		t.Errorf("nothing kept stays nothing: %q, %v, %v", out, changed, err)
	}
	if old.Index("k", "v") != next.Index("k", "v") {
		t.Error("rotation changed the blind index")
	}
}

func TestIndex(t *testing.T) {
	r := ring(t)
	if !r.Vouches("email", "a", r.Index("email", "a")) || r.Vouches("email", "b", r.Index("email", "a")) || r.Vouches("phone", "a", r.Index("email", "a")) {
		t.Error("an index belongs to one value of one kind")
	}
	if ring(t).Index("email", "a") == r.Index("email", "a") {
		t.Error("two rings give one index")
	}
}

func TestNormal(t *testing.T) {
	for in, want := range map[string]string{
		" Ａlice＠Example.Test ": "alice@example.test", "ZHANG\u200bSan": "zhangsan", "张三": "张三", "Straße": "strasse", "ﬀ": "ff",
	} {
		if got := secret.Normal(in); got != want {
			t.Errorf("Normal(%q) = %q, want %q", in, got, want)
		}
	}
	for _, in := range []string{"13800000000", "+86 138-0000-0000", "１３８ ００００ ００００", "0086 13800000000"} {
		if got := secret.NormalPhone(in); got != "13800000000" {
			t.Errorf("NormalPhone(%q) = %q", in, got)
		}
	}
}

func TestLoadCreatesOnceAndForItsOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	var mu sync.Mutex
	seen := map[string]bool{}
	start, done := make(chan struct{}), sync.WaitGroup{}
	for range 16 {
		done.Go(func() {
			<-start
			r, err := secret.Load(path, rand.Reader)
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			seen[r.Index("k", "v")] = true
		})
	}
	close(start)
	done.Wait()
	if len(seen) != 1 {
		t.Fatalf("%d different rings from one file", len(seen))
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := secret.Load(path, rand.Reader); err == nil || !strings.Contains(err.Error(), "0600") {
		t.Errorf("a file that everybody reads: %v", err)
	}
}

func TestSaveAfterRotate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	r, err := secret.Load(path, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := seal(t, r, "p", "value")
	if r, err = r.Rotate(); err != nil {
		t.Fatal(err)
	}
	if err := r.Save(path); err != nil {
		t.Fatal(err)
	}
	again, err := secret.Load(path, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []string{s, seal(t, r, "p", "value")} {
		if got, err := again.Open("p", v); err != nil || got != "value" {
			t.Errorf("from the saved file: %q, %v", got, err)
		}
	}
}

func TestParseRefusesWithoutShowingKeys(t *testing.T) {
	k := "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	for _, text := range []string{"", "index " + k, "key 00000000 " + k, "index " + k + "\nindex " + k, "index " + k + "\nkey 0 " + k,
		"index " + k + "\nkey 00000000 " + k + "\nkey 00000000 " + k, "index " + k + "\nkey 00000000 AAAA", k, "index " + k + "\nkey 0000000G " + k} {
		if _, err := secret.Parse(text, rand.Reader); err == nil || strings.Contains(err.Error(), "AAAA") {
			t.Errorf("Parse(%q): %v", text, err)
		}
	}
	if _, err := secret.Parse("# note\n\nindex "+k+"\n key 00000000 "+k+"\r\n", rand.Reader); err != nil {
		t.Error(err)
	}
}

func FuzzOpen(f *testing.F) {
	r := ring(f)
	f.Add(seal(f, r, "p", "value"))
	f.Add("x1.00000000.AAAA")
	f.Fuzz(func(t *testing.T, s string) {
		if got, err := r.Open("q", s); err == nil {
			t.Errorf("%q opens as %q", s, got)
		}
	})
}
