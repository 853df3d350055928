package suggestion

import (
	"sync"
	"testing"
	"time"
)

func TestRecentAnswers(t *testing.T) {
	start := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name          string
		size          int
		wrote         bool // this process, between the two looks
		after         time.Duration
		counted, busy bool
	}{
		{name: "nothing happened", size: 5, after: 900 * time.Millisecond},
		{name: "a write shows at once", size: 5, wrote: true, counted: true},
		{name: "another process's write shows within a second", size: 5, after: time.Second, counted: true},
		{name: "a large one may be a second old", size: recentSmall + 1, wrote: true, after: 900 * time.Millisecond},
		{name: "and no older", size: recentSmall + 1, after: time.Second, counted: true},
		{name: "unless it is being counted", size: recentSmall + 1, wrote: true, after: 2 * time.Second, busy: true},
		{name: "which has an end", size: recentSmall + 1, after: 3 * time.Second, busy: true, counted: true},
		{name: "a small one does not wait for that", size: 5, wrote: true, busy: true, counted: true},
		{name: "a clock that was set back", size: 5, after: -time.Minute, counted: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var r recent[int]
			count := func(n int) func() (int, int, error) { return func() (int, int, error) { return n, c.size, nil } }
			if v, err := r.get("k", 1, start, count(1)); v != 1 || err != nil {
				t.Fatal(v, err)
			}
			version := uint64(1)
			if c.wrote {
				version = 2
			}
			if c.busy {
				r.entry("k").busy = 1
			}
			want := 1
			if c.counted {
				want = 2
			}
			if v, err := r.get("k", version, start.Add(c.after), count(2)); v != want || err != nil {
				t.Errorf("shows %d, %v; want %d", v, err, want)
			}
			if v, _ := r.get("other", version, start.Add(c.after), count(3)); v != 3 {
				t.Errorf("another key shows %d", v)
			}
		})
	}
}

// Callers who come at once are answered by one count.
func TestRecentCountsOnce(t *testing.T) {
	var r recent[int]
	var counted int
	var wg sync.WaitGroup
	gate := make(chan struct{})
	for range 16 {
		wg.Go(func() {
			<-gate
			v, err := r.get("k", 1, time.Unix(1, 0), func() (int, int, error) {
				counted++ // unguarded on purpose: the race detector sees a second one
				return 7, 10, nil
			})
			if v != 7 || err != nil {
				t.Error(v, err)
			}
		})
	}
	close(gate)
	wg.Wait()
	if counted != 1 {
		t.Errorf("counted %d times", counted)
	}
}
