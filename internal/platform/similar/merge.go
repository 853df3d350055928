package similar

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"xieshang/internal/platform/db"
)

// fanIn segments of one level become one of the next.
const fanIn = 8

// mergeSmall merges the smallest segments within the transaction that made one too many: some 2,000 rows, about 30 ms, once in 2,048 rows.
func (x *Index) mergeSmall(tx *db.Tx) error {
	all, err := x.list(tx)
	if err != nil {
		return err
	}
	sources := ofLevel(all, 0)
	if len(sources) < fanIn {
		return nil
	}
	id, err := x.reserveFor(tx, sources)
	if err != nil {
		return err
	}
	gone, err := x.gone(tx)
	if err != nil {
		return err
	}
	m := merger{gone: gone, read: func(seg int64, n uint32) ([]byte, error) { return x.block(tx, seg, n) }}
	for _, l := range sources {
		s, err := x.load(tx, l.id)
		if err != nil {
			return err
		}
		m.sources = append(m.sources, s)
	}
	head, docs, err := m.merge(x.writer(tx, id))
	if err != nil {
		return err
	}
	if err := x.install(tx, id, 1, docs, head); err != nil {
		return err
	}
	return x.drop(tx, sources)
}

func ofLevel(all []listed, level int) (out []listed) {
	for _, l := range all {
		if l.level == level && len(out) < fanIn {
			out = append(out, l)
		}
	}
	return out
}

func (x *Index) reserveFor(tx *db.Tx, sources []listed) (int64, error) {
	lo, hi := sources[0].lo, sources[0].hi
	for _, l := range sources {
		lo, hi = min(lo, l.lo), max(hi, l.hi)
	}
	return x.reserve(tx, lo, hi)
}

// drop removes segments that were merged, and what was only said of them. It fails with errChanged when another did so before.
func (x *Index) drop(tx *db.Tx, sources []listed) error {
	for _, l := range sources {
		var n int64
		var err error
		if tx.Engine() == db.SQLite { // whoever reads has one view of everything
			if n, err = tx.Exec(x.sql(`DELETE FROM {name}_seg WHERE id = ?`), l.id); err == nil {
				_, err = tx.Exec(x.sql(`DELETE FROM {name}_blk WHERE seg = ?`), l.id)
			}
		} else {
			n, err = tx.Exec(x.sql(`UPDATE {name}_seg SET level = ?, docs = CAST(extract(epoch FROM now()) AS bigint) WHERE id = ? AND level >= 0`), retired, l.id)
		}
		if err != nil || n != 1 {
			return errors.Join(err, errChanged)
		}
	}
	_, err := tx.Exec(x.sql(`DELETE FROM {name}_gone WHERE upto < (SELECT min(id) FROM {name}_seg WHERE id > 0 AND level >= ?)`), hidden)
	return err
}

// clear removes segments that nobody can need: left by an interrupted merge (or by one that is running and will notice), or retired long enough.
func (x *Index) clear(tx *db.Tx) error {
	ids, err := db.All(tx, db.ScanInt64, x.sql(`SELECT id FROM {name}_seg WHERE level = ? OR level = ? AND docs < `+
		tx.Pick(`unixepoch()`, `CAST(extract(epoch FROM now()) AS bigint)`)+` - ? ORDER BY id`), hidden, retired, retiredFor)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := tx.Exec(x.sql(`DELETE FROM {name}_seg WHERE id = ?`), id); err != nil {
			return err
		}
		if _, err := tx.Exec(x.sql(`DELETE FROM {name}_blk WHERE seg = ?`), id); err != nil {
			return err
		}
	}
	return nil
}

// Maintain packs what is pending and merges segments until no level has eight. A job calls it every few seconds; questions and Puts go on meanwhile, and it
// holds no transaction for longer than it takes to write about 1 MB. Two may run at once: one of them then does its work in vain.
// Without it everything is found all the same, but more slowly with each 2,048 rows.
func (x *Index) Maintain(ctx context.Context, d *db.DB) error {
	if idle, err := x.idle(ctx, d); err != nil || idle {
		return err
	}
	err := d.Write(ctx, func(tx *db.Tx) error {
		if ok, err := x.alone(tx); err != nil || !ok {
			return err
		}
		if err := x.clear(tx); err != nil {
			return err
		}
		return x.flush(tx)
	})
	for err == nil {
		var more bool
		if more, err = x.mergeOne(ctx, d); !more {
			break
		}
	}
	if errors.Is(err, errChanged) || errors.Is(err, db.ErrNotFound) {
		return nil // another process merges; the next run looks again
	}
	if err != nil {
		return fmt.Errorf("index %s: maintain: %w", x.name, err)
	}
	return nil
}

// idle tells whether there is nothing to do, without a write that would make caches look stale.
func (x *Index) idle(ctx context.Context, d *db.DB) (bool, error) {
	n := 0
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		n, err = db.One(tx, db.ScanInt, x.sql(`SELECT (SELECT count(*) FROM (SELECT rid FROM {name}_new LIMIT 1) pending)
			+ (SELECT count(*) FROM (SELECT level FROM {name}_seg WHERE id > 0 GROUP BY level HAVING level < 0 OR count(*) >= ?) levels)`), fanIn)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("index %s: look for work: %w", x.name, err)
	}
	return n == 0, nil
}

