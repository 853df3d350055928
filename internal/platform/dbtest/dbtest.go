// Package dbtest gives every test a fresh, migrated database on both engines (G3): SQLite on a file with production settings, and
// PostgreSQL from the server that XIESHANG_TEST_POSTGRES names. With CI=true a missing PostgreSQL fails the test.
package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

// Variable names the environment variable with the address of a PostgreSQL server on which databases may be created.
const Variable = "XIESHANG_TEST_POSTGRES"

// Each runs test once on each engine with the migrations of modules applied. The databases are removed afterwards.
func Each(t *testing.T, modules []fs.FS, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t, modules)) })
	if os.Getenv(Variable) == "" {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not set: tests on PostgreSQL may not be left out in CI", Variable)
		}
		t.Logf("%s is not set: SQLite only", Variable)
		return
	}
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t, modules)) })
}

type template struct {
	once sync.Once
	name string // path of the file, or name of the database
	err  error
}

type templates struct {
	mu sync.Mutex
	m  map[string]*template
}

func (ts *templates) get(key string) *template {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if ts.m == nil {
		ts.m = map[string]*template{}
	}
	if ts.m[key] == nil {
		ts.m[key] = &template{}
	}
	return ts.m[key]
}

var made templates // one migrated template a process and set of modules; tests copy it

func key(engine string, modules []fs.FS) string {
	k := engine
	for _, m := range modules {
		names, _ := fs.Glob(m, "migrations/"+engine+"/*.sql")
		k += fmt.Sprint(names)
	}
	return k
}

// SQLite gives a fresh migrated SQLite database.
func SQLite(t testing.TB, modules []fs.FS) *db.DB {
	t.Helper()
	ctx := context.Background()
	tpl := made.get(key("sqlite", modules))
	tpl.once.Do(func() {
		dir, err := os.MkdirTemp("", "xieshang-dbtest-")
		if err != nil {
			tpl.err = err
			return
		}
		defer os.RemoveAll(dir)
		d, err := db.Open(ctx, "sqlite:"+filepath.Join(dir, "template.db"))
		if err != nil {
			tpl.err = err
			return
		}
		_, tpl.err = d.Migrate(ctx, modules...)
		d.Close()
		if tpl.err == nil {
			var content []byte
			content, tpl.err = os.ReadFile(filepath.Join(dir, "template.db"))
			tpl.name = string(content)
		}
	})
	if tpl.err != nil {
		t.Fatalf("prepare SQLite template: %v", tpl.err)
	}
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, []byte(tpl.name), 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, "sqlite:"+path)
}

// Postgres gives a fresh migrated PostgreSQL database on the server that Variable names.
func Postgres(t testing.TB, modules []fs.FS) *db.DB {
	t.Helper()
	ctx := context.Background()
	server := os.Getenv(Variable)
	if server == "" {
		t.Fatalf("%s is not set", Variable)
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	tpl := made.get(key("postgres", modules))
	tpl.once.Do(func() {
		tpl.name = "tpl_" + fresh()
		if _, tpl.err = admin.ExecContext(ctx, "CREATE DATABASE "+tpl.name); tpl.err != nil {
			return
		}
		d, err := db.Open(ctx, withDatabase(server, tpl.name))
		if err != nil {
			tpl.err = err
			return
		}
		_, tpl.err = d.Migrate(ctx, modules...)
		d.Close()
	})
	if tpl.err != nil {
		t.Fatalf("prepare PostgreSQL template: %v", tpl.err)
	}
	name := "test_" + fresh()
	if _, err := admin.ExecContext(ctx, "CREATE DATABASE "+name+" TEMPLATE "+tpl.name+" STRATEGY FILE_COPY"); err != nil {
		t.Fatalf("create test database: %v", err)
	}
	d := open(t, withDatabase(server, name))
	t.Cleanup(func() {
		d.Close()
		admin, err := sql.Open("pgx", server)
		if err != nil {
			return
		}
		defer admin.Close()
		admin.ExecContext(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
	})
	return d
}

// EmptyPostgres makes a database without tables and returns its address; it is removed after the test.
func EmptyPostgres(t testing.TB) string {
	t.Helper()
	server := os.Getenv(Variable)
	if server == "" {
		t.Fatalf("%s is not set", Variable)
	}
	do := func(q string) error {
		admin, err := sql.Open("pgx", server)
		if err != nil {
			return err
		}
		defer admin.Close()
		_, err = admin.ExecContext(context.Background(), q)
		return err
	}
	name := "empty_" + fresh()
	if err := do("CREATE DATABASE " + name); err != nil {
		t.Fatalf("create empty database: %v", err)
	}
	t.Cleanup(func() { do("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)") })
	return withDatabase(server, name)
}

func open(t testing.TB, target string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func withDatabase(server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		return server
	}
	u.Path = "/" + name
	return u.String()
}

func fresh() string {
	id := uuid.New()
	return fmt.Sprintf("%x", id[:8])
}
