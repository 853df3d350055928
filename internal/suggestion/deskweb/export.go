package deskweb

import (
	"net/http"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/sheet"
	"xieshang/internal/suggestion"
)

// export gives exactly what the list shows, page by page, without anybody's personal data.
func (h *Pages) export(w http.ResponseWriter, r *http.Request) error {
	words, err := h.words(r)
	if err != nil {
		return err
	}
	f, err := parse(r.URL.Query(), authz.From(r.Context()), words.Snap)
	if err != nil {
		return err
	}
	f.Limit, f.Cursor = 200, ""
	page, err := h.Service.List(r.Context(), f)
	if err != nil {
		return err
	}
	var out *sheet.Writer
	name := "matters-" + clock.Today(h.Clock).String()
	switch r.PathValue("format") {
	case "csv":
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		out = sheet.NewCSV(w, true)
	case "xlsx":
		w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
		out = sheet.NewXLSX(w, words.P.T("desk.table"))
	default:
		return problem.New(problem.NotFound, "problem.not-found")
	}
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+"."+r.PathValue("format")+`"`)
	p := words.P
	head := func(name, key string, width float64) sheet.Head {
		return sheet.Head{Name: name, Title: p.T(key), Width: width}
	}
	if err := out.Header(head("number", "suggestionweb.number", 20), head("title", "suggestion.input.title", 40), head("state", "desk.state", 12), head("kind", "desk.kind", 12),
		head("committee", "suggestion.input.committee", 24), head("division", "suggestion.input.division", 20), head("field", "suggestion.input.field", 16), head("department", "suggestion.input.department", 24),
		head("raised", "desk.raised", 12), head("due", "suggestion.input.due", 12), head("class", "suggestion.input.class", 8), head("rating", "suggestion.input.rating", 10), head("support", "desk.support", 8)); err != nil {
		return err
	}
	for {
		for _, i := range page.Items {
			due, dept := i.Due, i.Lead
			if f.Scope == suggestion.DepartmentScope {
				due, dept = i.TaskDue, i.Handler
			}
			rating := ""
			if i.Rating != suggestion.NotRated {
				rating = p.T("suggestion.rating." + string(i.Rating))
			}
			if err := out.Row(i.Number, i.Title, p.T("suggestion.state."+string(i.State)), p.T("suggestion.kind."+string(i.Kind)), words.Org(i.Committee), words.Division(i.Division), words.Field(i.Field),
				words.Org(dept), clock.DateOf(i.RaisedAt), due, i.Class, rating, i.SupportTotal()); err != nil {
				return err
			}
		}
		if page.Next == "" || r.Context().Err() != nil {
			break
		}
		f.Cursor = page.Next
		if page, err = h.Service.List(r.Context(), f); err != nil {
			return err
		}
	}
	return out.Close()
}
