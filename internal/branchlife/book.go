package branchlife

import (
	"context"
	"sync"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"

	"github.com/google/uuid"
)

// shelf keeps what was worked out of the last sweep.
type shelf struct {
	mu   sync.Mutex
	last *book
}

// book finds the memberships of an organisation in a sweep.
type book struct {
	sweep *directory.Sweep
	stays map[uuid.UUID][]int32
	below map[uuid.UUID][]uuid.UUID // groups of a branch
}

func (s *Service) read(ctx context.Context) (*book, error) {
	sw, err := s.Record.Sweep(platform(ctx))
	if err != nil {
		return nil, err
	}
	s.book.mu.Lock()
	defer s.book.mu.Unlock()
	if s.book.last != nil && s.book.last.sweep == sw {
		return s.book.last, nil
	}
	b := &book{sweep: sw, stays: map[uuid.UUID][]int32{}, below: map[uuid.UUID][]uuid.UUID{}}
	for i := range sw.Stays {
		b.stays[sw.Stays[i].Organisation] = append(b.stays[sw.Stays[i].Organisation], int32(i))
	}
	seen := map[[2]uuid.UUID]bool{}
	for _, f := range sw.Organisations {
		if pair := [2]uuid.UUID{f.Parent, f.ID}; f.Kind == directory.BranchGroup && !seen[pair] {
			seen[pair] = true
			b.below[f.Parent] = append(b.below[f.Parent], f.ID)
		}
	}
	s.book.last = b
	return b, nil
}

// subject gives an organisation for the arithmetic.
func (b *book) subject(organisation uuid.UUID) subject {
	facts := b.sweep.FactsOf(organisation)
	out := subject{id: organisation, full: func(d clock.Date) int { return b.full(organisation, d) }}
	out.stands = func(d clock.Date) bool {
		day := directory.DayOf(d)
		for _, f := range facts {
			if f.Contains(day) {
				return true
			}
		}
		return false
	}
	for _, g := range b.below[organisation] {
		var days directory.Days
		for i, f := range b.sweep.FactsOf(g) {
			if i == 0 {
				days = f.Days
			}
			days.To = f.To
		}
		out.groups = append(out.groups, group{g, clock.Interval{From: days.From.Date(), To: days.To.Date()}})
	}
	return out
}

// full counts the full members whose relation lies in an organisation on a day.
func (b *book) full(organisation uuid.UUID, d clock.Date) int {
	day, n := directory.DayOf(d), 0
	for _, i := range b.stays[organisation] {
		if st := b.sweep.Stays[i]; st.Post == directory.Relation && st.Contains(day) && b.sweep.FullMember(st.Person, day) {
			n++
		}
	}
	return n
}

// people counts who has one of the posts on a day.
func (b *book) people(organisation uuid.UUID, d clock.Date, posts ...directory.Post) int {
	day, seen := directory.DayOf(d), map[int32]bool{}
	for _, i := range b.stays[organisation] {
		st := b.sweep.Stays[i]
		for _, p := range posts {
			if st.Post == p && st.Contains(day) {
				seen[st.Person] = true
			}
		}
	}
	return len(seen)
}
