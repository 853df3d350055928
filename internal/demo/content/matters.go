package content

import (
	"iter"
	"math/rand/v2"
	"strings"
	"unicode/utf8"
)

// AuthorKind says who raises a matter.
type AuthorKind string

// The two kinds of author.
const (
	Resident AuthorKind = "resident"
	Member   AuthorKind = "member"
)

// Matter is an invented matter with all that may be said about it later. Whether a step happens to it is the demo's choice; the words
// for every step are there. Chinese unless the name says EN.
type Matter struct {
	Kernel       string // key of the hand-written matter behind it; two matters of one kernel in two places are not the same matter
	Title, Body  string // 8–30 and 150–500 characters
	TitleEN      string // empty for most
	BodyEN       string
	Field        string // key of a second-level field
	Division     string // GB/T 2260 code
	Place        string
	Lon, Lat     float64
	Author       AuthorKind
	Department   string // kind that normally handles it at its division's level
	Class        string // A settled, B planned, C cannot now
	Answer       string // 150–400 characters, fits Class
	PromisedDays int    // for B, days from the answer to the promised date; otherwise 0
	Rating       string // satisfied, basically, not, or empty: not rated
	RatingReason string
	Unsatisfied  string // what a second handling is asked for with
	SecondAnswer string
	ContactKind  string // phone, visit or meeting
	Contact      string // record of the contact with the author
	ReviewReturn string // why staff would return it
	AskReturn    string // why a department would ask to return it
	MoreTime     string // why a department would ask for more time
	problemsTold []int  // which of the kernel's problems the body tells
}

// Matters is an endless stream of invented matters over all counties and cities, the same for the same seed. Texts average about 340
// characters; no two bodies of a million are equal in practice, as names, numbers, order and wording are drawn anew each time.
func Matters(seed uint64) iter.Seq[Matter] {
	return func(yield func(Matter) bool) {
		w := newWriter()
		r := random(seed, "matters")
		for {
			k, d := w.draw(r)
			if !yield(w.write(r, k, w.newPlace(r, d))) {
				return
			}
		}
	}
}

