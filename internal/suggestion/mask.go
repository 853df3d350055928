package suggestion

import (
	"regexp"
	"strings"
	"unicode/utf8"

	wf "xieshang/internal/platform/workflow"

	"golang.org/x/text/width"
)

// What must not stand in public text: mobile and landline numbers, identity numbers of 18 and 15 characters, bank cards, tracking codes. Digits may be
// full-width and broken by spaces, hyphens or dots, as people write them. Numbers that are part of a longer run (an account, an order) are masked with it.
var (
	identityNumber = regexp.MustCompile(`[1-9]\d{5}[ .-]{0,2}(?:18|19|20)\d{2}[ .-]{0,2}\d{4}[ .-]{0,2}\d{3}[\dXx]`)
	oldIdentity    = regexp.MustCompile(`\b[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}\b`)
	mobileNumber   = regexp.MustCompile(`(?:\+?86[ .-]{0,2})?1[3-9]\d[ .-]{0,2}\d{4}[ .-]{0,2}\d{4}`)
	landlineNumber = regexp.MustCompile(`0\d{2,3}\)?[ .-]{1,2}\d{7,8}|\b0[1-9]\d{1,2}\)?[2-9]\d{6,7}\b`)
	bankNumber     = regexp.MustCompile(`\b62\d{2}[ .-]{0,2}\d{4}[ .-]{0,2}\d{4}[ .-]{0,2}\d{4}(?:[ .-]{0,2}\d{1,3})?\b`)
	codeNumber     = regexp.MustCompile(`\b\d{4}[ .-]{0,2}\d{4}[ .-]{0,2}\d{4}[ .-]{0,2}\d{4}\b`)
)

func personalNumbers() []*regexp.Regexp {
	return []*regexp.Regexp{identityNumber, bankNumber, oldIdentity, mobileNumber, landlineNumber}
}

// Mask hides such numbers in a text for the public and tells whether it hid any. The first three and the last two characters stay, so that the author
// recognises the number; of a tracking code nothing does. Only stretches of many digits are looked at closely, because most texts are read often and have none.
func Mask(text string) (masked string, hidden bool) {
	if !hasStretch(text) || !utf8.ValidString(text) {
		return text, false
	}
	runes := []rune(text)
	plain := plainDigits(runes)
	for from := 0; from < len(plain); {
		to, digits := from, 0
		for to < len(plain) && between(plain[to]) {
			if plain[to] >= '0' && plain[to] <= '9' {
				digits++
			}
			to++
		}
		if digits >= fewestDigits {
			hidden = maskStretch(runes, plain, max(from-1, 0), min(to+1, len(plain))) || hidden
		}
		from = to + 1
	}
	if !hidden {
		return text, false
	}
	return string(runes), true
}

// fewestDigits is how many the shortest number has that is masked, a landline with its area code.
const fewestDigits = 10

// between tells whether a character may stand in a number as people write it.
func between(b byte) bool {
	return b >= '0' && b <= '9' || b == ' ' || b == '-' || b == '.' || b == '(' || b == ')' || b == '+' || b == 'X' || b == 'x'
}

// maskStretch hides the numbers between two places, which include one character before and after.
func maskStretch(runes []rune, plain []byte, from, to int) (hidden bool) {
	hide := func(at []int, first, last int) {
		hidden = true
		a, b := from+at[0], from+at[1]
		for i := a; i < b; i++ {
			if i >= a+first && i < b-last {
				runes[i] = '*'
			}
			plain[i] = '*'
		}
	}
	for _, at := range codeNumber.FindAllIndex(plain[from:to], -1) {
		if _, ok := ParseCode(strings.ReplaceAll(string(plain[from+at[0]:from+at[1]]), ".", " ")); ok {
			hide(at, 0, 0)
		}
	}
	for _, re := range personalNumbers() {
		for _, at := range re.FindAllIndex(plain[from:to], -1) {
			hide(at, 3, 2)
		}
	}
	return hidden
}

// plainDigits gives one byte for each character, in which digits and what stands between them are ASCII and everything else is a mark that is none.
func plainDigits(runes []rune) []byte {
	out := make([]byte, len(runes))
	for i, r := range runes {
		if n := width.LookupRune(r).Narrow(); n != 0 {
			r = n
		}
		switch {
		case r == '\u00a0' || r == '\u3000' || r == '\u2009' || r == '\u202f':
			r = ' '
		case r == '—' || r == '–' || r == '‐' || r == '‑' || r == '−' || r == '―':
			r = '-'
		case r == '·' || r == '•' || r == '・':
			r = '.'
		case r == 0 || r >= utf8.RuneSelf:
			r = 1
		}
		out[i] = byte(r)
	}
	return out
}

// hasStretch tells whether text may have a stretch of enough digits, without looking closely: a Chinese character ends a stretch and so does a letter, other
// characters beyond ASCII (full-width digits, dashes, spaces of all kinds) do not.
func hasStretch(text string) bool {
	n := 0
	for i := 0; i < len(text); i++ {
		switch b := text[i]; {
		case b >= '0' && b <= '9':
			n++
		case b == 0xef && i+2 < len(text) && text[i+1] == 0xbc && text[i+2] >= 0x90 && text[i+2] <= 0x99:
			n++
		case b >= utf8.RuneSelf && (b < 0xe4 || b > 0xe9) || between(b):
			continue
		default:
			n = 0
		}
		if n >= fewestDigits {
			return true
		}
	}
	return false
}

// maskSteps hides personal numbers in what the public reads of the timeline and of answers. They are masked here and not when they are written, so that
// parties and staff have the number that was meant for them. What authors said to everybody is masked for the other parties too.
func (c *Case) maskSteps() {
	if c.Level == StaffLevel {
		return
	}
	for i := range c.Timeline {
		s := &c.Timeline[i]
		if c.Level == PublicLevel || s.Relation == IsAuthor && s.Audience == wf.ToPublic {
			s.Reason, _ = Mask(s.Reason)
			s.Body, _ = Mask(s.Body)
		}
	}
	if c.Level == PublicLevel {
		for i := range c.Tasks {
			c.Tasks[i].Answer, _ = Mask(c.Tasks[i].Answer)
		}
	}
}
