package i18n

import (
	"strconv"
	"strings"
)

// Negotiate picks the language of a request: the address (?lang=) wins over the cookie, the cookie over the browser. English comes from the browser
// only when it names English and no Chinese at all; everybody else reads Chinese.
func Negotiate(acceptLanguage, cookie, query string) Lang {
	if lang, ok := ParseLang(query); ok {
		return lang
	}
	if lang, ok := ParseLang(cookie); ok {
		return lang
	}
	english := false
	for len(acceptLanguage) > 0 {
		var part string
		part, acceptLanguage, _ = strings.Cut(acceptLanguage, ",")
		tag, params, _ := strings.Cut(part, ";")
		lang, ok := ParseLang(tag)
		if !ok || refused(params) {
			continue
		}
		if lang == ZH {
			return ZH
		}
		english = true
	}
	if english {
		return EN
	}
	return ZH
}

// refused reports whether the parameters of a language range say q=0, which means "not this one".
func refused(params string) bool {
	value, ok := strings.CutPrefix(strings.TrimSpace(params), "q=")
	if !ok {
		return false
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	return err == nil && q <= 0
}
