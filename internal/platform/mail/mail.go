// Package mail sends plain letters in any language to one reader at a time, over SMTP or, where no server is set, into
// the log without anything personal. It promises that no field of a message can add a header or a recipient, and that
// an error says whether the same message may be tried again.
package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// ErrInvalid is wrapped by every error about a message that can never be sent as it is.
var ErrInvalid = errors.New("invalid message")

const (
	maxSubject    = 500      // characters
	maxText       = 1 << 20  // bytes
	maxAttachment = 10 << 20 // bytes, all files together
	maxAddress    = 254      // bytes, RFC 5321 section 4.5.3.1
)

// Sender sends one message. A nil error means that a server has taken responsibility for it. IsTemporary tells whether
// an error is worth another try with the same message.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// Message is a letter to one reader, so that no reader sees another's address.
type Message struct {
	// ID becomes the Message-ID, together with the sender's domain. Use the same ID for every try of one message:
	// receivers drop what they already have. Letters, digits, dot, dash and underscore, at most 100.
	ID string
	// Date is the instant shown to the reader.
	Date time.Time
	To   netmail.Address
	// Subject is one line of at most 500 characters in any language.
	Subject string
	// Text is the body, UTF-8, lines ended by \n, at most 1 MiB.
	Text string
	// Unsubscribe is an optional http or https address where this kind of mail is turned off. A POST to an https one must do so without asking more.
	Unsubscribe string
	// Attachments may hold 10 MiB together.
	Attachments []Attachment
}

// Attachment is a file sent along.
type Attachment struct {
	Name        string // with its extension, no folders
	ContentType string // such as "text/calendar; charset=utf-8"
	Content     []byte
}

// Error is a failed delivery. Its text names the step and the server's code but never the reader: servers repeat the
// address in their answers, and logs must not hold it.
type Error struct {
	Step      string // "connect", "sender", "recipient", "content"
	Code      int    // the server's three digits, 0 when there was no answer
	Enhanced  string // RFC 3463 code such as "5.1.1", if the server gave one
	Temporary bool   // true unless the server refused this message for good
	cause     error
}

func (e *Error) Error() string {
	text := "send mail: " + e.Step
	if e.Code != 0 {
		text += fmt.Sprintf(": server answered %d", e.Code)
		if e.Enhanced != "" {
			text += " " + e.Enhanced
		}
	} else if e.Step == "connect" && e.cause != nil {
		text += ": " + e.cause.Error()
	}
	return text
}

// Unwrap returns what the network or the SMTP client said; it may hold the reader's address.
func (e *Error) Unwrap() error { return e.cause }

// IsTemporary tells whether the same message may be delivered later: the server was not there, was busy, did not accept
// the account, or spoke of a temporary trouble (4xx). False for a refusal of the message itself (5xx) and for a
// message that is invalid.
func IsTemporary(err error) bool {
	var failed *Error
	if errors.As(err, &failed) {
		return failed.Temporary
	}
	return err != nil && !errors.Is(err, ErrInvalid)
}

// Validate returns an error that wraps ErrInvalid when a field could not be sent, or would change the message around it.
func (m Message) Validate() error {
	if err := checkID(m.ID); err != nil {
		return err
	}
	if m.Date.IsZero() {
		return fmt.Errorf("%w: no date", ErrInvalid)
	}
	if err := checkAddress("to", m.To); err != nil {
		return err
	}
	if err := checkLine("subject", m.Subject, maxSubject); err != nil {
		return err
	}
	if strings.TrimSpace(m.Subject) == "" {
		return fmt.Errorf("%w: empty subject", ErrInvalid)
	}
	if len(m.Text) > maxText || !utf8.ValidString(m.Text) || strings.ContainsRune(m.Text, 0) {
		return fmt.Errorf("%w: text is over %d bytes, not UTF-8, or has a NUL", ErrInvalid, maxText)
	}
	if m.Unsubscribe != "" {
		u, err := url.Parse(m.Unsubscribe)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || strings.ContainsAny(m.Unsubscribe, "<>, \t") {
			return fmt.Errorf("%w: unsubscribe address is not an http address", ErrInvalid)
		}
		if err := checkLine("unsubscribe address", m.Unsubscribe, 2000); err != nil {
			return err
		}
	}
	total := 0
	for _, a := range m.Attachments {
		total += len(a.Content)
		if err := checkLine("attachment name", a.Name, 200); err != nil {
			return err
		}
		if a.Name == "" || strings.ContainsAny(a.Name, `/\`) {
			return fmt.Errorf("%w: attachment name %q", ErrInvalid, a.Name)
		}
		if err := checkLine("attachment type", a.ContentType, 200); err != nil {
			return err
		}
		if !strings.Contains(a.ContentType, "/") {
			return fmt.Errorf("%w: attachment type %q", ErrInvalid, a.ContentType)
		}
	}
	if total > maxAttachment {
		return fmt.Errorf("%w: attachments of %d bytes, at most %d", ErrInvalid, total, maxAttachment)
	}
	return nil
}

func checkID(id string) error {
	bad := strings.ContainsFunc(id, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r))
	})
	if id == "" || len(id) > 100 || bad {
		return fmt.Errorf("%w: ID %q: letters, digits, dot, dash and underscore", ErrInvalid, id)
	}
	return nil
}

// checkLine refuses what could end a header line, and what cannot be encoded. The value is not in the error: it may be
// a name.
func checkLine(field, value string, limit int) error {
	if !utf8.ValidString(value) {
		return fmt.Errorf("%w: %s is not UTF-8", ErrInvalid, field)
	}
	if strings.ContainsFunc(value, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }) {
		return fmt.Errorf("%w: %s has a line break or another control character", ErrInvalid, field)
	}
	if utf8.RuneCountInString(value) > limit {
		return fmt.Errorf("%w: %s is longer than %d characters", ErrInvalid, field, limit)
	}
	return nil
}

func checkAddress(field string, a netmail.Address) error {
	if err := checkLine(field+" name", a.Name, 200); err != nil {
		return err
	}
	if len(a.Address) > maxAddress || strings.ContainsFunc(a.Address, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return fmt.Errorf("%w: %s address is too long or has characters beyond plain ASCII", ErrInvalid, field)
	}
	parsed, err := netmail.ParseAddress(a.Address)
	if err != nil || parsed.Address != a.Address {
		return fmt.Errorf("%w: %s address is not of the form name@domain", ErrInvalid, field)
	}
	return nil
}

// ParseAddress reads "名字 <name@example.org>" or a bare address typed by a person.
func ParseAddress(text string) (netmail.Address, error) {
	parsed, err := netmail.ParseAddress(strings.TrimSpace(text))
	if err != nil {
		return netmail.Address{}, fmt.Errorf("%w: not of the form name@domain", ErrInvalid)
	}
	return *parsed, checkAddress("mail", *parsed)
}

// Log is the Sender of an installation without a mail server. It writes that a message would have gone out, by its ID
// and size only.
type Log struct{ logger *slog.Logger }

// NewLog returns a sender that only writes to logger.
func NewLog(logger *slog.Logger) *Log { return &Log{logger} }

// Send checks the message like a real sender does and drops it.
func (l *Log) Send(ctx context.Context, m Message) error {
	if err := m.Validate(); err != nil {
		return err
	}
	l.logger.InfoContext(ctx, "mail not sent: no mail server is set", "id", m.ID, "bytes", len(m.Text), "attachments", len(m.Attachments))
	return nil
}
