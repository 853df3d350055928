package app_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"mime/multipart"
	"net"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"xieshang/internal/app"
	"xieshang/internal/app/apptest"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/config"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/dbtest"
	"xieshang/internal/platform/password"
	"xieshang/internal/platform/sheet"
)

// empty is a platform with nothing in it but the administrator that the command line made.
func empty(t *testing.T, test func(t *testing.T, s *apptest.Site)) {
	dbtest.Each(t, app.Migrations(), func(t *testing.T, d *db.DB) {
		dir := t.TempDir()
		s := &apptest.Site{T: t, Clock: clock.NewFake(time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC))}
		a, err := app.New(t.Context(), config.Config{DB: "sqlite:" + filepath.Join(dir, "unused.db"), Files: filepath.Join(dir, "files"), Keys: filepath.Join(dir, "keys")},
			app.Options{DB: d, Clock: s.Clock, Log: slog.New(slog.DiscardHandler), Hasher: password.New(password.Params{Memory: 64, Time: 1, Threads: 1}, 2, 64, rand.Reader)})
		if err != nil {
			t.Fatal(err)
		}
		s.App = a
		if _, err := a.Accounts.AddUser(s.System(), "chief", apptest.Password, true); err != nil {
			t.Fatal(err)
		}
		srv := httptest.NewUnstartedServer(a.Web.Handler())
		srv.Config.BaseContext = func(net.Listener) context.Context { return context.Background() }
		srv.Start()
		s.URL = srv.URL
		t.Cleanup(func() { srv.Close(); a.Close() })
		test(t, s)
	})
}

// signIn goes through the form, as somebody does who was told name and password.
func (b *browser) signIn(login, password string) string {
	b.t.Helper()
	res, err := b.c.PostForm(b.s.URL+"/login", url.Values{"login": {login}, "password": {password}})
	st, body := b.read(res, err)
	b.has(st, body, 200)
	return res.Request.URL.Path
}

// send posts a form with a file.
func (b *browser) send(path, name string, content []byte, values url.Values) (int, string) {
	b.t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for k, vs := range values {
		for _, v := range vs {
			if err := w.WriteField(k, v); err != nil {
				b.t.Fatal(err)
			}
		}
	}
	if name != "" {
		part, err := w.CreateFormFile("file", name)
		if err != nil {
			b.t.Fatal(err)
		}
		if _, err := part.Write(content); err != nil {
			b.t.Fatal(err)
		}
	}
	w.Close()
	return b.read(b.c.Post(b.s.URL+path, w.FormDataContentType(), &buf))
}

var (
	heldFile   = regexp.MustCompile(`name="held" value="([^"]+)"`)
	invitation = regexp.MustCompile(`/invitations/[0-9A-Za-z-]+`)
	thingID    = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`)
)

// option finds the value of a choice by its label.
func option(body, label string) string {
	m := regexp.MustCompile(`<option value="([^"]*)"[^>]*>[　\s]*` + regexp.QuoteMeta(label) + `\s*<`).FindStringSubmatch(body)
	if m == nil {
		return ""
	}
	return m[1]
}

