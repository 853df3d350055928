package contactweb

import (
	"net/http"
	"net/url"

	"xieshang/internal/contact"
	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

type mineView struct {
	Page    ui.PageView
	Head    ui.HeadView
	Contact []tieView
	Targets []tieView
	Branch  []tieView
	Empty   ui.EmptyView
	None    bool
}

// tieView is one person, sector or sub-group with what can be done.
type tieView struct {
	ID     string
	Title  string
	Badges []ui.BadgeView
	Meta   []ui.MetaView
	Href   string // the log of the pair; none for sectors and sub-groups
	Note   *noteView
}

// noteView is the small form that notes a contact: each way is a button, so that opening it and choosing are the two taps.
type noteView struct {
	Action string
	Hidden [][2]string
	Hows   []ui.ButtonView
	Words  ui.FieldView
	Day    ui.FieldView
}

func (h *Pages) mine(w http.ResponseWriter, r *http.Request) error {
	p := i18n.From(r.Context())
	v := mineView{Page: h.Frame.Public(w, r, p.T("contact.mine"))}
	v.Head = ui.HeadView{Title: v.Page.Title, Lead: p.T("contact.mine.lead")}
	v.Empty = ui.EmptyView{Icon: "users", Title: p.T("contact.mine.none"), Text: p.T("contact.mine.none.text")}
	m := &contact.Mine{}
	if authz.From(r.Context()).Person != uuid.Nil {
		var err error
		if m, err = h.Service.Mine(r.Context()); err != nil {
			return err
		}
	}
	snap, err := h.Directory.Snapshot(r.Context())
	if err != nil {
		return err
	}
	for _, t := range m.Contact {
		v.Contact = append(v.Contact, h.tie(p, snap, t, t.Now))
	}
	for _, t := range m.Targets {
		v.Targets = append(v.Targets, h.tie(p, snap, t, false))
	}
	for _, t := range m.Branch {
		x := h.tie(p, snap, t, false)
		x.Title = p.T("contact.pair", "contact", t.By, "target", t.Name)
		v.Branch = append(v.Branch, x)
	}
	v.None = len(v.Contact)+len(v.Targets)+len(v.Branch) == 0
	return web.Render(w, r, http.StatusOK, minePage(v))
}

func (h *Pages) tie(p *i18n.Printer, snap *directory.Snapshot, t contact.Tie, note bool) tieView {
	v := tieView{ID: "t" + t.Target.String(), Title: t.Name}
	if t.Kind != contact.ToMember {
		v.Title = p.Name(snap.OrganisationName(t.Target))
		v.Badges = append(v.Badges, ui.BadgeView{Label: p.T("contact.kind." + string(t.Kind)), Tone: ui.Quiet})
	} else {
		v.Href = addressOf(t.Pair)
	}
	if !t.Now {
		v.Badges = append(v.Badges, ui.BadgeView{Label: p.T("contact.ended"), Tone: ui.Quiet})
	}
	if t.Sector != "" {
		v.Meta = append(v.Meta, ui.MetaView{Icon: "users", Text: t.Sector})
	}
	if k := snap.OrganisationName(t.Committee); k.ZH != "" {
		v.Meta = append(v.Meta, ui.MetaView{Icon: "building", Text: p.Name(k)})
	}
	if t.Kind == contact.ToMember {
		text := p.T("contact.never")
		if t.Times > 0 {
			text = p.N("contact.times", t.Times, "day", t.Last)
		}
		v.Meta = append(v.Meta, ui.MetaView{Icon: "clock", Text: text})
		if note {
			v.Note = h.note(p, t.Pair, url.Values{}, nil)
		}
	}
	return v
}

func (h *Pages) note(p *i18n.Printer, who contact.Pair, typed url.Values, errs map[string]string) *noteView {
	n := &noteView{Action: "/contacts/log", Hidden: hidden(who)}
	for _, how := range contact.Hows() {
		n.Hows = append(n.Hows, ui.ButtonView{Label: p.T("contact.how." + string(how)), Name: "how", Value: string(how)})
	}
	suffix := who.Target.String()
	n.Words = ui.FieldView{Name: "words", ID: "words-" + suffix, Label: p.T("contact.words"), Hint: p.T("contact.words.hint"), Max: 2000, Rows: 3, Value: typed.Get("words"), Error: errs["words"]}
	n.Day = ui.FieldView{Name: "day", ID: "day-" + suffix, Label: p.T("contact.day"), Value: typed.Get("day"), Error: errs["day"]}
	if n.Day.Value == "" {
		n.Day.Value = clock.Today(h.Clock).String()
	}
	return n
}

type pairView struct {
	Page    ui.PageView
	Head    ui.HeadView
	Errors  []ui.ErrorView
	Note    *noteView
	Entries []entryView
	Hidden  [][2]string // the pair, for the small forms of its log
	Back    ui.Link
	None    string
}

type entryView struct {
	ID    string
	Title string
	By    string
	Words string
	Mine  bool
}

func (h *Pages) pair(w http.ResponseWriter, r *http.Request) error {
	return h.pairPage(w, r, http.StatusOK, r.URL.Query(), nil)
}

// pairPage shows the log of one pair to whoever may read it.
func (h *Pages) pairPage(w http.ResponseWriter, r *http.Request, status int, v url.Values, errs map[string]string) error {
	who, err := pairOf(v)
	if err != nil {
		return err
	}
	list, err := h.Service.Entries(r.Context(), who)
	if err != nil {
		return err
	}
	t, err := h.Service.TieOf(r.Context(), who)
	if err != nil {
		return err
	}
	p := i18n.From(r.Context())
	me := authz.From(r.Context()).Person
	out := pairView{Hidden: hidden(who), Page: h.Frame.Public(w, r, t.Name), Back: ui.Link{Label: p.T("contact.mine"), Href: Mine}, None: p.T("contact.log.none")}
	out.Head = ui.HeadView{Title: t.Name, Crumbs: []ui.Link{out.Back, {Label: t.Name}}, Lead: p.T("contact.log.lead")}
	if me != who.Contact && me != who.Target {
		out.Head.Title = p.T("contact.pair", "contact", t.By, "target", t.Name)
	} else if t.Now {
		out.Note = h.note(p, who, v, errs)
	}
	for _, f := range []string{"how", "day", "words"} {
		if errs[f] != "" {
			id := f
			if f != "how" {
				id += "-" + who.Target.String()
			}
			out.Errors = append(out.Errors, ui.ErrorView{Field: id, Text: errs[f]})
		}
	}
	for _, e := range list {
		by := p.T("contact.by.other")
		if e.Mine {
			by = p.T("contact.by.me")
		} else if me != who.Contact && me != who.Target {
			by = t.By
			if e.Author == who.Target {
				by = t.Name
			}
		}
		out.Entries = append(out.Entries, entryView{ID: e.ID.String(), Title: p.Date(e.Day) + " · " + p.T("contact.how."+string(e.How)), By: by, Words: e.Words, Mine: e.Mine})
	}
	return web.Render(w, r, status, pairPage(out))
}

func (h *Pages) log(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	who, err := pairOf(form)
	if err != nil {
		return err
	}
	var c problem.Check
	on := day(&c, form, "day")
	if err = c.Err(); err == nil {
		_, err = h.Service.Log(r.Context(), who, on, contact.How(form.Get("how")), form.Get("words"))
	}
	if errs := web.FieldErrors(r, err); errs != nil {
		return h.pairPage(w, r, http.StatusUnprocessableEntity, form, errs)
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "contact.logged")
	return web.Redirect(w, r, addressOf(who))
}

func (h *Pages) takeBack(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	who, err := pairOf(form)
	if err != nil {
		return err
	}
	entry, err := uuid.Parse(form.Get("entry"))
	if err != nil {
		return problem.New(problem.NotFound, "problem.not-found")
	}
	if err := h.Service.TakeBack(r.Context(), entry); err != nil {
		return err
	}
	web.Flash(w, r, "contact.taken-back")
	return web.Redirect(w, r, addressOf(who))
}
