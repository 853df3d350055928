package app_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"xieshang/internal/account"
	"xieshang/internal/app/apptest"
	"xieshang/internal/contact"
	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"

	"github.com/google/uuid"
)

// tree is a province with a city and two counties; each committee has members of every standing whose names say where they are.
type tree struct {
	*apptest.Site
	province, city, one, two uuid.UUID
	branch                   map[uuid.UUID]uuid.UUID
	people                   map[uuid.UUID][]uuid.UUID // placed, not placed, contacted, not contacted, unknown
}

func (s *tree) all() []uuid.UUID { return []uuid.UUID{s.province, s.city, s.one, s.two} }

// mark stands in the name of everybody of a committee and of nobody else.
func mark(committee uuid.UUID) string { return "名" + strings.ReplaceAll(committee.String(), "-", "") }

func newTree(t *testing.T, s *apptest.Site) *tree {
	t.Helper()
	x := &tree{Site: s, branch: map[uuid.UUID]uuid.UUID{}, people: map[uuid.UUID][]uuid.UUID{}}
	since := clock.Interval{From: clock.Of(2020, 1, 1)}
	b := &directory.Batch{}
	place := func(code, name string, level directory.Level, parent uuid.UUID) (division, committee uuid.UUID) {
		division, committee = uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
		b.Divisions = append(b.Divisions, directory.Division{ID: division, Code: code, Name: i18n.Name{ZH: name}, Level: level, Parent: parent, Valid: since})
		group, branch := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
		x.branch[committee] = branch
		for _, o := range []directory.Organisation{{ID: committee, Kind: directory.Committee, Name: i18n.Name{ZH: "政协" + name + "委员会"}, Code: code}, {ID: group, Kind: directory.PartyGroup, Name: i18n.Name{ZH: name + "党组"}, Parent: committee},
			{ID: branch, Kind: directory.MembersBranch, Name: i18n.Name{ZH: name + "履职党支部"}, Parent: group}} {
			o.Level, o.Division, o.Valid = level, division, since
			b.Organisations = append(b.Organisations, o)
		}
		for i, party := range []directory.Party{directory.CPC, directory.CPC, directory.NoParty, directory.Minmeng, ""} {
			u := uuid.Must(uuid.NewV7())
			x.people[committee] = append(x.people[committee], u)
			b.People = append(b.People, directory.PersonRow{Person: directory.Person{ID: u, Name: fmt.Sprintf("%s%d", mark(committee), i)}})
			b.Memberships = append(b.Memberships, directory.Membership{Person: u, Organisation: committee, Post: directory.MemberPost, Sector: "教育界", Valid: since})
			if party != "" {
				b.Affiliations = append(b.Affiliations, directory.Affiliation{Person: u, Party: party, Valid: since})
			}
			if i == 0 {
				b.Memberships = append(b.Memberships, directory.Membership{Person: u, Organisation: branch, Post: directory.Participant, Valid: since})
			}
		}
		return division, committee
	}
	var top, mid uuid.UUID
	top, x.province = place("990000", "样例省", directory.Province, uuid.Nil)
	mid, x.city = place("990100", "样例甲市", directory.City, top)
	_, x.one = place("990101", "样例一县", directory.County, mid)
	_, x.two = place("990102", "样例二县", directory.County, mid)
	if err := s.App.Directory.Record(s.System(), b); err != nil {
		t.Fatal(err)
	}
	for _, k := range x.all() {
		if _, err := s.App.Contacts.Put(s.System(), contact.Link{Committee: k, Kind: contact.ToMember, Contact: x.people[k][0], Target: x.people[k][2], Valid: since}); err != nil {
			t.Fatal(err)
		}
	}
	return x
}

