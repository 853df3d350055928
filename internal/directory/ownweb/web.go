// Package ownweb has the pages about personal data (C1): what is kept about me and who looked at my numbers, what I ask to have corrected, and for staff the queue of
// these requests, the look at a number that is recorded, and finding a person by an exact number.
package ownweb

import (
	"embed"
	"net/http"
	"net/url"
	"strconv"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/page"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

// Messages holds the texts of these pages.
//
//go:embed messages
var Messages embed.FS

// Pages are the handlers.
type Pages struct {
	service *directory.Service
	frame   *page.Frame
	clock   clock.Clock
}

// New makes the pages.
func New(s *directory.Service, f *page.Frame, c clock.Clock) *Pages { return &Pages{s, f, c} }

// Routes is the table of these pages.
func (h *Pages) Routes() []web.Route {
	staff := web.Roles(authz.Organiser, authz.Admin)
	return []web.Route{
		{Method: "GET", Path: "/me", Who: web.SignedIn(), Do: h.own},
		{Method: "POST", Path: "/me/corrections", Who: web.SignedIn(), Do: h.ask},
		{Method: "GET", Path: "/directory/corrections", Who: staff, Do: h.queue},
		{Method: "POST", Path: "/directory/corrections/{id}", Who: staff, Do: h.answer},
		{Method: "GET", Path: "/directory/people/{id}/reveal", Who: staff, Do: h.revealForm},
		{Method: "POST", Path: "/directory/people/{id}/reveal", Who: staff, Do: h.reveal},
		{Method: "GET", Path: "/directory/number", Who: staff, Do: h.findForm},
		{Method: "POST", Path: "/directory/number", Who: staff, Do: h.find},
	}
}

// Entries are the places in the staff navigation.
func Entries() []page.Entry {
	return []page.Entry{{Key: "own.queue", Group: "own.group", Href: "/directory/corrections", Icon: "inbox", Roles: []authz.Role{authz.Organiser}}}
}

func text(r *http.Request) *i18n.Printer { return i18n.From(r.Context()) }

func pathID(r *http.Request) (uuid.UUID, error) {
	u, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		return u, problem.New(problem.NotFound, "problem.not-found")
	}
	return u, nil
}

type ownView struct {
	Page        ui.PageView
	Head        ui.HeadView
	Facts       []ui.Fact
	Memberships ui.TableView
	History     ui.TableView
	Parties     ui.TableView
	Reveals     ui.TableView
	Grants      []string
	Asked       []askedView
	Errors      []ui.ErrorView
	Text        ui.FieldView
}

type askedView struct {
	Badge              ui.BadgeView
	Text, When, Answer string
}

func (h *Pages) own(w http.ResponseWriter, r *http.Request) error {
	return h.showOwn(w, r, http.StatusOK, "", nil)
}

