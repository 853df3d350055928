package app

import (
	"xieshang/internal/directory/importweb"
	"xieshang/internal/platform/web"
)

// importRoutes are the pages by which lists of the directory come in and go out.
func (a *App) importRoutes() []web.Route {
	return importweb.New(a.Directory, a.Frame, a.Clock).Routes()
}
