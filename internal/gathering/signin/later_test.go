package signin_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"xieshang/internal/gathering/signin"
	"xieshang/internal/platform/authz"

	"github.com/google/uuid"
)

// pass is what the phone of ctx was handed for a gathering.
func (w *world) pass(ctx context.Context, id uuid.UUID, cookie string) string {
	w.t.Helper()
	ready, err := w.s.Prepare(ctx, cookie)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, p := range ready.List {
		if p.ID == id {
			return p.Pass
		}
	}
	w.t.Fatalf("no pass for %s among %d", id, len(ready.List))
	return ""
}

func (w *world) send(ctx context.Context, s ...signin.Stored) (result signin.Result, why string, done signin.Done) {
	w.t.Helper()
	list, err := w.s.Send(ctx, s)
	if err != nil {
		w.t.Fatal(err)
	}
	o := list[len(list)-1]
	if o.Why != nil {
		why = refusal(w.t, o.Why)
	}
	return o.Result, why, o.Done
}

func TestLater(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		g, other := w.gathering("常委会会议"), w.gathering("界别活动")
		me, you := w.person(g, other), w.person(g)
		pass, yours := w.pass(me, g, "p1"), w.pass(you, g, "p1")
		codes, foreign := w.codes(g), w.codes(other)
		at := w.clock.Now()
		stored := signin.Stored{ID: "1", Pass: pass, Code: codes[0].Digits, At: at}
		w.clock.Advance(40 * time.Minute)

		with := func(change func(*signin.Stored)) signin.Stored {
			s := stored
			change(&s)
			return s
		}
		for name, c := range map[string]struct {
			s    signin.Stored
			why  string
			what signin.Result
		}{
			"no pass":             {with(func(s *signin.Stored) { s.Pass = "" }), "signin.problem.pass", signin.Refused},
			"a changed pass":      {with(func(s *signin.Stored) { s.Pass = strings.Replace(s.Pass, ".", "A.", 1) }), "signin.problem.pass", signin.Refused},
			"somebody's pass":     {with(func(s *signin.Stored) { s.Pass = yours }), "", signin.Other},
			"no code":             {with(func(s *signin.Stored) { s.Code = "" }), "signin.problem.later", signin.Refused},
			"a wrong code":        {with(func(s *signin.Stored) { s.Code = wrongOf(s.Code) }), "signin.problem.later", signin.Refused},
			"another's code":      {with(func(s *signin.Stored) { s.Code = foreign[0].Digits }), "signin.problem.later", signin.Refused},
			"another's square":    {with(func(s *signin.Stored) { s.Code = foreign[0].Short }), "signin.problem.later", signin.Refused},
			"a code of later":     {with(func(s *signin.Stored) { s.Code = codes[30].Digits }), "signin.problem.later", signin.Refused},
			"a moment to come":    {with(func(s *signin.Stored) { s.At = w.clock.Now().Add(time.Hour) }), "signin.problem.later", signin.Refused},
			"no moment":           {with(func(s *signin.Stored) { s.At = time.Time{} }), "signin.problem.later", signin.Refused},
			"before the pass was": {with(func(s *signin.Stored) { s.Pass = w.pass(me, g, "p1") }), "signin.problem.later", signin.Refused},
		} {
			if what, why, _ := w.send(me, c.s); what != c.what || why != c.why {
				t.Errorf("%s: %s %q", name, what, why)
			}
		}
		if n := len(w.there(g)); n != 0 {
			t.Fatalf("%d signed in", n)
		}
		w.clock.Advance(10 * time.Minute) // the wrong ones are forgiven
		what, why, done := w.send(me, stored)
		if what != signin.Signed || done.Again || !done.Since.Equal(codes[0].From) {
			t.Fatalf("the true one: %s %q %+v", what, why, done)
		}
		for range 2 {
			if what, _, done := w.send(me, stored); what != signin.Signed || !done.Again {
				t.Errorf("a replay: %s %+v", what, done)
			}
		}
		if what, why, _ := w.send(you, stored); what != signin.Other || why != "" {
			t.Errorf("a replay by another account: %s %q", what, why)
		}
		if what, why, _ := w.send(you, signin.Stored{Pass: yours, Code: codes[0].Digits, At: at}); what != signin.Refused || why != "signin.problem.device" {
			t.Errorf("another account by the same phone: %s %q", what, why)
		}
		if got := w.there(g); got["later"] != 1 || len(got) != 1 {
			t.Errorf("there: %v", got)
		}
		door, err := w.s.Door(w.staff, g)
		if err != nil || len(door.Late) != 1 || !door.Late[0].Received.Equal(w.clock.Now()) {
			t.Errorf("door: %+v %v", door, err)
		}
	})
}

// TestLaterClock: a phone's clock may be wrong by two minutes, not by ten.
func TestLaterClock(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		g := w.gathering("常委会会议")
		w.clock.Advance(30 * time.Minute)
		for off, want := range map[time.Duration]signin.Result{-110 * time.Second: signin.Signed, 110 * time.Second: signin.Signed, -10 * time.Minute: signin.Refused, 10 * time.Minute: signin.Refused} {
			ctx, cookie := w.person(g), uuid.NewString()
			pass := w.pass(ctx, g, cookie)
			code, at := w.shown(g), w.clock.Now()
			w.clock.Advance(15 * time.Minute)
			if what, why, _ := w.send(ctx, signin.Stored{Pass: pass, Code: code.Short, At: at.Add(off)}); what != want {
				t.Errorf("%v: %s %q", off, what, why)
			}
		}
	})
}

