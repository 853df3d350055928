package directory

import (
	"context"
	"strings"
	"unicode/utf8"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/secret"

	"github.com/google/uuid"
)

// PutPerson makes a person (nil ID) or records what is known of one now. An empty telephone or identity number keeps the one that is known.
// For administrators and the platform; organisers correct people with a post today in their committee. It returns the id, or an Invalid problem with the fields.
func (s *Service) PutPerson(ctx context.Context, p PersonRow) (uuid.UUID, error) {
	if p.ID == uuid.Nil { // an organiser adds somebody with a post in their committee: AddPerson
		if err := mayEdit(authz.From(ctx), uuid.Nil); err != nil {
			return uuid.Nil, err
		}
	} else if err := s.mayEditPerson(ctx, p.ID); err != nil {
		return uuid.Nil, err
	}
	if err := s.checkPerson(&p); err != nil {
		return uuid.Nil, err
	}
	isNew := p.ID == uuid.Nil
	if err := ensure(&p.ID); err != nil {
		return uuid.Nil, err
	}
	given, err := s.seal(p)
	if err != nil {
		return uuid.Nil, err
	}
	return p.ID, s.db.Write(ctx, func(tx *db.Tx) error {
		if err := lock(tx); err != nil {
			return err
		}
		same, err := s.putPerson(tx, p, given, isNew)
		if err != nil || same {
			return err
		}
		return bump(tx)
	})
}

// checkPerson trims what was typed of a person and refuses what cannot be.
func (s *Service) checkPerson(p *PersonRow) error {
	p.Name, p.Phone, p.Identity = strings.TrimSpace(p.Name), strings.TrimSpace(p.Phone), strings.TrimSpace(p.Identity)
	var c problem.Check
	if p.Name == "" || !utf8.ValidString(p.Name) || strings.ContainsRune(p.Name, 0) {
		c.Add("name", "directory.err.name")
	}
	if n := utf8.RuneCountInString(p.Name); n > maxName {
		c.Add("name", "directory.err.long", "max", maxName, "have", n)
	}
	if p.Sex != "" && p.Sex != "f" && p.Sex != "m" {
		c.Add("sex", "directory.err.sex")
	}
	if p.BirthYear != 0 && (p.BirthYear < 1900 || p.BirthYear > s.today().Year) {
		c.Add("birth_year", "directory.err.birth-year")
	}
	if p.Phone != "" && !plausibleNumber(secret.NormalPhone(p.Phone), 7, 15) {
		c.Add("phone", "directory.err.phone")
	}
	if p.Identity != "" && !plausibleIdentity(secret.Normal(p.Identity)) {
		c.Add("identity", "directory.err.identity")
	}
	return c.Err()
}

// putPerson records a person; same is true when it was known like this already.
func (s *Service) putPerson(tx *db.Tx, p PersonRow, given contact, isNew bool) (same bool, err error) {
	now := personFact{Person: p.Person, contact: given}
	if !isNew {
		was, err := onePerson(tx, p.ID)
		if err != nil {
			return false, err
		}
		if p.Phone == "" || given.phoneIndex == was.phoneIndex {
			now.phone, now.phoneIndex = was.phone, was.phoneIndex
		}
		if p.Identity == "" || given.identityIndex == was.identityIndex {
			now.identity, now.identityIndex = was.identity, was.identityIndex
		}
		if now == was {
			return true, nil
		}
	}
	tx.AfterCommit(s.changed)
	if err := newRecorder(tx, s.clock).person(tx, now.Person, now.contact); err != nil {
		return false, err
	}
	if given.identityIndex != "" {
		return false, numberFree(tx, given.identityIndex)
	}
	return false, nil
}

