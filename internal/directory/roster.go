package directory

import (
	"context"
	"slices"
	"strings"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// RosterQuery asks who has which post where on a day. Other modules ask it as the platform (authz.System) after their own policy has decided.
type RosterQuery struct {
	Organisations []uuid.UUID // empty: everywhere
	Posts         []Post      // empty: every post
	People        []uuid.UUID // empty: everybody
	Day           clock.Date  // zero: today
}

// Roster lists who has a post, by organisation, then name. The platform may ask for everything; others only for organisations whose people they may see by
// name. Errors: SignIn, Forbidden.
func (s *Service) Roster(ctx context.Context, q RosterQuery) ([]Holding, error) {
	if a := authz.From(ctx); !a.System && !a.IsAdmin() {
		if len(q.Organisations) == 0 {
			return nil, refusal(a)
		}
		for _, o := range q.Organisations {
			if err := s.mayRead(ctx, o, RosterSubject); err != nil {
				return nil, err
			}
		}
	}
	if q.Day.IsZero() {
		q.Day = s.today()
	}
	var out []Holding
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = roster(tx, q)
		return err
	})
	return out, err
}

func roster(tx *db.Tx, q RosterQuery) ([]Holding, error) {
	where, args := []string{`m.superseded = 0 AND m.valid_from <= ? AND (m.valid_to = '' OR m.valid_to > ?)`}, []any{q.Day.String(), q.Day.String()}
	narrow := func(column string, in string, values []any) {
		where, args = append(where, column+" IN ("+in+")"), append(args, values...)
	}
	if len(q.Posts) > 0 {
		posts := make([]string, len(q.Posts))
		for i, p := range q.Posts {
			posts[i] = string(p)
		}
		in, values := db.List(posts)
		narrow("m.post", in, values)
	}
	read := func() ([]Holding, error) {
		return db.All(tx, func(r *db.Row) (h Holding, err error) {
			err = r.Scan(append(h.dest(), &h.Name)...)
			return h, err
		}, `SELECT `+ofMembership+`, p.name FROM membership m JOIN person_fact p ON p.person_id = m.person_id AND p.superseded = 0
			WHERE `+strings.Join(where, " AND ")+` ORDER BY m.organisation_id, p.name, m.id`, args...)
	}
	column, ids := "m.organisation_id", q.Organisations
	if len(ids) == 0 {
		column, ids = "m.person_id", q.People
	} else if len(q.People) > 0 {
		in, values := db.List(q.People)
		narrow("m.person_id", in, values)
	}
	if len(ids) == 0 {
		return read()
	}
	var out []Holding
	keptWhere, keptArgs := where, args
	for chunk := range slices.Chunk(ids, 500) {
		where, args = slices.Clone(keptWhere), slices.Clone(keptArgs)
		in, values := db.List(chunk)
		narrow(column, in, values)
		part, err := read()
		if err != nil {
			return nil, err
		}
		out = append(out, part...)
	}
	return out, nil
}

// Names tells the names of people; only for the platform, on behalf of modules whose own policy has decided.
func (s *Service) Names(ctx context.Context, people []uuid.UUID) (map[uuid.UUID]string, error) {
	if a := authz.From(ctx); !a.System {
		return nil, refusal(a)
	}
	out := make(map[uuid.UUID]string, len(people))
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		for chunk := range slices.Chunk(people, 500) {
			in, args := db.List(chunk)
			err := tx.Rows(func(r *db.Row) error {
				var u uuid.UUID
				var name string
				err := r.Scan(id{&u}, &name)
				out[u] = name
				return err
			}, `SELECT person_id, name FROM person_fact WHERE superseded = 0 AND person_id IN (`+in+`)`, args...)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// Affiliations lists the affiliations of people that hold on a day (zero: today); only for the platform, on behalf of modules whose own policy has decided.
func (s *Service) Affiliations(ctx context.Context, people []uuid.UUID, day clock.Date) (map[uuid.UUID][]Affiliation, error) {
	if a := authz.From(ctx); !a.System {
		return nil, refusal(a)
	}
	if day.IsZero() {
		day = s.today()
	}
	out := map[uuid.UUID][]Affiliation{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		for chunk := range slices.Chunk(people, 500) {
			in, args := db.List(chunk)
			list, err := readAffiliations(tx, `WHERE superseded = 0 AND valid_from <= ? AND (valid_to = '' OR valid_to > ?) AND person_id IN (`+in+`) ORDER BY person_id, party`,
				append([]any{day.String(), day.String()}, args...)...)
			if err != nil {
				return err
			}
			for _, a := range list {
				out[a.Person] = append(out[a.Person], a)
			}
		}
		return nil
	})
	return out, err
}

func refusal(a authz.Actor) error {
	if !a.SignedIn() {
		return problem.New(problem.SignIn, "problem.sign-in")
	}
	return problem.New(problem.Forbidden, "problem.forbidden")
}
