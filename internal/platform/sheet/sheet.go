// Package sheet reads and writes tables as CSV and XLSX (and writes JSON) row by row: the edge through which lists come in and go out.
// It promises that a bad file is refused with place and reason as a translatable key, that no file makes it use unbounded memory, that
// no exported text runs as a formula, and that what it wrote reads back unchanged.
package sheet

import (
	"bytes"
	"errors"
	"io"
	"iter"
)

// Column is a column that the caller understands. Name is the stable name used in code; a heading matches the name or an alias when
// they are the same without regard to case, width, spaces, underscores, hyphens and asterisks.
type Column struct {
	Name     string
	Label    string // what it is called in English; the name with spaces when empty
	Aliases  []string
	Required bool // the file must have the column; whether a cell may be empty is asked with Row.Need
}

// Options bound and direct the reading. A limit of zero takes its default.
type Options struct {
	Columns     []Column          // nil takes every heading as a column of that name
	Map         map[string]string // by name of a column, the heading that stands for it in this file; "" leaves the column out
	Lenient     bool              // required columns may be missing; Table.Missing names them
	Sheet       string            // which sheet of a workbook; empty is the first visible one
	MaxBytes    int64             // size of the file, 64 MiB
	MaxUnzipped int64             // size of all parts of a workbook unpacked, 256 MiB
	MaxRatio    int64             // unpacked to packed size of any part above 1 MiB, 300
	MaxRows     int               // rows below the header, 1,000,000
	MaxColumns  int               // 1,000
	MaxCell     int               // characters in a cell, 100,000
}

func (o Options) withDefaults() Options {
	def := func(n *int, v int) {
		if *n <= 0 {
			*n = v
		}
	}
	def64 := func(n *int64, v int64) {
		if *n <= 0 {
			*n = v
		}
	}
	def64(&o.MaxBytes, 64<<20)
	def64(&o.MaxUnzipped, 256<<20)
	def64(&o.MaxRatio, 300)
	def(&o.MaxRows, 1_000_000)
	def(&o.MaxColumns, 1_000)
	def(&o.MaxCell, 100_000)
	return o
}

// Format is the kind of file that the content turned out to be.
type Format string

// The formats that are read.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// Note is something about a file that its owner should know but that does not stop it from being read. Line is 0 when it concerns the whole file.
type Note struct {
	Line int
	Reason
}

// maxNotes bounds how many notes are kept.
const maxNotes = 1000

// Table is an opened file whose header was understood.
type Table struct {
	name     string
	opts     Options
	format   Format
	encode   string
	sheet    string
	header   header
	date1904 bool // the workbook counts days from 1904
	open     func() (source, error)
	count    func() (int, error)
	fixed    []Note // known on opening
	met      []Note // met by the latest reading
}

// source hands out the rows of a file, blank ones included.
type source interface {
	// next is io.EOF after the last row, or a *FileError when the rest cannot be read.
	next() (record, error)
	close() error
}

// record is one row before the header gives its cells names.
type record struct {
	line   int
	cells  []cell
	faults []fault
	notes  []Reason
}

// fault is a cell that cannot be used; column is its index, or -1 for the whole row.
type fault struct {
	column int
	value  string
	reason Reason
}

type cell struct{ text string }

func (r record) blank() bool {
	for _, c := range r.cells {
		for i := range len(c.text) {
			if b := c.text[i]; b != ' ' && b != '\t' && b != '\r' && b != '\n' {
				return false
			}
		}
	}
	return len(r.faults) == 0
}

// Open reads as much of the file as it takes to know its format, by content and not by name, and its header. r must stay usable until
// the last row was read; name serves error texts only. It returns a *FileError when the file is refused, or the error of r.
func Open(name string, r io.ReaderAt, size int64, opts Options) (*Table, error) {
	t := &Table{name: name, opts: opts.withDefaults()}
	if size > t.opts.MaxBytes {
		return nil, t.refuse(0, "sheet.err.too_big", "size", size, "max", t.opts.MaxBytes)
	}
	kind, err := detect(r, size)
	if err != nil {
		return nil, t.named(err)
	}
	if kind.zip {
		err = t.openXLSX(r, size)
	} else {
		err = t.openCSV(r, size, kind)
	}
	if err != nil {
		return nil, t.named(err)
	}
	return t, nil
}

func (t *Table) refuse(line int, key string, args ...any) error {
	return &FileError{Name: t.name, Line: line, Reason: reason(key, args...)}
}

