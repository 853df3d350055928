// Package clock keeps the platform's idea of time: the current instant, civil dates of mainland China, deadlines and working days.
// It promises instants in UTC cut to microseconds, so that both database engines give back what they were given, and dates that mean
// the same day on every machine, because it never reads the machine's zone or zone files.
package clock

import (
	"sync"
	"time"
)

// Clock tells the current instant. Services take one so that a test can move it.
type Clock interface {
	// Now is the current instant in UTC, cut to microseconds.
	Now() time.Time
}

// shanghaiOffset is the distance of China Standard Time from UTC. It has been constant since 1991, long before any record kept here.
const shanghaiOffset = 8 * time.Hour

// Location is China Standard Time (UTC+8, no summer time) under its usual name, for showing instants to people.
func Location() *time.Location {
	return time.FixedZone("Asia/Shanghai", int(shanghaiOffset/time.Second))
}

// Cut is t in UTC with microseconds as its smallest unit, the form in which every instant is stored and compared.
func Cut(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Today is the current date in China according to c.
func Today(c Clock) Date { return DateOf(c.Now()) }

type system struct{}

func (system) Now() time.Time { return Cut(time.Now()) }

// System is the machine's clock.
func System() Clock { return system{} }

// Fake is a clock that stands still until it is moved. It may be used from several goroutines.
type Fake struct {
	mu  sync.Mutex
	now time.Time
}

// NewFake is a Fake that shows t, cut like every other instant.
func NewFake(t time.Time) *Fake { return &Fake{now: Cut(t)} }

// Now is the instant last set.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Set moves the clock to t, forwards or backwards.
func (f *Fake) Set(t time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = Cut(t)
}

// Advance moves the clock by d, which may be negative, and returns the new instant.
func (f *Fake) Advance(d time.Duration) time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = Cut(f.now.Add(d))
	return f.now
}
