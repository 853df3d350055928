package app_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"xieshang/internal/app/apptest"
	"xieshang/internal/directory"
	"xieshang/internal/gathering"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"

	"github.com/google/uuid"
)

// TestOwnRecord: a member reads what is kept about them, an organiser looks at their number with a reason which the member then sees, and a correction is asked and answered.
func TestOwnRecord(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		person := s.Members("anna")[0]
		if _, err := s.App.Directory.PutPerson(s.System(), directory.PersonRow{Person: directory.Person{ID: person, Name: "anna", BirthYear: 1960}, Phone: "10000001111"}); err != nil {
			t.Fatal(err)
		}
		s.Account("zuzhi", authz.Organiser)
		s.Account("shenhe", authz.Reviewer)
		anna, zuzhi, shenhe := visit(t, s).as("anna"), visit(t, s).as("zuzhi"), visit(t, s).as("shenhe")
		st, body := anna.get("/me")
		anna.has(st, body, 200, "政协样例市委员会", "10000001111", "没有人查看过")
		look := "/directory/people/" + person.String() + "/reveal"
		st, body = shenhe.get(look)
		shenhe.has(st, body, 403)
		st, body = zuzhi.get(look)
		zuzhi.has(st, body, 200, "每次查看都会记录")
		if strings.Contains(body, "10000001111") {
			t.Error("the number stands on the page that asks")
		}
		st, body = zuzhi.post(look, url.Values{"what": {"phone"}})
		zuzhi.has(st, body, 422, "请写明查看的原因")
		st, body = zuzhi.post(look, url.Values{"what": {"phone"}, "reason": {"通知报到"}})
		zuzhi.has(st, body, 200, "10000001111")
		st, body = anna.get("/me")
		anna.has(st, body, 200, "通知报到")
		st, body = zuzhi.post("/directory/number", url.Values{"number": {"100 0000 1111"}})
		zuzhi.has(st, body, 200, "anna")
		st, body = zuzhi.post("/directory/number", url.Values{"number": {"100 0000 2222"}})
		zuzhi.has(st, body, 200, "没有找到")
		st, body = zuzhi.post("/directory/number", url.Values{"number": {"x"}})
		zuzhi.has(st, body, 422, "请填写完整")
		st, body = anna.post("/me/corrections", url.Values{"text": {""}})
		anna.has(st, body, 422, "请写明要更正什么")
		st, body = anna.post("/me/corrections", url.Values{"text": {"出生年份应为1961年。"}})
		anna.has(st, body, 200, "待答复")
		st, body = zuzhi.get("/directory/corrections")
		zuzhi.has(st, body, 200, "出生年份应为1961年")
		_, after, _ := strings.Cut(body, `action="/directory/corrections/`)
		id, _, _ := strings.Cut(after, `"`)
		st, body = zuzhi.post("/directory/corrections/"+id, url.Values{"decision": {"done"}, "answer": {""}})
		zuzhi.has(st, body, 422)
		st, body = zuzhi.post("/directory/corrections/"+id, url.Values{"decision": {"done"}, "answer": {"已按户籍更正。"}})
		zuzhi.has(st, body, 200)
		st, body = anna.get("/me")
		anna.has(st, body, 200, "已按户籍更正", "已更正")
	})
}

// TestStudyPages: an organiser plans a study, links a gathering, and sees by name who still has to study; a member reads the materials and makes it up.
func TestStudyPages(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		people := s.Members("anna", "ben")
		s.Account("zuzhi", authz.Organiser)
		anna, zuzhi, nobody := visit(t, s).as("anna"), visit(t, s).as("zuzhi"), visit(t, s)
		st, body := anna.get("/study/new")
		anna.has(st, body, 403)
		form := url.Values{"title": {""}, "kind": {"special"}, "organisation": {s.Committee.String()}, "audience": {s.Committee.String()}, "from": {"2026-03-01"}, "to": {"2026-03-31"}}
		st, body = zuzhi.post("/study/new", form)
		zuzhi.has(st, body, 422, "请填写")
		form.Set("title", "学习样例文件")
		st, body = zuzhi.post("/study/new", form)
		zuzhi.has(st, body, 200, "学习样例文件", "草稿")
		_, after, _ := strings.Cut(body, `action="/study/`)
		at := "/study/" + after[:36]
		if _, err := uuid.Parse(after[:36]); err != nil {
			t.Fatal(err)
		}
		st, body = anna.get(at)
		anna.has(st, body, 404)
		meeting := s.OpenGathering("学习会")
		if err := s.App.Gatherings.Roll(s.Organiser(), meeting, []gathering.Mark{{Person: people[1], Presence: gathering.Present, Way: gathering.ByStaff}}); err != nil {
			t.Fatal(err)
		}
		s.Clock.Advance(3 * time.Hour)
		if err := s.App.Gatherings.Act(s.Organiser(), meeting, gathering.EndIt, ""); err != nil {
			t.Fatal(err)
		}
		st, body = zuzhi.post(at+"/publish", nil)
		zuzhi.has(st, body, 200, "已发布", "学习会")
		st, body = zuzhi.post(at+"/sessions", url.Values{"gathering": {uuid.NewString()}})
		zuzhi.has(st, body, 422, "请从名单中选择")
		st, body = zuzhi.post(at+"/sessions", url.Values{"gathering": {meeting.String()}})
		zuzhi.has(st, body, 200, "已举行", "ben", "已学习")
		st, body = zuzhi.post(at+"/materials", url.Values{"title": {"全文"}, "address": {"javascript:x"}})
		zuzhi.has(st, body, 422, "请检查")
		st, body = zuzhi.post(at+"/materials", url.Values{"title": {"全文"}, "address": {"https://example.org/a"}})
		zuzhi.has(st, body, 200, `href="https://example.org/a"`)
		st, body = anna.get("/study")
		anna.has(st, body, 200, "学习样例文件")
		st, body = anna.get(at)
		anna.has(st, body, 200, "全文")
		if strings.Contains(body, "ben") {
			t.Error("a member sees how another one stands")
		}
		today := clock.Today(s.Clock).String()
		st, body = anna.post(at+"/makeup", url.Values{"day": {today}, "note": {"短"}})
		anna.has(st, body, 422, "请至少写")
		st, body = anna.post(at+"/makeup", url.Values{"day": {today}, "note": {"读完了全文，写了一页体会。"}})
		anna.has(st, body, 200, "等待确认")
		st, body = zuzhi.get(at)
		zuzhi.has(st, body, 200, "anna登记了补学")
		_, after, _ = strings.Cut(body, `action="`+at+`/makeup/`)
		st, body = zuzhi.post(at+"/makeup/"+after[:36], url.Values{"decision": {"confirm"}})
		zuzhi.has(st, body, 200, "已补学")
		st, body = zuzhi.get(at + "/coverage.xlsx")
		zuzhi.has(st, body, 200, "PK")
		st, body = anna.get(at + "/coverage.xlsx")
		anna.has(st, body, 403)
		st, body = nobody.get("/study")
		nobody.has(st, body, 200, "登录") // the way in
	})
}
