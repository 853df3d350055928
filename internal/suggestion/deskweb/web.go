// Package deskweb is the desk of staff and departments for micro-suggestions (A1): queues by what waits for whom, the case with exactly the actions that
// are allowed now, work on many at once, letters, and the rules of a committee.
package deskweb

import (
	"context"
	"embed"
	"net/http"
	"slices"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/blob"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/page"
	"xieshang/internal/platform/pdf"
	"xieshang/internal/platform/photo"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	"xieshang/internal/suggestion"
	"xieshang/internal/suggestion/suggestionview"
)

// Messages holds the texts of these pages.
//
//go:embed messages
var Messages embed.FS

// Directory is what these pages ask of the directory.
type Directory interface {
	Snapshot(ctx context.Context) (*directory.Snapshot, error)
}

// Needs is what the pages are made of.
type Needs struct {
	Service   *suggestion.Service
	Directory Directory
	Frame     *page.Frame
	Photos    *photo.Processor
	Blobs     blob.Store
	Clock     clock.Clock
	Font      pdf.Font
	URL       string
	Notices   func(ctx context.Context) ([]ui.NoticeView, error) // what the reader of the first page should know; may be nil
}

// Pages are the handlers.
type Pages struct{ Needs }

// New makes the pages.
func New(n Needs) *Pages { return &Pages{n} }

const filesBody = 10*(15<<20) + (1 << 20)

// worker is whoever has a desk: staff of a committee and people of departments.
func worker() web.Access {
	return web.Roles(authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Leader, authz.Admin, authz.Clerk, authz.Head)
}

// Routes is the table of these pages.
func (h *Pages) Routes() []web.Route {
	staff := web.Roles(authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Leader, authz.Admin)
	keepers := web.Roles(authz.Editor, authz.Head, authz.Admin)
	return []web.Route{
		{Method: "GET", Path: "/desk", Who: worker(), Do: h.home},
		{Method: "GET", Path: "/desk/list", Who: worker(), Do: h.list},
		{Method: "GET", Path: "/desk/export/{format}", Who: worker(), Do: h.export},
		{Method: "POST", Path: "/desk/bulk", Who: worker(), Do: h.bulk},
		{Method: "GET", Path: "/desk/new", Who: staff, Do: h.enterForm},
		{Method: "POST", Path: "/desk/new", Who: staff, Do: h.enter},
		{Method: "GET", Path: "/desk/find", Who: staff, Do: h.findForm},
		{Method: "POST", Path: "/desk/find", Who: staff, Do: h.find},
		{Method: "GET", Path: "/desk/silent", Who: staff, Do: h.silent},
		{Method: "GET", Path: "/desk/rules", Who: staff, Do: h.rulesForm},
		{Method: "POST", Path: "/desk/rules", Who: web.Roles(authz.Editor, authz.Admin), Do: h.setRules},
		{Method: "GET", Path: "/desk/templates", Who: worker(), Do: h.templates},
		{Method: "GET", Path: "/desk/templates/new", Who: keepers, Do: h.templateNew},
		{Method: "GET", Path: "/desk/templates/{id}", Who: worker(), Do: h.template},
		{Method: "POST", Path: "/desk/templates/{id}", Who: keepers, Do: h.keepTemplate},
		{Method: "POST", Path: "/desk/templates/{id}/retire", Who: keepers, Do: h.retireTemplate},
		{Method: "GET", Path: "/desk/suggestions/{number}", Who: worker(), Do: h.show},
		{Method: "POST", Path: "/desk/suggestions/{number}/look", Who: staff, Do: h.look},
		{Method: "POST", Path: "/desk/suggestions/{number}/actions/{action}", Who: worker(), Do: h.act, MaxBody: filesBody},
		{Method: "GET", Path: "/desk/suggestions/{number}/letters/{kind}/{format}", Who: worker(), Do: h.letter},
	}
}

