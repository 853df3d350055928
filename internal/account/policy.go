package account

import (
	"context"
	"fmt"
	"slices"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Who may do what:
//   - everybody: sign in and out, accept an invitation, ask for a new password and set it with a link;
//   - whoever is signed in with a browser: see and change what is their own. An API token may not: who finds one must not
//     become the owner;
//   - staff of a committee (reviewer, dispatcher, editor): invite members and instructors of their committee and clerks and heads of its
//     departments, and manage accounts that hold nothing but such roles;
//   - administrators, and the platform itself (the command line): everything.

// own is the account that acts for itself.
func own(ctx context.Context) (uuid.UUID, error) {
	a := authz.From(ctx)
	if !a.SignedIn() {
		return uuid.Nil, problem.New(problem.SignIn, "problem.sign-in")
	}
	if a.Scopes != nil {
		return uuid.Nil, problem.New(problem.Forbidden, "account.problem.browser-only")
	}
	return a.Account, nil
}

// system refuses everybody but the platform itself.
func system(ctx context.Context) error {
	if !authz.From(ctx).System {
		return problem.New(problem.Forbidden, "problem.forbidden")
	}
	return nil
}

var (
	staffRoles      = []authz.Role{authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Organiser}
	committeeRoles  = []authz.Role{authz.Member, authz.Instructor} // that staff may give
	departmentRoles = []authz.Role{authz.Clerk, authz.Head}
)

// reach is what an actor may manage: everything, or some roles in some places. Pages, lists in SQL and actions all use it.
type reach struct {
	all         bool
	committees  []uuid.UUID
	departments []uuid.UUID
}

// reachOf refuses whoever may manage nothing.
func (s *Service) reachOf(ctx context.Context) (reach, error) {
	a := authz.From(ctx)
	switch {
	case a.System:
		return reach{all: true}, nil
	case !a.SignedIn():
		return reach{}, problem.New(problem.SignIn, "problem.sign-in")
	case !a.May(authz.AdminScope):
		return reach{}, problem.New(problem.Forbidden, "problem.scope")
	case a.IsAdmin():
		return reach{all: true}, nil
	}
	r := reach{committees: a.Places(staffRoles...)}
	if len(r.committees) == 0 {
		return reach{}, problem.New(problem.Forbidden, "problem.forbidden")
	}
	var err error
	if r.departments, err = s.places.DepartmentsOf(ctx, r.committees); err != nil {
		return reach{}, fmt.Errorf("departments of committees: %w", err)
	}
	return r, nil
}

// covers tells whether the role in the place may be given, changed and taken.
func (r reach) covers(role authz.Role, place uuid.UUID) bool {
	switch {
	case r.all:
		return true
	case slices.Contains(committeeRoles, role):
		return slices.Contains(r.committees, place)
	case slices.Contains(departmentRoles, role):
		return slices.Contains(r.departments, place)
	}
	return false
}

// manages tells whether an account with these grants may be managed: it holds a role today or later, and none out of reach.
// Otherwise staff could hand themselves a reset link for an administrator.
func (r reach) manages(grants []Grant, today clock.Date) bool {
	if r.all {
		return true
	}
	some := false
	for _, g := range grants {
		if !g.Superseded.IsZero() || !g.Days.To.IsZero() && !g.Days.To.After(today) {
			continue
		}
		if !r.covers(g.Role, g.Place) {
			return false
		}
		some = true
	}
	return some
}

// GivableRoles lists the roles that the actor of the context may give somewhere, in the order of authz.Roles.
func (s *Service) GivableRoles(ctx context.Context) ([]authz.Role, error) {
	r, err := s.reachOf(ctx)
	if err != nil {
		return nil, err
	}
	if r.all {
		return authz.Roles(), nil
	}
	var out []authz.Role
	for _, role := range authz.Roles() {
		if slices.Contains(committeeRoles, role) || slices.Contains(departmentRoles, role) {
			out = append(out, role)
		}
	}
	return out, nil
}

// FindPlaces lists places by name in which the actor of the context may give a role, at most limit.
func (s *Service) FindPlaces(ctx context.Context, text string, limit int) ([]Place, error) {
	r, err := s.reachOf(ctx)
	if err != nil {
		return nil, err
	}
	if r.all {
		return s.places.FindPlaces(ctx, text, limit)
	}
	found, err := s.places.FindPlaces(ctx, text, 20*limit)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(p Place) bool {
		return !slices.Contains(r.committees, p.ID) && !slices.Contains(r.departments, p.ID)
	})
	return found[:min(limit, len(found))], nil
}

// PlacesByID gives the names of places for whoever may manage accounts.
func (s *Service) PlacesByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]Place, error) {
	if _, err := s.reachOf(ctx); err != nil {
		return nil, err
	}
	return s.places.PlacesByID(ctx, ids)
}
