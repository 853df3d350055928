package sheet

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"time"
)

// jsonOutput writes objects whose keys keep the order of the columns.
type jsonOutput struct {
	w     io.Writer
	array bool
	buf   *bufio.Writer
	keys  [][]byte
}

func (o *jsonOutput) header(cols []Head) error {
	o.buf = bufio.NewWriter(o.w)
	for _, c := range cols {
		key, err := compact(c.Name)
		if err != nil {
			return err
		}
		o.keys = append(o.keys, key)
	}
	if o.array {
		_, _ = o.buf.WriteString("[") // bufio keeps the first error and returns it from Flush
	}
	return nil
}

// compact is v as JSON without the escapes for HTML, which data has no use for.
func compact(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

func (o *jsonOutput) row(n int, _ []Head, values []any) error {
	var line bytes.Buffer
	if o.array {
		if n > 1 {
			line.WriteByte(',')
		}
		line.WriteByte('\n')
	}
	for i, v := range values {
		line.WriteByte("{,"[min(i, 1)])
		line.Write(o.keys[i])
		line.WriteByte(':')
		if t, ok := v.(time.Time); ok {
			v = t.Format(time.RFC3339Nano)
		}
		raw, err := compact(v)
		if err != nil {
			return err
		}
		line.Write(raw)
	}
	line.WriteByte('}')
	if !o.array {
		line.WriteByte('\n')
	}
	_, err := o.buf.Write(line.Bytes())
	return err
}

func (o *jsonOutput) close() error {
	if o.array {
		_, _ = o.buf.WriteString("\n]\n")
	}
	return o.buf.Flush()
}
