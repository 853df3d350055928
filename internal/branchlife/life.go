package branchlife

import (
	"cmp"
	"context"
	"slices"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"

	"github.com/google/uuid"
)

// Life is what one Party organisation did in a year, what is due and what was missed.
type Life struct {
	Organisation *directory.Organisation
	Committee    *directory.Organisation
	Sight        Sight
	Year         int
	Slots        []Slot
	Rules        []Rule
	Gatherings   []Held // of the year, what counts for no rule too, earlier first
	Full         int    // full members whose relation lies here today
	People       int    // everybody whose relation lies here, or who is placed here
	Groups       []*directory.Organisation
}

// Pick lists the slots in a state.
func (l *Life) Pick(states ...State) (out []Slot) {
	for _, x := range l.Slots {
		if slices.Contains(states, x.State) {
			out = append(out, x)
		}
	}
	return out
}

// Year tells of one organisation how a year went; for whoever may read its life. Errors: SignIn, NotFound.
func (s *Service) Year(ctx context.Context, organisation uuid.UUID, year int) (*Life, error) {
	st, o, sight, err := s.see(ctx, organisation)
	if err != nil {
		return nil, err
	}
	list, err := s.lives(ctx, st.snap, []*directory.Organisation{o}, year)
	if err != nil {
		return nil, err
	}
	list[0].Sight = sight
	return list[0], nil
}

// lives computes the year of organisations; the caller's policy has decided.
func (s *Service) lives(ctx context.Context, snap *directory.Snapshot, organisations []*directory.Organisation, year int) ([]*Life, error) {
	b, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	rules, err := s.rules(ctx)
	if err != nil {
		return nil, err
	}
	var ask []uuid.UUID
	for _, o := range organisations {
		ask = append(append(ask, o.ID), b.below[o.ID]...)
	}
	held := map[uuid.UUID][]Held{}
	if len(ask) > 0 {
		list, err := s.Gatherings.Held(platform(ctx), ask, clock.Of(year, 1, 1), clock.Of(year, 12, 31))
		if err != nil {
			return nil, err
		}
		slices.SortStableFunc(list, func(a, b Held) int { return a.Day.Compare(b.Day) })
		for _, h := range list {
			for _, u := range h.Holders {
				held[u] = append(held[u], h)
			}
		}
	}
	today := s.today()
	out := make([]*Life, len(organisations))
	for i, o := range organisations {
		l := &Life{Organisation: o, Committee: snap.CommitteeFor(o.ID), Year: year, Full: b.full(o.ID, today), People: b.people(o.ID, today, directory.Relation, directory.Participant)}
		if l.People == 0 {
			l.People = b.people(o.ID, today, directory.Secretary, directory.DeputySecretary, directory.GroupMember, directory.BranchOfficer)
		}
		committee := uuid.Nil
		if l.Committee != nil {
			committee = l.Committee.ID
		}
		l.Rules = rulesOf(rules, o, committee)
		l.Gatherings = slices.Clone(held[o.ID])
		for _, g := range b.below[o.ID] {
			if k := snap.Organisation(g); k != nil {
				l.Groups = append(l.Groups, k)
			}
			for _, h := range held[g] {
				if !slices.ContainsFunc(l.Gatherings, func(x Held) bool { return x.ID == h.ID }) {
					l.Gatherings = append(l.Gatherings, h)
				}
			}
		}
		slices.SortStableFunc(l.Gatherings, func(a, b Held) int { return cmp.Or(a.Day.Compare(b.Day), slices.Compare(a.ID[:], b.ID[:])) })
		l.Slots = reckon(b.subject(o.ID), l.Rules, l.Gatherings, year, today)
		out[i] = l
	}
	return out, nil
}

// Mine lists the Party organisations to which the caller belongs, those they run first, with this year; for every account. The platform belongs to none.
func (s *Service) Mine(ctx context.Context) ([]*Life, error) {
	st, err := s.stand(ctx)
	if err != nil {
		return nil, err
	}
	var own []*directory.Organisation
	if !st.system {
		for _, o := range st.snap.Organisations() {
			if gathers(o.Kind) && st.sight(o).Belongs {
				own = append(own, o)
			}
		}
	}
	out, err := s.lives(ctx, st.snap, own, s.today().Year)
	for _, l := range out {
		l.Sight = st.sight(l.Organisation)
	}
	slices.SortStableFunc(out, func(a, b *Life) int { return rank(b.Sight) - rank(a.Sight) })
	return out, err
}

func rank(s Sight) int {
	if s.Runs {
		return 1
	}
	return 0
}

// OfCommittee lists the Party organisations of a committee with a year, in the order of the tree; for whoever may see its names for branch life. Errors: SignIn, Forbidden.
func (s *Service) OfCommittee(ctx context.Context, committee uuid.UUID, year int) ([]*Life, error) {
	st, err := s.stand(ctx)
	if err != nil {
		return nil, err
	}
	if k := st.snap.Organisation(committee); k == nil || k.Kind != directory.Committee {
		return nil, notFound()
	}
	if !st.system && !st.all && !slices.Contains(st.names, committee) {
		return nil, refusal(st.actor)
	}
	list := partyOf(st.snap, committee)
	out, err := s.lives(ctx, st.snap, list, year)
	for _, l := range out {
		l.Sight = st.sight(l.Organisation)
	}
	return out, err
}

func partyOf(snap *directory.Snapshot, committee uuid.UUID) (out []*directory.Organisation) {
	for _, group := range snap.Under(committee, directory.PartyGroup) {
		if k := snap.CommitteeFor(group.ID); k == nil || k.ID != committee {
			continue
		}
		for _, o := range snap.Under(group.ID) {
			if gathers(o.Kind) {
				out = append(out, o)
			}
		}
	}
	return out
}
