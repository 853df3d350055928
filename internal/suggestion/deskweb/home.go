package deskweb

import (
	"net/http"
	"slices"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	"xieshang/internal/suggestion"
	"xieshang/internal/suggestion/suggestionview"

	"github.com/google/uuid"
)

type homeView struct {
	Notices  []ui.NoticeView
	Page     ui.PageView
	Head     ui.HeadView
	Sections []section
}

type section struct {
	Title string
	Tiles []ui.TileView
	Cards []deskCard
}

type deskCard struct {
	Card  ui.CardView
	Table ui.TableView
}

// home is work: what waits for me, with the oldest first, and what is late.
func (h *Pages) home(w http.ResponseWriter, r *http.Request) error {
	words, err := h.words(r)
	if err != nil {
		return err
	}
	p := words.P
	actor := authz.From(r.Context())
	v := homeView{Page: h.Frame.Staff(w, r, p.T("desk.title"))}
	v.Head = ui.HeadView{Title: v.Page.Title, Lead: p.T("desk.lead")}
	if h.Notices != nil {
		if v.Notices, err = h.Notices(r.Context()); err != nil {
			return err
		}
	}
	add := func(title string, scope suggestion.Scope, queues []suggestion.Queue, look []suggestion.Queue) error {
		s := section{Title: p.T(title)}
		for _, q := range queues {
			out, err := h.Service.List(r.Context(), suggestion.Filter{Scope: scope, Queue: q, Limit: 5, Total: true})
			if err != nil {
				return err
			}
			tile := ui.TileView{Label: p.T("suggestion.queue." + string(q)), Value: p.Int(out.Total), Href: listHref(scope, q), Icon: icon(q)}
			if q == suggestion.LateQueue && out.Total > 0 {
				tile.Tone = ui.Late
			}
			s.Tiles = append(s.Tiles, tile)
			for _, l := range look {
				if l == q && len(out.Items) > 0 {
					t := h.table(words, out.Items, scope)
					t.ID, t.Caption = "matters-"+string(q), tile.Label // several tables stand on this page
					s.Cards = append(s.Cards, deskCard{ui.CardView{Title: tile.Label, More: ui.Link{Label: p.T("desk.see-all"), Href: tile.Href}}, t})
				}
			}
		}
		v.Sections = append(v.Sections, s)
		return nil
	}
	if actor.Holds(authz.Leader) {
		s, err := h.overview(r, words)
		if err != nil {
			return err
		}
		v.Sections = append(v.Sections, s)
	}
	if isStaff(actor) {
		if err := add("desk.group.staff", suggestion.StaffScope, staffQueues(), []suggestion.Queue{suggestion.ToReview, suggestion.ToDispatch, suggestion.ComingBack, suggestion.LateQueue}); err != nil {
			return err
		}
	}
	if isDepartment(actor) {
		queues := departmentQueues()
		if handsOn(words, actor) {
			queues = append([]suggestion.Queue{suggestion.ToPassOn}, queues...)
		}
		if err := add("desk.group.department", suggestion.DepartmentScope, queues, queues); err != nil {
			return err
		}
	}
	return web.Render(w, r, http.StatusOK, homePage(v))
}

// handsOn: somebody of a supervision office, to which a committee may give its matters to be dispatched.
func handsOn(words suggestionview.Words, actor authz.Actor) bool {
	return slices.ContainsFunc(actor.Places(authz.Clerk, authz.Head), func(u uuid.UUID) bool {
		o := words.Snap.Organisation(u)
		return o != nil && o.Kind == directory.Office
	})
}

func listHref(scope suggestion.Scope, q suggestion.Queue) string {
	if scope == suggestion.DepartmentScope {
		return "/desk/list?scope=department&queue=" + string(q)
	}
	return "/desk/list?queue=" + string(q)
}
