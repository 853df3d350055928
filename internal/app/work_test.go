package app_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/suggestion"
)

func (d *desk) actor(login string) context.Context {
	d.t.Helper()
	a, err := d.s.App.Accounts.Actor(d.t.Context(), d.s.Cookie(login).Value)
	if err != nil {
		d.t.Fatal(err)
	}
	return authz.With(context.Background(), a)
}

// TestBulk: one action on many, each by its own rules; what cannot be done is said for each and holds up nobody.
func TestBulk(t *testing.T) {
	eachDesk(t, func(d *desk) {
		a, b := d.raise("路灯坏了三个月没人修", nil), d.raise("公交站台没有雨棚", nil)
		shy := d.raise("楼上漏水找不到人管", func(in *suggestion.RaiseInput) { in.PublicWish = false })
		st, body := d.get("rev", "/desk/list?queue=review")
		d.want("the queue", st, body, 200, a, b, shy, `name="id"`, `value="review-accept"`)
		if strings.Contains(body, `id="bulk-department"`) {
			d.t.Error("a reviewer is asked for a department, and cannot dispatch")
		}
		if st, body = d.get("dis", "/desk/list"); !strings.Contains(body, `id="bulk-department"`) || strings.Contains(body, `value="review-accept"`) {
			d.t.Errorf("a dispatcher's bar: %d", st)
		}
		st, body = d.get("rev", "/desk/list?queue=review&q=没有的词")
		d.want("a search without result", st, body, 200, "没有符合条件的事项", "/desk/list?q=%E6%B2%A1")
		st, body = d.get("rev", "/desk/list?queue=meet")
		d.want("a finished queue", st, body, 200, "这里没有待办")
		st, body = d.post("rev", "/desk/bulk", url.Values{"action": {"review-accept"}, "id": {a, b, shy}, "back": {"queue=review"}})
		d.want("accept", st, body, 200, "办理2件，未办理1件", "提出人不希望公开", "/desk/list?queue=review")
		if d.state(a) != suggestion.Accepted || d.state(shy) != suggestion.Raised {
			d.t.Errorf("after accepting: %s and %s", d.state(a), d.state(shy))
		}
		st, body = d.post("dis", "/desk/bulk", url.Values{"action": {"dispatch"}, "id": {a, b}})
		d.want("dispatch to nobody", st, body, 200, "办理0件，未办理2件")
		st, body = d.post("dis", "/desk/bulk", url.Values{"action": {"dispatch"}, "id": {a, b, shy}, "department": {d.s.Department.String()}})
		d.want("dispatch", st, body, 200, "办理2件，未办理1件")
		for _, n := range []string{a, b} {
			if c := d.case_(n); c.State != suggestion.Dispatched || len(c.Tasks) != 1 || c.Lead != d.s.Department {
				d.t.Errorf("%s: %s, %d parts", n, c.State, len(c.Tasks))
			}
		}
		for name, f := range map[string]url.Values{"nothing marked": {"action": {"dispatch"}}, "no such action": {"action": {"close"}, "id": {a}}, "not an action": {"action": {"<b>"}, "id": {a}},
			"too many": {"action": {"remind"}, "id": strings.Split(strings.Repeat(a+",", 201), ",")}} {
			st, body := d.post("dis", "/desk/bulk", f)
			d.want(name, st, body, 422)
		}
		for _, who := range []string{"clk", "mem"} {
			if st, _ := d.post(who, "/desk/bulk", url.Values{"action": {"dispatch"}, "id": {a}}); st != 403 {
				d.t.Errorf("%s works in bulk: %d", who, st)
			}
		}
	})
}

