// Package notice tells people what concerns them, inside the site and by mail: work that came, dates that come or passed, answers, outcomes (A1, G3).
// It promises that each reader decides for each kind, that nobody is told the same thing twice, and that nothing somebody typed is in a notice.
package notice

import (
	"context"
	"embed"
	"errors"
	"io"
	"log/slog"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/event"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/job"
	"xieshang/internal/platform/mail"

	"github.com/google/uuid"
)

// Migrations holds the module's tables.
//
//go:embed migrations
var Migrations embed.FS

// Messages holds the texts of notices and mails.
//
//go:embed messages
var Messages embed.FS

// Notice is one thing that one account is told. Text is the key of its sentence and Args what stands in it: numbers, days, ids of offices.
type Notice struct {
	ID      uuid.UUID
	Account uuid.UUID
	Kind    Kind
	Subject uuid.UUID // the matter or gathering
	Number  string    // of the matter; "" for a gathering
	Text    string
	Args    Args
	Created time.Time
	Read    time.Time // zero: unread
}

// Unread tells whether its reader has not opened it yet.
func (n Notice) Unread() bool { return n.Read.IsZero() }

// Path is where the notice leads: to the gathering, authors to the public page of their matter, those who work on it to the desk.
func (n Notice) Path() string {
	if n.Kind.OfGatherings() {
		return "/gatherings/" + n.Subject.String()
	}
	if n.Kind.OfAuthors() {
		return "/suggestions/" + n.Number
	}
	return "/desk/suggestions/" + n.Number
}

// Args are what stands in the sentence of a notice.
type Args struct {
	Due        clock.Date `json:"due,omitzero"`
	Other      string     `json:"other,omitempty"`
	Department uuid.UUID  `json:"department,omitzero"`
}

// Accounts is what this module asks of accounts.
type Accounts interface {
	// Holders lists the active accounts that hold one of the roles in one of the places today.
	Holders(ctx context.Context, roles []authz.Role, places []uuid.UUID) ([]uuid.UUID, error)
	// Reachable tells of each active account whether it has an address for mail; others are left out.
	Reachable(ctx context.Context, accounts []uuid.UUID) (map[uuid.UUID]bool, error)
	// MailAddress opens the address of an account, "" when there is none.
	MailAddress(ctx context.Context, account uuid.UUID) (string, error)
}

// Matters gives the titles of matters, those only that the caller of the context may read.
type Matters interface {
	Titles(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]string, error)
}

// Offices names departments.
type Offices interface {
	OfficeName(ctx context.Context, id uuid.UUID) (i18n.Name, error)
}

// Keys seals what waits in a job, and vouches for the links in mails (platform/secret).
type Keys interface {
	Seal(place, plain string) (string, error)
	Open(place, sealed string) (string, error)
	Index(kind, normalised string) string
	Vouches(kind, normalised, index string) bool
}

// Needs is what the service is made of. Sender is nil when no mail server is set: then nothing is queued for mail, and what was queued before waits as a
// failed job for a person. URL is the public address of the site, without a slash at its end.
type Needs struct {
	DB       *db.DB
	Clock    clock.Clock
	Random   io.Reader
	Jobs     *job.Queue
	Bus      *event.Bus
	Accounts Accounts
	Matters  Matters
	Offices  Offices
	Keys     Keys
	Catalog  *i18n.Catalog
	Sender   mail.Sender
	URL      string
	Log      *slog.Logger
}

// Service is every operation on notices. Methods take who asks from the context and refuse with a *problem.Problem, save those that say they are public.
type Service struct{ n Needs }

// New makes the service, subscribes it to what happens to matters and registers its jobs.
func New(n Needs) (*Service, error) {
	if n.DB == nil || n.Clock == nil || n.Random == nil || n.Jobs == nil || n.Bus == nil || n.Accounts == nil || n.Matters == nil || n.Offices == nil || n.Keys == nil || n.Catalog == nil || n.Log == nil {
		return nil, errors.New("notice: database, clock, randomness, jobs, bus, accounts, matters, offices, keys, catalogue and log are needed")
	}
	if n.Sender != nil && n.URL == "" {
		return nil, errors.New("notice: mails need the public address of the site")
	}
	s := &Service{n}
	n.Bus.Subscribe("notice", s.heard, eventKinds()...)
	n.Jobs.Handle(mailJob, s.send)
	n.Jobs.Handle(letterJob, s.sendLetter)
	return s, nil
}

// MailSet tells whether a mail server is set. Public.
func (s *Service) MailSet() bool { return s.n.Sender != nil }

func (s *Service) newID() (uuid.UUID, error) { return uuid.NewV7FromReader(s.n.Random) }
