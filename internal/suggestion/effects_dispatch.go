package suggestion

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// letter is the number of an official letter: what staff typed, or the next of the committee's year, 协转办〔2026〕12号.
func (m *move) letter(typed, suffix string) (string, error) {
	if typed = strings.TrimSpace(typed); typed != "" {
		return typed, nil
	}
	year := m.today.Year
	n, err := nextNumber(m.tx, uuid.NewSHA1(m.c.Committee, []byte("letter"+suffix)), year)
	if err != nil {
		return "", fmt.Errorf("next letter: %w", err)
	}
	return fmt.Sprintf("%s%s〔%d〕%d号", m.rules.LetterPrefix, suffix, year, n), nil
}

func (m *move) referOffice() error {
	o := m.snap.Organisation(m.in.Office)
	if o == nil || o.Kind != directory.Office {
		return problem.On("office", "suggestion.err.office-missing")
	}
	c := m.c
	if c.State == Reopened {
		if err := m.secondRound(); err != nil {
			return err
		}
	}
	c.State, c.Office, c.Channel = AtOffice, o.ID, ByOffice
	m.due(m.rules.ReviewTerm)
	m.step.Details.Office = o.ID
	var err error
	if m.step.Details.Letter, err = m.letter(m.in.Letter, ""); err != nil {
		return err
	}
	return addParty(m.tx, &c.Suggestion, o.ID, partOffice)
}

// dispatch hands the matter to one lead with joint and assisting departments, or to several that each answer, with a clock of its own for each.
func (m *move) dispatch() error {
	c := m.c
	if err := m.checkTeam(); err != nil {
		return err
	}
	if !m.in.Due.IsZero() && !m.in.Due.After(m.today) {
		return problem.On("due", "suggestion.err.due-past")
	}
	if c.Kind == Message {
		c.Kind = SuggestionKind
		m.step.Details.TookUp = true
	}
	if c.State == Reopened {
		if err := m.secondRound(); err != nil {
			return err
		}
	}
	if c.Channel == "" {
		c.Channel = m.rules.Channel
		if c.Channel == ByOffice {
			c.Channel = Direct // it was not passed through the office
		}
	}
	c.Lead = m.in.Team[0].Department
	for _, p := range m.in.Team {
		if p.Part.Answers() {
			c.Lead = p.Department
			break
		}
	}
	for _, p := range m.in.Team {
		if err := m.send(p); err != nil {
			return err
		}
	}
	m.step.Details.Team = m.in.Team
	c.State, c.DispatchedAt = Dispatched, m.now
	m.settleDue()
	m.step.Details.Due = c.Due
	if c.Channel == ByLetter || m.in.Letter != "" {
		var err error
		if m.step.Details.Letter, err = m.letter(m.in.Letter, ""); err != nil {
			return err
		}
	}
	return nil
}

// addTeam gives a matter under way to further departments, each with a clock of its own: opinions beside a lead, or one more answer where several answer
// by themselves (to take the place of one that gave its part back, for instance).
func (m *move) addTeam() error {
	c := m.c
	if !m.in.Due.IsZero() && !m.in.Due.After(m.today) {
		return problem.On("due", "suggestion.err.due-past")
	}
	if len(m.in.Team) > teamMost {
		return problem.On("team", "suggestion.err.team-many", "max", teamMost)
	}
	separate := c.task(func(t Task) bool { return t.Part == Separate }) != nil
	seen := map[uuid.UUID]bool{}
	for _, p := range m.in.Team {
		o := m.snap.Organisation(p.Department)
		if o == nil || o.Kind != directory.Department {
			return problem.On("team", "suggestion.err.department")
		}
		if seen[p.Department] || c.task(func(t Task) bool { return t.Department == p.Department && t.State != TaskReturned && t.State != Ended }) != nil {
			return problem.On("team", "suggestion.err.team-twice", "name", o.Name.ZH)
		}
		seen[p.Department] = true
		switch {
		case separate && p.Part != Separate:
			return problem.On("team", "suggestion.err.team-separate")
		case !separate && p.Part != Joint && p.Part != Assisting:
			return problem.On("team", "suggestion.err.team-add")
		}
		if err := m.send(p); err != nil {
			return err
		}
	}
	m.step.Details.Team, m.step.Details.Due = m.in.Team, m.in.Due
	if c.Channel == ByLetter || m.in.Letter != "" {
		var err error
		if m.step.Details.Letter, err = m.letter(m.in.Letter, ""); err != nil {
			return err
		}
	}
	m.settle()
	return nil
}

// teamMost bounds the departments of one dispatch.
const teamMost = 20

func (m *move) checkTeam() error {
	leads, separate := 0, 0
	seen := map[uuid.UUID]bool{}
	for _, p := range m.in.Team {
		o := m.snap.Organisation(p.Department)
		if o == nil || o.Kind != directory.Department {
			return problem.On("team", "suggestion.err.department")
		}
		if seen[p.Department] {
			return problem.On("team", "suggestion.err.team-twice", "name", o.Name.ZH)
		}
		seen[p.Department] = true
		switch p.Part {
		case Lead:
			leads++
		case Separate:
			separate++
		case Joint, Assisting:
		default:
			return problem.On("team", "suggestion.err.part")
		}
	}
	switch {
	case len(m.in.Team) > teamMost:
		return problem.On("team", "suggestion.err.team-many", "max", teamMost)
	case leads > 1 || (leads == 1 && separate > 0) || (leads == 0 && separate == 0):
		return problem.On("team", "suggestion.err.team-lead")
	case leads == 0 && separate != len(m.in.Team):
		return problem.On("team", "suggestion.err.team-separate")
	}
	return nil
}

