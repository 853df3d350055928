package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Config says how to reach a mail server.
type Config struct {
	Host string
	Port int
	// Security is how the connection is protected.
	Security Security
	// Username and Password are empty for a server that asks for none.
	Username, Password string
	From               netmail.Address
	// Timeout bounds connecting and each answer; 30 seconds when 0.
	Timeout time.Duration
	// Roots are the certificates to trust instead of the system's; nil for the system's.
	Roots *x509.CertPool
}

// Security names the ways to protect a connection to a mail server.
type Security string

// The values of Security.
const (
	StartTLS Security = "starttls" // plain, then TLS before anything is said; refused when the server cannot
	TLS      Security = "tls"      // TLS from the first byte
	Plain    Security = "plain"    // no TLS, only for a server on this host
)

const defaultTimeout = 30 * time.Second

// ParseURL reads smtp://user:password@host:587 (STARTTLS required, except for a server on this host) and
// smtps://user:password@host:465. The ports named here are the ones used when none is given.
func ParseURL(text string, from netmail.Address) (Config, error) {
	u, err := url.Parse(text)
	if err != nil {
		return Config{}, errors.New("mail server: not an address like smtp://user:password@host:587") // the text holds a password
	}
	c := Config{Host: u.Hostname(), From: from}
	switch u.Scheme {
	case "smtps":
		c.Security, c.Port = TLS, 465
	case "smtp":
		c.Security, c.Port = StartTLS, 587
		if loopback(c.Host) {
			c.Security = Plain
		}
	default:
		return Config{}, fmt.Errorf("mail server: scheme %q: want smtp or smtps", u.Scheme)
	}
	if u.Port() != "" {
		if c.Port, err = strconv.Atoi(u.Port()); err != nil {
			return Config{}, fmt.Errorf("mail server: port %q is not a number", u.Port())
		}
	}
	if u.User != nil {
		c.Username = u.User.Username()
		c.Password, _ = u.User.Password()
	}
	return c, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// SMTP sends over one connection a message. It is safe for concurrent use.
type SMTP struct {
	config  Config
	options []gomail.Option
	domain  string
}

// NewSMTP checks the configuration; it does not connect.
func NewSMTP(c Config) (*SMTP, error) {
	if c.Host == "" || c.Port < 1 || c.Port > 65535 {
		return nil, fmt.Errorf("mail server: host %q and port %d", c.Host, c.Port)
	}
	if err := checkAddress("from", c.From); err != nil {
		return nil, err
	}
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	_, domain, _ := strings.Cut(c.From.Address, "@")
	s := &SMTP{config: c, domain: domain}
	s.options = []gomail.Option{
		gomail.WithPort(c.Port), gomail.WithTimeout(c.Timeout), gomail.WithHELO(domain), gomail.WithoutNoop(),
		gomail.WithTLSConfig(&tls.Config{ServerName: c.Host, RootCAs: c.Roots, MinVersion: tls.VersionTLS12}),
	}
	auth := gomail.SMTPAuthAutoDiscover
	switch c.Security {
	case StartTLS:
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case TLS:
		s.options = append(s.options, gomail.WithSSL())
	case Plain:
		if !loopback(c.Host) {
			return nil, fmt.Errorf("mail server: %s is another host, so the connection must be protected (starttls or tls)", c.Host)
		}
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.NoTLS))
		auth = gomail.SMTPAuthPlainNoEnc
	default:
		return nil, fmt.Errorf("mail server: security %q: want starttls, tls or plain", c.Security)
	}
	if c.Username != "" {
		s.options = append(s.options, gomail.WithSMTPAuth(auth), gomail.WithUsername(c.Username), gomail.WithPassword(c.Password))
	}
	return s, nil
}

// Send delivers one message to the server. Errors are *Error, or wrap ErrInvalid.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	if err := m.Validate(); err != nil {
		return err
	}
	letter, err := s.letter(m)
	if err != nil {
		return err
	}
	client, err := gomail.NewClient(s.config.Host, s.options...)
	if err != nil {
		return fmt.Errorf("mail server: %w", err)
	}
	if err := client.DialWithContext(ctx); err != nil {
		return connectError(err)
	}
	sent := client.Send(letter)
	// After an accepted message a failed goodbye changes nothing; after a refused one the refusal is what matters.
	_ = client.Close()
	if sent != nil {
		return sendError(sent)
	}
	return nil
}

func (s *SMTP) letter(m Message) (*gomail.Msg, error) {
	letter := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingB64), gomail.WithNoDefaultUserAgent())
	letter.FromMailAddress(&s.config.From)
	letter.ToMailAddress(&m.To)
	letter.Subject(m.Subject)
	letter.SetDateWithValue(m.Date)
	letter.SetMessageIDWithValue(m.ID + "@" + s.domain)
	// Receivers' out-of-office programs do not answer what says that a program wrote it (RFC 3834).
	letter.SetGenHeader("Auto-Submitted", "auto-generated")
	letter.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.Unsubscribe != "" {
		letter.SetListUnsubscribe("<" + m.Unsubscribe + ">")
		if strings.HasPrefix(m.Unsubscribe, "https://") { // RFC 8058: the reader's program may send the POST itself
			letter.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
		}
	}
	for _, a := range m.Attachments {
		if err := letter.AttachReader(a.Name, bytes.NewReader(a.Content), gomail.WithFileContentType(gomail.ContentType(a.ContentType))); err != nil {
			return nil, fmt.Errorf("%w: attachment: %w", ErrInvalid, err)
		}
	}
	return letter, nil
}

// connectError is always temporary: nothing was said about the message, and an administrator may mend the account.
func connectError(err error) error {
	failed := &Error{Step: "connect", Temporary: true, cause: err}
	var answer *textproto.Error
	if errors.As(err, &answer) {
		failed.Code = answer.Code
	}
	return failed
}

func sendError(err error) error {
	failed := &Error{Step: "content", Temporary: true, cause: err}
	var refused *gomail.SendError
	if errors.As(err, &refused) {
		switch refused.Reason {
		case gomail.ErrSMTPMailFrom, gomail.ErrGetSender:
			failed.Step = "sender"
		case gomail.ErrSMTPRcptTo, gomail.ErrGetRcpts:
			failed.Step = "recipient"
		}
		failed.Code = refused.ErrorCode()
		failed.Enhanced = refused.EnhancedStatusCode()
		failed.Temporary = failed.Code < 500
	}
	return failed
}