// TestFromNothingToARatedAnswer: an administrator signs in to an empty platform, follows the set-up by hand, hands three links over, and a matter goes all the way.
func TestFromNothingToARatedAnswer(t *testing.T) {
	empty(t, func(t *testing.T, s *apptest.Site) {
		chief := visit(t, s)
		if at := chief.signIn("chief", apptest.Password); at != "/admin/setup" {
			t.Fatalf("the first administrator lands on %s", at)
		}
		st, body := chief.get("/admin/setup")
		chief.has(st, body, 200, "开始使用", "/admin/directory/divisions/new", "待完成")
		st, body = chief.get("/desk")
		chief.has(st, body, 200, "/admin/setup", "还有")

		st, body = chief.post("/admin/directory/divisions/new", url.Values{"name": {"样例市"}, "code": {"43"}, "from": {"2020-02-30"}})
		chief.has(st, body, 422, "样例市", "这不是日期")
		st, body = chief.post("/admin/directory/divisions/new", url.Values{"name": {"样例市"}, "code": {"999900"}, "level": {"city"}, "from": {"2020-01-01"}})
		chief.has(st, body, 200, "样例市", "999900")
		_, body = chief.get("/admin/directory/organisations/new?kind=committee")
		division := option(body, "样例市")
		if division == "" {
			t.Fatal("the division cannot be chosen")
		}
		for _, o := range []url.Values{{"kind": {"committee"}, "name": {"政协样例市委员会"}, "code": {"999900"}}, {"kind": {"department"}, "name": {"市水务局"}}} {
			o.Set("division", division)
			o.Set("from", "2020-01-01")
			st, body = chief.post("/admin/directory/organisations/new", o)
			chief.has(st, body, 200, o.Get("name"))
		}
		st, body = chief.post("/admin/directory/organisations/new", url.Values{"kind": {"department"}, "name": {"市水务局"}, "division": {division}, "from": {"2021-01-01"}})
		chief.has(st, body, 422, "市水务局")
		st, body = chief.post("/admin/directory/fields", url.Values{"name": {"城乡建设"}})
		chief.has(st, body, 200, "城乡建设")

		open := map[string]string{}
		for login, role := range map[string]string{"staff": "reviewer", "clerk": "clerk", "head": "head"} {
			place := "政协样例市委员会"
			if role != "reviewer" {
				place = "市水务局"
			}
			st, body = chief.post("/admin/accounts/new", url.Values{"name": {"王" + login}, "role": {role}, "place_name": {place}})
			chief.has(st, body, 200, "/invitations/")
			open[login] = invitation.FindString(body)
			if login != "staff" {
				continue
			}
			id := thingID.FindString(body[strings.Index(body, "/admin/accounts/0"):])
			st, body = chief.post("/admin/accounts/"+id+"/grants", url.Values{"role": {"dispatcher"}, "place_name": {place}})
			chief.has(st, body, 200, "交办")
		}
		who := map[string]*browser{}
		for login, path := range open {
			b := visit(t, s)
			st, body = b.post(path, url.Values{"login": {login}, "name": {"王" + login}, "password": {apptest.Password}, "again": {apptest.Password}})
			b.has(st, body, 200)
			who[login] = b
		}

		resident := visit(t, s)
		f := url.Values{"title": {"枫溪路的路灯坏了三个月"}, "body": {"枫溪路从桥头到学校四百米没有一盏灯，孩子放学要摸黑走。"}, "division": {division}, "wish": {"yes"}, "once": {"0190aaaa-bbbb-7ccc-8ddd-eeeeffff0077"}}
		st, body = resident.post("/suggestions/new", f)
		resident.has(st, body, 200, "查询码")
		mine, number := code.FindString(body), regexp.MustCompile(`999900-\d{4}-\d{6}`).FindString(body)
		_, body = who["staff"].get("/desk/suggestions/" + number)
		department := option(body, "市水务局")
		act := func(login, action string, form url.Values) {
			t.Helper()
			b := who[login]
			st, body := b.get("/desk/suggestions/" + number)
			b.has(st, body, 200, "actions/"+action)
			if department == "" {
				department = option(body, "市水务局")
			}
			if action == "dispatch" {
				form.Set("department", department)
			}
			form.Set("version", regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(body)[1])
			st, body = b.post("/desk/suggestions/"+number+"/actions/"+action, form)
			b.has(st, body, 200, number)
		}
		act("staff", "review-accept", url.Values{"public": {"yes"}})
		act("staff", "dispatch", url.Values{"part": {"lead"}})
		act("clerk", "acknowledge", url.Values{})
		act("clerk", "answer", url.Values{"text": {"已更换灯具十二盏，今晚亮灯。"}, "class": {"A"}})
		act("head", "sign-off", url.Values{})
		act("staff", "accept-answer", url.Values{})
		st, body = resident.post("/track", url.Values{"code": {mine}})
		resident.has(st, body, 200, "您对办理结果满意吗")
		st, body = resident.post("/suggestions/"+number+"/actions/rate", url.Values{"rating": {"satisfied"}})
		resident.has(st, body, 200, "已办结")

		st, body = chief.get("/admin/setup")
		chief.has(st, body, 200, "平台可以使用了")
		again := visit(t, s)
		if at := again.signIn("chief", apptest.Password); at != "/" {
			t.Errorf("with everything there the administrator lands on %s", at)
		}
	})
}

