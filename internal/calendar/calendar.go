// Package calendar keeps the working days that were imported over those built in (G3): the yearly notice of the State Council, day by day. It promises that
// every process counts with what was imported within two seconds, and that a calendar which makes a year known is told to whoever waits for it.
package calendar

import (
	"context"
	"embed"
	"fmt"
	"slices"
	"sync"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/event"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Migrations holds the module's tables.
//
//go:embed migrations
var Migrations embed.FS

// Messages holds the texts of refusals.
//
//go:embed messages
var Messages embed.FS

// ImportedEvent is published when days were imported; its payload is Imported.
const ImportedEvent = "calendar.imported"

// Imported names the years of which days were imported and that are known now.
type Imported struct {
	Years []int `json:"years"`
}

// Events takes the facts that this module publishes; event.Bus does.
type Events interface {
	Publish(tx *db.Tx, e event.Event, payload any) error
}

// Service is every operation on the calendar.
type Service struct {
	db     *db.DB
	clock  clock.Clock
	events Events

	mu      sync.Mutex
	current *clock.Calendar
	said    map[clock.Date]clock.Day
	version int64
	checked time.Time
}

// New makes the service.
func New(d *db.DB, c clock.Clock, events Events) *Service {
	return &Service{db: d, clock: c, events: events}
}

// recheck is how long a calendar is used before the database is asked whether another process imported something.
const recheck = 2 * time.Second

// Calendar gives the working days as known now; public.
func (s *Service) Calendar(ctx context.Context) (*clock.Calendar, error) {
	cal, _, err := s.read(ctx)
	return cal, err
}

func (s *Service) read(ctx context.Context) (*clock.Calendar, map[clock.Date]clock.Day, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	if s.current != nil && !s.checked.IsZero() && now.Sub(s.checked) < recheck {
		return s.current, s.said, nil
	}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		version, err := db.One(tx, db.ScanInt64, `SELECT version FROM calendar_version WHERE one = 1`)
		if err != nil || s.current != nil && version == s.version {
			return err
		}
		days, err := readDays(tx)
		if err != nil {
			return err
		}
		s.said = map[clock.Date]clock.Day{}
		for _, d := range days {
			s.said[d.Date] = d
		}
		s.current, s.version = clock.NewCalendar(days), version
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read calendar: %w", err)
	}
	s.checked = now
	return s.current, s.said, nil
}

func (s *Service) changed() {
	s.mu.Lock()
	s.checked = time.Time{}
	s.mu.Unlock()
}

func readDays(tx *db.Tx) ([]clock.Day, error) {
	return db.All(tx, func(r *db.Row) (d clock.Day, err error) {
		err = r.Scan(&d.Date, &d.Working, &d.Name)
		return d, err
	}, `SELECT day, working, name FROM calendar_day WHERE superseded = 0 ORDER BY day`)
}

// mayEdit: the administrator and the platform itself.
func mayEdit(a authz.Actor) error {
	switch {
	case a.System || a.IsAdmin() && a.May(authz.AdminScope):
		return nil
	case !a.SignedIn():
		return problem.New(problem.SignIn, "problem.sign-in")
	}
	return problem.New(problem.Forbidden, "problem.forbidden")
}

// ahead is how far before a year its calendar is asked for: the notice comes in the November before.
const ahead = 60

// Missing lists the years that are needed soon and not known: this one, the next from November on, and every year up to a date that waits for its calendar.
// Public.
func (s *Service) Missing(ctx context.Context, until clock.Date) ([]int, error) {
	cal, err := s.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	today := clock.Today(s.clock)
	to := today.AddDays(ahead)
	if until.After(to) {
		to = until
	}
	return cal.Missing(today, to), nil
}

// Year is what is known about one year.
type Year struct {
	Year    int
	Known   bool
	Free    int // weekdays that are free
	Moved   int // weekend days at work
	Days    []clock.Day
	Entered int // of Days, those imported here
}

