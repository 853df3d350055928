package search

import (
	"slices"
	"sync"
	"time"
)

// CacheTime is how long an answer may be given again. Changes by this process end it at once; the time is for those of others.
const CacheTime = 3 * time.Second

const cacheSize = 512 // answers

type answer struct {
	hits    []Hit
	total   int
	version uint64
	at      time.Time
}

// cache remembers answers until the index changes or CacheTime is over.
type cache struct {
	mu      sync.Mutex
	version uint64
	m       map[string]answer
	now     func() time.Time
}

func newCache() cache { return cache{m: map[string]answer{}, now: time.Now} }

func (c *cache) bump() {
	c.mu.Lock()
	c.version++
	c.mu.Unlock()
}

// get also returns the version to give to put: what is read after a change must not count as newer than it.
func (c *cache) get(key string) ([]Hit, int, uint64, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	a, ok := c.m[key]
	if !ok || a.version != c.version || c.now().Sub(a.at) > CacheTime {
		return nil, 0, c.version, false
	}
	return slices.Clone(a.hits), a.total, c.version, true
}

func (c *cache) put(key string, version uint64, hits []Hit, total int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.m) >= cacheSize {
		c.shrink()
	}
	c.m[key] = answer{slices.Clone(hits), total, version, c.now()}
}

// shrink drops what is out of date, then any, until a quarter of the room is free.
func (c *cache) shrink() {
	now := c.now()
	for k, a := range c.m {
		if a.version != c.version || now.Sub(a.at) > CacheTime {
			delete(c.m, k)
		}
	}
	for k := range c.m {
		if len(c.m) < cacheSize*3/4 {
			return
		}
		delete(c.m, k)
	}
}
