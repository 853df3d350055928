package sheet

import (
	"bufio"
	"io"
	"strings"
)

// csvOutput writes CSV. It quotes more than encoding/csv does: cells with a semicolon or tab too, so that a program that splits at those
// does not find a formula behind one.
type csvOutput struct {
	w   io.Writer
	bom bool
	buf *bufio.Writer
}

func (o *csvOutput) header(cols []Head) error {
	o.buf = bufio.NewWriter(o.w)
	if o.bom {
		_, _ = o.buf.WriteString("\ufeff") // bufio keeps the first error and returns it from Flush
	}
	titles := make([]any, len(cols))
	for i, c := range cols {
		titles[i] = c.title()
	}
	return o.row(0, cols, titles)
}

func (o *csvOutput) row(_ int, _ []Head, values []any) error {
	for i, v := range values {
		if i > 0 {
			_ = o.buf.WriteByte(',')
		}
		text := plainText(v)
		if s, ok := v.(string); ok {
			text = guard(s)
		}
		if text == "" && len(values) > 1 || text != "" && !strings.ContainsAny(text, ",;\"\t\r\n ") && !strings.HasPrefix(text, "\ufeff") {
			_, _ = o.buf.WriteString(text)
			continue
		}
		_ = o.buf.WriteByte('"')
		_, _ = o.buf.WriteString(strings.ReplaceAll(text, `"`, `""`))
		_ = o.buf.WriteByte('"')
	}
	_, err := o.buf.WriteString("\r\n")
	return err
}

func (o *csvOutput) close() error { return o.buf.Flush() }
