package directory

import (
	"context"
	"slices"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"

	"github.com/google/uuid"
)

// When is what a reader asks about: what was true on Day, as it was known at Known (zero: as it is known now).
type When struct {
	Day   clock.Date
	Known time.Time
}

// Now tells whether the present knowledge is asked for.
func (w When) Now() bool { return w.Known.IsZero() }

// knew is the condition on a row of a table (by its alias) that was taken for true at the moment, with its arguments.
func (w When) knew(alias string) (string, []any) {
	if w.Now() {
		return alias + ".superseded = 0", nil
	}
	return alias + ".recorded <= ? AND (" + alias + ".superseded = 0 OR " + alias + ".superseded > ?)", []any{w.Known, w.Known}
}

// holds is knew with the condition that the fact holds on the day.
func (w When) holds(alias string) (string, []any) {
	text, args := w.knew(alias)
	return text + " AND " + alias + ".valid_from <= ? AND (" + alias + ".valid_to = '' OR " + alias + ".valid_to > ?)", append(args, w.Day.String(), w.Day.String())
}

// Ever returns every organisation and division that is known now, each as it last was, whatever the day; public. It tells to which committee something belonged
// that is no more.
func (s *Service) Ever(ctx context.Context) (*Snapshot, error) {
	l, err := s.book(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if l.ever == nil {
		l.ever = l.lastOfAll()
	}
	return l.ever, nil
}

func (l *ledger) lastOfAll() *Snapshot {
	return newSnapshot(lastOf(l.divisions, func(d *Division) (uuid.UUID, clock.Date) { return d.ID, d.Valid.From }),
		lastOf(l.organisations, func(o *Organisation) (uuid.UUID, clock.Date) { return o.ID, o.Valid.From }), nil, nil)
}

// lastOf keeps the fact with the latest first day of each thing, in the order of the list.
func lastOf[T any](list []Recorded[T], of func(*T) (uuid.UUID, clock.Date)) []T {
	at := map[uuid.UUID]int{}
	var out []T
	for i := range list {
		if !list[i].Superseded.IsZero() {
			continue
		}
		u, from := of(&list[i].Fact)
		k, known := at[u]
		if !known {
			at[u] = len(out)
			out = append(out, list[i].Fact)
			continue
		}
		if _, was := of(&out[k]); from.After(was) {
			out[k] = list[i].Fact
		}
	}
	return out
}

// scope is whose people an actor may see by name: those with a post, at any time, in an organisation of one of the committees. Which committee an organisation
// belongs to is told by what it last was, so that a list of any day and the page of a person follow one rule.
type scope struct {
	all        bool
	committees map[uuid.UUID]bool
	ever       *Snapshot
}

// scope tells whose people the actor of the context may see; a refusal when it is nobody's.
func (s *Service) scope(ctx context.Context) (scope, error) {
	ever, err := s.Ever(ctx)
	if err != nil {
		return scope{}, err
	}
	list, all, err := s.GrantedNames(ctx, RosterSubject)
	if err != nil {
		return scope{}, err
	}
	if !all && len(list) == 0 {
		return scope{}, refusal(authz.From(ctx))
	}
	out := scope{all: all, committees: make(map[uuid.UUID]bool, len(list)), ever: ever}
	for _, k := range list {
		out.committees[k] = true
	}
	return out, nil
}

// sees tells whether people are seen by name in an organisation.
func (c scope) sees(organisation uuid.UUID) bool {
	return c.all || c.committees[committeeID(c.ever, organisation)]
}

// organisations lists where people are seen by name, within a committee (nil: anywhere). It is not called for whoever sees everything everywhere.
func (c scope) organisations(committee uuid.UUID) []uuid.UUID {
	var out []uuid.UUID
	for _, o := range c.ever.Organisations() {
		k := committeeID(c.ever, o.ID)
		if (c.all || c.committees[k]) && (committee == uuid.Nil || k == committee) {
			out = append(out, o.ID)
		}
	}
	return out
}

// Belonging lists what belongs to a committee: itself, what stands below it and the departments of its division, in the order of Kinds.
func (s *Snapshot) Belonging(committee uuid.UUID) []*Organisation {
	var out []*Organisation
	for _, o := range s.all {
		if k := s.CommitteeFor(o.ID); k != nil && k.ID == committee {
			out = append(out, o)
		}
	}
	rank := map[Kind]int{}
	for i, k := range Kinds() {
		rank[k] = i
	}
	slices.SortStableFunc(out, func(a, b *Organisation) int { return rank[a.Kind] - rank[b.Kind] })
	return out
}

// Today is the day of the directory's clock; public.
func (s *Service) Today() clock.Date { return s.today() }
