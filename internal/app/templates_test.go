package app_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

var fieldValue = regexp.MustCompile(`<input type="hidden" name="([a-z_]+)" value="([^"]*)"`)

// carried reads what a form would send without being seen.
func carried(body, form string) url.Values {
	_, body, _ = strings.Cut(body, `id="`+form+`"`)
	body, _, _ = strings.Cut(body, "</form>")
	out := url.Values{}
	for _, m := range fieldValue.FindAllStringSubmatch(body, -1) {
		out.Add(m[1], html.UnescapeString(m[2]))
	}
	return out
}

func (d *desk) template(login string, t suggestion.Template) suggestion.Template {
	d.t.Helper()
	kept, err := d.s.App.Suggestions.KeepTemplate(d.actor(login), t)
	if err != nil {
		d.t.Fatal(err)
	}
	return kept
}

func (d *desk) answerTemplate() suggestion.Template {
	return d.template("hed", suggestion.Template{Owner: d.s.Department, Action: suggestion.WriteAnswer, Name: i18n.Name{ZH: "已经修好", EN: "Repaired"}, Text: "您{提出日期}提出的“{标题}”收悉，{单位}已修好。", Class: "A", Position: 1})
}

func (d *desk) returnTemplate() suggestion.Template {
	return d.template("edi", suggestion.Template{Owner: d.s.Committee, Action: suggestion.ReviewReturn, Name: i18n.Name{ZH: "缺具体位置"}, Text: "“{标题}”请补充具体位置。", Position: 1})
}

// area is what stands in a text area.
func area(body, id string) string {
	m := regexp.MustCompile(`<textarea[^>]*id="` + id + `"[^>]*>([^<]*)</textarea>`).FindStringSubmatch(body)
	if m == nil {
		return "(none)"
	}
	return html.UnescapeString(m[1])
}

// TestTemplatePages: a place's templates are made, changed and retired by its keeper, read by its people, and bad input comes back with its field.
func TestTemplatePages(t *testing.T) {
	eachDesk(t, func(d *desk) {
		st, body := d.get("edi", "/desk/templates")
		d.want("none yet", st, body, 200, "还没有模板", "/desk/templates/new?owner="+d.s.Committee.String())
		st, body = d.get("edi", "/desk/templates/new?owner="+d.s.Committee.String())
		d.want("the form", st, body, 200, `value="review-return"`, `value="unpublish"`, "{标题}")
		if strings.Contains(body, `value="answer"`) {
			d.t.Error("a committee is offered a template for a department's answer")
		}
		to := regexp.MustCompile(`action="(/desk/templates/[^"]+)"`).FindStringSubmatch(body)[1]
		form := carried(body, "template")
		for k, v := range map[string]string{"action": "review-return", "name_zh": "缺具体位置", "text": "“{标题}”请补充<位置>。", "position": "3"} {
			form.Set(k, v)
		}
		for field, bad := range map[string][]string{"action": {"", "answer", "x"}, "name_zh": {"", strings.Repeat("长", 31)}, "text": {"", "请{姓名}补充", strings.Repeat("长", 1801)}, "position": {"", "0", "x"}} {
			for _, value := range bad {
				f := url.Values{}
				for k, v := range form {
					f[k] = v
				}
				f.Set(field, value)
				st, body := d.post("edi", to, f)
				d.want(field+" = "+value, st, body, 422, `href="#`+field+`"`)
			}
		}
		for range 2 { // pressed twice
			st, body = d.post("edi", to, form)
			d.want("kept", st, body, 200, "缺具体位置", "退回补充", "&lt;位置&gt;", "在用")
		}
		if n := strings.Count(body, "/retire\""); n != 1 {
			d.t.Errorf("two presses made %d", n)
		}
		st, body = d.get("edi", to)
		d.want("to change", st, body, 200, "修改模板", "缺具体位置")
		old := carried(body, "template")
		change := url.Values{"name_zh": {"缺地点"}, "name_en": {"No place"}, "text": {"请补充。"}, "position": {"1"}, "owner": old["owner"], "revision": old["revision"], "action": old["action"]}
		st, body = d.post("edi", to, change)
		d.want("changed", st, body, 200, "缺地点")
		change.Set("text", "另一个人的旧页面")
		st, body = d.post("edi", to, change)
		d.want("an old page", st, body, 409, "别人刚刚改过", "另一个人的旧页面")
		st, body = d.post("edi", to+"/retire", url.Values{"retired": {"yes"}})
		d.want("retired", st, body, 200, "已停用", "恢复使用")
		st, body = d.post("edi", to+"/retire", url.Values{"retired": {"no"}})
		d.want("put back", st, body, 200, "在用")
		st, body = d.get("rev", to)
		d.want("a reviewer reads it", st, body, 200, "请补充。")
		if strings.Contains(body, "保存") {
			d.t.Error("a reviewer is offered to keep it")
		}
		for who, path := range map[string]string{"rev": to, "clk": to, "lea": to + "/retire", "mem": to} {
			if st, _ := d.post(who, path, change); st != 403 && st != 405 {
				d.t.Errorf("%s at %s: %d", who, path, st)
			}
		}
		for _, who := range []string{"hed", "clk"} {
			if st, _ := d.get(who, to); st != 404 {
				d.t.Errorf("%s reads a committee's: %d", who, st)
			}
			if st, _ := d.get(who, "/desk/templates?owner="+d.s.Committee.String()); st != 403 {
				d.t.Errorf("%s lists a committee's: %d", who, st)
			}
		}
		if st, _ := d.post("hed", to, change); st != 403 && st != 404 {
			d.t.Errorf("a head changes a committee's: %d", st)
		}
		st, body = d.get("hed", "/desk/templates/new")
		d.want("a head's form", st, body, 200, `value="answer"`, d.s.Department.String())
		for _, bad := range []string{"/desk/templates/x", "/desk/templates/" + uuid.NewString()} {
			if st, _ := d.get("edi", bad); st != 404 {
				d.t.Errorf("%s: %d", bad, st)
			}
		}
	})
}

