package diary

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	netmail "net/mail"
	"strconv"
	"strings"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/ical"
	"xieshang/internal/platform/job"
	"xieshang/internal/platform/mail"

	"github.com/google/uuid"
)

const (
	spreadJob = "gathering.invite"
	inviteJob = "gathering.invite.mail"
	sendFor   = 90 * time.Second
	atOnce    = 500 // people written down in one transaction
)

type spreadOrder struct {
	Meeting uuid.UUID `json:"meeting"`
}

type inviteOrder struct {
	Mail uuid.UUID `json:"mail"`
}

// Announce has everybody who is invited told by mail what the gathering is now: an invitation, a change of it, or that it is called off. It is part of the
// transaction in which the gathering became so, whose module has asked who may; asked again, it sends nothing to who has that mail already.
func (s *Service) Announce(tx *db.Tx, meeting uuid.UUID) error {
	if s.n.Sender == nil {
		return nil
	}
	return s.n.Jobs.Put(tx, spreadJob, spreadOrder{meeting}, job.Options{})
}

// spread writes down a mail for each invited person who can be reached.
func (s *Service) spread(ctx context.Context, payload []byte) error {
	var order spreadOrder
	if err := json.Unmarshal(payload, &order); err != nil {
		return fmt.Errorf("read order: %w", err)
	}
	ctx = authz.With(ctx, authz.System())
	m, people, err := s.n.Gatherings.Meeting(ctx, order.Meeting)
	if errors.Is(err, db.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	for len(people) > 0 {
		n := min(atOnce, len(people))
		if err := s.part(ctx, m, people[:n]); err != nil {
			return err
		}
		people = people[n:]
	}
	return nil
}

func (s *Service) part(ctx context.Context, m Meeting, people []uuid.UUID) error {
	accounts, err := s.n.Accounts.OfPeople(ctx, people)
	if err != nil {
		return err
	}
	ids := make([]uuid.UUID, 0, len(accounts))
	for _, a := range accounts {
		ids = append(ids, a)
	}
	reach, err := s.n.Accounts.Reachable(ctx, ids)
	if err != nil {
		return err
	}
	return s.n.DB.Write(ctx, func(tx *db.Tx) error {
		off, err := declined(tx, ids)
		if err != nil {
			return err
		}
		for _, person := range people {
			account, ok := accounts[person]
			if !ok || !reach[account] || off[account] {
				continue
			}
			if err := s.queue(tx, m, account); err != nil {
				return err
			}
		}
		return nil
	})
}

// form is what a mail tells: two mails of one form tell the same.
func (m Meeting) form() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{m.Title, m.Place, m.Start.UTC().Format(time.RFC3339), m.End.UTC().Format(time.RFC3339), strconv.FormatBool(m.Cancelled)}, "\x00")))
	return hex.EncodeToString(sum[:12])
}

// queue writes a mail and its job, unless the last one to this account told the same. Who was never invited is not told that it is called off.
func (s *Service) queue(tx *db.Tx, m Meeting, account uuid.UUID) error {
	forms, err := db.All(tx, db.ScanString, `SELECT form FROM gathering_invite WHERE gathering_id = ? AND account_id = ? ORDER BY number`, m.ID, account)
	if err != nil || len(forms) == 0 && m.Cancelled || len(forms) > 0 && forms[len(forms)-1] == m.form() {
		return err
	}
	id, err := uuid.NewV7FromReader(s.n.Random)
	if err != nil {
		return fmt.Errorf("make id: %w", err)
	}
	// Two workers that came to the same number write one mail.
	n, err := tx.Exec(`INSERT INTO gathering_invite (id, gathering_id, account_id, number, form, state, created) VALUES (?, ?, ?, ?, ?, 'waiting', ?) ON CONFLICT DO NOTHING`,
		id, m.ID, account, len(forms)+1, m.form(), s.n.Clock.Now())
	if err != nil || n == 0 {
		return err
	}
	return s.n.Jobs.Put(tx, inviteJob, inviteOrder{id}, job.Options{})
}

// invite is one mail.
type invite struct {
	id, gathering, account uuid.UUID
	number                 int
	form                   string
	state                  string
}

func scanInvite(r *db.Row) (v invite, err error) {
	var id, g, a string
	if err = r.Scan(&id, &g, &a, &v.number, &v.form, &v.state); err != nil {
		return v, err
	}
	var errs [3]error
	v.id, errs[0] = uuid.Parse(id)
	v.gathering, errs[1] = uuid.Parse(g)
	v.account, errs[2] = uuid.Parse(a)
	return v, errors.Join(errs[:]...)
}

