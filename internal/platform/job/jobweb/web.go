// Package jobweb is the page on which an administrator sees work that failed and work that waits, and tries it again or gives it up (G3).
// It promises never to show what a job carries: that may be secret.
package jobweb

import (
	"embed"
	"errors"
	"net/http"
	"strconv"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/job"
	"xieshang/internal/platform/page"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
)

// Messages holds the texts of this page.
//
//go:embed messages
var Messages embed.FS

// Pages are the handlers.
type Pages struct {
	jobs  *job.Queue
	frame *page.Frame
	clock clock.Clock
	mail  bool
}

// New makes the pages; mail tells whether a mail server is set, because here an administrator looks when no mail comes.
func New(q *job.Queue, f *page.Frame, c clock.Clock, mail bool) *Pages { return &Pages{q, f, c, mail} }

// Routes is the table of these pages.
func (h *Pages) Routes() []web.Route {
	admin := web.Roles(authz.Admin)
	return []web.Route{
		{Method: "GET", Path: "/admin/jobs", Who: admin, Do: h.list},
		{Method: "POST", Path: "/admin/jobs/replay", Who: admin, Do: h.replayAll},
		{Method: "POST", Path: "/admin/jobs/{id}/replay", Who: admin, Do: h.replay},
		{Method: "GET", Path: "/admin/jobs/{id}/delete", Who: admin, Do: h.deletePage},
		{Method: "POST", Path: "/admin/jobs/{id}/delete", Who: admin, Do: h.delete},
	}
}

type listView struct {
	Page          ui.PageView
	Head          ui.HeadView
	NoMail        bool
	Tiles         []ui.TileView
	Dead, Waiting ui.TableView
}

func (h *Pages) list(w http.ResponseWriter, r *http.Request) error {
	p := i18n.From(r.Context())
	dead, err := h.jobs.Dead(r.Context())
	if err != nil {
		return err
	}
	pending, err := h.jobs.Pending(r.Context())
	if err != nil {
		return err
	}
	waiting, nDead, err := h.jobs.Waiting(r.Context())
	if err != nil {
		return err
	}
	v := listView{Page: h.frame.Staff(w, r, p.T("jobs.title")), NoMail: !h.mail}
	v.Head = ui.HeadView{Title: v.Page.Title, Lead: p.T("jobs.lead")}
	v.Tiles = []ui.TileView{{Label: p.T("jobs.dead"), Value: p.Int(nDead), Icon: "alert"}, {Label: p.T("jobs.waiting"), Value: p.Int(waiting), Icon: "clock"}}
	if nDead > 0 {
		v.Tiles[0].Tone = ui.Late
	}
	kind := ui.Column{Label: p.T("jobs.kind")}
	v.Dead = ui.TableView{ID: "dead", Caption: p.T("jobs.dead"), Stack: true, Columns: []ui.Column{kind, {Label: p.T("jobs.error")}, {Label: p.T("jobs.since")}, {Label: p.T("jobs.attempts"), Numeric: true}, {Label: p.T("jobs.do")}}}
	for _, d := range dead {
		name, sub := kindName(p, d.Kind)
		v.Dead.Rows = append(v.Dead.Rows, ui.Row{Cells: []ui.Cell{{Text: name, Sub: sub}, {Text: short(d.Error)}, {Text: p.DateTime(d.Created)}, {Text: p.Int(d.Attempts)},
			{Content: deadActions("/admin/jobs/"+strconv.FormatInt(d.ID, 10), name)}}})
	}
	v.Waiting = ui.TableView{ID: "waiting", Caption: p.T("jobs.waiting"), Stack: true, Columns: []ui.Column{kind, {Label: p.T("jobs.state")}, {Label: p.T("jobs.next")}, {Label: p.T("jobs.attempts"), Numeric: true}, {Label: p.T("jobs.error")}}}
	for _, d := range pending {
		name, sub := kindName(p, d.Kind)
		state := ui.BadgeView{Label: p.T("jobs.state.ready"), Tone: ui.Quiet}
		switch {
		case d.Running:
			state = ui.BadgeView{Label: p.T("jobs.state.running"), Tone: ui.Busy}
		case d.Attempts > 0:
			state = ui.BadgeView{Label: p.T("jobs.state.again"), Tone: ui.Warn}
		}
		v.Waiting.Rows = append(v.Waiting.Rows, ui.Row{Cells: []ui.Cell{{Text: name, Sub: sub}, {Content: ui.Badge(state)}, {Text: p.DateTime(d.RunAt)}, {Text: p.Int(d.Attempts)}, {Text: short(d.Error)}}})
	}
	return web.Render(w, r, http.StatusOK, listPage(v))
}

// kindName is a kind of job in words, and its own name below when there are words.
func kindName(p *i18n.Printer, kind string) (name, sub string) {
	if key := "job.kind." + kind; p.Has(key) {
		return p.T(key), kind
	}
	return kind, ""
}

const shortMost = 200

func short(text string) string {
	if r := []rune(text); len(r) > shortMost {
		return string(r[:shortMost]) + "…"
	}
	if text == "" {
		return "—"
	}
	return text
}

func id(r *http.Request) (int64, error) {
	n, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return 0, problem.New(problem.NotFound, "problem.not-found")
	}
	return n, nil
}

// gone: somebody else was faster, or the worker was.
func gone(err error) error {
	if errors.Is(err, db.ErrNotFound) {
		return problem.New(problem.Conflict, "jobs.problem.gone").Because(err)
	}
	return err
}

func (h *Pages) replay(w http.ResponseWriter, r *http.Request) error {
	n, err := id(r)
	if err != nil {
		return err
	}
	if err := h.jobs.Replay(r.Context(), n); err != nil {
		return gone(err)
	}
	web.Flash(w, r, "jobs.replayed")
	return web.Redirect(w, r, "/admin/jobs")
}

func (h *Pages) replayAll(w http.ResponseWriter, r *http.Request) error {
	if _, err := h.jobs.ReplayAll(r.Context()); err != nil {
		return err
	}
	web.Flash(w, r, "jobs.replayed")
	return web.Redirect(w, r, "/admin/jobs")
}

func (h *Pages) deletePage(w http.ResponseWriter, r *http.Request) error {
	n, err := id(r)
	if err != nil {
		return err
	}
	p := i18n.From(r.Context())
	v := h.frame.Staff(w, r, p.T("jobs.delete.title"))
	return web.Render(w, r, http.StatusOK, deletePage(v, ui.ConfirmPageView{ConfirmView: ui.ConfirmView{Title: v.Title, Text: p.T("jobs.delete.text"), Button: p.T("jobs.delete.button"), Danger: true},
		Action: "/admin/jobs/" + strconv.FormatInt(n, 10) + "/delete", Cancel: "/admin/jobs"}))
}

func (h *Pages) delete(w http.ResponseWriter, r *http.Request) error {
	n, err := id(r)
	if err != nil {
		return err
	}
	if err := h.jobs.Delete(r.Context(), n); err != nil {
		return gone(err)
	}
	web.Flash(w, r, "jobs.deleted")
	return web.Redirect(w, r, "/admin/jobs")
}
