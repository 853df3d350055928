package deskweb

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"
	"xieshang/internal/suggestion/suggestionview"

	"github.com/google/uuid"
)

// bulkAsk is the page between marking and doing: which matters, and the one text for all of them.
type bulkAsk struct {
	Page     ui.PageView
	Head     ui.HeadView
	Errors   []ui.ErrorView
	Hidden   [][2]string
	Notice   string
	Pick     *picker
	Text     *ui.FieldView
	Class    *ui.ChoiceView
	Promised *ui.FieldView
	Table    ui.TableView
	Button   ui.ButtonView
	Back     string
}

// bulkForm asks for the text of an action on many; each placeholder is filled in for each matter when it is done.
func (h *Pages) bulkForm(w http.ResponseWriter, r *http.Request, status int, words suggestionview.Words, action wf.Action, list []marked, form url.Values, errs map[string]string) error {
	p := words.P
	name := p.T("suggestion.action." + string(action))
	v := bulkAsk{Page: h.Frame.Staff(w, r, name), Back: backTo(form.Get("back"))}
	v.Head = ui.HeadView{Title: name, Lead: p.N("desk.bulk.ask", len(list))}
	v.Button = ui.ButtonView{Label: name, Kind: "primary"}
	v.Hidden = [][2]string{{"action", string(action)}, {"back", form.Get("back")}, {"department", form.Get("department")}, {"go", "1"}}
	v.Table = ui.TableView{Caption: p.T("desk.table"), Stack: true, Columns: []ui.Column{{Label: p.T("desk.matter")}, {Label: p.T("desk.state")}, {Label: p.T("desk.bulk.now")}}}
	committees := map[uuid.UUID]bool{}
	for _, m := range list {
		c, err := h.Service.Get(r.Context(), m.number)
		row := ui.Row{ID: m.number, Cells: []ui.Cell{{Text: m.number, Href: "/desk/suggestions/" + m.number}, {}, {}}}
		switch {
		case err != nil:
			text, err := outcome(p, err)
			if err != nil {
				return err
			}
			row.Cells[2].Content = ui.Badge(ui.BadgeView{Label: text, Tone: ui.Warn})
		default:
			if m.version == 0 {
				m.version = c.Version
			}
			committees[c.Committee] = true
			row.Cells[0].Sub, row.Cells[1].Content = c.Title, ui.Badge(words.State(c.Suggestion))
			mark := ui.BadgeView{Label: p.T("desk.bulk.now.yes"), Tone: ui.OK}
			if !c.May(action) {
				mark = ui.BadgeView{Label: p.T("desk.bulk.now.no"), Tone: ui.Warn}
			}
			row.Cells[2].Content = ui.Badge(mark)
		}
		v.Hidden = append(v.Hidden, [2]string{"id", m.number}, [2]string{"v", m.number + ":" + strconv.Itoa(m.version)})
		v.Table.Rows = append(v.Table.Rows, row)
	}
	for _, field := range []string{"text", "reason", "class", "promised"} {
		if errs[field] != "" {
			v.Errors = append(v.Errors, ui.ErrorView{Field: field, Text: errs[field]})
		}
	}
	if err := h.bulkFields(&v, r, words, action, committees, form, errs); err != nil {
		return err
	}
	return web.Render(w, r, status, bulkAskPage(v))
}

