package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/xuri/excelize/v2"

	"xieshang/internal/platform/clock"
)

var tricky = []string{
	"=1+1", "+86 10", "-5", "@SUM(A1)", "\tx", "\rx", "\nx", "'=1", "''=1", "'quoted'", "'", "''", "", " ", "  two  ", "a\r\nb", "a\nb\r", "\"q\",;\t", "＝1", "＠x",
	"_x000D_", "_x005F_x000D_", "_x005F_", "_x", "a_x0041_x0042_", "<b>&amp;</b>", "]]>", "汉字🀄", "0012", "1e5", "TRUE", "#N/A", "2026-02-12", "46065", "|calc", ";=1",
	"\ufeffx", "'\ufeff", "é", "-", "=", "_xD800_", "a\u00a0b",
}

func writers() map[string]func(io.Writer) *Writer {
	return map[string]func(io.Writer) *Writer{
		"csv":  func(w io.Writer) *Writer { return NewCSV(w, false) },
		"bom":  func(w io.Writer) *Writer { return NewCSV(w, true) },
		"xlsx": func(w io.Writer) *Writer { return NewXLSX(w, "名单") },
	}
}

func TestTextsComeBack(t *testing.T) {
	for name, open := range writers() {
		var b bytes.Buffer
		w := open(&b)
		must(t, w.Header(Head{Name: "id"}, Head{Name: "text", Title: "=正文"}))
		for i, s := range tricky {
			must(t, w.Row(i, s))
		}
		must(t, w.Close())
		table := mustOpen(t, b.Bytes(), Options{Columns: []Column{{Name: "id"}, {Name: "=正文"}}})
		i := 0
		for row, err := range table.Rows() {
			must(t, err)
			if got := row.Get("=正文"); got != tricky[i] {
				t.Errorf("%s: %q came back as %q", name, tricky[i], got)
			}
			i++
		}
		if i != len(tricky) {
			t.Errorf("%s: %d rows came back", name, i)
		}
	}
}

func TestFormulasAreNeutralised(t *testing.T) {
	var b bytes.Buffer
	w := NewCSV(&b, false)
	must(t, w.Header(Head{Name: "=a"}, Head{Name: "b"}))
	must(t, w.Row("=1", -5))
	must(t, w.Row("-5", -1.5))
	must(t, w.Row("@x;=2", "\t=3"))
	must(t, w.Close())
	if got, want := b.String(), "'=a,b\r\n'=1,-5\r\n'-5,-1.5\r\n\"'@x;=2\",\"'\t=3\"\r\n"; got != want {
		t.Errorf("CSV is %q, want %q", got, want)
	}
	b.Reset()
	w = NewXLSX(&b, "a")
	must(t, w.Header(Head{Name: "=a"}))
	must(t, w.Row("=1+1"))
	must(t, w.Close())
	f, err := excelize.OpenReader(&b)
	must(t, err)
	defer func() { must(t, f.Close()) }()
	for _, cell := range []string{"A1", "A2"} {
		formula, err := f.GetCellFormula("a", cell)
		must(t, err)
		kind, err := f.GetCellType("a", cell)
		must(t, err)
		if formula != "" || kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString {
			t.Errorf("%s is a formula %q of type %v", cell, formula, kind)
		}
	}
}

func TestValuesComeBack(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	type values struct {
		n  int64
		f  float64
		d  clock.Date
		at time.Time
		ok bool
	}
	rows := []values{
		{},
		{math.MaxInt64, math.MaxFloat64, clock.Of(1, 1, 1), time.Date(2026, 2, 12, 0, 0, 0, 3000, time.UTC), true},
		{math.MinInt64, -math.SmallestNonzeroFloat64, clock.Of(9999, 12, 31), time.Date(1850, 1, 1, 1, 1, 1, 0, time.UTC), false},
		{1e15, 0.1, clock.Of(1900, 2, 28), time.Date(9998, 12, 31, 15, 59, 59, 999999000, time.UTC), false},
		{-1e15 + 1, 0.30000000000000004, clock.Of(1900, 3, 1), time.Date(1900, 1, 5, 1, 1, 1, 0, time.UTC), false},
	}
	for range 500 {
		at := time.Date(1950+rng.IntN(150), 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rng.Int64N(365*24*3600e6)) * time.Microsecond)
		rows = append(rows, values{rng.Int64N(2e15) - 1e15, rng.NormFloat64(), clock.DateOf(at), at, rng.IntN(2) == 0})
	}
	for name, open := range writers() {
		var b bytes.Buffer
		w := open(&b)
		must(t, w.Header(Head{Name: "n"}, Head{Name: "f"}, Head{Name: "d"}, Head{Name: "at"}, Head{Name: "ok"}))
		for _, r := range rows {
			must(t, w.Row(r.n, r.f, r.d, r.at, r.ok))
		}
		must(t, w.Close())
		i := 0
		for row, err := range mustOpen(t, b.Bytes(), Options{}).Rows() {
			must(t, err)
			var got values
			var errs [5]error
			got.n, errs[0] = row.Int("n")
			got.f, errs[1] = row.Float("f")
			got.d, errs[2] = row.Date("d")
			got.at, errs[3] = row.Time("at")
			got.ok, errs[4] = row.Bool("ok")
			must(t, errors.Join(errs[:]...))
			if got != rows[i] {
				t.Fatalf("%s: %+v came back as %+v", name, rows[i], got)
			}
			i++
		}
		if i != len(rows) {
			t.Errorf("%s: %d rows came back", name, i)
		}
	}
}

