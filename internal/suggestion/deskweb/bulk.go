package deskweb

import (
	"net/http"
	"net/url"
	"strconv"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"
	"xieshang/internal/suggestion/suggestionview"

	"github.com/google/uuid"
)

const bulkMax = 200

type bulkView struct {
	Bar        ui.BulkView
	Back       string
	Department ui.ChoiceView
	Buttons    []ui.ButtonView
	All        *ui.TickView // every matter of the filtered list, not only what stands on this page
}

// bulkActions are those that make sense for many at once, each matter still by its own rules.
func bulkActions() []wf.Action {
	return []wf.Action{suggestion.ReviewAccept, suggestion.Dispatch, suggestion.AcceptAnswer, suggestion.Remind, suggestion.Urge, suggestion.Publish}
}

// bulkBar offers the actions and, for a dispatch, the departments of the committees in the list.
func (h *Pages) bulkBar(words suggestionview.Words, f suggestion.Filter, out suggestion.Page, back string) *bulkView {
	p, items := words.P, out.Items
	v := &bulkView{Bar: ui.BulkView{Form: "bulk", Action: "/desk/bulk"}, Back: back}
	v.Department = ui.ChoiceView{FieldView: ui.FieldView{Name: "department", ID: "bulk-department", Label: p.T("desk.bulk.department"), Bare: true}, Empty: p.T("desk.bulk.department")}
	if out.Total > len(items) && out.Total <= bulkMax {
		v.All = &ui.TickView{Name: "all", ID: "bulk-all", Value: strconv.Itoa(out.Total), Label: p.T("desk.bulk.all", "n", out.Total)}
	}
	seen := map[uuid.UUID]bool{}
	for _, i := range items {
		if k := words.Snap.Organisation(i.Committee); k != nil && !seen[k.ID] {
			seen[k.ID] = true
			for _, d := range words.Snap.Departments(k.Division) {
				if d.Kind == directory.Department {
					v.Department.Options = append(v.Department.Options, ui.Option{Value: d.ID.String(), Label: p.Name(d.Name), Group: p.Name(k.Name)})
				}
			}
		}
	}
	for _, a := range bulkActions() {
		if (f.Queue == suggestion.ToReview && a != suggestion.ReviewAccept) || (f.Queue == suggestion.ToDispatch && a != suggestion.Dispatch && a != suggestion.Publish) {
			continue
		}
		v.Buttons = append(v.Buttons, ui.ButtonView{Label: p.T("suggestion.action." + string(a)), Name: "action", Value: string(a), Small: true})
	}
	return v
}

type bulkResult struct {
	Page  ui.PageView
	Head  ui.HeadView
	Table ui.TableView
	Back  string
}

// bulk takes one action on each marked matter by itself: one that is refused does not hold up the others, and the page says what happened to each.
func (h *Pages) bulk(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	action := wf.Action(form.Get("action"))
	if !allowed(action) {
		return problem.New(problem.Invalid, "suggestion.err.no-action", "action", string(action))
	}
	words, err := h.words(r)
	if err != nil {
		return err
	}
	marked := form["id"]
	if all := form.Get("all"); all != "" {
		if marked, err = h.filtered(r, words, form.Get("back"), all); err != nil {
			return err
		}
	}
	if len(marked) == 0 {
		return problem.New(problem.Invalid, "desk.err.none-marked")
	}
	if len(marked) > bulkMax {
		return problem.New(problem.Invalid, "desk.err.too-many-marked", "max", bulkMax)
	}
	in := bulkInput(form, action)
	p := words.P
	v := bulkResult{Page: h.Frame.Staff(w, r, p.T("suggestion.action."+string(action)))}
	v.Table = ui.TableView{Caption: v.Page.Title, Columns: []ui.Column{{Label: p.T("desk.matter")}, {Label: p.T("desk.outcome")}}}
	done := 0
	for _, number := range marked {
		c, err := h.one(r, number, action, in)
		row := ui.Row{ID: number, Cells: []ui.Cell{{Text: number, Href: "/desk/suggestions/" + number}, {}}}
		if err == nil {
			done++
			row.Cells[0].Sub = c.Title
			row.Cells[1].Content = ui.Badge(ui.BadgeView{Label: p.T("suggestion.state." + string(c.State)), Tone: ui.OK})
		} else {
			text, err := outcome(p, err)
			if err != nil {
				return err
			}
			row.Cells[1].Content = ui.Badge(ui.BadgeView{Label: text, Tone: ui.Warn})
		}
		v.Table.Rows = append(v.Table.Rows, row)
	}
	v.Head = ui.HeadView{Title: v.Page.Title, Lead: p.T("desk.bulk.outcome", "done", done, "refused", len(marked)-done)}
	v.Back = backTo(form.Get("back"))
	return web.Render(w, r, http.StatusOK, bulkPage(v))
}

// filtered lists what the list with these filters shows now, on all its pages. When that is not as many as its reader saw, somebody else worked on it
// meanwhile, and the reader looks again.
func (h *Pages) filtered(r *http.Request, words suggestionview.Words, query, seen string) ([]string, error) {
	q, err := url.ParseQuery(query)
	if err != nil {
		return nil, problem.New(problem.Invalid, "desk.err.filter").Because(err)
	}
	f, err := parse(q, authz.From(r.Context()), words.Snap)
	if err != nil {
		return nil, err
	}
	f.Cursor, f.Limit, f.Total = "", bulkMax, true
	page, err := h.Service.List(r.Context(), f)
	if err != nil {
		return nil, err
	}
	if strconv.Itoa(page.Total) != seen || page.Next != "" {
		return nil, problem.New(problem.Conflict, "desk.err.list-changed", "n", page.Total)
	}
	var out []string
	for _, i := range page.Items {
		out = append(out, i.Number)
	}
	return out, nil
}

// one takes the action on one matter. A matter whose author does not wish it public is not accepted in passing: that needs a look and a reason.
func (h *Pages) one(r *http.Request, number string, action wf.Action, in suggestion.ActInput) (*suggestion.Case, error) {
	if action == suggestion.ReviewAccept || action == suggestion.Publish {
		c, err := h.Service.Get(r.Context(), number)
		if err != nil {
			return nil, err
		}
		if !c.PublicWish {
			return nil, problem.New(problem.Conflict, "desk.err.wish")
		}
	}
	return h.Service.Act(r.Context(), number, action, in)
}

// backTo is the list with the filters that the marks were made in; nothing else is believed.
func backTo(query string) string {
	q, err := url.ParseQuery(query)
	if err != nil {
		return "/desk/list"
	}
	if q := with(q, "cursor", ""); q != "" {
		return "/desk/list?" + q
	}
	return "/desk/list"
}

func bulkInput(form url.Values, action wf.Action) suggestion.ActInput {
	yes := true
	in := suggestion.ActInput{Public: &yes, Reason: form.Get("reason")}
	if d, err := uuid.Parse(form.Get("department")); err == nil && action == suggestion.Dispatch {
		in.Team = []suggestion.TeamPart{{Department: d, Part: suggestion.Lead}}
	}
	return in
}

func allowed(a wf.Action) bool {
	for _, x := range bulkActions() {
		if x == a {
			return true
		}
	}
	return false
}

// outcome says in words why one matter was not changed; failures of ours go on as errors.
func outcome(p *i18n.Printer, err error) (string, error) {
	pr := web.AsProblem(err)
	if pr == nil {
		return "", err
	}
	if len(pr.Fields) > 0 {
		return p.T(pr.Fields[0].Key, pr.Fields[0].Args...), nil
	}
	return p.T(pr.Key, pr.Args...), nil
}
