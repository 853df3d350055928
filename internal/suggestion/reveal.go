package suggestion

import (
	"context"
	"fmt"
	"strconv"

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

// Reveal opens the names and telephone numbers of a matter's authors for staff of the owning committee, and writes a step that says whose office looked;
// the step stays in the timeline for staff.
func (s *Service) Reveal(ctx context.Context, ref string) ([]ContactData, error) {
	v := viewerOf(ctx)
	var sealed []Author
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
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
		all, err := db.All(tx, scanAuthor, `SELECT `+authorColumns+` FROM suggestion_author WHERE suggestion_id = ? AND (phone <> '' OR name <> '') ORDER BY joined_at, id LIMIT 500`, c.ID)
		if err != nil {
			return err
		}
		sealed = all
		id, err := newID()
		if err != nil {
			return err
		}
		c.Steps++
		step := Step{ID: id, Seq: c.Steps, Action: Note, From: c.State, To: c.State, Round: c.Round, At: s.Clock.Now(), Account: v.Account, Relation: IsReviewer, Office: c.Committee,
			Body: "查看了提出人的联系方式（" + strconv.Itoa(len(all)) + "人）。Contact data of authors was looked at.", Audience: wf.ToStaff}
		if err := insertStep(tx, c.ID, step); err != nil {
			return err
		}
		return update(tx, &c.Suggestion)
	})
	if err != nil {
		return nil, err
	}
	var out []ContactData
	for _, a := range sealed {
		d := ContactData{Author: a.ID}
		if a.sealedName != "" {
			if d.Name, err = s.Sealer.Open("suggestion_author.name", a.sealedName); err != nil {
				return nil, fmt.Errorf("open name: %w", err)
			}
		}
		if a.sealedTel != "" {
			if d.Phone, err = s.Sealer.Open("suggestion_author.phone", a.sealedTel); err != nil {
				return nil, fmt.Errorf("open telephone number: %w", err)
			}
		}
		out = append(out, d)
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
