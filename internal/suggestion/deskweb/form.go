package deskweb

import (
	"strconv"

	"xieshang/internal/directory"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/ui"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"
	"xieshang/internal/suggestion/suggestionview"

	"github.com/google/uuid"
)

// actionView is one action as a form, made from its line in the table.
type actionView struct {
	ID      string
	Title   string
	To      string
	Open    bool
	Main    bool
	Version string
	Steps   string
	Errors  []ui.ErrorView
	Fields  []fieldView
	Button  ui.ButtonView
	Confirm *ui.ConfirmView
	Pick    *picker // templates; none when nil
}

// fieldView is one control; exactly one of the pointers is set.
type fieldView struct {
	Text   *ui.FieldView
	Long   *ui.FieldView
	Date   *ui.FieldView
	Select *ui.ChoiceView
	Radio  *ui.ChoiceView
	Team   []ui.ChoiceView // pairs: department, part
	File   *ui.FieldView
}

// refusal is an action that was sent and refused, with what was typed.
type refusal struct {
	action   wf.Action
	typed    map[string][]string
	errs     map[string]string
	text     string
	files    bool   // files came with it; a browser cannot be handed them back
	template string // chosen, to be put into the form; it comes back without having been sent
	since    int    // steps that the matter had when the form was shown; 0: unknown
}

func (r *refusal) value(name string) string {
	if r == nil || len(r.typed[name]) == 0 {
		return ""
	}
	return r.typed[name][0]
}

const teamRows = 4

// forms draws exactly what the reader may do now, the main action first and open.
func forms(words suggestionview.Words, c *suggestion.Case, rules suggestion.Rules, past []uuid.UUID, refused *refusal, picks map[wf.Action]picked) ([]actionView, error) {
	p := words.P
	var out []actionView
	opened := false
	for _, tr := range c.Actions {
		if len(tr.Who) == 1 && tr.Who[0] == suggestion.IsAuthor {
			continue // authors act on the public page
		}
		name := string(tr.Action)
		v := actionView{ID: "do-" + name, Title: p.T("suggestion.action." + name), To: href(c.Suggestion) + "/actions/" + name, Main: tr.Main, Version: strconv.Itoa(c.Version), Steps: strconv.Itoa(c.Steps),
			Button: ui.ButtonView{Label: p.T("suggestion.action." + name), Kind: "secondary"}}
		if tr.Main {
			v.Button.Kind = "primary"
			v.Open, opened = !opened, true
		}
		var mine *refusal
		if refused != nil && refused.action == tr.Action {
			mine, v.Open = refused, true
		}
		b := fieldBuilder{words: words, c: c, rules: rules, past: past, refused: mine, prefix: name + "-", adding: tr.Action == suggestion.AddTeam}
		chosen := ""
		if mine != nil {
			chosen = mine.template
		}
		var err error
		if v.Pick, err = pickerOf(p, picks[tr.Action], words.Org, suggestion.TemplateInput(tr.Action), b.prefix, chosen, "template"); err != nil {
			return nil, err
		}
		for _, in := range tr.Inputs {
			if f, ok := b.field(tr, in); ok {
				v.Fields = append(v.Fields, f)
			}
			if mine != nil && mine.errs[in.Name] != "" {
				at := b.prefix + in.Name
				if in.Kind == wf.Team {
					at = b.prefix + "department1"
				}
				v.Errors = append(v.Errors, ui.ErrorView{Field: at, Text: mine.errs[in.Name]})
			}
		}
		if tr.Grave {
			v.Button.Kind, v.Button.Confirm = "danger", "sure-"+name
			v.Confirm = &ui.ConfirmView{ID: "sure-" + name, Title: p.T("desk.sure", "action", v.Title), Text: c.Title, Button: v.Title, Danger: true}
		}
		if tr.Main && len(out) > 0 && !out[0].Main {
			out = append([]actionView{v}, out...)
		} else {
			out = append(out, v)
		}
	}
	return out, nil
}

type fieldBuilder struct {
	words   suggestionview.Words
	c       *suggestion.Case
	rules   suggestion.Rules
	past    []uuid.UUID // departments that led such matters before
	refused *refusal
	prefix  string
	adding  bool // departments are added to those that have the matter
}

func (b fieldBuilder) base(in wf.Input) ui.FieldView {
	f := ui.FieldView{Name: in.Name, ID: b.prefix + in.Name, Label: b.words.P.T("suggestion.input." + in.Name), Required: in.Required, Value: b.refused.value(in.Name)}
	if b.refused != nil {
		f.Error = b.refused.errs[in.Name]
	}
	return f
}

