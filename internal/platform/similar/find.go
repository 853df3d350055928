package similar

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"xieshang/internal/platform/db"
)

const (
	maxTokens  = 64        // rarest tokens of a question that are looked up
	maxReads   = 1_500_000 // occurrences that are read for them
	boostSame  = 2.0
	boostNear  = 1.4
	lengthPart = 0.25 // how far a row's length counts
	usualSize  = 300  // tokens of a row of usual length
)

// ErrRange is returned by Find for a limit out of range.
var ErrRange = errors.New("similar: limit out of range")

// Find returns the rows most like q, best first; of equal ones the larger row key. A text without words finds nothing.
func (x *Index) Find(tx *db.Tx, q Query) ([]Hit, error) {
	if q.Limit == 0 {
		q.Limit = defaultLimit
	}
	if q.Limit < 1 || q.Limit > maxLimit {
		return nil, ErrRange
	}
	tokens := tokensOf(firstRunes(q.Text, maxRunes), firstRunes(q.Place, maxRunes))
	if len(tokens) == 0 {
		return nil, nil
	}
	var hits []Hit
	var err error
	for range 3 {
		if hits, err = x.find(tx, q, tokens); !errors.Is(err, errChanged) {
			break
		}
	}
	if err != nil {
		return nil, fmt.Errorf("index %s: find: %w", x.name, err)
	}
	return hits, nil
}

// term is a token of the question.
type term struct {
	token  uint32
	rows   int
	weight float32
	at     []int32 // place in the dictionary of each segment, -1 where it does not occur
}

// find reads what is out of date first, pending rows second and segments last: on PostgreSQL, where each statement has its own view, a row on
// its way between them is then seen twice rather than never, and the pending one counts.
func (x *Index) find(tx *db.Tx, q Query, tokens []uint32) ([]Hit, error) {
	gone, err := x.gone(tx)
	if err != nil {
		return nil, err
	}
	pending, err := db.All(tx, func(r *db.Row) (waiting, error) {
		var rid int64
		var data []byte
		if err := r.Scan(&rid, &data); err != nil {
			return waiting{}, err
		}
		return unpackWaiting(rid, data, tokens)
	}, x.sql(`SELECT rid, data FROM {name}_new ORDER BY rid`))
	if err != nil {
		return nil, err
	}
	segments, err := x.segments(tx)
	if err != nil {
		return nil, err
	}
	total := len(pending)
	for _, s := range segments {
		total += len(s.rids)
	}
	terms := weigh(tokens, pending, segments, total)
	b := newBest(q, gone)
	for _, t := range terms {
		b.all += float64(t.weight)
	}
	chosen := choose(terms, total)
	b.raise()
	b.addPending(pending, chosen, tokens)
	for i, s := range segments { // the oldest and largest first: what they have raises the need for the others
		if err := x.scan(tx, i, s, chosen, b); err != nil {
			return nil, err
		}
	}
	return b.hits, nil
}

// weigh gives each token the weight ln(1 + rows/rows with it) and sorts by rarity; the rarest first, so that sums are made in one order.
func weigh(tokens []uint32, pending []waiting, segments []*segment, total int) []term {
	terms := make([]term, len(tokens))
	places := make([]int32, len(tokens)*len(segments))
	for i, t := range tokens {
		at := places[i*len(segments) : (i+1)*len(segments)]
		n := 0
		for j, s := range segments {
			at[j] = -1
			if k, ok := s.find(t); ok {
				at[j] = int32(k)
				n += int(s.counts[k])
			}
		}
		terms[i] = term{token: t, rows: n, at: at}
	}
	for _, e := range pending {
		for _, i := range e.has {
			terms[i].rows++
		}
	}
	for i := range terms {
		terms[i].weight = float32(math.Log(1 + float64(total)/float64(max(terms[i].rows, 1))))
	}
	slices.SortFunc(terms, func(a, b term) int { return cmp.Or(cmp.Compare(a.rows, b.rows), cmp.Compare(a.token, b.token)) })
	return terms
}

// choose takes the rarest that occur, within the budget, and leaves out what every sixteenth row has unless there is nothing else.
func choose(terms []term, total int) []term {
	var out []term
	read := 0
	for _, t := range terms {
		if t.rows == 0 {
			continue
		}
		if len(out) == maxTokens || read+t.rows > maxReads || len(out) >= 4 && total > 1000 && t.rows > total/16 {
			break
		}
		out = append(out, t)
		read += t.rows
	}
	return out
}

