package directory

import (
	"context"
	"slices"
	"sync"

	"github.com/google/uuid"
)

// Standing is what a person is politically on a day, as the two full coverages ask.
type Standing int

// The standings. Somebody of two parties, one of them the CPC, is a CPC member. Nobody is taken for outside the Party because nothing is known.
const (
	StandingUnknown Standing = iota
	CPCMember
	OutsideParty
)

// CommitteeDays are days on which an organisation stood below a committee.
type CommitteeDays struct {
	Days
	Committee uuid.UUID
}

// order sorts what was read by person, so that everything about one person lies together.
func (s *Sweep) order() {
	n := len(s.People)
	s.stayAt, s.partyAt = make([]int32, n+1), make([]int32, n+1)
	for i := range s.Stays {
		s.stayAt[s.Stays[i].Person+1]++
	}
	for i := range s.Parties {
		s.partyAt[s.Parties[i].Person+1]++
	}
	for i := range n {
		s.stayAt[i+1] += s.stayAt[i]
		s.partyAt[i+1] += s.partyAt[i]
	}
	stays, at := make([]Stay, len(s.Stays)), slices.Clone(s.stayAt)
	for _, x := range s.Stays {
		stays[at[x.Person]] = x
		at[x.Person]++
	}
	parties, at := make([]PartyStay, len(s.Parties)), slices.Clone(s.partyAt)
	for _, x := range s.Parties {
		parties[at[x.Person]] = x
		at[x.Person]++
	}
	s.Stays, s.Parties = stays, parties
	s.facts = make(map[uuid.UUID][2]int32, len(s.Organisations))
	for i := range s.Organisations {
		span, ok := s.facts[s.Organisations[i].ID]
		if !ok {
			span[0] = int32(i)
		}
		span[1] = int32(i + 1)
		s.facts[s.Organisations[i].ID] = span
	}
}

// StaysOf lists the memberships of a person, in the order of organisations.
func (s *Sweep) StaysOf(person int32) []Stay {
	return s.Stays[s.stayAt[person]:s.stayAt[person+1]]
}

// PartiesOf lists the affiliations of a person.
func (s *Sweep) PartiesOf(person int32) []PartyStay {
	return s.Parties[s.partyAt[person]:s.partyAt[person+1]]
}

// FactsOf lists what is known of an organisation, earlier first.
func (s *Sweep) FactsOf(organisation uuid.UUID) []OrganisationDays {
	span := s.facts[organisation]
	return s.Organisations[span[0]:span[1]]
}

// Standing tells what a person is politically on a day.
func (s *Sweep) Standing(person int32, day Day) Standing {
	out := StandingUnknown
	for _, p := range s.PartiesOf(person) {
		if !p.Contains(day) {
			continue
		}
		if p.Party == CPC {
			return CPCMember
		}
		out = OutsideParty
	}
	return out
}

// FullMember tells whether a person is a full CPC member (正式党员) on a day: one who is not on probation.
func (s *Sweep) FullMember(person int32, day Day) bool {
	return slices.ContainsFunc(s.PartiesOf(person), func(p PartyStay) bool { return p.Party == CPC && !p.Probationary && p.Contains(day) })
}

// MemberDays adds the days on which a person is a member of a committee that stands. Posts of other organisations do not count.
func (s *Sweep) MemberDays(to []Days, person int32, committee uuid.UUID) []Days {
	return s.PostDays(to, person, committee, Committee, MemberPost)
}

// PostDays adds the days on which a person has one of the posts in an organisation that is of a kind then.
func (s *Sweep) PostDays(to []Days, person int32, organisation uuid.UUID, kind Kind, posts ...Post) []Days {
	for _, st := range s.StaysOf(person) {
		if st.Organisation != organisation || !slices.Contains(posts, st.Post) {
			continue
		}
		for _, f := range s.FactsOf(organisation) {
			if d := st.Both(f.Days); f.Kind == kind && !d.Empty() {
				to = append(to, d)
			}
		}
	}
	return to
}

// CPCDays adds the days on which a person is a CPC member; KnownDays those on which anything is known.
func (s *Sweep) CPCDays(to []Days, person int32) []Days {
	for _, p := range s.PartiesOf(person) {
		if p.Party == CPC {
			to = append(to, p.Days)
		}
	}
	return to
}

// KnownDays adds the days on which anything is known of a person's affiliation.
func (s *Sweep) KnownDays(to []Days, person int32) []Days {
	for _, p := range s.PartiesOf(person) {
		to = append(to, p.Days)
	}
	return to
}

// KindDays adds the days on which an organisation is of a kind.
func (s *Sweep) KindDays(to []Days, organisation uuid.UUID, kind Kind) []Days {
	for _, f := range s.FactsOf(organisation) {
		if f.Kind == kind {
			to = append(to, f.Days)
		}
	}
	return to
}

// CommitteesOf adds the committees below which an organisation stood and when, itself included. A tree has no cycles; more than twenty levels are not followed.
func (s *Sweep) CommitteesOf(to []CommitteeDays, organisation uuid.UUID) []CommitteeDays {
	return s.above(to, organisation, Days{-1 << 31, Never}, 0)
}

func (s *Sweep) above(to []CommitteeDays, organisation uuid.UUID, within Days, depth int) []CommitteeDays {
	for _, f := range s.FactsOf(organisation) {
		d := f.Both(within)
		switch {
		case d.Empty() || depth > 20:
		case f.Kind == Committee:
			to = append(to, CommitteeDays{d, organisation})
		default:
			to = s.above(to, f.Parent, d, depth+1)
		}
	}
	return to
}

// First finds the first day from a day on that is in the list; false when there is none.
func First(list []Days, from Day) (Day, bool) {
	best, found := Never, false
	for _, d := range list {
		if d.To > from && !d.Empty() && max(d.From, from) < best {
			best, found = max(d.From, from), true
		}
	}
	return best, found
}

// Through finds the first day after from that is not in the list; from itself must be. Days that follow each other without a gap count as one.
func Through(list []Days, from Day) Day {
	for end := from; ; {
		next := end
		for _, d := range list {
			if d.Contains(end) && d.To > next {
				next = d.To
			}
		}
		if next == end || next == Never {
			return next
		}
		end = next
	}
}

// Kept keeps the last sweep until something is recorded, so that pages of one minute share it.
type Kept struct {
	service *Service
	posts   []Post
	mu      sync.Mutex
	last    *Sweep
}

// Keep makes a Kept of the posts.
func (s *Service) Keep(posts ...Post) *Kept { return &Kept{service: s, posts: posts} }

// Sweep gives the sweep of what is recorded now; only for the platform, as Service.Sweep.
func (k *Kept) Sweep(ctx context.Context) (*Sweep, error) {
	version, err := k.service.Version(ctx)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.last != nil && k.last.Version == version {
		if err := platformOnly(ctx); err != nil {
			return nil, err
		}
		return k.last, nil
	}
	sw, err := k.service.Sweep(ctx, k.posts...)
	if err == nil {
		k.last = sw
	}
	return sw, err
}
