package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/gathering"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// gatherings lets the province, one city and one district come together: a year of branch life, meetings with decisions, one that is open now, some that are announced or still planned, a
// joint one and two at the same time.
func (p *province) gatherings(ctx context.Context) error {
	snap, err := p.Directory.Snapshot(ctx)
	if err != nil {
		return err
	}
	for _, place := range []struct{ prefix, code string }{{"shi", "430100"}, {"sheng", "430000"}, {"xian", "430102"}} {
		m := meetings{p: p, ctx: authz.With(ctx, p.people[place.prefix+"-zuzhi"]), prefix: place.prefix, snap: snap, committee: p.committees[place.code], r: p.random("gatherings/" + place.code), today: clock.DateOf(p.Now)}
		m.year()
		m.assembly()
		m.now()
		m.ahead()
		if m.err != nil {
			return fmt.Errorf("gatherings of %s: %w", place.prefix, m.err)
		}
	}
	p.Clock.Set(p.Now)
	return nil
}

// meetings makes those of one committee; the first mistake ends it.
type meetings struct {
	p         *province
	ctx       context.Context
	prefix    string
	snap      *directory.Snapshot
	committee uuid.UUID
	r         *rand.Rand
	today     clock.Date
	err       error
}

func (m *meetings) of(k directory.Kind) []*directory.Organisation {
	return m.snap.Under(m.committee, k)
}

// at is a time of day of a day before (or after) today.
func (m *meetings) at(days, hour int) time.Time {
	return m.today.AddDays(days).Start().Add(time.Duration(hour) * time.Hour)
}

func (m *meetings) plan(kind, title, place string, starts time.Time, hours int, items []gathering.Item, holders ...uuid.UUID) gathering.Plan {
	pl := gathering.Plan{Kind: kind, Title: title, Place: place, Starts: starts, Ends: starts.Add(time.Duration(hours) * time.Hour), Holders: holders, Items: items}
	for _, h := range holders {
		pl.Invitations = append(pl.Invitations, gathering.Invitation{Organisation: h})
	}
	return pl
}

// add plans a gathering ten days before it, or now when that is still to come.
func (m *meetings) add(pl gathering.Plan) uuid.UUID {
	if m.err != nil {
		return uuid.Nil
	}
	at := pl.Starts.AddDate(0, 0, -10)
	if at.After(m.p.Now) {
		at = m.p.Now.Add(-3 * time.Hour)
	}
	m.set(at)
	var id uuid.UUID
	id, m.err = m.p.Gatherings.Plan(m.ctx, pl)
	return id
}

func (m *meetings) act(id uuid.UUID, actions ...wf.Action) {
	for _, a := range actions {
		if m.err == nil {
			m.err = m.p.Gatherings.Act(m.ctx, id, a, "原定场地维修，另行通知。")
		}
	}
}

// hold announces a gathering and lets it be held; about one in eight is away. Who missed it and may make up for it does so sometimes.
func (m *meetings) hold(pl gathering.Plan, minutes string, makeUp, closes bool) uuid.UUID {
	id := m.add(pl)
	m.act(id, gathering.Publish)
	m.set(pl.Starts.Add(-10 * time.Minute))
	m.act(id, gathering.OpenIt)
	if m.err != nil {
		return id
	}
	l, err := m.p.Gatherings.Get(m.ctx, id)
	if err != nil {
		m.err = err
		return id
	}
	var marks, later []gathering.Mark
	for _, x := range l.People {
		mark := gathering.Mark{Person: x.Person, Presence: gathering.Present, Way: gathering.ByStaff, At: pl.Starts.Add(-time.Duration(m.r.IntN(10)) * time.Minute)}
		switch n := m.r.IntN(16); {
		case n == 0:
			mark.Presence = gathering.Absent
			if makeUp {
				later = append(later, gathering.Mark{Person: x.Person, Presence: gathering.MadeUp, Way: gathering.ByStaff, Note: "次周自学全部材料，并作了书面交流"})
			}
		case n == 1:
			mark.Presence = gathering.OnLeave
		case n == 2:
			mark.Presence, mark.At = gathering.Late, pl.Starts.Add(20*time.Minute)
		}
		marks = append(marks, mark)
	}
	m.do(func() error { return m.p.Gatherings.Roll(m.ctx, id, marks) })
	m.set(pl.Ends)
	m.act(id, gathering.EndIt)
	if len(later) > 0 {
		m.do(func() error { return m.p.Gatherings.Roll(m.ctx, id, later) })
	}
	if minutes != "" && m.err == nil {
		if l, err = m.p.Gatherings.Get(m.ctx, id); err != nil {
			m.err = err
			return id
		}
		m.do(func() error { return m.p.Gatherings.SetMinutes(m.ctx, id, l.Gathering.Version, minutes, true) })
	}
	if closes {
		m.act(id, gathering.CloseIt)
	}
	return id
}

