package account_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"xieshang/internal/account"
	"xieshang/internal/account/accounttest"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

func TestTokens(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		committee := w.Places.Committee("云溪县政协")
		w.Add("admin", authz.Grant{Role: authz.Admin}, authz.Grant{Role: authz.Member, Place: committee})
		ctx, _ := w.Browser("admin")
		rw := []authz.Scope{authz.WriteScope, authz.ReadScope}
		plain, err := w.CreateToken(ctx, "desk", rw, w.Clock.Now().Add(time.Hour))
		must(t, err)
		a, err := w.AuthenticateBearer(nobody, plain)
		must(t, err)
		if !a.SignedIn() || a.IsAdmin() || !a.Has(authz.Member, committee) || !a.May(authz.WriteScope) || a.May(authz.AdminScope) || a.Token == uuid.Nil {
			t.Errorf("actor: %+v", a)
		}
		all, err := w.CreateToken(ctx, "all", []authz.Scope{authz.ReadScope, authz.AdminScope}, time.Time{})
		must(t, err)
		if a, err = w.AuthenticateBearer(nobody, all); err != nil || !a.IsAdmin() {
			t.Errorf("admin scope: %+v, %v", a, err)
		}
		for _, bad := range []string{"", "xst_", plain[:len(plain)-1], plain[:10] + "x" + plain[11:], strings.Replace(plain, "xst_", "xsu_", 1), plain + "0"} {
			_, err := w.AuthenticateBearer(nobody, bad)
			wantKind(t, bad, err, problem.SignIn)
		}
		list, err := w.Tokens(ctx)
		must(t, err)
		if len(list) != 2 || list[1].Name != "desk" || !list[1].LastUsed.Equal(w.Clock.Now()) || len(list[1].Scopes) != 2 {
			t.Errorf("list: %+v", list)
		}
		w.Clock.Advance(time.Hour)
		_, err = w.AuthenticateBearer(nobody, plain)
		wantKind(t, "expired", err, problem.SignIn)
		w.Add("other")
		other, _ := w.Browser("other")
		wantKind(t, "another's token", w.RevokeToken(other, list[0].ID), problem.NotFound)
		must(t, w.RevokeToken(ctx, list[0].ID))
		_, err = w.AuthenticateBearer(nobody, all)
		wantKind(t, "revoked", err, problem.SignIn)
		for _, c := range []struct {
			name    string
			scopes  []authz.Scope
			expires time.Time
		}{{"", rw, time.Time{}}, {"x", nil, time.Time{}}, {"x", []authz.Scope{"root"}, time.Time{}}, {"x", rw, w.Clock.Now()}, {"a\nb", rw, time.Time{}}} {
			_, err := w.CreateToken(ctx, c.name, c.scopes, c.expires)
			wantKind(t, fmt.Sprintf("%+v", c), err, problem.Invalid)
		}
	})
}

func TestInvitation(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		committee := w.Places.Committee("云溪县政协")
		w.Add("staff", authz.Grant{Role: authz.Dispatcher, Place: committee})
		staff, _ := w.Browser("staff")
		member := []account.NewGrant{{Role: authz.Member, Place: committee}}
		l, err := w.Invite(staff, account.Invitation{Name: "李小明", Email: "li@example.test", Grants: member})
		must(t, err)
		mails := w.Mail.Take()
		if !l.Mailed || len(mails) != 1 || mails[0].Address != "li@example.test" || mails[0].Path != "/invitations/"+l.Code || mails[0].Kind != account.InvitationMail {
			t.Errorf("mail: %+v", mails)
		}
		typed := strings.ToLower(strings.ReplaceAll(l.Code, "-", " "))
		who, err := w.Invited(nobody, typed)
		if err != nil || who.Name != "李小明" {
			t.Fatalf("%+v, %v", who, err)
		}
		for _, c := range []struct{ login, name, plain, field string }{
			{"", "李小明", "a new long secret", "login"}, {"li", "", "a new long secret", "name"}, {"li", "李小明", "short", "password"}, {"staff", "李小明", "a new long secret", "login"},
		} {
			p, ok := problem.Of(ignore(w.Accept(nobody, typed, c.login, c.name, c.plain, account.Visitor{})))
			if !ok || len(p.Fields) != 1 || p.Fields[0].Name != c.field {
				t.Errorf("%+v: %v", c, p)
			}
		}
		in, err := w.Accept(nobody, typed, "li", "李小明", "a new long secret", account.Visitor{})
		must(t, err)
		if a, _ := w.Actor(nobody, in.Token); !a.Has(authz.Member, committee) {
			t.Errorf("after accepting: %+v", a)
		}
		wantKind(t, "twice", ignore(w.Accept(nobody, l.Code, "li2", "李小明", "a new long secret", account.Visitor{})), problem.Gone)
		l, err = w.Invite(staff, account.Invitation{Name: "王大成", Grants: member})
		must(t, err)
		if l.Mailed {
			t.Error("mailed without an address")
		}
		again, err := w.NewLink(staff, l.Account)
		must(t, err)
		wantKind(t, "a replaced link", ignore(w.Invited(nobody, l.Code)), problem.Gone)
		w.Clock.Advance(72*time.Hour - time.Second)
		must(t, ignore(w.Invited(nobody, again.Code)))
		w.Clock.Advance(time.Second)
		wantKind(t, "too old", ignore(w.Invited(nobody, again.Code)), problem.Gone)
		wantKind(t, "made up", ignore(w.Invited(nobody, "0000-0000-0000-0000-0000")), problem.Gone)
		_, err = w.Invite(staff, account.Invitation{Name: "x", Email: "li@example.test", Grants: member})
		wantKind(t, "address of another", err, problem.Invalid)
	})
}

