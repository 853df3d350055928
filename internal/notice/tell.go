package notice

import (
	"slices"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	wf "xieshang/internal/platform/workflow"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

// target is whom one line of the rules means: the authors, or who holds one of the roles in a place. Due is the date of that place's own part.
type target struct {
	authors bool
	roles   []authz.Role
	place   uuid.UUID
	due     clock.Date
}

// audience finds the targets of an event.
type audience func(t *told) []target

// rule is one line of what happens: who is told what, when the condition holds.
type rule struct {
	kind Kind
	who  audience
	text string // the key after "notice.text."
	when func(t *told) bool
}

// told is an event while its readers are sought.
type told struct {
	action    wf.Action
	committee uuid.UUID
	suggestion.Moved
}

func authors(*told) []target { return []target{{authors: true}} }

func staff(roles ...authz.Role) audience {
	return func(t *told) []target { return []target{{roles: roles, place: t.committee}} }
}

func ofDepartment() []authz.Role { return []authz.Role{authz.Clerk, authz.Head} }

// parts are the people of the departments whose part is as wanted.
func parts(want func(t *told, p suggestion.PartFact) bool) audience {
	return func(t *told) (out []target) {
		for _, p := range t.Parts {
			if want(t, p) {
				out = append(out, target{roles: ofDepartment(), place: p.Department, due: p.Due})
			}
		}
		return out
	}
}

// theOne is the department that the step is about.
func theOne(roles ...authz.Role) audience {
	if len(roles) == 0 {
		roles = ofDepartment()
	}
	return func(t *told) []target {
		if t.Department == uuid.Nil {
			return nil
		}
		out := target{roles: roles, place: t.Department}
		for _, p := range t.Parts {
			if p.Department == t.Department {
				out.due = p.Due
			}
		}
		return []target{out}
	}
}

// asked is the department that the step names, or all whose part is as wanted when it names none.
func asked(want func(t *told, p suggestion.PartFact) bool) audience {
	return func(t *told) []target {
		if t.Department != uuid.Nil {
			return theOne()(t)
		}
		return parts(want)(t)
	}
}

// office is the supervision office while the matter lies there.
func office(t *told) []target {
	if t.Office == uuid.Nil || t.To != suggestion.AtOffice {
		return nil
	}
	return []target{{roles: ofDepartment(), place: t.Office}}
}

func anyPart(*told, suggestion.PartFact) bool       { return true }
func openPart(_ *told, p suggestion.PartFact) bool  { return p.Open() }
func leadPart(_ *told, p suggestion.PartFact) bool  { return p.Open() && p.Part == suggestion.Lead }
func endedPart(_ *told, p suggestion.PartFact) bool { return p.State == suggestion.Ended }
func otherEnded(t *told, p suggestion.PartFact) bool {
	return p.Department != t.Department && p.State == suggestion.Ended
}

func answering(_ *told, p suggestion.PartFact) bool {
	return p.Part.Answers() && p.State == suggestion.TaskDone
}

func added(t *told, p suggestion.PartFact) bool {
	return p.Open() && slices.Contains(t.Added, p.Department)
}

// working is whose answer or opinion is still to be written.
func working(_ *told, p suggestion.PartFact) bool { return p.Open() && p.State != suggestion.Signed }

func replied(t *told) bool    { return t.To == suggestion.Replied }
func notReplied(t *told) bool { return t.To != suggestion.Replied }
func isPublic(t *told) bool   { return t.Public }
func isPrivate(t *told) bool  { return !t.Public }
func byRule(t *told) bool     { return t.Relation == suggestion.IsRule }
func byHand(t *told) bool     { return t.Relation != suggestion.IsRule }
func byAuthor(t *told) bool   { return t.Relation == suggestion.IsAuthor }
func notAuthor(t *told) bool  { return t.Relation != suggestion.IsAuthor }
func displeased(t *told) bool { return t.Rating == suggestion.NotSatisfied }
func reviewing(t *told) bool  { return t.To == suggestion.Raised }
func handling(t *told) bool   { return t.To != suggestion.Raised }
func again(t *told) bool      { return t.From == suggestion.Returned }
func first(t *told) bool      { return t.From != suggestion.Returned }

// rules is who is told what about each step. A step without a line is told to nobody; the doer is never told of what they did.
func rules() map[wf.Action][]rule {
	reviewers, dispatchers := staff(authz.Reviewer), staff(authz.Dispatcher)
	both := staff(authz.Reviewer, authz.Dispatcher)
	return map[wf.Action][]rule{
		suggestion.Raise: {{Desk, reviewers, "raised", first}, {Desk, reviewers, "raised-again", again}},
		suggestion.ReviewAccept: {{Outcome, authors, "accepted-public", isPublic}, {Outcome, authors, "accepted-private", isPrivate},
			{Desk, dispatchers, "to-dispatch", nil}},
		suggestion.ReviewReturn: {{Outcome, authors, "returned", nil}},
		suggestion.Merge:        {{Outcome, authors, "merged", nil}},
		suggestion.Unmerge:      {{Outcome, authors, "unmerged", nil}},
		suggestion.Convert:      {{Outcome, authors, "converted", nil}},
		suggestion.Pass:         {{Outcome, authors, "passed", nil}, {Desk, reviewers, "passed-here", nil}},
		suggestion.Withdraw:     {{Outcome, authors, "withdrawn", nil}},
		suggestion.Publish:      {{Outcome, authors, "published", nil}},
		suggestion.Unpublish:    {{Outcome, authors, "unpublished", nil}},
		suggestion.Amend:        {{Outcome, authors, "amended", nil}},
		suggestion.Close:        {{Outcome, authors, "closed-unrated", byRule}, {Outcome, authors, "closed", byHand}},
		suggestion.TakeUp:       {{Progress, authors, "taken-up", nil}},
		suggestion.ReferOffice:  {{Work, office, "at-office", nil}},
		suggestion.AddTeam:      {{Work, parts(added), "dispatched", nil}},
		suggestion.Dispatch:     {{Work, parts(added), "dispatched", nil}, {Progress, authors, "dispatched-mine", nil}},
		suggestion.Recall:       {{Decision, parts(endedPart), "recalled", nil}},
		suggestion.AskReturn:    {{Back, dispatchers, "return-asked", nil}},
		suggestion.AgreeReturn:  {{Decision, theOne(), "return-agreed", nil}, {Decision, parts(otherEnded), "recalled", nil}},
		suggestion.RefuseReturn: {{Decision, theOne(), "return-refused", nil}},
		suggestion.AskTime:      {{Back, dispatchers, "time-asked", nil}},
		suggestion.GrantTime:    {{Decision, theOne(), "time-granted", nil}, {Progress, authors, "time-granted-mine", nil}},
		suggestion.RefuseTime:   {{Decision, theOne(), "time-refused", nil}},
		suggestion.Opinion:      {{Work, parts(leadPart), "opinion", nil}},
		suggestion.WriteAnswer:  {{Work, theOne(authz.Head), "to-sign", nil}},
		suggestion.SendBack:     {{Decision, theOne(authz.Clerk), "sent-back", nil}},
		suggestion.SignOff:      {{Check, reviewers, "to-check", notReplied}, {Answered, authors, "answered", replied}},
		suggestion.AcceptAnswer: {{Answered, authors, "answered", replied}, {Progress, authors, "answered-part", notReplied},
			{Decision, theOne(), "answer-accepted", nil}},
		suggestion.RejectAnswer: {{Decision, theOne(), "answer-rejected", nil}},
		suggestion.Rate:         {{Dissatisfied, both, "not-satisfied", displeased}, {Decision, parts(anyPart), "not-satisfied", displeased}},
		suggestion.Reopen: {{Dissatisfied, both, "reopened", byAuthor}, {Progress, authors, "reopened-mine", notAuthor},
			{Decision, parts(anyPart), "reopened", nil}},
		suggestion.HoldMeeting:    {{Progress, authors, "meeting", nil}},
		suggestion.Explain:        {{Progress, authors, "explained", nil}},
		suggestion.ReportPromise:  {{Check, reviewers, "promise-reported", nil}},
		suggestion.ConfirmPromise: {{Progress, authors, "promise-kept", nil}, {Decision, parts(anyPart), "promise-confirmed", nil}},
		suggestion.Remind:         {{Due, asked(working), "reminded", byHand}, {Due, office, "due-office", nil}},
		suggestion.Urge:           {{Late, asked(working), "urged", byHand}, {Late, office, "late-office", nil}, {Late, dispatchers, "late-staff", byRule}},
		suggestion.Supervise:      {{Supervised, parts(openPart), "supervised", nil}, {Supervised, office, "supervised", nil}},
		suggestion.Supplement:     {{Desk, reviewers, "supplemented", reviewing}, {Work, parts(openPart), "supplemented", handling}},
		suggestion.RetractAnswer:  {{Decision, theOne(), "answer-retracted", nil}, {Progress, authors, "answer-retracted-mine", nil}},
		suggestion.Restore:        {{Outcome, authors, "restored", notAuthor}, {Desk, reviewers, "restored-here", byAuthor}},
		suggestion.RemindPromise:  {{Due, asked(answering), "promise-due", nil}},
		suggestion.Redate:         {{Decision, parts(working), "redated", nil}},
		suggestion.RateSoon:       {{RateSoon, authors, "rate-soon", nil}},
		suggestion.PartSoon:       {{Due, theOne(), "due", nil}},
		suggestion.PartLate:       {{Late, theOne(), "late", nil}},
	}
}

func eventKinds() []string {
	var out []string
	for a := range rules() {
		out = append(out, suggestion.EventPrefix+string(a))
	}
	slices.Sort(out)
	return out
}

// byDate tells whether the event is what time brings: that happens once for a date, however often a rule says so.
func (t *told) byDate() bool {
	switch t.action {
	case suggestion.RateSoon, suggestion.PartSoon, suggestion.PartLate:
		return true
	case suggestion.Remind, suggestion.Urge:
		return byRule(t)
	}
	return false
}

// occasion tells one notice about a matter from the next of the same kind.
func (t *told) occasion(due clock.Date) string {
	if t.byDate() {
		return string(t.action) + ":" + due.String()
	}
	return t.Step.String()
}

// due is the date that the target's sentence may name: the one given or asked for, its own, or the matter's.
func (t *told) due(to target) clock.Date {
	switch {
	case t.action == suggestion.AskTime || t.action == suggestion.GrantTime || t.action == suggestion.RemindPromise:
		return t.Until
	case !to.due.IsZero():
		return to.due
	}
	return t.Due
}