// TestSetUpByFiles: the same from files: looked at first, nothing stored until confirmed, bad rows named, people invited by a list and their links in a workbook.
func TestSetUpByFiles(t *testing.T) {
	empty(t, func(t *testing.T, s *apptest.Site) {
		chief := visit(t, s)
		chief.signIn("chief", apptest.Password)
		bring := func(path, text string, want ...string) string {
			t.Helper()
			st, body := chief.send(path, "list.csv", []byte(text), nil)
			chief.has(st, body, 200, append(want, "现在什么都还没有保存")...)
			m := heldFile.FindStringSubmatch(body)
			if m == nil {
				t.Fatal("the file is not kept")
			}
			return m[1]
		}
		store := func(path, held string, more url.Values) (int, string) {
			t.Helper()
			v := url.Values{"held": {held}}
			for k := range more {
				v[k] = more[k]
			}
			return chief.send(path, "", nil, v)
		}
		look := func(kind, text string, want ...string) string {
			t.Helper()
			st, body := chief.send("/directory/import/"+kind, "list.csv", []byte(text), nil)
			chief.has(st, body, 200, want...)
			m := regexp.MustCompile(`/directory/imports/[0-9a-f-]{36}`).FindString(body)
			if m == "" {
				t.Fatal("the import has no page of its own")
			}
			return m
		}
		nothing, said := chief.send("/directory/import/divisions", "empty.csv", []byte{}, nil)
		chief.has(nothing, said, 422, "空")
		look("divisions", "<table><tr><td>名称</td></tr></table>", "网页", "什么都没有保存")
		look("divisions", "甲,乙\n1,2\n", "没有找到这些列", "甲（如：1）")
		st, body := chief.send("/directory/import/divisions", "", nil, nil)
		chief.has(st, body, 422, "请先选择")
		run := look("divisions", "代码,名称,级别\n999900,样例市,市\n99,坏市,市\n", "99", "六位", "现在什么都还没有保存")
		if st, body := chief.get("/admin/directory/divisions"); st != 200 || strings.Contains(body, ">样例市<") {
			t.Fatal("looking stored something")
		}
		st, body = chief.post(run+"/store", nil)
		chief.has(st, body, 409, "六位", "有错的行还没有改好")
		st, body = chief.post(run+"/store", url.Values{"skip": {"1"}})
		chief.has(st, body, 200, "已经保存", "撤销整次导入", "六位")
		st, body = chief.post(run+"/store", url.Values{"skip": {"1"}})
		chief.has(st, body, 409, "已经往下走了")
		st, body = chief.get("/admin/directory/divisions")
		chief.has(st, body, 200, "样例市")
		run = look("divisions", "代码,名称,级别\n999900,样例市,市\n", "没有要保存的")
		member := visit(t, s).as(func() string {
			if _, err := s.App.Accounts.AddUser(s.System(), "other", apptest.Password, false); err != nil {
				t.Fatal(err)
			}
			return "other"
		}())
		st, body = member.get(run)
		member.has(st, body, 403)
		run = look("organisations", "类别,名称,行政区划,编码\n政协,政协样例市委员会,样例市,999900\n部门,市水务局,样例市,\n", "政协样例市委员会", "市水务局")
		st, body = chief.post(run+"/store", nil)
		chief.has(st, body, 200, "已经保存")
		run = look("fields", "一级,二级\n城乡建设,路灯\n", "路灯")
		st, body = chief.post(run+"/store", nil)
		chief.has(st, body, 200, "已经保存")
		st, body = chief.get("/admin/directory/fields")
		chief.has(st, body, 200, "路灯")
		run = look("terms", "谁,第几届,自\n政协样例市委员会,13,2022-01-10\n", "没有找到这些列", "谁（如：政协样例市委员会）")
		st, body = chief.post(run+"/columns", url.Values{"committee": {"谁"}, "number": {""}})
		chief.has(st, body, 422, "请选一列")
		st, body = chief.post(run+"/columns", url.Values{"committee": {"谁"}, "number": {"第几届"}, "from": {"自"}})
		chief.has(st, body, 200, "列的对应", "政协样例市委员会 · 13")
		waiting := look("terms", "谁,第几届,自\n政协样例市委员会,14,2027-01-10\n", "按上次的对应来读")
		st, body = chief.post(run+"/store", nil)
		chief.has(st, body, 200, "已经保存")
		st, body = chief.post(run+"/undo", nil)
		chief.has(st, body, 200, "已经撤销")
		st, body = chief.get("/directory/import")
		chief.has(st, body, 200, "导入记录", "list.csv", "已撤销")

		var held string
		const bulk = "/admin/accounts/bulk"
		list := "姓名,角色,单位,登录名\n王样例,审核、交办,政协样例市委员会,wang\n李样例,承办经办人,市水务局,\n张样例,承办负责人,水务局,\n赵样例,皇帝,市水务局,\n钱样例,经办人,无此局,\n孙样例,审核,政协样例市委员会,wang\n"
		held = bring(bulk, list, "皇帝", "无此局", "王样例 · 审核")
		st, body = store(bulk, held, url.Values{"skip": {"1"}, "as": {"xlsx"}})
		chief.has(st, body, 200)
		raw := []byte(body)
		tab, err := sheet.Open("invitations.xlsx", bytes.NewReader(raw), int64(len(raw)), sheet.Options{})
		if err != nil {
			t.Fatal(err)
		}
		links := map[string]string{}
		for row, err := range tab.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			links[row.Get(tab.Header()[0])] = row.Get(tab.Header()[3])
		}
		if len(links) != 3 {
			t.Fatalf("links %v", links)
		}
		b := visit(t, s)
		u, err := url.Parse(links["李样例"])
		if err != nil {
			t.Fatal(err)
		}
		st, body = b.post(u.Path, url.Values{"login": {"lili"}, "name": {"李样例"}, "password": {apptest.Password}, "again": {apptest.Password}})
		b.has(st, body, 200)
		bring(bulk, "姓名,角色,单位\n李样例,经办人,市水务局\n", "没有要保存的")
		st, body = chief.get("/admin/setup")
		chief.has(st, body, 200, "进行中", "另已邀请")

		// The calendar of a year comes, and what waited for it moves.
		s.Clock.Set(time.Date(2026, 12, 28, 2, 0, 0, 0, time.UTC))
		chief = visit(t, s)
		chief.signIn("chief", apptest.Password)
		_, body = chief.get("/admin/directory/organisations/new")
		st, body = visit(t, s).post("/suggestions/new", url.Values{"title": {"枫溪路的路灯坏了三个月"}, "body": {"枫溪路从桥头到学校四百米没有一盏灯。"}, "division": {option(body, "样例市")}, "wish": {"yes"}})
		chief.has(st, body, 200, "查询码")
		number := regexp.MustCompile(`999900-\d{4}-\d{6}`).FindString(body)
		st, body = chief.get("/desk/suggestions/" + number)
		chief.has(st, body, 200, "暂定", "2027年1月4日")
		for _, page := range []string{"/admin/setup", "/desk", "/admin/calendar"} {
			st, body = chief.get(page)
			chief.has(st, body, 200, "2027")
		}
		st, body = chief.get("/admin/calendar")
		chief.has(st, body, 200, "缺少2027年的工作日历", "有 1 件事项的期限在等待")
		held = bring("/admin/calendar/import", "日期,上班,名称\n2027-01-01,放假,元旦\n2027-01-04,放假,元旦\n2027-05-01,放假,劳动节\n2027-10-01,放假,国庆节\n")
		st, body = store("/admin/calendar/import", held, nil)
		chief.has(st, body, 200, "工作日历已保存")
		if _, err := s.App.Jobs.RunDue(s.System()); err != nil {
			t.Fatal(err)
		}
		st, body = chief.get("/desk/suggestions/" + number)
		chief.has(st, body, 200, "工作日历公布", "期限由2027年1月4日改为2027年1月6日")
		st, body = chief.post("/admin/calendar", url.Values{"date": {"2027-13-01"}, "name": {"补班"}})
		chief.has(st, body, 422, "补班", "请填写2000年至2100年")
		st, body = chief.post("/admin/calendar", url.Values{"date": {"2027-01-09"}, "working": {"working"}, "name": {"补班"}})
		chief.has(st, body, 200, "补班")
		for _, path := range []string{"/admin/calendar/template.xlsx", "/admin/calendar/export.csv", "/admin/accounts/bulk/template.xlsx", "/admin/directory/templates/divisions", "/admin/directory/templates/organisations",
			"/admin/directory/templates/fields", "/admin/directory/templates/people", "/admin/directory/templates/memberships", "/admin/directory/export/divisions/csv", "/admin/directory/export/organisations/xlsx", "/admin/directory/export/memberships/csv",
			"/directory/import/terms/template", "/directory/export/people/xlsx?day=2026-01-01", waiting + "/file"} {
			res, err := chief.c.Get(s.URL + path)
			if err != nil {
				t.Fatal(err)
			}
			raw, err := io.ReadAll(res.Body)
			res.Body.Close()
			if err != nil || res.StatusCode != 200 {
				t.Errorf("%s: %d %v", path, res.StatusCode, err)
			}
			if _, err := sheet.Open(path, bytes.NewReader(raw), int64(len(raw)), sheet.Options{}); err != nil {
				t.Errorf("%s cannot be read: %v", path, err)
			}
		}
	})
}

