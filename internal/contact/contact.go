// Package contact keeps who contacts whom in an assembly (C5): a CPC member several members outside the Party, a member of a leading Party members' sub-group a sector,
// one of the office's leading group a sub-group. It promises that a link holds only while both ends do, that a correction leaves its trace, and that
// what a pair notes of its talks is read by the pair and their branch's secretary alone.
package contact

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

// Messages holds the words of kinds, ways and refusals, shared by pages and API.
//
//go:embed messages
var Messages embed.FS

// Kind is what a link leads to.
type Kind string

// The kinds of link.
const (
	ToMember   Kind = "member"   // 党员委员联系党外委员
	ToSector   Kind = "sector"   // 分党组成员联系界别
	ToSubgroup Kind = "subgroup" // 机关党组成员联系专委会分党组
)

// Kinds lists the kinds in the order in which screens show them.
func Kinds() []Kind { return []Kind{ToMember, ToSector, ToSubgroup} }

// Valid tells whether k is a kind.
func (k Kind) Valid() bool { return k == ToMember || k == ToSector || k == ToSubgroup }

// Reason tells why a link ended.
type Reason string

// The reasons. An organiser gives the first two; the others follow from the directory.
const (
	NoReason     Reason = ""
	Changed      Reason = "changed"       // somebody else contacts now
	Other        Reason = "other"         //
	ContactLeft  Reason = "contact_left"  // the one who contacts is no longer a member, or no longer in the group
	TargetLeft   Reason = "target_left"   // the member left
	ContactParty Reason = "contact_party" // the one who contacts is no longer a CPC member
	TargetParty  Reason = "target_party"  // the member joined the CPC, or is not known to be outside it
	TargetGone   Reason = "target_gone"   // the sector or the sub-group stands no more
)

// Link says that a person contacts a member, a sector or a sub-group from one day to another.
type Link struct {
	ID         uuid.UUID
	Committee  uuid.UUID
	Kind       Kind
	Contact    uuid.UUID // the person who contacts
	Target     uuid.UUID // a person, or an organisation
	Valid      clock.Interval
	EndReason  Reason
	Recorded   time.Time
	Superseded time.Time // zero: the present knowledge
}

// How a contact was made.
type How string

// The ways.
const (
	Met      How = "met"      // 当面谈心
	Phoned   How = "phoned"   // 电话
	Visited  How = "visited"  // 走访
	Online   How = "online"   // 线上
	Activity How = "activity" // 一同参加活动
)

// Hows lists the ways in the order in which screens show them.
func Hows() []How { return []How{Met, Phoned, Visited, Online, Activity} }

// Valid tells whether h is a way.
func (h How) Valid() bool {
	return h == Met || h == Phoned || h == Visited || h == Online || h == Activity
}

// Directory is what this module asks of the directory. It is asked as the platform after this module's own policy has decided.
type Directory interface {
	Snapshot(ctx context.Context) (*directory.Snapshot, error)
	Roster(ctx context.Context, q directory.RosterQuery) ([]directory.Holding, error)
	Names(ctx context.Context, people []uuid.UUID) (map[uuid.UUID]string, error)
	MaySeeNames(ctx context.Context, committee uuid.UUID, subject directory.Subject) (bool, error)
}

// Record is who belonged where over all days (directory.Kept).
type Record interface {
	Sweep(ctx context.Context) (*directory.Sweep, error)
}

// Sealer encrypts what a pair writes (platform/secret).
type Sealer interface {
	Seal(place, plain string) (string, error)
	Open(place, sealed string) (string, error)
}

// Needs is what the service is made of.
type Needs struct {
	DB        *db.DB
	Clock     clock.Clock
	Directory Directory
	Record    Record
	Sealer    Sealer
}

// Posts are the posts that this module needs to find in Record.
func Posts() []directory.Post {
	return []directory.Post{directory.MemberPost, directory.Participant, directory.Secretary, directory.DeputySecretary, directory.GroupMember}
}

// Service is every operation on contact links.
type Service struct {
	Needs
	ticked ticked
}

// New makes the service.
func New(n Needs) *Service { return &Service{Needs: n} }

// DefaultMost is how many members one person contacts at most where a committee says nothing.
const DefaultMost = 6

const (
	maxMost  = 50
	maxWords = 2000 // characters
)
