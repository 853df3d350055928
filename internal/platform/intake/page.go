package intake

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"

	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/sheet"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/upload"
	"xieshang/internal/platform/web"
)

// Outcome is what a list did, or would do.
type Outcome struct {
	New, Changed, Same int
	Changes            []Change
	Bad                *sheet.Errors
	Notes              []string // translated: what else its owner should know
}

// Change is one row that is new or says something else than what is known.
type Change struct {
	Line int
	Name string
	New  bool
}

// List is one kind of table.
type List struct {
	Kind    string
	Columns []sheet.Column
	// Run stores the table, or only looks at it; skip leaves out bad rows.
	Run func(ctx context.Context, t *sheet.Table, dry, skip bool) (Outcome, error)
}

// View is the page of one list.
type View struct {
	Page    ui.PageView
	Head    ui.HeadView
	Action  string
	Back    ui.Link
	Links   []ui.Link // templates and exports
	Columns []Column
	Store   string // label of the button that confirms; the usual one when empty
	Buttons []ui.ButtonView
	Error   string
	Seen    *Preview
}

// Column explains one column of the file.
type Column struct {
	Titles   string
	Required bool
	Text     string
}

// Preview is what a file would do.
type Preview struct {
	Name    string
	Held    string
	Tiles   []ui.TileView
	Notes   []string
	Bad     ui.TableView
	More    string // how many further bad rows there are
	Changes ui.TableView
	Rest    string
	Good    int // rows that would be stored
	Wrong   int
}

const shown = 50

// Post answers the form of a list: a file is looked at and shown; a kept one is stored. done says what to answer after storing; it is called
// with the outcome and what the form held besides, such as which of View.Buttons was pressed.
func (k *Desk) Post(w http.ResponseWriter, r *http.Request, l List, v View, done func(Outcome, url.Values) error) error {
	form, err := upload.Multipart(r, upload.FormLimits{Files: 1, Bytes: MaxBytes, Values: 20, Text: 64 << 10})
	defer func() { form.Close() }() // there is a form beside an error, too
	p := i18n.From(r.Context())
	if err != nil {
		return k.again(w, r, v, problemText(p, err))
	}
	if held := form.Values.Get("held"); held != "" {
		return k.store(w, r, l, v, held, form.Values, done)
	}
	if len(form.Files) == 0 {
		return k.again(w, r, v, p.T("intake.none"))
	}
	content, err := io.ReadAll(form.Files[0].Open())
	if err != nil {
		return err
	}
	out, err := k.run(r.Context(), l, form.Files[0].Name, content, true, true)
	if err != nil {
		return k.again(w, r, v, problemText(p, err))
	}
	held, err := k.keep(r.Context(), l.Kind, form.Files[0].Name, content)
	if err != nil {
		return err
	}
	v.Seen = preview(p, form.Files[0].Name, held.String(), out)
	return web.Render(w, r, http.StatusOK, intakePage(v))
}

// Show draws the empty form.
func (k *Desk) Show(w http.ResponseWriter, r *http.Request, v View) error {
	return web.Render(w, r, http.StatusOK, intakePage(v))
}

func (k *Desk) store(w http.ResponseWriter, r *http.Request, l List, v View, held string, form url.Values, done func(Outcome, url.Values) error) error {
	p := i18n.From(r.Context())
	skip := form.Get("skip") != ""
	name, content, err := k.take(r.Context(), l.Kind, held)
	if err != nil {
		return k.again(w, r, v, problemText(p, err))
	}
	out, err := k.run(r.Context(), l, name, content, false, skip)
	if err != nil {
		return k.again(w, r, v, problemText(p, err))
	}
	if out.Bad.Total() > 0 && !skip {
		v.Seen = preview(p, name, held, out)
		return web.Render(w, r, http.StatusUnprocessableEntity, intakePage(v))
	}
	if err := k.drop(r.Context(), held); err != nil {
		return err
	}
	return done(out, form)
}

func (k *Desk) run(ctx context.Context, l List, name string, content []byte, dry, skip bool) (Outcome, error) {
	t, err := sheet.Open(name, bytes.NewReader(content), int64(len(content)), sheet.Options{Columns: l.Columns, MaxBytes: MaxBytes, MaxRows: 200_000})
	if err != nil {
		return Outcome{}, err
	}
	out, err := l.Run(ctx, t, dry, skip)
	if out.Bad == nil {
		out.Bad = sheet.NewErrors(1)
	}
	return out, err
}