func (h *Pages) showOwn(w http.ResponseWriter, r *http.Request, status int, typed string, errs map[string]string) error {
	p, ctx := text(r), r.Context()
	o, err := h.service.Own(ctx)
	if err != nil {
		return err
	}
	snap, err := h.service.Snapshot(ctx)
	if err != nil {
		return err
	}
	v := ownView{Page: h.frame.Public(w, r, p.T("own.title"))}
	v.Page.NoIndex, v.Page.Problem = true, len(errs) > 0
	v.Head = ui.HeadView{Title: p.T("own.title"), Lead: p.T("own.lead")}
	v.Facts = []ui.Fact{{Term: p.T("own.name"), Text: o.Person.Name}, {Term: p.T("own.sex"), Text: sex(p, o.Person.Sex)}, {Term: p.T("own.birth-year"), Text: year(o.Person.BirthYear)},
		{Term: p.T("directory.number.phone"), Text: dash(o.Phone)}, {Term: p.T("directory.number.identity"), Text: dash(o.Identity)}, {Term: p.T("own.versions"), Text: p.N("own.versions.n", o.Names)}}
	columns := []ui.Column{{Label: p.T("own.organisation")}, {Label: p.T("own.post")}, {Label: p.T("own.sector")}, {Label: p.T("own.from")}, {Label: p.T("own.to")}}
	v.Memberships = ui.TableView{Caption: p.T("own.memberships"), Stack: true, Columns: columns}
	v.History = ui.TableView{Caption: p.T("own.history"), Stack: true, Columns: append(columns[:5:5], ui.Column{Label: p.T("own.recorded")}, ui.Column{Label: p.T("own.replaced")})}
	for _, m := range o.Memberships {
		name := p.Name(snap.OrganisationName(m.Organisation))
		if name == "" {
			name = p.T("own.gone")
		}
		cells := []ui.Cell{{Text: name}, {Text: p.T("directory.post." + string(m.Post)), Sub: m.Note}, {Text: dash(m.Sector)}, {Text: day(p, m.Valid.From), Sub: reason(p, m.StartReason)}, {Text: day(p, m.Valid.To), Sub: reason(p, m.EndReason)}}
		if m.Superseded.IsZero() {
			v.Memberships.Rows = append(v.Memberships.Rows, ui.Row{Cells: cells})
			continue
		}
		v.History.Rows = append(v.History.Rows, ui.Row{Cells: append(cells, ui.Cell{Text: p.DateTime(m.Recorded)}, ui.Cell{Text: p.DateTime(m.Superseded)})})
	}
	v.Parties = ui.TableView{Caption: p.T("own.parties"), Stack: true, Columns: []ui.Column{{Label: p.T("own.party")}, {Label: p.T("own.from")}, {Label: p.T("own.to")}}}
	for _, a := range o.Affiliations {
		if a.Superseded.IsZero() {
			v.Parties.Rows = append(v.Parties.Rows, ui.Row{Cells: []ui.Cell{{Text: p.T("directory.party." + string(a.Party))}, {Text: day(p, a.Valid.From)}, {Text: day(p, a.Valid.To)}}})
		}
	}
	v.Reveals = ui.TableView{Caption: p.T("own.reveals"), Stack: true, Columns: []ui.Column{{Label: p.T("own.when")}, {Label: p.T("own.who")}, {Label: p.T("own.what")}, {Label: p.T("own.why")}}}
	for _, x := range o.Reveals {
		v.Reveals.Rows = append(v.Reveals.Rows, ui.Row{Cells: []ui.Cell{{Text: p.DateTime(x.At)}, {Text: x.By}, {Text: p.T("directory.number." + string(x.What))}, {Text: x.Reason}}})
	}
	for _, g := range o.Grants {
		v.Grants = append(v.Grants, p.T("own.grant", "committee", snap.OrganisationName(g.Committee), "reader", snap.OrganisationName(g.Reader), "subject", p.T("own.subject."+string(g.Subject)), "to", day(p, g.Valid.To)))
	}
	for _, c := range o.Corrections {
		v.Asked = append(v.Asked, askedView{Badge: correctionBadge(p, c), Text: c.Text, When: p.DateTime(c.Asked), Answer: c.Answer})
	}
	v.Text = ui.FieldView{Name: "text", Label: p.T("own.correct.text"), Hint: p.T("own.correct.hint"), Required: true, Value: typed, Error: errs["text"], Max: 2000, Rows: 4}
	if errs["text"] != "" {
		v.Errors = []ui.ErrorView{{Field: "text", Text: errs["text"]}}
	}
	return web.Render(w, r, status, ownPage(v))
}

func correctionBadge(p *i18n.Printer, c directory.Correction) ui.BadgeView {
	tone := ui.Busy
	switch c.State {
	case directory.CorrectionDone:
		tone = ui.OK
	case directory.CorrectionRefused:
		tone = ui.Second
	}
	return ui.BadgeView{Label: p.T("own.state." + string(c.State)), Tone: tone}
}

func (h *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	err = h.service.AskCorrection(r.Context(), form.Get("text"))
	return settle(w, r, err, "own.asked", "/me", func(errs map[string]string) error {
		return h.showOwn(w, r, http.StatusUnprocessableEntity, form.Get("text"), errs)
	})
}

