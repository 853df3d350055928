// Package study keeps what is to be studied (E1): a topic with its materials, for whom and until when, the gatherings at which it was studied, and what people
// who missed them studied afterwards. It promises that coverage is told by name to those who run the study, as figures to others, and never as a rank.
package study

import (
	"context"
	"embed"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

// Migrations holds the module's tables.
//
//go:embed migrations
var Migrations embed.FS

// Messages holds the texts of refusals and the names of kinds.
//
//go:embed messages
var Messages embed.FS

// Kind is the form in which a topic is studied.
type Kind string

// The kinds of study.
const (
	FirstTopic  Kind = "first_topic"  // 第一议题: a meeting begins with it
	FirstLesson Kind = "first_lesson" // 开年第一课
	CentreGroup Kind = "centre_group" // 理论学习中心组学习
	Special     Kind = "special"      // 专题学习
	Branch      Kind = "branch"       // 支部学习
)

// Kinds lists the kinds in the order in which screens show them.
func Kinds() []Kind { return []Kind{FirstTopic, FirstLesson, CentreGroup, Special, Branch} }

// Valid tells whether k is a kind.
func (k Kind) Valid() bool {
	for _, x := range Kinds() {
		if x == k {
			return true
		}
	}
	return false
}

// Topic is something to be studied by the people of some organisations within some days.
type Topic struct {
	ID           uuid.UUID
	Committee    uuid.UUID // that Organisation belongs to
	Organisation uuid.UUID // that runs the study
	Kind         Kind
	Title        string
	Text         string      // what matters in it, and what to prepare
	From, To     clock.Date  // first and last day
	Audience     []uuid.UUID // organisations whose people study it
	Published    time.Time   // zero: a draft that only those who run it see
	Withdrawn    time.Time   // zero: stands
	Reason       string      // of the withdrawal
	Version      int
}

// Stands tells whether the topic is published and was not withdrawn.
func (t Topic) Stands() bool { return !t.Published.IsZero() && t.Withdrawn.IsZero() }

// Material is something to read or to watch: an address, or a file.
type Material struct {
	ID      uuid.UUID
	Topic   uuid.UUID
	Title   string
	Address string // http or https; empty for a file
	Blob    string // key in the file store; empty for an address
	Name    string
	Type    string
	Size    int64
	Added   time.Time
}

// MakeupState is how far a make-up has come.
type MakeupState string

// The states of a make-up.
const (
	Stated    MakeupState = "stated"    // the person says so
	Confirmed MakeupState = "confirmed" // somebody who runs the study agreed
	Returned  MakeupState = "returned"  // with what is missing; the person may state it again
)

// Makeup is what a person who missed a topic studied afterwards.
type Makeup struct {
	ID       uuid.UUID
	Topic    uuid.UUID
	Person   uuid.UUID
	Day      clock.Date
	Note     string
	State    MakeupState
	Answer   string
	Recorded time.Time
}

// Session is a gathering, as this module sees it.
type Session struct {
	Gathering uuid.UUID
	Title     string
	Starts    time.Time
	Place     string
	Over      bool // held or closed: attendance counts
	Cancelled bool
	Holders   []uuid.UUID
}

// Presence is whether a person was at a session.
type Presence string

// What is known of a person at a session.
const (
	Present Presence = "present" // there, or late
	MadeUp  Presence = "made_up" // missed, and made up at the gathering's own list
	Leave   Presence = "leave"
	Absent  Presence = "absent"
)

// Sessions shows the gatherings; the gathering module does, through the composition root. It is asked as the platform, after this module's policy decided.
type Sessions interface {
	// Sessions tells about gatherings; one that is not known is left out.
	Sessions(ctx context.Context, ids []uuid.UUID) ([]Session, error)
	// SessionsOf lists gatherings that one of the organisations holds within some days, both included.
	SessionsOf(ctx context.Context, organisations []uuid.UUID, from, to clock.Date) ([]Session, error)
	// Presence tells, by gathering and person, who was there.
	Presence(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]map[uuid.UUID]Presence, error)
}

// Service is every operation on study.
type Service struct {
	db        *db.DB
	clock     clock.Clock
	directory *directory.Service
	sessions  Sessions
}

// New makes the service.
func New(d *db.DB, c clock.Clock, dir *directory.Service, s Sessions) *Service {
	return &Service{db: d, clock: c, directory: dir, sessions: s}
}
