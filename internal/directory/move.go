package directory

import (
	"context"
	"fmt"
	"strings"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Move records several memberships in one step: those with an ID correct the one that has it, those without begin. What must hold of all facts is looked at once, after all of
// them, so that one may end on the day on which another begins. with, which may be nil, writes in the same transaction what the move is part of. Only for the platform, on behalf
// of modules whose own policy has decided. Errors: Invalid with the fields, Conflict when one was corrected meanwhile, those of with.
func (s *Service) Move(ctx context.Context, list []Membership, with func(tx *db.Tx) error) ([]uuid.UUID, error) {
	if err := platformOnly(ctx); err != nil {
		return nil, err
	}
	var c problem.Check
	ids := make([]uuid.UUID, len(list))
	for i := range list {
		list[i].Sector, list[i].Note = strings.TrimSpace(list[i].Sector), strings.TrimSpace(list[i].Note)
		list[i].check(&c)
		var err error
		if ids[i], err = newID(); err != nil {
			return nil, err
		}
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	return ids, s.db.Write(ctx, func(tx *db.Tx) error {
		if err := lock(tx); err != nil {
			return err
		}
		rec := newRecorder(tx, s.clock)
		for i, m := range list {
			replaces := m.ID
			m.ID = ids[i]
			if replaces != uuid.Nil {
				was, err := readMemberships(tx, `WHERE id = ? AND superseded = 0`, replaces)
				if err != nil {
					return err
				}
				if len(was) == 0 || was[0].Person != m.Person {
					return problem.New(problem.Conflict, "problem.conflict")
				}
			}
			if err := rec.membership(tx, m, replaces); err != nil {
				return fmt.Errorf("record membership: %w", err)
			}
		}
		if err := checkMemberships(tx, peopleOf(list)); err != nil {
			return err
		}
		if with != nil {
			if err := with(tx); err != nil {
				return err
			}
		}
		tx.AfterCommit(s.changed)
		return bump(tx)
	})
}
