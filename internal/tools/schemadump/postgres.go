package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/google/uuid"
)

// dumpPostgres migrates a database of its own on the server, reads the catalogues by name and drops the database again.
func dumpPostgres(ctx context.Context, server string) (text string, err error) {
	admin, err := sql.Open("pgx", server)
	if err != nil {
		return "", err
	}
	defer admin.Close()
	name := "schema_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	if _, err := admin.ExecContext(ctx, `CREATE DATABASE `+name+` TEMPLATE template0`); err != nil {
		return "", fmt.Errorf("make database: %w", err)
	}
	defer func() {
		if _, dropped := admin.ExecContext(ctx, `DROP DATABASE `+name+` WITH (FORCE)`); dropped != nil {
			err = errors.Join(err, fmt.Errorf("drop database: %w", dropped))
		}
	}()
	u, err := url.Parse(server)
	if err != nil {
		return "", fmt.Errorf("address of the server: %w", err)
	}
	u.Path = "/" + name
	if err := migrate(ctx, u.String()); err != nil {
		return "", err
	}
	d, err := sql.Open("pgx", u.String())
	if err != nil {
		return "", err
	}
	defer d.Close()
	return describe(ctx, d)
}

const (
	tablesSQL = `SELECT c.oid, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname <> 'goose_db_version' ORDER BY c.relname COLLATE "C"`
	columnsSQL = `SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity <> '', a.attgenerated <> '', COALESCE(pg_get_expr(d.adbin, d.adrelid), '')
		FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`
	constraintsSQL = `SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = $1 AND contype <> 'n' ORDER BY contype = 'p' DESC, conname COLLATE "C"`
	indexesSQL     = `SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
		WHERE i.indrelid = $1 AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = i.indrelid) ORDER BY c.relname COLLATE "C"`
)

func describe(ctx context.Context, d *sql.DB) (string, error) {
	type table struct {
		oid  int64
		name string
	}
	var tables []table
	err := each(ctx, d, tablesSQL, func(r *sql.Rows) error {
		var t table
		err := r.Scan(&t.oid, &t.name)
		tables = append(tables, t)
		return err
	})
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, t := range tables {
		var lines []string
		err := each(ctx, d, columnsSQL, func(r *sql.Rows) error {
			var name, kind, value string
			var required, identity, generated bool
			if err := r.Scan(&name, &kind, &required, &identity, &generated, &value); err != nil {
				return err
			}
			line := name + " " + kind
			switch {
			case identity:
				line += " GENERATED AS IDENTITY"
			case generated:
				line += " GENERATED ALWAYS AS (" + value + ") STORED"
			case value != "":
				line += " DEFAULT " + value
			}
			if required {
				line += " NOT NULL"
			}
			lines = append(lines, line)
			return nil
		}, t.oid)
		if err != nil {
			return "", err
		}
		err = each(ctx, d, constraintsSQL, func(r *sql.Rows) error {
			var name, text string
			err := r.Scan(&name, &text)
			lines = append(lines, "CONSTRAINT "+name+" "+text)
			return err
		}, t.oid)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "\nCREATE TABLE %s (\n    %s\n);\n", t.name, strings.Join(lines, ",\n    "))
		err = each(ctx, d, indexesSQL, func(r *sql.Rows) error {
			var text string
			err := r.Scan(&text)
			b.WriteString(strings.ReplaceAll(text, " ON public.", " ON ") + ";\n")
			return err
		}, t.oid)
		if err != nil {
			return "", err
		}
	}
	return b.String(), nil
}
