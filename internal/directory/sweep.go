package directory

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Day is a civil date as a number of days since 1970-01-01, for figures over very many facts.
type Day int32

// Never is the end of what has no known end.
const Never Day = math.MaxInt32

// DayOf gives the number of a date; the zero date is Never.
func DayOf(d clock.Date) Day {
	if d.IsZero() {
		return Never
	}
	return dayNumber(d.Year, int(d.Month), d.Day)
}

// Date gives the date of a number; Never is the zero date.
func (d Day) Date() clock.Date {
	if d == Never {
		return clock.Date{}
	}
	return clock.DateOf(time.Unix(int64(d)*86400, 0))
}

// dayNumber counts days of the proleptic Gregorian calendar, with the year beginning in March so that the leap day is its last.
func dayNumber(y, m, d int) Day {
	if m <= 2 {
		y--
		m += 12
	}
	return Day(365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d - 1 - 719468)
}

// Days run from From up to, but not including, To.
type Days struct{ From, To Day }

// DaysOf gives the days of an interval.
func DaysOf(i clock.Interval) Days {
	d := Days{math.MinInt32, DayOf(i.To)}
	if !i.From.IsZero() {
		d.From = DayOf(i.From)
	}
	return d
}

// Contains tells whether a day is one of the days.
func (d Days) Contains(day Day) bool { return d.From <= day && day < d.To }

// Empty tells whether there is no day.
func (d Days) Empty() bool { return d.From >= d.To }

// Both gives the days that are in both.
func (d Days) Both(o Days) Days { return Days{max(d.From, o.From), min(d.To, o.To)} }

// Stay is a membership as figures over everybody need it: people and sectors are places in the lists of the Sweep.
type Stay struct {
	Days
	Organisation uuid.UUID
	Person       int32
	Sector       int32
	Post         Post
}

// PartyStay is an affiliation as figures over everybody need it.
type PartyStay struct {
	Days
	Person       int32
	Party        Party
	Probationary bool
}

// OrganisationDays is what an organisation was and below which other one it stood, for some days.
type OrganisationDays struct {
	Days
	ID, Parent uuid.UUID
	Kind       Kind
}

// Sweep is who belonged where, and politically to what, over all days as known now, without names. Figures over the whole province are computed from it in memory;
// reading it takes three statements whatever the number of people.
type Sweep struct {
	Version       int64              // of the directory, for caches
	Organisations []OrganisationDays // every fact, by organisation, then its first day
	People        []uuid.UUID
	Sectors       []string
	Stays         []Stay      // of the posts asked for, by person
	Parties       []PartyStay // of everybody, by person
	index         map[uuid.UUID]int32
	facts         map[uuid.UUID][2]int32 // places in Organisations
	stayAt        []int32                // where the stays of a person begin
	partyAt       []int32
}

// Index finds the place of a person in People.
func (s *Sweep) Index(person uuid.UUID) (int32, bool) { i, ok := s.index[person]; return i, ok }

// Sweep reads who had one of the posts on any day, with everybody's affiliations; only for the platform, on behalf of modules whose own policy has decided.
func (s *Service) Sweep(ctx context.Context, posts ...Post) (*Sweep, error) {
	if err := platformOnly(ctx); err != nil {
		return nil, err
	}
	out := &Sweep{index: make(map[uuid.UUID]int32, 1<<12)}
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out.Version, err = version(tx)
		if err != nil {
			return err
		}
		if out.Organisations, err = daysOfOrganisations(tx); err != nil {
			return err
		}
		if err := out.stays(tx, posts); err != nil {
			return err
		}
		return out.parties(tx)
	})
	if err != nil {
		return nil, fmt.Errorf("sweep the directory: %w", err)
	}
	out.order()
	return out, nil
}

func platformOnly(ctx context.Context) error {
	if a := authz.From(ctx); !a.System {
		return refusal(a)
	}
	return nil
}

// Version tells the number of the directory's last change, for caches; public.
func (s *Service) Version(ctx context.Context) (v int64, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		v, err = version(tx)
		return err
	})
	return v, err
}

