package password

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Flaw is why a password cannot be taken. The empty Flaw means that it can.
type Flaw string

// The flaws, in the order in which they are looked for.
const (
	TooShort Flaw = "short"    // fewer than MinRunes characters
	TooLong  Flaw = "long"     // more than MaxRunes characters
	Guessed  Flaw = "guessed"  // a run or a repetition, or one of the passwords that are tried first
	Personal Flaw = "personal" // little more than the login name, the person's name or the name of the service
)

// Length of a password in characters, as NIST SP 800-63B counts them. No mix of character kinds is demanded.
const (
	MinRunes = 10
	MaxRunes = 128
)

// Find looks for the first flaw of a new password. Personal holds what others know about the person: login, name, address.
func Find(plain string, personal ...string) Flaw {
	plain = norm.NFKC.String(plain)
	n := utf8.RuneCountInString(plain)
	switch {
	case !utf8.ValidString(plain) || n < MinRunes:
		return TooShort
	case n > MaxRunes || len(plain) > maxBytes/2:
		return TooLong
	}
	low := strings.ToLower(plain)
	if distinct(low) < 4 || steps(low) >= n-2 || common(low) {
		return Guessed
	}
	for _, p := range append(personal, "xieshang", "协商云") {
		p = strings.ToLower(norm.NFKC.String(p))
		if utf8.RuneCountInString(p) >= 2 && strings.Contains(low, p) && n-utf8.RuneCountInString(p) < 6 {
			return Personal
		}
	}
	return ""
}

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// steps counts the neighbours that continue a run: the same key again, the next or the one before in code order or on a keyboard row.
func steps(s string) int {
	rows := []string{"qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890"}
	n, last := 0, rune(-1)
	for _, r := range s {
		if d := r - last; last >= 0 && d >= -1 && d <= 1 {
			n++
		} else if last >= 0 {
			for _, row := range rows {
				if strings.Contains(row, string([]rune{last, r})) || strings.Contains(row, string([]rune{r, last})) {
					n++
					break
				}
			}
		}
		last = r
	}
	return n
}

// common tells whether nothing remains of a password but a word that is tried first, digits and signs.
func common(low string) bool {
	letters := strings.TrimFunc(low, func(r rune) bool { return !unicode.IsLetter(r) })
	switch letters {
	case "password", "passw0rd", "p@ssw0rd", "p@ssword", "admin", "administrator", "welcome", "iloveyou", "woaini", "qwerty", "qwertyuiop", "letmein",
		"zhengxie", "hunan", "changsha", "mima", "test", "abc", "abcd", "user", "root":
		return true
	case "":
		return len(low) < 12 // digits alone: a date or a telephone number
	}
	return false
}
