package branchlife

import (
	"slices"

	"xieshang/internal/platform/clock"

	"github.com/google/uuid"
)

// State is how one period of a rule stands.
type State string

// The states.
const (
	Done   State = "done"
	Due    State = "due"    // the period runs and something is lacking
	Missed State = "missed" // the period is over and something is lacking
	Later  State = "later"  // the period has not begun
	Exempt State = "exempt" // nothing is asked for in it: Why says why
)

// Why is the reason for which nothing is asked for in a period.
type Why string

// The reasons.
const (
	NoWhy       Why = ""
	Founded     Why = "founded"      // the organisation did not stand on its first day
	Dissolved   Why = "dissolved"    // it did not stand on its last day
	NoCommittee Why = "no_committee" // fewer than seven full members on its first or last day
	NoGroups    Why = "no_groups"    // no group stood from its first to its last day
	RuleBegan   Why = "rule_began"   // the rule did not hold from its first to its last day
)

// Slot is one period of one rule for one organisation, computed and never stored.
type Slot struct {
	Rule        uuid.UUID
	Counts      Counts
	Every       Every
	Days        clock.Interval
	State       State
	Why         Why
	Wanted      int
	Have        int    // those that took place, never more than count: a group's second meeting does not stand for another group's
	Provisional bool   // it is done only with gatherings whose record is not closed
	Held        []Held // those that count, earlier first
	Planned     []Held // in the period, and not over
	Lacking     []uuid.UUID
}

// Until is the last day of the period.
func (s Slot) Until() clock.Date { return s.Days.To.AddDays(-1) }

// subject is an organisation as the arithmetic needs it.
type subject struct {
	id     uuid.UUID
	stands func(clock.Date) bool // it is there on a day
	full   func(clock.Date) int  // full members whose relation lies there on a day
	groups []group
}

// group is a Party group of a branch.
type group struct {
	id   uuid.UUID
	days clock.Interval
}

// reckon computes every slot that ends or begins within a year. rules are those of the organisation, of any scope; the narrower scope goes before the wider one.
//
// A period is asked for when the organisation, the rule and its condition held on the first and on the last day of it; while it runs, on the first day and today. So
// nobody is blamed for a period of which they had only a part, and what was held in it counts all the same. A joint gathering counts for each holder. A cancelled one
// counts for nobody. One that took place and whose record is not closed counts provisionally.
func reckon(o subject, rules []Rule, held []Held, year int, today clock.Date) []Slot {
	var out []Slot
	for _, c := range AllCounts() {
		var taken []clock.Interval // days that a narrower rule has taken over
		for _, width := range []func(Rule) bool{func(r Rule) bool { return r.Scope == o.id }, func(r Rule) bool { return r.Scope != o.id && r.Scope != uuid.Nil }, func(r Rule) bool { return r.Scope == uuid.Nil }} {
			var here []clock.Interval
			for _, r := range rules {
				if r.Counts != c || !width(r) {
					continue
				}
				here = append(here, r.Valid)
				for _, days := range r.Every.In(year) {
					if !r.Valid.Overlaps(days) || slices.ContainsFunc(taken, days.Overlaps) {
						continue
					}
					out = append(out, slot(o, r, days, held, today))
				}
			}
			taken = append(taken, here...)
		}
	}
	slices.SortStableFunc(out, func(a, b Slot) int {
		if a.Counts != b.Counts {
			return slices.Index(AllCounts(), a.Counts) - slices.Index(AllCounts(), b.Counts)
		}
		return a.Days.From.Compare(b.Days.From)
	})
	return out
}

func slot(o subject, r Rule, days clock.Interval, held []Held, today clock.Date) Slot {
	s := Slot{Rule: r.ID, Counts: r.Counts, Every: r.Every, Days: days, Wanted: r.Times}
	last := s.Until()
	if last.After(today) && !days.From.After(today) {
		last = today
	}
	s.Why = exempt(o, r, days.From, last)
	closed := s.count(o, r, held, last)
	switch {
	case s.Have >= s.Wanted && len(s.Held) > 0:
		s.State, s.Why = Done, NoWhy
		s.Provisional = closed < s.Wanted
	case s.Why != NoWhy:
		s.State = Exempt
	case days.From.After(today):
		s.State = Later
	case s.Until().Before(today):
		s.State = Missed
	default:
		s.State = Due
	}
	return s
}

// exempt tells why nothing is asked for between two days, the first and the last known one of a period.
func exempt(o subject, r Rule, first, last clock.Date) Why {
	switch {
	case !o.stands(first):
		return Founded
	case !o.stands(last):
		return Dissolved
	case !r.Valid.Contains(first) || !r.Valid.Contains(last):
		return RuleBegan
	case r.Condition == HasCommittee && (o.full(first) < CommitteeFrom || o.full(last) < CommitteeFrom):
		return NoCommittee
	case r.Condition == HasGroups && len(standing(o.groups, first, last)) == 0:
		return NoGroups
	}
	return NoWhy
}

func standing(groups []group, first, last clock.Date) []uuid.UUID {
	var out []uuid.UUID
	for _, g := range groups {
		if g.days.Contains(first) && g.days.Contains(last) {
			out = append(out, g.id)
		}
	}
	return out
}

// count fills in what took place and what is planned, and gives how much of it is closed.
func (s *Slot) count(o subject, r Rule, held []Held, last clock.Date) (closed int) {
	groups := []uuid.UUID{}
	if r.Condition == HasGroups {
		groups = standing(o.groups, s.Days.From, last)
		s.Wanted = r.Times * max(1, len(groups))
	}
	have, shut := map[uuid.UUID]int{}, map[uuid.UUID]int{}
	for _, h := range held {
		if h.Cancelled || h.Counts != r.Counts || !s.Days.Contains(h.Day) {
			continue
		}
		var for_ []uuid.UUID
		switch own := slices.Contains(h.Holders, o.id); {
		case r.Condition != HasGroups && own:
			for_ = []uuid.UUID{o.id}
		case r.Condition == HasGroups && own && len(groups) > 0: // the branch lets all its groups meet at once
			for_ = groups
		case r.Condition == HasGroups:
			for _, g := range groups {
				if slices.Contains(h.Holders, g) {
					for_ = append(for_, g)
				}
			}
		}
		if len(for_) == 0 {
			continue
		}
		if !h.Over {
			s.Planned = append(s.Planned, h)
			continue
		}
		s.Held = append(s.Held, h)
		for _, u := range for_ {
			have[u]++
			if h.Closed {
				shut[u]++
			}
		}
	}
	if r.Condition != HasGroups {
		s.Have = have[o.id]
		return shut[o.id]
	}
	for _, g := range groups {
		s.Have += min(r.Times, have[g])
		closed += min(r.Times, shut[g])
		if have[g] < r.Times {
			s.Lacking = append(s.Lacking, g)
		}
	}
	return closed
}