func TestReset(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		id := w.Add("chen")
		ctx, _ := w.Browser("chen")
		must(t, w.SetProfile(ctx, "陈小渔", "chen@example.test", accounttest.Password))
		ask := func(typed, address string) []account.Mail {
			t.Helper()
			must(t, w.RequestReset(nobody, typed, from(address)))
			_, err := w.Jobs.RunDue(nobody)
			must(t, err)
			return w.Mail.Take()
		}
		for i, typed := range []string{"nobody-here", "no@example.test", "", strings.Repeat("x", 5000)} {
			if mails := ask(typed, fmt.Sprintf("203.0.113.%d", i)); len(mails) != 0 {
				t.Errorf("%q: %+v", typed, mails)
			}
		}
		mails := ask(" CHEN@example.test", "203.0.113.1")
		if len(mails) != 1 || mails[0].Address != "chen@example.test" || mails[0].Kind != account.ResetMail {
			t.Fatalf("mails: %+v", mails)
		}
		code := strings.TrimPrefix(mails[0].Path, "/password/reset/")
		wantKind(t, "weak", w.Reset(nobody, code, "1234567890"), problem.Invalid)
		must(t, w.Reset(nobody, code, "a new long secret"))
		wantKind(t, "twice", w.Reset(nobody, code, "another new secret"), problem.Gone)
		if me, err := w.Me(ctx); err != nil || me.ID != id {
			t.Fatal(err)
		}
		must(t, ignore(w.SignIn(nobody, "chen", "a new long secret", account.Visitor{})))
		if n := len(ask("chen", "203.0.113.2")) + len(ask("chen", "203.0.113.3")) + len(ask("chen", "203.0.113.4")); n != 1 {
			t.Errorf("%d more mails within a minute, want 1", n)
		}
		var last error
		for range 12 {
			last = w.RequestReset(nobody, "chen", from("203.0.113.200"))
		}
		wantKind(t, "asking from one address", last, problem.TooMany)
		l, err := w.NewLink(accounttest.System(), id)
		must(t, err)
		w.Clock.Advance(24*time.Hour + time.Second)
		wantKind(t, "too old", w.Reset(nobody, l.Code, "another new secret"), problem.Gone)
	})
}

func TestResetEndsSessionsAndKeepsTheSecondFactor(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		id := w.Add("chen")
		_, token, _, _ := enrol(t, w, "chen")
		l, err := w.NewLink(accounttest.System(), id)
		must(t, err)
		must(t, w.Reset(nobody, l.Code, "a new long secret"))
		if a, _ := w.Actor(nobody, token); a.SignedIn() {
			t.Error("a session from before goes on")
		}
		if in, err := w.SignIn(nobody, "chen", "a new long secret", account.Visitor{}); err != nil || in.Pending == "" || in.Token != "" {
			t.Errorf("after a reset: %+v, %v", in, err)
		}
	})
}

