// Package similar finds rows that probably tell of the same matter (G3, asked while somebody types), on an inverted index of its own that is
// kept in the tables of either engine as packed blocks. It promises the same answers on both, and that a row is found as soon as its transaction is committed.
//
// A new row waits in a table of pending rows, which every question reads through. 256 of them are packed into a segment: for each token
// the rows that have it, as differences. Eight segments are merged into one of the next level, so that a row is rewritten only a few times
// and a question reads few, long, packed lists: some 2 ns for each occurrence, where a row of a table costs a thousand.
package similar

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"time"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/search"
)

// Index is one named index over integer row keys. It remembers the heads of segments (which never change), so a program makes one for each
// name and database and shares it. It is safe for concurrent use.
type Index struct {
	name  string
	cache cache
	sums  sums
}

// New returns the index of that name; SchemaSQLite and SchemaPostgres say what a migration has to create for it.
// It panics on a name that is not lower-case letters, digits and underscores, which is a mistake in the program.
func New(name string) *Index {
	mustName(name)
	return &Index{name: name, cache: newCache()}
}

func mustName(name string) {
	if !regexp.MustCompile(`^[a-z][a-z0-9_]{0,40}$`).MatchString(name) {
		panic(fmt.Sprintf("similar: %q cannot be the name of an index", name))
	}
}

// Doc is what is known of a row. Only Title or Body must be there.
type Doc struct {
	Title, Body string
	Place       string    // as written, such as a street and a house
	Division    string    // code or any other name; equal means the same
	Lon, Lat    float64   // degrees; both 0 when unknown. Kept to a hundredth of a degree, about a kilometre
	At          time.Time // when it was raised; of two equal rows the larger row key comes first, so this is not kept
}

// Query is what somebody has typed so far, and what is known of the place.
type Query struct {
	Text     string // the first 600 runes count
	Place    string
	Division string
	Lon, Lat float64
	Limit    int // 1 to 20; 0 is 5
}

// Hit is a likely duplicate. Score is the share of the typed text's weight (rare tokens weigh more) that the row has, somewhat less for long
// rows, times 2 in the same division and 1.4 within about two kilometres; rows below MinScore are not returned.
type Hit struct {
	RID   int64
	Score float64
	Why   Why
}

// Why says what speaks for a hit beside its words.
type Why struct {
	Share        float64 // 0 to 1: the part of the weight of the typed text that the row has
	SameDivision bool
	Near         bool // within about two kilometres
}

// MinScore is the least score that is worth showing.
const MinScore = 0.1

const (
	defaultLimit = 5
	maxLimit     = 20
	maxRunes     = 600
	docRunes     = 4000 // of a row's body
)

// meta is kept of each row beside its tokens.
type meta struct {
	division uint32 // hash, 0 unknown
	lon, lat int16  // hundredths of a degree, both 0 unknown
	size     uint16 // distinct tokens
}

func (m meta) located() bool { return m.lon != 0 || m.lat != 0 }

func (m meta) near(o meta) bool {
	if !m.located() || !o.located() {
		return false
	}
	dx, dy := int(m.lon)-int(o.lon), int(m.lat)-int(o.lat)
	return dx >= -2 && dx <= 2 && dy >= -2 && dy <= 2
}

func metaOf(division string, lon, lat float64, size int) meta {
	m := meta{size: uint16(min(size, math.MaxUint16))}
	if division != "" {
		m.division = hash([]byte(division)) | 1
	}
	if math.Abs(lon) <= 180 && math.Abs(lat) <= 90 { // false for NaN
		m.lon, m.lat = int16(math.Round(lon*100)), int16(math.Round(lat*100))
	}
	return m
}

// entry is a row on its way into a segment.
type entry struct {
	rid    int64
	meta   meta
	tokens []uint32 // hashes, sorted, distinct
}

// hash is FNV-1a.
func hash(token []byte) uint32 {
	h := uint32(2166136261)
	for _, c := range token {
		h = (h ^ uint32(c)) * 16777619
	}
	return h
}

// tokensOf returns the distinct hashes of the tokens of some texts. A single rune is left out: it says nothing.
func tokensOf(texts ...string) []uint32 {
	n := 0
	for _, text := range texts {
		n += len(text)/3 + 1
	}
	out := make([]uint32, 0, n)
	for _, text := range texts {
		search.EachToken(text, func(t []byte) {
			if len(t) > 4 || len(t) > 1 && t[0] < 0x80 {
				out = append(out, hash(t))
			}
		})
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// Prepared is a Doc taken apart, which can be done before the transaction that writes it.
type Prepared struct {
	meta   meta
	tokens []uint32
}

// Prepare takes a Doc apart.
func Prepare(d Doc) Prepared {
	tokens := tokensOf(d.Title, firstRunes(d.Body, docRunes), d.Place)
	return Prepared{metaOf(d.Division, d.Lon, d.Lat, len(tokens)), tokens}
}

// Put sets what is known of row rid (1 or more; larger is newer), new or changed.
func (x *Index) Put(tx *db.Tx, rid int64, d Doc) error { return x.PutPrepared(tx, rid, Prepare(d)) }

// PutPrepared is Put for a Doc that was taken apart before.
func (x *Index) PutPrepared(tx *db.Tx, rid int64, p Prepared) error {
	if rid < 1 {
		return fmt.Errorf("index %s: row key %d is less than 1", x.name, rid)
	}
	e := entry{rid: rid, meta: p.meta, tokens: p.tokens}
	if err := x.put(tx, e); err != nil {
		return fmt.Errorf("index %s: put row %d: %w", x.name, rid, err)
	}
	return nil
}

// Delete takes row rid out; it is no error when it is not there.
func (x *Index) Delete(tx *db.Tx, rid int64) error {
	if err := x.remove(tx, rid); err != nil {
		return fmt.Errorf("index %s: delete row %d: %w", x.name, rid, err)
	}
	return nil
}
