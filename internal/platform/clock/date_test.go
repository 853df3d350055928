package clock

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"
)

func day(t testing.TB, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestParseDateRefuses(t *testing.T) {
	for _, s := range []string{
		"", "2026-02-30", "2025-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "0000-01-01", "2026-2-12", "2026/02/12", "26-02-12",
		"2026-02-1a", "+026-02-12", "２０２６-02-12", "2026-02-12T00:00:00Z", " 2026-02-12", "2026年2月12日",
	} {
		if d, err := ParseDate(s); !errors.Is(err, ErrDate) || !d.IsZero() {
			t.Errorf("ParseDate(%q) = %v, %v; want ErrDate", s, d, err)
		}
	}
}

func TestDateRoundTrips(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		d := Of(1, 1, 1).AddDays(rng.IntN(3652058))
		back, err := ParseDate(d.String())
		if err != nil || back != d {
			t.Fatalf("%v came back as %v, %v", d, back, err)
		}
		n := rng.IntN(4000) - 2000
		if got := d.AddDays(n).Sub(d); got != n {
			t.Fatalf("%v + %d days - %v = %d", d, n, d, got)
		}
		if DateOf(d.Start()) != d || DateOf(d.End().Add(-time.Microsecond)) != d || DateOf(d.End()) != d.AddDays(1) {
			t.Fatalf("%v does not span %v to %v", d, d.Start(), d.End())
		}
		if c := d.Compare(d.AddDays(n)); c != -sign(n) || d.Before(d.AddDays(n)) != (n > 0) || d.After(d.AddDays(n)) != (n < 0) {
			t.Fatalf("%v compared with %v gives %d", d, d.AddDays(n), c)
		}
		raw, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var fromJSON, fromSQL Date
		if err := json.Unmarshal(raw, &fromJSON); err != nil || fromJSON != d {
			t.Fatalf("%s came back as %v, %v", raw, fromJSON, err)
		}
		v, err := d.Value()
		if err != nil {
			t.Fatal(err)
		}
		if err := fromSQL.Scan(v); err != nil || fromSQL != d {
			t.Fatalf("%v came back from the database as %v, %v", v, fromSQL, err)
		}
	}
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

func TestDateOfIsShanghai(t *testing.T) {
	late := time.Date(2026, 2, 11, 16, 0, 0, 0, time.UTC)
	if got := DateOf(late); got != Of(2026, 2, 12) {
		t.Errorf("16:00 UTC is the next day in China, got %v", got)
	}
	if got := DateOf(late.Add(-time.Microsecond)); got != Of(2026, 2, 11) {
		t.Errorf("just before 16:00 UTC is the same day in China, got %v", got)
	}
	if s := late.In(Location()).Format("2006-01-02 15:04 -0700"); s != "2026-02-12 00:00 +0800" {
		t.Errorf("Location shows %s", s)
	}
}

func TestAddMonthsClamps(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-01-31", 1, "2026-02-28"}, {"2024-01-31", 1, "2024-02-29"}, {"2026-03-31", -1, "2026-02-28"}, {"2026-08-31", 3, "2026-11-30"},
		{"2026-11-15", 3, "2027-02-15"}, {"2026-01-15", -13, "2024-12-15"}, {"2024-02-29", 12, "2025-02-28"}, {"2026-12-31", 0, "2026-12-31"},
	} {
		if got := day(t, c.from).AddMonths(c.n); got.String() != c.want {
			t.Errorf("%s plus %d months = %v, want %s", c.from, c.n, got, c.want)
		}
	}
}

func TestScan(t *testing.T) {
	want := Of(2026, 2, 12)
	for _, src := range []any{"2026-02-12", []byte("2026-02-12"), time.Date(2026, 2, 12, 0, 0, 0, 0, time.UTC), want.Start()} {
		var d Date
		if err := d.Scan(src); err != nil || d != want {
			t.Errorf("Scan(%v) = %v, %v", src, d, err)
		}
	}
	for _, src := range []any{nil, "", []byte{}} {
		d := want
		if err := d.Scan(src); err != nil || !d.IsZero() {
			t.Errorf("Scan(%v) = %v, %v; want the zero Date", src, d, err)
		}
	}
	for _, src := range []any{"2026-02-30", 20260212, 1.5} {
		d := want
		if err := d.Scan(src); !errors.Is(err, ErrDate) || d != want {
			t.Errorf("Scan(%v) = %v, %v; want ErrDate and no change", src, d, err)
		}
	}
	if v, err := (Date{}).Value(); v != nil || err != nil {
		t.Errorf("the zero Date is stored as %v, %v", v, err)
	}
}

