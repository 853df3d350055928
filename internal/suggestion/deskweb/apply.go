package deskweb

import (
	"encoding/json"
	"net/http"
	"strings"

	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/ui"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"

	"github.com/a-h/templ"
	"github.com/google/uuid"
)

// picker offers the templates of one form. With script choosing fills the field at once; without, its button brings the form back filled in.
type picker struct {
	Select ui.ChoiceView
}

// picked are the templates for one action, with their text as it goes into the form.
type picked []suggestion.Template

func (l picked) find(id string) (suggestion.Template, bool) {
	u, err := uuid.Parse(id)
	if err != nil {
		return suggestion.Template{}, false
	}
	for _, t := range l {
		if t.ID == u {
			return t, true
		}
	}
	return suggestion.Template{}, false
}

// picks are the templates for each action that the reader may take now, filled in for this matter.
func (h *Pages) picks(r *http.Request, c *suggestion.Case) (map[wf.Action]picked, error) {
	all, err := h.Service.UsableTemplates(r.Context())
	if err != nil || len(all) == 0 {
		return nil, err
	}
	facts, err := h.Service.Facts(r.Context(), c)
	if err != nil {
		return nil, err
	}
	out := map[wf.Action]picked{}
	for _, t := range suggestion.ForCase(all, c) {
		if c.May(t.Action) {
			t.Text = suggestion.Fill(t.Text, facts)
			out[t.Action] = append(out[t.Action], t)
		}
	}
	return out, nil
}

// filled is what script needs of a template.
type filled struct {
	Text  string `json:"text"`
	Class string `json:"class,omitempty"`
}

// pickerOf draws the choice for a form whose fields have ids with this prefix; several owners stand apart.
func pickerOf(p *i18n.Printer, list picked, owner func(uuid.UUID) string, input, prefix, chosen, back string) (*picker, error) {
	if len(list) == 0 {
		return nil, nil
	}
	texts := map[string]filled{}
	owners := map[uuid.UUID]bool{}
	for _, t := range list {
		owners[t.Owner] = true
	}
	v := ui.ChoiceView{FieldView: ui.FieldView{Name: "template", ID: prefix + "template", Label: p.T("desk.template.use"), Hint: p.T("desk.template.use.hint"), Bare: true}, Empty: p.T("desk.template.choose")}
	for _, t := range list {
		o := ui.Option{Value: t.ID.String(), Label: p.Name(t.Name), Selected: t.ID.String() == chosen}
		if len(owners) > 1 {
			o.Group = owner(t.Owner)
		}
		v.Options = append(v.Options, o)
		texts[o.Value] = filled{t.Text, t.Class}
	}
	data, err := json.Marshal(texts)
	if err != nil {
		return nil, err
	}
	v.Attrs = templ.Attributes{"data-templates": string(data), "data-fills": prefix + input, "data-class": prefix + "class"}
	if back != "" {
		v.Attrs["data-back"] = back
	}
	return &picker{v}, nil
}

// added is a text after what stands there already: nothing that somebody typed is lost, and the same text is not added twice.
func added(typed, text string) string {
	typed = strings.TrimRight(strings.ReplaceAll(typed, "\r\n", "\n"), " \n")
	switch {
	case typed == "":
		return text
	case strings.Contains(typed, text):
		return typed
	}
	return typed + "\n\n" + text
}

// choose puts the chosen template into what the form comes back with; false when it is none of those that are offered.
func (r *refusal) choose(c *suggestion.Case, picks map[wf.Action]picked) bool {
	for action, list := range picks {
		t, ok := list.find(r.template)
		if !ok || r.action != "" && r.action != action {
			continue
		}
		typed := map[string][]string{}
		for k, v := range r.typed {
			typed[k] = v
		}
		input := suggestion.TemplateInput(action)
		now := r.value(input)
		if r.typed == nil && action == suggestion.WriteAnswer {
			if task := (fieldBuilder{c: c}).mine(); task != nil {
				now = task.Answer
			}
		}
		typed[input] = []string{added(now, t.Text)}
		if t.Class != "" && r.value("class") == "" {
			typed["class"] = []string{t.Class}
		}
		r.action, r.typed = action, typed
		return true
	}
	return false
}
