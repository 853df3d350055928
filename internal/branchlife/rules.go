package branchlife

import (
	"context"
	"slices"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Rules lists the rules that are known now, by kind of organisation; for everybody with an account: they say what is asked for, and of whom nothing.
func (s *Service) Rules(ctx context.Context) ([]Rule, error) {
	if err := signedIn(ctx); err != nil {
		return nil, err
	}
	return s.rules(ctx)
}

func (s *Service) rules(ctx context.Context) (out []Rule, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		out, err = readRules(tx, `superseded = 0`)
		return err
	})
	return out, err
}

// rulesOf picks those that can speak about an organisation.
func rulesOf(all []Rule, o *directory.Organisation, committee uuid.UUID) (out []Rule) {
	for _, r := range all {
		if r.Kind == o.Kind && (r.Scope == uuid.Nil || r.Scope == o.ID || r.Scope == committee) {
			out = append(out, r)
		}
	}
	return out
}

// MayRule tells whether the caller writes the rules of a scope: a committee or one of its organisations, or nil UUID for those that hold everywhere.
func (s *Service) MayRule(ctx context.Context, scope uuid.UUID) (bool, error) {
	a := authz.From(ctx)
	if !writes(a) {
		return false, nil
	}
	if a.System || scope == uuid.Nil {
		return a.System || a.IsAdmin(), nil
	}
	snap, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return false, err
	}
	k := snap.CommitteeFor(scope)
	return k != nil && a.Has(authz.Organiser, k.ID), nil
}

func (s *Service) mayRule(ctx context.Context, scope uuid.UUID) error {
	ok, err := s.MayRule(ctx, scope)
	if err == nil && !ok {
		err = refusal(authz.From(ctx))
	}
	return err
}

// PutRule makes a rule (nil ID) or corrects the one with this ID, which is superseded. For organisers, within their committee; rules that hold everywhere are an administrator's.
// A local rule asks for at least as much as what holds everywhere on its first day. Errors: Invalid with the fields, NotFound, Conflict.
func (s *Service) PutRule(ctx context.Context, r Rule) (uuid.UUID, error) {
	if err := s.mayRule(ctx, r.Scope); err != nil {
		return uuid.Nil, err
	}
	var c problem.Check
	r.check(&c)
	if err := c.Err(); err != nil {
		return uuid.Nil, err
	}
	snap, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	if r.Scope != uuid.Nil {
		if o := snap.Organisation(r.Scope); o == nil || o.Kind != directory.Committee && o.Kind != r.Kind {
			return uuid.Nil, problem.On("scope", "branchlife.err.scope")
		}
	}
	replaces := r.ID
	if r.ID, err = newID(); err != nil {
		return uuid.Nil, err
	}
	return r.ID, s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := lock(tx); err != nil {
			return err
		}
		known, err := readRules(tx, `superseded = 0`)
		if err != nil {
			return err
		}
		if replaces != uuid.Nil {
			was, err := present(known, replaces)
			if err != nil {
				return err
			}
			if was.Scope != r.Scope || was.Kind != r.Kind || was.Counts != r.Counts {
				return notFound()
			}
		}
		if err := fits(known, r, replaces); err != nil {
			return err
		}
		return insertRule(tx, r, s.Clock.Now(), replaces)
	})
}

func present(known []Rule, id uuid.UUID) (Rule, error) {
	i := slices.IndexFunc(known, func(k Rule) bool { return k.ID == id })
	if i < 0 {
		return Rule{}, problem.New(problem.Conflict, "problem.conflict")
	}
	return known[i], nil
}

// fits refuses a second rule of one scope for the same days, and a local one that asks for less than what holds everywhere.
func fits(known []Rule, r Rule, replaces uuid.UUID) error {
	for _, k := range known {
		if k.ID == replaces || k.Kind != r.Kind || k.Counts != r.Counts || !k.Valid.Overlaps(r.Valid) {
			continue
		}
		if k.Scope == r.Scope {
			return problem.On("from", "branchlife.err.rule-overlap")
		}
		if r.Scope == uuid.Nil || k.Scope != uuid.Nil {
			continue
		}
		if r.Yearly() < k.Yearly() || r.Every.Months() > k.Every.Months() || r.Condition != Always && r.Condition != k.Condition {
			return problem.On("times", "branchlife.err.rule-less")
		}
	}
	return nil
}

// EndRule says from which day on a rule holds no more. Errors: Invalid, NotFound, Conflict.
func (s *Service) EndRule(ctx context.Context, rule uuid.UUID, from clock.Date) error {
	if err := signedIn(ctx); err != nil {
		return err
	}
	var was Rule
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err := readRules(tx, `id = ?`, rule)
		if err == nil && len(list) == 0 {
			err = notFound()
		}
		if err == nil {
			was = list[0]
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := s.mayRule(ctx, was.Scope); err != nil {
		return err
	}
	if from.IsZero() || !was.Valid.From.Before(from) {
		return problem.On("to", "branchlife.err.to")
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := lock(tx); err != nil {
			return err
		}
		known, err := readRules(tx, `superseded = 0`)
		if err != nil {
			return err
		}
		r, err := present(known, rule)
		if err != nil {
			return err
		}
		r.Valid.To = from
		if r.ID, err = newID(); err != nil {
			return err
		}
		return insertRule(tx, r, s.Clock.Now(), rule)
	})
}
