package secret

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Normal is the form in which a name, an address or a number is compared: full-width characters become the usual ones, letters
// lose their case, and blanks and invisible characters at both ends or of no width fall away.
func Normal(s string) string {
	s = cases.Fold().String(norm.NFKC.String(s))
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(norm.NFKC.String(s))
}

// NormalPhone is Normal without the blanks, dashes, dots and brackets that people put into telephone numbers, and without
// China's own country code.
func NormalPhone(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("-.()‐‑–—", r) {
			return -1
		}
		return r
	}, Normal(s))
	for _, p := range []string{"+86", "0086"} {
		if rest, ok := strings.CutPrefix(s, p); ok {
			return rest
		}
	}
	return s
}
