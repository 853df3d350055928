package signinweb

import (
	"net/http"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

// doorView is what those who run a gathering see of the door.
type doorView struct {
	Page    ui.PageView
	Head    ui.HeadView
	Tiles   []ui.TileView
	Screen  string
	Guests  []guestView
	Late    ui.TableView
	HasLate bool
	Poster  bool
	Path    string
	PDF     string
	Back    string
}

type guestView struct {
	Person string
	Name   string
	When   string
	Badge  ui.BadgeView
	Open   bool // can still be let in
}

func (h *Pages) door(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	d, err := h.Service.Door(r.Context(), id)
	if err != nil {
		return err
	}
	people := make([]uuid.UUID, 0, len(d.Guests)+len(d.Late))
	for _, g := range d.Guests {
		people = append(people, g.Person)
	}
	for _, l := range d.Late {
		people = append(people, l.Person)
	}
	names, err := h.Names(authz.With(r.Context(), authz.System()), people) // the service has asked who runs this
	if err != nil {
		return err
	}
	p, base := text(r), "/gatherings/"+id.String()
	v := doorView{Page: h.Frame.Public(w, r, p.T("signinweb.door.title")), Path: base + "/door", PDF: base + "/poster.pdf", Screen: base + "/screen", Back: base, Poster: d.Poster}
	v.Page.NoIndex = true
	v.Head = ui.HeadView{Title: p.T("signinweb.door.title"), Kicker: d.Gathering.Title, Lead: p.T("signinweb.when", "start", d.Gathering.Start) + " " + d.Gathering.Place,
		Crumbs: []ui.Link{{Label: d.Gathering.Title, Href: base}, {Label: p.T("signinweb.door.title")}}}
	v.Tiles = []ui.TileView{{Label: p.T("signinweb.screen.count"), Value: p.Int(d.Gathering.Present), Unit: "/ " + p.Int(d.Gathering.Asked), Note: status(p, d.Gathering)}}
	for _, g := range d.Guests {
		it := guestView{Person: g.Person.String(), Name: names[g.Person], When: clockText(g.Asked), Open: !g.Admitted}
		switch {
		case g.Admitted:
			it.Badge = ui.BadgeView{Tone: ui.OK, Label: p.T("signinweb.guest.in")}
		case !g.Answered.IsZero():
			it.Badge = ui.BadgeView{Tone: ui.Quiet, Label: p.T("signinweb.guest.out")}
		default:
			it.Badge = ui.BadgeView{Tone: ui.Warn, Label: p.T("signinweb.guest.waits")}
		}
		v.Guests = append(v.Guests, it)
	}
	v.HasLate = len(d.Late) > 0
	v.Late = ui.TableView{Caption: p.T("signinweb.late"), Stack: true, Columns: []ui.Column{{Label: p.T("signinweb.name")}, {Label: p.T("signinweb.late.stated")}, {Label: p.T("signinweb.late.received")}, {Label: p.T("signinweb.late.after"), Numeric: true}}}
	for _, l := range d.Late {
		v.Late.Rows = append(v.Late.Rows, ui.Row{Cells: []ui.Cell{{Text: names[l.Person]}, {Text: clockText(l.Stated)}, {Text: clockText(l.Received)}, {Text: p.T("signinweb.minutes", "n", int(l.Received.Sub(l.Stated)/time.Minute))}}})
	}
	return web.Render(w, r, http.StatusOK, doorPage(v))
}

func (h *Pages) answer(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	person, _ := uuid.Parse(form.Get("person")) // what is none finds nobody
	if err := h.Service.Answer(r.Context(), id, person, form.Get("answer") == "in"); err != nil {
		return err
	}
	web.Flash(w, r, "signinweb.guest.answered")
	return web.Redirect(w, r, "/gatherings/"+id.String()+"/door")
}

func (h *Pages) setPoster(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	if err := h.Service.SetPoster(r.Context(), id, form.Get("on") == "1"); err != nil {
		return err
	}
	web.Flash(w, r, map[bool]string{true: "signinweb.poster.is-on", false: "signinweb.poster.is-off"}[form.Get("on") == "1"])
	return web.Redirect(w, r, "/gatherings/"+id.String()+"/door")
}

func (h *Pages) renew(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := h.Service.Renew(r.Context(), id); err != nil {
		return err
	}
	web.Flash(w, r, "signinweb.renew.done")
	return web.Redirect(w, r, "/gatherings/"+id.String()+"/door")
}