// TestBulkOfExactlyWhatIsFiltered: 'all that match' takes every page of the filtered list, nothing else, and only while it is as long as it was seen.
func TestBulkOfExactlyWhatIsFiltered(t *testing.T) {
	eachDesk(t, func(d *desk) {
		var lamps []string
		for i := range 53 {
			lamps = append(lamps, d.raise(fmt.Sprintf("第%d盏路灯坏了", i+1), nil))
		}
		other := d.raise("公交站台没有雨棚", nil)
		st, body := d.get("rev", "/desk/list?queue=review&q="+url.QueryEscape("路灯"))
		if n := len(regexp.MustCompile(`name="id"`).FindAllString(body, -1)); n != 50 {
			d.t.Fatalf("%d on the first page", n)
		}
		d.want("the list", st, body, 200, `name="all"`, `value="53"`, "全部53件")
		back := "queue=review&q=" + url.QueryEscape("路灯")
		st, body = d.post("rev", "/desk/bulk", url.Values{"action": {"review-accept"}, "all": {"52"}, "back": {back}})
		d.want("a list that changed", st, body, 409, "现在是53件")
		st, body = d.post("rev", "/desk/bulk", url.Values{"action": {"review-accept"}, "all": {"53"}, "back": {back}})
		d.want("all of them are shown first", st, body, 200, "共53件", lamps[52])
		if d.state(lamps[0]) != suggestion.Raised {
			d.t.Error("done before they were shown")
		}
		st, body = d.post("rev", "/desk/bulk", carried(body, "bulk"))
		d.want("all of them", st, body, 200, "办理53件，未办理0件")
		for _, n := range lamps {
			if d.state(n) != suggestion.Accepted {
				d.t.Errorf("%s is %s", n, d.state(n))
			}
		}
		if d.state(other) != suggestion.Raised {
			d.t.Errorf("what the filter left out is %s", d.state(other))
		}
		st, body = d.post("rev", "/desk/bulk", url.Values{"action": {"review-accept"}, "all": {"1"}, "back": {"state=nothing"}})
		d.want("a filter that is none", st, body, 422)
	})
}

// TestExport gives exactly the rows of the list, without anybody's personal data and without formulas.
func TestExport(t *testing.T) {
	eachDesk(t, func(d *desk) {
		a := d.dispatched("=HYPERLINK(\"x\")路灯坏了")
		b := d.raise("路灯太暗看不清路面", func(in *suggestion.RaiseInput) { in.Name, in.Phone = "李阿姨", "13987654321" })
		d.raise("公交站台没有雨棚", nil)
		rows := func(login, query string) []string {
			d.t.Helper()
			st, body := d.get(login, "/desk/export/csv?"+query)
			if st != 200 {
				d.t.Fatalf("%s: %d", query, st)
			}
			if strings.Contains(body, "13987654321") || strings.Contains(body, "李阿姨") || regexp.MustCompile(`(^|,)"?=`).MatchString(body) {
				d.t.Errorf("%s: the export holds what it must not: %s", query, body)
			}
			all, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff"))).ReadAll()
			if err != nil {
				d.t.Fatal(err)
			}
			var out []string
			for _, r := range all[1:] {
				out = append(out, r[0])
			}
			slices.Sort(out)
			return out
		}
		words := url.QueryEscape("路灯")
		for query, want := range map[string][]string{"q=" + words: {a, b}, "queue=review&q=" + words: {b}, "state=dispatched": {a}, "state=closed": {}, "department=" + d.s.Department.String(): {a}, "to=2026-03-01": {}} {
			if got := rows("rev", query); !slices.Equal(got, want) && len(got)+len(want) > 0 {
				d.t.Errorf("%s: %v, want %v", query, got, want)
			}
		}
		if got := rows("clk", ""); !slices.Equal(got, []string{a}) {
			d.t.Errorf("a department exports %v", got)
		}
		if got := rows("clk", "scope=staff"); !slices.Equal(got, []string{a}) {
			d.t.Errorf("a department exports staff's list: %v", got)
		}
		for _, bad := range []string{"from=2026-02-30", "state=nothing", "queue=nothing", "department=x"} {
			if st, _ := d.get("rev", "/desk/export/csv?"+bad); st != 422 {
				d.t.Errorf("%s: %d", bad, st)
			}
		}
		st, body := d.get("rev", "/desk/export/xlsx?q="+words)
		if st != 200 {
			d.t.Fatalf("xlsx: %d", st)
		}
		text := unzip(d.t, body, regexp.MustCompile(`^xl/.*\.xml$`))
		if !strings.Contains(text, a) || !strings.Contains(text, b) || strings.Contains(text, "13987654321") || strings.Contains(text, "<f>") {
			d.t.Error("the workbook lacks rows, or holds a formula or a telephone number")
		}
		if st, _ := d.get("rev", "/desk/export/pdf"); st != 404 {
			d.t.Errorf("a format that is none: %d", st)
		}
	})
}

