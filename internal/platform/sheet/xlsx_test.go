package sheet

import (
	"archive/zip"
	"bytes"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"xieshang/internal/platform/clock"
)

// rezip copies a workbook and lets change rewrite its parts; a part it returns nil for is left out.
func rezip(t testing.TB, data []byte, change func(name string, body []byte) []byte) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	must(t, err)
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range z.File {
		rc, err := f.Open()
		must(t, err)
		body, err := io.ReadAll(rc)
		must(t, err)
		if body = change(f.Name, body); body != nil {
			out, err := w.Create(f.Name)
			must(t, err)
			_, err = out.Write(body)
			must(t, err)
		}
	}
	must(t, w.Close())
	return b.Bytes()
}

func TestXLSXValues(t *testing.T) {
	at := time.Date(2026, 2, 12, 8, 30, 0, 0, time.UTC) // as the sheet's own wall time
	data := workbookOf(t, [][]any{
		{"姓名", "加入日期", "件数"},
		{"甲\n第二行", at, 13800001111},
		{nil, nil, nil},
		{"乙", "2026年2月12日", 1.25},
		{true, 46065, "１２"},
	}, func(f *excelize.File) {
		style, err := f.NewStyle(&excelize.Style{NumFmt: 31})
		must(t, err)
		must(t, f.SetCellValue("Sheet1", "A7", "丙"))
		must(t, f.SetCellValue("Sheet1", "B7", 46065))
		must(t, f.SetCellStyle("Sheet1", "B7", "B7", style))
	})
	table := mustOpen(t, data, people())
	if got, want := all(t, table), [][]string{
		{"甲\n第二行", "2026-02-12 08:30:00", "13800001111"}, {"乙", "2026年2月12日", "1.25"}, {"true", "46065", "１２"}, {"丙", "2026-02-12", ""},
	}; !reflect.DeepEqual(got, want) {
		t.Errorf("rows are %q", got)
	}
	var lines []int
	for row, err := range table.Rows() {
		must(t, err)
		lines = append(lines, row.Line)
		if d, err := row.Date("joined"); d != clock.Of(2026, 2, 12) || err != nil {
			t.Errorf("row %d: date %v, %v", row.Line, d, err)
		}
	}
	if !reflect.DeepEqual(lines, []int{2, 4, 5, 7}) || table.Format() != XLSX || table.Sheet() != "Sheet1" {
		t.Errorf("lines %v, %s %s", lines, table.Format(), table.Sheet())
	}
}

