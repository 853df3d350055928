package gathering

import (
	"context"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

// soonDays is how long before its day the owner of a decision is reminded.
const soonDays = 3

// remind tells the owners of open decisions once before their day and once after it.
func (s *Service) remind(ctx context.Context) error {
	today := clock.Today(s.clock)
	var list []Decision
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = s.decisions(tx.Ctx(), tx, `WHERE d.done = 0 AND d.dropped = 0 AND (d.due < ? AND d.reminded <> 'late' OR d.due >= ? AND d.due <= ? AND d.reminded = '')`,
			today.String(), today.String(), today.AddDays(soonDays).String())
		return err
	})
	if err != nil {
		return err
	}
	for _, d := range list {
		what, mark := ToldSoon, "soon"
		if d.Due.Before(today) {
			what, mark = ToldLate, "late"
		}
		err := s.db.Write(ctx, func(tx *db.Tx) error {
			n, err := tx.Exec(`UPDATE gathering_decision SET reminded = ? WHERE id = ? AND done = 0 AND dropped = 0 AND reminded <> ?`, mark, d.ID, mark)
			if err != nil || n == 0 { // another process was faster, or it was carried out meanwhile
				return err
			}
			g, err := one(tx, d.Gathering, false)
			if err != nil {
				return err
			}
			return s.tell(tx, Telling{What: what, Gathering: g, Decision: d, People: []uuid.UUID{d.Owner}})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Titles tells the titles of gatherings, those only that the caller may read; public ones to everybody.
func (s *Service) Titles(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]string, error) {
	out := map[uuid.UUID]string{}
	if len(ids) == 0 {
		return out, nil
	}
	in, args := db.List(unique(ids))
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		list, err := read(tx, `WHERE g.id IN (`+in+`) ORDER BY g.id`, args...)
		if err != nil {
			return err
		}
		for _, g := range list {
			v, err := s.sees(tx.Ctx(), tx, &g)
			if err != nil {
				return err
			}
			if v != nothing || authz.From(ctx).System {
				out[g.ID] = g.Title
			}
		}
		return nil
	})
	return out, err
}