func unzip(t *testing.T, body string, names *regexp.Regexp) string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for _, f := range z.File {
		if names.MatchString(f.Name) {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(&b, r); err != nil {
				t.Fatal(err)
			}
			r.Close()
		}
	}
	return b.String()
}

// TestRules: every rule of a committee is on its page; bad ones are refused by their field with what was typed; good ones count for what is dispatched next.
func TestRules(t *testing.T) {
	eachDesk(t, func(d *desk) {
		st, body := d.get("edi", "/desk/rules")
		d.want("the page", st, body, 200)
		form := url.Values{}
		for _, m := range regexp.MustCompile(`<input[^>]*name="([a-z_]+)"[^>]*value="([^"]*)"`).FindAllStringSubmatch(body, -1) {
			form.Set(m[1], m[2])
		}
		for _, name := range []string{"channel", "review_answers", "review_term", "answer_term", "second_term", "joint_term", "return_term", "rate_term", "meeting_term", "reopen_term", "remind_before", "rate_remind", "urge_after", "letter_prefix"} {
			if !strings.Contains(body, `name="`+name+`"`) {
				d.t.Errorf("the page has no %s", name)
			}
		}
		good := url.Values{"channel": {"letter"}, "remind_before": {"5"}, "rate_remind": {"3"}, "urge_after": {"2"}, "letter_prefix": {"样协办"}, "class_code": {"A", "P", "N", ""},
			"class_zh": {"已解决", "已列入计划", "不能办", ""}, "class_en": {"Settled", "Planned", "Cannot", ""}, "class_means": {"settled", "promise", "", ""}}
		for name, term := range map[string]string{"review_term": "3w", "answer_term": "20d", "second_term": "10d", "joint_term": "5w", "return_term": "5w", "rate_term": "15d", "meeting_term": "7w", "reopen_term": "60d"} {
			good.Set(name, term[:len(term)-1])
			good.Set(name+"_unit", term[len(term)-1:])
		}
		for name, bad := range map[string][]string{"channel": {"", "pigeon"}, "answer_term": {"", "0", "soon", "-3", "10000"}, "answer_term_unit": {"", "y"}, "meeting_term": {""}, "remind_before": {"-1", "91", "x", ""}, "urge_after": {"91"},
			"rate_remind": {"-1", "x"}, "letter_prefix": {"", "有 空格", "带〔括号", strings.Repeat("长", 21)}, "class_code": {"", "甲", "P"}, "class_zh": {""}, "class_means": {"", "promise", "setled"}} {
			for _, value := range bad {
				f := url.Values{}
				for k, v := range good {
					f[k] = v
				}
				f[name] = append([]string{value}, good[name][1:]...) // of the classes the first
				field := strings.TrimSuffix(name, "_unit")
				if strings.HasPrefix(name, "class_") {
					field = "classes"
				}
				st, body := d.post("edi", "/desk/rules", f)
				d.want(name+" = "+value, st, body, 422, `href="#`+field+`"`)
			}
		}
		if r, err := d.s.App.Suggestions.Rules(d.t.Context(), d.s.Committee); err != nil || r.LetterPrefix != "协转办" {
			d.t.Errorf("a refused form changed the rules: %+v, %v", r, err)
		}
		if st, _ := d.post("rev", "/desk/rules", good); st != 403 {
			d.t.Errorf("a reviewer changes the rules: %d", st)
		}
		st, body = d.post("edi", "/desk/rules", good)
		d.want("good rules", st, body, 200, "规则已保存", "样协办", `value="已列入计划"`, `<option value="promise" selected>`)
		n := d.raise("路灯坏了三个月没人修", nil)
		d.act("rev", n, "review-accept", url.Values{"public": {"yes"}})
		d.act("dis", n, "dispatch", url.Values{"department": {d.s.Department.String()}, "part": {"lead"}})
		c := d.case_(n)
		if got := c.Timeline[len(c.Timeline)-1]; c.Due != clock.Of(2026, 3, 22) || got.Details.Letter != "样协办〔2026〕1号" || c.Tasks[0].ReturnUntil != clock.Of(2026, 3, 9) {
			d.t.Errorf("due %s, letter %q, return until %s", c.Due, got.Details.Letter, c.Tasks[0].ReturnUntil)
		}
		st, body = d.get("clk", "/desk/suggestions/"+n)
		d.want("the department's page", st, body, 200)
		d.act("clk", n, "acknowledge", url.Values{})
		st, body = d.get("clk", "/desk/suggestions/"+n)
		d.want("the classes of the committee", st, body, 200, `value="P"`, "P 已列入计划")
	})
}

