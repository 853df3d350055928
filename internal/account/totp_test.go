package account_test

import (
	"bytes"
	"context"
	"image/png"
	"strings"
	"sync"
	"testing"
	"time"

	"xieshang/internal/account"
	"xieshang/internal/account/accounttest"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/pquerna/otp/totp"
)

// enrol turns the second factor of a login on.
func enrol(t *testing.T, w *accounttest.World, login string) (ctx context.Context, token, key string, recovery []string) {
	t.Helper()
	ctx, token = w.Browser(login)
	e, err := w.EnrolTOTP(ctx)
	must(t, err)
	recovery, err = w.ConfirmTOTP(ctx, code(t, w, e.Secret), token)
	must(t, err)
	w.Clock.Advance(30 * time.Second)
	return ctx, token, e.Secret, recovery
}

func code(t *testing.T, w *accounttest.World, key string) string {
	t.Helper()
	c, err := totp.GenerateCode(key, w.Clock.Now())
	must(t, err)
	return c
}

func TestSecondFactor(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		w.Add("chen")
		ctx, token := w.Browser("chen")
		_, other := w.Browser("chen")
		e, err := w.EnrolTOTP(ctx)
		must(t, err)
		if again, err := w.EnrolTOTP(ctx); err != nil || again != e || !strings.HasPrefix(e.URL, "otpauth://totp/") || !strings.Contains(e.URL, "secret="+e.Secret) {
			t.Errorf("going on with an enrolment: %+v, %v", again, err)
		}
		img, err := w.TOTPImage(ctx)
		must(t, err)
		if p, err := png.Decode(bytes.NewReader(img)); err != nil || p.Bounds().Dx() < 200 || p.Bounds().Dx() != p.Bounds().Dy() {
			t.Errorf("QR code: %v", err)
		}
		if in, err := w.SignIn(nobody, "chen", accounttest.Password, account.Visitor{}); err != nil || in.Token == "" {
			t.Errorf("an enrolment that is not confirmed asks for a code: %+v, %v", in, err)
		}
		_, err = w.ConfirmTOTP(ctx, "000000", token)
		wantKind(t, "wrong code", err, problem.Invalid)
		recovery, err := w.ConfirmTOTP(ctx, code(t, w, e.Secret), token)
		must(t, err)
		if len(recovery) != 10 {
			t.Fatalf("%d recovery codes", len(recovery))
		}
		if a, _ := w.Actor(nobody, other); a.SignedIn() {
			t.Error("a session without the second factor goes on")
		}
		wantKind(t, "the key again", ignore(w.EnrolTOTP(ctx)), problem.Conflict)
		if _, err := w.TOTPImage(ctx); err == nil {
			t.Error("a confirmed key is shown")
		}
		in, err := w.SignIn(nobody, "chen", accounttest.Password, account.Visitor{})
		must(t, err)
		if in.Token != "" || in.Device != "" || in.Pending == "" {
			t.Fatalf("without a code: %+v", in)
		}
		if a, _ := w.Actor(nobody, in.Pending); a.SignedIn() {
			t.Error("the pending token is a session")
		}
		_, err = w.SignInCode(nobody, in.Pending, code(t, w, e.Secret), account.Visitor{})
		wantKind(t, "the code that confirmed", err, problem.Invalid)
		w.Clock.Advance(30 * time.Second)
		now := code(t, w, e.Secret)
		full, err := w.SignInCode(nobody, in.Pending, now[:3]+" "+now[3:], account.Visitor{})
		must(t, err)
		if a, _ := w.Actor(nobody, full.Token); !a.SignedIn() || full.Device == "" {
			t.Error("the right code does not open")
		}
		_, err = w.SignInCode(nobody, in.Pending, code(t, w, e.Secret), account.Visitor{})
		wantKind(t, "pending used twice", err, problem.Gone)
		in, _ = w.SignIn(nobody, "chen", accounttest.Password, account.Visitor{})
		_, err = w.SignInCode(nobody, in.Pending, now, account.Visitor{})
		wantKind(t, "code used twice", err, problem.Invalid)
		if _, err = w.SignInCode(nobody, in.Pending, strings.ToLower(recovery[3]), account.Visitor{}); err != nil {
			t.Errorf("recovery code: %v", err)
		}
		in, _ = w.SignIn(nobody, "chen", accounttest.Password, account.Visitor{})
		_, err = w.SignInCode(nobody, in.Pending, recovery[3], account.Visitor{})
		wantKind(t, "recovery code used twice", err, problem.Invalid)
		if n, err := w.RecoveryLeft(ctx); n != 9 || err != nil {
			t.Errorf("%d recovery codes left, %v", n, err)
		}
		w.Clock.Advance(10*time.Minute + time.Second)
		_, err = w.SignInCode(nobody, in.Pending, code(t, w, e.Secret), account.Visitor{})
		wantKind(t, "pending too old", err, problem.Gone)
	})
}

