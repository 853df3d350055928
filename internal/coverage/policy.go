package coverage

import (
	"context"
	"slices"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Who may do what:
//   - staff and leaders of a committee: figures of their committee and of every committee below it;
//   - names: whoever the directory lets see a committee's names for coverage, its own staff and leaders and those above to whom it granted them;
//   - administrators and the platform: everything;
//   - members and the public: nothing.

// Readers are the roles that see the figures of their committee and of those below it.
func Readers() []authz.Role {
	return []authz.Role{authz.Organiser, authz.Leader, authz.Reviewer, authz.Dispatcher, authz.Editor}
}

func refusal(a authz.Actor) error {
	if !a.SignedIn() {
		return problem.New(problem.SignIn, "problem.sign-in")
	}
	return problem.New(problem.Forbidden, "problem.forbidden")
}

// mayCount refuses whoever may not see the figures of a committee. Whether it exists is public.
func mayCount(ctx context.Context, snap *directory.Snapshot, committee uuid.UUID) error {
	a := authz.From(ctx)
	if a.System || a.IsAdmin() && a.May(authz.ReadScope) {
		return nil
	}
	if a.SignedIn() && a.May(authz.ReadScope) {
		for _, place := range a.Places(Readers()...) {
			if place == committee || snap.Above(place, committee) {
				return nil
			}
		}
	}
	return refusal(a)
}

// Roots lists the committees from which the caller's figures begin: those they work for, or the topmost ones for administrators. Errors: SignIn, Forbidden.
func (s *Service) Roots(ctx context.Context) ([]uuid.UUID, error) {
	a := authz.From(ctx)
	snap, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	var out []uuid.UUID
	for _, k := range snap.Committees() {
		if mayCount(ctx, snap, k.ID) != nil {
			continue
		}
		if !slices.ContainsFunc(out, func(u uuid.UUID) bool { return snap.Above(u, k.ID) }) {
			out = slices.DeleteFunc(out, func(u uuid.UUID) bool { return snap.Above(k.ID, u) })
			out = append(out, k.ID)
		}
	}
	if len(out) == 0 && !a.System && !a.IsAdmin() {
		return nil, refusal(a)
	}
	return out, nil
}

// platform is the caller's context for questions to the directory that this module's own policy has decided.
func platform(ctx context.Context) context.Context { return authz.With(ctx, authz.System()) }

// Named lists the committees whose people the caller may see by name; all is true for administrators.
func (s *Service) Named(ctx context.Context) (committees []uuid.UUID, all bool, err error) {
	if a := authz.From(ctx); !a.SignedIn() && !a.System {
		return nil, false, refusal(a)
	}
	return s.Directory.GrantedNames(ctx, directory.CoverageSubject)
}
