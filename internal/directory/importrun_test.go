package directory_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/job"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/secret"
	"xieshang/internal/platform/sheet"

	"github.com/google/uuid"
)

func begin(t *testing.T, s *directory.Service, ctx context.Context, k directory.ListKind, committee uuid.UUID, text string) uuid.UUID {
	t.Helper()
	u, err := s.BeginImport(ctx, k, committee, "名单.csv", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func run(t *testing.T, s *directory.Service, ctx context.Context, u uuid.UUID) directory.ImportRun {
	t.Helper()
	r, err := s.ReadImport(ctx, u)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func administrator(ctx context.Context) context.Context {
	return authz.With(ctx, authz.Actor{Account: uuid.New(), Name: "管理员", Grants: []authz.Grant{{Role: authz.Admin}}})
}

// TestAnImportStepByStep: seen first, asked, left out, stored once; who, what and how much are kept.
func TestAnImportStepByStep(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, c *clock.Fake, _ *db.DB) {
		fill(t, s, true)
		admin := administrator(t.Context())
		u := begin(t, s, admin, directory.PeopleList, uuid.Nil, "姓名,出生年份\n王样例,\n张样例,1960\n赵样例,十九\n李样例,1955\n")
		r := run(t, s, admin, u)
		if r.State != directory.ImportSeen || r.Added != 1 || r.Changed != 1 || r.Bad != 2 || len(r.Seen.Questions) != 1 || len(r.Seen.Bad) != 2 || r.Seen.Columns["name"] != "姓名" {
			t.Fatalf("%+v %+v", r, r.Seen)
		}
		if f := r.Seen.Changes[1]; f.Name != "李样例" || len(f.Fields) != 1 || f.Fields[0] != (directory.FieldChange{Column: "birth_year", Old: "", New: "1955"}) {
			t.Errorf("%+v", f)
		}
		if err := s.ConfirmImport(admin, u, false); !problem.Is(err, problem.Conflict) {
			t.Errorf("stored with bad rows: %v", err)
		}
		if err := s.AnswerImport(admin, u, map[int]string{2: r.Seen.Questions[0].Candidates[0].Person.String()}); err != nil {
			t.Fatal(err)
		}
		if r = run(t, s, admin, u); r.Known != 1 || r.Bad != 1 || len(r.Seen.Questions) != 0 {
			t.Errorf("after the answer: %+v", r)
		}
		if err := s.ConfirmImport(admin, u, true); err != nil {
			t.Fatal(err)
		}
		if r = run(t, s, admin, u); r.State != directory.ImportStored || r.Added != 1 || r.Changed != 1 || r.Bad != 1 || r.By != "管理员" || !r.MayUndo {
			t.Errorf("stored: %+v", r)
		}
		if err := s.ConfirmImport(admin, u, true); !problem.Is(err, problem.Conflict) {
			t.Errorf("stored twice: %v", err)
		}
		if list, err := s.Imports(admin, uuid.Nil); err != nil || len(list) == 0 || list[0].ID != u {
			t.Errorf("%v %v", list, err)
		}
		if people, err := s.People(system(), "张样例"); err != nil || len(people) != 1 {
			t.Errorf("%v %v", people, err)
		}
		c.Advance(25 * time.Hour)
		if err := s.SweepImports(system()); err != nil {
			t.Fatal(err)
		}
		if r = run(t, s, admin, u); r.Seen != nil || r.MayUndo || r.Added != 1 {
			t.Errorf("after a day: %+v", r)
		}
		if err := s.UndoImport(admin, u); !problem.Is(err, problem.Conflict) {
			t.Errorf("undone after a day: %v", err)
		}
	})
}

// TestHeadingsAreAskedAndRemembered: once for a committee and list, whatever the order; another committee is asked itself.
func TestHeadingsAreAskedAndRemembered(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, _ *clock.Fake, _ *db.DB) {
		fill(t, s, true)
		admin := administrator(t.Context())
		u := begin(t, s, admin, directory.PeopleList, uuid.Nil, "人员,哪年生\n钱样例,1960\n")
		if r := run(t, s, admin, u); r.State != directory.ImportHeadings || len(r.Seen.Missing) != 1 || r.Seen.Missing[0] != "name" {
			t.Fatalf("%+v", r)
		}
		for _, bad := range []map[string]string{{"name": "没有的"}, {"nothing": "人员"}, {"name": "人员", "phone": "人员"}} {
			if err := s.MapImport(admin, u, bad); !problem.Is(err, problem.Invalid) {
				t.Errorf("%v: %v", bad, err)
			}
		}
		if err := s.MapImport(admin, u, map[string]string{"name": "人员", "birth_year": "哪年生"}); err != nil {
			t.Fatal(err)
		}
		if r := run(t, s, admin, u); r.State != directory.ImportSeen || r.Added != 1 || r.Choices.Remembered {
			t.Fatalf("%+v", r)
		}
		again := begin(t, s, admin, directory.PeopleList, uuid.Nil, "哪年生,人 员\n1961,孙样例\n")
		if r := run(t, s, admin, again); r.State != directory.ImportSeen || r.Added != 1 || !r.Choices.Remembered || r.Choices.Map["name"] != "人员" {
			t.Errorf("not remembered: %+v", r)
		}
		snap, _ := s.Snapshot(t.Context())
		other := begin(t, s, admin, directory.PeopleList, snap.CommitteeByName("KY").ID, "哪年生,人员\n1961,孙样例\n")
		if r := run(t, s, admin, other); r.State != directory.ImportHeadings {
			t.Errorf("another committee's headings were taken: %+v", r)
		}
		if err := s.MapImport(admin, again, nil); err != nil {
			t.Fatal(err)
		}
		if r := run(t, s, admin, begin(t, s, admin, directory.PeopleList, uuid.Nil, "哪年生,人员\n1961,孙样例\n")); r.State != directory.ImportHeadings {
			t.Errorf("not forgotten: %+v", r)
		}
	})
}

