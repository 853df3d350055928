package notice

import (
	"context"
	"fmt"
	"time"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/event"

	"github.com/google/uuid"
)

// Fact is something that another module has to tell some accounts. Text is the last part of the key of its sentence ("notice.text."), Occasion tells it from
// the next of the same kind about the same thing: told twice, it is told once.
type Fact struct {
	Accounts []uuid.UUID
	Kind     Kind
	Subject  uuid.UUID
	Text     string
	Occasion string
	Args     Args
	At       time.Time
}

// Tell tells accounts of a fact in the way that each of them chose; accounts that are not active are left out. For the platform itself.
func (s *Service) Tell(ctx context.Context, f Fact) error {
	if err := system(ctx); err != nil {
		return err
	}
	if _, ok := rowOf(f.Kind); !ok {
		return fmt.Errorf("tell of %s: no such kind of notice", f.Kind)
	}
	if len(f.Accounts) == 0 {
		return nil
	}
	reach, err := s.n.Accounts.Reachable(ctx, f.Accounts)
	if err != nil {
		return err
	}
	return s.n.DB.Write(ctx, func(tx *db.Tx) error {
		chosen, err := choicesOf(tx, f.Accounts)
		if err != nil {
			return err
		}
		for _, a := range f.Accounts {
			mailable, active := reach[a]
			if !active {
				continue
			}
			c := chosen.of(a, f.Kind)
			if !mailable || s.n.Sender == nil {
				c.Mail = Off
			}
			if err := s.put(tx, event.Event{Subject: f.Subject, At: f.At}, "", draft{account: a, kind: f.Kind, text: f.Text, key: f.Occasion, args: f.Args}, c); err != nil {
				return fmt.Errorf("tell of %s: %w", f.Kind, err)
			}
		}
		return nil
	})
}
