package notice

import (
	"slices"

	"xieshang/internal/platform/authz"

	"github.com/google/uuid"
)

// Kind is what a reader can turn off by itself.
type Kind string

// The kinds.
const (
	Outcome      Kind = "outcome"      // what became of my matter: accepted, returned, merged, public or not, closed
	Progress     Kind = "progress"     // how it goes on: dispatched, more time, a meeting
	Answered     Kind = "answered"     // replied, and asked to rate
	RateSoon     Kind = "rate"         // the time for rating ends soon
	Work         Kind = "work"         // a department: sent to you, to sign, an opinion came
	Decision     Kind = "decision"     // a department: what was decided about what it asked or wrote
	Due          Kind = "due"          // a department: the date comes
	Late         Kind = "late"         // the date has passed
	Supervised   Kind = "supervised"   // a department: letter of supervision
	Desk         Kind = "desk"         // staff: to review, to dispatch
	Check        Kind = "check"        // staff: answers to look at
	Back         Kind = "back"         // staff: return or more time asked for
	Dissatisfied Kind = "dissatisfied" // staff: an author is not satisfied
	Meeting      Kind = "meeting"      // somebody of the directory: invited, moved, called off, leave answered
	Task         Kind = "task"         // somebody of the directory: a decision to carry out, and its date
)

// How is when a mail comes.
type How string

// The ways.
const (
	AtOnce How = "now"
	Daily  How = "daily" // all in one mail a day
	Off    How = "off"
)

// Hows lists the ways in the order in which a form shows them.
func Hows() []How { return []How{AtOnce, Daily, Off} }

// Group says for whom a kind is.
type Group string

// The groups.
const (
	Authors     Group = "author"
	Departments Group = "department"
	Staff       Group = "staff"
	Invited     Group = "invited" // who is a person of the directory
)

type kindRow struct {
	kind   Kind
	groups []Group
	mail   How // unless the reader chose otherwise
}

// kinds is every kind with its readers. Who works on many matters gets one mail a day; authors are told at once.
func kinds() []kindRow {
	return []kindRow{
		{Answered, []Group{Authors}, AtOnce},
		{RateSoon, []Group{Authors}, AtOnce},
		{Outcome, []Group{Authors}, AtOnce},
		{Progress, []Group{Authors}, AtOnce},
		{Meeting, []Group{Invited}, Off}, // invitations go by mail with a calendar file, by themselves
		{Task, []Group{Invited}, AtOnce},
		{Work, []Group{Departments}, Daily},
		{Decision, []Group{Departments}, Daily},
		{Due, []Group{Departments}, Daily},
		{Supervised, []Group{Departments}, Daily},
		{Late, []Group{Departments, Staff}, Daily},
		{Desk, []Group{Staff}, Daily},
		{Check, []Group{Staff}, Daily},
		{Back, []Group{Staff}, Daily},
		{Dissatisfied, []Group{Staff}, Daily},
	}
}

func rowOf(k Kind) (kindRow, bool) {
	rows := kinds()
	i := slices.IndexFunc(rows, func(r kindRow) bool { return r.kind == k })
	if i < 0 {
		return kindRow{}, false
	}
	return rows[i], true
}

// OfGatherings tells whether the kind is about a gathering and not about a matter.
func (k Kind) OfGatherings() bool { return k == Meeting || k == Task }

// OfAuthors tells whether the kind is about a reader's own matter.
func (k Kind) OfAuthors() bool {
	r, _ := rowOf(k)
	return slices.Contains(r.groups, Authors)
}

// groupsOf lists what an actor can be told about. Anybody with an account may raise a matter.
func groupsOf(a authz.Actor) []Group {
	out := []Group{Authors}
	if a.Person != uuid.Nil {
		out = append(out, Invited)
	}
	if a.Holds(authz.Clerk, authz.Head) {
		out = append(out, Departments)
	}
	if a.Holds(authz.Reviewer, authz.Dispatcher, authz.Editor) {
		out = append(out, Staff)
	}
	return out
}
