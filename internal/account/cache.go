package account

import (
	"sync"
	"time"

	"xieshang/internal/platform/authz"

	"github.com/google/uuid"
)

const maxCached = 20000

// cache remembers for a few seconds who is behind a session or a token, because every request asks. A change made by this process is
// seen at once: it forgets the account, and what was read before the change is not let in afterwards. A change made by another process
// is seen when the entry has grown old.
type cache struct {
	mu      sync.RWMutex
	entries map[[32]byte]entry
	version uint64 // grows with each forget
}

type entry struct {
	actor authz.Actor
	until time.Time
}

func newCache() *cache { return &cache{entries: map[[32]byte]entry{}} }

func (c *cache) get(key [32]byte, now time.Time) (authz.Actor, bool) {
	c.mu.RLock()
	e, ok := c.entries[key]
	c.mu.RUnlock()
	if !ok || !now.Before(e.until) {
		return authz.Actor{}, false
	}
	return e.actor, true
}

// begin is called before the database is read; its result is handed to put.
func (c *cache) begin() uint64 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.version
}

func (c *cache) put(key [32]byte, a authz.Actor, until time.Time, began uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.version != began {
		return // something was forgotten meanwhile, and what was read may be older than that
	}
	if len(c.entries) >= maxCached {
		clear(c.entries)
	}
	c.entries[key] = entry{actor: a, until: until}
}

// forget drops everything about an account.
func (c *cache) forget(account uuid.UUID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.version++
	for k, e := range c.entries {
		if e.actor.Account == account {
			delete(c.entries, k)
		}
	}
}
