package suggestion

import (
	"sync"
	"time"
)

// How long a counted answer may be shown again. Of a small one only what another process wrote within recentFor is missing: this process's own writes show at
// once, since counting again costs next to nothing. One over more than recentSmall matters may be recentFor old whoever wrote, and while somebody
// counts it again the others get the last one, never older than recentMost.
const (
	recentFor   = time.Second
	recentMost  = 3 * time.Second
	recentSmall = 2000
	recentKept  = 1000 // answers; then all are forgotten
)

// recent remembers counted answers. What they are counted under must be in the key, so that nothing is shown to people for whom it was not counted.
type recent[V any] struct {
	mu sync.Mutex
	m  map[string]*held[V]
}

type held[V any] struct {
	known   bool
	value   V
	size    int // matters counted
	version uint64
	at      time.Time
	first   sync.Mutex // held while the first answer is counted, so that it is counted once
	busy    int        // callers who are counting
}

func (h *held[V]) may(version uint64, now time.Time) bool {
	age := now.Sub(h.at)
	switch {
	case !h.known || age < 0:
		return false
	case h.size <= recentSmall:
		return h.version == version && age < recentFor
	case h.busy > 0:
		return age < recentMost
	}
	return age < recentFor
}

func (r *recent[V]) entry(key string) *held[V] {
	r.mu.Lock()
	defer r.mu.Unlock()
	h := r.m[key]
	if h == nil {
		if r.m == nil || len(r.m) >= recentKept {
			r.m = map[string]*held[V]{}
		}
		h = &held[V]{}
		r.m[key] = h
	}
	return h
}

// get returns what is remembered under key, or counts it. version is the database's, taken before anything was read.
func (r *recent[V]) get(key string, version uint64, now time.Time, count func() (value V, size int, err error)) (V, error) {
	h := r.entry(key)
	value, ok, known := r.look(h, version, now)
	if ok {
		return value, nil
	}
	if !known {
		h.first.Lock()
		defer h.first.Unlock()
		if value, ok, _ := r.look(h, version, now); ok {
			return value, nil
		}
	}
	r.mu.Lock()
	h.busy++
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		h.busy--
		r.mu.Unlock()
	}()
	value, size, err := count()
	if err != nil {
		return value, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !h.known || h.version <= version {
		h.known, h.value, h.size, h.version, h.at = true, value, size, version, now
	}
	return value, nil
}

func (r *recent[V]) look(h *held[V], version uint64, now time.Time) (value V, ok, known bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if h.may(version, now) {
		value, ok = h.value, true
	}
	return value, ok, h.known
}
