package diary_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"xieshang/internal/gathering/diary"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/job"
	"xieshang/internal/platform/mailtest"

	parser "github.com/emersion/go-ical"
)

func (w *world) mailsTo(ctx context.Context) (out []mailtest.Received) {
	for _, m := range w.server.Messages() {
		if slices.Contains(m.EnvelopeTo, address(authz.From(ctx).Account)) {
			out = append(out, m)
		}
	}
	return out
}

func (w *world) announce(id [16]byte) {
	w.t.Helper()
	if err := w.db.Write(context.Background(), func(tx *db.Tx) error { return w.s.Announce(tx, id) }); err != nil {
		w.t.Fatal(err)
	}
	w.work()
}

// again puts every job of a kind into the queue a second time.
func (w *world) again(kind string) {
	w.t.Helper()
	err := w.db.Write(context.Background(), func(tx *db.Tx) error {
		list, err := db.All(tx, db.ScanString, `SELECT payload FROM job WHERE kind = ? ORDER BY id`, kind)
		for _, p := range list {
			err = errors.Join(err, w.jobs.Put(tx, kind, json.RawMessage(p), job.Options{}))
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// file reads the attached calendar with a parser that is not ours.
func file(t *testing.T, m mailtest.Received) (method string, e parser.Event) {
	t.Helper()
	if len(m.Files) != 1 || m.Files[0].Name != "invite.ics" || !strings.HasPrefix(m.Files[0].ContentType, "text/calendar") {
		t.Fatalf("files: %+v", m.Files)
	}
	cal, err := parser.NewDecoder(bytes.NewReader(m.Files[0].Content)).Decode()
	if err != nil {
		t.Fatalf("%v\n%s", err, m.Files[0].Content)
	}
	if method, err = cal.Props.Text("METHOD"); err != nil || len(cal.Events()) != 1 {
		t.Fatalf("%v, %d events", err, len(cal.Events()))
	}
	return method, cal.Events()[0]
}

func TestInvitations(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		me, late, off, mute, stranger := w.person(), w.person(), w.person(), w.person(), w.person()
		delete(w.accounts, authz.From(stranger).Person)
		w.mute[authz.From(mute).Account] = true
		if err := w.s.SetMails(off, false); err != nil {
			t.Fatal(err)
		}
		id := w.meeting(3, "常委会会议", me, off, mute, stranger)
		w.announce(id)
		w.announce(id)
		w.again("gathering.invite")
		w.again("gathering.invite.mail")
		w.work()
		if n := len(w.server.Messages()); n != 1 || len(w.mailsTo(me)) != 1 {
			t.Fatalf("%d mails, %d to the one who is invited", n, len(w.mailsTo(me)))
		}
		m := w.mailsTo(me)[0]
		method, e := file(t, m)
		start, err := e.DateTimeStart(time.UTC)
		if method != "REQUEST" || m.Subject != "活动邀请：常委会会议" || !strings.Contains(m.Text, "https://zx.example.org/gatherings/"+id.String()) || err != nil || !start.Equal(w.meetings[id].Start) {
			t.Errorf("%s %q %v\n%s", method, m.Subject, err, m.Text)
		}
		uid := prop(t, e, "UID")
		if e.Props.Get("ORGANIZER").Value != "mailto:no-reply@example.org" || e.Props.Get("ATTENDEE").Value != "mailto:"+address(authz.From(me).Account) {
			t.Errorf("parties: %v", e.Props)
		}

		w.invited[id] = append(w.invited[id], authz.From(late).Person)
		w.announce(id)
		if len(w.mailsTo(me)) != 1 || len(w.mailsTo(late)) != 1 {
			t.Errorf("a late joiner: %d and %d mails", len(w.mailsTo(me)), len(w.mailsTo(late)))
		}

		w.change(id, func(m *diary.Meeting) { m.Sequence = 2 }) // its doors were opened: nothing that a mail tells
		w.announce(id)
		if n := len(w.mailsTo(me)); n != 1 {
			t.Errorf("%d mails though nothing changed", n)
		}
		w.change(id, func(m *diary.Meeting) { m.Sequence, m.Place = 3, "会议中心二楼" })
		w.announce(id)
		if got := w.mailsTo(me); len(got) != 2 || got[1].Subject != "活动变动：常委会会议" {
			t.Fatalf("after a change: %d", len(got))
		}
		if method, e := file(t, w.mailsTo(me)[1]); method != "REQUEST" || prop(t, e, "UID") != uid || e.Props.Get("SEQUENCE").Value != "3" || prop(t, e, "LOCATION") != "会议中心二楼" {
			t.Errorf("the change: %s %v", method, e.Props)
		}

		w.change(id, func(m *diary.Meeting) { m.Cancelled, m.Sequence = true, 4 })
		newcomer := w.person()
		w.invited[id] = append(w.invited[id], authz.From(newcomer).Person)
		w.announce(id)
		got := w.mailsTo(me)
		if len(got) != 3 || got[2].Subject != "活动取消：常委会会议" || len(w.mailsTo(newcomer)) != 0 {
			t.Fatalf("called off: %d mails, %d to who never heard of it", len(got), len(w.mailsTo(newcomer)))
		}
		if method, e := file(t, got[2]); method != "CANCEL" || prop(t, e, "UID") != uid || prop(t, e, "STATUS") != "CANCELLED" || e.Props.Get("SEQUENCE").Value != "4" {
			t.Errorf("called off: %s %v", method, e.Props)
		}
	})
}

// TestOvertaken: a mail that waits while the gathering changes again is not sent; the newer one is.
func TestOvertaken(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		me := w.person()
		id := w.meeting(3, "常委会会议", me)
		w.server.Refuse("DATA", 451, "busy")
		w.announce(id)
		w.change(id, func(m *diary.Meeting) { m.Sequence, m.Place = 1, "会议中心二楼" })
		w.server.Refuse("DATA", 0, "")
		w.announce(id)
		w.clock.Advance(time.Hour)
		w.work()
		if got := w.mailsTo(me); len(got) != 1 || got[0].Subject != "活动变动：常委会会议" {
			t.Errorf("%d mails", len(got))
		}
	})
}

// TestTriedAgain: a server that was busy gets the same Message-ID; one that refuses leaves a dead job for a person.
func TestTriedAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		me := w.person()
		w.server.Refuse("DATA", 451, "busy")
		w.announce(w.meeting(3, "常委会会议", me))
		if len(w.mailsTo(me)) != 0 {
			t.Fatal("sent to a busy server")
		}
		w.server.Refuse("DATA", 0, "")
		w.clock.Advance(time.Hour)
		w.work()
		if len(w.mailsTo(me)) != 1 {
			t.Errorf("%d mails after another try", len(w.mailsTo(me)))
		}
		w.server.Refuse("DATA", 554, "no")
		w.announce(w.meeting(4, "另一个会", me))
		dead, err := w.jobs.DeadCount(t.Context())
		if err != nil || dead != 1 {
			t.Errorf("%d dead jobs, %v", dead, err)
		}
	})
}
