package clock

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// notice2027 is an invented official calendar.
func notice2027() []Day {
	days := []Day{{Of(2027, 1, 1), false, "元旦"}, {Of(2027, 1, 3), true, "元旦"}, {Of(2027, 5, 1), false, "劳动节"}}
	for d := Of(2027, 10, 1); d.Before(Of(2027, 10, 8)); d = d.AddDays(1) {
		days = append(days, Day{d, false, "国庆节"})
	}
	return days
}

func TestBuiltInYears(t *testing.T) {
	cal := NewCalendar(nil)
	for y := 2002; y <= 2026; y++ {
		if !cal.Known(y) {
			t.Errorf("%d is not known", y)
		}
		if n := cal.WorkingDaysBetween(Of(y-1, 12, 31), Of(y, 12, 31)); n < 246 || n > 254 {
			t.Errorf("%d has %d working days", y, n)
		}
	}
	for _, y := range []int{1, 1999, 2001, 2027, 2100, 9999} {
		if cal.Known(y) {
			t.Errorf("%d is known", y)
		}
	}
	for s, want := range map[string]bool{
		"2026-02-12": true, "2026-02-14": true, "2026-02-15": false, "2026-02-16": false, "2026-02-23": false, "2026-02-24": true, "2026-02-28": true,
		"2026-03-01": false, "2025-10-08": false, "2025-10-11": true, "2024-02-04": true, "2027-02-08": true, "2027-02-07": false,
	} {
		if got := cal.IsWorking(day(t, s)); got != want {
			t.Errorf("%s working: %v, want %v", s, got, want)
		}
	}
	if got := cal.Name(Of(2026, 2, 17)); got != "春节" {
		t.Errorf("2026-02-17 is called %q", got)
	}
}

func TestTenWorkingDaysOverSpringFestival(t *testing.T) {
	got, provisional := NewCalendar(nil).AddWorkingDays(Of(2026, 2, 12), 10)
	if got != Of(2026, 3, 4) || provisional {
		t.Errorf("ten working days after 2026-02-12 are %v, provisional %v", got, provisional)
	}
}

func TestProvisional(t *testing.T) {
	cal := NewCalendar(nil)
	for _, c := range []struct {
		from string
		n    int
		want bool
	}{
		{"2026-12-30", 1, false}, {"2026-12-31", 1, true}, {"2026-12-01", 22, false}, {"2026-12-01", 40, true}, {"2027-06-01", 1, true},
		{"2027-01-01", -1, false}, {"2027-01-02", -1, true}, {"2002-01-01", -1, true}, {"2026-12-31", 0, false}, {"2027-12-31", 1, true},
	} {
		if d, got := cal.AddWorkingDays(day(t, c.from), c.n); got != c.want {
			t.Errorf("%s plus %d working days is %v, provisional %v", c.from, c.n, d, got)
		}
	}
	imported := NewCalendar(notice2027())
	if !imported.Known(2027) {
		t.Fatal("2027 is not known after its calendar was imported")
	}
	before, _ := cal.AddWorkingDays(Of(2026, 12, 31), 1)
	after, provisional := imported.AddWorkingDays(Of(2026, 12, 31), 1)
	if before != Of(2027, 1, 1) || after != Of(2027, 1, 3) || provisional {
		t.Errorf("importing 2027 moves %v to %v, provisional %v", before, after, provisional)
	}
	single := NewCalendar([]Day{{Of(2027, 1, 1), false, "元旦"}, {Of(2027, 3, 8), false, "本地"}, {}})
	if single.Known(2027) || single.IsWorking(Of(2027, 3, 8)) || !single.Known(2026) {
		t.Error("single days are applied but do not make a year known")
	}
	if got := cal.Missing(Of(2025, 1, 1), Of(2028, 1, 1)); !slices.Equal(got, []int{2027, 2028}) {
		t.Errorf("missing years are %v", got)
	}
	if got := imported.Missing(Of(2025, 1, 1), Of(2027, 12, 31)); len(got) != 0 {
		t.Errorf("missing years after the import are %v", got)
	}
	duty := NewCalendar([]Day{{Of(2026, 1, 1), true, "值班"}})
	if !duty.IsWorking(Of(2026, 1, 1)) || !duty.Known(2026) {
		t.Error("an imported day wins over the built-in one and the year stays known")
	}
}

