package sheet

import (
	"slices"
	"testing"
)

// TestHeadingsAreMapped: a heading that nobody knows stands for a column when its reader says so, also against an alias; "" leaves a column out.
func TestHeadingsAreMapped(t *testing.T) {
	file := []byte("人员,件数,进来的日子\n甲,3,2026-02-12\n")
	wantRefused(t, file, people(), "sheet.err.header_missing")
	o := people()
	o.Lenient = true
	table := mustOpen(t, file, o)
	if m := table.Missing(); len(m) != 1 || m[0].Name != "name" || table.Columns()["count"] != "件数" {
		t.Errorf("missing %v, has %v", m, table.Columns())
	}
	o = people()
	o.Map = map[string]string{"name": "人 员", "joined": "进来的日子", "count": ""}
	table = mustOpen(t, file, o)
	if table.Has("count") || len(table.Missing()) > 0 {
		t.Errorf("has %v", table.Columns())
	}
	for row, err := range table.Rows() {
		must(t, err)
		if d, err := row.Date("joined"); err != nil || d.String() != "2026-02-12" || row.Get("name") != "甲" || !slices.Equal(row.Cells(), []string{"甲", "3", "2026-02-12"}) {
			t.Errorf("%q %v %v", row.Cells(), d, err)
		}
	}
	o.Map = map[string]string{"name": "件数"}
	if table = mustOpen(t, file, o); table.Columns()["name"] != "件数" || table.Has("count") {
		t.Errorf("a mapped heading still stands for %v", table.Columns())
	}
}

// TestRowsAreCountedBeforeTheyAreRead: a bar that shows how far a reading is needs to know how much there is.
func TestRowsAreCountedBeforeTheyAreRead(t *testing.T) {
	rows := [][]any{{"姓名"}}
	text := "姓名\n"
	for range 5000 {
		rows = append(rows, []any{"甲"})
		text += "甲\n"
	}
	for _, content := range [][]byte{[]byte(text), workbookOf(t, rows, nil), []byte("姓名\n")} {
		table := mustOpen(t, content, people())
		read := 0
		for _, err := range table.Rows() {
			must(t, err)
			read++
		}
		if n := table.Estimate(); n != read {
			t.Errorf("%d rows estimated, %d read", n, read)
		}
	}
}
