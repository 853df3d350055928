package directory

import (
	"context"
	"slices"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// kept are the kinds that a committee makes and changes itself. Committees, departments, supervision offices and Party organisations outside the assembly are
// not its own: an administrator keeps them.
func (k Kind) kept() bool {
	return k.Valid() && k != Committee && k != Department && k != Office && k != OutsideBranch
}

// KeptKinds lists the kinds that organisers make and change below their committee.
func KeptKinds() []Kind {
	return slices.DeleteFunc(Kinds(), func(k Kind) bool { return !k.kept() })
}

// MayKeep tells whether the actor of the context may change an organisation, or with kinds only make one, of the committee.
func MayKeep(ctx context.Context, committee uuid.UUID) bool {
	return mayEdit(authz.From(ctx), committee) == nil
}

// mayEditOrganisation lets organisers put organisations of the kinds that a committee keeps below their own committee: where it stood, and where it will stand.
func (s *Service) mayEditOrganisation(ctx context.Context, o Organisation) error {
	a := authz.From(ctx)
	if mayEdit(a, uuid.Nil) == nil {
		return nil
	}
	ever, err := s.Ever(ctx)
	if err != nil {
		return err
	}
	if o.ID != uuid.Nil {
		was := ever.Organisation(o.ID)
		if was == nil {
			return mayEdit(a, uuid.Nil)
		}
		if !was.Kind.kept() || was.Kind != o.Kind {
			return mayEdit(a, uuid.Nil)
		}
		if err := mayEdit(a, committeeID(ever, o.ID)); err != nil {
			return err
		}
	}
	above := ever.Organisation(o.Parent)
	if !o.Kind.kept() || above == nil {
		return mayEdit(a, uuid.Nil)
	}
	committee := ever.CommitteeFor(above.ID)
	if committee == nil || above.Kind == Department || above.Kind == Office || committee.Division != o.Division {
		return mayEdit(a, uuid.Nil)
	}
	return mayEdit(a, committee.ID)
}

// AddPerson makes a person together with their first post, and with an affiliation when its party is given: the way in which an organiser adds somebody. For
// administrators, the platform and organisers of the committee that the post is in. Errors: Invalid with the fields.
func (s *Service) AddPerson(ctx context.Context, p PersonRow, m Membership, a Affiliation) (uuid.UUID, error) {
	snap, err := s.Snapshot(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	if err := mayEdit(authz.From(ctx), committeeID(snap, m.Organisation)); err != nil {
		return uuid.Nil, err
	}
	var c problem.Check
	for _, err := range []error{s.checkPerson(&p), checkFirst(&m, &a)} {
		if found, ok := problem.Of(err); ok {
			for _, f := range found.Fields {
				c.Add(f.Name, f.Key, f.Args...)
			}
		}
	}
	if err := c.Err(); err != nil {
		return uuid.Nil, err
	}
	p.ID, m.ID, a.ID = uuid.Nil, uuid.Nil, uuid.Nil
	for _, u := range []*uuid.UUID{&p.ID, &m.ID, &a.ID} {
		if err := ensure(u); err != nil {
			return uuid.Nil, err
		}
	}
	m.Person, a.Person = p.ID, p.ID
	given, err := s.seal(p)
	if err != nil {
		return uuid.Nil, err
	}
	return p.ID, s.db.Write(ctx, func(tx *db.Tx) error {
		if err := lock(tx); err != nil {
			return err
		}
		if _, err := s.putPerson(tx, p, given, true); err != nil {
			return err
		}
		rec := newRecorder(tx, s.clock)
		if a.Party != "" {
			if err := rec.affiliation(tx, a, uuid.Nil); err != nil {
				return err
			}
		}
		if err := rec.membership(tx, m, uuid.Nil); err != nil {
			return err
		}
		if err := checkMemberships(tx, []uuid.UUID{p.ID}); err != nil {
			return err
		}
		return bump(tx)
	})
}

func checkFirst(m *Membership, a *Affiliation) error {
	var c problem.Check
	m.check(&c)
	if a.Party != "" {
		if a.Valid.From.IsZero() {
			a.Valid.From = m.Valid.From
		}
		a.check(&c)
	}
	return c.Err()
}

// termPosts are the posts that end with a term (换届): those of members and of who leads them. Staff, Party posts and National Committee members go on.
func termPosts() []Post {
	return []Post{MemberPost, StandingMember, Chair, ViceChair, SecretaryGeneral, DeputySecretaryGeneral, Director, ViceDirector, Convener}
}

// TermEnd asks to end a term of a committee on a day: that day is the first on which its posts are not held any more.
type TermEnd struct {
	Committee uuid.UUID
	Term      uuid.UUID
	Day       clock.Date
	Expect    int // how many posts the asker saw would end; when it is another number by now, nothing ends
}

// TermPosts lists what EndTerm would end, by organisation and name. For administrators, the platform and organisers of the committee. Errors: Invalid with the fields.
func (s *Service) TermPosts(ctx context.Context, q TermEnd) ([]Holding, error) {
	if err := mayEdit(authz.From(ctx), q.Committee); err != nil {
		return nil, err
	}
	places, err := s.termPlaces(ctx, q.Committee)
	if err != nil {
		return nil, err
	}
	var out []Holding
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		_, out, err = termEnding(tx, q, places)
		return err
	})
	return out, err
}

