package deskweb

import (
	"slices"
	"strconv"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/ui"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"
	"xieshang/internal/suggestion/suggestionview"
)

// team is rows of department and part; the first is the lead unless something else is chosen.
func (b fieldBuilder) team(f ui.FieldView) []ui.ChoiceView {
	p := b.words.P
	departments := b.departments()
	before := b.c.Tasks
	var out []ui.ChoiceView
	for i := range teamRows {
		n := strconv.Itoa(i + 1)
		chosen, part := "", string(suggestion.Joint)
		switch {
		case !b.adding && i == 0:
			part = string(suggestion.Lead)
		case b.adding && slices.ContainsFunc(b.c.Current(), func(t suggestion.Task) bool { return t.Part == suggestion.Separate }):
			part = string(suggestion.Separate)
		}
		if b.refused != nil {
			chosen, part = at(b.refused.typed["department"], i), at(b.refused.typed["part"], i)
		} else if b.c.State == suggestion.Reopened && i < len(before) {
			chosen, part = before[i].Department.String(), string(before[i].Part)
		}
		d := ui.ChoiceView{FieldView: ui.FieldView{Name: "department", ID: b.prefix + "department" + n, Label: p.T("desk.team.department", "n", n), Required: i == 0}, Empty: p.T("desk.choose")}
		if i == 0 {
			d.Error = f.Error
		}
		for _, o := range departments {
			o.Selected = chosen != "" && o.Value == chosen
			d.Options = append(d.Options, o)
		}
		pv := ui.ChoiceView{FieldView: ui.FieldView{Name: "part", ID: b.prefix + "part" + n, Label: p.T("desk.part"), Bare: true}}
		for _, x := range []suggestion.Part{suggestion.Lead, suggestion.Joint, suggestion.Assisting, suggestion.Separate} {
			pv.Options = append(pv.Options, ui.Option{Value: string(x), Label: p.T("suggestion.part." + string(x)), Selected: string(x) == part})
		}
		out = append(out, d, pv)
	}
	return out
}

// departments are those of the committee's division; the ones that led such matters before stand first.
func (b fieldBuilder) departments() []ui.Option {
	p := b.words.P
	var first, rest []ui.Option
	for _, u := range b.past {
		first = append(first, ui.Option{Value: u.String(), Label: b.words.Org(u), Group: p.T("desk.team.past")})
	}
	k := b.words.Snap.Organisation(b.c.Committee)
	if k == nil {
		return first
	}
	for _, d := range b.words.Snap.Departments(k.Division) {
		if d.Kind != directory.Department || slices.Contains(b.past, d.ID) {
			continue
		}
		o := ui.Option{Value: d.ID.String(), Label: p.Name(d.Name)}
		if len(first) > 0 {
			o.Group = p.T("desk.team.others")
		}
		rest = append(rest, o)
	}
	return append(first, rest...)
}

// kept is what was typed for an action that is not allowed any more: nothing of it is lost, it can be copied.
func (r *refusal) kept(words suggestionview.Words) []ui.Fact {
	tr, ok := suggestion.Life().Find(r.action)
	if !ok {
		return nil
	}
	var out []ui.Fact
	for _, in := range tr.Inputs {
		text := strings.TrimSpace(r.value(in.Name))
		switch in.Kind {
		case wf.Team:
			var names []string
			for _, t := range team(r.typed) {
				names = append(names, words.Org(t.Department)+" · "+words.P.T("suggestion.part."+string(t.Part)))
			}
			text = strings.Join(names, "\n")
		case wf.Department, wf.CommitteeI, wf.Flag, wf.Choice, wf.Files:
			continue // one press each; a text is what hurts to lose
		}
		if text != "" {
			out = append(out, ui.Fact{Term: words.P.T("suggestion.input." + in.Name), Text: text})
		}
	}
	return out
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}
