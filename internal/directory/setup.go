package directory

import (
	"context"
	"strings"
	"unicode/utf8"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// PutOrganisation makes an organisation (nil ID) or corrects one: the fact that begins on the same day is superseded, an earlier one ends where this begins.
// For administrators and the platform; organisers keep what is below their own committee. It returns the id, or an Invalid problem with the fields.
func (s *Service) PutOrganisation(ctx context.Context, o Organisation) (uuid.UUID, error) {
	if err := s.mayEditOrganisation(ctx, o); err != nil {
		return uuid.Nil, err
	}
	o.Name.ZH, o.Name.EN, o.Code = strings.TrimSpace(o.Name.ZH), strings.TrimSpace(o.Name.EN), strings.TrimSpace(o.Code)
	if err := checkPlace(o.Name.ZH, o.Name.EN, o.Code, checkBatch(&Batch{Organisations: []Organisation{o}})); err != nil {
		return uuid.Nil, err
	}
	if err := ensure(&o.ID); err != nil {
		return uuid.Nil, err
	}
	return o.ID, s.db.Write(ctx, func(tx *db.Tx) error {
		if err := lock(tx); err != nil {
			return err
		}
		list, err := allOrganisations(tx)
		if err != nil {
			return err
		}
		for _, k := range list {
			if k.ID == o.ID {
				continue
			}
			if o.Kind == Committee && k.Kind == Committee && o.Code != "" && k.Code == o.Code {
				return problem.On("code", "directory.err.code-taken", "code", o.Code)
			}
			if k.Kind == o.Kind && k.Name.ZH == o.Name.ZH && k.Division == o.Division && k.Valid.Overlaps(o.Valid) {
				return problem.On("name", "directory.err.name-taken", "name", o.Name.ZH)
			}
		}
		record, _, ok := place(newKnown(list, func(o *Organisation) uuid.UUID { return o.ID }).facts[o.ID], organisationDays, o)
		if !ok {
			return problem.On("to", "directory.err.overlap")
		}
		rec := newRecorder(tx, s.clock)
		for _, f := range record {
			if err := rec.organisation(tx, f); err != nil {
				return err
			}
		}
		if err := checkOrganisations(tx, record); err != nil {
			return err
		}
		tx.AfterCommit(s.changed)
		return bump(tx)
	})
}

// PutDivision makes a division (nil ID) or corrects one, as PutOrganisation does.
func (s *Service) PutDivision(ctx context.Context, d Division) (uuid.UUID, error) {
	if err := mayEdit(authz.From(ctx), uuid.Nil); err != nil {
		return uuid.Nil, err
	}
	d.Name.ZH, d.Name.EN, d.Code = strings.TrimSpace(d.Name.ZH), strings.TrimSpace(d.Name.EN), strings.TrimSpace(d.Code)
	if d.Level == "" {
		d.Level = levelOfCode(d.Code)
	}
	err := checkPlace(d.Name.ZH, d.Name.EN, d.Code, checkBatch(&Batch{Divisions: []Division{d}}))
	if err == nil && d.Code != "" && (len(d.Code) != 6 || !plausibleNumber(d.Code, 6, 6)) {
		err = problem.On("code", "directory.err.division-code")
	}
	if err != nil {
		return uuid.Nil, err
	}
	if err := ensure(&d.ID); err != nil {
		return uuid.Nil, err
	}
	return d.ID, s.db.Write(ctx, func(tx *db.Tx) error {
		if err := lock(tx); err != nil {
			return err
		}
		list, err := allDivisions(tx)
		if err != nil {
			return err
		}
		for _, k := range list {
			if k.ID != d.ID && d.Code != "" && k.Code == d.Code && k.Valid.Overlaps(d.Valid) {
				return problem.On("code", "directory.err.code-taken", "code", d.Code)
			}
		}
		record, _, ok := place(newKnown(list, func(d *Division) uuid.UUID { return d.ID }).facts[d.ID], divisionDays, d)
		if !ok {
			return problem.On("to", "directory.err.overlap")
		}
		rec := newRecorder(tx, s.clock)
		for _, f := range record {
			if err := rec.division(tx, f); err != nil {
				return err
			}
		}
		tx.AfterCommit(s.changed)
		return bump(tx)
	})
}

// checkPlace adds what the edges of people's typing need to what checkBatch found.
func checkPlace(name, en, code string, found error) error {
	var c problem.Check
	if p, ok := problem.Of(found); ok {
		for _, f := range p.Fields {
			c.Add(f.Name, f.Key, f.Args...)
		}
	} else if found != nil {
		return found
	}
	for _, f := range []struct {
		field, text string
		max         int
	}{{"name", name, maxName}, {"name_en", en, maxName}, {"code", code, maxCode}} {
		if n := utf8.RuneCountInString(f.text); n > f.max {
			c.Add(f.field, "directory.err.long", "max", f.max, "have", n)
		}
		if !utf8.ValidString(f.text) || strings.ContainsRune(f.text, 0) {
			c.Add(f.field, "directory.err.name")
		}
	}
	if !plainCode(code) {
		c.Add("code", "directory.err.code")
	}
	return c.Err()
}

// lock keeps other changes of the directory waiting until the end of the transaction: what is decided from its facts stays true until it is written.
func lock(tx *db.Tx) error {
	_, err := db.One(tx, db.ScanInt64, `SELECT version FROM directory_version WHERE one = 1`+tx.ForUpdate())
	return err
}
