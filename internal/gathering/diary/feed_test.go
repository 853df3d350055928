package diary_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"xieshang/internal/gathering/diary"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"

	parser "github.com/emersion/go-ical"
	"github.com/google/uuid"
)

func (w *world) address(ctx context.Context) string {
	w.t.Helper()
	if err := w.s.Renew(ctx); err != nil {
		w.t.Fatal(err)
	}
	f, ok, err := w.s.Mine(ctx)
	if err != nil || !ok {
		w.t.Fatalf("no address after asking for one: %v", err)
	}
	return f.Token
}

func (w *world) read(token string) []parser.Event {
	w.t.Helper()
	b, err := w.s.Calendar(context.Background(), token, w.p)
	if err != nil {
		w.t.Fatal(err)
	}
	cal, err := parser.NewDecoder(bytes.NewReader(b)).Decode()
	if err != nil {
		w.t.Fatalf("%v\n%s", err, b)
	}
	return cal.Events()
}

func prop(t *testing.T, e parser.Event, name string) string {
	t.Helper()
	v, err := e.Props.Text(name)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestFeed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		me, you := w.person(), w.person()
		soon := w.meeting(2, "常委会会议", me, you)
		w.meeting(2, "别人的会", you)
		w.meeting(-80, "两个多月前的会", me)
		w.meeting(-100, "三个多月前的会", me)
		off := w.meeting(5, "取消的会", me)
		w.change(off, func(m *diary.Meeting) { m.Cancelled, m.Sequence = true, 1 })
		noEnd := w.meeting(6, "没有结束时间", me)
		w.change(noEnd, func(m *diary.Meeting) { m.End = m.Start })
		w.dues[authz.From(me).Person] = []diary.Due{{ID: uuid.New(), Day: clock.Of(2026, 3, 20), Text: "起草调研报告", Changed: w.clock.Now(), Meeting: soon}}

		events := w.read(w.address(me))
		titles := map[string]parser.Event{}
		for _, e := range events {
			titles[prop(t, e, "SUMMARY")] = e
		}
		if len(events) != 5 {
			t.Errorf("%d entries: %v", len(events), titles)
		}
		for _, want := range []string{"常委会会议", "两个多月前的会", "已取消：取消的会", "没有结束时间", "到期：起草调研报告"} {
			if _, ok := titles[want]; !ok {
				t.Errorf("no %q", want)
			}
		}
		e := titles["常委会会议"]
		start, err := e.DateTimeStart(time.UTC)
		if err != nil || !start.Equal(w.meetings[soon].Start) || prop(t, e, "UID") != soon.String()+"@zx.example.org" || prop(t, e, "LOCATION") != "会议中心一楼" ||
			prop(t, e, "DESCRIPTION") != "常委会会议\n政协样例省委员会" {
			t.Errorf("entry: %v %v", start, e.Props)
		}
		if e := titles["已取消：取消的会"]; prop(t, e, "STATUS") != "CANCELLED" {
			t.Error("a gathering that was called off looks as if it took place")
		}
		if due := titles["到期：起草调研报告"]; due.Props.Get("DTSTART").Value != "20260320" || prop(t, due, "TRANSP") != "TRANSPARENT" {
			t.Errorf("due: %v", due.Props)
		}
	})
}

func TestTokens(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		me := w.person()
		w.meeting(1, "常委会会议", me)
		if _, ok, err := w.s.Mine(me); ok || err != nil {
			t.Fatalf("an address that nobody asked for: %v", err)
		}
		first := w.address(me)
		second := w.address(me)
		gone := func(name, token string) {
			t.Helper()
			if _, err := w.s.Calendar(context.Background(), token, w.p); refusal(t, err) != "diary.problem.gone" {
				t.Errorf("%s: %v", name, err)
			}
		}
		gone("renewed", first)
		gone("none", "")
		gone("long", strings.Repeat("a", 100))
		gone("changed", second[:len(second)-1]+"~")
		if len(w.read(second)) != 1 {
			t.Error("the new one shows nothing")
		}
		f, _, err := w.s.Mine(me)
		if err != nil || f.Token != second || !f.LastUsed.Equal(w.clock.Now()) {
			t.Errorf("%+v %v", f, err)
		}
		w.blocked[authz.From(me).Account] = true
		gone("of a blocked account", second)
		w.blocked = map[uuid.UUID]bool{}
		if err := w.s.Revoke(me); err != nil {
			t.Fatal(err)
		}
		gone("taken back", second)
		if _, ok, err := w.s.Mine(me); ok || err != nil {
			t.Errorf("taken back and still shown: %v", err)
		}
		kept := 0
		if err := w.db.Read(t.Context(), func(tx *db.Tx) (err error) {
			kept, err = db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM gathering_feed WHERE sealed <> '' OR hash IN (?, ?)`, first, second)
			return err
		}); err != nil || kept != 0 {
			t.Errorf("%d rows keep an address that was taken back: %v", kept, err)
		}
	})
}

// TestNobody: what is not public refuses who is not signed in, and a program's token.
func TestNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		token := authz.From(w.person())
		token.Scopes = []authz.Scope{authz.ReadScope, authz.WriteScope}
		for name, call := range map[string]func(context.Context) error{
			"Mine":     func(ctx context.Context) error { _, _, err := w.s.Mine(ctx); return err },
			"Renew":    w.s.Renew,
			"Revoke":   w.s.Revoke,
			"Mails":    func(ctx context.Context) error { _, err := w.s.Mails(ctx); return err },
			"SetMails": func(ctx context.Context) error { return w.s.SetMails(ctx, false) },
		} {
			if no := refusal(t, call(context.Background())); no != "problem.sign-in" {
				t.Errorf("%s lets nobody in: %q", name, no)
			}
			if no := refusal(t, call(authz.With(context.Background(), token))); no != "diary.problem.browser-only" {
				t.Errorf("%s lets a token in: %q", name, no)
			}
		}
	})
}
