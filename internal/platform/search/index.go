// Package search finds Chinese and mixed text (G3) in full-text indexes kept beside the rows of any module, with SQLite's FTS5 or
// PostgreSQL's tsvector. It promises that both engines find exactly the texts that hold every word of a query, in the same order.
package search

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"xieshang/internal/platform/db"
)

// Index is one named full-text index over integer row keys, each with a title and a body. It keeps no data itself but a small
// cache of answers, so a program makes one Index for each name and shares it. It is safe for concurrent use.
//
// What may be seen by different people goes into different indexes (one for public matters, one for staff): then the
// public search needs no join.
type Index struct {
	name  string
	cache cache
}

// New returns the index of that name; SchemaSQLite and SchemaPostgres say what a migration has to create for it.
// It panics on a name that is not lower-case letters, digits and underscores, which is a mistake in the program.
func New(name string) *Index {
	mustName(name)
	return &Index{name: name, cache: newCache()}
}

func mustName(name string) {
	if !regexp.MustCompile(`^[a-z][a-z0-9_]{0,40}$`).MatchString(name) {
		panic(fmt.Sprintf("search: %q cannot be the name of an index", name))
	}
}

// Prepared is a title and a body cut into tokens, which can be done before the transaction that writes them.
type Prepared struct{ title, body string }

// Prepare cuts a title and a body into tokens.
func Prepare(title, body string) Prepared { return Prepared{joined(title), joined(body)} }

// Put sets the title and body of row rid (1 or more; larger is newer), new or changed. The row can be found once tx is committed, not before.
func (x *Index) Put(tx *db.Tx, rid int64, title, body string) error {
	return x.PutPrepared(tx, rid, Prepare(title, body))
}

// PutPrepared is Put for what was prepared before.
func (x *Index) PutPrepared(tx *db.Tx, rid int64, p Prepared) error {
	if rid < 1 {
		return fmt.Errorf("index %s: row key %d is less than 1", x.name, rid)
	}
	x.changed(tx)
	return x.write(tx, "put", rid, func() error {
		if tx.Engine() == db.Postgres {
			return x.putPostgres(tx, rid, p)
		}
		return x.putSQLite(tx, rid, p)
	})
}

// write makes a change: on PostgreSQL at once, on SQLite at the end of the transaction. FTS5 writes a segment whenever it is interrupted by a savepoint or
// another statement, and sooner or later has to merge all of them while everybody waits; together with the others of the same commit it writes one.
// Changes keep their order.
func (x *Index) write(tx *db.Tx, what string, rid int64, do func() error) error {
	told := func() error {
		if err := do(); err != nil {
			return fmt.Errorf("index %s: %s row %d: %w", x.name, what, rid, err)
		}
		return nil
	}
	if tx.Engine() == db.Postgres {
		return told()
	}
	tx.BeforeCommit(told)
	return nil
}

// Delete takes row rid out of the index; it is no error when it is not there.
func (x *Index) Delete(tx *db.Tx, rid int64) error {
	x.changed(tx)
	return x.write(tx, "delete", rid, func() error {
		if tx.Engine() == db.Postgres {
			return x.deletePostgres(tx, rid)
		}
		_, err := tx.Exec(`DELETE FROM `+x.name+`_fts WHERE rowid = ?`, rid)
		return err
	})
}

func (x *Index) changed(tx *db.Tx) { tx.AfterCommit(x.cache.bump) }

// Hit is a row that was found. Score is 2 when the title alone holds every word, else 1.
type Hit struct {
	RID   int64
	Score int
}

// Options narrow and page a search. The zero value gives the first 20.
type Options struct {
	Limit  int  // 1 to 500; 0 is 20
	Offset int  // passes over so many, 0 to 10,000
	After  *Hit // continues after this hit of an earlier answer
	// Where is a condition in SQL that {rid} stands for the row key in, such as
	// `EXISTS (SELECT 1 FROM suggestion s WHERE s.rid = {rid} AND s.state = ?)`, with its Args. It costs a look-up for each text found.
	Where string
	Args  []any
	// Fresh asks the database even when the same question was answered a moment ago. Set it inside a Write, and whenever Where
	// reads something that must not be up to CacheTime old.
	Fresh bool
}

// Bounds of Options.
const (
	DefaultLimit = 20
	MaxLimit     = 500
	MaxOffset    = 10_000
)

// ErrRange is returned by Find for a limit or offset out of range.
var ErrRange = errors.New("search: limit or offset out of range")

func (o Options) check() (Options, error) {
	if o.Limit == 0 {
		o.Limit = DefaultLimit
	}
	if o.Limit < 1 || o.Limit > MaxLimit || o.Offset < 0 || o.Offset > MaxOffset {
		return o, ErrRange
	}
	return o, nil
}

// Find returns the best rows for the words of q, and how many rows match in all. Filters of q are the caller's: put them
// into Where. A query without words finds nothing.
//
// Best means: first the rows whose title alone holds every word, then the others; among each, the newest (largest row key) first.
// Frequency of words plays no part: in matters of one length that all speak of the same few things it says little, and newest
// first is an order that people understand. Answers are remembered for CacheTime at most; a Put or Delete by this
// process forgets them at once, so what was committed is found.
func (x *Index) Find(tx *db.Tx, q Query, o Options) (hits []Hit, total int, err error) {
	if o, err = o.check(); err != nil {
		return nil, 0, err
	}
	m := matchOf(q)
	if len(m.need) == 0 {
		return nil, 0, nil
	}
	key, version := "", uint64(0)
	if !o.Fresh {
		key = m.key(o)
		var ok bool
		if hits, total, version, ok = x.cache.get(key); ok {
			return hits, total, nil
		}
	}
	if tx.Engine() == db.Postgres {
		hits, total, err = x.findPostgres(tx, m, o)
	} else {
		hits, total, err = x.findSQLite(tx, m, o)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("index %s: find: %w", x.name, err)
	}
	if !o.Fresh {
		x.cache.put(key, version, hits, total)
	}
	return hits, total, nil
}

// match is a query as phrases.
type match struct {
	need, title, not, notTitle []phrase // need has those of title too
	body                       []phrase // needed, in title or body
}

func matchOf(q Query) match {
	var m match
	for _, w := range q.Words {
		p := phraseOf(w.Text)
		switch {
		case len(p.tokens) == 0:
		case w.Not && w.Title:
			m.notTitle = append(m.notTitle, p)
		case w.Not:
			m.not = append(m.not, p)
		default:
			m.need = append(m.need, p)
			if w.Title {
				m.title = append(m.title, p)
			} else {
				m.body = append(m.body, p)
			}
		}
	}
	return m
}

// key tells questions apart in the cache.
func (m match) key(o Options) string {
	var b strings.Builder
	for _, part := range [][]phrase{m.body, m.title, m.not, m.notTitle} {
		for _, p := range part {
			fmt.Fprintf(&b, "%q%v,", p.tokens, p.prefix)
		}
		b.WriteByte('|')
	}
	if o.After != nil {
		fmt.Fprintf(&b, "a%d.%d", o.After.Score, o.After.RID)
	}
	fmt.Fprintf(&b, "|%d|%d|%s|%q", o.Limit, o.Offset, o.Where, o.Args)
	return b.String()
}

// where is the caller's condition over the row key column.
func (o Options) where(column string) (string, []any) {
	if o.Where == "" {
		return "", nil
	}
	return " AND (" + strings.ReplaceAll(o.Where, "{rid}", column) + ")", append([]any(nil), o.Args...)
}
