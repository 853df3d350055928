package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver behind platform/db's PostgreSQL
	_ "modernc.org/sqlite"             // the driver behind platform/db's SQLite
)

// bareHTML is about as much markup as the smallest real page has.
var bareHTML = []byte("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Bare page</title></head><body><h1>Bare page</h1>" +
	strings.Repeat("<p>A page that asks nobody anything.</p>", 10) + "</body></html>\n")

// serveBare answers every request with one constant page, with nothing but net/http. It runs in a process of its own,
// like the program that it is compared with.
func serveBare(ctx context.Context, address string) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	s := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/readyz" {
			w.WriteHeader(http.StatusOK)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(bareHTML) // a client that went away is wrk at the end of its time
	})}
	go func() {
		<-ctx.Done()
		_ = s.Close()
	}()
	return s.Serve(listener)
}

// yardsticks measures the bare page and the bare insert.
func (r *report) yardsticks(ctx context.Context, database, work string) error {
	fmt.Fprintln(os.Stderr, "measuring: bare page and bare insert")
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if r.barePage, err = measureBarePage(ctx, self, work, r.options.duration); err != nil {
		return fmt.Errorf("bare page: %w", err)
	}
	r.bareInsert, err = measureInsert(ctx, r.options.engine, database, work, min(r.options.duration, 5*time.Second))
	if err != nil {
		return fmt.Errorf("bare insert: %w", err)
	}
	return nil
}

func measureBarePage(ctx context.Context, self, work string, duration time.Duration) (load, error) {
	s, err := start(ctx, self, []string{"-serve-bare"}, work)
	if err != nil {
		return load{}, err
	}
	defer s.stop()
	list := filepath.Join(work, "lists", "bare.txt")
	if err := os.WriteFile(list, []byte("/\n"), 0o644); err != nil {
		return load{}, err
	}
	bare := scenario{Method: http.MethodGet, Status: http.StatusOK}
	if _, err := runWrk(ctx, bare, s.base, list, "", "warm", fewConnections, time.Second); err != nil {
		return load{}, err
	}
	return runWrk(ctx, bare, s.base, list, "", "few", fewConnections, duration)
}

// measureInsert commits one row at a time over one connection, each on disk before the next, and returns rows a second.
// The row is a key and 300 Chinese characters, as a short suggestion has.
func measureInsert(ctx context.Context, engine, database, work string, duration time.Duration) (rate float64, err error) {
	driver, source, insert := "pgx", database, "INSERT INTO bench_bare (id, body) VALUES ($1, $2)"
	if engine == "sqlite" {
		file := filepath.Join(work, "bare.db")
		driver, insert = "sqlite", "INSERT INTO bench_bare (id, body) VALUES (?, ?)"
		source = "file:" + file + "?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
		defer func() {
			for _, end := range []string{"", "-wal", "-shm"} {
				if e := os.Remove(file + end); e != nil && !errors.Is(e, os.ErrNotExist) {
					err = errors.Join(err, e)
				}
			}
		}()
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, "CREATE TABLE bench_bare (id BIGINT PRIMARY KEY, body TEXT NOT NULL)"); err != nil {
		return 0, err
	}
	if engine == "postgres" {
		defer func() {
			_, e := db.ExecContext(context.WithoutCancel(ctx), "DROP TABLE bench_bare")
			err = errors.Join(err, e)
		}()
	}
	body := strings.Repeat("路灯不亮请派人修理。", 30)
	statement, err := db.PrepareContext(ctx, insert)
	if err != nil {
		return 0, err
	}
	defer statement.Close()
	began, n := time.Now(), 0
	for ; time.Since(began) < duration; n++ {
		if _, err := statement.ExecContext(ctx, n, body); err != nil {
			return 0, err
		}
	}
	return float64(n) / time.Since(began).Seconds(), nil
}
