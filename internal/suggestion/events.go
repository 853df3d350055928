package suggestion

import (
	"slices"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/event"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// EventPrefix and the action are the kind of an event of this module: "suggestion.dispatch".
const EventPrefix = "suggestion."

// Moved is the payload of every event about one matter. It holds ids, numbers and dates: no name, no text that somebody typed.
type Moved struct {
	Step       uuid.UUID   `json:"step"`
	Number     string      `json:"number"`
	From       wf.State    `json:"from"`
	To         wf.State    `json:"to"`
	Round      int         `json:"round"`
	Due        clock.Date  `json:"due,omitzero"`        // of the matter after the step
	Relation   wf.Relation `json:"relation,omitempty"`  // in whose name it was done
	Authors    []uuid.UUID `json:"authors,omitempty"`   // accounts behind the matter, those of merged ones among them
	Parts      []PartFact  `json:"parts,omitempty"`     // of the present round
	Department uuid.UUID   `json:"department,omitzero"` // the one that the step is about, or that took it
	Office     uuid.UUID   `json:"office,omitzero"`     // the supervision office that has it
	Added      []uuid.UUID `json:"added,omitempty"`     // departments that this step brought in
	Until      clock.Date  `json:"until,omitzero"`      // the day that was asked for, given or promised
	Other      string      `json:"other,omitempty"`     // number of the other matter, or what it became
	Public     bool        `json:"public,omitempty"`
	Rating     Rating      `json:"rating,omitempty"`
}

// PartFact is one department's part as it stands after a step.
type PartFact struct {
	Department uuid.UUID    `json:"department"`
	Part       Part         `json:"part"`
	State      wf.TaskState `json:"state"`
	Due        clock.Date   `json:"due,omitzero"`
}

// Open tells whether the department still has something to do or to wait for.
func (p PartFact) Open() bool { return Task{State: p.State}.Open() }

func factOf(m *Suggestion, step Step, authors []Author, tasks []Task) Moved {
	f := Moved{Step: step.ID, Number: m.Number, From: step.From, To: step.To, Round: m.Round, Due: m.Due, Relation: step.Relation, Department: step.Department,
		Office: m.Office, Until: step.Details.Due, Other: step.Details.Other, Public: m.Public, Rating: step.Details.Rating}
	if f.Until.IsZero() {
		f.Until = step.Details.Day
	}
	if f.Until.IsZero() {
		f.Until = m.Promised
	}
	for _, p := range step.Details.Team {
		f.Added = append(f.Added, p.Department)
	}
	if f.Department == uuid.Nil && (step.Relation == IsClerk || step.Relation == IsHead || step.Relation == IsHelper) {
		f.Department = step.Office
	}
	for _, a := range authors {
		if a.Account != uuid.Nil && !slices.Contains(f.Authors, a.Account) {
			f.Authors = append(f.Authors, a.Account)
		}
	}
	for _, t := range tasks {
		if t.Round == m.Round {
			f.Parts = append(f.Parts, PartFact{Department: t.Department, Part: t.Part, State: t.State, Due: t.Due})
		}
	}
	return f
}

func (s *Service) publish(tx *db.Tx, m *Suggestion, step Step, fact Moved) error {
	return s.Bus.Publish(tx, event.Event{Kind: EventPrefix + string(step.Action), Subject: m.ID, Place: m.Committee, At: step.At}, fact)
}
