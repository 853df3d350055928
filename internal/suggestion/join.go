package suggestion

import (
	"context"
	"fmt"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/secret"

	"github.com/google/uuid"
)

// JoinInput is 'this is mine too'.
type JoinInput struct {
	Visitor string // an unguessable mark of the browser, for somebody without an account
	Phone   string // optional: staff can reach those concerned
}

// Join counts the caller's support for a public matter, once per account or browser; again is true when it was counted before. The matter's version
// does not change: support takes nothing from whoever works on it. Errors: NotFound, Conflict for a matter that is over, Invalid.
func (s *Service) Join(ctx context.Context, ref string, in JoinInput) (m Suggestion, again bool, err error) {
	v := viewerOf(ctx)
	if !v.SignedIn() && len(in.Visitor) < 16 {
		return m, false, problem.New(problem.Invalid, "problem.form")
	}
	if in.Phone != "" && !plausiblePhone(in.Phone) {
		return m, false, problem.On("phone", "suggestion.err.phone")
	}
	a := Author{Kind: FromResident, Part: JoinedIt, Account: v.Account, Person: v.Person}
	if in.Phone != "" {
		if a.sealedTel, err = s.Sealer.Seal("suggestion_author.phone", in.Phone); err != nil {
			return m, false, fmt.Errorf("seal telephone number: %w", err)
		}
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		again = false
		c, err := load(tx, ref, true)
		if err != nil {
			return err
		}
		m = c.Suggestion
		if !m.Public {
			return maySee(Nothing)
		}
		if v.isAuthor(c) {
			again = true
			return nil
		}
		switch m.State {
		case Closed, Withdrawn, Merged, Converted:
			return problem.New(problem.Conflict, "suggestion.err.join-over")
		}
		a.ID, err = newID()
		if err != nil {
			return err
		}
		a.Suggestion, a.RaisedIn, a.JoinedAt = m.ID, m.ID, s.Clock.Now()
		mark := "visitor|" + in.Visitor
		if v.SignedIn() {
			mark = v.Account.String()
		}
		once := s.Sealer.Index("suggestion.join", m.ID.String()+"|"+mark)
		a.supporter = s.Sealer.Index("suggestion.supporter", mark)
		taken, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM suggestion_author WHERE suggestion_id = ? AND part = 'joined' AND (code = ? OR supporter = ?)`, m.ID, once, a.supporter)
		if err != nil {
			return err
		}
		if taken > 0 {
			again = true
			return nil
		}
		index := ""
		if in.Phone != "" {
			index = s.Sealer.Index("phone", secret.NormalPhone(in.Phone))
		}
		if err := insertAuthor(tx, a, once, index, uuid.Nil); err != nil {
			return err
		}
		m.Support++
		return tx.MustChange(`UPDATE suggestion SET support = support + 1 WHERE rid = ?`, m.RID)
	})
	return m, again, err
}

// FileOf finds a file that the caller may read; NotFound otherwise. The second result tells whether everybody may.
func (s *Service) FileOf(ctx context.Context, file uuid.UUID) (File, bool, error) {
	var f File
	var public bool
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		var owner string
		err := tx.Rows(func(r *db.Row) error {
			return r.Scan(id{&f.ID}, id{&f.Step}, &f.Name, &f.Type, &f.Size, &f.Blob, &f.Thumb, &f.Medium, &f.Width, &f.Height, &f.Audience, &f.At, &owner)
		}, `SELECT id, step_id, name, type, size, blob, thumb, medium, width, height, audience, at, suggestion_id FROM suggestion_file WHERE id = ?`, file)
		if err != nil {
			return err
		}
		if owner == "" {
			return maySee(Nothing)
		}
		c, err := load(tx, owner, false)
		if err != nil {
			return err
		}
		level := viewerOf(ctx).level(c)
		if !level.reads(f.Audience) {
			return maySee(Nothing)
		}
		draft, err := draftFile(tx, viewerOf(ctx), c, f)
		if err != nil {
			return err
		}
		if draft {
			return maySee(Nothing)
		}
		public = c.Public && f.Audience == "public"
		return nil
	})
	return f, public, err
}
