package account

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"xieshang/internal/platform/password"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/secret"
)

// checkLogin returns a login as it is shown and the key by which it is found. Chinese and Latin letters, digits and . _ - @ may be in it:
// letters of other scripts look too much like these.
func checkLogin(c *problem.Check, login string) (shown, key string) {
	shown = strings.TrimSpace(login)
	key = secret.Normal(shown)
	n := utf8.RuneCountInString(key)
	strange := strings.ContainsFunc(key, func(r rune) bool {
		return !unicode.Is(unicode.Han, r) && (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("._-@", r)
	})
	if n < 2 || n > 64 || strange || len(shown) > 256 {
		c.Add("login", "account.problem.login")
	}
	return shown, key
}

func checkName(c *problem.Check, name string) string {
	name = strings.TrimSpace(name)
	if n := utf8.RuneCountInString(name); n < 1 || n > 60 || !printable(name) {
		c.Add("name", "account.problem.name")
	}
	return name
}

func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) })
}

// checkEmail returns the address as typed, and as it is compared; both empty when none was given.
func checkEmail(c *problem.Check, email string) (shown, key string) {
	shown = strings.TrimSpace(email)
	if shown == "" {
		return "", ""
	}
	a, err := mail.ParseAddress(shown)
	if err != nil || a.Address != shown || len(shown) > 254 || strings.ContainsFunc(shown, func(r rune) bool { return r > unicode.MaxASCII }) {
		c.Add("email", "account.problem.email")
		return "", ""
	}
	return shown, secret.Normal(shown)
}

func checkPassword(c *problem.Check, field, plain string, personal ...string) {
	switch password.Find(plain, personal...) {
	case password.TooShort:
		c.Add(field, "account.problem.password-short", "least", password.MinRunes)
	case password.TooLong:
		c.Add(field, "account.problem.password-long", "most", password.MaxRunes)
	case password.Guessed:
		c.Add(field, "account.problem.password-guessed")
	case password.Personal:
		c.Add(field, "account.problem.password-personal")
	}
}

// findText is what the list of accounts is searched in.
func findText(name, loginKey string) string { return secret.Normal(name) + " " + loginKey }