// send opens a department's part with its dates.
func (m *move) send(p TeamPart) error {
	id, err := newID()
	if err != nil {
		return err
	}
	t := Task{ID: id, Suggestion: m.c.ID, Round: m.c.Round, Department: p.Department, Part: p.Part, State: Sent, SentAt: m.now}
	term := m.rules.AnswerTerm
	if m.c.Round > 1 {
		term = m.rules.SecondTerm
	}
	if !p.Part.Answers() {
		term = m.rules.JointTerm
	}
	if m.in.Due.IsZero() {
		t.Due, t.DueProvisional = term.Due(m.today, m.cal)
		t.DueRule = term.String()
	} else {
		t.Due = m.in.Due
	}
	if !p.Part.Answers() { // opinions reach the lead before the lead's own date
		if lead, provisional := m.leadDue(); lead.After(m.today) { // a lead that is late already gives no date to others
			t.before(lead, provisional)
		}
	}
	t.ReturnRule = m.rules.ReturnTerm.String()
	t.ReturnUntil, t.ReturnProvisional = m.rules.ReturnTerm.Due(m.today, m.cal)
	if err := insertTask(m.tx, t); err != nil {
		return fmt.Errorf("write part: %w", err)
	}
	m.c.Tasks = append(m.c.Tasks, t)
	return addParty(m.tx, &m.c.Suggestion, p.Department, partDepartment)
}

// leadDue is the date of the answer that opinions go into: the lead's where it has the matter already, otherwise what is being set now.
func (m *move) leadDue() (due clock.Date, provisional bool) {
	if t := m.c.task(func(t Task) bool { return t.Part == Lead && t.Open() }); t != nil {
		return t.Due, t.DueProvisional
	}
	if !m.in.Due.IsZero() {
		return m.in.Due, false
	}
	return m.answerTerm().Due(m.today, m.cal)
}

func (m *move) answerTerm() clock.Term {
	if m.c.Round > 1 {
		return m.rules.SecondTerm
	}
	return m.rules.AnswerTerm
}

// secondRound ends what is left of the first round and begins the second.
func (m *move) secondRound() error {
	if err := m.endOpen(); err != nil {
		return err
	}
	m.c.Round++
	m.c.RepliedAt, m.c.Rating = time.Time{}, NotRated
	_, err := m.tx.Exec(`UPDATE suggestion_author SET rating = '', rating_reason = '', rated_at = 0 WHERE suggestion_id = ?`, m.c.ID)
	return err
}

func (m *move) endOpen() error {
	for i := range m.c.Tasks {
		t := &m.c.Tasks[i]
		if t.Round == m.c.Round && t.Open() {
			t.State = Ended
			if err := updateTask(m.tx, *t); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *move) recall() error {
	if m.c.task(func(t Task) bool { return t.State != Sent && t.Open() }) != nil {
		return m.conflict("suggestion.err.recall")
	}
	if err := m.endOpen(); err != nil {
		return err
	}
	m.c.State, m.c.Lead, m.c.Office, m.c.Channel = Accepted, uuid.Nil, uuid.Nil, ""
	m.due(m.rules.ReviewTerm)
	return nil
}

// settle puts the matter where its parts say it is: given back entirely, waiting for receipt, in hand, to be reviewed, replied.
func (m *move) settle() {
	c := m.c
	var answering, done, signed, begun int
	for _, t := range c.Tasks {
		if t.Round != c.Round || !t.Part.Answers() || t.State == TaskReturned || t.State == Ended {
			continue
		}
		answering++
		switch t.State {
		case TaskDone:
			done++
		case Signed:
			signed++
		}
		if !t.AcknowledgedAt.IsZero() {
			begun++
		}
	}
	switch {
	case answering == 0:
		c.State, c.Lead = Accepted, uuid.Nil
	case done == answering:
		if c.State != Replied {
			c.RepliedAt = m.now
		}
		c.State = Replied
	case done+signed == answering:
		c.State = Answered
	case begun > 0:
		c.State = InHand
	default:
		c.State = Dispatched
	}
	m.settleDue()
}

// settleDue: the matter is due when the first of its open answers is; a replied one when the time for rating ends.
func (m *move) settleDue() {
	c := m.c
	m.due(clock.Term{})
	switch c.State {
	case Accepted, Answered:
		m.due(m.rules.ReviewTerm)
	case Replied:
		m.due(m.rules.RateTerm)
	case Dispatched, InHand:
		c.followParts()
	}
}

// own finds the actor's part; the guard has seen that there is one.
func (m *move) own(want ...wf.TaskState) (*Task, error) {
	t := m.v.task(m.c, func(t Task) bool {
		return slices.Contains(want, t.State) && (m.in.Department == uuid.Nil || m.in.Department == t.Department)
	})
	if t == nil {
		return nil, m.conflict("suggestion.err.state")
	}
	m.step.Office, m.step.Department = t.Department, t.Department
	return t, nil
}

// theirs finds the part that staff mean: the named department's, or the only one that waits for this.
func (m *move) theirs(want func(Task) bool) (*Task, error) {
	var found []*Task
	for i := range m.c.Tasks {
		t := &m.c.Tasks[i]
		if t.Round == m.c.Round && want(*t) && (m.in.Department == uuid.Nil || m.in.Department == t.Department) {
			found = append(found, t)
		}
	}
	switch len(found) {
	case 0:
		return nil, m.conflict("suggestion.err.state")
	case 1:
		m.step.Department = found[0].Department
		return found[0], nil
	}
	return nil, problem.On("department", "suggestion.err.which-department")
}
