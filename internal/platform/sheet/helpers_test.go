package sheet

import (
	"bytes"
	"errors"
	"testing"

	"github.com/xuri/excelize/v2"
)

// people is the table most tests read.
func people() Options {
	return Options{Columns: []Column{
		{Name: "name", Aliases: []string{"姓名"}, Required: true},
		{Name: "joined", Aliases: []string{"加入日期"}},
		{Name: "count", Aliases: []string{"件数"}},
	}}
}

func openBytes(data []byte, opts Options) (*Table, error) {
	return Open("t.csv", bytes.NewReader(data), int64(len(data)), opts)
}

func mustOpen(t testing.TB, data []byte, opts Options) *Table {
	t.Helper()
	table, err := openBytes(data, opts)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// all reads every row as its texts in the order of the header.
func all(t testing.TB, table *Table) [][]string {
	t.Helper()
	var rows [][]string
	for row, err := range table.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for i, name := range table.header.names {
			if name != "" {
				texts = append(texts, row.Get(table.header.names[i]))
			}
		}
		rows = append(rows, texts)
	}
	return rows
}

// wantRefused opens the file and reads it all, and expects a *FileError with the key.
func wantRefused(t testing.TB, data []byte, opts Options, key string) *FileError {
	t.Helper()
	table, err := openBytes(data, opts)
	if err == nil {
		for _, e := range table.Rows() {
			if isFileError(e) {
				err = e
			}
		}
	}
	var f *FileError
	if !errors.As(err, &f) || f.Key != key {
		t.Fatalf("got %v, want a refusal with %s", err, key)
	}
	if f.Name != "t.csv" || f.Text() == key || bytes.ContainsAny([]byte(f.Text()), "{}") {
		t.Fatalf("the refusal reads %q", f.Error())
	}
	return f
}

// rowKeys reads all rows and lists line, column and key of each error.
func rowErrorsOf(t testing.TB, table *Table) []*RowError {
	t.Helper()
	errs := NewErrors(0)
	for _, err := range table.Rows() {
		if !errs.Add(err) {
			t.Fatal(err)
		}
	}
	return errs.List()
}

// workbookOf builds a workbook with excelize and lets change do more to it.
func workbookOf(t testing.TB, rows [][]any, change func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	for i, r := range rows {
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow("Sheet1", at, &r); err != nil {
			t.Fatal(err)
		}
	}
	if change != nil {
		change(f)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
