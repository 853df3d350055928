package suggestion

import (
	"fmt"
	"io"
	"strings"

	"xieshang/internal/platform/problem"

	"golang.org/x/text/width"
)

// A tracking code is 16 decimal digits in four groups, like a bank card: easy to read over the telephone in any dialect and to type on a
// number pad. 15 are random (about 50 bits), the last is a check digit by the Damm scheme, which finds every single wrong digit and every
// swap of neighbours (H. M. Damm, 2004). Guessing is slowed by the guard, see guard.go.
const codeDigits = 16

// damm is the weakly totally anti-symmetric quasigroup of order 10 from Damm's thesis.
var damm = [10][10]byte{
	{0, 3, 1, 7, 5, 9, 8, 6, 4, 2}, {7, 0, 9, 2, 1, 5, 4, 8, 6, 3}, {4, 2, 0, 6, 8, 7, 1, 3, 5, 9}, {1, 7, 5, 0, 9, 8, 3, 4, 2, 6}, {6, 1, 2, 3, 0, 4, 5, 9, 7, 8},
	{3, 6, 7, 4, 2, 0, 9, 5, 8, 1}, {5, 8, 6, 9, 7, 2, 0, 1, 3, 4}, {8, 9, 4, 5, 3, 6, 2, 0, 1, 7}, {9, 4, 3, 8, 6, 1, 7, 2, 0, 5}, {2, 5, 8, 1, 4, 3, 6, 7, 9, 0},
}

func check(digits string) byte {
	var interim byte
	for i := 0; i < len(digits); i++ {
		interim = damm[interim][digits[i]-'0']
	}
	return interim
}

// NewCode makes a tracking code from random, grouped for reading: "1234 5678 9012 3456".
func NewCode(random io.Reader) (string, error) {
	var b strings.Builder
	var one [1]byte
	for b.Len() < codeDigits-1 {
		if _, err := io.ReadFull(random, one[:]); err != nil {
			return "", fmt.Errorf("make tracking code: %w", err)
		}
		if one[0] < 250 { // 250..255 would favour some digits
			b.WriteByte('0' + one[0]%10)
		}
	}
	b.WriteByte('0' + check(b.String()))
	return GroupCode(b.String()), nil
}

// GroupCode writes 16 digits in groups of four.
func GroupCode(digits string) string {
	var b strings.Builder
	for i := 0; i < len(digits); i++ {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteByte(digits[i])
	}
	return b.String()
}

// ParseCode reads a tracking code as people type it: with or without spaces and hyphens, full-width digits. It returns the 16 digits, or
// false when it cannot be a code (wrong length, other characters, or a check digit that does not fit: most likely a slip).
func ParseCode(typed string) (string, bool) {
	if len(typed) > 200 {
		return "", false
	}
	var b strings.Builder
	for _, r := range width.Fold.String(typed) {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == ' ' || r == '-' || r == '\u3000' || r == '\t' || r == '\n' || r == '\r' || r == '—' || r == '–':
		default:
			return "", false
		}
	}
	d := b.String()
	if len(d) != codeDigits || check(d) != 0 {
		return "", false
	}
	return d, true
}

// codeProblem says what is wrong with what was typed in place of a code: nothing, too few or too many digits, or a slip in one of them.
func codeProblem(typed string) error {
	n := 0
	for _, r := range width.Fold.String(typed[:min(len(typed), 200)]) {
		if r >= '0' && r <= '9' {
			n++
		}
	}
	switch {
	case strings.TrimSpace(typed) == "":
		return problem.On("code", "suggestion.err.code-missing")
	case n != codeDigits:
		return problem.On("code", "suggestion.err.code-length", "have", n, "need", codeDigits)
	}
	return problem.On("code", "suggestion.err.code-slip")
}
