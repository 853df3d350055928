package suggestion_test

import (
	"strings"
	"testing"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	. "xieshang/internal/suggestion/suggestiontest"
)

// TestPlans: public lists walk an index that has their order, and figures read their own index alone. (SQLite, where the plan can be read as text.)
func TestPlans(t *testing.T) {
	d := dbtest.SQLite(t, Migrations())
	for q, want := range map[string]string{
		`SELECT s.rid FROM suggestion s WHERE s.public = 1 AND s.state <> 'merged' ORDER BY s.raised_at DESC, s.rid DESC LIMIT 21`:                                                "suggestion_public",
		`SELECT s.rid FROM suggestion s WHERE s.public = 1 AND s.state <> 'merged' AND s.committee_id = 'x' ORDER BY s.raised_at DESC, s.rid DESC LIMIT 21`:                       "suggestion_public_committee",
		`SELECT s.rid FROM suggestion s WHERE s.public = 1 AND s.state <> 'merged' AND s.top_field_id = 'x' ORDER BY s.raised_at DESC, s.rid DESC LIMIT 21`:                       "suggestion_public_field",
		`SELECT s.title FROM suggestion s WHERE s.public = 1 AND +s.state = 'closed' AND s.committee_id = 'x' ORDER BY s.raised_at DESC, s.rid DESC LIMIT 21`:                     "suggestion_public_committee",
		`SELECT s.title FROM suggestion s WHERE s.public = 1 AND s.state = 'closed' AND (s.raised_at, s.rid) < (9, 9) ORDER BY s.raised_at DESC, s.rid DESC LIMIT 21`:             "suggestion_public_state (state=? AND raised_at<?)",
		`SELECT s.title FROM suggestion s WHERE s.public = 1 AND s.state <> 'merged' AND s.top_field_id = 'x' AND s.field_id IN ('y', 'z') ORDER BY s.raised_at DESC, s.rid DESC`: "suggestion_public_field",
		`SELECT COUNT(*) FROM suggestion s WHERE s.public = 1 AND +s.state = 'closed' AND s.committee_id = 'x'`:                                                                   "COVERING INDEX suggestion_public_committee",
		`SELECT COUNT(*) FROM suggestion s WHERE s.public = 1 AND s.state <> 'merged'`:                                                                                            "COVERING INDEX suggestion_public",
		`SELECT COUNT(*) FROM suggestion s WHERE s.public = 1 AND s.state <> 'merged' AND s.city_id = 'x'`:                                                                        "COVERING INDEX suggestion_public_city",
		`SELECT s.lead_id, COUNT(*), SUM(CASE WHEN s.rating = 'not' THEN 1 ELSE 0 END) FROM suggestion s WHERE +s.public = 1 AND s.state <> 'draft' GROUP BY 1`:                   "COVERING INDEX suggestion_figures",
	} {
		var plan []string
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			return tx.Rows(func(r *db.Row) error {
				var a, b, c int
				var text string
				err := r.Scan(&a, &b, &c, &text)
				plan = append(plan, text)
				return err
			}, "EXPLAIN QUERY PLAN "+q)
		})
		if err != nil {
			t.Fatal(err)
		}
		all := strings.Join(plan, "; ")
		if !strings.Contains(all, want) || (want != "COVERING INDEX suggestion_figures" && strings.Contains(all, "TEMP B-TREE")) {
			t.Errorf("%s\nis planned as %s; want %s", q, all, want)
		}
	}
}
