package coverageweb

import (
	"net/http"
	"net/url"
	"slices"

	"xieshang/internal/coverage"
	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

// mendView is the small form that closes one gap of one person.
type mendView struct {
	Page   ui.PageView
	Head   ui.HeadView
	Errors []ui.ErrorView
	Hidden [][2]string
	Choice ui.ChoiceView
	From   ui.FieldView
	Button string
	Back   string
	Empty  *ui.EmptyView
}

func (h *Pages) askMend(w http.ResponseWriter, r *http.Request) error {
	return h.mendForm(w, r, http.StatusOK, r.URL.Query(), nil)
}

// gap finds the person among those of the committee who are not reached: nobody else can be named here.
func (h *Pages) gap(r *http.Request, v url.Values) (uuid.UUID, coverage.Person, error) {
	missing := problem.New(problem.NotFound, "problem.not-found")
	committee, err := uuid.Parse(v.Get("committee"))
	if err != nil {
		return uuid.Nil, coverage.Person{}, missing
	}
	if !mayKeep(r, committee) {
		return uuid.Nil, coverage.Person{}, problem.New(problem.Forbidden, "problem.forbidden")
	}
	gaps, err := h.Service.Gaps(r.Context(), coverage.Query{Committee: committee})
	if err != nil {
		return uuid.Nil, coverage.Person{}, err
	}
	list := gaps.Unplaced
	switch v.Get("gap") {
	case gapPlace:
	case gapAffiliation:
		list = gaps.Unknown
	default:
		return uuid.Nil, coverage.Person{}, missing
	}
	i := slices.IndexFunc(list, func(p coverage.Person) bool { return p.ID.String() == v.Get("person") })
	if i < 0 {
		return uuid.Nil, coverage.Person{}, problem.New(problem.NotFound, "coverage.err.mended")
	}
	return committee, list[i], nil
}

func (h *Pages) mendForm(w http.ResponseWriter, r *http.Request, status int, typed url.Values, errs map[string]string) error {
	committee, who, err := h.gap(r, typed)
	if err != nil {
		return err
	}
	snap, err := h.Directory.Snapshot(r.Context())
	if err != nil {
		return err
	}
	p := i18n.From(r.Context())
	gap := typed.Get("gap")
	v := mendView{Page: h.Frame.Staff(w, r, p.T("coverage.mend."+gap)), Back: here + "?committee=" + committee.String() + "#gaps", Button: p.T("coverage.mend." + gap)}
	v.Page.Wide = false
	v.Head = ui.HeadView{Title: p.T("coverage.mend."+gap+".title", "name", who.Name), Lead: p.T("coverage.mend." + gap + ".lead")}
	v.Hidden = [][2]string{{"committee", committee.String()}, {"person", who.ID.String()}, {"gap", gap}}
	v.Choice = ui.ChoiceView{FieldView: ui.FieldView{Name: "choice", Label: p.T("coverage.mend." + gap + ".choice"), Required: true, Error: first(errs, "choice", "organisation", "party")}, Empty: p.T("coverage.choose")}
	if gap == gapPlace {
		for _, o := range snap.Under(committee, directory.MembersBranch) {
			v.Choice.Options = append(v.Choice.Options, ui.Option{Value: o.ID.String(), Label: p.Name(o.Name)})
		}
		if len(v.Choice.Options) == 0 {
			v.Empty = &ui.EmptyView{Icon: "building", Title: p.T("coverage.mend.no-branch"), Text: p.T("coverage.mend.no-branch.text")}
		}
	} else {
		for _, x := range directory.Parties() {
			v.Choice.Options = append(v.Choice.Options, ui.Option{Value: string(x), Label: p.T("directory.party." + string(x))})
		}
	}
	for i := range v.Choice.Options {
		v.Choice.Options[i].Selected = v.Choice.Options[i].Value == typed.Get("choice")
	}
	from := typed.Get("from")
	if from == "" && errs == nil {
		from = clock.Today(h.Clock).String()
		if gap == gapAffiliation {
			from = who.Since.String()
		}
	}
	v.From = ui.FieldView{Name: "from", Label: p.T("coverage.mend.from"), Hint: p.T("coverage.mend." + gap + ".from"), Value: from, Required: true, Error: first(errs, "from", "to")}
	for _, f := range []struct{ name, text string }{{"choice", v.Choice.Error}, {"from", v.From.Error}} {
		if f.text != "" {
			v.Errors = append(v.Errors, ui.ErrorView{Field: f.name, Text: f.text})
		}
	}
	return web.Render(w, r, status, mendPage(v))
}

func first(errs map[string]string, names ...string) string {
	for _, n := range names {
		if errs[n] != "" {
			return errs[n]
		}
	}
	return ""
}

func (h *Pages) mend(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	committee, who, err := h.gap(r, form)
	if err != nil {
		return err
	}
	if err := h.close(r, committee, who, form); err != nil {
		if errs := web.FieldErrors(r, err); errs != nil {
			return h.mendForm(w, r, http.StatusUnprocessableEntity, form, errs)
		}
		return err
	}
	web.Flash(w, r, "coverage.mended."+form.Get("gap"))
	return web.Redirect(w, r, here+"?committee="+committee.String()+"#gaps")
}

func (h *Pages) close(r *http.Request, committee uuid.UUID, who coverage.Person, form url.Values) error {
	var c problem.Check
	from, err := clock.ParseDate(form.Get("from"))
	if err != nil {
		c.Add("from", "coverage.err.day")
	}
	if form.Get("gap") == gapAffiliation {
		party := directory.Party(form.Get("choice"))
		if !party.Valid() {
			c.Add("choice", "coverage.err.party")
		}
		if err := c.Err(); err != nil {
			return err
		}
		_, err := h.Directory.PutAffiliation(r.Context(), directory.Affiliation{Person: who.ID, Party: party, Valid: clock.Interval{From: from}})
		return err
	}
	snap, err := h.Directory.Snapshot(r.Context())
	if err != nil {
		return err
	}
	branch, err := uuid.Parse(form.Get("choice"))
	if err != nil || !slices.ContainsFunc(snap.Under(committee, directory.MembersBranch), func(o *directory.Organisation) bool { return o.ID == branch }) {
		c.Add("choice", "coverage.err.branch")
	}
	if err := c.Err(); err != nil {
		return err
	}
	_, err = h.Directory.PutMembership(r.Context(), directory.Membership{Person: who.ID, Organisation: branch, Post: directory.Participant, Valid: clock.Interval{From: from}})
	return err
}
