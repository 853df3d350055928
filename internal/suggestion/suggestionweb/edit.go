package suggestionweb

import (
	"net/http"
	"net/url"
	"strconv"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

// draft is the caller's own draft of this address, NotFound for anything else.
func (h *Pages) draft(r *http.Request) (*suggestion.Case, error) {
	c, err := h.Service.Get(r.Context(), r.PathValue("number"))
	if err != nil {
		return nil, err
	}
	if !c.Is(suggestion.IsAuthor) {
		return nil, problem.New(problem.NotFound, "problem.not-found")
	}
	if c.State != suggestion.Draft {
		return nil, problem.New(problem.Conflict, "suggestion.err.state", "state", string(c.State))
	}
	return c, nil
}

// editForm is the form of a draft, with what it says so far.
func (h *Pages) editForm(w http.ResponseWriter, r *http.Request) error {
	c, err := h.draft(r)
	if err != nil {
		return err
	}
	form := url.Values{"title": {c.Title}, "body": {c.Body}, "place": {c.Place}, "wish": {"yes"}, "version": {strconv.Itoa(c.Version)}}
	if !c.PublicWish {
		form.Set("wish", "no")
	}
	for name, u := range map[string]uuid.UUID{"division": c.Division, "field": c.Field} {
		if u != uuid.Nil {
			form.Set(name, u.String())
		}
	}
	if c.Lon != 0 || c.Lat != 0 {
		form.Set("lng", strconv.FormatFloat(c.Lon, 'f', -1, 64))
		form.Set("lat", strconv.FormatFloat(c.Lat, 'f', -1, 64))
	}
	return h.raiseForm(w, r, http.StatusOK, form, nil, nil)
}

// edit keeps the draft as it was typed, and raises it unless it stays a draft.
func (h *Pages) edit(w http.ResponseWriter, r *http.Request) error {
	form, files, cleanup, err := h.readForm(r)
	defer cleanup()
	if err != nil {
		return h.refuse(w, r, form, files, err)
	}
	in, missing := h.read(authz.From(r.Context()), form)
	if err := together(missing, h.Service.CheckRaise(r.Context(), in)); err != nil {
		return h.refuse(w, r, form, files, err)
	}
	if _, err := h.draft(r); err != nil {
		return h.refuse(w, r, form, files, err)
	}
	if in.Files, err = h.store(r, h.owner(w, r), form["upload"], files); err != nil {
		return h.refuse(w, r, form, files, err)
	}
	version, err := strconv.Atoi(form.Get("version"))
	if err != nil {
		version = 0
	}
	m, err := h.Service.Redraft(r.Context(), r.PathValue("number"), version, in)
	if err != nil {
		return h.refuse(w, r, form, files, err)
	}
	h.claim(r, form["upload"])
	if in.Draft {
		web.Flash(w, r, "suggestionweb.draft.kept")
		return web.Redirect(w, r, href(m))
	}
	c, err := h.Service.Act(r.Context(), m.ID.String(), suggestion.Raise, suggestion.ActInput{Version: m.Version})
	if err != nil {
		return err
	}
	web.Flash(w, r, "suggestionweb.raised")
	return web.Redirect(w, r, href(c.Suggestion))
}

// draftActions are the ways on from a draft: to its form, in which it is also sent, and away.
func draftActions(v *showView, c *suggestion.Case) {
	if c.State != suggestion.Draft || !c.Is(suggestion.IsAuthor) {
		return
	}
	v.Edit = href(c.Suggestion) + "/edit"
	kept := v.Actions[:0]
	for _, a := range v.Actions {
		if a.Action != suggestion.Raise {
			kept = append(kept, a)
		}
	}
	v.Actions = kept
}

// editing turns the form for a new matter into the form of a draft.
func editing(v *raiseView, r *http.Request, form url.Values) {
	v.Version = form.Get("version")
	if v.Version == "" || r.PathValue("number") == "" {
		v.Version = ""
		return
	}
	v.Form = ui.FormView{Action: r.URL.Path, Multipart: true, Draft: "edit-" + r.PathValue("number"), Wizard: true, ID: "raise"}
}
