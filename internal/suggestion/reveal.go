package suggestion

import (
	"context"
	"fmt"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/secret"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// ContactData is what an author left to be reached by.
type ContactData struct {
	Author uuid.UUID
	Name   string
	Phone  string
}

// Original is a text as it came, before it was masked or amended.
type Original struct {
	Title, Body string
}

// Looked is what a look that is recorded brings to light.
type Looked struct {
	Contacts  []ContactData
	Originals []Original // oldest first
}

// Look opens what is closed to everybody: the names and telephone numbers of a matter's authors and the text before numbers in it were masked. For staff of the
// owning committee; it writes a step that says whose office looked, and that stays in the timeline for staff. The matter's version does not change: a look takes
// nothing from whoever works on it. Errors: NotFound, Forbidden, SignIn.
func (s *Service) Look(ctx context.Context, ref string) (Looked, error) {
	v := viewerOf(ctx)
	var sealed []Author
	var out Looked
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		out = Looked{}
		c, err := load(tx, ref, true)
		if err != nil {
			return err
		}
		if err := maySee(v.level(c)); err != nil {
			return err
		}
		if err := staffOf(v, c.Committee); err != nil {
			return err
		}
		if !v.May(authz.WriteScope) { // it writes that somebody looked
			return problem.New(problem.Forbidden, "problem.scope")
		}
		sealed, err = db.All(tx, scanAuthor, `SELECT `+authorColumns+` FROM suggestion_author WHERE (suggestion_id = ? OR raised_in = ?) AND (phone <> '' OR name <> '')
			ORDER BY joined_at, id LIMIT 500`, c.ID, c.ID)
		if err != nil {
			return err
		}
		out.Originals, err = db.All(tx, func(r *db.Row) (Original, error) {
			var o Original
			err := r.Scan(&o.Title, &o.Body)
			return o, err
		}, `SELECT title, body FROM suggestion_original WHERE suggestion_id = ? ORDER BY at, id LIMIT 100`, c.ID)
		if err != nil {
			return err
		}
		id, err := newID()
		if err != nil {
			return err
		}
		step := Step{ID: id, Seq: c.Steps + 1, Action: Look, From: c.State, To: c.State, Round: c.Round, At: s.Clock.Now(), Account: v.Account, Relation: IsReviewer, Office: c.Committee,
			Audience: wf.ToStaff, Details: Details{Count: len(sealed)}}
		if err := insertStep(tx, c.ID, step); err != nil {
			return err
		}
		return tx.MustChange(`UPDATE suggestion SET steps = steps + 1 WHERE rid = ?`, c.RID)
	})
	if err != nil {
		return Looked{}, err
	}
	for _, a := range sealed {
		d := ContactData{Author: a.ID}
		if a.sealedName != "" {
			if d.Name, err = s.Sealer.Open("suggestion_author.name", a.sealedName); err != nil {
				return Looked{}, fmt.Errorf("open name: %w", err)
			}
		}
		if a.sealedTel != "" {
			if d.Phone, err = s.Sealer.Open("suggestion_author.phone", a.sealedTel); err != nil {
				return Looked{}, fmt.Errorf("open telephone number: %w", err)
			}
		}
		out.Contacts = append(out.Contacts, d)
	}
	return out, nil
}

// FindByPhone lists the matters, of the committees that the caller works for, behind a telephone number: by exact match of its keyed hash.
func (s *Service) FindByPhone(ctx context.Context, phone string) ([]Item, error) {
	v := viewerOf(ctx)
	where, args, ok := v.staffWhere()
	if !ok {
		return nil, refused(v)
	}
	if !plausiblePhone(phone) {
		return nil, problem.On("phone", "suggestion.err.phone")
	}
	index := s.Sealer.Index("phone", secret.NormalPhone(phone))
	var out []Item
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		var err error
		out, err = db.All(tx, scanItem, `SELECT `+itemColumns+` FROM suggestion s WHERE `+where+` AND s.id IN (SELECT suggestion_id FROM suggestion_author WHERE phone_index = ?)
			ORDER BY s.raised_at DESC, s.rid DESC LIMIT 100`, append(args, index)...)
		return err
	})
	return out, err
}
