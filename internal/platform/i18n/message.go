package i18n

import (
	"fmt"
	"slices"
	"strings"
)

// message is one text, cut at its parameters when the catalogue is loaded.
type message struct {
	other form
	one   form // used for exactly one; empty when the text has no plural
}

// form is one wording of a message: either plain text, or pieces with parameters between them.
type form struct {
	text  string // the wording as written
	parts []part // nil when there is no parameter
}

// part is a stretch of text followed by a parameter; the last part has no parameter.
type part struct {
	text  string
	param string
}

// parseForm cuts a wording at its {parameters}. "{{" and "}}" stand for the braces themselves.
func parseForm(text string) (form, error) {
	var parts []part
	var plain strings.Builder
	hasParam := false
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case (c == '{' || c == '}') && i+1 < len(text) && text[i+1] == c:
			plain.WriteByte(c)
			i += 2
		case c == '{':
			end := strings.IndexByte(text[i:], '}')
			if end < 0 {
				return form{}, fmt.Errorf("%q: brace is not closed", text)
			}
			name := text[i+1 : i+end]
			if !validParam(name) {
				return form{}, fmt.Errorf("%q: %q is not a parameter name", text, name)
			}
			parts = append(parts, part{text: plain.String(), param: name})
			plain.Reset()
			hasParam = true
			i += end + 1
		case c == '}':
			return form{}, fmt.Errorf("%q: brace is not opened", text)
		default:
			plain.WriteByte(c)
			i++
		}
	}
	if !hasParam {
		return form{text: plain.String()}, nil
	}
	if plain.Len() > 0 {
		parts = append(parts, part{text: plain.String()})
	}
	return form{text: text, parts: parts}, nil
}

func validParam(name string) bool {
	if name == "" {
		return false
	}
	for _, c := range name {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}

// params returns the parameter names of a wording, sorted, each once.
func (f form) params() []string {
	var names []string
	for _, p := range f.parts {
		if p.param != "" {
			names = append(names, p.param)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// write fills the parameters in from name, value pairs. A parameter without a value stays visible in braces: a page with one
// wrong word is better than none, and the eye finds it.
func (f form) write(p *Printer, n *int, args []any) string {
	var b strings.Builder
	b.Grow(len(f.text) + 16)
	for _, piece := range f.parts {
		b.WriteString(piece.text)
		if piece.param == "" {
			continue
		}
		if n != nil && piece.param == "n" {
			b.WriteString(p.Int(*n))
			continue
		}
		if value, ok := argument(args, piece.param); ok {
			b.WriteString(p.value(value))
		} else {
			b.WriteString("{" + piece.param + "}")
		}
	}
	return b.String()
}

func argument(args []any, name string) (any, bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if s, ok := args[i].(string); ok && s == name {
			return args[i+1], true
		}
	}
	return nil, false
}
