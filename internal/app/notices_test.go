package app_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"xieshang/internal/app/apptest"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/job"
	"xieshang/internal/suggestion"
)

func (b *browser) work() {
	b.t.Helper()
	if _, err := b.s.App.Jobs.RunDue(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

// TestNoticesOnPages: a reviewer sees the count, opens the notice, is led to the matter, and has read it; "all read" empties the list of the unread.
func TestNoticesOnPages(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		member := visit(t, s).as(s.Account("wy", authz.Member))
		staff := visit(t, s).as(s.Account("sh", authz.Reviewer))
		status, body := staff.get("/notices")
		staff.has(status, body, http.StatusOK, "还没有通知", "/account/notices")
		for _, once := range []string{"0190aaaa-bbbb-7ccc-8ddd-eeeeffff0071", "0190aaaa-bbbb-7ccc-8ddd-eeeeffff0072"} {
			form := raiseForm(s)
			form.Set("once", once)
			status, body = member.post("/suggestions/new", form)
			if status != http.StatusOK && status != http.StatusSeeOther {
				t.Fatalf("raise: %d %s", status, excerpt(body))
			}
		}
		staff.work()
		status, body = staff.get("/notices")
		staff.has(status, body, http.StatusOK, "枫溪路的路灯坏了三个月", "等待审核", "未读", "全部标为已读")
		links := regexp.MustCompile(`href="(/notices/[0-9a-f-]{36})"`).FindAllStringSubmatch(body, -1)
		if len(links) != 2 {
			t.Fatalf("%d notices", len(links))
		}
		status, body = staff.get(links[0][1])
		staff.has(status, body, http.StatusOK, "枫溪路的路灯坏了三个月", "1 条未读通知")
		if status, _ = member.get(links[1][1]); status != http.StatusNotFound {
			t.Errorf("another's notice: %d", status)
		}
		if status, _ = staff.get("/notices/nonsense"); status != http.StatusNotFound {
			t.Errorf("a strange address: %d", status)
		}
		status, body = staff.post(links[1][1]+"/read", nil)
		staff.has(status, body, http.StatusOK, "没有未读的通知。")
		status, body = staff.post("/notices/read", url.Values{"until": {"strange"}})
		staff.has(status, body, http.StatusOK, "已全部标为已读。")
		if status, body = staff.get("/notices?cursor=x"); status != http.StatusUnprocessableEntity && status != http.StatusBadRequest {
			t.Errorf("a strange cursor: %d %s", status, excerpt(body))
		}
	})
}

// TestChoosingNotices: what is turned off stays off and is shown so; a form with a strange value comes back with what was chosen.
func TestChoosingNotices(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		b := visit(t, s).as(s.Account("jb", authz.Clerk))
		status, body := b.get("/account/notices")
		b.has(status, body, http.StatusOK, "承办单位", "我的事项", "没有设置发信服务器", `name="inside-work"`, `name="mail-due"`)
		if strings.Contains(body, `name="mail-check"`) {
			t.Error("a clerk chooses what staff are told")
		}
		form := url.Values{"lang": {"en"}}
		for _, k := range []string{"answered", "rate", "outcome", "progress", "work", "decision", "due", "late", "supervised"} {
			form.Set("mail-"+k, "daily")
		}
		form.Set("inside-due", "1")
		form.Set("mail-work", "off")
		status, body = b.post("/account/notices", form)
		b.has(status, body, http.StatusOK, "通知设置已保存。", `value="off" selected`, `value="en" selected`)
		if n := strings.Count(body, " checked"); n != 1 {
			t.Errorf("%d kinds inside the site, want 1", n)
		}
		form.Set("mail-due", "hourly")
		status, body = b.post("/account/notices", form)
		b.has(status, body, http.StatusUnprocessableEntity, "请选择何时发邮件。", `href="#mail-due"`)
	})
}

