package suggestion

import (
	"slices"

	"xieshang/internal/platform/authz"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// guard holds the conditions of an action that are more than state, part and relation.
func (c *Case) guard(v viewer, rel []wf.Relation, a wf.Action) bool {
	switch a {
	case TakeUp:
		return c.Kind == Message && !v.isAuthor(c)
	case Raise:
		return v.began(c)
	case Dispatch:
		// In the office's hands only the office dispatches; elsewhere only the committee.
		if c.State == AtOffice {
			return slices.Contains(rel, IsOffice)
		}
		return slices.Contains(rel, IsDispatcher)
	case AgreeReturn, RefuseReturn:
		return c.task(func(t Task) bool { return t.State == ReturnAsked }) != nil
	case AskReturn:
		return v.task(c, func(t Task) bool { return t.State == Sent || t.State == TaskInHand }) != nil
	case AskTime:
		return v.task(c, func(t Task) bool { return t.Part.Answers() && t.State == TaskInHand && t.TimeAsked.IsZero() }) != nil
	case GrantTime, RefuseTime:
		return c.task(timeWaiting) != nil
	case Opinion:
		return v.task(c, func(t Task) bool { return !t.Part.Answers() && (t.State == Sent || t.State == TaskInHand) }) != nil
	case WriteAnswer, SendBack, SignOff, Contact:
		return v.task(c, func(t Task) bool { return t.Part.Answers() }) != nil
	case AcceptAnswer, RejectAnswer:
		return c.task(func(t Task) bool { return t.State == Signed }) != nil
	case Rate:
		me := v.author(c)
		return me != nil && me.Rating == NotRated
	case Close:
		return c.State != Meeting || c.metOrExplained()
	case Reopen:
		return c.Round == 1 && (v.began(c) || slices.Contains(rel, IsReviewer))
	case ReportPromise:
		return v.task(c, promises) != nil
	case ConfirmPromise, RemindPromise:
		return c.task(promises) != nil
	case RetractAnswer:
		return c.Rating == NotRated && c.task(counts) != nil && !slices.ContainsFunc(c.Authors, func(a Author) bool { return a.Rating != NotRated })
	case Restore:
		if c.State == Converted {
			return slices.Contains(rel, IsReviewer)
		}
		return c.Number != "" && v.began(c)
	case Publish:
		return !c.Public
	case Unpublish:
		return c.Public
	case Sponsor:
		return c.Sponsor == uuid.Nil
	case Withdraw: // whoever raised it, while nobody else's matter was merged into it
		me := v.author(c)
		return me != nil && me.RaisedIn == c.ID && me.Part == RaisedIt && !slices.ContainsFunc(c.Authors, func(a Author) bool { return a.RaisedIn != c.ID })
	}
	return true
}

// promises: an answer that counts and promised something that is not confirmed yet.
func promises(t Task) bool { return t.State == TaskDone && t.Part.Answers() && !t.Promised.IsZero() }

// counts: an answer of a department that is known here (an imported one's is not).
func counts(t Task) bool { return t.State == TaskDone && t.Part.Answers() && t.Department != uuid.Nil }

func timeWaiting(t Task) bool { return !t.TimeAsked.IsZero() && t.TimeAnswer == "" && t.Open() }

// task finds a part of the present round.
func (c *Case) task(want func(Task) bool) *Task {
	for i := range c.Tasks {
		if c.Tasks[i].Round == c.Round && want(c.Tasks[i]) {
			return &c.Tasks[i]
		}
	}
	return nil
}

// task finds a part of the present round that the viewer works on.
func (v viewer) task(c *Case, want func(Task) bool) *Task {
	return c.task(func(t Task) bool { return v.HasAny(t.Department, authz.Clerk, authz.Head) && want(t) })
}

// metOrExplained: after the second 'not satisfied' a meeting or an explanation comes before closing. Closing clears Due, both set it to zero.
func (c *Case) metOrExplained() bool { return c.Due.IsZero() }
