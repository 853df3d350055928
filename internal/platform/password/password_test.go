package password_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"sync"
	"testing"

	"xieshang/internal/platform/password"
)

func small() password.Params { return password.Params{Memory: 64, Time: 1, Threads: 1} }

func TestHashAndVerify(t *testing.T) {
	ctx := context.Background()
	h := password.New(small(), 2, 8, rand.Reader)
	stored, err := h.Hash(ctx, "corréct horse 湘江")
	if err != nil || !strings.HasPrefix(stored, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatalf("%q, %v", stored, err)
	}
	if again, _ := h.Hash(ctx, "corréct horse 湘江"); again == stored {
		t.Error("two hashes of one password are equal")
	}
	for plain, want := range map[string]bool{"corréct horse 湘江": true, "corre\u0301ct horse 湘江": true, "ｃorréct horse 湘江": true,
		"correct horse 湘江": false, "": false, "corréct horse 湘江 ": false} {
		ok, stale, err := h.Verify(ctx, stored, plain)
		if ok != want || stale || err != nil {
			t.Errorf("Verify(%q) = %v, %v, %v", plain, ok, stale, err)
		}
	}
	changed := password.New(password.Params{Memory: 128, Time: 1, Threads: 1}, 2, 8, rand.Reader)
	if ok, stale, err := changed.Verify(ctx, stored, "corréct horse 湘江"); !ok || !stale || err != nil {
		t.Errorf("with other parameters: %v, %v, %v", ok, stale, err)
	}
}

func TestNobodyCostsTheSame(t *testing.T) {
	ctx := context.Background()
	h := password.New(small(), 2, 8, rand.Reader)
	stored, err := h.Hash(ctx, "some password")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{stored, ""} {
		for _, plain := range []string{"some password", "wrong", strings.Repeat("x", 1<<20)} {
			before := h.Worked()
			ok, _, err := h.Verify(ctx, s, plain)
			if h.Worked() != before+1 || err != nil || ok != (s != "" && plain == "some password") {
				t.Errorf("stored %q: %d runs, ok %v, %v", s, h.Worked()-before, ok, err)
			}
		}
	}
}

func TestBadStoredHash(t *testing.T) {
	h := password.New(small(), 1, 1, rand.Reader)
	salt, key := "AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	for _, s := range []string{"x", "$argon2id$v=19$m=64,t=1,p=1$" + salt, "$argon2i$v=19$m=64,t=1,p=1$" + salt + "$" + key,
		"$argon2id$v=16$m=64,t=1,p=1$" + salt + "$" + key, "$argon2id$v=19$m=4294967295,t=1,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=64,t=0,p=1$" + salt + "$" + key, "$argon2id$v=19$m=64,t=1,p=0$" + salt + "$" + key,
		"$argon2id$v=19$t=1,m=64,p=1$" + salt + "$" + key, "$argon2id$v=19$m=64,t=1,p=1$AA$" + key, "$argon2id$v=19$m=64,t=1,p=1$" + salt + "$AA"} {
		if _, _, err := h.Verify(context.Background(), s, "x"); !errors.Is(err, password.ErrFormat) {
			t.Errorf("Verify(%q): %v", s, err)
		}
	}
}

func TestQueueIsBounded(t *testing.T) {
	h := password.New(password.Params{Memory: 8 * 1024, Time: 4, Threads: 1}, 1, 2, rand.Reader)
	var busy, fine int
	var mu sync.Mutex
	start, done := make(chan struct{}), sync.WaitGroup{}
	for range 40 {
		done.Go(func() {
			<-start
			_, _, err := h.Verify(context.Background(), "", "x")
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				fine++
			case errors.Is(err, password.ErrBusy):
				busy++
			default:
				t.Error(err)
			}
		})
	}
	close(start)
	done.Wait()
	if fine < 3 || busy == 0 || fine+busy != 40 {
		t.Errorf("%d done, %d refused", fine, busy)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := password.New(small(), 1, 1, rand.Reader).Verify(ctx, "", "x"); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, _, err := h.Verify(context.Background(), "", "x"); err != nil {
		t.Errorf("after the flood: %v", err)
	}
}

func TestFind(t *testing.T) {
	for plain, want := range map[string]password.Flaw{
		"": password.TooShort, "short": password.TooShort, "九个字的中文口令啊": password.TooShort, "十个字的中文口令就够了": "",
		strings.Repeat("ab湘c", 50): password.TooLong, "aaaaaaaaaaaa": password.Guessed, "1234567890": password.Guessed, "0987654321ab": password.Guessed,
		"qwertyuiop12": password.Guessed, "Password2026!": password.Guessed, "13800138000": password.Guessed, "lixiaoming1": password.Personal,
		"李小明李小明李小明李小明": password.Guessed, "xieshang2026": password.Personal, "river boat lantern": "", "Ｙj7#kd92mQ": "", "lixiaoming likes boats": "",
	} {
		if got := password.Find(plain, "LiXiaoming", "李小明"); got != want {
			t.Errorf("Find(%q) = %q, want %q", plain, got, want)
		}
	}
}
