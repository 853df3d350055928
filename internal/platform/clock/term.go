package clock

import (
	"errors"
	"fmt"
	"strconv"
)

// ErrTerm is wrapped by every error about a term that cannot be.
var ErrTerm = errors.New("not a term")

// maxTerm bounds a term's count; it is far beyond any deadline and keeps sums inside the supported years.
const maxTerm = 9999

// Term is a deadline rule as data: so many working days, calendar days or months after the day that starts it. Exactly one of the
// three is set, from 1 to 9999. The zero value means that there is no deadline.
type Term struct {
	Working int
	Days    int
	Months  int
}

// IsZero reports whether there is no deadline.
func (t Term) IsZero() bool { return t == Term{} }

// Check returns an error wrapping ErrTerm unless exactly one part is set and in bounds.
func (t Term) Check() error {
	set := 0
	for _, n := range []int{t.Working, t.Days, t.Months} {
		if n < 0 || n > maxTerm {
			return fmt.Errorf("%w: a count is 1 to %d, not %d", ErrTerm, maxTerm, n)
		}
		if n > 0 {
			set++
		}
	}
	if set != 1 {
		return fmt.Errorf("%w: %d of working days, days and months are set, not one", ErrTerm, set)
	}
	return nil
}

// Due is the last day on which the thing is in time; the day after from is the first one counted. Only working days can be
// provisional, see Calendar.AddWorkingDays. Days and months end where they end, on a holiday too. A zero from or term gives the zero Date.
func (t Term) Due(from Date, cal *Calendar) (due Date, provisional bool) {
	switch {
	case from.IsZero() || t.IsZero():
		return Date{}, false
	case t.Working != 0:
		return cal.AddWorkingDays(from, t.Working)
	case t.Days != 0:
		return from.AddDays(t.Days), false
	default:
		return from.AddMonths(t.Months), false
	}
}

// String is "10w", "30d" or "3m", and empty for no deadline.
func (t Term) String() string {
	switch {
	case t.Working != 0:
		return strconv.Itoa(t.Working) + "w"
	case t.Days != 0:
		return strconv.Itoa(t.Days) + "d"
	case t.Months != 0:
		return strconv.Itoa(t.Months) + "m"
	}
	return ""
}

// ParseTerm reads what String writes. The error wraps ErrTerm.
func ParseTerm(s string) (Term, error) {
	if s == "" {
		return Term{}, nil
	}
	n, ok := digits(s[:len(s)-1])
	if !ok || len(s) < 2 || len(s) > 5 || s[0] == '0' {
		return Term{}, fmt.Errorf("%w: %q is not a number from 1 to %d and w, d or m", ErrTerm, clip(s), maxTerm)
	}
	switch s[len(s)-1] {
	case 'w':
		return Term{Working: n}, nil
	case 'd':
		return Term{Days: n}, nil
	case 'm':
		return Term{Months: n}, nil
	}
	return Term{}, fmt.Errorf("%w: %q does not end in w (working days), d (days) or m (months)", ErrTerm, s)
}

// MarshalText is the text form; a term that fails Check is refused.
func (t Term) MarshalText() ([]byte, error) {
	if !t.IsZero() {
		if err := t.Check(); err != nil {
			return nil, err
		}
	}
	return []byte(t.String()), nil
}

// UnmarshalText reads the text form; empty text means no deadline. The error wraps ErrTerm.
func (t *Term) UnmarshalText(b []byte) error {
	v, err := ParseTerm(string(b))
	if err != nil {
		return err
	}
	*t = v
	return nil
}
