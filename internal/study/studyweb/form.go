package studyweb

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"xieshang/internal/directory"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	"xieshang/internal/study"

	"github.com/google/uuid"
)

type formView struct {
	Page         ui.PageView
	Head         ui.HeadView
	Action       string
	Back         string
	Errors       []ui.ErrorView
	Organisation ui.ChoiceView
	Fixed        string // who runs it, when it cannot be chosen any more
	Kind         ui.ChoiceView
	Title        ui.FieldView
	Text         ui.FieldView
	From, To     ui.FieldView
	Audience     ui.ChoiceView
	Version      string
}

func (h *Pages) kinds(p *i18n.Printer, chosen string) []ui.Option {
	var out []ui.Option
	for _, k := range study.Kinds() {
		out = append(out, ui.Option{Value: string(k), Label: p.T("study.kind." + string(k)), Selected: string(k) == chosen})
	}
	return out
}

func (h *Pages) newTopic(w http.ResponseWriter, r *http.Request) error {
	typed := url.Values{"organisation": {r.URL.Query().Get("organisation")}, "kind": {string(study.Special)}}
	return h.form(w, r, http.StatusOK, nil, typed, nil)
}

// form shows the form of a topic, a new one for nil. Who may run nothing is refused.
func (h *Pages) form(w http.ResponseWriter, r *http.Request, status int, t *study.Topic, typed url.Values, errs map[string]string) error {
	p := text(r)
	snap, err := h.Directory.Snapshot(r.Context())
	if err != nil {
		return err
	}
	run, err := h.runnable(r.Context(), snap)
	if err != nil {
		return err
	}
	if len(run) == 0 {
		return problem.New(problem.Forbidden, "study.err.runs-nothing")
	}
	title, back, action := p.T("study.new"), "/study", "/study/new"
	if t != nil {
		title, back = p.T("study.edit"), "/study/"+t.ID.String()
		action = back + "/edit"
	}
	v := formView{Page: h.frame(w, r, title), Action: action, Back: back, Version: typed.Get("version")}
	v.Head = ui.HeadView{Crumbs: []ui.Link{{Label: p.T("study.title"), Href: "/study"}, {Label: title}}, Title: title}
	field := func(name string, required bool) ui.FieldView {
		if errs[name] != "" {
			v.Errors = append(v.Errors, ui.ErrorView{Field: name, Text: errs[name]})
		}
		f := ui.FieldView{Name: name, Label: p.T("study.field." + name), Required: required, Value: typed.Get(name), Error: errs[name], Autocomplete: "off"}
		if key := "study.hint." + name; p.Has(key) {
			f.Hint = p.T(key)
		}
		return f
	}
	v.Organisation = ui.ChoiceView{FieldView: field("organisation", true), Empty: p.T("study.choose"), Options: options(p, snap, run, []string{typed.Get("organisation")})}
	if t != nil {
		v.Fixed = p.Name(snap.OrganisationName(t.Organisation))
	}
	v.Kind = ui.ChoiceView{FieldView: field("kind", true), Options: h.kinds(p, typed.Get("kind"))}
	v.Title, v.Text, v.From, v.To = field("title", true), field("text", false), field("from", true), field("to", true)
	v.Title.Max, v.Text.Max, v.Text.Rows = study.MaxTitle, study.MaxText, 5
	v.From.Width, v.To.Width = "m", "m"
	v.Audience = ui.ChoiceView{FieldView: field("audience", true), Options: options(p, snap, h.audience(snap, run), typed["audience"])}
	v.Page.Problem = len(errs) > 0
	return web.Render(w, r, status, formPage(v))
}

// audience lists whom one may let study: the organisations that the actor runs and what stands below them.
func (h *Pages) audience(snap *directory.Snapshot, run []*directory.Organisation) []*directory.Organisation {
	seen := map[uuid.UUID]bool{}
	var out []*directory.Organisation
	for _, r := range run {
		for _, o := range snap.Under(r.ID) {
			if k, own := snap.CommitteeFor(o.ID), snap.CommitteeFor(r.ID); !seen[o.ID] && k != nil && own != nil && k.ID == own.ID && studies(o.Kind) {
				seen[o.ID] = true
				out = append(out, o)
			}
		}
	}
	return out
}

