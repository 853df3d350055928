package studyweb

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/sheet"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	"xieshang/internal/study"
)

type topicView struct {
	Page      ui.PageView
	Head      ui.HeadView
	State     ui.BadgeView
	Withdrawn string
	Edit      string
	Publish   string
	PlanNew   string // address that plans a gathering for it
	Text      []string
	Facts     []ui.Fact
	Mine      *mineView
	Sessions  []sessionView
	NoSession string
	Link      *linkView
	Materials []materialView
	NoMore    string
	Add       *addView
	Tiles     []ui.TileView
	By        ui.TableView
	Claims    []claimView
	Learners  ui.TableView
	Export    string
	Withdraw  *withdrawView
}

type mineView struct {
	Badge  ui.BadgeView
	Text   string
	Answer string
	Action string // states a make-up; empty when there is nothing to state
	Day    ui.FieldView
	Note   ui.FieldView
	Errors []ui.ErrorView
}

type sessionView struct {
	Title, At, Where, Href, Remove string
	Badge                          ui.BadgeView
}

type linkView struct {
	Action string
	Choice ui.ChoiceView
	Empty  string
	Errors []ui.ErrorView
}

type materialView struct{ Title, Href, Remove string }

type addView struct {
	Action         string
	Title, Address ui.FieldView
	Errors         []ui.ErrorView
}

type claimView struct {
	Name, Day, Note, Action string
	Answer                  ui.FieldView
	Errors                  []ui.ErrorView
}

type withdrawView struct {
	Action string
	Reason ui.FieldView
	Errors []ui.ErrorView
}

// refused is a form of the page that came back: which one, what was typed, and what is wrong with it.
type refused struct {
	form  string
	typed url.Values
	errs  map[string]string
}

// field makes a field of one of the page's forms; ids differ between forms.
func (f refused) field(p *i18n.Printer, form, name string, required bool) (ui.FieldView, []ui.ErrorView) {
	v := ui.FieldView{Name: name, ID: form + "-" + name, Label: p.T("study.field." + name), Required: required, Autocomplete: "off"}
	if key := "study.hint." + name; p.Has(key) {
		v.Hint = p.T(key)
	}
	if f.form != form {
		return v, nil
	}
	v.Value, v.Error = f.typed.Get(name), f.errs[name]
	if v.Error == "" {
		return v, nil
	}
	return v, []ui.ErrorView{{Field: v.ID, Text: v.Error}}
}

func (h *Pages) topic(w http.ResponseWriter, r *http.Request) error {
	return h.show(w, r, http.StatusOK, refused{})
}

func (h *Pages) show(w http.ResponseWriter, r *http.Request, status int, back refused) error {
	p, ctx := text(r), r.Context()
	u, err := pathID(r, "id")
	if err != nil {
		return err
	}
	l, err := h.Service.Topic(ctx, u)
	if err != nil {
		return err
	}
	snap, err := h.Directory.Snapshot(ctx)
	if err != nil {
		return err
	}
	t, at := l.Topic, "/study/"+u.String()
	v := topicView{Page: h.frame(w, r, t.Title), State: stateBadge(p, t), NoSession: p.T("study.sessions.none"), NoMore: p.T("study.materials.none")}
	v.Head = ui.HeadView{Crumbs: []ui.Link{{Label: p.T("study.title"), Href: "/study"}, {Label: t.Title}}, Title: t.Title}
	v.Page.Problem = len(back.errs) > 0
	if !t.Withdrawn.IsZero() {
		v.Withdrawn = t.Reason
	}
	for _, line := range strings.Split(t.Text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			v.Text = append(v.Text, line)
		}
	}
	var who []string
	for _, o := range t.Audience {
		who = append(who, p.Name(snap.OrganisationName(o)))
	}
	v.Facts = []ui.Fact{{Term: p.T("study.kind"), Text: p.T("study.kind." + string(t.Kind))}, {Term: p.T("study.by"), Text: p.Name(snap.OrganisationName(t.Organisation))},
		{Term: p.T("study.days"), Text: span(p, t)}, {Term: p.T("study.audience"), Text: strings.Join(who, p.T("study.comma"))}}
	for _, m := range l.Materials {
		x := materialView{Title: m.Title, Href: m.Address}
		if l.Runs && t.Withdrawn.IsZero() {
			x.Remove = at + "/materials/" + m.ID.String() + "/remove"
		}
		v.Materials = append(v.Materials, x)
	}
	for _, s := range l.Sessions {
		x := sessionView{Title: s.Title, At: p.DateTime(s.Starts), Where: s.Place, Href: "/gatherings/" + s.Gathering.String(), Badge: sessionBadge(p, s)}
		if l.Runs && t.Withdrawn.IsZero() {
			x.Remove = at + "/sessions/" + s.Gathering.String() + "/remove"
		}
		v.Sessions = append(v.Sessions, x)
	}
	if l.Mine != nil && t.Stands() {
		v.Mine = ownPart(p, l.Mine, at, back)
	}
	if l.Runs && t.Withdrawn.IsZero() {
		if err := h.runnerPart(r, p, l, at, back, &v); err != nil {
			return err
		}
	}
	if len(l.By) > 0 && !t.Published.IsZero() {
		figures(p, snap, l, &v)
	}
	if l.Named && !t.Published.IsZero() {
		v.Learners = learners(p, snap, l)
		v.Export = at + "/coverage.xlsx"
	}
	return web.Render(w, r, status, topicPage(v))
}

