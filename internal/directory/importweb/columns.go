package importweb

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
)

// columnsView asks which heading stands for what.
type columnsView struct {
	runView
	Missing  string
	Errors   []ui.ErrorView
	Needed   []ui.ChoiceView
	Optional []ui.ChoiceView
	Forget   bool
}

func (h *Pages) columns(w http.ResponseWriter, r *http.Request) error {
	u, err := runID(r)
	if err != nil {
		return err
	}
	run, err := h.service.ReadImport(r.Context(), u)
	if err != nil {
		return err
	}
	return h.showColumns(w, r, run, http.StatusOK, "", nil)
}

func (h *Pages) showColumns(w http.ResponseWriter, r *http.Request, run directory.ImportRun, status int, wrong string, typed url.Values) error {
	if run.Seen == nil || len(run.Seen.Header) == 0 {
		return problem.New(problem.Gone, "directory.err.import-gone")
	}
	p := text(r)
	v := columnsView{runView: h.head(w, r, run), Forget: run.Choices.Remembered}
	v.Error = wrong
	errs := map[string]string{}
	if wrong != "" && typed != nil {
		errs[typed.Get("wrong")] = wrong
	}
	for _, c := range directory.ListColumns(run.Kind) {
		f := ui.ChoiceView{FieldView: ui.FieldView{Name: c.Name, Label: label(p, c), Hint: p.T(columnKey(run.Kind, c.Name)), Required: c.Required, Bare: !c.Required, Width: "m", Error: errs[c.Name]}, Empty: p.T("importweb.no-column")}
		if strings.EqualFold(f.Hint, c.Chinese()) || strings.EqualFold(f.Hint, c.English()) {
			f.Hint = ""
		}
		chosen := run.Seen.Columns[c.Name]
		if typed != nil {
			chosen = typed.Get(c.Name)
		}
		for i, title := range run.Seen.Header {
			if title == "" {
				continue
			}
			o := ui.Option{Value: title, Label: title, Selected: title == chosen}
			if i < len(run.Seen.Sample) && run.Seen.Sample[i] != "" {
				o.Label = p.T("importweb.sample", "heading", title, "text", run.Seen.Sample[i])
			}
			f.Options = append(f.Options, o)
		}
		if f.Error != "" {
			v.Errors = append(v.Errors, ui.ErrorView{Field: c.Name, Text: f.Error})
		}
		if c.Required {
			if slices.Contains(run.Seen.Missing, c.Name) {
				v.Missing += "“" + label(p, c) + "”"
			}
			v.Needed = append(v.Needed, f)
		} else {
			v.Optional = append(v.Optional, f)
		}
	}
	return web.Render(w, r, status, columnsPage(v))
}

func (h *Pages) setColumns(w http.ResponseWriter, r *http.Request) error {
	u, err := runID(r)
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	run, err := h.service.ReadImport(r.Context(), u)
	if err != nil {
		return err
	}
	m := map[string]string{}
	if form.Get("forget") == "" {
		for _, c := range directory.ListColumns(run.Kind) {
			m[c.Name] = form.Get(c.Name)
			if c.Required && m[c.Name] == "" {
				form.Set("wrong", c.Name)
				return h.showColumns(w, r, run, http.StatusUnprocessableEntity, text(r).T("importweb.choose-column"), form)
			}
		}
	}
	err = h.service.MapImport(r.Context(), u, m)
	if pr, ok := problem.Of(err); ok && len(pr.Fields) > 0 {
		form.Set("wrong", pr.Fields[0].Name)
		return h.showColumns(w, r, run, http.StatusUnprocessableEntity, said(text(r), pr), form)
	}
	return h.settle(w, r, err, "")
}
