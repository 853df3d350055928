package contact

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

// Row is a link with who its ends are, the days on which it really holds, and how often the two had contact: a number, never what was said.
type Row struct {
	Link
	ContactName string
	TargetName  string // of a person
	Sector      string // of the target, when a person
	Held        clock.Interval
	Ends        Reason // why Held ends; NoReason while it goes on
	Now         bool   // holds on the day asked for
	Times       int
}

// Person is a member of the committee on the day.
type Person struct {
	ID     uuid.UUID
	Name   string
	Sector string
	Load   int // members contacted on the day
}

// Overview is the links of a committee on a day: who contacts whom, how much each CPC member has, and whom nobody contacts.
type Overview struct {
	Day      clock.Date
	Rows     []Row    // those that hold on the day, then those that do no more
	People   []Person // CPC members, by load, most first
	Gaps     []Person // members outside the Party without a link that holds
	Unknown  []Person // members whose affiliation is not known: they count nowhere until it is
	Others   int      // members outside the Party
	Most     int
	Contacts int // noted in all
}

// OfCommittee tells how a committee's links stand on a day (zero: today); for whoever may see its names for coverage. Errors: SignIn, Forbidden.
func (s *Service) OfCommittee(ctx context.Context, committee uuid.UUID, day clock.Date) (*Overview, error) {
	if err := s.mayRead(ctx, committee); err != nil {
		return nil, err
	}
	return s.overview(ctx, committee, day)
}

func (s *Service) overview(ctx context.Context, committee uuid.UUID, day clock.Date) (*Overview, error) {
	if day.IsZero() {
		day = s.today()
	}
	out := &Overview{Day: day}
	sw, err := s.Record.Sweep(platform(ctx))
	if err != nil {
		return nil, err
	}
	members, err := s.Directory.Roster(platform(ctx), directory.RosterQuery{Organisations: []uuid.UUID{committee}, Posts: []directory.Post{directory.MemberPost}, Day: day})
	if err != nil {
		return nil, err
	}
	var links []Link
	times := map[Pair]int{}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if links, err = readLinks(tx, `committee_id = ? AND superseded = 0`, committee); err != nil {
			return err
		}
		if out.Most, err = rule(tx, committee); err != nil {
			return err
		}
		return tx.Rows(func(r *db.Row) error {
			var contact, target string
			var n int
			if err := r.Scan(&contact, &target, &n); err != nil {
				return err
			}
			p := Pair{Committee: committee}
			var err error
			if p.Contact, err = uuid.Parse(contact); err != nil {
				return err
			}
			if p.Target, err = uuid.Parse(target); err != nil {
				return err
			}
			times[p] = n
			out.Contacts += n
			return nil
		}, `SELECT contact_id, target_id, COUNT(*) FROM contact_log WHERE committee_id = ? AND withdrawn = 0 GROUP BY contact_id, target_id ORDER BY contact_id, target_id`, committee)
	})
	if err != nil {
		return nil, err
	}
	var people []uuid.UUID
	for _, l := range links {
		people = append(people, l.Contact)
		if l.Kind == ToMember {
			people = append(people, l.Target)
		}
	}
	names, err := s.Directory.Names(platform(ctx), people)
	if err != nil {
		return nil, err
	}
	sectors := map[uuid.UUID]string{}
	for _, m := range members {
		sectors[m.Person] = m.Sector
	}
	at := directory.DayOf(day)
	load, reached := map[uuid.UUID]int{}, map[uuid.UUID]bool{}
	for _, l := range links {
		days, why := held(l, sw)
		r := Row{Link: l, ContactName: names[l.Contact], TargetName: names[l.Target], Sector: sectors[l.Target], Ends: why, Now: days.Contains(at)}
		if !days.Empty() {
			r.Held = clock.Interval{From: days.From.Date(), To: days.To.Date()}
		}
		if why == NoReason {
			r.Ends = l.EndReason
		}
		r.Times = times[Pair{committee, l.Contact, l.Target}]
		if r.Now && l.Kind == ToMember {
			reached[l.Target] = true
			load[l.Contact]++
		}
		out.Rows = append(out.Rows, r)
	}
	slices.SortStableFunc(out.Rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(yes(b.Now), yes(a.Now)), slices.Index(Kinds(), a.Kind)-slices.Index(Kinds(), b.Kind), strings.Compare(a.ContactName, b.ContactName), strings.Compare(a.TargetName, b.TargetName))
	})
	for _, m := range members {
		p := Person{ID: m.Person, Name: m.Name, Sector: m.Sector, Load: load[m.Person]}
		i, ok := sw.Index(m.Person)
		standing := directory.StandingUnknown
		if ok {
			standing = sw.Standing(i, at)
		}
		switch {
		case standing == directory.CPCMember:
			out.People = append(out.People, p)
		case standing == directory.StandingUnknown:
			out.Unknown = append(out.Unknown, p)
		default:
			out.Others++
			if !reached[m.Person] {
				out.Gaps = append(out.Gaps, p)
			}
		}
	}
	slices.SortStableFunc(out.People, func(a, b Person) int { return cmp.Or(b.Load-a.Load, strings.Compare(a.Name, b.Name)) })
	return out, nil
}

