package gatheringweb

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/gathering"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

type kindsView struct {
	Page      ui.PageView
	Head      ui.HeadView
	Errors    []ui.ErrorView
	Committee *ui.ChoiceView // when the reader organises several
	Table     ui.TableView
	Form      *kindForm
	New       string
}

type kindForm struct {
	Title     string
	Action    string
	Committee string
	Built     bool // built in: what it counts as and who holds it stay
	Key       ui.FieldView
	NameZH    ui.FieldView
	NameEN    ui.FieldView
	Hours     ui.FieldView
	Agenda    ui.FieldView
	Fields    ui.FieldView
	Counts    ui.ChoiceView
	Holders   ui.ChoiceView
	Rules     ui.ChoiceView
	Off       ui.TickView
	Back      string
}

// kinds lists what a committee's gatherings can be; its organisers alter them and add their own.
func (h *Pages) kinds(w http.ResponseWriter, r *http.Request) error {
	return h.kindsPage(w, r, http.StatusOK, nil, nil)
}

// committeeOf is the committee whose kinds are meant: the one of the address, or the first that the reader organises.
func (h *Pages) committeeOf(r *http.Request, typed url.Values) (committee uuid.UUID, all []uuid.UUID, err error) {
	all = authz.From(r.Context()).Places(authz.Organiser)
	if len(all) == 0 {
		return uuid.Nil, nil, problem.New(problem.Forbidden, "problem.forbidden")
	}
	committee = id(typed.Get("committee"))
	if !slices.Contains(all, committee) {
		committee = all[0]
	}
	return committee, all, nil
}

func (h *Pages) kindsPage(w http.ResponseWriter, r *http.Request, status int, typed url.Values, errs map[string]string) error {
	p, q := text(r), r.URL.Query()
	if typed != nil {
		q = typed
	}
	committee, all, err := h.committeeOf(r, q)
	if err != nil {
		return err
	}
	snap, err := h.Directory.Snapshot(r.Context())
	if err != nil {
		return err
	}
	list, err := h.Service.Kinds(r.Context(), committee)
	if err != nil {
		return err
	}
	v := kindsView{Page: h.frame(w, r, p.T("gatheringweb.kinds")), New: "/gatherings/kinds?new=1&committee=" + committee.String() + "#kind"}
	v.Page.Problem = len(errs) > 0
	v.Head = ui.HeadView{Crumbs: []ui.Link{{Label: p.T("gatheringweb.title"), Href: "/gatherings"}, {Label: p.T("gatheringweb.kinds")}}, Title: p.T("gatheringweb.kinds"), Lead: p.T("gatheringweb.kinds.lead", "committee", snap.OrganisationName(committee))}
	if len(all) > 1 {
		v.Committee = &ui.ChoiceView{FieldView: ui.FieldView{Name: "committee", Label: p.T("gatheringweb.committee"), Bare: true}}
		for _, k := range all {
			v.Committee.Options = append(v.Committee.Options, ui.Option{Value: k.String(), Label: p.Name(snap.OrganisationName(k)), Selected: k == committee})
		}
	}
	v.Table = ui.TableView{ID: "kinds", Caption: p.T("gatheringweb.kinds"), Stack: true, Columns: []ui.Column{{Label: p.T("gatheringweb.kind")}, {Label: p.T("gatheringweb.kind.rules")}, {Label: p.T("gatheringweb.kind.holders")}, {Label: p.T("gatheringweb.state")}}}
	for _, k := range list {
		state := ui.BadgeView{Label: p.T("gatheringweb.kind.on"), Tone: ui.OK}
		if k.Off {
			state = ui.BadgeView{Label: p.T("gatheringweb.kind.off"), Tone: ui.Quiet}
		}
		at := "/gatherings/kinds?kind=" + url.QueryEscape(k.Key) + "&committee=" + committee.String() + "#kind"
		v.Table.Rows = append(v.Table.Rows, ui.Row{Cells: []ui.Cell{{Text: p.Name(k.Name), Href: at}, {Text: strings.Join(kindRules(p, k), p.T("gatheringweb.comma"))}, {Text: holderKinds(p, k)}, {Content: ui.Badge(state)}}})
	}
	switch {
	case typed != nil:
		_, known := find(list, typed.Get("key"))
		v.Form = h.kindForm(p, committee, typed, errs, known && builtIn(typed.Get("key")), &v)
	case q.Get("kind") != "":
		k, ok := find(list, q.Get("kind"))
		if !ok {
			return problem.New(problem.NotFound, "problem.not-found")
		}
		v.Form = h.kindForm(p, committee, valuesOf(k), nil, builtIn(k.Key), &v)
	case q.Get("new") != "":
		v.Form = h.kindForm(p, committee, url.Values{"hours": {"2"}}, nil, false, &v)
	}
	return web.Render(w, r, status, kindsTempl(v))
}

func find(list []gathering.Kind, key string) (gathering.Kind, bool) {
	i := slices.IndexFunc(list, func(k gathering.Kind) bool { return k.Key == key })
	if i < 0 {
		return gathering.Kind{}, false
	}
	return list[i], true
}

func builtIn(key string) bool {
	_, ok := find(gathering.BuiltIn(), key)
	return ok
}

func holderKinds(p *i18n.Printer, k gathering.Kind) string {
	if len(k.Holders) == 0 {
		return p.T("gatheringweb.kind.every")
	}
	var out []string
	for _, o := range k.Holders {
		out = append(out, p.T("directory.kind."+string(o)))
	}
	return strings.Join(out, p.T("gatheringweb.comma"))
}

