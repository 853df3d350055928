package branchlife

import (
	"slices"
	"strings"
	"testing"

	"xieshang/internal/platform/clock"

	"github.com/google/uuid"
)

var (
	own, other, groupA, groupB = uuid.UUID{15: 1}, uuid.UUID{15: 2}, uuid.UUID{15: 3}, uuid.UUID{15: 4}
	committee                  = uuid.UUID{15: 9}
)

func day(text string) clock.Date {
	d, err := clock.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func days(from, to string) clock.Interval {
	v := clock.Interval{From: day(from)}
	if to != "" {
		v.To = day(to)
	}
	return v
}

// always is a branch that stands since 2020 with a number of full members.
func always(full int) subject {
	return subject{id: own, stands: func(d clock.Date) bool { return !d.Before(day("2020-01-01")) }, full: func(clock.Date) int { return full }}
}

func standsIn(v clock.Interval) subject {
	o := always(9)
	o.stands = v.Contains
	return o
}

func rule(c Counts, e Every, times int) Rule {
	return Rule{Counts: c, Every: e, Times: times, Valid: days("2018-10-28", "")}
}

func on(c Counts, d string, holders ...uuid.UUID) Held {
	if len(holders) == 0 {
		holders = []uuid.UUID{own}
	}
	return Held{Counts: c, Day: day(d), Holders: holders, Over: true, Closed: true}
}

func open(h Held) Held      { h.Closed = false; return h }
func planned(h Held) Held   { h.Over, h.Closed = false, false; return h }
func cancelled(h Held) Held { h.Cancelled = true; return h }

// short writes slots in a word each: the state, with ~ for provisional and the reason of an exemption.
func short(list []Slot) string {
	var out []string
	for _, x := range list {
		w := string(x.State)
		if x.Provisional {
			w += "~"
		}
		if x.Why != NoWhy {
			w += ":" + string(x.Why)
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}

// TestReckon is the arithmetic, case by case.
func TestReckon(t *testing.T) {
	quarterly, monthly, yearly := rule(BranchMeeting, Quarter, 1), rule(ThemeDay, Month, 1), rule(OrganisationLife, Year, 1)
	twice := rule(Lecture, Half, 2)
	withCommittee := rule(CommitteeMeeting, Month, 1)
	withCommittee.Condition = HasCommittee
	withGroups := rule(GroupMeeting, Month, 1)
	withGroups.Condition = HasGroups
	from := func(r Rule, v clock.Interval) Rule { r.Valid = v; return r }
	local := func(r Rule, scope uuid.UUID) Rule { r.Scope = scope; return r }
	grown := always(0)
	grown.full = func(d clock.Date) int {
		if d.Before(day("2026-02-15")) {
			return 6
		}
		if d.Before(day("2026-05-20")) {
			return 7
		}
		return 6
	}
	grouped := always(9)
	grouped.groups = []group{{groupA, days("2021-01-01", "")}, {groupB, days("2026-02-10", "")}}
	for _, c := range []struct {
		name  string
		o     subject
		rules []Rule
		held  []Held
		today string
		want  string
	}{
		{"nothing was held", always(9), []Rule{quarterly}, nil, "2026-08-20", "missed missed due later"},
		{"one is held in its quarter", always(9), []Rule{quarterly}, []Held{on(BranchMeeting, "2026-02-01")}, "2026-08-20", "done missed due later"},
		{"the first and the last day of a quarter belong to it", always(9), []Rule{quarterly}, []Held{on(BranchMeeting, "2026-01-01"), on(BranchMeeting, "2026-06-30"), on(BranchMeeting, "2026-07-01")}, "2026-08-20", "done done done later"},
		{"two in one quarter do not stand for the next", always(9), []Rule{quarterly}, []Held{on(BranchMeeting, "2026-01-10"), on(BranchMeeting, "2026-03-10")}, "2026-08-20", "done missed due later"},
		{"on the last day of a period it is still due", always(9), []Rule{quarterly}, nil, "2026-03-31", "due later later later"},
		{"the day after it is missed", always(9), []Rule{quarterly}, nil, "2026-04-01", "missed due later later"},
		{"a cancelled one does not count", always(9), []Rule{quarterly}, []Held{cancelled(on(BranchMeeting, "2026-02-01"))}, "2026-04-01", "missed due later later"},
		{"a planned one does not count", always(9), []Rule{quarterly}, []Held{planned(on(BranchMeeting, "2026-04-20"))}, "2026-04-01", "missed due later later"},
		{"held and not closed counts provisionally", always(9), []Rule{quarterly}, []Held{open(on(BranchMeeting, "2026-02-01"))}, "2026-04-01", "done~ due later later"},
		{"one closed is enough beside one not closed", always(9), []Rule{quarterly}, []Held{open(on(BranchMeeting, "2026-02-01")), on(BranchMeeting, "2026-02-02")}, "2026-04-01", "done due later later"},
		{"a joint one counts for each holder", always(9), []Rule{quarterly}, []Held{on(BranchMeeting, "2026-02-01", other, own)}, "2026-04-01", "done due later later"},
		{"another's does not count", always(9), []Rule{quarterly}, []Held{on(BranchMeeting, "2026-02-01", other)}, "2026-04-01", "missed due later later"},
		{"another kind does not count", always(9), []Rule{quarterly}, []Held{on(ThemeDay, "2026-02-01")}, "2026-04-01", "missed due later later"},
		{"founded in the middle of a quarter: nothing is asked for the rest of it", standsIn(days("2026-02-10", "")), []Rule{quarterly}, nil, "2026-08-20", "exempt:founded missed due later"},
		{"founded on the first day of a quarter: it is asked for", standsIn(days("2026-04-01", "")), []Rule{quarterly}, nil, "2026-08-20", "exempt:founded missed due later"},
		{"founded in the middle, and held one all the same", standsIn(days("2026-02-10", "")), []Rule{quarterly}, []Held{on(BranchMeeting, "2026-03-01")}, "2026-08-20", "done missed due later"},
		{"dissolved in the middle of a quarter", standsIn(days("2020-01-01", "2026-05-10")), []Rule{quarterly}, nil, "2026-08-20", "missed exempt:dissolved exempt:founded exempt:founded"},
		{"dissolved with the end of a quarter: it stood on its last day", standsIn(days("2020-01-01", "2026-07-01")), []Rule{quarterly}, nil, "2026-08-20", "missed missed exempt:founded exempt:founded"},
		{"founded in the running month", standsIn(days("2026-02-10", "")), []Rule{monthly}, nil, "2026-02-20", "exempt:founded exempt:founded later later later later later later later later later later"},
		{"once a year, in the year", always(9), []Rule{yearly}, nil, "2026-12-31", "due"},
		{"once a year, over", always(9), []Rule{yearly}, nil, "2027-01-01", "missed"},
		{"two in a half, one held", always(9), []Rule{twice}, []Held{on(Lecture, "2026-02-01")}, "2026-07-01", "missed due"},
		{"two in a half, both held, one open", always(9), []Rule{twice}, []Held{on(Lecture, "2026-02-01"), open(on(Lecture, "2026-06-30"))}, "2026-07-01", "done~ due"},
		{"six full members have no committee", always(6), []Rule{withCommittee}, nil, "2026-02-20", "exempt:no_committee exempt:no_committee" + strings.Repeat(" exempt:no_committee", 10)},
		{"seven have one", always(7), []Rule{withCommittee}, []Held{on(CommitteeMeeting, "2026-01-05")}, "2026-02-20", "done due" + strings.Repeat(" later", 10)},
		{"the seventh in the middle of February and one fewer in the middle of May", grown, []Rule{withCommittee}, nil, "2026-12-31",
			"exempt:no_committee exempt:no_committee missed missed exempt:no_committee" + strings.Repeat(" exempt:no_committee", 7)},
		{"the running month is asked for as today stands", grown, []Rule{withCommittee}, nil, "2026-05-10", "exempt:no_committee exempt:no_committee missed missed due" + strings.Repeat(" exempt:no_committee", 7)},
		{"no groups", always(9), []Rule{withGroups}, nil, "2026-01-20", "exempt:no_groups" + strings.Repeat(" exempt:no_groups", 11)},
		{"one group, then two: both must meet", grouped, []Rule{withGroups}, []Held{on(GroupMeeting, "2026-01-05", groupA), on(GroupMeeting, "2026-02-05", groupA), on(GroupMeeting, "2026-03-05", groupA), on(GroupMeeting, "2026-03-09", groupA)}, "2026-04-02",
			"done done missed due" + strings.Repeat(" later", 8)},
		{"all groups at once", grouped, []Rule{withGroups}, []Held{on(GroupMeeting, "2026-03-05"), open(on(GroupMeeting, "2026-04-01", groupA, groupB))}, "2026-04-02", "missed missed done done~" + strings.Repeat(" later", 8)},
		{"a rule that begins in the middle of a quarter", always(9), []Rule{from(quarterly, days("2026-02-01", ""))}, nil, "2026-08-20", "exempt:rule_began missed due later"},
		{"a rule that ended", always(9), []Rule{from(quarterly, days("2018-10-28", "2026-05-01"))}, nil, "2026-08-20", "missed exempt:rule_began"},
		{"no rule, nothing asked", always(9), nil, []Held{on(Lecture, "2026-02-01")}, "2026-08-20", ""},
		{"the place asks monthly where the rule is quarterly", always(9), []Rule{quarterly, local(rule(BranchMeeting, Month, 1), committee)}, []Held{on(BranchMeeting, "2026-01-05")}, "2026-02-05", "done due" + strings.Repeat(" later", 10)},
		{"from the middle of February on: the quarter goes, whole months stay", always(9), []Rule{quarterly, local(from(rule(BranchMeeting, Month, 1), days("2026-02-10", "")), committee)}, nil, "2026-04-05",
			"exempt:rule_began missed due" + strings.Repeat(" later", 8)},
		{"the branch's own goes before the committee's", always(9), []Rule{local(rule(Lecture, Quarter, 1), committee), local(rule(Lecture, Half, 3), own)}, []Held{on(Lecture, "2026-01-05")}, "2026-07-01", "missed due"},
	} {
		if got := short(reckon(c.o, c.rules, c.held, 2026, day(c.today))); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestSlot: what a period holds, how much is wanted, which groups are lacking, until when.
func TestSlot(t *testing.T) {
	r := rule(GroupMeeting, Month, 1)
	r.Condition = HasGroups
	o := always(9)
	o.groups = []group{{groupA, days("2021-01-01", "")}, {groupB, days("2021-01-01", "")}}
	got := reckon(o, []Rule{r}, []Held{on(GroupMeeting, "2026-01-05", groupA), on(GroupMeeting, "2026-01-08", groupA), planned(on(GroupMeeting, "2026-01-20", groupB)), on(GroupMeeting, "2026-01-09", other)}, 2026, day("2026-01-10"))[0]
	if got.Wanted != 2 || got.Have != 1 || len(got.Held) != 2 || len(got.Planned) != 1 || !slices.Equal(got.Lacking, []uuid.UUID{groupB}) || got.Until() != day("2026-01-31") || got.State != Due {
		t.Errorf("%+v", got)
	}
}

// TestPeriods: calendar periods cover a year without a gap, leap years too.
func TestPeriods(t *testing.T) {
	for _, year := range []int{2024, 2026, 2100} {
		for _, e := range Everys() {
			at := clock.Of(year, 1, 1)
			for _, v := range e.In(year) {
				if v.From != at || e.Of(v.From) != v || e.Of(v.To.AddDays(-1)) != v {
					t.Errorf("%s of %d: %v after %v", e, year, v, at)
				}
				at = v.To
			}
			if at != clock.Of(year+1, 1, 1) || len(e.In(year))*e.Months() != 12 {
				t.Errorf("%s of %d ends %v", e, year, at)
			}
		}
	}
	for _, c := range []struct{ e, d, from, to string }{{"quarter", "2026-03-31", "2026-01-01", "2026-04-01"}, {"half", "2026-07-01", "2026-07-01", "2027-01-01"}, {"month", "2024-02-29", "2024-02-01", "2024-03-01"}} {
		if got := Every(c.e).Of(day(c.d)); got != days(c.from, c.to) {
			t.Errorf("%s of %s: %v", c.e, c.d, got)
		}
	}
}