// best keeps the best hits seen.
type best struct {
	limit   int
	all     float64 // weight of the whole question
	about   meta
	gone    map[int64]int64
	pending map[int64]bool
	hits    []Hit
	need    float32 // sum below which a row has no chance, even with everything in its favour
	favour  float64 // the most that place can be worth
}

func newBest(q Query, gone map[int64]int64) *best {
	b := &best{limit: q.Limit, gone: gone, pending: map[int64]bool{}, about: metaOf(q.Division, q.Lon, q.Lat, 0), favour: 1}
	if b.about.division != 0 {
		b.favour *= boostSame
	}
	if b.about.located() {
		b.favour *= boostNear
	}
	return b
}

// raise sets need from the least score that counts. It leaves a little room for rounding.
func (b *best) raise() {
	floor := MinScore
	if len(b.hits) == b.limit {
		floor = b.hits[b.limit-1].Score
	}
	b.need = float32(floor / b.favour * b.all * lengthFactor(0) * (1 - 1e-5))
}

// lengthFactor is by what a row of so many tokens is divided.
func lengthFactor(size uint16) float64 {
	return 1 - lengthPart + lengthPart*float64(max(size, 60))/usualSize
}

// factor is what one unit of weight is worth for a row.
func (b *best) factor(m meta) (f float64, same, near bool) {
	f = 1 / (b.all * lengthFactor(m.size))
	if same = m.division != 0 && m.division == b.about.division; same {
		f *= boostSame
	}
	if near = m.near(b.about); near {
		f *= boostNear
	}
	return f, same, near
}

func (b *best) add(rid int64, m meta, sum float32) {
	f, same, near := b.factor(m)
	h := Hit{RID: rid, Score: float64(sum) * f, Why: Why{Share: min(1, float64(sum)/b.all), SameDivision: same, Near: near}}
	if h.Score < MinScore || len(b.hits) == b.limit && better(b.hits[b.limit-1], h) {
		return
	}
	for _, o := range b.hits {
		if o.RID == rid {
			return
		}
	}
	i, _ := slices.BinarySearchFunc(b.hits, h, func(a, h Hit) int {
		if better(a, h) {
			return -1
		}
		return 1
	})
	b.hits = slices.Insert(b.hits, i, h)
	b.hits = b.hits[:min(len(b.hits), b.limit)]
	b.raise()
}

// addPacked adds a row of a segment unless what the segment knows of it is out of date.
func (b *best) addPacked(s *segment, row uint32, sum float32) {
	rid := s.rids[row]
	if b.pending[rid] {
		return
	}
	if upto, ok := b.gone[rid]; ok && s.id <= upto {
		return
	}
	b.add(rid, s.metas[row], sum)
}

// addPending adds up the weights of pending rows in the same order as scan does.
func (b *best) addPending(pending []waiting, chosen []term, tokens []uint32) {
	places := make([]int, len(chosen))
	for i, t := range chosen {
		places[i], _ = slices.BinarySearch(tokens, t.token)
	}
	has := make([]bool, len(tokens))
	for _, e := range pending {
		b.pending[e.rid] = true
		for _, i := range e.has {
			has[i] = true
		}
		sum := float32(0)
		for i, t := range chosen {
			if has[places[i]] {
				sum += t.weight
			}
		}
		for _, i := range e.has {
			has[i] = false
		}
		if sum > 0 {
			b.add(e.rid, e.meta, sum)
		}
	}
}

func better(a, b Hit) bool { return a.Score > b.Score || a.Score == b.Score && a.RID > b.RID }

// sums are lent between questions: one number for each row of a segment, and the rows that came to enough.
type sums struct{ pool sync.Pool }

type sheet struct {
	sum    []float32
	enough []uint32
	lists  [maxTokens][]byte // by term
}

func (s *sums) get(n int) *sheet {
	if v, ok := s.pool.Get().(*sheet); ok && cap(v.sum) >= n {
		v.sum, v.enough, v.lists = v.sum[:n], v.enough[:0], [maxTokens][]byte{}
		clear(v.sum)
		return v
	}
	return &sheet{sum: make([]float32, n)}
}

