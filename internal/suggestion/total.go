package suggestion

import (
	"fmt"
	"sync"
	"time"

	"xieshang/internal/platform/db"
)

// totalFresh is how long a count may be shown again when another process may have written; this process's writes show at once.
const totalFresh = 10 * time.Second

// totals remembers how many matters a condition has. Counting reads every row of an index; a page of twenty reads twenty.
type totals struct {
	mu sync.Mutex
	m  map[string]totalEntry
}

type totalEntry struct {
	version uint64
	at      time.Time
	n       int
}

const totalsMax = 2000 // conditions remembered; then all are forgotten

func (s *Service) total(tx *db.Tx, w *where) (int, error) {
	key := fmt.Sprint(w.from, w.text(), w.args)
	version, now := s.DB.Version(), s.Clock.Now()
	s.totals.mu.Lock()
	e, ok := s.totals.m[key]
	s.totals.mu.Unlock()
	if ok && e.version == version && now.Sub(e.at) < totalFresh {
		return e.n, nil
	}
	n, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM `+w.from+` WHERE `+w.text(), w.args...)
	if err != nil {
		return 0, err
	}
	s.totals.mu.Lock()
	if s.totals.m == nil || len(s.totals.m) >= totalsMax {
		s.totals.m = map[string]totalEntry{}
	}
	s.totals.m[key] = totalEntry{version, now, n}
	s.totals.mu.Unlock()
	return n, nil
}
