package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"xieshang/internal/gathering"
	"xieshang/internal/notice"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/event"

	"github.com/google/uuid"
)

// gatheringTold is the event by which a gathering tells people; it becomes notices outside the transaction, because whose accounts they are is asked then.
const gatheringTold = "gathering.told"

// gatheringFact is its payload: ids and days, nothing that somebody typed.
type gatheringFact struct {
	What     gathering.Told `json:"what"`
	Day      clock.Date     `json:"day"`
	Occasion string         `json:"occasion"`
	Granted  bool           `json:"granted,omitempty"`
	People   []uuid.UUID    `json:"people"`
}

// noticing tells people inside the site.
type noticing struct{ a *App }

// Tell implements gathering.Teller.
func (n noticing) Tell(tx *db.Tx, t gathering.Telling) error {
	f := gatheringFact{What: t.What, Day: t.Gathering.Day(), Granted: t.Verdict == gathering.Granted, People: t.People}
	switch t.What {
	case gathering.ToldInvited: // once, also when somebody left and came back
		f.Occasion = string(t.What)
	case gathering.ToldDecision, gathering.ToldSoon, gathering.ToldLate:
		f.Day, f.Occasion = t.Decision.Due, string(t.What)+":"+t.Decision.ID.String()
	default:
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		f.Occasion = string(t.What) + ":" + id.String()
	}
	return n.a.Bus.Publish(tx, event.Event{Kind: gatheringTold, Subject: t.Gathering.ID, Place: t.Gathering.Committee}, f)
}

// gatheringHeard makes notices of what a gathering told. Run twice, it leaves what one run leaves.
func (a *App) gatheringHeard(ctx context.Context, e event.Event) error {
	var f gatheringFact
	if err := json.Unmarshal(e.Payload, &f); err != nil {
		return fmt.Errorf("read event %s: %w", e.Kind, err)
	}
	ctx = authz.With(ctx, authz.System())
	of, err := a.Accounts.OfPeople(ctx, f.People)
	if err != nil {
		return err
	}
	out := notice.Fact{Kind: notice.Meeting, Subject: e.Subject, Occasion: f.Occasion, Args: notice.Args{Due: f.Day}, At: e.At}
	switch f.What {
	case gathering.ToldInvited:
		out.Text = "gathering-invited"
	case gathering.ToldChanged:
		out.Text = "gathering-changed"
	case gathering.ToldCancelled:
		out.Text = "gathering-cancelled"
	case gathering.ToldLeave:
		out.Text = "gathering-refused"
		if f.Granted {
			out.Text = "gathering-granted"
		}
	case gathering.ToldDecision:
		out.Kind, out.Text = notice.Task, "gathering-decision"
	case gathering.ToldSoon:
		out.Kind, out.Text = notice.Task, "gathering-decision-soon"
	case gathering.ToldLate:
		out.Kind, out.Text = notice.Task, "gathering-decision-late"
	default:
		return fmt.Errorf("gathering told %s, for which there is no notice", f.What)
	}
	for _, p := range f.People {
		if account := of[p]; account != uuid.Nil && account != e.Actor && !slices.Contains(out.Accounts, account) {
			out.Accounts = append(out.Accounts, account)
		}
	}
	return a.Notices.Tell(ctx, out)
}

// subjects gives the titles of what notices are about: matters and gatherings.
type subjects struct{ a *App }

// Titles implements notice.Matters.
func (s subjects) Titles(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]string, error) {
	out, err := s.a.Suggestions.Titles(ctx, ids)
	if err != nil {
		return nil, err
	}
	more, err := s.a.Gatherings.Titles(ctx, ids)
	for id, title := range more {
		out[id] = title
	}
	return out, err
}
