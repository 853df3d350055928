package directory

import (
	"slices"

	"xieshang/internal/platform/clock"
)

// place puts a fact into the facts of one thing as they are known now, sorted by their first day. A fact with the same first day is replaced; an earlier one
// that reaches into it ends where it begins; without an end it lasts until the next one begins. It returns the facts to record and all facts as
// they then stand; ok is false when the fact reaches into a later one.
func place[T any](facts []T, valid func(*T) *clock.Interval, f T) (record, all []T, ok bool) {
	v := valid(&f)
	for i := range facts {
		later := valid(&facts[i]).From
		if !later.After(v.From) {
			continue
		}
		if v.To.IsZero() {
			v.To = later
		}
		if v.To.After(later) {
			return nil, facts, false
		}
		break
	}
	all = make([]T, 0, len(facts)+1)
	for _, known := range facts {
		k := valid(&known)
		switch {
		case k.From == v.From:
			continue
		case k.From.Before(v.From) && (k.To.IsZero() || k.To.After(v.From)):
			k.To = v.From
			record = append(record, known)
		}
		all = append(all, known)
	}
	record, all = append(record, f), append(all, f)
	slices.SortFunc(all, func(a, b T) int { return valid(&a).From.Compare(valid(&b).From) })
	return record, all, true
}

// at is the fact that a correction without a first day is about: the one that holds on the day, else the last; nil when there is none.
func at[T any](facts []T, valid func(*T) *clock.Interval, day clock.Date) *T {
	for i := range facts {
		if valid(&facts[i]).Contains(day) {
			return &facts[i]
		}
	}
	if len(facts) > 0 {
		return &facts[len(facts)-1]
	}
	return nil
}

func divisionDays(d *Division) *clock.Interval         { return &d.Valid }
func organisationDays(o *Organisation) *clock.Interval { return &o.Valid }