// mergeOne merges the eight oldest segments of the lowest level that has so many; false when none has.
func (x *Index) mergeOne(ctx context.Context, d *db.DB) (bool, error) {
	var sources []listed
	var id int64
	var m merger
	err := d.Write(ctx, func(tx *db.Tx) error {
		sources, m = nil, merger{}
		if ok, err := x.alone(tx); err != nil || !ok {
			return err
		}
		all, err := x.list(tx)
		if err != nil {
			return err
		}
		for level := 0; level < 20 && len(sources) < fanIn; level++ {
			sources = ofLevel(all, level)
		}
		if len(sources) < fanIn {
			return nil
		}
		id, err = x.reserveFor(tx, sources)
		return err
	})
	if err != nil || len(sources) < fanIn {
		return false, err
	}
	level := sources[0].level + 1
	// Rows that change from now on are buried up to the new segment as well, since it is reserved.
	err = d.Read(ctx, func(tx *db.Tx) error {
		if m.gone, err = x.gone(tx); err != nil {
			return err
		}
		for _, l := range sources {
			s, err := x.load(tx, l.id)
			if err != nil {
				return err
			}
			m.sources = append(m.sources, s)
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	m.read = func(seg int64, n uint32) (b []byte, err error) {
		err = d.Read(ctx, func(tx *db.Tx) error {
			b, err = x.block(tx, seg, n)
			return err
		})
		return b, err
	}
	w := batch{x: x, ctx: ctx, d: d, id: id}
	head, docs, err := m.merge(w.add)
	if err != nil {
		return false, err
	}
	if err := w.flush(); err != nil {
		return false, err
	}
	return true, d.Write(ctx, func(tx *db.Tx) error {
		// Alone, so that a Put that merges small segments never finds them taken from under it.
		if err := x.waitAlone(tx); err != nil {
			return err
		}
		if err := x.install(tx, id, level, docs, head); err != nil {
			return err
		}
		return x.drop(tx, sources)
	})
}

// batch writes blocks about 1 MB at a time.
type batch struct {
	x      *Index
	ctx    context.Context
	d      *db.DB
	id     int64
	first  int
	blocks [][]byte
	size   int
}

func (w *batch) add(n int, block []byte) error {
	if len(w.blocks) == 0 {
		w.first = n
	}
	w.blocks = append(w.blocks, append([]byte(nil), block...))
	w.size += len(block)
	if w.size < 1<<20 {
		return nil
	}
	return w.flush()
}

func (w *batch) flush() error {
	if len(w.blocks) == 0 {
		return nil
	}
	err := w.d.Write(w.ctx, func(tx *db.Tx) error {
		_, err := db.One(tx, db.ScanInt, w.x.sql(`SELECT level FROM {name}_seg WHERE id = ? AND level = ?`)+tx.ForUpdate(), w.id, hidden)
		if err != nil {
			return err // ErrNotFound: another run cleared this one away
		}
		write := w.x.writer(tx, w.id)
		for i, b := range w.blocks {
			if err := write(w.first+i, b); err != nil {
				return err
			}
		}
		return nil
	})
	w.blocks, w.size = w.blocks[:0], 0
	return err
}

// merger makes one segment of several, without the rows that are out of date. It keeps one block of each source at a time.
type merger struct {
	sources []*segment
	gone    map[int64]int64
	read    func(seg int64, n uint32) ([]byte, error)
}

const dead = ^uint32(0)

func (m *merger) merge(emit func(int, []byte) error) (head []byte, docs int, err error) {
	p := packer{emit: emit}
	moved := make([][]uint32, len(m.sources)) // ordinals in the new segment
	for i, s := range m.sources {
		moved[i] = make([]uint32, len(s.rids))
		for k, rid := range s.rids {
			if upto, ok := m.gone[rid]; ok && s.id <= upto {
				moved[i][k] = dead
				continue
			}
			moved[i][k] = uint32(p.docs)
			p.row(rid, s.metas[k])
		}
	}
	at := make([]int, len(m.sources))
	open := make([]openBlock, len(m.sources))
	var list []byte
	for {
		token, any := uint32(0), false
		for i, s := range m.sources {
			if at[i] < len(s.tokens) && (!any || s.tokens[at[i]] < token) {
				token, any = s.tokens[at[i]], true
			}
		}
		if !any {
			break
		}
		list = list[:0]
		count, last := 0, uint32(0)
		for i, s := range m.sources {
			if at[i] == len(s.tokens) || s.tokens[at[i]] != token {
				continue
			}
			k := at[i]
			at[i]++
			block, err := open[i].get(m.read, s.id, s.blocks[k])
			if err != nil {
				return nil, 0, err
			}
			if int(s.ends[k]) > len(block) {
				return nil, 0, errDamaged
			}
			bad := false
			eachRow(block[s.starts[k]:s.ends[k]], func(o uint32) {
				if int(o) >= len(moved[i]) {
					bad = true
				} else if o = moved[i][o]; o != dead {
					list = binary.AppendUvarint(list, uint64(o-last))
					last = o
					count++
				}
			})
			if bad {
				return nil, 0, errDamaged
			}
		}
		if count > 0 {
			if err := p.list(token, count, func(b []byte) []byte { return append(b, list...) }); err != nil {
				return nil, 0, err
			}
		}
	}
	head, err = p.head()
	return head, p.docs, err
}

type openBlock struct {
	n    uint32
	data []byte
}

func (o *openBlock) get(read func(int64, uint32) ([]byte, error), seg int64, n uint32) ([]byte, error) {
	if o.data == nil || o.n != n {
		b, err := read(seg, n)
		if err != nil {
			return nil, err
		}
		o.n, o.data = n, b
	}
	return o.data, nil
}
