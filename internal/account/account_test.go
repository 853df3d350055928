package account_test

import (
	"context"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"xieshang/internal/account"
	"xieshang/internal/account/accounttest"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

func each(t *testing.T, test func(t *testing.T, w *accounttest.World)) {
	t.Helper()
	dbtest.Each(t, accounttest.Modules(), func(t *testing.T, d *db.DB) { test(t, accounttest.New(t, d)) })
}

func from(address string) account.Visitor {
	return account.Visitor{Address: netip.MustParseAddr(address)}
}

func wantKind(t *testing.T, what string, err error, kind problem.Kind) {
	t.Helper()
	if !problem.Is(err, kind) {
		t.Errorf("%s: %v, want a problem of kind %d", what, err, kind)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var nobody = context.Background()

// TestNobodyIsRefused calls every method that is not declared public without an account, and the management with an account that manages nothing.
func TestNobodyIsRefused(t *testing.T) {
	public := []string{"SignIn", "SignInCode", "SignOut", "Actor", "AuthenticateBearer", "Invited", "Accept", "RequestReset", "ResetFor", "Reset", "Today"}
	forOwner := []string{"Me", "SetProfile", "ChangePassword", "Sessions", "EndSession", "EndOtherSessions", "EnrolTOTP", "TOTPImage", "ConfirmTOTP",
		"NewRecoveryCodes", "RecoveryLeft", "RemoveTOTP", "CreateToken", "CreateTokenFor", "Tokens", "RevokeToken"}
	each(t, func(t *testing.T, w *accounttest.World) {
		committee := w.Places.Committee("云溪县政协")
		w.Add("member", authz.Grant{Role: authz.Member, Place: committee})
		w.Add("leader", authz.Grant{Role: authz.Leader, Place: committee})
		admin := w.Add("admin", authz.Grant{Role: authz.Admin})
		member, _ := w.Browser("member")
		leader, _ := w.Browser("leader")
		plain, err := w.AddToken(accounttest.System(), "admin", "reader", []authz.Scope{authz.ReadScope, authz.WriteScope}, 0)
		must(t, err)
		actor, err := w.AuthenticateBearer(nobody, plain)
		must(t, err)
		token := authz.With(nobody, actor)
		v := reflect.ValueOf(w.Service)
		for i := range v.NumMethod() {
			name := v.Type().Method(i).Name
			if contains(public, name) {
				continue
			}
			callers := map[string]context.Context{"nobody": nobody, "a token": token}
			if !contains(forOwner, name) {
				callers["a member"], callers["a leader"] = member, leader
			}
			for who, ctx := range callers {
				err := call(v.Method(i), ctx, admin)
				if !problem.Is(err, problem.Forbidden) && !problem.Is(err, problem.SignIn) {
					t.Errorf("%s as %s: %v, want a refusal", name, who, err)
				}
			}
		}
	})
}

// call hands zero values to a method, and account where it wants an id.
func call(m reflect.Value, ctx context.Context, id uuid.UUID) error {
	args := []reflect.Value{reflect.ValueOf(ctx)}
	for i := 1; i < m.Type().NumIn(); i++ {
		if m.Type().In(i) == reflect.TypeFor[uuid.UUID]() {
			args = append(args, reflect.ValueOf(id))
			continue
		}
		args = append(args, reflect.Zero(m.Type().In(i)))
	}
	out := m.Call(args)
	err, _ := out[len(out)-1].Interface().(error)
	return err
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

func TestLoginIsFolded(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		w.Add("ChenYu")
		for _, login := range []string{"chenyu", " ＣｈｅｎＹｕ ", "CHENYU"} {
			if _, err := w.SignIn(nobody, login, accounttest.Password, from("203.0.113.9")); err != nil {
				t.Errorf("%q: %v", login, err)
			}
			_, err := w.AddUser(accounttest.System(), login, "another long secret", false)
			p, ok := problem.Of(err)
			if !ok || len(p.Fields) != 1 || p.Fields[0].Key != "account.problem.login-taken" {
				t.Errorf("a second %q: %v", login, err)
			}
		}
		for _, bad := range []string{"", "x", "a b", "chen\u0443", "名\n字", strings.Repeat("x", 65)} {
			_, err := w.AddUser(accounttest.System(), bad, "another long secret", false)
			wantKind(t, bad, err, problem.Invalid)
		}
	})
}

func TestSessions(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		committee := w.Places.Committee("云溪县政协")
		w.Add("member", authz.Grant{Role: authz.Member, Place: committee})
		w.Add("staff", authz.Grant{Role: authz.Reviewer, Place: committee})
		_, m := w.Browser("member")
		_, s := w.Browser("staff")
		alive := func(token string) bool {
			t.Helper()
			a, err := w.Actor(nobody, token)
			must(t, err)
			return a.SignedIn()
		}
		for range 5 { // use renews
			w.Clock.Advance(11 * time.Hour)
			if !alive(s) {
				t.Fatal("a used session of staff ended")
			}
		}
		w.Clock.Advance(12*time.Hour + time.Minute)
		if alive(s) {
			t.Error("staff: alive after twelve hours of rest")
		}
		if !alive(m) {
			t.Error("member: ended within fourteen days")
		}
		w.Clock.Advance(14*24*time.Hour + time.Minute)
		if alive(m) {
			t.Error("member: alive after fourteen days of rest")
		}
		for _, token := range []string{"", "x", strings.Repeat("A", 43), m[:42] + "~"} {
			if alive(token) {
				t.Errorf("token %q opens", token)
			}
		}
		if n, err := w.Sweep(accounttest.System()); err != nil || n < 2 {
			t.Errorf("Sweep removed %d, %v", n, err)
		}
		_, m = w.Browser("member")
		for range 100 {
			w.Clock.Advance(24 * time.Hour)
			alive(m)
		}
		if alive(m) {
			t.Error("a session in daily use lives for ever")
		}
	})
}

