package importweb

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/sheet"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
)

// runView is the page of one import, whatever it waits for.
type runView struct {
	Page      ui.PageView
	Head      ui.HeadView
	Run       directory.ImportRun
	Path      string
	Error     string
	Progress  ui.ProgressView
	Tiles     []ui.TileView
	Facts     []ui.Fact
	Mapped    []string // which heading stands for what, when that was said and not found
	Notes     []string
	Questions []ui.ChoiceView
	Bad       ui.TableView
	Rest      string // how many further bad rows there are
	Changes   ui.TableView
	More      string
	Again     ui.Link
	Back      ui.Link
	Good      int
}

const shownRows = 100

func (h *Pages) run(w http.ResponseWriter, r *http.Request) error {
	return h.showRun(w, r, http.StatusOK, "")
}

func (h *Pages) showRun(w http.ResponseWriter, r *http.Request, status int, wrong string) error {
	u, err := runID(r)
	if err != nil {
		return err
	}
	run, err := h.service.ReadImport(r.Context(), u)
	if err != nil {
		return err
	}
	if run.State == directory.ImportHeadings {
		return h.showColumns(w, r, run, status, wrong, nil)
	}
	p := text(r)
	v := h.head(w, r, run)
	v.Error = wrong
	if run.State == directory.ImportReading || run.State == directory.ImportStoring {
		v.Progress = progressOf(p, run)
	}
	v.counts(p)
	if run.Seen != nil {
		v.seen(p)
	}
	if run.State == directory.ImportRefused {
		v.Error = p.T("importweb.refused")
		if run.Seen != nil && run.Seen.Refused != nil {
			v.Error = p.T(run.Seen.Refused.Key, run.Seen.Refused.Args...)
			if run.Seen.Line > 0 {
				v.Error = p.T("intake.line", "line", run.Seen.Line, "text", v.Error)
			}
		}
	}
	return web.Render(w, r, status, runPage(v))
}

func (h *Pages) head(w http.ResponseWriter, r *http.Request, run directory.ImportRun) runView {
	p := text(r)
	query := ""
	if run.Committee != [16]byte{} {
		query = "?committee=" + run.Committee.String()
	}
	v := runView{Page: h.frame.Staff(w, r, fileName(p, run)), Run: run, Path: runPath(run.ID)}
	v.Again = ui.Link{Label: p.T("intake.other"), Href: "/directory/import/" + string(run.Kind) + query}
	v.Back = ui.Link{Label: p.T("importweb.all"), Href: "/directory/import" + query}
	v.Head = ui.HeadView{Crumbs: []ui.Link{{Label: p.T("importweb.title"), Href: v.Back.Href}, {Label: p.T("importweb.list." + string(run.Kind)), Href: v.Again.Href}, {Label: v.Page.Title}},
		Title: v.Page.Title, Kicker: p.T("importweb.bring." + string(run.Kind)), Badges: []ui.BadgeView{badge(p, run.State)}}
	return v
}

// progressOf is the bar; without an address to ask again the work is done.
func progressOf(p *i18n.Printer, run directory.ImportRun) ui.ProgressView {
	v := ui.ProgressView{ID: "import", Label: p.T("importweb.state." + string(run.State)), Poll: runPath(run.ID) + "/progress", Next: runPath(run.ID)}
	if run.Total > 0 {
		v.Value, v.Max, v.Text = run.Done, run.Total, p.Percent(float64(run.Done)/float64(run.Total))
	}
	return v
}

func (h *Pages) progress(w http.ResponseWriter, r *http.Request) error {
	u, err := runID(r)
	if err != nil {
		return err
	}
	run, err := h.service.ReadImport(r.Context(), u)
	if err != nil {
		return err
	}
	v := progressOf(text(r), run)
	if run.State != directory.ImportReading && run.State != directory.ImportStoring {
		v.Poll, v.Value, v.Max = "", 1, 1
	}
	return web.Render(w, r, http.StatusOK, ui.Progress(v))
}

func (v *runView) counts(p *i18n.Printer) {
	run := v.Run
	v.Good = run.Added + run.Changed + run.Ended
	v.Tiles = []ui.TileView{{Label: p.T("intake.new"), Value: p.Int(run.Added)}, {Label: p.T("intake.changed"), Value: p.Int(run.Changed)}, {Label: p.T("importweb.ended"), Value: p.Int(run.Ended)},
		{Label: p.T("intake.same"), Value: p.Int(run.Known)}, {Label: p.T("intake.bad"), Value: p.Int(run.Bad)}}
	if run.Bad > 0 {
		v.Tiles[4].Tone = ui.Late
	}
	v.Facts = []ui.Fact{{Term: p.T("importweb.by"), Text: by(p, run)}, {Term: p.T("importweb.begun"), Text: p.DateTime(run.Created)}}
	if !run.Stored.IsZero() {
		v.Facts = append(v.Facts, ui.Fact{Term: p.T("importweb.stored-at"), Text: p.DateTime(run.Stored)})
	}
	if !run.Undone.IsZero() {
		v.Facts = append(v.Facts, ui.Fact{Term: p.T("importweb.undone-at"), Text: p.DateTime(run.Undone)})
	}
}

