package diary

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/ical"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

const (
	tokenSize  = 24 // bytes, 192 bits
	mostToken  = 64 // characters that are looked at
	reachBack  = 90 // days
	reachAhead = 400
	touchEvery = time.Hour
	refresh    = time.Hour
	remind     = 30 * time.Minute
)

// Feed is the caller's calendar address.
type Feed struct {
	Token    string
	Created  time.Time
	LastUsed time.Time // zero: never read
}

func hashOf(token string) string {
	sum := sha256.Sum256([]byte("calendar:" + token))
	return hex.EncodeToString(sum[:])
}

func sealPlace(id string) string { return "gathering.feed:" + id }

// Mine gives the caller's address; ok is false when there is none.
func (s *Service) Mine(ctx context.Context) (f Feed, ok bool, err error) {
	a, err := own(ctx)
	if err != nil {
		return f, false, err
	}
	var id, sealed string
	err = s.n.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Rows(func(r *db.Row) error {
			ok = true
			return r.Scan(&id, &sealed, &f.Created, &f.LastUsed)
		}, `SELECT id, sealed, created, last_used FROM gathering_feed WHERE account_id = ? AND revoked IS NULL ORDER BY created DESC, id DESC LIMIT 1`, a.Account)
	})
	if err != nil || !ok {
		return f, false, err
	}
	f.Token, err = s.n.Keys.Open(sealPlace(id), sealed)
	return f, err == nil, err
}

// Renew gives the caller a new address; the one before stops working at once.
func (s *Service) Renew(ctx context.Context) error {
	a, err := own(ctx)
	if err != nil {
		return err
	}
	b := make([]byte, tokenSize)
	if _, err := io.ReadFull(s.n.Random, b); err != nil {
		return fmt.Errorf("make token: %w", err)
	}
	id, err := uuid.NewV7FromReader(s.n.Random)
	if err != nil {
		return fmt.Errorf("make id: %w", err)
	}
	token := base64.RawURLEncoding.EncodeToString(b)
	sealed, err := s.n.Keys.Seal(sealPlace(id.String()), token)
	if err != nil {
		return err
	}
	return s.n.DB.Write(ctx, func(tx *db.Tx) error {
		if err := revoke(tx, a.Account, s.n.Clock.Now()); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO gathering_feed (id, account_id, person_id, hash, sealed, created) VALUES (?, ?, ?, ?, ?, ?)`, id, a.Account, idText(a.Person), hashOf(token), sealed, s.n.Clock.Now())
		return err
	})
}

// Revoke takes the caller's address back.
func (s *Service) Revoke(ctx context.Context) error {
	a, err := own(ctx)
	if err != nil {
		return err
	}
	return s.n.DB.Write(ctx, func(tx *db.Tx) error { return revoke(tx, a.Account, s.n.Clock.Now()) })
}

// revoke ends every address of an account; what was sealed goes, so that only the trace stays.
func revoke(tx *db.Tx, account uuid.UUID, now time.Time) error {
	_, err := tx.Exec(`UPDATE gathering_feed SET revoked = ?, sealed = '' WHERE account_id = ? AND revoked IS NULL`, now, account)
	return err
}

func idText(id uuid.UUID) string {
	if id == uuid.Nil {
		return ""
	}
	return id.String()
}

// Calendar writes the calendar that an address opens, in the reader's language. Public: the token in the address lets in. Errors: Gone for a token that was taken
// back or never was, and for one whose account is no longer active.
func (s *Service) Calendar(ctx context.Context, token string, p *i18n.Printer) ([]byte, error) {
	gone := problem.New(problem.Gone, "diary.problem.gone")
	if token == "" || len(token) > mostToken {
		return nil, gone
	}
	person, err := s.holder(authz.With(ctx, authz.System()), token)
	if errors.Is(err, db.ErrNotFound) {
		return nil, gone
	}
	if err != nil {
		return nil, err
	}
	c := ical.Calendar{Name: p.T("diary.calendar.name"), Refresh: refresh}
	if person != uuid.Nil {
		if c.Events, err = s.events(authz.With(ctx, authz.System()), person, p); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	err = ical.Write(&b, c)
	return b.Bytes(), err
}

// holder finds whose calendar a token opens, and notes that it was read. Errors: db.ErrNotFound.
func (s *Service) holder(ctx context.Context, token string) (person uuid.UUID, err error) {
	var account uuid.UUID
	var used time.Time
	hash := hashOf(token)
	err = s.n.DB.Read(ctx, func(tx *db.Tx) error {
		ids, err := db.One(tx, func(r *db.Row) (v [2]string, err error) { return v, r.Scan(&v[0], &v[1], &used) },
			`SELECT account_id, person_id, last_used FROM gathering_feed WHERE hash = ? AND revoked IS NULL`, hash)
		if err != nil {
			return err
		}
		if account, err = uuid.Parse(ids[0]); err == nil && ids[1] != "" {
			person, err = uuid.Parse(ids[1])
		}
		return err
	})
	if err != nil {
		return person, err
	}
	active, err := s.n.Accounts.Reachable(ctx, []uuid.UUID{account})
	if err != nil {
		return person, err
	}
	if _, ok := active[account]; !ok {
		return person, fmt.Errorf("account %s is not active: %w", account, db.ErrNotFound)
	}
	now := s.n.Clock.Now()
	if now.Sub(used) < touchEvery {
		return person, nil
	}
	return person, s.n.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE gathering_feed SET last_used = ? WHERE hash = ?`, now, hash)
		return err
	})
}

// events are the gatherings of the last 90 days and of the coming time, and each open decision on its day.
func (s *Service) events(ctx context.Context, person uuid.UUID, p *i18n.Printer) ([]ical.Event, error) {
	now := s.n.Clock.Now()
	today := clock.DateOf(now)
	list, err := s.n.Gatherings.Meetings(ctx, person, now.AddDate(0, 0, -reachBack), now.AddDate(0, 0, reachAhead))
	if err != nil {
		return nil, err
	}
	var out []ical.Event
	for _, m := range list {
		out = append(out, s.event(m, p))
	}
	dues, err := s.n.Gatherings.Dues(ctx, person, today.AddDays(-reachBack), today.AddDays(reachAhead))
	if err != nil {
		return nil, err
	}
	for _, d := range dues {
		out = append(out, ical.Event{UID: d.ID.String() + "@" + s.domain(), Stamp: d.Changed, Day: d.Day, Summary: p.T("diary.due", "text", d.Text), URL: s.link(d.Meeting), Free: true})
	}
	return out, nil
}

func (s *Service) link(meeting uuid.UUID) string {
	if s.n.URL == "" || meeting == uuid.Nil {
		return ""
	}
	return s.n.URL + "/gatherings/" + meeting.String()
}

func (s *Service) event(m Meeting, p *i18n.Printer) ical.Event {
	e := ical.Event{UID: m.ID.String() + "@" + s.domain(), Sequence: m.Sequence, Stamp: m.Changed, Start: m.Start, End: m.End, Summary: m.Title, Place: m.Place, URL: s.link(m.ID), Alarm: remind}
	if !e.End.After(e.Start) {
		e.End = e.Start.Add(time.Hour) // a gathering without an end in its plan
	}
	e.Text = strings.Trim(m.Kind.In(p.Lang())+"\n"+m.Organiser.In(p.Lang()), "\n")
	if m.Cancelled {
		e.Status, e.Summary, e.Alarm = ical.Cancelled, p.T("diary.cancelled", "title", m.Title), 0
	}
	return e
}
