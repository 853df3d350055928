package account

import (
	"context"
	"fmt"
	"slices"

	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

// OfPeople gives the active account of each person who has one, the newest of several. For the platform itself.
func (s *Service) OfPeople(ctx context.Context, people []uuid.UUID) (map[uuid.UUID]uuid.UUID, error) {
	if err := system(ctx); err != nil {
		return nil, err
	}
	out := map[uuid.UUID]uuid.UUID{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		for chunk := range slices.Chunk(people, 500) {
			in, args := db.List(chunk)
			err := tx.Rows(func(r *db.Row) error {
				var id, person string
				if err := r.Scan(&id, &person); err != nil {
					return err
				}
				a, err := parseID(id)
				if err != nil {
					return err
				}
				p, err := parseID(person)
				out[p] = a
				return err
			}, `SELECT id, person_id FROM account WHERE person_id IN (`+in+`) AND state = ? ORDER BY created, id`, append(args, string(Active))...)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("accounts of people: %w", err)
	}
	return out, nil
}
