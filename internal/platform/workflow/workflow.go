// Package workflow is a case's life as one table (A1, and every later kind of case): states, and transitions that say from where to
// where, who may take them, and what they ask for. It promises that what is not in the table cannot happen, and that buttons, API
// actions and the diagram in the docs come from the same lines.
package workflow

import (
	"fmt"
	"slices"
	"strings"
)

// State is a state of a case.
type State string

// Action names a transition; it is also the last part of its API address and of its message keys.
type Action string

// Relation is what somebody is to the case at hand: its author, a reviewer of the owning committee, a clerk of the lead department …
type Relation string

// TaskState is the state of one department's part of a case.
type TaskState string

// Audience is who may read a step.
type Audience string

// The audiences, from the widest to the narrowest.
const (
	ToPublic  Audience = "public"  // everybody, when the case is public
	ToParties Audience = "parties" // its authors, the departments that handle it, staff
	ToStaff   Audience = "staff"   // staff of the owning committee
)

// Input is a field that an action asks for; the service checks it, pages and the API description show it.
type Input struct {
	Name     string
	Kind     InputKind
	Required bool
}

// InputKind decides the control on the page and the check.
type InputKind string

// The kinds of input.
const (
	Text       InputKind = "text"       // one line
	LongText   InputKind = "long"       // paragraphs
	DateInput  InputKind = "date"       // civil date
	Choice     InputKind = "choice"     // one of a list given by the service
	Department InputKind = "department" // one department
	Team       InputKind = "team"       // departments with their parts
	CommitteeI InputKind = "committee"  // another committee
	Number     InputKind = "number"     // a case number
	Flag       InputKind = "flag"       // yes or no
	Files      InputKind = "files"      // attachments
)

// Transition is one line of the table.
type Transition struct {
	Action   Action
	From     []State
	To       []State // empty: the state stays; several: the rule of the action picks one of them
	TaskFrom []TaskState
	TaskTo   TaskState
	Who      []Relation
	Inputs   []Input
	Audience Audience
	Quiet    bool // allowed without a button: taken by rule, or through a page of its own
	Main     bool // the main action of its states, drawn as the primary button
	Grave    bool // asks for confirmation
}

// Reasoned tells whether the action demands a reason.
func (t Transition) Reasoned() bool {
	for _, i := range t.Inputs {
		if i.Name == "reason" && i.Required {
			return true
		}
	}
	return false
}

// Stays tells whether the state may stay as it is.
func (t Transition) Stays() bool { return len(t.To) == 0 }

// Permits tells whether the transition may lead from a to b.
func (t Transition) Permits(a, b State) bool {
	if !slices.Contains(t.From, a) {
		return false
	}
	if t.Stays() {
		return a == b
	}
	return slices.Contains(t.To, b)
}

// Table is a case's life.
type Table struct {
	Name        string
	Initial     []State
	States      []State
	Final       []State
	Transitions []Transition
}

// Find returns the transition of an action, or false.
func (t *Table) Find(a Action) (Transition, bool) {
	for _, tr := range t.Transitions {
		if tr.Action == a {
			return tr, true
		}
	}
	return Transition{}, false
}

// Allowed lists the transitions that somebody with these relations may take from a state, in table order. tasks are the states of
// the parts that the caller works on; a transition that needs one of them is left out when there is none.
func (t *Table) Allowed(s State, who []Relation, tasks []TaskState) []Transition {
	var out []Transition
	for _, tr := range t.Transitions {
		if slices.Contains(tr.From, s) && meets(tr.Who, who) && (len(tr.TaskFrom) == 0 || meets(tr.TaskFrom, tasks)) {
			out = append(out, tr)
		}
	}
	return out
}

func meets[T comparable](a, b []T) bool {
	for _, x := range a {
		if slices.Contains(b, x) {
			return true
		}
	}
	return false
}

// Check finds mistakes of the table itself: unknown or unreachable states, states without a way out that are not final, two lines for one action.
func (t *Table) Check() error {
	var faults []string
	fault := func(f string, args ...any) { faults = append(faults, fmt.Sprintf(f, args...)) }
	reached := map[State]bool{}
	for _, s := range t.Initial {
		reached[s] = true
	}
	leaves := map[State]bool{}
	seen := map[Action]bool{}
	for _, tr := range t.Transitions {
		if seen[tr.Action] {
			fault("action %s has two lines", tr.Action)
		}
		seen[tr.Action] = true
		if len(tr.Who) == 0 {
			fault("action %s is for nobody", tr.Action)
		}
		if tr.Audience == "" {
			fault("action %s does not state its audience", tr.Action)
		}
		for _, s := range append(slices.Clone(tr.From), tr.To...) {
			if !slices.Contains(t.States, s) {
				fault("action %s names the unknown state %s", tr.Action, s)
			}
		}
		for _, to := range tr.To {
			for _, from := range tr.From {
				if from != to {
					leaves[from] = true
				}
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for _, tr := range t.Transitions {
			for _, from := range tr.From {
				for _, to := range tr.To {
					if reached[from] && !reached[to] {
						reached[to], changed = true, true
					}
				}
			}
		}
	}
	for _, s := range t.States {
		if !reached[s] {
			fault("state %s cannot be reached", s)
		}
		if !leaves[s] && !slices.Contains(t.Final, s) {
			fault("state %s has no way out and is not final", s)
		}
	}
	if len(faults) > 0 {
		return fmt.Errorf("workflow %s: %s", t.Name, strings.Join(faults, "; "))
	}
	return nil
}

// Mermaid draws the table as a state diagram; name gives the words for states and actions.
func (t *Table) Mermaid(state func(State) string, action func(Action) string) string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	for _, s := range t.States {
		fmt.Fprintf(&b, "    %s: %s\n", s, state(s))
	}
	for _, s := range t.Initial {
		fmt.Fprintf(&b, "    [*] --> %s\n", s)
	}
	for _, tr := range t.Transitions {
		for _, from := range tr.From {
			for _, to := range tr.To {
				fmt.Fprintf(&b, "    %s --> %s: %s\n", from, to, action(tr.Action))
			}
		}
	}
	for _, s := range t.Final {
		fmt.Fprintf(&b, "    %s --> [*]\n", s)
	}
	return b.String()
}
