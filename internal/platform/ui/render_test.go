package ui

import (
	"bytes"
	"context"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"

	"xieshang/internal/platform/i18n"

	"github.com/a-h/templ"
)

func page(lang i18n.Lang, body templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		v := PageView{Title: "T", Face: Public, Lang: lang, Path: "/x?q=1", Nav: PublicNav(i18n.From(ctx), "/")}
		return Page(v).Render(templ.WithChildren(ctx, body), w)
	})
}

var insidePage = regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|javascript:|<script>`)

// A policy without unsafe-inline refuses every style and script inside a page; so none may be there, whatever people typed.
func TestNothingInline(t *testing.T) {
	evil := `"><script>alert(1)</script><b style="x" onclick=y>`
	left := -2
	for name, c := range map[string]templ.Component{
		"page":     page(i18n.EN, Head(HeadView{Title: evil, Lead: evil, Kicker: evil, Crumbs: []Link{{Label: evil, Href: "/"}}})),
		"field":    TextField(FieldView{Name: "a", Label: evil, Hint: evil, Error: evil, Value: evil, Placeholder: evil}),
		"area":     TextArea(FieldView{Name: "a", Label: evil, Value: evil, Max: 10}),
		"select":   Select(ChoiceView{FieldView: FieldView{Name: "a", Label: evil}, Empty: evil, Options: []Option{{Value: evil, Label: evil, Group: evil}}}),
		"upload":   FileUpload(UploadView{FieldView: FieldView{Name: "a", Label: evil}, MaxFiles: 2, MaxBytes: 1 << 20, Done: []Upload{{ID: evil, Name: evil}}}),
		"item":     Item(ItemView{Href: "/", Title: Marked(evil, "<", ">"), Text: Plain(evil)}),
		"timeline": Timeline([]StepEvent{{State: LateNow, Title: evil, Who: evil, Text: evil, Audience: evil, DaysLeft: &left}}),
		"chart":    Chart(ChartView{ID: "c", Title: evil, Kind: "bar", Labels: []string{evil}, Series: []Series{{Name: evil, Values: []float64{math.NaN()}}}}),
		"map":      Map(MapView{ID: "m", Label: evil, Outlines: "430000", Areas: []AreaView{{Code: "1", Name: evil, Text: evil}}}),
		"table":    Table(TableView{Caption: evil, Columns: []Column{{Label: evil}}, Rows: []Row{{Cells: []Cell{{Text: evil, Sub: evil}}}}}),
	} {
		html := render(t, i18n.EN, c)
		// What was typed is there as text: its own marks are escaped and do not count.
		plain := strings.NewReplacer("&lt;", "", "&#34;", "", "style=&#34;", "", ` style=`, " style:", ` onclick=`, " onclick:").Replace(html)
		if strings.Contains(html, "<script>alert") || strings.Contains(html, "<b style") {
			t.Errorf("%s: lets markup through: %s", name, html)
		}
		if bad := insidePage.FindString(strings.ReplaceAll(plain, ` style:`, "")); bad != "" {
			t.Errorf("%s: has %q inside the page: %s", name, bad, html)
		}
	}
}

func TestFieldSaysWhatIsWrong(t *testing.T) {
	html := render(t, i18n.ZH, TextArea(FieldView{Name: "body", Label: "正文", Hint: "写清楚", Error: "请写正文", Max: 300}))
	for _, want := range []string{`aria-invalid="true"`, `aria-describedby="body-hint body-error body-count"`, `id="body-error"`, `id="body-count"`, `data-max="300"`, `for="body"`, "选填"} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s in %s", want, html)
		}
	}
	if strings.Contains(html, "maxlength") {
		t.Error("a text area with maxlength would cut what is pasted, and say nothing")
	}
}

func TestPasswordIsNeverSentBack(t *testing.T) {
	if html := render(t, i18n.ZH, Password(FieldView{Name: "p", Label: "密码", Value: "geheim"})); strings.Contains(html, "geheim") {
		t.Error("the page repeats the password")
	}
}

func TestDaysLeft(t *testing.T) {
	for days, want := range map[int]string{5: "5 days left", 1: "1 day left", 0: "due today", -1: "1 day late", -12: "12 days late"} {
		if got := strings.TrimSpace(render(t, i18n.EN, DaysLeft(days))); got != want {
			t.Errorf("%d: %q, want %q", days, got, want)
		}
	}
}

func TestMarked(t *testing.T) {
	for text, want := range map[string][]Span{
		"a[b]c":  {{Text: "a"}, {Text: "b", Mark: true}, {Text: "c"}},
		"[b]":    {{Text: "b", Mark: true}},
		"a[b":    {{Text: "a"}, {Text: "b", Mark: true}},
		"a[]c":   {{Text: "a"}, {Text: "c"}},
		"":       nil,
		"nobody": {{Text: "nobody"}},
	} {
		got := Marked(text, "[", "]")
		if len(got) != len(want) {
			t.Errorf("%q: %v, want %v", text, got, want)
			continue
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%q: %v, want %v", text, got, want)
			}
		}
	}
}

func BenchmarkListPage(b *testing.B) {
	var items []ItemView
	for range 20 {
		items = append(items, ItemView{Href: "/suggestions/HN-2026-1", Title: Plain("松湖路到第二小学一段没有路灯，孩子放学走夜路不安全"), Text: Plain("大约四百米没有路灯，冬天五点半天就黑了，孩子放学要摸黑走这一段。"), Badges: []BadgeView{{Label: "办理中", Tone: Busy}}, Meta: []MetaView{{Icon: "pin", Text: "松湖区"}, {Text: "2026年3月4日"}}})
	}
	ctx := i18n.With(context.Background(), printer(b, i18n.ZH))
	c := page(i18n.ZH, Items(items))
	var out bytes.Buffer
	b.ReportAllocs()
	for b.Loop() {
		out.Reset()
		if err := c.Render(ctx, &out); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(out.Len()), "bytes/page")
}
