// Package noticeweb has the pages of notices (A1, G3): what happened to the matters of a reader, what to be told and how, and the page behind the link in
// each mail that turns such mails off. It promises that opening a notice leads to its matter, and that everything works without script.
package noticeweb

import (
	"embed"
	"net/http"
	"strconv"
	"time"

	"xieshang/internal/notice"
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
	notices *notice.Service
	frame   *page.Frame
	clock   clock.Clock
}

// New makes the pages.
func New(s *notice.Service, f *page.Frame, c clock.Clock) *Pages { return &Pages{s, f, c} }

// Routes is the table of these pages.
func (h *Pages) Routes() []web.Route {
	vouched := web.Public("the link in a mail vouches for itself and can only turn mails off")
	return []web.Route{
		{Method: "GET", Path: "/notices", Who: web.SignedIn(), Do: h.list},
		{Method: "POST", Path: "/notices/read", Who: web.SignedIn(), Do: h.readAll},
		{Method: "GET", Path: "/notices/{id}", Who: web.SignedIn(), Do: h.open},
		{Method: "POST", Path: "/notices/{id}/read", Who: web.SignedIn(), Do: h.read},
		{Method: "GET", Path: "/account/notices", Who: web.SignedIn(), Do: h.settings},
		{Method: "POST", Path: "/account/notices", Who: web.SignedIn(), Do: h.choose},
		{Method: "GET", Path: "/unsubscribe/{token}", Who: vouched, Do: h.stopPage},
		{Method: "POST", Path: "/unsubscribe/{token}", Who: vouched, Do: h.stop},
	}
}

// view is the frame that the reader works in: the desk's for staff and departments, everybody's for others.
func (h *Pages) view(w http.ResponseWriter, r *http.Request, title string) ui.PageView {
	if web.Actor(r).Holds(authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Leader, authz.Admin, authz.Clerk, authz.Head) {
		v := h.frame.Staff(w, r, title)
		v.Wide = false
		return v
	}
	v := h.frame.Public(w, r, title)
	v.NoIndex = true
	return v
}

type listView struct {
	Page   ui.PageView
	Head   ui.HeadView
	Unread int
	Items  []entry
	Until  string // the instant of the list, so that "all read" leaves alone what comes later
	Empty  ui.EmptyView
	Pager  ui.PagerView
}

type entry struct {
	ui.ItemView
	Read string // address that marks it as read; "" when it is
}

func (h *Pages) list(w http.ResponseWriter, r *http.Request) error {
	p := i18n.From(r.Context())
	now := h.clock.Now()
	after := r.URL.Query().Get("cursor")
	got, err := h.notices.List(r.Context(), after)
	if err != nil {
		return err
	}
	v := listView{Page: h.view(w, r, p.T("notice.list.title")), Unread: got.Unread, Until: strconv.FormatInt(now.UnixMicro(), 10)}
	v.Head = ui.HeadView{Title: v.Page.Title, Lead: p.T("notice.list.none-new")}
	if got.Unread > 0 {
		v.Head.Lead = p.N("notice.list.unread", got.Unread)
	}
	v.Empty = ui.EmptyView{Icon: "bell", Title: p.T("notice.list.empty"), Text: p.T("notice.list.empty.text"), Action: ui.ButtonView{Label: p.T("notice.choose.title"), Href: "/account/notices"}}
	for _, n := range got.Notices {
		called := ""
		if title := got.Titles[n.Subject]; title != "" {
			called = p.T("notice.called", "title", title)
		}
		sentence, err := h.notices.Sentence(r.Context(), p, n, called)
		if err != nil {
			return err
		}
		e := entry{ItemView: ui.ItemView{Href: "/notices/" + n.ID.String(), Title: ui.Plain(sentence)}}
		if n.Unread() {
			e.Badges = []ui.BadgeView{{Label: p.T("notice.unread"), Tone: ui.Info}}
			e.Read = e.Href + "/read"
		}
		e.Meta = []ui.MetaView{{Text: p.T("notice.kind." + string(n.Kind))}}
		if n.Number != "" {
			e.Meta = append(e.Meta, ui.MetaView{Text: n.Number})
		}
		e.Meta = append(e.Meta, ui.MetaView{Icon: "clock", Text: p.Ago(n.Created, now)})
		v.Items = append(v.Items, e)
	}
	if after != "" {
		v.Pager.First = "/notices"
	}
	if got.Next != "" {
		v.Pager.Next = "/notices?cursor=" + got.Next
	}
	return web.Render(w, r, http.StatusOK, listPage(v))
}

// open marks a notice as read and leads to its matter.
func (h *Pages) open(w http.ResponseWriter, r *http.Request) error {
	n, err := h.one(r)
	if err != nil {
		return err
	}
	return web.Redirect(w, r, n.Path())
}

func (h *Pages) read(w http.ResponseWriter, r *http.Request) error {
	if _, err := h.one(r); err != nil {
		return err
	}
	return web.Redirect(w, r, "/notices")
}

func (h *Pages) one(r *http.Request) (notice.Notice, error) {
	id, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		return notice.Notice{}, problem.New(problem.NotFound, "problem.not-found")
	}
	return h.notices.Open(r.Context(), id)
}

func (h *Pages) readAll(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	var until time.Time
	if n, err := strconv.ParseInt(form.Get("until"), 10, 64); err == nil {
		until = time.UnixMicro(n).UTC()
	}
	if err := h.notices.ReadAll(r.Context(), until); err != nil {
		return err
	}
	web.Flash(w, r, "notice.list.all-read")
	return web.Redirect(w, r, "/notices")
}
