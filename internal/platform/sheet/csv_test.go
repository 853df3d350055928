package sheet

import (
	"bytes"
	"encoding/csv"
	"io"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

const sample = "姓名,加入日期,件数\r\n测试甲,2026-02-12,3\r\n\"测试乙\n(第二行)\",2026/2/13,\"1,024\"\r\n"

func encoded(t testing.TB, e encoding.Encoding, s string) []byte {
	t.Helper()
	b, err := e.NewEncoder().Bytes([]byte(s))
	must(t, err)
	return b
}

func TestEncodings(t *testing.T) {
	want := [][]string{{"测试甲", "2026-02-12", "3"}, {"测试乙\n(第二行)", "2026/2/13", "1,024"}}
	for name, data := range map[string][]byte{
		"UTF-8":    []byte(sample),
		"UTF-8+":   []byte("\ufeff" + sample),
		"UTF-16LE": encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), sample),
		"UTF-16BE": encoded(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), sample),
		"GB18030":  encoded(t, simplifiedchinese.GBK, sample),
	} {
		table := mustOpen(t, data, people())
		if got := all(t, table); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: rows are %q", name, got)
		}
		if table.Encoding() != strings.TrimSuffix(name, "+") || table.Format() != CSV {
			t.Errorf("%s: taken for %s in %s", name, table.Format(), table.Encoding())
		}
		if converted := len(table.Notes()) == 1; converted == strings.HasPrefix(name, "UTF-8") {
			t.Errorf("%s: notes are %v", name, table.Notes())
		}
	}
	rare := encoded(t, simplifiedchinese.GB18030, "姓名,件数\n陈㐂𠮷的测试单位名称,1\n")
	if got := all(t, mustOpen(t, rare, people())); got[0][0] != "陈㐂𠮷的测试单位名称" {
		t.Errorf("four-byte characters: %q", got)
	}
	long := encoded(t, simplifiedchinese.GBK, "姓名,件数\n"+strings.Repeat("a,1\n", 30000)+strings.Repeat("测试甲,2\n", 30000))
	if got := all(t, mustOpen(t, long, people())); len(got) != 60000 || got[59999][0] != "测试甲" {
		t.Error("a long file whose Chinese begins late is not read")
	}
}

func TestEncodingsRefused(t *testing.T) {
	text := "姓名,件数\n測試單位與電腦網路設備說明,1\n"
	if f := wantRefused(t, append([]byte("姓名,件数\na,1\n"), "\xff\xfe\xfd,2\n"...), people(), "sheet.err.encoding"); f.Line != 3 {
		t.Errorf("line is %d", f.Line)
	}
	wantRefused(t, append([]byte("\xef\xbb\xbf姓名\n"), '\xff'), people(), "sheet.err.encoding")
	for name, data := range map[string][]byte{
		"Big5":      encoded(t, traditionalchinese.Big5, strings.ReplaceAll(text, "数", "數")),
		"Shift-JIS": encoded(t, japanese.ShiftJIS, "名前,かず\nテストのひらがなカタカナ,1\n"),
		"Latin-1":   encoded(t, charmap.ISO8859_1, "name,count\nMüller Zürich Köln,1\n"),
	} {
		table, err := openBytes(data, Options{})
		if !isFileError(err) || !strings.Contains(err.Error(), "UTF-8") {
			t.Errorf("%s is taken: %v %v", name, table, err)
		}
	}
	utf16 := encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), sample)
	wantRefused(t, utf16[:len(utf16)-1], people(), "sheet.err.utf16")
	wantRefused(t, append(utf16, 0x00, 0xD8, 'a', 0), people(), "sheet.err.utf16")
	for key, data := range map[string]string{
		"sheet.err.empty":       "",
		"sheet.err.format":      "姓名\nabc\x00def\n",
		"sheet.err.format_xls":  "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more",
		"sheet.err.format_html": "  <HTML><table><tr><td>姓名</td></tr></table>",
	} {
		wantRefused(t, []byte(data), people(), key)
	}
	for _, blank := range []string{"\xef\xbb\xbf", " \r\n\t\n", strings.Repeat("\n", 9000), ",,,\n\"\"\n"} {
		wantRefused(t, []byte(blank), people(), "sheet.err.empty")
	}
	wantRefused(t, []byte("%PDF-1.7\nfoo"), people(), "sheet.err.format")
	wantRefused(t, []byte("PK\x05\x06aaaaaaaaaaaaaaaaaa"), people(), "sheet.err.format")
}

