package directory_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"xieshang/internal/directory"
	"xieshang/internal/directory/directorytest"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/sheet"

	"github.com/google/uuid"
)

// province brings the invented province in from the files of a clerk.
func province(t *testing.T, s *directory.Service) {
	t.Helper()
	dir := t.TempDir()
	if err := directorytest.Write(dir, 0.01); err != nil {
		t.Fatal(err)
	}
	for _, again := range []bool{false, true} {
		for _, k := range directory.ListKinds() {
			if k == directory.FieldList {
				continue
			}
			content, err := os.ReadFile(filepath.Join(dir, string(k)+".xlsx"))
			if err != nil {
				t.Fatal(err)
			}
			tab, err := sheet.Open("list.xlsx", bytes.NewReader(content), int64(len(content)), sheet.Options{Columns: directory.ListColumns(k)})
			if err != nil {
				t.Fatal(err)
			}
			out, err := s.Import(system(), k, tab, directory.ImportOptions{})
			if err != nil || out.Bad.Total() > 0 || out.Stored == again || again && out.New+out.Changed > 0 {
				t.Fatalf("%s, again %v: %+v %v %v", k, again, out, out.Bad.Err(), err)
			}
		}
	}
}

func exported(t *testing.T, s *directory.Service, ctx context.Context, q directory.ExportQuery) []byte {
	t.Helper()
	var b bytes.Buffer
	w := sheet.NewXLSX(&b, "list")
	if err := errors.Join(s.ExportList(ctx, q, w), w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func opened(t *testing.T, k directory.ListKind, content []byte) *sheet.Table {
	t.Helper()
	tab, err := sheet.Open("list", bytes.NewReader(content), int64(len(content)), sheet.Options{Columns: directory.ListColumns(k)})
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

// TestAProvinceGoesOutAndInWithoutAChange: whole, as of days of each term, and committee by committee; with and without numbers.
func TestAProvinceGoesOutAndInWithoutAChange(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, _ *clock.Fake, _ *db.DB) {
		province(t, s)
		snap, err := s.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		committee := snap.CommitteeByName("S990100")
		organiser := authz.With(t.Context(), authz.Actor{Account: uuid.New(), Grants: []authz.Grant{{Role: authz.Organiser, Place: committee.ID}}})
		for _, k := range directory.ListKinds() {
			if k == directory.FieldList {
				continue
			}
			for _, day := range []clock.Date{{}, clock.Of(2014, 5, 1), clock.Of(2020, 5, 1), directorytest.Today()} {
				for _, personal := range []bool{true, false} {
					out, err := s.Import(system(), k, opened(t, k, exported(t, s, system(), directory.ExportQuery{Kind: k, Day: day, Personal: personal})), directory.ImportOptions{})
					if err != nil || out.Stored || out.Same == 0 || out.Bad.Total() > 0 {
						t.Errorf("%s as of %s: %+v %v %v", k, day, out, out.Bad.Err(), err)
					}
				}
				if !k.OfCommittee() {
					continue
				}
				q := directory.ExportQuery{Kind: k, Day: day, Committee: committee.ID}
				out, err := s.Import(organiser, k, opened(t, k, exported(t, s, organiser, q)), directory.ImportOptions{Committee: committee.ID})
				if err != nil || out.Stored || out.Same == 0 || out.Bad.Total() > 0 {
					t.Errorf("%s of one committee as of %s: %+v %v %v", k, day, out, out.Bad.Err(), err)
				}
			}
		}
	})
}

// TestAnOrganiserBringsInTheirOwnCommittee: rows about another one are refused by row and column, people of another committee are neither changed nor shown.
func TestAnOrganiserBringsInTheirOwnCommittee(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, _ *clock.Fake, _ *db.DB) {
		province(t, s)
		snap, err := s.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		own, other := snap.CommitteeByName("S990101"), snap.CommitteeByName("S990102")
		actor := authz.With(t.Context(), authz.Actor{Account: uuid.New(), Grants: []authz.Grant{{Role: authz.Organiser, Place: own.ID}}})
		for _, k := range directory.ListKinds() {
			if _, err := s.Import(t.Context(), k, table(t, k, "id,name,kind,level1,committee,number,organisation,post\n"), directory.ImportOptions{}); !problem.Is(err, problem.SignIn) {
				t.Errorf("nobody brought in %s: %v", k, err)
			}
			if _, err := s.Import(actor, k, table(t, k, "id,name,kind,level1,committee,number,organisation,post\n"), directory.ImportOptions{}); !problem.Is(err, problem.Forbidden) {
				t.Errorf("an organiser brought in %s of everybody: %v", k, err)
			}
			if _, err := s.Import(actor, k, table(t, k, "id,name,kind,level1,committee,number,organisation,post\n"), directory.ImportOptions{Committee: other.ID}); !problem.Is(err, problem.Forbidden) {
				t.Errorf("an organiser brought in %s of another committee: %v", k, err)
			}
			if err := s.ExportList(actor, directory.ExportQuery{Kind: k, Committee: other.ID}, sheet.NewCSV(&bytes.Buffer{}, false)); !problem.Is(err, problem.Forbidden) {
				t.Errorf("an organiser took %s of another committee out: %v", k, err)
			}
			if err := s.ExportList(actor, directory.ExportQuery{Kind: k, Committee: own.ID, Personal: true}, sheet.NewCSV(&bytes.Buffer{}, false)); !problem.Is(err, problem.Forbidden) {
				t.Errorf("an organiser took numbers of %s out: %v", k, err)
			}
		}
		// Names of other committees are not looked through: what is not one's own is somebody new, and nobody is asked about strangers.
		names := "name\n"
		for _, line := range strings.Split(string(csvOf(t, s, directory.ExportQuery{Kind: directory.PeopleList, Committee: other.ID})), "\n")[1:] {
			if f := strings.Split(line, ","); len(f) > 1 {
				names += f[1] + "\n"
			}
		}
		strangers, err := s.Import(actor, directory.PeopleList, table(t, directory.PeopleList, names), directory.ImportOptions{Committee: own.ID, DryRun: true})
		if err != nil || strangers.New == 0 || strangers.Changed > 0 {
			t.Fatalf("%+v %v", strangers, err)
		}
		for _, e := range strangers.Bad.List() {
			if e.Key == "directory.err.other-person" {
				t.Errorf("a name gave away that there is such a person elsewhere: %v", e)
			}
		}
		theirs := strings.Split(string(csvOf(t, s, directory.ExportQuery{Kind: directory.PeopleList, Committee: other.ID})), "\n")[1]
		person := strings.Split(theirs, ",")
		for _, x := range []struct {
			kind              directory.ListKind
			rows, column, key string
		}{
			{directory.OrganisationList, "kind,name,division,parent\nsector,新界别,990101,S990101\nsector,新界别,990102,S990102\n", "parent", "directory.err.other-committee"},
			{directory.OrganisationList, "kind,name,division\ndepartment,某局,990101\ndepartment,某局,990102\n", "division", "directory.err.other-committee"},
			{directory.OrganisationList, "kind,name,division,code\ndepartment,某局,990101,\ncommittee," + own.Name.ZH + ",990101,XX\n", "kind", "directory.err.committee-is-admins"},
			{directory.TermList, "committee,number,from,to\nS990101,10,2023-01-20,2028-01-20\nS990102,10,2023-01-20,2028-01-20\n", "committee", "directory.err.other-committee"},
			{directory.PeopleList, "id,name\n,新来的样例\n" + person[0] + "," + person[1] + "改\n", "name", "directory.err.other-person"},
			{directory.MembershipList, "name,person,organisation,post,from\n新来的样例,,S990101,委员,2024-01-01\n" + person[1] + "," + person[0] + ",S990101,委员,2024-01-01\n", "person", "directory.err.unknown"},
			{directory.MembershipList, "name,organisation,post,from\n新来的样例,S990101,委员,2024-01-01\n新来的样例,S990102,委员,2024-01-01\n", "organisation", "directory.err.other-committee"},
		} {
			if x.kind == directory.MembershipList { // somebody of their own, whom they brought before
				if _, err := s.Import(actor, directory.PeopleList, table(t, directory.PeopleList, "name\n新来的样例\n"), directory.ImportOptions{Committee: own.ID}); err != nil {
					t.Fatal(err)
				}
			}
			out, err := s.Import(actor, x.kind, table(t, x.kind, x.rows), directory.ImportOptions{Committee: own.ID})
			if err != nil {
				t.Fatal(err)
			}
			if bad := out.Bad.List(); len(bad) != 1 || bad[0].Line != 3 || bad[0].Column != x.column || bad[0].Key != x.key || out.Stored || out.New+out.Changed != 1 {
				t.Errorf("%q: %+v %v", x.rows, out, out.Bad.Err())
			}
		}
	})
}

