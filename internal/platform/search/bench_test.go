package search_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"unicode/utf8"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/search"
)

// words make texts in which some pairs are in a third of all and most are rare, as in real ones.
func benchText(r *rand.Rand, n int) string {
	var b []rune
	for len(b) < n {
		f := r.ExpFloat64() * 400
		w := rand.New(rand.NewPCG(uint64(f), 1))
		for range 2 + w.IntN(2) {
			b = append(b, rune(0x4E00+w.IntN(2500)))
		}
	}
	return string(b[:n])
}

// BenchmarkPut is one row of 340 characters, each in a savepoint of its own and 128 to a commit, as the platform does under load.
func BenchmarkPut(b *testing.B) {
	d := dbtest.SQLite(b, schema())
	x := search.New("matter")
	r := rand.New(rand.NewPCG(1, 1))
	texts := make([]string, 3000)
	for i := range texts {
		texts[i] = benchText(r, 325)
	}
	done := make(chan error, 4096)
	work := make(chan int64)
	for range 128 {
		go func() {
			for rid := range work {
				done <- d.Write(context.Background(), func(tx *db.Tx) error {
					return x.Put(tx, rid, "枫林路路灯不亮的问题", fmt.Sprint(rid)+texts[int(rid*7)%len(texts)])
				})
			}
		}()
	}
	rid := int64(0)
	for b.Loop() {
		go func(from int64) {
			for i := range int64(2048) {
				work <- from + i + 1
			}
		}(rid)
		for range 2048 {
			must(b, <-done)
		}
		rid += 2048
	}
	close(work)
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(rid), "ns/row")
}

func BenchmarkSnippet(b *testing.B) {
	text := benchText(rand.New(rand.NewPCG(1, 1)), 340)
	q, err := search.Parse(string([]rune(text)[200:203]) + " 小区")
	must(b, err)
	if utf8.RuneCountInString(text) != 340 {
		b.Fatal("not a text of 340 characters")
	}
	for b.Loop() {
		search.Snippet(text, q, 90)
	}
}