func TestDelimiters(t *testing.T) {
	want := [][]string{{"甲;a", "2026-02-12", "3"}}
	for _, data := range []string{"姓名,加入日期,件数\n甲;a,2026-02-12,3\n", "姓名\t加入日期\t件数\n甲;a\t2026-02-12\t3\n", "姓名;加入日期;件数\n\"甲;a\";2026-02-12;3\n"} {
		if got := all(t, mustOpen(t, []byte(data), people())); !reflect.DeepEqual(got, want) {
			t.Errorf("%q gives %q", data, got)
		}
	}
	// A heading with many commas does not win over the columns that are known.
	if got := all(t, mustOpen(t, []byte("姓名;\"件数\";a,b,c,d,e,f\n甲;1;x\n"), people())); !reflect.DeepEqual(got, [][]string{{"甲", "1"}}) {
		t.Errorf("rows are %q", got)
	}
	for _, end := range []string{"\n", "\r\n", "\r"} {
		data := strings.ReplaceAll("\n\n姓名,件数\n\n甲,1\n , \n乙,2", "\n", end)
		table := mustOpen(t, []byte(data), people())
		var lines []int
		for row, err := range table.Rows() {
			must(t, err)
			lines = append(lines, row.Line)
		}
		if !reflect.DeepEqual(lines, []int{5, 7}) {
			t.Errorf("with %q rows are on lines %v", end, lines)
		}
	}
}

func TestQuotes(t *testing.T) {
	table := mustOpen(t, []byte("姓名,件数\n甲,5\" 管\n \"乙\",2\n\"丙\"x,3\n丁,4\n"), people())
	errs := rowErrorsOf(t, table)
	if len(errs) != 2 || errs[0].Line != 3 || errs[1].Line != 4 || errs[0].Key != "sheet.err.quote" || errs[1].Key != "sheet.err.quote" {
		t.Errorf("errors are %v", errs)
	}
	f := wantRefused(t, []byte("姓名,件数\n甲,1\n\"乙,2\n丙,3\n"), people(), "sheet.err.quote_open")
	if f.Line != 3 {
		t.Errorf("the open mark is said to be on line %d", f.Line)
	}
	wantRefused(t, []byte("姓名, \"件数\"\n甲,1\n"), people(), "sheet.err.header_damaged")
}

func TestCSVLimits(t *testing.T) {
	wide := []byte(strings.Repeat("a,", 40000) + "a\n1\n")
	wantRefused(t, wide, Options{}, "sheet.err.columns")
	wantRefused(t, wide, people(), "sheet.err.columns")
	opts := people()
	opts.MaxRows, opts.MaxCell, opts.MaxBytes = 2, 5, 200
	f := wantRefused(t, []byte("姓名\na\nb\nc\nd\n"), opts, "sheet.err.rows")
	if f.Line != 4 {
		t.Errorf("the first row too many is said to be on line %d", f.Line)
	}
	wantRefused(t, bytes.Repeat([]byte("a"), 201), opts, "sheet.err.too_big")
	errs := rowErrorsOf(t, mustOpen(t, []byte("姓名,件数\n一二三四五,123456\n"+strings.Repeat("长", 30)+",1,x\n"), opts))
	var got []string
	for _, e := range errs {
		got = append(got, e.Column+" "+e.Key)
	}
	if strings.Join(got, "|") != "count sheet.err.too_long|name sheet.err.too_long| sheet.err.too_many_cells" {
		t.Errorf("errors are %v", errs)
	}
	if errs := rowErrorsOf(t, mustOpen(t, []byte("姓名\n"+strings.Repeat("🀄", 6)+"\n"), opts)); len(errs) != 1 || errs[0].Key != "sheet.err.too_long" {
		t.Errorf("a cell longer than what is kept gives %v", errs)
	}
	wide = []byte("姓名\n" + strings.Repeat("a,", 40000) + "\nb\n")
	if errs := rowErrorsOf(t, mustOpen(t, wide, people())); len(errs) != 2 || errs[0].Line != 2 || errs[0].Key != "sheet.err.too_many_cells" {
		t.Errorf("a wide row gives %v", errs)
	}
}

