package upload

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"xieshang/internal/platform/db"
)

const sweepBatch = 100

// Sweep forgets uploads whose time is over, and removes their pieces; it also removes pieces, older than Limits.Life, of
// uploads that nobody knows, which a crash between two steps leaves behind. It tells how many uploads it removed. Run it
// every hour or so, in one process or in several.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	removed := 0
	for {
		var ids []string
		now := s.clock.Now()
		if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
			ids, err = expired(tx, now, sweepBatch)
			return err
		}); err != nil {
			return removed, fmt.Errorf("find expired uploads: %w", err)
		}
		for _, id := range ids {
			// The row goes first: a body on its way can then not add a piece, and a crash leaves only pieces that are found below.
			if err := s.db.Write(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(`DELETE FROM upload WHERE id = ? AND expires <= ?`, id, now)
				return err
			}); err != nil {
				return removed, fmt.Errorf("forget upload %s: %w", id, err)
			}
			if err := s.removePieces(ctx, id); err != nil {
				return removed, err
			}
			removed++
		}
		if len(ids) < sweepBatch {
			break
		}
	}
	orphans, err := s.sweepOrphans(ctx)
	return removed + orphans, err
}

func (s *Service) sweepOrphans(ctx context.Context) (int, error) {
	before := s.clock.Now().Add(-s.limits.Life)
	var orphans []string
	last := ""
	for info, err := range s.files.List(ctx, "upload/") {
		if err != nil {
			return 0, fmt.Errorf("look for forgotten pieces: %w", err)
		}
		id, _, _ := strings.Cut(strings.TrimPrefix(info.Key, "upload/"), "/")
		if id == last || !info.Modified.Before(before) || uuid.Validate(id) != nil {
			continue
		}
		last = id
		var found bool
		if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
			found, err = known(tx, id)
			return err
		}); err != nil {
			return 0, fmt.Errorf("look for upload %s: %w", id, err)
		}
		if !found {
			orphans = append(orphans, id)
		}
	}
	for i, id := range orphans {
		if err := s.removePieces(ctx, id); err != nil {
			return i, err
		}
	}
	return len(orphans), nil
}

// removePieces deletes every file of an upload, also those that no row knows.
func (s *Service) removePieces(ctx context.Context, id string) error {
	var keys []string
	for info, err := range s.files.List(ctx, prefix(id)) {
		if err != nil {
			return fmt.Errorf("list the pieces of upload %s: %w", id, err)
		}
		keys = append(keys, info.Key)
	}
	for _, key := range keys {
		if err := s.files.Delete(ctx, key); err != nil {
			return fmt.Errorf("remove a piece of upload %s: %w", id, err)
		}
	}
	return nil
}