func sessionBadge(p *i18n.Printer, s study.Session) ui.BadgeView {
	switch {
	case s.Cancelled:
		return ui.BadgeView{Label: p.T("study.session.cancelled"), Tone: ui.Second}
	case s.Over:
		return ui.BadgeView{Label: p.T("study.session.over"), Tone: ui.OK}
	}
	return ui.BadgeView{Label: p.T("study.session.ahead"), Tone: ui.Info}
}

// ownPart is the reader's own standing, and the form that states a make-up when something is missing.
func ownPart(p *i18n.Printer, x *study.Learner, at string, back refused) *mineView {
	m := &mineView{Badge: badge(p, x.Standing), Text: p.T("study.mine." + string(x.Standing))}
	if x.Makeup != nil && x.Makeup.State == study.Returned {
		m.Answer = x.Makeup.Answer
	}
	if x.Standing != study.Missing && x.Standing != study.Waiting {
		return m
	}
	var e1, e2 []ui.ErrorView
	m.Action = at + "/makeup"
	m.Day, e1 = back.field(p, "makeup", "day", true)
	m.Note, e2 = back.field(p, "makeup", "note", true)
	m.Day.Width, m.Note.Max, m.Note.Rows = "m", study.MaxNote, 5
	m.Errors = append(e1, e2...)
	return m
}

// runnerPart adds what those who run the study may do.
func (h *Pages) runnerPart(r *http.Request, p *i18n.Printer, l *study.Look, at string, back refused, v *topicView) error {
	v.Edit = at + "/edit"
	if l.Topic.Published.IsZero() {
		v.Publish = at + "/publish"
	}
	list, err := h.Service.Candidates(r.Context(), l.Topic.ID)
	if err != nil {
		return err
	}
	f, errs := back.field(p, "link", "gathering", true)
	v.Link = &linkView{Action: at + "/sessions", Choice: ui.ChoiceView{FieldView: f, Empty: p.T("study.choose")}, Errors: errs, Empty: p.T("study.sessions.no-candidate")}
	for _, s := range list {
		v.Link.Choice.Options = append(v.Link.Choice.Options, ui.Option{Value: s.Gathering.String(), Label: p.DateTime(s.Starts) + " · " + s.Title})
	}
	v.PlanNew = "/gatherings/new?kind=" + gatheringKind(l.Topic.Kind) + "&holder=" + l.Topic.Organisation.String() + "&title=" + url.QueryEscape(l.Topic.Title)
	var e1, e2 []ui.ErrorView
	add := &addView{Action: at + "/materials"}
	add.Title, e1 = back.field(p, "material", "title", true)
	add.Address, e2 = back.field(p, "material", "address", true)
	add.Title.Max, add.Address.Type, add.Errors = study.MaxTitle, "url", append(e1, e2...)
	add.Title.Label = p.T("study.field.material")
	v.Add = add
	for _, x := range l.Learners {
		if x.Standing != study.Claimed {
			continue
		}
		form := "decide-" + x.Makeup.ID.String()
		c := claimView{Name: x.Name, Day: day(p, x.Makeup.Day), Note: x.Makeup.Note, Action: at + "/makeup/" + x.Makeup.ID.String()}
		c.Answer, c.Errors = back.field(p, form, "answer", false)
		v.Claims = append(v.Claims, c)
	}
	out := &withdrawView{Action: at + "/withdraw"}
	out.Reason, out.Errors = back.field(p, "withdraw", "reason", true)
	v.Withdraw = out
	return nil
}