// TestLaterAtOnce: a page with script sends everything this way; with network it is a sign-in like any other.
func TestLaterAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		g := w.gathering("常委会会议")
		typed, scanned := w.person(g), w.person(g)
		a, b, code := w.pass(typed, g, "p1"), w.pass(scanned, g, "p2"), w.shown(g)
		w.clock.Advance(10 * time.Second)
		if what, why, _ := w.send(typed, signin.Stored{Pass: a, Code: wrongOf(code.Digits), At: w.clock.Now()}); what != signin.Refused || why != "signin.problem.wrong" {
			t.Errorf("mistyped: %s %q", what, why)
		}
		w.send(typed, signin.Stored{Pass: a, Code: code.Digits, At: w.clock.Now()})
		w.send(scanned, signin.Stored{Pass: b, Code: "https://example.org/s/" + code.Short, At: w.clock.Now().Add(-time.Second)})
		if got := w.there(g); got["typed"] != 1 || got["scanned"] != 1 || len(got) != 2 {
			t.Errorf("there: %v", got)
		}
	})
}

func TestLaterEnds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		g := w.gathering("常委会会议")
		code, at := w.shown(g), w.clock.Now()
		keep := func() (context.Context, signin.Stored) {
			ctx, cookie := w.person(g), uuid.NewString()
			return ctx, signin.Stored{Pass: w.pass(ctx, g, cookie), Code: code.Digits, At: at}
		}
		overCtx, over := keep()
		closedCtx, closed := keep()
		lateCtx, late := keep()
		w.clock.Advance(time.Hour)
		w.state(g, signin.Over)
		afterCtx, after := w.person(g), signin.Stored{}
		after.Pass = w.pass(afterCtx, g, "after")
		w.clock.Advance(10 * time.Minute)
		after.Code, after.At = w.shown(g).Digits, w.clock.Now()
		if what, why, _ := w.send(overCtx, over); what != signin.Signed {
			t.Errorf("when it is over: %s %q", what, why)
		}
		if what, why, _ := w.send(afterCtx, after); what != signin.Refused || why != "signin.problem.not-then" {
			t.Errorf("a code from after the end: %s %q", what, why)
		}
		w.exec(`UPDATE hall SET state = ? WHERE id = ?`, int(signin.Closed), g)
		if what, why, _ := w.send(closedCtx, closed); what != signin.Signed {
			t.Errorf("closed, within a day: %s %q", what, why)
		}
		w.clock.Advance(24 * time.Hour)
		if what, why, _ := w.send(lateCtx, late); what != signin.Refused || why != "signin.problem.too-late" {
			t.Errorf("closed, after a day: %s %q", what, why)
		}
		w.exec(`DELETE FROM hall WHERE id = ?`, g)
		if what, why, _ := w.send(lateCtx, late); what != signin.Refused || why != "signin.problem.gone" {
			t.Errorf("called off: %s %q", what, why)
		}
	})
}

func TestSendBounds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		g := w.gathering("常委会会议")
		me := w.person(g)
		for _, n := range []int{0, 21} {
			if _, err := w.s.Send(me, make([]signin.Stored, n)); refusal(t, err) != "signin.problem.sent" {
				t.Errorf("%d: %v", n, err)
			}
		}
		// Guessing by what a phone may send is counted like guessing by hand; what comes then is to be tried again.
		pass := w.pass(me, g, "p1")
		for range 15 {
			w.send(me, signin.Stored{Pass: pass, Code: wrongOf(w.shown(g).Digits), At: w.clock.Now()})
		}
		if what, why, _ := w.send(me, signin.Stored{Pass: pass, Code: w.shown(g).Digits, At: w.clock.Now()}); what != signin.Wait || why != "signin.problem.many" {
			t.Errorf("after fifteen: %s %q", what, why)
		}
	})
}

// TestSweep: after a month nothing tells by which phone somebody signed in; that they were there stays.
func TestSweep(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		g := w.gathering("常委会会议")
		if _, no := w.enter(w.person(g), g, w.shown(g).Digits, "p1"); no != "" {
			t.Fatal(no)
		}
		w.enter(w.person(g), g, wrongOf(w.shown(g).Digits), "p1")
		w.clock.Advance(31 * 24 * time.Hour)
		if err := w.s.Sweep(authz.With(context.Background(), authz.System())); err != nil {
			t.Fatal(err)
		}
		w.exec(`INSERT INTO hall_there (id, person, way, at) SELECT gathering_id, person_id, 'left', 0 FROM gathering_signin_mark`)
		w.exec(`INSERT INTO hall_there (id, person, way, at) SELECT '` + g.String() + `', account_id, 'left', 0 FROM gathering_signin_try`)
		if got := w.there(g); got["left"] != 0 || got["typed"] != 1 {
			t.Errorf("there: %v", got)
		}
	})
}
