package directory_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/secret"
	"xieshang/internal/platform/sheet"
)

func table(t testing.TB, k directory.ListKind, text string) *sheet.Table {
	t.Helper()
	tab, err := sheet.Open("list.csv", strings.NewReader(text), int64(len(text)), sheet.Options{Columns: directory.ListColumns(k)})
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

func bring(t *testing.T, s *directory.Service, k directory.ListKind, text string, isNew, changed, same int) {
	t.Helper()
	out, err := s.Import(system(), k, table(t, k, text), directory.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := out.Bad.Err(); err != nil {
		t.Fatalf("%s: %v", k, err)
	}
	if out.New != isNew || out.Changed != changed || out.Same != same {
		t.Fatalf("%s: %d new, %d changed, %d the same; want %d, %d, %d", k, out.New, out.Changed, out.Same, isNew, changed, same)
	}
}

const (
	divisionsCSV = "代码,名称,英文,上级代码\n999901,样例区,Sample District,999900\n999900,样例市,Sample City,990000\n990000,样例省,,\n"
	orgsCSV      = "类别,名称,行政区划,编码,开始日期\n政协,政协样例市委员会,999900,KY,2020-01-01\n部门,市水务局,样例市,,\n部门,区水务局,999901,,\n"
	termsCSV     = "委员会,届次,开始日期,结束日期\n政协样例市委员会,第九届,2016-01-10,2021-01-10\nKY,10,2021-01-10,\n"
	peopleCSV    = "姓名,性别,出生年份,手机号码,政治面貌,入党时间,预备党员\n王样例,女,1970,139 0000 1111,中共党员；民盟,1999.7.1；2003年5月1日,\n王样例,男,1981,139 0000 2222,中共党员,2025-07-01,是\n李样例,,,,无党派,,\n"
	membersCSV   = "姓名,单位,职务,界别,任职日期\n李样例,政协样例市委员会,委员,教育界,2021-01-10\n"
)

func fill(t *testing.T, s *directory.Service, first bool) {
	n := func(k int) (isNew, changed, same int) {
		if first {
			return k, 0, 0
		}
		return 0, 0, k
	}
	for _, l := range []struct {
		kind directory.ListKind
		text string
		rows int
	}{{directory.DivisionList, divisionsCSV, 3}, {directory.OrganisationList, orgsCSV, 3}, {directory.FieldList, "一级,二级,英文\n环境,,Environment\n环境,水,Water\n", 2}, {directory.TermList, termsCSV, 2}, {directory.PeopleList, peopleCSV, 3}, {directory.MembershipList, membersCSV, 1}} {
		a, b, c := n(l.rows)
		bring(t, s, l.kind, l.text, a, b, c)
	}
}

// TestListsComeInOnceAndGoOutWhole: a second import changes nothing; what is exported fills an empty directory and then changes nothing either.
func TestListsComeInOnceAndGoOutWhole(t *testing.T) {
	var out [][]byte
	each(t, func(t *testing.T, s *directory.Service, c *clock.Fake, d *db.DB) {
		fill(t, s, true)
		fill(t, s, false)
		snap, err := s.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		district := snap.DivisionByCode("999901")
		if district == nil || district.Level != directory.County || snap.Division(district.Parent).Code != "999900" || snap.CommitteeOf(district.ID) == nil {
			t.Fatalf("district %+v", district)
		}
		if f := snap.FieldByPath("环境 / 水"); f == nil || f.Name.EN != "Water" || f.Parent != snap.FieldByPath("环境").ID {
			t.Errorf("field %+v", f)
		}
		out = nil
		for _, k := range directory.ListKinds() {
			var b bytes.Buffer
			w := sheet.NewCSV(&b, true)
			if err := errors.Join(s.Export(system(), k, true, w), w.Close()); err != nil {
				t.Fatal(err)
			}
			got, err := s.Import(system(), k, table(t, k, b.String()), directory.ImportOptions{})
			if err != nil || got.Stored || got.Bad.Total() > 0 || got.Same == 0 {
				t.Errorf("what was exported of %s is not known: %+v %v %v", k, got, got.Bad.Err(), err)
			}
			out = append(out, b.Bytes())
		}
	})
	each(t, func(t *testing.T, s *directory.Service, c *clock.Fake, d *db.DB) {
		for i, k := range directory.ListKinds() {
			got, err := s.Import(system(), k, table(t, k, string(out[i])), directory.ImportOptions{})
			if err != nil || got.Bad.Total() > 0 || got.Changed > 0 {
				t.Fatalf("%s into an empty directory: %+v %v %v", k, got, got.Bad.Err(), err)
			}
			var b bytes.Buffer
			w := sheet.NewCSV(&b, true)
			if err := errors.Join(s.Export(system(), k, true, w), w.Close()); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(b.Bytes(), out[i]) {
				t.Errorf("%s is not what it was:\n%s\n%s", k, out[i], b.Bytes())
			}
		}
	})
}

// TestChangesKeepThePast: a row with a new first day ends what held before; a correction supersedes; a row with an end ends.
func TestChangesKeepThePast(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, c *clock.Fake, d *db.DB) {
		fill(t, s, true)
		snap, _ := s.Snapshot(t.Context())
		water := snap.DepartmentByName(snap.DivisionByCode("999900").ID, "市水务局")
		bring(t, s, directory.OrganisationList, "id,kind,name,from\n"+water.ID.String()+",department,市水利局,2026-01-01\n", 0, 1, 0)
		name := func(day clock.Date) string {
			snap, err := s.At(t.Context(), day, c.Now())
			if err != nil {
				t.Fatal(err)
			}
			return snap.OrganisationName(water.ID).ZH
		}
		if a, b := name(clock.Of(2025, 12, 31)), name(clock.Of(2026, 1, 1)); a != "市水务局" || b != "市水利局" {
			t.Errorf("%q before, %q after", a, b)
		}
		bring(t, s, directory.OrganisationList, "id,kind,name,from,to\n"+water.ID.String()+",department,市水利局,2026-01-01,2026-06-01\n", 0, 1, 0)
		if a, b := name(clock.Of(2026, 5, 31)), name(clock.Of(2026, 6, 1)); a != "市水利局" || b != "" {
			t.Errorf("%q before the end, %q after it", a, b)
		}
		history, err := s.OrganisationHistory(system(), water.ID)
		if err != nil || len(history) != 4 {
			t.Errorf("%d facts in the history: %v", len(history), err)
		}
		bring(t, s, directory.MembershipList, "姓名,单位,职务,界别,任职日期,离任日期,离任原因\n李样例,政协样例市委员会,委员,教育界,2021-01-10,2026-02-01,调任\n", 0, 1, 0)
		people, err := s.People(system(), "李")
		if err != nil || len(people) != 1 {
			t.Fatalf("%v %v", people, err)
		}
		if _, ms, err := s.Person(system(), people[0].ID); err != nil || len(ms) != 2 || ms[0].Note != "调任" || ms[1].Superseded.IsZero() {
			t.Errorf("%+v %v", ms, err)
		}
	})
}

