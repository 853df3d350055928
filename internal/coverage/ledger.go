package coverage

import (
	"context"
	"fmt"

	"xieshang/internal/directory"

	"github.com/google/uuid"
)

// ledger is everything that figures are counted from, for all days and all committees: it stands for one state of the record.
type ledger struct {
	sweep      *directory.Sweep
	links      int64 // version of the contact links
	committees map[uuid.UUID]int32
	seats      []seat // members of committees
	placed     perPerson
	reached    perPerson
}

// seat is a membership of a committee.
type seat struct {
	directory.Days
	person, committee, sector int32
}

// span is days on which something holds of a person in a committee.
type span struct {
	directory.Days
	committee int32
}

// perPerson keeps the spans of each person together: those of person p are list[at[p]:at[p+1]].
type perPerson struct {
	at   []int32
	list []span
}

func (p perPerson) holds(person, committee int32, day directory.Day) bool {
	for _, x := range p.list[p.at[person]:p.at[person+1]] {
		if x.committee == committee && x.Contains(day) {
			return true
		}
	}
	return false
}

// together sorts spans by person.
func together(people int, who []int32, spans []span) perPerson {
	at := make([]int32, people+1)
	for _, p := range who {
		at[p+1]++
	}
	for i := range people {
		at[i+1] += at[i]
	}
	list, next := make([]span, len(spans)), append([]int32(nil), at...)
	for i, p := range who {
		list[next[p]] = spans[i]
		next[p]++
	}
	return perPerson{at, list}
}

// ledger gives the ledger of what is recorded now; it is made anew when the directory or a link changed.
func (s *Service) ledger(ctx context.Context) (*ledger, error) {
	sw, err := s.Record.Sweep(platform(ctx))
	if err != nil {
		return nil, err
	}
	links, err := s.Links.Version(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last != nil && s.last.sweep == sw && s.last.links == links {
		return s.last, nil
	}
	reach, err := s.Links.Reached(platform(ctx), sw)
	if err != nil {
		return nil, fmt.Errorf("read contact links: %w", err)
	}
	s.last = newLedger(sw, reach)
	s.last.links = links
	return s.last, nil
}

func newLedger(sw *directory.Sweep, reach []Reach) *ledger {
	l := &ledger{sweep: sw, committees: map[uuid.UUID]int32{}, seats: make([]seat, 0, len(sw.Stays))}
	number := func(u uuid.UUID) int32 {
		n, ok := l.committees[u]
		if !ok {
			n = int32(len(l.committees))
			l.committees[u] = n
		}
		return n
	}
	// Where members sit and where participants are placed is asked once for each organisation.
	branches := map[uuid.UUID][]directory.CommitteeDays{}
	for _, o := range sw.Organisations {
		switch o.Kind {
		case directory.Committee:
			number(o.ID)
		case directory.MembersBranch:
			for _, k := range sw.CommitteesOf(nil, o.ID) {
				if d := k.Both(o.Days); !d.Empty() {
					branches[o.ID] = append(branches[o.ID], directory.CommitteeDays{Days: d, Committee: k.Committee})
				}
			}
		}
	}
	var who []int32
	var spans []span
	for _, st := range sw.Stays {
		switch st.Post {
		case directory.MemberPost:
			k, ok := l.committees[st.Organisation]
			if !ok {
				continue // a member of a special committee or a studio
			}
			for _, f := range sw.FactsOf(st.Organisation) {
				if d := st.Both(f.Days); f.Kind == directory.Committee && !d.Empty() {
					l.seats = append(l.seats, seat{d, st.Person, k, st.Sector})
				}
			}
		case directory.Participant:
			for _, k := range branches[st.Organisation] {
				if d := st.Both(k.Days); !d.Empty() {
					who, spans = append(who, st.Person), append(spans, span{d, number(k.Committee)})
				}
			}
		}
	}
	l.placed = together(len(sw.People), who, spans)
	who, spans = nil, nil
	for _, r := range reach {
		if p, ok := sw.Index(r.Person); ok {
			who, spans = append(who, p), append(spans, span{r.Days, number(r.Committee)})
		}
	}
	l.reached = together(len(sw.People), who, spans)
	return l
}

// of is what one member adds to a figure on a day.
func (l *ledger) of(x seat, day directory.Day) Figure {
	f := Figure{Members: 1}
	switch l.sweep.Standing(x.person, day) {
	case directory.CPCMember:
		f.CPC = 1
		if l.placed.holds(x.person, x.committee, day) {
			f.Placed = 1
		}
	case directory.OutsideParty:
		f.Others = 1
		if l.reached.holds(x.person, x.committee, day) {
			f.Reached = 1
		}
	default:
		f.Unknown = 1
	}
	return f
}
