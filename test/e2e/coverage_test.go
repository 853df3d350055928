package e2e

import (
	"fmt"
	"strings"
	"testing"

	"xieshang/internal/account"
	"xieshang/internal/app"
	"xieshang/internal/app/apptest"
	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/browsertest"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/i18n"

	"github.com/google/uuid"
)

// reach is a province with a city and two counties; the first county lets the province see its names for coverage.
type reach struct {
	*world
	committees map[string]uuid.UUID // by code
	people     map[string][]uuid.UUID
}

func newReach(t *testing.T) *reach {
	t.Helper()
	s := &reach{world: &world{Site: apptest.New(t, dbtest.SQLite(t, app.Migrations())), cookies: map[string]string{}}, committees: map[string]uuid.UUID{}, people: map[string][]uuid.UUID{}}
	since := clock.Interval{From: clock.Of(2024, 1, 10)}
	long := clock.Interval{From: clock.Of(2015, 1, 1)}
	b := &directory.Batch{}
	divisions := map[string]uuid.UUID{}
	for _, x := range []struct {
		code, parent, name string
		level              directory.Level
	}{{"430000", "", "样例省", directory.Province}, {"430900", "430000", "样例乙市", directory.City}, {"430902", "430900", "样例一县", directory.County}, {"430903", "430900", "样例二县", directory.County}} {
		d, k, group, branch := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
		divisions[x.code], s.committees[x.code] = d, k
		b.Divisions = append(b.Divisions, directory.Division{ID: d, Code: x.code, Name: i18n.Name{ZH: x.name}, Level: x.level, Parent: divisions[x.parent], Valid: long})
		for _, o := range []directory.Organisation{{ID: k, Kind: directory.Committee, Name: i18n.Name{ZH: "政协" + x.name + "委员会"}}, {ID: group, Kind: directory.PartyGroup, Name: i18n.Name{ZH: x.name + "政协党组"}, Parent: k},
			{ID: branch, Kind: directory.MembersBranch, Name: i18n.Name{ZH: x.name + "履职党支部"}, Parent: group}} {
			o.Level, o.Division, o.Valid = x.level, d, long
			b.Organisations = append(b.Organisations, o)
		}
		for i, party := range []directory.Party{directory.CPC, directory.CPC, directory.NoParty, directory.Minjin} {
			u := uuid.Must(uuid.NewV7())
			s.people[x.code] = append(s.people[x.code], u)
			b.People = append(b.People, directory.PersonRow{Person: directory.Person{ID: u, Name: fmt.Sprintf("%s委员%s", x.name, []string{"甲", "乙", "丙", "丁"}[i])}})
			b.Memberships = append(b.Memberships, directory.Membership{Person: u, Organisation: k, Post: directory.MemberPost, Sector: "教育界", Valid: since})
			b.Affiliations = append(b.Affiliations, directory.Affiliation{Person: u, Party: party, Valid: long})
			if i == 0 {
				b.Memberships = append(b.Memberships, directory.Membership{Person: u, Organisation: branch, Post: directory.Participant, Valid: since}, directory.Membership{Person: u, Organisation: branch, Post: directory.Secretary, Valid: since})
			}
		}
	}
	if err := s.App.Directory.Record(s.System(), b); err != nil {
		t.Fatal(err)
	}
	if _, err := s.App.Directory.GrantNames(s.System(), directory.NameGrant{Committee: s.committees["430902"], Reader: s.committees["430000"], Subject: directory.CoverageSubject, Valid: since}); err != nil {
		t.Fatal(err)
	}
	s.login(t, "lead", authz.Leader, "430000", uuid.Nil)
	s.login(t, "keeper", authz.Organiser, "430902", uuid.Nil)
	s.login(t, "talker", authz.Member, "430902", s.people["430902"][0])
	return s
}

