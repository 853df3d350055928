package directory

import (
	"context"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

// PersonRecord is what the asker may see of a person: memberships and affiliations with everything that was ever recorded of them, newest record first.
type PersonRecord struct {
	Person
	Memberships  []Membership // superseded ones too
	Affiliations []Affiliation
	Hidden       int         // memberships that hold today in committees whose people the asker does not see
	Edits        bool        // the asker may correct it
	Committees   []uuid.UUID // where the person has a post today, as far as the asker sees
}

// LookUp tells of one person what the asker may see. Whoever does not see the person's name is told that there is nobody (NotFound), so that addresses cannot be tried.
func (s *Service) LookUp(ctx context.Context, person uuid.UUID) (PersonRecord, error) {
	var out PersonRecord
	may, err := s.scope(ctx)
	if err != nil {
		return out, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = s.lookUp(tx, person, authz.From(ctx), may)
		return err
	})
	return out, err
}

func (s *Service) lookUp(tx *db.Tx, person uuid.UUID, a authz.Actor, may scope) (PersonRecord, error) {
	var out PersonRecord
	p, err := onePerson(tx, person)
	if err != nil {
		return out, err
	}
	all, err := readMemberships(tx, `WHERE person_id = ? ORDER BY recorded DESC, id DESC LIMIT 500`, person)
	if err != nil {
		return out, err
	}
	seen, keeps, today := may.all, a.System || a.IsAdmin(), s.today()
	known := map[uuid.UUID]bool{}
	for _, m := range all {
		k := committeeID(may.ever, m.Organisation)
		if !m.Superseded.IsZero() || !may.sees(m.Organisation) {
			continue
		}
		seen = true
		if m.Valid.Contains(today) && k != uuid.Nil {
			keeps = keeps || mayEdit(a, k) == nil
			if !known[k] {
				known[k] = true
				out.Committees = append(out.Committees, k)
			}
		}
	}
	if !seen {
		return out, db.ErrNotFound
	}
	for _, m := range all {
		// Where the Party relation lies outside the assembly is told to those who keep the person's record: the home branch gets the statement of attendance.
		outside := keeps && may.ever.Organisation(m.Organisation) != nil && may.ever.Organisation(m.Organisation).Kind == OutsideBranch
		switch {
		case may.sees(m.Organisation) || outside:
			out.Memberships = append(out.Memberships, m)
		case m.Superseded.IsZero() && m.Valid.Contains(today):
			out.Hidden++
		}
	}
	out.Person, out.Edits = p.Person, keeps
	out.Affiliations, err = readAffiliations(tx, `WHERE person_id = ? ORDER BY recorded DESC, id DESC LIMIT 200`, person)
	return out, err
}
