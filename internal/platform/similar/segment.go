package similar

import (
	"encoding/binary"
	"errors"
	"slices"
)

// blockSize is the size at which a block is closed; a list is never divided. A question wants a short list here and there, and a block of this size lies in one
// page of the database.
const blockSize = 2 << 10

var errDamaged = errors.New("a segment of the index is damaged")

// segment is the head of a packed segment: its rows, and where the list of each token lies.
type segment struct {
	id     int64
	rids   []int64 // by ordinal
	metas  []meta
	tokens []uint32 // sorted
	counts []uint32 // rows that have the token
	blocks []uint32 // number of the block of the token's list
	starts []uint32 // where it starts there
	ends   []uint32
}

// find returns the place of a token in the dictionary.
func (s *segment) find(token uint32) (int, bool) { return slices.BinarySearch(s.tokens, token) }

// packer writes a segment: rows first, then lists in the order of their tokens. Full blocks are handed to emit.
type packer struct {
	rows, dict []byte
	docs, toks int
	lastRID    int64
	lastToken  uint32
	block      []byte
	blocks     int
	emit       func(n int, block []byte) error
}

func (p *packer) row(rid int64, m meta) {
	p.rows = binary.AppendVarint(p.rows, rid-p.lastRID)
	p.rows = binary.LittleEndian.AppendUint32(p.rows, m.division)
	p.rows = binary.LittleEndian.AppendUint16(p.rows, uint16(m.lon))
	p.rows = binary.LittleEndian.AppendUint16(p.rows, uint16(m.lat))
	p.rows = binary.LittleEndian.AppendUint16(p.rows, m.size)
	p.lastRID = rid
	p.docs++
}

// list ends the list of a token, which fill appended to the open block.
func (p *packer) list(token uint32, count int, fill func(block []byte) []byte) error {
	if len(p.block) >= blockSize {
		if err := p.flush(); err != nil {
			return err
		}
	}
	before := len(p.block)
	p.block = fill(p.block)
	p.dict = binary.AppendUvarint(p.dict, uint64(token-p.lastToken))
	p.dict = binary.AppendUvarint(p.dict, uint64(count))
	fresh := uint64(0)
	if before == 0 {
		fresh = 1
	}
	p.dict = binary.AppendUvarint(p.dict, uint64(len(p.block)-before)<<1|fresh) // the low bit: the first of its block
	p.lastToken = token
	p.toks++
	return nil
}

func (p *packer) flush() error {
	if len(p.block) == 0 {
		return nil
	}
	err := p.emit(p.blocks, p.block)
	p.blocks++
	p.block = p.block[:0]
	return err
}

// head is the segment's head as stored; it closes the last block.
func (p *packer) head() ([]byte, error) {
	if err := p.flush(); err != nil {
		return nil, err
	}
	out := binary.AppendUvarint(nil, uint64(p.docs))
	out = binary.AppendUvarint(out, uint64(p.toks))
	out = append(out, p.rows...)
	return append(out, p.dict...), nil
}

// pack writes entries as a segment.
func pack(entries []entry, emit func(int, []byte) error) ([]byte, error) {
	p := packer{emit: emit}
	n := 0
	for _, e := range entries {
		p.row(e.rid, e.meta)
		n += len(e.tokens)
	}
	pairs := make([]uint64, 0, n)
	for i, e := range entries {
		for _, t := range e.tokens {
			pairs = append(pairs, uint64(t)<<32|uint64(i))
		}
	}
	pairs = byToken(pairs)
	for len(pairs) > 0 {
		token := uint32(pairs[0] >> 32)
		k := 1
		for k < len(pairs) && uint32(pairs[k]>>32) == token {
			k++
		}
		err := p.list(token, k, func(b []byte) []byte {
			last := uint32(0)
			for _, v := range pairs[:k] {
				b = binary.AppendUvarint(b, uint64(uint32(v)-last))
				last = uint32(v)
			}
			return b
		})
		if err != nil {
			return nil, err
		}
		pairs = pairs[k:]
	}
	return p.head()
}

// byToken sorts by the upper half, in four passes; the lower halves of equal ones stay in their order, which is the wanted one.
func byToken(pairs []uint64) []uint64 {
	other := make([]uint64, len(pairs))
	for shift := 32; shift < 64; shift += 8 {
		var count [257]int
		for _, p := range pairs {
			count[p>>shift&0xff+1]++
		}
		for i := 1; i < len(count); i++ {
			count[i] += count[i-1]
		}
		for _, p := range pairs {
			k := p >> shift & 0xff
			other[count[k]] = p
			count[k]++
		}
		pairs, other = other, pairs
	}
	return pairs
}

