package contact

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Pair is two people of a committee of whom the first contacts the second.
type Pair struct {
	Committee, Contact, Target uuid.UUID
}

// Entry is one contact as the pair noted it.
type Entry struct {
	ID       uuid.UUID
	Day      clock.Date
	How      How
	Words    string
	Author   uuid.UUID // the person of the pair who wrote it
	Mine     bool      // the caller wrote it and may take it back
	Recorded time.Time
}

// the place of the words for the sealer
const place = "contact_log.words"

// Log notes a contact; for the two of a pair whose link holds on that day. Words may be empty. Errors: Invalid with the fields, NotFound.
func (s *Service) Log(ctx context.Context, p Pair, day clock.Date, how How, words string) (uuid.UUID, error) {
	who, err := person(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	if !authz.From(ctx).May(authz.WriteScope) {
		return uuid.Nil, problem.New(problem.Forbidden, "problem.scope")
	}
	if who != p.Contact && who != p.Target {
		return uuid.Nil, noLink()
	}
	if day.IsZero() {
		day = s.today()
	}
	words = strings.TrimSpace(words)
	var c problem.Check
	if !how.Valid() {
		c.Add("how", "contact.err.how")
	}
	if day.After(s.today()) {
		c.Add("day", "contact.err.future")
	}
	if n := utf8.RuneCountInString(words); n > maxWords {
		c.Add("words", "contact.err.long", "max", maxWords, "have", n)
	}
	if err := c.Err(); err != nil {
		return uuid.Nil, err
	}
	sw, err := s.Record.Sweep(platform(ctx))
	if err != nil {
		return uuid.Nil, err
	}
	sealed := ""
	if words != "" {
		if sealed, err = s.Sealer.Seal(place, words); err != nil {
			return uuid.Nil, fmt.Errorf("seal words: %w", err)
		}
	}
	id, err := newID()
	if err != nil {
		return uuid.Nil, err
	}
	return id, s.DB.Write(ctx, func(tx *db.Tx) error {
		links, err := readLinks(tx, `superseded = 0 AND committee_id = ? AND kind = ? AND contact_id = ? AND target_id = ?`, p.Committee, string(ToMember), p.Contact, p.Target)
		if err != nil {
			return err
		}
		if len(links) == 0 {
			return noLink()
		}
		if !slices.ContainsFunc(links, func(l Link) bool { return Held(l, sw).Contains(directory.DayOf(day)) }) {
			return problem.On("day", "contact.err.day")
		}
		_, err = tx.Exec(`INSERT INTO contact_log (id, committee_id, contact_id, target_id, day, how, words, author_id, recorded) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			id, p.Committee, p.Contact, p.Target, day.String(), string(how), sealed, who, s.Clock.Now())
		return err
	})
}

// TakeBack erases what the caller wrote. Errors: NotFound.
func (s *Service) TakeBack(ctx context.Context, entry uuid.UUID) error {
	who, err := person(ctx)
	if err != nil {
		return err
	}
	if !authz.From(ctx).May(authz.WriteScope) {
		return problem.New(problem.Forbidden, "problem.scope")
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(`UPDATE contact_log SET withdrawn = ?, words = '' WHERE id = ? AND author_id = ? AND withdrawn = 0`, s.Clock.Now(), entry, who)
		if err == nil && n == 0 {
			return noLink()
		}
		return err
	})
}

// maxEntries bounds the log of a pair that is shown.
const maxEntries = 200

// Entries reads the log of a pair, newest first, 200 at most; for the two and the secretaries of the contact's branch. Errors: NotFound for everybody else.
func (s *Service) Entries(ctx context.Context, p Pair) ([]Entry, error) {
	if err := s.mayReadLog(ctx, p); err != nil {
		return nil, err
	}
	var out []Entry
	var sealed []string
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, sealed, err = entries(tx, authz.From(ctx).Person, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i, text := range sealed {
		if text == "" {
			continue
		}
		if out[i].Words, err = s.Sealer.Open(place, text); err != nil {
			return nil, fmt.Errorf("open words: %w", err)
		}
	}
	return out, nil
}

func entries(tx *db.Tx, reader uuid.UUID, p Pair) (out []Entry, sealed []string, err error) {
	err = tx.Rows(func(r *db.Row) error {
		var e Entry
		var id, author, words string
		if err := r.Scan(&id, &e.Day, &e.How, &words, &author, &e.Recorded); err != nil {
			return err
		}
		var err error
		if e.ID, err = uuid.Parse(id); err != nil {
			return err
		}
		if e.Author, err = uuid.Parse(author); err != nil {
			return err
		}
		e.Mine = e.Author == reader
		out, sealed = append(out, e), append(sealed, words)
		return nil
	}, `SELECT id, day, how, words, author_id, recorded FROM contact_log WHERE contact_id = ? AND target_id = ? AND committee_id = ? AND withdrawn = 0
		ORDER BY day DESC, recorded DESC, id DESC LIMIT ?`, p.Contact, p.Target, p.Committee, maxEntries)
	return out, sealed, err
}
