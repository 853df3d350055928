package app_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"xieshang/internal/app/apptest"
	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"

	"github.com/google/uuid"
)

// party is a site with a Party group, a branch and its people, whose accounts are tied to them.
type party struct {
	*apptest.Site
	branch, other uuid.UUID
	people        map[string]uuid.UUID
}

func newParty(t *testing.T, s *apptest.Site) *party {
	t.Helper()
	since := clock.Interval{From: clock.Of(2020, 1, 1)}
	w := &party{Site: s, branch: uuid.New(), other: uuid.New(), people: map[string]uuid.UUID{}}
	group, office, groups := uuid.New(), uuid.New(), uuid.New()
	org := func(id uuid.UUID, k directory.Kind, name string, parent uuid.UUID) directory.Organisation {
		return directory.Organisation{ID: id, Kind: k, Name: i18n.Name{ZH: name, EN: name}, Level: directory.City, Division: s.Division, Parent: parent, Valid: since}
	}
	b := &directory.Batch{Organisations: []directory.Organisation{org(group, directory.PartyGroup, "政协党组", s.Committee), org(groups, directory.OfficePartyGroup, "机关党组", group),
		org(office, directory.OfficePartyCommittee, "机关党委", groups), org(w.branch, directory.Branch, "第一党支部", office), org(w.other, directory.Branch, "第二党支部", office)}}
	for login, posts := range map[string]map[uuid.UUID]directory.Post{"shuji": {w.branch: directory.Secretary}, "dangyuan": {w.branch: directory.Relation}, "erzhi": {w.other: directory.Secretary}, "weiyuan": {s.Committee: directory.MemberPost}} {
		u := uuid.New()
		w.people[login] = u
		b.People = append(b.People, directory.PersonRow{Person: directory.Person{ID: u, Name: login + "样例"}})
		b.Affiliations = append(b.Affiliations, directory.Affiliation{Person: u, Party: directory.CPC, Valid: since})
		for o, post := range posts {
			b.Memberships = append(b.Memberships, directory.Membership{Person: u, Organisation: o, Post: post, Valid: since})
			if post == directory.Secretary {
				b.Memberships = append(b.Memberships, directory.Membership{Person: u, Organisation: o, Post: directory.Relation, Valid: since})
			}
		}
	}
	if err := s.App.Directory.Record(s.System(), b); err != nil {
		t.Fatal(err)
	}
	s.Account("lianluo", authz.Organiser)
	s.Account("waimian", authz.Reviewer)
	for login, u := range w.people {
		s.Account(login, authz.Member)
		a, err := s.App.Accounts.Actor(t.Context(), s.Cookie(login).Value)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.App.Accounts.LinkPerson(s.System(), a.Account, u); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

var gatheringPath = regexp.MustCompile(`/gatherings/[0-9a-f]{8}-[0-9a-f-]{27}`)

func (w *party) form() url.Values {
	return url.Values{"kind": {"branch_meeting"}, "holder": {w.branch.String()}, "title": {"三月党员大会"}, "day": {"2026-03-06"}, "from": {"09:00"}, "to": {"11:00"}, "place": {"三楼会议室"}, "everybody": {"1"},
		"item-0": {"学习有关精神"}, "study-0": {"1"}, "item-1": {"讨论支部工作"}, "minutes-1": {"60"}}
}

// TestABranchMeetingsWholeStory goes from the plan to the closed record without script: the secretary plans and runs it, a member answers, staff see it, strangers do not.
func TestABranchMeetingsWholeStory(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		w := newParty(t, s)
		head, member := visit(t, s).as("shuji"), visit(t, s).as("dangyuan")
		st, body := head.get("/gatherings/new")
		head.has(st, body, 200, "党员大会", "党课", "学习为第一议题")
		st, body = head.get("/gatherings/new?kind=branch_meeting")
		head.has(st, body, 200, `name="item-0"`, `name="study-0" value="1" checked`, "第一党支部全体人员")
		wrong := w.form()
		wrong.Set("title", "")
		wrong.Set("from", "九点")
		st, body = head.post("/gatherings/new", wrong)
		head.has(st, body, 422, "09:30", `value="三楼会议室"`)
		unstudied := w.form()
		unstudied.Del("study-0")
		st, body = head.post("/gatherings/new", unstudied)
		head.has(st, body, 200, "三月党员大会", "拟定")
		at := gatheringPath.FindString(body)
		st, body = head.post(at+"/actions/publish", url.Values{})
		head.has(st, body, 422, "要把学习作为第一议题")
		if st, _ := member.get(at); st != 404 {
			t.Errorf("a draft is seen by who is to be invited: %d", st)
		}
		fixed := w.form()
		fixed.Set("version", "1")
		st, body = head.post(at+"/edit", fixed)
		head.has(st, body, 200, "学习有关精神")
		st, body = head.post(at+"/actions/publish", url.Values{})
		head.has(st, body, 200, "dangyuan样例", "已通知")
		st, body = member.get("/")
		member.has(st, body, 200, "三月党员大会", "未答复")
		st, body = member.post(at+"/answer", url.Values{"answer": {"leave"}})
		member.has(st, body, 422, `id="answer-leave_reason"`)
		st, body = member.post(at+"/answer", url.Values{"answer": {"leave"}, "leave_reason": {"出差在外"}})
		member.has(st, body, 200, "请假待批", "出差在外")
		st, body = head.get(at)
		head.has(st, body, 200, "dangyuan样例请假", "出差在外")
		st, body = head.post(at+"/leave", url.Values{"person": {w.people["dangyuan"].String()}, "verdict": {"refused"}})
		head.has(st, body, 200, "未准假")
		member.post(at+"/answer", url.Values{"answer": {"coming"}})
		w.Clock.Set(time.Date(2026, 3, 6, 0, 50, 0, 0, time.UTC))
		st, body = head.post(at+"/actions/open", url.Values{})
		head.has(st, body, 200, "签到中", at+"/roll", at+"/screen")
		state := "state-" + w.people["dangyuan"].String()
		st, body = head.post(at+"/roll", url.Values{state: {"present"}, "was-" + w.people["dangyuan"].String(): {""}})
		head.has(st, body, 200, "点名已保存")
		w.Clock.Set(time.Date(2026, 3, 6, 3, 5, 0, 0, time.UTC))
		head.post(at+"/actions/end", url.Values{})
		st, body = head.post(at+"/actions/close", url.Values{})
		head.has(st, body, 422, "要有记录才能归档")
		version := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(body)
		if version == nil {
			t.Fatal("no form for the minutes")
		}
		st, body = head.post(at+"/minutes", url.Values{"version": {version[1]}, "minutes": {"到会两人，通过决议。"}, "shown": {"1"}})
		head.has(st, body, 200, "到会两人")
		st, body = head.post(at+"/decisions", url.Values{"text": {"整理党员档案"}, "owner": {"没有这个人"}, "due": {"2026-03-20"}})
		head.has(st, body, 422, "没有叫“没有这个人”的人", "整理党员档案")
		st, body = head.post(at+"/decisions", url.Values{"text": {"整理党员档案"}, "owner": {"dangyuan样例"}, "due": {"2026-03-20"}})
		head.has(st, body, 200, "整理党员档案", "dangyuan样例")
		st, body = head.post(at+"/actions/close", url.Values{})
		head.has(st, body, 200, "已归档", "缺席")
		st, body = member.get("/gatherings")
		member.has(st, body, 200, "整理党员档案", "到会")
		done := regexp.MustCompile(at + `/decisions/[0-9a-f-]{36}`).FindString(body)
		w.Clock.Set(time.Date(2026, 3, 25, 1, 0, 0, 0, time.UTC))
		st, body = visit(t, s).as("lianluo").get("/gatherings")
		head.has(st, body, 200, "超期的决定事项", "整理党员档案")
		member = visit(t, s).as("dangyuan") // the session of the morning is over
		st, body = member.post(done, url.Values{"note": {"已整理入柜"}})
		member.has(st, body, 200, "已整理入柜")
		st, body = visit(t, s).as("lianluo").get("/gatherings/figures")
		head.has(st, body, 200, "第一党支部", "dangyuan样例", "50")
		for login, want := range map[string]int{"erzhi": 404, "waimian": 404, "weiyuan": 404} {
			if st, _ := visit(t, s).as(login).get(at); st != want {
				t.Errorf("%s reads it: %d", login, st)
			}
		}
		if st, _ := visit(t, s).as("erzhi").post(at+"/actions/reopen", url.Values{"reason": {"x"}}); st != 403 && st != 404 {
			t.Errorf("another branch acts on it: %d", st)
		}
		if st, _ := visit(t, s).as("weiyuan").get("/gatherings/figures"); st != 403 {
			t.Errorf("a member sees the figures: %d", st)
		}
	})
}

