package branchlife

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

const temporaryColumns = `organisation_id, committee_id, approver_id, purpose, letter, valid_from, last_day, dissolved, created, version`

func scanTemporary(r *db.Row) (t Temporary, err error) {
	err = r.Scan(id{&t.ID}, id{&t.Committee}, id{&t.Approver}, &t.Purpose, &t.Letter, &t.From, &t.Last, &t.Dissolved, &t.Created, &t.Version)
	return t, err
}

// Temporaries lists the temporary branches of the caller: those they belong to, approve, or may see by name; the running ones first, at most 200. Errors: SignIn, Forbidden.
func (s *Service) Temporaries(ctx context.Context) ([]Temporary, error) {
	st, err := s.stand(ctx)
	if err != nil {
		return nil, err
	}
	var list []Temporary
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if list, err = db.All(tx, scanTemporary, `SELECT `+temporaryColumns+` FROM branchlife_temporary ORDER BY last_day DESC, organisation_id LIMIT 2000`); err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(t Temporary) bool { return !st.seesTemporary(t) })
		list = list[:min(len(list), 200)]
		for i := range list {
			if list[i].Changes, err = temporaryChanges(tx, list[i].ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, s.fillTemporaries(ctx, st, list)
}

func temporaryChanges(tx *db.Tx, organisation uuid.UUID) ([]TemporaryChange, error) {
	return db.All(tx, func(r *db.Row) (x TemporaryChange, err error) {
		err = r.Scan(&x.Was, &x.Last, &x.Reason, &x.At)
		return x, err
	}, `SELECT was, last_day, reason, at FROM branchlife_temporary_change WHERE organisation_id = ? ORDER BY at, id`, organisation)
}

func (st *caller) seesTemporary(t Temporary) bool {
	if st.system || st.all || slices.Contains(st.names, t.Committee) || len(st.posts[t.ID]) > 0 {
		return true
	}
	above := st.snap.Organisation(t.Approver)
	return above != nil && st.approves(above)
}

func (s *Service) fillTemporaries(ctx context.Context, st *caller, list []Temporary) error {
	b, err := s.read(ctx)
	if err != nil {
		return err
	}
	for i := range list {
		t := &list[i]
		day := t.Last
		if s.today().Before(day) {
			day = s.today()
		}
		if day.Before(t.From) {
			day = t.From
		}
		t.People = b.people(t.ID, day, directory.Participant, directory.Secretary, directory.DeputySecretary, directory.BranchOfficer)
		above := st.snap.Organisation(t.Approver)
		t.Runs = above != nil && st.approves(above) && !t.Last.Before(s.today())
		snap := st.snap
		if snap.Organisation(t.ID) == nil {
			if snap, err = s.Directory.At(ctx, day, clock.Cut(s.Clock.Now())); err != nil {
				return err
			}
		}
		t.Name = snap.OrganisationName(t.ID).ZH
	}
	return nil
}

// Prolong sets another last day for a temporary branch, later or earlier but not past, with the reason; for whoever approves. Who was placed to the old last day stays to the new one. Errors:
// NotFound, Forbidden, Invalid, Conflict.
func (s *Service) Prolong(ctx context.Context, organisation uuid.UUID, version int, last clock.Date, reason string) error {
	st, err := s.stand(ctx)
	if err != nil {
		return err
	}
	var t Temporary
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		t, err = db.One(tx, scanTemporary, `SELECT `+temporaryColumns+` FROM branchlife_temporary WHERE organisation_id = ?`, organisation)
		return err
	})
	if errors.Is(err, db.ErrNotFound) || err == nil && !st.seesTemporary(t) {
		return notFound()
	}
	if err != nil {
		return err
	}
	above, o := st.snap.Organisation(t.Approver), st.snap.Organisation(organisation)
	if above == nil || !st.approves(above) {
		return refusal(st.actor)
	}
	if t.Last.Before(s.today()) || version != 0 && version != t.Version {
		return problem.New(problem.Conflict, "branchlife.err.temporary-over")
	}
	var c problem.Check
	reason = strings.TrimSpace(reason)
	if reason == "" || utf8.RuneCountInString(reason) > maxWords {
		c.Add("reason", "branchlife.err.reason")
	}
	switch {
	case last.IsZero() || last.Before(s.today()) || last.Before(t.From):
		c.Add("last", "branchlife.err.temporary-past")
	case last == t.Last:
		c.Add("last", "branchlife.err.temporary-same")
	case last.Sub(t.From) >= temporaryMost:
		c.Add("last", "branchlife.err.temporary-long", "max", temporaryMost)
	}
	if err := c.Err(); err != nil {
		return err
	}
	sys := actingFor(ctx)
	if o == nil { // it has not begun
		snap, err := s.Directory.At(ctx, t.From, clock.Cut(s.Clock.Now()))
		if err != nil {
			return err
		}
		if o = snap.Organisation(organisation); o == nil {
			return notFound()
		}
	}
	fact := *o
	fact.Valid.To = last.AddDays(1)
	err = s.until(sys, t, last, func(tx *db.Tx) error {
		now, err := db.One(tx, scanTemporary, `SELECT `+temporaryColumns+` FROM branchlife_temporary WHERE organisation_id = ?`+tx.ForUpdate(), organisation)
		if err != nil {
			return err
		}
		if now.Version != t.Version {
			return problem.New(problem.Conflict, "branchlife.err.temporary-over")
		}
		if err := tx.MustChange(`UPDATE branchlife_temporary SET last_day = ?, version = version + 1 WHERE organisation_id = ?`, last.String(), organisation); err != nil {
			return err
		}
		change, err := newID()
		if err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO branchlife_temporary_change (id, organisation_id, was, last_day, reason, account_id, at) VALUES (?, ?, ?, ?, ?, ?, ?)`, change, organisation, t.Last.String(), last.String(), reason, by(tx), s.Clock.Now())
		return err
	})
	if err == nil {
		_, err = s.Directory.PutOrganisation(sys, fact)
	}
	return err
}

// until lets everybody who stays to the last day, or without an end, stay to another last day.
func (s *Service) until(ctx context.Context, t Temporary, last clock.Date, with func(tx *db.Tx) error) error {
	day := t.Last
	if last.Before(day) {
		day = last
	}
	held, err := s.Directory.Roster(ctx, directory.RosterQuery{Organisations: []uuid.UUID{t.ID}, Day: day})
	if err != nil {
		return err
	}
	var list []directory.Membership
	end := last.AddDays(1)
	for _, h := range held {
		m := h.Membership
		if m.Valid.To == end || !m.Valid.To.IsZero() && m.Valid.To.Before(t.Last.AddDays(1)) {
			continue
		}
		m.Valid.To = end
		list = append(list, m)
	}
	_, err = s.Directory.Move(ctx, list, with)
	return err
}

// dissolve closes the record of temporary branches whose last day is over, and ends what was recorded in them without an end.
func (s *Service) dissolve(ctx context.Context) error {
	if a := authz.From(ctx); !a.System {
		return refusal(a)
	}
	var list []Temporary
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = db.All(tx, scanTemporary, `SELECT `+temporaryColumns+` FROM branchlife_temporary WHERE dissolved = 0 AND last_day < ? ORDER BY last_day, organisation_id LIMIT 200`, s.today().String())
		return err
	})
	for _, t := range list {
		if err != nil {
			return err
		}
		err = s.until(ctx, t, t.Last, func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE branchlife_temporary SET dissolved = ? WHERE organisation_id = ? AND dissolved = 0 AND last_day < ?`, s.Clock.Now(), t.ID, s.today().String())
			return err
		})
	}
	return err
}
