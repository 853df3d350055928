package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// Table is one table of PostgreSQL.
type Table struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	Counter string   `json:"counter,omitempty"` // the column that numbers itself
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

func (t Table) list() string {
	quoted := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		quoted[i] = quote(c)
	}
	return strings.Join(quoted, ", ")
}

// onConnection gives one connection of the driver, for COPY and for a transaction around it.
func onConnection(ctx context.Context, d *DB, do func(c *pgconn.PgConn, q *sql.Conn) error) error {
	conn, err := d.Raw().Conn(ctx)
	if err != nil {
		return fmt.Errorf("connection: %w", err)
	}
	defer conn.Close()
	var pc *pgconn.PgConn
	err = conn.Raw(func(driver any) error {
		c, ok := driver.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("unexpected driver %T", driver)
		}
		pc = c.Conn().PgConn()
		return nil
	})
	if err != nil {
		return err
	}
	return do(pc, conn)
}

// CopyOut reads every table of a PostgreSQL database as it stands at one moment. It first gives the list to begin, in an order in which what is referred to
// comes first, then each table to one, which calls copy with where its rows go (in the text format of COPY).
func (d *DB) CopyOut(ctx context.Context, begin func([]Table) error, one func(t Table, copy func(io.Writer) error) error) error {
	return onConnection(ctx, d, func(c *pgconn.PgConn, q *sql.Conn) error {
		if _, err := q.ExecContext(ctx, `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`); err != nil {
			return fmt.Errorf("begin: %w", err)
		}
		defer q.ExecContext(context.WithoutCancel(ctx), `ROLLBACK`)
		list, err := tables(ctx, q)
		if err != nil {
			return err
		}
		if err := begin(list); err != nil {
			return err
		}
		for _, t := range list {
			err := one(t, func(w io.Writer) error {
				_, err := c.CopyTo(ctx, w, `COPY `+quote(t.Name)+` (`+t.list()+`) TO STDOUT`)
				return err
			})
			if err != nil {
				return fmt.Errorf("copy table %s: %w", t.Name, err)
			}
		}
		return nil
	})
}

