package contactweb

import (
	"net/http"
	"net/url"
	"strings"

	"xieshang/internal/contact"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

type proposalsView struct {
	Page   ui.PageView
	Head   ui.HeadView
	Errors []ui.ErrorView
	Rule   string
	More   string
	Rows   []proposalView
	From   ui.FieldView
	Hidden [][2]string
	Empty  *ui.EmptyView
	Back   string
}

// proposalView is one member with whom to tick and a choice of who contacts.
type proposalView struct {
	ID     string
	Name   string
	Sector string
	Ticked bool
	Choice ui.ChoiceView
	Why    []ui.BadgeView
}

func (h *Pages) proposals(w http.ResponseWriter, r *http.Request) error {
	return h.proposalsPage(w, r, http.StatusOK, r.URL.Query(), nil)
}

func (h *Pages) proposalsPage(w http.ResponseWriter, r *http.Request, status int, typed url.Values, errs map[string]string) error {
	snap, k, err := h.asked(r, typed)
	if err != nil {
		return err
	}
	if !h.Service.MayOrganise(r.Context(), k) {
		return problem.New(problem.Forbidden, "problem.forbidden")
	}
	list, err := h.Service.Propose(r.Context(), k)
	if err != nil {
		return err
	}
	p := i18n.From(r.Context())
	v := proposalsView{Page: h.Frame.Staff(w, r, p.T("contact.propose")), Back: of(Committee, k), Hidden: [][2]string{{"committee", k.String()}}, Rule: p.T("contact.propose.rule", "n", list.Most)}
	v.Head = ui.HeadView{Title: p.T("contact.propose.title"), Lead: p.Name(snap.OrganisationName(k)), Crumbs: []ui.Link{{Label: p.T("contact.title"), Href: v.Back}, {Label: p.T("contact.propose")}}}
	v.From = ui.FieldView{Name: "from", Label: p.T("contact.from"), Value: typed.Get("from"), Required: true, Error: errs["from"]}
	if v.From.Value == "" && errs == nil {
		v.From.Value = today(h).String()
	}
	switch {
	case len(list.List) == 0:
		v.Empty = &ui.EmptyView{Icon: "check-circle", Title: p.T("contact.propose.none"), Text: p.T("contact.propose.none.text"), Action: ui.ButtonView{Label: p.T("contact.title"), Href: v.Back}}
	case list.CPC == 0:
		v.Empty = &ui.EmptyView{Icon: "users", Title: p.T("contact.propose.nobody"), Text: p.T("contact.propose.nobody.text")}
	}
	picked := map[string]bool{}
	for _, u := range typed["pick"] {
		picked[u] = true
	}
	shown := list.List[:min(len(list.List), perPage)]
	if len(shown) < len(list.List) {
		v.More = p.T("contact.propose.more", "n", len(shown), "all", len(list.List))
	}
	for _, x := range shown {
		u := x.Member.ID.String()
		row := proposalView{ID: u, Name: x.Member.Name, Sector: x.Member.Sector, Ticked: errs == nil || picked[u]}
		chosen := typed.Get("by-" + u)
		if chosen == "" {
			chosen = x.Contact.ID.String()
		}
		row.Choice = ui.ChoiceView{FieldView: ui.FieldView{Name: "by-" + u, Label: p.T("contact.propose.by", "name", x.Member.Name), Bare: true}}
		for _, o := range x.Others {
			label := p.T("contact.candidate", "name", o.Name, "load", o.Load)
			if len(o.Near) > 0 {
				label = p.T("contact.candidate.near", "name", o.Name, "load", o.Load, "why", near(p, o.Near))
			}
			row.Choice.Options = append(row.Choice.Options, ui.Option{Value: o.ID.String(), Label: label, Selected: o.ID.String() == chosen})
		}
		for _, n := range x.Contact.Near {
			row.Why = append(row.Why, ui.BadgeView{Label: p.T("contact.near." + string(n)), Tone: ui.OK})
		}
		if len(row.Why) == 0 {
			row.Why = append(row.Why, ui.BadgeView{Label: p.T("contact.why.load"), Tone: ui.Quiet})
		}
		if x.Above {
			row.Why = append(row.Why, ui.BadgeView{Label: p.T("contact.why.above"), Tone: ui.Warn})
		}
		v.Rows = append(v.Rows, row)
	}
	for _, e := range errs {
		field := ""
		if errs["from"] == e {
			field = "from"
		}
		v.Errors = append(v.Errors, ui.ErrorView{Field: field, Text: e})
	}
	return web.Render(w, r, status, proposalsPage(v))
}

func near(p *i18n.Printer, list []contact.Near) string {
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = p.T("contact.near." + string(n))
	}
	return strings.Join(out, p.T("contact.and"))
}

const (
	perPage   = 100  // proposals that are shown at once; the rest come after these were adopted, and no less evenly
	maxPicked = 2000 // what one form may carry: the largest committee has fewer members
)

func (h *Pages) adopt(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	_, k, err := h.asked(r, form)
	if err != nil {
		return err
	}
	var c problem.Check
	from := day(&c, form, "from")
	var list []contact.Choice
	for _, text := range form["pick"][:min(len(form["pick"]), maxPicked)] {
		m, err := uuid.Parse(text)
		if err != nil {
			c.Add("pick", "contact.err.target")
			break
		}
		by, err := uuid.Parse(form.Get("by-" + text))
		if err != nil {
			c.Add("pick", "contact.err.contact")
			break
		}
		list = append(list, contact.Choice{Member: m, Contact: by})
	}
	if err = c.Err(); err == nil {
		_, err = h.Service.Adopt(r.Context(), k, from, list)
	}
	if err != nil {
		if errs := web.FieldErrors(r, err); errs != nil {
			return h.proposalsPage(w, r, http.StatusUnprocessableEntity, form, errs)
		}
		return err
	}
	web.Flash(w, r, "contact.adopted")
	return web.Redirect(w, r, of(Committee, k))
}
