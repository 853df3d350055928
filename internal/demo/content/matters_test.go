package content

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestKernelsAreComplete(t *testing.T) {
	fields, keys := map[string]bool{}, map[string]bool{}
	for _, f := range Fields() {
		fields[f.Key] = f.Parent != ""
	}
	kernels := loadKernels()
	if len(kernels) < 120 {
		t.Errorf("%d kernels, want 120 or more", len(kernels))
	}
	english := 0
	for _, k := range kernels {
		if keys[k.key] || !fields[k.field] || !slices.Contains([]string{"u", "r", "a", "c"}, k.where) {
			t.Errorf("kernel %s: twice, or field %q or place %q unknown", k.key, k.field, k.where)
		}
		keys[k.key] = true
		if len(k.titles) != 3 || len(k.problems) != 2 || len(k.seen) != 2 || len(k.queries) != 2 || k.wish == "" || k.found == "" || k.done == "" {
			t.Errorf("kernel %s is not complete", k.key)
		}
		if k.titleEN != "" {
			english++
		}
	}
	if english < 20 {
		t.Errorf("%d kernels in English, want 20", english)
	}
}

// check reports what is wrong with one matter.
func check(t *testing.T, m Matter) {
	t.Helper()
	bounds := func(what, s string, lo, hi int) {
		if n := utf8.RuneCountInString(s); n < lo || n > hi {
			t.Errorf("%s: %s has %d characters, want %d to %d: %s", m.Kernel, what, n, lo, hi, s)
		}
	}
	bounds("title", m.Title, 8, 30)
	bounds("body", m.Body, 150, 500)
	bounds("answer", m.Answer, 150, 400)
	bounds("second answer", m.SecondAnswer, 100, 400)
	for what, s := range map[string]string{"title": m.Title, "body": m.Body, "answer": m.Answer, "second": m.SecondAnswer, "contact": m.Contact,
		"place": m.Place, "rating": m.RatingReason, "returns": m.ReviewReturn + m.AskReturn + m.MoreTime + m.Unsatisfied, "en": m.TitleEN + m.BodyEN} {
		if strings.ContainsAny(s, "{}|") || strings.Contains(s, "。。") || strings.Contains(s, "，。") {
			t.Errorf("%s: %s has an empty slot or doubled stop: %s", m.Kernel, what, s)
		}
	}
	for what, s := range map[string]string{"contact": m.Contact, "return": m.ReviewReturn, "ask return": m.AskReturn, "more time": m.MoreTime, "unsatisfied": m.Unsatisfied} {
		if s == "" {
			t.Errorf("%s: no %s", m.Kernel, what)
		}
	}
	if (m.Class == "B") != (m.PromisedDays > 0) || (m.Rating == "") != (m.RatingReason == "") {
		t.Errorf("%s: class %s with %d days, rating %q with %q", m.Kernel, m.Class, m.PromisedDays, m.Rating, m.RatingReason)
	}
}

func TestStream(t *testing.T) {
	divs, fields := map[string]Division{}, map[string]bool{}
	for _, d := range Divisions() {
		divs[d.Code] = d
	}
	for _, f := range Fields() {
		fields[f.Key] = true
	}
	bodies, kernels := map[string]bool{}, map[string]bool{}
	total, n := 0, 0
	for m := range Matters(1) {
		check(t, m)
		d, ok := divs[m.Division]
		if !ok || !fields[m.Field] {
			t.Fatalf("division %q or field %q does not exist", m.Division, m.Field)
		}
		if abs(m.Lon-d.Lon) > 0.031 || abs(m.Lat-d.Lat) > 0.026 {
			t.Errorf("%s lies far from %s", m.Place, d.Zh)
		}
		if d.Urban() && strings.Contains(m.Body, "我们村") {
			t.Errorf("a district tells of a village: %s", m.Body)
		}
		if !slices.ContainsFunc(Departments(d), func(dep Department) bool { return dep.Kind == m.Department && strings.Contains(m.Answer, dep.Zh) }) {
			t.Errorf("%s: %s has no department %s, or the answer does not name it", m.Kernel, d.Zh, m.Department)
		}
		if bodies[m.Body] {
			t.Errorf("body there twice: %s", m.Body)
		}
		bodies[m.Body], kernels[m.Kernel] = true, true
		total += utf8.RuneCountInString(m.Body)
		if n++; n == 5000 || t.Failed() {
			break
		}
	}
	if avg := total / n; avg < 300 || avg > 380 {
		t.Errorf("bodies average %d characters, want 300 to 380", avg)
	}
	if len(kernels) != len(loadKernels()) && !t.Failed() {
		t.Errorf("%d kernels used", len(kernels))
	}
}

func abs(x float64) float64 { return max(x, -x) }

func TestStreamIsDeterministic(t *testing.T) {
	first := func(seed uint64) (out []string) {
		for m := range Matters(seed) {
			if out = append(out, m.Title+m.Body+m.Answer); len(out) == 50 {
				return out
			}
		}
		return nil
	}
	if !slices.Equal(first(3), first(3)) {
		t.Error("the same seed gave another stream")
	}
	if slices.Equal(first(3), first(4)) {
		t.Error("another seed gave the same stream")
	}
}

func TestDemo(t *testing.T) {
	demo := Demo(1)
	if len(demo) < 600 {
		t.Errorf("%d matters, want 600", len(demo))
	}
	titles, tops, classes := map[string]bool{}, map[string]int{}, map[string]int{}
	for _, m := range demo {
		check(t, m)
		if titles[m.Title] {
			t.Errorf("title there twice: %s", m.Title)
		}
		titles[m.Title] = true
		top, _, _ := strings.Cut(m.Field, ".")
		tops[top]++
		classes[m.Class]++
	}
	if len(tops) != 15 || classes["A"] == 0 || classes["B"] == 0 || classes["C"] == 0 {
		t.Errorf("fields %v, classes %v", tops, classes)
	}
}

func BenchmarkMatters(b *testing.B) {
	n := 0
	for range Matters(1) {
		if n++; n >= b.N {
			return
		}
	}
}
