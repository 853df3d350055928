package notice

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/event"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

// draft is a notice whose reader's choice is not known yet.
type draft struct {
	account uuid.UUID
	kind    Kind
	text    string
	args    Args
	key     string // the occasion
}

// heard handles an event. Run twice, or by two workers at once, it leaves what one run leaves: the key of a notice is unique, and a mail is queued in the
// transaction that wrote the notice.
func (s *Service) heard(ctx context.Context, e event.Event) error {
	ctx = authz.With(ctx, authz.System())
	t := &told{action: wf.Action(strings.TrimPrefix(e.Kind, suggestion.EventPrefix)), committee: e.Place}
	if err := json.Unmarshal(e.Payload, &t.Moved); err != nil {
		return fmt.Errorf("read event %s: %w", e.Kind, err)
	}
	list, err := s.drafts(ctx, t, e.Actor)
	if err != nil || len(list) == 0 {
		return err
	}
	accounts := make([]uuid.UUID, len(list))
	for i, d := range list {
		accounts[i] = d.account
	}
	reach, err := s.n.Accounts.Reachable(ctx, accounts)
	if err != nil {
		return err
	}
	return s.n.DB.Write(ctx, func(tx *db.Tx) error {
		choices, err := choicesOf(tx, accounts)
		if err != nil {
			return err
		}
		for _, d := range list {
			mailable, active := reach[d.account]
			if !active {
				continue
			}
			c := choices.of(d.account, d.kind)
			if !mailable || s.n.Sender == nil {
				c.Mail = Off
			}
			if err := s.put(tx, e, t.Number, d, c); err != nil {
				return fmt.Errorf("notice of %s: %w", e.Kind, err)
			}
		}
		return nil
	})
}

// drafts finds who is told what; the first line that means somebody is theirs.
func (s *Service) drafts(ctx context.Context, t *told, doer uuid.UUID) ([]draft, error) {
	var out []draft
	for _, r := range rules()[t.action] {
		if r.when != nil && !r.when(t) {
			continue
		}
		for _, to := range r.who(t) {
			accounts := t.Authors
			if !to.authors {
				var err error
				if accounts, err = s.n.Accounts.Holders(ctx, to.roles, []uuid.UUID{to.place}); err != nil {
					return nil, err
				}
			}
			due := t.due(to)
			for _, a := range accounts {
				d := draft{account: a, kind: r.kind, text: r.text, key: t.occasion(due), args: Args{Due: due, Other: t.Other, Department: t.Department}}
				known := slices.ContainsFunc(out, func(o draft) bool { return o.account == a && o.kind == d.kind && o.key == d.key })
				if a != doer && !known {
					out = append(out, d)
				}
			}
		}
	}
	return out, nil
}

// put writes a notice unless it is there already, and queues its mail.
func (s *Service) put(tx *db.Tx, e event.Event, number string, d draft, c Choice) error {
	if !c.Inside && c.Mail == Off {
		return nil
	}
	id, err := s.newID()
	if err != nil {
		return err
	}
	n := Notice{ID: id, Account: d.account, Kind: d.kind, Subject: e.Subject, Number: number, Text: d.text, Args: d.args, Created: e.At}
	var mailID uuid.UUID
	if c.Mail == AtOnce {
		if mailID, err = s.newID(); err != nil {
			return err
		}
	}
	isNew, err := insert(tx, n, d.key, c, mailID)
	if err != nil || !isNew || mailID == uuid.Nil {
		return err
	}
	return s.queue(tx, letter{ID: mailID, Account: d.account, Kind: string(d.kind)})
}
