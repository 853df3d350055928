package sheet

import (
	"encoding"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	"xieshang/internal/platform/clock"
)

// ErrCell is wrapped when a row has the wrong number of cells or one that the format cannot hold.
var ErrCell = errors.New("cell cannot be written")

// Head is a column to write. Name is the stable name, used as the key in JSON; Title is the heading people see, Name when it is empty;
// Width is the column's width in a workbook in characters, 0 for one that suits the title.
type Head struct {
	Name  string
	Title string
	Width float64
}

func (h Head) title() string {
	if h.Title != "" {
		return h.Title
	}
	return h.Name
}

// Writer writes one table row by row. Cells may be nil, string, any int, float64, bool, clock.Date, time.Time, a pointer to one of these,
// or an encoding.TextMarshaler; zero dates and times are empty. Instants are written in China's time, except in JSON, which has RFC 3339 in UTC.
type Writer struct {
	out  output
	cols []Head
	rows int
}

// output is one format. Values reach it as nil, string, int64, float64, bool, clock.Date or time.Time.
type output interface {
	header(cols []Head) error
	row(n int, cols []Head, values []any) error
	close() error
}

// NewCSV writes RFC 4180 with commas in UTF-8. withBOM puts the mark at the front without which Excel takes Chinese text for GBK. Texts
// that could run as formulas get an apostrophe, which the reader of this package takes away again.
func NewCSV(w io.Writer, withBOM bool) *Writer {
	return &Writer{out: &csvOutput{w: w, bom: withBOM}}
}

// NewXLSX writes a workbook with one sheet of the given name. It becomes visible in w when the Writer is closed.
func NewXLSX(w io.Writer, sheetName string) *Writer {
	return &Writer{out: &xlsxOutput{w: w, sheet: sheetName}}
}

// NewJSON writes one array of objects.
func NewJSON(w io.Writer) *Writer { return &Writer{out: &jsonOutput{w: w, array: true}} }

// NewJSONLines writes one object a line.
func NewJSONLines(w io.Writer) *Writer { return &Writer{out: &jsonOutput{w: w}} }

// Header must come first, once, with at least one column.
func (w *Writer) Header(cols ...Head) error {
	if w.cols != nil || len(cols) == 0 {
		return fmt.Errorf("%w: the header comes first, once and not empty", ErrCell)
	}
	w.cols = append([]Head(nil), cols...)
	return w.out.header(w.cols)
}

// Row writes one row with a cell for each column. An error that wraps ErrCell names row and column, and nothing of the row was written.
func (w *Writer) Row(cells ...any) error {
	if w.cols == nil || len(cells) != len(w.cols) {
		return fmt.Errorf("%w: row %d has %d cells for %d columns", ErrCell, w.rows+1, len(cells), len(w.cols))
	}
	values := make([]any, len(cells))
	for i, c := range cells {
		v, err := value(c)
		if err != nil {
			return fmt.Errorf("%w: row %d, column %s: %v", ErrCell, w.rows+1, w.cols[i].Name, err)
		}
		values[i] = v
	}
	w.rows++
	return w.out.row(w.rows, w.cols, values)
}

// Close ends the table. It does not close the io.Writer below.
func (w *Writer) Close() error {
	if w.cols == nil {
		return fmt.Errorf("%w: there is no header", ErrCell)
	}
	return w.out.close()
}

// value brings a cell into the few types that outputs know.
func value(c any) (any, error) {
	switch v := c.(type) {
	case nil:
		return nil, nil
	case string:
		return v, nil
	case bool, int64:
		return v, nil
	case int:
		return int64(v), nil
	case int8:
		return int64(v), nil
	case int16:
		return int64(v), nil
	case int32:
		return int64(v), nil
	case uint8:
		return int64(v), nil
	case uint16:
		return int64(v), nil
	case uint32:
		return int64(v), nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("%v is no finite number", v)
		}
		return v, nil
	case clock.Date:
		if v.IsZero() {
			return nil, nil
		}
		return v, nil
	case time.Time:
		if v.IsZero() {
			return nil, nil
		}
		return clock.Cut(v), nil
	case *string:
		return pointed(v)
	case *int:
		return pointed(v)
	case *int64:
		return pointed(v)
	case *float64:
		return pointed(v)
	case *bool:
		return pointed(v)
	case *clock.Date:
		return pointed(v)
	case *time.Time:
		return pointed(v)
	case encoding.TextMarshaler:
		text, err := v.MarshalText()
		return string(text), err
	}
	return nil, fmt.Errorf("type %T is not written to tables", c)
}

func pointed[T any](p *T) (any, error) {
	if p == nil {
		return nil, nil
	}
	return value(*p)
}

// timeText is an instant in China's time as ParseTime reads it.
func timeText(t time.Time) string {
	return t.In(clock.Location()).Format("2006-01-02 15:04:05.999999")
}

// plainText is a value as text, for formats without types.
func plainText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return numberText(v)
	case bool:
		return strconv.FormatBool(v)
	case clock.Date:
		return v.String()
	case time.Time:
		return timeText(v)
	}
	return ""
}
