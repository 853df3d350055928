package deskweb

import (
	"bytes"
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/photo"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/upload"
	"xieshang/internal/platform/web"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

// act takes an action with its form; refused, the case comes back as it is now, with what was typed.
func (h *Pages) act(w http.ResponseWriter, r *http.Request) error {
	form, files, cleanup, err := readForm(r)
	defer cleanup()
	action := wf.Action(r.PathValue("action"))
	if err == nil && form.Get("apply") != "" { // a template was chosen where there is no script: nothing is sent, everything typed comes back
		c, err := h.Service.Get(r.Context(), r.PathValue("number"))
		if err != nil {
			return err
		}
		return h.render(w, r, http.StatusOK, c, &refusal{action: action, typed: form, template: cmp.Or(form.Get("template"), "none"), files: len(files) > 0}, nil)
	}
	var c *suggestion.Case
	if err == nil {
		var in suggestion.ActInput
		if in, err = h.input(r, action, form, files); err == nil {
			if c, err = h.Service.Act(r.Context(), r.PathValue("number"), action, in); err != nil {
				h.drop(r, in.Files)
			}
		}
	}
	if err == nil {
		web.Flash(w, r, "desk.done")
		if c.Level < suggestion.PartyLevel { // passed on: the case is another committee's now
			return web.Redirect(w, r, "/desk")
		}
		return web.Redirect(w, r, href(c.Suggestion))
	}
	pr := web.AsProblem(err)
	if pr == nil || form == nil || pr.Kind == problem.NotFound || pr.Kind == problem.Forbidden || pr.Kind == problem.SignIn {
		return err
	}
	c, again := h.Service.Get(r.Context(), r.PathValue("number"))
	if again != nil {
		return again
	}
	ref := &refusal{action: action, typed: form, errs: web.FieldErrors(r, err), files: len(files) > 0}
	if len(ref.errs) == 0 {
		p := i18n.From(r.Context())
		ref.text = p.T(pr.Key, pr.Args...)
		if pr.Kind == problem.Conflict {
			ref.text += " " + p.T("desk.conflict", "state", p.T("suggestion.state."+string(c.State)))
			ref.since, _ = strconv.Atoi(form.Get("steps"))
		}
	}
	return h.render(w, r, web.Status(pr.Kind), c, ref, nil)
}

func readForm(r *http.Request) (url.Values, []*upload.FormFile, func(), error) {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		form, err := web.Form(r)
		return form, nil, func() {}, err
	}
	limits := upload.DefaultFormLimits()
	limits.Accept = accept
	form, err := upload.Multipart(r, limits)
	return form.Values, form.Files, func() { form.Close() }, err
}

// accept takes photos and PDF files, told by their content.
func accept(head []byte) error {
	if bytes.HasPrefix(head, []byte("%PDF-")) {
		return nil
	}
	if err := photo.Accept(head); err != nil {
		return problem.New(problem.WrongType, "desk.err.file-type")
	}
	return nil
}

// input reads what was typed; what cannot be read is refused by the name of its field.
func (h *Pages) input(r *http.Request, action wf.Action, form url.Values, files []*upload.FormFile) (suggestion.ActInput, error) {
	var c problem.Check
	id := func(name string) uuid.UUID {
		u, err := uuid.Parse(form.Get(name))
		if err != nil {
			return uuid.Nil
		}
		return u
	}
	day := func(name string) clock.Date {
		text := strings.TrimSpace(form.Get(name))
		if text == "" {
			return clock.Date{}
		}
		d, err := clock.ParseDate(text)
		if err != nil {
			c.Add(name, "figures.err.date")
		}
		return d
	}
	version, err := strconv.Atoi(form.Get("version"))
	if err != nil {
		version = 0
	}
	in := suggestion.ActInput{Version: version, Reason: form.Get("reason"), Text: form.Get("text"), Field: id("field"), Division: id("division"), Into: strings.TrimSpace(form.Get("into")), Committee: id("committee"),
		Office: id("office"), Due: day("due"), Until: day("until"), Day: day("day"), Promised: day("promised"), Letter: form.Get("letter"), Class: form.Get("class"), How: form.Get("how"),
		Rating: suggestion.Rating(form.Get("rating")), Target: form.Get("target"), Title: form.Get("title"), Body: form.Get("body")}
	if v := form.Get("public"); v != "" {
		yes := v == "yes"
		in.Public = &yes
	}
	in.Team = team(form)
	if len(form["part"]) == 0 {
		in.Department = id("department")
	}
	if in.Letter = strings.TrimSpace(in.Letter); in.Letter != "" && !numbered.MatchString(in.Letter) {
		c.Add("letter", "desk.err.letter")
	}
	for _, name := range []string{"reason", "text"} {
		if left := suggestion.Unfilled(form.Get(name)); left != "" {
			c.Add(name, "desk.err.unfilled", "what", left)
		}
	}
	if err := c.Err(); err != nil || len(files) == 0 {
		return in, err
	}
	if now, err := h.Service.Get(r.Context(), r.PathValue("number")); err != nil || !now.May(action) {
		return in, err // it will be refused: nothing is kept for it
	}
	for _, f := range files {
		kept, err := h.keep(r, f)
		if err != nil {
			h.drop(r, in.Files)
			return in, err
		}
		in.Files = append(in.Files, kept)
	}
	return in, nil
}

// team reads the rows of departments and parts; rows without a department are left out.
func team(form url.Values) []suggestion.TeamPart {
	var out []suggestion.TeamPart
	for i, part := range form["part"] {
		if u, err := uuid.Parse(at(form["department"], i)); err == nil {
			out = append(out, suggestion.TeamPart{Department: u, Part: suggestion.Part(part)})
		}
	}
	return out
}
