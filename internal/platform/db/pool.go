package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

const maxStatements = 256 // per connection; dynamic filters beyond that are prepared each time

// conn is one SQLite connection with the statements prepared on it. It is used by one goroutine at a time.
type conn struct {
	c     *sql.Conn
	stmts map[string]*sql.Stmt
}

func openConn(ctx context.Context, pool *sql.DB) (*conn, error) {
	c, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{c: c, stmts: map[string]*sql.Stmt{}}, nil
}

// The background context is used on purpose: the driver starts a goroutine for every statement whose context can end.
func (c *conn) stmt(q string) (*sql.Stmt, bool, error) {
	if s, ok := c.stmts[q]; ok {
		return s, true, nil
	}
	s, err := c.c.PrepareContext(context.Background(), q)
	if err != nil {
		return nil, false, err
	}
	if len(c.stmts) >= maxStatements {
		for k, old := range c.stmts {
			old.Close()
			delete(c.stmts, k)
			if len(c.stmts) < maxStatements*3/4 {
				break
			}
		}
	}
	c.stmts[q] = s
	return s, true, nil
}

func (c *conn) exec(_ context.Context, q string, args []any) (sql.Result, error) {
	s, _, err := c.stmt(q)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(context.Background(), args...)
}

func (c *conn) query(_ context.Context, q string, args []any) (*sql.Rows, error) {
	s, _, err := c.stmt(q)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(context.Background(), args...)
}

func (c *conn) close() error {
	for _, s := range c.stmts {
		s.Close()
	}
	return c.c.Close()
}

// connPool hands out reading connections; they are opened when first needed.
type connPool struct {
	db    *sql.DB
	free  chan *conn
	mu    sync.Mutex
	open  int
	limit int
}

func newConnPool(pool *sql.DB, limit int) *connPool {
	pool.SetMaxOpenConns(limit)
	pool.SetMaxIdleConns(limit)
	return &connPool{db: pool, free: make(chan *conn, limit), limit: limit}
}

func (p *connPool) get(ctx context.Context) (*conn, error) {
	select {
	case c := <-p.free:
		return c, nil
	default:
	}
	p.mu.Lock()
	if p.open < p.limit {
		p.open++
		p.mu.Unlock()
		c, err := openConn(ctx, p.db)
		if err != nil {
			p.mu.Lock()
			p.open--
			p.mu.Unlock()
			return nil, fmt.Errorf("open reading connection: %w", err)
		}
		return c, nil
	}
	p.mu.Unlock()
	select {
	case c := <-p.free:
		return c, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *connPool) put(c *conn) { p.free <- c }

func (p *connPool) close() error {
	var errs []error
	for {
		select {
		case c := <-p.free:
			errs = append(errs, c.close())
		default:
			errs = append(errs, p.db.Close())
			return errors.Join(errs...)
		}
	}
}

// pg runs texts on a PostgreSQL transaction or pool; pgx keeps the prepared statements.
type pgRunner struct {
	q interface {
		ExecContext(context.Context, string, ...any) (sql.Result, error)
		QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	}
}

func (p pgRunner) exec(ctx context.Context, q string, args []any) (sql.Result, error) {
	return p.q.ExecContext(ctx, q, args...)
}

func (p pgRunner) query(ctx context.Context, q string, args []any) (*sql.Rows, error) {
	return p.q.QueryContext(ctx, q, args...)
}
