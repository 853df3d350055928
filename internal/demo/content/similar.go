package content

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode/utf8"
)

// SimilarRow is one matter of the labelled set for likely duplicates.
type SimilarRow struct {
	ID       string  `json:"id"`
	Title    string  `json:"title"`
	Body     string  `json:"body"`
	Division string  `json:"division"`
	Place    string  `json:"place"`
	Lon      float64 `json:"lon"`
	Lat      float64 `json:"lat"`
	Kernel   string  `json:"kernel"` // for checking labels, not for the search
}

// SimilarQuery is what somebody types, and what should and should not be found.
type SimilarQuery struct {
	ID          string   `json:"id"`
	Kind        string   `json:"kind"` // same: a matter is there; absent: the place is there, this matter is not
	Text        string   `json:"text"`
	Division    string   `json:"division"`
	Lon         float64  `json:"lon"`
	Lat         float64  `json:"lat"`
	Relevant    []string `json:"relevant"`     // ids of the same matter, one or two; empty for absent
	SamePlace   []string `json:"same_place"`   // another matter at the same place: must rank below the relevant ones
	SameProblem []string `json:"same_problem"` // the same problem elsewhere: must rank below the relevant ones
	Typo        bool     `json:"typo"`
}

const (
	similarPlaces  = 170
	similarPerSpot = 4
	similarAsked   = 240 // queries with an answer
	similarAbsent  = 100 // queries without one
)

// Similar makes the labelled set: 170 places with four different matters each, some reported twice in other words, and queries from the
// kernels' own hand-written colloquial wording, which shares no sentence with what the matters say.
func Similar(seed uint64) (corpus []SimilarRow, queries []SimilarQuery) {
	w := newWriter()
	r := random(seed, "similar")
	type spot struct {
		p    place
		ids  map[string][]string // kernel: ids
		told map[string][]int
		keys []string
	}
	var spots []spot
	byKernel := map[string][]string{}
	deck := []int{}
	row := func(s *spot, k kernel, m Matter) {
		id := fmt.Sprintf("c%04d", len(corpus)+1)
		corpus = append(corpus, SimilarRow{ID: id, Title: m.Title, Body: m.Body, Division: m.Division, Place: m.Place, Lon: m.Lon, Lat: m.Lat, Kernel: k.key})
		s.ids[k.key] = append(s.ids[k.key], id)
		byKernel[k.key] = append(byKernel[k.key], id)
	}
	for len(spots) < similarPlaces {
		d := pick(r, w.divs)
		if d.Level != County {
			continue
		}
		s := spot{p: w.newPlace(r, d), ids: map[string][]string{}, told: map[string][]int{}}
		skipped := []int{}
		for len(s.keys) < similarPerSpot {
			if len(deck) == 0 {
				deck = r.Perm(len(w.kernels))
			}
			n := deck[0]
			deck = deck[1:]
			k, ok := w.kernels[n].in(d)
			if _, twice := s.ids[k.key]; !ok || twice {
				if w.kernels[n].where != "c" && !twice {
					skipped = append(skipped, n)
				}
				continue
			}
			m := w.write(r, k, s.p)
			s.keys = append(s.keys, k.key)
			s.told[k.key] = m.problemsTold
			row(&s, k, m)
			if len(spots)%3 == 0 && len(s.keys) == 1 { // reported by a second person
				for {
					again := w.write(r, k, s.p)
					if overlap(again.problemsTold, m.problemsTold) {
						s.told[k.key] = common(again.problemsTold, m.problemsTold)
						row(&s, k, again)
						break
					}
				}
			}
		}
		deck = append(deck, skipped...)
		spots = append(spots, s)
	}
	find := func(key string, d Division) kernel {
		for _, k := range w.kernels {
			if k.key == key {
				k, _ = k.in(d)
				return k
			}
		}
		return kernel{}
	}
	ask := func(s spot, k kernel, told []int, kind string) {
		text := w.fill(r, s.p, k.queries[pick(r, told)], nil)
		if utf8.RuneCountInString(text) < 20 {
			text += "，麻烦派人看一看"
		}
		q := SimilarQuery{ID: fmt.Sprintf("q%03d", len(queries)+1), Kind: kind, Division: s.p.div.Code, Lon: s.p.lon, Lat: s.p.lat,
			Relevant: append([]string{}, s.ids[k.key]...), SamePlace: []string{}, SameProblem: []string{}}
		q.Text, q.Typo = w.typo(r, text)
		for _, key := range s.keys {
			if key != k.key {
				q.SamePlace = append(q.SamePlace, s.ids[key]...)
			}
		}
		for _, id := range byKernel[k.key] {
			if !contains(s.ids[k.key], id) {
				q.SameProblem = append(q.SameProblem, id)
			}
		}
		queries = append(queries, q)
	}
	for i := range similarAsked {
		s := spots[i%len(spots)]
		k := find(s.keys[(i/len(spots)+i)%len(s.keys)], s.p.div)
		ask(s, k, s.told[k.key], "same")
	}
	for len(queries) < similarAsked+similarAbsent {
		s := spots[r.IntN(len(spots))]
		k, ok := pick(r, w.kernels).in(s.p.div)
		if !ok || len(s.ids[k.key]) > 0 || len(byKernel[k.key]) == 0 {
			continue
		}
		// A question that names no place could be about anywhere; here the place must be what misleads.
		var naming []int
		for n, q := range k.queries {
			if strings.Contains(q, "{") {
				naming = append(naming, n)
			}
		}
		if len(naming) > 0 {
			ask(s, k, naming, "absent")
		}
	}
	return corpus, queries
}

func contains(in []string, s string) bool {
	for _, x := range in {
		if x == s {
			return true
		}
	}
	return false
}

func overlap(a, b []int) bool { return len(common(a, b)) > 0 }

func common(a, b []int) (out []int) {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				out = append(out, x)
			}
		}
	}
	return out
}

// typo makes one slip of a phone keyboard in about a third of the texts: a homophone, a lost character or two changed places. It leaves
// the first and last two characters alone.
func (w *writer) typo(r *rand.Rand, s string) (string, bool) {
	if r.IntN(3) > 0 {
		return s, false
	}
	for _, i := range r.Perm(len(w.phrases["slip"])) {
		a, b, _ := strings.Cut(w.phrases["slip"][i], " ")
		if strings.Contains(s, a) {
			return strings.Replace(s, a, b, 1), true
		}
	}
	rs := []rune(s)
	i := 2 + r.IntN(len(rs)-4)
	if len(rs) > 22 && r.IntN(2) == 0 {
		return string(append(rs[:i:i], rs[i+1:]...)), true
	}
	if rs[i] == rs[i+1] {
		return s, false
	}
	rs[i], rs[i+1] = rs[i+1], rs[i]
	return string(rs), true
}
