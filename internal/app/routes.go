package app

import (
	"context"
	"net/http"

	"xieshang/assets"
	"xieshang/internal/account/accountweb"
	"xieshang/internal/branchlife/branchlifeweb"
	"xieshang/internal/contact/contactweb"
	"xieshang/internal/coverage/coverageweb"
	"xieshang/internal/directory/importweb"
	"xieshang/internal/directory/ownweb"
	"xieshang/internal/gathering/gatheringweb"
	"xieshang/internal/notice/noticeweb"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/job/jobweb"
	"xieshang/internal/platform/page"
	"xieshang/internal/platform/pdf"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/web"
	"xieshang/internal/study/studyweb"
	"xieshang/internal/suggestion/deskweb"
	"xieshang/internal/suggestion/figuresweb"
	"xieshang/internal/suggestion/suggestionweb"
)

// routes builds the way in: every module's table of routes.
func (a *App) routes() error {
	proxies, err := a.Config.Proxies()
	if err != nil {
		return err
	}
	entries := append(deskweb.Entries(), page.Entry{Key: "account.list.title", Group: "desk.group.more", Href: "/admin/accounts", Icon: "users", Roles: staff()})
	entries = append(entries, gatheringweb.Entries()...)
	entries = append(entries, studyweb.Entries()...)
	entries = append(entries, branchlifeweb.Entries()...)
	entries = append(entries, rosterEntries()...)
	entries = append(entries, importweb.Entries()...)
	entries = append(entries, ownweb.Entries()...)
	entries = append(entries, append(coverageweb.Entries(), contactweb.Entries()...)...)
	entries = append(entries, adminEntries()...)
	entries = append(entries, page.Entry{Key: "jobs.title", Group: "admin.group", Href: "/admin/jobs", Icon: "clock", Roles: []authz.Role{authz.Admin}, Count: a.dead})
	a.Frame = &page.Frame{Feed: "/feed.xml", Entries: entries, Notices: a.unread,
		Links: []page.LinkEntry{
			{Key: "notice.list.title", Href: "/notices"},
			{Key: "gatheringweb.title", Href: "/gatherings"},
			{Key: "study.title", Href: "/study"},
			{Key: "branchlifeweb.title", Href: "/branch-life"},
			{Key: "suggestionweb.mine", Href: "/mine"},
			{Key: "suggestionweb.home.desk", Href: "/desk"},
			{Key: "own.title", Href: "/me"},
			{Key: "account.own.title", Href: "/account"},
		}}
	a.Frame.Links = append(append(a.Frame.Links, signInLinks()...), contactweb.Links()...)
	pages := accountweb.New(a.Accounts, a.Frame, a.Intake)
	pages.Landing = a.landing
	pages.More = ownCards()
	a.Web = web.New(web.Config{Catalog: a.Catalog, Auth: pages, SignIn: pages.SignIn, Clock: a.Clock, Log: a.Log, ErrorPage: a.Frame.ErrorPage, TrustedProxies: proxies, MetricsToken: a.Config.MetricsToken})
	files, err := assets.Handler()
	if err != nil {
		return err
	}
	a.Web.MountRaw("GET "+assets.Prefix, "style sheets and scripts", files)
	programs, err := a.programs()
	if err != nil {
		return err
	}
	return a.Web.Mount(append(append(a.tables(), pages.Routes()...), programs...)...)
}

// tables lists the routes of every module.
func (a *App) tables() []web.Route {
	routes := []web.Route{web.PreferencesRoute(), a.Web.MetricsRoute(),
		{Method: "GET", Path: "/healthz", API: true, Who: web.Public("tells that the process lives"), Do: healthy},
		{Method: "GET", Path: "/readyz", API: true, Who: web.Public("tells that the database answers"), Do: a.ready},
	}
	routes = append(routes, suggestionweb.New(suggestionweb.Needs{Service: a.Suggestions, Directory: a.Directory, Frame: a.Frame, Uploads: a.Uploads, Photos: a.Photos, Blobs: a.Blobs,
		Clock: a.Clock, Sealer: a.Keys, URL: a.Config.URL, Waiting: a.waiting}).Routes()...)
	admin := a.administration()
	routes = append(routes, admin.routes()...)
	routes = append(routes, deskweb.New(deskweb.Needs{Service: a.Suggestions, Directory: a.Directory, Frame: a.Frame, Photos: a.Photos, Blobs: a.Blobs, Clock: a.Clock,
		Notices: admin.notices, Font: pdf.Font{Path: a.Config.Font}, URL: a.Config.URL}).Routes()...)
	routes = append(routes, a.contactPages()...)
	routes = append(routes, noticeweb.New(a.Notices, a.Frame, a.Clock).Routes()...)
	routes = append(routes, jobweb.New(a.Jobs, a.Frame, a.Clock, a.Notices.MailSet()).Routes()...)
	routes = append(routes, figuresweb.New(a.Suggestions, a.Directory, a.Frame).Routes()...)
	routes = append(routes, a.signInRoutes()...)
	routes = append(routes, a.branchLifeRoutes()...)
	routes = append(routes, a.importRoutes()...)
	routes = append(routes, a.rosterRoutes()...)
	return append(routes, a.gatheringRoutes()...)
}

func healthy(w http.ResponseWriter, _ *http.Request) error {
	return web.JSON(w, http.StatusOK, map[string]string{"status": "ok"})
}

func (a *App) ready(w http.ResponseWriter, r *http.Request) error {
	if err := a.DB.Ping(r.Context()); err != nil {
		return problem.New(problem.Unavailable, "problem.internal").Because(err)
	}
	return web.JSON(w, http.StatusOK, map[string]string{"status": "ready"})
}

func staff() []authz.Role {
	return []authz.Role{authz.Admin, authz.Reviewer, authz.Dispatcher, authz.Editor}
}

// unread is the count beside the reader's name; a count that fails costs nobody the page.
func (a *App) unread(ctx context.Context) int {
	n, err := a.Notices.Unread(ctx)
	if err != nil {
		a.Log.Error("count unread notices", "error", err)
	}
	return n
}

// dead is the count of failed jobs in an administrator's navigation.
func (a *App) dead(ctx context.Context) (int, bool) {
	n, err := a.Jobs.DeadCount(ctx)
	if err != nil {
		a.Log.Error("count failed jobs", "error", err)
	}
	return n, true
}
