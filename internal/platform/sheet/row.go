package sheet

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"xieshang/internal/platform/clock"
)

// Row is one row below the header. It may be kept; its cells are asked for by the names in Options.Columns. Asking for a name that is
// not there is a mistake of the programmer and panics; a column that the file does not have reads as empty.
type Row struct {
	Line  int // see RowError
	table *Table
	cells []cell
}

func (r Row) cell(name string) cell {
	i := r.table.header.at[name]
	if i == 0 {
		r.table.mustKnow(name)
		return cell{}
	}
	if i > len(r.cells) {
		return cell{}
	}
	return r.cells[i-1]
}

func (t *Table) mustKnow(name string) {
	if t.opts.Columns == nil {
		return
	}
	for _, c := range t.opts.Columns {
		if c.Name == name {
			return
		}
	}
	panic(fmt.Sprintf("sheet: column %q is not among the options", name))
}

// Get is the text of the cell as it stands; dates of a workbook are written 2026-02-12 or 2026-02-12 08:30:00, truth values true or false.
func (r Row) Get(name string) string { return r.cell(name).text }

// Cells are the texts of all cells as they stand, in the order of Table.Header.
func (r Row) Cells() []string {
	out := make([]string, len(r.table.header.titles))
	for i := range min(len(out), len(r.cells)) {
		out[i] = r.cells[i].text
	}
	return out
}

// Clean is the text of the cell folded by Clean.
func (r Row) Clean(name string) string { return Clean(r.cell(name).text) }

// Need is Clean of a cell that must not be empty; the error is a *RowError.
func (r Row) Need(name string) (string, error) {
	v := r.Clean(name)
	if v == "" {
		return "", r.Err(name, "sheet.err.required")
	}
	return v, nil
}

// Err is the error that this row's cell is refused for the reason with this key and parameters (name, value, …); an empty name blames the whole row.
func (r Row) Err(name, key string, args ...any) *RowError {
	e := &RowError{Line: r.Line, Column: name, Reason: reason(key, args...)}
	if name == "" {
		return e
	}
	e.Value = short(r.cell(name).text)
	if i := r.table.header.at[name]; i > 0 {
		e.Title = r.table.header.titles[i-1]
	}
	return e
}

// Date is the date in the cell, the zero Date for an empty one. See ParseDate for the forms; a bare number from 10000 to 99999 is taken
// for the day count of a spreadsheet program. The error is a *RowError.
func (r Row) Date(name string) (clock.Date, error) {
	t, ok := r.instant(name)
	if !ok {
		return clock.Date{}, r.Err(name, "sheet.err.date")
	}
	return clock.DateOf(t), nil
}

// Time is the instant in the cell, the zero time for an empty one. See ParseTime for the forms. The error is a *RowError.
func (r Row) Time(name string) (time.Time, error) {
	t, ok := r.instant(name)
	if !ok {
		return time.Time{}, r.Err(name, "sheet.err.time")
	}
	return t, nil
}

func (r Row) instant(name string) (time.Time, bool) {
	c := r.cell(name)
	s := plain(c.text)
	if s == "" {
		return time.Time{}, true
	}
	if t, ok := ParseTime(s); ok {
		return t, true
	}
	whole, fraction, _ := strings.Cut(s, ".")
	if n, rest, ok := cutNumber(whole); !ok || rest != "" || len(n) != 5 || n[0] == '0' {
		return time.Time{}, false
	}
	if _, rest, _ := cutNumber(fraction); rest != "" {
		return time.Time{}, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return time.Time{}, false
	}
	d, of, ok := fromSerial(f, r.table.date1904)
	return d.Start().Add(of), ok
}

// Int is the whole number in the cell, 0 for an empty one. The error is a *RowError.
func (r Row) Int(name string) (int64, error) {
	c := r.cell(name)
	if Clean(c.text) == "" {
		return 0, nil
	}
	s, ok := parseNumber(c.text)
	if !ok {
		return 0, r.Err(name, "sheet.err.integer")
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, nil
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return int64(f), nil
	}
	return 0, r.Err(name, "sheet.err.integer")
}

// Float is the number in the cell, 0 for an empty one. It is never infinite or not a number. The error is a *RowError.
func (r Row) Float(name string) (float64, error) {
	c := r.cell(name)
	if Clean(c.text) == "" {
		return 0, nil
	}
	if s, ok := parseNumber(c.text); ok {
		if f, err := strconv.ParseFloat(s, 64); err == nil && !math.IsInf(f, 0) {
			return f, nil
		}
	}
	return 0, r.Err(name, "sheet.err.number")
}

// Bool is yes (是, true, 1 …) or no in the cell; an empty one is no. The error is a *RowError.
func (r Row) Bool(name string) (bool, error) {
	c := r.cell(name)
	if Clean(c.text) == "" {
		return false, nil
	}
	yes, ok := parseBool(c.text)
	if !ok {
		return false, r.Err(name, "sheet.err.yes_no")
	}
	return yes, nil
}