// TestTemplateInAForm: a template fills the form from the address and from its button, loses nothing that was typed, and sends nothing by itself.
func TestTemplateInAForm(t *testing.T) {
	eachDesk(t, func(d *desk) {
		x, other := d.answerTemplate(), d.returnTemplate()
		n := d.dispatched("枫溪路的路灯坏了")
		d.act("clk", n, "acknowledge", url.Values{})
		path := "/desk/suggestions/" + n
		want := "您2026年3月2日提出的“枫溪路的路灯坏了”收悉，市住房和城乡建设局已修好。"
		st, body := d.get("clk", path)
		d.want("the case", st, body, 200, "套用模板", "已经修好", `data-fills="answer-text"`)
		if got := area(body, "answer-text"); got != "" {
			d.t.Errorf("filled in unasked: %q", got)
		}
		if strings.Contains(body, "缺具体位置") {
			d.t.Error("the department is offered a committee's")
		}
		st, body = d.get("clk", path+"?template="+x.ID.String())
		d.want("from the address", st, body, 200, `<option value="A" selected>`)
		if got := area(body, "answer-text"); got != want {
			d.t.Errorf("from the address: %q", got)
		}
		for _, bad := range []string{other.ID.String(), uuid.NewString(), "x", "<b>"} {
			st, body = d.get("clk", path+"?template="+url.QueryEscape(bad))
			d.want("a template that is none here", st, body, 200, "请选一个在用的模板")
		}
		if st, page := d.get("rev", path+"?template="+other.ID.String()); st != 200 || !strings.Contains(page, "请选一个在用的模板") {
			d.t.Errorf("a template for what cannot be done now: %d", st)
		}
		form := carried(body, "do-answer-form")
		form.Set("template", x.ID.String())
		form.Set("apply", "1")
		form.Set("text", "我先写的话。\r\n第二行。")
		form.Set("class", "C")
		form.Set("letter", "样住建函〔2026〕8号")
		for range 2 {
			st, body = d.post("clk", path+"/actions/answer", form)
			d.want("by its button", st, body, 200, `<option value="C" selected>`, "样住建函〔2026〕8号")
			if got := area(body, "answer-text"); got != "我先写的话。\n第二行。\n\n"+want {
				d.t.Errorf("typed and filled: %q", got)
			}
			form.Set("text", area(body, "answer-text")) // the button again adds nothing
		}
		form.Set("template", "")
		st, body = d.post("clk", path+"/actions/answer", form)
		d.want("nothing chosen", st, body, 200, "请选一个在用的模板", "我先写的话。")
		if c := d.case_(n); c.Tasks[0].Answer != "" {
			d.t.Errorf("choosing a template sent %q", c.Tasks[0].Answer)
		}
		form.Del("apply")
		form.Set("text", "请于{期限}前看到结果")
		st, body = d.post("clk", path+"/actions/answer", form)
		d.want("a placeholder that was left", st, body, 422, "{期限}", `href="#answer-text"`)
		d.act("clk", n, "answer", url.Values{"text": {want}, "class": {"A"}})
		st, body = d.get("clk", path+"?template="+x.ID.String())
		if got := area(body, "answer-text"); st != 200 || got != want {
			d.t.Errorf("a draft that holds it already: %d %q", st, got)
		}
	})
}

