package sheet

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// csvReader splits text into records as RFC 4180 has it, with line ends of any system and with bounds on what it keeps. A quotation mark
// within a cell that does not begin with one stands for itself.
type csvReader struct {
	in      *bufio.Reader
	comma   byte
	line    int // of the next byte, from 1
	maxCols int
	maxCell int // characters
	buf     []byte
	long    bool
	next1   int // a byte put back, or -1
}

func newCSVReader(r io.Reader, comma byte, opts Options) *csvReader {
	return &csvReader{in: bufio.NewReaderSize(r, 64<<10), comma: comma, line: 1, maxCols: opts.MaxColumns, maxCell: opts.MaxCell, next1: -1}
}

func (c *csvReader) close() error { return nil }

func (c *csvReader) byte() (byte, error) {
	if c.next1 >= 0 {
		b := byte(c.next1)
		c.next1 = -1
		return b, nil
	}
	return c.in.ReadByte()
}

func (c *csvReader) back(b byte) { c.next1 = int(b) }

// keep adds a byte to the cell unless it is full. The bound in bytes is generous; the one in characters is checked at the cell's end.
func (c *csvReader) keep(b byte) {
	if len(c.buf) >= c.maxCell*utf8.UTFMax {
		c.long = true
		return
	}
	c.buf = append(c.buf, b)
}

// next reads one record. A record with one empty cell is a blank line.
func (c *csvReader) next() (record, error) {
	rec := record{line: c.line}
	for {
		end, err := c.cell(&rec)
		if err != nil {
			return record{}, err
		}
		switch end {
		case endOfCell:
			continue
		case endOfFile:
			if len(rec.cells) <= 1 && len(rec.faults) == 0 && (len(rec.cells) == 0 || rec.cells[0].text == "") {
				return record{}, io.EOF
			}
		}
		return rec, nil
	}
}

type cellEnd int

const (
	endOfCell cellEnd = iota
	endOfLine
	endOfFile
)

// cell reads one cell into rec and says what ended it.
func (c *csvReader) cell(rec *record) (cellEnd, error) {
	c.buf, c.long = c.buf[:0], false
	spaces := true // nothing but spaces so far
	for {
		b, err := c.byte()
		if err == io.EOF {
			c.put(rec)
			return endOfFile, nil
		}
		if err != nil {
			return 0, err
		}
		switch {
		case b == c.comma:
			c.put(rec)
			return endOfCell, nil
		case b == '\n' || b == '\r':
			if err := c.newline(b); err != nil {
				return 0, err
			}
			c.put(rec)
			return endOfLine, nil
		case b == '"' && len(c.buf) == 0:
			return c.quoted(rec)
		case b == '"' && spaces:
			c.fault(rec, string(c.buf)+`"`, "sheet.err.quote")
			return c.skipLine()
		}
		spaces = spaces && b == ' '
		c.keep(b)
	}
}

// quoted reads a cell whose opening mark was just read.
func (c *csvReader) quoted(rec *record) (cellEnd, error) {
	opened := c.line
	for {
		b, err := c.byte()
		if err == io.EOF {
			return 0, refused(opened, "sheet.err.quote_open", "line", opened)
		}
		if err != nil {
			return 0, err
		}
		if b != '"' {
			if b == '\n' {
				c.line++
			}
			c.keep(b)
			continue
		}
		b, err = c.byte()
		switch {
		case err == io.EOF:
			c.put(rec)
			return endOfFile, nil
		case err != nil:
			return 0, err
		case b == '"':
			c.keep(b)
		case b == c.comma:
			c.put(rec)
			return endOfCell, nil
		case b == '\n' || b == '\r':
			if err := c.newline(b); err != nil {
				return 0, err
			}
			c.put(rec)
			return endOfLine, nil
		default:
			c.fault(rec, string(c.buf)+`"`+string(rune(b)), "sheet.err.quote")
			return c.skipLine()
		}
	}
}

// newline counts the line end that b begins and takes the rest of it.
func (c *csvReader) newline(b byte) error {
	c.line++
	if b == '\n' {
		return nil
	}
	b, err := c.byte()
	if err == nil && b != '\n' {
		c.back(b)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// skipLine passes over the rest of a line whose cells can no longer be told apart.
func (c *csvReader) skipLine() (cellEnd, error) {
	for {
		b, err := c.byte()
		switch {
		case err == io.EOF:
			return endOfFile, nil
		case err != nil:
			return 0, err
		case b == '\n' || b == '\r':
			return endOfLine, c.newline(b)
		}
	}
}

func (c *csvReader) put(rec *record) {
	if len(rec.cells) >= c.maxCols {
		if n := len(rec.faults); n == 0 || rec.faults[n-1].reason.Key != "sheet.err.too_many_cells" {
			c.fault(rec, string(c.buf), "sheet.err.too_many_cells", "max", c.maxCols)
		}
		return
	}
	text := string(c.buf)
	if c.long || len(text) > c.maxCell && utf8.RuneCountInString(text) > c.maxCell {
		c.fault(rec, text, "sheet.err.too_long", "max", c.maxCell)
	}
	rec.cells = append(rec.cells, cell{text: unguard(text)})
}

func (c *csvReader) fault(rec *record, value, key string, args ...any) {
	column := len(rec.cells)
	if key != "sheet.err.too_long" {
		column = -1
	}
	rec.faults = append(rec.faults, fault{column: column, value: strings.ToValidUTF8(value, "\uFFFD"), reason: reason(key, args...)})
}

// openCSV chooses the delimiter and reads the header.
func (t *Table) openCSV(r io.ReaderAt, size int64, k kind) error {
	t.format, t.encode = CSV, k.encode
	if k.encode != "UTF-8" {
		t.fixed = append(t.fixed, Note{Reason: reason("sheet.note.converted", "encoding", k.encode)})
	}
	var best record
	var bestErr error
	comma, bestKnown, bestCells := byte(0), -1, -1
	for _, c := range []byte{',', '\t', ';'} {
		rec, err := firstRow(newCSVReader(text(r, size, k), c, t.opts))
		var f *FileError
		if err != nil && (!errors.As(err, &f) || f.Key == "sheet.err.empty") {
			return err // a file of nothing but one of the delimiters is empty
		}
		if n, cells := understood(rec, t.opts), len(rec.cells); n > bestKnown || n == bestKnown && cells > bestCells {
			comma, bestKnown, bestCells, best, bestErr = c, n, cells, rec, err
		}
	}
	if bestErr != nil {
		return bestErr
	}
	t.open = func() (source, error) { return newCSVReader(text(r, size, k), comma, t.opts), nil }
	t.count = func() (int, error) { return occurrences(text(r, size, k), "\n") }
	return t.readHeader(best)
}

// firstRow is the first row that is not blank, or a *FileError when there is none.
func firstRow(src source) (record, error) {
	for {
		rec, err := src.next()
		if err == io.EOF {
			return record{}, refused(0, "sheet.err.empty")
		}
		if err != nil || !rec.blank() {
			return rec, err
		}
	}
}

func isFileError(err error) bool {
	var f *FileError
	return errors.As(err, &f)
}
