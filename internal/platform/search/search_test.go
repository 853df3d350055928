package search_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/search"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		typed string
		want  search.Query
		err   error
	}{
		{"", search.Query{}, nil},
		{"  小区　停车 ", search.Query{Words: []search.Word{{Text: "小区"}, {Text: "停车"}}}, nil},
		{"A3区", search.Query{Words: []search.Word{{Text: "a3\x00区"}}}, nil},
		{"ＷiFi", search.Query{Words: []search.Word{{Text: "wifi"}}}, nil},
		{`"a b" c`, search.Query{Words: []search.Word{{Text: "a\x00b"}, {Text: "c"}}}, nil},
		{`“路灯 不亮”`, search.Query{Words: []search.Word{{Text: "路灯\x00不亮"}}}, nil},
		{`路灯 -施工 －"夜 间"`, search.Query{Words: []search.Word{{Text: "路灯"}, {Text: "施工", Not: true}, {Text: "夜\x00间", Not: true}}}, nil},
		{`标题:路灯 单位：市水务局 state:closed no:"长沙-2026-1"`, search.Query{
			Words: []search.Word{{Text: "路灯", Title: true}},
			Filters: []search.Filter{{Field: "department", Value: "市水务局"}, {Field: "state", Value: "closed"},
				{Field: "no", Value: "长沙-2026-1"}}}, nil},
		{`-状态:办结`, search.Query{Filters: []search.Filter{{Field: "state", Value: "办结", Not: true}}}, nil},
		{`http://x`, search.Query{Words: []search.Word{{Text: "http\x00x"}}}, nil},
		{`单位: ，。 路 路`, search.Query{Words: []search.Word{{Text: "路"}}}, nil},
		{`"never closed`, search.Query{Words: []search.Word{{Text: "never\x00closed"}}}, nil},
		{`-only`, search.Query{}, search.ErrOnlyExcluded},
		{strings.Repeat("长", 201), search.Query{}, search.ErrTooLong},
	} {
		got, err := search.Parse(c.typed)
		if !errors.Is(err, c.err) || !reflect.DeepEqual(got, c.want) {
			t.Errorf("Parse(%q) = %+v, %v; want %+v, %v", c.typed, got, err, c.want, c.err)
		}
	}
}