// options lists organisations by committee, in the order of kinds.
func options(p *i18n.Printer, snap *directory.Snapshot, list []*directory.Organisation, chosen []string) []ui.Option {
	list = slices.Clone(list)
	order := map[directory.Kind]int{}
	for i, k := range directory.Kinds() {
		order[k] = i
	}
	committee := func(o *directory.Organisation) string {
		if k := snap.CommitteeFor(o.ID); k != nil {
			return p.Name(k.Name)
		}
		return ""
	}
	slices.SortStableFunc(list, func(a, b *directory.Organisation) int {
		return cmp.Or(cmp.Compare(committee(a), committee(b)), cmp.Compare(order[a.Kind], order[b.Kind]), cmp.Compare(a.Name.ZH, b.Name.ZH))
	})
	var out []ui.Option
	for _, o := range list {
		out = append(out, ui.Option{Value: o.ID.String(), Label: p.Name(o.Name), Hint: p.T("directory.kind." + string(o.Kind)), Group: committee(o), Selected: slices.Contains(chosen, o.ID.String())})
	}
	return out
}

func read(form url.Values) (study.Topic, error) {
	var c problem.Check
	t := study.Topic{Organisation: id(form.Get("organisation")), Kind: study.Kind(form.Get("kind")), Title: form.Get("title"), Text: form.Get("text"), From: date(form, "from", &c), To: date(form, "to", &c)}
	for _, a := range form["audience"] {
		if u := id(a); u != uuid.Nil {
			t.Audience = append(t.Audience, u)
		}
	}
	t.Version, _ = strconv.Atoi(form.Get("version")) // a wrong one is a stale one
	if t.Organisation == uuid.Nil {
		c.Add("organisation", "study.err.organisation")
	}
	return t, c.Err()
}

func (h *Pages) makeTopic(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	t, err := read(form)
	var made uuid.UUID
	if err == nil {
		made, err = h.Service.Plan(r.Context(), t)
	}
	if errs := web.FieldErrors(r, err); errs != nil {
		return h.form(w, r, http.StatusUnprocessableEntity, nil, form, errs)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "study.kept")
	return web.Redirect(w, r, "/study/"+made.String())
}

func (h *Pages) editTopic(w http.ResponseWriter, r *http.Request) error {
	l, err := h.running(r)
	if err != nil {
		return err
	}
	t := &l.Topic
	typed := url.Values{"organisation": {t.Organisation.String()}, "kind": {string(t.Kind)}, "title": {t.Title}, "text": {t.Text}, "from": {t.From.String()}, "to": {t.To.String()}, "version": {strconv.Itoa(t.Version)}}
	for _, a := range t.Audience {
		typed.Add("audience", a.String())
	}
	return h.form(w, r, http.StatusOK, t, typed, nil)
}

func (h *Pages) changeTopic(w http.ResponseWriter, r *http.Request) error {
	l, err := h.running(r)
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	form.Set("organisation", l.Topic.Organisation.String())
	t, err := read(form)
	t.ID = l.Topic.ID
	if err == nil {
		_, err = h.Service.Plan(r.Context(), t)
	}
	if errs := web.FieldErrors(r, err); errs != nil {
		return h.form(w, r, http.StatusUnprocessableEntity, &l.Topic, form, errs)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "study.kept")
	return web.Redirect(w, r, "/study/"+t.ID.String())
}

// running reads the topic of the address for somebody who runs it.
func (h *Pages) running(r *http.Request) (*study.Look, error) {
	u, err := pathID(r, "id")
	if err != nil {
		return nil, err
	}
	l, err := h.Service.Topic(r.Context(), u)
	if err == nil && !l.Runs {
		err = problem.New(problem.Forbidden, "problem.forbidden")
	}
	return l, err
}
