package account_test

import (
	"crypto/rand"
	"fmt"
	"sync"
	"testing"
	"time"

	"xieshang/internal/account"
	"xieshang/internal/account/accounttest"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/password"
	"xieshang/internal/platform/problem"
)

// TestUnknownNamesLookTheSame compares answers and the number of argon2 runs, not clocks.
func TestUnknownNamesLookTheSame(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		w.Add("chen")
		invited, err := w.Invite(accounttest.System(), account.Invitation{Name: "Invited", Login: "invited"})
		must(t, err)
		_ = invited
		for _, login := range []string{"chen", "nobody-here", "invited", ""} {
			for try := range 8 {
				before := w.Hasher.Worked()
				_, err := w.SignIn(nobody, login, "wrong password", from("203.0.113.9"))
				p, ok := problem.Of(err)
				if !ok {
					t.Fatal(err)
				}
				runs := w.Hasher.Worked() - before
				if try < 5 && (p.Kind != problem.Invalid || p.Key != "problem.invalid" || p.Fields[0].Key != "account.problem.sign-in" || runs != 1) {
					t.Errorf("%q, try %d: %v after %d runs", login, try, err, runs)
				}
				if try >= 5 && (p.Kind != problem.TooMany || p.Args[1] != 1 || runs != 0) {
					t.Errorf("%q, try %d: %v after %d runs", login, try, err, runs)
				}
			}
		}
	})
}

func TestDelaysGrowAndPass(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		w.Add("chen")
		v := from("203.0.113.9")
		wrong := func() error { _, err := w.SignIn(nobody, "chen", "wrong password", v); return err }
		for range 5 {
			wantKind(t, "free tries", wrong(), problem.Invalid)
		}
		for _, delay := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute} {
			w.Clock.Advance(delay - time.Second)
			wantKind(t, fmt.Sprint("before ", delay), wrong(), problem.TooMany)
			w.Clock.Advance(time.Second)
			wantKind(t, fmt.Sprint("after ", delay), wrong(), problem.Invalid)
		}
		_, err := w.SignIn(nobody, "chen", accounttest.Password, v)
		wantKind(t, "even the right password waits", err, problem.TooMany)
		w.Clock.Advance(time.Hour)
		if _, err := w.SignIn(nobody, "chen", accounttest.Password, v); err != nil {
			t.Fatal(err)
		}
		for range 5 {
			wantKind(t, "a right password starts anew", wrong(), problem.Invalid)
		}
	})
}

// TestStrangersCannotLockTheOwnerOut: whatever strangers do elsewhere, the owner comes in from the own address, and with the device
// cookie even from the strangers' address.
func TestStrangersCannotLockTheOwnerOut(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		w.Add("chen")
		in, err := w.SignIn(nobody, "chen", accounttest.Password, from("198.51.100.1"))
		must(t, err)
		if in.Device == "" {
			t.Fatal("no device cookie after a right password")
		}
		for i := range 40 {
			_, err := w.SignIn(nobody, "chen", "wrong password", from(fmt.Sprintf("203.0.113.%d", i%4)))
			if err == nil {
				t.Fatal("a wrong password opened")
			}
		}
		if _, err := w.SignIn(nobody, "chen", accounttest.Password, from("203.0.113.1")); !problem.Is(err, problem.TooMany) {
			t.Errorf("the attacker's address is not slowed down: %v", err)
		}
		if _, err := w.SignIn(nobody, "chen", accounttest.Password, from("198.51.100.1")); err != nil {
			t.Errorf("owner, own address: %v", err)
		}
		v := from("203.0.113.1")
		v.Device = in.Device
		if _, err := w.SignIn(nobody, "chen", accounttest.Password, v); err != nil {
			t.Errorf("owner, known device behind the attacker's address: %v", err)
		}
		// The cookie belongs to one login, and cannot be made up.
		w.Add("li")
		for range 6 {
			w.SignIn(nobody, "li", "wrong password", from("203.0.113.1"))
		}
		_, err = w.SignIn(nobody, "li", accounttest.Password, v)
		wantKind(t, "somebody else's cookie", err, problem.TooMany)
		v.Device = in.Device[:len(in.Device)-1] + "!"
		_, err = w.SignIn(nobody, "chen", accounttest.Password, v)
		wantKind(t, "a forged cookie", err, problem.TooMany)
		// A stolen cookie gives no endless tries.
		v.Device = in.Device
		refused := 0
		for range 30 {
			if _, err := w.SignIn(nobody, "chen", "wrong password", v); problem.Is(err, problem.TooMany) {
				refused++
			}
		}
		if refused < 15 {
			t.Errorf("a known device was refused only %d of 30 times", refused)
		}
	})
}