// TestEnterFindAndLook: staff enter a matter for a resident, find it again by telephone, and each look at the number is in the story for staff alone.
func TestEnterFindAndLook(t *testing.T) {
	eachDesk(t, func(d *desk) {
		form := url.Values{"title": {"路灯"}, "body": {"枫溪路没有一盏灯，我的身份证430102199001011234，请尽快修。"}, "committee": {d.s.Committee.String()}, "division": {d.s.Division.String()},
			"name": {"李阿姨"}, "phone": {"139 8765 4321"}, "wish": {"yes"}, "once": {"0190aaaa-bbbb-7ccc-8ddd-eeeeffff0088"}}
		st, body := d.post("rev", "/desk/new", form)
		d.want("a title that is too short", st, body, 422, "太短了", "枫溪路没有一盏灯", "139 8765 4321")
		form.Set("title", "枫溪路的路灯坏了")
		st, body = d.post("rev", "/desk/new", form)
		d.want("entered", st, body, 200, "查询码")
		code := regexp.MustCompile(`\d{4} \d{4} \d{4} \d{4}`).FindString(body)
		number := regexp.MustCompile(`430100-\d{4}-\d{6}`).FindString(body)
		_, again := d.post("rev", "/desk/new", form)
		if number == "" || code == "" || regexp.MustCompile(`430100-\d{4}-\d{6}`).FindString(again) != number || !strings.Contains(again, code) {
			d.t.Fatalf("number %q, code %q; a second click made another", number, code)
		}
		if c := d.case_(number); c.Origin != suggestion.FromStaff || c.Kind != suggestion.Message {
			d.t.Errorf("origin %s, kind %s", c.Origin, c.Kind)
		}
		if ref, _, err := d.s.App.Suggestions.Track(d.t.Context(), code); err != nil || ref != d.case_(number).ID.String() {
			d.t.Errorf("the code leads to %s: %v", ref, err)
		}
		st, body = d.post("rev", "/desk/find", url.Values{"phone": {"13987654321"}})
		d.want("found", st, body, 200, number)
		st, body = d.post("rev", "/desk/find", url.Values{"phone": {"13987654322"}})
		d.want("another number", st, body, 200, "没有找到")
		st, body = d.post("rev", "/desk/find", url.Values{"phone": {"13"}})
		d.want("no number", st, body, 422, "手机号是11位")
		if st, _ := d.post("clk", "/desk/find", url.Values{"phone": {"13987654321"}}); st != 403 {
			d.t.Errorf("a department finds by telephone: %d", st)
		}
		_, body = d.get("rev", "/desk/suggestions/"+number)
		if strings.Contains(body, "8765") || strings.Contains(body, "李阿姨") || strings.Contains(body, "430102199001011234") || !strings.Contains(body, "/look") {
			d.t.Error("what is closed is shown without a look, or there is no way to look")
		}
		if st, _ := d.post("clk", "/desk/suggestions/"+number+"/look", url.Values{}); st != 403 {
			d.t.Errorf("a department looks: %d", st)
		}
		st, body = d.post("rev", "/desk/suggestions/"+number+"/look", url.Values{})
		d.want("a look", st, body, 200, "李阿姨", "139 8765 4321", "430102199001011234", "查看了提出人的联系方式或原文")
		d.act("rev", number, "review-accept", url.Values{"public": {"yes"}})
		d.act("dis", number, "dispatch", url.Values{"department": {d.s.Department.String()}, "part": {"lead"}})
		for _, who := range []string{"clk", ""} {
			path := "/suggestions/" + number
			if who != "" {
				path = "/desk" + path
			}
			if _, body := d.get(who, path); strings.Contains(body, "查看了提出人") || strings.Contains(body, "8765") || strings.Contains(body, "李阿姨") {
				d.t.Errorf("%q reads of the look, or more", who)
			}
		}
	})
}

