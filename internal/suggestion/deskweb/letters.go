package deskweb

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"strings"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/letter"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"
	"xieshang/internal/suggestion/suggestionview"

	"github.com/google/uuid"
)

// letters lists what can be printed: the latest letter of referral and of supervision, and each signed answer that the reader may read.
func letters(words suggestionview.Words, c *suggestion.Case, actor authz.Actor) []ui.Link {
	var out []ui.Link
	add := func(kind, name, query string) {
		for _, f := range []string{"docx", "pdf"} {
			out = append(out, ui.Link{Label: words.P.T("desk.letter."+kind) + name + " · " + strings.ToUpper(f), Href: href(c.Suggestion) + "/letters/" + kind + "/" + f + query})
		}
	}
	if referral(c) != nil {
		add("referral", "", "")
	}
	if last(c, suggestion.Supervise) != nil {
		add("supervision", "", "")
	}
	for _, t := range signed(c, actor) {
		add("answer", " · "+words.Org(t.Department), "?department="+t.Department.String())
	}
	return out
}

// last is the latest step of an action.
func last(c *suggestion.Case, action wf.Action) *suggestion.Step {
	for i := len(c.Timeline) - 1; i >= 0; i-- {
		if c.Timeline[i].Action == action {
			return &c.Timeline[i]
		}
	}
	return nil
}

// referral is the latest step that handed the matter on with a letter; one that was handed on directly has none.
func referral(c *suggestion.Case) *suggestion.Step {
	for i := len(c.Timeline) - 1; i >= 0; i-- {
		if s := &c.Timeline[i]; (s.Action == suggestion.Dispatch || s.Action == suggestion.ReferOffice) && s.Details.Letter != "" {
			return s
		}
	}
	return nil
}

// signed are the latest signed answers, one for each department: for staff all, for a department its own.
func signed(c *suggestion.Case, actor authz.Actor) []suggestion.Task {
	var out []suggestion.Task
	seen := map[uuid.UUID]bool{}
	for i := len(c.Tasks) - 1; i >= 0; i-- {
		t := c.Tasks[i]
		if !t.Part.Answers() || t.SignedAt.IsZero() || t.Answer == "" || seen[t.Department] || (t.State != suggestion.Signed && t.State != suggestion.TaskDone) {
			continue
		}
		if c.Level == suggestion.StaffLevel || actor.HasAny(t.Department, authz.Clerk, authz.Head) {
			seen[t.Department] = true
			out = append(out, t)
		}
	}
	return out
}

// letter prints an official letter. Letters are in Chinese whatever the reader's language is: they are documents, not pages.
func (h *Pages) letter(w http.ResponseWriter, r *http.Request) error {
	c, err := h.Service.Get(r.Context(), r.PathValue("number"))
	if err != nil {
		return err
	}
	if c.Level < suggestion.PartyLevel {
		return problem.New(problem.NotFound, "problem.not-found")
	}
	words, err := h.words(r)
	if err != nil {
		return err
	}
	l, err := h.compose(r, words.Snap, c, r.PathValue("kind"))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	var kind string
	switch r.PathValue("format") {
	case "docx":
		kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
		err = letter.DOCX(&b, l)
	case "pdf":
		kind = "application/pdf"
		err = letter.PDF(&b, l, h.Font)
	default:
		return problem.New(problem.NotFound, "problem.not-found")
	}
	if err != nil {
		return fmt.Errorf("print letter: %w", err)
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": l.Title + "." + r.PathValue("format")}))
	if _, err := w.Write(b.Bytes()); err != nil {
		return nil // the reader left
	}
	return nil
}