func TestJSON(t *testing.T) {
	id := uuid.MustParse("01890a5d-ac96-774b-bcce-b302099a8057")
	var none *string
	write := func(w *Writer) {
		must(t, w.Header(Head{Name: "b", Title: "乙"}, Head{Name: "a"}, Head{Name: "at"}, Head{Name: "d"}, Head{Name: "id"}, Head{Name: "none"}))
		must(t, w.Row("=<&>\"汉", -1.5, time.Date(2026, 2, 12, 8, 30, 0, 1000, clock.Location()), clock.Of(2026, 2, 12), id, none))
		must(t, w.Row("", int64(math.MaxInt64), time.Time{}, clock.Date{}, nil, true))
		must(t, w.Close())
	}
	const one = `{"b":"=<&>\"汉","a":-1.5,"at":"2026-02-12T00:30:00.000001Z","d":"2026-02-12","id":"01890a5d-ac96-774b-bcce-b302099a8057","none":null}`
	const two = `{"b":"","a":9223372036854775807,"at":null,"d":null,"id":null,"none":true}`
	var b bytes.Buffer
	write(NewJSONLines(&b))
	if got := b.String(); got != one+"\n"+two+"\n" {
		t.Errorf("lines are\n%s", got)
	}
	b.Reset()
	write(NewJSON(&b))
	if got := b.String(); got != "[\n"+one+",\n"+two+"\n]\n" {
		t.Errorf("the array is\n%s", got)
	}
	b.Reset()
	w := NewJSON(&b)
	must(t, w.Header(Head{Name: "a"}))
	must(t, w.Close())
	var empty []any
	if err := json.Unmarshal(b.Bytes(), &empty); err != nil || len(empty) != 0 {
		t.Errorf("an empty table is %q", b.String())
	}
}

func TestWriterRefuses(t *testing.T) {
	writer := func() *Writer {
		w := NewXLSX(io.Discard, "a")
		must(t, w.Header(Head{Name: "a"}, Head{Name: "长列"}))
		return w
	}
	must(t, writer().Row(1, strings.Repeat("长", 32767)))
	for _, cells := range [][]any{{1}, {1, 2, 3}, {1, math.NaN()}, {1, math.Inf(-1)}, {1, []int{1}}, {1, strings.Repeat("长", 32768)}} {
		w := writer()
		err := w.Row(cells...)
		if !errors.Is(err, ErrCell) {
			t.Errorf("%.30v gives %v", cells, err)
		} else if len(cells) == 2 && !strings.Contains(err.Error(), "长列") {
			t.Errorf("the column is not named: %v", err)
		}
		must(t, w.Close())
	}
	w := writer()
	if err := w.Header(Head{Name: "a"}); !errors.Is(err, ErrCell) {
		t.Errorf("a second header gives %v", err)
	}
	must(t, w.Close())
	if err := NewCSV(io.Discard, false).Close(); !errors.Is(err, ErrCell) {
		t.Errorf("a table without a header gives %v", err)
	}
	if err := NewXLSX(io.Discard, "a/b").Header(Head{Name: "a"}); err == nil {
		t.Error("a sheet name with a slash is taken")
	}
	full := errors.New("full")
	for _, w := range []*Writer{NewCSV(failing{full}, true), NewJSON(failing{full}), NewXLSX(failing{full}, "a")} {
		if err := errors.Join(w.Header(Head{Name: "a"}), w.Row("b"), w.Close()); !errors.Is(err, full) {
			t.Errorf("a full disk gives %v", err)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestXLSXLooks(t *testing.T) {
	var b bytes.Buffer
	w := NewXLSX(&b, "名单")
	must(t, w.Header(Head{Name: "a", Title: "一个相当长的列标题", Width: 40}, Head{Name: "d", Title: "日期"}))
	must(t, w.Row("x", clock.Of(2026, 2, 12)))
	must(t, w.Close())
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	must(t, err)
	defer func() { must(t, f.Close()) }()
	wide, err := f.GetColWidth("名单", "A")
	must(t, err)
	shown, err := f.GetCellValue("名单", "B2")
	must(t, err)
	panes, err := f.GetPanes("名单")
	must(t, err)
	n, err := f.GetCellStyle("名单", "A1")
	must(t, err)
	style, err := f.GetStyle(n)
	must(t, err)
	if wide != 40 || shown != "2026-02-12" || !panes.Freeze || panes.YSplit != 1 || style.Font == nil || !style.Font.Bold {
		t.Errorf("width %v, date %q, panes %+v, heading %+v", wide, shown, panes, style.Font)
	}
	if _, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len())); err != nil {
		t.Error(err)
	}
}

// FuzzText checks that any text comes back from CSV and XLSX as it was.
func FuzzText(f *testing.F) {
	for _, s := range tricky {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "?")
		if strings.ContainsRune(s, 0) || len(s) > 1000 {
			return
		}
		for name, open := range writers() {
			var b bytes.Buffer
			w := open(&b)
			must(t, w.Header(Head{Name: "a"}, Head{Name: "b"}))
			must(t, w.Row(s, "x"))
			must(t, w.Close())
			if got := all(t, mustOpen(t, b.Bytes(), Options{})); !reflect.DeepEqual(got, [][]string{{s, "x"}}) {
				t.Fatalf("%s: %q came back as %q", name, s, got)
			}
		}
	})
}
