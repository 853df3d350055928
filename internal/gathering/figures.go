package gathering

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// FiguresQuery asks how gatherings were attended. Committee or Organisation is needed; Organisation narrows to what it holds.
type FiguresQuery struct {
	Committee    uuid.UUID
	Organisation uuid.UUID
	Kind         string
	From, To     clock.Date // both included; zero: open
}

// Attended are figures of a group of gatherings. Invited counts invitations; of those There (with Late), OnLeave, Absent and MadeUp are known, Unknown is not recorded yet.
type Attended struct {
	Key        string // id of a person or organisation, key of a kind, month "2026-03"
	Name       string // of a person
	Gatherings int
	Invited    int
	There      int
	Late       int
	OnLeave    int
	Absent     int
	MadeUp     int
	Unknown    int
	Guests     int // came without an invitation; among There
}

// Share is how much of who was invited was there or made up for it, 0 to 1; false when nobody was invited.
func (a Attended) Share() (float64, bool) {
	if a.Invited == 0 {
		return 0, false
	}
	return float64(a.There-a.Guests+a.MadeUp) / float64(a.Invited), true
}

func (a *Attended) add(state Presence, guest bool) {
	if guest {
		a.Guests++
	} else {
		a.Invited++
	}
	switch state {
	case Present:
		a.There++
	case Late:
		a.There++
		a.Late++
	case OnLeave:
		a.OnLeave++
	case Absent:
		a.Absent++
	case MadeUp:
		a.MadeUp++
	default:
		a.Unknown++
	}
}

// Figures is attendance of what was held. People is empty unless Named: a committee above sees figures.
type Figures struct {
	Total                           Attended
	ByOrganisation, ByKind, ByMonth []Attended
	People                          []Attended
	Named                           bool
}

// mayCount tells whether the actor may see figures of what the query asks, with names, and of which organisations when not of all.
func (s *Service) mayCount(ctx context.Context, snap *directory.Snapshot, q *FiguresQuery) (named bool, only []uuid.UUID, err error) {
	a := authz.From(ctx)
	if q.Organisation != uuid.Nil {
		k := snap.CommitteeFor(q.Organisation)
		if k == nil {
			return false, nil, problem.On("organisation", "gathering.err.holder")
		}
		q.Committee = k.ID
	}
	if a.System {
		return true, nil, nil
	}
	if !a.SignedIn() || !a.May(authz.ReadScope) {
		return false, nil, refusal(a)
	}
	if a.IsAdmin() || a.HasAny(q.Committee, authz.Organiser, authz.Leader) {
		return true, nil, nil
	}
	led, err := s.Led(ctx)
	if err != nil {
		return false, nil, err
	}
	for _, u := range led {
		if k := snap.CommitteeFor(u); k != nil && k.ID == q.Committee && (q.Organisation == uuid.Nil || q.Organisation == u) {
			only = append(only, u)
		}
	}
	if len(only) > 0 {
		return true, only, nil
	}
	for _, above := range a.Places(authz.Organiser, authz.Leader) {
		if snap.Above(above, q.Committee) {
			return false, nil, nil
		}
	}
	return false, nil, refusal(a)
}

