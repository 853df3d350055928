package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// report is one run of the bench.
type report struct {
	options    options
	machine    machine
	ready      time.Duration // 0 when the server was already running
	idle       int64
	loaded     int64
	barePage   load
	bareInsert float64
	rows       []row
}

// machine says where the figures come from.
type machine struct {
	CPU, Memory, Kernel, Go, Wrk, Commit, Date string
	Cores                                      int
}

func readMachine(ctx context.Context) machine {
	return machine{
		CPU: firstField("/proc/cpuinfo", "model name"), Memory: firstField("/proc/meminfo", "MemTotal"), Cores: runtime.NumCPU(),
		Kernel: said(ctx, "uname", "-sr"), Go: runtime.Version(), Wrk: strings.TrimSuffix(first(said(ctx, "wrk", "--version")), " Copyright (C) 2012 Will Glozer"),
		Commit: said(ctx, "git", "describe", "--always", "--dirty"), Date: time.Now().UTC().Format("2006-01-02 15:04 MST"),
	}
}

// firstField reads "name : value" files of the kernel; "unknown" when there is none.
func firstField(file, name string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return "unknown"
	}
	for line := range bytes.Lines(text) {
		if key, value, ok := strings.Cut(string(line), ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

// said returns what a command prints, whatever its exit status: wrk says its version with a 1.
func said(ctx context.Context, name string, args ...string) string {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if text := strings.TrimSpace(string(out)); text != "" {
		return text
	}
	if err != nil {
		return "unknown"
	}
	return ""
}

func first(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return strings.TrimSpace(line)
}

// target is the requests a second that a row must reach; 0 for none.
func (r *report) target(s scenario) float64 {
	switch {
	case s.Share == 0:
		return 0
	case s.Versus == bareInsert:
		return r.bareInsert / s.Share
	default:
		return r.barePage.rate() / s.Share
	}
}

// judge lists what a row misses; nothing when all is well.
func (r *report) judge(w row) []string {
	var missed []string
	if target := r.target(w.scenario); w.few.rate() < target {
		missed = append(missed, fmt.Sprintf("rate %.0f < %.0f", w.few.rate(), target))
	}
	if limit := float64(w.scenario.P99.Microseconds()); limit > 0 && w.few.P99 > limit {
		missed = append(missed, fmt.Sprintf("p99 %s > %s", ms(w.few.P99), ms(limit)))
	}
	if n := w.few.errors() + w.many.errors(); n > 0 {
		missed = append(missed, fmt.Sprintf("%d errors", n))
	}
	if drop := slowdown(w); drop > maxSlowdown {
		missed = append(missed, fmt.Sprintf("%.0f %% slower with %d connections", drop*100, manyConnections))
	}
	return missed
}

// slowdown is the part of the throughput lost from 16 to 64 connections; negative when it grew.
func slowdown(w row) float64 {
	if w.few.rate() == 0 {
		return 1
	}
	return 1 - w.many.rate()/w.few.rate()
}

// whole are the figures of the program itself: name, figure, target, missed.
func (r *report) whole() [][4]string {
	if r.ready == 0 {
		return nil
	}
	line := func(name, got, want string, missed bool) [4]string {
		return [4]string{name, got, want, verdict(missed)}
	}
	return [][4]string{
		line("ready after the start", fmt.Sprintf("%d ms", r.ready.Milliseconds()), fmt.Sprintf("%d ms", maxReady.Milliseconds()), r.ready > maxReady),
		line("resident memory, idle", mb(r.idle), mb(maxIdle), r.idle > maxIdle),
		line("resident memory, most under load", mb(r.loaded), mb(maxLoaded), r.loaded > maxLoaded),
	}
}

func verdict(missed bool) string {
	if missed {
		return "**MISS**"
	}
	return "met"
}

// misses counts the lines that miss a target.
func (r *report) misses() int {
	n := 0
	for _, w := range r.rows {
		if len(r.judge(w)) > 0 {
			n++
		}
	}
	for _, w := range r.whole() {
		if w[3] != verdict(false) {
			n++
		}
	}
	return n
}

// markdown is the report as it goes into docs/performance.md.
func (r *report) markdown() string {
	var b strings.Builder
	m := r.machine
	fmt.Fprintf(&b, "### %s, %d suggestions\n\n", map[string]string{"sqlite": "SQLite", "postgres": "PostgreSQL"}[r.options.engine], r.options.size)
	fmt.Fprintf(&b, "%s, commit %s. %s, %d cores, %s memory, %s, %s, %s. Each run %s, %d threads of wrk on the same machine.\n\n",
		m.Date, m.Commit, m.CPU, m.Cores, m.Memory, m.Kernel, m.Go, m.Wrk, r.options.duration, threads)
	fmt.Fprintf(&b, "Bare page: %.0f requests/s (p99 %s). Bare one-row durable insert, one after the other: %.0f rows/s.\n\n",
		r.barePage.rate(), ms(r.barePage.P99), r.bareInsert)
	fmt.Fprintf(&b, "| what | requests/s, %d connections | at least | p50 | p99 | p99 at most | requests/s, %d | change | p99, %d | errors | |\n",
		fewConnections, manyConnections, manyConnections)
	b.WriteString("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|\n")
	for _, w := range r.rows {
		least := "-"
		if target := r.target(w.scenario); target > 0 {
			least = fmt.Sprintf("%.0f (1/%.0f of the %s)", target, w.scenario.Share, w.scenario.Versus)
		}
		missed := r.judge(w)
		says := verdict(len(missed) > 0)
		if len(missed) > 0 {
			says += ": " + strings.Join(missed, ", ")
		}
		fmt.Fprintf(&b, "| %s | %.0f | %s | %s | %s | %s | %.0f | %+.0f %% | %s | %d | %s |\n", w.scenario.Name, w.few.rate(), least, ms(w.few.P50),
			ms(w.few.P99), ms(float64(w.scenario.P99.Microseconds())), w.many.rate(), -100*slowdown(w), ms(w.many.P99), w.few.errors()+w.many.errors(), says)
	}
	if whole := r.whole(); len(whole) > 0 {
		b.WriteString("\n| what | measured | at most | |\n|---|---:|---:|---|\n")
		for _, w := range whole {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", w[0], w[1], w[2], w[3])
		}
	}
	b.WriteString("\n")
	return b.String()
}

func ms(micros float64) string { return fmt.Sprintf("%.1f ms", micros/1000) }

func mb(bytes int64) string { return fmt.Sprintf("%.0f MB", float64(bytes)/(1<<20)) }
