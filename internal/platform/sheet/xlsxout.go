package sheet

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/width"

	"xieshang/internal/platform/clock"
)

// xlsxOutput writes a workbook of one sheet straight into the archive, row by row and without a temporary file. It writes the XML itself
// because excelize changes some texts (runs like _x0041_x0042_) and rounds numbers to 15 digits, so that they would not come back.
type xlsxOutput struct {
	w     io.Writer
	sheet string
	zip   *zip.Writer
	rows  *bufio.Writer
}

const (
	xlsxRowsMost  = 1_048_576
	xlsxTextMost  = 32_767 // UTF-16 units in a cell
	xlsxExactInts = 1_000_000_000_000_000
)

// The styles of xlsxStyles by index.
const (
	headStyle = 1 + iota
	dateStyle
	timeStyle
	textStyle // stays text when somebody edits the cell
)

func (o *xlsxOutput) header(cols []Head) error {
	if err := checkSheetName(o.sheet); err != nil {
		return err
	}
	o.zip = zip.NewWriter(o.w)
	for _, p := range xlsxParts(o.sheet) {
		f, err := o.zip.Create(p[0])
		if err != nil {
			return err
		}
		if _, err := io.WriteString(f, p[1]); err != nil {
			return err
		}
	}
	f, err := o.zip.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return err
	}
	o.rows = bufio.NewWriter(f)
	_, _ = o.rows.WriteString(xmlHead + `<worksheet xmlns="` + mainSpace + `"><sheetViews><sheetView tabSelected="1" workbookViewId="0">` +
		`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>`) // bufio keeps the first error
	var cells strings.Builder
	for i, c := range cols {
		wide := c.Width
		if wide <= 0 {
			wide = columnWidth(c.title())
		}
		_, _ = fmt.Fprintf(o.rows, `<col min="%d" max="%d" width="%g" customWidth="1"/>`, i+1, i+1, min(wide, 255))
		text, err := cellText(c.title())
		if err != nil {
			return fmt.Errorf("%w: heading %s: %v", ErrCell, c.Name, err)
		}
		putText(&cells, columnName(i)+"1", headStyle, text)
	}
	_, err = o.rows.WriteString(`</cols><sheetData><row r="1">` + cells.String() + `</row>`)
	return err
}

func checkSheetName(s string) error {
	if n := utf8.RuneCountInString(s); n == 0 || n > 31 || strings.ContainsAny(s, `[]:*?/\`) || strings.HasPrefix(s, "'") || strings.HasSuffix(s, "'") {
		return fmt.Errorf("%w: a sheet cannot be called %q", ErrCell, short(s))
	}
	return nil
}

// columnWidth suits a heading: a Chinese character takes two places; dates need eleven.
func columnWidth(title string) float64 {
	n := 0
	for _, r := range title {
		n++
		if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
			n++
		}
	}
	return float64(max(12, n+2))
}

func (o *xlsxOutput) row(n int, cols []Head, values []any) error {
	if n+1 > xlsxRowsMost {
		return fmt.Errorf("%w: a sheet holds %d rows", ErrCell, xlsxRowsMost)
	}
	var b strings.Builder
	line := strconv.Itoa(n + 1)
	b.WriteString(`<row r="` + line + `">`)
	for i, v := range values {
		if err := putCell(&b, columnName(i)+line, v); err != nil {
			return fmt.Errorf("%w: row %d, column %s: %v", ErrCell, n, cols[i].Name, err)
		}
	}
	b.WriteString("</row>")
	_, err := o.rows.WriteString(b.String())
	return err
}

// putCell keeps types where the format can give them back exactly and falls back to text where it cannot.
func putCell(b *strings.Builder, ref string, v any) error {
	switch v := v.(type) {
	case string:
		if v == "" {
			return nil
		}
		text, err := cellText(v)
		if err != nil {
			return err
		}
		style := 0
		if risky(v) {
			style = textStyle
		}
		putText(b, ref, style, text)
	case int64:
		if v < xlsxExactInts && v > -xlsxExactInts {
			putNumber(b, ref, 0, strconv.FormatInt(v, 10))
		} else {
			putText(b, ref, textStyle, plainText(v))
		}
	case float64:
		putNumber(b, ref, 0, strconv.FormatFloat(v, 'G', -1, 64))
	case bool:
		on := "0"
		if v {
			on = "1"
		}
		b.WriteString(`<c r="` + ref + `" t="b"><v>` + on + `</v></c>`)
	case clock.Date:
		if f, ok := toSerial(v, 0); ok {
			putNumber(b, ref, dateStyle, strconv.FormatFloat(f, 'f', -1, 64))
		} else {
			putText(b, ref, 0, v.String())
		}
	case time.Time:
		d := clock.DateOf(v)
		if f, ok := toSerial(d, v.Sub(d.Start())); ok {
			putNumber(b, ref, timeStyle, strconv.FormatFloat(f, 'f', -1, 64))
		} else {
			putText(b, ref, 0, timeText(v))
		}
	}
	return nil
}

func putNumber(b *strings.Builder, ref string, style int, number string) {
	b.WriteString(`<c r="` + ref + `"` + styleAttr(style) + `><v>` + number + `</v></c>`)
}

func putText(b *strings.Builder, ref string, style int, text string) {
	b.WriteString(`<c r="` + ref + `"` + styleAttr(style) + ` t="inlineStr"><is><t xml:space="preserve">`)
	escape(b, text)
	b.WriteString(`</t></is></c>`)
}

func styleAttr(style int) string {
	if style == 0 {
		return ""
	}
	return ` s="` + strconv.Itoa(style) + `"`
}

// cellText is a string as a workbook holds it. A string is never run as a formula there, so it stays as it is, save that one which looks
// guarded gets the apostrophe that the reader will take away.
func cellText(s string) (string, error) {
	if strings.HasPrefix(s, "'") {
		s = guard(s)
	}
	if len(s) > xlsxTextMost {
		if n := len(utf16.Encode([]rune(s))); n > xlsxTextMost {
			return "", fmt.Errorf("%d characters do not fit into a cell of a workbook (%d)", n, xlsxTextMost)
		}
	}
	return s, nil
}

// escape writes text as XML. Characters that XML lacks or changes are written the workbook's own way, which unescape undoes; so is an
// underscore that would be read as the beginning of one.
func escape(b *strings.Builder, s string) {
	for i, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '_' && len(s)-i >= 7 && s[i+1] == 'x' && s[i+6] == '_':
			b.WriteString("_x005F_")
		case r < ' ' && r != '\t' && r != '\n' || r == 0xFFFE || r == 0xFFFF:
			fmt.Fprintf(b, "_x%04X_", r)
		default:
			b.WriteRune(r)
		}
	}
}

func (o *xlsxOutput) close() error {
	_, _ = o.rows.WriteString("</sheetData></worksheet>")
	return errors.Join(o.rows.Flush(), o.zip.Close())
}
