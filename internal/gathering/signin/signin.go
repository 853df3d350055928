// Package signin writes down who was at a gathering (C1, E1): by the code that the hall's screen shows and changes every
// twenty seconds, typed or scanned, at once or, when the network is down, kept on the phone and sent later. It promises that
// nobody is counted twice, that nothing a phone sends signs in anybody but its own account, and that no place is asked for.
//
// What it cannot promise: somebody in the hall can tell the code to somebody outside within its short life, and whoever
// opened the page beforehand can say that the network was down. Sign-ins that came later are marked as such for those who run
// the gathering, one phone signs in one person, and staff may strike what they did not see.
package signin

import (
	"context"
	"embed"
	"errors"
	"io"
	"time"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

// Migrations holds the tables of sign-in.
//
//go:embed migrations
var Migrations embed.FS

// Messages holds the refusals.
//
//go:embed messages
var Messages embed.FS

// State is how far a gathering is, as sign-in needs to know it.
type State int

// The states.
const (
	Coming State = iota // not open yet
	Open
	Over   // held; what was signed on phones may still come
	Closed // its record is closed
)

// Gathering is what sign-in knows of one.
type Gathering struct {
	ID             uuid.UUID
	Title          string
	Place          string
	Start, End     time.Time // as announced
	State          State
	Opened         time.Time // when sign-in was opened; zero before
	Ended          time.Time // when it was over; zero before
	Present, Asked int       // only from Runs: how many are there, and how many were invited
}

// Way is how somebody signed in.
type Way string

// The ways.
const (
	Typed    Way = "typed"    // the six digits
	Scanned  Way = "scanned"  // the square on the screen
	Poster   Way = "poster"   // a printed code that stays the same
	Later    Way = "later"    // kept on the phone, sent when the network was back
	Admitted Way = "admitted" // came without an invitation and was let in by who runs the gathering
)

// Attendance is a sign-in to be written down.
type Attendance struct {
	Gathering uuid.UUID
	Person    uuid.UUID
	Account   uuid.UUID
	Way       Way
	At        time.Time // when the person was there
}

// Noted is what is known of somebody after Attend.
type Noted struct {
	Since time.Time
	First bool // it was not known before
	There bool // false when staff wrote down that the person was not there, which stands
}

// Gatherings is what sign-in asks of the gatherings. Methods with a context ask their policy; those with a transaction do not,
// because sign-in has decided by the code.
type Gatherings interface {
	// Runs gives the gathering with its counts to those who run it and refuses everybody else.
	Runs(ctx context.Context, id uuid.UUID) (Gathering, error)
	// Expected lists the gatherings to which the person is invited and that touch the time, earliest first, at most 50; drafts and cancelled ones are left out.
	Expected(ctx context.Context, person uuid.UUID, from, to time.Time) ([]Gathering, error)
	// Hold gives the gathering and keeps its state until the transaction ends; many may hold it at once. db.ErrNotFound for one that nobody may sign in to.
	Hold(tx *db.Tx, id uuid.UUID) (Gathering, error)
	// Invited tells whether the person is invited, also when they asked for leave.
	Invited(tx *db.Tx, id, person uuid.UUID) (bool, error)
	// Attend writes down that the person was there, unless something is known of them already.
	Attend(tx *db.Tx, a Attendance) (Noted, error)
}

// Keys seals the secret of each gathering and vouches for what phones keep (platform/secret).
type Keys interface {
	Seal(place, plain string) (string, error)
	Open(place, sealed string) (string, error)
	Index(kind, normalised string) string
	Vouches(kind, normalised, index string) bool
}

// Needs is what the service is made of.
type Needs struct {
	DB         *db.DB
	Clock      clock.Clock
	Random     io.Reader
	Keys       Keys
	Gatherings Gatherings
}

// Service is every operation of signing in. Methods take who asks from the context and refuse with a *problem.Problem, save those that say they are public.
type Service struct{ n Needs }

// New makes the service.
func New(n Needs) (*Service, error) {
	if n.DB == nil || n.Clock == nil || n.Random == nil || n.Keys == nil || n.Gatherings == nil {
		return nil, errors.New("signin: database, clock, randomness, keys and gatherings are needed")
	}
	return &Service{n}, nil
}

const (
	ahead        = 7 * 24 * time.Hour  // passes are handed out so long before a gathering
	behind       = 24 * time.Hour      // what a phone kept may come so long after its moment
	keepMark     = 30 * 24 * time.Hour // how long it is kept by which phone somebody signed in
	manyExpected = 50
)