// TestStaffCannotClimb: staff of a committee manage its members and its departments' clerks, and nobody above or elsewhere.
func TestStaffCannotClimb(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		mine, other := w.Places.Committee("云溪县政协"), w.Places.Committee("石门区政协")
		office, elsewhere := w.Places.Department("云溪县城管局", mine), w.Places.Department("石门区城管局", other)
		w.Add("staff", authz.Grant{Role: authz.Reviewer, Place: mine})
		staff, _ := w.Browser("staff")
		for _, c := range []struct {
			role  authz.Role
			place uuid.UUID
			kind  problem.Kind
		}{
			{authz.Admin, uuid.Nil, problem.Forbidden}, {authz.Reviewer, mine, problem.Forbidden}, {authz.Leader, mine, problem.Forbidden}, {authz.Member, other, problem.Forbidden},
			{authz.Clerk, elsewhere, problem.Forbidden}, {authz.Clerk, mine, problem.Forbidden}, {authz.Member, office, problem.Forbidden}, {"king", mine, problem.Invalid},
		} {
			_, err := w.Invite(staff, account.Invitation{Name: "x", Grants: []account.NewGrant{{Role: c.role, Place: c.place}}})
			wantKind(t, fmt.Sprint(c), err, c.kind)
		}
		wantKind(t, "no role", ignore(w.Invite(staff, account.Invitation{Name: "x"})), problem.Invalid)
		clerk := w.Add("clerk", authz.Grant{Role: authz.Clerk, Place: office})
		_, err := w.Grant(staff, clerk, account.NewGrant{Role: authz.Head, Place: office})
		must(t, err)
		_, err = w.Grant(staff, clerk, account.NewGrant{Role: authz.Editor, Place: mine})
		wantKind(t, "staff's own kind", err, problem.Forbidden)
		must(t, ignore(w.NewLink(staff, clerk)))
		for name, id := range map[string]uuid.UUID{
			"administrator": w.Add("admin", authz.Grant{Role: authz.Admin}), "colleague": w.Add("colleague", authz.Grant{Role: authz.Editor, Place: mine}),
			"member here, staff there": w.Add("both", authz.Grant{Role: authz.Member, Place: mine}, authz.Grant{Role: authz.Reviewer, Place: other}), "no role": w.Add("plain"),
		} {
			for what, err := range map[string]error{
				"link": ignore(w.NewLink(staff, id)), "block": w.Block(staff, id), "see": ignore(w.Account(staff, id)),
				"grant": ignore(w.Grant(staff, id, account.NewGrant{Role: authz.Instructor, Place: mine})), "second factor": w.ForgetTOTP(staff, id),
			} {
				wantKind(t, what+" "+name, err, problem.Forbidden)
			}
		}
		enrol(t, w, "clerk")
		wantKind(t, "second factor of a clerk", w.ForgetTOTP(staff, clerk), problem.Forbidden)
		found, err := w.FindPlaces(staff, "城管", 10)
		if err != nil || len(found) != 1 || found[0].ID != office {
			t.Errorf("places: %+v, %v", found, err)
		}
	})
}

// TestListFollowsTheRule compares the list in SQL with the rule of each account on random rows.
func TestListFollowsTheRule(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		rng := rand.New(rand.NewPCG(5, 6))
		var places []uuid.UUID
		for i := range 3 {
			c := w.Places.Committee(fmt.Sprint("甲", i))
			places = append(places, c, w.Places.Department(fmt.Sprint("乙", i), c))
		}
		today := clock.Today(w.Clock)
		var ids []uuid.UUID
		for i := range 120 {
			var in account.Invitation
			in.Name = fmt.Sprint("人", i)
			for range rng.IntN(4) {
				g := account.NewGrant{Role: authz.Roles()[rng.IntN(8)], Days: clock.Interval{From: today.AddDays(rng.IntN(20) - 10)}}
				if rng.IntN(2) == 0 {
					g.Days.To = g.Days.From.AddDays(1 + rng.IntN(8))
				}
				g.Place = places[2*rng.IntN(3)]
				if g.Role.OfDepartment() {
					g.Place = places[2*rng.IntN(3)+1]
				}
				in.Grants = append(in.Grants, g)
			}
			if l, err := w.Invite(accounttest.System(), in); err == nil {
				ids = append(ids, l.Account)
			}
		}
		w.Add("staff", authz.Grant{Role: authz.Reviewer, Place: places[0]}, authz.Grant{Role: authz.Editor, Place: places[2]})
		staff, _ := w.Browser("staff")
		listed := map[uuid.UUID]bool{}
		f := account.Filter{Limit: 7}
		for more := true; more; {
			var page []account.Account
			var err error
			page, more, err = w.Accounts(staff, f)
			must(t, err)
			for _, a := range page {
				if listed[a.ID] {
					t.Fatal("listed twice")
				}
				listed[a.ID], f.Before = true, a.ID
			}
		}
		allowed := 0
		for _, id := range ids {
			_, err := w.Account(staff, id)
			if err != nil && !problem.Is(err, problem.Forbidden) {
				t.Fatal(err)
			}
			if err == nil {
				allowed++
			}
			if listed[id] != (err == nil) {
				t.Errorf("account %s: listed %v, but asking gives %v", id, listed[id], err)
			}
		}
		if allowed < 5 || allowed > len(ids)-20 || len(listed) != allowed {
			t.Errorf("%d of %d allowed, %d listed: the rows do not try the rule", allowed, len(ids), len(listed))
		}
	})
}

