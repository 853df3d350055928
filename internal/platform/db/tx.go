package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"
)

// Tx is a running transaction (or, for reads on PostgreSQL, a connection). It is for one goroutine.
type Tx struct {
	ctx    context.Context
	engine Engine
	run    runner
	last   []func() error
	after  []func()
	write  bool
	over   atomic.Bool
}

// running is the key under which the context of a Tx carries it.
type running struct{}

// carried is a Tx with the database that it is of.
type carried struct {
	d  *DB
	tx *Tx
}

// carry lets the context of the operation carry the Tx, so that a Read with that context needs no second connection; the caller ends it with close.
func (tx *Tx) carry(d *DB) *Tx {
	tx.ctx = context.WithValue(tx.ctx, running{}, carried{d, tx})
	return tx
}

// Settled is ctx without a Write that is under way: a cache that is filled with it holds what was committed and nothing that may still be taken back. Inside a Read it is
// ctx itself.
func Settled(ctx context.Context) context.Context {
	if in, ok := ctx.Value(running{}).(carried); ok && in.tx != nil && in.tx.write {
		return context.WithValue(ctx, running{}, carried{})
	}
	return ctx
}

// close ends what carry began: a context that was kept longer reads on a connection of its own.
func (tx *Tx) close() { tx.over.Store(true) }

// runner executes prepared texts; the engines differ in how they keep them.
type runner interface {
	exec(ctx context.Context, q string, args []any) (sql.Result, error)
	query(ctx context.Context, q string, args []any) (*sql.Rows, error)
}

// Ctx is the context of the operation. A Read with it goes on in this transaction and sees what it wrote: hand it to whatever reads on behalf of this operation, because a second
// connection may not be free as long as others wait for theirs with one in hand. Inside a Write it is marked, so that a nested Write is refused
// instead of waiting for itself.
func (tx *Tx) Ctx() context.Context { return tx.ctx }

// Engine tells which engine runs this transaction.
func (tx *Tx) Engine() Engine { return tx.engine }

// Pick returns the text for the engine at hand, for the rare place where the two differ.
func (tx *Tx) Pick(sqlite, postgres string) string {
	if tx.engine == Postgres {
		return postgres
	}
	return sqlite
}

// ForUpdate is the suffix that locks the rows of a SELECT until the end of the transaction.
// SQLite needs none: a Write there is alone.
func (tx *Tx) ForUpdate() string { return tx.Pick("", " FOR UPDATE") }

// BeforeCommit calls f at the end of the transaction, after everything else, in the order in which it was asked for, also across the Writes that share a commit
// on SQLite. It is for what is cheaper once for all of them: an index that writes a segment each time it is interrupted. When f fails, nothing of the
// transaction remains, of all that share it. What f writes cannot be read before.
func (tx *Tx) BeforeCommit(f func() error) { tx.last = append(tx.last, f) }

