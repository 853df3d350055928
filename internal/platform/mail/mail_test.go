package mail_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"xieshang/internal/platform/mail"
	"xieshang/internal/platform/mailtest"
)

func letter() mail.Message {
	return mail.Message{
		ID: "018f0000-0000-7000-8000-000000000001", Date: time.Date(2026, 3, 4, 1, 2, 3, 0, time.UTC),
		To:      netmail.Address{Name: "测试读者", Address: "reader@example.org"},
		Subject: "您的微建议《关于在城东路口增设过街信号灯并延长绿灯时间的建议》已经答复,请您评价 (2026-0001)",
		Text:    "您好:\n\n.一行以点开头\n" + strings.Repeat("答复全文很长。", 200) + "\n",
	}
}

func sender(t *testing.T, s *mailtest.Server, change func(*mail.Config)) *mail.SMTP {
	t.Helper()
	c := mail.Config{
		Host: s.Host, Port: s.Port, Security: mail.Plain, Timeout: 5 * time.Second, Roots: s.Roots,
		From: netmail.Address{Name: "协商云", Address: "noreply@assembly.example"},
	}
	if change != nil {
		change(&c)
	}
	m, err := mail.NewSMTP(c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestChineseLetterArrivesWhole(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{})
	m := letter()
	m.Unsubscribe = "https://assembly.example/notices/off?kind=answered"
	m.Attachments = []mail.Attachment{{Name: "会议.ics", ContentType: "text/calendar; charset=utf-8", Content: []byte("BEGIN:VCALENDAR\r\n")}}
	if err := sender(t, server, nil).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := server.Wait(t, 1)[0]
	if got.Subject != m.Subject || got.Text != m.Text {
		t.Errorf("subject %q\ntext %q", got.Subject, got.Text)
	}
	if len(got.To) != 1 || *got.To[0] != m.To || got.From[0].Name != "协商云" {
		t.Errorf("to %v from %v", got.To, got.From)
	}
	if got.EnvelopeFrom != "noreply@assembly.example" || len(got.EnvelopeTo) != 1 || got.EnvelopeTo[0] != m.To.Address {
		t.Errorf("envelope %s -> %v", got.EnvelopeFrom, got.EnvelopeTo)
	}
	for name, want := range map[string]string{
		"Message-ID": "<" + m.ID + "@assembly.example>", "List-Unsubscribe": "<" + m.Unsubscribe + ">",
		"Date": "Wed, 04 Mar 2026 01:02:03 +0000", "Auto-Submitted": "auto-generated",
	} {
		if got.Header.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, got.Header.Get(name), want)
		}
	}
	if len(got.Files) != 1 || got.Files[0].Name != "会议.ics" || string(got.Files[0].Content) != "BEGIN:VCALENDAR\r\n" {
		t.Errorf("files %+v", got.Files)
	}
	for line := range bytes.Lines(got.Raw) {
		if len(line) > 998 || bytes.ContainsFunc(line, func(r rune) bool { return r > 126 }) {
			t.Errorf("line that old servers break: %q", line)
		}
	}
}

func TestFieldsCannotAddHeaders(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{})
	s := sender(t, server, nil)
	for name, change := range map[string]func(*mail.Message){
		"subject":         func(m *mail.Message) { m.Subject = "您好\r\nBcc: other@example.org" },
		"subject newline": func(m *mail.Message) { m.Subject = "a\nb" },
		"empty subject":   func(m *mail.Message) { m.Subject = " " },
		"name":            func(m *mail.Message) { m.To.Name = "a\r\nBcc: other@example.org" },
		"address":         func(m *mail.Message) { m.To.Address = "a@example.org>\r\nRCPT TO:<b@example.org" },
		"two addresses":   func(m *mail.Message) { m.To.Address = "a@example.org, b@example.org" },
		"no domain":       func(m *mail.Message) { m.To.Address = "a" },
		"no address":      func(m *mail.Message) { m.To.Address = "" },
		"ID":              func(m *mail.Message) { m.ID = "a>\r\nX: y" },
		"no ID":           func(m *mail.Message) { m.ID = "" },
		"no date":         func(m *mail.Message) { m.Date = time.Time{} },
		"unsubscribe":     func(m *mail.Message) { m.Unsubscribe = "https://a.example/\r\nX: y" },
		"unsubscribe js":  func(m *mail.Message) { m.Unsubscribe = "javascript:alert(1)" },
		"file name":       func(m *mail.Message) { m.Attachments = []mail.Attachment{{Name: "a\r\nb", ContentType: "text/plain"}} },
		"file folder":     func(m *mail.Message) { m.Attachments = []mail.Attachment{{Name: "../a", ContentType: "text/plain"}} },
		"file type": func(m *mail.Message) {
			m.Attachments = []mail.Attachment{{Name: "a", ContentType: "text/plain\r\nX: y"}}
		},
		"not UTF-8": func(m *mail.Message) { m.Text = "\xff" },
	} {
		m := letter()
		change(&m)
		err := s.Send(t.Context(), m)
		if !errors.Is(err, mail.ErrInvalid) || mail.IsTemporary(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := server.Messages(); len(got) != 0 {
		t.Errorf("%d messages went out", len(got))
	}
}

func TestErrorsTellTemporaryFromPermanent(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{})
	s := sender(t, server, nil)
	for _, c := range []struct {
		step, said string
		code       int
		temporary  bool
	}{
		{"MAIL", "sender", 452, true}, {"MAIL", "sender", 553, false}, {"RCPT", "recipient", 450, true},
		{"RCPT", "recipient", 550, false}, {"DATA", "content", 451, true}, {"DATA", "content", 554, false},
	} {
		server.Refuse(c.step, c.code, "no place for reader@example.org")
		err := s.Send(t.Context(), letter())
		var failed *mail.Error
		if !errors.As(err, &failed) {
			t.Fatalf("%s %d: %v", c.step, c.code, err)
		}
		if failed.Code != c.code || failed.Step != c.said || failed.Temporary != c.temporary || mail.IsTemporary(err) != c.temporary {
			t.Errorf("%s %d: %+v", c.step, c.code, failed)
		}
		if strings.Contains(err.Error(), "reader@") {
			t.Errorf("the reader's address is in the error: %v", err)
		}
		server.Refuse(c.step, 0, "")
	}
	if err := s.Send(t.Context(), letter()); err != nil {
		t.Errorf("after the troubles: %v", err)
	}
}

