package directory_test

import (
	"crypto/rand"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/secret"
)

// manyPeople is a file of invented people, each with a telephone number of its own; one in forty shares a name with others.
func manyPeople(n int) (people, memberships string) {
	var a, b strings.Builder
	a.WriteString("姓名,性别,出生年份,手机号码\n")
	b.WriteString("姓名,单位,职务,界别,任职日期\n")
	for i := range n {
		fmt.Fprintf(&a, "样例%d,女,%d,139%08d\n", i, 1950+i%50, i)
		fmt.Fprintf(&b, "样例%d,政协样例市委员会,委员,教育界,2021-01-10\n", i)
	}
	return a.String(), b.String()
}

// BenchmarkImportPeople measures the import of 40,000 people with telephone numbers, and of their memberships, into an empty directory, and the same files again.
func BenchmarkImportPeople(b *testing.B) {
	people, memberships := manyPeople(40_000)
	for e, open := range map[string]func(testing.TB, []fs.FS) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(e, func(b *testing.B) {
			for range b.N {
				d := open(b, []fs.FS{directory.Migrations})
				ring, err := secret.New(rand.Reader)
				if err != nil {
					b.Fatal(err)
				}
				s := directory.New(d, clock.NewFake(time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)), ring)
				for _, l := range []struct {
					name string
					kind directory.ListKind
					text string
				}{{"", directory.DivisionList, divisionsCSV}, {"", directory.OrganisationList, orgsCSV}, {"people", directory.PeopleList, people}, {"memberships", directory.MembershipList, memberships},
					{"people-again", directory.PeopleList, people}, {"memberships-again", directory.MembershipList, memberships}} {
					began := time.Now()
					out, err := s.Import(system(), l.kind, table(b, l.kind, l.text), directory.ImportOptions{})
					if err != nil || out.Bad.Total() > 0 {
						b.Fatal(err, out.Bad.Err())
					}
					if l.name != "" {
						b.ReportMetric(time.Since(began).Seconds(), l.name+"-s")
					}
				}
			}
		})
	}
}
