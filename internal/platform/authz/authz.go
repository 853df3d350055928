// Package authz says who acts and which roles they hold where (C1). It knows nothing of any module: a policy asks it whether the
// actor holds a role in a place, and what the answer means is the policy's.
package authz

import (
	"context"
	"slices"

	"github.com/google/uuid"
)

// Role is one of the platform's roles, held in a place (a committee or a department) or everywhere (administrator).
type Role string

// The roles. A person may hold several, in several places. A resident has no account and no role.
const (
	Member     Role = "member"     // 委员, place: committee
	Reviewer   Role = "reviewer"   // staff who review, place: committee
	Dispatcher Role = "dispatcher" // staff who dispatch, place: committee
	Editor     Role = "editor"     // staff who decide what is public, place: committee
	Clerk      Role = "clerk"      // department clerk, place: department
	Head       Role = "head"       // department head, signs off, place: department
	Organiser  Role = "organiser"  // staff who keep the roster and the gatherings (组织联络), place: committee
	Instructor Role = "instructor" // 指导员, place: committee
	Leader     Role = "leader"     // reads everything of a committee, place: committee
	Admin      Role = "admin"      // administrator, no place
)

// Roles lists all roles in the order in which screens show them.
func Roles() []Role {
	return []Role{Member, Reviewer, Dispatcher, Editor, Organiser, Clerk, Head, Instructor, Leader, Admin}
}

// OfDepartment tells whether a role is held in a department (the others are held in a committee, Admin nowhere).
func (r Role) OfDepartment() bool { return r == Clerk || r == Head }

// Grant is a role held in a place. Place is the nil UUID for Admin.
type Grant struct {
	Role  Role
	Place uuid.UUID
}

// Scope limits what an API token may do.
type Scope string

// The scopes of API tokens. A signed-in browser has all.
const (
	ReadScope  Scope = "read"
	WriteScope Scope = "write"
	AdminScope Scope = "admin"
)

// Actor is who asks. The zero Actor is a visitor without an account.
type Actor struct {
	Account uuid.UUID // nil UUID: nobody is signed in
	Person  uuid.UUID
	Name    string // never shown to the public
	Grants  []Grant
	Scopes  []Scope // nil: a browser session, everything its roles allow
	System  bool    // a job of the platform itself; acts by rule, not by a role
	Token   uuid.UUID
}

// System is the platform acting by a rule.
func System() Actor { return Actor{System: true, Name: "system"} }

// SignedIn tells whether an account is behind the actor.
func (a Actor) SignedIn() bool { return a.Account != uuid.Nil }

// Has tells whether the actor holds the role in the place.
func (a Actor) Has(role Role, place uuid.UUID) bool {
	return slices.Contains(a.Grants, Grant{role, place})
}

// HasAny tells whether the actor holds one of the roles in the place.
func (a Actor) HasAny(place uuid.UUID, roles ...Role) bool {
	for _, g := range a.Grants {
		if g.Place == place && slices.Contains(roles, g.Role) {
			return true
		}
	}
	return false
}

// IsAdmin tells whether the actor is an administrator.
func (a Actor) IsAdmin() bool { return a.Has(Admin, uuid.Nil) }

// Holds tells whether the actor holds the role anywhere.
func (a Actor) Holds(roles ...Role) bool {
	for _, g := range a.Grants {
		if slices.Contains(roles, g.Role) {
			return true
		}
	}
	return false
}

// Places lists where the actor holds one of the roles, without repeats.
func (a Actor) Places(roles ...Role) []uuid.UUID {
	var out []uuid.UUID
	for _, g := range a.Grants {
		if slices.Contains(roles, g.Role) && !slices.Contains(out, g.Place) {
			out = append(out, g.Place)
		}
	}
	return out
}

// May tells whether the scopes of the token, if there is one, allow s.
func (a Actor) May(s Scope) bool {
	return a.Scopes == nil || slices.Contains(a.Scopes, s)
}

type actorKey struct{}

// With puts the actor into a context.
func With(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, actorKey{}, a) }

// From returns the actor of a context; the zero Actor when there is none.
func From(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}
