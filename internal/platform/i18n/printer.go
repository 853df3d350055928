package i18n

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"xieshang/internal/platform/clock"
)

// Printer prints in one language. It does not change, is shared by all requests in that language, and a nil one prints keys.
type Printer struct {
	lang     Lang
	messages map[string]message
}

// Lang returns the language of the printer.
func (p *Printer) Lang() Lang {
	if p == nil {
		return ZH
	}
	return p.lang
}

// Has reports whether there is a message with this key.
func (p *Printer) Has(key string) bool {
	if p == nil {
		return false
	}
	_, ok := p.messages[key]
	return ok
}

// T returns the message of a key, with parameters filled in from name, value pairs: T("x", "title", title, "due", date). Texts go in as they
// are; whole numbers, dates (clock.Date), instants and Names are written the way the language writes them. A number that is a name, such as a
// year or a code, is passed as text. An unknown key comes back in brackets. T allocates nothing when the message has no parameter.
func (p *Printer) T(key string, args ...any) string {
	m, ok := p.lookup(key)
	if !ok {
		return "⟦" + key + "⟧"
	}
	if m.other.parts == nil {
		return m.other.text
	}
	return m.other.write(p, nil, args)
}

// N returns the message of a key for n things; {n} in it is the number. English takes the wording "one" for exactly 1.
func (p *Printer) N(key string, n int, args ...any) string {
	m, ok := p.lookup(key)
	if !ok {
		return "⟦" + key + "⟧"
	}
	wording := m.other
	if n == 1 && m.one.text != "" {
		wording = m.one
	}
	if wording.parts == nil {
		return wording.text
	}
	return wording.write(p, &n, args)
}

func (p *Printer) lookup(key string) (message, bool) {
	if p == nil {
		return message{}, false
	}
	m, ok := p.messages[key]
	return m, ok
}

// value writes a parameter.
func (p *Printer) value(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return p.Int(v)
	case int64:
		return p.Int(int(v))
	case clock.Date:
		return p.Date(v)
	case time.Time:
		return p.DateTime(v)
	case Name:
		return p.Name(v)
	default:
		return fmt.Sprint(v)
	}
}

// Int writes a whole number with its thousands set apart: 12,345.
func (p *Printer) Int(n int) string {
	if n > -1000 && n < 1000 {
		return strconv.Itoa(n)
	}
	var buf [32]byte
	digits := strconv.AppendInt(buf[:0], int64(n), 10)
	out := make([]byte, 0, len(digits)+len(digits)/3)
	if digits[0] == '-' {
		out, digits = append(out, '-'), digits[1:]
	}
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out = append(out, ',')
		}
		out = append(out, d)
	}
	return string(out)
}

// Percent writes a share (0.253 is 25.3%) with at most one digit after the point. What is not a number is a dash.
func (p *Printer) Percent(share float64) string {
	if math.IsNaN(share) || math.IsInf(share, 0) {
		return "—"
	}
	tenths := math.Round(share * 1000)
	if tenths == 0 {
		return "0%" // also for a small negative share, which would print as -0
	}
	return strconv.FormatFloat(tenths/10, 'f', -1, 64) + "%"
}

// Days writes a number of days.
func (p *Printer) Days(n int) string { return p.N("i18n.days", n) }

// Name returns a configured name in the printer's language.
func (p *Printer) Name(n Name) string { return n.In(p.Lang()) }
