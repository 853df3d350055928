package app

import (
	"net/http"
	"strings"

	"xieshang/assets"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/page"
	"xieshang/internal/platform/pdf"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/web"
	"xieshang/internal/suggestion/deskweb"
	"xieshang/internal/suggestion/figuresweb"
	"xieshang/internal/suggestion/suggestionapi"
	"xieshang/internal/suggestion/suggestionweb"
)

// routes builds the way in: every module's table of routes.
func (a *App) routes() error {
	proxies, err := a.Config.Proxies()
	if err != nil {
		return err
	}
	a.Frame = &page.Frame{Feed: "/feed.xml", Entries: deskweb.Entries()}
	a.Web = web.New(web.Config{Catalog: a.Catalog, Auth: a, Clock: a.Clock, Log: a.Log, ErrorPage: a.Frame.ErrorPage, TrustedProxies: proxies, MetricsToken: a.Config.MetricsToken})
	files, err := assets.Handler()
	if err != nil {
		return err
	}
	a.Web.MountRaw("GET "+assets.Prefix, "style sheets and scripts", files)
	return a.Web.Mount(a.tables()...)
}

// tables lists the routes of every module.
func (a *App) tables() []web.Route {
	routes := []web.Route{web.PreferencesRoute(), a.Web.MetricsRoute(),
		{Method: "GET", Path: "/healthz", API: true, Who: web.Public("tells that the process lives"), Do: healthy},
		{Method: "GET", Path: "/readyz", API: true, Who: web.Public("tells that the database answers"), Do: a.ready},
	}
	routes = append(routes, suggestionweb.New(suggestionweb.Needs{Service: a.Suggestions, Directory: a.Directory, Frame: a.Frame, Uploads: a.Uploads, Photos: a.Photos, Blobs: a.Blobs,
		Clock: a.Clock, Sealer: a.Keys, URL: a.Config.URL}).Routes()...)
	routes = append(routes, deskweb.New(deskweb.Needs{Service: a.Suggestions, Directory: a.Directory, Frame: a.Frame, Photos: a.Photos, Blobs: a.Blobs, Clock: a.Clock,
		Font: pdf.Font{Path: a.Config.Font}, URL: a.Config.URL}).Routes()...)
	routes = append(routes, suggestionapi.New(a.Suggestions, a.Directory, "1").Routes()...)
	routes = append(routes, figuresweb.New(a.Suggestions, a.Directory, a.Frame).Routes()...)
	return routes
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

// sessionCookie is the cookie that holds a session's token.
const sessionCookie = "xs"

// Authenticate finds out who asks, by bearer token or by session cookie.
func (a *App) Authenticate(r *http.Request) (authz.Actor, error) {
	if h := r.Header.Get("Authorization"); strings.HasPrefix(h, "Bearer ") {
		return a.Accounts.AuthenticateBearer(r.Context(), strings.TrimPrefix(h, "Bearer "))
	}
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return authz.Actor{}, nil
	}
	return a.Accounts.Actor(r.Context(), c.Value)
}