// account makes an account with one role in one place, of a person or of nobody, and returns its session.
func (s *tree) account(role authz.Role, place, person uuid.UUID) *http.Cookie {
	s.T.Helper()
	login := "x-" + strings.ReplaceAll(uuid.NewString(), "-", "")[:20]
	in := account.Invitation{Login: login, Name: login, Person: person, Grants: []account.NewGrant{{Role: role, Place: place, Days: clock.Interval{From: clock.Of(2020, 1, 1)}}}}
	if _, err := s.App.Accounts.Create(s.System(), in, apptest.Password); err != nil {
		s.T.Fatal(err)
	}
	return s.Cookie(login)
}

func (s *tree) get(c *http.Cookie, path string) (int, string) {
	s.T.Helper()
	r, err := http.NewRequest(http.MethodGet, s.URL+path, nil)
	if err != nil {
		s.T.Fatal(err)
	}
	if c != nil {
		r.AddCookie(c)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.T.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.T.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// TestNobodySeesAnothersNames asks every page, export and operation of the coverages and the contact links for every committee, as readers of every role and place: a
// name comes only to the committee's own and to those above to whom it is granted, and comes there.
func TestNobodySeesAnothersNames(t *testing.T) {
	apptest.Each(t, func(t *testing.T, site *apptest.Site) {
		s := newTree(t, site)
		if _, err := s.App.Directory.GrantNames(s.System(), directory.NameGrant{Committee: s.one, Reader: s.province, Subject: directory.CoverageSubject, Valid: clock.Interval{From: clock.Of(2026, 1, 1)}}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.App.Directory.GrantNames(s.System(), directory.NameGrant{Committee: s.two, Reader: s.province, Subject: directory.RosterSubject, Valid: clock.Interval{From: clock.Of(2026, 1, 1)}}); err != nil {
			t.Fatal(err)
		}
		paths := []string{"/coverage?", "/coverage.csv?group=gaps&", "/coverage.csv?group=committee&", "/contacts/committee?past=1&", "/contacts/committee.csv?", "/contacts/proposals?", "/contacts/link?", "/coverage/mend?gap=place&person=%[2]s&",
			"/api/v1/coverage?", "/api/v1/coverage/gaps?", "/api/v1/contact-links?", "/api/v1/contact-links/proposals?"}
		type reader struct {
			role  authz.Role
			place uuid.UUID
		}
		readers := []reader{{}, {authz.Admin, uuid.Nil}}
		for _, k := range s.all() {
			for _, role := range []authz.Role{authz.Organiser, authz.Leader, authz.Reviewer, authz.Member, authz.Instructor} {
				readers = append(readers, reader{role, k})
			}
		}
		came := map[string]int{}
		for _, r := range readers {
			var c *http.Cookie
			if r.role != "" {
				c = s.account(r.role, r.place, uuid.Nil)
			}
			for _, k := range s.all() {
				staff := r.role == authz.Organiser || r.role == authz.Leader || r.role == authz.Reviewer
				may := r.role == authz.Admin || staff && (r.place == k || r.place == s.province && k == s.one)
				for _, p := range paths {
					address := strings.ReplaceAll(p, "%[2]s", s.people[k][1].String()) + "committee=" + k.String()
					status, body := s.get(c, address)
					if status >= 500 {
						t.Errorf("%s of %s: %s answers %d", r.role, r.place, address, status)
					}
					for _, other := range s.all() {
						if other != k && strings.Contains(body, mark(other)) {
							t.Errorf("%s of %s: %s names people of another committee", r.role, r.place, address)
						}
					}
					if named := strings.Contains(body, mark(k)); named && !may {
						t.Errorf("%s of %s: %s names people", r.role, r.place, address)
					} else if named {
						came[p]++
					}
				}
			}
		}
		for _, p := range paths {
			figures := strings.HasPrefix(p, "/coverage.csv?group=committee") || p == "/api/v1/coverage?"
			if (came[p] == 0) != figures {
				t.Errorf("%s named people %d times", p, came[p])
			}
		}
	})
}

// TestAGapIsMended: an organiser places somebody, records an affiliation and adopts a proposal by the forms alone; a form for somebody who is no gap, or of another committee, is refused.
func TestAGapIsMended(t *testing.T) {
	apptest.Each(t, func(t *testing.T, site *apptest.Site) {
		s := newTree(t, site)
		c := s.account(authz.Organiser, s.city, uuid.Nil)
		post := func(path string, form url.Values) (int, string) {
			t.Helper()
			r, err := http.NewRequest(http.MethodPost, s.URL+path, strings.NewReader(form.Encode()))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Origin", s.URL)
			r.AddCookie(c)
			client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
			res, err := client.Do(r)
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
		people, k := s.people[s.city], s.city.String()
		place := url.Values{"committee": {k}, "person": {people[1].String()}, "gap": {"place"}, "choice": {s.branch[s.city].String()}, "from": {"2026-03-01"}}
		with := func(v url.Values, pairs ...string) url.Values {
			out := url.Values{}
			for name, x := range v {
				out[name] = x
			}
			for i := 0; i < len(pairs); i += 2 {
				out.Set(pairs[i], pairs[i+1])
			}
			return out
		}
		for name, x := range map[string]struct {
			form   url.Values
			status int
		}{"another committee's branch": {with(place, "choice", s.branch[s.one].String()), 422}, "no day": {with(place, "from", "三月"), 422}, "no gap": {with(place, "person", people[0].String()), 404},
			"another committee": {with(place, "committee", s.one.String(), "person", s.people[s.one][1].String()), 403}, "before joining the Party": {with(place, "from", "2001-01-01"), 422}} {
			if status, body := post("/coverage/mend", x.form); status != x.status {
				t.Errorf("%s: %d %s", name, status, body[:min(300, len(body))])
			}
		}
		if status, body := post("/coverage/mend", place); status != 303 {
			t.Fatalf("placed: %d %s", status, body)
		}
		if status, _ := post("/coverage/mend", place); status != 404 {
			t.Errorf("placed twice: %d", status)
		}
		if status, _ := post("/coverage/mend", url.Values{"committee": {k}, "person": {people[4].String()}, "gap": {"affiliation"}, "choice": {"none"}, "from": {"2020-01-01"}}); status != 303 {
			t.Errorf("affiliation: %d", status)
		}
		adopt := url.Values{"committee": {k}, "from": {"2026-03-02"}, "pick": {people[3].String(), people[4].String()}, "by-" + people[3].String(): {people[0].String()}, "by-" + people[4].String(): {people[1].String()}}
		if status, body := post("/contacts/proposals", with(adopt, "from", "x")); status != 422 || !strings.Contains(body, "2026-03-02") {
			t.Errorf("a wrong day: %d", status)
		}
		if status, _ := post("/contacts/proposals", with(adopt, "by-"+people[3].String(), s.people[s.one][0].String())); status != 422 {
			t.Error("somebody of another committee contacts")
		}
		if status, _ := post("/contacts/proposals", adopt); status != 303 {
			t.Errorf("adopted: %d", status)
		}
		if status, body := s.get(c, "/api/v1/coverage?own=true&months=1&committee=990100"); status != 200 || !strings.Contains(body, `"placed":2`) || !strings.Contains(body, `"reached":3`) || !strings.Contains(body, `"unknown":0`) {
			t.Errorf("after mending: %d %s", status, body)
		}
		if status, _ := post("/contacts/rule", url.Values{"committee": {k}, "most": {"viele"}}); status != 422 {
			t.Errorf("a bound that is no number: %d", status)
		}
		if status, _ := post("/contacts/rule", url.Values{"committee": {k}, "most": {"4"}}); status != 303 {
			t.Errorf("a bound: %d", status)
		}
	})
}

// TestALogIsForThePair: noted by form, read by the two and their secretary, hidden from everybody else on the page and by the API.
func TestALogIsForThePair(t *testing.T) {
	apptest.Each(t, func(t *testing.T, site *apptest.Site) {
		s := newTree(t, site)
		people := s.people[s.city]
		if err := s.App.Directory.Record(s.System(), &directory.Batch{Memberships: []directory.Membership{{Person: people[1], Organisation: s.branch[s.city], Post: directory.Secretary, Valid: clock.Interval{From: clock.Of(2025, 1, 1)}}}}); err != nil {
			t.Fatal(err)
		}
		pair := contact.Pair{Committee: s.city, Contact: people[0], Target: people[2]}
		if _, err := s.App.Contacts.Log(authz.With(t.Context(), authz.Actor{Account: uuid.New(), Person: people[0]}), pair, clock.Date{}, contact.Met, "只说给您听"); err != nil {
			t.Fatal(err)
		}
		q := url.Values{"committee": {s.city.String()}, "contact": {people[0].String()}, "target": {people[2].String()}}.Encode()
		readers := map[string]*http.Cookie{"contact": s.account(authz.Member, s.city, people[0]), "target": s.account(authz.Member, s.city, people[2]), "secretary": s.account(authz.Member, s.city, people[1])}
		others := map[string]*http.Cookie{"member": s.account(authz.Member, s.city, people[3]), "organiser": s.account(authz.Organiser, s.city, uuid.Nil), "admin": s.account(authz.Admin, uuid.Nil, uuid.Nil), "leader": s.account(authz.Leader, s.city, uuid.Nil)}
		for _, path := range []string{"/contacts/pair?" + q, "/api/v1/contacts/log?" + q} {
			for who, c := range readers {
				if status, body := s.get(c, path); status != 200 || !strings.Contains(body, "只说给您听") {
					t.Errorf("%s at %s: %d", who, path, status)
				}
			}
			for who, c := range others {
				if status, body := s.get(c, path); status == 200 || strings.Contains(body, "只说给您听") {
					t.Errorf("%s at %s: %d", who, path, status)
				}
			}
		}
		for who, c := range readers {
			if status, body := s.get(c, "/contacts"); status != 200 || !strings.Contains(body, mark(s.city)) {
				t.Errorf("%s at their own page: %d", who, status)
			}
		}
		if _, body := s.get(others["organiser"], "/contacts/committee.csv?committee="+s.city.String()); strings.Contains(body, "只说给您听") || !strings.Contains(body, mark(s.city)+"2") {
			t.Error("the export has the words, or not the link")
		}
	})
}

// TestWhatBadAddressesGet: a day that does not exist, a committee that is none, a group that is not offered: a message and no failure.
func TestWhatBadAddressesGet(t *testing.T) {
	apptest.Each(t, func(t *testing.T, site *apptest.Site) {
		s := newTree(t, site)
		c := s.account(authz.Organiser, s.city, uuid.Nil)
		k := "committee=" + s.city.String()
		for path, want := range map[string]int{"/coverage?day=2026-02-30": 422, "/coverage?committee=x": 422, "/coverage?committee=" + s.branch[s.city].String(): 403, "/coverage?sector=%E6%97%A0": 200, "/coverage?day=0001-01-01": 404, "/coverage?day=9999-12-31&" + k: 200,
			"/coverage.csv?group=nobody": 404, "/coverage.xlsx?group=sector&day=x": 422, "/coverage/mend?gap=place&person=x&" + k: 404, "/coverage/mend?gap=x&" + k: 404, "/contacts/committee?day=x": 422, "/contacts/committee?committee=x": 404,
			"/contacts/committee.csv?day=x": 422, "/contacts/link?id=x&" + k: 404, "/contacts/link?kind=x&" + k: 200, "/contacts/pair?committee=x": 404, "/api/v1/coverage?committee=nowhere": 422, "/api/v1/coverage?months=99&" + k: 422,
			"/api/v1/contact-links?as_of=x&" + k: 422, "/coverage": 200, "/contacts": 200} {
			status, body := s.get(c, path)
			if status != want {
				t.Errorf("%s: %d, not %d: %s", path, status, want, body[:min(len(body), 200)])
			}
			if strings.Contains(body, "⟦") {
				t.Errorf("%s shows a key without a text", path)
			}
		}
	})
}
