package sheet

import (
	"encoding/xml"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// xlsxRows streams the rows of one sheet.
type xlsxRows struct {
	w    *workbook
	part string
	rc   io.ReadCloser
	d    *xml.Decoder
	opts Options
	line int
	done bool
}

func (w *workbook) rows(part string, opts Options) (*xlsxRows, error) {
	rc, err := w.part(part)
	if err != nil {
		return nil, err
	}
	return &xlsxRows{w: w, part: part, rc: rc, d: xml.NewDecoder(rc), opts: opts}, nil
}

func (x *xlsxRows) close() error { return x.rc.Close() }

// next reads up to the end of the next row element.
func (x *xlsxRows) next() (record, error) {
	for !x.done {
		tok, err := x.d.RawToken()
		if err != nil { // the end of the file too, as it comes before the end of the rows
			return record{}, broken(x.part)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if tok.Name.Local == "row" {
				return x.row(tok)
			}
		case xml.EndElement:
			x.done = tok.Name.Local == "sheetData" || tok.Name.Local == "worksheet"
		}
	}
	return record{}, io.EOF
}

func (x *xlsxRows) row(e xml.StartElement) (record, error) {
	x.line++
	if r := attr(e, "r"); r != "" {
		n, err := strconv.Atoi(r)
		if err != nil || n < 1 {
			return record{}, broken(x.part)
		}
		x.line = n
	}
	rec := record{line: x.line}
	column := -1
	for {
		tok, err := x.d.RawToken()
		if err != nil {
			return record{}, broken(x.part)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if tok.Name.Local != "c" {
				continue
			}
			column++
			if ref := attr(tok, "r"); ref != "" {
				n, ok := columnIndex(ref)
				if !ok {
					return record{}, broken(x.part + " " + short(ref))
				}
				column = n
			}
			if err := x.cell(tok, column, &rec); err != nil {
				return record{}, broken(x.part)
			}
		case xml.EndElement:
			if tok.Name.Local == "row" {
				return rec, nil
			}
		}
	}
}

// columnIndex is the column of a reference: 0 for A1.
func columnIndex(ref string) (int, bool) {
	n := 0
	for i := range len(ref) {
		switch c := ref[i]; {
		case c >= 'A' && c <= 'Z':
			n = n*26 + int(c-'A') + 1
		case c >= 'a' && c <= 'z':
			n = n*26 + int(c-'a') + 1
		default:
			return n - 1, n > 0
		}
		if n > 1<<20 {
			return 0, false
		}
	}
	return n - 1, n > 0
}

// cell reads one c element and puts its text at the column.
func (x *xlsxRows) cell(e xml.StartElement, column int, rec *record) error {
	value, text, formula, hasValue := "", "", false, false
	in := ""
	for depth := 1; depth > 0; {
		tok, err := x.d.RawToken()
		if err != nil {
			return err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if tok.Name.Local == "is" {
				if text, err = richText(x.d); err != nil {
					return err
				}
				hasValue = true
				continue
			}
			depth++
			in = tok.Name.Local
			formula = formula || in == "f"
			hasValue = hasValue || in == "v"
		case xml.EndElement:
			depth--
			in = ""
		case xml.CharData:
			if in == "v" {
				value += string(tok)
			}
		}
	}
	if !hasValue && !formula {
		return nil
	}
	place := columnName(column) + strconv.Itoa(rec.line)
	if formula {
		rec.notes = append(rec.notes, reason("sheet.note.formula", "cell", place))
	}
	c, precise, err := x.value(attr(e, "t"), attr(e, "s"), value, text)
	if err != nil {
		return err
	}
	if !precise {
		rec.notes = append(rec.notes, reason("sheet.note.precision", "cell", place))
	}
	var bad string
	var args []any
	switch {
	case formula && !hasValue:
		bad = "sheet.err.formula_empty"
	case attr(e, "t") == "e":
		bad = "sheet.err.formula_error"
	case len(c.text) > x.opts.MaxCell && utf8.RuneCountInString(c.text) > x.opts.MaxCell:
		bad, args = "sheet.err.too_long", []any{"max", x.opts.MaxCell}
	}
	if column >= x.opts.MaxColumns {
		if c.text != "" && (len(rec.faults) == 0 || rec.faults[len(rec.faults)-1].reason.Key != "sheet.err.too_many_cells") {
			rec.faults = append(rec.faults, fault{column: -1, value: c.text, reason: reason("sheet.err.too_many_cells", "max", x.opts.MaxColumns)})
		}
		return nil
	}
	if bad != "" {
		rec.faults = append(rec.faults, fault{column: column, value: c.text, reason: reason(bad, args...)})
	}
	for len(rec.cells) <= column {
		rec.cells = append(rec.cells, cell{})
	}
	rec.cells[column] = c
	return nil
}

// value is the text of a cell of type kind. precise is false for a number with more digits than the programs keep.
func (x *xlsxRows) value(kind, style, value, text string) (c cell, precise bool, err error) {
	switch kind {
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil || n < 0 || n >= len(x.w.strings) {
			return c, true, broken(x.part)
		}
		return cell{text: unguard(x.w.strings[n])}, true, nil
	case "inlineStr":
		return cell{text: unguard(text)}, true, nil
	case "str":
		return cell{text: unguard(unescape(value))}, true, nil
	case "b":
		return cell{text: strconv.FormatBool(truth(strings.TrimSpace(value)))}, true, nil
	case "d":
		return cell{text: value}, true, nil
	case "e":
		return cell{text: value}, true, nil
	}
	value = strings.TrimSpace(value)
	if value == "" {
		return c, true, nil
	}
	f, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return c, true, err
	}
	if n, err := strconv.Atoi(style); err == nil && n >= 0 && n < len(x.w.dates) && x.w.dates[n] {
		if s, ok := dateText(f, x.w.date1904); ok {
			return cell{text: s}, true, nil
		}
	}
	whole := f == float64(int64(f)) && f < 1e18 && f > -1e18
	return cell{text: numberText(f)}, !whole || f < 1e15 && f > -1e15, nil
}
