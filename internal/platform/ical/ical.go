// Package ical writes calendars that the programs on people's phones and desks read (C1, E1): RFC 5545 with the parts of
// RFC 5546 (invitations) and RFC 7986 (name, refresh) that they use. It promises that no text in a calendar can end its
// line, add a property or cut a character in two, and that every instant is written in UTC, so that no zone file matters.
package ical

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"xieshang/internal/platform/clock"
)

// ContentType is what a feed is served with; an invitation in a mail adds its method.
const ContentType = "text/calendar; charset=utf-8"

// ErrInvalid is wrapped by every error about a calendar that cannot be written as it is.
var ErrInvalid = errors.New("invalid calendar")

// Method says what the reader's program is to do with the entries (RFC 5546). A feed has none.
type Method string

// The methods.
const (
	Request Method = "REQUEST" // an invitation, or a change of one
	Cancel  Method = "CANCEL"
)

// Status of an event (RFC 5545 section 3.8.1.11).
type Status string

// The statuses.
const (
	Confirmed Status = "CONFIRMED"
	Tentative Status = "TENTATIVE"
	Cancelled Status = "CANCELLED"
)

// Party is somebody with a mail address: the organiser, or who is invited.
type Party struct{ Name, Mail string }

// Event is something that takes place: between two instants, or on whole days when Day is set.
type Event struct {
	// UID names the event for ever: a change of it has the same UID and a higher Sequence. At most 255 printable ASCII characters.
	UID        string
	Sequence   int
	Stamp      time.Time // when this form of the event was made
	Start, End time.Time // End is after Start; not used for whole days
	Day        clock.Date
	LastDay    clock.Date // zero: one day
	Summary    string
	Text       string
	Place      string
	URL        string
	Status     Status // "": confirmed
	Organiser  Party
	Invitee    Party
	Free       bool          // does not make the reader busy
	Alarm      time.Duration // how long before the start a reminder comes; 0 for none
}

// Calendar is a feed (Method "") or one message about its events.
type Calendar struct {
	Name    string
	Method  Method
	Refresh time.Duration // how often a program may ask for the feed again; 0 leaves it to the program
	Events  []Event
}

// Write writes the calendar. Errors: those of w, and ErrInvalid for an event without a UID, a stamp or a time, one that ends before it
// begins, and a mail address that is none.
func Write(w io.Writer, c Calendar) error {
	o := &out{w: w}
	o.line("BEGIN", "VCALENDAR")
	o.line("VERSION", "2.0")
	o.line("PRODID", "-//Xieshang//Xieshang//ZH")
	o.line("CALSCALE", "GREGORIAN")
	if c.Method != "" {
		o.line("METHOD", string(c.Method))
	}
	if c.Name != "" {
		o.text("NAME", c.Name)
		o.text("X-WR-CALNAME", c.Name) // what programs read that are older than RFC 7986
	}
	if c.Refresh > 0 {
		o.line("REFRESH-INTERVAL;VALUE=DURATION", duration(c.Refresh))
		o.line("X-PUBLISHED-TTL", duration(c.Refresh))
	}
	for _, e := range c.Events {
		if err := e.check(); err != nil {
			return err
		}
		o.event(e)
	}
	o.line("END", "VCALENDAR")
	return o.err
}

func (e Event) check() error {
	bad := strings.ContainsFunc(e.UID, func(r rune) bool { return r <= ' ' || r > '~' })
	switch {
	case e.UID == "" || len(e.UID) > 255 || bad:
		return fmt.Errorf("%w: UID %q", ErrInvalid, e.UID)
	case e.Stamp.IsZero():
		return fmt.Errorf("%w: event %s has no stamp", ErrInvalid, e.UID)
	case e.Sequence < 0:
		return fmt.Errorf("%w: event %s has sequence %d", ErrInvalid, e.UID, e.Sequence)
	case e.Day.IsZero() && (e.Start.IsZero() || !e.End.After(e.Start)):
		return fmt.Errorf("%w: event %s must end after it begins", ErrInvalid, e.UID)
	case !e.Day.IsZero() && !e.LastDay.IsZero() && e.LastDay.Before(e.Day):
		return fmt.Errorf("%w: event %s ends on a day before it begins", ErrInvalid, e.UID)
	}
	for _, p := range []Party{e.Organiser, e.Invitee} {
		if strings.ContainsFunc(p.Mail, func(r rune) bool { return r <= ' ' || r > '~' }) || p.Mail != "" && !strings.Contains(p.Mail, "@") {
			return fmt.Errorf("%w: event %s has a mail address that is none", ErrInvalid, e.UID) // not quoted: it is somebody's
		}
	}
	if strings.ContainsFunc(e.URL, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return fmt.Errorf("%w: event %s has an address with characters beyond plain ASCII", ErrInvalid, e.UID)
	}
	return nil
}

