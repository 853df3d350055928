package suggestion

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

// Counts are the figures of a group of matters. Days of reply run from the dispatch to the reply that counts, or from the raising where a
// matter was not dispatched here (an import). Silence is NotRated and never satisfied. Replied and closed are counted apart: a matter that was
// replied to and then closed is in both.
type Counts struct {
	Raised      int // all that were raised, of which
	Messages    int // still residents' messages
	Suggestions int // raised by members or taken up
	Dispatched  int
	Replied     int
	Closed      int
	Overdue     int // the present step is late today
	Satisfied   int
	Basically   int
	NotSat      int
	NotRated    int // replied or closed, without a rating
	Promises    int // promised and not yet confirmed as kept
	LatePromise int // of these, past the promised date
	Timed       int // replies whose days are known
	MedianDays  float64
	P90Days     float64
}

// SatisfiedShare is satisfied and basically satisfied among all that were rated, 0 to 1; false when none was.
func (c Counts) SatisfiedShare() (float64, bool) {
	rated := c.Satisfied + c.Basically + c.NotSat
	if rated == 0 {
		return 0, false
	}
	return float64(c.Satisfied+c.Basically) / float64(rated), true
}

// Group is the figures of one department, division, field or month. Key is an id, or a month as 2026-03.
type Group struct {
	Key string
	Counts
}

// ID is the group's key as an id; nil for a month or for matters without one.
func (g Group) ID() uuid.UUID {
	u, err := uuid.Parse(g.Key)
	if err != nil {
		return uuid.Nil
	}
	return u
}

// Figures are counts in all and by group. ByDivision is by prefecture, or by county when the filter names a prefecture.
type Figures struct {
	Total        Counts
	ByDepartment []Group
	ByDivision   []Group
	ByField      []Group
	ByMonth      []Group
	At           time.Time
}

// Figures counts matters by SQL at the moment it is asked. PublicScope counts public matters, for everybody; StaffScope those of the committees
// that the caller works for. Of the filter it uses scope, committee, division, department, field, kind, from and to (the day of raising).
func (s *Service) Figures(ctx context.Context, f Filter) (*Figures, error) {
	v := viewerOf(ctx)
	snap, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	f = Filter{Scope: f.Scope, Committee: f.Committee, Division: f.Division, Department: f.Department, Field: f.Field, Kind: f.Kind, From: f.From, To: f.To}
	w, err := s.conditions(v, snap, f)
	if err != nil {
		return nil, err
	}
	w.and("s.state NOT IN ('draft', 'withdrawn')")
	for i, c := range w.cond {
		if c == "s.public = 1" { // the plus keeps the planner from the lists' indexes, which lead to the rows with their long texts
			w.cond[i] = "+s.public = 1"
		}
	}
	now := s.Clock.Now()
	division := "s.city_id"
	if d := snap.Division(f.Division); d != nil && d.Level != "province" {
		division = "s.division_id"
	}
	today := clock.DateOf(now).String()
	return s.figures.get(fmt.Sprint(w.text(), w.args, division, today), s.DB.Version(), now, func() (*Figures, int, error) {
		out, err := s.count(ctx, w, division, today)
		if err != nil {
			return nil, 0, fmt.Errorf("figures: %w", err)
		}
		out.At = now
		return out, out.Total.Raised, nil
	})
}

// count counts in all and by each group.
func (s *Service) count(ctx context.Context, w *where, division, today string) (*Figures, error) {
	out := &Figures{}
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		total, err := countBy(tx, "''", w, today)
		if err != nil {
			return err
		}
		if len(total) == 1 {
			out.Total = total[0].Counts
		}
		month := tx.Pick(`strftime('%Y-%m', s.raised_at / 1000000 + 28800, 'unixepoch')`, `to_char(to_timestamp(s.raised_at / 1000000 + 28800) AT TIME ZONE 'UTC', 'YYYY-MM')`)
		for _, g := range []struct {
			by  string
			out *[]Group
		}{{"s.lead_id", &out.ByDepartment}, {division, &out.ByDivision}, {"s.top_field_id", &out.ByField}, {month, &out.ByMonth}} {
			if *g.out, err = countBy(tx, g.by, w, today); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out.ByDepartment = slices.DeleteFunc(out.ByDepartment, func(g Group) bool { return g.Key == "" }) // not with a department
	return out, nil
}

// countBy counts the matters of w grouped by an expression, ordered by it, with nearest-rank percentiles (the value at place ceil(p·n)).
func countBy(tx *db.Tx, by string, w *where, today string) ([]Group, error) {
	one := func(cond string) string { return "COALESCE(SUM(CASE WHEN " + cond + " THEN 1 ELSE 0 END), 0)" }
	columns := strings.Join([]string{by + " AS g", "COUNT(*)", one("s.kind = 'message'"), one("s.kind = 'suggestion'"), one("s.dispatched_at > 0"), one("s.replied_at > 0"),
		one("s.state = 'closed'"), one("s.due <> '' AND s.due < ? AND s.state IN ('raised', 'accepted', 'at_office', 'dispatched', 'in_hand', 'answered', 'reopened', 'meeting')"),
		one("s.rating = 'satisfied'"), one("s.rating = 'basically'"), one("s.rating = 'not'"), one("s.rating = '' AND s.state IN ('replied', 'closed')"),
		one("s.promised <> ''"), one("s.promised <> '' AND s.promised < ?")}, ", ")
	groups, err := db.All(tx, func(r *db.Row) (Group, error) {
		var g Group
		err := r.Scan(&g.Key, &g.Raised, &g.Messages, &g.Suggestions, &g.Dispatched, &g.Replied, &g.Closed, &g.Overdue, &g.Satisfied, &g.Basically, &g.NotSat, &g.NotRated,
			&g.Promises, &g.LatePromise)
		return g, err
	}, `SELECT `+columns+` FROM `+w.from+` WHERE `+w.text()+` GROUP BY g ORDER BY g`, append([]any{today, today}, w.args...)...)
	if err != nil {
		return nil, err
	}
	at := make(map[string]int, len(groups))
	for i, g := range groups {
		at[g.Key] = i
	}
	const began = "CASE WHEN s.dispatched_at > 0 THEN s.dispatched_at ELSE s.raised_at END"
	err = tx.Rows(func(r *db.Row) error {
		var key string
		var rank, n int
		var micros int64
		if err := r.Scan(&key, &micros, &rank, &n); err != nil {
			return err
		}
		i, ok := at[key]
		if !ok {
			return nil
		}
		days := float64(micros) / float64(24*time.Hour/time.Microsecond)
		groups[i].Timed = n
		if rank == (n+1)/2 {
			groups[i].MedianDays = days
		}
		if rank == (9*n+9)/10 {
			groups[i].P90Days = days
		}
		return nil
	}, `SELECT g, d, rk, n FROM (SELECT `+by+` AS g, s.replied_at - `+began+` AS d, ROW_NUMBER() OVER (PARTITION BY `+by+` ORDER BY s.replied_at - `+began+`) AS rk,
		COUNT(*) OVER (PARTITION BY `+by+`) AS n FROM `+w.from+` WHERE `+w.text()+` AND s.replied_at > 0 AND s.raised_at > 0 AND s.replied_at >= `+began+`) x
		WHERE rk = (n + 1) / 2 OR rk = (9 * n + 9) / 10`, w.args...)
	return groups, err
}
