package notice

import (
	"context"
	"errors"
	"fmt"
	"time"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

const (
	dailyHour = 8                    // in the morning in Shanghai
	keepFor   = 400 * 24 * time.Hour // notices and mails are forgotten after that
	dailyMost = 500                  // readers whose mail of the day one Tick makes
)

// Tick makes the mails of the day and forgets what is old. For the platform itself; it may run in several processes and as often as one likes.
func (s *Service) Tick(ctx context.Context) error {
	if err := system(ctx); err != nil {
		return err
	}
	return errors.Join(s.makeDaily(ctx), s.forget(ctx))
}

func (s *Service) makeDaily(ctx context.Context) error {
	now := s.n.Clock.Now()
	if s.n.Sender == nil || now.In(clock.Location()).Hour() < dailyHour {
		return nil
	}
	today := clock.DateOf(now)
	var readers []uuid.UUID
	err := s.n.DB.Read(ctx, func(tx *db.Tx) error {
		var err error
		readers, err = db.All(tx, func(r *db.Row) (u uuid.UUID, err error) { err = r.Scan(id{&u}); return u, err },
			`SELECT DISTINCT n.account_id FROM notice n WHERE n.mail = ? AND NOT EXISTS (SELECT 1 FROM notice_mail m WHERE m.account_id = n.account_id AND m.day = ?)
			ORDER BY n.account_id LIMIT ?`, dailyMail, today.String(), dailyMost)
		return err
	})
	if err != nil {
		return fmt.Errorf("look for readers of a mail a day: %w", err)
	}
	for _, r := range readers {
		if err := s.dayOf(ctx, r, today); err != nil {
			return fmt.Errorf("mail of the day: %w", err)
		}
	}
	return nil
}

// dayOf puts what waits for a reader into one mail. What was read inside the site meanwhile needs none. The key (account, day) lets one process win.
func (s *Service) dayOf(ctx context.Context, account uuid.UUID, today clock.Date) error {
	mailID, err := s.newID()
	if err != nil {
		return err
	}
	return s.n.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`UPDATE notice SET mail = ? WHERE account_id = ? AND mail = ? AND inside = 1 AND unread = 0`, noMail, account, dailyMail); err != nil {
			return err
		}
		left, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM notice WHERE account_id = ? AND mail = ?`, account, dailyMail)
		if err != nil || left == 0 {
			return err
		}
		if err := s.queue(tx, letter{ID: mailID, Account: account, Kind: daily, Day: today}); err != nil {
			return err
		}
		_, err = tx.Exec(`UPDATE notice SET mail = ?, mail_id = ? WHERE account_id = ? AND mail = ?`, ownMail, mailID, account, dailyMail)
		return err
	})
}

func (s *Service) forget(ctx context.Context) error {
	before := s.n.Clock.Now().Add(-keepFor)
	old := 0
	err := s.n.DB.Read(ctx, func(tx *db.Tx) error {
		var err error
		old, err = db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM (SELECT 1 FROM notice WHERE created < ? LIMIT 1) o`, before)
		return err
	})
	if err != nil || old == 0 { // most minutes: no write
		return err
	}
	return s.n.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`DELETE FROM notice WHERE created < ?`, before); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM notice_mail WHERE state IN (?, ?) AND created < ?`, sent, dropped, before)
		return err
	})
}
