package i18n

import (
	"context"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

func module(zh, en string) fs.FS {
	return fstest.MapFS{
		"messages/zh-CN.json": {Data: []byte(zh)},
		"messages/en.json":    {Data: []byte(en)},
	}
}

func mustLoad(t testing.TB, fsys ...fs.FS) *Catalog {
	t.Helper()
	c, err := Load(fsys...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLoadRefuses(t *testing.T) {
	good := module(`{"a": "甲"}`, `{"a": "A"}`)
	for name, tc := range map[string]struct {
		fsys []fs.FS
		want string
	}{
		"twice across modules": {[]fs.FS{good, good}, "a: key is there twice"},
		"twice in one file":    {[]fs.FS{module(`{"a": "甲", "a": "乙"}`, `{"a": "A"}`)}, "a: key is there twice"},
		"missing in English":   {[]fs.FS{module(`{"a": "甲", "b": "乙"}`, `{"a": "A"}`)}, "b: missing in en"},
		"missing in Chinese":   {[]fs.FS{module(`{"a": "甲"}`, `{"a": "A", "b": "B"}`)}, "b: missing in zh-CN"},
		"other parameters":     {[]fs.FS{module(`{"a": "{x} 甲"}`, `{"a": "A {y}"}`)}, "parameters differ"},
		"only one has any":     {[]fs.FS{module(`{"a": "甲"}`, `{"a": "A {y}"}`)}, "parameters differ"},
		"more in one":          {[]fs.FS{module(`{"a": "{n}"}`, `{"a": {"one": "{n} {x}", "other": "{n}"}}`)}, `in "one" and not in "other"`},
		"no other":             {[]fs.FS{module(`{"a": "{n}"}`, `{"a": {"one": "{n}"}}`)}, `no wording "other"`},
		"unknown plural":       {[]fs.FS{module(`{"a": "{n}"}`, `{"a": {"few": "{n}", "other": "{n}"}}`)}, "neither a text"},
		"open brace":           {[]fs.FS{module(`{"a": "甲 {x"}`, `{"a": "A"}`)}, "not closed"},
		"stray brace":          {[]fs.FS{module(`{"a": "甲 x}"}`, `{"a": "A"}`)}, "not opened"},
		"bad name":             {[]fs.FS{module(`{"a": "甲 {x y}"}`, `{"a": "A"}`)}, "not a parameter name"},
		"empty":                {[]fs.FS{module(`{"a": ""}`, `{"a": "A"}`)}, "is empty"},
		"cut short":            {[]fs.FS{module(`{"a": "甲"`, `{"a": "A"}`)}, "zh-CN.json"},
		"not an object":        {[]fs.FS{module(`["a"]`, `{"a": "A"}`)}, "not a JSON object"},
		"no file":              {[]fs.FS{fstest.MapFS{}}, "read messages"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load(tc.fsys...)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("got %v, want an error with %q", err, tc.want)
			}
		})
	}
}

func TestMessages(t *testing.T) {
	c := mustLoad(t, module(
		`{"plain": "你好", "hi": "{who}，共{n}件", "count": "{n} 件", "brace": "{{x}}", "due": "{d}"}`,
		`{"plain": "Hello", "hi": "{n} of {who}", "count": {"one": "one matter", "other": "{n} matters"}, "brace": "{{x}}", "due": "due {d}"}`))
	zh, en := c.Printer(ZH), c.Printer(EN)
	for _, tc := range []struct{ got, want string }{
		{zh.T("plain"), "你好"},
		{en.T("plain"), "Hello"},
		{zh.T("hi", "who", "甲", "n", 12345), "甲，共12,345件"},
		{en.T("hi", "n", 3, "who", Name{ZH: "甲", EN: "A"}), "3 of A"},
		{en.T("hi", "n", 3), "3 of {who}"},
		{en.N("count", 1), "one matter"},
		{en.N("count", 0), "0 matters"},
		{en.N("count", 1234), "1,234 matters"},
		{zh.N("count", 1), "1 件"},
		{zh.T("brace"), "{x}"},
		{zh.T("nothing"), "⟦nothing⟧"},
		{zh.N("nothing", 1), "⟦nothing⟧"},
		{zh.Name(Name{ZH: "甲", EN: "A"}), "甲"},
		{en.Name(Name{ZH: "甲"}), "甲"},
		{c.Printer("fr").T("plain"), "你好"},
		{From(context.Background()).T("plain"), "⟦plain⟧"},
		{From(With(context.Background(), en)).T("plain"), "Hello"},
		{(*Printer)(nil).T("plain"), "⟦plain⟧"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}

func TestPlainLookupAllocatesNothing(t *testing.T) {
	p := mustLoad(t, module(`{"a": "甲"}`, `{"a": "A"}`)).Printer(ZH)
	ctx := With(context.Background(), p)
	if n := testing.AllocsPerRun(100, func() { _ = From(ctx).T("a") }); n != 0 {
		t.Fatalf("%v allocations a lookup, want none", n)
	}
}

func TestNegotiate(t *testing.T) {
	for _, tc := range []struct {
		accept, cookie, query string
		want                  Lang
	}{
		{"", "", "", ZH},
		{"en-GB,en;q=0.9", "", "", EN},
		{"en-US,en;q=0.9,zh-CN;q=0.8", "", "", ZH},
		{"fr-FR,fr;q=0.9", "", "", ZH},
		{"fr-FR,en;q=0.5", "", "", EN},
		{"en;q=0", "", "", ZH},
		{"zh;q=0, en", "", "", EN},
		{"en", "zh-CN", "", ZH},
		{"zh-CN", "en", "", EN},
		{"zh-CN", "zh-CN", "en", EN},
		{"en", "en", "zh", ZH},
		{"en", "klingon", "xx", EN},
	} {
		if got := Negotiate(tc.accept, tc.cookie, tc.query); got != tc.want {
			t.Errorf("Negotiate(%q, %q, %q) = %s, want %s", tc.accept, tc.cookie, tc.query, got, tc.want)
		}
	}
}

func BenchmarkT(b *testing.B) {
	p := mustLoad(b, module(`{"a": "甲"}`, `{"a": "A"}`)).Printer(ZH)
	for b.Loop() {
		_ = p.T("a")
	}
}