// scan adds up the weights of the rows of segment number i.
func (x *Index) scan(tx *db.Tx, i int, s *segment, terms []term, b *best) error {
	most := float32(0)
	for _, t := range terms {
		if t.at[i] >= 0 {
			most += t.weight
		}
	}
	if most < b.need || most == 0 {
		return nil
	}
	lent := x.sums.get(len(s.rids))
	defer x.sums.pool.Put(lent)
	if err := x.readLists(tx, i, s, terms, &lent.lists); err != nil {
		return err
	}
	for j, t := range terms {
		if t.at[i] >= 0 && !lent.addUp(lent.lists[j], t.weight, b.need) {
			return errDamaged
		}
	}
	for _, row := range lent.enough {
		if v := lent.sum[row]; v >= b.need {
			b.addPacked(s, row, v)
		}
	}
	return nil
}

// addUp is eachRow written out, as most of the time is spent here; it notes each row whose sum comes to need, which is more than 0, so that nobody has to look
// at all of them. It returns false when the list leads out of the segment.
func (h *sheet) addUp(list []byte, w, need float32) bool {
	sum, at := h.sum, uint32(0)
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
		at += v
		if int(at) >= len(sum) {
			return false
		}
		old := sum[at]
		now := old + w
		sum[at] = now
		if now >= need && old < need {
			h.enough = append(h.enough, at)
		}
	}
	return true
}

// segments returns the heads of all segments, oldest first.
func (x *Index) segments(tx *db.Tx) ([]*segment, error) {
	list, err := x.list(tx)
	if err != nil {
		return nil, err
	}
	out, missing := make([]*segment, len(list)), false
	c := &x.cache
	c.mu.Lock()
	for i, l := range list {
		out[i] = c.heads[l.id]
		missing = missing || out[i] == nil
	}
	c.mu.Unlock()
	if missing {
		c.load.Lock()
		defer c.load.Unlock()
		for i, l := range list {
			if out[i] == nil {
				if out[i], err = x.head(tx, l.id); err != nil {
					return nil, err
				}
			}
		}
	}
	c.forget(out)
	return out, nil
}

func (x *Index) head(tx *db.Tx, id int64) (*segment, error) {
	c := &x.cache
	c.mu.Lock()
	s := c.heads[id]
	c.mu.Unlock()
	if s != nil {
		return s, nil
	}
	s, err := x.load(tx, id)
	if err == nil {
		c.mu.Lock()
		c.heads[id] = s
		c.mu.Unlock()
	}
	return s, err
}

// forget drops heads and lists of segments that were merged away.
func (c *cache) forget(now []*segment) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.heads) <= len(now) {
		return
	}
	keep := map[int64]bool{}
	for _, s := range now {
		keep[s.id] = true
	}
	for id := range c.heads {
		if !keep[id] {
			delete(c.heads, id)
		}
	}
	for k, b := range c.lists {
		if !keep[k.seg] {
			delete(c.lists, k)
			c.size -= cost(b)
		}
	}
}

// readLists fills in the lists of the terms that segment number i has.
func (x *Index) readLists(tx *db.Tx, i int, s *segment, terms []term, lists *[maxTokens][]byte) error {
	var blocks []uint32
	var fresh []int
	c := &x.cache
	c.mu.Lock()
	for j, t := range terms {
		k := t.at[i]
		if k < 0 {
			continue
		}
		if lists[j] = c.lists[listKey{s.id, k}]; lists[j] == nil {
			fresh = append(fresh, j)
			blocks = append(blocks, s.blocks[k])
		}
	}
	c.mu.Unlock()
	if len(fresh) == 0 {
		return nil
	}
	slices.Sort(blocks)
	bad := false
	err := x.blocks(tx, s.id, slices.Compact(blocks), func(n uint32, block []byte) {
		for _, j := range fresh {
			k := terms[j].at[i]
			if s.blocks[k] != n {
				continue
			}
			if int(s.ends[k]) > len(block) {
				bad = true
				return
			}
			lists[j] = bytes.Clone(block[s.starts[k]:s.ends[k]]) // without the rest of the block
		}
	})
	if err != nil {
		return err
	}
	if bad {
		return errDamaged
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, j := range fresh {
		c.keep(listKey{s.id, terms[j].at[i]}, lists[j])
	}
	return nil
}

// cost is about how many bytes a remembered list takes.
func cost(list []byte) int { return len(list) + 100 }

// keep remembers a list in the place of any others; the caller has the lock.
func (c *cache) keep(key listKey, list []byte) {
	if _, ok := c.lists[key]; ok || len(list) > listBytes/16 {
		return
	}
	for k, old := range c.lists {
		if c.size+cost(list) <= listBytes {
			break
		}
		delete(c.lists, k)
		c.size -= cost(old)
	}
	c.lists[key] = list
	c.size += cost(list)
}
