package coverage

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

const (
	months    = 24
	maxMonths = 60
)

// Report counts the coverage of a committee and of those below it. Errors: SignIn, Forbidden, NotFound for what is no committee on that day.
func (s *Service) Report(ctx context.Context, q Query) (*Report, error) {
	snap, err := s.on(ctx, q.Committee, &q.Day)
	if err != nil {
		return nil, err
	}
	l, err := s.ledger(ctx)
	if err != nil {
		return nil, err
	}
	if q.Months <= 0 {
		q.Months = months
	}
	return count(l, snap, q), nil
}

// on gives the directory of the day asked for after asking whether the caller may count there.
func (s *Service) on(ctx context.Context, committee uuid.UUID, day *clock.Date) (*directory.Snapshot, error) {
	snap, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	if err := mayCount(ctx, snap, committee); err != nil {
		return nil, err
	}
	today := clock.Today(s.Clock)
	if day.IsZero() {
		*day = today
	}
	if *day != today {
		if snap, err = s.Directory.At(ctx, *day, time.Time{}); err != nil {
			return nil, err
		}
	}
	if o := snap.Organisation(committee); o == nil || o.Kind != directory.Committee {
		return nil, problem.New(problem.NotFound, "coverage.err.committee")
	}
	return snap, nil
}

// days are the last days of the months before a day, and the day.
func days(day clock.Date, n int) []clock.Date {
	n = min(n, maxMonths)
	out := make([]clock.Date, n)
	first := clock.Of(day.Year, day.Month, 1)
	for i := range n - 1 {
		out[i] = first.AddMonths(i - n + 2).AddDays(-1)
	}
	out[n-1] = day
	return out
}

func count(l *ledger, snap *directory.Snapshot, q Query) *Report {
	out := &Report{Committee: q.Committee, Day: q.Day}
	// Which row each committee counts in: 0 for the committee itself, then one for each directly below.
	within := []*directory.Organisation{snap.Organisation(q.Committee)}
	if !q.Own {
		within = snap.CommitteesWithin(q.Committee)
	}
	row := make([]int32, len(l.committees))
	for i := range row {
		row[i] = -1
	}
	heads, known := []uuid.UUID{q.Committee}, map[uuid.UUID]int32{}
	belows := make([]int, 1)
	own := make([]bool, len(l.committees))
	for i, k := range within {
		n, ok := l.committees[k.ID]
		if !ok {
			continue
		}
		if i == 0 {
			row[n], own[n] = 0, true
			continue
		}
		head := headOf(snap, within[0], k)
		at, ok := known[head]
		if !ok {
			at = int32(len(heads))
			known[head] = at
			heads, belows = append(heads, head), append(belows, 0)
		}
		row[n], own[n] = at, head == k.ID
		if head != k.ID {
			belows[at]++
		}
	}
	rows := make([]Row, len(heads))
	for i, u := range heads {
		rows[i] = Row{Committee: u, Below: belows[i]}
	}
	sector := int32(-1)
	if q.Sector != "" {
		sector = int32(slices.Index(l.sweep.Sectors, q.Sector))
		if sector < 0 {
			sector = -2 // nobody has it
		}
	}
	dates := days(q.Day, q.Months)
	at := make([]directory.Day, len(dates))
	trend := make([]Figure, len(dates))
	for i, d := range dates {
		at[i] = directory.DayOf(d)
	}
	bySector := make([]Figure, len(l.sweep.Sectors))
	last := len(at) - 1
	for i := range l.seats {
		x := &l.seats[i]
		r := row[x.committee]
		if r < 0 || sector != -1 && x.sector != sector || x.From > at[last] {
			continue
		}
		for j, day := range at {
			if !x.Contains(day) {
				continue
			}
			f := l.of(*x, day)
			trend[j].add(f)
			if j == last {
				bySector[x.sector].add(f)
				rows[r].Whole.add(f)
				if own[x.committee] {
					rows[r].Own.add(f)
				}
			}
		}
	}
	for i, f := range trend {
		out.Trend = append(out.Trend, Point{dates[i], f})
	}
	out.Total, out.Own, out.Below = trend[last], rows[0].Own, rows[1:]
	for i, f := range bySector {
		if f.Members > 0 {
			out.Sectors = append(out.Sectors, SectorRow{l.sweep.Sectors[i], f})
		}
	}
	slices.SortFunc(out.Sectors, func(a, b SectorRow) int { return cmp.Or(b.Members-a.Members, strings.Compare(a.Sector, b.Sector)) })
	return out
}

// headOf finds the committee directly below root in whose row another one counts: that of the division on the way, or the committee itself.
func headOf(snap *directory.Snapshot, root, k *directory.Organisation) uuid.UUID {
	d := snap.Division(k.Division)
	for d != nil && d.Parent != root.Division {
		d = snap.Division(d.Parent)
	}
	if d == nil || d.ID == k.Division {
		return k.ID
	}
	if head := snap.CommitteeOf(d.ID); head != nil && head.Division == d.ID {
		return head.ID
	}
	return k.ID
}

// Gaps names the members of one committee whom the coverages do not reach on a day (zero: today), by name; for whoever may see its names for coverage. Errors: SignIn,
// Forbidden, NotFound.
func (s *Service) Gaps(ctx context.Context, q Query) (*Gaps, error) {
	ok, err := s.Directory.MaySeeNames(ctx, q.Committee, directory.CoverageSubject)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, refusal(authz.From(ctx))
	}
	if _, err := s.on(platform(ctx), q.Committee, &q.Day); err != nil {
		return nil, err
	}
	l, err := s.ledger(ctx)
	if err != nil {
		return nil, err
	}
	out := &Gaps{}
	k, ok := l.committees[q.Committee]
	if !ok {
		return out, nil
	}
	day := directory.DayOf(q.Day)
	var ids []uuid.UUID
	for _, x := range l.seats {
		if x.committee != k || !x.Contains(day) || q.Sector != "" && l.sweep.Sectors[x.sector] != q.Sector {
			continue
		}
		p := Person{ID: l.sweep.People[x.person], Sector: l.sweep.Sectors[x.sector], Since: x.From.Date()}
		switch f := l.of(x, day); {
		case f.CPC > f.Placed:
			out.Unplaced = append(out.Unplaced, p)
		case f.Others > f.Reached:
			out.Unreached = append(out.Unreached, p)
		case f.Unknown > 0:
			out.Unknown = append(out.Unknown, p)
		default:
			continue
		}
		ids = append(ids, p.ID)
	}
	names, err := s.Directory.Names(platform(ctx), ids)
	if err != nil {
		return nil, err
	}
	for _, list := range [][]Person{out.Unplaced, out.Unreached, out.Unknown} {
		for i := range list {
			list[i].Name = names[list[i].ID]
		}
		slices.SortFunc(list, func(a, b Person) int {
			return cmp.Or(strings.Compare(a.Sector, b.Sector), strings.Compare(a.Name, b.Name), slices.Compare(a.ID[:], b.ID[:]))
		})
	}
	return out, nil
}
