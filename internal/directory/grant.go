package directory

import (
	"context"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Subject is what names are shown for.
type Subject string

// The subjects of a grant of names.
const (
	RosterSubject     Subject = "roster"      // who holds which post
	CoverageSubject   Subject = "coverage"    // who is not reached (C2)
	BranchLifeSubject Subject = "branch_life" // who took part (C3)
)

// Subjects lists the subjects in the order in which screens show them.
func Subjects() []Subject { return []Subject{RosterSubject, CoverageSubject, BranchLifeSubject} }

// Valid tells whether s is a subject.
func (s Subject) Valid() bool {
	return s == RosterSubject || s == CoverageSubject || s == BranchLifeSubject
}

// NameGrant lets a committee above see a committee's people by name for one subject. Without it the committee above sees figures only: between levels
// there is guidance, not command.
type NameGrant struct {
	ID        uuid.UUID
	Committee uuid.UUID // whose people
	Reader    uuid.UUID // the committee above
	Subject   Subject
	Valid     clock.Interval
	Recorded  time.Time
	Ended     time.Time // zero: not taken back
}

// GrantNames lets a committee above see names, by an organiser of the committee itself. Errors: Invalid with the fields.
func (s *Service) GrantNames(ctx context.Context, g NameGrant) (uuid.UUID, error) {
	a := authz.From(ctx)
	if !a.System && !(a.Has(authz.Organiser, g.Committee) && a.May(authz.WriteScope)) { // not even an administrator gives away what is a committee's
		return uuid.Nil, refusal(a)
	}
	snap, err := s.Snapshot(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	var c problem.Check
	if !g.Subject.Valid() {
		c.Add("subject", "directory.err.subject")
	}
	if !snap.Above(g.Reader, g.Committee) {
		c.Add("reader", "directory.err.reader")
	}
	checkInterval(&c, g.Valid)
	if err := c.Err(); err != nil {
		return uuid.Nil, err
	}
	if g.ID, err = newID(); err != nil {
		return uuid.Nil, err
	}
	return g.ID, s.db.Write(ctx, func(tx *db.Tx) error {
		if err := lock(tx); err != nil {
			return err
		}
		list, err := nameGrants(tx, g.Committee)
		if err != nil {
			return err
		}
		for _, k := range list {
			if k.Ended.IsZero() && k.Reader == g.Reader && k.Subject == g.Subject && k.Valid.Overlaps(g.Valid) {
				return problem.On("from", "directory.err.granted")
			}
		}
		_, err = tx.Exec(`INSERT INTO name_grant (id, committee_id, reader_id, subject, valid_from, valid_to, recorded, recorded_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			g.ID, g.Committee, g.Reader, string(g.Subject), dateText(g.Valid.From), dateText(g.Valid.To), s.clock.Now(), idText(a.Account))
		return err
	})
}

// EndNameGrant takes a grant back at once, by an organiser of the committee that gave it.
func (s *Service) EndNameGrant(ctx context.Context, committee, grant uuid.UUID) error {
	a := authz.From(ctx)
	if !a.System && !(a.Has(authz.Organiser, committee) && a.May(authz.WriteScope)) {
		return refusal(a)
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		return tx.MustChange(`UPDATE name_grant SET ended = ?, ended_by = ? WHERE id = ? AND committee_id = ? AND ended = 0`, s.clock.Now(), idText(a.Account), grant, committee)
	})
}

// NameGrants lists what a committee granted, ended ones too, newest first; for its staff and leaders, administrators and the platform.
func (s *Service) NameGrants(ctx context.Context, committee uuid.UUID) ([]NameGrant, error) {
	if a := authz.From(ctx); !reads(a, committee, nil) {
		return nil, refusal(a)
	}
	var out []NameGrant
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = nameGrants(tx, committee)
		return err
	})
	return out, err
}

func nameGrants(tx *db.Tx, committee uuid.UUID) ([]NameGrant, error) {
	return db.All(tx, scanNameGrant, `SELECT id, committee_id, reader_id, subject, valid_from, valid_to, recorded, ended FROM name_grant WHERE committee_id = ? ORDER BY recorded DESC, id DESC`, committee)
}

func scanNameGrant(r *db.Row) (g NameGrant, err error) {
	err = r.Scan(id{&g.ID}, id{&g.Committee}, id{&g.Reader}, &g.Subject, &g.Valid.From, &g.Valid.To, &g.Recorded, &g.Ended)
	return g, err
}

// MaySeeNames tells whether the actor of the context may see a committee's people by name for a subject today: its own staff and leaders, administrators, the
// platform, and staff and leaders of a committee above to which it granted the subject.
func (s *Service) MaySeeNames(ctx context.Context, committee uuid.UUID, subject Subject) (bool, error) {
	a := authz.From(ctx)
	if reads(a, committee, nil) {
		return true, nil
	}
	if !a.SignedIn() || committee == uuid.Nil {
		return false, nil
	}
	var readers []uuid.UUID
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		list, err := nameGrants(tx, committee)
		for _, g := range list {
			if g.Subject == subject && g.Ended.IsZero() && g.Valid.Contains(s.today()) {
				readers = append(readers, g.Reader)
			}
		}
		return err
	})
	return reads(a, committee, readers), err
}

// GrantedNames lists the committees whose people the actor of the context may see by name for a subject today; all is true for administrators and the platform.
func (s *Service) GrantedNames(ctx context.Context, subject Subject) (committees []uuid.UUID, all bool, err error) {
	a := authz.From(ctx)
	if a.System || a.IsAdmin() {
		return nil, true, nil
	}
	if !a.SignedIn() || !a.May(authz.ReadScope) {
		return nil, false, nil
	}
	own := a.Places(nameReaders...)
	committees = append(committees, own...)
	if len(own) == 0 {
		return committees, false, nil
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		in, args := db.List(own)
		list, err := db.All(tx, scanNameGrant, `SELECT id, committee_id, reader_id, subject, valid_from, valid_to, recorded, ended FROM name_grant
			WHERE ended = 0 AND subject = ? AND reader_id IN (`+in+`) ORDER BY committee_id, id`, append([]any{string(subject)}, args...)...)
		for _, g := range list {
			if g.Valid.Contains(s.today()) {
				committees = append(committees, g.Committee)
			}
		}
		return err
	})
	return committees, false, err
}

// mayRead refuses whoever may not see the people of an organisation by name. An outside branch belongs to no committee and is read by administrators only.
func (s *Service) mayRead(ctx context.Context, organisation uuid.UUID, subject Subject) error {
	snap, err := s.Snapshot(ctx)
	if err != nil {
		return err
	}
	ok, err := s.MaySeeNames(ctx, committeeID(snap, organisation), subject)
	if err != nil {
		return err
	}
	if !ok {
		return refusal(authz.From(ctx))
	}
	return nil
}
