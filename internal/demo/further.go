package demo

import (
	"fmt"
	"time"

	"xieshang/internal/platform/clock"
	"xieshang/internal/suggestion"
)

// takenUp: a member takes up a resident's message that waits.
func takenUp(s *story) {
	s.raise(s.input(), false)
	s.act(s.as("weiyuan"), 1, suggestion.TakeUp, suggestion.ActInput{Reason: "我走访时也看到了。"})
}

// waiting is a resident's message that members of the committee may take up.
func waiting(s *story) { s.raise(s.input(), false) }

// lateOpinion: a department is asked for its opinion while the lead works, and lets its date pass.
func lateOpinion(s *story) {
	s.inHand()
	s.act(s.as("jiaoban"), 1, suggestion.AddTeam, suggestion.ActInput{Team: []suggestion.TeamPart{{Department: s.traffic, Part: suggestion.Joint}}, Due: clock.DateOf(s.p.Clock.Now()).AddDays(3)})
}

// retracted: staff accepted the wrong answer, took it back and accepted the right one.
func retracted(s *story) {
	s.replied("A")
	s.act(s.as("shenhe"), 1, suggestion.RetractAnswer, suggestion.ActInput{Reason: "答复与另一件弄混了。"})
	s.signed("A")
	s.act(s.as("shenhe"), 1, suggestion.AcceptAnswer, suggestion.ActInput{})
}

func restored(s *story) {
	converted(s)
	s.act(s.as("shenhe"), 1, suggestion.Restore, suggestion.ActInput{Reason: "选错了事项，仍按微建议办理。"})
}

func promiseAhead(s *story) {
	s.replied("B")
	s.act(s.as("jiaoban"), 2, suggestion.RemindPromise, suggestion.ActInput{Reason: "承诺的日期近了。"})
}

// looked: staff needed the author's telephone number.
func looked(s *story) {
	in := s.input()
	in.Phone = "0731-55501234"
	s.raise(in, false)
	if s.err == nil {
		_, s.err = s.p.Suggestions.Look(s.as("shenhe"), s.ref)
	}
}

// imported came from another platform, and a member takes it up here.
func imported(s *story) {
	rows := []suggestion.ImportRow{{SourceID: s.m.Title, Title: s.m.Title, Body: s.m.Body, At: s.p.Clock.Now().Add(-24 * time.Hour)}}
	if _, s.err = s.p.Suggestions.Import(s.ctx, s.p.committees[s.code], "演示/旧平台", rows, nil); s.err != nil {
		return
	}
	page, err := s.p.Suggestions.List(s.ctx, suggestion.Filter{Committee: s.p.committees[s.code], Kind: suggestion.Message, Limit: 1})
	if err != nil || len(page.Items) == 0 {
		s.err = fmt.Errorf("find the imported message: %w", err)
		return
	}
	s.ref = page.Items[0].ID.String()
	s.act(s.as("weiyuan"), 1, suggestion.TakeUp, suggestion.ActInput{})
}