// TestConflictsAreShownWhilePlanning: the same hall and the same people at the same time, by name within the committee.
func TestConflictsAreShownWhilePlanning(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		w := newParty(t, s)
		staff := visit(t, s).as("lianluo")
		staff.post("/gatherings/new", w.form())
		second := w.form()
		second.Set("holder", w.other.String())
		second.Set("title", "二支部党员大会")
		second.Set("people", "dangyuan样例")
		second.Set("place", "三楼 会议室")
		second.Set("look", "1")
		st, body := staff.post("/gatherings/new", second)
		staff.has(st, body, 200, "时间冲突", "三月党员大会", "已被占用", "1人同时被邀请：dangyuan样例", `value="二支部党员大会"`)
		second.Set("from", "14:00")
		second.Set("to", "15:00")
		st, body = staff.post("/gatherings/new", second)
		staff.has(st, body, 200, "没有冲突")
		second.Set("people", "谁也不是")
		st, body = staff.post("/gatherings/new", second)
		staff.has(st, body, 422, "没有叫“谁也不是”的人")
	})
}

// TestKindsAreData: an organiser adds a kind and plans one; who organises nothing cannot.
func TestKindsAreData(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		w := newParty(t, s)
		staff := visit(t, s).as("lianluo")
		st, body := staff.get("/gatherings/kinds?new=1")
		staff.has(st, body, 200, "新增类别", "党员大会")
		kind := url.Values{"key": {"Book Club"}, "name": {"读书会"}, "name_en": {"Book club"}, "hours": {"2"}, "agenda": {"领读\n交流"}, "fields": {"*书名 / Book\n推荐人"}, "rules": {"makeup"}, "committee": {s.Committee.String()}}
		st, body = staff.post("/gatherings/kinds", kind)
		staff.has(st, body, 422, "小写字母", "读书会")
		kind.Set("key", "book_club")
		st, body = staff.post("/gatherings/kinds", kind)
		staff.has(st, body, 200, "读书会", "类别已保存")
		st, body = staff.get("/gatherings/new?kind=book_club&holder=" + w.branch.String())
		staff.has(st, body, 200, "读书会", `value="领读"`, "书名", "推荐人")
		plan := w.form()
		plan.Set("kind", "book_club")
		st, body = staff.post("/gatherings/new", plan)
		staff.has(st, body, 200, "三月党员大会")
		at := gatheringPath.FindString(body)
		st, body = staff.post(at+"/actions/publish", nil)
		staff.has(st, body, 422, "读书会要写明“书名”")
		plan.Set("extra-0", "样例集")
		plan.Set("version", "1")
		st, body = staff.post(at+"/edit", plan)
		staff.has(st, body, 200, "样例集")
		st, body = staff.get(at + "/edit")
		staff.has(st, body, 200, `value="样例集"`)
		st, body = staff.post(at+"/actions/publish", nil)
		staff.has(st, body, 200, "已通知")
		st, body = staff.get("/gatherings/kinds?kind=book_club&committee=" + s.Committee.String())
		staff.has(st, body, 200, "*书名 / Book")
		if st, _ := visit(t, s).as("shuji").get("/gatherings/kinds"); st != 403 {
			t.Errorf("a secretary alters kinds: %d", st)
		}
	})
}

