package figuresweb

import (
	"fmt"
	"net/http"

	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/sheet"
	"xieshang/internal/platform/web"
	"xieshang/internal/suggestion"
)

// download gives the figures of one kind of group as a table with everything that is counted, all groups.
func (h *Pages) download(scope suggestion.Scope, format string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		snap, f, fig, err := h.read(r, scope)
		if err != nil {
			return err
		}
		b := builder{p: i18n.From(r.Context()), snap: snap, f: f}
		group := r.URL.Query().Get("group")
		var rows []suggestion.Group
		switch group {
		case "month":
			rows = fig.ByMonth
		case "department":
			rows = byRaised(fig.ByDepartment)
		case "division":
			rows = byRaised(fig.ByDivision)
		case "field":
			rows = byRaised(fig.ByField)
		case "", "rating":
			group, rows = "total", []suggestion.Group{{Key: b.p.T("figures.total"), Counts: fig.Total}}
		default:
			return problem.New(problem.NotFound, "problem.not-found")
		}
		name := fmt.Sprintf("xieshang-%s-%s.%s", group, fig.At.Format("20060102"), format)
		w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
		var out *sheet.Writer
		if format == "csv" {
			w.Header().Set("Content-Type", "text/csv; charset=utf-8")
			out = sheet.NewCSV(w, true)
		} else {
			w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
			out = sheet.NewXLSX(w, b.p.T("figures.title"))
		}
		return b.write(out, group, rows)
	}
}

func (b builder) write(out *sheet.Writer, group string, rows []suggestion.Group) error {
	heads := []sheet.Head{{Name: group, Title: b.p.T("figures.head." + group), Width: 28}}
	for _, k := range []string{"raised", "suggestions", "messages", "dispatched", "replied", "closed", "overdue", "sat", "basic", "not", "silent", "promises", "late-promises", "median", "p90"} {
		heads = append(heads, sheet.Head{Name: k, Title: b.p.T("figures.column." + k), Width: 12})
	}
	if err := out.Header(heads...); err != nil {
		return err
	}
	for _, g := range rows {
		label := g.Key
		if group != "month" && group != "total" {
			if label = b.name(group, g.ID()); label == "" {
				label = b.p.T("figures.unknown")
			}
		}
		var median, p90 any = "", ""
		if g.Timed > 0 {
			median, p90 = float64(int(g.MedianDays*100+.5))/100, float64(int(g.P90Days*100+.5))/100
		}
		if err := out.Row(label, g.Raised, g.Suggestions, g.Messages, g.Dispatched, g.Replied, g.Closed, g.Overdue, g.Satisfied, g.Basically, g.NotSat, g.NotRated,
			g.Promises, g.LatePromise, median, p90); err != nil {
			return err
		}
	}
	return out.Close()
}