func TestXLSX1904(t *testing.T) {
	yes := true
	data := workbookOf(t, [][]any{{"姓名", "加入日期"}, {"甲", 44603}}, func(f *excelize.File) {
		must(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
	})
	for row, err := range mustOpen(t, data, people()).Rows() {
		must(t, err)
		if d, err := row.Date("joined"); d != clock.Of(2026, 2, 12) || err != nil {
			t.Errorf("date %v, %v", d, err)
		}
	}
}

func TestXLSXMergedCells(t *testing.T) {
	rows := [][]any{{"姓名", "件数"}}
	for range 5000 { // far more than one buffer of the scan
		rows = append(rows, []any{"mergeCell ref=\"A1:B2\" <mergeCell ref=\"A1\"/>", 1})
	}
	if got := all(t, mustOpen(t, workbookOf(t, rows, nil), people())); len(got) != 5000 {
		t.Errorf("%d rows", len(got))
	}
	for _, prefix := range []string{"", "x:"} {
		data := rezip(t, workbookOf(t, rows, func(f *excelize.File) {
			must(t, f.MergeCell("Sheet1", "A3", "B4"))
			must(t, f.MergeCell("Sheet1", "A30", "A40"))
		}), func(name string, body []byte) []byte {
			return bytes.ReplaceAll(body, []byte("<mergeCell "), []byte("<"+prefix+"mergeCell "))
		})
		f := wantRefused(t, data, people(), "sheet.err.merged")
		if !strings.Contains(f.Error(), "A3:B4") || !strings.Contains(f.Error(), "Sheet1") || !strings.Contains(f.Error(), "2 such") {
			t.Errorf("the refusal is %v", f)
		}
	}
}

func TestXLSXSheets(t *testing.T) {
	data := workbookOf(t, [][]any{{"姓名"}, {"甲"}}, func(f *excelize.File) {
		for _, s := range []string{"名单", "旧"} {
			_, err := f.NewSheet(s)
			must(t, err)
			must(t, f.SetSheetRow(s, "A1", &[]any{"姓名"}))
			must(t, f.SetSheetRow(s, "A2", &[]any{s}))
		}
		f.SetActiveSheet(1)
		must(t, f.SetSheetVisible("Sheet1", false))
		must(t, f.SetSheetVisible("旧", false, true))
	})
	table := mustOpen(t, data, people())
	if got := all(t, table); table.Sheet() != "名单" || got[0][0] != "名单" {
		t.Errorf("read %s: %q", table.Sheet(), got)
	}
	var notes []string
	for _, n := range table.Notes() {
		notes = append(notes, n.Key+" "+n.Args[1].(string))
	}
	if !reflect.DeepEqual(notes, []string{"sheet.note.hidden_sheet Sheet1", "sheet.note.hidden_sheet 旧"}) {
		t.Errorf("notes are %v", notes)
	}
	opts := people()
	opts.Sheet = "旧"
	if got := all(t, mustOpen(t, data, opts)); got[0][0] != "旧" {
		t.Errorf("the sheet asked for: %q", got)
	}
	opts.Sheet = "无"
	wantRefused(t, data, opts, "sheet.err.no_sheet")
	hidden := rezip(t, data, func(name string, body []byte) []byte {
		if name == "xl/workbook.xml" {
			return bytes.ReplaceAll(body, []byte(`name="名单"`), []byte(`name="名单" state="hidden"`))
		}
		return body
	})
	wantRefused(t, hidden, people(), "sheet.err.all_hidden")
}

func TestXLSXFormulas(t *testing.T) {
	data := rezip(t, workbookOf(t, [][]any{{"姓名", "件数"}, {"甲", nil}, {"乙", nil}, {"丙", nil}, {"丁", nil}, {"戊", 1234567890123456}}, func(f *excelize.File) {
		must(t, f.SetCellFormula("Sheet1", "B2", "1+2"))
		must(t, f.SetCellFormula("Sheet1", "B3", "9/0"))
		must(t, f.SetCellFormula("Sheet1", "B4", "4+4"))
		must(t, f.SetCellFormula("Sheet1", "B5", "A2&A3"))
	}), func(name string, body []byte) []byte {
		if name != "xl/worksheets/sheet1.xml" {
			return body
		}
		for _, c := range [][2]string{
			{`<c r="B2" t="str"><f>1+2</f>`, `<c r="B2"><f>1+2</f><v>3</v>`}, {`<c r="B3" t="str"><f>9/0</f>`, `<c r="B3" t="e"><f>9/0</f><v>#DIV/0!</v>`},
			{`<c r="B5" t="str"><f>A2&amp;A3</f>`, `<c r="B5" t="str"><f>A2&amp;A3</f><v>甲乙</v>`},
		} {
			if !bytes.Contains(body, []byte(c[0])) {
				t.Fatalf("the workbook has no %s: %s", c[0], body)
			}
			body = bytes.Replace(body, []byte(c[0]), []byte(c[1]), 1)
		}
		return body
	})
	table := mustOpen(t, data, people())
	values := map[int]string{}
	errs := NewErrors(0)
	for row, err := range table.Rows() {
		if !errs.Add(err) {
			t.Fatal(err)
		}
		if err == nil {
			values[row.Line] = row.Get("count")
		}
	}
	if !reflect.DeepEqual(values, map[int]string{2: "3", 5: "甲乙", 6: "1234567890123456"}) {
		t.Errorf("values are %v", values)
	}
	if l := errs.List(); len(l) != 2 || l[0].Line != 3 || l[0].Key != "sheet.err.formula_error" || l[1].Line != 4 || l[1].Key != "sheet.err.formula_empty" || l[0].Title != "件数" {
		t.Errorf("errors are %v", l)
	}
	var notes []string
	for _, n := range table.Notes() {
		notes = append(notes, n.Key+" "+n.Args[1].(string))
	}
	if got := strings.Join(notes, "|"); got != "sheet.note.formula B2|sheet.note.formula B3|sheet.note.formula B4|sheet.note.formula B5|sheet.note.precision B6" {
		t.Errorf("notes are %s", got)
	}
}

func TestXLSXRefused(t *testing.T) {
	good := workbookOf(t, [][]any{{"姓名"}, {"甲"}}, nil)
	bomb := rezip(t, good, func(name string, body []byte) []byte {
		if name == "xl/worksheets/sheet1.xml" {
			return bytes.Replace(body, []byte("</sheetData>"), append(bytes.Repeat([]byte(" "), 3<<20), "</sheetData>"...), 1)
		}
		return body
	})
	wantRefused(t, bomb, people(), "sheet.err.ratio")
	opts := people()
	opts.MaxUnzipped, opts.MaxRatio = 1<<20, 1<<40
	wantRefused(t, bomb, opts, "sheet.err.bomb")
	opts.MaxUnzipped = 1 << 30
	if got := all(t, mustOpen(t, bomb, opts)); len(got) != 1 {
		t.Errorf("with limits out of the way: %q", got)
	}
	// The archive's directory says 10 bytes, the part holds megabytes.
	lying := bytes.Clone(bomb)
	z, err := zip.NewReader(bytes.NewReader(lying), int64(len(lying)))
	must(t, err)
	for _, f := range z.File {
		if f.Name == "xl/worksheets/sheet1.xml" {
			i := bytes.LastIndex(lying, []byte(f.Name))
			copy(lying[i-22:], []byte{10, 0, 0, 0})
		}
	}
	wantRefused(t, lying, people(), "sheet.err.broken")
	wantRefused(t, good[:len(good)/2], people(), "sheet.err.broken")
	without := func(part string) []byte {
		return rezip(t, good, func(name string, body []byte) []byte {
			if name == part {
				return nil
			}
			return body
		})
	}
	wantRefused(t, without("xl/workbook.xml"), people(), "sheet.err.format")
	wantRefused(t, without("xl/worksheets/sheet1.xml"), people(), "sheet.err.broken")
	wantRefused(t, without("xl/sharedStrings.xml"), people(), "sheet.err.broken")
	cut := rezip(t, good, func(name string, body []byte) []byte {
		if name == "xl/worksheets/sheet1.xml" {
			return body[:bytes.Index(body, []byte(`<row r="2"`))]
		}
		return body
	})
	wantRefused(t, cut, people(), "sheet.err.broken")
	wantRefused(t, workbookOf(t, nil, nil), people(), "sheet.err.empty")
	wantRefused(t, workbookOf(t, [][]any{{"件数"}, {1}}, nil), people(), "sheet.err.header_missing")
	wantRefused(t, workbookOf(t, [][]any{{"姓名", "Name"}, {1}}, nil), people(), "sheet.err.header_twice")
	wide := rezip(t, workbookOf(t, [][]any{{"姓名", "甲乙"}, {"丙"}}, nil), func(_ string, body []byte) []byte {
		return bytes.Replace(body, []byte(`r="B1"`), []byte(`r="BGFW1"`), 1) // column 40,001
	})
	if columnName(40000) != "BGFM" {
		wide = rezip(t, wide, func(_ string, body []byte) []byte {
			return bytes.Replace(body, []byte(`r="BGFW1"`), []byte(`r="`+columnName(40000)+`1"`), 1)
		})
	}
	wantRefused(t, wide, people(), "sheet.err.columns")
	opts = people()
	opts.MaxRows, opts.MaxCell = 1, 3
	wantRefused(t, workbookOf(t, [][]any{{"姓名"}, {"甲"}, {"乙"}}, nil), opts, "sheet.err.rows")
	if errs := rowErrorsOf(t, mustOpen(t, workbookOf(t, [][]any{{"姓名"}, {"一二三四"}}, nil), opts)); len(errs) != 1 || errs[0].Key != "sheet.err.too_long" {
		t.Errorf("errors are %v", errs)
	}
	if errs := rowErrorsOf(t, mustOpen(t, workbookOf(t, [][]any{{"姓名"}, {"甲", "多"}}, nil), people())); len(errs) != 1 || errs[0].Key != "sheet.err.too_many_cells" {
		t.Errorf("errors are %v", errs)
	}
}

func TestXLSXRichAndPhonetic(t *testing.T) {
	data := rezip(t, workbookOf(t, [][]any{{"姓名"}, {"占位甲"}, {"占位乙"}}, nil), func(name string, body []byte) []byte {
		if name == "xl/sharedStrings.xml" {
			body = bytes.Replace(body, []byte("<t>占位甲</t>"), []byte(`<r><rPr><b/></rPr><t>粗</t></r><r><t xml:space="preserve"> 细</t></r><rPh sb="0" eb="1"><t>cu</t></rPh><phoneticPr fontId="1"/>`), 1)
			body = bytes.Replace(body, []byte("占位乙"), []byte("a_x005F_x000D_b_x000D_"), 1)
		}
		return body
	})
	if got := all(t, mustOpen(t, data, people())); !reflect.DeepEqual(got, [][]string{{"粗 细"}, {"a_x000D_b\r"}}) {
		t.Errorf("rows are %q", got)
	}
}

func TestDateFormats(t *testing.T) {
	for code, want := range map[string]bool{
		"General": false, "0.00": false, "@": false, `"day" 0`: false, `0\d`: false, "#,##0;[Red]-#,##0": false, "0.00E+00": false, `_-* #,##0`: false,
		"yyyy-mm-dd": true, `yyyy"年"m"月"d"日"`: true, "[h]:mm": true, "[$-804]AAAA;@": false, "[DBNum1]m/d": true, "hh:mm:ss": true, `"x`: false,
	} {
		if got := dateFormat(code); got != want {
			t.Errorf("%s shows a date: %v", code, got)
		}
	}
}

func TestSerials(t *testing.T) {
	for f, want := range map[float64]string{
		1: "1900-01-01", 59: "1900-02-28", 61: "1900-03-01", 46065: "2026-02-12", 2958465: "9999-12-31", 0.354166666666667: "08:30:00",
		46065.3541666667: "2026-02-12 08:30:00", 46065.99999999995: "2026-02-13", 46065.5000001: "2026-02-12 12:00:00.00864",
	} {
		if got, ok := dateText(f, false); got != want || !ok {
			t.Errorf("%v is %q, want %q", f, got, want)
		}
	}
	for _, f := range []float64{-1, 60, 60.5, 2958466, 1e300} {
		if got, ok := dateText(f, false); ok {
			t.Errorf("%v is %q", f, got)
		}
	}
}
