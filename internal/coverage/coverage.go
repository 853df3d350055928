// Package coverage counts the two full coverages (C2): organisation coverage, the CPC members of an assembly who are placed in a members' branch, and work coverage, the members
// outside the Party whom a CPC member contacts. It keeps nothing of its own: every figure of every day is computed from what the directory and the
// contact links record, so a trend is what is known now and no collection of snapshots. Below one's own committee it gives figures, and names only where they are granted.
package coverage

import (
	"context"
	"sync"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"

	"github.com/google/uuid"
)

// Figure counts the members of committees on a day. Everybody is in exactly one of CPC, Others and Unknown; somebody who is a member of two committees counts in each.
type Figure struct {
	Members int
	CPC     int // CPC members, of whom
	Placed  int // are placed in a members' branch of that committee
	Others  int // known to be outside the Party, of whom
	Reached int // have a contact link that holds
	Unknown int // nothing is known of the affiliation: a gap of its own, counted in neither coverage
}

// Organisation is the organisation coverage, 0 to 1; false when there is no CPC member.
func (f Figure) Organisation() (float64, bool) { return share(f.Placed, f.CPC) }

// Work is the work coverage, 0 to 1; false when there is nobody outside the Party.
func (f Figure) Work() (float64, bool) { return share(f.Reached, f.Others) }

func share(part, whole int) (float64, bool) {
	if whole == 0 {
		return 0, false
	}
	return float64(part) / float64(whole), true
}

func (f *Figure) add(o Figure) {
	f.Members += o.Members
	f.CPC += o.CPC
	f.Placed += o.Placed
	f.Others += o.Others
	f.Reached += o.Reached
	f.Unknown += o.Unknown
}

// Row is the figures of a committee: its own, and with all committees of the divisions below it.
type Row struct {
	Committee uuid.UUID
	Own       Figure
	Whole     Figure
	Below     int // committees below it
}

// SectorRow is the figures of a sector.
type SectorRow struct {
	Sector string // "": none is recorded
	Figure
}

// Point is the figures of one day of the trend.
type Point struct {
	Day clock.Date
	Figure
}

// Report is the coverage of a committee and of those below it on a day.
type Report struct {
	Committee uuid.UUID
	Day       clock.Date
	Total     Figure // of all of them
	Own       Figure // of the committee alone
	Below     []Row  // directly below, in the order of divisions
	Sectors   []SectorRow
	Trend     []Point // the last day of each month, and the day itself at the end
}

// Query asks for a report.
type Query struct {
	Committee uuid.UUID
	Day       clock.Date // zero: today
	Sector    string     // only this sector; every one when empty
	Own       bool       // only the committee itself
	Months    int        // points of the trend, at most 60; 24 when zero
}

// Person is somebody who is not reached.
type Person struct {
	ID     uuid.UUID
	Name   string
	Sector string
	Since  clock.Date // of the membership
}

// Gaps are the members of one committee, by name, whom the coverages do not reach.
type Gaps struct {
	Unplaced  []Person // CPC members in no members' branch
	Unreached []Person // members outside the Party without a contact link
	Unknown   []Person // members of whose affiliation nothing is known
}

// Directory is what this module asks of the directory, as the platform after its own policy has decided, and about the caller where names are shown.
type Directory interface {
	Snapshot(ctx context.Context) (*directory.Snapshot, error)
	At(ctx context.Context, day clock.Date, known time.Time) (*directory.Snapshot, error)
	Names(ctx context.Context, people []uuid.UUID) (map[uuid.UUID]string, error)
	MaySeeNames(ctx context.Context, committee uuid.UUID, subject directory.Subject) (bool, error)
	GrantedNames(ctx context.Context, subject directory.Subject) (committees []uuid.UUID, all bool, err error)
}

// Record is who belonged where over all days (directory.Kept).
type Record interface {
	Sweep(ctx context.Context) (*directory.Sweep, error)
}

// Reach says that somebody contacts a member of a committee on some days.
type Reach struct {
	Committee, Person uuid.UUID
	Days              directory.Days
}

// Links tells whom contact links reach (module contact).
type Links interface {
	Version(ctx context.Context) (int64, error)
	Reached(ctx context.Context, sw *directory.Sweep) ([]Reach, error)
}

// Needs is what the service is made of.
type Needs struct {
	Clock     clock.Clock
	Directory Directory
	Record    Record
	Links     Links
}

// Service is every question about coverage.
type Service struct {
	Needs
	mu   sync.Mutex
	last *ledger
}

// New makes the service.
func New(n Needs) *Service { return &Service{Needs: n} }

// Posts are the posts that this module needs to find in Record.
func Posts() []directory.Post { return []directory.Post{directory.MemberPost, directory.Participant} }