// naive steps day by day and asks about each.
func naive(cal *Calendar, from Date, n int) (Date, bool) {
	step, d, provisional := 1, from, false
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 {
		d = d.AddDays(step)
		provisional = provisional || !cal.Known(d.Year)
		if cal.IsWorking(d) {
			n--
		}
	}
	return d, provisional
}

func TestAgainstDayLoop(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, cal := range []*Calendar{NewCalendar(nil), NewCalendar(append(notice2027(), Day{Of(2030, 12, 31), false, "x"}, Day{Of(2031, 1, 1), false, "x"}))} {
		for i := range 3000 {
			from, n := Of(1999, 1, 1).AddDays(rng.IntN(13000)), rng.IntN(700)-350
			if i%10 == 0 {
				from = Of(from.Year, 12, 31)
			}
			want, wantP := naive(cal, from, n)
			got, gotP := cal.AddWorkingDays(from, n)
			if got != want || gotP != wantP {
				t.Fatalf("%v plus %d: %v %v, day by day %v %v", from, n, got, gotP, want, wantP)
			}
			if n > 0 && cal.WorkingDaysBetween(from, got) != n {
				t.Fatalf("from %v to %v: %d working days, want %d", from, got, cal.WorkingDaysBetween(from, got), n)
			}
			to, count := from.AddDays(rng.IntN(900)), 0
			for d := from.AddDays(1); !d.After(to); d = d.AddDays(1) {
				if cal.IsWorking(d) {
					count++
				}
			}
			if cal.WorkingDaysBetween(from, to) != count || cal.WorkingDaysBetween(to, from) != -count {
				t.Fatalf("from %v to %v: %d, day by day %d", from, to, cal.WorkingDaysBetween(from, to), count)
			}
		}
	}
}

func TestEndsOfTime(t *testing.T) {
	cal := NewCalendar(nil)
	if d, p := cal.AddWorkingDays(Of(9999, 12, 1), 1000); d != Of(9999, 12, 31) || !p {
		t.Errorf("beyond the last year: %v %v", d, p)
	}
	if d, p := cal.AddWorkingDays(Of(1, 2, 1), -1000); d != Of(1, 1, 1) || !p {
		t.Errorf("before the first year: %v %v", d, p)
	}
	if d, p := cal.AddWorkingDays(Date{}, 5); !d.IsZero() || p {
		t.Errorf("no date plus five days: %v %v", d, p)
	}
	if n := cal.WorkingDaysBetween(Date{}, Of(2026, 1, 1)); n != 0 {
		t.Errorf("from no date: %d", n)
	}
}

func BenchmarkAddWorkingDays(b *testing.B) {
	cal, from := NewCalendar(nil), Of(2026, 2, 12)
	for _, c := range []struct {
		name string
		from Date
		n    int
	}{{"known", from, 10}, {"overYears", Of(2020, 6, 1), 1200}, {"unknown", Of(2031, 6, 1), 90}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				cal.AddWorkingDays(c.from, c.n)
			}
		})
	}
}

func BenchmarkNewCalendar(b *testing.B) {
	for b.Loop() {
		NewCalendar(nil)
	}
}

func TestAddWorkingDaysIsQuick(t *testing.T) {
	cal, from, n := NewCalendar(nil), Of(2026, 2, 12), 2000
	start := time.Now()
	for range n {
		cal.AddWorkingDays(from, 60)
	}
	// The bound is a hundred times the usual cost, so that only a change of method trips it on a busy machine.
	if each := time.Since(start) / time.Duration(n); each > 50*time.Microsecond {
		t.Errorf("one addition takes %v", each)
	}
}