func figures(p *i18n.Printer, snap *directory.Snapshot, l *study.Look, v *topicView) {
	v.Tiles = []ui.TileView{{Label: p.T("study.share"), Value: percent(l.Share), Note: p.T("study.of", "n", l.Share.Covered(), "all", l.Share.People)},
		{Label: p.T("study.standing.attended"), Value: p.Int(l.Share.Attended)}, {Label: p.T("study.standing.made_up"), Value: p.Int(l.Share.MadeUp)}, {Label: p.T("study.standing.missing"), Value: p.Int(l.Share.Missing)}}
	v.By = ui.TableView{Caption: p.T("study.by-organisation"), Stack: true, Columns: []ui.Column{{Label: p.T("study.organisation")}, {Label: p.T("study.people"), Numeric: true}, {Label: p.T("study.standing.attended"), Numeric: true},
		{Label: p.T("study.standing.made_up"), Numeric: true}, {Label: p.T("study.standing.missing"), Numeric: true}, {Label: p.T("study.share"), Numeric: true}}}
	for _, o := range l.Topic.Audience {
		s := l.By[o]
		v.By.Rows = append(v.By.Rows, ui.Row{Cells: []ui.Cell{{Text: p.Name(snap.OrganisationName(o))}, {Text: p.Int(s.People)}, {Text: p.Int(s.Attended)}, {Text: p.Int(s.MadeUp)}, {Text: p.Int(s.Missing)}, {Text: percent(s)}}})
	}
}

// gapsFirst is the order in which people are listed: who still has to study first, then by name. It is no rank: there is no figure beside a name.
func gapsFirst(list []study.Learner) []study.Learner {
	order := map[study.Standing]int{study.Missing: 0, study.Claimed: 1, study.Waiting: 2, study.MadeIt: 3, study.Attended: 4}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b study.Learner) int { return cmp.Compare(order[a.Standing], order[b.Standing]) })
	return list
}

func learners(p *i18n.Printer, snap *directory.Snapshot, l *study.Look) ui.TableView {
	t := ui.TableView{Caption: p.T("study.learners"), Stack: true, Columns: []ui.Column{{Label: p.T("study.person")}, {Label: p.T("study.organisation")}, {Label: p.T("study.standing")}}}
	for _, x := range gapsFirst(l.Learners) {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: x.Name}, {Text: where(p, snap, x)}, {Content: ui.Badge(badge(p, x.Standing))}}})
	}
	return t
}

func where(p *i18n.Printer, snap *directory.Snapshot, x study.Learner) string {
	var names []string
	for _, o := range x.Where {
		names = append(names, p.Name(snap.OrganisationName(o)))
	}
	return strings.Join(names, p.T("study.comma"))
}

// export is the list of the page as a workbook, for whoever sees the names.
func (h *Pages) export(w http.ResponseWriter, r *http.Request) error {
	p := text(r)
	u, err := pathID(r, "id")
	if err != nil {
		return err
	}
	l, err := h.Service.Topic(r.Context(), u)
	if err != nil {
		return err
	}
	if !l.Named {
		return problem.New(problem.Forbidden, "problem.forbidden")
	}
	snap, err := h.Directory.Snapshot(r.Context())
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", `attachment; filename="study-`+l.Topic.From.String()+`.xlsx"`)
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	out := sheet.NewXLSX(w, p.T("study.learners"))
	errs := []error{out.Header(sheet.Head{Name: "person", Title: p.T("study.person"), Width: 18}, sheet.Head{Name: "organisation", Title: p.T("study.organisation"), Width: 40}, sheet.Head{Name: "standing", Title: p.T("study.standing"), Width: 18})}
	for _, x := range gapsFirst(l.Learners) {
		errs = append(errs, out.Row(x.Name, where(p, snap, x), p.T("study.standing."+string(x.Standing))))
	}
	return errors.Join(append(errs, out.Close())...)
}

// gatheringKind is the kind of gathering at which a topic of this form is usually studied; the form of the gathering offers others.
func gatheringKind(k study.Kind) string {
	if k == study.CentreGroup {
		return "centre_group"
	}
	return "study"
}
