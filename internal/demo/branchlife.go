package demo

import (
	"context"
	"fmt"
	"time"

	"xieshang/internal/branchlife"
	"xieshang/internal/directory"
	"xieshang/internal/gathering"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"

	"github.com/google/uuid"
)

// life is one gathering of the branch secretary's year: so many months ago, on which day of the month.
type life struct {
	kind, title string
	ago, day    int
	open        bool // held, its record not closed yet
	joint       bool
	group       int // 1 or 2: of that Party group
}

// secretarysYear is what the secretary's branch held: most of what is due, with gaps to be seen.
var secretarysYear = []life{
	{kind: "branch_meeting", title: "党员大会：学习贯彻全国两会精神", ago: 9, day: 12}, {kind: "branch_meeting", title: "党员大会：讨论发展计划", ago: 6, day: 18}, {kind: "branch_meeting", title: "党员大会：通报上半年工作", ago: 3, day: 9},
	{kind: "theme_day", title: "主题党日：走进社区听民声", ago: 9, day: 5}, {kind: "theme_day", title: "主题党日：参观党史陈列馆", ago: 8, day: 5}, {kind: "theme_day", title: "主题党日：义务植树", ago: 7, day: 6}, {kind: "theme_day", title: "主题党日：联合走访企业", ago: 6, day: 5, joint: true},
	{kind: "theme_day", title: "主题党日：重温入党誓词", ago: 4, day: 1}, {kind: "theme_day", title: "主题党日：慰问老党员", ago: 3, day: 5}, {kind: "theme_day", title: "主题党日：联合开展河湖巡查", ago: 2, day: 6, joint: true}, {kind: "theme_day", title: "主题党日：防汛知识学习", ago: 1, day: 5, open: true},
	{kind: "committee_meeting", title: "支委会：研究全年计划", ago: 9, day: 3}, {kind: "committee_meeting", title: "支委会：研究发展对象", ago: 8, day: 3}, {kind: "committee_meeting", title: "支委会：研究主题党日", ago: 7, day: 3}, {kind: "committee_meeting", title: "支委会：研究组织生活", ago: 5, day: 3},
	{kind: "committee_meeting", title: "支委会：研究整改事项", ago: 3, day: 3}, {kind: "committee_meeting", title: "支委会：研究下半年安排", ago: 2, day: 3}, {kind: "committee_meeting", title: "支委会：研究近期工作", ago: 1, day: 3},
	{kind: "group_meeting", title: "第一党小组会", ago: 3, day: 16, group: 1}, {kind: "group_meeting", title: "第二党小组会", ago: 3, day: 17, group: 2}, {kind: "group_meeting", title: "第一党小组会", ago: 2, day: 16, group: 1}, {kind: "group_meeting", title: "第一党小组会", ago: 1, day: 16, group: 1}, {kind: "group_meeting", title: "第二党小组会", ago: 1, day: 17, group: 2},
	{kind: "lecture", title: "党课：书记讲党课", ago: 8, day: 20}, {kind: "lecture", title: "党课：专委会主任讲党课", ago: 4, day: 20},
	{kind: "organisation_life", title: "年度组织生活会", ago: 10, day: 20},
}

// branchLife shows a secretary's year, a local rule, transfers at each stage and a temporary branch.
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
	var branch, members uuid.UUID
	for _, h := range held {
		o := snap.Organisation(h.Organisation)
		switch {
		case o == nil:
		case o.Kind == directory.Branch && h.Post == directory.Secretary:
			branch = o.ID
		case o.Kind == directory.MembersBranch:
			members = o.ID
		}
	}
	if branch == uuid.Nil || members == uuid.Nil {
		return fmt.Errorf("the demo has no branch secretary")
	}
	p.Clock.Set(p.Now.AddDate(0, -13, 0))
	rule := branchlife.Rule{Scope: k, Kind: directory.Branch, Counts: branchlife.Lecture, Every: branchlife.Quarter, Times: 1, Source: "长沙市政协机关党委〔2025〕3号（演示）", SourceEN: "Office Party Committee, 2025, No. 3 (demo)", Valid: clock.Interval{From: clock.Of(clock.DateOf(p.Now).Year, 1, 1)}}
	if _, err := p.BranchLife.PutRule(ctx, rule); err != nil {
		return err
	}
	groups := snap.Under(branch, directory.BranchGroup)
	for _, x := range secretarysYear {
		holders := []uuid.UUID{branch}
		if x.joint {
			holders = append(holders, members)
		}
		if x.group > 0 && x.group <= len(groups) {
			holders = []uuid.UUID{groups[x.group-1].ID}
		}
		if err := p.gathered(ctx, x, holders); err != nil {
			return fmt.Errorf("%s: %w", x.title, err)
		}
	}
	return p.changes(ctx, snap, k, branch)
}

// gathered plans, publishes and holds one gathering on its day; most who are invited come.
func (p *province) gathered(ctx context.Context, x life, holders []uuid.UUID) error {
	first := clock.DateOf(p.Now)
	day := clock.Of(first.Year, first.Month, 1).AddMonths(-x.ago).AddDays(x.day - 1)
	starts := day.Start().Add(9 * time.Hour)
	p.Clock.Set(starts.Add(-72 * time.Hour))
	plan := gathering.Plan{Kind: x.kind, Holders: holders, Title: x.title, Place: "市政协机关会议室", Starts: starts, Ends: starts.Add(2 * time.Hour), Items: []gathering.Item{{Title: "学习", Study: true}, {Title: x.title}}}
	for _, o := range holders {
		plan.Invitations = append(plan.Invitations, gathering.Invitation{Organisation: o})
	}
	id, err := p.Gatherings.Plan(ctx, plan)
	if err != nil {
		return err
	}
	if err := p.Gatherings.Act(ctx, id, gathering.Publish, ""); err != nil {
		return err
	}
	p.Clock.Set(starts)
	if err := p.Gatherings.Act(ctx, id, gathering.OpenIt, ""); err != nil {
		return err
	}
	look, err := p.Gatherings.Get(ctx, id)
	if err != nil {
		return err
	}
	r := p.random("life/" + x.title + day.String())
	var marks []gathering.Mark
	for _, who := range look.People {
		presence := gathering.Present
		switch n := r.IntN(20); {
		case n == 0:
			presence = gathering.Absent
		case n < 3:
			presence = gathering.OnLeave
		}
		marks = append(marks, gathering.Mark{Person: who.Person, Presence: presence, Way: gathering.ByStaff})
	}
	if err := p.Gatherings.Roll(ctx, id, marks); err != nil {
		return err
	}
	p.Clock.Set(starts.Add(2 * time.Hour))
	if err := p.Gatherings.Act(ctx, id, gathering.EndIt, ""); err != nil || x.open {
		return err
	}
	if look, err = p.Gatherings.Get(ctx, id); err != nil {
		return err
	}
	if err := p.Gatherings.SetMinutes(ctx, id, look.Gathering.Version, x.title+"。学习后交流讨论，形成一致意见。", true); err != nil {
		return err
	}
	return p.Gatherings.Act(ctx, id, gathering.CloseIt, "")
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
