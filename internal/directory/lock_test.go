package directory_test

import (
	"fmt"
	"sync"
	"testing"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
)

// TestTheSameListAtOnce: several bring the same list at the same moment; it comes in once.
func TestTheSameListAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, _ *clock.Fake, _ *db.DB) {
		fill(t, s, true)
		before, _, _ := counts(t, s)
		const hands, rows = 6, 90
		list := "code,name,parent\n"
		for i := range rows {
			list += fmt.Sprintf("%d,县%d,999900\n", 999910+i, i)
		}
		gate := make(chan struct{})
		var wg sync.WaitGroup
		for range hands {
			tab := table(t, directory.DivisionList, list)
			wg.Go(func() {
				<-gate
				if out, err := s.Import(system(), directory.DivisionList, tab, directory.ImportOptions{}); err != nil || out.Bad.Total() > 0 {
					t.Errorf("%v %v", err, out)
				}
			})
		}
		close(gate)
		wg.Wait()
		if after, _, _ := counts(t, s); after != before+rows {
			t.Errorf("%d divisions came in, want %d", after-before, rows)
		}
	})
}
