package suggestion

import (
	"context"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// CheckRaise tells what Raise would refuse in the words of a form, without storing anything: an Invalid problem with the fields, or nil. Forms ask it
// before they take up photos, so that a refused form leaves nothing behind.
func (s *Service) CheckRaise(ctx context.Context, in RaiseInput) error {
	snap, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return err
	}
	_, _, err = s.newMatter(viewerOf(ctx), snap, &in)
	return err
}

// Redraft writes a draft anew: words, place, field and wish are replaced, photos are added to those it has. Version is the one that the form was
// made from. Errors: NotFound for what is not the caller's, Conflict when it was raised or changed meanwhile, Invalid with the fields.
func (s *Service) Redraft(ctx context.Context, ref string, version int, in RaiseInput) (Suggestion, error) {
	v := viewerOf(ctx)
	snap, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return Suggestion{}, err
	}
	in.Draft = true
	fresh, _, err := s.newMatter(v, snap, &in)
	if err != nil {
		return Suggestion{}, err
	}
	title, titleHidden := Mask(in.Title)
	body, bodyHidden := Mask(in.Body)
	var out Suggestion
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := load(tx, ref, true)
		if err != nil {
			return err
		}
		if !v.isAuthor(c) {
			return maySee(Nothing)
		}
		if c.State != Draft {
			return problem.New(problem.Conflict, "suggestion.err.state", "state", string(c.State))
		}
		if version != c.Version {
			return problem.New(problem.Conflict, "problem.conflict")
		}
		have, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM suggestion_file WHERE suggestion_id = ?`, c.ID)
		if err != nil {
			return err
		}
		if have+len(in.Files) > FilesMax {
			return problem.On("files", "suggestion.err.files", "max", FilesMax)
		}
		m := &c.Suggestion
		m.Title, m.Body, m.Place, m.Lon, m.Lat, m.PublicWish = title, body, fresh.Place, fresh.Lon, fresh.Lat, fresh.PublicWish
		m.Committee, m.Division, m.City, m.Field, m.TopField, m.UpdatedAt = fresh.Committee, fresh.Division, fresh.City, fresh.Field, fresh.TopField, fresh.UpdatedAt
		if titleHidden || bodyHidden {
			if err := s.keepOriginal(tx, m, in.Title, in.Body); err != nil {
				return err
			}
		}
		if err := s.attach(tx, m, uuid.Nil, in.Files, wf.ToPublic); err != nil {
			return err
		}
		out = *m
		return update(tx, &out)
	})
	return out, err
}
