package branchlife

import (
	"cmp"
	"context"
	"slices"

	"xieshang/internal/directory"

	"github.com/google/uuid"
)

// Movable lists the people for whom the caller may ask for a transfer, each with where the relation lies today: the caller, those of a branch whose secretary the caller is, those of an organiser's
// committee, in a branch of its office or outside with a post in the committee. Errors: SignIn, Forbidden.
func (s *Service) Movable(ctx context.Context) ([]directory.Holding, error) {
	st, err := s.stand(ctx)
	if err != nil {
		return nil, err
	}
	r, err := s.role(ctx)
	if err != nil {
		return nil, err
	}
	var ask, people []uuid.UUID
	for _, o := range st.snap.Organisations() {
		if o.Kind != directory.Branch {
			continue
		}
		if k := committeeOf(st.snap, o.ID); slices.Contains(r.heads, o.ID) || k != uuid.Nil && slices.Contains(r.committees, k) {
			ask = append(ask, o.ID)
		}
	}
	if r.person != uuid.Nil {
		people = append(people, r.person)
	}
	if len(r.committees) > 0 {
		places := slices.Clone(r.committees)
		for _, k := range r.committees {
			for _, o := range partyOf(st.snap, k) {
				places = append(places, o.ID)
			}
		}
		held, err := s.Directory.Roster(platform(ctx), directory.RosterQuery{Organisations: places, Posts: []directory.Post{directory.MemberPost, directory.Participant}})
		if err != nil {
			return nil, err
		}
		for _, h := range held {
			people = append(people, h.Person)
		}
	}
	relation := []directory.Post{directory.Relation}
	var out []directory.Holding
	for _, q := range []directory.RosterQuery{{Organisations: ask, Posts: relation}, {People: people, Posts: relation}} {
		if len(q.Organisations)+len(q.People) == 0 {
			continue
		}
		held, err := s.Directory.Roster(platform(ctx), q)
		if err != nil {
			return nil, err
		}
		for _, h := range held {
			if !slices.ContainsFunc(out, func(x directory.Holding) bool { return x.ID == h.ID }) {
				out = append(out, h)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b directory.Holding) int { return cmp.Compare(a.Name, b.Name) })
	return out, nil
}
