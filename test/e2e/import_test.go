package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/browsertest"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"

	"github.com/google/uuid"
)

// TestAClerksImportWithMistakesAndTheirMending: an organiser brings the members of the committee from the file that is there: says once which column is which,
// is asked who is meant, sees what is wrong with which row, comes back with the file mended, brings their posts, and takes the last import back. On a phone, at a
// desk in English and dark, and without script.
func TestAClerksImportWithMistakesAndTheirMending(t *testing.T) {
	for _, l := range []look{{"phone", browsertest.View{Width: 360, Height: 740, Lang: "zh-CN"}, true}, {"desk", browsertest.View{Width: 1440, Height: 900, Lang: "en", Dark: true}, true},
		{"without script", browsertest.View{Width: 360, Height: 740, Lang: "zh-CN", NoScript: true}, false}} {
		t.Run(l.name, func(t *testing.T) { mendAnImport(t, l) })
	}
}

func mendAnImport(t *testing.T, l look) {
	w := newWorld(t)
	w.Account("organiser", authz.Organiser)
	w.cookies["organiser"] = w.Cookie("organiser").Value
	since := clock.Interval{From: clock.Of(2022, 1, 10)}
	other := uuid.New()
	older, younger := uuid.New(), uuid.New()
	b := &directory.Batch{
		Organisations: []directory.Organisation{{ID: other, Kind: directory.Committee, Name: i18n.Name{ZH: "政协样例县委员会"}, Level: directory.County, Code: "430199", Valid: clock.Interval{From: clock.Of(2000, 1, 1)}}},
		Terms:         []directory.Term{{Committee: w.Committee, Number: 13, Valid: since}},
		People:        []directory.PersonRow{{Person: directory.Person{ID: older, Name: "王样例", Sex: "f", BirthYear: 1961}, Phone: "13900007777"}, {Person: directory.Person{ID: younger, Name: "王样例", Sex: "m", BirthYear: 1983}}},
		Memberships:   []directory.Membership{{Person: older, Organisation: w.Committee, Post: directory.MemberPost, Sector: "教育界", Valid: since}, {Person: younger, Organisation: w.Committee, Post: directory.MemberPost, Sector: "科技界", Valid: since}},
	}
	if err := w.App.Directory.Record(w.System(), b); err != nil {
		t.Fatal(err)
	}
	p := w.as(t, l, "organiser")
	dir := t.TempDir()
	bring := func(kind, name, text string) {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		p.at("/directory/import/" + kind)
		p.Upload("#file", file)
		p.Click("form#import button[data-kind=primary]")
	}

	p.at("/directory/import")
	bring("people", "委员.csv", "委员姓名,哪年生,联系手机\n王样例,,\n张样例,一九六五,13900001111\n李样例,1970,13900002222\n")
	p.Wait("form#columns")
	p.inspect()
	p.Fill("select[name=name]", "委员姓名")
	p.Fill("select[name=birth_year]", "哪年生")
	p.Fill("select[name=phone]", "联系手机")
	p.Click("form#columns button[data-kind=primary]")
	p.Wait("form#answers")
	p.inspect()
	for _, text := range []string{"1961", "1983", "教育界", "科技界", "一九六五"} {
		p.WaitText(text)
	}
	if p.Has("13900007777") {
		t.Error("the question shows a telephone number")
	}
	p.Click(`form#answers label:has(input[value="` + older.String() + `"])`)
	p.Click("form#answers button[data-kind=primary]")
	p.Wait("form#store")
	if p.Count("form#answers") != 0 {
		t.Error("asked again what was answered")
	}
	p.WaitText("一九六五")

	bring("people", "委员（改好）.csv", "哪年生,委员姓名,联系手机\n1961,王样例,\n1965,张样例,13900001111\n1970,李样例,13900002222\n")
	p.Wait("form#store button[data-kind=primary]") // the columns are known now, and nothing is wrong
	p.inspect()
	p.Click("form#store button[data-kind=primary]")
	p.Wait("form#undo")
	p.inspect()

	const head = "姓名,单位,职务,界别,届次,离任日期\n"
	bring("memberships", "任职.csv", head+"张样例,政协样例市委员会,委员,教育界,13,\n李样例,政协样例县委员会,委员,教育界,,\n李样例,政协样例市委员会,委员,教育界,13,2020-01-01\n")
	p.Wait("form#store")
	p.inspect()
	for _, text := range []string{"政协样例县委员会", "2020-01-01"} {
		p.WaitText(text)
	}
	bring("memberships", "任职（改好）.csv", head+"张样例,政协样例市委员会,委员,教育界,13,\n李样例,政协样例市委员会,委员,教育界,13,\n")
	p.Wait("form#store button[data-kind=primary]")
	p.Click("form#store button[data-kind=primary]")
	p.Wait("form#undo")
	members(t, w, 4)
	p.Click("form#undo button")
	p.WaitGone(map[string]string{"zh-CN": "撤销这次导入", "en": "Undo this import"}[l.view.Lang])
	p.inspect()
	members(t, w, 2)
	p.at("/directory/import")
	p.WaitText("任职（改好）.csv")
}

// members expects so many seats in the committee today.
func members(t *testing.T, w *world, want int) {
	t.Helper()
	list, err := w.App.Directory.Roster(w.System(), directory.RosterQuery{Organisations: []uuid.UUID{w.Committee}, Posts: []directory.Post{directory.MemberPost}})
	if err != nil || len(list) != want {
		t.Errorf("%d members, want %d: %v", len(list), want, fmt.Sprint(err))
	}
}
