package app

import (
	"context"

	"xieshang/internal/calendar/calendarweb"
	"xieshang/internal/directory"
	"xieshang/internal/directory/directoryweb"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/page"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	"xieshang/internal/setup/setupweb"
	"xieshang/internal/suggestion"
)

// administration is the pages of administrators that belong to no matter: set-up, directory, calendar.
type administration struct {
	setup     *setupweb.Pages
	calendar  *calendarweb.Pages
	directory *directoryweb.Pages
}

func (a *App) administration() *administration {
	return &administration{
		setup:     setupweb.New(setupweb.Needs{State: a.setupState, Frame: a.Frame}),
		calendar:  calendarweb.New(calendarweb.Needs{Service: a.Calendar, Waiting: a.Suggestions.Unsettled, Intake: a.Intake, Frame: a.Frame, Clock: a.Clock}),
		directory: directoryweb.New(directoryweb.Needs{Service: a.Directory, Frame: a.Frame, Clock: a.Clock}),
	}
}

func (m *administration) routes() []web.Route {
	return append(append(m.setup.Routes(), m.directory.Routes()...), m.calendar.Routes()...)
}

// adminEntries are the places in the navigation of administrators.
func adminEntries() []page.Entry {
	return append(append(setupweb.Entries(), directoryweb.Entries()...), calendarweb.Entries()...)
}

// notices tells an administrator on the desk what is missing.
func (m *administration) notices(ctx context.Context) ([]ui.NoticeView, error) {
	if !authz.From(ctx).IsAdmin() {
		return nil, nil
	}
	out, err := m.setup.Notices(ctx)
	if err != nil {
		return nil, err
	}
	years, err := m.calendar.Missing(ctx)
	return append(out, years...), err
}

// landing is where somebody goes after signing in: an administrator to the set-up as long as there is nothing to work with.
func (a *App) landing(ctx context.Context, actor authz.Actor) string {
	if !actor.IsAdmin() {
		// Whoever works here all day begins at the desk; members begin at home, where their own matters are.
		if actor.Holds(authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Leader, authz.Clerk, authz.Head) {
			return "/desk"
		}
		if actor.Holds(authz.Organiser) {
			return "/gatherings"
		}
		return "/"
	}
	s, err := a.setupState(authz.With(ctx, actor))
	if err != nil {
		a.Log.Error("state of the set-up", "error", err)
		return "/"
	}
	if s.Left() > 0 {
		return "/admin/setup"
	}
	return "/"
}

// setupState asks every module what is there.
func (a *App) setupState(ctx context.Context) (s setupweb.State, err error) {
	snap, err := a.Directory.Snapshot(ctx)
	if err != nil {
		return s, err
	}
	s.Divisions, _, s.Fields = snap.Counts()
	for _, o := range snap.Organisations() {
		switch o.Kind {
		case directory.Committee:
			s.Committees++
		case directory.Department:
			s.Departments++
		case directory.Office:
			s.Offices++
		}
	}
	if list := snap.Committees(); len(list) > 0 {
		s.Committee = list[0].ID.String()
	}
	if s.People, _, err = a.Directory.CountPeople(ctx); err != nil {
		return s, err
	}
	counts, err := a.Accounts.CountRoles(ctx)
	if err != nil {
		return s, err
	}
	s.Roles = map[authz.Role]setupweb.Count{}
	for role, c := range counts {
		s.Roles[role] = setupweb.Count(c)
	}
	if s.Rules, err = a.Suggestions.RulesRecorded(ctx); err != nil {
		return s, err
	}
	_, last, err := a.Suggestions.Unsettled(ctx)
	if err != nil {
		return s, err
	}
	if s.MissingYears, err = a.Calendar.Missing(ctx, last); err != nil {
		return s, err
	}
	list, err := a.Suggestions.List(ctx, suggestion.Filter{Scope: suggestion.StaffScope, Limit: 1, Total: true})
	s.Matters = list.Total
	return s, err
}
