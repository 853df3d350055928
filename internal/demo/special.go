package demo

import (
	"context"
	"fmt"
	"time"

	"xieshang/internal/demo/content"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

// story is one matter on an unusual way, with the people of the city or the district that have accounts.
type story struct {
	p       *province
	ctx     context.Context
	prefix  string // of the logins: sheng, shi, xian
	code    string
	m       content.Matter
	ref     string
	author  context.Context
	housing uuid.UUID
	traffic uuid.UUID
	err     error
}

// special tells each unusual way once for the province, the city and the district, in the last ten weeks, so that the desks have something in every queue.
// Half of them begin in the last three weeks: not everything that waits is late.
func (p *province) special(ctx context.Context, list []content.Matter) error {
	tales := []func(*story){returned, privately, throughOffice, joint, separately, returnRefused, returnAgreed, moreTime, refusedTime, waitingForTime, merged, unmerged, converted, passed, withdrawn, recalled,
		toSign, toCheck, sentBack, rejected, second, meeting, promiseKept, promiseReported, urged, reopened, guarded, unpublished, amended, takenUp, drafted, waiting, lateOpinion, retracted, restored, promiseAhead, looked, imported}
	for i, tell := range tales {
		for j, place := range []struct{ prefix, code string }{{"shi", "430100"}, {"xian", "430102"}, {"sheng", "430000"}} {
			m := list[(3*i+j)%len(list)]
			if p.move(&m, place.code) != place.code {
				m = list[(3*i+j+77)%len(list)]
				p.move(&m, place.code)
			}
			days := 70 - i
			if (i+j)%2 == 0 {
				days = 21 - i*16/len(tales)
			}
			p.Clock.Set(p.Now.Add(-time.Duration(days) * 24 * time.Hour).Add(time.Duration(j) * time.Hour))
			s := &story{p: p, ctx: ctx, prefix: place.prefix, code: place.code, m: m, housing: p.departments[place.code+"/housing"], traffic: p.departments[place.code+"/transport"]}
			if tell(s); s.err != nil {
				return fmt.Errorf("special matter %d in %s: %w", i, place.code, s.err)
			}
		}
	}
	return nil
}

func (s *story) as(name string) context.Context {
	return authz.With(s.ctx, s.p.people[s.prefix+"-"+name])
}

func (s *story) later(days int) {
	if next := s.p.Clock.Now().Add(time.Duration(days) * 24 * time.Hour); next.Before(s.p.Now) {
		s.p.Clock.Set(next)
	}
}

func (s *story) input() suggestion.RaiseInput {
	return suggestion.RaiseInput{Title: s.m.Title, Body: s.m.Body, Committee: s.p.committees[s.code], Division: s.p.divisions[s.code], Field: s.p.fields[s.m.Field], Place: s.m.Place, PublicWish: true}
}

func (s *story) raise(in suggestion.RaiseInput, member bool) {
	if s.err != nil {
		return
	}
	ctx := authz.With(s.ctx, authz.Actor{})
	if member {
		ctx = s.as("weiyuan")
	}
	r, err := s.p.Suggestions.Raise(ctx, in)
	s.ref, s.err, s.author = r.ID.String(), err, ctx
	if r.Code != "" {
		s.author = suggestion.ByCode(ctx, r.Author)
	}
}

func (s *story) act(ctx context.Context, days int, a wf.Action, in suggestion.ActInput) {
	if s.err != nil {
		return
	}
	s.later(days)
	if _, err := s.p.Suggestions.Act(ctx, s.ref, a, in); err != nil {
		s.err = fmt.Errorf("%s: %w", a, err)
	}
}

func (s *story) accepted(member bool) {
	s.raise(s.input(), member)
	yes := true
	s.act(s.as("shenhe"), 1, suggestion.ReviewAccept, suggestion.ActInput{Public: &yes})
}

func (s *story) dispatched(team ...suggestion.TeamPart) {
	s.accepted(true)
	if len(team) == 0 {
		team = []suggestion.TeamPart{{Department: s.housing, Part: suggestion.Lead}}
	}
	s.act(s.as("jiaoban"), 1, suggestion.Dispatch, suggestion.ActInput{Team: team})
}

func (s *story) inHand() {
	s.dispatched()
	s.act(s.as("zhujian"), 1, suggestion.Acknowledge, suggestion.ActInput{})
}

func (s *story) answer(class string) {
	in := suggestion.ActInput{Text: s.m.Answer, Class: class}
	if class == "B" {
		in.Promised = clock.DateOf(s.p.Now).AddDays(30)
	}
	s.act(s.as("zhujian"), 2, suggestion.WriteAnswer, in)
}

func (s *story) signed(class string) {
	s.answer(class)
	s.act(s.as("zhujian-fuze"), 1, suggestion.SignOff, suggestion.ActInput{Letter: "演示住建函〔2026〕7号"})
}

func (s *story) replied(class string) {
	s.inHand()
	s.signed(class)
	s.act(s.as("shenhe"), 1, suggestion.AcceptAnswer, suggestion.ActInput{})
}

func (s *story) not() {
	s.act(s.author, 2, suggestion.Rate, suggestion.ActInput{Rating: suggestion.NotSatisfied, Reason: text(s.m.Unsatisfied, "问题还在。")})
}

func text(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func returned(s *story) {
	s.raise(s.input(), false)
	s.act(s.as("shenhe"), 1, suggestion.ReviewReturn, suggestion.ActInput{Reason: text(s.m.ReviewReturn, "请写明具体位置。")})
}

func privately(s *story) {
	in := s.input()
	in.PublicWish = false
	s.raise(in, false)
	no := false
	s.act(s.as("shenhe"), 1, suggestion.ReviewAccept, suggestion.ActInput{Public: &no, Reason: "涉及个人生活，提出人不希望公开。"})
}

func throughOffice(s *story) {
	s.accepted(true)
	s.act(s.as("jiaoban"), 1, suggestion.ReferOffice, suggestion.ActInput{Office: s.p.offices[s.code]})
	if s.prefix == "shi" {
		s.act(s.as("ducha"), 1, suggestion.Dispatch, suggestion.ActInput{Team: []suggestion.TeamPart{{Department: s.housing, Part: suggestion.Lead}}, Letter: "演示协转办〔2026〕21号"})
	}
}

func joint(s *story) {
	s.dispatched(suggestion.TeamPart{Department: s.housing, Part: suggestion.Lead}, suggestion.TeamPart{Department: s.traffic, Part: suggestion.Joint})
	s.act(s.as("zhujian"), 1, suggestion.Acknowledge, suggestion.ActInput{})
	if s.prefix == "shi" {
		s.act(s.as("jiaotong"), 3, suggestion.Opinion, suggestion.ActInput{Text: "施工期间道路可借用一侧车道，无不同意见。"})
	}
}

func separately(s *story) {
	s.dispatched(suggestion.TeamPart{Department: s.housing, Part: suggestion.Separate}, suggestion.TeamPart{Department: s.traffic, Part: suggestion.Separate})
	s.act(s.as("jiaotong"), 1, suggestion.Acknowledge, suggestion.ActInput{})
}

func returnRefused(s *story) {
	s.dispatched()
	s.act(s.as("zhujian"), 2, suggestion.AskReturn, suggestion.ActInput{Reason: text(s.m.AskReturn, "不属于本单位职责。")})
	s.act(s.as("jiaoban"), 1, suggestion.RefuseReturn, suggestion.ActInput{Reason: "按职责分工由你单位主办。"})
}

func returnAgreed(s *story) {
	s.dispatched()
	s.act(s.as("zhujian"), 2, suggestion.AskReturn, suggestion.ActInput{Reason: text(s.m.AskReturn, "不属于本单位职责。")})
	if s.prefix == "shi" {
		s.act(s.as("jiaoban"), 1, suggestion.AgreeReturn, suggestion.ActInput{})
		s.act(s.as("jiaoban"), 1, suggestion.Dispatch, suggestion.ActInput{Team: []suggestion.TeamPart{{Department: s.traffic, Part: suggestion.Lead}}})
	}
}

func (s *story) askTime() {
	s.inHand()
	s.act(s.as("zhujian"), 5, suggestion.AskTime, suggestion.ActInput{Reason: text(s.m.MoreTime, "需要现场勘察。"), Until: clock.DateOf(s.p.Now).AddDays(120)})
}

func moreTime(s *story) {
	s.askTime()
	s.act(s.as("jiaoban"), 1, suggestion.GrantTime, suggestion.ActInput{})
}

func refusedTime(s *story) {
	s.askTime()
	s.act(s.as("jiaoban"), 1, suggestion.RefuseTime, suggestion.ActInput{Reason: "请按期答复。"})
}

func waitingForTime(s *story) { s.askTime() }

func (s *story) twin() string {
	in := s.input()
	in.Title = "同一件事：" + in.Title
	r, err := s.p.Suggestions.Raise(s.as("weiyuan2"), in)
	if err != nil {
		s.err = err
	}
	return r.Number
}

func merged(s *story) {
	s.raise(s.input(), false)
	s.act(s.as("shenhe"), 1, suggestion.Merge, suggestion.ActInput{Into: s.twin(), Reason: "同一处同一问题。"})
}

func unmerged(s *story) {
	merged(s)
	s.act(s.as("shenhe"), 1, suggestion.Unmerge, suggestion.ActInput{Reason: "核实后不是同一处。"})
}

func converted(s *story) {
	s.accepted(true)
	s.act(s.as("shenhe"), 1, suggestion.Convert, suggestion.ActInput{Target: "proposal", Reason: "涉及面广，宜作提案。"})
}

func passed(s *story) {
	s.raise(s.input(), true)
	to := s.p.committees[map[string]string{"sheng": "430100", "shi": "430102", "xian": "430100"}[s.prefix]]
	s.act(s.as("shenhe"), 1, suggestion.Pass, suggestion.ActInput{Committee: to, Reason: "按管辖转送。"})
}

func withdrawn(s *story) {
	s.raise(s.input(), true)
	s.act(s.author, 1, suggestion.Withdraw, suggestion.ActInput{Reason: "已经解决。"})
}

func recalled(s *story) {
	s.dispatched()
	s.act(s.as("jiaoban"), 1, suggestion.Recall, suggestion.ActInput{Reason: "承办单位选错了。"})
}

func toSign(s *story) {
	s.inHand()
	s.act(s.as("zhujian"), 1, suggestion.Contact, suggestion.ActInput{How: "telephone", Day: clock.DateOf(s.p.Clock.Now()), Text: text(s.m.Contact, "电话说明了进展。")})
	s.answer("A")
}

func toCheck(s *story) {
	s.inHand()
	s.signed("A")
}

func sentBack(s *story) {
	s.inHand()
	s.answer("C")
	s.act(s.as("zhujian-fuze"), 1, suggestion.SendBack, suggestion.ActInput{Reason: "请补充下一步打算。"})
}

func rejected(s *story) {
	s.inHand()
	s.signed("C")
	s.act(s.as("shenhe"), 1, suggestion.RejectAnswer, suggestion.ActInput{Reason: "没有回应提出的问题。"})
}

func second(s *story) {
	s.replied("A")
	s.not()
	s.act(s.as("jiaoban"), 1, suggestion.Dispatch, suggestion.ActInput{Team: []suggestion.TeamPart{{Department: s.housing, Part: suggestion.Lead}}})
}

func meeting(s *story) {
	second(s)
	s.act(s.as("zhujian"), 1, suggestion.Acknowledge, suggestion.ActInput{})
	s.signed("C")
	s.act(s.as("shenhe"), 1, suggestion.AcceptAnswer, suggestion.ActInput{})
	s.not()
	if s.prefix == "shi" {
		s.act(s.as("shenhe"), 1, suggestion.HoldMeeting, suggestion.ActInput{Day: clock.DateOf(s.p.Clock.Now()), Text: "与提出人面商，说明了条件限制。"})
		s.act(s.as("shenhe"), 1, suggestion.Explain, suggestion.ActInput{Text: "书面说明已送达。"})
		s.act(s.as("shenhe"), 1, suggestion.Close, suggestion.ActInput{Reason: "面商后办结。"})
	}
}

func promiseKept(s *story) {
	promiseReported(s)
	s.act(s.as("shenhe"), 1, suggestion.ConfirmPromise, suggestion.ActInput{Text: "现场核实，已经完成。"})
}

func promiseReported(s *story) {
	s.replied("B")
	s.act(s.as("zhujian"), 3, suggestion.ReportPromise, suggestion.ActInput{Text: "承诺的改造已经完成。"})
}

func urged(s *story) {
	s.inHand()
	s.act(s.author, 1, suggestion.Supplement, suggestion.ActInput{Text: "昨天又发生了一次。"})
	s.act(s.as("jiaoban"), 3, suggestion.Remind, suggestion.ActInput{})
	s.act(s.as("jiaoban"), 3, suggestion.Urge, suggestion.ActInput{Reason: "群众反映强烈，请抓紧。"})
	s.act(s.as("jiaoban"), 3, suggestion.Supervise, suggestion.ActInput{Reason: "仍未办结，现予督办。"})
	s.act(s.as("shenhe"), 0, suggestion.Note, suggestion.ActInput{Text: "已电话了解进展。"})
}

func reopened(s *story) {
	s.replied("A")
	s.act(s.author, 1, suggestion.Rate, suggestion.ActInput{Rating: suggestion.Satisfied})
	s.act(s.author, 3, suggestion.Reopen, suggestion.ActInput{Reason: "修好两周又坏了。"})
}

func guarded(s *story) {
	in := s.input()
	in.Queued = suggestion.NoWork
	s.raise(in, false)
}

func unpublished(s *story) {
	s.accepted(true)
	s.act(s.as("bianji"), 1, suggestion.Unpublish, suggestion.ActInput{Reason: "当事人要求。"})
	if s.prefix == "shi" {
		s.act(s.as("bianji"), 1, suggestion.Publish, suggestion.ActInput{})
	}
}

func amended(s *story) {
	s.accepted(true)
	s.act(s.as("bianji"), 1, suggestion.Amend, suggestion.ActInput{Title: s.m.Title + "（已修改）", Reason: "隐去个人姓名。"})
	s.act(s.as("weiyuan2"), 0, suggestion.Sponsor, suggestion.ActInput{})
}

func drafted(s *story) {
	in := s.input()
	in.Draft = true
	s.raise(in, true)
}
