package ui

// State says where a step stands in time.
type State string

// The states of a step.
const (
	Done    State = "done"
	Now     State = "now"
	Todo    State = "todo"
	LateNow State = "late" // it is its turn, and the date has passed
	Care    State = "warn" // done, but with a turn: returned, reminded, not satisfied
)

// StepEvent is one step of a matter's story: what, by which office, when, with what words and files.
type StepEvent struct {
	ID       string
	State    State
	Icon     string // by state when empty
	Title    string
	Who      string // an office, never a clerk
	When     string // written in the reader's language
	DateTime string // machine-readable, for the time element; optional
	Text     string // as written; line ends are kept
	Files    []FileView
	Audience string // who may see this step, in words; empty for everybody
	Due      string // the date by which it must be done, in words
	DaysLeft *int   // until Due; negative when late; nil where nothing is due
}

// FileView is a file to be opened.
type FileView struct {
	Name string
	Href string
	Size string // "1.2 MB"
}

// StageView is one of the few stages of a whole life: raised, reviewed, with the department, answered, rated.
type StageView struct {
	Label string
	State State
	Note  string // a date, or days left
}

func (e StepEvent) icon() string {
	if e.Icon != "" {
		return e.Icon
	}
	return e.State.icon()
}

func (s State) icon() string {
	switch s {
	case Now:
		return "clock"
	case LateNow:
		return "late"
	case Care:
		return "alert"
	case Todo:
		return "ring"
	}
	return "check"
}

// dueTone warns from three days before the date.
func dueTone(days int) string {
	switch {
	case days < 0:
		return string(Late)
	case days <= 3:
		return string(Warn)
	}
	return string(Busy)
}
