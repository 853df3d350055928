package sheet

import (
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed messages/*.json
var own embed.FS

// Messages holds messages/zh-CN.json and messages/en.json, the texts of every Reason, for the catalogue of the pages.
func Messages() fs.FS { return own }

// Reason says why something was refused, or what is worth knowing about it: a stable key of the message catalogue and its parameters as
// name, value, name, value.
type Reason struct {
	Key  string
	Args []any
}

// Text is the reason in English, for logs and the command line.
func (r Reason) Text() string {
	text := english(r.Key)
	for i := 0; i+1 < len(r.Args); i += 2 {
		text = strings.ReplaceAll(text, fmt.Sprintf("{%v}", r.Args[i]), fmt.Sprint(r.Args[i+1]))
	}
	return text
}

// english looks the key up in this package's own messages. A key of another module has none here and stands for itself.
func english(key string) string {
	data, err := own.ReadFile("messages/en.json")
	if err != nil {
		return key
	}
	var texts map[string]string
	if err := json.Unmarshal(data, &texts); err != nil {
		return key
	}
	return cmp.Or(texts[key], key)
}

func reason(key string, args ...any) Reason { return Reason{Key: key, Args: args} }

// FileError refuses a file as a whole. Line is the line or row at fault, 0 when there is none.
type FileError struct {
	Name string
	Line int
	Reason
}

// Error is the file, the line if there is one, and the reason in English.
func (e *FileError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("%s: line %d: %s", e.Name, e.Line, e.Text())
	}
	return e.Name + ": " + e.Text()
}

// RowError refuses one row. Line counts from 1 as the file's reader sees it: the line of text in a CSV at which the row begins, the row
// number in a workbook. Column is the name from Options.Columns, Title the heading as it stands in the file; both are empty when no
// single column is at fault. Value is what stands there, cut to 80 characters.
type RowError struct {
	Line   int
	Column string
	Title  string
	Value  string
	Reason
}

// Error is row, column, value and reason in English.
func (e *RowError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "row %d", e.Line)
	if c := cmp.Or(e.Title, e.Column); c != "" {
		fmt.Fprintf(&b, ", column %s", c)
	}
	if e.Value != "" {
		fmt.Fprintf(&b, ", %q", e.Value)
	}
	return b.String() + ": " + e.Text()
}

// RowErrors are all errors of one row.
type RowErrors []*RowError

// Error joins the rows' texts.
func (e RowErrors) Error() string {
	texts := make([]string, len(e))
	for i, r := range e {
		texts[i] = r.Error()
	}
	return strings.Join(texts, "\n")
}

// Unwrap lets errors.As find the first *RowError.
func (e RowErrors) Unwrap() []error {
	errs := make([]error, len(e))
	for i, r := range e {
		errs[i] = r
	}
	return errs
}

// Errors collects the errors of many rows and keeps the first ones only, so that a wrong file of a million rows stays small.
type Errors struct {
	most  int
	total int
	list  []*RowError
}

// NewErrors keeps at most the given number, or 1,000 when it is not positive.
func NewErrors(most int) *Errors {
	if most <= 0 {
		most = 1000
	}
	return &Errors{most: most}
}

// Add takes the *RowError values in err, whether alone, as RowErrors or joined. It reports false, and takes nothing, when err holds
// anything else, which the caller should return as it ends the reading. Nil is taken as nothing.
func (e *Errors) Add(err error) bool {
	found, ok := rowErrors(err, nil)
	if !ok {
		return false
	}
	e.total += len(found)
	if room := e.most - len(e.list); room > 0 {
		e.list = append(e.list, found[:min(room, len(found))]...)
	}
	return true
}

func rowErrors(err error, into []*RowError) ([]*RowError, bool) {
	if err == nil {
		return into, true
	}
	if r, ok := err.(*RowError); ok {
		return append(into, r), true
	}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range many.Unwrap() {
			if into, ok = rowErrors(one, into); !ok {
				return nil, false
			}
		}
		return into, true
	}
	if one := errors.Unwrap(err); one != nil {
		return rowErrors(one, into)
	}
	return nil, false
}

// List is the errors kept, in the order in which they were added.
func (e *Errors) List() []*RowError { return e.list }

// Total is the number of all errors added, kept or not.
func (e *Errors) Total() int { return e.total }

// Err is nil when nothing was added, otherwise an error that wraps those kept and says how many more there were.
func (e *Errors) Err() error {
	if e.total == 0 {
		return nil
	}
	return fmt.Errorf("%d errors, %d of them listed:\n%w", e.total, len(e.list), RowErrors(e.list))
}

// short cuts what stood in a cell to a length that fits a list of errors.
func short(s string) string {
	const most = 80
	n := 0
	for i := range s {
		if n == most {
			return s[:i] + "…"
		}
		n++
	}
	return s
}