func yes(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Reach is one person of a committee whom somebody contacts, and the days on which that holds.
type Reach struct {
	Committee, Person uuid.UUID
	Days              directory.Days
}

// Reached lists whom anybody contacts in all committees, over all days, and the number of the last change, computed with a sweep of the directory; only for the platform (coverage
// counts with it).
func (s *Service) Reached(ctx context.Context, sw *directory.Sweep) ([]Reach, error) {
	if err := platformOnly(ctx); err != nil {
		return nil, err
	}
	var out []Reach
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Rows(func(r *db.Row) error {
			var committee, all string
			if err := r.Scan(&committee, &all); err != nil {
				return err
			}
			links, err := unpack(committee, all)
			if err != nil {
				return err
			}
			for _, l := range links {
				if days := Held(l, sw); !days.Empty() {
					out = append(out, Reach{l.Committee, l.Target, days})
				}
			}
			return nil
		}, `SELECT committee_id, `+tx.Pick(`group_concat(`+packed+`, '')`, `string_agg(`+packed+`, '')`)+` FROM contact_link WHERE superseded = 0 AND kind = 'member' GROUP BY committee_id ORDER BY committee_id`)
	})
	return out, err
}

// Version tells the number of the last change of a link, for caches; public.
func (s *Service) Version(ctx context.Context) (v int64, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		v, err = version(tx)
		return err
	})
	return v, err
}

// A province has tens of thousands of links: the engine joins those of a committee into one text, as the directory's sweep does.
const (
	packed     = `contact_id || target_id || valid_from || CASE valid_to WHEN '' THEN '          ' ELSE valid_to END`
	packedSize = 36 + 36 + 10 + 10
)

func unpack(committee, all string) ([]Link, error) {
	k, err := uuid.Parse(committee)
	if err != nil {
		return nil, err
	}
	out := make([]Link, 0, len(all)/packedSize)
	for ; len(all) >= packedSize; all = all[packedSize:] {
		l := Link{Committee: k, Kind: ToMember}
		if l.Contact, err = uuid.Parse(all[:36]); err != nil {
			return nil, err
		}
		if l.Target, err = uuid.Parse(all[36:72]); err != nil {
			return nil, err
		}
		if l.Valid.From, err = clock.ParseDate(all[72:82]); err != nil {
			return nil, err
		}
		if to := all[82:92]; to[0] != ' ' {
			if l.Valid.To, err = clock.ParseDate(to); err != nil {
				return nil, err
			}
		}
		out = append(out, l)
	}
	return out, nil
}
