package sheet

import (
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/width"

	"xieshang/internal/platform/clock"
)

// xlsxOutput writes a workbook through excelize's stream, which keeps large sheets in a temporary file.
type xlsxOutput struct {
	w          io.Writer
	sheet      string
	file       *excelize.File
	stream     *excelize.StreamWriter
	date, time int // style numbers
}

const (
	xlsxRowsMost  = 1_048_576
	xlsxTextMost  = 32_767 // UTF-16 units in a cell
	xlsxExactInts = 1_000_000_000_000_000
)

func (o *xlsxOutput) header(cols []Head) (err error) {
	o.file = excelize.NewFile()
	defer func() {
		if err != nil {
			err = errors.Join(err, o.file.Close())
		}
	}()
	if err := o.file.SetSheetName("Sheet1", o.sheet); err != nil {
		return fmt.Errorf("sheet %q: %w", o.sheet, err)
	}
	bold, err := o.file.NewStyle(&excelize.Style{
		Font:      &excelize.Font{Bold: true},
		Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EEF4"}},
		Alignment: &excelize.Alignment{Vertical: "center", WrapText: true},
		Border:    []excelize.Border{{Type: "bottom", Color: "8A9BAE", Style: 1}},
	})
	if err != nil {
		return err
	}
	day, second := "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
	if o.date, err = o.file.NewStyle(&excelize.Style{CustomNumFmt: &day}); err != nil {
		return err
	}
	if o.time, err = o.file.NewStyle(&excelize.Style{CustomNumFmt: &second}); err != nil {
		return err
	}
	if o.stream, err = o.file.NewStreamWriter(o.sheet); err != nil {
		return err
	}
	titles := make([]any, len(cols))
	for i, c := range cols {
		wide := c.Width
		if wide <= 0 {
			wide = columnWidth(c.title())
		}
		if err := o.stream.SetColWidth(i+1, i+1, min(wide, excelize.MaxColumnWidth)); err != nil {
			return err
		}
		text, err := cellText(c.title())
		if err != nil {
			return fmt.Errorf("%w: heading %s: %v", ErrCell, c.Name, err)
		}
		titles[i] = excelize.Cell{StyleID: bold, Value: text}
	}
	if err := o.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	return o.stream.SetRow("A1", titles)
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
	cells := make([]any, len(values))
	for i, v := range values {
		c, err := o.cell(v)
		if err != nil {
			return fmt.Errorf("%w: row %d, column %s: %v", ErrCell, n, cols[i].Name, err)
		}
		cells[i] = c
	}
	return o.stream.SetRow(fmt.Sprintf("A%d", n+1), cells)
}

// cell keeps types where the format can give them back exactly and falls back to text where it cannot.
func (o *xlsxOutput) cell(v any) (any, error) {
	switch v := v.(type) {
	case string:
		if v == "" {
			return nil, nil
		}
		return cellText(v)
	case int64:
		if v >= xlsxExactInts || v <= -xlsxExactInts {
			return plainText(v), nil
		}
	case clock.Date:
		if f, ok := toSerial(v, 0); ok {
			return excelize.Cell{StyleID: o.date, Value: f}, nil
		}
		return v.String(), nil
	case time.Time:
		d := clock.DateOf(v)
		if f, ok := toSerial(d, v.Sub(d.Start())); ok {
			return excelize.Cell{StyleID: o.time, Value: f}, nil
		}
		return timeText(v), nil
	}
	return v, nil
}

// cellText is a string as a workbook holds it. A string is never run as a formula there, so it stays as it is, save that one which looks
// guarded gets the apostrophe that the reader will take away.
func cellText(s string) (string, error) {
	if n := len(s); n > xlsxTextMost {
		if n = len(utf16.Encode([]rune(s))); n >= xlsxTextMost {
			return "", fmt.Errorf("%d characters do not fit into a cell of a workbook (%d)", n, xlsxTextMost)
		}
	}
	if s[:min(1, len(s))] == "'" {
		return guard(s), nil
	}
	return s, nil
}

func (o *xlsxOutput) close() error {
	err := o.stream.Flush()
	if err == nil {
		_, err = o.file.WriteTo(o.w)
	}
	return errors.Join(err, o.file.Close())
}
