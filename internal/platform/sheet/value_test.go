package sheet

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"　１２３ＡＢｃ\u00a0\u200b 号，　（甲）\r\n\t乙 ": "123ABc 号， （甲） 乙", "": "", " \u3000\ufeff": "", "a\x00b\x07": "ab",
	} {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestParseDateAndTime(t *testing.T) {
	for in, want := range map[string]string{
		"2026-02-12": "2026-02-12 00:00:00", "2026-2-3": "2026-02-03 00:00:00", "2026/2/12 8:30": "2026-02-12 08:30:00", "2026.02.12": "2026-02-12 00:00:00",
		"２０２６年２月１２日": "2026-02-12 00:00:00", "2026 年 2 月 3 日 08:30:01.5": "", "2026年 2 月 3 日 08:30:01.5": "2026-02-03 08:30:01.5", "20260212": "2026-02-12 00:00:00",
		"2026-02-12T08:30:00": "2026-02-12 08:30:00", "2026-02-12T00:30:00Z": "2026-02-12 08:30:00", "2026-02-12T08:30:00+09:00": "2026-02-12 07:30:00", "2024-02-29": "2024-02-29 00:00:00",
		"2026-02-30": "", "2025-2-29": "", "2026-02": "", "12/02/2026": "", "02-12-2026": "", "2026-13-01": "", "2026年2月12": "", "2026-02-12x": "", "2026-02-12 25:00": "",
		"2026-02/12": "", "20260230": "", "202602123": "", "2026-002-12": "", "昨天": "", "-2026-02-12": "", "2026-02-12 ": "2026-02-12 00:00:00", "": "", "0000-01-01": "",
	} {
		at, ok := ParseTime(in)
		if ok != (want != "") || ok && timeText(at) != want {
			t.Errorf("ParseTime(%q) = %v, %v; want %q", in, at, ok, want)
		}
		if d, ok := ParseDate(in); !strings.Contains(in, "T0") && (ok != (want != "") || ok && !strings.HasPrefix(want, d.String())) {
			t.Errorf("ParseDate(%q) = %v, %v; want %q", in, d, ok, want)
		}
	}
}

func TestGetters(t *testing.T) {
	opts := Options{}
	row := func(value string) Row {
		for r, err := range mustOpen(t, []byte("v,x\n\""+value+"\",1\n"), opts).Rows() {
			must(t, err)
			return r
		}
		t.Fatal("no row")
		return Row{}
	}
	for in, want := range map[string]string{
		"": "0 0 false -", "１，２３４": "1234 1234 - -", "1,024": "1024 1024 - -", "1,02": "- - - -", "-5": "-5 -5 - -", "--5": "- - - -", "1.50": "- 1.5 - -", "1e3": "1000 1000 - -", "NaN": "- - - -", "Inf": "- - - -",
		"1e999": "- - - -", "0x10": "- - - -", "9223372036854775807": "9223372036854775807 9.223372036854775807e18 - -", "9223372036854775808": "- 9.223372036854775808e18 - -", "是": "- - true -", "Ｎｏ": "- - false -",
		"46065": "46065 46065 - 2026-02-12", "46065.5": "- 46065.5 - 2026-02-12", "00060": "60 60 - -", "60": "60 60 - -", "2026-02-30": "- - - -", "2026年2月12日": "- - - 2026-02-12", "-": "- - - -", "_": "- - - -",
	} {
		r, got := row(in), make([]string, 4)
		show := func(i int, v any, err error) {
			var e *RowError
			switch {
			case err == nil:
				got[i] = fmt.Sprint(v)
			case errors.As(err, &e) && e.Line == 2 && e.Column == "v" && e.Title == "v" && e.Value == in:
				got[i] = "-"
			default:
				t.Errorf("%q: error %v", in, err)
			}
		}
		n, err := r.Int("v")
		show(0, n, err)
		f, err := r.Float("v")
		show(1, f, err)
		b, err := r.Bool("v")
		show(2, b, err)
		d, err := r.Date("v")
		show(3, d, err)
		at, err := r.Time("v")
		if d.IsZero() != at.IsZero() || (err == nil) != (got[3] != "-") {
			t.Errorf("%q: date %v but time %v, %v", in, d, at, err)
		}
		if got[3] == "" {
			got[3] = "-"
		}
		var wantF float64
		fields := strings.Fields(want)
		if _, err := fmt.Sscan(fields[1], &wantF); err == nil && fields[1] != "-" {
			fields[1] = fmt.Sprint(wantF)
		}
		if strings.Join(got, " ") != strings.Join(fields, " ") {
			t.Errorf("%q reads as %q, want %q", in, strings.Join(got, " "), strings.Join(fields, " "))
		}
	}
	if _, err := row(" 　").Need("v"); err == nil {
		t.Error("a cell of spaces counts as filled in")
	}
	if v, err := row(" 甲　乙 ").Need("v"); v != "甲 乙" || err != nil {
		t.Errorf("Need gives %q, %v", v, err)
	}
	if at, err := row("2026-02-12 08:30").Time("v"); err != nil || !at.Equal(time.Date(2026, 2, 12, 0, 30, 0, 0, time.UTC)) {
		t.Errorf("time is %v, %v", at, err)
	}
}

func TestErrors(t *testing.T) {
	errs := NewErrors(3)
	if errs.Err() != nil || !errs.Add(nil) {
		t.Error("an empty collection is an error")
	}
	one := func(n int) *RowError {
		return &RowError{Line: n, Column: "joined", Title: "加入日期", Value: "x", Reason: reason("sheet.err.too_long", "max", 5)}
	}
	if !errs.Add(one(1)) || !errs.Add(RowErrors{one(2), one(3), one(4)}) || !errs.Add(fmt.Errorf("row: %w", errors.Join(one(5), one(6)))) {
		t.Error("row errors are not taken")
	}
	if errs.Add(errors.New("disk")) || errs.Add(errors.Join(one(7), errors.New("disk"))) || errs.Add(&FileError{}) {
		t.Error("other errors are swallowed")
	}
	if errs.Total() != 6 || len(errs.List()) != 3 || errs.List()[2].Line != 3 {
		t.Errorf("%d in all, %v listed", errs.Total(), errs.List())
	}
	var first *RowError
	if err := errs.Err(); !errors.As(err, &first) || first.Line != 1 || !strings.Contains(err.Error(), "6 errors, 3 of them listed") {
		t.Errorf("the sum is %v", err)
	}
	if got, want := one(7).Error(), `row 7, column 加入日期, "x": The cell has more than 5 characters.`; got != want {
		t.Errorf("error reads %q, want %q", got, want)
	}
	if got := (&RowError{Line: 1, Reason: reason("directory.err.unknown")}).Error(); got != "row 1: directory.err.unknown" {
		t.Errorf("a foreign key reads %q", got)
	}
	if s := short(strings.Repeat("长", 100)); len([]rune(s)) != 81 {
		t.Errorf("a long value is cut to %d", len([]rune(s)))
	}
}

// TestMessages compares the keys used in this package with those that have texts, in both languages with the same parameters.
func TestMessages(t *testing.T) {
	texts := map[string]map[string]string{}
	for _, lang := range []string{"en", "zh-CN"} {
		data, err := os.ReadFile("messages/" + lang + ".json")
		must(t, err)
		m := map[string]string{}
		must(t, json.Unmarshal(data, &m))
		texts[lang] = m
	}
	if f, err := Messages().Open("messages/zh-CN.json"); err != nil {
		t.Error(err)
	} else {
		must(t, f.Close())
	}
	files, err := os.ReadDir(".")
	must(t, err)
	used := map[string]bool{}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		src, err := os.ReadFile(f.Name())
		must(t, err)
		for _, m := range regexp.MustCompile(`"(sheet\.(?:err|note)\.[a-z0-9_]+)"`).FindAllSubmatch(src, -1) {
			used[string(m[1])] = true
		}
	}
	params := regexp.MustCompile(`\{[a-z]+\}`)
	for key, en := range texts["en"] {
		zh := texts["zh-CN"][key]
		a, b := params.FindAllString(en, -1), params.FindAllString(zh, -1)
		slices.Sort(a)
		slices.Sort(b)
		if !used[key] || zh == "" || !slices.Equal(a, b) {
			t.Errorf("%s: used %v, in Chinese %q, parameters %v and %v", key, used[key], zh, a, b)
		}
	}
	for key := range used {
		if texts["en"][key] == "" {
			t.Errorf("%s has no text", key)
		}
	}
}