// TestPeopleAreToldOfGatherings: who is invited after the notice went out too, a decision and its day once each, by the title that its reader may see.
func TestPeopleAreToldOfGatherings(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		w := newParty(t, s)
		head := visit(t, s).as("shuji")
		_, body := head.post("/gatherings/new", w.form())
		at := gatheringPath.FindString(body)
		head.post(at+"/actions/publish", url.Values{})
		work := func() {
			t.Helper()
			if _, err := s.App.Jobs.RunDue(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		told := func(login string, want int, texts ...string) {
			t.Helper()
			work()
			st, body := visit(t, s).as(login).get("/notices")
			head.has(st, body, 200, texts...)
			if n := strings.Count(body, `class="item"`); n != want {
				t.Errorf("%s has %d notices, want %d: %s", login, n, want, excerpt(body))
			}
		}
		told("dangyuan", 1, "2026年3月6日", "三月党员大会", "邀请您参加")
		told("shuji", 0) // the doer is not told
		told("erzhi", 0)
		b := &directory.Batch{Memberships: []directory.Membership{{Person: w.people["weiyuan"], Organisation: w.branch, Post: directory.BranchOfficer, Valid: clock.Interval{From: clock.Of(2026, 3, 1)}}}}
		if err := s.App.Directory.Record(s.System(), b); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := s.App.Gatherings.Tick(s.System()); err != nil {
				t.Fatal(err)
			}
		}
		told("weiyuan", 1, "三月党员大会")
		w.Clock.Set(time.Date(2026, 3, 6, 3, 5, 0, 0, time.UTC))
		head = visit(t, s).as("shuji")
		head.post(at+"/actions/end", url.Values{})
		st, body := head.post(at+"/decisions", url.Values{"text": {"整理党员档案"}, "owner": {"dangyuan样例"}, "due": {"2026-03-20"}})
		head.has(st, body, 200, "整理党员档案")
		told("dangyuan", 2, "由您落实")
		for _, day := range []int{18, 19, 24, 25} {
			w.Clock.Set(time.Date(2026, 3, day, 1, 0, 0, 0, time.UTC))
			if err := s.App.Gatherings.Tick(s.System()); err != nil {
				t.Fatal(err)
			}
		}
		told("dangyuan", 4, "快到期了", "已超期")
	})
}