func version(tx *db.Tx) (int64, error) {
	return db.One(tx, db.ScanInt64, `SELECT version FROM directory_version WHERE one = 1`)
}

func daysOfOrganisations(tx *db.Tx) ([]OrganisationDays, error) {
	return db.All(tx, func(r *db.Row) (o OrganisationDays, err error) {
		var from, to string
		err = r.Scan(id{&o.ID}, &o.Kind, id{&o.Parent}, &from, &to)
		o.Days = Days{packedDay(from), packedDay(to)}
		return o, err
	}, `SELECT organisation_id, kind, parent_id, valid_from, valid_to FROM organisation_fact WHERE superseded = 0 ORDER BY organisation_id, valid_from, recorded, id`)
}

// A row for each person would cost more on its way than all that is done with it. So the engine joins the rows of a group into one text of pieces of equal length:
// person, first day, last day or blanks.
const (
	packed     = `person_id || valid_from || CASE valid_to WHEN '' THEN '          ' ELSE valid_to END`
	packedSize = 36 + 10 + 10
)

func (s *Sweep) stays(tx *db.Tx, posts []Post) error {
	texts := make([]string, len(posts))
	for i, p := range posts {
		texts[i] = string(p)
	}
	in, args := db.List(texts)
	sectors := map[string]int32{}
	return tx.Rows(func(r *db.Row) error {
		var st Stay
		var sector, all string
		if err := r.Scan(id{&st.Organisation}, &st.Post, &sector, &all); err != nil {
			return err
		}
		at, ok := sectors[sector]
		if !ok {
			at = int32(len(s.Sectors))
			sectors[sector] = at
			s.Sectors = append(s.Sectors, sector)
		}
		st.Sector = at
		s.Stays = slices.Grow(s.Stays, len(all)/packedSize)
		return s.unpack(all, func(person int32, days Days) {
			st.Person, st.Days = person, days
			s.Stays = append(s.Stays, st)
		})
	}, `SELECT organisation_id, post, sector, `+joined(tx)+` FROM membership WHERE superseded = 0 AND post IN (`+in+`) GROUP BY organisation_id, post, sector ORDER BY organisation_id, post, sector`, args...)
}

func (s *Sweep) parties(tx *db.Tx) error {
	return tx.Rows(func(r *db.Row) error {
		var st PartyStay
		var all string
		if err := r.Scan(&st.Party, &st.Probationary, &all); err != nil {
			return err
		}
		return s.unpack(all, func(person int32, days Days) {
			st.Person, st.Days = person, days
			s.Parties = append(s.Parties, st)
		})
	}, `SELECT party, probationary, `+joined(tx)+` FROM affiliation WHERE superseded = 0 GROUP BY party, probationary ORDER BY party, probationary`)
}

func joined(tx *db.Tx) string {
	return tx.Pick(`group_concat(`+packed+`, '')`, `string_agg(`+packed+`, '')`)
}

func (s *Sweep) unpack(all string, each func(person int32, days Days)) error {
	if len(all)%packedSize != 0 {
		return problem.New(problem.Unavailable, "problem.internal").Because(fmt.Errorf("packed rows of %d bytes", len(all)))
	}
	for ; all != ""; all = all[packedSize:] {
		person, err := uuid.Parse(all[:36])
		if err != nil {
			return fmt.Errorf("packed row: %w", err)
		}
		at, ok := s.index[person]
		if !ok {
			at = int32(len(s.People))
			s.index[person] = at
			s.People = append(s.People, person)
		}
		each(at, Days{packedDay(all[36:46]), packedDay(all[46:56])})
	}
	return nil
}

// packedDay reads a date that the database wrote itself: YYYY-MM-DD, or blanks for none.
func packedDay(t string) Day {
	if t == "" || t[0] == ' ' {
		return Never
	}
	n := func(s string) (out int) {
		for i := range len(s) {
			out = out*10 + int(s[i]-'0')
		}
		return out
	}
	return dayNumber(n(t[:4]), n(t[5:7]), n(t[8:]))
}
