// Package account keeps who may sign in and how: accounts, the roles they hold and since when, passwords, second factors, sessions,
// API tokens, invitations (C1). It promises that secrets are stored only as hashes or sealed, that nobody learns from outside which
// accounts exist, and that no stranger can lock an owner out.
package account

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
	"xieshang/internal/platform/password"
	"xieshang/internal/platform/secret"

	"github.com/google/uuid"
)

// Migrations holds the tables of this module.
//
//go:embed migrations
var Migrations embed.FS

// State says whether an account may sign in.
type State string

// The states. An account that was invited and has no password yet is active and cannot sign in.
const (
	Active  State = "active"
	Blocked State = "blocked"
)

// Account is one account, without its secrets.
type Account struct {
	ID          uuid.UUID
	Person      uuid.UUID // nil UUID: no person of the directory
	Login       string    // as typed when it was chosen; empty until an invitation is accepted
	Name        string    // shown to its owner and to staff, never to the public
	State       State
	Created     time.Time
	HasPassword bool
	PasswordAt  time.Time
	HasEmail    bool
	TwoFactor   bool
	Grants      []Grant // not superseded, past ones too, ordered by role, place and date
}

// Grant is a role held in a place for some days. A correction appends a row and marks this one superseded.
type Grant struct {
	ID         uuid.UUID
	Account    uuid.UUID
	Role       authz.Role
	Place      uuid.UUID // nil UUID for the administrator
	Days       clock.Interval
	Recorded   time.Time
	RecordedBy uuid.UUID // nil UUID: the platform itself
	Superseded time.Time // zero: it stands
}

// NewGrant asks for a role. A zero From means today.
type NewGrant struct {
	Role  authz.Role
	Place uuid.UUID
	Days  clock.Interval
}

// Place is a committee or a department in which a role can be held.
type Place struct {
	ID         uuid.UUID
	Name       i18n.Name
	Department bool
	Committee  uuid.UUID // of a department: the committee whose staff may invite its clerks
}

// Places knows the committees and departments. The directory has them.
type Places interface {
	// PlacesByID finds places; those that do not exist are left out.
	PlacesByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]Place, error)
	// FindPlaces lists places whose name contains text, in a stable order, at most limit.
	FindPlaces(ctx context.Context, text string, limit int) ([]Place, error)
	// DepartmentsOf lists the departments that belong to any of the committees.
	DepartmentsOf(ctx context.Context, committees []uuid.UUID) ([]uuid.UUID, error)
}

// Events takes the facts that this module publishes; event.Bus does.
type Events interface {
	Publish(tx *db.Tx, e event.Event, payload any) error
}

// MailKind says what a mail is about.
type MailKind string

// The mails of this module.
const (
	InvitationMail MailKind = "invitation"
	ResetMail      MailKind = "reset"
)

// Mail is a message to the owner of an account. Code is a secret that opens the account: whoever queues it seals it.
type Mail struct {
	Kind    MailKind
	Address string
	Name    string
	Path    string // on this site, with the code in it: /invitations/…, /password/reset/…
	Expires time.Time
}

// Notifier sends mails. It takes them in the transaction that made the code, so that neither comes without the other.
type Notifier interface {
	AccountMail(tx *db.Tx, m Mail) error
}

// Rules are the periods that a place may choose differently.
type Rules struct {
	MemberIdle time.Duration // a session of members ends after so long without use
	StaffIdle  time.Duration // the same for whoever holds any other role
	Longest    time.Duration // every session ends after so long
	InviteFor  time.Duration // an invitation may be accepted so long
	ResetFor   time.Duration // a reset link works so long
	CacheFor   time.Duration // other processes notice an ended session or a changed role after so long at most
}

// DefaultRules are 14 days, 12 hours, 90 days, 72 hours, 24 hours and 3 seconds.
func DefaultRules() Rules {
	const day = 24 * time.Hour
	return Rules{MemberIdle: 14 * day, StaffIdle: 12 * time.Hour, Longest: 90 * day, InviteFor: 3 * day, ResetFor: day, CacheFor: 3 * time.Second}
}

// Options are what a Service needs. Notifier may be nil (no mail is sent, links are handed over by people), Issuer is the name that
// an authenticator app shows; everything else is required.
type Options struct {
	DB       *db.DB
	Clock    clock.Clock
	Random   io.Reader
	Keys     *secret.Ring
	Hasher   *password.Hasher
	Events   Events
	Jobs     *job.Queue // New registers the handler of this module's one kind of job
	Places   Places
	Notifier Notifier
	Log      *slog.Logger
	Issuer   string
	Rules    Rules
}

// Service has every operation of this module. Methods take who asks from the context (authz.From) and refuse with a
// *problem.Problem of kind Forbidden or SignIn, save those that say they are public.
type Service struct {
	db     *db.DB
	clock  clock.Clock
	random io.Reader
	keys   *secret.Ring
	hasher *password.Hasher
	events Events
	jobs   *job.Queue
	places Places
	mail   Notifier
	log    *slog.Logger
	issuer string
	rules  Rules
	cache  *cache
}

// New makes a Service. The error names what is missing.
func New(o Options) (*Service, error) {
	if o.DB == nil || o.Clock == nil || o.Random == nil || o.Keys == nil || o.Hasher == nil || o.Events == nil || o.Jobs == nil || o.Places == nil || o.Log == nil {
		return nil, errors.New("account: database, clock, randomness, keys, hasher, events, jobs, places and log are needed")
	}
	r := o.Rules
	if r.MemberIdle <= 0 || r.StaffIdle <= 0 || r.Longest <= 0 || r.InviteFor <= 0 || r.ResetFor <= 0 || r.CacheFor < 0 || r.CacheFor > time.Minute {
		return nil, errors.New("account: periods must be positive, and what is kept in memory at most a minute old")
	}
	if o.Issuer == "" {
		o.Issuer = "Xieshang"
	}
	s := &Service{db: o.DB, clock: o.Clock, random: o.Random, keys: o.Keys, hasher: o.Hasher, events: o.Events, jobs: o.Jobs, places: o.Places,
		mail: o.Notifier, log: o.Log, issuer: o.Issuer, rules: o.Rules, cache: newCache()}
	o.Jobs.Handle(resetJob, s.answerReset)
	return s, nil
}

// Today is the current date. Public.
func (s *Service) Today() clock.Date { return s.today() }

func (s *Service) today() clock.Date { return clock.Today(s.clock) }

func (s *Service) newID() (uuid.UUID, error) { return uuid.NewV7FromReader(s.random) }
