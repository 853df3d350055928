// Command bench measures the program the way its users meet it: the real binary over HTTP on the loopback address, with
// wrk as the generator, on a prepared database. It promises that the yardsticks (a bare net/http page and a bare
// durable insert) are measured in the same run on the same machine, and that a missed target is printed as a miss.
//
//	go run ./test/bench -prepare 'COMMAND' [-db postgres] [-size 50000]
//
// The prepare command is run by sh before the server starts. It finds in its environment XIESHANG_BENCH_DB (what --db
// takes), XIESHANG_BENCH_FILES (what --files takes), XIESHANG_BENCH_SIZE (how many suggestions) and XIESHANG_BENCH_LISTS,
// a folder into which it writes the API token (a file named token) and may write the lists named in scenarios.go.
// A list that it does not write is collected from the server.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"xieshang/internal/platform/pgtemp"
)

type options struct {
	engine   string
	size     int
	prepare  string
	binary   string
	serve    string
	url      string
	token    string
	work     string
	only     string
	out      string
	duration time.Duration
	rest     time.Duration
	strict   bool
}

func main() {
	var o options
	var bare bool
	var address string
	flag.StringVar(&o.engine, "db", "sqlite", "sqlite or postgres (starts a server of its own)")
	flag.IntVar(&o.size, "size", 50_000, "number of suggestions, handed to the prepare command")
	flag.StringVar(&o.prepare, "prepare", "", "command that fills the database; empty when -work holds one")
	flag.StringVar(&o.binary, "binary", "", "program to measure (default: ./cmd/xieshang, built now)")
	flag.StringVar(&o.serve, "serve", "", "further flags for serve, separated by spaces")
	flag.StringVar(&o.url, "url", "", "measure a server that already runs on 127.0.0.1; nothing is started or prepared")
	flag.StringVar(&o.token, "token", "", "API token (default: the file that the prepare command wrote)")
	flag.StringVar(&o.work, "work", "", "folder for database, files and lists, kept afterwards (default: a temporary one)")
	flag.StringVar(&o.only, "only", "", "regular expression of scenario names")
	flag.StringVar(&o.out, "out", "", "write the report to this file, too")
	flag.DurationVar(&o.duration, "duration", 10*time.Second, "length of each run, 1s to 5m")
	flag.DurationVar(&o.rest, "rest", 3*time.Second, "how long the server is left alone before its idle memory is read")
	flag.BoolVar(&o.strict, "strict", false, "exit 1 when a target is missed")
	flag.BoolVar(&bare, "serve-bare", false, "serve the bare page on -addr (used by the program itself)")
	flag.StringVar(&address, "addr", "127.0.0.1:0", "with -serve-bare: where to listen")
	flag.Parse()
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	if bare {
		if err := serveBare(ctx, address); err != nil && ctx.Err() == nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	result, err := bench(ctx, o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	text := result.markdown()
	fmt.Print(text)
	if o.out != "" {
		if err := os.WriteFile(o.out, []byte(text), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
	}
	if misses := result.misses(); misses > 0 {
		fmt.Fprintf(os.Stderr, "bench: %d targets missed\n", misses)
		if o.strict {
			os.Exit(1)
		}
	}
}

// bench prepares, starts, measures and stops everything.
func bench(ctx context.Context, o options) (_ *report, err error) {
	if o.duration < time.Second || o.duration > 5*time.Minute {
		return nil, fmt.Errorf("-duration %s: want 1s to 5m", o.duration)
	}
	if o.engine != "sqlite" && o.engine != "postgres" {
		return nil, fmt.Errorf("-db %q: want sqlite or postgres", o.engine)
	}
	only, err := regexp.Compile(o.only)
	if err != nil {
		return nil, fmt.Errorf("-only: %w", err)
	}
	if _, err := exec.LookPath("wrk"); err != nil {
		return nil, errors.New("wrk is missing (Debian: apt-get install wrk)")
	}
	work := o.work
	if work == "" {
		if work, err = os.MkdirTemp("", "xieshang-bench-"); err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	}
	if work, err = filepath.Abs(work); err != nil {
		return nil, err
	}
	lists := filepath.Join(work, "lists")
	for _, dir := range []string{lists, filepath.Join(work, "files")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
	}
	r := &report{options: o, machine: readMachine(ctx)}
	database := "sqlite:" + filepath.Join(work, "bench.db")
	if o.engine == "postgres" {
		url, stop, err := pgtemp.Start(ctx, "", pgtemp.DurableSettings()...)
		if err != nil {
			return nil, err
		}
		defer func() {
			if err := stop(); err != nil {
				fmt.Fprintln(os.Stderr, "bench:", err)
			}
		}()
		database = url
	}
	base := o.url
	if base == "" {
		server, err := startProgram(ctx, o, database, work, lists)
		if err != nil {
			return nil, err
		}
		defer server.stop()
		base = server.base
		r.ready = server.ready
		if err := rest(ctx, o.rest); err != nil {
			return nil, err
		}
		if r.idle, err = resident(server.pid()); err != nil {
			return nil, err
		}
		watch := watchMemory(server.pid())
		defer func() { r.loaded = watch() }()
	} else if err := loopbackOnly(base); err != nil {
		return nil, err
	}
	token, err := readToken(o.token, filepath.Join(lists, "token"))
	if err != nil {
		return nil, err
	}
	if err := collect(ctx, base, lists, token); err != nil {
		return nil, err
	}
	if err := r.yardsticks(ctx, database, work); err != nil {
		return nil, err
	}
	for _, s := range scenarios() {
		if !only.MatchString(s.Name) {
			continue
		}
		if s.List == "similar.txt" {
			s.P99 = similarP99(o.size)
		}
		fmt.Fprintf(os.Stderr, "measuring: %s\n", s.Name)
		row, err := measure(ctx, s, base, lists, token, o.duration)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.Name, err)
		}
		r.rows = append(r.rows, row)
	}
	return r, nil
}

// startProgram fills the database and starts the program on it.
func startProgram(ctx context.Context, o options, database, work, lists string) (*server, error) {
	binary := o.binary
	if binary == "" {
		binary = filepath.Join(work, "xieshang")
		fmt.Fprintln(os.Stderr, "building ./cmd/xieshang")
		if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/xieshang").CombinedOutput(); err != nil {
			return nil, fmt.Errorf("build: %w\n%s", err, out)
		}
	}
	files, keys := filepath.Join(work, "files"), filepath.Join(work, "xieshang.keys")
	if o.prepare != "" {
		fmt.Fprintln(os.Stderr, "preparing:", o.prepare)
		began := time.Now()
		cmd := exec.CommandContext(ctx, "sh", "-c", o.prepare)
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
		cmd.Env = append(os.Environ(), "XIESHANG_BENCH_DB="+database, "XIESHANG_BENCH_FILES="+files, "XIESHANG_KEYS="+keys,
			"XIESHANG_BENCH_LISTS="+lists, fmt.Sprintf("XIESHANG_BENCH_SIZE=%d", o.size))
		if err := cmd.Run(); err != nil {
			return nil, fmt.Errorf("prepare: %w", err)
		}
		fmt.Fprintf(os.Stderr, "prepared in %.1f s\n", time.Since(began).Seconds())
	}
	args := []string{"serve", "--db", database, "--files", files, "--keys", keys}
	return start(ctx, binary, append(args, strings.Fields(o.serve)...), work)
}

func readToken(given, file string) (string, error) {
	if given != "" {
		return given, nil
	}
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return "", nil // scenarios that need one say so
	}
	return strings.TrimSpace(string(text)), err
}

// loopbackOnly keeps the generator away from other people's servers.
func loopbackOnly(base string) error {
	host, _, err := net.SplitHostPort(strings.TrimPrefix(base, "http://"))
	if err != nil || !strings.HasPrefix(base, "http://") || host != "127.0.0.1" {
		return fmt.Errorf("-url %q: only http://127.0.0.1:PORT is measured", base)
	}
	return nil
}

func rest(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
