package search

import (
	"slices"
	"strings"
)

// Part is a piece of a text to show. Mark says that it is a word that was looked for. Text is plain text: a template
// escapes it, so nothing in it can become markup.
type Part struct {
	Text string
	Mark bool
}

// maxScan is how many runes of a text Snippet looks at; words further on are not marked.
const maxScan = 20_000

const ellipsis = "…"

// Snippet returns the stretch of about width runes (10 to 2,000) of a text in which most of the query's words stand, with
// these marked, and an ellipsis at an end that was cut off. Without any of the words it returns the beginning. Line breaks
// become spaces. For a title, give a width larger than the title.
func Snippet(text string, q Query, width int) []Part {
	width = min(max(width, 10), 2000)
	s := scan(text)
	marks := s.marks(q)
	from, to := s.window(marks, width)
	var out []Part
	add := func(a, b int, mark bool) {
		if a < b {
			out = append(out, Part{oneLine(text[a:b]), mark})
		}
	}
	if from > 0 {
		out = append(out, Part{Text: ellipsis})
	}
	at := s.byteAt(from)
	for _, m := range marks {
		if m.to <= from || m.from >= to {
			continue
		}
		a, b := s.byteAt(max(m.from, from)), s.byteAt(min(m.to, to))
		add(at, a, false)
		add(a, b, true)
		at = b
	}
	add(at, s.byteAt(to), false)
	if s.byteAt(to) < len(text) {
		out = append(out, Part{Text: ellipsis})
	}
	return out
}

func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' {
			return ' '
		}
		return r
	}, s)
}

// scanned is the beginning of a text rune by rune: where each begins, how it is compared and what it is.
type scanned struct {
	text   string
	starts []int32
	folded []rune  // of the runes that count, as Fold has them
	back   []int32 // for each of folded: the number of its rune in starts
}

func scan(text string) *scanned {
	n := min(len(text), maxScan)
	s := &scanned{text: text, starts: make([]int32, 0, n/2+2), folded: make([]rune, 0, n/2+2), back: make([]int32, 0, n/2+2)}
	c := cutter{was: nothing}
	for i, r := range text {
		if len(s.starts) == maxScan {
			break
		}
		f, keep, before := c.next(r)
		if before {
			s.folded = append(s.folded, edge)
			s.back = append(s.back, int32(len(s.starts)))
		}
		if keep {
			s.folded = append(s.folded, f)
			s.back = append(s.back, int32(len(s.starts)))
		}
		s.starts = append(s.starts, int32(i))
	}
	return s
}

func (s *scanned) byteAt(n int) int {
	if n < len(s.starts) {
		return int(s.starts[n])
	}
	if len(s.starts) == maxScan { // cut off there: the end of the last rune looked at
		i := int(s.starts[maxScan-1])
		for j := range s.text[i:] {
			if j > 0 {
				return i + j
			}
		}
	}
	return len(s.text)
}

// mark is a stretch of runes that holds one of the words, number word of the query.
type mark struct{ from, to, word int }

// marks finds the wanted words, in order, joined where they overlap or touch.
func (s *scanned) marks(q Query) []mark {
	var all []mark
	for n, w := range q.Words {
		if w.Not || w.Text == "" {
			continue
		}
		all = s.find(all, []rune(w.Text), n)
	}
	slices.SortFunc(all, func(a, b mark) int { return a.from - b.from })
	out := all[:0]
	for _, m := range all {
		if k := len(out) - 1; k >= 0 && m.from <= out[k].to {
			out[k].to = max(out[k].to, m.to)
			continue
		}
		out = append(out, m)
	}
	return out
}

// find appends the places of one word. A word that begins or ends with letters or digits is found as a whole only, as in the index.
func (s *scanned) find(all []mark, word []rune, number int) []mark {
	n := len(word)
	_, first := fold(word[0])
	_, last := fold(word[n-1])
	for i := 0; i+n <= len(s.folded); i++ {
		if s.folded[i] != word[0] || !slices.Equal(s.folded[i:i+n], word) {
			continue
		}
		if first == letter && i > 0 && s.folded[i-1] != edge || last == letter && i+n < len(s.folded) && s.folded[i+n] != edge {
			continue
		}
		all = append(all, mark{int(s.back[i]), int(s.back[i+n-1]) + 1, number})
		i += n - 1
	}
	return all
}

// window chooses the runes to show: where the most different words stand, then the most marks, then the earliest.
func (s *scanned) window(marks []mark, width int) (from, to int) {
	n := len(s.starts)
	if n <= width || len(marks) == 0 {
		return 0, min(n, width)
	}
	best, bestScore := 0, -1
	end := 0
	count := map[int]int{}
	for i, m := range marks {
		if end < i {
			end = i
		}
		for end < len(marks) && marks[end].to <= m.from+width*3/4 {
			count[marks[end].word]++
			end++
		}
		if score := len(count)*1000 + end - i; score > bestScore {
			best, bestScore = i, score
		}
		if i < end {
			if count[m.word]--; count[m.word] == 0 {
				delete(count, m.word)
			}
		}
	}
	from = max(0, marks[best].from-width/4)
	from = max(0, min(from, n-width))
	return from, from + width
}