// Demo returns 615 matters with different titles: every kernel five times, in an order that mixes fields and places.
func Demo(seed uint64) []Matter {
	w := newWriter()
	r := random(seed, "demo")
	titles := map[string]bool{}
	var out []Matter
	for range 5 {
		for i := range w.kernels {
			for {
				d := w.divs[r.IntN(len(w.divs))]
				k, ok := w.kernels[i].in(d)
				if !ok {
					continue
				}
				m := w.write(r, k, w.newPlace(r, d))
				if titles[m.Title] && (k.where != "c" || countPrefix(titles, m.Title) > 4) {
					continue
				}
				if titles[m.Title] { // a matter of a whole city has no street in its title: the city tells them apart
					m.Title = d.Zh + m.Title
					if titles[m.Title] {
						continue
					}
				}
				titles[m.Title] = true
				out = append(out, m)
				break
			}
		}
	}
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

func countPrefix(titles map[string]bool, suffix string) int {
	n := 0
	for t := range titles {
		if strings.HasSuffix(t, suffix) {
			n++
		}
	}
	return n
}

// writer holds the loaded texts.
type writer struct {
	kernels     []kernel
	divs        []Division // cities and counties
	phrases     map[string][]string
	words       map[string][]string
	stems       []string
	departments map[string]map[string]string // division code, kind: name
	handler     map[string]map[Level]string  // field: kind
}

func newWriter() *writer {
	w := &writer{kernels: loadKernels(), phrases: sections("phrases.txt"), words: words("stems.txt"),
		departments: map[string]map[string]string{}, handler: map[string]map[Level]string{}}
	w.stems = w.words["stem"]
	for _, d := range Divisions() {
		if d.Level == Province {
			continue
		}
		w.divs = append(w.divs, d)
		names := map[string]string{}
		for _, dep := range Departments(d) {
			names[dep.Kind] = dep.Zh
		}
		w.departments[d.Code] = names
	}
	for _, f := range Fields() {
		w.handler[f.Key] = map[Level]string{}
		for _, l := range []Level{Province, City, County} {
			w.handler[f.Key][l], _ = Handles(f.Key, l)
		}
	}
	return w
}

// draw takes a kernel, then a division where it can happen.
func (w *writer) draw(r *rand.Rand) (kernel, Division) {
	k := pick(r, w.kernels)
	for {
		d := pick(r, w.divs)
		if told, ok := k.in(d); ok {
			return told, d
		}
	}
}

// write tells kernel k at place p.
func (w *writer) write(r *rand.Rand, k kernel, p place) Matter {
	m := Matter{Kernel: k.key, Field: k.field, Division: p.div.Code, Lon: p.lon, Lat: p.lat, Author: Resident,
		Department: w.handler[k.field][p.div.Level]}
	if r.IntN(100) < 38 || k.where == "c" && r.IntN(100) < 60 {
		m.Author = Member
	}
	w.body(r, k, p, &m)
	w.answers(r, k, p, &m)
	if k.titleEN != "" {
		m.TitleEN, m.BodyEN = w.fill(r, p, k.titleEN, nil), w.fill(r, p, k.bodyEN, nil)
	}
	return m
}

// body writes title, text and place. Most matters tell all of the kernel, the others one problem and more about the circumstances.
func (w *writer) body(r *rand.Rand, k kernel, p place, m *Matter) {
	target := 330 + r.IntN(80)
	switch n := r.IntN(100); {
	case n < 8:
		target = 190 + r.IntN(90)
	case n < 18:
		target = 390 + r.IntN(70)
	}
	order := r.Perm(len(k.problems))
	if target < 290 || r.IntN(100) < 35 {
		order = order[:1]
	}
	m.problemsTold = order
	m.Place = p.spot(k, k.problems[order[0]])
	short := strings.TrimPrefix(m.Place, p.div.Zh)
	if i := strings.Index(short, "（"); i > 0 {
		short = short[:i]
	}
	if short == "" {
		short = p.div.Zh
	}
	extra := map[string]string{"所": short}
	say := func(s string) string { return w.fill(r, p, s, extra) }

	var parts []string
	open := say(pick(r, w.phrases["open."+string(m.Author)]))
	if strings.HasSuffix(open, "谈到") {
		open += "，"
	} else {
		open += "。"
	}
	for i, n := range order {
		s := k.problems[n]
		if i > 0 {
			s = pick(r, []string{"还有，", "另外，", "不止这一处，", "同时，", ""}) + s
		}
		parts = append(parts, say(s))
	}
	seen := append([]string(nil), k.seen...)
	r.Shuffle(len(seen), func(i, j int) { seen[i], seen[j] = seen[j], seen[i] })
	wish := pick(r, w.phrases["lead.w"]) + pick(r, []string{"：", "，", "："}) + say(k.wish) + "。"
	tail := say(pick(r, w.phrases["close"])) + "。"
	length := utf8.RuneCountInString(open+wish+tail) + runes(parts)
	add := func(s string) {
		if n := utf8.RuneCountInString(s); length+n <= 490 && length < target {
			parts, length = append(parts, s), length+n
		}
	}
	for _, s := range seen {
		add(say(s))
	}
	for _, s := range w.around(r, k) {
		add(say(s) + "。")
	}
	// What was seen may come first, what it does to people and what was tried may change places: few texts run the same way.
	if len(parts) > 3 && r.IntN(2) == 0 {
		i := 1 + r.IntN(len(parts)-2)
		parts[i], parts[i+1] = parts[i+1], parts[i]
	}
	if r.IntN(100) < 30 {
		parts = append(parts[:1:1], append([]string{open}, parts[1:]...)...)
	} else {
		parts = append([]string{open}, parts...)
	}
	m.Body = w.reword(r, strings.Join(parts, "")+wish+tail)
	m.Title = say(w.title(r, k, strings.Join(parts, "")))
	if utf8.RuneCountInString(m.Title) < 8 {
		m.Title = short + m.Title
	}
}

func runes(parts []string) (n int) {
	for _, s := range parts {
		n += utf8.RuneCountInString(s)
	}
	return n
}

// around returns sentences about effects and history, in random order, at most one of a line.
func (w *writer) around(r *rand.Rand, k kernel) []string {
	top, _, _ := strings.Cut(k.field, ".")
	var out []string
	for _, name := range []string{"impact." + top, "impact." + top, "history", "history", "extra", "extra", "extra"} {
		s := pick(r, w.phrases[name])
		fresh := true
		for _, o := range out {
			fresh = fresh && o != s
		}
		if fresh {
			out = append(out, s)
		}
	}
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// title takes the heading that shares most character pairs with what was told, so that it fits a text that tells only a part.
func (w *writer) title(r *rand.Rand, k kernel, told string) string {
	best, score := "", -1
	for _, i := range r.Perm(len(k.titles)) {
		t := k.titles[i]
		rs := []rune(t)
		n := 0
		for j := 0; j+1 < len(rs); j++ {
			if strings.Contains(told, string(rs[j:j+2])) {
				n++
			}
		}
		if n += r.IntN(4); n > score {
			best, score = t, n
		}
	}
	return best
}
