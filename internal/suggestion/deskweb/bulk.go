package deskweb

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

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
	Versions   []string     // "number:version" of what the list shows
	With       *ui.TickView // goes on to the page that takes a text
	All        *ui.TickView // every matter of the filtered list, not only what stands on this page
}

// staffBulk and departmentBulk are the actions that make sense for many at once, each matter still by its own rules.
func staffBulk() []wf.Action {
	return []wf.Action{suggestion.ReviewAccept, suggestion.ReviewReturn, suggestion.Dispatch, suggestion.AcceptAnswer, suggestion.RejectAnswer, suggestion.Remind, suggestion.Urge, suggestion.Publish}
}

func departmentBulk() []wf.Action {
	return []wf.Action{suggestion.Acknowledge, suggestion.AskReturn, suggestion.WriteAnswer, suggestion.SignOff, suggestion.Opinion}
}

// mayBulk tells by the table of the life whether somebody with these roles may ever take the action; for each matter the service decides.
func mayBulk(actor authz.Actor, a wf.Action) bool {
	tr, ok := suggestion.Life().Find(a)
	if !ok {
		return false
	}
	for role, is := range map[authz.Role][]wf.Relation{authz.Reviewer: {suggestion.IsReviewer}, authz.Dispatcher: {suggestion.IsDispatcher}, authz.Editor: {suggestion.IsEditor},
		authz.Clerk: {suggestion.IsClerk, suggestion.IsHelper}, authz.Head: {suggestion.IsHead, suggestion.IsHelper}} {
		if actor.Holds(role) && slices.ContainsFunc(is, func(x wf.Relation) bool { return slices.Contains(tr.Who, x) }) {
			return true
		}
	}
	return false
}

// bulkActions are those of a list for its reader: in a queue those that move its matters on.
func bulkActions(actor authz.Actor, f suggestion.Filter) []wf.Action {
	all := staffBulk()
	if f.Scope == suggestion.DepartmentScope {
		all = departmentBulk()
	}
	if only, ok := map[suggestion.Queue][]wf.Action{
		suggestion.ToReview: {suggestion.ReviewAccept, suggestion.ReviewReturn}, suggestion.ToDispatch: {suggestion.Dispatch, suggestion.Publish}, suggestion.ToCheck: {suggestion.AcceptAnswer, suggestion.RejectAnswer},
		suggestion.ToAcknowledge: {suggestion.Acknowledge, suggestion.AskReturn}, suggestion.ToAnswer: {suggestion.WriteAnswer}, suggestion.ToSign: {suggestion.SignOff},
		suggestion.ToAdvise: {suggestion.Opinion}, suggestion.ToPassOn: nil,
	}[f.Queue]; ok {
		all = only
	}
	return slices.DeleteFunc(slices.Clone(all), func(a wf.Action) bool { return !mayBulk(actor, a) })
}

// bulkBar offers the actions and, for a dispatch, the departments of the committees in the list; nil when there is nothing to do for this reader.
func (h *Pages) bulkBar(words suggestionview.Words, actor authz.Actor, f suggestion.Filter, out suggestion.Page, back string) *bulkView {
	p, items := words.P, out.Items
	actions := bulkActions(actor, f)
	if len(actions) == 0 || len(items) == 0 {
		return nil
	}
	v := &bulkView{Bar: ui.BulkView{Form: "bulk", Action: "/desk/bulk"}, Back: back}
	v.Department = ui.ChoiceView{FieldView: ui.FieldView{Name: "department", ID: "bulk-department", Label: p.T("desk.bulk.department"), Bare: true}, Empty: p.T("desk.bulk.department.none")}
	if out.Total > len(items) && out.Total <= bulkMax {
		v.All = &ui.TickView{Name: "all", ID: "bulk-all", Value: strconv.Itoa(out.Total), Label: p.T("desk.bulk.all", "n", out.Total)}
	}
	seen := map[uuid.UUID]bool{}
	for _, i := range items {
		v.Versions = append(v.Versions, i.Number+":"+strconv.Itoa(i.Version))
		if k := words.Snap.Organisation(i.Committee); k != nil && !seen[k.ID] && slices.Contains(actions, suggestion.Dispatch) {
			seen[k.ID] = true
			for _, d := range words.Snap.Departments(k.Division) {
				if d.Kind == directory.Department {
					v.Department.Options = append(v.Department.Options, ui.Option{Value: d.ID.String(), Label: p.Name(d.Name), Group: p.Name(k.Name)})
				}
			}
		}
	}
	for _, a := range actions {
		if suggestion.TemplateInput(a) != "" && !asksText(a) {
			v.With = &ui.TickView{Name: "with", ID: "bulk-with", Label: p.T("desk.bulk.with")}
		}
		b := ui.ButtonView{Label: p.T("suggestion.action." + string(a)), Name: "action", Value: string(a), Small: true}
		if asksText(a) {
			b.Label += "…"
		}
		v.Buttons = append(v.Buttons, b)
	}
	return v
}

// asksText: the action is refused without a text or a reason.
func asksText(a wf.Action) bool {
	tr, _ := suggestion.Life().Find(a)
	name := suggestion.TemplateInput(a)
	return slices.ContainsFunc(tr.Inputs, func(in wf.Input) bool { return in.Required && in.Name == name })
}

