package deskweb

import (
	"net/http"
	"net/url"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	"xieshang/internal/suggestion"
	"xieshang/internal/suggestion/suggestionview"

	"github.com/google/uuid"
)

type rulesView struct {
	Page    ui.PageView
	Head    ui.HeadView
	Tabs    []ui.TabView
	Errors  []ui.ErrorView
	To      string
	Channel ui.ChoiceView
	Review  ui.TickView
	Terms   []termView
	Days    []ui.FieldView
	Prefix  ui.FieldView
	Classes classesView
	Edit    bool
}

// termView is a deadline: a number and what it counts.
type termView struct {
	Number ui.FieldView
	Unit   ui.ChoiceView
}

// classesView is the scheme of classes, a row each and some empty ones.
type classesView struct {
	Error string
	Rows  []classRow
	Edit  bool
}

type classRow struct {
	Code, ZH, EN string
	Means        []ui.Option
}

func (h *Pages) committee(r *http.Request, words suggestionview.Words) (uuid.UUID, error) {
	mine := committeesOf(words.Snap, authz.From(r.Context()))
	if len(mine) == 0 {
		return uuid.Nil, problem.New(problem.Forbidden, "problem.forbidden")
	}
	if u, err := uuid.Parse(r.URL.Query().Get("committee")); err == nil {
		for _, k := range mine {
			if k.ID == u {
				return u, nil
			}
		}
		if authz.From(r.Context()).IsAdmin() && words.Snap.Organisation(u) != nil {
			return u, nil
		}
		return uuid.Nil, problem.New(problem.Forbidden, "problem.forbidden")
	}
	return mine[0].ID, nil
}

func (h *Pages) rulesForm(w http.ResponseWriter, r *http.Request) error {
	words, err := h.words(r)
	if err != nil {
		return err
	}
	k, err := h.committee(r, words)
	if err != nil {
		return err
	}
	rules, err := h.Service.Rules(r.Context(), k)
	if err != nil {
		return err
	}
	return h.rulesPage(w, r, http.StatusOK, words, k, rulesValues(rules), nil)
}

// setRules records the rules of a committee; matters under way keep their dates.
func (h *Pages) setRules(w http.ResponseWriter, r *http.Request) error {
	words, err := h.words(r)
	if err != nil {
		return err
	}
	k, err := h.committee(r, words)
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	rules, err := parseRules(form)
	if err == nil {
		err = h.Service.SetRules(r.Context(), k, rules)
	}
	if err != nil {
		if errs := web.FieldErrors(r, err); errs != nil {
			return h.rulesPage(w, r, http.StatusUnprocessableEntity, words, k, form, errs)
		}
		return err
	}
	web.Flash(w, r, "desk.rules.kept")
	return web.Redirect(w, r, "/desk/rules?committee="+k.String())
}

func (h *Pages) rulesPage(w http.ResponseWriter, r *http.Request, status int, words suggestionview.Words, k uuid.UUID, form url.Values, errs map[string]string) error {
	p := words.P
	actor := authz.From(r.Context())
	v := rulesView{Page: h.Frame.Staff(w, r, p.T("desk.rules")), To: "/desk/rules?committee=" + k.String(), Edit: actor.IsAdmin() || actor.Has(authz.Editor, k)}
	v.Head = ui.HeadView{Title: v.Page.Title, Kicker: words.Org(k), Lead: p.T("desk.rules.lead")}
	for _, x := range committeesOf(words.Snap, actor) {
		v.Tabs = append(v.Tabs, ui.TabView{Label: p.Name(x.Name), Href: "/desk/rules?committee=" + x.ID.String(), Current: x.ID == k})
	}
	field := func(name string) ui.FieldView {
		if errs[name] != "" {
			v.Errors = append(v.Errors, ui.ErrorView{Field: name, Text: errs[name]})
		}
		return ui.FieldView{Name: name, Label: p.T("desk.rules." + name), Hint: p.T("desk.rules." + name + ".hint"), Value: form.Get(name), Error: errs[name], Required: true, Width: "m", Disabled: !v.Edit}
	}
	v.Channel = ui.ChoiceView{FieldView: field("channel"), Columns: 3}
	for _, x := range []suggestion.Channel{suggestion.Direct, suggestion.ByOffice, suggestion.ByLetter} {
		v.Channel.Options = append(v.Channel.Options, ui.Option{Value: string(x), Label: p.T("suggestion.channel." + string(x)), Selected: form.Get("channel") == string(x)})
	}
	v.Review = ui.TickView{Name: "review_answers", Label: p.T("desk.rules.review_answers"), Checked: form.Get("review_answers") != ""}
	rules := suggestion.DefaultRules()
	for _, t := range terms(&rules) {
		x := termView{Number: field(t.name), Unit: ui.ChoiceView{FieldView: ui.FieldView{Name: t.name + unitSuffix, Label: p.T("desk.rules.unit-of", "term", p.T("desk.rules."+t.name)), Disabled: !v.Edit}}}
		x.Number.InputMode, x.Number.Max = "numeric", 4
		for _, u := range units() {
			x.Unit.Options = append(x.Unit.Options, ui.Option{Value: u, Label: p.T("desk.rules.unit." + u), Selected: u == form.Get(t.name+unitSuffix)})
		}
		v.Terms = append(v.Terms, x)
	}
	for _, name := range []string{"remind_before", "urge_after", "rate_remind"} {
		f := field(name)
		f.InputMode, f.Max = "numeric", 2
		v.Days = append(v.Days, f)
	}
	v.Prefix = field("letter_prefix")
	v.Classes = classesView{Error: field("classes").Error, Edit: v.Edit}
	for _, c := range classesOf(form, v.Edit) {
		row := classRow{Code: c[0], ZH: c[1], EN: c[2]}
		for _, m := range meanings() {
			row.Means = append(row.Means, ui.Option{Value: m, Label: p.T("desk.rules.class." + meaningKey(m)), Selected: m == c[3]})
		}
		v.Classes.Rows = append(v.Classes.Rows, row)
	}
	return web.Render(w, r, status, rulesPage(v))
}
