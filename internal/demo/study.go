package demo

import (
	"context"
	"fmt"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	topics "xieshang/internal/study"

	"github.com/google/uuid"
)

// study lets three committees study something (E1): one topic that is over and was studied at gatherings, so that some still have to catch up, one that runs, and a draft.
func (p *province) study(ctx context.Context) error {
	snap, err := p.Directory.Snapshot(ctx)
	if err != nil {
		return err
	}
	today := clock.DateOf(p.Now)
	for _, place := range []struct{ prefix, code string }{{"shi", "430100"}, {"sheng", "430000"}, {"xian", "430102"}} {
		as := authz.With(ctx, p.people[place.prefix+"-zuzhi"])
		committee := p.committees[place.code]
		branches := snap.Under(committee, directory.Branch, directory.MembersBranch)
		if len(branches) == 0 {
			continue
		}
		run := branches[0].ID
		over := topics.Topic{Organisation: run, Kind: topics.Branch, Title: "学习河湖保护样例读本（演示）", Text: "重点读第二章。\n每人准备三分钟发言。", From: today.AddDays(-150), To: today.AddDays(-10), Audience: []uuid.UUID{run}}
		now := topics.Topic{Organisation: run, Kind: topics.Special, Title: "学习基层协商样例讲义（演示）", Text: "结合自己走访的一件事谈体会。", From: today.AddDays(-20), To: today.AddDays(12), Audience: []uuid.UUID{run}}
		draft := topics.Topic{Organisation: committee, Kind: topics.FirstLesson, Title: "明年开年第一课（演示）", From: today.AddDays(30), To: today.AddDays(75), Audience: []uuid.UUID{committee}}
		for _, t := range []topics.Topic{over, now, draft} {
			id, err := p.Study.Plan(as, t)
			if err != nil {
				return fmt.Errorf("study of %s: %w", place.prefix, err)
			}
			if t.Kind == topics.FirstLesson {
				continue
			}
			if err := p.Study.Publish(as, id); err != nil {
				return err
			}
			if _, err := p.Study.AddMaterial(as, topics.Material{Topic: id, Title: "样例读本", Address: "https://example.org/reader"}); err != nil {
				return err
			}
			list, err := p.Study.Candidates(as, id)
			if err != nil {
				return err
			}
			for i, s := range list {
				if t.Kind == topics.Branch && s.Over && i < 3 {
					if err := p.Study.Link(as, id, s.Gathering); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}