// settle ends a form: refused fields show it again, any other failure goes its way, and what was kept leads on.
func settle(w http.ResponseWriter, r *http.Request, err error, said, to string, again func(errs map[string]string) error) error {
	if errs := web.FieldErrors(r, err); errs != nil {
		return again(errs)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, said)
	return web.Redirect(w, r, to)
}

type queueView struct {
	Page  ui.PageView
	Head  ui.HeadView
	Items []requestView
	Empty ui.EmptyView
}

type requestView struct {
	Name, Href, Text, When, Answer, Action string
	Badge                                  ui.BadgeView
	Field                                  ui.FieldView
	Errors                                 []ui.ErrorView
}

func (h *Pages) queue(w http.ResponseWriter, r *http.Request) error {
	return h.showQueue(w, r, http.StatusOK, uuid.Nil, nil, nil)
}

func (h *Pages) showQueue(w http.ResponseWriter, r *http.Request, status int, which uuid.UUID, typed url.Values, errs map[string]string) error {
	p := text(r)
	list, err := h.service.Corrections(r.Context())
	if err != nil {
		return err
	}
	v := queueView{Page: h.frame.Staff(w, r, p.T("own.queue"))}
	v.Page.Problem = len(errs) > 0
	v.Head = ui.HeadView{Title: p.T("own.queue"), Lead: p.T("own.queue.lead")}
	v.Empty = ui.EmptyView{Icon: "check-circle", Title: p.T("own.queue.none"), Text: p.T("own.queue.none.text")}
	for _, c := range list {
		x := requestView{Name: c.Name, Href: "/directory/people/" + c.Person.String(), Text: c.Text, When: p.DateTime(c.Asked), Answer: c.Answer, Badge: correctionBadge(p, c)}
		if c.State == directory.Asked {
			x.Action = "/directory/corrections/" + c.ID.String()
			x.Field = ui.FieldView{Name: "answer", ID: "answer-" + c.ID.String(), Label: p.T("own.answer"), Required: true, Max: 2000}
			if c.ID == which {
				x.Field.Value, x.Field.Error = typed.Get("answer"), errs["answer"]
				x.Errors = []ui.ErrorView{{Field: x.Field.ID, Text: errs["answer"]}}
			}
		}
		v.Items = append(v.Items, x)
	}
	return web.Render(w, r, status, queuePage(v))
}

func (h *Pages) answer(w http.ResponseWriter, r *http.Request) error {
	u, err := pathID(r)
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	err = h.service.AnswerCorrection(r.Context(), u, form.Get("decision") == "done", form.Get("answer"))
	return settle(w, r, err, "own.answered", "/directory/corrections", func(errs map[string]string) error {
		return h.showQueue(w, r, http.StatusUnprocessableEntity, u, form, errs)
	})
}

type numberView struct {
	Page   ui.PageView
	Head   ui.HeadView
	Action string
	Back   ui.Link
	Errors []ui.ErrorView
	What   *ui.ChoiceView
	Field  ui.FieldView
	Button string
	Shown  string // the number
	Label  string
	Found  []ui.Link
	None   string
}

func (h *Pages) revealForm(w http.ResponseWriter, r *http.Request) error {
	return h.showReveal(w, r, http.StatusOK, url.Values{"what": {string(directory.PhoneNumber)}}, nil, "")
}

