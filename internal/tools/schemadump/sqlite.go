package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// dumpSQLite gives the statements that SQLite keeps in its own catalogue, by name. The tables behind a full-text table are left out: that table's statement makes them.
func dumpSQLite(ctx context.Context) (string, error) {
	dir, err := os.MkdirTemp("", "xieshang-schema-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "schema.db")
	if err := migrate(ctx, "sqlite:"+path); err != nil {
		return "", err
	}
	d, err := sql.Open("sqlite", path)
	if err != nil {
		return "", err
	}
	defer d.Close()
	type object struct{ kind, name, table, sql string }
	var all []object
	err = each(ctx, d, `SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND name <> 'goose_db_version'
		ORDER BY tbl_name, type = 'table' DESC, name`, func(r *sql.Rows) error {
		var o object
		err := r.Scan(&o.kind, &o.name, &o.table, &o.sql)
		all = append(all, o)
		return err
	})
	if err != nil {
		return "", err
	}
	var virtual []string
	for _, o := range all {
		if strings.HasPrefix(o.sql, "CREATE VIRTUAL TABLE") {
			virtual = append(virtual, o.name)
		}
	}
	var b strings.Builder
	for _, o := range all {
		if !shadow(o.name, virtual) {
			if o.kind == "table" {
				b.WriteByte('\n')
			}
			fmt.Fprintf(&b, "%s;\n", o.sql)
		}
	}
	return b.String(), nil
}

func shadow(name string, virtual []string) bool {
	for _, v := range virtual {
		if strings.HasPrefix(name, v+"_") {
			return true
		}
	}
	return false
}

func each(ctx context.Context, d *sql.DB, query string, do func(*sql.Rows) error, args ...any) error {
	rows, err := d.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("%s: %w", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := do(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
