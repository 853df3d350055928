package gathering

import (
	"context"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

// For package diary: what calendars show. For the platform only, on behalf of a person who showed a token of their own.

// CalendarOf lists what a person is invited to and that touches a time, cancelled ones too when they had been published, earliest first, at most 500.
func (s *Service) CalendarOf(ctx context.Context, person uuid.UUID, from, to time.Time) ([]Gathering, error) {
	if a := authz.From(ctx); !a.System {
		return nil, refusal(a)
	}
	var out []Gathering
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = read(tx, `WHERE g.state <> 'planned' AND g.published > 0 AND g.starts <= ? AND g.ends >= ? AND EXISTS (SELECT 1 FROM gathering_invitee i WHERE i.gathering_id = g.id AND i.person_id = ?)
			ORDER BY g.starts, g.id LIMIT 500`, to, from, person)
		for i := range out {
			out[i].Minutes = ""
		}
		return err
	})
	return out, err
}

// DuesOf lists the open decisions that a person has to carry out and that are due within some days, both included.
func (s *Service) DuesOf(ctx context.Context, person uuid.UUID, from, to clock.Date) ([]Decision, error) {
	if a := authz.From(ctx); !a.System {
		return nil, refusal(a)
	}
	var out []Decision
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		ctx := tx.Ctx()
		out, err = s.decisions(ctx, tx, `WHERE d.owner_id = ? AND d.done = 0 AND d.dropped = 0 AND d.due >= ? AND d.due <= ?`, person, from.String(), to.String())
		return err
	})
	return out, err
}

// Published gives a gathering that has been published, with who is invited. Errors: db.ErrNotFound for a draft.
func (s *Service) Published(ctx context.Context, id uuid.UUID) (g Gathering, people []uuid.UUID, err error) {
	if a := authz.From(ctx); !a.System {
		return g, nil, refusal(a)
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if g, err = one(tx, id, false); err != nil {
			return err
		}
		if g.Published.IsZero() || g.State == Planned {
			return db.ErrNotFound
		}
		g.Minutes = ""
		people, err = inviteesOf(tx, id)
		return err
	})
	return g, people, err
}
