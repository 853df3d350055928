package clock

import (
	"encoding/json"
	"errors"
	"io/fs"
	"strings"
	"testing"
)

func TestTerm(t *testing.T) {
	cal := NewCalendar(nil)
	for _, c := range []struct {
		text, from, due string
		provisional     bool
	}{
		{"10w", "2026-02-12", "2026-03-04", false}, {"30d", "2026-02-12", "2026-03-14", false}, {"3m", "2026-11-30", "2027-02-28", false},
		{"1w", "2026-12-31", "2027-01-01", true}, {"9999d", "2026-01-01", "2053-05-18", false}, {"", "2026-02-12", "", false}, {"10w", "", "", false},
	} {
		term, err := ParseTerm(c.text)
		if err != nil || term.String() != c.text {
			t.Errorf("%q is read as %v, %v", c.text, term, err)
		}
		var from Date
		if c.from != "" {
			from = day(t, c.from)
		}
		if due, p := term.Due(from, cal); due.String() != c.due || p != c.provisional {
			t.Errorf("%s from %s is due %v, provisional %v", c.text, c.from, due, p)
		}
		raw, err := json.Marshal(term)
		if err != nil {
			t.Fatal(err)
		}
		var back Term
		if err := json.Unmarshal(raw, &back); err != nil || back != term {
			t.Errorf("%s came back as %v, %v", raw, back, err)
		}
	}
	for _, s := range []string{"w", "10", "0w", "-1w", "1y", "010d", "99999d", "1.5m", "１w", "10 w", "10W", "d10", "三m"} {
		if v, err := ParseTerm(s); !errors.Is(err, ErrTerm) {
			t.Errorf("%q is read as %v, %v; want ErrTerm", s, v, err)
		}
	}
	for _, v := range []Term{{}, {Working: 1, Days: 1}, {Days: -1}, {Months: 10000}, {Working: 3, Months: -3}} {
		if err := v.Check(); !errors.Is(err, ErrTerm) {
			t.Errorf("%+v passes", v)
		}
	}
	if _, err := json.Marshal(Term{Working: 1, Days: 2}); !errors.Is(err, ErrTerm) {
		t.Errorf("a term that cannot be is written: %v", err)
	}
}

func TestParseDays(t *testing.T) {
	days, bad := ParseDays([][]string{
		{"\ufeff名称", " Working ", "DATE", "来源"},
		{"元旦", "否", "2027-01-01", "样例"}, {"", "", " ", ""}, {"元旦", "上班", " 2027-01-03 "}, {"元旦", "0", "2027-01-01"}, {"", "休", "2027-05-01"}, {"国庆节", "no", "2027-10-01"},
	})
	if len(bad) != 0 || len(days) != 4 || days[1] != (Day{Of(2027, 1, 3), true, "元旦"}) || days[0].Working {
		t.Fatalf("days %v, errors %v", days, bad)
	}
	if !NewCalendar(days).Known(2027) {
		t.Error("the imported calendar does not make 2027 known")
	}
	days, bad = ParseDays([][]string{
		{"date", "working", "name"},
		{"2027-02-30", "no", "x"}, {"2027-02-28", "maybe", "x"}, {"2027-02-27", "no", strings.Repeat("长", 41)}, {"2027-02-26", "no", "x"}, {"2027-02-26", "yes", "x"}, {"2027-02-25"}, {"bad", "bad"},
	})
	var got []string
	for _, e := range bad {
		got = append(got, e.Error()[:strings.Index(e.Error(), ", ")]+" "+e.Column+" "+e.Key)
	}
	want := "row 2 date clock.err.date|row 3 working clock.err.working|row 4 name clock.err.name|row 6 date clock.err.twice|row 7 working clock.err.working|row 8 date clock.err.date|row 8 working clock.err.working"
	if strings.Join(got, "|") != want || len(days) != 1 {
		t.Errorf("errors are\n%s, want\n%s; days %v", strings.Join(got, "|"), want, days)
	}
	for _, e := range bad {
		if strings.HasSuffix(e.Error(), e.Key) {
			t.Errorf("%s has no text", e.Key)
		}
	}
	for _, lang := range []string{"en", "zh-CN"} {
		data, err := fs.ReadFile(Messages(), "messages/"+lang+".json")
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]string
		if err := json.Unmarshal(data, &texts); err != nil || len(texts) != 6 {
			t.Errorf("%s has %d texts, %v", lang, len(texts), err)
		}
	}
	for _, rows := range [][][]string{nil, {{"date", "working"}}, {{"date", "name"}}, {{"date", "working", "日期"}}, {{}}} {
		if days, bad := ParseDays(rows); len(bad) == 0 || len(days) != 0 {
			t.Errorf("%v is accepted: %v", rows, days)
		}
	}
}