// reader takes a stored head apart; bad turns true at the first thing that cannot be.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) varint() int64 {
	u := r.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

func (r *reader) take(n int) []byte {
	if len(r.b) < n {
		r.bad, r.b = true, nil
		return make([]byte, n)
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func readMeta(b []byte) meta {
	return meta{binary.LittleEndian.Uint32(b), int16(binary.LittleEndian.Uint16(b[4:])), int16(binary.LittleEndian.Uint16(b[6:])),
		binary.LittleEndian.Uint16(b[8:])}
}

func unpackHead(id int64, stored []byte) (*segment, error) {
	r := reader{b: stored}
	docs, toks := r.uvarint(), r.uvarint()
	if r.bad || docs > uint64(len(stored)) || toks > uint64(len(stored)) {
		return nil, errDamaged
	}
	s := &segment{id: id, rids: make([]int64, docs), metas: make([]meta, docs), tokens: make([]uint32, toks), counts: make([]uint32, toks),
		blocks: make([]uint32, toks), starts: make([]uint32, toks), ends: make([]uint32, toks)}
	rid := int64(0)
	for i := range s.rids {
		rid += r.varint()
		s.rids[i] = rid
		s.metas[i] = readMeta(r.take(10))
	}
	token, block, at := uint32(0), uint32(0), uint32(0)
	for i := range s.tokens {
		token += uint32(r.uvarint())
		s.tokens[i] = token
		s.counts[i] = uint32(r.uvarint())
		n := r.uvarint()
		if n&1 == 1 {
			if i > 0 {
				block++
			}
			at = 0
		}
		s.blocks[i], s.starts[i] = block, at
		at += uint32(n >> 1)
		s.ends[i] = at
	}
	if r.bad {
		return nil, errDamaged
	}
	return s, nil
}

// eachRow calls f with the ordinals of a list.
func eachRow(list []byte, f func(ordinal uint32)) {
	last := uint32(0)
	for i := 0; i < len(list); {
		v := uint32(list[i])
		i++
		if v >= 0x80 {
			v &= 0x7f
			for shift := 7; i < len(list); shift += 7 {
				c := list[i]
				i++
				v |= uint32(c&0x7f) << shift
				if c < 0x80 {
					break
				}
			}
		}
		last += v
		f(last)
	}
}

// packEntry and unpackEntry keep a pending row.
func packEntry(e entry) []byte {
	b := make([]byte, 0, 10+3*len(e.tokens))
	b = binary.LittleEndian.AppendUint32(b, e.meta.division)
	b = binary.LittleEndian.AppendUint16(b, uint16(e.meta.lon))
	b = binary.LittleEndian.AppendUint16(b, uint16(e.meta.lat))
	b = binary.LittleEndian.AppendUint16(b, e.meta.size)
	last := uint32(0)
	for _, t := range e.tokens {
		b = binary.AppendUvarint(b, uint64(t-last))
		last = t
	}
	return b
}

// waiting is a pending row as a question sees it: which of the question's tokens it has, by their place there.
type waiting struct {
	rid  int64
	meta meta
	has  []uint16
}

// unpackWaiting compares a pending row with the sorted tokens of a question, without taking it apart.
func unpackWaiting(rid int64, stored []byte, tokens []uint32) (waiting, error) {
	r := reader{b: stored}
	w := waiting{rid: rid, meta: readMeta(r.take(10))}
	last, k := uint32(0), 0
	for len(r.b) > 0 && k < len(tokens) {
		last += uint32(r.uvarint())
		for k < len(tokens) && tokens[k] < last {
			k++
		}
		if k < len(tokens) && tokens[k] == last {
			w.has = append(w.has, uint16(k))
		}
	}
	if r.bad {
		return w, errDamaged
	}
	return w, nil
}

func unpackEntry(rid int64, stored []byte) (entry, error) {
	r := reader{b: stored}
	e := entry{rid: rid, meta: readMeta(r.take(10))}
	e.tokens = make([]uint32, 0, e.meta.size)
	last := uint32(0)
	for len(r.b) > 0 {
		last += uint32(r.uvarint())
		e.tokens = append(e.tokens, last)
	}
	if r.bad {
		return e, errDamaged
	}
	return e, nil
}
