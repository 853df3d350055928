package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"xieshang/internal/app"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/config"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/sheet"
	"xieshang/internal/suggestion"

	"golang.org/x/text/encoding/simplifiedchinese"
)

const messagesCSV = "id,user,subject,submitted_at,body,against,support\n" +
	"1,甲,路灯坏了,2021/5/6 9:30,青石巷的路灯坏了半个月，夜里走路看不见。,0,3\n" +
	"2,乙,井盖松动,2021-05-07 10:00:00,巷口的井盖松动，车过就响。,1,0\n"

// importFile imports a file into a fresh database and gives what was said on standard error, and how many matters there are afterwards.
func importFile(t *testing.T, cfg config.Config, kind string, content []byte, change func(*importCmd)) (said string, matters int, err error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "messages.csv")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	c := &importCmd{Kind: kind, File: file, Committee: "政协样例市委员会", Create: true, Source: "旧平台"}
	if change != nil {
		change(c)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	told := make(chan string)
	go func() {
		b, _ := io.ReadAll(r)
		told <- string(b)
	}()
	old := os.Stderr
	os.Stderr = w
	err = c.Run(t.Context(), &cfg)
	os.Stderr = old
	w.Close()
	said = <-told
	a, e := app.New(t.Context(), cfg, app.Options{})
	if e != nil {
		t.Fatal(e)
	}
	defer a.Close()
	list, e := a.Suggestions.List(authz.With(context.Background(), authz.System()), suggestion.Filter{Scope: suggestion.StaffScope, Total: true, Limit: 100})
	if e != nil {
		t.Fatal(e)
	}
	return said, list.Total, err
}

func fresh(t *testing.T) config.Config {
	t.Helper()
	dir := t.TempDir()
	return config.Config{DB: "sqlite:" + filepath.Join(dir, "x.db"), Files: filepath.Join(dir, "files"), Keys: filepath.Join(dir, "keys")}
}

