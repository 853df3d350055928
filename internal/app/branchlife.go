package app

import (
	"context"
	"slices"

	"xieshang/internal/branchlife"
	"xieshang/internal/branchlife/branchlifeweb"
	"xieshang/internal/gathering"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/pdf"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

// buildBranchLife makes branch life (C3, C4) over the gatherings and the record of who belonged where.
func (a *App) buildBranchLife() {
	a.BranchLife = branchlife.New(branchlife.Needs{DB: a.DB, Clock: a.Clock, Directory: a.Directory, Record: a.Directory.Keep(branchlife.Posts()...), Gatherings: branchGatherings{a.Gatherings}})
}

// branchLifeRoutes are the pages of branch life.
func (a *App) branchLifeRoutes() []web.Route {
	return a.branchPages().Routes()
}

func (a *App) branchPages() *branchlifeweb.Pages {
	return branchlifeweb.New(branchlifeweb.Needs{Service: a.BranchLife, Directory: a.Directory, Frame: a.Frame, Clock: a.Clock, Font: pdf.Font{Path: a.Config.Font}})
}

// branchGatherings shows the gatherings to branch life.
type branchGatherings struct{ g *gathering.Service }

func branchHeld(h gathering.HeldGathering) branchlife.Held {
	return branchlife.Held{ID: h.ID, Title: h.Title, Kind: h.Kind, Counts: branchlife.Counts(h.CountsAs), Day: clock.DateOf(h.Starts), Holders: h.Holders, Over: h.Over(), Closed: h.State == gathering.Closed,
		Cancelled: h.State == gathering.Cancelled, There: h.There, Invited: h.Invited}
}

func (b branchGatherings) query(ctx context.Context, q gathering.HeldQuery) ([]branchlife.Held, error) {
	list, err := b.g.Held(ctx, q)
	if err != nil {
		return nil, err
	}
	out := make([]branchlife.Held, len(list))
	for i, h := range list {
		out[i] = branchHeld(h)
	}
	return out, nil
}

// Held implements branchlife.Gatherings.
func (b branchGatherings) Held(ctx context.Context, organisations []uuid.UUID, from, to clock.Date) ([]branchlife.Held, error) {
	return b.query(ctx, gathering.HeldQuery{Organisations: organisations, From: from, To: to})
}

// ByID implements branchlife.Gatherings.
func (b branchGatherings) ByID(ctx context.Context, ids []uuid.UUID) ([]branchlife.Held, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return b.query(ctx, gathering.HeldQuery{IDs: ids})
}

// Attended implements branchlife.Gatherings.
func (b branchGatherings) Attended(ctx context.Context, person uuid.UUID, from, to clock.Date) ([]branchlife.Took, error) {
	all, err := b.g.Attended(ctx, []uuid.UUID{person}, from, to)
	if err != nil {
		return nil, err
	}
	var out []branchlife.Took
	for _, x := range all[person] {
		out = append(out, branchlife.Took{Gathering: x.Gathering, There: slices.Contains([]gathering.Presence{gathering.Present, gathering.Late}, x.Presence), MadeUp: x.Presence == gathering.MadeUp, Leave: x.Presence == gathering.OnLeave})
	}
	return out, nil
}
