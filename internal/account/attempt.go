package account

import (
	"net/netip"
	"strings"
	"time"

	"xieshang/internal/platform/db"
)

// pace says how often something may be tried. The first free tries cost nothing; each further one has to wait, twice as long as the one
// before, from first up to most. After forget without a try everything starts anew.
type pace struct {
	free   int
	first  time.Duration
	most   time.Duration
	forget time.Duration
}

// The paces. A name is slowed per address, so that strangers slow down only their own address; a device that its owner has signed in from
// before has a count of its own (OWASP, "Slow down online guessing attacks with device cookies"). sprayPace slows an address that tries
// many names; an office may share one, so it allows more.
var (
	namePace   = pace{free: 5, first: 30 * time.Second, most: time.Hour, forget: 24 * time.Hour}
	devicePace = pace{free: 10, first: 30 * time.Second, most: 15 * time.Minute, forget: 24 * time.Hour}
	sprayPace  = pace{free: 100, first: 15 * time.Second, most: 15 * time.Minute, forget: time.Hour}
	codePace   = pace{free: 5, first: time.Minute, most: time.Hour, forget: 24 * time.Hour}
	resetPace  = pace{free: 10, first: time.Minute, most: time.Hour, forget: 24 * time.Hour}
	mailPace   = pace{free: 2, first: 10 * time.Minute, most: 24 * time.Hour, forget: 48 * time.Hour}
	longestOf  = 48 * time.Hour // no pace remembers longer
)

func (p pace) delay(counted int) time.Duration {
	if counted < p.free {
		return 0
	}
	d := p.first
	for n := p.free; n < counted && d < p.most; n++ {
		d *= 2
	}
	return min(d, p.most)
}

// take counts one try and returns 0, or returns how long to wait and counts nothing. It counts before the outcome is known, so that tries
// at the same moment cannot slip through together; forgive takes a count back.
func (s *Service) take(tx *db.Tx, subject, source string, p pace) (wait time.Duration, err error) {
	now := s.clock.Now()
	type row struct {
		counted int
		last    time.Time
	}
	// One statement makes the row or locks it: between two of them a right password could have removed it.
	r, err := db.One(tx, func(r *db.Row) (v row, err error) { return v, r.Scan(&v.counted, &v.last) },
		`INSERT INTO account_attempt (subject, source, counted, last) VALUES (?, ?, 0, 0)
		ON CONFLICT (subject, source) DO UPDATE SET subject = excluded.subject RETURNING counted, last`, subject, source)
	if err != nil {
		return 0, err
	}
	if r.last.Add(p.forget).Before(now) {
		r.counted = 0
	}
	if until := r.last.Add(p.delay(r.counted)); r.counted > 0 && now.Before(until) {
		return until.Sub(now), nil
	}
	return 0, tx.MustChange(`UPDATE account_attempt SET counted = ?, last = ? WHERE subject = ? AND source = ?`, r.counted+1, now, subject, source)
}

// forgive takes one count back; clearAttempts forgets them all.
func forgive(tx *db.Tx, subject, source string) error {
	_, err := tx.Exec(`UPDATE account_attempt SET counted = counted - 1 WHERE subject = ? AND source = ? AND counted > 0`, subject, source)
	return err
}

func clearAttempts(tx *db.Tx, subject, source string) error {
	_, err := tx.Exec(`DELETE FROM account_attempt WHERE subject = ? AND source = ?`, subject, source)
	return err
}

// network is the part of an address that one attacker can be expected to have: an IPv4 address, the /56 of an IPv6 address.
func network(a netip.Addr) string {
	if !a.IsValid() {
		return "address:unknown"
	}
	a = a.Unmap().WithZone("")
	bits := 32
	if a.Is6() {
		bits = 56
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return "address:unknown"
	}
	return "address:" + p.String()
}

// shortened is an address as its owner recognises it, without naming a single line: 203.0.113.*, 2001:db8:1:*.
func shortened(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	switch {
	case !a.IsValid():
		return ""
	case a.Is4():
		s := a.String()
		return s[:strings.LastIndexByte(s, '.')] + ".*"
	}
	p, err := a.Prefix(48)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(p.Addr().String(), "::") + ":*"
}