// TestBadRowsAreNamed: each names its line and column, and keeps everything out unless bad rows are left out.
func TestBadRowsAreNamed(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, c *clock.Fake, d *db.DB) {
		fill(t, s, true)
		before, _, _ := counts(t, s)
		for _, x := range []struct {
			kind   directory.ListKind
			rows   string
			column string
			key    string
		}{
			{directory.DivisionList, "code,name,parent\n999903,好县,999900\n99990,坏县,999900\n", "code", "directory.err.division-code"},
			{directory.DivisionList, "code,name,parent\n999903,好县,999900\n999904,坏县,998800\n", "parent", "directory.err.unknown"},
			{directory.DivisionList, "code,name,parent\n999903,好县,999900\n999903,坏县,999900\n", "", "directory.err.twice"},
			{directory.DivisionList, "code,name,from\n999903,好县,2020-01-01\n999904,坏县,2020-02-30\n", "from", "sheet.err.date"},
			{directory.DivisionList, "code,name,from,to\n999903,好县,2020-01-01,\n999904,坏县,2020-02-03,2020-02-03\n", "to", "directory.err.to"},
			{directory.OrganisationList, "kind,name,division\ndepartment,好局,999900\nministry,坏局,999900\n", "kind", "directory.err.kind"},
			{directory.OrganisationList, "kind,name,division,code\ndepartment,好局,999900,\ncommittee,坏政协,999901,KY\n", "code", "directory.err.code-taken"},
			{directory.OrganisationList, "kind,name,division\ndepartment,好局,999900\ndepartment,坏局,\n", "level", "directory.err.level"},
			{directory.PeopleList, "name,phone\n好人,13900003333\n坏人,12\n", "phone", "directory.err.phone"},
			{directory.PeopleList, "name,identity\n好人,11010519491231002X\n坏人,110105194912310021\n", "identity", "directory.err.identity"},
			{directory.PeopleList, "name,sex\n好人,女\n王样例,女\n", "name", "directory.err.ambiguous-person"},
			{directory.MembershipList, "name,organisation,post,from\n李样例,区水务局,经办人,2022-01-01\n李样例,无此局,经办人,2022-01-01\n", "organisation", "directory.err.unknown"},
			{directory.MembershipList, "name,organisation,post,from\n李样例,区水务局,经办人,2022-01-01\n李样例,政协样例市委员会,委员,2022-01-01\n", "from", "directory.err.overlap"},
		} {
			got, err := s.Import(system(), x.kind, table(t, x.kind, x.rows), directory.ImportOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if bad := got.Bad.List(); len(bad) != 1 || bad[0].Line != 3 || bad[0].Column != x.column || bad[0].Key != x.key || got.Stored {
				t.Errorf("%q: %v, stored %v", x.rows, got.Bad.Err(), got.Stored)
			}
			dry, err := s.Import(system(), x.kind, table(t, x.kind, x.rows), directory.ImportOptions{SkipBad: true, DryRun: true})
			if err != nil || dry.Stored || dry.New != 1 {
				t.Errorf("%q: dry run %+v %v", x.rows, dry, err)
			}
		}
		if after, _, _ := counts(t, s); after != before {
			t.Errorf("%d divisions were stored by refused files", after-before)
		}
		got, err := s.Import(system(), directory.DivisionList, table(t, directory.DivisionList, "code,name,parent\n999903,好县,999900\n99990,坏县,999900\n"), directory.ImportOptions{SkipBad: true})
		if after, _, _ := counts(t, s); err != nil || !got.Stored || after != before+1 {
			t.Errorf("leaving bad rows out: %+v %v", got, err)
		}
		if _, err := s.Import(t.Context(), directory.DivisionList, table(t, directory.DivisionList, divisionsCSV), directory.ImportOptions{}); !problem.Is(err, problem.SignIn) {
			t.Errorf("nobody imported: %v", err)
		}
	})
}