// finish does what was left for the end.
func (tx *Tx) finish() error {
	for _, f := range tx.last {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

// AfterCommit calls f once the transaction is on disk; never when it failed.
func (tx *Tx) AfterCommit(f func()) { tx.after = append(tx.after, f) }

// Exec runs a statement and returns the number of rows it changed.
// Arguments may be time.Time (stored as microseconds since 1970, UTC), bool (0 or 1) and whatever the drivers take.
func (tx *Tx) Exec(q string, args ...any) (int64, error) {
	args, err := bind(args)
	if err != nil {
		return 0, fmt.Errorf("%w [%s]", err, head(q))
	}
	res, err := tx.run.exec(tx.ctx, tx.text(q), args)
	if err != nil {
		return 0, fmt.Errorf("%w [%s]", err, head(q))
	}
	return res.RowsAffected()
}

// MustChange is Exec for a statement that has to change exactly one row; ErrNotFound otherwise.
func (tx *Tx) MustChange(q string, args ...any) error {
	n, err := tx.Exec(q, args...)
	if err != nil {
		return err
	}
	if n != 1 {
		return fmt.Errorf("changed %d rows [%s]: %w", n, head(q), ErrNotFound)
	}
	return nil
}

func (tx *Tx) text(q string) string {
	if tx.engine == Postgres {
		return rebind(q)
	}
	return q
}

// Rows runs a query and calls each for every row; the text must have a stable ORDER BY when the order matters.
func (tx *Tx) Rows(each func(*Row) error, q string, args ...any) error {
	args, err := bind(args)
	if err != nil {
		return fmt.Errorf("%w [%s]", err, head(q))
	}
	rows, err := tx.run.query(tx.ctx, tx.text(q), args)
	if err != nil {
		return fmt.Errorf("%w [%s]", err, head(q))
	}
	defer rows.Close()
	row := Row{rows: rows}
	for rows.Next() {
		if err := each(&row); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("%w [%s]", err, head(q))
	}
	return nil
}

// All returns every row of a query through scan.
func All[T any](tx *Tx, scan func(*Row) (T, error), q string, args ...any) ([]T, error) {
	var out []T
	err := tx.Rows(func(r *Row) error {
		v, err := scan(r)
		if err != nil {
			return err
		}
		out = append(out, v)
		return nil
	}, q, args...)
	return out, err
}

// One returns the first row of a query, or ErrNotFound.
func One[T any](tx *Tx, scan func(*Row) (T, error), q string, args ...any) (T, error) {
	var out T
	found := false
	err := tx.Rows(func(r *Row) error {
		if found {
			return nil
		}
		v, err := scan(r)
		out, found = v, err == nil
		return err
	}, q, args...)
	if err == nil && !found {
		err = fmt.Errorf("no row [%s]: %w", head(q), ErrNotFound)
	}
	return out, err
}

// Row is the current row of a query.
type Row struct {
	rows *sql.Rows
}

// Scan copies the columns into dest. A *time.Time takes a column of microseconds (NULL and 0 become the zero time),
// a *string, *int, *int64, *float64 or *bool takes NULL as its zero value.
func (r *Row) Scan(dest ...any) error {
	wrapped := make([]any, len(dest))
	for i, d := range dest {
		switch p := d.(type) {
		case *time.Time:
			wrapped[i] = (*timeDest)(p)
		case *string:
			wrapped[i] = (*stringDest)(p)
		case *bool:
			wrapped[i] = (*boolDest)(p)
		case *int:
			wrapped[i] = (*intDest)(p)
		case *int64:
			wrapped[i] = (*int64Dest)(p)
		case *float64:
			wrapped[i] = (*floatDest)(p)
		default:
			wrapped[i] = d
		}
	}
	return r.rows.Scan(wrapped...)
}

// ScanInt, ScanString and ScanTime read one column.
func ScanInt(r *Row) (int, error)           { var v int; err := r.Scan(&v); return v, err }
func ScanString(r *Row) (string, error)     { var v string; err := r.Scan(&v); return v, err }
func ScanTime(r *Row) (time.Time, error)    { var v time.Time; err := r.Scan(&v); return v, err }
func ScanFloat(r *Row) (float64, error)     { var v float64; err := r.Scan(&v); return v, err }
func ScanInt64(r *Row) (v int64, err error) { err = r.Scan(&v); return v, err }

type (
	timeDest   time.Time
	stringDest string
	boolDest   bool
	intDest    int
	int64Dest  int64
	floatDest  float64
)

func (d *timeDest) Scan(v any) error {
	n, err := asInt(v)
	if err != nil {
		return err
	}
	if v == nil || n == 0 {
		*d = timeDest{}
		return nil
	}
	*d = timeDest(time.UnixMicro(n).UTC())
	return nil
}

func (d *stringDest) Scan(v any) error {
	switch x := v.(type) {
	case nil:
		*d = ""
	case string:
		*d = stringDest(x)
	case []byte:
		*d = stringDest(x)
	case int64:
		*d = stringDest(strconv.FormatInt(x, 10))
	case float64:
		*d = stringDest(strconv.FormatFloat(x, 'g', -1, 64))
	default:
		return fmt.Errorf("cannot read %T as text", v)
	}
	return nil
}

func (d *boolDest) Scan(v any) error {
	if b, ok := v.(bool); ok {
		*d = boolDest(b)
		return nil
	}
	n, err := asInt(v)
	*d = boolDest(n != 0)
	return err
}

func (d *intDest) Scan(v any) error {
	n, err := asInt(v)
	*d = intDest(n)
	return err
}

func (d *int64Dest) Scan(v any) error {
	n, err := asInt(v)
	*d = int64Dest(n)
	return err
}

func (d *floatDest) Scan(v any) error {
	switch x := v.(type) {
	case nil:
		*d = 0
	case float64:
		*d = floatDest(x)
	case int64:
		*d = floatDest(x)
	case []byte:
		f, err := strconv.ParseFloat(string(x), 64)
		*d = floatDest(f)
		return err
	case string:
		f, err := strconv.ParseFloat(x, 64)
		*d = floatDest(f)
		return err
	default:
		return fmt.Errorf("cannot read %T as a number", v)
	}
	return nil
}

func asInt(v any) (int64, error) {
	switch x := v.(type) {
	case nil:
		return 0, nil
	case int64:
		return x, nil
	case int32:
		return int64(x), nil
	case float64:
		return int64(x), nil
	case bool:
		if x {
			return 1, nil
		}
		return 0, nil
	case []byte:
		return strconv.ParseInt(string(x), 10, 64)
	case string:
		return strconv.ParseInt(x, 10, 64)
	}
	return 0, fmt.Errorf("cannot read %T as a whole number", v)
}

// Micros is how a time is stored: microseconds since 1970-01-01 UTC, 0 for the zero time.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// bind turns arguments into what both drivers take, and refuses text that only one of the engines would: PostgreSQL keeps no NUL and nothing that is
// not UTF-8, SQLite would keep both.
func bind(args []any) ([]any, error) {
	for i, a := range args {
		switch v := a.(type) {
		case string:
			if !readable(v) {
				return nil, ErrText
			}
		case time.Time:
			if v.IsZero() {
				args[i] = nil
			} else {
				args[i] = v.UnixMicro()
			}
		case bool:
			if v {
				args[i] = int64(1)
			} else {
				args[i] = int64(0)
			}
		default:
			if t := reflect.ValueOf(a); t.Kind() == reflect.String && !readable(t.String()) {
				return nil, ErrText
			}
		}
	}
	return args, nil
}

func readable(s string) bool { return strings.IndexByte(s, 0) < 0 && utf8.ValidString(s) }

// List gives "?, ?, ?" and the arguments for an IN clause. An empty list gives "NULL", which matches nothing.
func List[T any](values []T) (string, []any) {
	if len(values) == 0 {
		return "NULL", nil
	}
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	return strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", "), args
}

type rebindCache struct{ m sync.Map }

var rebound rebindCache // texts are constants of the program, so this stays small

// rebind turns ? into $1, $2 … outside quotes.
func rebind(q string) string {
	if v, ok := rebound.m.Load(q); ok {
		return v.(string)
	}
	var b strings.Builder
	n := 0
	inQuote := false
	for i := 0; i < len(q); i++ {
		c := q[i]
		switch {
		case c == '\'':
			inQuote = !inQuote
			b.WriteByte(c)
		case c == '?' && !inQuote:
			n++
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(n))
		default:
			b.WriteByte(c)
		}
	}
	out := b.String()
	if strings.Count(q, "?") < 40 { // long IN lists vary without end; they are not kept
		rebound.m.Store(q, out)
	}
	return out
}

// head is the start of a statement for error messages: enough to find it, no values.
func head(q string) string {
	q = strings.Join(strings.Fields(q), " ")
	if len(q) > 60 {
		q = q[:60] + "…"
	}
	return q
}

// ErrText is returned for an argument with a NUL or with bytes that are not UTF-8.
var ErrText = errors.New("text that cannot be kept: a NUL, or not UTF-8")

// ErrNotFound is returned by One, MustChange and everything built on them.
var ErrNotFound = errors.New("not found")
