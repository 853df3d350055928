package suggestion

import (
	"slices"
	"strings"
	"xieshang/internal/platform/clock"

	"xieshang/internal/directory"
	"xieshang/internal/platform/problem"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// effects is what each action of the table does to the matter; the step and the row are written by move.finish.
var effects = map[wf.Action]func(*move) error{
	Raise:          (*move).raise,
	TakeUp:         (*move).takeUp,
	ReviewAccept:   (*move).accept,
	ReviewReturn:   (*move).sendToAuthor,
	Merge:          (*move).merge,
	Unmerge:        (*move).unmerge,
	Convert:        (*move).convert,
	Pass:           (*move).pass,
	ReferOffice:    (*move).referOffice,
	Dispatch:       (*move).dispatch,
	AddTeam:        (*move).addTeam,
	Recall:         (*move).recall,
	Sponsor:        (*move).sponsor,
	Acknowledge:    (*move).acknowledge,
	AskReturn:      (*move).askReturn,
	AgreeReturn:    (*move).agreeReturn,
	RefuseReturn:   (*move).refuseReturn,
	AskTime:        (*move).askTime,
	GrantTime:      (*move).grantTime,
	RefuseTime:     (*move).refuseTime,
	Opinion:        (*move).opinion,
	Contact:        (*move).contact,
	WriteAnswer:    (*move).writeAnswer,
	SendBack:       (*move).sendBack,
	SignOff:        (*move).signOff,
	AcceptAnswer:   (*move).acceptAnswer,
	RejectAnswer:   (*move).rejectAnswer,
	Rate:           (*move).rate,
	HoldMeeting:    (*move).holdMeeting,
	Explain:        (*move).explain,
	Close:          (*move).close,
	Reopen:         (*move).reopen,
	ReportPromise:  (*move).reportPromise,
	ConfirmPromise: (*move).confirmPromise,
	RemindPromise:  (*move).press,
	RetractAnswer:  (*move).retractAnswer,
	Restore:        (*move).restore,
	Withdraw:       (*move).withdraw,
	Publish:        (*move).makePublic,
	Unpublish:      (*move).makePrivate,
	Remind:         (*move).press,
	Urge:           (*move).press,
	Supervise:      (*move).supervise,
	Supplement:     (*move).say,
	Amend:          (*move).amend,
	Note:           (*move).say,
}

// say is an action that only adds its words to the timeline.
func (m *move) say() error {
	m.step.Body = strings.TrimSpace(m.in.Text)
	return nil
}

func (m *move) raise() error {
	c := m.c
	if c.State == Draft {
		c.RaisedAt = m.now
		if err := m.s.number(m.tx, m.snap, &c.Suggestion); err != nil {
			return err
		}
	}
	c.State, c.Queued = Raised, ""
	m.due(m.rules.ReviewTerm)
	m.step.Body = strings.TrimSpace(m.in.Text)
	m.text = true
	return nil
}

// takeUp makes a resident's message a suggestion; the one who takes it up becomes an author beside the resident.
func (m *move) takeUp() error {
	m.c.Kind = SuggestionKind
	m.step.Details.TookUp = true
	if m.step.Relation != IsMember {
		return nil // taken up by the office, not by a person
	}
	return m.addAuthor(FromMember, TookItUp)
}

func (m *move) addAuthor(kind Origin, part AuthorPart) error {
	id, err := newID()
	if err != nil {
		return err
	}
	a := Author{ID: id, Suggestion: m.c.ID, RaisedIn: m.c.ID, Kind: kind, Part: part, Account: m.v.Account, Person: m.v.Person, JoinedAt: m.now}
	m.c.Suggestion.Authors++
	return insertAuthor(m.tx, a, "", "", uuid.Nil)
}

// accept decides what is public, apart from the state; not public needs a reason. A message that staff accept is taken up by them.
func (m *move) accept() error {
	c := m.c
	public := *m.in.Public
	if !public && m.step.Reason == "" {
		return problem.On("reason", "suggestion.err.private-reason")
	}
	if err := m.place(); err != nil {
		return err
	}
	if c.Kind == Message {
		c.Kind = SuggestionKind
		m.step.Details.TookUp = true
	}
	c.State, c.Public, c.Queued = Accepted, public, ""
	m.due(m.rules.ReviewTerm)
	if !public {
		c.PublicReason = m.step.Reason
		m.step.Audience = wf.ToParties
	}
	m.step.Details.Public = &public
	return nil
}

// place sets field and division when staff chose them.
func (m *move) place() error {
	if m.in.Field != uuid.Nil {
		if m.snap.Field(m.in.Field) == nil {
			return problem.On("field", "suggestion.err.field")
		}
		setField(&m.c.Suggestion, m.snap, m.in.Field)
	}
	if m.in.Division != uuid.Nil {
		if m.snap.Division(m.in.Division) == nil {
			return problem.On("division", "suggestion.err.division")
		}
		setDivision(&m.c.Suggestion, m.snap, m.in.Division)
	}
	return nil
}

func (m *move) sendToAuthor() error {
	m.c.State = Returned
	m.due(clock.Term{})
	return nil
}

func (m *move) convert() error {
	if !slices.Contains(Targets(), m.in.Target) {
		return problem.On("target", "suggestion.err.target-missing")
	}
	m.c.State, m.c.ConvertedTo = Converted, m.in.Target
	m.due(clock.Term{})
	m.step.Details.Other = m.in.Target
	return nil
}

// press reminds or urges: the department that is named, or everybody who has the matter now.
func (m *move) press() error {
	if d := m.in.Department; d != uuid.Nil {
		if m.c.task(func(t Task) bool { return t.Department == d }) == nil {
			return problem.On("department", "suggestion.err.which-department")
		}
		m.step.Department = d
	}
	return nil
}

// restore takes back a conversion that was a mistake, or a withdrawal that its author regrets.
func (m *move) restore() error {
	action := Convert
	if m.c.State == Withdrawn {
		action = Withdraw
	}
	before, err := m.stateBefore(action)
	if err != nil {
		return err
	}
	m.c.State, m.c.ConvertedTo = before, ""
	if before != Returned {
		m.due(m.rules.ReviewTerm)
	}
	return nil
}

// Targets are the kinds of case that a suggestion may become; they carry it on in systems of their own (A4, A5).
func Targets() []string { return []string{"opinion_report", "proposal"} }

// pass gives the matter to another committee: it keeps its number and history, the new owner begins with a review, and the old one
// keeps reading as a party.
func (m *move) pass() error {
	k := m.snap.Organisation(m.in.Committee)
	if k == nil || k.Kind != directory.Committee || k.ID == m.c.Committee {
		return problem.On("committee", "suggestion.err.committee")
	}
	if err := addParty(m.tx, &m.c.Suggestion, m.c.Committee, partFormer); err != nil {
		return err
	}
	m.step.Details.Committee = k.ID
	m.c.Committee, m.c.State = k.ID, Raised
	rules, err := m.s.Rules(m.tx.Ctx(), k.ID)
	if err != nil {
		return err
	}
	m.due(rules.ReviewTerm)
	return nil
}

func (m *move) sponsor() error {
	who := m.c.Committee
	m.c.Sponsor = who
	m.step.Office = who
	return addParty(m.tx, &m.c.Suggestion, who, partSponsor)
}

func (m *move) withdraw() error {
	m.c.State = Withdrawn
	m.due(clock.Term{})
	return nil
}

func (m *move) makePublic() error {
	yes := true
	m.c.Public, m.c.PublicReason = true, ""
	m.step.Details.Public = &yes
	return nil
}

// makePrivate hides a matter from the public. The step, its reason and the office stay readable for the parties.
func (m *move) makePrivate() error {
	no := false
	m.c.Public, m.c.PublicReason = false, m.step.Reason
	m.step.Details.Public, m.step.Audience = &no, wf.ToParties // also when it is published again later
	return nil
}

// amend mends the public text (a name, a number that should not stand there); the text as it came is kept for staff.
func (m *move) amend() error {
	c := m.c
	oldTitle, oldBody, oldField, oldDivision := c.Title, c.Body, c.Field, c.Division
	title, _ := Mask(strings.Join(strings.Fields(m.in.Title), " "))
	body, _ := Mask(strings.TrimSpace(m.in.Body))
	if title != "" && title != c.Title {
		c.Title = title
		m.step.Details.Changed = append(m.step.Details.Changed, "title")
	}
	if body != "" && body != c.Body {
		c.Body = body
		m.step.Details.Changed = append(m.step.Details.Changed, "body")
	}
	if err := m.place(); err != nil {
		return err
	}
	if c.Field != oldField {
		m.step.Details.Changed = append(m.step.Details.Changed, "field")
	}
	if c.Division != oldDivision {
		m.step.Details.Changed = append(m.step.Details.Changed, "division")
	}
	if len(m.step.Details.Changed) == 0 {
		return problem.On("body", "suggestion.err.nothing-changed")
	}
	if c.Title == oldTitle && c.Body == oldBody {
		return nil
	}
	m.text = true
	return m.s.keepOriginal(m.tx, &c.Suggestion, oldTitle, oldBody)
}

func (m *move) supervise() error {
	var err error
	m.step.Details.Letter, err = m.letter(m.in.Letter, "督")
	return err
}