func counts(t *testing.T, s *directory.Service) (divisions, organisations, fields int) {
	t.Helper()
	snap, err := s.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return snap.Counts()
}

// FuzzImport: whatever a file of people holds, its rows are refused with their places or come in, and what came in is known the second time.
func FuzzImport(f *testing.F) {
	d, err := db.Open(f.Context(), "sqlite:"+filepath.Join(f.TempDir(), "fuzz.db"))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = d.Close() })
	if _, err := d.Migrate(f.Context(), directory.Migrations); err != nil {
		f.Fatal(err)
	}
	ring, err := secret.New(rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	s := directory.New(d, clock.NewFake(time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)), ring)
	f.Add(peopleCSV)
	f.Add("name,id\n甲,00000000-0000-0000-0000-000000000000\n")
	f.Add("name,birth_year\n甲,1e9\n")
	f.Add("name,identity,phone\n甲,11010519491231002X,1\n甲,11010519491231002X,\n")
	f.Fuzz(func(t *testing.T, text string) {
		open := func() *sheet.Table {
			tab, err := sheet.Open("list.csv", strings.NewReader(text), int64(len(text)), sheet.Options{Columns: directory.ListColumns(directory.PeopleList)})
			if err != nil {
				return nil
			}
			return tab
		}
		tab := open()
		if tab == nil {
			return
		}
		if err := d.Write(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(`DELETE FROM person_fact`); return err }); err != nil {
			t.Fatal(err)
		}
		first, err := s.Import(system(), directory.PeopleList, tab, directory.ImportOptions{SkipBad: true})
		var fe *sheet.FileError
		if errors.As(err, &fe) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		again, err := s.Import(system(), directory.PeopleList, open(), directory.ImportOptions{SkipBad: true})
		if err != nil || again.Stored || again.Same != first.New+first.Changed+first.Same {
			t.Fatalf("first %+v, again %+v, %v", first, again, err)
		}
	})
}
