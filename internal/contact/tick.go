package contact

import (
	"context"
	"sync"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
)

// ticked remembers what the last tick saw, so that minutes in which nothing changed cost nothing.
type ticked struct {
	mu        sync.Mutex
	day       clock.Date
	directory int64
	own       int64
}

func platformOnly(ctx context.Context) error {
	if a := authz.From(ctx); !a.System {
		return refusal(a)
	}
	return nil
}

// Tick ends for good the links of which an end is gone, each with the day and the reason, and says how many. A link that will hold again by what is known today is none of them:
// only the first run of days counts. It may run twice.
func (s *Service) Tick(ctx context.Context) (int, error) {
	if err := platformOnly(ctx); err != nil {
		return 0, err
	}
	s.ticked.mu.Lock()
	defer s.ticked.mu.Unlock()
	sw, err := s.Record.Sweep(ctx)
	if err != nil {
		return 0, err
	}
	own, err := s.Version(ctx)
	if err != nil {
		return 0, err
	}
	today := s.today()
	if s.ticked.day == today && s.ticked.directory == sw.Version && s.ticked.own == own {
		return 0, nil
	}
	at, ended := directory.DayOf(today), 0
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		ended = 0
		if err := lock(tx); err != nil {
			return err
		}
		open, err := readLinks(tx, `superseded = 0 AND valid_from <= ? AND (valid_to = '' OR valid_to > ?)`, today.String(), today.String())
		if err != nil {
			return err
		}
		for _, l := range open {
			days, why := held(l, sw)
			if days.To > at && !days.Empty() || why == NoReason {
				continue
			}
			l.Valid.To, l.EndReason = days.To.Date(), why
			if days.Empty() { // the directory was corrected: it never held
				l.Valid.To = l.Valid.From.AddDays(1)
			}
			if err := s.replace(tx, l); err != nil {
				return err
			}
			ended++
		}
		own, err = version(tx)
		return err
	})
	if err == nil {
		s.ticked.day, s.ticked.directory, s.ticked.own = today, sw.Version, own
	}
	return ended, err
}