// TestLetters: each letter is there as DOCX and PDF with the same words, for whoever it concerns.
func TestLetters(t *testing.T) {
	eachDesk(t, func(d *desk) {
		n := d.dispatched("枫溪路的路灯坏了三个月")
		d.act("clk", n, "acknowledge", url.Values{})
		d.act("dis", n, "supervise", url.Values{"reason": {"群众多次反映，仍未办结，现予督办。"}})
		d.act("clk", n, "answer", url.Values{"text": {"已更换灯具十二盏，今晚亮灯。"}, "class": {"B"}, "promised": {"2026-09-30"}})
		if st, _ := d.get("rev", "/desk/suggestions/"+n+"/letters/answer/docx"); st != 404 {
			d.t.Errorf("an answer that nobody signed is printed: %d", st)
		}
		d.act("hed", n, "sign-off", url.Values{"letter": {"样住建函〔2026〕8号"}})
		for kind, want := range map[string][]string{
			"referral":    {"关于转办“枫溪路的路灯坏了三个月”的函", "协转办〔2026〕3号", "市住房和城乡建设局", n, "主办单位", "2026年6月2日", "孩子放学要摸黑走", "申请退回"},
			"supervision": {"关于督办“枫溪路的路灯坏了三个月”的函", "协转办督〔2026〕1号", "市住房和城乡建设局", n, "群众多次反映，仍未办结，现予督办。", "2026年6月2日"},
			"answer":      {"关于“枫溪路的路灯坏了三个月”的答复", "样住建函〔2026〕8号", "政协样例市委员会办公室", "已更换灯具十二盏，今晚亮灯。", "2026年9月30日"},
		} {
			for _, format := range []string{"docx", "pdf"} {
				st, body := d.get("rev", "/desk/suggestions/"+n+"/letters/"+kind+"/"+format)
				if st != 200 {
					d.t.Errorf("%s as %s: %d", kind, format, st)
					continue
				}
				text := squeeze(documentText(d.t, format, body))
				for _, x := range want {
					if !strings.Contains(text, squeeze(x)) {
						d.t.Errorf("%s as %s lacks %q: %s", kind, format, x, text)
					}
				}
			}
		}
		st, body := d.get("rev", "/desk/suggestions/"+n)
		d.want("the page offers them", st, body, 200, "/letters/referral/docx", "/letters/supervision/pdf", "/letters/answer/docx?department=")
		if st, _ := d.get("clk", "/desk/suggestions/"+n+"/letters/supervision/pdf"); st != 200 {
			d.t.Errorf("the department that is supervised cannot print the letter: %d", st)
		}
		for _, bad := range []string{"referral/odt", "nothing/docx"} {
			if st, _ := d.get("rev", "/desk/suggestions/"+n+"/letters/"+bad); st != 404 {
				d.t.Errorf("%s: %d", bad, st)
			}
		}
		if st, _ := d.get("mem", "/desk/suggestions/"+n+"/letters/referral/docx"); st != 403 {
			d.t.Errorf("a member prints letters: %d", st)
		}
	})
}

var tags = regexp.MustCompile(`<[^>]*>`)

// documentText is the text of a document.
func documentText(t *testing.T, format, body string) string {
	t.Helper()
	if format == "docx" {
		return strings.NewReplacer("&#34;", `"`, "&quot;", `"`, "&amp;", "&").Replace(tags.ReplaceAllString(unzip(t, body, regexp.MustCompile(`^word/(document|header\d*|footer\d*)\.xml$`)), ""))
	}
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Fatal("pdftotext is missing; install the Debian package poppler-utils")
	}
	path := filepath.Join(t.TempDir(), "letter.pdf")
	if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, "-raw", "-enc", "UTF-8", path, "-").CombinedOutput()
	if err != nil {
		t.Fatalf("pdftotext: %v: %s", err, out)
	}
	return string(out)
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }
