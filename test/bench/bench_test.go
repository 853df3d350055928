package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"xieshang/internal/platform/pgtemp"
)

// TestMain lets the test program play the programs that bench starts: the bare page, and a small stand-in for the
// program under measurement.
func TestMain(m *testing.M) {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	var err error
	switch {
	case len(os.Args) > 3 && os.Args[1] == "-serve-bare":
		err = serveBare(ctx, os.Args[3])
	case len(os.Args) > 3 && os.Args[1] == "serve":
		err = standIn(ctx, os.Args[len(os.Args)-1], os.Getenv("BENCH_TEST_BROKEN") != "")
	default:
		os.Exit(m.Run())
	}
	if err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// standIn has the addresses of the program and forgets everything. Broken, every third detail is an error.
func standIn(ctx context.Context, address string, broken bool) error {
	mux := http.NewServeMux()
	page := func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<h1>page</h1>") }
	mux.HandleFunc("GET /readyz", page)
	mux.HandleFunc("GET /suggestions", page)
	var mu sync.Mutex
	var asked int
	keys := map[string]bool{}
	mux.HandleFunc("GET /suggestions/{number}", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked++
		fails := broken && asked > 40 && asked%3 == 0
		mu.Unlock()
		if fails {
			http.Error(w, "no", http.StatusInternalServerError)
			return
		}
		page(w, r)
	})
	mux.HandleFunc("GET /api/v1/suggestions/{id}", page)
	mux.HandleFunc("GET /api/v1/suggestions", func(w http.ResponseWriter, r *http.Request) {
		from := 0
		fmt.Sscanf(r.FormValue("cursor"), "%d", &from)
		var items []matter
		for n := from; n < from+100; n++ {
			items = append(items, matter{ID: fmt.Sprint(n), Number: fmt.Sprintf("X-2026-%d", n), Title: "关于改善公园照明的建议", State: "replied"})
		}
		answer := map[string]any{"items": items}
		if from < 200 {
			answer["next"] = fmt.Sprint(from + 100)
		}
		json.NewEncoder(w).Encode(answer)
	})
	mux.HandleFunc("POST /api/v1/suggestions", func(w http.ResponseWriter, r *http.Request) {
		var body struct{ Title, Body string }
		err := json.NewDecoder(r.Body).Decode(&body)
		mu.Lock()
		defer mu.Unlock()
		key := r.Header.Get("Idempotency-Key")
		if err != nil || body.Title == "" || len([]rune(body.Body)) != 300 || r.Header.Get("Authorization") != "Bearer xs_test" || key == "" || keys[key] {
			http.Error(w, "refused", http.StatusUnprocessableEntity)
			return
		}
		keys[key] = true
		w.WriteHeader(http.StatusCreated)
	})
	s := &http.Server{Addr: address, Handler: mux, ReadHeaderTimeout: time.Second}
	go func() { <-ctx.Done(); s.Close() }()
	return s.ListenAndServe()
}

func standInOptions(t *testing.T, only string) options {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return options{
		engine: "sqlite", size: 300, binary: self, work: t.TempDir(), only: only, duration: time.Second, rest: 50 * time.Millisecond,
		prepare: `test -n "$XIESHANG_BENCH_DB" && test "$XIESHANG_BENCH_SIZE" = 300 && test -d "$XIESHANG_BENCH_FILES" && printf 'xs_test\n' > "$XIESHANG_BENCH_LISTS/token"`,
	}
}

func TestBenchMeasuresAWholeRun(t *testing.T) {
	o := standInOptions(t, "detail page|raise")
	r, err := bench(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.rows) != 2 || r.barePage.rate() < 100 || r.bareInsert < 10 || r.ready <= 0 || r.idle < 1<<20 || r.loaded < r.idle/2 {
		t.Fatalf("%+v", r)
	}
	for _, w := range r.rows {
		if w.few.rate() < 100 || w.few.errors() != 0 || w.many.errors() != 0 || w.few.P99 < w.few.P50 || w.few.P50 <= 0 {
			t.Errorf("%s: %+v", w.scenario.Name, w)
		}
	}
	text := r.markdown()
	for _, want := range []string{"### SQLite, 300 suggestions", "| detail page with its timeline |", "1/20 of the bare page", "1/4 of the bare insert", "ready after the start"} {
		if !strings.Contains(text, want) {
			t.Errorf("the report lacks %q:\n%s", want, text)
		}
	}
	for _, list := range []string{"list.txt", "detail.txt", "search.txt", "similar.txt", "raise.jsonl"} {
		lines, err := readLines(filepath.Join(o.work, "lists", list))
		if err != nil || len(lines) != 300 {
			t.Errorf("%s: %d lines, %v", list, len(lines), err)
		}
	}
}

