package coverageweb

import (
	"fmt"
	"math"
	"net/http"

	"xieshang/internal/coverage"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/sheet"
	"xieshang/internal/platform/web"
)

// download gives the figures of one kind of group, or the names of those who are not reached to whoever may see them.
func (h *Pages) download(format string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		snap, q, err := h.read(r)
		if err != nil {
			return err
		}
		b := builder{p: i18n.From(r.Context()), snap: snap, q: q, v: r.URL.Query()}
		group := r.URL.Query().Get("group")
		rep, err := h.Service.Report(r.Context(), q)
		if err != nil {
			return err
		}
		var gaps *coverage.Gaps
		switch group {
		case "committee", "sector", "month":
		case "gaps":
			if gaps, err = h.Service.Gaps(r.Context(), q); err != nil {
				return err
			}
		default:
			return problem.New(problem.NotFound, "problem.not-found")
		}
		w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="xieshang-coverage-%s-%s.%s"`, group, rep.Day, format))
		var out *sheet.Writer
		if format == "csv" {
			w.Header().Set("Content-Type", "text/csv; charset=utf-8")
			out = sheet.NewCSV(w, true)
		} else {
			w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
			out = sheet.NewXLSX(w, b.p.T("coverage.title"))
		}
		if gaps != nil {
			return b.writeGaps(out, gaps)
		}
		return b.writeFigures(out, group, rep)
	}
}

func (b builder) writeFigures(out *sheet.Writer, group string, rep *coverage.Report) error {
	p := b.p
	heads := []sheet.Head{{Name: group, Title: p.T("coverage.column." + group), Width: 32}}
	for _, k := range []string{"members", "cpc", "placed", "organisation", "others", "reached", "work", "unknown"} {
		heads = append(heads, sheet.Head{Name: k, Title: p.T("coverage.sheet." + k), Width: 14})
	}
	if err := out.Header(heads...); err != nil {
		return err
	}
	row := func(label string, f coverage.Figure) error {
		return out.Row(label, f.Members, f.CPC, f.Placed, rounded(f.Organisation()), f.Others, f.Reached, rounded(f.Work()), f.Unknown)
	}
	var err error
	add := func(label string, f coverage.Figure) {
		if err == nil {
			err = row(label, f)
		}
	}
	switch group {
	case "committee":
		add(b.name(rep.Committee), rep.Own)
		for _, x := range rep.Below {
			add(b.name(x.Committee), x.Whole)
		}
		add(p.T("coverage.total"), rep.Total)
	case "sector":
		for _, x := range rep.Sectors {
			add(b.sector(x.Sector), x.Figure)
		}
		add(p.T("coverage.total"), rep.Total)
	default:
		for _, x := range rep.Trend {
			add(x.Day.String(), x.Figure)
		}
	}
	if err != nil {
		return err
	}
	return out.Close()
}

// rounded is a share in per cent with one digit, "" where there is nobody.
func rounded(share float64, ok bool) any {
	if !ok {
		return ""
	}
	return math.Round(share*1000) / 10
}

func (b builder) writeGaps(out *sheet.Writer, gaps *coverage.Gaps) error {
	p := b.p
	if err := out.Header(sheet.Head{Name: "gap", Title: p.T("coverage.column.gap"), Width: 22}, sheet.Head{Name: "name", Title: p.T("coverage.column.name"), Width: 16},
		sheet.Head{Name: "sector", Title: p.T("coverage.column.sector"), Width: 24}, sheet.Head{Name: "since", Title: p.T("coverage.column.since"), Width: 14}); err != nil {
		return err
	}
	for _, x := range []struct {
		key  string
		list []coverage.Person
	}{{"unplaced", gaps.Unplaced}, {"unreached", gaps.Unreached}, {"unknown", gaps.Unknown}} {
		for _, m := range x.list {
			if err := out.Row(p.T("coverage.gap."+x.key), m.Name, b.sector(m.Sector), m.Since.String()); err != nil {
				return err
			}
		}
	}
	return out.Close()
}
