package gathering

import (
	"context"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// SetMinutes keeps the minutes and whether who was invited may read them; for who runs the gathering, from the opening until the record is closed. version is the one that was
// read. Errors: Invalid on "minutes", Conflict.
func (s *Service) SetMinutes(ctx context.Context, id uuid.UUID, version int, minutes string, shown bool) error {
	return s.change(ctx, id, func(tx *db.Tx, g *Gathering) error {
		minutes = strings.TrimSpace(minutes)
		var c problem.Check
		checkText(&c, "minutes", minutes, 0, maxMinutes)
		if err := c.Err(); err != nil {
			return err
		}
		if g.State != Open && g.State != Held {
			return problem.New(problem.Conflict, "gathering.err.no-minutes")
		}
		n, err := tx.Exec(`UPDATE gathering SET minutes = ?, shown = ?, version = version + 1 WHERE id = ? AND version = ?`, minutes, shown, id, version)
		if err == nil && n == 0 {
			err = problem.New(problem.Conflict, "problem.conflict")
		}
		return err
	})
}

// Decide records what was decided, who carries it out and until when; the owner is told and sees it at home. The owner has a post in the committee. Errors:
// Invalid with the fields, Conflict before the opening and after the record was closed.
func (s *Service) Decide(ctx context.Context, id uuid.UUID, d Decision) (uuid.UUID, error) {
	a := authz.From(ctx)
	if !a.SignedIn() && !a.System {
		return uuid.Nil, refusal(a)
	}
	d.Text = strings.TrimSpace(d.Text)
	var err error
	if d.ID, err = newID(); err != nil {
		return uuid.Nil, err
	}
	snap, err := s.directory.Snapshot(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	return d.ID, s.change(ctx, id, func(tx *db.Tx, g *Gathering) error {
		ctx := tx.Ctx()
		var c problem.Check
		checkText(&c, "text", d.Text, 1, maxBody)
		if d.Due.IsZero() || d.Due.Before(g.Day()) {
			c.Add("due", "gathering.err.due")
		}
		if d.Owner == uuid.Nil {
			c.Add("owner", "gathering.err.owner")
		}
		if err := c.Err(); err != nil {
			return err
		}
		if g.State != Open && g.State != Held {
			return problem.New(problem.Conflict, "gathering.err.no-minutes")
		}
		held, err := s.directory.Roster(asPlatform(ctx), directory.RosterQuery{People: []uuid.UUID{d.Owner}})
		if err != nil {
			return err
		}
		known := false
		for _, h := range held {
			k := snap.CommitteeFor(h.Organisation)
			known = known || k != nil && k.ID == g.Committee
		}
		n, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM gathering_invitee WHERE gathering_id = ? AND person_id = ?`, id, d.Owner)
		if err != nil {
			return err
		}
		if !known && n == 0 {
			return problem.On("owner", "gathering.err.owner")
		}
		if _, err := tx.Exec(`INSERT INTO gathering_decision (id, gathering_id, text, owner_id, due, created, created_by) VALUES (?, ?, ?, ?, ?, ?, ?)`, d.ID, id, d.Text, d.Owner, d.Due.String(), s.clock.Now(), a.Account); err != nil {
			return err
		}
		d.Gathering, d.Title = id, g.Title
		return s.tell(tx, Telling{What: ToldDecision, Gathering: *g, Decision: d, People: []uuid.UUID{d.Owner}})
	})
}

// Finish says that a decision was carried out, with how; for its owner and for who runs the gathering. A second time changes nothing.
func (s *Service) Finish(ctx context.Context, decision uuid.UUID, note string) error {
	return s.decision(ctx, decision, note, true, func(tx *db.Tx, note string) error {
		_, err := tx.Exec(`UPDATE gathering_decision SET done = ?, done_note = ?, done_by = ? WHERE id = ? AND done = 0`, s.clock.Now(), note, authz.From(ctx).Account, decision)
		return err
	})
}

// Drop says that a decision is not carried out any more, with the reason; for who runs the gathering.
func (s *Service) Drop(ctx context.Context, decision uuid.UUID, why string) error {
	return s.decision(ctx, decision, why, false, func(tx *db.Tx, why string) error {
		_, err := tx.Exec(`UPDATE gathering_decision SET dropped = ?, drop_reason = ? WHERE id = ? AND dropped = 0 AND done = 0`, s.clock.Now(), why, decision)
		return err
	})
}

func (s *Service) decision(ctx context.Context, decision uuid.UUID, note string, owner bool, do func(tx *db.Tx, note string) error) error {
	a := authz.From(ctx)
	if !a.SignedIn() && !a.System {
		return refusal(a)
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		ctx := tx.Ctx()
		list, err := s.decisions(ctx, tx, `WHERE d.id = ?`, decision)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return problem.New(problem.NotFound, "problem.not-found")
		}
		d := list[0]
		if !(owner && a.Person != uuid.Nil && d.Owner == a.Person && a.May(authz.WriteScope)) {
			g, err := one(tx, d.Gathering, false)
			if err != nil {
				return err
			}
			if err := s.mayRun(ctx, g.Holders); err != nil {
				return err
			}
		}
		note = strings.TrimSpace(note)
		var c problem.Check
		checkText(&c, "note", note, 1, maxBody)
		if err := c.Err(); err != nil {
			return err
		}
		if !d.Dropped.IsZero() {
			return problem.New(problem.Conflict, "gathering.err.dropped")
		}
		return do(tx, note)
	})
}

// MyDecisions lists what the actor has to carry out, what is due first; only what is open.
func (s *Service) MyDecisions(ctx context.Context) ([]Decision, error) {
	a := authz.From(ctx)
	if !a.SignedIn() {
		return nil, refusal(a)
	}
	if a.Person == uuid.Nil {
		return nil, nil
	}
	var out []Decision
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		ctx := tx.Ctx()
		out, err = s.decisions(ctx, tx, `WHERE d.owner_id = ? AND d.done = 0 AND d.dropped = 0`, a.Person)
		return err
	})
	return out, err
}

func (s *Service) decisions(ctx context.Context, tx *db.Tx, where string, args ...any) ([]Decision, error) {
	list, err := db.All(tx, func(r *db.Row) (d Decision, err error) {
		err = r.Scan(&d.ID, &d.Gathering, &d.Title, &d.Text, &d.Owner, &d.Due, &d.Done, &d.DoneNote, &d.Dropped, &d.Reason)
		return d, err
	}, `SELECT d.id, d.gathering_id, g.title, d.text, d.owner_id, d.due, d.done, d.done_note, d.dropped, d.drop_reason FROM gathering_decision d JOIN gathering g ON g.id = d.gathering_id `+where+` ORDER BY d.due, d.id LIMIT 500`, args...)
	if err != nil || len(list) == 0 {
		return list, err
	}
	var people []uuid.UUID
	for _, d := range list {
		people = append(people, d.Owner)
	}
	names, err := s.directory.Names(asPlatform(ctx), unique(people))
	for i := range list {
		list[i].OwnerName = names[list[i].Owner]
	}
	return list, err
}

// Overdue lists open decisions past their day of gatherings that the actor runs, oldest first, at most 100.
func (s *Service) Overdue(ctx context.Context) ([]Decision, error) {
	mine, _, err := s.List(ctx, Query{Limit: 200})
	if err != nil {
		return nil, err
	}
	ids := make([]uuid.UUID, len(mine))
	for i, g := range mine {
		ids[i] = g.ID
	}
	var out []Decision
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		ctx := tx.Ctx()
		in, args := db.List(ids)
		out, err = s.decisions(ctx, tx, `WHERE d.gathering_id IN (`+in+`) AND d.done = 0 AND d.dropped = 0 AND d.due < ?`, append(args, clock.Today(s.clock).String())...)
		return err
	})
	return out[:min(len(out), 100)], err
}

const maxFiles = 60

// AddFile adds a file that was stored before; for who runs the gathering, unless its record is closed. Errors: Invalid on "files".
func (s *Service) AddFile(ctx context.Context, id uuid.UUID, f File) (uuid.UUID, error) {
	a := authz.From(ctx)
	var err error
	if f.ID, err = newID(); err != nil {
		return uuid.Nil, err
	}
	return f.ID, s.change(ctx, id, func(tx *db.Tx, g *Gathering) error {
		if g.State == Closed || g.State == Cancelled {
			return problem.New(problem.Conflict, "gathering.err.over")
		}
		n, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM gathering_file WHERE gathering_id = ? AND removed = 0`, id)
		if err != nil {
			return err
		}
		if n >= maxFiles {
			return problem.On("files", "gathering.err.files", "max", maxFiles)
		}
		_, err = tx.Exec(`INSERT INTO gathering_file (id, gathering_id, name, type, size, blob, medium, thumb, added, added_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			f.ID, id, f.Name, f.Type, f.Size, f.Blob, f.Medium, f.Thumb, s.clock.Now(), a.Account)
		return err
	})
}

// RemoveFile takes a file off; for who runs the gathering, unless its record is closed.
func (s *Service) RemoveFile(ctx context.Context, id, file uuid.UUID) error {
	return s.change(ctx, id, func(tx *db.Tx, g *Gathering) error {
		if g.State == Closed {
			return problem.New(problem.Conflict, "gathering.err.over")
		}
		return tx.MustChange(`UPDATE gathering_file SET removed = ? WHERE id = ? AND gathering_id = ? AND removed = 0`, s.clock.Now(), file, id)
	})
}

// File is one file of a gathering for whoever may read its minutes.
func (s *Service) File(ctx context.Context, id, file uuid.UUID) (File, error) {
	l, err := s.Get(ctx, id)
	if err != nil {
		return File{}, err
	}
	for _, f := range l.Files {
		if f.ID == file {
			return f, nil
		}
	}
	return File{}, hidden(authz.From(ctx))
}

func readFiles(tx *db.Tx, id uuid.UUID) ([]File, error) {
	return db.All(tx, func(r *db.Row) (f File, err error) {
		err = r.Scan(&f.ID, &f.Name, &f.Type, &f.Size, &f.Blob, &f.Medium, &f.Thumb, &f.Added)
		return f, err
	}, `SELECT id, name, type, size, blob, medium, thumb, added FROM gathering_file WHERE gathering_id = ? AND removed = 0 ORDER BY added, id`, id)
}