// send hands one mail to the server. What has changed again in the meantime is not sent: the newer mail says it. Tried again, it has the same Message-ID, by
// which receivers drop the second.
func (s *Service) send(ctx context.Context, payload []byte) error {
	var order inviteOrder
	if err := json.Unmarshal(payload, &order); err != nil {
		return fmt.Errorf("read order: %w", err)
	}
	if s.n.Sender == nil {
		return errors.New("no mail server is set")
	}
	ctx = authz.With(ctx, authz.System())
	var v invite
	err := s.n.DB.Read(ctx, func(tx *db.Tx) (err error) {
		v, err = db.One(tx, scanInvite, `SELECT id, gathering_id, account_id, number, form, state FROM gathering_invite WHERE id = ?`, order.Mail)
		return err
	})
	if err != nil || v.state == "sent" || v.state == "dropped" {
		return err
	}
	message, err := s.letter(ctx, v)
	if err != nil {
		return err
	}
	if message == nil {
		return s.end(ctx, v.id, "dropped")
	}
	short, cancel := context.WithTimeout(ctx, sendFor)
	defer cancel()
	if err := s.n.Sender.Send(short, *message); err != nil {
		if !mail.IsTemporary(err) {
			return job.Permanent(err)
		}
		return err
	}
	return s.end(ctx, v.id, "sent")
}

func (s *Service) end(ctx context.Context, id uuid.UUID, state string) error {
	return s.n.DB.Write(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		return tx.MustChange(`UPDATE gathering_invite SET state = ?, ended = ? WHERE id = ?`, state, s.n.Clock.Now(), id)
	})
}

// letter writes the mail with the calendar file; nil when there is nobody to send it to or nothing to say any more.
func (s *Service) letter(ctx context.Context, v invite) (*mail.Message, error) {
	m, _, err := s.n.Gatherings.Meeting(ctx, v.gathering)
	if errors.Is(err, db.ErrNotFound) || err == nil && m.form() != v.form {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	address, err := s.n.Accounts.MailAddress(ctx, v.account)
	if errors.Is(err, db.ErrNotFound) || err == nil && address == "" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	p := s.n.Catalog.Printer(i18n.ZH)
	kind, method := "diary.mail.new", ical.Request
	switch {
	case m.Cancelled:
		kind, method = "diary.mail.off", ical.Cancel
	case v.number > 1:
		kind = "diary.mail.changed"
	}
	e := s.event(m, p)
	e.Invitee = ical.Party{Mail: address}
	if s.n.From != "" {
		e.Organiser = ical.Party{Name: m.Organiser.In(p.Lang()), Mail: s.n.From}
	}
	var file bytes.Buffer
	if err := ical.Write(&file, ical.Calendar{Method: method, Events: []ical.Event{e}}); err != nil {
		return nil, err
	}
	text := p.T(kind, "title", m.Title, "start", m.Start, "place", m.Place, "organiser", m.Organiser.In(p.Lang()))
	if link := s.link(m.ID); link != "" {
		text += "\n\n" + p.T("diary.mail.answer") + "\n" + link
	}
	text += "\n\n" + p.T("diary.mail.file") + "\n" + p.T("diary.mail.stop") + "\n"
	return &mail.Message{ID: v.id.String(), Date: s.n.Clock.Now(), To: netmail.Address{Address: address}, Subject: p.T(kind+".subject", "title", m.Title), Text: text,
		Attachments: []mail.Attachment{{Name: "invite.ics", ContentType: "text/calendar; charset=utf-8; method=" + string(method), Content: file.Bytes()}}}, nil
}

// Mails tells whether the caller gets invitations by mail.
func (s *Service) Mails(ctx context.Context) (on bool, err error) {
	a, err := own(ctx)
	if err != nil {
		return false, err
	}
	err = s.n.DB.Read(ctx, func(tx *db.Tx) error {
		off, err := declined(tx, []uuid.UUID{a.Account})
		on = !off[a.Account]
		return err
	})
	return on, err
}

// SetMails turns invitations by mail on or off for the caller.
func (s *Service) SetMails(ctx context.Context, on bool) error {
	a, err := own(ctx)
	if err != nil {
		return err
	}
	return s.n.DB.Write(ctx, func(tx *db.Tx) error {
		if on {
			_, err := tx.Exec(`DELETE FROM gathering_invite_off WHERE account_id = ?`, a.Account)
			return err
		}
		_, err := tx.Exec(`INSERT INTO gathering_invite_off (account_id, since) VALUES (?, ?) ON CONFLICT DO NOTHING`, a.Account, s.n.Clock.Now())
		return err
	})
}

func declined(tx *db.Tx, accounts []uuid.UUID) (map[uuid.UUID]bool, error) {
	out := map[uuid.UUID]bool{}
	in, args := db.List(accounts)
	err := tx.Rows(func(r *db.Row) error {
		var id string
		if err := r.Scan(&id); err != nil {
			return err
		}
		a, err := uuid.Parse(id)
		out[a] = true
		return err
	}, `SELECT account_id FROM gathering_invite_off WHERE account_id IN (`+in+`) ORDER BY account_id`, args...)
	return out, err
}