func TestErrorsUnderLoadAreAMiss(t *testing.T) {
	t.Setenv("BENCH_TEST_BROKEN", "1")
	r, err := bench(t.Context(), standInOptions(t, "detail page"))
	if err != nil {
		t.Fatal(err)
	}
	if n := r.rows[0].few.Status; n == 0 || n > r.rows[0].few.Requests {
		t.Errorf("%d of %d answers were errors", n, r.rows[0].few.Requests)
	}
	if !strings.Contains(r.markdown(), "**MISS**") || !strings.Contains(r.markdown(), " errors") || r.misses() == 0 {
		t.Errorf("the report hides the errors:\n%s", r.markdown())
	}
}

func TestWhatCannotBeMeasuredIsAnError(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*options)
		want   string
	}{
		"engine":        {func(o *options) { o.engine = "mysql" }, "want sqlite or postgres"},
		"duration":      {func(o *options) { o.duration = 0 }, "want 1s to 5m"},
		"other host":    {func(o *options) { o.url = "http://example.org:80" }, "only http://127.0.0.1:PORT"},
		"prepare fails": {func(o *options) { o.prepare = "exit 3" }, "prepare: exit status 3"},
		"no server":     {func(o *options) { o.binary, o.prepare = "/bin/false", "" }, "ended while starting"},
	} {
		o := standInOptions(t, "")
		c.change(&o)
		if _, err := bench(t.Context(), o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestProbeRefusesAWrongAnswer(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s, err := start(t.Context(), self, []string{"serve"}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.stop()
	err = probe(t.Context(), scenario{Method: "GET", Status: 200}, s.base, []string{"/suggestions", "/nowhere"}, "")
	if err == nil || !strings.Contains(err.Error(), "/nowhere answers 404, want 200") {
		t.Error(err)
	}
	if _, err := measure(t.Context(), scenario{Token: true, List: "x"}, s.base, t.TempDir(), "", time.Second); err == nil || !strings.Contains(err.Error(), "no API token") {
		t.Error(err)
	}
}

func TestJudge(t *testing.T) {
	r := &report{barePage: load{Requests: 100_000, Micros: 1e6}, bareInsert: 4000, ready: 600 * time.Millisecond, idle: 61 << 20, loaded: 10 << 20}
	s := scenario{Versus: barePage, Share: 10, P99: 10 * time.Millisecond}
	fine := row{s, load{Requests: 10_000, Micros: 1e6, P99: 9_000}, load{Requests: 9_000, Micros: 1e6, P99: 90_000}}
	for name, c := range map[string]struct {
		change func(*row)
		want   string
	}{
		"fine":        {func(*row) {}, ""},
		"slow":        {func(w *row) { w.few.Requests = 9_999 }, "rate 9999 < 10000"},
		"insert":      {func(w *row) { w.scenario.Versus, w.scenario.Share = bareInsert, 0.1 }, "rate 10000 < 40000"},
		"late":        {func(w *row) { w.few.P99 = 10_001 }, "p99 10.0 ms > 10.0 ms"},
		"timeouts":    {func(w *row) { w.many.Timeout = 1 }, "1 errors"},
		"sinks at 64": {func(w *row) { w.many.Requests = 8_400 }, "16 % slower with 64"},
	} {
		w := fine
		c.change(&w)
		if got := strings.Join(r.judge(w), ","); got != c.want && (c.want == "" || !strings.Contains(got, c.want)) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if n := r.misses(); n != 2 {
		t.Errorf("%d misses of ready and idle memory, want 2", n)
	}
	if similarP99(50_000) != 10*time.Millisecond || similarP99(1_000_000) != 40*time.Millisecond {
		t.Error("the target for likely duplicates does not follow the size")
	}
}

func TestInsertIsMeasuredOnBothEngines(t *testing.T) {
	url, stop, err := pgtemp.Start(t.Context(), "", pgtemp.DurableSettings()...)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	}()
	for _, engine := range []string{"sqlite", "postgres"} {
		for range 2 { // the second run finds nothing of the first
			rate, err := measureInsert(t.Context(), engine, url, t.TempDir(), 200*time.Millisecond)
			if err != nil || rate < 5 {
				t.Errorf("%s: %.0f rows/s, %v", engine, rate, err)
			}
		}
	}
}

func TestParseWrk(t *testing.T) {
	if _, err := parseWrk("Running 1s test"); err == nil {
		t.Error("a run without a result was accepted")
	}
	if _, err := parseWrk(marker + `{"Requests":0,"Micros":1000000}`); err == nil {
		t.Error("a run without an answer was accepted")
	}
	l, err := parseWrk("x\n" + marker + `{"Requests":30,"Micros":2000000,"Status":10,"Read":1}` + "\n")
	if err != nil || l.rate() != 10 || l.errors() != 11 {
		t.Errorf("%+v, %v", l, err)
	}
}