// set moves the clock. The directory looks at once whether it is still as it knows it: while everything is one transaction it could not do so inside a write.
func (m *meetings) set(t time.Time) {
	m.p.Clock.Set(t)
	m.do(func() error {
		_, err := m.p.Directory.Snapshot(m.ctx)
		return err
	})
}

func (m *meetings) do(f func() error) {
	if m.err == nil {
		m.err = f()
	}
}

func study(topic string, rest ...string) []gathering.Item {
	out := []gathering.Item{{Title: topic, Study: true, Minutes: 30}}
	for _, t := range rest {
		out = append(out, gathering.Item{Title: t, Minutes: 30})
	}
	return out
}

// year is branch life of the last twelve months: a theme day a month, a meeting a quarter; the last branch is behind.
func (m *meetings) year() {
	themes := []string{"走进社区听民意", "重温入党誓词", "义务植树护河岸", "参观党史教育基地", "结对帮扶走访", "政策宣讲进院坝"}
	branches := m.of(directory.Branch)
	for i, b := range branches {
		if i == 0 && m.prefix == "shi" { // the secretary's own year is told with branch life
			continue
		}
		for month := 12; month >= 1; month-- {
			if i > 0 && i == len(branches)-1 && month <= 2 {
				continue
			}
			days := -month*30 + i
			m.hold(m.plan("theme_day", "主题党日："+themes[(month+i)%len(themes)], "党员活动室", m.at(days, 14), 3, nil, b.ID), "", true, true)
			if month%3 == 0 {
				m.hold(m.plan("branch_meeting", fmt.Sprintf("%d月党员大会", m.today.AddDays(days+3).Month), b.Name.ZH+"会议室", m.at(days+3, 9), 2, study("学习党的创新理论", "通报支部工作", "讨论发展党员事项"), b.ID),
					"会议学习了有关文件，通报了本季度支部工作，讨论通过了下季度工作安排。", true, true)
			}
		}
	}
	for i, b := range m.of(directory.MembersBranch) {
		if i%4 == 3 { // some are behind
			continue
		}
		m.hold(m.plan("organisation_life", "履职党支部组织生活会", "专委会会议室", m.at(-70-i, 9), 3, nil, b.ID), "通报上年整改情况，党员委员逐一发言，开展批评与自我批评。", false, true)
		if i%2 == 0 {
			m.hold(m.plan("theme_day", "党员委员主题党日：委员在身边", "社区党群服务中心", m.at(-40-i, 14), 3, nil, b.ID), "", true, true)
		}
	}
	for _, g := range m.of(directory.PartyGroup) {
		m.hold(m.plan("democratic_life", "党组民主生活会", "政协常委会议室", m.at(-60, 9), 4, nil, g.ID), "会前广泛征求意见，会上对照检查、开展批评，形成整改清单。", false, true)
		m.hold(m.plan("centre_group", "党组理论学习中心组学习", "政协常委会议室", m.at(-25, 9), 3, study("学习协商民主专题", "研讨发言"), g.ID), "三位同志作重点发言。", true, true)
	}
}

// assembly is a meeting of the Standing Committee with decisions: one carried out, one due soon, one overdue.
func (m *meetings) assembly() {
	pl := m.plan("standing", "常务委员会第十二次会议", "政协常委会议室", m.at(-35, 9), 6, study("学习有关重要讲话精神", "审议年度协商计划", "审议人事事项"), m.committee)
	pl.Invitations = []gathering.Invitation{{Organisation: m.committee, Posts: []directory.Post{directory.Chair, directory.ViceChair, directory.SecretaryGeneral, directory.StandingMember}},
		{Person: m.p.people[m.prefix+"-weiyuan"].Person}}
	id := m.hold(pl, "会议应到人员过半数，符合规定。\n会议审议通过年度协商计划，决定成立调研组赴县区调研。\n会议由主席主持。", false, false)
	m.set(pl.Ends)
	one, other := m.p.people[m.prefix+"-weiyuan"].Person, m.p.people[m.prefix+"-weiyuan2"].Person
	var ids []uuid.UUID
	for _, d := range []gathering.Decision{{Text: "起草调研方案，报主席会议审定", Owner: other, Due: m.today.AddDays(-20)}, {Text: "汇总县区调研提纲意见", Owner: one, Due: m.today.AddDays(-5)}, {Text: "牵头完成调研报告初稿", Owner: one, Due: m.today.AddDays(2)}} {
		m.do(func() error {
			u, err := m.p.Gatherings.Decide(m.ctx, id, d)
			ids = append(ids, u)
			return err
		})
	}
	m.set(m.at(-24, 10))
	if m.err == nil {
		m.err = m.p.Gatherings.Finish(m.ctx, ids[0], "方案已报主席会议审定。")
	}
	m.act(id, gathering.CloseIt)
	pl = m.plan("study", "委员读书会：基层协商", "政协书院", m.at(-2, 15), 2, study("领学《基层协商案例选》", "交流"), m.committee)
	m.hold(pl, "", true, false) // held, its record is not complete yet
}

