package sheet

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// header is what the first row that is not blank says.
type header struct {
	titles []string       // as written, without the empty ones at the end
	names  []string       // the column's name, empty when it is not read
	at     map[string]int // index of a column by name, from 1

	missing []Column
}

// heading is the form in which headings are compared.
func heading(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("_-*", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, width.Fold.String(s))
}

// known maps every heading that the caller understands to its column's name. A column that was mapped answers to its heading alone.
func known(o Options) map[string]string {
	m := make(map[string]string, 2*len(o.Columns))
	for _, c := range o.Columns {
		if _, mapped := o.Map[c.Name]; mapped {
			continue
		}
		m[heading(c.Name)] = c.Name
		if c.Label != "" {
			m[heading(c.Label)] = c.Name
		}
		for _, a := range c.Aliases {
			m[heading(a)] = c.Name
		}
	}
	for name, title := range o.Map {
		if title != "" {
			m[heading(title)] = name
		}
	}
	return m
}

// Heading is the form in which headings are compared: two are taken for the same when these are.
func Heading(s string) string { return heading(s) }

// Chinese is the Chinese heading of a column, its name when it has none.
func (c Column) Chinese() string {
	for _, a := range c.Aliases {
		if a != "" && a[0] >= utf8.RuneSelf {
			return a
		}
	}
	return c.Name
}

// English is what a column is called in English.
func (c Column) English() string {
	if c.Label != "" {
		return c.Label
	}
	return strings.ReplaceAll(c.Name, "_", " ")
}

// readHeader understands the first row. It returns a *FileError when a heading occurs twice or a required column is missing.
func (t *Table) readHeader(rec record) error {
	for _, f := range rec.faults {
		if f.reason.Key == "sheet.err.too_many_cells" {
			return t.refuse(rec.line, "sheet.err.columns", "max", t.opts.MaxColumns)
		}
	}
	if len(rec.faults) > 0 {
		return t.refuse(rec.line, "sheet.err.header_damaged")
	}
	titles := make([]string, len(rec.cells))
	for i, c := range rec.cells {
		titles[i] = Clean(c.text)
	}
	for len(titles) > 0 && titles[len(titles)-1] == "" {
		titles = titles[:len(titles)-1]
	}
	if len(titles) > t.opts.MaxColumns {
		return t.refuse(rec.line, "sheet.err.columns", "max", t.opts.MaxColumns)
	}
	h := header{titles: titles, names: make([]string, len(titles)), at: map[string]int{}}
	names, seen := known(t.opts), map[string]int{}
	for i, title := range titles {
		form := heading(title)
		name, ok := names[form]
		if t.opts.Columns == nil {
			name, ok = title, title != ""
		}
		id := "\x00" + name // two headings clash when they are the same or stand for the same column
		if !ok {
			id = form
		}
		if before, twice := seen[id]; twice && title != "" {
			return t.refuse(rec.line, "sheet.err.header_twice", "first", columnName(before), "second", columnName(i), "header", short(title))
		}
		seen[id] = i
		if !ok {
			column := short(title)
			if title == "" {
				column = columnName(i)
			}
			if len(t.fixed) < maxNotes {
				t.fixed = append(t.fixed, Note{Line: rec.line, Reason: reason("sheet.note.column_ignored", "column", column)})
			}
			continue
		}
		h.names[i], h.at[name] = name, i+1
	}
	var zh, en []string
	for _, c := range t.opts.Columns {
		if c.Required && h.at[c.Name] == 0 {
			h.missing = append(h.missing, c)
			zh, en = append(zh, c.Chinese()), append(en, c.English())
		}
	}
	if len(h.missing) > 0 && !t.opts.Lenient {
		return t.refuse(rec.line, "sheet.err.header_missing", "columns", strings.Join(zh, "、"), "labels", strings.Join(en, ", "))
	}
	t.header = h
	return nil
}

// understood counts the headings of a row that the caller knows, to choose between delimiters.
func understood(rec record, o Options) int {
	names, n := known(o), 0
	for _, c := range rec.cells {
		if _, ok := names[heading(c.text)]; ok {
			n++
		}
	}
	return n
}

// columnName is the letters that a spreadsheet program shows over the column with this index: 0 is A.
func columnName(i int) string {
	var b []byte
	for i++; i > 0; i = (i - 1) / 26 {
		b = append(b, byte('A'+(i-1)%26))
	}
	slices.Reverse(b)
	return string(b)
}
