package clock

import (
	"sort"
	"time"

	"github.com/6tail/lunar-go/HolidayUtil"
)

// Day says of one date whether it is a working day, and what it is called, as the yearly notice of the State Council does.
type Day struct {
	Date    Date   `json:"date"`
	Working bool   `json:"working"`
	Name    string `json:"name,omitempty"`
}

// Calendar knows the working days of mainland China: weekdays, less the legal holidays, plus the weekend days moved to make up for
// them. It never changes after NewCalendar and may be used from several goroutines; importing a year makes a new one.
type Calendar struct {
	years map[int]*yearTable
}

const (
	firstBuiltIn = 2001 // the last days of 2001 belong to the notice for 2002
	lastYear     = 9999
	lastProbe    = 2100 // how far the built-in table is asked; a newer release of it may reach further
)

// NewCalendar is the built-in calendar with the given days laid over it; the last word on a date wins. A Day without a date is ignored.
func NewCalendar(overrides []Day) *Calendar {
	c := &Calendar{years: map[int]*yearTable{}}
	for y := firstBuiltIn; y <= lastProbe; y++ {
		var days []Day
		list := HolidayUtil.GetHolidaysByYear(y)
		for e := list.Front(); e != nil; e = e.Next() {
			h, ok := e.Value.(*HolidayUtil.Holiday)
			if !ok {
				continue
			}
			d, err := ParseDate(h.GetDay())
			if err != nil || d.Year != y {
				continue
			}
			days = append(days, Day{Date: d, Working: h.IsWork(), Name: h.GetName()})
		}
		c.lay(y, days)
	}
	byYear := map[int][]Day{}
	for _, o := range overrides {
		if !o.Date.IsZero() {
			byYear[o.Date.Year] = append(byYear[o.Date.Year], o)
		}
	}
	for y, days := range byYear {
		c.lay(y, days)
	}
	return c
}

// yearTable holds one year with its days counted, so that a step over months costs a look-up.
type yearTable struct {
	known bool
	days  int         // 365 or 366
	work  [366]bool   // by day of the year from 0
	upto  [367]int16  // working days before day i
	names map[int]Day // what was said about a day, by day of the year
}

// weekends is a year of which nothing but its weekdays is known.
func weekends(year int) yearTable {
	t := yearTable{days: daysIn(year)}
	w := Date{year, time.January, 1}.Weekday()
	for i := range t.days {
		t.work[i] = w != time.Saturday && w != time.Sunday
		w = (w + 1) % 7
	}
	t.count()
	return t
}

// lay puts what was said about days of one year over what was known of it. A year once known stays known.
func (c *Calendar) lay(year int, days []Day) {
	t := c.years[year]
	if t == nil {
		w := weekends(year)
		w.names = map[int]Day{}
		t, c.years[year] = &w, &w
	}
	for _, d := range days {
		i := d.Date.YearDay() - 1
		t.work[i] = d.Working
		t.names[i] = d
	}
	t.known = t.known || t.official(year)
	t.count()
}

// official tells a whole year's notice from single days: the three holidays with a date fixed in the Gregorian calendar are all free.
// A notice also names the first days of the next January, so that New Year alone proves nothing.
func (t *yearTable) official(year int) bool {
	for _, d := range []Date{{year, time.January, 1}, {year, time.May, 1}, {year, time.October, 1}} {
		said, ok := t.names[d.YearDay()-1]
		if !ok || said.Working {
			return false
		}
	}
	return true
}

func (t *yearTable) count() {
	for i := range t.days {
		t.upto[i+1] = t.upto[i]
		if t.work[i] {
			t.upto[i+1]++
		}
	}
}

// total is the number of working days of the year.
func (t *yearTable) total() int { return int(t.upto[t.days]) }

// at is the day of the year, from 0, on which the n-th working day falls; n is at least 1 and at most total.
func (t *yearTable) at(n int) int {
	return sort.Search(t.days, func(i int) bool { return int(t.upto[i+1]) >= n })
}