// Figures counts how what a committee or an organisation held was attended. Organisers, leaders and administrators get names, who leads an organisation gets those of what
// it holds, staff and leaders of a committee above figures only. Errors: SignIn, Forbidden, Invalid.
func (s *Service) Figures(ctx context.Context, q FiguresQuery) (*Figures, error) {
	snap, err := s.directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	out := &Figures{}
	var only []uuid.UUID
	if out.Named, only, err = s.mayCount(ctx, snap, &q); err != nil {
		return nil, err
	}
	where, args := []string{`g.state IN ('held', 'closed')`}, []any{}
	and := func(text string, values ...any) { where, args = append(where, text), append(args, values...) }
	if q.Organisation != uuid.Nil {
		only = []uuid.UUID{q.Organisation}
	}
	if len(only) > 0 { // a joint gathering counts for each holder, also when another committee leads it
		in, values := db.List(only)
		and(`EXISTS (SELECT 1 FROM gathering_holder h WHERE h.gathering_id = g.id AND h.organisation_id IN (`+in+`))`, values...)
	} else {
		and(`g.committee_id = ?`, q.Committee)
	}
	if q.Kind != "" {
		and(`g.kind = ?`, q.Kind)
	}
	if !q.From.IsZero() {
		and(`g.day >= ?`, q.From.String())
	}
	if !q.To.IsZero() {
		and(`g.day <= ?`, q.To.String())
	}
	c := counter{organisations: map[string]*Attended{}, kinds: map[string]*Attended{}, months: map[string]*Attended{}, people: map[string]*Attended{}}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		list, err := read(tx, `WHERE `+strings.Join(where, " AND ")+` ORDER BY g.starts, g.id`, args...)
		if err != nil {
			return err
		}
		return c.count(tx, list, only)
	})
	if err != nil {
		return nil, err
	}
	out.Total = c.total
	out.ByOrganisation, out.ByKind, out.ByMonth = sorted(c.organisations), sorted(c.kinds), sorted(c.months)
	if !out.Named {
		return out, nil
	}
	out.People = sorted(c.people)
	var people []uuid.UUID
	for _, p := range out.People {
		people = append(people, uuid.MustParse(p.Key))
	}
	names, err := s.directory.Names(asPlatform(ctx), people)
	for i, u := range people {
		out.People[i].Name = names[u]
	}
	slices.SortStableFunc(out.People, func(a, b Attended) int { return cmp.Compare(a.Name, b.Name) })
	return out, err
}

type counter struct {
	total                                Attended
	organisations, kinds, months, people map[string]*Attended
}

func group(m map[string]*Attended, key string) *Attended {
	if m[key] == nil {
		m[key] = &Attended{Key: key}
	}
	return m[key]
}

// count goes over who was invited to some gatherings, or came; with only, what is counted by organisation is left to these.
func (c *counter) count(tx *db.Tx, list []Gathering, only []uuid.UUID) error {
	groups := make(map[uuid.UUID][]*Attended, len(list))
	ids := make([]uuid.UUID, len(list))
	for i, g := range list {
		ids[i] = g.ID
		of := []*Attended{&c.total, group(c.kinds, g.Kind), group(c.months, g.Day().String()[:7])}
		for _, h := range g.Holders {
			if len(only) == 0 || slices.Contains(only, h) {
				of = append(of, group(c.organisations, h.String()))
			}
		}
		for _, a := range of {
			a.Gatherings++
		}
		groups[g.ID] = of
	}
	for chunk := range slices.Chunk(ids, 400) {
		in, values := db.List(chunk)
		err := tx.Rows(func(r *db.Row) error {
			var g, person uuid.UUID
			var state Presence
			var guest bool
			if err := r.Scan(&g, &person, &state, &guest); err != nil {
				return err
			}
			for _, a := range groups[g] {
				a.add(state, guest)
			}
			p := group(c.people, person.String())
			p.Gatherings++
			p.add(state, guest)
			return nil
		}, `SELECT i.gathering_id, i.person_id, COALESCE(a.state, CASE WHEN i.answer = 'leave' AND i.granted <> 'refused' THEN 'leave' ELSE '' END), 0
			FROM gathering_invitee i LEFT JOIN gathering_attendance a ON a.gathering_id = i.gathering_id AND a.person_id = i.person_id WHERE i.gathering_id IN (`+in+`)
			UNION ALL SELECT a.gathering_id, a.person_id, a.state, 1 FROM gathering_attendance a WHERE a.gathering_id IN (`+in+`)
			AND NOT EXISTS (SELECT 1 FROM gathering_invitee i WHERE i.gathering_id = a.gathering_id AND i.person_id = a.person_id)`, append(append([]any{}, values...), values...)...)
		if err != nil {
			return err
		}
	}
	return nil
}

func sorted(m map[string]*Attended) []Attended {
	out := make([]Attended, 0, len(m))
	for _, a := range m {
		out = append(out, *a)
	}
	slices.SortFunc(out, func(a, b Attended) int { return cmp.Compare(a.Key, b.Key) })
	return out
}
