package suggestion

import (
	"regexp"
	"strings"
)

// What must not stand in public text: mobile and landline numbers, and identity numbers of 18 characters. Digits may be broken by spaces or
// hyphens, as people write them. Numbers that are part of a longer run (an account, a code) are masked with it.
var (
	identityNumber = regexp.MustCompile(`[1-9]\d{5}[ -]?(?:18|19|20)\d{2}[ -]?\d{4}[ -]?\d{3}[\dXx]`)
	mobileNumber   = regexp.MustCompile(`(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}`)
	landlineNumber = regexp.MustCompile(`0\d{2,3}[ -]\d{7,8}`)
	bankNumber     = regexp.MustCompile(`\b62\d{2}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}(?:[ -]?\d{1,3})?\b`)
)

// Mask hides telephone, identity and bank card numbers in a text for the public and tells whether it hid any. The first three and the last
// two characters stay, so that the author recognises the number.
func Mask(text string) (masked string, hidden bool) {
	if !hasDigits(text, 10) {
		return text, false
	}
	hide := func(number string) string {
		hidden = true
		r := []rune(number)
		if len(r) <= 5 {
			return strings.Repeat("*", len(r))
		}
		return string(r[:3]) + strings.Repeat("*", len(r)-5) + string(r[len(r)-2:])
	}
	for _, re := range []*regexp.Regexp{identityNumber, bankNumber, mobileNumber, landlineNumber} {
		text = re.ReplaceAllStringFunc(text, hide)
	}
	return text, hidden
}

// hasDigits tells whether text has at least n ASCII digits; most texts do not, and are not looked at further.
func hasDigits(text string, n int) bool {
	for i := 0; i < len(text); i++ {
		if text[i] >= '0' && text[i] <= '9' {
			if n--; n == 0 {
				return true
			}
		}
	}
	return false
}