func csvOf(t *testing.T, s *directory.Service, q directory.ExportQuery) []byte {
	t.Helper()
	var b bytes.Buffer
	w := sheet.NewCSV(&b, false)
	if err := errors.Join(s.ExportList(system(), q, w), w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestAmbiguousPeopleAreAsked: the candidates are told apart by year, sex and place, never by a number; an answer is taken, also that it is somebody new; without
// one the row is refused.
func TestAmbiguousPeopleAreAsked(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, _ *clock.Fake, _ *db.DB) {
		fill(t, s, true)
		const file = "姓名,性别\n王样例,\n"
		try := func(answers map[int]string) directory.ImportResult {
			t.Helper()
			out, err := s.Import(system(), directory.PeopleList, table(t, directory.PeopleList, file), directory.ImportOptions{Answers: answers, DryRun: answers == nil})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		out := try(nil)
		if len(out.Questions) != 1 || len(out.Questions[0].Candidates) != 2 || !out.Questions[0].MayBeNew || out.Bad.Total() != 1 || out.Bad.List()[0].Key != "directory.err.ambiguous-person" {
			t.Fatalf("%+v %v", out.Questions, out.Bad.Err())
		}
		c := out.Questions[0].Candidates
		if c[0].BirthYear+c[1].BirthYear != 1970+1981 {
			t.Errorf("%+v", c)
		}
		if out = try(map[int]string{2: uuid.NewString()}); out.Bad.Total() != 1 {
			t.Errorf("an answer that nobody gave: %+v", out)
		}
		if out = try(map[int]string{2: c[0].Person.String()}); out.Same != 1 || out.Bad.Total() != 0 {
			t.Errorf("one of them: %+v", out)
		}
		if out = try(map[int]string{2: directory.NewPerson}); out.New != 1 || !out.Stored {
			t.Errorf("somebody new: %+v", out)
		}
		// In a list of memberships the organisation tells people of one name apart, and nobody new can be meant.
		rows := "姓名,单位,职务,任职日期\n王样例,政协样例市委员会,委员,2021-01-10\n"
		bad, err := s.Import(system(), directory.MembershipList, table(t, directory.MembershipList, rows), directory.ImportOptions{Answers: map[int]string{2: directory.NewPerson}})
		if err != nil || len(bad.Questions) != 1 || bad.Questions[0].MayBeNew || bad.Stored {
			t.Fatalf("%+v %v", bad, err)
		}
		got, err := s.Import(system(), directory.MembershipList, table(t, directory.MembershipList, rows), directory.ImportOptions{Answers: map[int]string{2: c[1].Person.String()}})
		if err != nil || !got.Stored {
			t.Fatalf("%+v %v", got, err)
		}
		bring(t, s, directory.MembershipList, rows, 0, 0, 1) // now the name with the organisation is enough
	})
}

// TestRulesOfTheWholeAreToldByRow: what contradicts itself is refused with its row and column, whichever of the rows of the file does; the others can stand alone.
func TestRulesOfTheWholeAreToldByRow(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, _ *clock.Fake, _ *db.DB) {
		fill(t, s, true)
		bring(t, s, directory.OrganisationList, "类别,名称,行政区划,上级\n政协党组,市政协党组,999900,KY\n分党组,提案委分党组,999900,市政协党组\n履职党支部,一支部,999900,提案委分党组\n履职党支部,二支部,999900,提案委分党组\n机关党组,机关党组,999900,市政协党组\n机关党支部,机关一支部,999900,机关党组\n外单位党组织,外支部,999900,\n", 7, 0, 0)
		if _, err := s.PutPerson(system(), directory.PersonRow{Person: directory.Person{Name: "戊样"}, Identity: "520105194901010036"}); err != nil {
			t.Fatal(err)
		}
		for _, x := range []struct {
			name        string
			kind        directory.ListKind
			rows        string
			line        int
			column, key string
			stored      int // rows that are left
		}{
			{"a cycle of three", directory.OrganisationList, "kind,name,division,parent\ncommittee_office,甲室,999900,丙室\ncommittee_office,乙室,999900,甲室\ncommittee_office,丙室,999900,乙室\ndepartment,新局,999900,\n", 2, "parent", "directory.err.cycle", 1},
			{"a branch below a special committee", directory.OrganisationList, "kind,name,division,parent\nspecial_committee,提案委,999900,KY\nmembers_branch,三支部,999900,提案委\n", 3, "parent", "directory.err.parent-kind", 1},
			{"a sector without a committee", directory.OrganisationList, "kind,name,division,parent\nspecial_committee,提案委,999900,KY\nsector,教育界,999900,\n", 3, "parent", "directory.err.needs-parent", 1},
			{"a cycle of divisions", directory.DivisionList, "code,name,parent\n999920,甲县,999921\n999921,乙县,999920\n999922,丙县,999900\n", 2, "parent", "directory.err.cycle", 1},
			{"terms that overlap", directory.TermList, "committee,number,from,to\nKY,10,2021-01-10,2025-01-10\nKY,11,2024-01-10,\n", 3, "from", "directory.err.term-overlap", 1},
			{"a post that is not there", directory.MembershipList, "name,birth_year,organisation,post,from\n李样例,,KY,常委,2021-01-10\n李样例,,市水务局,委员,2021-01-10\n", 3, "post", "directory.err.post-here", 1},
			{"a Party post of somebody else", directory.MembershipList, "name,birth_year,organisation,post,from\n李样例,,KY,常委,2021-01-10\n李样例,,一支部,编入党员,2021-01-10\n", 3, "organisation", "directory.err.not-cpc", 1},
			{"two members' branches", directory.MembershipList, "name,birth_year,organisation,post,from\n王样例,1970,一支部,编入党员,2021-01-10\n王样例,1970,二支部,编入党员,2022-01-10\n", 3, "from", "directory.err.two-branches", 1},
			{"two relations", directory.MembershipList, "name,birth_year,organisation,post,from\n王样例,1970,外支部,组织关系,2021-01-10\n王样例,1970,机关一支部,组织关系,2022-01-10\n", 3, "from", "directory.err.two-relations", 1},
			{"leaving before coming", directory.MembershipList, "name,birth_year,organisation,post,from,to\n李样例,,KY,常委,2021-01-10,\n王样例,1970,KY,委员,2021-01-10,2020-01-10\n", 3, "to", "directory.err.to", 1},
			{"a reason without a day", directory.MembershipList, "name,birth_year,organisation,post,from,to,end_reason\n李样例,,KY,常委,2021-01-10,,\n王样例,1970,KY,委员,2021-01-10,,辞去\n", 3, "to", "directory.err.end-without-day", 1},
			{"one number for two", directory.PeopleList, "name,identity\n甲样,11010519491231002X\n乙样,11010519491231002x\n", 3, "identity", "directory.err.identity-twice", 1},
			{"the number of somebody who is known", directory.PeopleList, "id,name,identity\n,丙样,\n" + uuid.NewString() + ",丁样,520105194901010036\n", 3, "identity", "directory.err.identity-taken", 1},
			{"the number of somebody who is known, by name", directory.PeopleList, "name,identity\n丙样,\n丁样,520105194901010036\n", 3, "identity", "directory.err.identity-taken", 1},
			{"a wrong check sign", directory.PeopleList, "name,identity\n甲样,\n乙样,110105194912310021\n", 3, "identity", "directory.err.identity", 1},
			{"more days than parties", directory.PeopleList, "name,party,party_from\n甲样,民盟,\n乙样,民盟,2001-01-01；2002-01-01\n", 3, "party_from", "directory.err.party-count", 1},
			{"probation outside the Party", directory.PeopleList, "name,party,probationary\n甲样,民盟,\n乙样,民盟,是\n", 3, "probationary", "directory.err.probationary", 1},
			{"a term that nobody knows", directory.MembershipList, "name,organisation,post,term\n李样例,KY,常委,10\n李样例,KY,主席,11\n", 3, "term", "directory.err.term-unknown", 1},
		} {
			open := func() *sheet.Table { return table(t, x.kind, x.rows) }
			out, err := s.Import(system(), x.kind, open(), directory.ImportOptions{})
			if err != nil || out.Stored {
				t.Fatalf("%s: %+v %v", x.name, out, err)
			}
			if bad := out.Bad.List(); len(bad) == 0 || bad[0].Line != x.line || bad[0].Column != x.column || bad[0].Key != x.key {
				t.Errorf("%s: %v", x.name, out.Bad.Err())
			}
			dry, err := s.Import(system(), x.kind, open(), directory.ImportOptions{SkipBad: true, DryRun: true})
			if err != nil || dry.New+dry.Changed != x.stored || dry.Bad.Total() == 0 {
				t.Errorf("%s: without the bad rows %+v %v", x.name, dry, err)
			}
		}
	})
}