func TestServerDownIsTemporary(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	listener.Close()
	s, err := mail.NewSMTP(mail.Config{Host: "127.0.0.1", Port: port, Security: mail.Plain, From: netmail.Address{Address: "a@b.example"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), letter()); err == nil || !mail.IsTemporary(err) {
		t.Errorf("nobody listens: %v", err)
	}
}

func TestSilentServerTimesOut(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	s, err := mail.NewSMTP(mail.Config{
		Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port, Security: mail.Plain,
		From: netmail.Address{Address: "a@b.example"}, Timeout: 200 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := s.Send(ctx, letter()); err == nil || !mail.IsTemporary(err) || ctx.Err() != nil {
		t.Errorf("server that never answers: %v, context %v", err, ctx.Err())
	}
}

func TestSigningInAndEncryption(t *testing.T) {
	for _, security := range []mail.Security{mail.StartTLS, mail.TLS} {
		t.Run(string(security), func(t *testing.T) {
			server := mailtest.New(t, mailtest.Options{
				StartTLS: security == mail.StartTLS, ImplicitTLS: security == mail.TLS, User: "协商", Password: "长 密码",
			})
			use := func(password string) func(*mail.Config) {
				return func(c *mail.Config) { c.Security, c.Username, c.Password = security, "协商", password }
			}
			if err := sender(t, server, use("长 密码")).Send(t.Context(), letter()); err != nil {
				t.Fatal(err)
			}
			if got := server.Wait(t, 1)[0]; got.User != "协商" || !got.TLS {
				t.Errorf("user %q, encrypted %t", got.User, got.TLS)
			}
			var failed *mail.Error
			err := sender(t, server, use("wrong")).Send(t.Context(), letter())
			if !errors.As(err, &failed) || failed.Step != "connect" || !failed.Temporary {
				t.Errorf("wrong password: %v", err)
			}
			untrusting := sender(t, server, func(c *mail.Config) { use("长 密码")(c); c.Roots = nil })
			if err := untrusting.Send(t.Context(), letter()); err == nil {
				t.Error("a certificate that nobody signed was trusted")
			}
			if n := len(server.Messages()); n != 1 {
				t.Errorf("%d messages, want 1", n)
			}
		})
	}
	t.Run("STARTTLS is not optional", func(t *testing.T) {
		server := mailtest.New(t, mailtest.Options{})
		err := sender(t, server, func(c *mail.Config) { c.Security = mail.StartTLS }).Send(t.Context(), letter())
		if err == nil || len(server.Messages()) != 0 {
			t.Errorf("sent in the clear: %v", err)
		}
	})
}

func TestParseURL(t *testing.T) {
	from := netmail.Address{Address: "a@b.example"}
	for text, want := range map[string]mail.Config{
		"smtp://u:p%40@mail.example": {Host: "mail.example", Port: 587, Security: mail.StartTLS, Username: "u", Password: "p@", From: from},
		"smtps://mail.example:10465": {Host: "mail.example", Port: 10465, Security: mail.TLS, From: from},
		"smtp://localhost:25":        {Host: "localhost", Port: 25, Security: mail.Plain, From: from},
	} {
		got, err := mail.ParseURL(text, from)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
		if _, err := mail.NewSMTP(got); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, bad := range []string{"http://x", "mail.example", "smtp://", "smtp://u:secret@host:port"} {
		c, err := mail.ParseURL(bad, from)
		if err == nil {
			_, err = mail.NewSMTP(c)
		}
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := mail.NewSMTP(mail.Config{Host: "mail.example", Port: 25, Security: mail.Plain, From: from}); err == nil {
		t.Error("a plain connection to another host was accepted")
	}
}

func TestLogKeepsNothingPersonal(t *testing.T) {
	var out bytes.Buffer
	if err := mail.NewLog(slog.New(slog.NewTextHandler(&out, nil))).Send(t.Context(), letter()); err != nil {
		t.Fatal(err)
	}
	for _, personal := range []string{"reader", "测试", "微建议", "答复"} {
		if strings.Contains(out.String(), personal) {
			t.Errorf("%q is in the log: %s", personal, &out)
		}
	}
	if !strings.Contains(out.String(), letter().ID) {
		t.Errorf("the ID is missing: %s", &out)
	}
}
