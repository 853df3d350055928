package similar

import (
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
	boostSame  = 1.7
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
}

// find reads what is out of date first, pending rows second and segments last: on PostgreSQL, where each statement has its own view, a row on
// its way between them is then seen twice rather than never, and the pending one counts.
func (x *Index) find(tx *db.Tx, q Query, tokens []uint32) ([]Hit, error) {
	gone, err := x.gone(tx)
	if err != nil {
		return nil, err
	}
	pending, err := db.All(tx, scanEntry, x.sql(`SELECT rid, data FROM {name}_new ORDER BY rid`))
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
	b := best{limit: q.Limit, gone: gone, pending: map[int64]bool{}, about: metaOf(q.Division, q.Lon, q.Lat, 0)}
	for _, t := range terms {
		b.all += float64(t.weight)
	}
	chosen := choose(terms, total)
	for _, e := range pending {
		b.pending[e.rid] = true
		sum := float32(0)
		for _, t := range chosen {
			if _, ok := slices.BinarySearch(e.tokens, t.token); ok {
				sum += t.weight
			}
		}
		if sum > 0 {
			b.add(e.rid, e.meta, sum)
		}
	}
	for _, s := range segments {
		if err := x.scan(tx, s, chosen, &b); err != nil {
			return nil, err
		}
	}
	return b.hits, nil
}

// weigh gives each token the weight ln(1 + rows/rows with it) and sorts by rarity; the rarest first, so that sums are made in one order.
func weigh(tokens []uint32, pending []entry, segments []*segment, total int) []term {
	terms := make([]term, len(tokens))
	for i, t := range tokens {
		n := 0
		for _, s := range segments {
			if k, ok := s.find(t); ok {
				n += int(s.counts[k])
			}
		}
		for _, e := range pending {
			if _, ok := slices.BinarySearch(e.tokens, t); ok {
				n++
			}
		}
		terms[i] = term{t, n, float32(math.Log(1 + float64(total)/float64(max(n, 1))))}
	}
	slices.SortFunc(terms, func(a, b term) int { return cmp.Or(cmp.Compare(a.rows, b.rows), cmp.Compare(a.token, b.token)) })
	return terms
}

// choose takes the rarest that occur, within the budget, and leaves out what every eighth row has unless there is nothing else.
func choose(terms []term, total int) []term {
	var out []term
	read := 0
	for _, t := range terms {
		if t.rows == 0 {
			continue
		}
		if len(out) == maxTokens || read+t.rows > maxReads || len(out) >= 4 && total > 1000 && t.rows > total/8 {
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
}

// factor is what one unit of weight is worth for a row.
func (b *best) factor(m meta) (f float64, same, near bool) {
	f = 1 / (b.all * (1 - lengthPart + lengthPart*float64(max(m.size, 60))/usualSize))
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
}

func better(a, b Hit) bool { return a.Score > b.Score || a.Score == b.Score && a.RID > b.RID }

// sums are lent between questions: one number for each row of a segment.
type sums struct{ pool sync.Pool }

func (s *sums) get(n int) *[]float32 {
	if v, ok := s.pool.Get().(*[]float32); ok && cap(*v) >= n {
		*v = (*v)[:n]
		clear(*v)
		return v
	}
	v := make([]float32, n)
	return &v
}

// scan adds up the weights of the rows of one segment.
func (x *Index) scan(tx *db.Tx, s *segment, terms []term, b *best) error {
	lent := x.sums.get(len(s.rids))
	defer x.sums.pool.Put(lent)
	sum := *lent
	most := float32(0)
	for _, t := range terms {
		k, ok := s.find(t.token)
		if !ok {
			continue
		}
		block, err := x.cachedBlock(tx, s.id, s.blocks[k])
		if err != nil {
			return err
		}
		if int(s.ends[k]) > len(block) {
			return errDamaged
		}
		w := t.weight
		most += w
		if !addUp(sum, block[s.starts[k]:s.ends[k]], w) {
			return errDamaged
		}
	}
	if most == 0 {
		return nil
	}
	for i, v := range sum {
		if v == 0 {
			continue
		}
		// What cannot reach the last of the best even with everything in its favour is passed over quickly.
		floor := MinScore
		if len(b.hits) == b.limit {
			floor = b.hits[b.limit-1].Score
		}
		if float64(v)*boostSame*boostNear/(b.all*(1-lengthPart)) < floor {
			continue
		}
		rid := s.rids[i]
		if b.pending[rid] {
			continue
		}
		if upto, ok := b.gone[rid]; ok && s.id <= upto {
			continue
		}
		b.add(rid, s.metas[i], v)
	}
	return nil
}

// addUp is eachRow written out, as most of the time is spent here. It returns false when the list leads out of the segment.
func addUp(sum []float32, list []byte, w float32) bool {
	at := uint32(0)
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
		sum[at] += w
	}
	return true
}

// segments returns the heads of all segments, oldest first.
func (x *Index) segments(tx *db.Tx) ([]*segment, error) {
	list, err := x.list(tx)
	if err != nil {
		return nil, err
	}
	out := make([]*segment, len(list))
	for i, l := range list {
		x.cache.mu.Lock()
		s := x.cache.heads[l.id]
		x.cache.mu.Unlock()
		if s == nil {
			if s, err = x.load(tx, l.id); err != nil {
				return nil, err
			}
			x.cache.mu.Lock()
			x.cache.heads[l.id] = s
			x.cache.mu.Unlock()
		}
		out[i] = s
	}
	x.cache.forget(out)
	return out, nil
}

// forget drops heads and blocks of segments that were merged away.
func (c *cache) forget(now []*segment) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.heads) <= len(now)+8 {
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
	for k, b := range c.blocks {
		if !keep[k.seg] {
			delete(c.blocks, k)
			c.size -= len(b)
		}
	}
}

func (x *Index) cachedBlock(tx *db.Tx, id int64, n uint32) ([]byte, error) {
	c := &x.cache
	key := blockKey{id, n}
	c.mu.Lock()
	b, ok := c.blocks[key]
	c.mu.Unlock()
	if ok {
		return b, nil
	}
	b, err := x.block(tx, id, n)
	if err != nil || len(b) > blockBytes/16 {
		return b, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for k, old := range c.blocks {
		if c.size+len(b) <= blockBytes {
			break
		}
		delete(c.blocks, k)
		c.size -= len(old)
	}
	if _, ok := c.blocks[key]; !ok {
		c.blocks[key] = b
		c.size += len(b)
	}
	return b, nil
}
