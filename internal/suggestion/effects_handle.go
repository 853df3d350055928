package suggestion

import (
	"slices"
	"strings"
	"time"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"
	wf "xieshang/internal/platform/workflow"
)

func (m *move) acknowledge() error {
	t, err := m.own(Sent)
	if err != nil {
		return err
	}
	t.State, t.AcknowledgedAt = TaskInHand, m.now
	if t.Part.Answers() {
		m.settle()
	} else if m.c.State == Dispatched {
		m.tr.To = nil // a joint department's receipt does not begin the handling
	}
	return updateTask(m.tx, *t)
}

// askReturn: within the days allowed a department may ask to give the matter back; it never passes it on itself.
func (m *move) askReturn() error {
	t, err := m.own(Sent, TaskInHand)
	if err != nil {
		return err
	}
	if !t.ReturnUntil.IsZero() && m.today.After(t.ReturnUntil) {
		return problem.New(problem.Conflict, "suggestion.err.return-late", "until", t.ReturnUntil)
	}
	t.State = ReturnAsked
	return updateTask(m.tx, *t)
}

func (m *move) agreeReturn() error {
	t, err := m.theirs(func(t Task) bool { return t.State == ReturnAsked })
	if err != nil {
		return err
	}
	lead := t.Part == Lead
	t.State = TaskReturned
	if err := updateTask(m.tx, *t); err != nil {
		return err
	}
	if lead { // without its lead a team has nobody who answers: all parts end and it is dispatched anew
		if err := m.endOpen(); err != nil {
			return err
		}
	}
	m.settle()
	return nil
}

// refuseReturn: the department goes on and its clock ran on all the while.
func (m *move) refuseReturn() error {
	t, err := m.theirs(func(t Task) bool { return t.State == ReturnAsked })
	if err != nil {
		return err
	}
	t.State = TaskInHand
	if t.AcknowledgedAt.IsZero() {
		t.AcknowledgedAt = m.now
	}
	if err := updateTask(m.tx, *t); err != nil {
		return err
	}
	m.settle()
	return nil
}

func (m *move) askTime() error {
	t, err := m.own(TaskInHand)
	if err != nil {
		return err
	}
	if !m.in.Until.After(t.Due) {
		return problem.On("until", "suggestion.err.until", "due", t.Due)
	}
	if m.in.Until.After(t.Due.AddDays(366)) {
		return problem.On("until", "suggestion.err.until-far")
	}
	t.TimeAsked = m.in.Until
	m.step.Details.Day = m.in.Until
	return updateTask(m.tx, *t)
}

func (m *move) grantTime() error {
	t, err := m.theirs(timeWaiting)
	if err != nil {
		return err
	}
	t.Due, t.DueProvisional, t.DueRule, t.TimeAnswer = t.TimeAsked, false, "", "granted"
	if !m.in.Until.IsZero() {
		if !m.in.Until.After(m.today) {
			return problem.On("until", "suggestion.err.due-past")
		}
		t.Due = m.in.Until
	}
	m.step.Details.Due = t.Due
	m.settleDue()
	return updateTask(m.tx, *t)
}

func (m *move) refuseTime() error {
	t, err := m.theirs(timeWaiting)
	if err != nil {
		return err
	}
	t.TimeAnswer = "refused"
	return updateTask(m.tx, *t)
}

func (m *move) opinion() error {
	t, err := m.own(Sent, TaskInHand)
	if err != nil {
		return err
	}
	if t.AcknowledgedAt.IsZero() {
		t.AcknowledgedAt = m.now
	}
	t.State, t.Answer, t.DoneAt = TaskDone, strings.TrimSpace(m.in.Text), m.now
	m.step.Body = t.Answer
	return updateTask(m.tx, *t)
}

// Ways are the ways of reaching an author.
func Ways() []string { return []string{"visit", "telephone", "meeting"} }

func (m *move) contact() error {
	if !slices.Contains(Ways(), m.in.How) {
		return problem.On("how", "suggestion.err.how-missing")
	}
	if m.in.Day.After(m.today) {
		return problem.On("day", "suggestion.err.day-future")
	}
	m.step.Details.How, m.step.Details.Day = m.in.How, m.in.Day
	return m.say()
}

