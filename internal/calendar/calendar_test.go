package calendar_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"xieshang/internal/calendar"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/event"
	"xieshang/internal/platform/job"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/sheet"
)

type world struct {
	s    *calendar.Service
	d    *db.DB
	c    *clock.Fake
	jobs *job.Queue
	told []string
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	dbtest.Each(t, []fs.FS{job.Migrations, calendar.Migrations}, func(t *testing.T, d *db.DB) {
		w := &world{d: d, c: clock.NewFake(time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC))}
		w.jobs = job.New(d, w.c, slog.New(slog.DiscardHandler))
		bus := event.NewBus(d, w.jobs, w.c)
		bus.Subscribe("test", func(_ context.Context, e event.Event) error { w.told = append(w.told, string(e.Payload)); return nil }, calendar.ImportedEvent)
		w.s = calendar.New(d, w.c, bus)
		test(t, w)
	})
}

func system() context.Context { return authz.With(context.Background(), authz.System()) }

func (w *world) bring(t *testing.T, text string, o calendar.Options) calendar.Result {
	t.Helper()
	tab, err := sheet.Open("calendar.csv", strings.NewReader(text), int64(len(text)), sheet.Options{Columns: calendar.Columns()})
	if err != nil {
		t.Fatal(err)
	}
	out, err := w.s.Import(system(), tab, o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const next = "名称,日期,类型\n元旦,2027-01-01,放假\n元旦,2027年1月2日,休息\n元旦调休,2027/1/3,上班\n劳动节,2027-05-01,放假\n国庆节,2027-10-01,放假\n"

// TestAYearComes: a year is missing until its notice is imported; every process counts with it then, whoever waits is told once, and a second import changes nothing.
func TestAYearComes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		other := calendar.New(w.d, w.c, nil)
		missing := func(until clock.Date) []int {
			t.Helper()
			years, err := w.s.Missing(t.Context(), until)
			if err != nil {
				t.Fatal(err)
			}
			return years
		}
		if got := missing(clock.Date{}); !slices.Equal(got, []int{2027}) {
			t.Fatalf("missing in November 2026: %v", got)
		}
		if got := missing(clock.Of(2028, 2, 1)); !slices.Equal(got, []int{2027, 2028}) {
			t.Errorf("missing up to 2028: %v", got)
		}
		if cal, err := other.Calendar(t.Context()); err != nil || cal.Known(2027) {
			t.Fatal(err)
		}
		if dry := w.bring(t, next, calendar.Options{DryRun: true}); dry.New != 5 || !slices.Equal(dry.Years, []int{2027}) || len(missing(clock.Date{})) != 1 {
			t.Errorf("dry run: %+v", dry)
		}
		if out := w.bring(t, next, calendar.Options{}); out.New != 5 || out.Bad.Total() != 0 || !slices.Equal(out.Years, []int{2027}) {
			t.Fatalf("import: %+v", out)
		}
		if out := w.bring(t, next, calendar.Options{}); out.New+out.Changed != 0 || out.Same != 5 {
			t.Errorf("import again: %+v", out)
		}
		if got := missing(clock.Date{}); len(got) != 0 {
			t.Errorf("still missing: %v", got)
		}
		if _, err := w.jobs.RunDue(t.Context()); err != nil || !slices.Equal(w.told, []string{`{"years":[2027]}`}) {
			t.Errorf("told %v %v", w.told, err)
		}
		w.c.Advance(3 * time.Second)
		cal, err := other.Calendar(t.Context())
		if err != nil || !cal.Known(2027) || cal.IsWorking(clock.Of(2027, 1, 1)) || !cal.IsWorking(clock.Of(2027, 1, 3)) || cal.Name(clock.Of(2027, 1, 3)) != "元旦调休" {
			t.Errorf("another process: %v", err)
		}
		if err := w.s.SetDay(system(), clock.Day{Date: clock.Of(2027, 1, 4), Name: "元旦"}); err != nil {
			t.Fatal(err)
		}
		years, err := w.s.Years(t.Context(), 2026, 2027)
		if err != nil || len(years) != 2 || !years[0].Known || years[0].Entered != 0 || !years[1].Known || years[1].Entered != 6 || years[1].Moved != 1 {
			t.Errorf("%+v %v", years, err)
		}
		var b bytes.Buffer
		out := sheet.NewCSV(&b, true)
		if err := errors.Join(w.s.Export(system(), out), out.Close()); err != nil {
			t.Fatal(err)
		}
		if again := w.bring(t, b.String(), calendar.Options{}); again.Same != 6 || again.New+again.Changed != 0 {
			t.Errorf("what was exported: %+v\n%s", again, b.String())
		}
	})
}

// TestBadDays: each bad row is named, and keeps the file out; a few days do not make a year known; nobody else may.
func TestBadDays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for rows, want := range map[string]string{
			"2027-02-30,放假\n": "date sheet.err.date",
			",放假\n":           "date sheet.err.required",
			"2027-02-03,也许\n": "working calendar.err.working",
			"2027-01-01,上班\n": "date calendar.err.twice",
			"1027-01-01,上班\n": "date calendar.err.date",
			"2027-02-03,\n":   "working calendar.err.working",
		} {
			out := w.bring(t, "日期,类型\n2027-01-01,放假\n"+rows, calendar.Options{})
			if bad := out.Bad.List(); len(bad) != 1 || bad[0].Line != 3 || bad[0].Column+" "+bad[0].Key != want {
				t.Errorf("%q: %v, want %s", rows, out.Bad.Err(), want)
			}
		}
		if cal, err := w.s.Calendar(t.Context()); err != nil || cal.Name(clock.Of(2027, 1, 1)) != "" {
			t.Errorf("a refused file left something: %v", err)
		}
		if out := w.bring(t, "日期,类型\n2027-01-01,放假\n2027-02-30,放假\n", calendar.Options{SkipBad: true}); out.New != 1 || !slices.Equal(out.Incomplete, []int{2027}) || len(out.Years) != 0 {
			t.Errorf("%+v", out)
		}
		if _, err := w.jobs.RunDue(t.Context()); err != nil || len(w.told) != 0 {
			t.Errorf("told of an unknown year: %v %v", w.told, err)
		}
		for _, ctx := range []context.Context{t.Context(), authz.With(t.Context(), authz.Actor{})} {
			if err := w.s.SetDay(ctx, clock.Day{Date: clock.Of(2027, 1, 4)}); !problem.Is(err, problem.SignIn) {
				t.Errorf("nobody set a day: %v", err)
			}
			if _, err := w.s.Import(ctx, nil, calendar.Options{}); !problem.Is(err, problem.SignIn) {
				t.Errorf("nobody imported: %v", err)
			}
			if err := w.s.Export(ctx, nil); !problem.Is(err, problem.SignIn) {
				t.Errorf("nobody exported: %v", err)
			}
		}
	})
}
