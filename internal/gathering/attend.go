package gathering

import (
	"context"
	"strings"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Mark is one line of a roll.
type Mark struct {
	Person   uuid.UUID
	Presence Presence  // Unknown takes the line away again
	Way      Way       // ByStaff or OnPaper
	At       time.Time // when they were there; zero: the beginning
	Note     string    // of a make-up: on which day and what was studied
}

// Roll records who was there, as somebody saw it or as a signed list says; for who runs the gathering, from the opening until the record is closed. Marking somebody who
// signed in themselves changes what is known and keeps who changed it. Errors: Invalid with the fields, Conflict in other states.
func (s *Service) Roll(ctx context.Context, id uuid.UUID, marks []Mark) error {
	a := authz.From(ctx)
	return s.change(ctx, id, func(tx *db.Tx, g *Gathering) error {
		ctx := tx.Ctx()
		if g.State != Open && g.State != Held {
			return problem.New(problem.Conflict, "gathering.err.no-roll")
		}
		k, _, err := s.Kind(asPlatform(ctx), g.Committee, g.Kind)
		if err != nil {
			return err
		}
		now := s.clock.Now()
		for _, m := range marks {
			var c problem.Check
			m.Note = strings.TrimSpace(m.Note)
			checkText(&c, "note", m.Note, 0, maxNote)
			switch {
			case m.Presence != Unknown && !m.Presence.Valid():
				c.Add("presence", "gathering.err.presence")
			case m.Presence == MadeUp && !k.MakeUp:
				c.Add("presence", "gathering.err.no-makeup", "kind", k.Name)
			case m.Presence == MadeUp && g.State != Held:
				c.Add("presence", "gathering.err.makeup-early")
			case m.Presence == MadeUp && m.Note == "":
				c.Add("note", "gathering.err.makeup-note")
			}
			if m.Way != ByStaff && m.Way != OnPaper {
				c.Add("way", "gathering.err.presence")
			}
			if err := c.Err(); err != nil {
				return err
			}
			n, err := db.One(tx, db.ScanInt, `SELECT (SELECT COUNT(*) FROM gathering_invitee WHERE gathering_id = ? AND person_id = ?) + (SELECT COUNT(*) FROM gathering_attendance WHERE gathering_id = ? AND person_id = ?)`, id, m.Person, id, m.Person)
			if err != nil {
				return err
			}
			if n == 0 {
				return problem.On("person", "gathering.err.not-invited")
			}
			if m.Presence == Unknown {
				if _, err := tx.Exec(`DELETE FROM gathering_attendance WHERE gathering_id = ? AND person_id = ?`, id, m.Person); err != nil {
					return err
				}
				continue
			}
			at := m.At
			if at.IsZero() {
				at = g.Starts
			}
			_, err = tx.Exec(`INSERT INTO gathering_attendance (gathering_id, person_id, state, way, at, recorded, recorded_by, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT (gathering_id, person_id) DO UPDATE SET state = excluded.state, way = excluded.way, at = excluded.at, recorded = excluded.recorded, recorded_by = excluded.recorded_by, note = excluded.note`,
				id, m.Person, string(m.Presence), string(m.Way), at, now, idText(a.Account), m.Note)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// lateAfter is how long after the beginning somebody who signs in is late.
const lateAfter = 15 * time.Minute

// Noted is what is known of somebody's attendance after a sign-in.
type Noted struct {
	Since time.Time
	First bool // it was not known before
	There bool // false when staff wrote down something else, which stands
}

// attend writes down that somebody was there at a moment, once. What staff wrote stands.
func attend(tx *db.Tx, g *Gathering, person, account uuid.UUID, way Way, at, now time.Time) (Noted, error) {
	state := Present
	if at.After(g.Starts.Add(lateAfter)) {
		state = Late
	}
	n, err := tx.Exec(`INSERT INTO gathering_attendance (gathering_id, person_id, state, way, at, recorded, recorded_by) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (gathering_id, person_id) DO NOTHING`,
		g.ID, person, string(state), string(way), at, now, idText(account))
	if err != nil || n > 0 {
		return Noted{at, n > 0, true}, err
	}
	// Known before: as absent or on leave, when the record was not closed yet, it was wrong.
	if n, err = tx.Exec(`UPDATE gathering_attendance SET state = ?, way = ?, at = ?, recorded = ?, recorded_by = ? WHERE gathering_id = ? AND person_id = ? AND way = ?`,
		string(state), string(way), at, now, idText(account), g.ID, person, string(ByRule)); err != nil || n > 0 {
		return Noted{at, n > 0, true}, err
	}
	return db.One(tx, func(r *db.Row) (v Noted, err error) {
		err = r.Scan(&v.Since, &state)
		v.There = state.There()
		return v, err
	}, `SELECT at, state FROM gathering_attendance WHERE gathering_id = ? AND person_id = ?`, g.ID, person)
}

// invitees lists who is invited and who came without an invitation, by name.
func (s *Service) invitees(ctx context.Context, tx *db.Tx, id uuid.UUID) ([]Invitee, error) {
	list, err := db.All(tx, func(r *db.Row) (i Invitee, err error) {
		err = r.Scan(&i.Person, &i.Answer, &i.Reason, &i.Granted, &i.Presence, &i.Way, &i.At, &i.Note, &i.Guest)
		return i, err
	}, `SELECT i.person_id, i.answer, i.reason, i.granted, COALESCE(a.state, ''), COALESCE(a.way, ''), COALESCE(a.at, 0), COALESCE(a.note, ''), 0
		FROM gathering_invitee i LEFT JOIN gathering_attendance a ON a.gathering_id = i.gathering_id AND a.person_id = i.person_id WHERE i.gathering_id = ?
		UNION ALL SELECT a.person_id, '', '', '', a.state, a.way, a.at, a.note, 1 FROM gathering_attendance a WHERE a.gathering_id = ?
		AND NOT EXISTS (SELECT 1 FROM gathering_invitee i WHERE i.gathering_id = a.gathering_id AND i.person_id = a.person_id)`, id, id)
	if err != nil || len(list) == 0 {
		return list, err
	}
	people := make([]uuid.UUID, len(list))
	for i, x := range list {
		people[i] = x.Person
	}
	names, err := s.directory.Names(asPlatform(ctx), people)
	for i := range list {
		list[i].Name = names[list[i].Person]
	}
	byName(list)
	return list, err
}
