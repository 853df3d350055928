package account

import (
	"context"
	"fmt"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

// Holders lists the active accounts that hold one of the roles in one of the places today, by id. For the platform itself.
func (s *Service) Holders(ctx context.Context, roles []authz.Role, places []uuid.UUID) (out []uuid.UUID, err error) {
	if err := system(ctx); err != nil {
		return nil, err
	}
	if len(roles) == 0 || len(places) == 0 {
		return nil, nil
	}
	inRoles, args := db.List(roles)
	inPlaces, more := db.List(places)
	today := s.today().String()
	args = append(append(append([]any{}, more...), args...), string(Active), today, today)
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		out, err = db.All(tx, scanID, `SELECT DISTINCT g.account_id FROM account_grant g JOIN account a ON a.id = g.account_id WHERE g.place_id IN (`+inPlaces+`) AND g.role IN (`+inRoles+`)
			AND a.state = ? AND g.superseded IS NULL AND g.from_date <= ? AND (g.to_date IS NULL OR g.to_date > ?) ORDER BY g.account_id`, args...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("holders of roles: %w", err)
	}
	return out, nil
}

// Reachable tells of each account that is active whether it has an address for mail; others are left out. For the platform itself.
func (s *Service) Reachable(ctx context.Context, accounts []uuid.UUID) (map[uuid.UUID]bool, error) {
	if err := system(ctx); err != nil {
		return nil, err
	}
	out := map[uuid.UUID]bool{}
	in, args := db.List(accounts)
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		return tx.Rows(func(r *db.Row) error {
			var id, sealed string
			if err := r.Scan(&id, &sealed); err != nil {
				return err
			}
			u, err := parseID(id)
			out[u] = sealed != ""
			return err
		}, `SELECT id, email_sealed FROM account WHERE id IN (`+in+`) AND state = ? ORDER BY id`, append(args, string(Active))...)
	})
	if err != nil {
		return nil, fmt.Errorf("who can be reached: %w", err)
	}
	return out, nil
}

// MailAddress opens the address of an active account, "" when it gave none; NotFound wraps db.ErrNotFound. For the platform itself.
func (s *Service) MailAddress(ctx context.Context, account uuid.UUID) (string, error) {
	if err := system(ctx); err != nil {
		return "", err
	}
	a, sealed, err := s.load(ctx, account)
	if err != nil || sealed == "" || a.State != Active {
		return "", err
	}
	return s.keys.Open(emailPlace(account), sealed)
}