// TestGatheringsForPrograms: the API cuts to the caller like the pages.
func TestGatheringsForPrograms(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		w := newParty(t, s)
		head := visit(t, s).as("shuji")
		_, body := head.post("/gatherings/new", w.form())
		at := "/api/v1" + gatheringPath.FindString(body)
		st, body := head.get("/api/v1/gatherings?kind=branch_meeting&state=planned")
		head.has(st, body, 200, "三月党员大会", `"more":false`)
		st, body = head.get(at)
		head.has(st, body, 200, `"actions":["publish","cancel"]`, `"study":true`)
		for login, want := range map[string]int{"erzhi": 404, "dangyuan": 404} {
			if st, _ := visit(t, s).as(login).get(at); st != want {
				t.Errorf("%s reads a draft: %d", login, st)
			}
		}
		if st, _ := visit(t, s).get("/api/v1/gatherings"); st != 401 {
			t.Errorf("nobody lists: %d", st)
		}
		st, body = visit(t, s).as("erzhi").get("/api/v1/gatherings")
		head.has(st, body, 200, `"items":[]`)
		head.post(gatheringPath.FindString(at)+"/actions/publish", url.Values{})
		member := visit(t, s).as("dangyuan")
		st, body = member.get("/api/v1/gatherings/mine")
		member.has(st, body, 200, "三月党员大会")
		st, body = member.get(at)
		member.has(st, body, 200, `"people":[]`, `"invited":2`, `"actions":[]`)
	})
}
