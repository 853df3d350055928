package notice_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"xieshang/internal/notice"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/event"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/job"
	"xieshang/internal/platform/problem"
	"xieshang/internal/suggestion"
	. "xieshang/internal/suggestion/suggestiontest"
)

// replied takes a matter of the member to its reply and leaves the last event in the queue.
func (w *world) replied() string {
	w.T.Helper()
	ref := w.Raise(w.Member).Number
	w.Reply(ref)
	return ref
}

// again puts every job of a kind into the queue a second time.
func (w *world) again(kind string) {
	w.T.Helper()
	err := w.DB.Write(context.Background(), func(tx *db.Tx) error {
		list, err := db.All(tx, db.ScanString, `SELECT payload FROM job WHERE kind = ? ORDER BY id`, kind)
		for _, p := range list {
			err = errors.Join(err, w.Jobs.Put(tx, kind, json.RawMessage(p), job.Options{}))
		}
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
}

// TestOneMailForAnAnswer: the handler of each event runs twice, the mail's too, and two workers of two processes race for them: a real server gets one mail.
func TestOneMailForAnAnswer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for range 5 {
			before := len(w.mailsTo(w.Member))
			ref := w.replied()
			w.again("event:notice")
			other := job.New(w.DB, w.Clock, slog.New(slog.DiscardHandler))
			w.service(other, event.NewBus(w.DB, other, w.Clock), w.sender)
			w.Server.Refuse("DATA", 451, "busy") // the mails are raced for below, each twice
			race(t, w.Jobs, other)
			w.Server.Refuse("DATA", 0, "")
			w.again("notice.mail")
			w.Clock.Advance(time.Hour)
			race(t, w.Jobs, other)
			w.Clock.Advance(time.Hour)
			w.work() // what met another worker is tried again
			got := map[string]int{}
			for _, m := range w.mailsTo(w.Member)[before:] {
				if !strings.Contains(m.Text, ref) {
					t.Errorf("a mail of another matter: %s", m.Text)
				}
				got[m.Subject]++
			}
			if n := got["已答复，请评价（"+ref+"）"]; n != 1 || len(got) != 3 {
				t.Fatalf("the member got %v", got)
			}
			for s, n := range got {
				if n != 1 {
					t.Errorf("%d mails %q", n, s)
				}
			}
			if err := w.DB.Read(t.Context(), func(tx *db.Tx) error {
				empty, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM notice_mail m WHERE NOT EXISTS (SELECT 1 FROM notice n WHERE n.mail_id = m.id)`)
				if empty > 0 {
					t.Errorf("%d mails were queued for notices that were there already", empty)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// race lets the workers of several processes begin at the same moment.
func race(t *testing.T, queues ...*job.Queue) {
	t.Helper()
	gate := make(chan struct{})
	var wg sync.WaitGroup
	for _, q := range queues {
		wg.Add(1)
		go func() {
			defer wg.Done()
			<-gate
			if _, err := q.RunDue(t.Context()); err != nil {
				t.Error(err)
			}
		}()
	}
	close(gate)
	wg.Wait()
}

// TestWhatAMailSays: number, title, address, way out; no title where the public may not read it.
func TestWhatAMailSays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ref := w.Raise(w.Member).Number
		w.Do(w.Reviewer, ref, suggestion.ReviewAccept, act{Public: No(), Reason: "涉及个人情况。"})
		w.work()
		m := w.mailsTo(w.Member)
		if len(m) != 1 {
			t.Fatalf("%d mails", len(m))
		}
		if strings.Contains(m[0].Text, w.Input().Title) || strings.Contains(m[0].Text, "涉及个人") {
			t.Errorf("a mail tells what is not public: %s", m[0].Text)
		}
		if err := w.N.Choose(As(w.Member), notice.Settings{Lang: i18n.EN}); err != nil {
			t.Fatal(err)
		}
		w.Do(w.Editor, ref, suggestion.Publish, act{})
		w.work()
		m = w.mailsTo(w.Member)
		for _, part := range []string{ref, w.Input().Title, site + "/notices/", site + "/unsubscribe/", site + "/account/notices", "is now public"} {
			if !strings.Contains(m[1].Text, part) {
				t.Errorf("the mail lacks %q: %s", part, m[1].Text)
			}
		}
		if h := m[1].Header.Get("List-Unsubscribe"); !strings.Contains(h, site+"/unsubscribe/") || m[1].Header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
			t.Errorf("List-Unsubscribe %q", h)
		}
	})
}

// TestTurnedOff: inside, by mail, or both; a mail that waits is dropped too.
func TestTurnedOff(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		choose := func(k notice.Kind, inside bool, how notice.How) {
			t.Helper()
			if err := w.N.Choose(As(w.Member), notice.Settings{Kinds: []notice.Setting{{Kind: k, Choice: notice.Choice{Inside: inside, Mail: how}}}}); err != nil {
				t.Fatal(err)
			}
		}
		choose(notice.Outcome, false, notice.AtOnce)
		choose(notice.Progress, false, notice.Off)
		choose(notice.Answered, true, notice.Off)
		w.replied()
		w.work()
		w.wants(w.Member, "answered")
		if m := w.mailsTo(w.Member); len(m) != 1 || !strings.Contains(m[0].Subject, "审核与办结结果") {
			t.Errorf("%d mails", len(m))
		}
		w.Server.Refuse("DATA", 451, "busy")
		w.Accept(w.Raise(w.Member).Number)
		w.work()
		choose(notice.Outcome, true, notice.Off)
		w.Server.Refuse("DATA", 0, "")
		w.Clock.Advance(time.Hour)
		w.work()
		if n := len(w.mailsTo(w.Member)); n != 1 {
			t.Errorf("a mail came after its kind was turned off: %d", n)
		}
	})
}

// TestOneMailADay: staff get one mail with everything, at eight in the morning, without what they read meanwhile.
func TestOneMailADay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		tick := func() {
			t.Helper()
			for range 2 {
				if err := w.N.Tick(As(authz.System())); err != nil {
					t.Fatal(err)
				}
			}
			w.work()
		}
		w.Clock.Set(time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC)) // ten in the evening
		for range 3 {
			w.Raise(w.Member)
		}
		w.work()
		p, err := w.N.List(As(w.Reviewer), "")
		if err != nil || len(p.Notices) != 3 {
			t.Fatalf("%v %v", p, err)
		}
		if _, err := w.N.Open(As(w.Reviewer), p.Notices[0].ID); err != nil {
			t.Fatal(err)
		}
		tick() // makes one at once: it is past eight
		first := w.mailsTo(w.Reviewer)
		if len(first) != 1 || strings.Count(first[0].Text, site+"/notices/") != 2 {
			t.Fatalf("%d mails: %v", len(first), first)
		}
		w.Raise(w.Member)
		w.work()
		tick()
		if n := len(w.mailsTo(w.Reviewer)); n != 1 {
			t.Errorf("%d mails on one day", n)
		}
		w.Clock.Set(time.Date(2026, 3, 2, 23, 59, 0, 0, time.UTC))
		tick()
		if n := len(w.mailsTo(w.Reviewer)); n != 1 {
			t.Error("a mail came before eight")
		}
		w.Clock.Set(time.Date(2026, 3, 3, 0, 1, 0, 0, time.UTC))
		tick()
		m := w.mailsTo(w.Reviewer)
		if len(m) != 2 || strings.Count(m[1].Text, site+"/notices/") != 1 || m[1].Subject != "2026年3月3日：1 条通知" {
			t.Errorf("the next day: %d mails", len(m))
		}
		if n := len(w.mailsTo(w.Dispatcher)); n != 0 {
			t.Error("a mail without a notice")
		}
	})
}

// TestLinkInAMail turns one kind of mail off and nothing else, and cannot be made up.
func TestLinkInAMail(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Accept(w.Raise(w.Member).Number)
		w.work()
		token := tokenIn(w.mailsTo(w.Member)[0].Text)
		if kind, err := w.N.StopOf(token); kind != string(notice.Outcome) || err != nil {
			t.Fatalf("%s %v", kind, err)
		}
		for _, bad := range []string{"", "x", token + "x", strings.Replace(token, "outcome", "answered", 1), strings.Replace(token, w.Member.Account.String(), w.OtherMember.Account.String(), 1)} {
			if err := w.N.Stop(Nobody(), bad); !problem.Is(err, problem.NotFound) {
				t.Errorf("%q: %v", bad, err)
			}
		}
		for range 2 {
			if err := w.N.Stop(Nobody(), token); err != nil {
				t.Fatal(err)
			}
		}
		w.Clock.Advance(time.Hour)
		w.replied()
		w.work()
		if n := len(w.mailsTo(w.Member)); n != 3 { // the first, dispatched, answered
			t.Errorf("%d mails", n)
		}
		s, err := w.N.Settings(As(w.Member))
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range s.Kinds {
			if want := map[bool]notice.How{true: notice.Off, false: notice.AtOnce}[k.Kind == notice.Outcome || k.Kind == notice.Meeting]; !k.Inside || k.Mail != want {
				t.Errorf("%s is %+v", k.Kind, k.Choice)
			}
		}
	})
}

func tokenIn(text string) string {
	_, rest, _ := strings.Cut(text, "/unsubscribe/")
	token, _, _ := strings.Cut(rest, "\n")
	return token
}

// TestLinkOfTheDay turns off what comes once a day.
func TestLinkOfTheDay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		next := func() {
			t.Helper()
			w.Raise(w.Member)
			w.work()
			w.Clock.Advance(24 * time.Hour)
			if err := w.N.Tick(As(authz.System())); err != nil {
				t.Fatal(err)
			}
			w.work()
		}
		next()
		m := w.mailsTo(w.Reviewer)
		if len(m) != 1 {
			t.Fatalf("%d mails", len(m))
		}
		if err := w.N.Stop(Nobody(), tokenIn(m[0].Text)); err != nil {
			t.Fatal(err)
		}
		next()
		if n := len(w.mailsTo(w.Reviewer)); n != 1 {
			t.Errorf("%d mails", n)
		}
		w.wants(w.Reviewer, "raised", "raised")
	})
}

// TestServerTrouble: what is temporary is tried again under the same Message-ID; a refusal for good ends at once, is seen, and can be replayed.
func TestServerTrouble(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Server.Refuse("RCPT", 450, "mailbox busy")
		w.Accept(w.Raise(w.Member).Number)
		w.work()
		dead, err := w.Jobs.Dead(t.Context())
		if err != nil || len(dead) != 0 || len(w.mailsTo(w.Member)) != 0 {
			t.Fatalf("%v %v", dead, err)
		}
		w.Server.Refuse("RCPT", 550, "no such user: "+address(w.Member.Account))
		w.Clock.Advance(time.Hour)
		w.work()
		dead, err = w.Jobs.Dead(t.Context())
		if err != nil || len(dead) != 1 || dead[0].Attempts != 2 || !strings.Contains(dead[0].Error, "550") {
			t.Fatalf("%v %v", dead, err)
		}
		if strings.Contains(dead[0].Error, "@") {
			t.Errorf("the error names the reader: %s", dead[0].Error)
		}
		w.Server.Refuse("RCPT", 0, "")
		if err := w.Jobs.Replay(t.Context(), dead[0].ID); err != nil {
			t.Fatal(err)
		}
		w.work()
		if n := len(w.mailsTo(w.Member)); n != 1 {
			t.Errorf("%d mails", n)
		}
	})
}

// TestWithoutAServer nothing is queued, and setting one later floods nobody.
func TestWithoutAServer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		q := job.New(w.DB, w.Clock, slog.New(slog.DiscardHandler))
		w.service(q, event.NewBus(w.DB, q, w.Clock), nil)
		w.replied()
		if _, err := q.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wants(w.Member, "accepted-public", "dispatched-mine", "answered")
		w.Clock.Advance(48 * time.Hour)
		if err := w.N.Tick(As(authz.System())); err != nil {
			t.Fatal(err)
		}
		w.work()
		if n := len(w.Server.Messages()); n != 0 {
			t.Errorf("%d mails", n)
		}
	})
}

// TestLettersOfAccounts come once, with the link, and lie sealed until then.
func TestLettersOfAccounts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		post := func(expires time.Time) {
			t.Helper()
			if err := w.DB.Write(t.Context(), func(tx *db.Tx) error {
				return w.N.Post(tx, notice.Letter{Kind: notice.InvitationLetter, Address: "new@example.net", Path: "/invitations/AAAA-BBBB", Expires: expires})
			}); err != nil {
				t.Fatal(err)
			}
		}
		post(w.Clock.Now().Add(time.Hour))
		var payload string
		if err := w.DB.Read(t.Context(), func(tx *db.Tx) (err error) {
			payload, err = db.One(tx, db.ScanString, `SELECT payload FROM job WHERE kind = 'notice.letter'`)
			return err
		}); err != nil || strings.Contains(payload, "AAAA") || strings.Contains(payload, "@") {
			t.Errorf("the job shows %s %v", payload, err)
		}
		w.work()
		post(w.Clock.Now()) // over: not sent
		w.work()
		m := w.Server.Messages()
		if len(m) != 1 || m[0].EnvelopeTo[0] != "new@example.net" || strings.Count(m[0].Text, site+"/invitations/AAAA-BBBB") != 2 || !strings.Contains(m[0].Subject, "邀请您使用协商云 · ") {
			t.Errorf("%+v", m)
		}
	})
}
