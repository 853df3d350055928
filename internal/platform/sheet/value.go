package sheet

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/width"

	"xieshang/internal/platform/clock"
)

// Clean is s as one line for names, codes and the like: full-width digits and letters become plain ones, any run of spaces (full-width
// and no-break ones, tabs and line ends too) becomes one space, none stays at the ends, and invisible characters go. Chinese punctuation stays.
func Clean(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			gap = true
			continue
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			continue
		case r >= '０' && r <= '９' || r >= 'Ａ' && r <= 'Ｚ' || r >= 'ａ' && r <= 'ｚ':
			r -= '０' - '0'
		}
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteRune(r)
	}
	return b.String()
}

// plain is Clean with every full-width sign folded, for values that are not prose.
func plain(s string) string { return width.Fold.String(Clean(s)) }

// ParseDate reads the ways in which people write a date: 2026-02-12, 2026-2-12, 2026/2/12, 2026.2.12, 2026年2月12日, 20260212, with
// full-width digits and with a time of day behind it, which is dropped. Forms in which day and month could be mistaken are refused, and so is 30 February.
func ParseDate(s string) (clock.Date, bool) {
	d, rest, ok := cutDate(plain(s))
	if !ok {
		return clock.Date{}, false
	}
	if rest != "" {
		if _, ok := parseDayTime(rest); !ok {
			return clock.Date{}, false
		}
	}
	return d, true
}

// cutDate takes a date from the front of s and returns what follows it.
func cutDate(s string) (d clock.Date, rest string, ok bool) {
	year, s, ok := cutNumber(s)
	if !ok {
		return d, "", false
	}
	if len(year) == 8 {
		d, err := clock.ParseDate(year[:4] + "-" + year[4:6] + "-" + year[6:])
		return d, strings.TrimLeft(s, " T"), err == nil && (s == "" || s[0] == ' ' || s[0] == 'T')
	}
	var sep, end string
	switch {
	case len(year) != 4:
		return d, "", false
	case strings.HasPrefix(s, "年"):
		sep, end = "月", "日"
		s = s[len("年"):]
	case s != "" && strings.ContainsRune("-/.", rune(s[0])):
		sep = s[:1]
		s = s[1:]
	default:
		return d, "", false
	}
	month, s, ok1 := cutNumber(strings.TrimLeft(s, " "))
	s, ok2 := strings.CutPrefix(strings.TrimLeft(s, " "), sep)
	day, s, ok3 := cutNumber(strings.TrimLeft(s, " "))
	if !ok1 || !ok2 || !ok3 || len(month) > 2 || len(day) > 2 {
		return d, "", false
	}
	if end != "" {
		if s, ok = strings.CutPrefix(strings.TrimLeft(s, " "), end); !ok {
			return d, "", false
		}
	} else if s != "" && s[0] != ' ' && s[0] != 'T' {
		return d, "", false
	}
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	n, _ := strconv.Atoi(day)
	d, err := clock.Make(y, time.Month(m), n)
	return d, strings.TrimLeft(s, " T"), err == nil
}

func cutNumber(s string) (number, rest string, ok bool) {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return s[:n], s[n:], n > 0
}

// parseDayTime reads a time of day, 8:30 to 23:59:59.999999, without a zone.
func parseDayTime(s string) (time.Duration, bool) {
	for _, layout := range []string{"15:04:05", "15:04"} { // the first also takes a fraction
		if t, err := time.Parse(layout, s); err == nil {
			return t.Sub(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)).Truncate(time.Microsecond), true
		}
	}
	return 0, false
}

// ParseTime reads a date as ParseDate does with a time of day behind it, in China's time, or RFC 3339 with its own zone. A date alone is
// its first instant.
func ParseTime(s string) (time.Time, bool) {
	s = plain(s)
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil && t.Year() >= 1 {
		return clock.Cut(t), true
	}
	d, rest, ok := cutDate(s)
	if !ok {
		return time.Time{}, false
	}
	if rest == "" {
		return d.Start(), true
	}
	of, ok := parseDayTime(rest)
	if !ok {
		return time.Time{}, false
	}
	return d.Start().Add(of), true
}

// parseNumber reads a number with full-width digits and with commas between thousands.
func parseNumber(s string) (string, bool) {
	s = strings.ReplaceAll(plain(s), " ", "")
	body := strings.TrimLeft(s, "+-")
	if len(s)-len(body) > 1 {
		return "", false
	}
	if whole, _, _ := strings.Cut(body, "."); strings.Contains(whole, ",") {
		groups := strings.Split(whole, ",")
		for i, g := range groups {
			if i == 0 && (g == "" || len(g) > 3) || i > 0 && len(g) != 3 {
				return "", false
			}
		}
		s = strings.ReplaceAll(s, ",", "")
	}
	digit := false
	for _, r := range s {
		if !strings.ContainsRune("0123456789+-.eE", r) {
			return "", false
		}
		digit = digit || r >= '0' && r <= '9'
	}
	return s, digit
}

// parseBool reads yes and no.
func parseBool(s string) (yes, ok bool) {
	switch strings.ToLower(plain(s)) {
	case "1", "true", "yes", "y", "是", "有", "对", "√":
		return true, true
	case "0", "false", "no", "n", "否", "无", "不", "×":
		return false, true
	}
	return false, false
}