func (s *reach) login(t *testing.T, login string, role authz.Role, code string, person uuid.UUID) {
	t.Helper()
	in := account.Invitation{Login: login, Name: login, Person: person, Grants: []account.NewGrant{{Role: role, Place: s.committees[code], Days: clock.Interval{From: clock.Of(2020, 1, 1)}}}}
	if _, err := s.App.Accounts.Create(s.System(), in, apptest.Password); err != nil {
		t.Fatal(err)
	}
	s.cookies[login] = s.Cookie(login).Value
}

// TestCoverageWithinTheGrants: a leader of the province looks at the two figures on a large screen and goes down to a county that granted its names and to one that did not; that county's organiser
// closes the gaps; a member notes a contact in two taps; and the leader sees the figures move.
func TestCoverageWithinTheGrants(t *testing.T) {
	s := newReach(t)
	wide := look{"1440 Chinese light", browsertest.View{Width: 1440, Height: 900, Lang: "zh-CN"}, true}
	phone := look{"360 Chinese light", browsertest.View{Width: 360, Height: 740, Lang: "zh-CN"}, true}

	lead := s.as(t, wide, "lead")
	lead.at("/coverage")
	if got := lead.Text(".cover"); !strings.Contains(got, "50%") || !strings.Contains(got, "0%") || !strings.Contains(got, "还差 4 人") {
		t.Errorf("the two figures say %q", got)
	}
	lead.Click("政协样例乙市委员会")
	lead.WaitText("政协样例乙市委员会 · ")
	if lead.Has("样例乙市委员甲") || lead.Has("样例乙市委员乙") {
		t.Error("the city's names are shown without a grant")
	}
	lead.WaitText("没有授权您查看名单")
	lead.inspect()
	lead.Click("政协样例二县委员会")
	lead.WaitText("没有授权您查看名单")
	if lead.Has("样例二县委员甲") || lead.Has("样例二县委员乙") {
		t.Error("a county's names are shown without a grant")
	}
	lead.Back()
	lead.Click("政协样例一县委员会")
	lead.WaitText("样例一县委员乙") // not placed
	lead.inspect()
	if lead.Count(`a[href^="/coverage/mend"]`) != 0 {
		t.Error("a reader from above is offered to mend")
	}

	keeper := s.as(t, wide, "keeper")
	keeper.at("/coverage")
	keeper.Click("编入党支部")
	keeper.WaitText("把样例一县委员乙编入履职党支部")
	keeper.inspect()
	keeper.Fill("#choice", "样例一县履职党支部")
	keeper.Submit("#mend")
	keeper.WaitText("已编入履职党支部。")
	keeper.Click("看联系建议")
	keeper.WaitText("为还没有人联系的委员提出建议")
	keeper.inspect()
	keeper.Submit("#adopt")
	keeper.WaitText("联系关系已确定")
	keeper.inspect()

	talker := s.as(t, phone, "talker")
	talker.at("/contacts")
	talker.Click("记一次联系")
	talker.Click("电话")
	talker.WaitText("已记下这次联系。")
	talker.inspect()

	keeper.at("/contacts/committee")
	if strings.Count(keeper.Text("body"), "电话") != 0 {
		t.Error("an organiser sees how the two talked")
	}
	lead.at("/coverage?committee=" + s.committees["430902"].String())
	if got := lead.Text(".cover"); strings.Count(got, "100%") < 2 || strings.Count(got, "已全覆盖") != 2 {
		t.Errorf("after mending the figures say %q", got)
	}
	for _, l := range []look{{"360 English dark", browsertest.View{Width: 360, Height: 740, Lang: "en", Dark: true}, true}, {"768 Chinese dark", browsertest.View{Width: 768, Height: 1024, Lang: "zh-CN", Dark: true}, false}} {
		p := s.as(t, l, "lead")
		p.at("/coverage")
		p.at("/contacts/committee?committee=" + s.committees["430902"].String())
		k := s.as(t, l, "keeper")
		k.at("/contacts/proposals")
		k.at("/contacts/link")
		s.as(t, l, "talker").at("/contacts")
	}
}
