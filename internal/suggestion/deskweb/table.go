package deskweb

import (
	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/ui"
	"xieshang/internal/suggestion"
	"xieshang/internal/suggestion/suggestionview"
)

// table draws matters densely: number and title, state, where, with whom, when due.
func (h *Pages) table(words suggestionview.Words, items []suggestion.Item, scope suggestion.Scope) ui.TableView {
	p := words.P
	t := ui.TableView{ID: "matters", Caption: p.T("desk.table"), Stack: true, Columns: []ui.Column{{Label: p.T("desk.matter")}, {Label: p.T("desk.state")}, {Label: p.T("suggestion.input.field")},
		{Label: p.T("suggestion.input.division")}, {Label: p.T("suggestion.input.department")}, {Label: p.T("desk.raised")}, {Label: p.T("suggestion.input.due")}}}
	for _, i := range items {
		due, department := i.Due, words.Org(i.Lead)
		state := words.State(i.Suggestion)
		if scope == suggestion.DepartmentScope && i.Task != "" { // what lies with an office has no part yet
			due, department = i.TaskDue, words.Org(i.Handler)+" · "+p.T("suggestion.part."+string(i.Part))
			state = ui.BadgeView{Label: p.T("suggestion.task." + string(i.Task)), Tone: ui.Busy}
			if !due.IsZero() && due.Before(words.Today) && i.Task != suggestion.TaskDone && i.Task != suggestion.Signed {
				state.Tone, state.Label = ui.Late, state.Label+" · "+p.T("suggestion.late")
			}
		}
		sub := i.Number
		if i.Kind == suggestion.Message {
			sub += " · " + p.T("suggestion.kind.message")
		}
		if i.Round > 1 {
			sub += " · " + p.T("suggestion.second")
		}
		t.Rows = append(t.Rows, ui.Row{ID: i.Number, Title: i.Title, Cells: []ui.Cell{{Text: i.Title, Sub: sub, Href: href(i.Suggestion)}, {Content: ui.Badge(state)}, {Text: words.Field(i.TopField)},
			{Text: words.Division(i.Division)}, {Text: department}, {Text: p.Date(clock.DateOf(i.RaisedAt))}, {Text: dueText(words, due)}}})
	}
	return t
}

func dueText(words suggestionview.Words, d clock.Date) string {
	if d.IsZero() {
		return ""
	}
	return words.P.Date(d)
}

// committeesOf are the committees that an actor works for; an administrator's are all.
func committeesOf(snap *directory.Snapshot, a authz.Actor) []*directory.Organisation {
	var out []*directory.Organisation
	for _, k := range snap.Committees() {
		if a.HasAny(k.ID, authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Leader) {
			out = append(out, k)
		}
	}
	if len(out) == 0 && a.IsAdmin() && len(snap.Committees()) > 0 {
		out = snap.Committees()[:1]
	}
	return out
}
