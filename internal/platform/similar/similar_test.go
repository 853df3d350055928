package similar_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/search"
	"xieshang/internal/platform/similar"
)

func schema() []fs.FS {
	const head = "-- +goose Up\n"
	return []fs.FS{fstest.MapFS{
		"migrations/sqlite/20260101000001_similar.sql":   {Data: []byte(head + similar.SchemaSQLite("matter"))},
		"migrations/postgres/20260101000001_similar.sql": {Data: []byte(head + similar.SchemaPostgres("matter"))},
	}}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var stock = []rune("小区停车难水电路灯坏了业主物业公司公交站台老旧改造加装梯子河道积水井盖丢失噪声")

func randomText(r *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		b.WriteRune(stock[r.IntN(len(stock))])
	}
	return b.String()
}

func find(t testing.TB, d *db.DB, x *similar.Index, q similar.Query) (hits []similar.Hit) {
	t.Helper()
	must(t, d.Read(context.Background(), func(tx *db.Tx) (err error) {
		hits, err = x.Find(tx, q)
		return err
	}))
	return hits
}

func TestSameMatterFirst(t *testing.T) {
	dbtest.Each(t, schema(), func(t *testing.T, d *db.DB) {
		x := similar.New("matter")
		rows := []similar.Doc{
			{Title: "枫林路路灯不亮", Body: "枫林路中段十几盏路灯整夜不亮，老人夜里出门看不清台阶。", Division: "430102", Lon: 112.98, Lat: 28.20},
			{Title: "枫林路占道经营", Body: "枫林路两侧早餐摊占着人行道，行人只能走到车道上。", Division: "430102", Lon: 112.98, Lat: 28.20},
			{Title: "石桥街路灯不亮", Body: "石桥街的路灯整夜不亮，夜里出门看不清。", Division: "430103", Lon: 113.2, Lat: 28.4},
			{Title: "枫林路路灯不亮", Body: "枫林路中段十几盏路灯整夜不亮，老人夜里出门看不清台阶。", Division: "430602"},
			{Title: "学校门口堵车", Body: "放学时校门口车停成三排。", Division: "430102"},
		}
		must(t, d.Write(context.Background(), func(tx *db.Tx) error {
			for i, r := range rows {
				if err := x.Put(tx, int64(i+1), r); err != nil {
					return err
				}
			}
			return nil
		}))
		hits := find(t, d, x, similar.Query{Text: "枫林路的路灯晚上都不亮，看不清路", Division: "430102", Lon: 112.99, Lat: 28.20})
		if len(hits) < 2 || hits[0].RID != 1 || !hits[0].Why.SameDivision || !hits[0].Why.Near || hits[1].RID != 4 || hits[1].Why.SameDivision {
			t.Fatalf("hits %+v", hits)
		}
		for _, h := range hits {
			if h.RID == 5 {
				t.Errorf("another matter was found: %+v", h)
			}
		}
		if hits := find(t, d, x, similar.Query{Text: "。，"}); len(hits) != 0 {
			t.Errorf("no words: %+v", hits)
		}
		must(t, d.Read(context.Background(), func(tx *db.Tx) error {
			if _, err := x.Find(tx, similar.Query{Text: "路灯", Limit: 21}); !errors.Is(err, similar.ErrRange) {
				t.Errorf("limit: %v", err)
			}
			return nil
		}))
		if err := d.Write(context.Background(), func(tx *db.Tx) error { return x.Put(tx, 0, similar.Doc{}) }); err == nil {
			t.Error("row key 0 was taken")
		}
	})
}

// pairs is the set of tokens that count, written with the tokens themselves.
func pairs(texts ...string) map[string]bool {
	out := map[string]bool{}
	for _, s := range texts {
		for _, t := range search.Tokens(s) {
			if len([]rune(t)) > 1 {
				out[t] = true
			}
		}
	}
	return out
}

