package branchlifeweb

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"xieshang/internal/branchlife"
	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

type rulesView struct {
	Page ui.PageView
	Head ui.HeadView
	New  ui.ButtonView
	Sets []setView
}

// setView is the rules of one kind of organisation; Table is empty where the place has to say.
type setView struct {
	Title string
	Table ui.TableView
	Note  string
}

// rules shows every rule with its source; those of other committees only to themselves.
func (h *Pages) rules(w http.ResponseWriter, r *http.Request) error {
	p := text(r)
	list, err := h.Service.Rules(r.Context())
	if err != nil {
		return err
	}
	snap, err := h.Directory.Snapshot(r.Context())
	if err != nil {
		return err
	}
	v := rulesView{Page: h.frame(w, r, p.T("branchlifeweb.rules"))}
	v.Head = ui.HeadView{Crumbs: []ui.Link{home(p), {Label: v.Page.Title}}, Title: v.Page.Title, Lead: p.T("branchlifeweb.rules.lead")}
	if len(h.scopes(r, snap)) > 0 {
		v.New = ui.ButtonView{Label: p.T("branchlifeweb.rule.new"), Kind: "primary", Icon: "plus", Href: "/branch-life/rules/new"}
	}
	today := clock.Today(h.Clock)
	for _, kind := range branchlife.Kinds() {
		s := setView{Title: kindWord(p, kind), Note: p.T("branchlifeweb.rules.local")}
		if kind == directory.Branch || kind == directory.MembersBranch {
			s.Note = p.T("branchlifeweb.rules.local." + string(kind))
		}
		s.Table = ui.TableView{Caption: s.Title, Stack: true, Columns: []ui.Column{{Label: p.T("branchlifeweb.field.counts")}, {Label: p.T("branchlifeweb.field.times")}, {Label: p.T("branchlifeweb.field.condition")}, {Label: p.T("branchlifeweb.field.source")},
			{Label: p.T("branchlifeweb.field.scope")}, {Label: p.T("branchlifeweb.field.valid")}}}
		slices.SortStableFunc(list, func(a, b branchlife.Rule) int {
			return cmp.Compare(slices.Index(branchlife.AllCounts(), a.Counts), slices.Index(branchlife.AllCounts(), b.Counts))
		})
		for _, x := range list {
			if x.Kind != kind {
				continue
			}
			cell := ui.Cell{Text: p.T("branchlife.counts." + string(x.Counts))}
			if ok, err := h.Service.MayRule(r.Context(), x.Scope); err != nil {
				return err
			} else if ok {
				cell.Href = "/branch-life-rules/" + x.ID.String()
			}
			scope := p.T("branchlifeweb.everywhere")
			if x.Scope != uuid.Nil {
				scope = named(p, snap, x.Scope)
			}
			valid := p.T("branchlifeweb.since", "day", p.Date(x.Valid.From))
			if !x.Valid.To.IsZero() {
				valid = p.T("branchlifeweb.from-to", "from", p.Date(x.Valid.From), "to", p.Date(x.Valid.To.AddDays(-1)))
				if !today.Before(x.Valid.To) {
					valid += p.T("branchlifeweb.over")
				}
			}
			condition := p.T("branchlife.condition" + dot(string(x.Condition)))
			if x.Kind != directory.Branch {
				condition = "—"
			}
			s.Table.Rows = append(s.Table.Rows, ui.Row{Cells: []ui.Cell{cell, {Text: asks(p, x)}, {Text: condition}, {Text: source(p, x)}, {Text: scope}, {Text: valid}}})
		}
		v.Sets = append(v.Sets, s)
	}
	return web.Render(w, r, http.StatusOK, rulesPage(v))
}

func dot(s string) string {
	if s == "" {
		return ""
	}
	return "." + s
}

// scopes lists where the reader may write rules: everywhere for administrators, an organiser's committees and their Party organisations.
func (h *Pages) scopes(r *http.Request, snap *directory.Snapshot) []ui.Option {
	p, a := text(r), authz.From(r.Context())
	var out []ui.Option
	if a.IsAdmin() {
		out = append(out, ui.Option{Value: "everywhere", Label: p.T("branchlifeweb.everywhere")})
	}
	for _, k := range a.Places(authz.Organiser) {
		name := named(p, snap, k)
		out = append(out, ui.Option{Value: k.String(), Label: p.T("branchlifeweb.whole", "committee", name), Group: name})
		for _, o := range snap.Under(k) {
			if at := snap.CommitteeFor(o.ID); at != nil && at.ID == k && slices.Contains(branchlife.Kinds(), o.Kind) {
				out = append(out, ui.Option{Value: o.ID.String(), Label: p.Name(o.Name), Group: name})
			}
		}
	}
	return out
}

