package signin_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"xieshang/internal/gathering/signin"
	"xieshang/internal/platform/authz"

	"github.com/google/uuid"
)

func (w *world) enter(ctx context.Context, id uuid.UUID, code, cookie string) (signin.Done, string) {
	w.t.Helper()
	done, err := w.s.Enter(ctx, signin.Input{Gathering: id, Code: code, Cookie: cookie})
	return done, refusal(w.t, err)
}

func TestTyped(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		g, other := w.gathering("常委会会议"), w.gathering("界别活动")
		me := w.person(g)
		codes, foreign := w.codes(g), w.shown(other).Digits
		if len(codes) != 90 || codes[1].From.Sub(codes[0].From) != signin.Step || codes[0].From.After(w.clock.Now()) {
			t.Fatalf("codes %d, first %v", len(codes), codes[0].From)
		}
		for name, c := range map[string]struct{ code, want string }{
			"nothing": {"", "signin.problem.code"}, "letters": {"abcdef", "signin.problem.code"}, "five": {"12345", "signin.problem.code"},
			"another gathering's": {foreign, "signin.problem.wrong"}, "of the next step": {codes[1].Digits, "signin.problem.wrong"}, "far ahead": {codes[60].Digits, "signin.problem.wrong"},
		} {
			if _, no := w.enter(me, g, c.code, "p1"); no != c.want {
				t.Errorf("%s: %q, want %q", name, no, c.want)
			}
		}
		if n := len(w.there(g)); n != 0 {
			t.Fatalf("%d signed in by wrong codes", n)
		}
		w.clock.Advance(90 * time.Second)
		if _, no := w.enter(me, uuid.Nil, codes[0].Digits[:3]+" "+codes[0].Digits[3:], "p1"); no != "" {
			t.Fatalf("a minute and a half for typing: %q", no)
		}
		w.clock.Advance(30 * time.Second)
		you := w.person(g)
		if _, no := w.enter(you, g, codes[0].Digits, "p2"); no != "signin.problem.old" {
			t.Errorf("an old code: %q", no)
		}
		done, no := w.enter(me, g, w.shown(g).Digits, "p1")
		if no != "" || !done.Again {
			t.Errorf("a second time: %+v %q", done, no)
		}
		if got := w.there(g); got["typed"] != 1 || len(got) != 1 {
			t.Errorf("there: %v", got)
		}
	})
}

func TestScanned(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		g := w.gathering("常委会会议")
		short := w.shown(g).Short
		me, you := w.person(g), w.person(g)
		nobody := context.Background()
		scan := func(short, cookie string) (string, string) {
			ticket, err := w.s.Scan(nobody, short, cookie)
			return ticket, refusal(t, err)
		}
		ticket, no := scan(short, "p1")
		if no != "" {
			t.Fatal(no)
		}
		w.clock.Advance(5 * time.Minute) // looks for the password
		enter := func(ctx context.Context, ticket, cookie string) string {
			_, err := w.s.Enter(ctx, signin.Input{Ticket: ticket, Cookie: cookie})
			return refusal(t, err)
		}
		if no := enter(you, ticket, "p2"); no != "signin.problem.ticket" {
			t.Errorf("another browser's ticket: %q", no)
		}
		if _, _, ok, err := w.s.TicketFor(you, ticket, "p2"); ok || err != nil {
			t.Errorf("another browser's ticket shows: %v %v", ok, err)
		}
		if no := enter(me, ticket, "p1"); no != "" {
			t.Errorf("after five minutes: %q", no)
		}
		if no := enter(you, ticket, "p1"); no != "signin.problem.device" {
			t.Errorf("somebody else by the same phone: %q", no)
		}
		if _, no := scan(short, "p2"); no != "signin.problem.old" {
			t.Errorf("a photograph of five minutes ago: %q", no)
		}
		if _, no := scan("aaaaaaa"+short[7:], "p2"); no != "signin.problem.wrong" {
			t.Errorf("an unknown gathering: %q", no)
		}
		late, _ := scan(w.shown(g).Short, "p2")
		w.clock.Advance(11 * time.Minute)
		if no := enter(you, late, "p2"); no != "signin.problem.ticket" {
			t.Errorf("an old ticket: %q", no)
		}
		for _, forged := range []string{"", "x", "x.y", ticket[:len(ticket)-2] + "xx"} {
			if no := enter(you, forged+" ", "p2"); no == "" {
				t.Errorf("forged ticket %q was taken", forged)
			}
		}
		if got := w.there(g); got["scanned"] != 1 {
			t.Errorf("there: %v", got)
		}
	})
}

