package app

import (
	"context"

	"xieshang/internal/directory/ownweb"
	"xieshang/internal/gathering"
	"xieshang/internal/gathering/gatheringweb"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/web"
	"xieshang/internal/study"
	"xieshang/internal/study/studyweb"
	"xieshang/internal/suggestion/suggestionweb"

	"github.com/google/uuid"
)

// buildGatherings makes the gatherings and what refers to them.
func (a *App) buildGatherings() {
	a.Gatherings = gathering.New(a.DB, a.Clock, a.Directory, tellers{invitations{a}, noticing{a}})
	a.Bus.Subscribe("gathering", a.gatheringHeard, gatheringTold)
	a.Study = study.New(a.DB, a.Clock, a.Directory, sessions{a.Gatherings})
}

// gatheringRoutes are the pages of gatherings and of what refers to them.
func (a *App) gatheringRoutes() []web.Route {
	routes := ownweb.New(a.Directory, a.Frame, a.Clock).Routes()
	routes = append(routes, a.studyPages().Routes()...)
	return append(routes, a.gatheringPages().Routes()...)
}

func (a *App) gatheringPages() *gatheringweb.Pages {
	return gatheringweb.New(gatheringweb.Needs{Service: a.Gatherings, Directory: a.Directory, Frame: a.Frame, Photos: a.Photos, Blobs: a.Blobs, Clock: a.Clock})
}

func (a *App) studyPages() *studyweb.Pages {
	return studyweb.New(studyweb.Needs{Service: a.Study, Directory: a.Directory, Frame: a.Frame, Clock: a.Clock})
}

// waiting is what other modules put on the home page of whoever is signed in: gatherings to come, what was decided that they do, what their branch still has to
// hold, what they still have to study.
func (a *App) waiting(ctx context.Context) ([]suggestionweb.Section, error) {
	p := i18n.From(ctx)
	var out []suggestionweb.Section
	for _, x := range []struct {
		title, all, href string
		ask              func(context.Context) ([]ui.ItemView, error)
	}{{"gatheringweb.home", "gatheringweb.home.all", "/gatherings", a.gatheringPages().Waiting}, {"branchlifeweb.home", "branchlifeweb.home.all", "/branch-life", a.branchPages().Waiting}, {"study.own", "study.home.all", "/study", a.studyPages().Waiting}} {
		items, err := x.ask(ctx)
		if err != nil {
			return nil, err
		}
		if len(items) > 0 {
			out = append(out, suggestionweb.Section{Title: p.T(x.title), More: ui.Link{Label: p.T(x.all), Href: x.href}, Items: items})
		}
	}
	return out, nil
}

// sessions shows the gatherings to study.
type sessions struct{ g *gathering.Service }

func session(h gathering.HeldGathering) study.Session {
	return study.Session{Gathering: h.ID, Title: h.Title, Starts: h.Starts, Place: h.Place, Over: h.Over(), Cancelled: h.State == gathering.Cancelled, Holders: h.Holders}
}

// Sessions implements study.Sessions. A gathering that was cancelled after it was linked is left out, so it counts for nothing.
func (s sessions) Sessions(ctx context.Context, ids []uuid.UUID) ([]study.Session, error) {
	return s.held(ctx, gathering.HeldQuery{IDs: ids})
}

// SessionsOf implements study.Sessions.
func (s sessions) SessionsOf(ctx context.Context, organisations []uuid.UUID, from, to clock.Date) ([]study.Session, error) {
	return s.held(ctx, gathering.HeldQuery{Organisations: organisations, From: from, To: to})
}

func (s sessions) held(ctx context.Context, q gathering.HeldQuery) ([]study.Session, error) {
	list, err := s.g.Held(ctx, q)
	if err != nil {
		return nil, err
	}
	out := make([]study.Session, len(list))
	for i, h := range list {
		out[i] = session(h)
	}
	return out, nil
}

// Presence implements study.Sessions.
func (s sessions) Presence(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]map[uuid.UUID]study.Presence, error) {
	known, err := s.g.Presences(authz.With(ctx, authz.System()), ids)
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID]map[uuid.UUID]study.Presence, len(known))
	for g, people := range known {
		out[g] = make(map[uuid.UUID]study.Presence, len(people))
		for p, state := range people {
			switch state {
			case gathering.Present, gathering.Late:
				out[g][p] = study.Present
			case gathering.MadeUp:
				out[g][p] = study.MadeUp
			case gathering.OnLeave:
				out[g][p] = study.Leave
			default:
				out[g][p] = study.Absent
			}
		}
	}
	return out, nil
}
