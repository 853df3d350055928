package branchlifeweb

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"xieshang/internal/branchlife"
	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

type temporariesView struct {
	Page  ui.PageView
	Head  ui.HeadView
	New   ui.ButtonView
	List  []temporaryView
	Empty ui.EmptyView
	Offer offerView
}

type temporaryView struct {
	Name    string
	Href    string
	Badge   ui.BadgeView
	Facts   []ui.Fact
	Changes []string
	Form    *actionView
}

func (h *Pages) temporaries(w http.ResponseWriter, r *http.Request) error {
	return h.temporaryPage(w, r, http.StatusOK, uuid.Nil, nil, nil)
}

// temporaryPage lists the temporary branches; the form of one that was refused has what was typed.
func (h *Pages) temporaryPage(w http.ResponseWriter, r *http.Request, status int, refused uuid.UUID, typed url.Values, errs map[string]string) error {
	p := text(r)
	list, err := h.Service.Temporaries(r.Context())
	if err != nil {
		return err
	}
	approve, err := h.Service.MayApprove(r.Context())
	if err != nil {
		return err
	}
	snap, err := h.Directory.Snapshot(r.Context())
	if err != nil {
		return err
	}
	v := temporariesView{Page: h.frame(w, r, p.T("branchlifeweb.temporaries"))}
	v.Page.Wide, v.Page.Problem = false, len(errs) > 0
	v.Head = ui.HeadView{Crumbs: []ui.Link{home(p), {Label: v.Page.Title}}, Title: v.Page.Title, Lead: p.T("branchlifeweb.temporaries.lead")}
	if len(approve) > 0 {
		v.New = ui.ButtonView{Label: p.T("branchlifeweb.temporary.new"), Kind: "primary", Icon: "plus", Href: "/temporary-branches/new"}
	}
	v.Empty = ui.EmptyView{Icon: "users", Title: p.T("branchlifeweb.temporary.none"), Text: p.T("branchlifeweb.temporary.none.text"), Action: v.New}
	for _, t := range list {
		v.List = append(v.List, h.temporary(p, snap, t, t.ID == refused, typed, errs))
	}
	return web.Render(w, r, status, temporariesPage(v))
}

func (h *Pages) temporary(p *i18n.Printer, snap *directory.Snapshot, t branchlife.Temporary, again bool, typed url.Values, errs map[string]string) temporaryView {
	today := clock.Today(h.Clock)
	x := temporaryView{Name: t.Name, Badge: ui.BadgeView{Label: p.T("branchlifeweb.temporary.runs"), Tone: ui.Busy}}
	switch {
	case t.Last.Before(today):
		x.Badge = ui.BadgeView{Label: p.T("branchlifeweb.temporary.over"), Tone: ui.Quiet}
	case today.Before(t.From):
		x.Badge = ui.BadgeView{Label: p.T("branchlifeweb.temporary.to-come"), Tone: ui.Info}
	default:
		x.Href = "/branch-life/" + t.ID.String()
	}
	x.Facts = []ui.Fact{{Term: p.T("branchlifeweb.field.purpose"), Text: p.T("branchlife.purpose." + string(t.Purpose))}, {Term: p.T("branchlifeweb.field.valid"), Text: p.T("branchlifeweb.from-to", "from", p.Date(t.From), "to", p.Date(t.Last))},
		{Term: p.T("branchlifeweb.people-here"), Text: p.Int(t.People)}, {Term: p.T("branchlifeweb.field.approver"), Text: named(p, snap, t.Approver)}}
	if t.Letter != "" {
		x.Facts = append(x.Facts, ui.Fact{Term: p.T("branchlifeweb.field.approval"), Text: t.Letter})
	}
	for _, c := range t.Changes {
		x.Changes = append(x.Changes, p.T("branchlifeweb.temporary.change", "was", p.Date(c.Was), "last", p.Date(c.Last), "reason", c.Reason))
	}
	if !t.Runs {
		return x
	}
	if !again {
		typed, errs = url.Values{"last": {t.Last.String()}}, nil
	}
	f := form{p: p, typed: typed, errs: errs}
	last, reason := f.date("last", true), f.field("reason", true)
	last.ID, reason.ID, reason.Rows = "last-"+t.ID.String(), "reason-"+t.ID.String(), 2
	for i := range f.Errors {
		f.Errors[i].Field += "-" + t.ID.String()
	}
	x.Form = &actionView{Title: p.T("branchlifeweb.temporary.prolong"), Text: p.T("branchlifeweb.temporary.prolong.text"), Action: "/temporary-branches/" + t.ID.String() + "/prolong", Version: strconv.Itoa(t.Version), Errors: f.Errors,
		Dates: []ui.FieldView{last}, Reason: &reason, Button: ui.ButtonView{Label: p.T("branchlifeweb.temporary.prolong")}, Open: again}
	return x
}

func (h *Pages) prolong(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	typed, err := web.Form(r)
	if err != nil {
		return err
	}
	version, err := strconv.Atoi(typed.Get("version"))
	if err != nil {
		version = 0 // a form without it acts on the branch as it is
	}
	var c problem.Check
	last := dateOf(typed, "last", &c)
	if err = c.Err(); err == nil {
		err = h.Service.Prolong(r.Context(), id, version, last, typed.Get("reason"))
	}
	if errs := web.FieldErrors(r, err); errs != nil {
		return h.temporaryPage(w, r, http.StatusUnprocessableEntity, id, typed, errs)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "branchlifeweb.kept-it")
	return web.Redirect(w, r, "/temporary-branches")
}

