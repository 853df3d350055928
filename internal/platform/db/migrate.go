package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sort"
	"strings"

	"github.com/pressly/goose/v3"
)

// Migrate brings the schema up to date. Each of modules holds the folders migrations/sqlite and migrations/postgres with goose
// SQL files whose names begin with a 14-digit UTC time, unique across modules. It returns how many files it applied.
// A file whose name has no such number is refused, because goose would pass over it in silence.
func (d *DB) Migrate(ctx context.Context, modules ...fs.FS) (int, error) {
	p, err := d.provider(modules)
	if p == nil || err != nil {
		return 0, err
	}
	done, err := p.Up(ctx)
	if err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	return len(done), nil
}

// MigrateTo applies exactly the migrations with these numbers to an empty database, in their order, so that data of another moment fits in. ErrNewer
// is wrapped when this program does not have one of them.
func (d *DB) MigrateTo(ctx context.Context, numbers []int64, modules ...fs.FS) error {
	if err := Knows(d.engine, numbers, modules...); err != nil {
		return err
	}
	p, err := d.provider(modules)
	if p == nil || err != nil {
		return err
	}
	for _, n := range slices.Sorted(slices.Values(numbers)) {
		if _, err := p.ApplyVersion(ctx, n, true); err != nil {
			return fmt.Errorf("migration %d: %w", n, err)
		}
	}
	return nil
}

// ErrNewer says that data was made by a newer program than this one.
var ErrNewer = errors.New("made by a newer version of the program")

// Knows returns an error wrapping ErrNewer when the modules lack one of the migrations.
func Knows(e Engine, numbers []int64, modules ...fs.FS) error {
	all, err := collect(e, modules)
	if err != nil {
		return err
	}
	for _, n := range numbers {
		prefix := fmt.Sprintf("%014d_", n)
		if !slices.ContainsFunc(all.names, func(name string) bool { return strings.HasPrefix(name, prefix) }) {
			return fmt.Errorf("migration %d is not in this program: %w", n, ErrNewer)
		}
	}
	return nil
}

// Applied lists the numbers of the migrations that the database has, in order; none for an empty database.
func (d *DB) Applied(ctx context.Context) ([]int64, error) {
	q := `SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'goose_db_version'`
	if d.engine == Postgres {
		q = `SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'goose_db_version'`
	}
	var out []int64
	err := d.Read(ctx, func(tx *Tx) error {
		if n, err := One(tx, ScanInt, q); err != nil || n == 0 {
			return err
		}
		var err error
		out, err = All(tx, ScanInt64, `SELECT DISTINCT version_id FROM goose_db_version WHERE version_id > 0 ORDER BY version_id`)
		return err
	})
	return out, err
}

func (d *DB) provider(modules []fs.FS) (*goose.Provider, error) {
	all, err := collect(d.engine, modules)
	if err != nil || len(all.names) == 0 {
		return nil, err
	}
	dialect := goose.DialectSQLite3
	if d.engine == Postgres {
		dialect = goose.DialectPostgres
	}
	p, err := goose.NewProvider(dialect, d.Raw(), all, goose.WithAllowOutofOrder(true), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, fmt.Errorf("collect migrations: %w", err)
	}
	if got := len(p.ListSources()); got != len(all.names) {
		return nil, fmt.Errorf("%d migration files, but only %d are recognised", len(all.names), got)
	}
	return p, nil
}

// merged shows the migration files of all modules as one flat folder.
type merged struct {
	files map[string]fs.FS // name to module
	paths map[string]string
	names []string
}

func collect(e Engine, modules []fs.FS) (*merged, error) {
	m := &merged{files: map[string]fs.FS{}, paths: map[string]string{}}
	dir := "migrations/" + e.String()
	numbers := map[string]string{}
	for _, mod := range modules {
		entries, err := fs.ReadDir(mod, dir)
		if err != nil {
			return nil, fmt.Errorf("a module has no folder %s: %w", dir, err)
		}
		for _, f := range entries {
			name := f.Name()
			number, _, ok := strings.Cut(name, "_")
			if !ok || len(number) != 14 || strings.Trim(number, "0123456789") != "" || !strings.HasSuffix(name, ".sql") {
				return nil, fmt.Errorf("migration %s: the name must begin with 14 digits and an underscore and end in .sql", name)
			}
			if other, taken := numbers[number]; taken {
				return nil, fmt.Errorf("migrations %s and %s have the same number", other, name)
			}
			numbers[number] = name
			m.files[name], m.paths[name] = mod, dir+"/"+name
			m.names = append(m.names, name)
		}
	}
	sort.Strings(m.names)
	return m, nil
}

func (m *merged) Open(name string) (fs.File, error) {
	if mod, ok := m.files[name]; ok {
		return mod.Open(m.paths[name])
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// ReadDir, Glob and Stat are what goose asks of the folder.
func (m *merged) ReadDir(name string) ([]fs.DirEntry, error) {
	if name != "." {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
	}
	var out []fs.DirEntry
	for _, n := range m.names {
		info, err := fs.Stat(m.files[n], m.paths[n])
		if err != nil {
			return nil, err
		}
		out = append(out, fs.FileInfoToDirEntry(info))
	}
	return out, nil
}

// Glob supports the one pattern that goose uses.
func (m *merged) Glob(pattern string) ([]string, error) {
	if !strings.HasSuffix(pattern, "*.sql") && !strings.HasSuffix(pattern, "*.go") {
		return nil, errors.New("only *.sql and *.go are looked for")
	}
	if strings.HasSuffix(pattern, ".go") {
		return nil, nil
	}
	return m.names, nil
}
