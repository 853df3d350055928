package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

//go:embed requests.lua
var requestsLua string

// load is what wrk saw in one run.
type load struct {
	Requests int64   // answered
	Micros   int64   // length of the run
	P50, P99 float64 // microseconds
	Most     float64
	Connect  int64 // errors by kind; Status counts answers of 400 and more
	Read     int64
	Write    int64
	Timeout  int64
	Status   int64
	Bytes    int64
}

// rate is good answers a second.
func (l load) rate() float64 {
	if l.Micros == 0 {
		return 0
	}
	return float64(l.Requests-l.Status) / (float64(l.Micros) / 1e6)
}

func (l load) errors() int64 { return l.Connect + l.Read + l.Write + l.Timeout + l.Status }

// row is one line of the report.
type row struct {
	scenario  scenario
	few, many load // 16 and 64 connections
}

const (
	fewConnections  = 16
	manyConnections = 64
	threads         = 2
	marker          = "XIESHANG-BENCH "
)

// measure first asks for some of the list one by one, so that a wrong address is an error and not a fast answer, then
// lets wrk run with 16 and with 64 connections.
func measure(ctx context.Context, s scenario, base, lists, token string, duration time.Duration) (row, error) {
	r := row{scenario: s}
	if s.Token && token == "" {
		return r, errors.New("no API token: let the prepare command write one to $XIESHANG_BENCH_LISTS/token, or give -token")
	}
	list := filepath.Join(lists, s.List)
	lines, err := readLines(list)
	if err != nil {
		return r, err
	}
	if err := probe(ctx, s, base, lines, token); err != nil {
		return r, err
	}
	if _, err := runWrk(ctx, s, base, list, token, "warm", fewConnections, min(duration, 2*time.Second)); err != nil {
		return r, err
	}
	if r.few, err = runWrk(ctx, s, base, list, token, "few", fewConnections, duration); err != nil {
		return r, err
	}
	r.many, err = runWrk(ctx, s, base, list, token, "many", manyConnections, duration)
	return r, err
}

func readLines(file string) ([]string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("list of requests: %w", err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if lines[0] == "" {
		return nil, fmt.Errorf("list of requests: %s is empty", file)
	}
	return lines, nil
}

// probe sends up to 20 requests spread over the list and wants the status that the scenario names.
func probe(ctx context.Context, s scenario, base string, lines []string, token string) error {
	client := &http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	step := max(1, len(lines)/20)
	for n := 0; n < len(lines); n += step {
		path, body := lines[n], io.Reader(nil)
		if s.Method == http.MethodPost {
			path, body = s.Path, strings.NewReader(lines[n])
		}
		request, err := http.NewRequestWithContext(ctx, s.Method, base+path, body)
		if err != nil {
			return err
		}
		if s.Token {
			request.Header.Set("Authorization", "Bearer "+token)
		}
		if s.Method == http.MethodPost {
			request.Header.Set("Content-Type", "application/json")
		}
		if s.Key {
			request.Header.Set("Idempotency-Key", fmt.Sprintf("probe-%d-%d", time.Now().UnixNano(), n))
		}
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		answer, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
		response.Body.Close()
		if err != nil {
			return err
		}
		if response.StatusCode != s.Status {
			return fmt.Errorf("%s %s answers %d, want %d: %.300s", s.Method, path, response.StatusCode, s.Status, answer)
		}
	}
	return nil
}

// runWrk runs wrk once. What it is told travels in the environment, so that no text is put into the Lua source.
func runWrk(ctx context.Context, s scenario, base, list, token, run string, connections int, duration time.Duration) (load, error) {
	dir, err := os.MkdirTemp("", "xieshang-wrk-")
	if err != nil {
		return load{}, err
	}
	defer os.RemoveAll(dir)
	script := filepath.Join(dir, "requests.lua")
	if err := os.WriteFile(script, []byte(requestsLua), 0o600); err != nil {
		return load{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, duration+30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "wrk", "--threads", strconv.Itoa(threads), "--connections", strconv.Itoa(connections),
		"--duration", strconv.Itoa(int(duration.Seconds()))+"s", "--timeout", "5s", "--script", script, base)
	cmd.Env = append(os.Environ(), "BENCH_METHOD="+s.Method, "BENCH_LIST="+list, "BENCH_PATH="+s.Path, "BENCH_MARKER="+marker)
	if s.Token {
		cmd.Env = append(cmd.Env, "BENCH_TOKEN="+token)
	}
	if s.Key {
		cmd.Env = append(cmd.Env, fmt.Sprintf("BENCH_KEY=%s-%d-%d", run, connections, time.Now().UnixNano()))
	}
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		return load{}, fmt.Errorf("wrk: %w\n%s%s", err, out.Bytes(), problems.Bytes())
	}
	return parseWrk(out.String())
}

// parseWrk reads the line that the script prints at the end of a run.
func parseWrk(out string) (load, error) {
	_, after, found := strings.Cut(out, marker)
	if !found {
		return load{}, fmt.Errorf("wrk printed no result:\n%s", out)
	}
	line, _, _ := strings.Cut(after, "\n")
	var l load
	if err := json.Unmarshal([]byte(line), &l); err != nil {
		return load{}, fmt.Errorf("result of wrk %q: %w", line, err)
	}
	if l.Requests == 0 {
		return load{}, fmt.Errorf("wrk got no answer at all: %s", line)
	}
	return l, nil
}