// TestATermGivesTheDays: a row that names the term and no days gets those of the term, with the reason when it is over.
func TestATermGivesTheDays(t *testing.T) {
	each(t, func(t *testing.T, s *directory.Service, _ *clock.Fake, _ *db.DB) {
		fill(t, s, true)
		bring(t, s, directory.MembershipList, "姓名,单位,职务,届次,开始日期,产生方式,界别\n李样例,KY,常委,第九届,,换届产生,\n李样例,KY,常委,10,2022-03-01,增补,教育界\n", 2, 0, 0)
		bring(t, s, directory.MembershipList, "姓名,单位,职务,届次,开始日期,产生方式,界别\n李样例,KY,常委,第九届,,换届产生,\n李样例,KY,常委,10,2022-03-01,增补,教育界\n", 0, 0, 2)
		people, err := s.People(system(), "李样例")
		if err != nil {
			t.Fatal(err)
		}
		_, list, err := s.Person(system(), people[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]directory.Membership{}
		for _, m := range list {
			if m.Post == directory.StandingMember {
				got[m.Valid.From.String()] = m
			}
		}
		if m := got["2016-01-10"]; m.Valid.To != clock.Of(2021, 1, 10) || m.EndReason != directory.TermEnded || m.StartReason != directory.Elected {
			t.Errorf("the ninth term: %+v", m)
		}
		if m := got["2022-03-01"]; !m.Valid.To.IsZero() || m.EndReason != directory.NoReason || m.StartReason != directory.CoOpted || m.Sector != "教育界" {
			t.Errorf("the tenth term: %+v", m)
		}
	})
}
