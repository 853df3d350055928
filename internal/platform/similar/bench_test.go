package similar_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/similar"
)

// BenchmarkPut is one row of 340 characters, 128 to a commit, packing and small merges included.
func BenchmarkPut(b *testing.B) {
	d := dbtest.SQLite(b, schema())
	x := similar.New("matter")
	r := rand.New(rand.NewPCG(1, 1))
	texts := make([]string, 2000)
	for i := range texts {
		texts[i] = fmt.Sprintf("%d号 %s", i, randomText(r, 335))
	}
	rid := int64(1)
	for b.Loop() {
		must(b, d.Write(context.Background(), func(tx *db.Tx) error {
			for range 128 {
				if err := x.Put(tx, rid, similar.Doc{Title: "路灯", Body: texts[int(rid)%len(texts)]}); err != nil {
					return err
				}
				rid++
			}
			return nil
		}))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/128, "ns/row")
}
