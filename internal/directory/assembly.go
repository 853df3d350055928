package directory

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

const ofMembership = `m.id, m.person_id, m.organisation_id, m.post, m.sector, m.service, m.start_reason, m.end_reason, m.note, m.valid_from, m.valid_to, m.recorded, m.superseded`

func (m *Membership) check(c *problem.Check) {
	if !m.Post.Valid() {
		c.Add("post", "directory.err.post")
	}
	if !m.Service.Valid() || m.Service != NoTenure && m.Post != ViceChair {
		c.Add("service", "directory.err.service")
	}
	if m.StartReason != NoReason && !slices.Contains(StartReasons(), m.StartReason) {
		c.Add("start_reason", "directory.err.reason")
	}
	if m.EndReason != NoReason && !slices.Contains(EndReasons(), m.EndReason) {
		c.Add("end_reason", "directory.err.reason")
	}
	if m.EndReason != NoReason && m.Valid.To.IsZero() {
		c.Add("to", "directory.err.end-without-day")
	}
	for name, text := range map[string]string{"sector": m.Sector, "note": m.Note} {
		if n := utf8.RuneCountInString(text); n > maxName {
			c.Add(name, "directory.err.long", "max", maxName, "have", n)
		}
	}
	checkInterval(c, m.Valid)
}

func (a *Affiliation) check(c *problem.Check) {
	if !a.Party.Valid() {
		c.Add("party", "directory.err.party")
	}
	if a.Probationary && a.Party != CPC {
		c.Add("probationary", "directory.err.probationary")
	}
	checkInterval(c, a.Valid)
}

func (t *Term) check(c *problem.Check) {
	if t.Number < 1 || t.Number > 99 {
		c.Add("number", "directory.err.term")
	}
	checkInterval(c, t.Valid)
}

func (rec recorder) affiliation(tx *db.Tx, a Affiliation, replaces uuid.UUID) error {
	if replaces != uuid.Nil {
		if err := tx.MustChange(`UPDATE affiliation SET superseded = ? WHERE id = ? AND superseded = 0`, rec.now, replaces); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`INSERT INTO affiliation (id, person_id, party, probationary, valid_from, valid_to, recorded, recorded_by, replaces) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		a.ID, a.Person, string(a.Party), a.Probationary, dateText(a.Valid.From), dateText(a.Valid.To), rec.now, rec.by, idText(replaces))
	return err
}

func (rec recorder) term(tx *db.Tx, t Term) error {
	fact, err := newID()
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE term_fact SET superseded = ? WHERE term_id = ? AND superseded = 0`, rec.now, t.ID); err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO term_fact (id, term_id, committee_id, number, valid_from, valid_to, recorded, recorded_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		fact, t.ID, t.Committee, t.Number, dateText(t.Valid.From), dateText(t.Valid.To), rec.now, rec.by)
	return err
}

func readAffiliations(tx *db.Tx, where string, args ...any) ([]Affiliation, error) {
	return db.All(tx, func(r *db.Row) (a Affiliation, err error) {
		err = r.Scan(id{&a.ID}, id{&a.Person}, &a.Party, &a.Probationary, &a.Valid.From, &a.Valid.To, &a.Recorded, &a.Superseded)
		return a, err
	}, `SELECT id, person_id, party, probationary, valid_from, valid_to, recorded, superseded FROM affiliation `+where, args...)
}

