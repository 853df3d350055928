package calendar

import (
	"context"
	"strings"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/sheet"
)

// Result tells what an import did, or would do.
type Result struct {
	New, Changed, Same int
	Years              []int         // years of the file that are known with it
	Incomplete         []int         // years of the file of which too little is said: New Year, 1 May and 1 October have to be free
	Bad                *sheet.Errors // rows that are refused
}

// Options direct an import.
type Options struct {
	DryRun  bool // read and check, store nothing
	SkipBad bool // leave out bad rows instead of refusing the file
}

const (
	maxName = 40
	maxBad  = 400
)

// Columns are those of a calendar: each row is a day that differs from an ordinary weekday or weekend.
func Columns() []sheet.Column {
	return []sheet.Column{{Name: "date", Aliases: []string{"日期"}, Required: true}, {Name: "working", Aliases: []string{"上班", "类型", "是否上班", "工作日"}, Required: true},
		{Name: "name", Aliases: []string{"名称", "节日", "假期", "节日名称"}}}
}

// Import reads a calendar that was opened with Columns and records it, all or nothing, for administrators and the platform. A day said before with the same
// meaning changes nothing. The error is a *sheet.FileError when the file cannot be read to its end, or a *problem.Problem.
func (s *Service) Import(ctx context.Context, t *sheet.Table, o Options) (Result, error) {
	if err := mayEdit(authz.From(ctx)); err != nil {
		return Result{}, err
	}
	bad := sheet.NewErrors(maxBad)
	var days []clock.Day
	seen := map[clock.Date]int{}
	for row, err := range t.Rows() {
		if err == nil {
			var d clock.Day
			if d, err = day(row); err == nil {
				if line, twice := seen[d.Date]; twice {
					err = row.Err("date", "calendar.err.twice", "line", line)
				} else {
					seen[d.Date] = row.Line
					days = append(days, d)
				}
			}
		}
		if err != nil && !bad.Add(err) {
			return Result{Bad: bad}, err
		}
	}
	out, err := s.store(ctx, days, o.DryRun || bad.Total() > 0 && !o.SkipBad)
	out.Bad = bad
	return out, err
}

func day(row sheet.Row) (d clock.Day, err error) {
	if _, err = row.Need("date"); err != nil {
		return d, err
	}
	if d.Date, err = row.Date("date"); err != nil {
		return d, err
	}
	if d.Date.Year < 2000 || d.Date.Year > 2100 {
		return d, row.Err("date", "calendar.err.date")
	}
	switch strings.ToLower(row.Clean("working")) {
	case "working", "work", "yes", "true", "1", "上班", "工作", "工作日", "是", "调休上班":
		d.Working = true
	case "holiday", "free", "no", "false", "0", "放假", "休息", "休", "节假日", "否":
	default:
		return d, row.Err("working", "calendar.err.working")
	}
	if d.Name = row.Clean("name"); len([]rune(d.Name)) > maxName {
		return d, row.Err("name", "calendar.err.name", "max", maxName)
	}
	return d, nil
}

// Export writes what was imported here in the columns that Import reads; for administrators and the platform.
func (s *Service) Export(ctx context.Context, w *sheet.Writer) error {
	if err := mayEdit(authz.From(ctx)); err != nil {
		return err
	}
	_, said, err := s.read(ctx)
	if err != nil {
		return err
	}
	if err := w.Header(sheet.Head{Name: "date"}, sheet.Head{Name: "working"}, sheet.Head{Name: "name"}); err != nil {
		return err
	}
	for _, d := range sorted(said) {
		working := "holiday"
		if d.Working {
			working = "working"
		}
		if err := w.Row(d.Date, working, d.Name); err != nil {
			return err
		}
	}
	return nil
}
