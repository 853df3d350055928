package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sort"
	"strings"

	"github.com/pressly/goose/v3"
)

// Migrate brings the schema up to date. Each of modules holds the folders migrations/sqlite and migrations/postgres with goose
// SQL files whose names begin with a 14-digit UTC time, unique across modules. It returns how many files it applied.
// A file whose name has no such number is refused, because goose would pass over it in silence.
func (d *DB) Migrate(ctx context.Context, modules ...fs.FS) (int, error) {
	all, err := collect(d.engine, modules)
	if err != nil {
		return 0, err
	}
	if len(all.names) == 0 {
		return 0, nil
	}
	dialect := goose.DialectSQLite3
	if d.engine == Postgres {
		dialect = goose.DialectPostgres
	}
	p, err := goose.NewProvider(dialect, d.Raw(), all, goose.WithAllowOutofOrder(true), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return 0, fmt.Errorf("collect migrations: %w", err)
	}
	if got := len(p.ListSources()); got != len(all.names) {
		return 0, fmt.Errorf("%d migration files, but only %d are recognised", len(all.names), got)
	}
	done, err := p.Up(ctx)
	if err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	return len(done), nil
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