// Entries are the places in the staff navigation.
func Entries() []page.Entry {
	staff := []authz.Role{authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Leader, authz.Admin}
	dept := []authz.Role{authz.Clerk, authz.Head}
	e := []page.Entry{{Key: "desk.title", Href: "/desk", Icon: "home", Roles: append(slices.Clone(staff), dept...)}}
	for _, q := range staffQueues() {
		e = append(e, page.Entry{Key: "suggestion.queue." + string(q), Group: "desk.group.staff", Href: "/desk/list?queue=" + string(q), Icon: icon(q), Roles: staff})
	}
	for _, q := range departmentQueues() {
		e = append(e, page.Entry{Key: "suggestion.queue." + string(q), Group: "desk.group.department", Href: "/desk/list?scope=department&queue=" + string(q), Icon: icon(q), Roles: dept})
	}
	return append(e,
		page.Entry{Key: "desk.all", Group: "desk.group.more", Href: "/desk/list", Icon: "list", Roles: staff},
		page.Entry{Key: "desk.enter", Group: "desk.group.more", Href: "/desk/new", Icon: "phone", Roles: staff},
		page.Entry{Key: "desk.find", Group: "desk.group.more", Href: "/desk/find", Icon: "search", Roles: staff},
		page.Entry{Key: "desk.silent", Group: "desk.group.more", Href: "/desk/silent", Icon: "late", Roles: staff},
		page.Entry{Key: "figures.title.desk", Group: "desk.group.more", Href: "/desk/figures", Icon: "chart", Roles: staff},
		page.Entry{Key: "desk.templates", Group: "desk.group.more", Href: "/desk/templates", Icon: "pen", Roles: append(slices.Clone(staff), dept...)},
		page.Entry{Key: "desk.rules", Group: "desk.group.more", Href: "/desk/rules", Icon: "settings", Roles: staff})
}

func staffQueues() []suggestion.Queue {
	return []suggestion.Queue{suggestion.ToReview, suggestion.ToLetIn, suggestion.ToDispatch, suggestion.ComingBack, suggestion.ToCheck, suggestion.ToMeet, suggestion.LateQueue, suggestion.LateOpinions, suggestion.Promises}
}

// queues are those of a scope, also the ones that only some see.
func queues(s suggestion.Scope) []suggestion.Queue {
	if s == suggestion.DepartmentScope {
		return append(departmentQueues(), suggestion.ToPassOn)
	}
	return staffQueues()
}

func departmentQueues() []suggestion.Queue {
	return []suggestion.Queue{suggestion.ToAcknowledge, suggestion.ToAnswer, suggestion.ToSign, suggestion.ToAdvise, suggestion.LateQueue}
}

func icon(q suggestion.Queue) string {
	switch q {
	case suggestion.ToReview, suggestion.ToAcknowledge:
		return "inbox"
	case suggestion.ToLetIn:
		return "lock"
	case suggestion.ToDispatch, suggestion.ToPassOn:
		return "send"
	case suggestion.ComingBack:
		return "undo"
	case suggestion.ToCheck, suggestion.ToAnswer:
		return "reply"
	case suggestion.ToMeet, suggestion.ToAdvise:
		return "users"
	case suggestion.LateQueue, suggestion.LateOpinions:
		return "late"
	case suggestion.ToSign:
		return "pen"
	}
	return "clock"
}

func (h *Pages) words(r *http.Request) (suggestionview.Words, error) {
	snap, err := h.Directory.Snapshot(r.Context())
	return suggestionview.Words{P: i18n.From(r.Context()), Snap: snap, Today: clock.Today(h.Clock)}, err
}

func isStaff(a authz.Actor) bool {
	return a.Holds(authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Leader, authz.Admin)
}

func isDepartment(a authz.Actor) bool { return a.Holds(authz.Clerk, authz.Head) }

func href(m suggestion.Suggestion) string { return "/desk/suggestions/" + m.Number }