func (b fieldBuilder) field(tr wf.Transition, in wf.Input) (fieldView, bool) {
	p := b.words.P
	f := b.base(in)
	choose := func(options []ui.Option, empty string) *ui.ChoiceView {
		for i := range options {
			options[i].Selected = options[i].Selected || (options[i].Value == f.Value && f.Value != "")
		}
		return &ui.ChoiceView{FieldView: f, Options: options, Empty: empty}
	}
	switch in.Kind {
	case wf.Text, wf.Number:
		f.Width = "m"
		if in.Name == "letter" {
			f.Hint = p.T("desk.letter.hint")
		}
		if in.Name == "title" && f.Value == "" {
			f.Value = b.c.Title
		}
		return fieldView{Text: &f}, true
	case wf.LongText:
		f.Rows, f.Max = 4, 2000
		switch {
		case in.Name == "body":
			f.Max, f.Rows = suggestion.BodyMax, 8
			if f.Value == "" {
				f.Value = b.c.Body
			}
		case tr.Action == suggestion.WriteAnswer:
			f.Max, f.Rows = 20000, 10
			if t := b.mine(); t != nil && f.Value == "" {
				f.Value = t.Answer
			}
		}
		return fieldView{Long: &f}, true
	case wf.DateInput:
		if in.Name == "day" && f.Value == "" {
			f.Value = b.words.Today.String()
		}
		f.Width = "m"
		return fieldView{Date: &f}, true
	case wf.Flag:
		wish := p.T("desk.wish.yes")
		if !b.c.PublicWish {
			wish = p.T("desk.wish.no")
		}
		f.Hint = wish
		radio := choose([]ui.Option{{Value: "yes", Label: p.T("desk.public.yes"), Selected: f.Value == "" && b.c.PublicWish}, {Value: "no", Label: p.T("desk.public.no")}}, "")
		radio.Columns = 2
		return fieldView{Radio: radio}, true
	case wf.Department:
		return b.department(tr, choose)
	case wf.CommitteeI:
		var options []ui.Option
		for _, k := range b.words.Snap.Committees() {
			if k.ID != b.c.Committee {
				options = append(options, ui.Option{Value: k.ID.String(), Label: p.Name(k.Name)})
			}
		}
		return fieldView{Select: choose(options, p.T("desk.choose"))}, true
	case wf.Team:
		return fieldView{Team: b.team(f)}, true
	case wf.Files:
		f.Hint = p.T("desk.files.hint")
		if b.refused != nil && b.refused.files {
			f.Hint = p.T("desk.files.again") + " " + f.Hint
		}
		return fieldView{File: &f}, true
	case wf.Choice:
		return fieldView{Select: choose(b.choices(in.Name), p.T("desk.choose"))}, true
	}
	return fieldView{}, false
}

// mine is the answer of the reader's department that is being written.
func (b fieldBuilder) mine() *suggestion.Task {
	for _, t := range b.c.Current() {
		if t.Answer != "" && (t.State == suggestion.Drafted || t.State == suggestion.TaskInHand) {
			return &t
		}
	}
	return nil
}

// department asks for one only where several wait for the same thing; for an office all of the division's are offered.
func (b fieldBuilder) department(tr wf.Transition, choose func([]ui.Option, string) *ui.ChoiceView) (fieldView, bool) {
	p := b.words.P
	var options []ui.Option
	if tr.Action == suggestion.ReferOffice {
		if k := b.words.Snap.Organisation(b.c.Committee); k != nil {
			for _, o := range b.words.Snap.Departments(k.Division) {
				if o.Kind == directory.Office {
					options = append(options, ui.Option{Value: o.ID.String(), Label: p.Name(o.Name)})
				}
			}
		}
		return fieldView{Select: choose(options, p.T("desk.choose"))}, true
	}
	for _, t := range b.c.Current() {
		if concerned(tr.Action, t) {
			options = append(options, ui.Option{Value: t.Department.String(), Label: b.words.Org(t.Department) + " · " + p.T("suggestion.task."+string(t.State))})
		}
	}
	if len(options) < 2 {
		return fieldView{}, false
	}
	return fieldView{Select: choose(options, p.T("desk.choose"))}, true
}

// concerned tells which departments' parts an action of staff may mean.
func concerned(a wf.Action, t suggestion.Task) bool {
	switch a {
	case suggestion.ConfirmPromise, suggestion.RemindPromise:
		return t.State == suggestion.TaskDone && !t.Promised.IsZero()
	case suggestion.RetractAnswer:
		return t.State == suggestion.TaskDone && t.Part.Answers()
	case suggestion.AgreeReturn, suggestion.RefuseReturn:
		return t.State == suggestion.ReturnAsked
	case suggestion.GrantTime, suggestion.RefuseTime:
		return !t.TimeAsked.IsZero() && t.TimeAnswer == "" && t.Open()
	case suggestion.AcceptAnswer, suggestion.RejectAnswer:
		return t.State == suggestion.Signed
	}
	return t.Open()
}

func (b fieldBuilder) choices(name string) []ui.Option {
	p := b.words.P
	var out []ui.Option
	switch name {
	case "field":
		for _, top := range b.words.Snap.Fields(uuid.Nil) {
			out = append(out, ui.Option{Value: top.ID.String(), Label: p.Name(top.Name), Selected: b.c.Field == top.ID})
			for _, x := range b.words.Snap.Fields(top.ID) {
				out = append(out, ui.Option{Value: x.ID.String(), Label: "　" + p.Name(x.Name), Selected: b.c.Field == x.ID})
			}
		}
	case "division":
		k := b.words.Snap.Organisation(b.c.Committee)
		if k == nil {
			break
		}
		for _, id := range b.words.Snap.Within(k.Division) {
			if d := b.words.Snap.Division(id); d != nil {
				out = append(out, ui.Option{Value: id.String(), Label: b.words.Division(id), Selected: id == b.c.Division})
			}
		}
	case "class":
		for _, x := range b.rules.Classes {
			out = append(out, ui.Option{Value: x.Code, Label: x.Code + " " + p.Name(i18n.Name(x.Name))})
		}
	case "how":
		for _, x := range suggestion.Ways() {
			out = append(out, ui.Option{Value: x, Label: p.T("suggestion.how." + x)})
		}
	case "target":
		for _, x := range suggestion.Targets() {
			out = append(out, ui.Option{Value: x, Label: p.T("suggestion.target." + x)})
		}
	}
	return out
}

// files tells whether the form carries files.
func (a actionView) files() bool {
	for _, f := range a.Fields {
		if f.File != nil {
			return true
		}
	}
	return false
}