// PutMembership makes a membership (nil ID) or corrects the one with this ID, which is superseded. For administrators, the platform and organisers of
// the committee that the organisation belongs to. Errors: Invalid with the fields, Conflict when somebody else corrected it meanwhile.
func (s *Service) PutMembership(ctx context.Context, m Membership) (uuid.UUID, error) {
	snap, err := s.Snapshot(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	if err := mayEdit(authz.From(ctx), committeeID(snap, m.Organisation)); err != nil {
		return uuid.Nil, err
	}
	m.Sector, m.Note = strings.TrimSpace(m.Sector), strings.TrimSpace(m.Note)
	var c problem.Check
	m.check(&c)
	if err := c.Err(); err != nil {
		return uuid.Nil, err
	}
	replaces := m.ID
	if m.ID, err = newID(); err != nil {
		return uuid.Nil, err
	}
	return m.ID, s.db.Write(ctx, func(tx *db.Tx) error {
		if err := lock(tx); err != nil {
			return err
		}
		if _, err := onePerson(tx, m.Person); err != nil {
			return err
		}
		if replaces != uuid.Nil {
			was, err := readMemberships(tx, `WHERE id = ? AND superseded = 0`, replaces)
			if err != nil {
				return err
			}
			if len(was) == 0 || was[0].Person != m.Person {
				return problem.New(problem.Conflict, "problem.conflict")
			}
			if err := mayEdit(authz.From(ctx), committeeID(snap, was[0].Organisation)); err != nil {
				return err
			}
		}
		tx.AfterCommit(s.changed)
		if err := newRecorder(tx, s.clock).membership(tx, m, replaces); err != nil {
			return err
		}
		if err := checkMemberships(tx, []uuid.UUID{m.Person}); err != nil {
			return err
		}
		return bump(tx)
	})
}

// committeeID is the committee that an organisation belongs to, nil UUID for none.
func committeeID(snap *Snapshot, organisation uuid.UUID) uuid.UUID {
	if k := snap.CommitteeFor(organisation); k != nil {
		return k.ID
	}
	return uuid.Nil
}

// PutAffiliation makes an affiliation (nil ID) or corrects the one with this ID. For administrators, the platform and organisers of a committee in
// which the person has a post. Errors: Invalid with the fields, Conflict when somebody else corrected it meanwhile.
func (s *Service) PutAffiliation(ctx context.Context, a Affiliation) (uuid.UUID, error) {
	if err := s.mayEditPerson(ctx, a.Person); err != nil {
		return uuid.Nil, err
	}
	var c problem.Check
	a.check(&c)
	if err := c.Err(); err != nil {
		return uuid.Nil, err
	}
	replaces := a.ID
	var err error
	if a.ID, err = newID(); err != nil {
		return uuid.Nil, err
	}
	return a.ID, s.db.Write(ctx, func(tx *db.Tx) error {
		if err := lock(tx); err != nil {
			return err
		}
		if _, err := onePerson(tx, a.Person); err != nil {
			return err
		}
		if replaces != uuid.Nil {
			was, err := readAffiliations(tx, `WHERE id = ? AND superseded = 0`, replaces)
			if err != nil {
				return err
			}
			if len(was) == 0 || was[0].Person != a.Person {
				return problem.New(problem.Conflict, "problem.conflict")
			}
		}
		if err := newRecorder(tx, s.clock).affiliation(tx, a, replaces); err != nil {
			return err
		}
		if err := checkMemberships(tx, []uuid.UUID{a.Person}); err != nil {
			return err
		}
		tx.AfterCommit(s.changed)
		return bump(tx)
	})
}

// PutTerm makes a term (nil ID) or corrects it. For administrators, the platform and organisers of the committee. Errors: Invalid with the fields.
func (s *Service) PutTerm(ctx context.Context, t Term) (uuid.UUID, error) {
	if err := mayEdit(authz.From(ctx), t.Committee); err != nil {
		return uuid.Nil, err
	}
	var c problem.Check
	t.check(&c)
	if err := c.Err(); err != nil {
		return uuid.Nil, err
	}
	if err := ensure(&t.ID); err != nil {
		return uuid.Nil, err
	}
	return t.ID, s.db.Write(ctx, func(tx *db.Tx) error {
		if err := lock(tx); err != nil {
			return err
		}
		list, err := readTerms(tx)
		if err != nil {
			return err
		}
		for _, k := range list {
			switch {
			case k.ID == t.ID && k.Committee != t.Committee:
				return problem.New(problem.NotFound, "problem.not-found")
			case k.ID == t.ID || k.Committee != t.Committee:
			case k.Number == t.Number:
				return problem.On("number", "directory.err.term-taken", "number", t.Number)
			case k.Valid.Overlaps(t.Valid):
				return problem.On("from", "directory.err.term-overlap", "number", k.Number)
			}
		}
		if err := newRecorder(tx, s.clock).term(tx, t); err != nil {
			return err
		}
		tx.AfterCommit(s.changed)
		return bump(tx)
	})
}

// mayEditPerson lets administrators, the platform, and organisers of a committee where the person has or had a post.
func (s *Service) mayEditPerson(ctx context.Context, person uuid.UUID) error {
	a := authz.From(ctx)
	if a.System || a.IsAdmin() {
		return nil
	}
	committees, err := s.committeesOf(ctx, person)
	if err != nil {
		return err
	}
	for _, k := range committees {
		if mayEdit(a, k) == nil {
			return nil
		}
	}
	return mayEdit(a, uuid.Nil)
}

// committeesOf lists the committees where a person has a post today.
func (s *Service) committeesOf(ctx context.Context, person uuid.UUID) ([]uuid.UUID, error) {
	snap, err := s.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	day := s.today().String()
	var out []uuid.UUID
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		list, err := readMemberships(tx, `WHERE person_id = ? AND superseded = 0 AND valid_from <= ? AND (valid_to = '' OR valid_to > ?)`, person, day, day)
		for _, m := range list {
			if k := committeeID(snap, m.Organisation); k != uuid.Nil && !slices.Contains(out, k) {
				out = append(out, k)
			}
		}
		return err
	})
	return out, err
}

// peopleOf lists whom memberships are about, each once.
func peopleOf(list []Membership) []uuid.UUID {
	seen := map[uuid.UUID]bool{}
	var out []uuid.UUID
	for _, m := range list {
		if !seen[m.Person] {
			seen[m.Person] = true
			out = append(out, m.Person)
		}
	}
	return out
}