func (h *Pages) showReveal(w http.ResponseWriter, r *http.Request, status int, typed url.Values, errs map[string]string, plain string) error {
	p := text(r)
	u, err := pathID(r)
	if err != nil {
		return err
	}
	v := numberView{Page: h.frame.Staff(w, r, p.T("own.reveal")), Action: "/directory/people/" + u.String() + "/reveal", Back: ui.Link{Label: p.T("own.back"), Href: "/directory/people/" + u.String()}, Button: p.T("own.reveal.button"), Shown: plain}
	v.Head = ui.HeadView{Title: p.T("own.reveal"), Lead: p.T("own.reveal.lead")}
	v.Page.Wide, v.Page.Problem = false, len(errs) > 0
	v.Label = p.T("directory.number." + typed.Get("what"))
	what := ui.ChoiceView{FieldView: ui.FieldView{Name: "what", Label: p.T("own.what"), Required: true, Error: errs["what"]}}
	for _, n := range []directory.Number{directory.PhoneNumber, directory.IdentityNumber} {
		what.Options = append(what.Options, ui.Option{Value: string(n), Label: p.T("directory.number." + string(n)), Selected: typed.Get("what") == string(n)})
	}
	v.What = &what
	v.Field = ui.FieldView{Name: "reason", Label: p.T("own.why"), Hint: p.T("own.reveal.hint"), Required: true, Value: typed.Get("reason"), Error: errs["reason"], Max: 200, Autocomplete: "off"}
	v.Errors = summary(errs, "what", "reason")
	return web.Render(w, r, status, numberPage(v))
}

func summary(errs map[string]string, names ...string) (out []ui.ErrorView) {
	for _, n := range names {
		if errs[n] != "" {
			out = append(out, ui.ErrorView{Field: n, Text: errs[n]})
		}
	}
	return out
}

// reveal shows the number on the answer to the form and nowhere else: it has no address of its own and no cache keeps it.
func (h *Pages) reveal(w http.ResponseWriter, r *http.Request) error {
	u, err := pathID(r)
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	what := directory.Number(form.Get("what"))
	if what != directory.IdentityNumber {
		what = directory.PhoneNumber
		form.Set("what", string(what))
	}
	plain, err := h.service.Reveal(r.Context(), u, what, form.Get("reason"))
	if errs := web.FieldErrors(r, err); errs != nil {
		return h.showReveal(w, r, http.StatusUnprocessableEntity, form, errs, "")
	}
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return h.showReveal(w, r, http.StatusOK, form, nil, plain)
}

func (h *Pages) findForm(w http.ResponseWriter, r *http.Request) error {
	return h.showFind(w, r, http.StatusOK, nil, nil, false)
}

func (h *Pages) showFind(w http.ResponseWriter, r *http.Request, status int, found []directory.Person, errs map[string]string, looked bool) error {
	p := text(r)
	v := numberView{Page: h.frame.Staff(w, r, p.T("own.find")), Action: "/directory/number", Button: p.T("own.find.button"), Back: ui.Link{Label: p.T("own.back"), Href: "/directory"}}
	v.Head = ui.HeadView{Title: p.T("own.find"), Lead: p.T("own.find.lead")}
	v.Page.Wide, v.Page.Problem = false, len(errs) > 0
	v.Field = ui.FieldView{Name: "number", Label: p.T("own.number"), Required: true, Error: errs["number"], Max: 30, Autocomplete: "off", InputMode: "text"}
	v.Errors = summary(errs, "number")
	for _, x := range found {
		v.Found = append(v.Found, ui.Link{Label: x.Name + " " + year(x.BirthYear), Href: "/directory/people/" + x.ID.String()})
	}
	if looked && len(found) == 0 {
		v.None = p.T("own.find.none")
	}
	return web.Render(w, r, status, numberPage(v))
}

// find takes the number in the body of a form: it stands in no address and so in no log.
func (h *Pages) find(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	found, err := h.service.FindByNumber(r.Context(), form.Get("number"))
	if errs := web.FieldErrors(r, err); errs != nil {
		return h.showFind(w, r, http.StatusUnprocessableEntity, nil, errs, false)
	}
	if err != nil {
		return err
	}
	return h.showFind(w, r, http.StatusOK, found, nil, true)
}

func sex(p *i18n.Printer, s string) string {
	if s == "" {
		return "—"
	}
	return p.T("own.sex." + s)
}

func year(n int) string {
	if n == 0 {
		return "—"
	}
	return strconv.Itoa(n)
}

func dash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

func day(p *i18n.Printer, d clock.Date) string {
	if d.IsZero() {
		return "—"
	}
	return p.Date(d)
}

func reason(p *i18n.Printer, x directory.Reason) string {
	if x == directory.NoReason {
		return ""
	}
	return p.T("directory.reason." + string(x))
}
