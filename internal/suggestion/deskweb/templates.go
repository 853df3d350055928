package deskweb

import (
	"fmt"
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

type templatesView struct {
	Page  ui.PageView
	Head  ui.HeadView
	Tabs  []ui.TabView
	Table ui.TableView
	Empty ui.EmptyView
	New   string // address of the form for a further one; empty when the reader only reads
}

type templateView struct {
	Page     ui.PageView
	Head     ui.HeadView
	Errors   []ui.ErrorView
	To       string
	Hidden   [][2]string
	Action   ui.ChoiceView
	Texts    []ui.FieldView // names
	Text     ui.FieldView
	Class    *ui.FieldView // of an answer; none where nobody answers
	Position ui.FieldView
	Edit     bool
	Back     string
}

// places are where somebody works: committees, then departments and offices.
func (h *Pages) places(words suggestionview.Words, actor authz.Actor) []*directory.Organisation {
	var out []*directory.Organisation
	if isStaff(actor) {
		out = append(out, committeesOf(words.Snap, actor)...)
	}
	for _, u := range actor.Places(authz.Clerk, authz.Head) {
		if o := words.Snap.Organisation(u); o != nil {
			out = append(out, o)
		}
	}
	return out
}

// owner is the place whose templates are looked at: the one in the address, else the first of the reader's.
func (h *Pages) owner(words suggestionview.Words, actor authz.Actor, text string) (*directory.Organisation, error) {
	mine := h.places(words, actor)
	if text == "" && len(mine) > 0 {
		return mine[0], nil
	}
	if u, err := uuid.Parse(text); err == nil {
		if o := words.Snap.Organisation(u); o != nil {
			return o, nil // whether they may read or keep its templates, the service says
		}
	}
	return nil, problem.New(problem.Forbidden, "problem.forbidden")
}

// templates lists a place's templates in the order in which they are offered, retired ones last.
func (h *Pages) templates(w http.ResponseWriter, r *http.Request) error {
	words, err := h.words(r)
	if err != nil {
		return err
	}
	actor := authz.From(r.Context())
	owner, err := h.owner(words, actor, r.URL.Query().Get("owner"))
	if err != nil {
		return err
	}
	list, err := h.Service.Templates(r.Context(), owner.ID)
	if err != nil {
		return err
	}
	p := words.P
	v := templatesView{Page: h.Frame.Staff(w, r, p.T("desk.templates"))}
	v.Head = ui.HeadView{Title: v.Page.Title, Kicker: words.Org(owner.ID), Lead: p.T("desk.templates.lead")}
	for _, o := range h.places(words, actor) {
		v.Tabs = append(v.Tabs, ui.TabView{Label: p.Name(o.Name), Href: templatesHref(o.ID), Current: o.ID == owner.ID})
	}
	keeps := h.Service.KeepsTemplates(r.Context(), owner.ID)
	v.Empty = ui.EmptyView{Title: p.T("desk.templates.none"), Text: p.T("desk.templates.none.read")}
	if keeps {
		v.New = "/desk/templates/new?owner=" + owner.ID.String()
		v.Empty.Text = p.T("desk.templates.none.keep")
	}
	v.Table = ui.TableView{Caption: v.Page.Title, Stack: true, Columns: []ui.Column{{Label: p.T("desk.template.name")}, {Label: p.T("desk.template.action")}, {Label: p.T("desk.template.position"), Numeric: true}, {Label: p.T("desk.state")}}}
	if keeps {
		v.Table.Columns = append(v.Table.Columns, ui.Column{Label: p.T("desk.template.do")})
	}
	for _, t := range list {
		badge := ui.BadgeView{Label: p.T("desk.template.valid"), Tone: ui.OK}
		if t.Retired {
			badge = ui.BadgeView{Label: p.T("desk.template.retired"), Tone: ui.Quiet}
		}
		row := ui.Row{ID: t.ID.String(), Cells: []ui.Cell{{Text: p.Name(t.Name), Sub: short(t.Text), Href: "/desk/templates/" + t.ID.String()}, {Text: p.T("suggestion.action." + string(t.Action))},
			{Text: strconv.Itoa(t.Position)}, {Content: ui.Badge(badge)}}}
		if keeps {
			row.Cells = append(row.Cells, ui.Cell{Content: retireForm(t.ID.String(), t.Retired, p.Name(t.Name))})
		}
		v.Table.Rows = append(v.Table.Rows, row)
	}
	return web.Render(w, r, http.StatusOK, templatesPage(v))
}

func templatesHref(owner uuid.UUID) string { return "/desk/templates?owner=" + owner.String() }

// short is the beginning of a text on one line.
func short(text string) string {
	r := []rune(strings.Join(strings.Fields(text), " "))
	if len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return string(r)
}

// templateNew is the form for a further one. It brings the id, so that sending it twice makes one.
func (h *Pages) templateNew(w http.ResponseWriter, r *http.Request) error {
	words, err := h.words(r)
	if err != nil {
		return err
	}
	owner, err := h.owner(words, authz.From(r.Context()), r.URL.Query().Get("owner"))
	if err != nil {
		return err
	}
	list, err := h.Service.Templates(r.Context(), owner.ID)
	if err != nil {
		return err
	}
	u, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("new template: %w", err)
	}
	next := 1
	for _, t := range list {
		next = max(next, t.Position+1)
	}
	form := url.Values{"owner": {owner.ID.String()}, "revision": {"0"}, "position": {strconv.Itoa(min(next, suggestion.TemplatePlaceMax))}, "action": {r.URL.Query().Get("action")}}
	return h.templatePage(w, r, http.StatusOK, words, u, owner, form, nil)
}

