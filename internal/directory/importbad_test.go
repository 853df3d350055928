package directory_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"

	"github.com/google/uuid"
	"github.com/xuri/excelize/v2"
)

// book makes a workbook of members as a clerk would, and lets change do more to it.
func book(t *testing.T, rows [][]any, change func(*excelize.File)) []byte {
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

// TestBadFilesSayWhatToDo: a file that cannot be read as it is meant is refused with the reason and, where there is one, the place, and nothing of it is stored.
func TestBadFilesSayWhatToDo(t *testing.T) {
	good := [][]any{{"姓名", "性别", "出生年份"}, {"孙样例", "女", 1970}, {"钱样例", "男", 1980}}
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	each(t, func(t *testing.T, s *directory.Service, _ *clock.Fake, _ *db.DB) {
		admin := administrator(t.Context())
		for _, x := range []struct {
			name    string
			content []byte
			state   directory.ImportState
			key     string // why the whole is refused, or what is wrong with the row
			line    int
			column  string
		}{
			{"nothing", []byte("  \n\n"), directory.ImportRefused, "sheet.err.empty", 0, ""},
			{"merged cells", book(t, good, func(f *excelize.File) { must(f.MergeCell("Sheet1", "A2", "A3")) }), directory.ImportRefused, "sheet.err.merged", 0, ""},
			{"the sheet with the rows hidden", book(t, good, func(f *excelize.File) {
				_, err := f.NewSheet("另一个")
				must(err)
				f.SetActiveSheet(1)
				must(f.SetSheetVisible("Sheet1", false))
			}), directory.ImportRefused, "sheet.err.empty", 0, ""},
			{"40,001 columns", []byte("姓名" + strings.Repeat(",x", 40_000) + "\n孙样例\n"), directory.ImportRefused, "sheet.err.columns", 1, ""},
			{"40,001 columns of a workbook", wide(t), directory.ImportRefused, "sheet.err.columns", 1, ""},
			{"more cells than headings", []byte("姓名,性别\n孙样例,女\n钱样例,男,1980\n"), directory.ImportSeen, "sheet.err.too_many_cells", 3, ""},
			{"an old workbook or one with a password", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600)), directory.ImportRefused, "sheet.err.format_xls", 0, ""},
			{"a password", protected(t, good), directory.ImportRefused, "sheet.err.format_xls", 0, ""},
			{"a web page called xls", []byte("<html><body><table><tr><td>姓名</td></tr></table></body></html>"), directory.ImportRefused, "sheet.err.format_html", 0, ""},
			{"a picture", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), directory.ImportRefused, "sheet.err.format", 0, ""},
			{"a cut workbook", book(t, good, nil)[:900], directory.ImportRefused, "sheet.err.broken", 0, ""},
			{"the headings of another list", []byte("单位,职务,界别\n政协样例市委员会,委员,教育界\n"), directory.ImportHeadings, "", 0, ""},
			{"one heading twice", []byte("姓名,姓 名\n孙样例,孙样例\n"), directory.ImportRefused, "sheet.err.header_twice", 1, ""},
			{"a formula that was never computed", formula(t, good, `<f>1900+80</f>`, ""), directory.ImportSeen, "sheet.err.formula_empty", 3, "birth_year"},
			{"a formula that fails", formula(t, good, `<f>1/0</f><v>#DIV/0!</v>`, ` t="e"`), directory.ImportSeen, "sheet.err.formula_error", 3, "birth_year"},
			{"a year in words", []byte("姓名,出生年份\n孙样例,1970\n钱样例,八零年\n"), directory.ImportSeen, "sheet.err.integer", 3, "birth_year"},
			{"a telephone with letters", []byte("姓名,手机\n孙样例,13900001111\n钱样例,139OOOO1111\n"), directory.ImportSeen, "directory.err.phone", 3, "phone"},
			{"no name", []byte("姓名,手机\n孙样例,13900001111\n　,13900001112\n"), directory.ImportSeen, "sheet.err.required", 3, "name"},
			{"no such day", []byte("姓名,政治面貌,入党日期\n孙样例,中共党员,1999-02-28\n钱样例,中共党员,1999-02-30\n"), directory.ImportSeen, "sheet.err.date", 3, "party_from"},
		} {
			u, err := s.BeginImport(admin, directory.PeopleList, uuid.Nil, x.name, x.content)
			if err != nil {
				t.Fatalf("%s: %v", x.name, err)
			}
			r := run(t, s, admin, u)
			if r.State != x.state || r.Seen == nil {
				t.Errorf("%s: %+v", x.name, r)
				continue
			}
			switch {
			case x.state == directory.ImportRefused && (r.Seen.Refused == nil || r.Seen.Refused.Key != x.key || r.Seen.Line != x.line):
				t.Errorf("%s: refused for %+v in line %d", x.name, r.Seen.Refused, r.Seen.Line)
			case x.state == directory.ImportSeen && (len(r.Seen.Bad) != 1 || r.Seen.Bad[0].Key != x.key || r.Seen.Bad[0].Line != x.line || r.Seen.Bad[0].Column != x.column || r.Added != 1):
				t.Errorf("%s: %+v %v", x.name, r, r.Seen.Bad)
			}
			if err := s.ConfirmImport(admin, u, false); err == nil {
				t.Errorf("%s was stored", x.name)
			}
		}
		if people, _, err := s.CountPeople(system()); err != nil || people != 0 {
			t.Errorf("%d people came out of bad files: %v", people, err)
		}
	})
}

