package similar

import (
	"errors"
	"fmt"
	"hash/fnv"
	"strings"
	"sync"

	"xieshang/internal/platform/db"
)

// SchemaSQLite is what a SQLite migration creates for the index of that name.
func SchemaSQLite(name string) string { return schema(name, "INTEGER", "BLOB") }

// SchemaPostgres is what a PostgreSQL migration creates for the index of that name.
func SchemaPostgres(name string) string { return schema(name, "bigint", "bytea") }

func schema(name, integer, blob string) string {
	mustName(name)
	return strings.NewReplacer("{name}", name+"_sim", "{int}", integer, "{blob}", blob).Replace(
		`CREATE TABLE {name}_new (rid {int} PRIMARY KEY, data {blob} NOT NULL);
CREATE TABLE {name}_seg (id {int} PRIMARY KEY, level {int} NOT NULL, docs {int} NOT NULL, lo {int} NOT NULL, hi {int} NOT NULL, head {blob} NOT NULL);
CREATE TABLE {name}_blk (seg {int} NOT NULL, n {int} NOT NULL, data {blob} NOT NULL, PRIMARY KEY (seg, n));
CREATE TABLE {name}_gone (rid {int} PRIMARY KEY, upto {int} NOT NULL);
INSERT INTO {name}_seg (id, level, docs, lo, hi, head) VALUES (0, -2, 0, 0, 0, '');
`) // row 0 counts the segments in hi: no number is given twice
}

// flushAt pending rows are packed into a segment by the Put that reaches the number.
const flushAt = 256

func (x *Index) sql(text string) string { return strings.ReplaceAll(text, "{name}", x.name+"_sim") }

func (x *Index) put(tx *db.Tx, e entry) error {
	if _, err := tx.Exec(x.sql(`INSERT INTO {name}_new (rid, data) VALUES (?, ?) ON CONFLICT (rid) DO UPDATE SET data = excluded.data`), e.rid, packEntry(e)); err != nil {
		return err
	}
	if err := x.bury(tx, e.rid); err != nil {
		return err
	}
	if x.cache.count()%(flushAt/4) != 0 { // looking is cheap, but not for nothing
		return nil
	}
	n, err := db.One(tx, db.ScanInt, x.sql(`SELECT count(*) FROM {name}_new`))
	if err != nil || n < flushAt {
		return err
	}
	return x.flush(tx)
}

func (x *Index) remove(tx *db.Tx, rid int64) error {
	if _, err := tx.Exec(x.sql(`DELETE FROM {name}_new WHERE rid = ?`), rid); err != nil {
		return err
	}
	return x.bury(tx, rid)
}

