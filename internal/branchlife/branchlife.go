// Package branchlife keeps the life of the Party's organisations inside an assembly (C3) and its changes (C4): how often they gather and why, the checklist of a branch, the transfer of a
// member's relation, branches set up for a time. It promises that what is done, due and missed is computed from the gatherings and the directory and never stored, and that
// where a relation does not lie nothing is offered that belongs to it.
package branchlife

import (
	"context"
	"embed"
	"slices"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

// Migrations holds the module's tables.
//
//go:embed migrations
var Migrations embed.FS

// Messages holds the words of states, actions and refusals, shared by pages and API.
//
//go:embed messages
var Messages embed.FS

// Counts is what a gathering counts as.
type Counts string

// What gatherings count as.
const (
	BranchMeeting    Counts = "branch_meeting"    // 党员大会
	CommitteeMeeting Counts = "committee_meeting" // 支委会
	GroupMeeting     Counts = "group_meeting"     // 党小组会
	Lecture          Counts = "lecture"           // 党课
	ThemeDay         Counts = "theme_day"         // 主题党日
	OrganisationLife Counts = "organisation_life" // 组织生活会
	Appraisal        Counts = "appraisal"         // 民主评议党员
	DemocraticLife   Counts = "democratic_life"   // 民主生活会
	Study            Counts = "study"             // 学习
)

// AllCounts lists them in the order in which screens show them.
func AllCounts() []Counts {
	return []Counts{BranchMeeting, CommitteeMeeting, GroupMeeting, Lecture, ThemeDay, OrganisationLife, Appraisal, DemocraticLife, Study}
}

// Valid tells whether c is one of them.
func (c Counts) Valid() bool { return slices.Contains(AllCounts(), c) }

// Held is a gathering as the life of a branch needs it.
type Held struct {
	ID        uuid.UUID
	Title     string
	Kind      string // the key of its kind
	Counts    Counts
	Day       clock.Date
	Holders   []uuid.UUID
	Over      bool // it took place; a cancelled one did not
	Closed    bool // its record stands; until then it counts provisionally
	Cancelled bool
	There     int // how many were present
	Invited   int
}

// Joint tells whether several organisations hold it together.
func (h Held) Joint() bool { return len(h.Holders) > 1 }

// Took is somebody's part in a gathering.
type Took struct {
	Gathering uuid.UUID
	There     bool // present, or late
	MadeUp    bool
	Leave     bool
}

// Gatherings is what this module asks of the gatherings, as the platform after its own policy has decided. Both days are included.
type Gatherings interface {
	Held(ctx context.Context, organisations []uuid.UUID, from, to clock.Date) ([]Held, error)
	ByID(ctx context.Context, ids []uuid.UUID) ([]Held, error)
	Attended(ctx context.Context, person uuid.UUID, from, to clock.Date) ([]Took, error)
}

// Record is who belonged where over all days (directory.Kept).
type Record interface {
	Sweep(ctx context.Context) (*directory.Sweep, error)
}

// Posts are the posts that this module needs to find in Record.
func Posts() []directory.Post {
	return []directory.Post{directory.Relation, directory.Participant, directory.Secretary, directory.DeputySecretary, directory.BranchOfficer, directory.GroupLeader, directory.GroupMember}
}

// Needs is what the service is made of.
type Needs struct {
	DB         *db.DB
	Clock      clock.Clock
	Directory  *directory.Service
	Record     Record
	Gatherings Gatherings
}

// Service is every operation on branch life.
type Service struct {
	Needs
	book shelf
}

// New makes the service.
func New(n Needs) *Service { return &Service{Needs: n} }

func (s *Service) today() clock.Date { return clock.Today(s.Clock) }

const maxWords = 2000 // characters of a longer text
