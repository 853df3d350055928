package clock

// Interval is a run of days from From up to, but not including, To. A zero To means that no end is known; a zero From, that it has always been so.
type Interval struct {
	From Date `json:"from"`
	To   Date `json:"to,omitzero"`
}

// Empty reports whether no day lies in the interval.
func (i Interval) Empty() bool { return !i.To.IsZero() && !i.From.Before(i.To) }

// Contains reports whether the day d lies in the interval. The zero Date lies in none.
func (i Interval) Contains(d Date) bool {
	return !d.IsZero() && !d.Before(i.From) && (i.To.IsZero() || d.Before(i.To))
}

// Overlaps reports whether a day lies in both intervals.
func (i Interval) Overlaps(o Interval) bool {
	if i.Empty() || o.Empty() {
		return false
	}
	return (i.To.IsZero() || o.From.Before(i.To)) && (o.To.IsZero() || i.From.Before(o.To))
}