func TestSessionListAndEnds(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		w.Add("member")
		w.Add("other")
		v := account.Visitor{Address: netip.MustParseAddr("203.0.113.77"), Agent: "Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile MicroMessenger/8.0"}
		in, err := w.SignIn(nobody, "member", accounttest.Password, v)
		must(t, err)
		ctx, token := w.Browser("member")
		third, _ := w.Browser("member")
		other, _ := w.Browser("other")
		list, err := w.Sessions(ctx, token)
		must(t, err)
		var phone account.Session
		current := 0
		for _, s := range list {
			if s.Current {
				current++
			}
			if s.Address == "203.0.113.*" {
				phone = s
			}
		}
		if len(list) != 3 || current != 1 || phone.Browser != "WeChat" || phone.System != "Android" {
			t.Fatalf("sessions: %+v", list)
		}
		wantKind(t, "another's session", w.EndSession(other, phone.ID), problem.NotFound)
		must(t, w.EndSession(ctx, phone.ID))
		if a, _ := w.Actor(nobody, in.Token); a.SignedIn() {
			t.Error("ended, and still in")
		}
		must(t, w.EndOtherSessions(ctx, token))
		if list, err = w.Sessions(ctx, token); err != nil || len(list) != 1 || !list[0].Current {
			t.Errorf("after ending the others: %+v, %v", list, err)
		}
		_ = third
		must(t, w.SignOut(nobody, token))
		must(t, w.SignOut(nobody, token))
		if a, _ := w.Actor(nobody, token); a.SignedIn() {
			t.Error("signed out, and still in")
		}
	})
}

func TestLastUsedIsWrittenOnceAMinute(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		w.Add("member")
		ctx, token := w.Browser("member")
		used := func() time.Time {
			list, err := w.Sessions(ctx, token)
			must(t, err)
			return list[0].LastUsed
		}
		first := used()
		w.Clock.Advance(50 * time.Second)
		w.Session(token)
		if !used().Equal(first) {
			t.Error("written again within a minute")
		}
		w.Clock.Advance(15 * time.Second)
		w.Session(token)
		if !used().Equal(w.Clock.Now()) {
			t.Errorf("last used %v, want %v", used(), w.Clock.Now())
		}
	})
}

func TestGrantsOfToday(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		sys := accounttest.System()
		committee := w.Places.Committee("云溪县政协")
		id := w.Add("member")
		_, token := w.Browser("member")
		today := clock.Today(w.Clock)
		g, err := w.Grant(sys, id, account.NewGrant{Role: authz.Member, Place: committee, Days: clock.Interval{From: today.AddDays(1), To: today.AddDays(3)}})
		must(t, err)
		has := func() bool {
			a, err := w.Actor(nobody, token)
			must(t, err)
			return a.Has(authz.Member, committee)
		}
		for day, want := range []bool{false, true, true, false} {
			if has() != want {
				t.Errorf("day %d: holds the role: %v", day, !want)
			}
			w.Clock.Advance(24 * time.Hour)
		}
		today = clock.Today(w.Clock)
		must(t, w.ChangeGrant(sys, g, clock.Interval{From: today}))
		if !has() {
			t.Error("a correction is seen at once in this process")
		}
		wantKind(t, "changing a superseded grant", w.ChangeGrant(sys, g, clock.Interval{From: today}), problem.Conflict)
		_, err = w.Grant(sys, id, account.NewGrant{Role: authz.Member, Place: committee})
		wantKind(t, "the same role twice", err, problem.Conflict)
		history, err := w.GrantHistory(sys, id)
		must(t, err)
		if len(history) != 2 || history[0].Superseded.IsZero() || history[0].Days.To != history[0].Days.From.AddDays(2) || !history[1].Superseded.IsZero() {
			t.Errorf("history: %+v", history)
		}
		must(t, w.ChangeGrant(sys, history[1].ID, clock.Interval{From: today, To: today}))
		if has() {
			t.Error("a role that should never have been given is still held")
		}
		facts := strings.Join(w.Facts.Kinds(), "\n")
		for _, want := range []string{"account.created", "account.granted", "account.grant-changed"} {
			if !strings.Contains(facts, want) {
				t.Errorf("no fact %s in\n%s", want, facts)
			}
		}
	})
}
