// Package suggestion carries a micro-suggestion (微建议) from the moment somebody raises it to the moment somebody answers for it (A1).
// It promises that every step has who, when and why, that nothing disappears, and that nobody reads more than their audience.
package suggestion

import (
	"embed"
	"time"

	"xieshang/internal/platform/clock"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// Migrations holds the module's tables.
//
//go:embed migrations
var Migrations embed.FS

// Origin tells who brought a matter in.
type Origin string

// The origins.
const (
	FromResident Origin = "resident" // by a resident without an account
	FromMember   Origin = "member"   // by a member
	FromStaff    Origin = "staff"    // by staff for a resident who telephoned or came by
	FromImport   Origin = "import"   // from a file of another system
)

// Kind counts the two apart: a resident's message becomes a suggestion when a member or staff takes it up.
type Kind string

// The kinds.
const (
	Message        Kind = "message"    // 群众诉求
	SuggestionKind Kind = "suggestion" // 微建议
)

// Part is what a department has to do.
type Part string

// The parts (主办, 会办, 协办, 分办).
const (
	Lead      Part = "lead"
	Joint     Part = "joint"
	Assisting Part = "assisting"
	Separate  Part = "separate"
)

// Answers tells whether a department with this part writes an answer of its own.
func (p Part) Answers() bool { return p == Lead || p == Separate }

// Rating is the author's judgement of a reply. The empty rating is "not rated" and never counts as satisfied.
type Rating string

// The ratings.
const (
	NotRated     Rating = ""
	Satisfied    Rating = "satisfied"
	Basically    Rating = "basically"
	NotSatisfied Rating = "not"
)

// Suggestion is a matter as it stands.
type Suggestion struct {
	RID            int64
	ID             uuid.UUID
	Number         string
	Committee      uuid.UUID
	Origin         Origin
	Kind           Kind
	State          wf.State
	Round          int
	Title          string
	Body           string
	Place          string
	Lon, Lat       float64
	Division       uuid.UUID
	City           uuid.UUID
	Field          uuid.UUID
	TopField       uuid.UUID
	Public         bool
	PublicWish     bool
	PublicReason   string
	Queued         string
	BaseSupport    int
	Support        int
	Authors        int
	Channel        Channel
	Office         uuid.UUID
	Lead           uuid.UUID
	Sponsor        uuid.UUID
	Class          string
	Promised       clock.Date
	Rating         Rating
	Due            clock.Date
	DueProvisional bool
	DueFrom        clock.Date // the day from which DueRule counts
	DueRule        string     // the term of the date; empty when it is a part's, or set by hand
	RaisedAt       time.Time
	DispatchedAt   time.Time
	RepliedAt      time.Time
	ClosedAt       time.Time
	UpdatedAt      time.Time
	MergedInto     uuid.UUID
	ConvertedTo    string
	Source         string
	SourceID       string
	Version        int
	Steps          int
}

// SupportTotal is the number shown as support: people here and votes counted elsewhere.
func (s Suggestion) SupportTotal() int { return s.BaseSupport + s.Support }

// Step is one line of the timeline.
type Step struct {
	ID         uuid.UUID
	Seq        int
	Action     wf.Action
	From, To   wf.State
	Round      int
	At         time.Time
	Account    uuid.UUID // shown to staff of the owning committee only
	Relation   wf.Relation
	Office     uuid.UUID
	Department uuid.UUID
	Reason     string
	Body       string
	Audience   wf.Audience
	Details    Details
}

// Details are the further facts of a step.
type Details struct {
	Letter    string      `json:"letter,omitempty"`
	Due       clock.Date  `json:"due,omitzero"`
	Class     string      `json:"class,omitempty"`
	ClassWas  string      `json:"class_was,omitempty"`
	Promised  clock.Date  `json:"promised,omitzero"`
	Rating    Rating      `json:"rating,omitempty"`
	How       string      `json:"how,omitempty"` // contact: visit, telephone, meeting
	Day       clock.Date  `json:"day,omitzero"`
	Team      []TeamPart  `json:"team,omitempty"`
	Other     string      `json:"other,omitempty"` // number of the other matter (merge), or what it became (convert)
	Committee uuid.UUID   `json:"committee,omitzero"`
	Office    uuid.UUID   `json:"office,omitzero"`
	TookUp    bool        `json:"took_up,omitempty"`
	Public    *bool       `json:"public,omitempty"`
	Files     []uuid.UUID `json:"files,omitempty"`
	Changed   []string    `json:"changed,omitempty"` // amend: which parts of the text
	Source    string      `json:"source,omitempty"`
	Dues      []Redated   `json:"dues,omitempty"`  // redate: which dates moved
	Years     []int       `json:"years,omitempty"` // redate: the years whose working days became known
	Author    uuid.UUID   `json:"author,omitzero"` // of the authors, the one who did it; only for staff and for themselves
	Count     int         `json:"count,omitempty"`
}

// Redated is one date that was computed anew; without a department it is the matter's own.
type Redated struct {
	Department uuid.UUID  `json:"department,omitzero"`
	Return     bool       `json:"return,omitempty"` // the last day to ask for return
	Was        clock.Date `json:"was"`
	Due        clock.Date `json:"due"`
}

// TeamPart is one department with its part in a dispatch.
type TeamPart struct {
	Department uuid.UUID `json:"department"`
	Part       Part      `json:"part"`
}

// Task is one department's part in one round.
type Task struct {
	ID                uuid.UUID
	Suggestion        uuid.UUID
	Round             int
	Department        uuid.UUID
	Part              Part
	State             wf.TaskState
	SentAt            time.Time
	Due               clock.Date
	DueProvisional    bool
	DueRule           string
	ReturnUntil       clock.Date
	ReturnRule        string // the term that ReturnUntil was computed from
	ReturnProvisional bool
	AcknowledgedAt    time.Time
	TimeAsked         clock.Date
	TimeAnswer        string
	Answer            string
	AnswerNumber      string
	Class             string
	Promised          clock.Date
	DraftedAt         time.Time
	SignedAt          time.Time
	DoneAt            time.Time
}

// Open tells whether the department still has something to do or to wait for.
func (t Task) Open() bool {
	return t.State == Sent || t.State == TaskInHand || t.State == ReturnAsked || t.State == Drafted || t.State == Signed
}

// AuthorPart tells how somebody became an author.
type AuthorPart string

// The parts of authors.
const (
	RaisedIt AuthorPart = "raised"
	TookItUp AuthorPart = "took_up"
	JoinedIt AuthorPart = "joined"
)

// Author is one of the people behind a matter. Name and Phone are sealed in the database and opened only for staff, with a record.
type Author struct {
	ID         uuid.UUID
	Suggestion uuid.UUID
	RaisedIn   uuid.UUID
	Kind       Origin // FromResident or FromMember
	Part       AuthorPart
	Account    uuid.UUID
	Person     uuid.UUID
	HasPhone   bool
	Rating     Rating
	RatingText string
	RatedAt    time.Time
	JoinedAt   time.Time
	sealedName string
	sealedTel  string
	supporter  string // keyed hash of who joined; written, never read back
}

// File is a photo or a document of a matter.
type File struct {
	ID       uuid.UUID
	Step     uuid.UUID
	Name     string
	Type     string
	Size     int64
	Blob     string
	Thumb    string
	Medium   string
	Width    int
	Height   int
	Audience wf.Audience
	At       time.Time
}

// IsPhoto tells whether the file is a picture with thumbnails.
func (f File) IsPhoto() bool { return f.Thumb != "" }
