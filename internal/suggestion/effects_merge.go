package suggestion

import (
	"fmt"

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
	m.tellParties(into.Public)
	m.c.State, m.c.MergedInto = Merged, into.ID
	m.due(clock.Term{})
	if err := m.tx.MustChange(`UPDATE suggestion SET merged_into = ? WHERE rid = ?`, idText(m.c.MergedInto), m.c.RID); err != nil { // people are counted along it
		return err
	}
	return m.tellOther(&into)
}

// unmerge brings back everybody who began here, or in a matter that was merged into this one before. Ratings that they gave to the other matter's
// reply were not about this one.
func (m *move) unmerge() error {
	holder, err := holderOf(m.tx, m.c.MergedInto)
	if err != nil {
		return err
	}
	began, err := heldBy(m.tx, m.c.ID)
	if err != nil {
		return err
	}
	list, args, _ := in("raised_in", began)
	if _, err := m.tx.Exec(`UPDATE suggestion_author SET suggestion_id = ?, rating = '', rating_reason = '', rated_at = 0 WHERE suggestion_id = ? AND `+list,
		append([]any{m.c.ID, holder.ID}, args...)...); err != nil {
		return err
	}
	before, err := m.stateBefore(Merge)
	if err != nil {
		return err
	}
	m.c.State, m.c.MergedInto = before, uuid.Nil
	m.due(m.rules.ReviewTerm)
	m.step.Details.Other = holder.Number
	m.tellParties(holder.Public)
	if err := m.tx.MustChange(`UPDATE suggestion SET merged_into = ? WHERE rid = ?`, idText(m.c.MergedInto), m.c.RID); err != nil { // people are counted along it
		return err
	}
	if err := recount(m.tx, &m.c.Suggestion); err != nil {
		return err
	}
	return m.tellOther(&holder)
}

// tellParties keeps the step from the public when the matter that it names is not public.
func (m *move) tellParties(public bool) {
	if !public {
		m.step.Audience = wf.ToParties
	}
}

// stateBefore is the state in which the latest step of an action found the matter.
func (m *move) stateBefore(a wf.Action) (wf.State, error) {
	s, err := db.One(m.tx, db.ScanString, `SELECT from_state FROM suggestion_step WHERE suggestion_id = ? AND action = ? AND from_state <> to_state ORDER BY seq DESC LIMIT 1`,
		m.c.ID, string(a))
	return wf.State(s), err
}

// mergedMost bounds how many matters stand in one another; nobody gets near it.
const mergedMost = 1000

// heldBy lists a matter and all that were merged into it, directly or through others.
func heldBy(tx *db.Tx, matter uuid.UUID) ([]uuid.UUID, error) {
	all := []uuid.UUID{matter}
	for i := 0; i < len(all) && i < mergedMost; i++ {
		below, err := db.All(tx, func(r *db.Row) (uuid.UUID, error) {
			var u uuid.UUID
			err := r.Scan(id{&u})
			return u, err
		}, `SELECT id FROM suggestion WHERE merged_into = ? AND merged_into <> '' ORDER BY rid LIMIT 1000`, all[i])
		if err != nil {
			return nil, err
		}
		all = append(all, below...)
	}
	return all, nil
}

// holderOf follows merges to the matter in which the threads are now, and locks it.
func holderOf(tx *db.Tx, matter uuid.UUID) (Suggestion, error) {
	for range mergedMost {
		s, err := find(tx, matter.String(), true)
		if err != nil || s.State != Merged {
			return s, err
		}
		matter = s.MergedInto
	}
	return Suggestion{}, fmt.Errorf("matter %s is merged into itself", matter)
}

// recount counts the people whose threads are in a matter: authors once each, and those who joined once each however many of the merged matters they
// joined, and not at all when they are among the authors. The author of an imported matter is unknown and counts as one.
func recount(tx *db.Tx, s *Suggestion) error {
	held, err := heldBy(tx, s.ID)
	if err != nil {
		return err
	}
	list, args, _ := in("id", held)
	unknown, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM suggestion WHERE origin = 'import' AND `+list, args...)
	if err != nil {
		return err
	}
	known, err := db.One(tx, db.ScanInt, `SELECT COUNT(DISTINCT CASE WHEN account_id <> '' THEN account_id ELSE id END) FROM suggestion_author WHERE suggestion_id = ? AND part <> 'joined'`, s.ID)
	if err != nil {
		return err
	}
	s.Authors = known + unknown
	s.Support, err = db.One(tx, db.ScanInt, `SELECT COUNT(DISTINCT CASE WHEN supporter <> '' THEN supporter ELSE id END) FROM suggestion_author WHERE suggestion_id = ? AND part = 'joined'
		AND NOT (account_id <> '' AND account_id IN (SELECT account_id FROM suggestion_author WHERE suggestion_id = ? AND part <> 'joined'))`, s.ID, s.ID)
	return err
}

// tellOther writes the step into the other matter's timeline too and counts its people anew.
func (m *move) tellOther(other *Suggestion) error {
	id, err := newID()
	if err != nil {
		return err
	}
	step := *m.step
	step.ID, step.Seq, step.From, step.To, step.Round = id, other.Steps+1, other.State, other.State, other.Round
	step.Details.Other = m.c.Number
	if !m.c.Public {
		step.Audience = wf.ToParties
	}
	if err := insertStep(m.tx, other.ID, step); err != nil {
		return err
	}
	if err := recount(m.tx, other); err != nil {
		return err
	}
	other.Steps++
	other.UpdatedAt = m.now
	return update(m.tx, other)
}
