// Package directory keeps the divisions, committees, departments, fields, people and memberships of the assembly (C1). It promises that
// what was true on a day and what was known at a moment can both be told: facts hold from one civil date to another, and a correction
// supersedes a fact and never overwrites it.
package directory

import (
	"embed"
	"strings"
	"time"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"

	"github.com/google/uuid"
)

// Migrations holds the module's tables.
//
//go:embed migrations
var Migrations embed.FS

// Level is one of the three levels of a committee, a department or a division.
type Level string

// The levels.
const (
	Province Level = "province"
	City     Level = "city"
	County   Level = "county"
)

// Valid tells whether l is a level.
func (l Level) Valid() bool { return l == Province || l == City || l == County }

// Division is an administrative division (行政区划). Code is its GB/T 2260 code on the day asked for; it may be empty.
type Division struct {
	ID     uuid.UUID
	Code   string
	Name   i18n.Name
	Level  Level
	Parent uuid.UUID
	Lon    float64 // degrees east, 0 when unknown
	Lat    float64 // degrees north
	Valid  clock.Interval
}

// Kind is the kind of an organisation.
type Kind string

// The kinds of organisation that this module knows so far.
const (
	Committee        Kind = "committee"         // 政协委员会
	SpecialCommittee Kind = "special_committee" // 专门委员会
	Department       Kind = "department"        // 承办单位
	Office           Kind = "office"            // 督查室: passes matters on to departments
)

// Valid tells whether k is a kind.
func (k Kind) Valid() bool {
	return k == Committee || k == SpecialCommittee || k == Department || k == Office
}

// Organisation is a committee, a special committee, a department or a supervision office.
type Organisation struct {
	ID       uuid.UUID
	Kind     Kind
	Name     i18n.Name
	Level    Level
	Division uuid.UUID
	Parent   uuid.UUID
	Code     string // of a committee: the first part of its matters' numbers
	Valid    clock.Interval
}

// Field is a subject class (分类). Path joins the Chinese names from the top with " / " and is its key.
type Field struct {
	ID       uuid.UUID
	Path     string
	Name     i18n.Name
	Parent   uuid.UUID
	Position int
}

// PathOf joins names into a field's path; empty parts are left out.
func PathOf(names ...string) string {
	var parts []string
	for _, n := range names {
		if n = strings.TrimSpace(n); n != "" {
			parts = append(parts, n)
		}
	}
	return strings.Join(parts, " / ")
}

// Person is somebody the directory knows. Phone and identity number are read through their own operations.
type Person struct {
	ID        uuid.UUID
	Name      string
	Sex       string // "", "f", "m"
	BirthYear int    // 0: unknown
}

// Post is what a person is in an organisation.
type Post string

// The posts that this module knows so far.
const (
	MemberPost Post = "member" // 委员
	StaffPost  Post = "staff"  // 工作人员
	ClerkPost  Post = "clerk"  // 经办人
	HeadPost   Post = "head"   // 负责人
)

// Valid tells whether p is a post.
func (p Post) Valid() bool {
	return p == MemberPost || p == StaffPost || p == ClerkPost || p == HeadPost
}

// Membership ties a person to an organisation from one date to another.
type Membership struct {
	ID           uuid.UUID
	Person       uuid.UUID
	Organisation uuid.UUID
	Post         Post
	Sector       string // 界别, for members
	Valid        clock.Interval
	EndReason    string
	Recorded     time.Time
	Superseded   time.Time // zero: the present knowledge
}