// TestBulkWithText: one text or template for many, each with its own facts; each by its own rules; twice pressed is once done.
func TestBulkWithText(t *testing.T) {
	eachDesk(t, func(d *desk) {
		x := d.returnTemplate()
		a, b := d.raise("路灯坏了三个月没人修", nil), d.raise("公交站台没有雨棚", nil)
		gone := d.raise("已经受理过的一件事", nil)
		st, body := d.get("rev", "/desk/list?queue=review")
		d.want("the queue", st, body, 200, `value="review-return"`, "退回补充…", `name="v" value="`+a+":")
		d.act("rev", gone, "review-accept", url.Values{"public": {"yes"}})
		form := carried(body, "bulk")
		form["id"] = []string{a, b, gone, a}
		form.Set("action", "review-return")
		st, body = d.post("rev", "/desk/bulk", form)
		d.want("asked for the text", st, body, 200, "共3件", "路灯坏了三个月没人修", "缺具体位置", "现在不能", "{标题}")
		if d.state(a) != suggestion.Raised {
			d.t.Fatal("done before the text was written")
		}
		form = carried(body, "bulk")
		form.Set("template", x.ID.String())
		form.Set("apply", "1")
		form.Set("reason", "您好。")
		st, body = d.post("rev", "/desk/bulk", form)
		if got := area(body, "reason"); st != 200 || got != "您好。\n\n“{标题}”请补充具体位置。" {
			d.t.Errorf("applied: %d %q", st, got)
		}
		form = carried(body, "bulk")
		for _, bad := range []string{"", "请{姓名}补充", strings.Repeat("长", 1801)} {
			form.Set("reason", bad)
			st, body = d.post("rev", "/desk/bulk", form)
			d.want("a text that is none", st, body, 422, `href="#reason"`, "缺具体位置")
		}
		form.Set("reason", "请{单位}补充。")
		st, body = d.post("rev", "/desk/bulk", form)
		d.want("a placeholder for which the matters have nothing", st, body, 200, "办理0件，未办理3件", "“{单位}”还没有换成实际内容")
		form.Set("reason", "“{标题}”请补充具体位置。")
		for range 2 {
			st, body = d.post("rev", "/desk/bulk", form)
			d.want("returned", st, body, 200, "办理2件，未办理1件", "/desk/list?queue=review")
		}
		for n, title := range map[string]string{a: "路灯坏了三个月没人修", b: "公交站台没有雨棚"} {
			c := d.case_(n)
			if last := c.Timeline[len(c.Timeline)-1]; c.State != suggestion.Returned || last.Reason != "“"+title+"”请补充具体位置。" || c.Steps != 2 {
				d.t.Errorf("%s: %s, %q, %d steps", n, c.State, last.Reason, c.Steps)
			}
		}
		if d.state(gone) != suggestion.Accepted {
			d.t.Error("what was accepted meanwhile was returned")
		}
	})
}

// TestBulkRemindsOnce: an action that leaves the state as it is, and so could be repeated, is taken once by two presses; a matter that moved since is left.
func TestBulkRemindsOnce(t *testing.T) {
	eachDesk(t, func(d *desk) {
		a, b := d.dispatched("路灯坏了三个月没人修"), d.dispatched("公交站台没有雨棚")
		_, body := d.get("dis", "/desk/list")
		form := carried(body, "bulk")
		d.act("clk", b, "acknowledge", url.Values{})
		form["id"], form["action"] = []string{a, b}, []string{"remind"}
		for range 2 {
			st, body := d.post("dis", "/desk/bulk", form)
			d.want("remind", st, body, 200, "办理1件，未办理1件")
		}
		n := 0
		for _, s := range d.case_(a).Timeline {
			if s.Action == suggestion.Remind {
				n++
			}
		}
		if n != 1 {
			d.t.Errorf("two presses reminded %d times", n)
		}
		form = url.Values{"action": {"remind"}, "id": {a}, "with": {"1"}}
		st, body := d.post("dis", "/desk/bulk", form)
		d.want("with a text", st, body, 200, `name="reason"`)
		form = carried(body, "bulk")
		form.Set("reason", "请于{期限}前答复{编号}。")
		st, body = d.post("dis", "/desk/bulk", form)
		d.want("reminded with a text", st, body, 200, "办理1件，未办理0件")
		c := d.case_(a)
		if last := c.Timeline[len(c.Timeline)-1]; last.Reason != "请于2026年6月2日前答复"+a+"。" {
			d.t.Errorf("reminded with %q", last.Reason)
		}
	})
}

