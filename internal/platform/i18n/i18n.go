// Package i18n keeps every text that people read, in Chinese and in English, and prints dates, numbers and plurals the way
// each language writes them. It promises that both languages hold the same keys with the same parameters: a catalogue that
// does not is refused when the program starts.
package i18n

import (
	"context"
	"strings"
)

// Lang is a language of the pages, as it stands in the html lang attribute.
type Lang string

// The two languages. ZH is what a reader gets who asked for nothing.
const (
	ZH Lang = "zh-CN"
	EN Lang = "en"
)

// Langs lists the languages in the order in which a switch shows them.
func Langs() []Lang { return []Lang{ZH, EN} }

// ParseLang reads a language written by a browser, a cookie or an address ("zh", "zh-Hans", "en-GB"). It reports false for a language
// that the pages are not written in.
func ParseLang(s string) (Lang, bool) {
	primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(s)), "-")
	switch primary {
	case "zh":
		return ZH, true
	case "en":
		return EN, true
	}
	return "", false
}

// Name is a name that people configured: a committee, a department, a field. English is optional.
type Name struct {
	ZH string
	EN string
}

// In returns the name in a language, and the Chinese one where there is no English one.
func (n Name) In(lang Lang) string {
	if lang == EN && n.EN != "" {
		return n.EN
	}
	return n.ZH
}

// Key marks a string literal as the key of a message where it is not handed to T or N at once, so that i18ntest sees its use:
// i18n.Key("suggestion.error.too-long").
type Key = string

type printerKey struct{}

// With returns a context that carries the printer of this request.
func With(ctx context.Context, p *Printer) context.Context {
	return context.WithValue(ctx, printerKey{}, p)
}

// From returns the printer of this request. Without one it returns a printer that knows no message and shows each key in brackets,
// so that a page rendered outside a request says what is missing and does not panic.
func From(ctx context.Context) *Printer {
	if p, ok := ctx.Value(printerKey{}).(*Printer); ok && p != nil {
		return p
	}
	return &Printer{lang: ZH}
}
