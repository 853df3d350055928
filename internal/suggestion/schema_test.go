package suggestion_test

import (
	"strings"
	"testing"

	"xieshang/internal/platform/search"
	"xieshang/internal/platform/similar"
	"xieshang/internal/suggestion"
	. "xieshang/internal/suggestion/suggestiontest"
)

// TestIndexMigrations: the tables of the indexes are those that the index packages ask for.
func TestIndexMigrations(t *testing.T) {
	for engine, want := range map[string][]string{
		"sqlite":   {search.SchemaSQLite(suggestion.StaffIndex), search.SchemaSQLite(suggestion.PublicIndex), similar.SchemaSQLite(suggestion.AlikeIndex)},
		"postgres": {search.SchemaPostgres(suggestion.StaffIndex), search.SchemaPostgres(suggestion.PublicIndex), similar.SchemaPostgres(suggestion.AlikeIndex)},
	} {
		text := ""
		for _, name := range []string{"20261201090100_suggestion_text.sql", "20261201090300_suggestion_alike.sql"} {
			b, err := suggestion.Migrations.ReadFile("migrations/" + engine + "/" + name)
			if err != nil {
				t.Fatal(err)
			}
			text += string(b)
		}
		for _, w := range want {
			for _, line := range strings.Split(strings.TrimSpace(w), "\n") {
				if !strings.Contains(text, strings.TrimSpace(line)) {
					t.Errorf("%s: the migrations lack %s", engine, line)
				}
			}
		}
	}
}

func TestLikelyDuplicatesArePublicAndCurrent(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		find := func() int {
			items, err := w.S.Similar(Nobody(), suggestion.SimilarQuery{Text: "枫溪路12号院没有电梯老人上下楼不方便", Division: w.County})
			if err != nil {
				t.Fatal(err)
			}
			return len(items)
		}
		ref := w.Raise(w.Member).Number
		if find() != 0 {
			t.Error("a matter that is not public is offered as a duplicate")
		}
		w.Accept(ref)
		if find() != 1 {
			t.Error("a public matter is not found")
		}
		w.Do(w.Editor, ref, suggestion.Unpublish, act{Reason: "当事人要求"})
		if find() != 0 {
			t.Error("a hidden matter is offered as a duplicate")
		}
		w.Do(w.Editor, ref, suggestion.Publish, act{})
		if find() != 1 {
			t.Error("a published matter is not found again")
		}
	})
}
