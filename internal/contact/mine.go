package contact

import (
	"context"
	"slices"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

// Tie is a link as the people in it see it.
type Tie struct {
	Pair
	Kind   Kind
	Name   string // of the other one: whom I contact, or who contacts me; for a secretary of the target
	By     string // of the one who contacts, for a secretary
	Sector string
	Since  clock.Date
	Now    bool // goes on; otherwise its log can still be read
	Times  int
	Last   clock.Date
}

// Mine is everything that links have to do with a person.
type Mine struct {
	Contact []Tie // whom I contact
	Targets []Tie // who contacts me
	Branch  []Tie // of the CPC members placed in the members' branches whose secretary I am
	Person  uuid.UUID
}

// Mine tells the caller whom they contact, who contacts them, and as secretary of a members' branch the pairs of their branch. Errors: SignIn, Forbidden.
func (s *Service) Mine(ctx context.Context) (*Mine, error) {
	who, err := person(ctx)
	if err != nil {
		return nil, err
	}
	branches, err := s.secretaryOf(ctx, who)
	if err != nil {
		return nil, err
	}
	placed, err := s.placedIn(ctx, branches)
	if err != nil {
		return nil, err
	}
	snap, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	guided := map[[2]uuid.UUID]bool{} // contact and committee
	var others []uuid.UUID
	for _, h := range placed {
		if k := snap.CommitteeFor(h.Organisation); k != nil && h.Person != who {
			guided[[2]uuid.UUID{h.Person, k.ID}] = true
			others = append(others, h.Person)
		}
	}
	sw, err := s.Record.Sweep(platform(ctx))
	if err != nil {
		return nil, err
	}
	var links []Link
	times := map[Pair]Tie{}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		for chunk := range slices.Chunk(append([]uuid.UUID{who}, others...), 400) {
			in, args := db.List(chunk)
			list, err := readLinks(tx, `superseded = 0 AND contact_id IN (`+in+`)`, args...)
			if err != nil {
				return err
			}
			links = append(links, list...)
			if err := counted(tx, times, `contact_id IN (`+in+`)`, args...); err != nil {
				return err
			}
		}
		list, err := readLinks(tx, `superseded = 0 AND target_id = ?`, who)
		if err != nil {
			return err
		}
		links = append(links, list...)
		return counted(tx, times, `target_id = ?`, who)
	})
	if err != nil {
		return nil, err
	}
	var people []uuid.UUID
	for _, l := range links {
		people = append(people, l.Contact, l.Target)
	}
	names, err := s.Directory.Names(platform(ctx), people)
	if err != nil {
		return nil, err
	}
	sectors, err := s.sectors(ctx, people)
	if err != nil {
		return nil, err
	}
	out := &Mine{Person: who}
	today := directory.DayOf(s.today())
	newest := map[Pair]int{} // a pair whose link ended and began again is one
	add := func(list *[]Tie, t Tie) {
		if i, ok := newest[t.Pair]; ok {
			if t.Now || !(*list)[i].Now {
				(*list)[i] = t
			}
			return
		}
		newest[t.Pair] = len(*list)
		*list = append(*list, t)
	}
	for _, l := range links {
		p := Pair{l.Committee, l.Contact, l.Target}
		days := Held(l, sw)
		if days.Empty() {
			continue
		}
		c := times[p]
		t := Tie{Pair: p, Kind: l.Kind, Since: days.From.Date(), Now: days.Contains(today), Times: c.Times, Last: c.Last, By: names[l.Contact]}
		target := names[l.Target]
		if l.Kind != ToMember {
			target = ""
		}
		switch {
		case l.Contact == who:
			t.Name, t.Sector = target, sectors[[2]uuid.UUID{l.Target, l.Committee}]
			add(&out.Contact, t)
		case l.Target == who:
			t.Name, t.Sector = names[l.Contact], sectors[[2]uuid.UUID{l.Contact, l.Committee}]
			add(&out.Targets, t)
		case l.Kind == ToMember && guided[[2]uuid.UUID{l.Contact, l.Committee}]:
			t.Name, t.Sector = target, sectors[[2]uuid.UUID{l.Target, l.Committee}]
			add(&out.Branch, t)
		}
	}
	for _, list := range [][]Tie{out.Contact, out.Targets, out.Branch} {
		slices.SortStableFunc(list, func(a, b Tie) int {
			if a.Now != b.Now {
				return yes(b.Now) - yes(a.Now)
			}
			if a.By != b.By {
				return strings.Compare(a.By, b.By)
			}
			return strings.Compare(a.Name, b.Name)
		})
	}
	return out, nil
}

func counted(tx *db.Tx, to map[Pair]Tie, where string, args ...any) error {
	return tx.Rows(func(r *db.Row) error {
		var ids [3]string
		var t Tie
		if err := r.Scan(&ids[0], &ids[1], &ids[2], &t.Times, &t.Last); err != nil {
			return err
		}
		for i, p := range []*uuid.UUID{&t.Committee, &t.Contact, &t.Target} {
			var err error
			if *p, err = uuid.Parse(ids[i]); err != nil {
				return err
			}
		}
		to[t.Pair] = t
		return nil
	}, `SELECT committee_id, contact_id, target_id, COUNT(*), MAX(day) FROM contact_log WHERE withdrawn = 0 AND `+where+` GROUP BY committee_id, contact_id, target_id
		ORDER BY committee_id, contact_id, target_id`, args...)
}

// sectors tells the sector of people in each committee of which they are members today.
func (s *Service) sectors(ctx context.Context, people []uuid.UUID) (map[[2]uuid.UUID]string, error) {
	out := map[[2]uuid.UUID]string{}
	if len(people) == 0 {
		return out, nil
	}
	held, err := s.Directory.Roster(platform(ctx), directory.RosterQuery{People: people, Posts: []directory.Post{directory.MemberPost}})
	for _, h := range held {
		out[[2]uuid.UUID{h.Person, h.Organisation}] = h.Sector
	}
	return out, err
}

// TieOf finds what the caller may see of one pair: their own, or one of their branch. Errors: NotFound.
func (s *Service) TieOf(ctx context.Context, p Pair) (Tie, error) {
	m, err := s.Mine(ctx)
	if err != nil {
		return Tie{}, err
	}
	for _, list := range [][]Tie{m.Contact, m.Targets, m.Branch} {
		if i := slices.IndexFunc(list, func(t Tie) bool { return t.Pair == p && t.Kind == ToMember }); i >= 0 {
			return list[i], nil
		}
	}
	return Tie{}, noLink()
}