// Years tells what is known about each year from one to another; public.
func (s *Service) Years(ctx context.Context, from, to int) ([]Year, error) {
	cal, said, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	var out []Year
	for y := from; y <= to; y++ {
		v := Year{Year: y, Known: cal.Known(y)}
		for d := clock.Of(y, 1, 1); d.Year == y; d = d.AddDays(1) {
			weekday := d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
			day := clock.Day{Date: d, Working: cal.IsWorking(d), Name: cal.Name(d)}
			_, here := said[d]
			switch {
			case weekday && !day.Working:
				v.Free++
			case !weekday && day.Working:
				v.Moved++
			case day.Name == "" && !here:
				continue
			}
			if here {
				v.Entered++
			}
			v.Days = append(v.Days, day)
		}
		out = append(out, v)
	}
	return out, nil
}

// SetDay records one day by hand, for administrators: the last word on a day wins.
func (s *Service) SetDay(ctx context.Context, d clock.Day) error {
	if err := mayEdit(authz.From(ctx)); err != nil {
		return err
	}
	if d.Date.IsZero() {
		return problem.On("date", "calendar.err.date")
	}
	if n := len([]rune(d.Name)); n > maxName {
		return problem.On("name", "calendar.err.name", "max", maxName)
	}
	_, err := s.store(ctx, []clock.Day{d}, false)
	return err
}

// store records days that say something new, and tells of the years that are known then. It returns how many were new or changed.
func (s *Service) store(ctx context.Context, days []clock.Day, dry bool) (out Result, err error) {
	work := func(tx *db.Tx) error {
		out = Result{}
		if !dry {
			if _, err := db.One(tx, db.ScanInt64, `SELECT version FROM calendar_version WHERE one = 1`+tx.ForUpdate()); err != nil {
				return err
			}
		}
		known, err := readDays(tx)
		if err != nil {
			return err
		}
		stands := map[clock.Date]clock.Day{}
		for _, d := range known {
			stands[d.Date] = d
		}
		var write []clock.Day
		years := map[int]bool{}
		for _, d := range days {
			was, ok := stands[d.Date]
			switch {
			case ok && was == d:
				out.Same++
				continue
			case ok:
				out.Changed++
			default:
				out.New++
			}
			stands[d.Date] = d
			write = append(write, d)
			years[d.Date.Year] = true
		}
		all := make([]clock.Day, 0, len(stands))
		for _, d := range stands {
			all = append(all, d)
		}
		cal := clock.NewCalendar(all)
		said := map[int]bool{}
		for _, d := range days {
			said[d.Date.Year] = true
		}
		for y := range said {
			if cal.Known(y) {
				out.Years = append(out.Years, y)
			} else {
				out.Incomplete = append(out.Incomplete, y)
			}
		}
		slices.Sort(out.Years)
		slices.Sort(out.Incomplete)
		if dry || len(write) == 0 {
			return nil
		}
		return s.write(tx, write, out.Years)
	}
	if dry {
		return out, s.db.Read(ctx, work)
	}
	err = s.db.Write(ctx, work)
	return out, err
}

func (s *Service) write(tx *db.Tx, days []clock.Day, known []int) error {
	now, by := s.clock.Now(), authz.From(tx.Ctx()).Account
	who := ""
	if by != uuid.Nil {
		who = by.String()
	}
	for _, d := range days {
		if _, err := tx.Exec(`UPDATE calendar_day SET superseded = ? WHERE day = ? AND superseded = 0`, now, d.Date.String()); err != nil {
			return err
		}
		id, err := uuid.NewV7()
		if err != nil {
			return fmt.Errorf("new id: %w", err)
		}
		if _, err := tx.Exec(`INSERT INTO calendar_day (id, day, working, name, recorded, recorded_by) VALUES (?, ?, ?, ?, ?, ?)`, id, d.Date.String(), d.Working, d.Name, now, who); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`UPDATE calendar_version SET version = version + 1 WHERE one = 1`); err != nil {
		return err
	}
	tx.AfterCommit(s.changed)
	if len(known) == 0 {
		return nil
	}
	return s.events.Publish(tx, event.Event{Kind: ImportedEvent}, Imported{Years: known})
}

func sorted(said map[clock.Date]clock.Day) []clock.Day {
	out := make([]clock.Day, 0, len(said))
	for _, d := range said {
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b clock.Day) int { return a.Date.Compare(b.Date) })
	return out
}
