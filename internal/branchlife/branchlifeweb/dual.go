package branchlifeweb

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"net/url"

	"xieshang/internal/branchlife"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/letter"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

type dualView struct {
	Page      ui.PageView
	Head      ui.HeadView
	Action    string
	From      ui.FieldView
	Last      ui.FieldView
	Tiles     []ui.TileView
	Members   listOf
	Home      listOf
	Statement *statementView
}

type listOf struct {
	Title string
	Text  string
	List  []gatheringView
}

type statementView struct {
	Action     string
	Errors     []ui.ErrorView
	From, Last string
	Number     ui.FieldView
}

// period reads the days of an address: this year until today unless it says otherwise.
func (h *Pages) period(r *http.Request) (from, last clock.Date) {
	today := clock.Today(h.Clock)
	from, last = clock.Of(today.Year, 1, 1), today
	if d, err := clock.ParseDate(r.URL.Query().Get("from")); err == nil {
		from = d
	}
	if d, err := clock.ParseDate(r.URL.Query().Get("last")); err == nil {
		last = d
	}
	return from, last
}

// ownDual leads the reader to their own life in two organisations.
func (h *Pages) ownDual(w http.ResponseWriter, r *http.Request) error {
	person := web.Actor(r).Person
	if person == uuid.Nil {
		return problem.New(problem.NotFound, "problem.not-found")
	}
	return web.Redirect(w, r, "/branch-life-of/"+person.String())
}

func (h *Pages) dual(w http.ResponseWriter, r *http.Request) error {
	return h.dualPage(w, r, http.StatusOK, nil)
}

func (h *Pages) dualPage(w http.ResponseWriter, r *http.Request, status int, errs map[string]string) error {
	p := text(r)
	person, err := pathID(r, "person")
	if err != nil {
		return err
	}
	from, last := h.period(r)
	d, err := h.Service.Dual(r.Context(), person, from, last)
	if err != nil {
		return err
	}
	may, err := h.Service.Issues(r.Context(), d)
	if err != nil {
		return err
	}
	v := dualView{Page: h.frame(w, r, p.T("branchlifeweb.dual.of", "name", d.Name)), Action: "/branch-life-of/" + person.String()}
	v.Page.Wide, v.Page.Problem = false, len(errs) > 0
	v.Head = ui.HeadView{Crumbs: []ui.Link{home(p), {Label: v.Page.Title}}, Title: v.Page.Title, Lead: p.T("branchlifeweb.dual.lead")}
	v.From = ui.FieldView{Name: "from", Label: p.T("branchlifeweb.field.from"), Value: from.String(), Bare: true}
	v.Last = ui.FieldView{Name: "last", Label: p.T("branchlifeweb.field.last"), Value: last.String(), Bare: true}
	joint := 0
	for _, x := range d.InMembers {
		if x.Joint {
			joint++
		}
	}
	v.Tiles = []ui.TileView{{Label: p.T("branchlifeweb.dual.members"), Value: p.Int(len(d.InMembers)), Icon: "users"}, {Label: p.T("branchlifeweb.dual.home"), Value: p.Int(len(d.InHome)), Icon: "home"},
		{Label: p.T("branchlifeweb.dual.joint"), Value: p.Int(joint), Icon: "merge"}, {Label: p.T("branchlifeweb.dual.missed"), Value: p.Int(d.Missed), Note: p.N("branchlifeweb.dual.leave", d.Leave)}}
	v.Members = listOf{Title: p.T("branchlifeweb.dual.members"), Text: p.T("branchlifeweb.dual.members.none"), List: attended(p, d.InMembers)}
	v.Home = listOf{Title: p.T("branchlifeweb.dual.home"), Text: p.T("branchlifeweb.dual.home.none"), List: attended(p, d.InHome)}
	if d.HomeOutside {
		v.Home.Text = p.T("branchlifeweb.dual.home.outside")
	}
	if may {
		s := statementView{Action: v.Action + "/statement", From: from.String(), Last: last.String()}
		f := form{p: p, typed: r.URL.Query(), errs: errs}
		s.Number = f.field("number", true)
		s.Number.Max, s.Errors = 100, f.Errors
		v.Statement = &s
	}
	return web.Render(w, r, status, dualPage(v))
}

func attended(p *i18n.Printer, list []branchlife.Attended) (out []gatheringView) {
	for _, x := range list {
		g := gatheringOf(p, x.Held)
		if x.MadeUp {
			g.Meta = append(g.Meta, ui.MetaView{Text: p.T("branchlifeweb.dual.made-up")})
		}
		out = append(out, g)
	}
	return out
}

// statement prints the letter for the home branch.
func (h *Pages) statement(w http.ResponseWriter, r *http.Request) error {
	person, err := pathID(r, "person")
	if err != nil {
		return err
	}
	from, last := h.period(r)
	l, err := h.Service.Statement(r.Context(), person, from, last, r.URL.Query().Get("number"))
	if errs := web.FieldErrors(r, err); errs != nil {
		return h.dualPage(w, r, http.StatusUnprocessableEntity, errs)
	}
	if err != nil {
		return err
	}
	var b bytes.Buffer
	format, kind := "pdf", "application/pdf"
	if r.URL.Query().Get("format") == "docx" {
		format, kind = "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
		err = letter.DOCX(&b, l)
	} else {
		err = letter.PDF(&b, l, h.Font)
	}
	if err != nil {
		return fmt.Errorf("print statement: %w", err)
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": l.Title + "." + format}))
	if _, err := w.Write(b.Bytes()); err != nil {
		return nil // the reader left
	}
	return nil
}

// peopleLinks lists the people of an organisation with the way to their life in two organisations, for whoever may see them.
func (h *Pages) peopleLinks(r *http.Request, l *branchlife.Life) ([]ui.Link, error) {
	if !l.Sight.Runs && !l.Sight.Guides && !l.Sight.Names {
		return nil, nil
	}
	list, err := h.Service.Placed(r.Context(), l.Organisation.ID)
	var out []ui.Link
	for _, x := range list {
		out = append(out, ui.Link{Label: x.Name, Href: "/branch-life-of/" + x.Person.String() + "?" + url.Values{"from": {clock.Of(l.Year, 1, 1).String()}, "last": {clock.Of(l.Year, 12, 31).String()}}.Encode()})
	}
	return out, err
}