func TestNotOpen(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		g := w.gathering("常委会会议")
		me := w.person(g)
		code := w.shown(g)
		ticket, err := w.s.Scan(context.Background(), code.Short, "p1")
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(time.Second)
		for state, want := range map[signin.State]string{signin.Coming: "signin.problem.coming", signin.Over: "signin.problem.over", signin.Closed: "signin.problem.over"} {
			w.state(g, state)
			if _, no := w.enter(me, g, code.Digits, "p1"); no != want {
				t.Errorf("state %d: %q", state, no)
			}
			if _, err := w.s.Scan(context.Background(), code.Short, "p1"); refusal(t, err) != want {
				t.Errorf("scan in state %d: %v", state, err)
			}
		}
		w.state(g, signin.Coming)
		if _, no := w.enter(me, uuid.Nil, code.Digits, "p1"); no != "signin.problem.coming" {
			t.Errorf("not open and not chosen: %q", no)
		}
		if _, no := w.enter(w.person(), uuid.Nil, code.Digits, "p2"); no != "signin.problem.none" {
			t.Errorf("nothing to sign in to: %q", no)
		}
		w.state(g, signin.Over)
		if _, err := w.s.Enter(me, signin.Input{Ticket: ticket, Cookie: "p1"}); err != nil {
			t.Errorf("scanned while it was open: %v", err)
		}
	})
}

func TestGuest(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		g := w.gathering("常委会会议")
		guest := w.person()
		if _, no := w.enter(guest, g, w.shown(g).Digits, "p1"); no != "signin.problem.guest" {
			t.Fatal(no)
		}
		if len(w.there(g)) != 0 {
			t.Fatal("a guest was signed in")
		}
		door, err := w.s.Door(w.staff, g)
		if err != nil || len(door.Guests) != 1 || door.Guests[0].Person != authz.From(guest).Person || door.Guests[0].Admitted {
			t.Fatalf("door: %+v, %v", door, err)
		}
		person := door.Guests[0].Person
		if err := w.s.Answer(w.staff, g, person, false); err != nil {
			t.Fatal(err)
		}
		if err := w.s.Answer(w.staff, g, person, true); err != nil {
			t.Fatal(err)
		}
		if err := w.s.Answer(w.staff, g, person, true); refusal(t, err) != "signin.problem.no-guest" {
			t.Errorf("answered twice: %v", err)
		}
		if done, no := w.enter(guest, g, w.shown(g).Digits, "p1"); no != "" || !done.Again {
			t.Errorf("the guest who was let in: %+v %q", done, no)
		}
		if got := w.there(g); got["admitted"] != 1 || len(got) != 1 {
			t.Errorf("there: %v", got)
		}
	})
}

// TestStaffWroteOtherwise: who was written down as absent is told so, and is not let believe that they are on the list.
func TestStaffWroteOtherwise(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		g := w.gathering("常委会会议")
		me := w.person(g)
		w.exec(`INSERT INTO hall_there (id, person, way, at) VALUES (?, ?, 'absent', ?)`, g, authz.From(me).Person, w.clock.Now())
		if _, no := w.enter(me, g, w.shown(g).Digits, "p1"); no != "signin.problem.recorded" {
			t.Errorf("written down as absent: %q", no)
		}
	})
}

func TestGuessing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		g := w.gathering("常委会会议")
		me := w.person(g)
		right := w.codes(g)[0].Digits
		for range 15 {
			if _, no := w.enter(me, g, wrongOf(right), "p1"); no != "signin.problem.wrong" {
				t.Fatal(no)
			}
		}
		if _, no := w.enter(me, g, right, "p1"); no != "signin.problem.many" {
			t.Errorf("after fifteen guesses: %q", no)
		}
		if _, no := w.enter(w.person(g), g, right, "p2"); no != "" {
			t.Errorf("somebody else pays for it: %q", no)
		}
		w.clock.Advance(10 * time.Minute)
		if _, no := w.enter(me, g, w.shown(g).Digits, "p1"); no != "" {
			t.Errorf("after ten minutes: %q", no)
		}
	})
}

// wrongOf changes a code.
func wrongOf(code string) string { return string('0'+(code[0]-'0'+5)%10) + code[1:] }

func TestPoster(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		g := w.gathering("读书会")
		me := w.person(g)
		if _, _, err := w.s.Short(w.staff, g); refusal(t, err) != "signin.problem.poster-off" {
			t.Fatalf("off by itself: %v", err)
		}
		turn := func(on bool) {
			if err := w.s.SetPoster(w.staff, g, on); err != nil {
				t.Fatal(err)
			}
		}
		turn(true)
		_, first, err := w.s.Short(w.staff, g)
		if err != nil {
			t.Fatal(err)
		}
		turn(true) // pressed twice: the paper stays good
		if _, again, _ := w.s.Short(w.staff, g); again != first {
			t.Error("a second press made another code")
		}
		w.clock.Advance(2 * time.Hour)
		if _, no := w.enter(me, g, "https://example.org/s/"+first, "p1"); no != "" {
			t.Errorf("poster: %q", no)
		}
		turn(false)
		if _, no := w.enter(w.person(g), g, first, "p2"); no != "signin.problem.poster" {
			t.Errorf("turned off: %q", no)
		}
		turn(true)
		if _, no := w.enter(w.person(g), g, first, "p2"); no != "signin.problem.poster" {
			t.Errorf("the paper from before: %q", no)
		}
	})
}

