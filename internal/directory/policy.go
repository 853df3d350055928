package directory

import (
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Who may do what:
//   - administrators and the platform itself: everything;
//   - organisers of a committee: change and read what belongs to their committee;
//   - other staff and leaders of a committee: read the names of its people, never telephone and identity numbers;
//   - staff of a committee above: figures; names only where the committee granted it (name_grant);
//   - everybody with a person behind their account: everything about themselves (Own).

// mayEdit: the administrator and the platform itself change the directory; organisers of a committee change what is their committee's own.
func mayEdit(a authz.Actor, committee uuid.UUID) error {
	if a.System || a.IsAdmin() {
		return nil
	}
	if committee != uuid.Nil && a.Has(authz.Organiser, committee) && a.May(authz.WriteScope) {
		return nil
	}
	if !a.SignedIn() {
		return problem.New(problem.SignIn, "problem.sign-in")
	}
	return problem.New(problem.Forbidden, "problem.forbidden")
}

// reads tells whether the actor may see the people of a committee by name for a subject. granted are the committees that the committee lets see them.
func reads(a authz.Actor, committee uuid.UUID, granted []uuid.UUID) bool {
	if a.System || a.IsAdmin() {
		return true
	}
	if committee == uuid.Nil || !a.SignedIn() || !a.May(authz.ReadScope) {
		return false
	}
	if a.HasAny(committee, nameReaders...) {
		return true
	}
	for _, g := range granted {
		if a.HasAny(g, nameReaders...) {
			return true
		}
	}
	return false
}

// nameReaders see the people of their committee by name.
var nameReaders = []authz.Role{authz.Organiser, authz.Leader, authz.Reviewer, authz.Dispatcher, authz.Editor}
