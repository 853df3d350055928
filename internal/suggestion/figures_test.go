package suggestion_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"xieshang/internal/platform/db"
	"xieshang/internal/suggestion"
	. "xieshang/internal/suggestion/suggestiontest"

	"github.com/google/uuid"
)

// TestFiguresAgreeWithCounting compares the SQL with plain counting in Go on random rows.
func TestFiguresAgreeWithCounting(t *testing.T) {
	Each(t, func(t *testing.T, w *World) {
		r := rand.New(rand.NewPCG(7, 7))
		day := 24 * time.Hour
		type row struct {
			public        bool
			lead          uuid.UUID
			field         uuid.UUID
			city          uuid.UUID
			raised        time.Time
			took          time.Duration // 0: no reply
			state, rating string
			due           string
		}
		var rows []row
		leads := []uuid.UUID{w.Housing, w.Traffic, uuid.Nil}
		today := "2026-03-02"
		for range 400 {
			x := row{public: r.IntN(5) > 0, lead: leads[r.IntN(3)], field: w.Roads, city: w.City, raised: w.Clock.Now().Add(-time.Duration(r.IntN(300)) * day), state: "in_hand", due: "2026-05-01"}
			if r.IntN(3) == 0 {
				x.due = "2026-02-01"
			}
			if r.IntN(4) > 0 {
				x.took, x.state, x.due = time.Duration(1+r.IntN(90*24))*time.Hour, "replied", ""
				x.rating = []string{"satisfied", "basically", "not", ""}[r.IntN(4)]
				if x.rating != "" {
					x.state = "closed"
				}
			}
			rows = append(rows, x)
		}
		err := w.DB.Write(t.Context(), func(tx *db.Tx) error {
			for i, x := range rows {
				var replied, dispatched int64
				text := func(u uuid.UUID) string {
					if u == uuid.Nil {
						return ""
					}
					return u.String()
				}
				if x.lead != uuid.Nil {
					dispatched = x.raised.UnixMicro()
				}
				if x.took > 0 {
					replied = x.raised.Add(x.took).UnixMicro()
				}
				_, err := tx.Exec(`INSERT INTO suggestion (id, number, committee_id, origin, kind, state, title, body, city_id, division_id, field_id, top_field_id, public, lead_id, rating, due,
					raised_at, dispatched_at, replied_at, updated_at) VALUES (?, ?, ?, 'member', 'suggestion', ?, 't', 'b', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)`,
					uuid.NewString(), fmt.Sprint("n", i), w.Committee, x.state, text(x.city), text(w.County), text(w.Lifts), text(x.field), x.public, text(x.lead), x.rating, x.due,
					x.raised, dispatched, replied)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		count := func(keep func(row) bool) suggestion.Counts {
			var c suggestion.Counts
			var days []float64
			for _, x := range rows {
				if !keep(x) {
					continue
				}
				c.Raised++
				c.Suggestions++
				if x.lead != uuid.Nil {
					c.Dispatched++
				}
				if x.took > 0 {
					c.Replied++
					days = append(days, x.took.Hours()/24)
				}
				if x.state == "closed" {
					c.Closed++
				}
				if x.due != "" && x.due < today && x.state == "in_hand" {
					c.Overdue++
				}
				switch {
				case x.rating == "satisfied":
					c.Satisfied++
				case x.rating == "basically":
					c.Basically++
				case x.rating == "not":
					c.NotSat++
				case x.took > 0:
					c.NotRated++
				}
			}
			slices.Sort(days)
			c.Timed = len(days)
			if n := len(days); n > 0 {
				c.MedianDays = days[int(math.Ceil(.5*float64(n)))-1]
				c.P90Days = days[int(math.Ceil(.9*float64(n)-1e-9))-1]
			}
			return c
		}
		same := func(what string, got, want suggestion.Counts) {
			t.Helper()
			if fmt.Sprintf("%.6f", got.MedianDays) != fmt.Sprintf("%.6f", want.MedianDays) || fmt.Sprintf("%.6f", got.P90Days) != fmt.Sprintf("%.6f", want.P90Days) {
				t.Errorf("%s: median %v, p90 %v; want %v, %v", what, got.MedianDays, got.P90Days, want.MedianDays, want.P90Days)
			}
			got.MedianDays, got.P90Days, want.MedianDays, want.P90Days = 0, 0, 0, 0
			if got != want {
				t.Errorf("%s:\ngot  %+v\nwant %+v", what, got, want)
			}
		}
		pub, err := w.S.Figures(Nobody(), suggestion.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		same("public", pub.Total, count(func(x row) bool { return x.public }))
		staff, err := w.S.Figures(As(w.Leader), suggestion.Filter{Scope: suggestion.StaffScope})
		if err != nil {
			t.Fatal(err)
		}
		same("staff", staff.Total, count(func(row) bool { return true }))
		for _, g := range staff.ByDepartment {
			same("department", g.Counts, count(func(x row) bool { return x.lead == g.ID() }))
		}
		if len(staff.ByDepartment) != 2 {
			t.Errorf("%d departments", len(staff.ByDepartment))
		}
		china := time.FixedZone("", 8*3600)
		for _, g := range staff.ByMonth {
			same("month "+g.Key, g.Counts, count(func(x row) bool { return x.raised.In(china).Format("2006-01") == g.Key }))
		}
		if _, err := w.S.Figures(Nobody(), suggestion.Filter{Scope: suggestion.StaffScope}); err == nil {
			t.Error("a stranger got the figures of staff")
		}
		before := staff.Total.Raised
		w.Raise(w.Member)
		if staff, err = w.S.Figures(As(w.Leader), suggestion.Filter{Scope: suggestion.StaffScope}); err != nil || staff.Total.Raised != before+1 {
			t.Errorf("figures are old: %v", err)
		}
	})
}