func TestListFilters(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		committee := w.Places.Committee("云溪县政协")
		w.Add("chen_a", authz.Grant{Role: authz.Member, Place: committee})
		blocked := w.Add("chenxb")
		must(t, w.Block(accounttest.System(), blocked))
		for _, c := range []struct {
			f    account.Filter
			want int
		}{{account.Filter{}, 2}, {account.Filter{Text: "ＣＨＥＮ"}, 2}, {account.Filter{Text: "n_a"}, 1}, {account.Filter{Text: "%"}, 0}, {account.Filter{State: account.Blocked}, 1},
			{account.Filter{Role: authz.Member}, 1}, {account.Filter{Place: committee}, 1}, {account.Filter{Role: authz.Clerk}, 0}} {
			got, _, err := w.Accounts(accounttest.System(), c.f)
			if err != nil || len(got) != c.want {
				t.Errorf("%+v: %d, %v", c.f, len(got), err)
			}
		}
	})
}

// TestTheLastAdministratorStays, even when two take each other's role away at the same moment.
func TestTheLastAdministratorStays(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		sys := accounttest.System()
		today := clock.Today(w.Clock)
		id := w.Add("first", authz.Grant{Role: authz.Admin})
		a, err := w.Account(sys, id)
		must(t, err)
		wantKind(t, "the only one", w.ChangeGrant(sys, a.Grants[0].ID, clock.Interval{From: today, To: today}), problem.Conflict)
		wantKind(t, "blocking the only one", w.Block(sys, id), problem.Conflict)
		for round := range 8 {
			second := w.Add(fmt.Sprint("second", round), authz.Grant{Role: authz.Admin})
			b, err := w.Account(sys, second)
			must(t, err)
			var mu sync.Mutex
			done := 0
			start, group := make(chan struct{}), sync.WaitGroup{}
			for _, g := range []uuid.UUID{a.Grants[0].ID, b.Grants[0].ID} {
				group.Go(func() {
					<-start
					if err := w.ChangeGrant(sys, g, clock.Interval{From: today, To: today}); err == nil {
						mu.Lock()
						defer mu.Unlock()
						done++
					} else if !problem.Is(err, problem.Conflict) {
						t.Error(err)
					}
				})
			}
			close(start)
			group.Wait()
			if done != 1 {
				t.Fatalf("round %d: %d of 2 administrators were removed", round, done)
			}
			left, _, err := w.Accounts(sys, account.Filter{Role: authz.Admin})
			if err != nil || len(left) != 1 {
				t.Fatalf("%d administrators left, %v", len(left), err)
			}
			a = left[0]
		}
	})
}

func TestConsoleAndReencrypt(t *testing.T) {
	each(t, func(t *testing.T, w *accounttest.World) {
		sys := accounttest.System()
		id, err := w.AddUser(sys, "root-of-all", "a very long secret", true)
		must(t, err)
		in, err := w.SignIn(nobody, "root-of-all", "a very long secret", account.Visitor{})
		must(t, err)
		ctx := w.Session(in.Token)
		must(t, w.SetPassword(sys, "ROOT-OF-ALL", "another long secret"))
		if a, _ := w.Actor(nobody, in.Token); a.SignedIn() {
			t.Error("the session from before goes on")
		}
		wantKind(t, "unknown login", w.SetPassword(sys, "nobody-here", "another long secret"), problem.NotFound)
		must(t, w.SetProfile(ctx, "管理员", "root@example.test", "another long secret"))
		must(t, ignore(w.EnrolTOTP(ctx)))
		next, err := w.Keys.Rotate()
		must(t, err)
		later := accounttest.New(t, w.DB, func(o *account.Options) { o.Keys, o.Clock = next, w.Clock })
		for _, want := range []int{2, 0} {
			if n, err := later.Reencrypt(sys); err != nil || n != want {
				t.Errorf("Reencrypt changed %d, %v; want %d", n, err, want)
			}
		}
		if me, err := later.Me(ctx); err != nil || me.Email != "root@example.test" || me.ID != id {
			t.Errorf("%+v, %v", me, err)
		}
		if _, err := w.Me(ctx); err == nil {
			t.Error("the old ring opens what the new key sealed")
		}
	})
}
