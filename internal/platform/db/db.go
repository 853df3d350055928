// Package db opens the one database of the platform (G3, the ground every system stands on): SQLite by default, PostgreSQL for a province.
// It promises that one SQL text with ? placeholders runs on both, that a Write is on disk before it returns, and that what a failed Write did is gone.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"
	_ "modernc.org/sqlite"             // registers the driver "sqlite"
)

// Engine is the kind of database behind a DB.
type Engine int

// The two engines that every module is tested on.
const (
	SQLite Engine = iota
	Postgres
)

func (e Engine) String() string {
	if e == Postgres {
		return "postgres"
	}
	return "sqlite"
}

// DB is a handle on the database, safe for concurrent use.
type DB struct {
	engine Engine
	pool   *sql.DB // PostgreSQL: everything; SQLite: the connections of both pools below
	reads  *connPool
	writes *writer
	closed atomic.Bool
	wrote  atomic.Uint64
}

// Open connects to "sqlite:PATH" (or a bare path) or "postgres://…". The caller closes it.
// A SQLite file is created when it is missing, its folder is not.
func Open(ctx context.Context, target string) (*DB, error) {
	if strings.HasPrefix(target, "postgres://") || strings.HasPrefix(target, "postgresql://") {
		return openPostgres(ctx, target)
	}
	path := strings.TrimPrefix(target, "sqlite:")
	if scheme, _, ok := strings.Cut(target, "://"); ok {
		return nil, fmt.Errorf("open database: %s is not known; name sqlite:PATH or postgres://…", scheme)
	}
	if path == "" || strings.Contains(path, ":memory:") {
		return nil, fmt.Errorf("open database %q: a file path is needed (an in-memory database loses its tables between connections)", target)
	}
	return openSQLite(ctx, path)
}

func openPostgres(ctx context.Context, target string) (*DB, error) {
	pool, err := sql.Open("pgx", target)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	size := 8 * runtime.GOMAXPROCS(0)
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	if err := pool.PingContext(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("reach PostgreSQL: %w", err)
	}
	return &DB{engine: Postgres, pool: pool}, nil
}

// sqliteDSN has the production settings: WAL with synchronous=FULL (an acknowledged write survives a power cut), foreign keys on. The page caches are small
// because every connection has its own and the driver's allocator takes 8 kB for a page of 4: the system's cache behind them is shared and costs a copy.
func sqliteDSN(path string, readOnly bool, synchronous string) string {
	q := url.Values{}
	q.Add("_txlock", "immediate")
	for _, p := range []string{"busy_timeout(10000)", "journal_mode(WAL)", synchronous, "foreign_keys(1)",
		"temp_store(MEMORY)", "wal_autocheckpoint(4000)"} {
		q.Add("_pragma", p)
	}
	if readOnly {
		q.Add("_pragma", "query_only(1)")
		q.Add("_pragma", "cache_size(-2000)")
	} else if synchronous == "synchronous(OFF)" {
		q.Add("_pragma", "cache_size(-16000)") // holds what a demo gathers
	} else {
		q.Add("_pragma", "cache_size(-4000)")
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

func openSQLite(ctx context.Context, path string) (*DB, error) {
	return openSQLiteWith(ctx, path, "synchronous(FULL)")
}

func openSQLiteWith(ctx context.Context, path, synchronous string) (*DB, error) {
	if dir := filepath.Dir(path); dir != "" {
		if _, err := os.Stat(dir); err != nil {
			return nil, fmt.Errorf("open database %s: %w", path, err)
		}
	}
	wdb, err := sql.Open("sqlite", sqliteDSN(path, false, synchronous))
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	wdb.SetMaxOpenConns(2) // the writer's own, and one for Raw
	if err := wdb.PingContext(ctx); err != nil {
		wdb.Close()
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	rdb, err := sql.Open("sqlite", sqliteDSN(path, true, synchronous))
	if err != nil {
		wdb.Close()
		return nil, fmt.Errorf("open database: %w", err)
	}
	d := &DB{engine: SQLite}
	d.reads = newConnPool(rdb, max(4, 2*runtime.GOMAXPROCS(0)))
	d.writes = newWriter(d, wdb, func() { d.wrote.Add(1) })
	return d, nil
}

// Close waits for the running write and closes all connections.
func (d *DB) Close() error {
	if d.closed.Swap(true) {
		return nil
	}
	if d.engine == Postgres {
		return d.pool.Close()
	}
	return errors.Join(d.reads.close(), d.writes.close())
}

// Engine tells which engine is behind d, for the few texts that differ (prefer Tx.Pick).
func (d *DB) Engine() Engine { return d.engine }

// Version grows with every write that this process committed. A cache built from reads may keep it to see that it is stale
// at once on its own process; other processes' writes are not counted, so a cache needs a time limit as well.
func (d *DB) Version() uint64 { return d.wrote.Load() }

// Ping tells whether the database answers.
func (d *DB) Ping(ctx context.Context) error {
	return d.Read(ctx, func(tx *Tx) error {
		_, err := One(tx, ScanInt, `SELECT 1`)
		return err
	})
}

// Raw gives a *sql.DB for tools that need one (migrations, dumps, backups). Modules do not use it.
func (d *DB) Raw() *sql.DB {
	if d.engine == Postgres {
		return d.pool
	}
	return d.writes.db
}
