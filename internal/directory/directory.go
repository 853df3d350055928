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

// Organisation is a committee, one of its bodies or Party organisations, a department, a supervision office or a studio. Its line follows from
// its kind; founded and dissolved are the first and the last day of its facts.
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

// Person is somebody the directory knows. Phone and identity number are read through their own operations, affiliations stand apart.
type Person struct {
	ID        uuid.UUID
	Name      string
	Sex       string // "", "f", "m"
	BirthYear int    // 0: unknown
}

// Membership ties a person to an organisation from one date to another.
type Membership struct {
	ID           uuid.UUID
	Person       uuid.UUID
	Organisation uuid.UUID
	Post         Post
	Sector       string // 界别, for members
	Service      Tenure // of a deputy chair: full-time or resident
	StartReason  Reason // how it began, for members
	EndReason    Reason // why it ended
	Note         string // what the codes do not say
	Valid        clock.Interval
	Recorded     time.Time
	Superseded   time.Time // zero: the present knowledge
}

// Affiliation is a person's political affiliation (政治面貌) from one date to another. Somebody may belong to two parties; NoParty is recorded too,
// so that what is not known can be told from what is none.
type Affiliation struct {
	ID           uuid.UUID
	Person       uuid.UUID
	Party        Party
	Probationary bool // 预备党员, of CPC only: cannot vote in the branch yet
	Valid        clock.Interval
	Recorded     time.Time
	Superseded   time.Time // zero: the present knowledge
}

// Term is a term (届) of a committee.
type Term struct {
	ID        uuid.UUID
	Committee uuid.UUID
	Number    int // 第十三届: 13
	Valid     clock.Interval
}