func valuesOf(k gathering.Kind) url.Values {
	v := url.Values{"key": {k.Key}, "name": {k.Name.ZH}, "name_en": {k.Name.EN}, "hours": {strconv.Itoa(k.Hours)}, "agenda": {strings.Join(k.Agenda, "\n")}, "fields": {fieldLines(k.Fields)}, "counts_as": {string(k.CountsAs)}}
	for _, o := range k.Holders {
		v.Add("holders", string(o))
	}
	for name, on := range map[string]bool{"study": k.StudyFirst, "leaders": k.Leaders, "makeup": k.MakeUp, "minutes": k.Minutes, "place": k.Place} {
		if on {
			v.Add("rules", name)
		}
	}
	if k.Off {
		v.Set("off", "1")
	}
	return v
}

func (h *Pages) kindForm(p *i18n.Printer, committee uuid.UUID, typed url.Values, errs map[string]string, built bool, v *kindsView) *kindForm {
	f := fields{p: p, typed: typed, errs: errs, errors: &v.Errors}
	field := func(name string, required bool) ui.FieldView {
		x := f.field(name, required)
		x.Label = p.T("gatheringweb.kind.field." + name)
		if key := "gatheringweb.kind.hint." + name; p.Has(key) {
			x.Hint = p.T(key)
		}
		return x
	}
	out := &kindForm{Title: p.T("gatheringweb.kind.new"), Action: "/gatherings/kinds", Committee: committee.String(), Built: built, Back: "/gatherings/kinds?committee=" + committee.String()}
	if typed.Get("name") != "" && typed.Get("key") != "" {
		out.Title = p.T("gatheringweb.kind.alter", "name", typed.Get("name"))
	}
	out.Key, out.NameZH, out.NameEN, out.Hours, out.Agenda, out.Fields = field("key", true), field("name", true), field("name_en", false), field("hours", true), field("agenda", false), field("fields", false)
	out.Fields.Rows = 3
	out.Key.ReadOnly = typed.Get("key") != "" && len(errs) == 0 || built
	out.Key.Max, out.NameZH.Max, out.NameEN.Max, out.Agenda.Rows, out.Hours.InputMode, out.Hours.Width, out.Key.Width = 40, 40, 80, 4, "numeric", "s", "m"
	out.Counts = ui.ChoiceView{FieldView: field("counts_as", false), Empty: p.T("gatheringweb.kind.counts-none")}
	for _, c := range gathering.AllCounts() {
		out.Counts.Options = append(out.Counts.Options, ui.Option{Value: string(c), Label: p.T("gathering.counts." + string(c)), Selected: string(c) == typed.Get("counts_as")})
	}
	out.Holders = ui.ChoiceView{FieldView: field("holders", false)}
	for _, k := range directory.Kinds() {
		if holds(k) {
			out.Holders.Options = append(out.Holders.Options, ui.Option{Value: string(k), Label: p.T("directory.kind." + string(k)), Selected: slices.Contains(typed["holders"], string(k))})
		}
	}
	out.Rules = ui.ChoiceView{FieldView: field("rules", false)}
	for _, x := range []string{"study", "leaders", "minutes", "makeup", "place"} {
		out.Rules.Options = append(out.Rules.Options, ui.Option{Value: x, Label: p.T("gatheringweb.rule." + x), Selected: slices.Contains(typed["rules"], x)})
	}
	out.Off = ui.TickView{Name: "off", Label: p.T("gatheringweb.kind.field.off"), Checked: typed.Get("off") != ""}
	return out
}

func (h *Pages) putKind(w http.ResponseWriter, r *http.Request) error {
	typed, err := web.Form(r)
	if err != nil {
		return err
	}
	committee, _, err := h.committeeOf(r, typed)
	if err != nil {
		return err
	}
	var c problem.Check
	k := gathering.Kind{Key: typed.Get("key"), CountsAs: gathering.CountsAs(typed.Get("counts_as")), Agenda: lines(typed.Get("agenda")), Off: typed.Get("off") != ""}
	k.Name = i18n.Name{ZH: typed.Get("name"), EN: typed.Get("name_en")}
	if k.Hours, err = strconv.Atoi(strings.TrimSpace(typed.Get("hours"))); err != nil {
		c.Add("hours", "gathering.err.hours")
	}
	k.Fields = readFields(typed.Get("fields"))
	for _, o := range typed["holders"] {
		k.Holders = append(k.Holders, directory.Kind(o))
	}
	rules := typed["rules"]
	k.StudyFirst, k.Leaders, k.Minutes, k.MakeUp, k.Place = slices.Contains(rules, "study"), slices.Contains(rules, "leaders"), slices.Contains(rules, "minutes"), slices.Contains(rules, "makeup"), slices.Contains(rules, "place")
	if err = c.Err(); err == nil {
		err = h.Service.PutKind(r.Context(), committee, k)
	}
	if errs := web.FieldErrors(r, err); errs != nil {
		return h.kindsPage(w, r, http.StatusUnprocessableEntity, typed, errs)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "gatheringweb.kind.kept")
	return web.Redirect(w, r, "/gatherings/kinds?committee="+committee.String())
}

// fieldLines writes the fields of a kind one to a line, a star before those that are required and the English name behind a stroke.
func fieldLines(list []gathering.Field) string {
	var out []string
	for _, f := range list {
		line := f.Name.ZH
		if f.Name.EN != "" {
			line += " / " + f.Name.EN
		}
		if f.Required {
			line = "*" + line
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// readFields reads what fieldLines writes.
func readFields(text string) []gathering.Field {
	var out []gathering.Field
	for _, line := range lines(text) {
		var f gathering.Field
		line, f.Required = strings.CutPrefix(line, "*")
		zh, en, _ := strings.Cut(line, " / ")
		f.Name = i18n.Name{ZH: strings.TrimSpace(zh), EN: strings.TrimSpace(en)}
		out = append(out, f)
	}
	return out
}