func (h *Pages) template(w http.ResponseWriter, r *http.Request) error {
	words, err := h.words(r)
	if err != nil {
		return err
	}
	t, owner, err := h.templateAt(r, words)
	if err != nil {
		return err
	}
	form := url.Values{"owner": {t.Owner.String()}, "revision": {strconv.Itoa(t.Revision)}, "action": {string(t.Action)}, "name_zh": {t.Name.ZH}, "name_en": {t.Name.EN}, "text": {t.Text},
		"class": {t.Class}, "position": {strconv.Itoa(t.Position)}}
	return h.templatePage(w, r, http.StatusOK, words, t.ID, owner, form, nil)
}

// templateAt is the one in the address.
func (h *Pages) templateAt(r *http.Request, words suggestionview.Words) (suggestion.Template, *directory.Organisation, error) {
	none := problem.New(problem.NotFound, "problem.not-found")
	u, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		return suggestion.Template{}, nil, none
	}
	t, err := h.Service.Template(r.Context(), u)
	if err != nil {
		return t, nil, err
	}
	owner := words.Snap.Organisation(t.Owner)
	if owner == nil {
		return t, nil, none
	}
	return t, owner, nil
}

// keepTemplate records a new or a changed one; refused, the form comes back with what was typed.
func (h *Pages) keepTemplate(w http.ResponseWriter, r *http.Request) error {
	words, err := h.words(r)
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	u, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		return problem.New(problem.NotFound, "problem.not-found")
	}
	owner, err := h.owner(words, authz.From(r.Context()), form.Get("owner"))
	if err != nil {
		return err
	}
	number := func(name string) int {
		n, err := strconv.Atoi(strings.TrimSpace(form.Get(name)))
		if err != nil {
			return -1
		}
		return n
	}
	t := suggestion.Template{ID: u, Revision: number("revision"), Owner: owner.ID, Action: wf.Action(form.Get("action")), Name: i18n.Name{ZH: form.Get("name_zh"), EN: form.Get("name_en")}, Text: form.Get("text"),
		Class: form.Get("class"), Position: number("position")}
	if t.Revision > 0 { // whether it is in use is not for this form
		now, err := h.Service.Template(r.Context(), u)
		if err != nil {
			return err
		}
		t.Retired = now.Retired
	}
	if _, err := h.Service.KeepTemplate(r.Context(), t); err != nil {
		pr := web.AsProblem(err)
		if pr == nil || pr.Kind != problem.Invalid && pr.Kind != problem.Conflict {
			return err
		}
		errs := web.FieldErrors(r, err)
		if errs == nil {
			errs = map[string]string{"": words.P.T(pr.Key, pr.Args...)}
		}
		return h.templatePage(w, r, web.Status(pr.Kind), words, u, owner, form, errs)
	}
	web.Flash(w, r, "desk.template.kept")
	return web.Redirect(w, r, templatesHref(owner.ID))
}