// TestFilesAsTheyCome: in the encoding of an old Excel, with the columns in another order and under Chinese names, with a column too many.
func TestFilesAsTheyCome(t *testing.T) {
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(messagesCSV)
	if err != nil {
		t.Fatal(err)
	}
	cfg := fresh(t)
	for name, content := range map[string]string{
		"as it is":      messagesCSV,
		"GBK":           gbk,
		"another order": "留言主题,留言详情,点赞数,留言时间,备注,留言编号\n路灯坏了,青石巷的路灯坏了半个月，夜里走路看不见。,3,2021/5/6 9:30,x,1\n井盖松动,巷口的井盖松动，车过就响。,0,2021-05-07 10:00:00,,2\n",
	} {
		said, matters, err := importFile(t, cfg, "suggestions", []byte(content), nil) // the same two matters each time
		if err != nil || matters != 2 {
			t.Errorf("%s: %d matters, %v %s", name, matters, err, said)
		}
	}
	a, err := app.New(t.Context(), cfg, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	list, err := a.Suggestions.List(t.Context(), suggestion.Filter{Query: "井盖"})
	if err != nil || len(list.Items) != 1 || list.Items[0].Title != "井盖松动" {
		t.Errorf("%v %v", list.Items, err)
	}
}

// TestBadFilesLeaveNothing: each is refused with its row, column and reason, and nothing of it is stored.
func TestBadFilesLeaveNothing(t *testing.T) {
	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	for name, content := range map[string]string{"[Content_Types].xml": "<Types/>", "xl/workbook.xml": `<workbook xmlns:r="r"><sheets><sheet name="a" r:id="1"/></sheets></workbook>`,
		"xl/worksheets/sheet1.xml": "<worksheet><sheetData>" + strings.Repeat(" ", 64<<20) + "</sheetData></worksheet>"} {
		f, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	row := "1,甲,路灯坏了,2021/5/6 9:30,青石巷的路灯坏了半个月。,0,3\n"
	head := "id,user,subject,submitted_at,body,against,support\n"
	cfg := fresh(t)
	for name, x := range map[string]struct {
		content string
		want    []string
	}{
		"empty":            {"", []string{"empty"}},
		"a header alone":   {head, nil},
		"no such column":   {"id,subject,body\n1,a,b\n", []string{"submitted at (提交时间)"}},
		"30 February":      {head + row + "2,乙,井盖,2021-02-30 10:00:00,井盖松动。,0,0\n", []string{"row 3", "submitted_at"}},
		"votes in words":   {head + row + "2,乙,井盖,2021-02-03 10:00:00,井盖松动。,0,很多\n", []string{"row 3", "support"}},
		"no text":          {head + row + "2,乙,井盖,2021-02-03 10:00:00, ,0,0\n", []string{"row 3", "body"}},
		"no id":            {head + row + ",乙,井盖,2021-02-03 10:00:00,井盖松动。,0,0\n", []string{"row 3", "id"}},
		"broken bytes":     {head + row + "2,乙,\xff\xfe,2021-02-03 10:00:00,井盖松动。,0,0\n", []string{"UTF-8"}},
		"a bomb":           {bomb.String(), nil},
		"a cut workbook":   {bomb.String()[:200], nil},
		"a picture":        {"\x89PNG\r\n\x1a\n\x00\x00", nil},
		"the header twice": {"id,编号,subject,submitted_at,body\n1,1,a,2021-05-06,b\n", nil},
	} {
		said, matters, err := importFile(t, cfg, "suggestions", []byte(x.content), nil)
		if name == "a header alone" {
			if err != nil || matters != 0 {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err == nil || matters != 0 {
			t.Errorf("%s: %v, %d matters", name, err, matters)
			continue
		}
		for _, w := range x.want {
			if !strings.Contains(said+err.Error(), w) {
				t.Errorf("%s: %q is not said in: %s %v", name, w, said, err)
			}
		}
	}
	said, matters, err := importFile(t, cfg, "suggestions", []byte(head+row+"2,乙,井盖,2021-02-30 10:00:00,井盖松动。,0,0\n"), func(c *importCmd) { c.SkipBad = true })
	if err != nil || matters != 1 || !strings.Contains(said, "row 3") {
		t.Errorf("leaving the bad row out: %d matters, %v %s", matters, err, said)
	}
}

// FuzzMatters: whatever stands in a file, each row is taken with everything that the service asks for, or refused by its line and column.
func FuzzMatters(f *testing.F) {
	catalog, err := app.Catalog()
	if err != nil {
		f.Fatal(err)
	}
	p := catalog.Printer(i18n.EN)
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(messagesCSV)
	if err != nil {
		f.Fatal(err)
	}
	var workbook bytes.Buffer
	w := sheet.NewXLSX(&workbook, "messages")
	if err := errors.Join(w.Header(sheet.Head{Name: "id"}, sheet.Head{Name: "subject"}, sheet.Head{Name: "submitted_at"}, sheet.Head{Name: "body"}, sheet.Head{Name: "reply"}, sheet.Head{Name: "replied_at"}),
		w.Row(1, "路灯坏了", clock.Of(2021, 5, 6), "青石巷的路灯坏了。", "已修好。", clock.Of(2021, 5, 9)), w.Close()); err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{messagesCSV, gbk, "id,subject,submitted_at,body,reply,replied_at\n1,a,2021-05-06,b,c,2021-05-05\n", "id;subject;submitted_at;body\n\"1\n\";\"\"\"\";9999-12-31;=1+1\n",
		"id,subject,submitted_at,body,support\n1,a,44327.4,b,-9223372036854775808\n", workbook.String()} {
		f.Add([]byte(s), true)
		f.Add([]byte(s), false)
	}
	f.Fuzz(func(t *testing.T, content []byte, replies bool) {
		im := &importer{importCmd: &importCmd{Kind: "suggestions", File: "x"}, p: p, bad: sheet.NewErrors(100)}
		if replies {
			im.Kind = "replies"
		}
		table, err := sheet.Open("x", bytes.NewReader(content), int64(len(content)), sheet.Options{Columns: im.matterColumns(), MaxRows: 200, MaxUnzipped: 1 << 20})
		if err != nil {
			if im.fileError(err).Error() == "" {
				t.Fatal("refused without a word")
			}
			return
		}
		for row, err := range table.Rows() {
			if err != nil {
				if file := (*sheet.FileError)(nil); !im.bad.Add(err) && !errors.As(err, &file) {
					t.Fatalf("neither a row's nor a file's error: %v", err)
				}
				continue
			}
			r, err := im.matter(row)
			if err == nil {
				if e := r.Check(); e != nil {
					t.Fatalf("taken, and refused by the service: %+v %v", r, e)
				}
				if !r.At.IsZero() && (r.At.Year() < 1 || r.At.Year() > 9999) {
					t.Fatalf("taken with the year %d", r.At.Year())
				}
				continue
			}
			if !im.bad.Add(err) {
				t.Fatalf("row %d: refused without a place: %v", row.Line, err)
			}
			if _, isProblem := problem.Of(err); isProblem {
				t.Fatalf("row %d: a refusal that names no column: %v", row.Line, err)
			}
		}
	})
}

// TestHeadingsMappedOnTheCommandLine: a heading that nobody knows stands for the field that is named; a field or a heading that is not there is said.
func TestHeadingsMappedOnTheCommandLine(t *testing.T) {
	cfg := fresh(t)
	people := []byte("人员,哪年生\n孙样例,1970\n")
	for _, x := range []struct {
		mapped map[string]string
		want   string // of the error; none when empty
	}{{nil, "name"}, {map[string]string{"nome": "人员"}, "nome"}, {map[string]string{"name": "没有的"}, "name"}, {map[string]string{"name": "人员", "phone": "没有的"}, "没有的"}, {map[string]string{"name": "人员", "birth_year": "哪年生"}, ""}} {
		_, _, err := importFile(t, cfg, "people", people, func(c *importCmd) { c.Map = x.mapped })
		if (err == nil) != (x.want == "") || err != nil && !strings.Contains(err.Error(), x.want) {
			t.Errorf("%v: %v", x.mapped, err)
		}
	}
}