// TestPeopleByHand: a person is made, joins, leaves and comes back; everything that was recorded stays to be read.
func TestPeopleByHand(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		s.Account("chief", "admin")
		chief := visit(t, s).as("chief")
		st, body := chief.post("/admin/directory/people/new", url.Values{"name": {"王样例"}, "phone": {"12"}, "birth_year": {"1999x"}})
		chief.has(st, body, 422, "王样例", "出生年份")
		res, err := chief.c.PostForm(s.URL+"/admin/directory/people/new", url.Values{"name": {"王样例"}, "sex": {"f"}, "birth_year": {"1970"}, "phone": {"13900001111"}})
		st, body = chief.read(res, err)
		chief.has(st, body, 200, "王样例", "1970")
		if strings.Contains(body, "13900001111") {
			t.Error("the page shows a telephone number")
		}
		page := res.Request.URL.Path
		join := url.Values{"organisation": {s.Committee.String()}, "post": {"member"}, "sector": {"教育界"}, "from": {"2021-01-10"}}
		st, body = chief.post(page+"/memberships", join)
		chief.has(st, body, 200, "教育界", "今天结束")
		st, body = chief.post(page+"/memberships", join)
		chief.has(st, body, 422, "重叠")
		end := regexp.MustCompile(page + `/memberships/[0-9a-f-]+/end`).FindString(body)
		st, body = chief.post(end, nil)
		chief.has(st, body, 200, "任职已结束", "2026年3月2日")
		if st, _ := chief.post(end, nil); st != 404 {
			t.Errorf("ended twice: %d", st)
		}
		join.Set("from", "2026-03-02")
		st, body = chief.post(page+"/memberships", join)
		chief.has(st, body, 200, "全部记录")
		if n := strings.Count(body, "政协样例市委员会 · 委员"); n != 3 {
			t.Errorf("%d records, want 3", n)
		}
		st, body = chief.post(page, url.Values{"name": {"王样例"}, "sex": {"f"}, "birth_year": {"1971"}})
		chief.has(st, body, 200, "1971")
		st, body = chief.get("/admin/directory/people?q=" + url.QueryEscape("王"))
		chief.has(st, body, 200, "王样例")
		st, body = chief.get("/admin/directory/organisations/" + s.Committee.String())
		chief.has(st, body, 200, "王样例", "全部记录")
		// A department is renamed from a day on: the name on the day before stays.
		st, body = chief.post("/admin/directory/organisations/"+s.Department.String(), url.Values{"kind": {"department"}, "name": {"市住建局"}, "division": {s.Division.String()}, "from": {"2026-03-02"}})
		chief.has(st, body, 200, "市住建局", "市住房和城乡建设局")
		st, body = chief.get("/admin/directory?q=" + url.QueryEscape("住") + "&day=2026-03-01")
		chief.has(st, body, 200, "市住房和城乡建设局")
		st, body = chief.get("/admin/directory?q=" + url.QueryEscape("住"))
		chief.has(st, body, 200, "市住建局")
		st, body = chief.post("/admin/directory/organisations/"+s.Department.String(), url.Values{"kind": {"department"}, "name": {"市住建局"}, "division": {s.Division.String()}, "from": {"2026-03-02"}, "to": {"2026-03-02"}})
		chief.has(st, body, 422, "结束")
	})
}

// TestNotOpenYet: on an empty platform nobody is led into a form that cannot be sent, nor to a heading with nothing under it.
func TestNotOpenYet(t *testing.T) {
	empty(t, func(t *testing.T, s *apptest.Site) {
		b := visit(t, s)
		st, body := b.get("/suggestions/new")
		b.has(st, body, 200, "这里还没有开通")
		if strings.Contains(body, `name="body"`) {
			t.Error("a form without anybody who could take it is shown")
		}
		if st, body = b.get("/"); st != 200 || strings.Contains(body, "最近办复的") {
			t.Errorf("home of an empty platform: %d", st)
		}
	})
}
