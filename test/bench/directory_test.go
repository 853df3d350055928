package main

import (
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"xieshang/internal/account"
	"xieshang/internal/app"
	"xieshang/internal/app/apptest"
	"xieshang/internal/directory"
	"xieshang/internal/directory/directorytest"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"

	"github.com/google/uuid"
)

// BenchmarkDirectoryPages asks for every kind of directory page of the whole province over HTTP, one after the other, each time on another random
// day of thirteen years, a quarter of them as known on a past day. It reports the median and the 99th percentile of each kind, and of all together, in milliseconds.
func BenchmarkDirectoryPages(b *testing.B) {
	for e, open := range map[string]func(testing.TB, []fs.FS) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(e, func(b *testing.B) {
			s := apptest.New(b, open(b, app.Migrations()))
			province := directorytest.Batch(1)
			if err := s.App.Directory.Record(s.System(), province); err != nil {
				b.Fatal(err)
			}
			if e == "postgres" { // as its own housekeeping does within a minute of a large import
				err := s.App.DB.Write(s.System(), func(tx *db.Tx) error { _, err := tx.Exec("ANALYZE"); return err })
				if err != nil {
					b.Fatal(err)
				}
			}
			s.Clock.Advance(48 * time.Hour) // so that a day in the past knew less, or at least was asked
			committees := map[directory.Level][]uuid.UUID{}
			var bodies []uuid.UUID
			for _, o := range province.Organisations {
				if o.Kind == directory.Committee {
					committees[o.Level] = append(committees[o.Level], o.ID)
				} else {
					bodies = append(bodies, o.ID)
				}
			}
			grants := []account.NewGrant{{Role: authz.Admin, Days: clock.Interval{From: clock.Of(2020, 1, 1)}}}
			if _, err := s.App.Accounts.Create(s.System(), account.Invitation{Login: "reader", Name: "reader", Grants: grants}, apptest.Password); err != nil {
				b.Fatal(err)
			}
			cookie := s.Cookie("reader")
			r := rand.New(rand.NewPCG(7, 11))
			pick := func(list []uuid.UUID) string { return list[r.IntN(len(list))].String() }
			kinds := []struct {
				name string
				path func() string
			}{
				{"committees", func() string { return "/directory" }},
				{"province", func() string { return "/directory/committees/" + pick(committees[directory.Province]) }},
				{"city", func() string { return "/directory/committees/" + pick(committees[directory.City]) }},
				{"county", func() string { return "/directory/committees/" + pick(committees[directory.County]) }},
				{"lines", func() string { return "/directory/committees/" + pick(committees[directory.Province]) + "/lines" }},
				{"organisation", func() string { return "/directory/organisations/" + pick(bodies) }},
				{"people-of-city", func() string { return "/directory/people?post=member&committee=" + pick(committees[directory.City]) }},
				{"people-of-all", func() string { return "/directory/people?party=cpc&sex=f" }},
				{"person", func() string { return "/directory/people/" + province.People[r.IntN(len(province.People))].ID.String() }},
			}
			client := &http.Client{}
			ask := func(path string) (time.Duration, int) {
				u, err := url.Parse(path)
				if err != nil {
					b.Fatal(err)
				}
				q := u.Query()
				q.Set("day", clock.Of(2013, 2, 1).AddDays(r.IntN(13*365)).String())
				if r.IntN(4) == 0 {
					q.Set("known", "2026-03-02")
				}
				u.RawQuery = q.Encode()
				req, err := http.NewRequest(http.MethodGet, s.URL+u.String(), nil)
				if err != nil {
					b.Fatal(err)
				}
				req.AddCookie(cookie)
				s.Clock.Advance(100 * time.Millisecond)
				began := time.Now()
				res, err := client.Do(req)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, res.Body); err != nil {
					b.Fatal(err)
				}
				res.Body.Close()
				return time.Since(began), res.StatusCode
			}
			took := map[string][]time.Duration{}
			for b.Loop() {
				for _, k := range kinds {
					d, status := ask(k.path())
					// Not everybody has a post; whoever has none is nobody's to see, and an organisation may not have been there yet.
					if status != http.StatusOK && (status != http.StatusNotFound || k.name != "person" && k.name != "organisation") {
						b.Fatalf("%s: %d", k.name, status)
					}
					took[k.name] = append(took[k.name], d)
					took["all"] = append(took["all"], d)
				}
			}
			b.ReportMetric(0, "ns/op")
			for name, list := range took {
				slices.Sort(list)
				ms := func(p float64) float64 { return float64(list[int(p*float64(len(list)-1))]) / 1e6 }
				b.ReportMetric(ms(0.5), fmt.Sprintf("%s-p50-ms", name))
				b.ReportMetric(ms(0.99), fmt.Sprintf("%s-p99-ms", name))
			}
		})
	}
}
