package branchlife

import (
	"context"
	"slices"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Dual is a member's life in two organisations (双重组织生活) within some days: what was attended in the members' branch, and what in the branch where the relation lies. A joint gathering stands in
// both; nothing else counts twice. The home branch is mostly outside the assembly: what happened there is known to the assembly only where it was held together.
type Dual struct {
	Person      uuid.UUID
	Name        string
	Days        clock.Interval
	Members     []uuid.UUID // the members' branches in which the person was placed
	Home        []uuid.UUID // where the relation lay
	InMembers   []Attended
	InHome      []Attended
	Missed      int // gatherings of the members' branch to which they were invited and did not come
	Leave       int
	Committee   uuid.UUID
	HomeOutside bool
}

// Attended is a gathering in which somebody took part.
type Attended struct {
	Held
	MadeUp bool
	Joint  bool // of both organisations
}

// Dual tells a member's life in two organisations from one day to another, both included; for the member, the secretaries of both organisations, and whoever may see the names of the committee for
// branch life. Errors: SignIn, NotFound, Invalid.
func (s *Service) Dual(ctx context.Context, person uuid.UUID, from, last clock.Date) (*Dual, error) {
	st, err := s.stand(ctx)
	if err != nil {
		return nil, err
	}
	if from.IsZero() || last.Before(from) || last.Sub(from) > 3*366 {
		return nil, problem.On("last", "branchlife.err.span")
	}
	b, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	d := &Dual{Person: person, Days: clock.Interval{From: from, To: last.AddDays(1)}}
	in := b.places(person, directory.DaysOf(d.Days))
	for _, x := range in {
		switch list := &d.Home; {
		case x.kind == directory.MembersBranch && !slices.Contains(d.Members, x.organisation):
			d.Members = append(d.Members, x.organisation)
		case x.kind != directory.MembersBranch && !slices.Contains(*list, x.organisation):
			*list = append(*list, x.organisation)
			d.HomeOutside = d.HomeOutside || x.kind == directory.OutsideBranch
		}
	}
	if !st.seesDual(d) {
		return nil, notFound()
	}
	names, err := s.Directory.Names(platform(ctx), []uuid.UUID{person})
	if err != nil {
		return nil, err
	}
	d.Name = names[person]
	return d, s.attended(ctx, d, in)
}

func (st *caller) seesDual(d *Dual) bool {
	if st.system || st.actor.Person == d.Person && d.Person != uuid.Nil {
		return true
	}
	for _, o := range slices.Concat(d.Members, d.Home) {
		if k := st.snap.Organisation(o); k != nil {
			if sight := st.sight(k); sight.Runs || sight.Guides || sight.Names {
				return true
			}
		}
	}
	return false
}

// place is a membership that matters for life in two organisations.
type place struct {
	organisation uuid.UUID
	kind         directory.Kind
	days         directory.Days
}

// places lists where a person was placed and where the relation lay within some days.
func (b *book) places(person uuid.UUID, within directory.Days) (out []place) {
	at, ok := b.sweep.Index(person)
	if !ok {
		return nil
	}
	for _, x := range b.sweep.StaysOf(at) {
		if x.Post != directory.Relation && x.Post != directory.Participant {
			continue
		}
		for _, f := range b.sweep.FactsOf(x.Organisation) {
			if days := x.Both(f.Days).Both(within); !days.Empty() && (x.Post == directory.Relation || f.Kind == directory.MembersBranch) {
				out = append(out, place{x.Organisation, f.Kind, days})
			}
		}
	}
	return out
}

func (s *Service) attended(ctx context.Context, d *Dual, in []place) error {
	took, err := s.Gatherings.Attended(platform(ctx), d.Person, d.Days.From, d.Days.To.AddDays(-1))
	if err != nil {
		return err
	}
	part := map[uuid.UUID]Took{}
	var ids []uuid.UUID
	for _, x := range took {
		part[x.Gathering] = x
		ids = append(ids, x.Gathering)
	}
	list, err := s.Gatherings.ByID(platform(ctx), ids)
	if err != nil {
		return err
	}
	slices.SortStableFunc(list, func(a, b Held) int { return a.Day.Compare(b.Day) })
	for _, h := range list {
		if h.Cancelled || !h.Over {
			continue
		}
		members, home := false, false
		for _, x := range in {
			if !slices.Contains(h.Holders, x.organisation) || !x.days.Contains(directory.DayOf(h.Day)) {
				continue
			}
			if x.kind == directory.MembersBranch {
				members = true
			} else {
				home = true
			}
		}
		x := part[h.ID]
		if !x.There && !x.MadeUp {
			if members && x.Leave {
				d.Leave++
			} else if members {
				d.Missed++
			}
			continue
		}
		a := Attended{Held: h, MadeUp: x.MadeUp, Joint: members && home}
		if members {
			d.InMembers = append(d.InMembers, a)
		}
		if home {
			d.InHome = append(d.InHome, a)
		}
	}
	return nil
}

// Placed lists who is placed in a members' branch today, or whose relation lies in a branch, by name; for its secretary, who guides it and whoever may see names. Errors: SignIn, NotFound, Forbidden.
func (s *Service) Placed(ctx context.Context, organisation uuid.UUID) ([]directory.Holding, error) {
	_, _, sight, err := s.see(ctx, organisation)
	if err != nil {
		return nil, err
	}
	if !sight.Runs && !sight.Guides && !sight.Names {
		return nil, refusal(authz.From(ctx))
	}
	return s.Directory.Roster(platform(ctx), directory.RosterQuery{Organisations: []uuid.UUID{organisation}, Posts: []directory.Post{directory.Relation, directory.Participant}})
}
