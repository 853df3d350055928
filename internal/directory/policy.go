package directory

import (
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// mayEdit: the administrator and the platform itself change the directory; staff of a committee change what is their committee's own.
func mayEdit(a authz.Actor, committee uuid.UUID) error {
	if a.System || a.IsAdmin() {
		return nil
	}
	if committee != uuid.Nil && a.HasAny(committee, authz.Editor, authz.Dispatcher) {
		return nil
	}
	if !a.SignedIn() {
		return problem.New(problem.SignIn, "problem.sign-in")
	}
	return problem.New(problem.Forbidden, "problem.forbidden")
}