type setUpView struct {
	Page                       ui.PageView
	Head                       ui.HeadView
	Errors                     []ui.ErrorView
	Choose                     []ui.ButtonView // which organisation approves, when there are several
	Approver                   string
	Facts                      []ui.Fact
	Name, Letter, From, Last   ui.FieldView
	Purpose, Secretary, Deputy ui.ChoiceView
	Members                    ui.ChoiceView
	Offers                     offerView
}

func (h *Pages) newTemporary(w http.ResponseWriter, r *http.Request) error {
	today := clock.Today(h.Clock)
	return h.setUpForm(w, r, http.StatusOK, url.Values{"approver": {r.URL.Query().Get("approver")}, "from": {today.String()}, "last": {today.AddDays(7).String()}}, nil)
}

// setUpForm asks first which organisation approves, then everything else in one form.
func (h *Pages) setUpForm(w http.ResponseWriter, r *http.Request, status int, typed url.Values, errs map[string]string) error {
	p := text(r)
	approve, err := h.Service.MayApprove(r.Context())
	if err != nil {
		return err
	}
	if len(approve) == 0 {
		return problem.New(problem.Forbidden, "problem.forbidden")
	}
	v := setUpView{Page: h.frame(w, r, p.T("branchlifeweb.temporary.new"))}
	v.Page.Wide, v.Page.Problem = false, len(errs) > 0
	v.Head = ui.HeadView{Crumbs: []ui.Link{home(p), {Label: p.T("branchlifeweb.temporaries"), Href: "/temporary-branches"}, {Label: v.Page.Title}}, Title: v.Page.Title, Lead: p.T("branchlifeweb.temporary.lead")}
	chosen := parsed(typed.Get("approver"))
	if len(approve) == 1 {
		chosen = approve[0].ID
	}
	i := slices.IndexFunc(approve, func(o *directory.Organisation) bool { return o.ID == chosen })
	if i < 0 {
		for _, o := range approve {
			v.Choose = append(v.Choose, ui.ButtonView{Label: p.Name(o.Name), Href: "/temporary-branches/new?approver=" + o.ID.String()})
		}
		return web.Render(w, r, status, setUpPage(v))
	}
	v.Approver = chosen.String()
	v.Facts = []ui.Fact{{Term: p.T("branchlifeweb.field.approver"), Text: p.Name(approve[i].Name)}}
	people, err := h.Service.Placeable(r.Context(), chosen)
	if err != nil {
		return err
	}
	f := form{p: p, typed: typed, errs: errs}
	var purposes []ui.Option
	for _, x := range branchlife.Purposes() {
		purposes = append(purposes, ui.Option{Value: string(x), Label: p.T("branchlife.purpose." + string(x))})
	}
	names := func() (out []ui.Option) {
		for _, x := range people {
			out = append(out, ui.Option{Value: x.Person.String(), Label: x.Name})
		}
		return out
	}
	v.Name, v.Letter = f.field("name", true), f.field("approval", false)
	v.Letter.Name = "letter"
	v.Letter.Value = typed.Get("letter")
	v.Name.Max, v.Letter.Max = 100, 100
	v.Purpose = f.choice("purpose", true, p.T("branchlifeweb.choose"), purposes)
	v.From, v.Last = f.date("from", true), f.date("last", true)
	v.Secretary = f.choice("secretary", true, p.T("branchlifeweb.choose"), names())
	v.Deputy = f.choice("deputy", false, p.T("branchlifeweb.nobody"), names())
	v.Members = ui.ChoiceView{FieldView: f.field("members", true), Options: names()}
	for i := range v.Members.Options {
		v.Members.Options[i].Selected = slices.Contains(typed["members"], v.Members.Options[i].Value)
	}
	v.Errors = f.Errors
	v.Offers = offersOf(p, directory.TemporaryBranch)
	return web.Render(w, r, status, setUpPage(v))
}

func offersOf(p *i18n.Printer, k directory.Kind) (out offerView) {
	for _, x := range branchlife.Offered(k) {
		out.Yes = append(out.Yes, p.T("branchlifeweb.offer."+string(x)))
	}
	for _, x := range branchlife.Withheld(k) {
		out.No = append(out.No, p.T("branchlifeweb.offer."+string(x)))
	}
	return out
}

func (h *Pages) setUp(w http.ResponseWriter, r *http.Request) error {
	typed, err := web.Form(r)
	if err != nil {
		return err
	}
	var c problem.Check
	in := branchlife.SetUp{Name: typed.Get("name"), Approver: parsed(typed.Get("approver")), Purpose: branchlife.Purpose(typed.Get("purpose")), Letter: typed.Get("letter"), From: dateOf(typed, "from", &c), Last: dateOf(typed, "last", &c),
		Officers: map[uuid.UUID]directory.Post{}}
	for name, post := range map[string]directory.Post{"deputy": directory.DeputySecretary, "secretary": directory.Secretary} {
		if u := parsed(typed.Get(name)); u != uuid.Nil && (post == directory.Secretary || typed.Get(name) != typed.Get("secretary")) {
			in.Officers[u] = post
		}
	}
	for _, m := range typed["members"] {
		if u := parsed(m); u != uuid.Nil && !slices.Contains(in.Members, u) {
			in.Members = append(in.Members, u)
		}
	}
	for u := range in.Officers { // who leads it is in it
		if !slices.Contains(in.Members, u) {
			in.Members = append(in.Members, u)
		}
	}
	if err = c.Err(); err == nil {
		_, err = h.Service.SetUp(r.Context(), in)
	}
	if errs := web.FieldErrors(r, err); errs != nil {
		return h.setUpForm(w, r, http.StatusUnprocessableEntity, typed, errs)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "branchlifeweb.kept-it")
	return web.Redirect(w, r, "/temporary-branches")
}