// TestDepartmentBulk: a department acknowledges, answers and signs off many, each by whom the table names; nothing of the committee's.
func TestDepartmentBulk(t *testing.T) {
	eachDesk(t, func(d *desk) {
		x := d.answerTemplate()
		var all []string
		for i := range 3 {
			all = append(all, d.dispatched(fmt.Sprintf("第%d盏路灯坏了", i+1)))
		}
		press := func(login, queue, action string, ids []string) (int, string) {
			d.t.Helper()
			_, body := d.get(login, "/desk/list?scope=department&queue="+queue)
			if !strings.Contains(body, `value="`+action+`"`) {
				d.t.Errorf("%s is not offered %s in %s", login, action, queue)
			}
			form := carried(body, "bulk")
			form["id"], form["action"] = ids, []string{action}
			return d.post(login, "/desk/bulk", form)
		}
		for _, bad := range []string{"dispatch", "review-accept", "review-return", "remind", "publish"} {
			if st, _ := d.post("clk", "/desk/bulk", url.Values{"action": {bad}, "id": all}); st != 403 {
				d.t.Errorf("a department takes %s: %d", bad, st)
			}
		}
		for who, a := range map[string]string{"hed": "answer", "clk": "sign-off", "rev": "acknowledge"} {
			if st, _ := d.post(who, "/desk/bulk", url.Values{"action": {a}, "id": all}); st != 403 {
				d.t.Errorf("%s takes %s: %d", who, a, st)
			}
		}
		st, body := press("clk", "acknowledge", "acknowledge", all[:2])
		d.want("acknowledged", st, body, 200, "办理2件，未办理0件", "scope=department")
		st, body = press("clk", "answer", "answer", all)
		d.want("asked", st, body, 200, "已经修好", "现在不能", `value="A"`)
		form := carried(body, "bulk")
		form.Set("text", x.Text)
		st, body = d.post("clk", "/desk/bulk", form)
		d.want("without a class", st, body, 422, `href="#class"`)
		form.Set("class", "B")
		st, body = d.post("clk", "/desk/bulk", form)
		d.want("a promise without its date", st, body, 200, "办理0件，未办理3件", "承诺完成日期")
		form.Set("class", "A")
		for range 2 {
			st, body = d.post("clk", "/desk/bulk", form)
			d.want("answered", st, body, 200, "办理2件，未办理1件")
		}
		for i, n := range all[:2] {
			if c := d.case_(n); c.Tasks[0].Answer != fmt.Sprintf("您2026年3月2日提出的“第%d盏路灯坏了”收悉，市住房和城乡建设局已修好。", i+1) || c.Tasks[0].Class != "A" {
				d.t.Errorf("%s: %q %s", n, c.Tasks[0].Answer, c.Tasks[0].Class)
			}
		}
		st, body = press("hed", "sign", "sign-off", all[:2])
		d.want("signed", st, body, 200, "办理2件，未办理0件")
		for _, n := range all[:2] {
			if d.state(n) != suggestion.Answered {
				d.t.Errorf("%s is %s", n, d.state(n))
			}
		}
		if d.state(all[2]) != suggestion.Dispatched {
			d.t.Errorf("what was not acknowledged is %s", d.state(all[2]))
		}
	})
}

// TestTemplatesAPI: a program gets those of its owner's places, filled in when it names a matter; without a token nothing.
func TestTemplatesAPI(t *testing.T) {
	eachDesk(t, func(d *desk) {
		d.answerTemplate()
		d.returnTemplate()
		n := d.dispatched("枫溪路的路灯坏了")
		d.act("clk", n, "acknowledge", url.Values{})
		call := func(login, query string) (int, string) {
			d.t.Helper()
			req, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, d.s.URL+"/api/v1/templates"+query, nil)
			if err != nil {
				d.t.Fatal(err)
			}
			if login != "" {
				plain, err := d.s.App.Accounts.AddToken(d.s.System(), login, "test", []authz.Scope{authz.ReadScope, authz.WriteScope}, time.Hour)
				if err != nil {
					d.t.Fatal(err)
				}
				req.Header.Set("Authorization", "Bearer "+plain)
			}
			return d.read(http.DefaultClient.Do(req))
		}
		st, body := call("clk", "")
		d.want("a department's", st, body, 200, "您{提出日期}提出的", `"field":"text"`, `"class":"A"`)
		if strings.Contains(body, "缺具体位置") {
			d.t.Error("a department reads a committee's")
		}
		st, body = call("clk", "?suggestion="+n)
		d.want("filled in", st, body, 200, "您2026年3月2日提出的“枫溪路的路灯坏了”收悉，市住房和城乡建设局已修好。")
		st, body = call("rev", "?action=review-return")
		d.want("of one action", st, body, 200, "缺具体位置", `"field":"reason"`)
		st, body = call("rev", "?suggestion="+n)
		if st != 200 || strings.Contains(body, "缺具体位置") {
			d.t.Errorf("what cannot be done now is offered: %d %s", st, body)
		}
		for login, want := range map[string]int{"": 401, "mem": 403} {
			if st, _ := call(login, ""); st != want {
				d.t.Errorf("%q: %d, want %d", login, st, want)
			}
		}
		if st, _ := call("clk", "?suggestion=430100-2026-999999"); st != 404 {
			d.t.Errorf("a matter that is not there: %d", st)
		}
	})
}
