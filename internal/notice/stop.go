package notice

import (
	"context"
	"fmt"
	"strings"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

const stopIndex = "notice.stop"

// stopToken is what a link in a mail carries: it can turn one kind of mail off for one account, and nothing else.
func (s *Service) stopToken(account uuid.UUID, kind string) string {
	claim := account.String() + "." + kind
	return claim + "." + s.n.Keys.Index(stopIndex, claim)
}

func (s *Service) parseStop(token string) (account uuid.UUID, kind string, err error) {
	bad := problem.New(problem.NotFound, "notice.problem.stop")
	parts := strings.SplitN(token, ".", 3)
	if len(parts) != 3 || !s.n.Keys.Vouches(stopIndex, parts[0]+"."+parts[1], parts[2]) {
		return uuid.Nil, "", bad
	}
	if account, err = uuid.Parse(parts[0]); err != nil {
		return uuid.Nil, "", bad
	}
	if _, ok := rowOf(Kind(parts[1])); !ok && parts[1] != daily {
		return uuid.Nil, "", bad
	}
	return account, parts[1], nil
}

// StopOf tells what a link in a mail turns off: the name of a kind, or "daily" for the mail of the day. Public: the link vouches for itself. Errors: NotFound.
func (s *Service) StopOf(token string) (kind string, err error) {
	_, kind, err = s.parseStop(token)
	return kind, err
}

// Stop turns off what a link in a mail names; notices inside the site stay as they are. Twice does no harm. Public: the link vouches for itself. Errors: NotFound.
func (s *Service) Stop(ctx context.Context, token string) error {
	account, kind, err := s.parseStop(token)
	if err != nil {
		return err
	}
	err = s.n.DB.Write(ctx, func(tx *db.Tx) error {
		chosen, err := choicesOf(tx, []uuid.UUID{account})
		if err != nil {
			return err
		}
		for _, r := range kinds() {
			c := chosen.of(account, r.kind)
			if string(r.kind) != kind && (kind != daily || c.Mail != Daily) {
				continue
			}
			c.Mail = Off
			if err := saveChoice(tx, account, r.kind, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("turn mails off: %w", err)
	}
	return nil
}
