package contact

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"xieshang/internal/directory"

	"github.com/google/uuid"
)

// Near is what two members of a committee share.
type Near string

// What two can share.
const (
	SameSector  Near = "sector"  // 同一界别
	SameSpecial Near = "special" // 同一专门委员会
	SamePlace   Near = "place"   // a post in organisations of the same other division
)

// Candidate is somebody who can contact a member.
type Candidate struct {
	Person
	Near []Near
}

// MaxOthers is how many are offered beside the one who is proposed: a select with everybody for everybody would be a page of megabytes.
const MaxOthers = 15

// Proposal says who might contact a member whom nobody contacts yet, and why. Others are 15 who could, the proposed one among them, nearest and least loaded first, for
// whoever wants to choose otherwise.
type Proposal struct {
	Member  Person
	Contact Candidate // no ID when the committee has no CPC member
	Above   bool      // the contact then has more than the committee's bound: there is room with nobody
	Others  []Candidate
}

// Proposals is what an organiser edits and adopts.
type Proposals struct {
	List []Proposal
	Most int
	CPC  int
}

// Propose finds for every member outside the Party whom nobody contacts somebody who could; nothing is recorded. The rule is that of assign: nobody above the committee's bound
// unless there is no room, somebody of the same sector, special committee or place before others, loads as equal as can be. The same record gives the
// same proposals. For whoever may see the committee's names for coverage.
func (s *Service) Propose(ctx context.Context, committee uuid.UUID) (*Proposals, error) {
	if err := s.mayRead(ctx, committee); err != nil {
		return nil, err
	}
	o, err := s.overview(ctx, committee, s.today())
	if err != nil {
		return nil, err
	}
	byName := func(a, b Person) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), slices.Compare(a.ID[:], b.ID[:]))
	}
	slices.SortFunc(o.Gaps, byName)
	slices.SortFunc(o.People, byName)
	shares, err := s.shares(ctx, committee, append(slices.Clone(o.Gaps), o.People...))
	if err != nil {
		return nil, err
	}
	near, load := make([][]bool, len(o.Gaps)), make([]int, len(o.People))
	for c, p := range o.People {
		load[c] = p.Load
	}
	for m := range o.Gaps {
		near[m] = make([]bool, len(o.People))
		for c := range o.People {
			near[m][c] = len(common(shares[o.Gaps[m].ID], shares[o.People[c].ID])) > 0
		}
	}
	out := &Proposals{Most: o.Most, CPC: len(o.People)}
	given := assign(near, load, o.Most)
	for _, c := range given {
		if c >= 0 {
			load[c]++
		}
	}
	for m, c := range given {
		p := Proposal{Member: o.Gaps[m]}
		mine := shares[p.Member.ID]
		for _, x := range o.People {
			p.Others = append(p.Others, Candidate{x, common(mine, shares[x.ID])})
		}
		slices.SortStableFunc(p.Others, func(a, b Candidate) int {
			return cmp.Or(len(b.Near)-len(a.Near), a.Load-b.Load, byName(a.Person, b.Person))
		})
		if c >= 0 {
			p.Contact = Candidate{o.People[c], common(mine, shares[o.People[c].ID])}
			p.Above = load[c] > o.Most
			if at := slices.IndexFunc(p.Others, func(x Candidate) bool { return x.ID == p.Contact.ID }); at >= MaxOthers {
				p.Others[MaxOthers-1] = p.Others[at]
			}
		}
		p.Others = slices.Clip(p.Others[:min(len(p.Others), MaxOthers)])
		out.List = append(out.List, p)
	}
	return out, nil
}

// share is one thing that somebody has and another may have too.
type share struct {
	kind Near
	what string
}

func common(a, b []share) (out []Near) {
	for _, x := range a {
		if slices.Contains(b, x) && !slices.Contains(out, x.kind) {
			out = append(out, x.kind)
		}
	}
	return out
}

// shares lists the sector, the special committees and the other places of members.
func (s *Service) shares(ctx context.Context, committee uuid.UUID, people []Person) (map[uuid.UUID][]share, error) {
	out := map[uuid.UUID][]share{}
	ids := make([]uuid.UUID, len(people))
	for i, p := range people {
		ids[i] = p.ID
		if p.Sector != "" {
			out[p.ID] = append(out[p.ID], share{SameSector, p.Sector})
		}
	}
	if len(ids) == 0 {
		return out, nil
	}
	snap, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	held, err := s.Directory.Roster(platform(ctx), directory.RosterQuery{People: ids})
	if err != nil {
		return nil, err
	}
	home := uuid.Nil
	if k := snap.Organisation(committee); k != nil {
		home = k.Division
	}
	for _, h := range held {
		o := snap.Organisation(h.Organisation)
		if o == nil {
			continue
		}
		x := share{SamePlace, o.Division.String()}
		switch k := snap.CommitteeFor(o.ID); {
		case o.Kind == directory.SpecialCommittee && k != nil && k.ID == committee:
			x = share{SameSpecial, o.ID.String()}
		case o.Division == uuid.Nil || o.Division == home:
			continue
		}
		if !slices.Contains(out[h.Person], x) {
			out[h.Person] = append(out[h.Person], x)
		}
	}
	return out, nil
}
