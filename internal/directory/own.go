package directory

import (
	"context"
	"fmt"
	"slices"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// OwnRecord is everything that the directory keeps about one person.
type OwnRecord struct {
	Person       Person
	Phone        string
	Identity     string
	Memberships  []Membership  // superseded ones too, newest knowledge first
	Affiliations []Affiliation // superseded ones too
	Names        int           // how many versions of name, sex, year of birth and numbers were recorded
	Reveals      []Reveal
	Grants       []NameGrant // that hold today, of the committees where the person has a post
	Corrections  []Correction
}

// Own shows the person behind the account everything that the directory keeps about them, numbers included; looking at oneself is not recorded. Errors: SignIn,
// NotFound for an account without a person, Forbidden for tokens: whoever finds one must not read numbers with it.
func (s *Service) Own(ctx context.Context) (*OwnRecord, error) {
	a := authz.From(ctx)
	if !a.SignedIn() || a.Scopes != nil {
		return nil, refusal(a)
	}
	if a.Person == uuid.Nil {
		return nil, problem.New(problem.NotFound, "directory.err.no-person")
	}
	committees, err := s.committeesOf(ctx, a.Person)
	if err != nil {
		return nil, err
	}
	o := &OwnRecord{}
	var fact personFact
	today := s.today()
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if fact, err = onePerson(tx, a.Person); err != nil {
			return err
		}
		o.Person = fact.Person
		if o.Names, err = db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM person_fact WHERE person_id = ?`, a.Person); err != nil {
			return err
		}
		if o.Memberships, err = readMemberships(tx, `WHERE person_id = ? ORDER BY recorded DESC, id DESC LIMIT 500`, a.Person); err != nil {
			return err
		}
		if o.Affiliations, err = readAffiliations(tx, `WHERE person_id = ? ORDER BY recorded DESC, id DESC LIMIT 100`, a.Person); err != nil {
			return err
		}
		if o.Reveals, err = readReveals(tx, a.Person); err != nil {
			return err
		}
		for _, k := range committees {
			list, err := nameGrants(tx, k)
			if err != nil {
				return err
			}
			o.Grants = append(o.Grants, slices.DeleteFunc(list, func(g NameGrant) bool { return !g.Ended.IsZero() || !g.Valid.Contains(today) })...)
		}
		o.Corrections, err = readCorrections(tx, `WHERE c.person_id = ?`, a.Person)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, x := range []struct {
		number Number
		sealed string
		into   *string
	}{{PhoneNumber, fact.phone, &o.Phone}, {IdentityNumber, fact.identity, &o.Identity}} {
		if x.sealed == "" {
			continue
		}
		if *x.into, err = s.sealer.Open(x.number.place(), x.sealed); err != nil {
			return nil, fmt.Errorf("open %s: %w", x.number, err)
		}
	}
	return o, nil
}