func TestSprayingIsSlowed(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		w.Add("chen")
		in, err := w.SignIn(nobody, "chen", accounttest.Password, from("198.51.100.1"))
		must(t, err)
		var last error
		for i := range 101 {
			_, last = w.SignIn(nobody, fmt.Sprintf("name%d", i), "Spring2026!!", from("203.0.113.1"))
		}
		wantKind(t, "the 101st name", last, problem.TooMany)
		v := from("203.0.113.1")
		v.Device = in.Device
		if _, err := w.SignIn(nobody, "chen", accounttest.Password, v); err != nil {
			t.Errorf("a known device in the same office: %v", err)
		}
	})
}

// TestParallelGuesses: tries at the same moment must not slip through the count together.
func TestParallelGuesses(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		w.Add("chen")
		for round := range 3 {
			var mu sync.Mutex
			checked := 0
			start, done := make(chan struct{}), sync.WaitGroup{}
			for range 30 {
				done.Go(func() {
					<-start
					_, err := w.SignIn(nobody, "chen", "wrong password", from(fmt.Sprintf("203.0.113.%d", round)))
					mu.Lock()
					defer mu.Unlock()
					if problem.Is(err, problem.Invalid) {
						checked++
					} else if !problem.Is(err, problem.TooMany) {
						t.Error(err)
					}
				})
			}
			close(start)
			done.Wait()
			if checked != 5 {
				t.Errorf("round %d: %d passwords were checked, want 5", round, checked)
			}
		}
	})
}

func TestBusyDoesNotCount(t *testing.T) {
	dbtest.Each(t, accounttest.Modules(), func(t *testing.T, d *db.DB) {
		slow := password.New(password.Params{Memory: 32 * 1024, Time: 3, Threads: 1}, 1, 1, rand.Reader)
		w := accounttest.New(t, d, func(o *account.Options) { o.Hasher = slow })
		w.Add("chen")
		var mu sync.Mutex
		refused := 0
		start, done := make(chan struct{}), sync.WaitGroup{}
		for range 12 {
			done.Go(func() {
				<-start
				_, err := w.SignIn(nobody, "chen", accounttest.Password, from("203.0.113.1"))
				mu.Lock()
				defer mu.Unlock()
				if problem.Is(err, problem.Unavailable) {
					refused++
				} else if err != nil && !problem.Is(err, problem.TooMany) {
					t.Error(err)
				}
			})
		}
		close(start)
		done.Wait()
		if refused == 0 {
			t.Error("nobody was told to come back")
		}
		if _, err := w.SignIn(nobody, "chen", accounttest.Password, from("203.0.113.1")); err != nil {
			t.Errorf("after the rush: %v", err)
		}
	})
}

func TestRehashWhenParametersChange(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		w.Add("chen")
		stronger := password.New(password.Params{Memory: 32, Time: 1, Threads: 1}, 1, 10, rand.Reader)
		again := accounttest.New(t, w.DB, func(o *account.Options) { o.Keys, o.Hasher, o.Clock = w.Keys, stronger, w.Clock })
		for i, want := range []uint64{2, 1} { // check and hash anew; afterwards only check
			before := stronger.Worked()
			if _, err := again.SignIn(nobody, "chen", accounttest.Password, from("203.0.113.1")); err != nil {
				t.Fatal(err)
			}
			if got := stronger.Worked() - before; got != want {
				t.Errorf("sign-in %d: %d runs, want %d", i, got, want)
			}
		}
	})
}