// termPlaces are the organisations whose posts end with a term: the committee, its special committees and its sectors.
func (s *Service) termPlaces(ctx context.Context, committee uuid.UUID) ([]uuid.UUID, error) {
	ever, err := s.Ever(ctx)
	if err != nil {
		return nil, err
	}
	var out []uuid.UUID
	for _, o := range ever.Belonging(committee) {
		if o.Kind == Committee || o.Kind == SpecialCommittee || o.Kind == Sector {
			out = append(out, o.ID)
		}
	}
	return out, nil
}

func termEnding(tx *db.Tx, q TermEnd, places []uuid.UUID) (Term, []Holding, error) {
	var term Term
	list, err := readTerms(tx)
	if err != nil {
		return term, nil, err
	}
	i := slices.IndexFunc(list, func(t Term) bool { return t.ID == q.Term && t.Committee == q.Committee })
	if i < 0 {
		return term, nil, db.ErrNotFound
	}
	term = list[i]
	if q.Day.IsZero() {
		return term, nil, problem.On("day", "directory.err.from")
	}
	if !q.Day.After(term.Valid.From) || !term.Valid.To.IsZero() && q.Day.After(term.Valid.To) {
		return term, nil, problem.On("day", "directory.err.term-day", "number", term.Number)
	}
	// What is held on the last day and would be held longer. A post that begins later belongs to the next term.
	found, err := roster(tx, RosterQuery{Organisations: places, Posts: termPosts(), Day: q.Day.AddDays(-1)})
	if err != nil {
		return term, nil, err
	}
	return term, slices.DeleteFunc(found, func(h Holding) bool { return !h.Valid.To.IsZero() && !h.Valid.To.After(q.Day) }), nil
}

// EndTerm ends a term and every post that ends with it, all in one, each superseded by a post that ends on the day with the reason that the term ended. For
// administrators, the platform and organisers of the committee. It tells how many posts ended. Errors: Invalid with the fields, Conflict when another number of
// posts would end than the asker saw.
func (s *Service) EndTerm(ctx context.Context, q TermEnd) (int, error) {
	if err := mayEdit(authz.From(ctx), q.Committee); err != nil {
		return 0, err
	}
	places, err := s.termPlaces(ctx, q.Committee)
	if err != nil {
		return 0, err
	}
	n := 0
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := lock(tx); err != nil {
			return err
		}
		term, list, err := termEnding(tx, q, places)
		if err != nil {
			return err
		}
		if len(list) != q.Expect {
			return problem.New(problem.Conflict, "directory.err.term-changed", "n", len(list))
		}
		rec := newRecorder(tx, s.clock)
		var people []Membership
		for _, h := range list {
			m := h.Membership
			was := m.ID
			if m.ID, err = newID(); err != nil {
				return err
			}
			m.Valid.To, m.EndReason = q.Day, TermEnded
			if err := rec.membership(tx, m, was); err != nil {
				return err
			}
			people = append(people, m)
		}
		term.Valid.To = q.Day
		if err := rec.term(tx, term); err != nil {
			return err
		}
		if err := checkMemberships(tx, peopleOf(people)); err != nil {
			return err
		}
		n = len(list)
		tx.AfterCommit(s.changed)
		return bump(tx)
	})
	return n, err
}
