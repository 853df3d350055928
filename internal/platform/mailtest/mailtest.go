// Package mailtest is a mail server inside the test process: it speaks SMTP on a loopback port and keeps what it gets,
// parsed back the way a reader's program would. It promises that a test sees real bytes, not what the sender meant.
package mailtest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Received is one delivered message.
type Received struct {
	EnvelopeFrom string
	EnvelopeTo   []string
	Header       netmail.Header // raw; Subject, To and From are decoded below
	Subject      string
	From, To     []*netmail.Address
	Text         string // the text body, decoded, lines ended by \n
	Files        []File
	Raw          []byte
	User         string // who signed in, "" for nobody
	TLS          bool   // whether the connection was encrypted
}

// File is a received attachment.
type File struct {
	Name, ContentType string
	Content           []byte
}

// Options say what kind of server to start.
type Options struct {
	StartTLS    bool   // offer STARTTLS
	ImplicitTLS bool   // TLS from the first byte
	User        string // when set, nobody may send without signing in
	Password    string
}

// Server is a running mail server; it stops with the test.
type Server struct {
	Host  string // 127.0.0.1
	Port  int
	Roots *x509.CertPool // trusts the server's certificate, nil without TLS

	options Options
	mu      sync.Mutex
	got     []Received
	refuse  map[string]*smtp.SMTPError // "MAIL", "RCPT", "DATA" -> answer
	failed  []error
	arrived chan struct{}
}

// New starts a server and stops it when the test ends. A message that cannot be parsed fails the test.
func New(t testing.TB, options Options) *Server {
	t.Helper()
	s := &Server{Host: "127.0.0.1", options: options, refuse: map[string]*smtp.SMTPError{}, arrived: make(chan struct{}, 1)}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		_, encrypted := c.TLSConnectionState()
		return &session{server: s, tls: encrypted}, nil
	}))
	server.Domain = "mail.example.org"
	server.AllowInsecureAuth = true
	server.ReadTimeout, server.WriteTimeout = 10*time.Second, 10*time.Second
	server.MaxMessageBytes = 32 << 20
	server.ErrorLog = log.New(io.Discard, "", 0) // clients that hang up are part of the tests
	if options.StartTLS || options.ImplicitTLS {
		certificate, roots, err := selfSigned()
		if err != nil {
			t.Fatalf("mail server certificate: %v", err)
		}
		s.Roots = roots
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("mail server: %v", err)
	}
	s.Port = listener.Addr().(*net.TCPAddr).Port
	if options.ImplicitTLS {
		listener = tls.NewListener(listener, server.TLSConfig)
		server.TLSConfig = nil // no STARTTLS inside TLS
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			t.Errorf("close mail server: %v", err)
		}
		// A test may end before Serve has taken the listener over; then only this ends it.
		if err := listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			t.Errorf("close mail server: %v", err)
		}
		if err := <-done; err != nil && !errors.Is(err, smtp.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
			t.Errorf("mail server: %v", err)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, err := range s.failed {
			t.Errorf("mail server: %v", err)
		}
	})
	return s
}

// Refuse makes the server answer a step ("MAIL", "RCPT" or "DATA") with a code such as 451 or 550 from now on;
// code 0 lifts it.
func (s *Server) Refuse(step string, code int, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if code == 0 {
		delete(s.refuse, step)
		return
	}
	s.refuse[step] = &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: text}
}

// Messages returns what was delivered so far, in order.
func (s *Server) Messages() []Received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Received(nil), s.got...)
}

// Wait returns the messages once there are at least n, and fails the test after ten seconds.
func (s *Server) Wait(t testing.TB, n int) []Received {
	t.Helper()
	limit := time.After(10 * time.Second)
	for {
		if got := s.Messages(); len(got) >= n {
			return got
		}
		select {
		case <-s.arrived:
		case <-limit:
			t.Fatalf("%d messages after ten seconds, want %d", len(s.Messages()), n)
		}
	}
}

func (s *Server) answer(step string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if refused := s.refuse[step]; refused != nil {
		return refused
	}
	return nil
}

// session is one client's conversation.
type session struct {
	server *Server
	tls    bool
	user   string
	from   string
	to     []string
}

func (c *session) AuthMechanisms() []string {
	if c.server.options.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (c *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != c.server.options.User || password != c.server.options.Password {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "who are you"}
		}
		c.user = user
		return nil
	}), nil
}

func (c *session) Mail(from string, _ *smtp.MailOptions) error {
	if c.server.options.User != "" && c.user == "" {
		return smtp.ErrAuthRequired
	}
	c.from = from
	return c.server.answer("MAIL")
}

func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if err := c.server.answer("RCPT"); err != nil {
		return err
	}
	c.to = append(c.to, to)
	return nil
}

func (c *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := c.server.answer("DATA"); err != nil {
		return err
	}
	got, err := Parse(raw)
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	if err != nil {
		c.server.failed = append(c.server.failed, err)
		return err
	}
	got.EnvelopeFrom, got.EnvelopeTo, got.User, got.TLS = c.from, c.to, c.user, c.tls
	c.server.got = append(c.server.got, got)
	select {
	case c.server.arrived <- struct{}{}:
	default:
	}
	return nil
}

func (c *session) Reset()        { c.from, c.to = "", nil }
func (c *session) Logout() error { return nil }

// Parse reads a message as a reader's program does: encoded headers, parts and transfer encodings.
func Parse(raw []byte) (Received, error) {
	message, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return Received{}, fmt.Errorf("parse message: %w", err)
	}
	got := Received{Header: message.Header, Raw: raw}
	if got.Subject, err = new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject")); err != nil {
		return Received{}, fmt.Errorf("parse subject: %w", err)
	}
	if got.From, err = message.Header.AddressList("From"); err != nil {
		return Received{}, fmt.Errorf("parse From: %w", err)
	}
	if got.To, err = message.Header.AddressList("To"); err != nil {
		return Received{}, fmt.Errorf("parse To: %w", err)
	}
	return got, got.part(message.Header.Get("Content-Type"), message.Header.Get("Content-Transfer-Encoding"), "", message.Body)
}

func (r *Received) part(contentType, encoding, disposition string, body io.Reader) error {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return fmt.Errorf("parse content type %q: %w", contentType, err)
	}
	if strings.HasPrefix(kind, "multipart/") {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("parse part: %w", err)
			}
			if err := r.part(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p.Header.Get("Content-Disposition"), p); err != nil {
				return err
			}
		}
	}
	switch strings.ToLower(encoding) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	content, err := io.ReadAll(body)
	if err != nil {
		return fmt.Errorf("decode part: %w", err)
	}
	if strings.HasPrefix(disposition, "attachment") {
		_, fields, err := mime.ParseMediaType(disposition)
		if err != nil {
			return fmt.Errorf("parse disposition %q: %w", disposition, err)
		}
		name, err := new(mime.WordDecoder).DecodeHeader(fields["filename"])
		if err != nil {
			return fmt.Errorf("parse file name: %w", err)
		}
		r.Files = append(r.Files, File{name, contentType, content})
		return nil
	}
	r.Text += strings.ReplaceAll(string(content), "\r\n", "\n")
	return nil
}

// selfSigned makes a certificate for 127.0.0.1 that lasts an hour.
func selfSigned() (tls.Certificate, *x509.CertPool, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mailtest"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots, nil
}