func TestCodeGuessesAreSlowedFromEverywhere(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		w.Add("chen")
		_, _, key, _ := enrol(t, w, "chen")
		in, err := w.SignIn(nobody, "chen", accounttest.Password, from("198.51.100.1"))
		must(t, err)
		owner, err := w.SignInCode(nobody, in.Pending, code(t, w, key), from("198.51.100.1"))
		must(t, err)
		w.Clock.Advance(30 * time.Second)
		in, err = w.SignIn(nobody, "chen", accounttest.Password, from("203.0.113.1"))
		must(t, err)
		for range 5 {
			_, err = w.SignInCode(nobody, in.Pending, "000000", from("203.0.113.2"))
			wantKind(t, "guess", err, problem.Invalid)
		}
		_, err = w.SignInCode(nobody, in.Pending, code(t, w, key), from("203.0.113.3"))
		wantKind(t, "sixth guess, another address", err, problem.TooMany)
		v := from("203.0.113.1")
		v.Device = owner.Device
		if _, err = w.SignInCode(nobody, in.Pending, code(t, w, key), v); err != nil {
			t.Errorf("owner on a known device: %v", err)
		}
	})
}

// TestOneCodeOpensOnce: the same code sent many times at the same moment.
func TestOneCodeOpensOnce(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		w.Add("chen")
		_, _, key, recovery := enrol(t, w, "chen")
		for round, c := range []string{code(t, w, key), recovery[0]} {
			var pending []string
			for range 5 {
				in, err := w.SignIn(nobody, "chen", accounttest.Password, from("203.0.113.1"))
				must(t, err)
				pending = append(pending, in.Pending)
			}
			var mu sync.Mutex
			opened := 0
			start, done := make(chan struct{}), sync.WaitGroup{}
			for _, p := range pending {
				done.Go(func() {
					<-start
					_, err := w.SignInCode(nobody, p, c, from("203.0.113.1"))
					mu.Lock()
					defer mu.Unlock()
					if err == nil {
						opened++
					} else if !problem.Is(err, problem.Invalid) {
						t.Error(err)
					}
				})
			}
			close(start)
			done.Wait()
			if opened != 1 {
				t.Errorf("round %d: opened %d times", round, opened)
			}
		}
	})
}

func TestRemovingTheSecondFactor(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		w.Add("chen")
		ctx, _, key, recovery := enrol(t, w, "chen")
		wantKind(t, "wrong password", w.RemoveTOTP(ctx, "not it at all", code(t, w, key)), problem.Invalid)
		wantKind(t, "wrong code", w.RemoveTOTP(ctx, accounttest.Password, "000000"), problem.Invalid)
		fresh, err := w.NewRecoveryCodes(ctx, accounttest.Password)
		must(t, err)
		wantKind(t, "a replaced recovery code", w.RemoveTOTP(ctx, accounttest.Password, recovery[0]), problem.Invalid)
		must(t, w.RemoveTOTP(ctx, accounttest.Password, fresh[0]))
		if in, err := w.SignIn(nobody, "chen", accounttest.Password, account.Visitor{}); err != nil || in.Token == "" {
			t.Errorf("after removal: %+v, %v", in, err)
		}
		enrol(t, w, "chen")
		admin := w.Add("admin", authz.Grant{Role: authz.Admin})
		actx, _ := w.Browser("admin")
		me, err := w.Me(ctx)
		must(t, err)
		must(t, w.ForgetTOTP(actx, me.ID))
		wantKind(t, "an administrator's own", w.ForgetTOTP(actx, admin), problem.Forbidden)
		if in, err := w.SignIn(nobody, "chen", accounttest.Password, account.Visitor{}); err != nil || in.Token == "" {
			t.Errorf("after an administrator helped: %+v, %v", in, err)
		}
	})
}

// TestNothingIsReadableInTheDatabase looks for secrets in every text of the tables.
func TestNothingIsReadableInTheDatabase(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		w.Add("chen")
		ctx, token, key, recovery := enrol(t, w, "chen")
		must(t, w.SetProfile(ctx, "陈小渔", "chen@example.test", accounttest.Password))
		plain, err := w.CreateToken(ctx, "feed", []authz.Scope{authz.ReadScope}, time.Time{})
		must(t, err)
		l, err := w.Invite(accounttest.System(), account.Invitation{Name: "New", Email: "new@example.test"})
		must(t, err)
		w.SignIn(nobody, "a password in the wrong field", "x", from("203.0.113.1"))
		must(t, w.RequestReset(nobody, "chen@example.test", from("203.0.113.1")))
		secrets := []string{token, key, plain, l.Code, strings.ReplaceAll(l.Code, "-", ""), accounttest.Password, "chen@example.test", "new@example.test", recovery[0],
			strings.ReplaceAll(recovery[0], "-", ""), "a password in the wrong field"}
		for _, q := range []string{
			`SELECT id || ' ' || login || ' ' || find || ' ' || email_sealed || ' ' || coalesce(email_index, '') || ' ' || password FROM account`,
			`SELECT hash || ' ' || id FROM account_session`, `SELECT sealed FROM account_totp`, `SELECT hash FROM account_recovery`,
			`SELECT hash || ' ' || name FROM account_token`, `SELECT hash FROM account_code`, `SELECT subject || ' ' || source FROM account_attempt`, `SELECT payload FROM job`,
		} {
			var rows []string
			must(t, w.DB.Read(nobody, func(tx *db.Tx) (err error) { rows, err = db.All(tx, db.ScanString, q); return err }))
			if len(rows) == 0 {
				t.Errorf("nothing to look at: %s", q)
			}
			for _, row := range rows {
				for _, s := range secrets {
					if strings.Contains(row, s) {
						t.Errorf("%q stands in %q", s, row)
					}
				}
			}
		}
	})
}
