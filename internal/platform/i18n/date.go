package i18n

import (
	"strconv"
	"time"

	"xieshang/internal/platform/clock"
)

// Date writes a civil date: 2026年3月4日 or 4 March 2026. The zero date, which stands for "none", is a dash.
func (p *Printer) Date(d clock.Date) string {
	if d.IsZero() {
		return "—"
	}
	return p.civil(d.Year, d.Month, d.Day)
}

// Day writes a civil date in a language of its own, whatever that of the page is: for texts that are kept in one language. The zero date is empty.
func Day(lang Lang, d clock.Date) string {
	if d.IsZero() {
		return ""
	}
	return civil(lang, d.Year, d.Month, d.Day)
}

func (p *Printer) civil(year int, month time.Month, day int) string {
	return civil(p.Lang(), year, month, day)
}

func civil(lang Lang, year int, month time.Month, day int) string {
	var buf [40]byte
	b := buf[:0]
	if lang == EN {
		b = strconv.AppendInt(b, int64(day), 10)
		b = append(b, ' ')
		b = append(b, month.String()...)
		b = append(b, ' ')
		return string(strconv.AppendInt(b, int64(year), 10))
	}
	b = strconv.AppendInt(b, int64(year), 10)
	b = append(b, "年"...)
	b = strconv.AppendInt(b, int64(month), 10)
	b = append(b, "月"...)
	b = strconv.AppendInt(b, int64(day), 10)
	return string(append(b, "日"...))
}

// Time writes the time of day in China: 09:05.
func (p *Printer) Time(t time.Time) string {
	return t.In(clock.Location()).Format("15:04")
}

// DateTime writes an instant as date and time of day in China.
func (p *Printer) DateTime(t time.Time) string {
	local := t.In(clock.Location())
	date := p.civil(local.Year(), local.Month(), local.Day())
	if p.Lang() == EN {
		return date + ", " + local.Format("15:04")
	}
	return date + " " + local.Format("15:04")
}

// Ago writes how long ago t was, seen from now: minutes, hours, yesterday, days up to thirty, and the date before that. A t in the future, which a slow
// clock can cause, is "just now" within a minute and its full date and time beyond.
func (p *Printer) Ago(t, now time.Time) string {
	past := now.Sub(t)
	switch {
	case past < -time.Minute:
		return p.DateTime(t)
	case past < time.Minute:
		return p.T("i18n.ago.now")
	case past < time.Hour:
		return p.N("i18n.ago.minutes", int(past/time.Minute))
	}
	local, today := t.In(clock.Location()), now.In(clock.Location())
	switch days := midnight(today).Sub(midnight(local)) / (24 * time.Hour); {
	case days == 0:
		return p.N("i18n.ago.hours", int(past/time.Hour))
	case days == 1:
		return p.T("i18n.ago.yesterday", "time", p.Time(t))
	case days <= 30:
		return p.N("i18n.ago.days", int(days))
	}
	return p.civil(local.Year(), local.Month(), local.Day())
}

// midnight is the start of a day as if it were UTC, so that differences are whole days.
func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}
