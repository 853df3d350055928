package directory

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/secret"

	"github.com/google/uuid"
)

// Number is one of the sealed numbers of a person.
type Number string

// The sealed numbers.
const (
	PhoneNumber    Number = "phone"
	IdentityNumber Number = "identity"
)

func (n Number) place() string { return "person." + string(n) }

// Reveal is one look at a sealed number.
type Reveal struct {
	What   Number
	Reason string
	By     string // who looked, by name: the person may know it
	At     time.Time
}

const maxReason = 200

// Reveal opens a telephone or identity number for an organiser of a committee where the person has a post, or an administrator, and records who looked and why; the person
// sees it. Nobody else, the platform included, gets a number in this way. Errors: SignIn, Forbidden, NotFound, Invalid on "what" and "reason".
func (s *Service) Reveal(ctx context.Context, person uuid.UUID, what Number, why string) (string, error) {
	a := authz.From(ctx)
	if !a.SignedIn() || a.System || !a.May(authz.WriteScope) {
		return "", refusal(a)
	}
	if err := s.mayEditPerson(ctx, person); err != nil {
		return "", err
	}
	var c problem.Check
	why = strings.TrimSpace(why)
	if what != PhoneNumber && what != IdentityNumber {
		c.Add("what", "directory.err.number")
	}
	switch n := utf8.RuneCountInString(why); {
	case n < 2 || !utf8.ValidString(why) || strings.ContainsRune(why, 0):
		c.Add("reason", "directory.err.reveal-reason")
	case n > maxReason:
		c.Add("reason", "directory.err.long", "max", maxReason, "have", n)
	}
	if err := c.Err(); err != nil {
		return "", err
	}
	id, err := newID()
	if err != nil {
		return "", err
	}
	var sealed string
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		p, err := onePerson(tx, person)
		if err != nil {
			return err
		}
		if sealed = p.phone; what == IdentityNumber {
			sealed = p.identity
		}
		if sealed == "" {
			return problem.On("what", "directory.err.no-number")
		}
		_, err = tx.Exec(`INSERT INTO person_reveal (id, person_id, what, reason, account, by_name, at) VALUES (?, ?, ?, ?, ?, ?, ?)`, id, person, string(what), why, a.Account, a.Name, s.clock.Now())
		return err
	})
	if err != nil {
		return "", err
	}
	plain, err := s.sealer.Open(what.place(), sealed)
	if err != nil {
		return "", fmt.Errorf("open %s of a person: %w", what, err)
	}
	return plain, nil
}

func readReveals(tx *db.Tx, person uuid.UUID) ([]Reveal, error) {
	return db.All(tx, func(r *db.Row) (v Reveal, err error) {
		err = r.Scan(&v.What, &v.Reason, &v.By, &v.At)
		return v, err
	}, `SELECT what, reason, by_name, at FROM person_reveal WHERE person_id = ? ORDER BY at DESC, id DESC LIMIT 500`, person)
}

// FindByNumber finds people by their exact telephone or identity number, through its keyed hash and without opening anything: for administrators everybody, for organisers
// people with a post in their committee today. Errors: SignIn, Forbidden, Invalid on "number".
func (s *Service) FindByNumber(ctx context.Context, number string) ([]Person, error) {
	a := authz.From(ctx)
	own := a.Places(authz.Organiser)
	if !a.System && !a.IsAdmin() && (len(own) == 0 || !a.May(authz.ReadScope)) {
		return nil, refusal(a)
	}
	var phone, identity string
	if t := secret.NormalPhone(number); plausibleNumber(t, 7, 15) {
		phone = s.sealer.Index("phone", t)
	}
	if t := secret.Normal(number); plausibleIdentity(t) {
		identity = s.sealer.Index("identity", t)
	}
	if phone == "" && identity == "" {
		return nil, problem.On("number", "directory.err.number-form")
	}
	snap, err := s.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	day := s.today().String()
	var out []Person
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		found, err := db.All(tx, scanPerson, `SELECT `+personColumns+` FROM person_fact WHERE superseded = 0 AND (phone_index = ? AND phone_index <> '' OR identity_index = ? AND identity_index <> '') ORDER BY name, person_id LIMIT 50`, phone, identity)
		if err != nil {
			return err
		}
		for _, p := range found {
			if !a.System && !a.IsAdmin() {
				list, err := readMemberships(tx, `WHERE person_id = ? AND superseded = 0 AND valid_from <= ? AND (valid_to = '' OR valid_to > ?)`, p.ID, day, day)
				if err != nil {
					return err
				}
				if !slices.ContainsFunc(list, func(m Membership) bool { return slices.Contains(own, committeeID(snap, m.Organisation)) }) {
					continue
				}
			}
			out = append(out, p.Person)
		}
		return nil
	})
	return out, err
}