// TestAWholeImportIsUndone: what it recorded is superseded, what it superseded stands again, and everything that was ever recorded is still there. After an
// undo the same file changes the same again. It is refused when something was changed since, or leans on it.
func TestAWholeImportIsUndone(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, c *clock.Fake, d *db.DB) {
		fill(t, s, true)
		admin := administrator(t.Context())
		state := func() string {
			var all string
			for _, k := range directory.ListKinds() {
				all += string(csvOf(t, s, directory.ExportQuery{Kind: k, Personal: true}))
			}
			return all
		}
		rows := func() (n int) {
			for _, table := range []string{"division_fact", "organisation_fact", "field_fact", "term_fact", "person_fact", "affiliation", "membership"} {
				err := d.Read(t.Context(), func(tx *db.Tx) error {
					k, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM `+table)
					n += k
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			return n
		}
		store := func(k directory.ListKind, text string) uuid.UUID {
			t.Helper()
			c.Advance(time.Minute)
			u := begin(t, s, admin, k, uuid.Nil, text)
			if err := s.ConfirmImport(admin, u, false); err != nil {
				t.Fatal(k, err, run(t, s, admin, u).Seen)
			}
			return u
		}
		for _, x := range []struct {
			kind directory.ListKind
			text string
		}{
			{directory.DivisionList, "代码,名称,上级,开始日期\n999901,改名区,999900,2025-01-01\n999905,新区,999900,\n"},
			{directory.OrganisationList, "类别,名称,行政区划,英文\n部门,市水务局,样例市,Water\n部门,市新局,样例市,\n"},
			{directory.FieldList, "一级,二级,英文\n环境,水,Waters\n环境,气,Air\n"},
			{directory.TermList, "委员会,届次,结束日期\nKY,10,2027-01-10\n"},
			{directory.PeopleList, "姓名,性别,出生年份,政治面貌,入党日期\n李样例,男,1950,无党派,\n王样例,,1970,中共党员；民盟,1998-07-01；2003-05-01\n新样例,,1990,,\n"},
			{directory.MembershipList, "姓名,单位,职务,任职日期,离任日期,离任原因\n李样例,KY,委员,2021-01-10,2026-01-10,辞去\n李样例,KY,常委,2021-01-10,,\n"},
		} {
			before, count := state(), rows()
			u := store(x.kind, x.text)
			changed, more := state(), rows()
			if changed == before {
				t.Fatalf("%s changed nothing", x.kind)
			}
			c.Advance(time.Hour)
			if err := s.UndoImport(t.Context(), u); !problem.Is(err, problem.SignIn) {
				t.Errorf("nobody undid an import: %v", err)
			}
			if err := s.UndoImport(admin, u); err != nil {
				t.Fatalf("%s: %v", x.kind, err)
			}
			if after := state(); sorted(after) != sorted(before) {
				t.Errorf("%s is not what it was:\n%s\n%s", x.kind, before, after)
			}
			if now := rows(); now < more || more <= count {
				t.Errorf("%s: %d rows before, %d after, %d after the undo: something was deleted", x.kind, count, more, now)
			}
			if r := run(t, s, admin, u); r.State != directory.ImportUndone || r.Undone.IsZero() {
				t.Errorf("%+v", r)
			}
			if err := s.UndoImport(admin, u); !problem.Is(err, problem.Conflict) {
				t.Errorf("undone twice: %v", err)
			}
			store(x.kind, x.text) // the same again
		}
		// Changed since, by hand.
		u := store(directory.PeopleList, "姓名,出生年份\n郑样例,1971\n")
		people, err := s.People(system(), "郑样例")
		if err != nil || len(people) != 1 {
			t.Fatal(people, err)
		}
		if _, err := s.PutPerson(system(), directory.PersonRow{Person: directory.Person{ID: people[0].ID, Name: "郑样例", BirthYear: 1972}}); err != nil {
			t.Fatal(err)
		}
		if err := s.UndoImport(admin, u); !problem.Is(err, problem.Conflict) || !strings.Contains(args(err), "郑样例") {
			t.Errorf("changed since: %v", err)
		}
		// Somebody who came with it has a post now.
		u = store(directory.PeopleList, "姓名,出生年份\n冯样例,1971\n")
		bring(t, s, directory.MembershipList, "姓名,单位,职务\n冯样例,KY,委员\n", 1, 0, 0)
		before := state()
		if err := s.UndoImport(admin, u); !problem.Is(err, problem.Conflict) || !strings.Contains(args(err), "冯样例") {
			t.Errorf("leaned on: %v", err)
		}
		if state() != before {
			t.Error("a refused undo changed something")
		}
	})
}

func args(err error) string {
	p, ok := problem.Of(err)
	if !ok {
		return ""
	}
	return fmt.Sprint(p.Args...)
}

func sorted(text string) string {
	lines := strings.Split(text, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// TestOthersImportsAreNotSeen: neither read nor moved on nor undone by those who could not have begun them; a test calls every step as nobody.
func TestOthersImportsAreNotSeen(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, _ *clock.Fake, _ *db.DB) {
		fill(t, s, true)
		snap, _ := s.Snapshot(t.Context())
		own := snap.CommitteeByName("KY").ID
		organiser := authz.With(t.Context(), authz.Actor{Account: uuid.New(), Grants: []authz.Grant{{Role: authz.Organiser, Place: own}}})
		colleague := authz.With(t.Context(), authz.Actor{Account: uuid.New(), Grants: []authz.Grant{{Role: authz.Organiser, Place: own}}})
		other := authz.With(t.Context(), authz.Actor{Account: uuid.New(), Grants: []authz.Grant{{Role: authz.Organiser, Place: uuid.New()}, {Role: authz.Member, Place: own}}})
		u := begin(t, s, organiser, directory.PeopleList, own, "姓名\n李样例\n周样例\n")
		if r := run(t, s, colleague, u); r.Added != 1 || r.Known != 1 {
			t.Errorf("a colleague: %+v", r)
		}
		var b bytes.Buffer
		for name, call := range map[string]func(ctx context.Context) error{
			"read":    func(ctx context.Context) error { _, err := s.ReadImport(ctx, u); return err },
			"map":     func(ctx context.Context) error { return s.MapImport(ctx, u, map[string]string{"name": "姓名"}) },
			"answer":  func(ctx context.Context) error { return s.AnswerImport(ctx, u, map[int]string{2: "new"}) },
			"confirm": func(ctx context.Context) error { return s.ConfirmImport(ctx, u, true) },
			"undo":    func(ctx context.Context) error { return s.UndoImport(ctx, u) },
			"list":    func(ctx context.Context) error { _, err := s.Imports(ctx, own); return err },
			"annotate": func(ctx context.Context) error {
				return s.AnnotateImport(ctx, u, [2]string{"a", "b"}, nil, sheet.NewCSV(&b, false))
			},
			"begin": func(ctx context.Context) error {
				_, err := s.BeginImport(ctx, directory.PeopleList, own, "x", nil)
				return err
			},
			"export": func(ctx context.Context) error {
				return s.ExportList(ctx, directory.ExportQuery{Kind: directory.PeopleList, Committee: own}, sheet.NewCSV(&b, false))
			},
			"sweep": s.SweepImports,
		} {
			if err := call(t.Context()); !problem.Is(err, problem.SignIn) {
				t.Errorf("nobody may %s: %v", name, err)
			}
			if err := call(other); !problem.Is(err, problem.NotFound) && !problem.Is(err, problem.Forbidden) {
				t.Errorf("an organiser of another committee may %s: %v", name, err)
			}
		}
		if b.Len() > 0 {
			t.Errorf("written for somebody else: %s", b.String())
		}
		if _, err := s.Imports(organiser, uuid.Nil); !problem.Is(err, problem.Forbidden) {
			t.Errorf("an organiser lists everybody's imports: %v", err)
		}
		whole := begin(t, s, administrator(t.Context()), directory.PeopleList, uuid.Nil, "姓名\n吴样例\n")
		if _, err := s.ReadImport(organiser, whole); !problem.Is(err, problem.NotFound) {
			t.Errorf("an organiser reads an import of everything: %v", err)
		}
	})
}

// TestTheFileComesBackWithRemarks: every row as it was, with what happens and why not.
func TestTheFileComesBackWithRemarks(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, _ *clock.Fake, _ *db.DB) {
		fill(t, s, true)
		admin := administrator(t.Context())
		u := begin(t, s, admin, directory.PeopleList, uuid.Nil, "人员,备考,姓名\nx,=1+1,李样例\ny,,\nz,,吴样例\n")
		var b bytes.Buffer
		w := sheet.NewCSV(&b, false)
		say := func(what string, bad []*sheet.RowError) [2]string {
			why := ""
			for _, e := range bad {
				why += e.Title + ":" + e.Key
			}
			return [2]string{what, why}
		}
		if err := s.AnnotateImport(admin, u, [2]string{"结果", "说明"}, say, w); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		want := "人员,备考,姓名,结果,说明\r\nx,'=1+1,李样例,same,\r\ny,,,bad,姓名:sheet.err.required\r\nz,,吴样例,new,\r\n"
		if got := b.String(); strings.ReplaceAll(got, "\r\n", "\n") != strings.ReplaceAll(want, "\r\n", "\n") {
			t.Errorf("%q", got)
		}
	})
}

// TestALargeFileGoesThroughTheQueue: its sender does not wait; what is given to two workers is done once.
func TestALargeFileGoesThroughTheQueue(t *testing.T) {
	eachQueue(t, func(t *testing.T, s *directory.Service, work func()) {
		admin := administrator(t.Context())
		var b strings.Builder
		b.WriteString("姓名,出生年份\n")
		for i := range 9000 {
			fmt.Fprintf(&b, "样例%d,1960\n", i)
		}
		u := begin(t, s, admin, directory.PeopleList, uuid.Nil, b.String())
		if r := run(t, s, admin, u); r.State != directory.ImportReading {
			t.Fatalf("%+v", r)
		}
		if err := s.ConfirmImport(admin, u, false); !problem.Is(err, problem.Conflict) {
			t.Errorf("confirmed before it was read: %v", err)
		}
		work()
		if r := run(t, s, admin, u); r.State != directory.ImportSeen || r.Added != 9000 {
			t.Fatalf("%+v", r)
		}
		if err := s.ConfirmImport(admin, u, false); err != nil {
			t.Fatal(err)
		}
		if r := run(t, s, admin, u); r.State != directory.ImportStoring {
			t.Errorf("%+v", r)
		}
		work()
		if r := run(t, s, admin, u); r.State != directory.ImportStored || r.Added != 9000 {
			t.Errorf("%+v", r)
		}
		if people, _, err := s.CountPeople(system()); err != nil || people != 9000 {
			t.Errorf("%d people, %v", people, err)
		}
		work()
	})
}

func eachQueue(t *testing.T, test func(t *testing.T, s *directory.Service, work func())) {
	dbtest.Each(t, []fs.FS{job.Migrations, directory.Migrations}, func(t *testing.T, d *db.DB) {
		ring, err := secret.New(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		c := clock.NewFake(time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC))
		s := directory.New(d, c, ring)
		q := job.New(d, c, slog.New(slog.NewTextHandler(io.Discard, nil)))
		s.UseJobs(q)
		test(t, s, func() {
			t.Helper()
			if _, err := q.RunDue(t.Context()); err != nil {
				t.Fatal(err)
			}
			if dead, err := q.DeadCount(t.Context()); err != nil || dead > 0 {
				t.Fatal(dead, err)
			}
		})
	})
}