type ruleView struct {
	Page                                   ui.PageView
	Head                                   ui.HeadView
	Action                                 string
	Errors                                 []ui.ErrorView
	Fixed                                  []ui.Fact
	Scope, Kind, Counts, Every, Condition  ui.ChoiceView
	Times, Source, SourceEN, From, To, End ui.FieldView
	Kept                                   string
	EndAction                              string
	EndErrors                              []ui.ErrorView
}

func (h *Pages) newRule(w http.ResponseWriter, r *http.Request) error {
	return h.ruleForm(w, r, http.StatusOK, nil, url.Values{"times": {"1"}, "from": {clock.Today(h.Clock).String()}}, nil)
}

// ruleForm shows the form of a rule, a new one for nil.
func (h *Pages) ruleForm(w http.ResponseWriter, r *http.Request, status int, x *branchlife.Rule, typed url.Values, errs map[string]string) error {
	p := text(r)
	snap, err := h.Directory.Snapshot(r.Context())
	if err != nil {
		return err
	}
	scopes := h.scopes(r, snap)
	if len(scopes) == 0 {
		return problem.New(problem.Forbidden, "problem.forbidden")
	}
	title := p.T("branchlifeweb.rule.new")
	v := ruleView{Action: "/branch-life/rules/new"}
	if x != nil {
		title = p.T("branchlifeweb.rule.change")
		v.Action = "/branch-life-rules/" + x.ID.String()
		v.EndAction = v.Action + "/end"
		scope := p.T("branchlifeweb.everywhere")
		if x.Scope != uuid.Nil {
			scope = named(p, snap, x.Scope)
		}
		v.Fixed = []ui.Fact{{Term: p.T("branchlifeweb.field.scope"), Text: scope}, {Term: p.T("branchlifeweb.field.kind"), Text: kindWord(p, x.Kind)}, {Term: p.T("branchlifeweb.field.counts"), Text: p.T("branchlife.counts." + string(x.Counts))}}
	}
	v.Page = h.frame(w, r, title)
	v.Page.Wide = false
	v.Head = ui.HeadView{Crumbs: []ui.Link{home(p), {Label: p.T("branchlifeweb.rules"), Href: "/branch-life/rules"}, {Label: title}}, Title: title, Lead: p.T("branchlifeweb.rule.lead")}
	f := form{p: p, typed: typed, errs: errs}
	option := func(value, label string) ui.Option { return ui.Option{Value: value, Label: label} }
	var kinds, counts, everys, conditions []ui.Option
	for _, k := range branchlife.Kinds() {
		kinds = append(kinds, option(string(k), kindWord(p, k)))
	}
	for _, c := range branchlife.AllCounts() {
		counts = append(counts, option(string(c), p.T("branchlife.counts."+string(c))))
	}
	for _, e := range branchlife.Everys() {
		everys = append(everys, option(string(e), p.T("branchlife.every."+string(e))))
	}
	for _, c := range branchlife.Conditions() {
		conditions = append(conditions, option(string(c), p.T("branchlife.condition"+dot(string(c)))))
	}
	choose := p.T("branchlifeweb.choose")
	if x == nil {
		v.Scope, v.Kind, v.Counts = f.choice("scope", true, choose, scopes), f.choice("kind", true, choose, kinds), f.choice("counts", true, choose, counts)
	}
	v.Every, v.Times, v.Condition = f.choice("every", true, choose, everys), f.field("times", true), f.choice("condition", false, "", conditions)
	v.Source, v.SourceEN, v.From, v.To = f.field("source", true), f.field("source_en", false), f.date("from", true), f.date("to", false)
	v.Times.InputMode, v.Times.Width = "numeric", "s"
	v.Source.Max, v.SourceEN.Max = 300, 300
	v.Condition.Bare = true
	v.Errors = f.Errors
	v.End = ui.FieldView{Name: "end", Label: p.T("branchlifeweb.field.end"), Hint: p.T("branchlifeweb.hint.end"), Required: true, Width: "m", Error: errs["end"], Value: typed.Get("end")}
	if errs["end"] != "" {
		v.EndErrors = []ui.ErrorView{{Field: "end", Text: errs["end"]}}
	}
	v.Page.Problem = len(errs) > 0
	return web.Render(w, r, status, rulePage(v))
}