func TestBlockedOwnerIsToldAndStrangersAreNot(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		id := w.Add("chen")
		_, token := w.Browser("chen")
		plain, err := w.AddToken(accounttest.System(), "chen", "feed", []authz.Scope{authz.ReadScope}, 0)
		must(t, err)
		must(t, ignore(w.AuthenticateBearer(nobody, plain)))
		must(t, w.Block(accounttest.System(), id))
		if a, _ := w.Actor(nobody, token); a.SignedIn() {
			t.Error("a blocked account's session works")
		}
		_, err = w.AuthenticateBearer(nobody, plain)
		wantKind(t, "a blocked account's token", err, problem.SignIn)
		_, err = w.SignIn(nobody, "chen", accounttest.Password, from("203.0.113.1"))
		wantKind(t, "owner", err, problem.Forbidden)
		_, err = w.SignIn(nobody, "chen", "wrong password", from("203.0.113.1"))
		wantKind(t, "stranger", err, problem.Invalid)
		must(t, w.Unblock(accounttest.System(), id))
		if _, err := w.SignIn(nobody, "chen", accounttest.Password, from("203.0.113.1")); err != nil {
			t.Error(err)
		}
	})
}

func ignore[T any](_ T, err error) error { return err }

func TestPasswordChangeEndsTheOthers(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		w.Add("chen")
		ctx, mine := w.Browser("chen")
		_, other := w.Browser("chen")
		for _, c := range []struct{ current, next, field string }{
			{"not it at all", "a new long secret", "current"}, {accounttest.Password, "short", "password"}, {accounttest.Password, accounttest.Password, "password"},
		} {
			p, ok := problem.Of(w.ChangePassword(ctx, c.current, c.next, mine))
			if !ok || len(p.Fields) != 1 || p.Fields[0].Name != c.field {
				t.Errorf("%+v: %v", c, p)
			}
		}
		must(t, w.ChangePassword(ctx, accounttest.Password, "a new long secret", mine))
		if a, _ := w.Actor(nobody, other); a.SignedIn() {
			t.Error("the other session goes on")
		}
		if a, _ := w.Actor(nobody, mine); !a.SignedIn() {
			t.Error("the own session ended")
		}
		_, err := w.SignIn(nobody, "chen", accounttest.Password, from("203.0.113.1"))
		wantKind(t, "old password", err, problem.Invalid)
		for range 6 {
			err = w.ChangePassword(ctx, "not it at all", "yet another secret", mine)
		}
		wantKind(t, "guessing in a borrowed browser", err, problem.TooMany)
	})
}

// TestCacheForgets: a session ended while its actor is being read must not come back from the cache.
func TestCacheForgets(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		w.Add("chen")
		for range 40 {
			_, token := w.Browser("chen")
			start, done := make(chan struct{}), sync.WaitGroup{}
			for range 4 {
				done.Go(func() {
					<-start
					if _, err := w.Actor(nobody, token); err != nil {
						t.Error(err)
					}
				})
			}
			done.Go(func() {
				<-start
				if err := w.SignOut(nobody, token); err != nil {
					t.Error(err)
				}
			})
			close(start)
			done.Wait()
			if a, _ := w.Actor(nobody, token); a.SignedIn() {
				t.Fatal("signed out, and the cache says otherwise")
			}
		}
	})
}

func TestOtherProcessSeesAnEndWithinTheCacheTime(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		w.Add("chen")
		_, token := w.Browser("chen")
		other := accounttest.New(t, w.DB, func(o *account.Options) { o.Keys, o.Clock = w.Keys, w.Clock })
		if a, err := other.Actor(nobody, token); err != nil || !a.SignedIn() {
			t.Fatal(err)
		}
		must(t, w.SignOut(nobody, token))
		w.Clock.Advance(account.DefaultRules().CacheFor)
		if a, _ := other.Actor(nobody, token); a.SignedIn() {
			t.Error("still in after the cache time")
		}
	})
}

func TestNewNamesWhatIsMissing(t *testing.T) {
	if _, err := account.New(account.Options{}); err == nil {
		t.Error("a service of nothing")
	}
}

func BenchmarkActor(b *testing.B) {
	d := dbtest.SQLite(b, accounttest.Modules())
	w := accounttest.New(b, d)
	w.Add("chen")
	_, token := w.Browser("chen")
	b.Run("cached", func(b *testing.B) {
		for b.Loop() {
			w.Actor(nobody, token)
		}
	})
	uncached := accounttest.New(b, d, func(o *account.Options) { o.Keys, o.Clock, o.Rules.CacheFor = w.Keys, w.Clock, 0 })
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			uncached.Actor(nobody, token)
		}
	})
}
