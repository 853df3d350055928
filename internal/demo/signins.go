package demo

import (
	"context"
	"fmt"
	"time"

	"xieshang/internal/gathering"
	"xieshang/internal/gathering/signin"
	"xieshang/internal/platform/authz"
)

// signIns puts somebody at the door of each gathering that is open now: a reviewer who is not on the list, and a member whose phone had no network for a while.
func (p *province) signIns(ctx context.Context) error {
	for _, prefix := range []string{"sheng", "shi", "xian"} {
		runs := authz.With(ctx, p.people[prefix+"-zuzhi"])
		p.Clock.Set(p.Now)
		list, _, err := p.Gatherings.List(runs, gathering.Query{State: gathering.Open, Limit: 1})
		if err != nil {
			return fmt.Errorf("open gatherings of %s: %w", prefix, err)
		}
		for _, g := range list {
			if err := p.door(ctx, runs, g, prefix); err != nil {
				return fmt.Errorf("door of %s: %w", prefix, err)
			}
		}
	}
	p.Clock.Set(p.Now)
	return nil
}

func (p *province) door(ctx, runs context.Context, g gathering.Gathering, prefix string) error {
	member, guest := authz.With(ctx, p.people[prefix+"-weiyuan2"]), authz.With(ctx, p.people[prefix+"-shenhe"])
	p.Clock.Set(p.Now.Add(-12 * time.Minute))
	ready, err := p.SignIn.Prepare(member, "demo-"+prefix+"-phone-one")
	if err != nil {
		return err
	}
	screen, err := p.SignIn.Screen(runs, g.ID, 0, 1)
	if err != nil {
		return err
	}
	kept := signin.Stored{ID: "1", Code: screen.Codes[0].Digits, At: screen.Now}
	for _, pass := range ready.List {
		if pass.ID == g.ID {
			kept.Pass = pass.Pass
		}
	}
	p.Clock.Set(p.Now.Add(-3 * time.Minute))
	if _, err := p.SignIn.Send(member, []signin.Stored{kept}); err != nil {
		return err
	}
	if screen, err = p.SignIn.Screen(runs, g.ID, 0, 1); err != nil {
		return err
	}
	// Refused with what to do: who runs the gathering lets them in or not.
	if _, err := p.SignIn.Enter(guest, signin.Input{Gathering: g.ID, Code: screen.Codes[0].Digits, Cookie: "demo-" + prefix + "-phone-two"}); err == nil {
		return fmt.Errorf("a guest got in without anybody's doing")
	}
	return nil
}
