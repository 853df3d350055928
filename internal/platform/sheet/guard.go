package sheet

import "strings"

// starters are the characters with which a cell may be taken for a formula by a spreadsheet program: those of OWASP's page on CSV injection,
// the full-width ones included.
const starters = "=+-@\t\r\n＝＋－＠"

// risky reports whether s, without the apostrophes before it, begins like a formula.
func risky(s string) bool {
	s = strings.TrimLeft(s, "'")
	if s == "" {
		return false
	}
	for _, c := range starters {
		if strings.HasPrefix(s, string(c)) {
			return true
		}
	}
	return false
}

// guard puts an apostrophe before a text that could be taken for a formula, and before one that looks guarded already, so that unguard
// gives back exactly what was there.
func guard(s string) string {
	if risky(s) {
		return "'" + s
	}
	return s
}

// unguard takes away the apostrophe that guard put there.
func unguard(s string) string {
	if strings.HasPrefix(s, "'") && risky(s) {
		return s[1:]
	}
	return s
}