func TestHeader(t *testing.T) {
	table := mustOpen(t, []byte("备注, 件 数 ,*姓名,ＪＯＩＮＥＤ\nx,2,甲,2026-02-12\n"), people())
	for row, err := range table.Rows() {
		must(t, err)
		if row.Get("name") != "甲" || row.Get("count") != "2" || row.Get("joined") != "2026-02-12" {
			t.Errorf("in another order: %v", row.cells)
		}
	}
	if n := table.Notes(); len(n) != 1 || n[0].Key != "sheet.note.column_ignored" || n[0].Args[1] != "备注" {
		t.Errorf("notes are %v", n)
	}
	f := wantRefused(t, []byte("姓名,件数,Name\n"), people(), "sheet.err.header_twice")
	if !strings.Contains(f.Error(), "A and C") {
		t.Errorf("the refusal is %v", f)
	}
	wantRefused(t, []byte("姓名,备注,备 注\n"), people(), "sheet.err.header_twice")
	wantRefused(t, []byte("a,b,a\n"), Options{}, "sheet.err.header_twice")
	f = wantRefused(t, []byte("件数,加入日期\n1,2026-02-12\n"), people(), "sheet.err.header_missing")
	if !strings.Contains(f.Error(), "name (姓名)") {
		t.Errorf("the refusal is %v", f)
	}
	table = mustOpen(t, []byte("姓名,,\n甲,,\n"), people())
	if table.Has("count") || !table.Has("name") || len(table.Header()) != 1 {
		t.Errorf("header is %q", table.Header())
	}
	for row, err := range table.Rows() {
		must(t, err)
		if n, err := row.Int("count"); n != 0 || err != nil {
			t.Errorf("a column the file lacks reads as %d, %v", n, err)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Error("a name outside the options goes unnoticed")
				}
			}()
			row.Get("nmae")
		}()
	}
}

// FuzzDetect feeds arbitrary files to Open: it must end, refuse with a *FileError or read every row the same way twice.
func FuzzDetect(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte("\xff\xfea\x00,\x00b\x00\n\x00"))
	f.Add(encoded(f, simplifiedchinese.GBK, sample))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("a;b\n\"1\"\"\";2\r3;4\r\n"))
	f.Add(workbookOf(f, [][]any{{"name", "count"}, {"甲", 1.5}}, nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		opts := Options{MaxCell: 50, MaxColumns: 20, MaxRows: 100, MaxUnzipped: 1 << 20}
		table, err := openBytes(data, opts)
		if err != nil {
			if !isFileError(err) {
				t.Fatalf("refused without a reason: %v", err)
			}
			return
		}
		read := func() (rows []string) {
			for row, err := range table.Rows() {
				if err != nil {
					if !isFileError(err) && !NewErrors(0).Add(err) {
						t.Fatalf("neither a row's nor a file's error: %v", err)
					}
					rows = append(rows, err.Error())
					continue
				}
				for _, c := range row.cells {
					if !utf8.ValidString(c.text) || utf8.RuneCountInString(c.text) > opts.MaxCell {
						t.Fatalf("cell %q", c.text)
					}
					rows = append(rows, c.text)
				}
			}
			return rows
		}
		if a, b := read(), read(); !reflect.DeepEqual(a, b) {
			t.Fatalf("two readings differ: %q, %q", a, b)
		}
	})
}

// FuzzCSV compares our splitting with encoding/csv wherever that accepts the text.
func FuzzCSV(f *testing.F) {
	f.Add("a,b\n\"1\n2\",\"x\"\"y\"\n\n3,4")
	f.Add("a\n\"\"\n b\n")
	f.Add("\"a\",b\"c\r\nd,\"e\r\nf\"")
	f.Fuzz(func(t *testing.T, s string) {
		if strings.Contains(strings.ReplaceAll(s, "\r\n", ""), "\r") || !utf8.ValidString(s) {
			return // line ends of old Macintoshes are ours alone
		}
		std := csv.NewReader(strings.NewReader(s))
		std.FieldsPerRecord = -1
		want, err := std.ReadAll()
		if err != nil {
			return
		}
		ours := newCSVReader(strings.NewReader(s), ',', Options{}.withDefaults())
		var got [][]string
		for {
			rec, err := ours.next()
			if err == io.EOF {
				break
			}
			if err != nil || len(rec.faults) > 0 {
				t.Fatalf("%q: %v, %v", s, err, rec.faults)
			}
			texts := make([]string, len(rec.cells))
			for i, c := range rec.cells {
				texts[i] = strings.ReplaceAll(guard(c.text), "\r\n", "\n")
			}
			if len(texts) > 1 || texts[0] != "" { // encoding/csv passes over blank lines, but not over a quoted empty cell
				got = append(got, texts)
			}
		}
		var kept [][]string
		for _, r := range want {
			for i := range r {
				r[i] = guard(unguard(r[i]))
			}
			if len(r) > 1 || r[0] != "" {
				kept = append(kept, r)
			}
		}
		if !reflect.DeepEqual(got, kept) {
			t.Fatalf("%q splits into %q, encoding/csv says %q", s, got, kept)
		}
	})
}