// bury says that what the segments made up to now know of a row is out of date. On PostgreSQL the lock on row 0 makes a merge, which takes a number
// there before it looks at what is out of date, wait for it: else it could miss this row and bring it back under a number above upto.
// It is two statements, because SQLite makes a savepoint for an INSERT from a SELECT, at which FTS5 writes out what it had gathered of other rows.
func (x *Index) bury(tx *db.Tx, rid int64) error {
	upto, err := db.One(tx, db.ScanInt64, x.sql(`SELECT c.hi FROM {name}_seg c
		WHERE c.id = 0 AND EXISTS (SELECT 1 FROM {name}_seg s WHERE s.id > 0 AND s.lo <= ? AND s.hi >= ?)`)+tx.Pick("", " FOR SHARE OF c"), rid, rid)
	if errors.Is(err, db.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = tx.Exec(x.sql(`INSERT INTO {name}_gone (rid, upto) VALUES (?, ?) ON CONFLICT (rid) DO UPDATE SET upto = excluded.upto`), rid, upto)
	return err
}

func (x *Index) key() int64 {
	h := fnv.New64a()
	h.Write([]byte("similar " + x.name))
	return int64(h.Sum64())
}

// alone lets one transaction at a time change the list of segments; false when another is at it.
func (x *Index) alone(tx *db.Tx) (bool, error) {
	if tx.Engine() == db.SQLite {
		return true, nil
	}
	n, err := db.One(tx, db.ScanInt, `SELECT CASE WHEN pg_try_advisory_xact_lock(?) THEN 1 ELSE 0 END`, x.key())
	return n == 1, err
}

// waitAlone is alone for one who has to be at it.
func (x *Index) waitAlone(tx *db.Tx) error {
	if tx.Engine() == db.SQLite {
		return nil
	}
	_, err := db.One(tx, db.ScanInt, `SELECT 1 FROM (SELECT pg_advisory_xact_lock(?)) locked`, x.key())
	return err
}

func scanEntry(r *db.Row) (entry, error) {
	var rid int64
	var data []byte
	if err := r.Scan(&rid, &data); err != nil {
		return entry{}, err
	}
	return unpackEntry(rid, data)
}

// flush packs the pending rows into a segment, and eight of these into one of the next level.
func (x *Index) flush(tx *db.Tx) error {
	if ok, err := x.alone(tx); err != nil || !ok {
		return err
	}
	// Rows that another transaction is changing are left to it.
	entries, err := db.All(tx, scanEntry, x.sql(`SELECT rid, data FROM {name}_new ORDER BY rid LIMIT 4096`)+tx.Pick("", " FOR UPDATE SKIP LOCKED"))
	if err != nil || len(entries) == 0 {
		return err
	}
	lo, hi := entries[0].rid, entries[len(entries)-1].rid
	id, err := x.reserve(tx, lo, hi)
	if err != nil {
		return err
	}
	stored, err := pack(entries, x.writer(tx, id))
	if err != nil {
		return err
	}
	if err := x.install(tx, id, 0, len(entries), stored); err != nil {
		return err
	}
	list, args := db.List(ridsOf(entries))
	if _, err := tx.Exec(x.sql(`DELETE FROM {name}_new WHERE rid IN (`+list+`)`), args...); err != nil {
		return err
	}
	return x.mergeSmall(tx)
}

func ridsOf(entries []entry) []int64 {
	out := make([]int64, len(entries))
	for i, e := range entries {
		out[i] = e.rid
	}
	return out
}

const (
	hidden  = -1 // level of a segment that is being written
	retired = -3 // level of one that was merged, kept a while for those who have it on their list; docs is then the second in which it was retired
)

// retiredFor is how many seconds a merged segment can still be read on PostgreSQL, where a question sees the list of segments and their blocks at different moments.
const retiredFor = 60

func (x *Index) reserve(tx *db.Tx, lo, hi int64) (int64, error) {
	if err := tx.MustChange(x.sql(`UPDATE {name}_seg SET hi = hi + 1 WHERE id = 0`)); err != nil {
		return 0, err
	}
	id, err := db.One(tx, db.ScanInt64, x.sql(`SELECT hi FROM {name}_seg WHERE id = 0`))
	if err != nil {
		return 0, err
	}
	return id, tx.MustChange(x.sql(`INSERT INTO {name}_seg (id, level, docs, lo, hi, head) VALUES (?, ?, 0, ?, ?, ?)`), id, hidden, lo, hi, []byte{})
}

func (x *Index) writer(tx *db.Tx, id int64) func(int, []byte) error {
	return func(n int, block []byte) error {
		return tx.MustChange(x.sql(`INSERT INTO {name}_blk (seg, n, data) VALUES (?, ?, ?)`), id, n, append([]byte(nil), block...))
	}
}

func (x *Index) install(tx *db.Tx, id int64, level, docs int, head []byte) error {
	return tx.MustChange(x.sql(`UPDATE {name}_seg SET level = ?, docs = ?, head = ? WHERE id = ? AND level = ?`), level, docs, head, id, hidden)
}

// listed is a segment as the table lists it.
type listed struct {
	id, lo, hi  int64
	level, docs int
}

func (x *Index) list(tx *db.Tx) ([]listed, error) {
	return db.All(tx, func(r *db.Row) (l listed, err error) {
		err = r.Scan(&l.id, &l.level, &l.docs, &l.lo, &l.hi)
		return l, err
	}, x.sql(`SELECT id, level, docs, lo, hi FROM {name}_seg WHERE level >= 0 ORDER BY id`))
}

// errChanged: a segment was merged away between two looks; the question is asked again.
var errChanged = errors.New("the list of segments changed")

func (x *Index) load(tx *db.Tx, id int64) (*segment, error) {
	stored, err := db.One(tx, scanBytes, x.sql(`SELECT head FROM {name}_seg WHERE id = ? AND level NOT IN (?, -2)`), id, hidden)
	if errors.Is(err, db.ErrNotFound) {
		return nil, errChanged
	}
	if err != nil {
		return nil, err
	}
	s, err := unpackHead(id, stored)
	if err != nil {
		return nil, fmt.Errorf("segment %d: %w", id, err)
	}
	return s, nil
}

func (x *Index) block(tx *db.Tx, id int64, n uint32) ([]byte, error) {
	b, err := db.One(tx, scanBytes, x.sql(`SELECT data FROM {name}_blk WHERE seg = ? AND n = ?`), id, int64(n))
	if errors.Is(err, db.ErrNotFound) {
		return nil, errChanged
	}
	return b, err
}

// blocks reads several blocks of a segment, each handed to f once. Texts for 1, 2, 4 … numbers are prepared; the last number is repeated.
func (x *Index) blocks(tx *db.Tx, id int64, numbers []uint32, f func(n uint32, block []byte)) error {
	for len(numbers) > 0 {
		part := numbers[:min(len(numbers), maxTokens)]
		numbers = numbers[len(part):]
		size := 1
		for size < len(part) {
			size *= 2
		}
		marks, _ := db.List(make([]int64, size))
		args := make([]any, 0, size+1)
		args = append(args, id)
		for i := range size {
			args = append(args, int64(part[min(i, len(part)-1)]))
		}
		found := 0
		err := tx.Rows(func(r *db.Row) error {
			var n int64
			var b []byte
			err := r.Scan(&n, &b)
			f(uint32(n), b)
			found++
			return err
		}, x.sql(`SELECT n, data FROM {name}_blk WHERE seg = ? AND n IN (`+marks+`)`), args...)
		if err != nil {
			return err
		}
		if found < len(part) {
			return errChanged
		}
	}
	return nil
}

func scanBytes(r *db.Row) ([]byte, error) {
	var b []byte
	err := r.Scan(&b)
	return b, err
}

// gone tells for each row that changed up to which segment what is known of it is out of date.
func (x *Index) gone(tx *db.Tx) (map[int64]int64, error) {
	out := map[int64]int64{}
	err := tx.Rows(func(r *db.Row) error {
		var rid, upto int64
		if err := r.Scan(&rid, &upto); err != nil {
			return err
		}
		out[rid] = upto
		return nil
	}, x.sql(`SELECT rid, upto FROM {name}_gone`))
	return out, err
}

// listBytes is how much of the lists read last is remembered.
const listBytes = 12 << 20

// listKey is the place of a token in the dictionary of a segment.
type listKey struct {
	seg int64
	k   int32
}

// cache remembers what never changes: heads of segments, and some lists.
type cache struct {
	load  sync.Mutex // held while heads are loaded, so that each is loaded once
	mu    sync.Mutex
	puts  uint64
	heads map[int64]*segment
	lists map[listKey][]byte
	size  int
}

func newCache() cache { return cache{heads: map[int64]*segment{}, lists: map[listKey][]byte{}} }

func (c *cache) count() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.puts++
	return c.puts
}
