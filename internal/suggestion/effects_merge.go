package suggestion

import (
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// merge puts this matter into another of the same committee. Each author's thread goes along and can be told the outcome; undoing it brings
// them back, because every author keeps the id of where they began.
func (m *move) merge() error {
	into, err := find(m.tx, m.in.Into, true)
	if err != nil {
		return problem.On("into", "suggestion.err.into-unknown")
	}
	switch {
	case into.ID == m.c.ID:
		return problem.On("into", "suggestion.err.into-itself")
	case into.Committee != m.c.Committee:
		return problem.On("into", "suggestion.err.into-other-committee")
	case into.State == Merged || into.State == Withdrawn || into.State == Converted || into.State == Draft || into.State == Closed:
		return problem.On("into", "suggestion.err.into-state")
	}
	n, err := m.tx.Exec(`UPDATE suggestion_author SET suggestion_id = ? WHERE suggestion_id = ?`, into.ID, m.c.ID)
	if err != nil {
		return err
	}
	m.step.Details.Other, m.step.Details.Count = into.Number, int(n)
	m.c.State, m.c.MergedInto = Merged, into.ID
	m.due(clock.Term{})
	return m.tellOther(&into, m.c.Suggestion.Authors, m.c.Support, 1)
}

func (m *move) unmerge() error {
	into, err := find(m.tx, m.c.MergedInto.String(), true)
	if err != nil {
		return err
	}
	if _, err := m.tx.Exec(`UPDATE suggestion_author SET suggestion_id = ? WHERE suggestion_id = ? AND raised_in = ?`, m.c.ID, into.ID, m.c.ID); err != nil {
		return err
	}
	before, err := db.One(m.tx, db.ScanString, `SELECT from_state FROM suggestion_step WHERE suggestion_id = ? AND action = ? ORDER BY seq DESC LIMIT 1`, m.c.ID, string(Merge))
	if err != nil {
		return err
	}
	m.c.State, m.c.MergedInto = wf.State(before), uuid.Nil
	m.due(m.rules.ReviewTerm)
	m.step.Details.Other = into.Number
	return m.tellOther(&into, -m.c.Suggestion.Authors, -m.c.Support, -1)
}

// tellOther writes the step into the other matter's timeline too and moves the counts.
func (m *move) tellOther(other *Suggestion, authors, support, sign int) error {
	id, err := newID()
	if err != nil {
		return err
	}
	step := *m.step
	step.ID, step.Seq, step.From, step.To, step.Round = id, other.Steps+1, other.State, other.State, other.Round
	step.Details.Other = m.c.Number
	if err := insertStep(m.tx, other.ID, step); err != nil {
		return err
	}
	other.Steps++
	other.Authors += authors
	other.Support += support
	other.UpdatedAt = m.now
	return update(m.tx, other)
}