func (k *Desk) again(w http.ResponseWriter, r *http.Request, v View, text string) error {
	if text == "" {
		text = i18n.From(r.Context()).T("problem.internal")
	}
	v.Error = text
	return web.Render(w, r, http.StatusUnprocessableEntity, intakePage(v))
}

// problemText says why a file was refused as a whole; what is no refusal says nothing of itself.
func problemText(p *i18n.Printer, err error) string {
	var fe *sheet.FileError
	if errors.As(err, &fe) {
		text := p.T(fe.Reason.Key, fe.Reason.Args...)
		if fe.Line > 0 {
			return p.T("intake.line", "line", fe.Line, "text", text)
		}
		return text
	}
	pr, ok := problem.Of(err)
	if !ok {
		return ""
	}
	for _, f := range pr.Fields {
		return p.T(f.Key, f.Args...)
	}
	return p.T(pr.Key, pr.Args...)
}

func preview(p *i18n.Printer, name, held string, out Outcome) *Preview {
	v := &Preview{Name: name, Held: held, Notes: out.Notes, Good: out.New + out.Changed, Wrong: out.Bad.Total()}
	v.Tiles = []ui.TileView{{Label: p.T("intake.new"), Value: p.Int(out.New)}, {Label: p.T("intake.changed"), Value: p.Int(out.Changed)}, {Label: p.T("intake.same"), Value: p.Int(out.Same)},
		{Label: p.T("intake.bad"), Value: p.Int(v.Wrong)}}
	if v.Wrong > 0 {
		v.Tiles[3].Tone = ui.Late
		v.Bad = BadRows(p, out.Bad)
		if more := v.Wrong - len(v.Bad.Rows); more > 0 {
			v.More = p.T("intake.more", "n", more)
		}
	}
	v.Changes = ui.TableView{Caption: p.T("intake.changes"), Columns: []ui.Column{{Label: p.T("intake.row")}, {Label: p.T("intake.name")}, {Label: p.T("intake.what")}}}
	for i, c := range out.Changes {
		if i == shown {
			break
		}
		badge := ui.BadgeView{Label: p.T("intake.new"), Tone: ui.OK, Icon: "plus"}
		if !c.New {
			badge = ui.BadgeView{Label: p.T("intake.changed"), Tone: ui.Info, Icon: "pen"}
		}
		v.Changes.Rows = append(v.Changes.Rows, ui.Row{Cells: []ui.Cell{{Text: p.T("intake.row.n", "n", c.Line)}, {Text: c.Name}, {Content: ui.Badge(badge)}}})
	}
	if rest := v.Good - len(v.Changes.Rows); rest > 0 && len(v.Changes.Rows) > 0 {
		v.Rest = p.T("intake.rest", "n", rest)
	}
	return v
}

// BadRows lists the refused rows by row, column, what stands there and what to do.
func BadRows(p *i18n.Printer, bad *sheet.Errors) ui.TableView {
	t := ui.TableView{Caption: p.T("intake.bad"), Stack: true, Columns: []ui.Column{{Label: p.T("intake.row")}, {Label: p.T("intake.column")}, {Label: p.T("intake.value")}, {Label: p.T("intake.why")}}}
	for i, e := range bad.List() {
		if i == shown {
			break
		}
		column := e.Title
		if column == "" {
			column = "—"
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: p.T("intake.row.n", "n", e.Line)}, {Text: column}, {Text: e.Value}, {Text: p.T(e.Reason.Key, e.Reason.Args...)}}})
	}
	return t
}

func columnTable(p *i18n.Printer, columns []Column) ui.TableView {
	t := ui.TableView{Caption: p.T("intake.columns"), Stack: true, Columns: []ui.Column{{Label: p.T("intake.column")}, {Label: p.T("intake.need")}, {Label: p.T("intake.meaning")}}}
	for _, c := range columns {
		need := p.T("intake.optional")
		if c.Required {
			need = p.T("intake.required")
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: c.Titles}, {Text: need}, {Text: c.Text}}})
	}
	return t
}