// numberFree refuses an identity number that somebody else has too; it looks after the person was recorded.
func numberFree(tx *db.Tx, index string) error {
	n, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM person_fact WHERE superseded = 0 AND identity_index = ?`, index)
	if err == nil && n > 1 {
		err = problem.On("identity", "directory.err.identity-taken")
	}
	return err
}

func onePerson(tx *db.Tx, person uuid.UUID) (personFact, error) {
	return db.One(tx, scanPerson, `SELECT `+personColumns+` FROM person_fact WHERE superseded = 0 AND person_id = ?`, person)
}

// AddField makes a field below another one (nil UUID: at the top), for administrators and the platform. Errors: Invalid with the fields.
func (s *Service) AddField(ctx context.Context, parent uuid.UUID, name i18n.Name) (uuid.UUID, error) {
	if err := mayEdit(authz.From(ctx), uuid.Nil); err != nil {
		return uuid.Nil, err
	}
	name.ZH, name.EN = strings.TrimSpace(name.ZH), strings.TrimSpace(name.EN)
	if err := checkPlace(name.ZH, name.EN, "", nil); err != nil {
		return uuid.Nil, err
	}
	if name.ZH == "" || strings.Contains(name.ZH, " / ") {
		return uuid.Nil, problem.On("name", "directory.err.field-name")
	}
	snap, err := s.Snapshot(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	path := name.ZH
	if parent != uuid.Nil {
		above := snap.Field(parent)
		if above == nil || strings.Count(above.Path, " / ") > 1 {
			return uuid.Nil, problem.On("parent", "directory.err.unknown", "text", parent)
		}
		path = above.Path + " / " + name.ZH
	}
	id, err := newID()
	if err != nil {
		return id, err
	}
	_, _, position := snap.Counts()
	err = s.Record(ctx, &Batch{Fields: []Field{{ID: id, Path: path, Name: name, Parent: parent, Position: position}}})
	if p, ok := problem.Of(err); ok && len(p.Fields) > 0 {
		return id, problem.On("name", p.Fields[0].Key, p.Fields[0].Args...)
	}
	return id, err
}

// Members lists who has a post in an organisation on a day, as known now, at most 200 by name; for administrators and the platform.
func (s *Service) Members(ctx context.Context, organisation uuid.UUID, day clock.Date) ([]Holding, error) {
	if err := mayEdit(authz.From(ctx), uuid.Nil); err != nil {
		return nil, err
	}
	var out []Holding
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = db.All(tx, func(r *db.Row) (h Holding, err error) {
			err = r.Scan(append(h.dest(), &h.Name)...)
			return h, err
		}, `SELECT `+ofMembership+`, p.name
			FROM membership m JOIN person_fact p ON p.person_id = m.person_id AND p.superseded = 0
			WHERE m.organisation_id = ? AND m.superseded = 0 AND m.valid_from <= ? AND (m.valid_to = '' OR m.valid_to > ?) ORDER BY p.name, m.id LIMIT ?`,
			organisation, day.String(), day.String(), maxListed)
		return err
	})
	return out, err
}

// DivisionFact is what was recorded of a division at a moment.
type DivisionFact = Recorded[Division]

// DivisionHistory lists everything that was ever recorded of a division, newest first; for administrators and the platform.
func (s *Service) DivisionHistory(ctx context.Context, division uuid.UUID) ([]DivisionFact, error) {
	if err := mayEdit(authz.From(ctx), uuid.Nil); err != nil {
		return nil, err
	}
	var out []DivisionFact
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = db.All(tx, func(r *db.Row) (f DivisionFact, err error) {
			d := &f.Fact
			err = r.Scan(id{&d.ID}, &d.Code, &d.Name.ZH, &d.Name.EN, &d.Level, id{&d.Parent}, &d.Lon, &d.Lat, &d.Valid.From, &d.Valid.To, &f.Recorded, &f.Superseded)
			return f, err
		}, `SELECT `+divisionColumns+`, recorded, superseded FROM division_fact WHERE division_id = ? ORDER BY recorded DESC, id DESC LIMIT 500`, division)
		return err
	})
	return out, err
}