func TestDateJSON(t *testing.T) {
	type doc struct {
		A Date          `json:"a"`
		B Date          `json:"b"`
		C Date          `json:"c,omitzero"`
		M map[Date]bool `json:"m"`
	}
	in := doc{A: Of(2026, 2, 12), M: map[Date]bool{Of(2026, 3, 4): true}}
	raw, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(raw), `{"a":"2026-02-12","b":null,"m":{"2026-03-04":true}}`; got != want {
		t.Errorf("JSON is %s, want %s", got, want)
	}
	var out doc
	if err := json.Unmarshal(raw, &out); err != nil || out.A != in.A || !out.B.IsZero() || !out.M[Of(2026, 3, 4)] {
		t.Errorf("came back as %+v, %v", out, err)
	}
	for _, bad := range []string{`"2026-02-30"`, `20260212`, `{}`} {
		var d Date
		if err := json.Unmarshal([]byte(bad), &d); !errors.Is(err, ErrDate) {
			t.Errorf("%s gives %v, %v; want ErrDate", bad, d, err)
		}
	}
}

func TestInterval(t *testing.T) {
	a, b, c := Of(2026, 1, 1), Of(2026, 2, 1), Of(2026, 3, 1)
	rng := rand.New(rand.NewPCG(3, 4))
	pick := func() Date {
		if rng.IntN(4) == 0 {
			return Date{}
		}
		return a.AddDays(rng.IntN(12))
	}
	for range 5000 {
		i, o := Interval{pick(), pick()}, Interval{pick(), pick()}
		both, any := false, false
		for n := -2; n < 16; n++ {
			d := a.AddDays(n)
			both = both || i.Contains(d) && o.Contains(d)
			any = any || i.Contains(d)
		}
		if i.Overlaps(o) != both || o.Overlaps(i) != both {
			t.Fatalf("%v overlaps %v: got %v, day by day %v", i, o, i.Overlaps(o), both)
		}
		if i.Empty() == any {
			t.Fatalf("%v empty: got %v, day by day %v", i, i.Empty(), !any)
		}
	}
	if (Interval{a, b}).Overlaps(Interval{b, c}) {
		t.Error("neighbours that share only a border do not overlap")
	}
	if !(Interval{From: a}).Contains(Of(9999, 12, 31)) || (Interval{From: a}).Contains(Date{}) {
		t.Error("an open end contains every later day, and never the zero Date")
	}
}

func TestFakeAndSystem(t *testing.T) {
	var c Clock = System()
	if now := c.Now(); now.Location() != time.UTC || now.Nanosecond()%1000 != 0 || time.Since(now) > time.Minute {
		t.Errorf("the system clock shows %v", now)
	}
	f := NewFake(time.Date(2026, 2, 12, 8, 0, 0, 1999, Location()))
	if got, want := f.Now(), time.Date(2026, 2, 12, 0, 0, 0, 1000, time.UTC); got != want {
		t.Errorf("a new fake shows %v, want %v", got, want)
	}
	f.Set(time.Date(2026, 2, 12, 0, 0, 0, 0, time.UTC))
	start, done := make(chan struct{}), sync.WaitGroup{}
	for range 8 {
		done.Go(func() {
			<-start
			for range 500 {
				f.Advance(time.Second)
			}
		})
	}
	close(start)
	done.Wait()
	if got, want := f.Now(), time.Date(2026, 2, 12, 1, 6, 40, 0, time.UTC); got != want {
		t.Errorf("after 4,000 steps of a second it shows %v, want %v", got, want)
	}
	if Today(f) != Of(2026, 2, 12) {
		t.Errorf("today is %v", Today(f))
	}
}