// Rows come, change and go while segments are packed and merged; at each stage the index must give exactly the rows that share a rare pair,
// and the same answers on both engines.
func TestChangesAndMergesAgreeWithAModel(t *testing.T) {
	var mu sync.Mutex
	answers := map[string][]string{}
	dbtest.Each(t, schema(), func(t *testing.T, d *db.DB) {
		r := rand.New(rand.NewPCG(1, 2))
		x := similar.New("matter")
		ctx := context.Background()
		model := map[int64]string{}
		next := int64(1)
		var out []string
		for stage := range 24 {
			must(t, d.Write(ctx, func(tx *db.Tx) error {
				for range 150 {
					rid := next
					switch r.IntN(10) {
					case 0: // changes
						rid = 1 + r.Int64N(next)
					case 1: // goes
						rid = 1 + r.Int64N(next)
						delete(model, rid)
						if err := x.Delete(tx, rid); err != nil {
							return err
						}
						continue
					}
					next = max(next, rid+1)
					model[rid] = fmt.Sprintf("kk%dz %s", r.IntN(40), randomText(r, 20+r.IntN(60)))
					if err := x.Put(tx, rid, similar.Doc{Title: "t", Body: model[rid], Division: fmt.Sprint(rid % 3)}); err != nil {
						return err
					}
				}
				return nil
			}))
			if stage%5 == 4 {
				must(t, x.Maintain(ctx, d))
			}
			for range 6 {
				word := fmt.Sprintf("kk%dz", r.IntN(40))
				q := similar.Query{Text: word, Limit: 20, Division: fmt.Sprint(r.IntN(3))}
				hits := find(t, d, x, q)
				want := 0
				for _, text := range model {
					if pairs(text)[word] {
						want++
					}
				}
				if len(hits) != min(want, 20) {
					t.Fatalf("stage %d: %q finds %d rows, want %d", stage, word, len(hits), min(want, 20))
				}
				for _, h := range hits {
					if text, ok := model[h.RID]; !ok || !pairs(text)[word] {
						t.Fatalf("stage %d: %q finds row %d: %q", stage, word, h.RID, text)
					}
				}
				out = append(out, fmt.Sprint(hits))
			}
			rid := 1 + r.Int64N(next-1)
			if text, ok := model[rid]; ok { // a row's own text finds it
				hits := find(t, d, x, similar.Query{Text: text, Division: fmt.Sprint(rid % 3)})
				if len(hits) == 0 || hits[0].RID != rid {
					t.Fatalf("stage %d: the text of row %d finds %v first", stage, rid, hits)
				}
				out = append(out, fmt.Sprint(hits))
			}
		}
		mu.Lock()
		answers[d.Engine().String()] = out
		mu.Unlock()
	})
	if a, ok := answers["postgres"]; ok && !slices.Equal(a, answers["sqlite"]) {
		for i := range a {
			if a[i] != answers["sqlite"][i] {
				t.Fatalf("answer %d differs:\nsqlite   %s\npostgres %s", i, answers["sqlite"][i], a[i])
			}
		}
	}
}

// Writers, readers and two maintainers at once: nothing that was committed is lost, nothing is found twice.
func TestMaintainWhileOthersWrite(t *testing.T) {
	dbtest.Each(t, schema(), func(t *testing.T, d *db.DB) {
		x := similar.New("matter")
		ctx := context.Background()
		const writers, each = 4, 400
		gate := make(chan struct{})
		var writing, rest sync.WaitGroup
		stop := make(chan struct{})
		for w := range writers {
			writing.Go(func() {
				r := rand.New(rand.NewPCG(uint64(w), 9))
				<-gate
				for i := range each {
					rid := int64(i*writers + w + 1)
					err := d.Write(ctx, func(tx *db.Tx) error {
						return x.Put(tx, rid, similar.Doc{Body: fmt.Sprintf("row%d %s", rid, randomText(r, 40))})
					})
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		for range 2 {
			rest.Go(func() {
				<-gate
				for {
					select {
					case <-stop:
						return
					default:
					}
					if err := x.Maintain(ctx, d); err != nil {
						t.Error(err)
						return
					}
					err := d.Read(ctx, func(tx *db.Tx) error {
						_, err := x.Find(tx, similar.Query{Text: "row1 路灯坏了"})
						return err
					})
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		close(gate)
		writing.Wait()
		close(stop)
		rest.Wait()
		must(t, x.Maintain(ctx, d))
		for rid := int64(1); rid <= writers*each; rid += 7 {
			hits := find(t, d, x, similar.Query{Text: fmt.Sprintf("row%d", rid)})
			if len(hits) != 1 || hits[0].RID != rid {
				t.Fatalf("row %d: found %v", rid, hits)
			}
		}
	})
}
