package search

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// kind tells what a rune is to the tokenizer.
type kind uint8

const (
	gap     kind = iota // ends a run: spaces, punctuation, signs
	cjk                 // written without spaces: bigrams
	letter              // part of a word that is written with spaces, digits too
	nothing             // invisible: joiners, variation selectors, combining marks; as if it were not there
)

const (
	// maxWord is the longest word in runes; a longer one is cut into several neighbouring tokens, in texts and queries alike.
	maxWord = 64
	// edge stands in folded text for one or more runes that end a run.
	edge = rune(0)
)

// fold returns how a rune is compared (full width as half width, capitals as small letters) and what kind it is.
func fold(r rune) (rune, kind) {
	switch {
	case r >= 0x4E00 && r <= 0x9FFF:
		return r, cjk
	case r < 0x80:
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			return r, letter
		case 'A' <= r && r <= 'Z':
			return r + ('a' - 'A'), letter
		}
		return edge, gap
	}
	if p := width.LookupRune(r); p.Folded() != 0 {
		if r = p.Folded(); r < 0x80 {
			return fold(r)
		}
	}
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return edge, nothing
	case r == 'ー' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo):
		if unicode.In(r, unicode.L, unicode.N) {
			return r, cjk
		}
		return edge, gap
	case unicode.IsLetter(r), unicode.IsNumber(r), unicode.Is(unicode.Mc, r):
		return unicode.ToLower(r), letter
	}
	return edge, gap
}

// Fold returns the text as it is compared: width and case folded, everything between runs as one NUL, none at the ends.
// A run also ends where CJK and letters meet, so "A3区" and "A3 区" are the same, and a word ends after 64 letters.
func Fold(text string) string {
	var b strings.Builder
	b.Grow(len(text) + 8)
	c := cutter{was: nothing}
	for _, r := range text {
		f, keep, before := c.next(r)
		if before && b.Len() > 0 {
			b.WriteRune(edge)
		}
		if keep {
			b.WriteRune(f)
		}
	}
	return b.String()
}

// cutter finds where the runs of a text end.
type cutter struct {
	was   kind // of the rune before; nothing at the beginning
	runes int  // letters of the open word
}

// next folds a rune; keep is false for one that does not count, before is true when a run ended before it.
func (c *cutter) next(r rune) (f rune, keep, before bool) {
	f, k := fold(r)
	if k == nothing {
		return f, false, false
	}
	if k != letter {
		c.runes = 0
	} else if c.runes++; c.runes > maxWord {
		c.was, c.runes = gap, 1
	}
	before = k != gap && c.was != k && c.was != nothing
	c.was = k
	return f, k != gap, before
}

// Tokens returns the tokens of a text in order; neighbours in the list are neighbours to a phrase.
// A rune of Chinese, Japanese or Korean gives a token with its right neighbour, the last of a run one by itself;
// letters and digits between them are words. Tokens hold letters, digits and CJK runes only, at most 64 runes.
func Tokens(text string) []string {
	out := make([]string, 0, len(text)/3+1)
	EachToken(text, func(t []byte) { out = append(out, string(t)) })
	return out
}

// EachToken calls f with each of the Tokens of a text, in order; the bytes are valid during the call only.
func EachToken(text string, f func(token []byte)) {
	var buf []byte // the open word, or the open CJK rune
	was, runes := gap, 0
	flush := func() {
		if was != gap {
			f(buf)
		}
		buf, was, runes = buf[:0], gap, 0
	}
	for _, r := range text {
		c, k := fold(r)
		switch k {
		case nothing:
		case gap:
			flush()
		case cjk:
			if was == letter {
				flush()
			}
			if was == cjk {
				n := len(buf)
				buf = appendRune(buf, c)
				f(buf)
				buf = buf[:copy(buf, buf[n:])]
				continue
			}
			buf, was = appendRune(buf[:0], c), cjk
		case letter:
			if was == cjk || runes == maxWord {
				flush()
			}
			buf, was = appendRune(buf, c), letter
			runes++
		}
	}
	flush()
}

func appendRune(b []byte, r rune) []byte {
	if r < 0x80 {
		return append(b, byte(r))
	}
	return append(b, string(r)...)
}

// phrase is a word of a query as tokens: all of them side by side, the last one as a prefix when prefix is set.
type phrase struct {
	tokens []string
	prefix bool
}

// phraseOf turns the text of a query word into a phrase. At its very end the last single of a run of two or more is
// dropped, because in a text the run may go on; a lone last rune becomes a prefix for the same reason.
func phraseOf(text string) phrase {
	tokens := Tokens(text)
	n := len(tokens)
	if n == 0 {
		return phrase{}
	}
	last := []rune(tokens[n-1])
	if _, k := fold(last[0]); k != cjk || len(last) != 1 {
		return phrase{tokens: tokens}
	}
	if n > 1 {
		before := []rune(tokens[n-2])
		// A bigram whose second rune is this one: the same run. (A gap between them would have closed the run with a single.)
		if _, k := fold(before[0]); k == cjk && len(before) == 2 {
			return phrase{tokens: tokens[:n-1]}
		}
	}
	return phrase{tokens: tokens, prefix: true}
}
