package search

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// MaxQuery is the longest query in runes.
const MaxQuery = 200

// Errors of Parse; each is for the person who typed the query.
var (
	// ErrTooLong says that the query has more than MaxQuery runes.
	ErrTooLong = errors.New("the search has more than 200 characters")
	// ErrOnlyExcluded says that there is nothing to look for, only words to leave out.
	ErrOnlyExcluded = errors.New("the search only says what to leave out")
)

// Query is what somebody looks for. The zero value has no words.
type Query struct {
	Words   []Word
	Filters []Filter // for the caller, in the order typed
}

// Word is one thing that a text has to contain (or must not).
type Word struct {
	Text  string // folded, see Fold
	Not   bool   // typed with a minus: texts with it are left out
	Title bool   // only the title counts
}

// Filter is a condition on a field of the row, such as 单位:水利局. Field has one of the names below.
type Filter struct {
	Field string
	Value string // as typed, without quotes
	Not   bool
}

// Names of fields in Filter.
const (
	FieldState      = "state"
	FieldDepartment = "department"
	FieldSubject    = "field"
	FieldNumber     = "no"
	FieldDivision   = "division"
	FieldCommittee  = "committee"
	FieldYear       = "year"
)

const fieldTitle = "title"

// fieldName returns the field that a typed name stands for, "" for none.
func fieldName(typed string) string {
	switch strings.ToLower(typed) {
	case "标题", "题目", "title":
		return fieldTitle
	case "状态", "state":
		return FieldState
	case "单位", "部门", "承办单位", "department", "dept":
		return FieldDepartment
	case "分类", "类别", "领域", "field", "category":
		return FieldSubject
	case "编号", "文号", "no", "number":
		return FieldNumber
	case "地区", "区划", "地方", "division", "area":
		return FieldDivision
	case "委员会", "政协", "committee":
		return FieldCommittee
	case "年份", "年度", "year":
		return FieldYear
	}
	return ""
}

// Empty tells that there is no word to look for; there may be filters.
func (q Query) Empty() bool { return len(q.Words) == 0 }

// Parse reads what was typed: words are all needed, "…" (also “…” and 「…」) holds a phrase with spaces, a minus before a word
// leaves out, FIELD:VALUE is a filter when the field is known. Full-width forms of the signs mean the same.
// A word without a letter, digit or CJK rune is passed over. It returns ErrTooLong or ErrOnlyExcluded.
func Parse(query string) (Query, error) {
	var q Query
	if utf8.RuneCountInString(query) > MaxQuery {
		return q, ErrTooLong
	}
	p := parser{rest: query}
	found := false
	for p.next() {
		switch {
		case p.field == "" || p.field == fieldTitle:
			w := Word{Text: Fold(p.value), Not: p.not, Title: p.field == fieldTitle}
			if w.Text == "" || q.has(w) {
				continue
			}
			q.Words = append(q.Words, w)
			found = found || !w.Not
		case p.value != "":
			q.Filters = append(q.Filters, Filter{Field: p.field, Value: p.value, Not: p.not})
		}
	}
	if len(q.Words) > 0 && !found {
		return Query{}, ErrOnlyExcluded
	}
	return q, nil
}

func (q Query) has(w Word) bool {
	for _, o := range q.Words {
		if o == w {
			return true
		}
	}
	return false
}

// parser cuts a query into its parts; each call of next sets field, value and not.
type parser struct {
	rest         string
	field, value string
	not          bool
}

// sign returns the ASCII form of a full-width sign.
func sign(r rune) rune {
	if f := width.LookupRune(r).Folded(); f != 0 {
		return f
	}
	return r
}

// closing returns the quotation mark that ends what r opens, 0 when r is none.
func closing(r rune) rune {
	switch sign(r) {
	case '"':
		return '"'
	case '“', '”':
		return '”'
	case '「', '｢':
		return '」'
	case '『':
		return '』'
	}
	return 0
}

func (p *parser) next() bool {
	p.rest = strings.TrimLeftFunc(p.rest, unicode.IsSpace)
	if p.rest == "" {
		return false
	}
	p.field, p.not = "", false
	if r, n := utf8.DecodeRuneInString(p.rest); sign(r) == '-' {
		p.not = true
		p.rest = p.rest[n:]
	}
	for i, r := range p.rest {
		if unicode.IsSpace(r) || closing(r) != 0 {
			break
		}
		if sign(r) == ':' {
			if p.field = fieldName(p.rest[:i]); p.field != "" {
				p.rest = p.rest[i+utf8.RuneLen(r):]
			}
			break
		}
	}
	p.value = p.text()
	return true
}

// text reads a quoted phrase or everything up to the next space or quotation mark.
func (p *parser) text() string {
	first, n := utf8.DecodeRuneInString(p.rest)
	if end := closing(first); end != 0 && p.rest != "" {
		body := p.rest[n:]
		for i, r := range body {
			if sign(r) == end || end == '」' && sign(r) == '｣' || end == '”' && sign(r) == '"' {
				p.rest = body[i+utf8.RuneLen(r):]
				return body[:i]
			}
		}
		p.rest = "" // never closed: the phrase goes on to the end
		return body
	}
	for i, r := range p.rest {
		if unicode.IsSpace(r) || closing(r) != 0 {
			out := p.rest[:i]
			p.rest = p.rest[i:]
			return out
		}
	}
	out := p.rest
	p.rest = ""
	return out
}
