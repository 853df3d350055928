package branchlife

import (
	"context"
	"slices"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Who may do what:
//   - who belongs to a Party organisation: read what it did, what is due and what was missed;
//   - secretary and deputy secretary: that with names, its checklist, its transfers;
//   - organisers of the committee and secretaries of a Party organisation above it within the committee: guide it: read with names, check again, never what they checked themselves;
//   - staff and leaders of the committee: read with names; organisers write the local rules; administrators write the rules that hold everywhere;
//   - a committee above: figures by committee; names and single branches only where the committee granted it for branch life;
//   - nobody else.

func refusal(a authz.Actor) error {
	if !a.SignedIn() {
		return problem.New(problem.SignIn, "problem.sign-in")
	}
	return problem.New(problem.Forbidden, "problem.forbidden")
}

func notFound() error { return problem.New(problem.NotFound, "problem.not-found") }

// platform is the caller's context for questions that this module's own policy has decided.
func platform(ctx context.Context) context.Context { return authz.With(ctx, authz.System()) }

// signedIn refuses visitors and tokens that may not read.
func signedIn(ctx context.Context) error {
	if a := authz.From(ctx); !a.System && (!a.SignedIn() || !a.May(authz.ReadScope)) {
		return refusal(a)
	}
	return nil
}

// writes tells whether the actor may change anything at all: tokens that only read may not.
func writes(a authz.Actor) bool { return a.System || a.SignedIn() && a.May(authz.WriteScope) }

// Sight is what the caller is to a Party organisation.
type Sight struct {
	Belongs bool // has a post in it, or in one of its groups
	Runs    bool // secretary or deputy secretary
	Guides  bool // organiser of the committee, secretary above it
	Names   bool // may see its people by name
}

// Reads tells whether the caller may read its life at all.
func (s Sight) Reads() bool { return s.Belongs || s.Runs || s.Guides || s.Names }

// heads are the posts whose holders speak for a Party organisation.
func heads() []directory.Post {
	return []directory.Post{directory.Secretary, directory.DeputySecretary}
}

// standing is what the caller is to several organisations at once.
type caller struct {
	snap   *directory.Snapshot
	actor  authz.Actor
	posts  map[uuid.UUID][]directory.Post
	names  []uuid.UUID
	all    bool
	system bool
}

// stand reads what the caller is, for sight. Errors: SignIn, Forbidden.
func (s *Service) stand(ctx context.Context) (*caller, error) {
	if err := signedIn(ctx); err != nil {
		return nil, err
	}
	snap, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	a := authz.From(ctx)
	out := &caller{snap: snap, actor: a, posts: map[uuid.UUID][]directory.Post{}, system: a.System}
	if out.names, out.all, err = s.Directory.GrantedNames(ctx, directory.BranchLifeSubject); err != nil {
		return nil, err
	}
	if a.Person == uuid.Nil {
		return out, nil
	}
	held, err := s.Directory.Roster(platform(ctx), directory.RosterQuery{People: []uuid.UUID{a.Person}})
	for _, h := range held {
		out.posts[h.Organisation] = append(out.posts[h.Organisation], h.Post)
	}
	return out, err
}

// sight is what the caller is to one organisation.
func (st *caller) sight(o *directory.Organisation) Sight {
	if st.system {
		return Sight{Runs: true, Guides: true, Names: true}
	}
	var out Sight
	posts := st.posts[o.ID]
	out.Belongs = len(posts) > 0
	out.Runs = slices.ContainsFunc(posts, func(p directory.Post) bool { return slices.Contains(heads(), p) })
	for _, below := range st.snap.Below(o.ID) {
		out.Belongs = out.Belongs || below.Kind == directory.BranchGroup && len(st.posts[below.ID]) > 0
	}
	k := st.snap.CommitteeFor(o.ID)
	if k == nil {
		return out
	}
	out.Names = st.all || slices.Contains(st.names, k.ID) || out.Runs
	out.Guides = st.actor.Has(authz.Organiser, k.ID)
	for above := st.snap.Organisation(o.Parent); above != nil && above.Kind.IsParty(); above = st.snap.Organisation(above.Parent) {
		if slices.ContainsFunc(st.posts[above.ID], func(p directory.Post) bool { return slices.Contains(heads(), p) }) {
			out.Guides, out.Names = true, true
		}
	}
	if o.Kind == directory.PartyGroup && out.Names { // a committee's own top is guided from the committee above, where it granted that
		for _, place := range st.actor.Places(authz.Organiser) {
			out.Guides = out.Guides || st.snap.Above(place, k.ID)
		}
	}
	return out
}

// gathers tells whether organisations of a kind have a life of their own here.
func gathers(k directory.Kind) bool {
	return slices.Contains(Kinds(), k) || k == directory.TemporaryBranch
}

// see finds an organisation that the caller may read. What they may not read is not there for them.
func (s *Service) see(ctx context.Context, organisation uuid.UUID) (*caller, *directory.Organisation, Sight, error) {
	st, err := s.stand(ctx)
	if err != nil {
		return nil, nil, Sight{}, err
	}
	o := st.snap.Organisation(organisation)
	if o == nil || !gathers(o.Kind) {
		return nil, nil, Sight{}, notFound()
	}
	sight := st.sight(o)
	if !sight.Reads() {
		return nil, nil, Sight{}, notFound()
	}
	return st, o, sight, nil
}
