package suggestion

import (
	"errors"
	"slices"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// inWriting are the steps between a department's clerk and head, and between them and the staff who review: what stands in them is nobody else's
// until the answer counts.
func inWriting(a wf.Action) bool {
	return a == WriteAnswer || a == SendBack || a == SignOff || a == RejectAnswer
}

// hideDrafts takes away, from a party other than the department that writes it, an answer that does not count yet: its text, class, number and
// promise, what its steps say about it, and its files. That there is a draft stays visible.
func (c *Case) hideDrafts(v viewer) {
	if c.Level != PartyLevel {
		return
	}
	for i := range c.Tasks {
		if t := &c.Tasks[i]; t.State != TaskDone && !v.writes(t.Department) {
			t.Answer, t.AnswerNumber, t.Class, t.Promised = "", "", "", clock.Date{}
		}
	}
	hidden := map[uuid.UUID]bool{}
	for i := range c.Timeline {
		if s := &c.Timeline[i]; c.draftStep(v, *s) {
			hidden[s.ID] = true
			s.Reason, s.Body, s.Details = "", "", Details{}
		}
	}
	c.Files = slices.DeleteFunc(c.Files, func(f File) bool { return hidden[f.Step] })
}

func (v viewer) writes(department uuid.UUID) bool {
	return v.HasAny(department, authz.Clerk, authz.Head)
}

// draftStep tells whether a step belongs to an answer that is not the viewer's and does not count yet. What was said on the way (sent back by the
// head, not accepted by staff) stays inside even when a later answer counts.
func (c *Case) draftStep(v viewer, s Step) bool {
	if !inWriting(s.Action) || s.Audience == wf.ToPublic || v.writes(s.Department) {
		return false
	}
	if s.Action == SendBack || s.Action == RejectAnswer {
		return true
	}
	return !slices.ContainsFunc(c.Tasks, func(t Task) bool { return t.Round == s.Round && t.Department == s.Department && t.State == TaskDone })
}

// draftFile is the same rule for one file, which is asked for by itself.
func draftFile(tx *db.Tx, v viewer, c *Case, f File) (bool, error) {
	if v.level(c) != PartyLevel || f.Step == uuid.Nil {
		return false, nil
	}
	s, err := db.One(tx, scanStep, `SELECT `+stepColumns+` FROM suggestion_step WHERE id = ?`, f.Step)
	if errors.Is(err, db.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return c.draftStep(v, s), nil
}