// tables reads the tables of the schema, what others refer to first. goose's own is left out: migrating writes it.
func tables(ctx context.Context, q *sql.Conn) ([]Table, error) {
	rows, err := q.QueryContext(ctx, `SELECT c.relname, a.attname, a.attidentity <> '' FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
		WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname <> 'goose_db_version' AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
		ORDER BY c.relname, a.attnum`)
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	defer rows.Close()
	var all []Table
	for rows.Next() {
		var name, column string
		var counts bool
		if err := rows.Scan(&name, &column, &counts); err != nil {
			return nil, fmt.Errorf("list tables: %w", err)
		}
		if len(all) == 0 || all[len(all)-1].Name != name {
			all = append(all, Table{Name: name})
		}
		t := &all[len(all)-1]
		t.Columns = append(t.Columns, column)
		if counts {
			t.Counter = column
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	needs, err := references(ctx, q)
	if err != nil {
		return nil, err
	}
	return inOrder(all, needs)
}

// references tells of each table to which others it refers.
func references(ctx context.Context, q *sql.Conn) (map[string][]string, error) {
	rows, err := q.QueryContext(ctx, `SELECT f.relname, t.relname FROM pg_constraint k JOIN pg_class f ON f.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
		WHERE k.contype = 'f' AND f.relnamespace = current_schema()::regnamespace AND f.oid <> t.oid`)
	if err != nil {
		return nil, fmt.Errorf("list references: %w", err)
	}
	defer rows.Close()
	out := map[string][]string{}
	for rows.Next() {
		var from, to string
		if err := rows.Scan(&from, &to); err != nil {
			return nil, fmt.Errorf("list references: %w", err)
		}
		out[from] = append(out[from], to)
	}
	return out, rows.Err()
}

func inOrder(all []Table, needs map[string][]string) ([]Table, error) {
	var out []Table
	done := map[string]bool{}
	for len(out) < len(all) {
		before := len(out)
		for _, t := range all {
			if !done[t.Name] && !slices.ContainsFunc(needs[t.Name], func(n string) bool { return !done[n] }) {
				out, done[t.Name] = append(out, t), true
			}
		}
		if len(out) == before {
			return nil, fmt.Errorf("tables refer to each other in a circle")
		}
	}
	return out, nil
}

// ErrShape says that the tables are not those that the rows came from.
var ErrShape = errors.New("the tables have another shape")

// CopyIn fills a PostgreSQL database that was migrated to the state of what CopyOut read, all in one transaction; rows that migrations put there are replaced.
func (d *DB) CopyIn(ctx context.Context, list []Table, open func(Table) (io.ReadCloser, error)) error {
	return onConnection(ctx, d, func(c *pgconn.PgConn, q *sql.Conn) (err error) {
		have, err := tables(ctx, q)
		if err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, `BEGIN`); err != nil {
			return fmt.Errorf("begin: %w", err)
		}
		defer func() {
			if err != nil {
				q.ExecContext(context.WithoutCancel(ctx), `ROLLBACK`)
			}
		}()
		for _, t := range list {
			i := slices.IndexFunc(have, func(h Table) bool { return h.Name == t.Name })
			if i < 0 || len(have[i].Columns) != len(t.Columns) || slices.ContainsFunc(t.Columns, func(c string) bool { return !slices.Contains(have[i].Columns, c) }) {
				return fmt.Errorf("table %s is not as it was: %w", t.Name, ErrShape)
			}
		}
		names := make([]string, len(have))
		for i, t := range have {
			names[i] = quote(t.Name)
		}
		if _, err := q.ExecContext(ctx, `TRUNCATE `+strings.Join(names, ", ")); err != nil {
			return fmt.Errorf("empty the new tables: %w", err)
		}
		for _, t := range list {
			if err := fill(ctx, c, t, open); err != nil {
				return fmt.Errorf("fill table %s: %w", t.Name, err)
			}
			if t.Counter == "" {
				continue
			}
			if _, err := q.ExecContext(ctx, `SELECT setval(pg_get_serial_sequence($1, $2), (SELECT COALESCE(MAX(`+quote(t.Counter)+`), 0) + 1 FROM `+quote(t.Name)+`), false)`,
				quote(t.Name), t.Counter); err != nil {
				return fmt.Errorf("counter of %s: %w", t.Name, err)
			}
		}
		_, err = q.ExecContext(ctx, `COMMIT`)
		return err
	})
}

// DropAll takes every table away from a PostgreSQL database that was empty before a CopyIn that failed.
func (d *DB) DropAll(ctx context.Context) error {
	return onConnection(ctx, d, func(_ *pgconn.PgConn, q *sql.Conn) error {
		list, err := tables(ctx, q)
		if err != nil {
			return err
		}
		for _, t := range append(list, Table{Name: "goose_db_version"}) {
			if _, err := q.ExecContext(ctx, `DROP TABLE IF EXISTS `+quote(t.Name)+` CASCADE`); err != nil {
				return fmt.Errorf("leave the database empty: %w", err)
			}
		}
		return nil
	})
}

func fill(ctx context.Context, c *pgconn.PgConn, t Table, open func(Table) (io.ReadCloser, error)) error {
	r, err := open(t)
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = c.CopyFrom(ctx, r, `COPY `+quote(t.Name)+` (`+t.list()+`) FROM STDIN`)
	return err
}

// CopyTo writes a copy of a SQLite database, as it stands at one moment, to a file that does not exist yet.
func (d *DB) CopyTo(ctx context.Context, path string) error {
	if _, err := d.Raw().ExecContext(ctx, `VACUUM INTO ?`, path); err != nil {
		return fmt.Errorf("copy the database: %w", err)
	}
	return nil
}
