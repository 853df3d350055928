// Command similarity measures the search for likely duplicates on the labelled set among invented matters: how often the same matter is
// among the first five, how often another matter comes before it, and how long an answer takes.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing/fstest"
	"time"

	"xieshang/internal/demo/content"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/similar"
)

func main() {
	n := flag.Int("n", 50_000, "rows in all: the labelled ones and invented ones beside them")
	target := flag.String("db", "", "sqlite:PATH or postgres://…, an empty database (default: a temporary SQLite file)")
	place := flag.String("place", "all", "what is known beside the text: none, division or all (division and coordinates)")
	rounds := flag.Int("rounds", 5, "how often each question is timed")
	show := flag.Int("show", 0, "print so many questions that failed")
	flag.Parse()
	if err := run(*n, *target, *place, *rounds, *show); err != nil {
		fmt.Fprintln(os.Stderr, "similarity:", err)
		os.Exit(1)
	}
}

func run(n int, target, place string, rounds, show int) error {
	if target == "" {
		dir, err := os.MkdirTemp("", "similarity-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		target = "sqlite:" + filepath.Join(dir, "bench.db")
	}
	ctx := context.Background()
	d, err := db.Open(ctx, target)
	if err != nil {
		return err
	}
	defer d.Close()
	const head = "-- +goose Up\n"
	if _, err := d.Migrate(ctx, fstest.MapFS{
		"migrations/sqlite/20260101000001_similar.sql":   {Data: []byte(head + similar.SchemaSQLite("bench"))},
		"migrations/postgres/20260101000001_similar.sql": {Data: []byte(head + similar.SchemaPostgres("bench"))},
	}); err != nil {
		return err
	}
	x := similar.New("bench")
	corpus, queries := content.Similar(7)
	if err := fill(ctx, d, x, corpus, n); err != nil {
		return err
	}
	if err := size(ctx, d, n); err != nil {
		return err
	}
	return ask(ctx, d, x, corpus, queries, place, rounds, show)
}

// fill spreads the labelled rows evenly among invented ones, 128 to a commit as the platform does under load.
func fill(ctx context.Context, d *db.DB, x *similar.Index, corpus []content.SimilarRow, n int) error {
	if n < len(corpus) {
		return fmt.Errorf("at least %d rows are needed", len(corpus))
	}
	every := n / len(corpus)
	var batch []similar.Doc
	var spent, worst, maintain time.Duration
	first := int64(1)
	write := func() error {
		start := time.Now()
		err := d.Write(ctx, func(tx *db.Tx) error {
			for i, doc := range batch {
				if err := x.Put(tx, first+int64(i), doc); err != nil {
					return err
				}
			}
			return nil
		})
		took := time.Since(start)
		spent, worst = spent+took, max(worst, took)
		first += int64(len(batch))
		batch = batch[:0]
		if err == nil && first%8192 == 1 {
			start = time.Now()
			err = x.Maintain(ctx, d)
			maintain += time.Since(start)
		}
		return err
	}
	i := 0
	for m := range content.Matters(11) {
		if i >= n {
			break
		}
		doc := similar.Doc{Title: m.Title, Body: m.Body, Place: m.Place, Division: m.Division, Lon: m.Lon, Lat: m.Lat}
		if k := i / every; i%every == 0 && k < len(corpus) {
			c := corpus[k]
			doc = similar.Doc{Title: c.Title, Body: c.Body, Place: c.Place, Division: c.Division, Lon: c.Lon, Lat: c.Lat}
		}
		batch = append(batch, doc)
		i++
		if len(batch) == 128 || i == n {
			if err := write(); err != nil {
				return err
			}
		}
	}
	start := time.Now()
	if err := x.Maintain(ctx, d); err != nil {
		return err
	}
	maintain += time.Since(start)
	fmt.Printf("%d rows: put %.1f µs each (worst commit of 128: %v), maintenance %.1f µs each\n", n,
		float64(spent.Microseconds())/float64(n), worst.Round(time.Millisecond), float64(maintain.Microseconds())/float64(n))
	return nil
}

func size(ctx context.Context, d *db.DB, n int) error {
	return d.Read(ctx, func(tx *db.Tx) error {
		bytes, err := db.One(tx, db.ScanInt64, tx.Pick(
			`SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size`,
			`SELECT CAST(sum(pg_total_relation_size(CAST(c AS regclass))) AS bigint) FROM unnest(ARRAY['bench_sim_blk', 'bench_sim_seg', 'bench_sim_new']) c`))
		fmt.Printf("on disk: %d bytes a row\n", bytes/int64(n))
		return err
	})
}

func ask(ctx context.Context, d *db.DB, x *similar.Index, corpus []content.SimilarRow, queries []content.SimilarQuery, place string, rounds, show int) error {
	rows, err := rowsOf(ctx, d, corpus)
	if err != nil {
		return err
	}
	id := map[int64]string{}
	for i, c := range corpus {
		id[rows[i]] = c.ID
	}
	var took []time.Duration
	asked, found, first, before, elsewhere, absent, shown := 0, 0, 0, 0, 0, 0, 0
	for round := range rounds {
		for _, q := range queries {
			question := similar.Query{Text: q.Text}
			if place != "none" {
				question.Division = q.Division
			}
			if place == "all" {
				question.Lon, question.Lat = q.Lon, q.Lat
			}
			var hits []similar.Hit
			start := time.Now()
			err := d.Read(ctx, func(tx *db.Tx) (err error) {
				hits, err = x.Find(tx, question)
				return err
			})
			took = append(took, time.Since(start))
			if err != nil {
				return err
			}
			if round > 0 {
				continue
			}
			if q.Kind != "same" {
				if len(hits) > 0 {
					absent++
				}
				continue
			}
			asked++
			at := slices.IndexFunc(hits, func(h similar.Hit) bool { return slices.Contains(q.Relevant, id[h.RID]) })
			samePlace := slices.IndexFunc(hits, func(h similar.Hit) bool { return slices.Contains(q.SamePlace, id[h.RID]) })
			if at >= 0 {
				found++
			} else if show > 0 {
				show--
				fmt.Printf("not found: %s %v %s: %+v\n", q.ID, q.Relevant, q.Text, hits)
			}
			if at == 0 {
				first++
			}
			if samePlace >= 0 {
				shown++
				if at < 0 || samePlace < at {
					before++
				}
			}
			if at < 0 && len(hits) > 0 || at > 0 && slices.Contains(q.SameProblem, id[hits[0].RID]) {
				elsewhere++
			}
		}
	}
	slices.Sort(took)
	at := func(p float64) time.Duration {
		return took[min(len(took)-1, int(p*float64(len(took))))].Round(10 * time.Microsecond)
	}
	share := func(n int) string { return strconv.FormatFloat(float64(n)/float64(asked), 'f', 3, 64) }
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Printf("known beside the text: %s; %d questions with an answer, %d without\n", place, asked, len(queries)-asked)
	fmt.Printf("recall@5 %s, first %s; another matter of the same place shown %s, before the right one %s; another place first or nothing right %s; something shown for the questions without an answer: %d\n",
		share(found), share(first), share(shown), share(before), share(elsewhere), absent)
	fmt.Printf("latency p50 %v, p90 %v, p99 %v, worst %v; Go heap in use %d MB, resident %s\n", at(.5), at(.9), at(.99), took[len(took)-1].Round(10*time.Microsecond), m.HeapInuse>>20, resident())
	return nil
}

// rowsOf tells under which keys the labelled rows were put.
func rowsOf(ctx context.Context, d *db.DB, corpus []content.SimilarRow) ([]int64, error) {
	var n int
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		n, err = db.One(tx, db.ScanInt, `SELECT CAST(max(hi) AS bigint) FROM bench_sim_seg WHERE id > 0`)
		return err
	})
	every := n / len(corpus)
	out := make([]int64, len(corpus))
	for k := range corpus {
		out[k] = int64(k*every) + 1
	}
	return out, err
}

func resident() string {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(status)) {
		if v, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			return strings.TrimSpace(v)
		}
	}
	return "unknown"
}
