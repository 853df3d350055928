// Package gathering keeps every meeting and activity of the assembly as one thing (C1, C3, E1): a plenary, a branch meeting, a study session, a visit, a class. It
// promises that whoever is invited is asked once, is counted once, and that what was decided has an owner and a day.
package gathering

import (
	"embed"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// Migrations holds the module's tables.
//
//go:embed migrations
var Migrations embed.FS

// Messages holds the names of kinds and states, and the texts of refusals.
//
//go:embed messages
var Messages embed.FS

// Gathering is one meeting or activity.
type Gathering struct {
	ID        uuid.UUID
	Committee uuid.UUID // that its first holder belongs to
	Kind      string    // key of a Kind
	Title     string
	Body      string // what it is about
	Place     string
	Starts    time.Time
	Ends      time.Time
	State     wf.State
	Public    bool // shown to everybody: title, time, place and agenda, never people
	Published time.Time
	Opened    time.Time
	Ended     time.Time
	Closed    time.Time
	Reason    string // of a cancellation
	Minutes   string
	Shown     bool // who was invited may read the minutes
	Sequence  int
	Version   int
	Extra     map[string]string // what its kind asks for, by the Chinese name of the field
	Holders   []uuid.UUID       // organisations that hold it; with several it is a joint one and counts for each
}

// Day is the civil date by which it counts.
func (g *Gathering) Day() clock.Date { return clock.DateOf(g.Starts) }

// Item is one line of the agenda.
type Item struct {
	ID      uuid.UUID
	Title   string
	Study   bool // 学习议题
	Speaker string
	Minutes int // planned
}

// Invitation says whom a gathering is for: a whole organisation, some posts of it, or one person.
type Invitation struct {
	Organisation uuid.UUID
	Posts        []directory.Post // empty: everybody
	Person       uuid.UUID
}

// Answer is what somebody who is invited said.
type Answer string

// The answers.
const (
	NoAnswer Answer = ""
	Coming   Answer = "coming"
	Leave    Answer = "leave" // 请假
)

// Verdict is what became of a request for leave.
type Verdict string

// The verdicts.
const (
	Undecided Verdict = ""
	Granted   Verdict = "granted"
	Refused   Verdict = "refused"
)

// Presence is whether somebody was there.
type Presence string

// The presences. Present and Late count as there; MadeUp counts for kinds that allow it.
const (
	Unknown Presence = ""
	Present Presence = "present"
	Late    Presence = "late"
	OnLeave Presence = "leave"
	Absent  Presence = "absent"
	MadeUp  Presence = "made_up"
)

// Valid tells whether p can be recorded.
func (p Presence) Valid() bool {
	return p == Present || p == Late || p == OnLeave || p == Absent || p == MadeUp
}

// There tells whether somebody was there.
func (p Presence) There() bool { return p == Present || p == Late }

// Way is how an attendance came to be known.
type Way string

// The ways that this module records itself; package signin has more.
const (
	ByStaff Way = "staff"
	OnPaper Way = "paper" // typed in later from a signed list
	ByRule  Way = "rule"  // who did not sign in when the gathering was over
)

// Invitee is somebody who is invited, with what they said and whether they were there.
type Invitee struct {
	Person   uuid.UUID
	Name     string
	Answer   Answer
	Reason   string
	Granted  Verdict
	Presence Presence
	Way      Way
	At       time.Time
	Note     string
	Guest    bool // was there without an invitation
}

// Decision is what was decided, who does it and until when.
type Decision struct {
	ID        uuid.UUID
	Gathering uuid.UUID
	Title     string // of the gathering
	Text      string
	Owner     uuid.UUID
	OwnerName string
	Due       clock.Date
	Done      time.Time
	DoneNote  string
	Dropped   time.Time
	Reason    string // why it was dropped
}

// Open tells whether the decision is still to be carried out.
func (d Decision) Open() bool { return d.Done.IsZero() && d.Dropped.IsZero() }

// File is a document or a photo. Medium and Thumb are smaller pictures of a photo.
type File struct {
	ID     uuid.UUID
	Name   string
	Type   string
	Size   int64
	Blob   string
	Medium string
	Thumb  string
	Added  time.Time
}

// Service is every operation on gatherings.
type Service struct {
	db        *db.DB
	clock     clock.Clock
	directory *directory.Service
	teller    Teller
}

// Told is something that people are told.
type Told string

// What people are told.
const (
	ToldInvited   Told = "invited"   // invited to a published gathering
	ToldChanged   Told = "changed"   // time or place changed
	ToldCancelled Told = "cancelled" // will not take place
	ToldDecision  Told = "decision"  // a decision is theirs to carry out
	ToldLeave     Told = "leave"     // their leave was granted or refused
	ToldSoon      Told = "soon"      // what they carry out is due in three days or less
	ToldLate      Told = "late"      // what they carry out is overdue
)

// Telling is one fact to be told to some people.
type Telling struct {
	What      Told
	Gathering Gathering
	Decision  Decision // for ToldDecision
	Verdict   Verdict  // for ToldLeave
	People    []uuid.UUID
}

// Teller tells people, in the transaction in which the fact came to be; the composition root connects it to the notices. A nil Teller tells nobody.
type Teller interface {
	Tell(tx *db.Tx, t Telling) error
}

// New makes the service.
func New(d *db.DB, c clock.Clock, dir *directory.Service, t Teller) *Service {
	return &Service{db: d, clock: c, directory: dir, teller: t}
}

func (s *Service) tell(tx *db.Tx, t Telling) error {
	if s.teller == nil || len(t.People) == 0 {
		return nil
	}
	return s.teller.Tell(tx, t)
}
