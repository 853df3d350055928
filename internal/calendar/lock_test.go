package calendar_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"xieshang/internal/calendar"
	"xieshang/internal/platform/sheet"
)

// TestTheSameFileAtOnce: several bring the same days at the same moment; they come in once.
func TestTheSameFileAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const hands, days = 6, 28
		text := "date,working\n"
		for i := range days {
			text += fmt.Sprintf("2031-02-%02d,放假\n", i+1)
		}
		gate := make(chan struct{})
		var mu sync.Mutex
		var wg sync.WaitGroup
		came := 0
		for range hands {
			tab, err := sheet.Open("days.csv", strings.NewReader(text), int64(len(text)), sheet.Options{Columns: calendar.Columns()})
			if err != nil {
				t.Fatal(err)
			}
			wg.Go(func() {
				<-gate
				out, err := w.s.Import(system(), tab, calendar.Options{})
				if err != nil || out.Bad.Total() > 0 {
					t.Errorf("%v %v", err, out)
				}
				mu.Lock()
				defer mu.Unlock()
				came += out.New + out.Changed
			})
		}
		close(gate)
		wg.Wait()
		if came != days {
			t.Errorf("%d days came in, want %d", came, days)
		}
	})
}
