package gatheringweb

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"xieshang/internal/gathering"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
)

type rollView struct {
	Page    ui.PageView
	Head    ui.HeadView
	Action  string
	Back    string
	Errors  []ui.ErrorView
	Find    ui.FieldView
	Tiles   []ui.TileView
	Paper   bool
	Rows    []rollRow
	Choices []ui.Option // the states that may be chosen
	MakeUp  bool
}

type rollRow struct {
	Person  string
	Name    string
	Sub     string
	State   string
	Note    string
	Error   string
	Choices []ui.Option
}

// roll is the fast roll call: everybody invited with a choice each; script adds the search and keeps each mark at once.
func (h *Pages) roll(w http.ResponseWriter, r *http.Request) error {
	return h.rollPage(w, r, http.StatusOK, nil, nil)
}

func (h *Pages) rollPage(w http.ResponseWriter, r *http.Request, status int, typed url.Values, errs map[string]string) error {
	l, err := h.running(r)
	if err != nil {
		return err
	}
	p, g := text(r), l.Gathering
	if g.State != gathering.Open && g.State != gathering.Held {
		return problem.New(problem.Conflict, "gathering.err.no-roll")
	}
	kind, _, err := h.Service.Kind(r.Context(), g.Committee, g.Kind)
	if err != nil {
		return err
	}
	v := rollView{Page: h.frame(w, r, p.T("gatheringweb.roll")), Action: href(g.ID) + "/roll", Back: href(g.ID), Tiles: tiles(p, l.Counts, g.State), Paper: g.State == gathering.Held, MakeUp: kind.MakeUp && g.State == gathering.Held}
	v.Page.Problem = len(errs) > 0
	v.Page.JS = append(v.Page.JS, "roll.js")
	v.Head = ui.HeadView{Crumbs: []ui.Link{{Label: p.T("gatheringweb.title"), Href: "/gatherings"}, {Label: g.Title, Href: href(g.ID)}, {Label: p.T("gatheringweb.roll")}}, Kicker: g.Title, Title: p.T("gatheringweb.roll"), Lead: p.T("gatheringweb.roll.lead")}
	v.Find = ui.FieldView{Name: "find", Label: p.T("gatheringweb.roll.find"), Hint: p.T("gatheringweb.roll.find.hint"), Bare: true, Autocomplete: "off", Type: "search"}
	states := []gathering.Presence{gathering.Unknown, gathering.Present, gathering.Late, gathering.OnLeave, gathering.Absent}
	if v.MakeUp {
		states = append(states, gathering.MadeUp)
	}
	for _, x := range l.People {
		row := rollRow{Person: x.Person.String(), Name: x.Name, State: string(x.Presence), Note: x.Note}
		if typed != nil && typed.Has("state-"+row.Person) {
			row.State, row.Note = typed.Get("state-"+row.Person), typed.Get("note-"+row.Person)
		}
		if x.Guest {
			row.Sub = p.T("gatheringweb.guest")
		} else if x.Answer == gathering.Leave {
			row.Sub = p.T("gatheringweb.mine.leave", "reason", x.Reason)
		}
		for _, s := range states {
			label := p.T("gatheringweb.presence.unknown")
			if s != gathering.Unknown {
				label = p.T("gathering.presence." + string(s))
			}
			row.Choices = append(row.Choices, ui.Option{Value: string(s), Label: label, Selected: string(s) == row.State})
		}
		if e := errs["person-"+row.Person]; e != "" {
			row.Error = e
			v.Errors = append(v.Errors, ui.ErrorView{Field: "state-" + row.Person, Text: p.T("gatheringweb.roll.of", "name", x.Name, "what", e)})
		}
		v.Rows = append(v.Rows, row)
	}
	return web.Render(w, r, status, rollTempl(v))
}

// keepRoll records what differs from what is known. Each line stands alone: one that is refused comes back, the others are kept.
func (h *Pages) keepRoll(w http.ResponseWriter, r *http.Request) error {
	l, err := h.running(r)
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	way := gathering.ByStaff
	if form.Get("way") == string(gathering.OnPaper) {
		way = gathering.OnPaper
	}
	at := time.Time{} // a list on paper says that somebody was there, not when
	if l.Gathering.State == gathering.Open && way == gathering.ByStaff {
		at = h.Clock.Now()
	}
	var marks []gathering.Mark
	for _, x := range l.People {
		name := x.Person.String()
		if !form.Has("state-" + name) {
			continue
		}
		state, note := gathering.Presence(form.Get("state-"+name)), strings.TrimSpace(form.Get("note-"+name))
		// Who signed in while this page stood open is not taken back by it.
		if was := gathering.Presence(form.Get("was-" + name)); state == was && (note == x.Note || !form.Has("note-"+name)) || state == x.Presence && note == x.Note {
			continue
		}
		marks = append(marks, gathering.Mark{Person: x.Person, Presence: state, Way: way, At: at, Note: note})
	}
	refused := map[string]string{}
	if err := h.Service.Roll(r.Context(), l.Gathering.ID, marks); err != nil {
		if !problem.Is(err, problem.Invalid) {
			return err
		}
		for _, m := range marks { // one of them is wrong: say which, keep the rest
			err := h.Service.Roll(r.Context(), l.Gathering.ID, []gathering.Mark{m})
			if errs := web.FieldErrors(r, err); errs != nil {
				for _, e := range errs {
					refused["person-"+m.Person.String()] = e
				}
			} else if err != nil {
				return err
			}
		}
	}
	if len(refused) > 0 {
		return h.rollPage(w, r, http.StatusUnprocessableEntity, form, refused)
	}
	if form.Get("quick") != "" { // sent by the script for one mark
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	web.Flash(w, r, "gatheringweb.roll.kept")
	return web.Redirect(w, r, href(l.Gathering.ID)+"/roll")
}
