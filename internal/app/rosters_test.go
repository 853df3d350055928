package app_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"xieshang/internal/account"
	"xieshang/internal/app/apptest"
	"xieshang/internal/directory"
	"xieshang/internal/directory/directorytest"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"

	"github.com/google/uuid"
)

// TestNamesStayAtHome: for random people and actors of many kinds, page, list, export and API agree with the rule: names within one's own committee or where they were
// granted, and numbers nowhere.
func TestNamesStayAtHome(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		b := directorytest.Batch(0.01)
		if err := s.App.Directory.Record(s.System(), b); err != nil {
			t.Fatal(err)
		}
		committees := map[directory.Level][]uuid.UUID{}
		of, owner, home := map[uuid.UUID]uuid.UUID{}, map[uuid.UUID]uuid.UUID{}, map[uuid.UUID]map[uuid.UUID]bool{}
		for _, o := range b.Organisations {
			if o.Kind == directory.Committee {
				committees[o.Level], of[o.Division] = append(committees[o.Level], o.ID), o.ID
			}
		}
		for _, o := range b.Organisations {
			if o.Kind != directory.OutsideBranch {
				owner[o.ID] = of[o.Division]
			}
		}
		var people []directory.PersonRow
		for _, m := range b.Memberships {
			if home[m.Person] == nil {
				home[m.Person] = map[uuid.UUID]bool{}
			}
			if m.Valid.Contains(clock.Of(2026, 3, 2)) {
				home[m.Person][owner[m.Organisation]] = true
			}
		}
		for _, p := range b.People {
			if len(home[p.ID]) > 0 {
				people = append(people, p)
			}
		}
		province, one, two := committees[directory.Province][0], committees[directory.County][0], committees[directory.County][1]
		if _, err := s.App.Directory.GrantNames(s.System(), directory.NameGrant{Committee: one, Reader: province, Subject: directory.RosterSubject, Valid: clock.Interval{From: clock.Of(2026, 1, 1)}}); err != nil {
			t.Fatal(err)
		}
		login := func(name string, grants ...account.NewGrant) *http.Cookie {
			t.Helper()
			for i := range grants {
				grants[i].Days = clock.Interval{From: clock.Of(2020, 1, 1)}
			}
			if _, err := s.App.Accounts.Create(s.System(), account.Invitation{Login: name, Name: name, Grants: grants}, apptest.Password); err != nil {
				t.Fatal(err)
			}
			return s.Cookie(name)
		}
		g := func(r authz.Role, place uuid.UUID) account.NewGrant { return account.NewGrant{Role: r, Place: place} }
		actors := []struct {
			name   string
			cookie *http.Cookie
			sees   []uuid.UUID
		}{
			{"nobody", nil, nil},
			{"organiser of one", login("one-zuzhi", g(authz.Organiser, one)), []uuid.UUID{one}},
			{"leader of the other", login("two-lingdao", g(authz.Leader, two)), []uuid.UUID{two}},
			{"member of one", login("one-weiyuan", g(authz.Member, one)), nil},
			{"organiser of the province", login("sheng-zuzhi", g(authz.Organiser, province)), []uuid.UUID{province, one}},
		}
		get := func(c *http.Cookie, path string) (int, string) {
			t.Helper()
			req, err := http.NewRequest(http.MethodGet, s.URL+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			if c != nil {
				req.AddCookie(c)
			}
			client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
			res, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			if res.StatusCode >= 500 {
				t.Fatalf("%s: %d", path, res.StatusCode)
			}
			return res.StatusCode, string(body)
		}
		r := rand.New(rand.NewPCG(1, 2))
		for _, a := range actors {
			may := func(p uuid.UUID) bool {
				for _, k := range a.sees {
					if home[p][k] {
						return true
					}
				}
				return false
			}
			exported := map[string]bool{}
			for _, k := range []uuid.UUID{one, two, province} {
				status, body := get(a.cookie, "/directory/committees/"+k.String()+"/people/csv")
				allowed := false
				for _, x := range a.sees {
					allowed = allowed || x == k
				}
				if (status == http.StatusOK) != allowed {
					t.Errorf("%s: export of %s gives %d", a.name, k, status)
				}
				if status == http.StatusOK {
					rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff"))).ReadAll()
					if err != nil {
						t.Fatal(err)
					}
					for _, row := range rows[1:] {
						exported[row[0]] = true
					}
				}
				if status, body := get(a.cookie, "/directory/committees/"+k.String()); status == http.StatusOK && !allowed {
					for _, p := range people {
						if home[p.ID][k] && strings.Contains(body, p.ID.String()) {
							t.Errorf("%s: the page of %s names %s", a.name, k, p.Name)
						}
					}
				}
			}
			for range 12 {
				p := people[r.IntN(len(people))]
				want := may(p.ID)
				status, page := get(a.cookie, "/directory/people/"+p.ID.String())
				if (status == http.StatusOK) != want {
					t.Errorf("%s: page of a person of %v gives %d", a.name, home[p.ID], status)
				}
				status, one := get(a.cookie, "/api/v1/people/"+p.ID.String())
				if (status == http.StatusOK) != want {
					t.Errorf("%s: API of a person of %v gives %d", a.name, home[p.ID], status)
				}
				_, list := get(a.cookie, "/api/v1/people?limit=200&q="+p.Name)
				var out struct {
					Items []struct{ ID uuid.UUID }
				}
				if err := json.Unmarshal([]byte(list), &out); err != nil {
					t.Fatal(err)
				}
				found := false
				for _, x := range out.Items {
					found = found || x.ID == p.ID
				}
				if found != want {
					t.Errorf("%s: search by API finds %v: %v, want %v", a.name, p.ID, found, want)
				}
				if want && !exported[p.Name] {
					t.Errorf("%s: the export leaves out %s", a.name, p.Name)
				}
				for where, body := range map[string]string{"page": page, "API": one, "list": list} {
					if strings.Contains(body, p.Phone) || strings.Contains(body, p.Identity) {
						t.Errorf("%s: the %s shows a number", a.name, where)
					}
				}
			}
		}
	})
}