func (h *Pages) read(typed url.Values, x branchlife.Rule) (branchlife.Rule, error) {
	var c problem.Check
	x.Every, x.Condition = branchlife.Every(typed.Get("every")), branchlife.Condition(typed.Get("condition"))
	x.Source, x.SourceEN = typed.Get("source"), typed.Get("source_en")
	n, err := strconv.Atoi(typed.Get("times"))
	if err != nil {
		n = 0 // refused by the service with the bounds
	}
	x.Times = n
	x.Valid.From = dateOf(typed, "from", &c)
	if x.Valid.To = dateOf(typed, "to", &c); !x.Valid.To.IsZero() {
		x.Valid.To = x.Valid.To.AddDays(1) // the form asks for the last day
	}
	return x, c.Err()
}

func (h *Pages) makeRule(w http.ResponseWriter, r *http.Request) error {
	typed, err := web.Form(r)
	if err != nil {
		return err
	}
	x, err := h.read(typed, branchlife.Rule{Kind: directory.Kind(typed.Get("kind")), Counts: branchlife.Counts(typed.Get("counts"))})
	if scope := typed.Get("scope"); err == nil && scope != "everywhere" {
		if x.Scope = parsed(scope); x.Scope == uuid.Nil {
			err = problem.On("scope", "branchlife.err.scope")
		}
	}
	if err == nil {
		_, err = h.Service.PutRule(r.Context(), x)
	}
	return h.settleRule(w, r, nil, typed, err)
}

// settleRule shows the form again with what was refused, or leads back to the list.
func (h *Pages) settleRule(w http.ResponseWriter, r *http.Request, x *branchlife.Rule, typed url.Values, err error) error {
	if errs := web.FieldErrors(r, err); errs != nil {
		return h.ruleForm(w, r, http.StatusUnprocessableEntity, x, typed, errs)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "branchlifeweb.kept-it")
	return web.Redirect(w, r, "/branch-life/rules")
}

func (h *Pages) find(r *http.Request) (*branchlife.Rule, error) {
	id, err := pathID(r, "id")
	if err != nil {
		return nil, err
	}
	list, err := h.Service.Rules(r.Context())
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(x branchlife.Rule) bool { return x.ID == id })
	if i < 0 {
		return nil, problem.New(problem.NotFound, "problem.not-found")
	}
	if ok, err := h.Service.MayRule(r.Context(), list[i].Scope); err != nil || !ok {
		return nil, cmp.Or[error](err, problem.New(problem.Forbidden, "problem.forbidden"))
	}
	return &list[i], nil
}

func (h *Pages) rule(w http.ResponseWriter, r *http.Request) error {
	x, err := h.find(r)
	if err != nil {
		return err
	}
	return h.ruleForm(w, r, http.StatusOK, x, ruleValues(x), nil)
}

func ruleValues(x *branchlife.Rule) url.Values {
	v := url.Values{"every": {string(x.Every)}, "times": {strconv.Itoa(x.Times)}, "condition": {string(x.Condition)}, "source": {x.Source}, "source_en": {x.SourceEN}, "from": {x.Valid.From.String()}}
	if !x.Valid.To.IsZero() {
		v.Set("to", x.Valid.To.AddDays(-1).String())
	}
	return v
}

func (h *Pages) changeRule(w http.ResponseWriter, r *http.Request) error {
	x, err := h.find(r)
	if err != nil {
		return err
	}
	typed, err := web.Form(r)
	if err != nil {
		return err
	}
	changed, err := h.read(typed, *x)
	if err == nil {
		_, err = h.Service.PutRule(r.Context(), changed)
	}
	return h.settleRule(w, r, x, typed, err)
}

func (h *Pages) endRule(w http.ResponseWriter, r *http.Request) error {
	x, err := h.find(r)
	if err != nil {
		return err
	}
	typed, err := web.Form(r)
	if err != nil {
		return err
	}
	last, err := clock.ParseDate(typed.Get("end"))
	if err == nil {
		err = h.Service.EndRule(r.Context(), x.ID, last.AddDays(1))
	} else {
		err = problem.On("to", "branchlife.err.day")
	}
	if errs := web.FieldErrors(r, err); errs != nil {
		again := ruleValues(x)
		again.Set("end", typed.Get("end"))
		return h.ruleForm(w, r, http.StatusUnprocessableEntity, x, again, map[string]string{"end": errs["to"]})
	}
	return h.settleRule(w, r, x, typed, err)
}
