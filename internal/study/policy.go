package study

import (
	"context"
	"slices"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Who may do what:
//   - organisers of a committee, and who leads the organisation that runs a study (secretary, deputy secretary, branch officer, head, director): plan it, publish it,
//     link its gatherings, confirm make-ups and see its coverage by name;
//   - leaders of the committee: read everything of it;
//   - people of the audience: read what is published for them, their own state, and state their make-up;
//   - staff and leaders of a committee above: figures of published topics, names where the committee granted them for branch life;
//   - administrators read, and plan nothing in a committee's place; the platform itself may do everything.

// leading are the posts whose holders run a study of their organisation.
var leading = []directory.Post{directory.Secretary, directory.DeputySecretary, directory.BranchOfficer, directory.HeadPost, directory.Director, directory.ViceDirector}

// asPlatform is a context for questions to other modules, after the policy here has decided.
func asPlatform(ctx context.Context) context.Context { return authz.With(ctx, authz.System()) }

// runs tells whether the actor runs studies of an organisation.
func (s *Service) runs(ctx context.Context, organisation uuid.UUID) (bool, error) {
	a := authz.From(ctx)
	if a.System {
		return true, nil
	}
	if !a.SignedIn() || organisation == uuid.Nil {
		return false, nil
	}
	snap, err := s.directory.Snapshot(ctx)
	if err != nil {
		return false, err
	}
	if k := snap.CommitteeFor(organisation); k != nil && a.Has(authz.Organiser, k.ID) {
		return true, nil
	}
	if a.Person == uuid.Nil {
		return false, nil
	}
	held, err := s.directory.Roster(asPlatform(ctx), directory.RosterQuery{Organisations: []uuid.UUID{organisation}, People: []uuid.UUID{a.Person}, Posts: leading})
	return len(held) > 0, err
}

// mayRun refuses whoever does not run studies of an organisation.
func (s *Service) mayRun(ctx context.Context, organisation uuid.UUID) error {
	a := authz.From(ctx)
	ok, err := s.runs(ctx, organisation)
	if err != nil {
		return err
	}
	if !ok || !a.System && !a.May(authz.WriteScope) {
		return refusal(a)
	}
	return nil
}

// view is what an actor may see of a topic.
type view int

const (
	nothing view = iota
	figures      // how many, of how many
	mine         // the topic and the actor's own state
	names        // everything, read
	running      // everything, and change it
)

// sees tells what the actor may see of a topic.
func (s *Service) sees(ctx context.Context, t *Topic) (view, error) {
	a := authz.From(ctx)
	ok, err := s.runs(ctx, t.Organisation)
	switch {
	case err != nil:
		return nothing, err
	case ok:
		return running, nil
	case !a.SignedIn() || !a.May(authz.ReadScope):
		return nothing, nil
	case a.IsAdmin() || a.Has(authz.Leader, t.Committee):
		return names, nil
	case t.Published.IsZero():
		return nothing, nil
	}
	if granted, err := s.directory.MaySeeNames(ctx, t.Committee, directory.BranchLifeSubject); err != nil || granted && !a.HasAny(t.Committee, staff...) {
		return names, err
	}
	if a.Person != uuid.Nil {
		held, err := s.directory.Roster(asPlatform(ctx), directory.RosterQuery{Organisations: t.Audience, People: []uuid.UUID{a.Person}, Day: s.audienceDay(t)})
		if err != nil || len(held) > 0 {
			return mine, err
		}
	}
	snap, err := s.directory.Snapshot(ctx)
	if err != nil {
		return nothing, err
	}
	for _, k := range a.Places(append(slices.Clone(staff), authz.Leader, authz.Organiser)...) {
		if k == t.Committee || snap.Above(k, t.Committee) {
			return figures, nil
		}
	}
	return nothing, nil
}

// staff of a committee see figures of its studies.
var staff = []authz.Role{authz.Reviewer, authz.Dispatcher, authz.Editor}

func refusal(a authz.Actor) error {
	if !a.SignedIn() && !a.System {
		return problem.New(problem.SignIn, "problem.sign-in")
	}
	return problem.New(problem.Forbidden, "problem.forbidden")
}

func hidden(a authz.Actor) error {
	if !a.SignedIn() {
		return problem.New(problem.SignIn, "problem.sign-in")
	}
	return problem.New(problem.NotFound, "problem.not-found")
}