// retireTemplate takes one out of use, or puts it back.
func (h *Pages) retireTemplate(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	u, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		return problem.New(problem.NotFound, "problem.not-found")
	}
	t, err := h.Service.RetireTemplate(r.Context(), u, form.Get("retired") != "no")
	if err != nil {
		return err
	}
	web.Flash(w, r, "desk.done")
	return web.Redirect(w, r, templatesHref(t.Owner))
}

func (h *Pages) templatePage(w http.ResponseWriter, r *http.Request, status int, words suggestionview.Words, u uuid.UUID, owner *directory.Organisation, form url.Values, errs map[string]string) error {
	p := words.P
	title := p.T("desk.template.new")
	if form.Get("revision") != "0" {
		title = p.T("desk.template.change")
	}
	v := templateView{Page: h.Frame.Staff(w, r, title), To: "/desk/templates/" + u.String(), Edit: h.Service.KeepsTemplates(r.Context(), owner.ID), Back: templatesHref(owner.ID)}
	v.Head = ui.HeadView{Crumbs: []ui.Link{{Label: p.T("desk.templates"), Href: v.Back}, {Label: title}}, Kicker: words.Org(owner.ID), Title: title}
	v.Hidden = [][2]string{{"owner", owner.ID.String()}, {"revision", form.Get("revision")}}
	if errs[""] != "" {
		v.Errors = append(v.Errors, ui.ErrorView{Field: "name_zh", Text: errs[""]})
	}
	field := func(name string, most int, required bool) ui.FieldView {
		if errs[name] != "" {
			v.Errors = append(v.Errors, ui.ErrorView{Field: name, Text: errs[name]})
		}
		return ui.FieldView{Name: name, Label: p.T("desk.template." + name), Value: form.Get(name), Error: errs[name], Required: required, Max: most, Disabled: !v.Edit}
	}
	v.Action = ui.ChoiceView{FieldView: field("action", 0, true), Empty: p.T("desk.choose")}
	if form.Get("revision") != "0" {
		v.Action.Disabled = true
		v.Hidden = append(v.Hidden, [2]string{"action", form.Get("action")})
	}
	for _, a := range suggestion.TemplateActions(owner.Kind) {
		v.Action.Options = append(v.Action.Options, ui.Option{Value: string(a), Label: p.T("suggestion.action." + string(a)), Selected: string(a) == form.Get("action")})
	}
	v.Texts = []ui.FieldView{field("name_zh", suggestion.TemplateNameMax, true), field("name_en", 2*suggestion.TemplateNameMax, false)}
	v.Text = field("text", suggestion.TemplateTextMax, true)
	v.Text.Rows, v.Text.Hint = 8, p.T("desk.template.text.hint", "names", placeholders(p))
	if v.Action.Disabled {
		v.Text.Max = textMost(wf.Action(form.Get("action")))
	}
	if class := field("class", 20, false); slices.Contains(suggestion.TemplateActions(owner.Kind), suggestion.WriteAnswer) {
		class.Hint, class.Width = p.T("desk.template.class.hint"), "s"
		v.Class = &class
	}
	v.Position = field("position", 3, true)
	v.Position.Hint, v.Position.Width, v.Position.InputMode = p.T("desk.template.position.hint"), "s", "numeric"
	return web.Render(w, r, status, templatePage(v))
}