func TestRenew(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		g := w.gathering("常委会会议")
		before := w.shown(g)
		if err := w.s.Renew(w.staff, g); err != nil {
			t.Fatal(err)
		}
		if _, no := w.enter(w.person(g), g, before.Short, "p1"); no != "signin.problem.wrong" {
			t.Errorf("a code from before: %q", no)
		}
		if _, no := w.enter(w.person(g), g, w.shown(g).Short, "p2"); no != "" {
			t.Errorf("today's: %q", no)
		}
	})
}

// TestNobody: every operation refuses who is not signed in, and who runs nothing; a program with a token signs nobody in.
func TestNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		g := w.gathering("常委会会议")
		me := w.person(g)
		token := authz.From(me)
		token.Scopes = []authz.Scope{authz.ReadScope, authz.WriteScope}
		homeless := authz.From(me)
		homeless.Person = uuid.Nil
		own := map[string]func(context.Context) error{
			"Prepare": func(ctx context.Context) error { _, err := w.s.Prepare(ctx, "p"); return err },
			"Enter": func(ctx context.Context) error {
				_, err := w.s.Enter(ctx, signin.Input{Gathering: g, Code: "123456"})
				return err
			},
			"Send":      func(ctx context.Context) error { _, err := w.s.Send(ctx, []signin.Stored{{}}); return err },
			"TicketFor": func(ctx context.Context) error { _, _, _, err := w.s.TicketFor(ctx, "x", "p"); return err },
		}
		for name, call := range own {
			for who, a := range map[string]authz.Actor{"nobody": {}, "a token": token, "an account without a person": homeless} {
				if refusal(t, call(authz.With(context.Background(), a))) == "" {
					t.Errorf("%s lets %s in", name, who)
				}
			}
		}
		for name, call := range map[string]func(context.Context) error{
			"Screen":    func(ctx context.Context) error { _, err := w.s.Screen(ctx, g, 0, 1); return err },
			"Short":     func(ctx context.Context) error { _, _, err := w.s.Short(ctx, g); return err },
			"SetPoster": func(ctx context.Context) error { return w.s.SetPoster(ctx, g, true) },
			"Renew":     func(ctx context.Context) error { return w.s.Renew(ctx, g) },
			"Door":      func(ctx context.Context) error { _, err := w.s.Door(ctx, g); return err },
			"Answer":    func(ctx context.Context) error { return w.s.Answer(ctx, g, uuid.New(), true) },
		} {
			for _, ctx := range []context.Context{context.Background(), me} {
				if refusal(t, call(ctx)) != "problem.forbidden" {
					t.Errorf("%s lets in who does not run the gathering", name)
				}
			}
		}
	})
}

// TestRush: many people at one moment, each pressing several times and by two ways; none is lost and none counted twice. One phone tries for everybody.
func TestRush(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const people, presses, rounds = 40, 4, 3
		for range rounds {
			g := w.gathering("全体会议")
			code := w.shown(g)
			all := make([]context.Context, people)
			for i := range all {
				all[i] = w.person(g)
			}
			gate := make(chan struct{})
			var wg sync.WaitGroup
			var mu sync.Mutex
			first, again, device := 0, 0, 0
			for i, ctx := range all {
				for press := range presses {
					wg.Go(func() {
						<-gate
						in := signin.Input{Gathering: g, Code: code.Digits, Cookie: uuid.NewSHA1(uuid.Nil, []byte{byte(i)}).String()}
						if press == 1 {
							in = signin.Input{Code: code.Short, Cookie: in.Cookie}
						}
						if press == 3 {
							in.Cookie = "one phone for all"
						}
						done, err := w.s.Enter(ctx, in)
						mu.Lock()
						defer mu.Unlock()
						switch no := refusal(t, err); {
						case no == "signin.problem.device":
							device++
						case no != "":
							t.Error(no)
						case done.Again:
							again++
						default:
							first++
						}
					})
				}
			}
			close(gate)
			wg.Wait()
			if got := w.there(g); got["typed"]+got["scanned"] != people || first != people || first+again+device != people*presses {
				t.Fatalf("there %v; first %d, again %d, refused %d", got, first, again, device)
			}
		}
	})
}

// TestClosing: sign-ins race with the end. Who was told that they are signed in is on the list, and once it is closed nobody comes onto it any more.
func TestClosing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for range 12 {
			g := w.gathering("全体会议")
			code := w.shown(g)
			gate := make(chan struct{})
			var wg sync.WaitGroup
			var mu sync.Mutex
			in, atClosing := 0, 0
			for range 20 {
				ctx := w.person(g)
				wg.Go(func() {
					<-gate
					_, err := w.s.Enter(ctx, signin.Input{Gathering: g, Code: code.Digits, Cookie: uuid.NewString()})
					if no := refusal(t, err); no == "" {
						mu.Lock()
						in++
						mu.Unlock()
					} else if no != "signin.problem.over" {
						t.Error(no)
					}
				})
			}
			wg.Go(func() {
				<-gate
				w.state(g, signin.Closed)
				atClosing = w.there(g)["typed"]
			})
			close(gate)
			wg.Wait()
			if got := w.there(g)["typed"]; got != in || got != atClosing {
				t.Fatalf("%d were told so, %d are on the list, %d were when it was closed", in, got, atClosing)
			}
		}
	})
}