// named puts the file's name into errors of deeper layers, which do not know it.
func (t *Table) named(err error) error {
	var f *FileError
	if errors.As(err, &f) {
		f.Name = t.name
	}
	return err
}

// Format is what the content turned out to be.
func (t *Table) Format() Format { return t.format }

// Encoding is the character encoding of a CSV: UTF-8, UTF-16LE, UTF-16BE or GB18030; UTF-8 for a workbook.
func (t *Table) Encoding() string { return t.encode }

// Sheet is the name of the sheet that is read, empty for a CSV.
func (t *Table) Sheet() string { return t.sheet }

// Header is the headings as they stand in the file.
func (t *Table) Header() []string { return append([]string(nil), t.header.titles...) }

// Columns is the heading of each column that is read, by name.
func (t *Table) Columns() map[string]string {
	out := make(map[string]string, len(t.header.at))
	for name, i := range t.header.at {
		out[name] = t.header.titles[i-1]
	}
	return out
}

// Missing are the required columns that a lenient reading did without.
func (t *Table) Missing() []Column { return append([]Column(nil), t.header.missing...) }

// Has reports whether the file has the column called name in Options.Columns.
func (t *Table) Has(name string) bool { return t.header.at[name] > 0 }

// Notes is what its owner should know of the file: hidden sheets, ignored columns, formulas. Those about rows belong to the latest
// reading and are complete when it is. At most 1,000 are kept.
func (t *Table) Notes() []Note {
	return append(append([]Note(nil), t.fixed...), t.met...)
}

func (t *Table) note(line int, r Reason) {
	if len(t.met) < maxNotes {
		t.met = append(t.met, Note{Line: line, Reason: r})
	}
}

// Rows yields the rows below the header, without blank ones. A row that cannot be used comes with RowErrors, and reading goes on; any
// other error is the last thing yielded. Rows may be called again and starts over.
func (t *Table) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		t.met = nil
		src, err := t.open()
		if err != nil {
			yield(Row{}, t.named(err))
			return
		}
		defer func() { _ = src.close() }()
		header, rows := false, 0
		for {
			rec, err := src.next()
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(Row{}, t.named(err))
				return
			}
			if rec.blank() {
				continue
			}
			if !header {
				header = true
				continue
			}
			if rows++; rows > t.opts.MaxRows {
				yield(Row{}, t.refuse(rec.line, "sheet.err.rows", "max", t.opts.MaxRows))
				return
			}
			row, err := t.row(rec)
			if !yield(row, err) {
				return
			}
		}
	}
}

// Estimate is about how many rows there are below the header, found without reading them: exact for a workbook without blank rows, and for a CSV without line
// ends inside cells. It is for telling how far a reading has come.
func (t *Table) Estimate() int {
	n, err := t.count()
	if err != nil || n < 1 {
		return 0 // the reading itself will say what is wrong
	}
	return n - 1
}

// occurrences counts a mark in what r yields.
func occurrences(r io.Reader, mark string) (n int, err error) {
	buf, have := make([]byte, 64<<10), 0
	for {
		k, err := io.ReadFull(r, buf[have:])
		b := buf[:have+k]
		n += bytes.Count(b, []byte(mark))
		if err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				err = nil
			}
			return n, err
		}
		have = copy(buf, b[len(b)-len(mark)+1:])
	}
}

// row gives the cells their names and turns faults in columns that are read into errors.
func (t *Table) row(rec record) (Row, error) {
	for _, n := range rec.notes {
		t.note(rec.line, n)
	}
	row := Row{Line: rec.line, table: t, cells: rec.cells}
	var errs RowErrors
	for _, f := range rec.faults {
		e := &RowError{Line: rec.line, Value: short(f.value), Reason: f.reason}
		if f.column >= 0 && f.column < len(t.header.titles) {
			if e.Column = t.header.names[f.column]; e.Column == "" {
				continue
			}
			e.Title = t.header.titles[f.column]
		}
		errs = append(errs, e)
	}
	for i := len(t.header.titles); i < len(rec.cells); i++ {
		if v := Clean(rec.cells[i].text); v != "" {
			errs = append(errs, &RowError{Line: rec.line, Value: short(v), Reason: reason("sheet.err.too_many_cells", "max", len(t.header.titles))})
			break
		}
	}
	if len(errs) > 0 {
		return row, errs
	}
	return row, nil
}