func TestTokens(t *testing.T) {
	for text, want := range map[string]string{
		"":                      "",
		"丽发新城":                  "丽发 发新 新城 城",
		"A3区，Ｂ座 wifi":           "a3 区 b 座 wifi",
		"小\u200b区\ufe0f门":       "小区 区门 门",
		"ｶﾌｪ":                   "カフ フェ ェ",
		"12号楼":                  "12 号楼 楼",
		strings.Repeat("x", 70): strings.Repeat("x", 64) + " xxxxxx",
	} {
		if got := strings.Join(search.Tokens(text), " "); got != want {
			t.Errorf("Tokens(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestSnippet(t *testing.T) {
	show := func(parts []search.Part) string {
		var b strings.Builder
		for _, p := range parts {
			if p.Mark {
				b.WriteString("[" + p.Text + "]")
			} else {
				b.WriteString(p.Text)
			}
		}
		return b.String()
	}
	long := strings.Repeat("前", 300) + "<b>路灯</b>不亮，ＷiFi也断了。" + strings.Repeat("后", 300)
	for _, c := range []struct {
		text, query string
		width       int
		want        string
	}{
		{"小区路灯不亮", "路灯", 100, "小区[路灯]不亮"},
		{"小区路灯不亮", "-路灯 不亮", 100, "小区路灯[不亮]"},
		{"小区路灯不亮了几个晚上", "电梯", 1, "小区路灯不亮了几个晚…"},
		{"在A3区和A3 区", "A3区", 100, "在[A3区]和[A3 区]"},
		{long, "wifi 路灯", 24, "…前前前<b>[路灯]</b>不亮，[ＷiFi]也断了。后…"},
		{"wifi2 wifi", "wifi", 100, "wifi2 [wifi]"},
		{"路 灯\n路灯", "路灯", 100, "路 灯 [路灯]"},
		{"路灯路灯", "路灯 灯路", 100, "[路灯路灯]"},
		{"", "路灯", 10, ""},
	} {
		q, err := search.Parse(c.query)
		must(t, err)
		if got := show(search.Snippet(c.text, q, c.width)); got != c.want {
			t.Errorf("Snippet(%q, %q) = %q, want %q", c.text, c.query, got, c.want)
		}
	}
}

func TestPagesOfHits(t *testing.T) {
	dbtest.Each(t, schema(), func(t *testing.T, d *db.DB) {
		x := search.New("matter")
		ctx := context.Background()
		must(t, d.Write(ctx, func(tx *db.Tx) error {
			for i := int64(1); i <= 50; i++ {
				title, body := "别的事", "这里路灯不亮"
				if i%5 == 0 {
					title, body = "路灯", "不亮"
				}
				if err := x.Put(tx, i, title, body); err != nil {
					return err
				}
			}
			return nil
		}))
		find := func(query string, o search.Options) (ids []int64, hits []search.Hit, total int) {
			t.Helper()
			q, err := search.Parse(query)
			must(t, err)
			must(t, d.Read(ctx, func(tx *db.Tx) error {
				hits, total, err = x.Find(tx, q, o)
				return err
			}))
			for _, h := range hits {
				ids = append(ids, h.RID)
			}
			return ids, hits, total
		}
		all, hits, total := find("路灯", search.Options{Limit: 100})
		if total != 50 || len(all) != 50 || all[0] != 50 || all[9] != 5 || all[10] != 49 || all[49] != 1 {
			t.Fatalf("all: %d %v", total, all)
		}
		for cut := 0; cut < 50; cut += 7 {
			byOffset, _, n := find("路灯", search.Options{Limit: 7, Offset: cut})
			if !reflect.DeepEqual(byOffset, all[cut:min(cut+7, 50)]) || n != 50 {
				t.Errorf("offset %d: %v", cut, byOffset)
			}
			if cut > 0 {
				after, _, n := find("路灯", search.Options{Limit: 7, After: &hits[cut-1]})
				if !reflect.DeepEqual(after, all[cut:min(cut+7, 50)]) || n != 50 {
					t.Errorf("after %v: %v", hits[cut-1], after)
				}
			}
		}
		if ids, _, n := find("路灯", search.Options{Offset: 60}); len(ids) != 0 || n != 50 {
			t.Errorf("past the end: %v of %d", ids, n)
		}
		if ids, _, n := find("路灯", search.Options{Where: "{rid} <= ?", Args: []any{6}}); !reflect.DeepEqual(ids, []int64{5, 6, 4, 3, 2, 1}) || n != 6 {
			t.Errorf("with a condition: %v of %d", ids, n)
		}
		if ids, _, n := find("标题:路灯", search.Options{Limit: 3}); !reflect.DeepEqual(ids, []int64{50, 45, 40}) || n != 10 {
			t.Errorf("in the title: %v of %d", ids, n)
		}
		if ids, _, n := find("路", search.Options{Limit: 2}); !reflect.DeepEqual(ids, []int64{50, 45}) || n != 50 {
			t.Errorf("one character: %v of %d", ids, n)
		}
		// What was committed is found at once, although the answer was remembered; what failed is not.
		must(t, d.Write(ctx, func(tx *db.Tx) error { return x.Put(tx, 51, "路灯", "") }))
		failed := errors.New("no")
		if err := d.Write(ctx, func(tx *db.Tx) error { return errors.Join(x.Put(tx, 52, "路灯", ""), failed) }); !errors.Is(err, failed) {
			t.Fatal(err)
		}
		must(t, d.Write(ctx, func(tx *db.Tx) error { return x.Delete(tx, 50) }))
		if ids, _, n := find("标题:路灯", search.Options{Limit: 3}); !reflect.DeepEqual(ids, []int64{51, 45, 40}) || n != 10 {
			t.Errorf("after changes: %v of %d", ids, n)
		}
		if err := d.Write(ctx, func(tx *db.Tx) error { return x.Put(tx, 0, "", "") }); err == nil {
			t.Error("row key 0 was taken")
		}
		must(t, d.Read(ctx, func(tx *db.Tx) error {
			if _, _, err := x.Find(tx, search.Query{}, search.Options{Limit: search.MaxLimit + 1}); !errors.Is(err, search.ErrRange) {
				t.Errorf("limit out of range: %v", err)
			}
			return nil
		}))
	})
}

// A text longer than a tsvector can count is found whole: words in different parts of it, and phrases at every seam.
func TestVeryLongTexts(t *testing.T) {
	dbtest.Each(t, schema(), func(t *testing.T, d *db.DB) {
		x := search.New("matter")
		ctx := context.Background()
		var b strings.Builder
		b.WriteString("开头的鲸")
		for i := range 40_000 {
			b.WriteRune(rune(0x4E00 + i%3000))
			if i == 11_950 || i == 12_010 || i == 20_000 {
				b.WriteString("鳗鱼鳕")
			}
		}
		b.WriteString(strings.Repeat("哈", 700) + "尾巴")
		must(t, d.Write(ctx, func(tx *db.Tx) error {
			return errors.Join(x.Put(tx, 1, "长", b.String()), x.Put(tx, 2, "短", "鲸 尾巴"))
		}))
		for query, want := range map[string]int{
			"开头 尾巴": 1, "鳗鱼鳕 鲸": 1, "鲸 尾巴": 2, "尾巴 -开头": 1, "哈哈哈尾巴": 1, "开头 -尾巴": 0, "标题:长 尾巴": 1, "标题:短 开头": 0, "开头尾巴": 0,
			string([]rune{0x4E00 + 2999, 0x4E00}): 1,
		} {
			q, err := search.Parse(query)
			must(t, err)
			must(t, d.Read(ctx, func(tx *db.Tx) error {
				_, total, err := x.Find(tx, q, search.Options{})
				if total != want {
					t.Errorf("%q: %d rows, want %d", query, total, want)
				}
				return err
			}))
		}
		// Around the end of a piece every phrase of three is found, which takes two neighbouring pairs in one piece.
		r := rand.New(rand.NewPCG(4, 4))
		long := make([]rune, 13_000)
		for i := range long {
			long[i] = rune(0x4E00 + r.IntN(20_000))
		}
		must(t, d.Write(ctx, func(tx *db.Tx) error { return x.Put(tx, 3, "无", string(long)) }))
		for i := 11_985; i < 12_010; i++ {
			q, err := search.Parse(string(long[i : i+3]))
			must(t, err)
			must(t, d.Read(ctx, func(tx *db.Tx) error {
				_, total, err := x.Find(tx, q, search.Options{})
				if total != 1 {
					t.Errorf("characters %d to %d: %d rows", i, i+3, total)
				}
				return err
			}))
		}
		must(t, d.Write(ctx, func(tx *db.Tx) error { return x.Put(tx, 1, "长", "现在短") }))
		q, _ := search.Parse("哈哈")
		must(t, d.Read(ctx, func(tx *db.Tx) error {
			_, total, err := x.Find(tx, q, search.Options{})
			if total != 0 {
				t.Errorf("old pieces are still found")
			}
			return err
		}))
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "路灯 -a 标题:b", `"x`, "-", "：", "单位:", `-"`, "\xff\"\xe4", "「a」b", "no:“x”y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := search.Parse(s)
		if utf8.RuneCountInString(s) > search.MaxQuery != errors.Is(err, search.ErrTooLong) {
			t.Fatalf("%d runes: %v", utf8.RuneCountInString(s), err)
		}
		for _, w := range q.Words {
			if w.Text == "" || search.Fold(w.Text) != w.Text || len(search.Tokens(w.Text)) == 0 {
				t.Fatalf("word %q", w.Text)
			}
		}
		for _, p := range q.Filters {
			if p.Field == "" || p.Value == "" {
				t.Fatalf("filter %+v", p)
			}
		}
	})
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"", "小区a区", "a\x00b", "\xff路", "İß", "ﷺ", "か゛", "' \\ : \" *"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		tokens := search.Tokens(s)
		for _, k := range tokens {
			if k == "" || !utf8.ValidString(k) || strings.ContainsAny(k, " '\\\":*()&|!<>\x00") || utf8.RuneCountInString(k) > 64 {
				t.Fatalf("token %q of %q", k, s)
			}
		}
		if again := search.Tokens(search.Fold(s)); strings.Join(again, " ") != strings.Join(tokens, " ") {
			t.Fatalf("%q: tokens %q, of the folded text %q", s, tokens, again)
		}
	})
}

func FuzzSnippet(f *testing.F) {
	f.Add("小区路灯不亮", "路灯", 3)
	f.Add("\xff\xe4路\u200b灯", "路灯 a", 12)
	f.Fuzz(func(t *testing.T, text, query string, width int) {
		q, err := search.Parse(query)
		if err != nil {
			return
		}
		var b strings.Builder
		for _, p := range search.Snippet(text, q, width) {
			if p.Text == "" {
				t.Fatal("an empty part")
			}
			if p.Mark && len(search.Tokens(p.Text)) == 0 {
				t.Fatalf("marked %q", p.Text)
			}
			b.WriteString(p.Text)
		}
		if utf8.RuneCountInString(b.String()) > max(10, min(width, 2000))+2 {
			t.Fatalf("%d runes for a width of %d", utf8.RuneCountInString(b.String()), width)
		}
	})
}
