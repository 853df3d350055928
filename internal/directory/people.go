package directory

import (
	"context"
	"strings"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

func (s *Service) today() clock.Date { return clock.Today(s.clock) }

// Holding is a membership with the name of the person.
type Holding struct {
	Membership
	Name string
}

// maxListed bounds lists of people on pages.
const maxListed = 200

// People finds people by a part of their name, or everybody for an empty text, at most 200 by name; for administrators and the platform.
func (s *Service) People(ctx context.Context, text string) ([]Person, error) {
	if err := mayEdit(authz.From(ctx), uuid.Nil); err != nil {
		return nil, err
	}
	var out []Person
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = db.All(tx, func(r *db.Row) (Person, error) {
			var p Person
			err := r.Scan(id{&p.ID}, &p.Name, &p.Sex, &p.BirthYear)
			return p, err
		}, `SELECT person_id, name, sex, birth_year FROM person_fact WHERE superseded = 0 AND name LIKE ? ESCAPE '!' ORDER BY name, person_id LIMIT ?`, like(text), maxListed)
		return err
	})
	return out, err
}

func like(text string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(strings.TrimSpace(text)) + "%"
}

// CountPeople tells how many people and how many memberships of today are known; for administrators and the platform.
func (s *Service) CountPeople(ctx context.Context) (people, memberships int, err error) {
	if err := mayEdit(authz.From(ctx), uuid.Nil); err != nil {
		return 0, 0, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if people, err = db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM person_fact WHERE superseded = 0`); err != nil {
			return err
		}
		day := s.today().String()
		memberships, err = db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM membership WHERE superseded = 0 AND valid_from <= ? AND (valid_to = '' OR valid_to > ?)`, day, day)
		return err
	})
	return people, memberships, err
}

// Person tells of one person what was ever recorded of memberships, superseded ones too, newest first; for administrators and the platform.
// It returns db.ErrNotFound for nobody.
func (s *Service) Person(ctx context.Context, person uuid.UUID) (Person, []Membership, error) {
	var p Person
	var list []Membership
	if err := mayEdit(authz.From(ctx), uuid.Nil); err != nil {
		return p, nil, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		p, err = db.One(tx, func(r *db.Row) (p Person, err error) {
			err = r.Scan(id{&p.ID}, &p.Name, &p.Sex, &p.BirthYear)
			return p, err
		}, `SELECT person_id, name, sex, birth_year FROM person_fact WHERE superseded = 0 AND person_id = ?`, person)
		if err != nil {
			return err
		}
		list, err = readMemberships(tx, `WHERE person_id = ? ORDER BY recorded DESC, id DESC LIMIT 500`, person)
		return err
	})
	return p, list, err
}

// Recorded is a fact with the moments from which and until which it was taken for true.
type Recorded[T any] struct {
	Fact       T
	Recorded   time.Time
	Superseded time.Time // zero: the present knowledge
}

// OrganisationFact is what was recorded of an organisation at a moment.
type OrganisationFact struct {
	Organisation
	Recorded   time.Time
	Superseded time.Time // zero: the present knowledge
}

// OrganisationHistory lists everything that was ever recorded of an organisation, newest first; for administrators and the platform.
func (s *Service) OrganisationHistory(ctx context.Context, organisation uuid.UUID) ([]OrganisationFact, error) {
	if err := mayEdit(authz.From(ctx), uuid.Nil); err != nil {
		return nil, err
	}
	return s.organisationFacts(ctx, organisation)
}

func (s *Service) organisationFacts(ctx context.Context, organisation uuid.UUID) ([]OrganisationFact, error) {
	var out []OrganisationFact
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = db.All(tx, func(r *db.Row) (OrganisationFact, error) {
			var o OrganisationFact
			err := r.Scan(id{&o.ID}, &o.Kind, &o.Name.ZH, &o.Name.EN, &o.Level, id{&o.Division}, id{&o.Parent}, &o.Code, &o.Valid.From, &o.Valid.To, &o.Recorded, &o.Superseded)
			return o, err
		}, `SELECT `+organisationColumns+`, recorded, superseded FROM organisation_fact WHERE organisation_id = ? ORDER BY recorded DESC, id DESC LIMIT 500`, organisation)
		return err
	})
	return out, err
}

// Traces lists everything that was ever recorded of an organisation, newest first, as OrganisationHistory does, for everybody who is signed in: what organisations
// there were is no secret.
func (s *Service) Traces(ctx context.Context, organisation uuid.UUID) ([]OrganisationFact, error) {
	if a := authz.From(ctx); !a.SignedIn() && !a.System {
		return nil, refusal(a)
	}
	return s.organisationFacts(ctx, organisation)
}
