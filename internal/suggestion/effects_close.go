package suggestion

import (
	"time"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"
)

// rate takes an author's judgement. The matter closes when everybody who raised or took up this very matter is satisfied at least
// basically; one 'not satisfied' with a reason sends it into the second handling, or after that to a meeting. Authors of merged matters are heard
// and counted, but do not decide for the others.
func (m *move) rate() error {
	me := m.v.author(m.c)
	switch m.in.Rating {
	case Satisfied, Basically:
	case NotSatisfied:
		if m.step.Reason == "" {
			return problem.On("reason", "suggestion.err.rating-reason")
		}
	default:
		return problem.On("rating", "suggestion.err.rating-missing")
	}
	me.Rating, me.RatingText, me.RatedAt = m.in.Rating, m.step.Reason, m.now
	if _, err := m.tx.Exec(`UPDATE suggestion_author SET rating = ?, rating_reason = ?, rated_at = ? WHERE id = ?`,
		string(me.Rating), me.RatingText, me.RatedAt, me.ID); err != nil {
		return err
	}
	m.step.Details.Rating = m.in.Rating
	if me.RaisedIn != m.c.ID {
		return nil
	}
	c := m.c
	c.Rating = worse(c.Rating, m.in.Rating)
	switch {
	case m.in.Rating == NotSatisfied && c.Round == 1:
		c.State = Reopened
		m.due(m.rules.ReviewTerm)
	case m.in.Rating == NotSatisfied:
		c.State = Meeting
		m.due(m.rules.MeetingTerm)
	case m.allRated():
		m.closeNow()
	}
	return nil
}

func (m *move) allRated() bool {
	for _, a := range m.c.Authors {
		if a.RaisedIn == m.c.ID && a.Rating == NotRated {
			return false
		}
	}
	return true
}

// worse keeps the least satisfied of two ratings.
func worse(a, b Rating) Rating {
	order := map[Rating]int{NotRated: 0, Satisfied: 1, Basically: 2, NotSatisfied: 3}
	if order[b] > order[a] {
		return b
	}
	return a
}

func (m *move) closeNow() {
	m.c.State, m.c.ClosedAt = Closed, m.now
	m.due(clock.Term{})
}

// close ends a replied matter whose time for rating is over (as not rated), or one that was met over or explained (as not satisfied).
func (m *move) close() error {
	if m.c.State == Replied && m.v.System && !m.c.Due.IsZero() && !m.today.After(m.c.Due) {
		return m.conflict("suggestion.err.state")
	}
	if m.c.State == Replied && !m.v.System && m.step.Reason == "" {
		return problem.On("reason", "suggestion.err.reason-missing")
	}
	m.closeNow()
	m.step.Details.Rating = m.c.Rating
	return nil
}

func (m *move) holdMeeting() error {
	if m.in.Day.After(m.today) {
		return problem.On("day", "suggestion.err.day-future")
	}
	m.step.Details.How, m.step.Details.Day = "meeting", m.in.Day
	m.due(clock.Term{})
	return m.say()
}

func (m *move) explain() error {
	m.due(clock.Term{})
	return m.say()
}

// reopen: once, within the days that the committee allows after closing.
func (m *move) reopen() error {
	closed := m.c.ClosedAt
	if until, _ := m.rules.ReopenTerm.Due(dateOf(closed), m.cal); !until.IsZero() && m.today.After(until) {
		return problem.New(problem.Conflict, "suggestion.err.reopen-late", "until", until)
	}
	m.c.State, m.c.ClosedAt = Reopened, time.Time{}
	m.due(m.rules.ReviewTerm)
	return nil
}

// reportPromise: a department says that what it promised is done; the promise stays on the list until staff confirm.
func (m *move) reportPromise() error {
	t := m.v.task(m.c, promises)
	m.step.Office, m.step.Department = t.Department, t.Department
	m.step.Details.Promised = t.Promised
	return m.say()
}

// confirmPromise turns a department's promise into the first settled class of the committee. The matter leaves the list of promises with its last one.
func (m *move) confirmPromise() error {
	t, err := m.theirs(promises)
	if err != nil {
		return err
	}
	m.step.Details.Promised = t.Promised
	for _, c := range m.rules.Classes {
		if c.Settled {
			m.step.Details.ClassWas, m.step.Details.Class = t.Class, c.Code
			t.Class = c.Code
			break
		}
	}
	t.Promised = clock.Date{}
	if err := updateTask(m.tx, *t); err != nil {
		return err
	}
	m.nextPromise()
	if d := m.step.Details; d.Class != "" && (t.Department == m.c.Lead || (m.c.Class == d.ClassWas && m.c.Promised.IsZero())) {
		m.c.Class = d.Class
	}
	return m.say()
}