func (h *Pages) bulkFields(v *bulkAsk, r *http.Request, words suggestionview.Words, action wf.Action, committees map[uuid.UUID]bool, form url.Values, errs map[string]string) error {
	p := words.P
	input := suggestion.TemplateInput(action)
	if input == "" {
		return nil
	}
	list, err := h.bulkTemplates(r, action)
	if err != nil {
		return err
	}
	typed, class, chosen := form.Get(input), form.Get("class"), form.Get("template")
	if form.Get("apply") != "" {
		if t, ok := list.find(chosen); ok {
			typed = added(typed, t.Text)
			if class == "" {
				class = t.Class
			}
		} else {
			v.Notice, chosen = p.T("desk.template.gone"), ""
		}
	}
	if v.Pick, err = pickerOf(p, list, words.Org, input, "", chosen, ""); err != nil {
		return err
	}
	v.Text = &ui.FieldView{Name: input, Label: p.T("suggestion.input." + input), Hint: p.T("desk.bulk.text.hint", "names", placeholders(p)), Required: asksText(action), Value: typed, Error: errs[input], Rows: 6, Max: textMost(action)}
	if action != suggestion.WriteAnswer {
		return nil
	}
	v.Class = &ui.ChoiceView{FieldView: ui.FieldView{Name: "class", Label: p.T("suggestion.input.class"), Required: true, Error: errs["class"]}, Empty: p.T("desk.choose")}
	seen := map[string]bool{}
	for k := range committees {
		rules, err := h.Service.Rules(r.Context(), k)
		if err != nil {
			return err
		}
		for _, x := range rules.Classes {
			if !seen[x.Code] {
				seen[x.Code] = true
				v.Class.Options = append(v.Class.Options, ui.Option{Value: x.Code, Label: x.Code + " " + p.Name(i18n.Name(x.Name)), Selected: x.Code == class})
			}
		}
	}
	v.Promised = &ui.FieldView{Name: "promised", Label: p.T("suggestion.input.promised"), Hint: p.T("desk.bulk.promised.hint"), Value: form.Get("promised"), Error: errs["promised"], Width: "m"}
	return nil
}

func (h *Pages) bulkTemplates(r *http.Request, action wf.Action) (picked, error) {
	all, err := h.Service.UsableTemplates(r.Context())
	var out picked
	for _, t := range all {
		if t.Action == action {
			out = append(out, t)
		}
	}
	return out, err
}

// placeholders lists those of the page's language, as they are typed.
func placeholders(p *i18n.Printer) string {
	var out []string
	for _, x := range suggestion.Placeholders() {
		if x.Lang == p.Lang() {
			out = append(out, "{"+x.Name+"}")
		}
	}
	return strings.Join(out, " ")
}

func textMost(a wf.Action) int {
	if suggestion.TemplateInput(a) == "text" {
		return suggestion.TemplateTextMax
	}
	return suggestion.TemplateReasonMax
}

// bulkInput reads what goes to every matter; a text that no matter could take is refused before any is touched.
func bulkInput(form url.Values, action wf.Action) (suggestion.ActInput, error) {
	yes := true
	in := suggestion.ActInput{Public: &yes}
	var c problem.Check
	if name := suggestion.TemplateInput(action); name != "" {
		text := strings.TrimSpace(strings.ReplaceAll(form.Get(name), "\r\n", "\n"))
		switch n := utf8.RuneCountInString(text); {
		case text == "" && asksText(action):
			c.Add(name, "suggestion.err."+name+"-missing")
		case n > textMost(action):
			c.Add(name, "suggestion.err.long", "max", textMost(action), "have", n)
		default:
			if bad := suggestion.UnknownPlaceholder(text); bad != "" {
				c.Add(name, "suggestion.err.template-placeholder", "what", bad)
			}
		}
		if name == "text" {
			in.Text = text
		} else {
			in.Reason = text
		}
	}
	if action == suggestion.WriteAnswer {
		if in.Class = form.Get("class"); in.Class == "" {
			c.Add("class", "suggestion.err.class-missing")
		}
		if text := strings.TrimSpace(form.Get("promised")); text != "" {
			d, err := clock.ParseDate(text)
			if err != nil {
				c.Add("promised", "figures.err.date")
			}
			in.Promised = d
		}
	}
	if d, err := uuid.Parse(form.Get("department")); err == nil && action == suggestion.Dispatch {
		in.Team = []suggestion.TeamPart{{Department: d, Part: suggestion.Lead}}
	}
	return in, c.Err()
}
