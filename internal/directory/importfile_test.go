package directory_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/sheet"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// TestAMemberWhoLeftAndComesBack: without a first day nobody knows whether the old membership never ended or a new one began; with one, both stand.
func TestAMemberWhoLeftAndComesBack(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, c *clock.Fake, d *db.DB) {
		fill(t, s, true)
		const head = "姓名,单位,职务,任职日期,离任日期\n"
		bring(t, s, directory.MembershipList, head+"李样例,政协样例市委员会,委员,2021-01-10,2023-01-10\n", 0, 1, 0)
		for _, rows := range []string{"姓名,单位,职务\n李样例,政协样例市委员会,委员\n", head + "李样例,政协样例市委员会,委员,,\n"} {
			out, err := s.Import(system(), directory.MembershipList, table(t, directory.MembershipList, rows), directory.ImportOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if bad := out.Bad.List(); len(bad) != 1 || bad[0].Key != "directory.err.ended" || bad[0].Column != "from" || out.Stored {
				t.Errorf("%q: %v", rows, out.Bad.Err())
			}
		}
		bring(t, s, directory.MembershipList, head+"李样例,政协样例市委员会,委员,,2023-01-10\n", 0, 0, 1)
		bring(t, s, directory.MembershipList, head+"李样例,政协样例市委员会,委员,2025-01-10,\n", 1, 0, 0)
		people, err := s.People(system(), "李样例")
		if err != nil || len(people) != 1 {
			t.Fatal(people, err)
		}
		_, ms, err := s.Person(system(), people[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		stand := map[string]string{}
		for _, m := range ms {
			if m.Superseded.IsZero() {
				stand[m.Valid.From.String()] = m.Valid.To.String()
			}
		}
		if len(stand) != 2 || stand["2021-01-10"] != "2023-01-10" {
			t.Errorf("memberships that stand: %v", stand)
		}
		water := "类别,名称,行政区划,结束日期\n部门,市水务局,样例市,"
		bring(t, s, directory.OrganisationList, water+"2024-05-01\n", 0, 1, 0)
		out, err := s.Import(system(), directory.OrganisationList, table(t, directory.OrganisationList, water+"\n"), directory.ImportOptions{})
		if err != nil || len(out.Bad.List()) != 1 || out.Bad.List()[0].Key != "directory.err.ended" {
			t.Errorf("a department that ended came back without a day: %v %v", out.Bad.Err(), err)
		}
	})
}

// TestFilesOfEveryMake: GBK, a workbook, columns in another order, headings in either language; and files with nothing in them are refused with the reason.
func TestFilesOfEveryMake(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, c *clock.Fake, d *db.DB) {
		open := func(name string, content []byte) (*sheet.Table, error) {
			return sheet.Open(name, bytes.NewReader(content), int64(len(content)), sheet.Options{Columns: directory.ListColumns(directory.DivisionList)})
		}
		gbk, err := simplifiedchinese.GBK.NewEncoder().String(divisionsCSV)
		if err != nil {
			t.Fatal(err)
		}
		var book bytes.Buffer
		w := sheet.NewXLSX(&book, "divisions")
		if err := errors.Join(w.Header(sheet.Head{Name: "parent"}, sheet.Head{Name: "name_en"}, sheet.Head{Name: "name"}, sheet.Head{Name: "code"}),
			w.Row("999900", "Sample District", "样例区", "999901"), w.Row("990000", "Sample City", "样例市", "999900"), w.Row("", "", "样例省", "990000"), w.Close()); err != nil {
			t.Fatal(err)
		}
		for i, content := range [][]byte{[]byte(gbk), book.Bytes(), []byte("上级代码,名称,行政区划代码\n999900,样例区,999901\n990000,样例市,999900\n,样例省,990000\n")} {
			tab, err := open("list", content)
			if err != nil {
				t.Fatal(i, err)
			}
			out, err := s.Import(system(), directory.DivisionList, tab, directory.ImportOptions{})
			if err != nil || out.Bad.Total() > 0 || out.Changed > 0 || (i == 0) != (out.New == 3) || (i > 0) != (out.Same == 3) {
				t.Errorf("file %d: %+v %v %v", i, out, out.Bad.Err(), err)
			}
		}
		for _, content := range []string{"", "\n\n", "\xef\xbb\xbf", "甲,乙\n1,2\n", "名称,名称\n甲,乙\n"} {
			_, err := open("list.csv", []byte(content))
			var fe *sheet.FileError
			if !errors.As(err, &fe) || !strings.HasPrefix(fe.Reason.Key, "sheet.err.") {
				t.Errorf("%q: %v", content, err)
			}
		}
		tab, err := open("list.csv", []byte("代码,名称\n"))
		if err != nil {
			t.Fatal(err)
		}
		if out, err := s.Import(system(), directory.DivisionList, tab, directory.ImportOptions{}); err != nil || out.Stored {
			t.Errorf("a header without rows: %+v %v", out, err)
		}
	})
}