func daysIn(year int) int {
	if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		return 366
	}
	return 365
}

func (c *Calendar) year(y int) *yearTable {
	if t := c.years[y]; t != nil {
		return t
	}
	t := weekends(y)
	return &t
}

// total is the number of working days of a year without building the table of one that nothing is known about.
func (c *Calendar) total(y int) int {
	if t := c.years[y]; t != nil {
		return t.total()
	}
	n, w := 260, Date{y, time.January, 1}.Weekday()
	for range daysIn(y) - 364 {
		if w != time.Saturday && w != time.Sunday {
			n++
		}
		w = (w + 1) % 7
	}
	return n
}

// IsWorking reports whether people are at work on d. In a year that is not Known it only tells weekdays from weekends.
func (c *Calendar) IsWorking(d Date) bool {
	if t := c.years[d.Year]; t != nil {
		return t.work[d.YearDay()-1]
	}
	w := d.Weekday()
	return w != time.Saturday && w != time.Sunday
}

// Name is the holiday to which d belongs or, for a moved working day, that it makes up for; empty for an ordinary day.
func (c *Calendar) Name(d Date) string {
	if t := c.years[d.Year]; t != nil {
		return t.names[d.YearDay()-1].Name
	}
	return ""
}

// Known reports whether the official calendar of the year is built in or was imported. Single imported days do not make a year known.
func (c *Calendar) Known(year int) bool {
	t := c.years[year]
	return t != nil && t.known
}

// Missing lists the years from one date to another, both included, that are not Known, in order.
func (c *Calendar) Missing(from, to Date) []int {
	var years []int
	for y := from.Year; y <= to.Year; y++ {
		if !c.Known(y) {
			years = append(years, y)
		}
	}
	return years
}

// AddWorkingDays is the n-th working day after from, or before it when n is negative; from itself never counts, and n = 0 gives from.
// provisional is true when a day that was stepped on lies in a year that is not Known, so that importing that year may move the
// result. A result that would lie outside the years 1 to 9999 stops at their first or last day and is provisional.
func (c *Calendar) AddWorkingDays(from Date, n int) (result Date, provisional bool) {
	switch {
	case from.IsZero() || n == 0:
		return from, false
	case n > 0:
		return c.forward(from, n)
	default:
		return c.back(from, -n)
	}
}

func (c *Calendar) forward(from Date, n int) (Date, bool) {
	y, provisional := from.Year, false
	want := n + int(c.year(y).upto[from.YearDay()]) // counted from the year's beginning
	if from.YearDay() < daysIn(y) {
		provisional = !c.Known(y)
	}
	for want > c.total(y) {
		want -= c.total(y)
		y++
		if y > lastYear {
			return Date{lastYear, time.December, 31}, true
		}
		provisional = provisional || !c.Known(y)
	}
	return Of(y, time.January, 1+c.year(y).at(want)), provisional
}

func (c *Calendar) back(from Date, n int) (Date, bool) {
	y, provisional := from.Year, false
	want := int(c.year(y).upto[from.YearDay()-1]) - n + 1
	if from.YearDay() > 1 {
		provisional = !c.Known(y)
	}
	for want < 1 {
		y--
		if y < 1 {
			return Date{1, time.January, 1}, true
		}
		want += c.total(y)
		provisional = provisional || !c.Known(y)
	}
	return Of(y, time.January, 1+c.year(y).at(want)), provisional
}

// WorkingDaysBetween counts the working days after a up to and including b, so that it undoes AddWorkingDays; it is negative when b
// is before a. With a zero Date on either side it is 0.
func (c *Calendar) WorkingDaysBetween(a, b Date) int {
	if a.IsZero() || b.IsZero() {
		return 0
	}
	if b.Before(a) {
		return -c.WorkingDaysBetween(b, a)
	}
	n := int(c.year(b.Year).upto[b.YearDay()]) - int(c.year(a.Year).upto[a.YearDay()])
	for y := a.Year; y < b.Year; y++ {
		n += c.total(y)
	}
	return n
}
