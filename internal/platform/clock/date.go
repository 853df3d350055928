package clock

import (
	"cmp"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
)

// ErrDate is wrapped by every error about a text or a triple that is no date.
var ErrDate = errors.New("not a date")

// Date is a day of the calendar as it is counted in mainland China. It is comparable and may be a map key; the zero value means
// "no date". The supported years are 1 to 9999.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// Of is the date with these parts. Parts out of range carry over as they do in time.Date (32 January is 1 February); use Make for
// parts that a stranger wrote.
func Of(year int, month time.Month, day int) Date {
	return civil(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// Make is the date with exactly these parts, or an error wrapping ErrDate when the calendar has no such day.
func Make(year int, month time.Month, day int) (Date, error) {
	d := Date{year, month, day}
	if year < 1 || year > 9999 || Of(year, month, day) != d {
		return Date{}, fmt.Errorf("%w: the calendar has no %04d-%02d-%02d", ErrDate, year, int(month), day)
	}
	return d, nil
}

// ParseDate reads the ISO form "2026-02-12" and nothing else. The error wraps ErrDate.
func ParseDate(s string) (Date, error) {
	if len(s) != len("2006-01-02") || s[4] != '-' || s[7] != '-' {
		return Date{}, fmt.Errorf("%w: %q is not written YYYY-MM-DD", ErrDate, clip(s))
	}
	year, ok1 := digits(s[:4])
	month, ok2 := digits(s[5:7])
	day, ok3 := digits(s[8:])
	if !ok1 || !ok2 || !ok3 {
		return Date{}, fmt.Errorf("%w: %q is not written YYYY-MM-DD", ErrDate, s)
	}
	return Make(year, time.Month(month), day)
}

// clip keeps error texts short when a stranger's value is long.
func clip(s string) string {
	const most = 40
	if len(s) <= most {
		return s
	}
	return s[:most] + "..."
}

func digits(s string) (n int, ok bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// DateOf is the day in China in which the instant t lies. The zero time gives the zero Date.
func DateOf(t time.Time) Date {
	if t.IsZero() {
		return Date{}
	}
	return civil(t.UTC().Add(shanghaiOffset))
}

func civil(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

func (d Date) utc() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// IsZero reports whether d means "no date".
func (d Date) IsZero() bool { return d == Date{} }

// String is the ISO form, or the empty string for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// AddDays is the date n days later, or earlier when n is negative.
func (d Date) AddDays(n int) Date { return Of(d.Year, d.Month, d.Day+n) }

// AddMonths is the same day n months later, or the last day of that month when it is shorter: 31 January plus one is the end of February.
func (d Date) AddMonths(n int) Date {
	first := Of(d.Year, d.Month+time.Month(n), 1)
	last := first.AddDays(31)
	last = last.AddDays(-last.Day)
	return Date{first.Year, first.Month, min(d.Day, last.Day)}
}

// Compare is -1, 0 or 1 as d is before, the same as or after o.
func (d Date) Compare(o Date) int {
	return cmp.Or(cmp.Compare(d.Year, o.Year), cmp.Compare(d.Month, o.Month), cmp.Compare(d.Day, o.Day))
}

// Before reports whether d is an earlier day than o.
func (d Date) Before(o Date) bool { return d.Compare(o) < 0 }

// After reports whether d is a later day than o.
func (d Date) After(o Date) bool { return d.Compare(o) > 0 }

// Sub is the number of days from o to d, negative when d is earlier.
func (d Date) Sub(o Date) int { return int(d.ordinal() - o.ordinal()) }

// ordinal is the day's distance from 1970-01-01.
func (d Date) ordinal() int64 { return d.utc().Unix() / 86400 }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// YearDay is the day's place in its year, 1 to 366.
func (d Date) YearDay() int { return d.utc().YearDay() }

// Start is the instant in UTC at which the day begins in China.
func (d Date) Start() time.Time { return d.utc().Add(-shanghaiOffset) }

// End is the instant in UTC at which the next day begins in China; the day itself ends just before it.
func (d Date) End() time.Time { return d.AddDays(1).Start() }

// Value stores the ISO text, or NULL for the zero Date.
func (d Date) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}

// Scan reads what Value stored. NULL and the empty text give the zero Date; an instant gives the day in China in which it lies, which
// for the midnight in UTC that drivers make of a date column is the day itself. The error wraps ErrDate.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Date{}
		return nil
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	case time.Time:
		*d = DateOf(v)
		return nil
	default:
		return fmt.Errorf("%w: a column holds %T", ErrDate, src)
	}
}

// MarshalText is the ISO form, empty for the zero Date.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the ISO form; empty text gives the zero Date. The error wraps ErrDate.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	v, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// MarshalJSON is a string in the ISO form, null for the zero Date.
func (d Date) MarshalJSON() ([]byte, error) {
	if d.IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + d.String() + `"`), nil
}

// UnmarshalJSON reads a string in the ISO form; null and the empty string give the zero Date. The error wraps ErrDate.
func (d *Date) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*d = Date{}
		return nil
	}
	if len(b) < 2 || b[0] != '"' || b[len(b)-1] != '"' {
		return fmt.Errorf("%w: expected a string, got %s", ErrDate, clip(string(b)))
	}
	return d.UnmarshalText(b[1 : len(b)-1])
}
