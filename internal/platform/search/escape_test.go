package search

import (
	"context"
	"os"
	"strings"
	"testing"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
)

// Tokens hold no sign that the casts read, but the casts must not depend on it.
func TestLexemesReachPostgresAsTheyAre(t *testing.T) {
	if os.Getenv(dbtest.Variable) == "" && os.Getenv("CI") != "true" {
		t.Logf("%s is not set: nothing to ask", dbtest.Variable)
		return
	}
	d := dbtest.Postgres(t, nil)
	for _, want := range []string{"路灯", "'", "''", `\`, `\\`, `\'`, ":", "a:1", "1:*", "'a':2A", "a b", "&|!()", "<->", `"`, "%s$1", "é", "💡", strings.Repeat(`'\`, 40)} {
		err := d.Read(context.Background(), func(tx *db.Tx) error {
			got, err := db.One(tx, db.ScanString, `SELECT (tsvector_to_array(CAST(? AS text)::tsvector))[1]`, vector([]string{want}))
			if err != nil || got != want {
				t.Errorf("vector of %q: %q, %v", want, got, err)
			}
			for _, prefix := range []bool{false, true} {
				q := tsquery([]phrase{{tokens: []string{want}, prefix: prefix}, {tokens: []string{want, "x"}}}, " | ")
				found, err := db.One(tx, db.ScanInt, `SELECT CASE WHEN array_to_tsvector(ARRAY[CAST(? AS text)]) @@ CAST(? AS text)::tsquery THEN 1 ELSE 0 END`, want, q)
				if err != nil || found != 1 {
					t.Errorf("query %s for %q: %d, %v", q, want, found, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