func (v *runView) seen(p *i18n.Printer) {
	seen := v.Run.Seen
	columns := map[string]sheet.Column{}
	for _, c := range directory.ListColumns(v.Run.Kind) {
		columns[c.Name] = c
	}
	for _, c := range directory.ListColumns(v.Run.Kind) {
		if title := v.Run.Choices.Map[c.Name]; title != "" {
			v.Mapped = append(v.Mapped, p.T("importweb.mapped.one", "column", label(p, c), "heading", title))
		}
	}
	for _, n := range seen.Notes {
		note := p.T(n.Key, n.Args...)
		if n.Line > 1 {
			note = p.T("intake.line", "line", n.Line, "text", note)
		}
		v.Notes = append(v.Notes, note)
	}
	for _, q := range seen.Questions {
		v.Questions = append(v.Questions, question(p, q, v.Run.Choices.Answers[q.Line]))
	}
	v.badRows(p, columns)
	v.Changes = ui.TableView{Caption: p.T("intake.changes"), Stack: true, Columns: []ui.Column{{Label: p.T("intake.row")}, {Label: p.T("intake.name")}, {Label: p.T("intake.what")}, {Label: p.T("importweb.difference")}}}
	for _, c := range seen.Changes {
		if len(v.Changes.Rows) == shownRows {
			break
		}
		b := ui.BadgeView{Label: p.T("intake.changed"), Tone: ui.Info, Icon: "pen"}
		switch {
		case c.New:
			b = ui.BadgeView{Label: p.T("intake.new"), Tone: ui.OK, Icon: "plus"}
		case c.Ended:
			b = ui.BadgeView{Label: p.T("importweb.ended"), Tone: ui.Warn, Icon: "clock"}
		}
		v.Changes.Rows = append(v.Changes.Rows, ui.Row{Cells: []ui.Cell{{Text: p.T("intake.row.n", "n", c.Line)}, {Text: c.Name}, {Content: ui.Badge(b)}, {Content: lines(differences(p, columns, c))}}})
	}
	if rest := v.Good - len(v.Changes.Rows); rest > 0 && len(v.Changes.Rows) > 0 {
		v.More = p.T("intake.rest", "n", rest)
	}
}

func (v *runView) badRows(p *i18n.Printer, columns map[string]sheet.Column) {
	v.Bad = ui.TableView{Caption: p.T("intake.bad"), Stack: true, Columns: []ui.Column{{Label: p.T("intake.row")}, {Label: p.T("intake.column")}, {Label: p.T("intake.value")}, {Label: p.T("intake.why")}}}
	for _, e := range v.Run.Seen.Bad {
		if len(v.Bad.Rows) == shownRows {
			break
		}
		column := e.Title
		if column == "" {
			column = "—"
			if c, ok := columns[e.Column]; ok {
				column = label(p, c)
			}
		}
		value := e.Value
		if value == "" {
			value = p.T("importweb.empty")
		}
		v.Bad.Rows = append(v.Bad.Rows, ui.Row{Cells: []ui.Cell{{Text: p.T("intake.row.n", "n", e.Line)}, {Text: column}, {Text: value}, {Text: p.T(e.Key, e.Args...)}}})
	}
	if rest := v.Run.Bad - len(v.Bad.Rows); rest > 0 && len(v.Bad.Rows) > 0 {
		v.Rest = p.T("intake.more", "n", rest)
	}
}

// question asks which of several people a row means, told apart by what is no secret.
func question(p *i18n.Printer, q directory.Question, answer string) ui.ChoiceView {
	v := ui.ChoiceView{FieldView: ui.FieldView{Name: "row-" + strconv.Itoa(q.Line), Label: p.T("importweb.question", "line", q.Line, "name", q.Name), Bare: true}}
	for _, c := range q.Candidates {
		var parts []string
		if c.BirthYear > 0 {
			parts = append(parts, p.T("importweb.born", "year", strconv.Itoa(c.BirthYear)))
		}
		if c.Sex != "" {
			parts = append(parts, p.T("directory.sex."+c.Sex))
		}
		places := strings.Join(c.Places, "；")
		if places == "" {
			places = p.T("importweb.no-post")
		}
		title := q.Name
		if len(parts) > 0 {
			title += " · " + strings.Join(parts, " · ")
		}
		v.Options = append(v.Options, ui.Option{Value: c.Person.String(), Label: title, Hint: places, Selected: answer == c.Person.String()})
	}
	if q.MayBeNew {
		v.Options = append(v.Options, ui.Option{Value: directory.NewPerson, Label: p.T("importweb.new-person"), Hint: p.T("importweb.new-person.hint"), Selected: answer == directory.NewPerson})
	}
	return v
}

