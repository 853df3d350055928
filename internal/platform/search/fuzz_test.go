package search_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/search"
)

// FuzzFind puts any text into the index and asks it anything: no question fails, both engines give the same answer, and a text is found by its own words.
func FuzzFind(f *testing.F) {
	d, err := db.Open(f.Context(), "sqlite:"+filepath.Join(f.TempDir(), "fuzz.db"))
	must(f, err)
	f.Cleanup(func() { _ = d.Close() })
	_, err = d.Migrate(f.Context(), schema()...)
	must(f, err)
	engines := []*db.DB{d}
	if os.Getenv("XIESHANG_TEST_POSTGRES") != "" {
		engines = append(engines, dbtest.Postgres(f, schema()))
	}
	for _, s := range [][3]string{{"路灯", "小区路灯不亮，A3区12号楼", "路灯 不亮"}, {"", "\xff\xe4路\u200b灯", `"路灯`}, {"a'b", `x:* "y" \ <-> & | !`, `x:* -"'`}, {"İß", "ﷺ か゛", "İß ﷺ"},
		{"NEAR(a b)", "AND OR NOT", "AND OR NOT NEAR("}, {strings.Repeat("长", 300), strings.Repeat("路", 5000), "路 长"}, {"标题", "单位:水务局", "标题:标题 单位:水务局 -状态:x"}} {
		f.Add(s[0], s[1], s[2])
	}
	x := search.New("matter")
	f.Fuzz(func(t *testing.T, title, body, query string) {
		q, err := search.Parse(query)
		if err != nil {
			return
		}
		own, ownErr := search.Parse(`"` + strings.NewReplacer(`"`, " ", "“", " ", "”", " ", "「", " ", "」", " ").Replace(firstRunes(body, 20)) + `"`)
		totals := make([]int, len(engines))
		for i, e := range engines {
			must(t, e.Write(t.Context(), func(tx *db.Tx) error { return x.Put(tx, 1, title, body) }))
			must(t, e.Read(t.Context(), func(tx *db.Tx) error {
				_, n, err := x.Find(tx, q, search.Options{Limit: 10})
				totals[i] = n
				if err != nil || ownErr != nil || len(own.Words) == 0 {
					return err
				}
				hits, _, err := x.Find(tx, own, search.Options{Limit: 10})
				if err == nil && len(hits) != 1 {
					t.Errorf("%s: %q is not found by its own words %+v", e.Engine(), body, own)
				}
				return err
			}))
		}
		if len(totals) == 2 && totals[0] != totals[1] {
			t.Errorf("%q in %q %q: %d on SQLite, %d on PostgreSQL", query, title, body, totals[0], totals[1])
		}
	})
}

func firstRunes(s string, n int) string {
	r := []rune(s)
	return string(r[:min(n, len(r))])
}
