package suggestion_test

import (
	"strings"
	"sync/atomic"
	"testing"

	"xieshang/internal/platform/dbtest"
	"xieshang/internal/suggestion"
	. "xieshang/internal/suggestion/suggestiontest"
)

// BenchmarkRaise raises matters of 300 characters from 16 callers at once: validated, on disk, searchable, event written.
func BenchmarkRaise(b *testing.B) {
	w := New(b, dbtest.SQLite(b, Migrations()))
	in := w.Input()
	in.Body = string([]rune(strings.Repeat("枫溪路12号院三栋楼住着四十多位老人，六层没有电梯，上下楼十分不便，", 10))[:300])
	var failed atomic.Int64
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := w.S.Raise(As(w.Member), in); err != nil {
				failed.Add(1)
			}
		}
	})
	if failed.Load() > 0 {
		b.Fatal("some were refused")
	}
}

// BenchmarkGet reads a closed matter with its whole story as a stranger.
func BenchmarkGet(b *testing.B) {
	w := New(b, dbtest.SQLite(b, Migrations()))
	r := w.Raise(w.Member)
	w.Reply(r.Number)
	w.Do(w.Member, r.Number, suggestion.Rate, suggestion.ActInput{Rating: suggestion.Satisfied})
	for b.Loop() {
		if _, err := w.S.Get(Nobody(), r.Number); err != nil {
			b.Fatal(err)
		}
	}
}