func (m *move) writeAnswer() error {
	t, err := m.own(TaskInHand, Drafted)
	if err != nil {
		return err
	}
	class, ok := m.rules.ClassOf(m.in.Class)
	if !ok {
		return problem.On("class", "suggestion.err.class-missing")
	}
	if class.Promise && m.in.Promised.IsZero() {
		return problem.On("promised", "suggestion.err.promised-missing")
	}
	if class.Promise && !m.in.Promised.After(m.today) {
		return problem.On("promised", "suggestion.err.due-past")
	}
	if !class.Promise {
		m.in.Promised = clock.Date{}
	}
	t.State, t.Answer, t.Class, t.Promised, t.DraftedAt = Drafted, strings.TrimSpace(m.in.Text), class.Code, m.in.Promised, m.now
	t.AnswerNumber = strings.TrimSpace(m.in.Letter)
	m.step.Details.Class, m.step.Details.Promised = class.Code, m.in.Promised
	return updateTask(m.tx, *t)
}

func (m *move) sendBack() error {
	t, err := m.own(Drafted)
	if err != nil {
		return err
	}
	t.State = TaskInHand
	return updateTask(m.tx, *t)
}

// signOff puts the answer under the head's signature. Where the committee does not review answers it counts at once.
func (m *move) signOff() error {
	t, err := m.own(Drafted)
	if err != nil {
		return err
	}
	if n := strings.TrimSpace(m.in.Letter); n != "" {
		t.AnswerNumber = n
	}
	t.State, t.SignedAt = Signed, m.now
	m.step.Details.Letter, m.step.Details.Class = t.AnswerNumber, t.Class
	if !m.rules.ReviewAnswers {
		m.countAnswer(t)
		m.step.Audience, m.step.Body = wf.ToPublic, t.Answer
	}
	if err := updateTask(m.tx, *t); err != nil {
		return err
	}
	m.settle()
	return nil
}

// nextPromise: the matter's promised date is the earliest that any of its departments has still to keep.
func (m *move) nextPromise() {
	m.c.Promised = clock.Date{}
	for _, t := range m.c.Tasks {
		if t.Round == m.c.Round && promises(t) && (m.c.Promised.IsZero() || t.Promised.Before(m.c.Promised)) {
			m.c.Promised = t.Promised
		}
	}
}

// countAnswer makes a signed answer the reply: the lead's class becomes the matter's.
func (m *move) countAnswer(t *Task) {
	t.State, t.DoneAt = TaskDone, m.now
	if t.Department == m.c.Lead || m.c.Class == "" {
		m.c.Class = t.Class
	}
	m.nextPromise()
	m.step.Details.Class, m.step.Details.Promised, m.step.Details.Letter = t.Class, t.Promised, t.AnswerNumber
}

func (m *move) acceptAnswer() error {
	t, err := m.theirs(func(t Task) bool { return t.State == Signed })
	if err != nil {
		return err
	}
	if m.in.Class != "" && m.in.Class != t.Class {
		class, ok := m.rules.ClassOf(m.in.Class)
		if !ok {
			return problem.On("class", "suggestion.err.class-missing")
		}
		if m.step.Reason == "" {
			return problem.On("reason", "suggestion.err.class-reason")
		}
		if class.Promise && t.Promised.IsZero() {
			return problem.On("class", "suggestion.err.class-promise")
		}
		if !class.Promise {
			t.Promised = clock.Date{}
		}
		m.step.Details.ClassWas, t.Class = t.Class, class.Code
	}
	m.countAnswer(t)
	m.step.Body = t.Answer
	if err := updateTask(m.tx, *t); err != nil {
		return err
	}
	m.settle()
	return nil
}

func (m *move) rejectAnswer() error {
	t, err := m.theirs(func(t Task) bool { return t.State == Signed })
	if err != nil {
		return err
	}
	t.State = TaskInHand
	if err := updateTask(m.tx, *t); err != nil {
		return err
	}
	m.settle()
	return nil
}

// retractAnswer takes back an acceptance that was a mistake, before anybody rated: the department goes on, with the date that it had.
func (m *move) retractAnswer() error {
	t, err := m.theirs(counts)
	if err != nil {
		return err
	}
	t.State, t.SignedAt, t.DoneAt = TaskInHand, time.Time{}, time.Time{}
	if err := updateTask(m.tx, *t); err != nil {
		return err
	}
	m.c.RepliedAt = time.Time{}
	if t.Department == m.c.Lead {
		m.c.Class = ""
	}
	m.nextPromise()
	m.settle()
	return nil
}
