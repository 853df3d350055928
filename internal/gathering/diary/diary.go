// Package diary brings a person's gatherings to where they keep their time (C1, E1): a calendar address that their own program reads, and invitations by
// mail that it understands. It promises that an address opens one person's calendar only until it is renewed or taken back, and that a mail
// about one state of a gathering goes to a person once.
package diary

import (
	"context"
	"embed"
	"errors"
	"io"
	"log/slog"
	"net/url"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/job"
	"xieshang/internal/platform/mail"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Migrations holds the tables.
//
//go:embed migrations
var Migrations embed.FS

// Messages holds the refusals and the texts of mails and calendars.
//
//go:embed messages
var Messages embed.FS

// Meeting is a gathering as a calendar shows it.
type Meeting struct {
	ID         uuid.UUID
	Sequence   int       // counts what changed in its time, place or title
	Changed    time.Time // when it last did
	Start, End time.Time
	Title      string
	Kind       i18n.Name // may be empty
	Place      string
	Organiser  i18n.Name // the organisation that holds it
	Cancelled  bool
}

// Due is a decision with a date that somebody answers for.
type Due struct {
	ID      uuid.UUID
	Day     clock.Date
	Text    string
	Changed time.Time
	Meeting uuid.UUID
}

// Gatherings is what this package asks of the gatherings, as the platform and on behalf of the person who is asked about.
type Gatherings interface {
	// Meetings lists what the person is invited to and that touches the time, cancelled ones too, drafts not; earliest first.
	Meetings(ctx context.Context, person uuid.UUID, from, to time.Time) ([]Meeting, error)
	// Dues lists the open decisions that the person answers for, by day.
	Dues(ctx context.Context, person uuid.UUID, from, to clock.Date) ([]Due, error)
	// Meeting gives one that has been published, and the people who are invited. Errors: db.ErrNotFound.
	Meeting(ctx context.Context, id uuid.UUID) (Meeting, []uuid.UUID, error)
}

// Accounts is what it asks of accounts, as the platform.
type Accounts interface {
	// Reachable tells of each account that is active whether it has an address for mail; others are left out.
	Reachable(ctx context.Context, accounts []uuid.UUID) (map[uuid.UUID]bool, error)
	// MailAddress opens the address of an active account, "" when there is none.
	MailAddress(ctx context.Context, account uuid.UUID) (string, error)
	// OfPeople gives the active account of each person who has one.
	OfPeople(ctx context.Context, people []uuid.UUID) (map[uuid.UUID]uuid.UUID, error)
}

// Keys seals what opens a calendar (platform/secret).
type Keys interface {
	Seal(place, plain string) (string, error)
	Open(place, sealed string) (string, error)
}

// Needs is what the service is made of. Sender is nil when no mail server is set: then no invitation is queued. URL is the public address of the site.
type Needs struct {
	DB         *db.DB
	Clock      clock.Clock
	Random     io.Reader
	Keys       Keys
	Jobs       *job.Queue
	Gatherings Gatherings
	Accounts   Accounts
	Catalog    *i18n.Catalog
	Sender     mail.Sender
	From       string // the address in the site's mails, organiser of every invitation
	URL        string
	Log        *slog.Logger
}

// Service is every operation. Methods take who asks from the context and refuse with a *problem.Problem, save those that say they are public.
type Service struct{ n Needs }

// New makes the service and registers its jobs.
func New(n Needs) (*Service, error) {
	if n.DB == nil || n.Clock == nil || n.Random == nil || n.Keys == nil || n.Jobs == nil || n.Gatherings == nil || n.Accounts == nil || n.Catalog == nil || n.Log == nil {
		return nil, errors.New("diary: database, clock, randomness, keys, jobs, gatherings, accounts, catalogue and log are needed")
	}
	s := &Service{n}
	n.Jobs.Handle(spreadJob, s.spread)
	n.Jobs.Handle(inviteJob, s.send)
	return s, nil
}

// own is who asks for themselves in a browser: whoever finds a token of a program must not open a calendar with it.
func own(ctx context.Context) (authz.Actor, error) {
	a := authz.From(ctx)
	switch {
	case !a.SignedIn():
		return a, problem.New(problem.SignIn, "problem.sign-in")
	case a.Scopes != nil:
		return a, problem.New(problem.Forbidden, "diary.problem.browser-only")
	}
	return a, nil
}

// domain is what stands behind the @ of a UID: the same for the feed and the mails, so that a program knows one for the other.
func (s *Service) domain() string {
	if u, err := url.Parse(s.n.URL); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "xieshang.invalid"
}