// protected is a workbook that asks for a password.
func protected(t *testing.T, rows [][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	for i, r := range rows {
		at, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := f.SetSheetRow("Sheet1", at, &r); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b, excelize.Options{Password: "geheim"}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// formula is a workbook whose last cell is a formula with or without a result.
func formula(t *testing.T, rows [][]any, inside, kind string) []byte {
	t.Helper()
	return parts(t, book(t, rows, nil), func(sheet string) string {
		return strings.Replace(sheet, `<c r="C3"><v>1980</v></c>`, `<c r="C3"`+kind+`>`+inside+`</c>`, 1)
	})
}

// wide is a workbook with 40,001 headings, more than a spreadsheet program makes.
func wide(t *testing.T) []byte {
	t.Helper()
	return parts(t, book(t, [][]any{{"姓名"}}, nil), func(sheet string) string {
		var more strings.Builder
		for i := range 40_000 {
			fmt.Fprintf(&more, `<c><v>%d</v></c>`, i*7919%104729)
		}
		return strings.Replace(sheet, "</row>", more.String()+"</row>", 1)
	})
}

// parts rewrites the sheet of a workbook.
func parts(t *testing.T, workbook []byte, change func(string) string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(workbook), int64(len(workbook)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range z.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(rc)
		if err != nil {
			t.Fatal(err)
		}
		rc.Close()
		if f.Name == "xl/worksheets/sheet1.xml" {
			changed := change(string(content))
			if changed == string(content) {
				t.Fatal("the sheet is written another way")
			}
			content = []byte(changed)
		}
		out, err := w.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := out.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestUntidyFilesAreUnderstood: days in many ways and as numbers of a spreadsheet program, full-width digits, stray spaces of every kind, a hidden sheet, computed
// cells; what could be misread is said.
func TestUntidyFilesAreUnderstood(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, _ *clock.Fake, _ *db.DB) {
		fill(t, s, true)
		admin := administrator(t.Context())
		days := []any{"2021-01-10", "2021/1/10", "2021.1.10", "2021年1月10日", "20210110", "２０２１年１月１０日", " 2021-01-10　", 44206, "44206", "2021-01-10 00:00:00"}
		rows := [][]any{{" 姓　名*", "单位", "职务", "任职日期", "手机号码", "备注"}}
		people := "姓名,手机\n"
		for i := range days {
			name := "样例" + string(rune('甲'+i))
			people += name + ",1390000" + string(rune('0'+i)) + "000\n"
			rows = append(rows, []any{"　" + name + " ", "政协样例市委员会\u00a0", " 委员", days[i], "１３９　００００ " + string(rune('０'+i)) + "０００", nil})
		}
		bring(t, s, directory.PeopleList, people, len(days), 0, 0)
		u, err := s.BeginImport(admin, directory.MembershipList, uuid.Nil, "名单.xlsx", book(t, rows, func(f *excelize.File) {
			style, err := f.NewStyle(&excelize.Style{NumFmt: 14})
			if err == nil {
				err = f.SetCellStyle("Sheet1", "D9", "D9", style)
			}
			if _, e := f.NewSheet("旧名单"); err == nil {
				err = e
			}
			if e := f.SetSheetVisible("旧名单", false); err == nil {
				err = e
			}
			if err != nil {
				t.Fatal(err)
			}
		}))
		if err != nil {
			t.Fatal(err)
		}
		r := run(t, s, admin, u)
		if r.State != directory.ImportSeen || r.Added != len(days) || r.Bad != 0 {
			t.Fatalf("%+v %v", r, r.Seen)
		}
		hidden := false
		for _, n := range r.Seen.Notes {
			hidden = hidden || n.Key == "sheet.note.hidden_sheet"
		}
		if !hidden {
			t.Errorf("nothing is said of the hidden sheet: %v", r.Seen.Notes)
		}
		if err := s.ConfirmImport(admin, u, false); err != nil {
			t.Fatal(err)
		}
		list := strings.Split(strings.TrimSpace(string(csvOf(t, s, directory.ExportQuery{Kind: directory.MembershipList}))), "\n")
		found := 0
		for _, l := range list {
			if strings.Contains(l, ",样例") && strings.Contains(l, "2021-01-10") {
				found++
			}
		}
		if found != len(days) {
			t.Errorf("%d of %d days were understood:\n%s", found, len(days), strings.Join(list, "\n"))
		}
	})
}