func differences(p *i18n.Printer, columns map[string]sheet.Column, c directory.ImportChange) []string {
	if c.New {
		return nil
	}
	var out []string
	for _, f := range c.Fields {
		name := p.T("importweb.column." + f.Column)
		if !p.Has("importweb.column." + f.Column) {
			name = label(p, columns[f.Column])
		}
		if f.Column == "phone" || f.Column == "identity" {
			out = append(out, p.T("importweb.number-changed", "column", name))
			continue
		}
		out = append(out, p.T("importweb.from-to", "column", name, "old", value(p, f.Column, f.Old), "new", value(p, f.Column, f.New)))
	}
	return out
}

// value is what stands in a column, in the reader's words.
func value(p *i18n.Printer, column, v string) string {
	if v == "" {
		return p.T("importweb.empty")
	}
	switch column {
	case "from", "to":
		if d, err := clock.ParseDate(v); err == nil {
			return p.Date(d)
		}
	case "kind":
		return p.T("directory.kind." + v)
	case "level":
		return p.T("directory.level." + v)
	case "sex":
		return p.T("directory.sex." + v)
	case "service":
		return p.T("directory.tenure." + v)
	case "start_reason", "end_reason":
		return p.T("directory.reason." + v)
	case "party":
		var out []string
		for _, one := range strings.Split(v, "; ") {
			party, days, _ := strings.Cut(one, " ")
			out = append(out, strings.TrimSpace(p.T("directory.party."+party)+" "+days))
		}
		return strings.Join(out, "；")
	}
	return v
}

// settle leads back to the page of the import; what was refused is said there.
func (h *Pages) settle(w http.ResponseWriter, r *http.Request, err error, flash string) error {
	u, bad := runID(r)
	if bad != nil {
		return bad
	}
	if pr, ok := problem.Of(err); ok && (pr.Kind == problem.Invalid || pr.Kind == problem.Conflict || pr.Kind == problem.Gone) {
		return h.showRun(w, r, web.Status(pr.Kind), said(text(r), pr))
	}
	if err != nil {
		return err
	}
	if flash != "" {
		web.Flash(w, r, flash)
	}
	return web.Redirect(w, r, runPath(u))
}

func (h *Pages) answer(w http.ResponseWriter, r *http.Request) error {
	u, err := runID(r)
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	answers := map[int]string{}
	for name := range form {
		if line, err := strconv.Atoi(strings.TrimPrefix(name, "row-")); err == nil && form.Get(name) != "" {
			answers[line] = form.Get(name)
		}
	}
	return h.settle(w, r, h.service.AnswerImport(r.Context(), u, answers), "")
}

func (h *Pages) store(w http.ResponseWriter, r *http.Request) error {
	u, err := runID(r)
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	return h.settle(w, r, h.service.ConfirmImport(r.Context(), u, form.Get("skip") != ""), "")
}

func (h *Pages) undo(w http.ResponseWriter, r *http.Request) error {
	u, err := runID(r)
	if err != nil {
		return err
	}
	return h.settle(w, r, h.service.UndoImport(r.Context(), u), "importweb.undone")
}

// file is what was sent, with a remark at each row.
func (h *Pages) file(w http.ResponseWriter, r *http.Request) error {
	u, err := runID(r)
	if err != nil {
		return err
	}
	run, err := h.service.ReadImport(r.Context(), u)
	if err != nil {
		return err
	}
	p := text(r)
	out := &lazyWriter{w: w, begin: func() { h.attach(w, r, "import-"+string(run.Kind)+"-remarks", "xlsx", "x") }}
	table := sheet.NewXLSX(out, p.T("importweb.list."+string(run.Kind)))
	say := func(what string, bad []*sheet.RowError) [2]string {
		var why []string
		for _, e := range bad {
			reason := p.T(e.Key, e.Args...)
			if e.Title != "" {
				reason = e.Title + ": " + reason
			}
			why = append(why, reason)
		}
		return [2]string{p.T("importweb.remark." + what), strings.Join(why, "\n")}
	}
	return errors.Join(h.service.AnnotateImport(r.Context(), u, [2]string{p.T("importweb.remark"), p.T("importweb.remark.why")}, say, table), table.Close())
}
