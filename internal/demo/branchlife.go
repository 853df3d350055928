package demo

import (
	"context"
	"fmt"

	"xieshang/internal/branchlife"
	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"

	"github.com/google/uuid"
)

// branchLife shows a local rule, transfers at each stage and a temporary branch.
func (p *province) branchLife(ctx context.Context) error {
	k := p.committees["430100"]
	secretary := p.people[secretaryLogin]
	held, err := p.Directory.Roster(ctx, directory.RosterQuery{People: []uuid.UUID{secretary.Person}})
	if err != nil {
		return err
	}
	snap, err := p.Directory.Snapshot(ctx)
	if err != nil {
		return err
	}
	var branch uuid.UUID
	for _, h := range held {
		o := snap.Organisation(h.Organisation)
		switch {
		case o == nil:
		case o.Kind == directory.Branch && h.Post == directory.Secretary:
			branch = o.ID
		}
	}
	if branch == uuid.Nil {
		return fmt.Errorf("the demo has no branch secretary")
	}
	p.Clock.Set(p.Now.AddDate(0, -13, 0))
	rule := branchlife.Rule{Scope: k, Kind: directory.Branch, Counts: branchlife.Lecture, Every: branchlife.Quarter, Times: 1, Source: "长沙市政协机关党委〔2025〕3号（演示）", SourceEN: "Office Party Committee, 2025, No. 3 (demo)", Valid: clock.Interval{From: clock.Of(clock.DateOf(p.Now).Year, 1, 1)}}
	if _, err := p.BranchLife.PutRule(ctx, rule); err != nil {
		return err
	}
	return p.changes(ctx, snap, k, branch)
}

// changes begins transfers and a temporary branch, as the city's organiser does it.
func (p *province) changes(ctx context.Context, snap *directory.Snapshot, committee, branch uuid.UUID) error {
	organiser := authz.With(ctx, p.people["shi-zuzhi"])
	list, err := p.Directory.Roster(ctx, directory.RosterQuery{Organisations: []uuid.UUID{branch}, Posts: []directory.Post{directory.Relation}})
	if err != nil {
		return err
	}
	var other uuid.UUID
	for _, o := range snap.Under(committee, directory.Branch) {
		if at := snap.CommitteeFor(o.ID); o.ID != branch && at != nil && at.ID == committee {
			other = o.ID
		}
	}
	today := clock.DateOf(p.Now)
	n := len(list)
	for i, at := range []int{-120, -84, -6} { // one whose letter has expired, one whose letter soon does, one that was only asked for
		who := list[n-1-i].Person
		p.Clock.Set(p.Now.AddDate(0, 0, at))
		id, err := p.BranchLife.AskTransfer(organiser, branchlife.Ask{Person: who, To: other, Reason: "岗位调整"})
		if err != nil {
			return err
		}
		if i == 2 {
			continue
		}
		issued := today.AddDays(at)
		if err := p.BranchLife.ActTransfer(organiser, id, branchlife.Release, branchlife.TransferInput{Letter: fmt.Sprintf("长政协组介〔%d〕%d号", issued.Year, i+3), Issued: issued, Until: issued.AddDays(branchlife.LetterDays)}); err != nil {
			return err
		}
	}
	p.Clock.Set(p.Now.AddDate(0, 0, -3))
	if err := p.BranchLife.Tick(ctx); err != nil {
		return err
	}
	group := snap.Under(committee, directory.PartyGroup)[0].ID
	day := clock.DateOf(p.Now.AddDate(0, 0, -3))
	_, err = p.BranchLife.SetUp(organiser, branchlife.SetUp{Name: "赴浙江考察团临时党支部", Approver: group, Purpose: branchlife.ForVisit, Letter: fmt.Sprintf("长政协党组〔%d〕18号", day.Year), From: day, Last: day.AddDays(8),
		Officers: map[uuid.UUID]directory.Post{list[0].Person: directory.Secretary}, Members: []uuid.UUID{list[0].Person, list[1].Person, list[2].Person}})
	return err
}
