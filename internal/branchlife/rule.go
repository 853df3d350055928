package branchlife

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Every is the period of a rule: calendar months, quarters, halves and years in China.
type Every string

// The periods.
const (
	Month   Every = "month"
	Quarter Every = "quarter"
	Half    Every = "half"
	Year    Every = "year"
)

// Everys lists the periods, the shortest first.
func Everys() []Every { return []Every{Month, Quarter, Half, Year} }

// Months tells how many months a period has, 0 for none that is known.
func (e Every) Months() int {
	switch e {
	case Month:
		return 1
	case Quarter:
		return 3
	case Half:
		return 6
	case Year:
		return 12
	}
	return 0
}

// Of is the period that a day lies in.
func (e Every) Of(d clock.Date) clock.Interval {
	n := e.Months()
	from := clock.Of(d.Year, time.Month((int(d.Month)-1)/n*n+1), 1)
	return clock.Interval{From: from, To: from.AddMonths(n)}
}

// In lists the periods of a year, earlier first.
func (e Every) In(year int) []clock.Interval {
	var out []clock.Interval
	for d := clock.Of(year, 1, 1); d.Year == year; d = d.AddMonths(e.Months()) {
		out = append(out, e.Of(d))
	}
	return out
}

// Condition says for which branches a rule holds.
type Condition string

// The conditions.
const (
	Always       Condition = ""
	HasCommittee Condition = "committee" // 支部委员会: seven full members or more
	HasGroups    Condition = "groups"    // 党小组: the rule is met when each of them gathered
)

// Conditions lists them in the order in which screens show them.
func Conditions() []Condition { return []Condition{Always, HasCommittee, HasGroups} }

// CommitteeFrom is the number of full members from which on a branch has a committee.
const CommitteeFrom = 7

// Rule says how often organisations of a kind gather for something. It is corrected with a trace and never overwritten.
type Rule struct {
	ID         uuid.UUID
	Scope      uuid.UUID // a committee or one organisation; nil UUID: everywhere
	Kind       directory.Kind
	Counts     Counts
	Every      Every
	Times      int
	Condition  Condition
	Valid      clock.Interval
	Source     string // the regulation and its article, or the decision of the place
	SourceEN   string // in English; the Chinese one where it is empty
	Recorded   time.Time
	Superseded time.Time // zero: the present knowledge
}

// Yearly is how often the rule asks in a year.
func (r Rule) Yearly() int { return r.Times * 12 / max(1, r.Every.Months()) }

// Kinds lists the kinds of organisation that gather by rule.
func Kinds() []directory.Kind {
	return []directory.Kind{directory.Branch, directory.MembersBranch, directory.PartyGroup, directory.OfficePartyGroup, directory.OfficePartyCommittee, directory.PartySubgroup}
}

const (
	maxTimes  = 12
	maxSource = 300
)

func (r *Rule) check(c *problem.Check) {
	if !slices.Contains(Kinds(), r.Kind) {
		c.Add("kind", "branchlife.err.kind")
	}
	if !r.Counts.Valid() {
		c.Add("counts", "branchlife.err.counts")
	}
	if r.Every.Months() == 0 {
		c.Add("every", "branchlife.err.every")
	}
	if r.Times < 1 || r.Times > maxTimes {
		c.Add("times", "branchlife.err.times", "max", maxTimes)
	}
	if !slices.Contains(Conditions(), r.Condition) || r.Condition != Always && r.Kind != directory.Branch {
		c.Add("condition", "branchlife.err.condition")
	}
	r.Source, r.SourceEN = strings.TrimSpace(r.Source), strings.TrimSpace(r.SourceEN)
	if r.Source == "" {
		c.Add("source", "branchlife.err.source")
	}
	for name, text := range map[string]string{"source": r.Source, "source_en": r.SourceEN} {
		if n := utf8.RuneCountInString(text); n > maxSource {
			c.Add(name, "branchlife.err.long", "max", maxSource, "have", n)
		}
	}
	if r.Valid.From.IsZero() {
		c.Add("from", "branchlife.err.day")
	} else if r.Valid.Empty() {
		c.Add("to", "branchlife.err.to")
	}
}