// TestThePagesOfACommittee: a day in the past and knowledge of the past are said in a banner, what is known otherwise is marked, forms say what is wrong and keep what was typed.
func TestThePagesOfACommittee(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		c := s.Cookie(s.Account("zuzhi", authz.Organiser))
		base := "/directory/committees/" + s.Committee.String()
		page := func(path string) string {
			t.Helper()
			status, body := request(t, s, c, http.MethodGet, path, "")
			if status != http.StatusOK {
				t.Fatalf("%s: %d", path, status)
			}
			return html.UnescapeString(body)
		}
		form := "name=%E7%8E%8B%E6%A0%B7%E4%BE%8B&organisation=" + s.Committee.String() + "&post=vice_chair&service=resident&from=2022-01-10&start_reason=elected&committee=" + s.Committee.String()
		if status, body := request(t, s, c, http.MethodPost, "/directory/people/new", form+"&to=2021-01-01"); status != http.StatusUnprocessableEntity || !strings.Contains(body, "王样例") {
			t.Errorf("an end before the beginning: %d", status)
		}
		if status, _ := request(t, s, c, http.MethodPost, "/directory/people/new", form); status != http.StatusSeeOther {
			t.Fatalf("adding a person: %d", status)
		}
		s.Clock.Advance(48 * time.Hour)
		c = s.Cookie("zuzhi") // the session is over
		people, err := s.App.Directory.ListPeople(s.System(), directory.PeopleQuery{Text: "王样例"})
		if err != nil || len(people.People) != 1 {
			t.Fatal(people, err)
		}
		person, post := people.People[0].ID, people.People[0].Posts[0].ID
		if status, _ := request(t, s, c, http.MethodPost, fmt.Sprintf("/directory/people/%s/memberships/%s", person, post), "post=vice_chair&service=full_time&from=2022-01-10&start_reason=elected"); status != http.StatusSeeOther {
			t.Fatalf("correcting a post: %d", status)
		}
		if body := page(base); !strings.Contains(body, "王样例") || !strings.Contains(body, "副主席（专职）") || strings.Contains(body, "现在所知不同") {
			t.Error("today's page")
		}
		if body := page(base + "?known=2026-03-03"); !strings.Contains(body, "副主席（驻会）") || !strings.Contains(body, "现在所知不同") || !strings.Contains(body, "按2026年3月3日所知") {
			t.Error("the page as known before the correction")
		}
		if body := page(base + "?day=2021-05-01"); strings.Contains(body, "王样例") || !strings.Contains(body, "这里显示的是2021年5月1日的情况") {
			t.Error("the page of a day before the post")
		}
		if body := page(base + "?day=2021-13-99"); !strings.Contains(body, "地址中的日期有误") {
			t.Error("a wrong date is passed over in silence")
		}
		if body := page("/directory/people/" + person.String()); strings.Count(body, "副主席（驻会）") != 1 {
			t.Error("the record before the correction is not among all records")
		}
	})
}

func request(t *testing.T, s *apptest.Site, c *http.Cookie, method, path, form string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(method, s.URL+path, strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	req.AddCookie(c)
	req.Header.Set("Accept-Language", "zh-CN")
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}
