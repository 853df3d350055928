package gathering

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

// Conflict is another gathering at the time of a plan that wants the same hall or the same people.
type Conflict struct {
	Gathering Gathering // only its times where the planner may not read it
	Readable  bool
	Place     bool    // in the same place
	Count     int     // people who are wanted by both
	People    []Found // by name, the first twenty: all of them are people whom the plan invites
}

const conflictNames = 20

// Conflicts looks at what else is planned, announced or open at the time of a plan, earliest first; for who runs what its first holder holds. Of gatherings that the planner
// may not read it tells no more than that the hall is taken or how many people are.
func (s *Service) Conflicts(ctx context.Context, p Plan) ([]Conflict, error) {
	if len(p.Holders) == 0 {
		return nil, refusal(authz.From(ctx))
	}
	ok, err := s.runs(ctx, p.Holders[:1])
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, refusal(authz.From(ctx))
	}
	if p.Starts.IsZero() || !p.Ends.After(p.Starts) {
		return nil, nil
	}
	list, err := s.wanted(ctx, &Gathering{Starts: p.Starts}, p.Invitations)
	if err != nil {
		return nil, err
	}
	want := make(map[uuid.UUID]bool, len(list))
	for _, u := range list {
		want[u] = true
	}
	snap, err := s.directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	committee := uuid.Nil
	if k := snap.CommitteeFor(p.Holders[0]); k != nil {
		committee = k.ID
	}
	var out []Conflict
	var both []uuid.UUID
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		ctx := tx.Ctx()
		near, err := read(tx, `WHERE g.starts < ? AND g.ends > ? AND g.id <> ? AND (g.state IN ('published', 'open') OR g.state = 'planned' AND g.committee_id = ?) ORDER BY g.starts, g.id LIMIT 300`,
			p.Ends, p.Starts, p.ID, committee)
		if err != nil {
			return err
		}
		for _, g := range near {
			c := Conflict{Gathering: g, Place: g.Committee == committee && placeKey(p.Place) != "" && placeKey(p.Place) == placeKey(g.Place)} // every committee has a hall of that name
			people, err := inviteesOf(tx, g.ID)
			if err != nil {
				return err
			}
			if g.State == Planned {
				invitations, err := readInvitations(tx, g.ID)
				if err != nil {
					return err
				}
				if people, err = s.wanted(ctx, &g, invitations); err != nil {
					return err
				}
			}
			for _, u := range people {
				if !want[u] {
					continue
				}
				c.Count++
				if len(c.People) < conflictNames {
					c.People = append(c.People, Found{Person: u})
					both = append(both, u)
				}
			}
			if !c.Place && c.Count == 0 {
				continue
			}
			v, err := s.sees(ctx, tx, &g)
			if err != nil {
				return err
			}
			if c.Readable = v >= invited; !c.Readable {
				c.Gathering = Gathering{Starts: g.Starts, Ends: g.Ends}
			}
			c.Gathering.Minutes = ""
			out = append(out, c)
		}
		return nil
	})
	if err != nil || len(both) == 0 {
		return out, err
	}
	names, err := s.directory.Names(asPlatform(ctx), unique(both))
	for i := range out {
		for j := range out[i].People {
			out[i].People[j].Name = names[out[i].People[j].Person]
		}
		slices.SortFunc(out[i].People, func(a, b Found) int { return strings.Compare(a.Name, b.Name) })
	}
	return out, err
}

// placeKey folds a place, so that "政协大楼 三楼会议室" and "政协大楼３楼会议室" with other spaces are one hall.
func placeKey(place string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, place)
}
