package contact

import (
	"context"
	"slices"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Who may do what:
//   - organisers of a committee, administrators and the platform: make, correct and end its links, say how many one person contacts, see counts of contacts;
//   - whoever may see the committee's names for coverage (its staff and leaders, a committee above by a grant): read its links and counts;
//   - the two of a pair: see their links, write and read their log, take back what they wrote themselves;
//   - secretary and deputy secretary of the members' branch in which the CPC member is placed: read the log of the pair;
//   - nobody else reads a log, administrators and organisers included.

func refusal(a authz.Actor) error {
	if !a.SignedIn() {
		return problem.New(problem.SignIn, "problem.sign-in")
	}
	return problem.New(problem.Forbidden, "problem.forbidden")
}

func noLink() error { return problem.New(problem.NotFound, "problem.not-found") }

// mayOrganise lets organisers of the committee, administrators and the platform.
func mayOrganise(ctx context.Context, committee uuid.UUID) error {
	a := authz.From(ctx)
	if a.System || a.May(authz.WriteScope) && (a.IsAdmin() || committee != uuid.Nil && a.Has(authz.Organiser, committee)) {
		return nil
	}
	return refusal(a)
}

// MayOrganise tells whether the caller changes the links of a committee.
func (s *Service) MayOrganise(ctx context.Context, committee uuid.UUID) bool {
	return mayOrganise(ctx, committee) == nil
}

// mayRead lets whoever may see the committee's names for coverage.
func (s *Service) mayRead(ctx context.Context, committee uuid.UUID) error {
	ok, err := s.Directory.MaySeeNames(ctx, committee, directory.CoverageSubject)
	if err != nil {
		return err
	}
	if !ok {
		return refusal(authz.From(ctx))
	}
	return nil
}

// person is the person behind the account of the caller; refused for nobody and for an account without a person.
func person(ctx context.Context) (uuid.UUID, error) {
	a := authz.From(ctx)
	if !a.SignedIn() {
		return uuid.Nil, refusal(a)
	}
	if a.Person == uuid.Nil || !a.May(authz.ReadScope) {
		return uuid.Nil, problem.New(problem.Forbidden, "problem.forbidden")
	}
	return a.Person, nil
}

// platform is the caller's context for questions to the directory that this module's own policy has decided.
func platform(ctx context.Context) context.Context { return authz.With(ctx, authz.System()) }

// secretaryOf lists the members' branches of which a person is secretary or deputy secretary today.
func (s *Service) secretaryOf(ctx context.Context, who uuid.UUID) ([]uuid.UUID, error) {
	snap, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	held, err := s.Directory.Roster(platform(ctx), directory.RosterQuery{People: []uuid.UUID{who}, Posts: []directory.Post{directory.Secretary, directory.DeputySecretary}})
	if err != nil {
		return nil, err
	}
	var out []uuid.UUID
	for _, h := range held {
		if o := snap.Organisation(h.Organisation); o != nil && o.Kind == directory.MembersBranch && !slices.Contains(out, o.ID) {
			out = append(out, o.ID)
		}
	}
	return out, nil
}

// placedIn lists who is placed in members' branches today.
func (s *Service) placedIn(ctx context.Context, branches []uuid.UUID) ([]directory.Holding, error) {
	if len(branches) == 0 {
		return nil, nil
	}
	return s.Directory.Roster(platform(ctx), directory.RosterQuery{Organisations: branches, Posts: []directory.Post{directory.Participant}})
}

// mayReadLog lets the two of the pair, and the secretaries of the contact's branch in the committee at hand. Everybody else hears that there is no such pair: whether somebody is
// contacted is for those who may see the links.
func (s *Service) mayReadLog(ctx context.Context, p Pair) error {
	who, err := person(ctx)
	if err != nil {
		return err
	}
	if who == p.Contact || who == p.Target {
		return nil
	}
	branches, err := s.secretaryOf(ctx, who)
	if err != nil {
		return err
	}
	snap, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return err
	}
	branches = slices.DeleteFunc(branches, func(b uuid.UUID) bool {
		k := snap.CommitteeFor(b)
		return k == nil || k.ID != p.Committee
	})
	placed, err := s.placedIn(ctx, branches)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(placed, func(h directory.Holding) bool { return h.Person == p.Contact }) {
		return nil
	}
	return noLink()
}