// TestFailedJobsPage: an administrator sees what failed, never what it carries, tries it again or gives it up after a question.
func TestFailedJobsPage(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		broken := true
		s.App.Jobs.Handle("test.job", func(context.Context, []byte) error {
			if broken {
				return job.Permanent(errors.New("the thing is <broken>"))
			}
			return nil
		})
		put := func() {
			t.Helper()
			if err := s.App.DB.Write(t.Context(), func(tx *db.Tx) error {
				return s.App.Jobs.Put(tx, "test.job", map[string]string{"secret": "GEHEIM-4711"}, job.Options{})
			}); err != nil {
				t.Fatal(err)
			}
		}
		b := visit(t, s).as(s.Account("gl", authz.Admin))
		status, body := b.get("/admin/jobs")
		b.has(status, body, http.StatusOK, "没有失败的任务", "没有设置发信服务器")
		put()
		status, body = b.get("/admin/jobs")
		b.has(status, body, http.StatusOK, "test.job", "等待中的任务")
		b.work()
		status, body = b.get("/admin/jobs")
		b.has(status, body, http.StatusOK, "test.job", "the thing is &lt;broken&gt;", "全部重试")
		if strings.Contains(body, "GEHEIM") {
			t.Error("the page shows what the job carries")
		}
		id := regexp.MustCompile(`/admin/jobs/(\d+)/delete`).FindStringSubmatch(body)
		if id == nil {
			t.Fatal("no way to delete")
		}
		status, body = b.post("/admin/jobs/"+id[1]+"/replay", nil)
		b.has(status, body, http.StatusOK, "已重新排队。")
		if status, _ = b.post("/admin/jobs/"+id[1]+"/replay", nil); status != http.StatusConflict {
			t.Errorf("replayed what is not dead: %d", status)
		}
		b.work()
		broken = false
		status, body = b.post("/admin/jobs/replay", nil)
		b.has(status, body, http.StatusOK, "已重新排队。")
		b.work()
		if _, dead, err := s.App.Jobs.Waiting(t.Context()); dead != 0 || err != nil {
			t.Errorf("%d dead, %v", dead, err)
		}
		broken = true
		put()
		b.work()
		_, body = b.get("/admin/jobs")
		id = regexp.MustCompile(`/admin/jobs/(\d+)/delete`).FindStringSubmatch(body)
		status, body = b.get("/admin/jobs/" + id[1] + "/delete")
		b.has(status, body, http.StatusOK, "删除这个任务？")
		status, body = b.post("/admin/jobs/"+id[1]+"/delete", nil)
		b.has(status, body, http.StatusOK, "已删除。", "没有失败的任务")
	})
}

// TestMailedSite: with a mail server, an author's mail has a link that turns such mails off after a question, without signing in; an invitation goes out by mail.
func TestMailedSite(t *testing.T) {
	apptest.EachMailed(t, func(t *testing.T, s *apptest.Site) {
		member := visit(t, s).as(s.MailAccount("wy", "wy@example.net", authz.Member))
		staff := visit(t, s).as(s.Account("sh", authz.Reviewer))
		status, body := member.post("/suggestions/new", raiseForm(s))
		if status != http.StatusOK && status != http.StatusSeeOther {
			t.Fatalf("raise: %d %s", status, excerpt(body))
		}
		staff.work()
		_, body = staff.get("/notices")
		link := regexp.MustCompile(`href="(/notices/[0-9a-f-]{36})"`).FindStringSubmatch(body)
		if link == nil {
			t.Fatal("no notice")
		}
		_, body = staff.get(link[1])
		number := regexp.MustCompile(`430100-2026-\d{6}`).FindString(body)
		yes := true
		reviewer := authz.Actor{Account: s.Division, Grants: []authz.Grant{{Role: authz.Reviewer, Place: s.Committee}}}
		if _, err := s.App.Suggestions.Act(authz.With(t.Context(), reviewer), number, suggestion.ReviewAccept, suggestion.ActInput{Public: &yes}); err != nil {
			t.Fatal(err)
		}
		staff.work()
		mails := s.Mails.Messages()
		if len(mails) != 1 || mails[0].EnvelopeTo[0] != "wy@example.net" || !strings.Contains(mails[0].Text, number) {
			t.Fatalf("%d mails", len(mails))
		}
		path := regexp.MustCompile(`https://example\.org(/unsubscribe/\S+)`).FindStringSubmatch(mails[0].Text)
		stranger := visit(t, s)
		status, body = stranger.get(path[1])
		stranger.has(status, body, http.StatusOK, "关闭邮件通知？", "审核与办结结果")
		if status, _ = stranger.get(path[1] + "x"); status != http.StatusNotFound {
			t.Errorf("a made-up link: %d", status)
		}
		status, body = stranger.post(path[1], url.Values{"List-Unsubscribe": {"One-Click"}})
		stranger.has(status, body, http.StatusOK, "邮件已关闭")
		_, body = member.get("/account/notices")
		if strings.Contains(body, "没有设置发信服务器") || strings.Count(body, `value="off" selected`) != 1 {
			t.Error("the link did not turn one kind off")
		}
		admin := visit(t, s).as(s.Account("gl", authz.Admin))
		status, body = admin.post("/admin/accounts/new", url.Values{"name": {"新人"}, "email": {"new@example.net"}, "role": {"member"}, "place": {s.Committee.String()}})
		admin.has(status, body, http.StatusOK, "/invitations/")
		admin.work()
		mails = s.Mails.Messages()
		if len(mails) != 2 || mails[1].EnvelopeTo[0] != "new@example.net" || !strings.Contains(mails[1].Text, "https://example.org/invitations/") {
			t.Errorf("%d mails, the invitation is not among them", len(mails))
		}
	})
}
