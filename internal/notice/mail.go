package notice

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	netmail "net/mail"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/job"
	"xieshang/internal/platform/mail"

	"github.com/google/uuid"
)

const mailJob = "notice.mail"

// daily is the kind of the one mail a day.
const daily = "daily"

// The states of a mail.
const (
	waiting = "waiting"
	sending = "sending"
	sent    = "sent"
	dropped = "dropped" // its reader turned the kind off, or took the address back
	failed  = "failed"  // refused for good; its job is dead and can be replayed
)

// sendFor bounds one delivery; a claim older than a job's lease belongs to a worker that is gone.
const sendFor = 90 * time.Second

var (
	errNoServer = errors.New("no mail server is set")
	errClaimed  = errors.New("another worker is sending this mail")
)

// letter is one mail: of one notice, or of a day's. Its id is the Message-ID, the same at every attempt.
type letter struct {
	ID      uuid.UUID
	Account uuid.UUID
	Kind    string
	Day     clock.Date
}

type mailOrder struct {
	Mail uuid.UUID `json:"mail"`
}

// queue writes a mail and its job.
func (s *Service) queue(tx *db.Tx, l letter) error {
	if _, err := tx.Exec(`INSERT INTO notice_mail (id, account_id, kind, day, state, created) VALUES (?, ?, ?, ?, ?, ?)`,
		l.ID, l.Account, l.Kind, dayText(l.Day), waiting, s.n.Clock.Now()); err != nil {
		return err
	}
	return s.n.Jobs.Put(tx, mailJob, mailOrder{l.ID}, job.Options{})
}

// send handles the job of a mail. A mail that a server took is never sent again; one that a worker may have handed over when it died is tried again under
// the same Message-ID, by which receivers drop the second.
func (s *Service) send(ctx context.Context, payload []byte) error {
	var order mailOrder
	if err := json.Unmarshal(payload, &order); err != nil {
		return fmt.Errorf("read mail job: %w", err)
	}
	if s.n.Sender == nil {
		return errNoServer
	}
	ctx = authz.With(ctx, authz.System())
	l, mine, err := s.claim(ctx, order.Mail)
	if err != nil || !mine {
		return err
	}
	m, err := s.compose(ctx, l)
	if err != nil || m == nil {
		return errors.Join(err, s.end(ctx, l.ID, map[bool]string{true: dropped, false: waiting}[err == nil], ""))
	}
	ctx2, cancel := context.WithTimeout(ctx, sendFor)
	defer cancel()
	return s.settle(ctx, l.ID, s.n.Sender.Send(ctx2, *m))
}

// settle writes down what became of a delivery and says whether the job is to be tried again.
func (s *Service) settle(ctx context.Context, mailID uuid.UUID, failure error) error {
	switch {
	case failure == nil:
		return s.end(ctx, mailID, sent, "")
	case mail.IsTemporary(failure):
		return errors.Join(failure, s.end(ctx, mailID, waiting, failure.Error()))
	}
	return job.Permanent(errors.Join(failure, s.end(ctx, mailID, failed, failure.Error())))
}

// claim takes a mail for this worker; false when it is over.
func (s *Service) claim(ctx context.Context, mailID uuid.UUID) (l letter, mine bool, err error) {
	err = s.n.DB.Write(ctx, func(tx *db.Tx) error {
		now := s.n.Clock.Now()
		n, err := tx.Exec(`UPDATE notice_mail SET state = ?, claimed = ? WHERE id = ? AND (state IN (?, ?) OR (state = ? AND claimed < ?))`,
			sending, now, mailID, waiting, failed, sending, now.Add(-job.Lease))
		if err != nil {
			return err
		}
		var state string
		if err := tx.Rows(func(r *db.Row) error { return r.Scan(id{&l.ID}, id{&l.Account}, &l.Kind, &l.Day, &state) },
			`SELECT id, account_id, kind, COALESCE(day, ''), state FROM notice_mail WHERE id = ?`, mailID); err != nil {
			return err
		}
		if mine = n == 1; !mine && state == sending {
			return errClaimed
		}
		return nil
	})
	return l, mine, err
}

func (s *Service) end(ctx context.Context, mailID uuid.UUID, state, failure string) error {
	return s.n.DB.Write(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		ended := int64(0)
		if state != waiting {
			ended = db.Micros(s.n.Clock.Now())
		}
		return tx.MustChange(`UPDATE notice_mail SET state = ?, ended = ?, error = ? WHERE id = ?`, state, ended, failure, mailID)
	})
}

// compose writes the letter; nil when there is nothing to say or nobody to say it to any more.
func (s *Service) compose(ctx context.Context, l letter) (*mail.Message, error) {
	address, err := s.n.Accounts.MailAddress(ctx, l.Account)
	if errors.Is(err, db.ErrNotFound) || err == nil && address == "" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []Notice
	var lang string
	err = s.n.DB.Read(ctx, func(tx *db.Tx) error {
		chosen, err := choicesOf(tx, []uuid.UUID{l.Account})
		if err != nil {
			return err
		}
		if lang, err = langOf(tx, l.Account); err != nil {
			return err
		}
		all, err := db.All(tx, scanNotice, `SELECT `+columns+` FROM notice WHERE mail_id = ? ORDER BY kind, created, id LIMIT 1000`, l.ID)
		for _, n := range all {
			if chosen.of(l.Account, n.Kind).Mail != Off {
				list = append(list, n)
			}
		}
		return err
	})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	// A mail travels in the open: it has the title of a matter only where everybody may read it.
	titles, err := s.titles(authz.With(ctx, authz.Actor{}), list[:min(len(list), linesMost)])
	if err != nil {
		return nil, err
	}
	chosen, _ := i18n.ParseLang(lang)
	w := writer{s: s, p: s.n.Catalog.Printer(chosen), titles: titles, stop: s.n.URL + "/unsubscribe/" + s.stopToken(l.Account, l.Kind)}
	m := mail.Message{ID: l.ID.String(), Date: s.n.Clock.Now(), To: netmail.Address{Address: address}, Unsubscribe: w.stop}
	if l.Kind == daily {
		m.Subject, m.Text, err = w.day(ctx, l.Day, list)
	} else {
		m.Subject, m.Text, err = w.one(ctx, list[0])
	}
	return &m, err
}
