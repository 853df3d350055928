package ical_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/ical"

	parser "github.com/emersion/go-ical"
)

func at(hour int) time.Time { return time.Date(2026, 3, 4, hour, 30, 0, 0, time.UTC) }

func sample() ical.Calendar {
	return ical.Calendar{Name: "我的日程；协商云", Refresh: time.Hour, Events: []ical.Event{
		{UID: "0190aaaa-bbbb-7ccc-8ddd-eeeeffff0001@example.org", Sequence: 3, Stamp: at(0), Start: at(1), End: at(3),
			Summary: "专题议政性常委会会议：推进“一江一湖四水”系统联治，协同打造绿色发展新高地，促进人与自然和谐共生",
			Text:    "第一议题：学习\n议程一；二，三\r\n反斜杠 \\ 结束", Place: "政协会议中心 二楼, 第一会议室", URL: "https://example.org/gatherings/0190aaaa",
			Organiser: ical.Party{Name: `办公厅 "会务"; 处: 一`, Mail: "office@example.org"}, Invitee: ical.Party{Name: "李委员", Mail: "li@example.org"}, Alarm: 30 * time.Minute},
		{UID: "off@example.org", Sequence: 1, Stamp: at(0), Start: at(4), End: at(5), Summary: "取消的会", Status: ical.Cancelled, Alarm: time.Hour},
		{UID: "due@example.org", Stamp: at(0), Day: clock.Of(2026, 12, 31), Summary: "决定事项到期", Free: true},
		{UID: "days@example.org", Stamp: at(0), Day: clock.Of(2026, 1, 10), LastDay: clock.Of(2026, 1, 14), Summary: "全体会议"},
	}}
}

func write(t testing.TB, c ical.Calendar) string {
	t.Helper()
	var b bytes.Buffer
	if err := ical.Write(&b, c); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	got := write(t, sample())
	want, err := os.ReadFile("testdata/sample.ics")
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("differs from testdata/sample.ics:\n%s", got)
	}
}

// TestParser reads what is written with a parser that is not ours.
func TestParser(t *testing.T) {
	c := sample()
	cal, err := parser.NewDecoder(strings.NewReader(write(t, c))).Decode()
	if err != nil {
		t.Fatal(err)
	}
	events := cal.Events()
	if len(events) != len(c.Events) {
		t.Fatalf("%d events", len(events))
	}
	for i, e := range events {
		want := c.Events[i]
		text := func(name string) string {
			v, err := e.Props.Text(name)
			if err != nil {
				t.Errorf("%s of %s: %v", name, want.UID, err)
			}
			return v
		}
		if text("UID") != want.UID || text("SUMMARY") != want.Summary || text("LOCATION") != want.Place || text("DESCRIPTION") != strings.ReplaceAll(want.Text, "\r", "") {
			t.Errorf("event %d: %q %q %q %q", i, text("UID"), text("SUMMARY"), text("LOCATION"), text("DESCRIPTION"))
		}
		start, err := e.DateTimeStart(clock.Location())
		if err != nil {
			t.Fatal(err)
		}
		end, err := e.DateTimeEnd(clock.Location())
		if err != nil {
			t.Fatal(err)
		}
		if want.Day.IsZero() {
			if !start.Equal(want.Start) || !end.Equal(want.End) {
				t.Errorf("event %d: %v to %v", i, start, end)
			}
			continue
		}
		last := want.LastDay
		if last.IsZero() {
			last = want.Day
		}
		if !start.Equal(want.Day.Start()) || !end.Equal(last.End()) {
			t.Errorf("event %d: %v to %v", i, start, end)
		}
	}
	first := events[0]
	if p := first.Props.Get("ORGANIZER"); p == nil || p.Value != "mailto:office@example.org" || p.Params.Get("CN") != `办公厅 '会务'; 处: 一` {
		t.Errorf("organiser %v", p)
	}
	if p := first.Props.Get("ATTENDEE"); p == nil || p.Params.Get("CN") != "李委员" || p.Params.Get("RSVP") != "FALSE" {
		t.Errorf("invitee %v", p)
	}
	if len(first.Children) != 1 || len(events[1].Children) != 0 {
		t.Errorf("alarms: %v %v", first.Children, events[1].Children)
	}
	var again bytes.Buffer
	if err := parser.NewEncoder(&again).Encode(cal); err != nil {
		t.Errorf("the other program does not take it for a calendar: %v", err)
	}
}

func TestInvitation(t *testing.T) {
	cal, err := parser.NewDecoder(strings.NewReader(write(t, ical.Calendar{Method: ical.Request, Events: sample().Events[:1]}))).Decode()
	if err != nil {
		t.Fatal(err)
	}
	if m, err := cal.Props.Text("METHOD"); err != nil || m != "REQUEST" {
		t.Errorf("method %q, %v", m, err)
	}
}

func TestRefused(t *testing.T) {
	for name, spoil := range map[string]func(*ical.Event){
		"no uid":        func(e *ical.Event) { e.UID = "" },
		"line in uid":   func(e *ical.Event) { e.UID = "a\r\nX:1" },
		"no stamp":      func(e *ical.Event) { e.Stamp = time.Time{} },
		"ends before":   func(e *ical.Event) { e.End = e.Start.Add(-time.Minute) },
		"ends at once":  func(e *ical.Event) { e.End = e.Start },
		"mail":          func(e *ical.Event) { e.Invitee.Mail = "a@b\r\nX:1" },
		"no mail":       func(e *ical.Event) { e.Organiser.Mail = "nobody" },
		"url":           func(e *ical.Event) { e.URL = "https://例/ x" },
		"sequence":      func(e *ical.Event) { e.Sequence = -1 },
		"days reversed": func(e *ical.Event) { e.Day, e.LastDay = clock.Of(2026, 2, 2), clock.Of(2026, 2, 1) },
	} {
		e := sample().Events[0]
		spoil(&e)
		if err := ical.Write(&bytes.Buffer{}, ical.Calendar{Events: []ical.Event{e}}); !errors.Is(err, ical.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzText: whatever somebody typed, the lines are short, whole UTF-8 and as many as they should be, and the text comes back.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", "a", "会议", strings.Repeat("长", 100), "a\r\nBEGIN:VEVENT\r\nX", "\\n;,\"", "\x00\x01\u2028", "\xff\xfe", strings.Repeat("👩‍👩‍👧", 30)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e := sample().Events[0]
		e.Summary, e.Text, e.Place, e.Organiser.Name, e.Invitee.Name = s, s, s, s, s
		got := write(t, ical.Calendar{Name: s, Events: []ical.Event{e}})
		for _, line := range strings.Split(strings.TrimSuffix(got, "\r\n"), "\r\n") {
			if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n\x00") {
				t.Fatalf("line %q", line)
			}
		}
		cal, err := parser.NewDecoder(strings.NewReader(got)).Decode()
		if err != nil {
			t.Fatalf("%v\n%s", err, got)
		}
		if len(cal.Children) != 1 || len(cal.Children[0].Children) != 1 {
			t.Fatalf("%d components", len(cal.Children))
		}
		plain := utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0x2028 || r == 0x2029 })
		if back, err := cal.Events()[0].Props.Text("SUMMARY"); plain && (err != nil || back != s) {
			t.Errorf("%q came back as %q, %v", s, back, err)
		}
	})
}