func (o *out) event(e Event) {
	o.line("BEGIN", "VEVENT")
	o.line("UID", e.UID)
	o.line("DTSTAMP", instant(e.Stamp))
	o.line("SEQUENCE", strconv.Itoa(e.Sequence))
	if e.Day.IsZero() {
		o.line("DTSTART", instant(e.Start))
		o.line("DTEND", instant(e.End))
	} else {
		last := e.LastDay
		if last.IsZero() {
			last = e.Day
		}
		o.line("DTSTART;VALUE=DATE", day(e.Day))
		o.line("DTEND;VALUE=DATE", day(last.AddDays(1))) // the end is the first day that is free again
	}
	o.text("SUMMARY", e.Summary)
	if e.Text != "" {
		o.text("DESCRIPTION", e.Text)
	}
	if e.Place != "" {
		o.text("LOCATION", e.Place)
	}
	if e.URL != "" {
		o.line("URL", e.URL)
	}
	status := e.Status
	if status == "" {
		status = Confirmed
	}
	o.line("STATUS", string(status))
	if e.Free {
		o.line("TRANSP", "TRANSPARENT")
	}
	if e.Organiser.Mail != "" {
		o.line("ORGANIZER"+named(e.Organiser), "mailto:"+e.Organiser.Mail)
	}
	if e.Invitee.Mail != "" {
		// Answers are given on the site, where leave has its reason: the program is not to mail one.
		o.line("ATTENDEE"+named(e.Invitee)+";ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE", "mailto:"+e.Invitee.Mail)
	}
	if e.Alarm > 0 && e.Day.IsZero() && status != Cancelled {
		o.line("BEGIN", "VALARM")
		o.line("ACTION", "DISPLAY")
		o.text("DESCRIPTION", e.Summary)
		o.line("TRIGGER", "-"+duration(e.Alarm))
		o.line("END", "VALARM")
	}
	o.line("END", "VEVENT")
}

func instant(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

func day(d clock.Date) string { return strings.ReplaceAll(d.String(), "-", "") }

// duration is whole minutes (RFC 5545 section 3.3.6), one at least.
func duration(d time.Duration) string {
	return "PT" + strconv.Itoa(max(1, int(d/time.Minute))) + "M"
}

// named is the parameter with somebody's name. A quoted value has no way to hold a quotation mark.
func named(p Party) string {
	name := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		if r == '"' {
			return '\''
		}
		return r
	}, strings.ToValidUTF8(p.Name, "�"))
	if name == "" {
		return ""
	}
	return `;CN="` + name + `"`
}

// out writes content lines and keeps the first error.
type out struct {
	w   io.Writer
	err error
}

// text writes a property whose value is free text.
func (o *out) text(name, value string) { o.line(name, escape(value)) }

func escape(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\r\n", "\n"), "\r", "\n")
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch {
		case r == '\n' || r == '\u2028' || r == '\u2029':
			b.WriteString(`\n`)
		case r == '\\' || r == ';' || r == ',':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' && r != '\t' || r == 0x7f: // no control character may stand in a calendar (section 3.1)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// lineOctets is the longest line without its end (section 3.1); what is longer goes on in the next line after a space.
const lineOctets = 75

func (o *out) line(name, value string) {
	if o.err != nil {
		return
	}
	rest, room := name+":"+value, lineOctets
	var b strings.Builder
	for len(rest) > room {
		cut := room
		for !utf8.RuneStart(rest[cut]) {
			cut--
		}
		b.WriteString(rest[:cut])
		b.WriteString("\r\n ")
		rest, room = rest[cut:], lineOctets-1 // the space counts
	}
	b.WriteString(rest)
	b.WriteString("\r\n")
	_, o.err = io.WriteString(o.w, b.String())
}