type bulkResult struct {
	Page  ui.PageView
	Head  ui.HeadView
	Table ui.TableView
	Back  string
}

// marked is one matter in a bulk, as its reader saw it.
type marked struct {
	number  string
	version int // 0: unknown
}

// marks reads what was marked, each once, with the versions that the page carried.
func marks(form url.Values) []marked {
	versions := map[string]int{}
	for _, x := range form["v"] {
		if number, version, ok := strings.Cut(x, ":"); ok {
			versions[number], _ = strconv.Atoi(version)
		}
	}
	var out []marked
	seen := map[string]bool{}
	for _, number := range form["id"] {
		if !seen[number] {
			seen[number] = true
			out = append(out, marked{number, max(versions[number], 0)})
		}
	}
	return out
}

// bulk takes one action on each marked matter by itself: one that is refused does not hold up the others, and the page says what happened to each. What takes
// a text, and what means a whole filtered list, first shows the matters and asks for the text. Each goes with the version that was seen, so that a second
// press finds the work done and does nothing again.
func (h *Pages) bulk(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	action := wf.Action(form.Get("action"))
	if !slices.Contains(staffBulk(), action) && !slices.Contains(departmentBulk(), action) {
		return problem.New(problem.Invalid, "suggestion.err.no-action", "action", string(action))
	}
	if !mayBulk(authz.From(r.Context()), action) {
		return problem.New(problem.Forbidden, "problem.forbidden")
	}
	words, err := h.words(r)
	if err != nil {
		return err
	}
	list := marks(form)
	if all := form.Get("all"); all != "" {
		if list, err = h.filtered(r, words, form.Get("back"), all); err != nil {
			return err
		}
	}
	if len(list) == 0 {
		return problem.New(problem.Invalid, "desk.err.none-marked")
	}
	if len(list) > bulkMax || len(form["id"]) > bulkMax {
		return problem.New(problem.Invalid, "desk.err.too-many-marked", "max", bulkMax)
	}
	ask := asksText(action) || form.Get("with") != "" || form.Get("all") != ""
	if form.Get("go") == "" && ask || form.Get("apply") != "" {
		return h.bulkForm(w, r, http.StatusOK, words, action, list, form, nil)
	}
	in, err := bulkInput(form, action)
	if err != nil {
		return h.bulkForm(w, r, http.StatusUnprocessableEntity, words, action, list, form, web.FieldErrors(r, err))
	}
	return h.bulkAct(w, r, words, action, list, in, form.Get("back"))
}

func (h *Pages) bulkAct(w http.ResponseWriter, r *http.Request, words suggestionview.Words, action wf.Action, list []marked, in suggestion.ActInput, back string) error {
	p := words.P
	v := bulkResult{Page: h.Frame.Staff(w, r, p.T("suggestion.action."+string(action)))}
	v.Table = ui.TableView{Caption: v.Page.Title, Columns: []ui.Column{{Label: p.T("desk.matter")}, {Label: p.T("desk.outcome")}}}
	done := 0
	for _, m := range list {
		c, err := h.one(r, m, action, in)
		row := ui.Row{ID: m.number, Cells: []ui.Cell{{Text: m.number, Href: "/desk/suggestions/" + m.number}, {}}}
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
	v.Head = ui.HeadView{Title: v.Page.Title, Lead: p.T("desk.bulk.outcome", "done", done, "refused", len(list)-done)}
	v.Back = backTo(back)
	return web.Render(w, r, http.StatusOK, bulkPage(v))
}

// filtered lists what the list with these filters shows now, on all its pages. When that is not as many as its reader saw, somebody else worked on it
// meanwhile, and the reader looks again.
func (h *Pages) filtered(r *http.Request, words suggestionview.Words, query, seen string) ([]marked, error) {
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
	var out []marked
	for _, i := range page.Items {
		out = append(out, marked{i.Number, i.Version})
	}
	return out, nil
}

// one takes the action on one matter, its text filled in for it. A matter whose author does not wish it public is not accepted in passing: that needs a look
// and a reason.
func (h *Pages) one(r *http.Request, m marked, action wf.Action, in suggestion.ActInput) (*suggestion.Case, error) {
	in.Version = m.version
	publishes := action == suggestion.ReviewAccept || action == suggestion.Publish
	if !publishes && in.Text == "" && in.Reason == "" {
		return h.Service.Act(r.Context(), m.number, action, in)
	}
	c, err := h.Service.Get(r.Context(), m.number)
	if err != nil {
		return nil, err
	}
	if publishes && !c.PublicWish {
		return nil, problem.New(problem.Conflict, "desk.err.wish")
	}
	facts, err := h.Service.Facts(r.Context(), c)
	if err != nil {
		return nil, err
	}
	for _, text := range []*string{&in.Text, &in.Reason} {
		if left := suggestion.Missing(*text, facts); left != "" {
			return nil, problem.New(problem.Conflict, "desk.err.unfilled", "what", left)
		}
		*text = suggestion.Fill(*text, facts)
	}
	return h.Service.Act(r.Context(), m.number, action, in)
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