// now is a study session whose sign-in is open.
func (m *meetings) now() {
	starts := m.p.Now.Add(-15 * time.Minute).Truncate(5 * time.Minute)
	pl := m.plan("study", "委员学习会：走进数字政协", "政协报告厅", starts, 2, study("专题辅导：数字化履职", "现场演示和问答"), m.committee)
	id := m.add(pl)
	m.act(id, gathering.Publish)
	m.set(starts.Add(-10 * time.Minute))
	m.act(id, gathering.OpenIt)
	if m.err != nil {
		return
	}
	l, err := m.p.Gatherings.Get(m.ctx, id)
	if err != nil {
		m.err = err
		return
	}
	var marks []gathering.Mark
	for i, x := range l.People {
		if i%3 != 0 && x.Person != m.p.people[m.prefix+"-weiyuan"].Person {
			marks = append(marks, gathering.Mark{Person: x.Person, Presence: gathering.Present, Way: gathering.ByStaff, At: starts.Add(-time.Duration(i%9) * time.Minute)})
		}
	}
	m.do(func() error { return m.p.Gatherings.Roll(m.ctx, id, marks) })
}

// ahead is what is announced or planned: a special-topic meeting, a joint theme day, a draft that lacks its study item, two at one time, and one that was called off.
func (m *meetings) ahead() {
	items := study("学习党的二十大关于协商民主的论述", "政府领导通报情况", "委员大会发言", "互动交流")
	items[1].Speaker, items[2].Minutes = "政府有关领导", 90
	pl := m.plan("special_standing", "优化营商环境专题议政性常委会会议", "政协常委会议室", m.at(9, 9), 4, items, m.committee)
	pl.Extra = map[string]string{"专题": "优化营商环境", "出席的党政领导": "分管负责同志（演示）"}
	pl.Body, pl.Public = "围绕优化营商环境建言，请委员提前阅读调研报告。", true
	id := m.add(pl)
	m.act(id, gathering.Publish)
	m.answer(id, "weiyuan2", gathering.Leave, "当天在外地参加培训")
	if special := m.of(directory.SpecialCommittee); len(special) > 0 { // the same hall at the same time
		m.add(m.plan("special_committee_meeting", "专委会工作会议", "政协常委会议室", m.at(9, 10), 2, study("学习有关文件", "研究下半年工作"), special[0].ID))
	}
	branches, members := m.of(directory.Branch), m.of(directory.MembersBranch)
	if len(branches) > 0 && len(members) > 0 {
		joint := m.plan("theme_day", "联合主题党日：把协商开到家门口", "枫溪社区", m.at(5, 14), 3, []gathering.Item{{Title: "现场协商：小区停车"}, {Title: "座谈交流"}}, branches[0].ID, members[0].ID)
		joint.Body = "机关党支部和履职党支部联合举办。"
		m.act(m.add(joint), gathering.Publish)
		m.add(m.plan("branch_meeting", "下季度党员大会（拟）", "机关会议室", m.at(20, 9), 2, []gathering.Item{{Title: "讨论下季度计划"}}, branches[0].ID))
	}
	visit := m.plan("visit", "视察重点项目", "市民广场集合", m.at(12, 8), 8, []gathering.Item{{Title: "实地察看"}, {Title: "座谈"}}, m.committee)
	visit.Extra = map[string]string{"带队领导": "副主席（演示）", "路线": "市民广场—样例产业园—座谈会"}
	off := m.add(visit)
	m.act(off, gathering.Publish, gathering.Cancel)
}

func (m *meetings) answer(id uuid.UUID, who string, a gathering.Answer, reason string) {
	m.do(func() error {
		return m.p.Gatherings.Respond(authz.With(m.ctx, m.p.people[m.prefix+"-"+who]), id, a, reason)
	})
}
