package branchlife

import (
	"context"
	"errors"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

// Tick lets letters lapse whose last valid day is over and dissolves temporary branches whose last day is over; only for the platform. It may run twice.
func (s *Service) Tick(ctx context.Context) error {
	if a := authz.From(ctx); !a.System {
		return refusal(a)
	}
	return errors.Join(s.lapse(ctx), s.dissolve(ctx))
}

func (s *Service) lapse(ctx context.Context) error {
	tr, _ := transferLife.Find(Lapse)
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		ids, err := db.All(tx, func(r *db.Row) (u uuid.UUID, err error) { err = r.Scan(id{&u}); return u, err },
			`SELECT id FROM branchlife_transfer WHERE state = 'released' AND until < ? ORDER BY id LIMIT 500`, s.today().String())
		if err != nil {
			return err
		}
		for _, u := range ids {
			t, err := oneTransfer(tx, u, tx.ForUpdate())
			if err != nil {
				return err
			}
			if t.State != Released || !t.Until.Before(s.today()) {
				continue
			}
			if err := s.take(tx, &t, tr, IsRule, TransferInput{}); err != nil {
				return err
			}
		}
		return nil
	})
}
