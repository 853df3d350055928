package app

import (
	"xieshang/internal/directory/rosterweb"
	"xieshang/internal/platform/page"
	"xieshang/internal/platform/web"
)

// rosterRoutes are the pages of the directory for a committee's staff, and everybody's own.
func (a *App) rosterRoutes() []web.Route {
	return rosterweb.New(rosterweb.Needs{Service: a.Directory, Frame: a.Frame, Clock: a.Clock}).Routes()
}

// rosterEntries are their places in the staff navigation.
func rosterEntries() []page.Entry { return rosterweb.Entries() }
