package content

import (
	"fmt"
	"io/fs"
	"strings"
)

// kernel is one hand-written matter: what is wrong, what was seen, what is wished, what a department finds and does about it, and how
// somebody in a hurry would type it. Words in braces are filled with a place's names or a number from a range.
type kernel struct {
	key, field string
	where      string // u: streets, r: villages, a: either, c: a whole city
	titles     []string
	problems   []string
	seen       []string
	wish       string
	found      string
	done       string
	queries    []string // queries[i] asks for problems[i] in other words
	titleEN    string
	bodyEN     string
}

// loadKernels reads every file under data/kernels in the order of their names.
func loadKernels() []kernel {
	names, err := fs.Glob(files, "data/kernels/*.txt")
	if err != nil {
		panic(fmt.Sprintf("content: kernels: %v", err))
	}
	var out []kernel
	for _, name := range names {
		for _, l := range lines(strings.TrimPrefix(name, "data/")) {
			tag, rest, _ := strings.Cut(l, " ")
			if tag == "#" {
				w := strings.Fields(rest)
				out = append(out, kernel{key: w[0], field: w[1], where: w[2]})
				continue
			}
			k := &out[len(out)-1]
			switch tag {
			case "t":
				for t := range strings.SplitSeq(rest, "|") {
					k.titles = append(k.titles, strings.TrimSpace(t))
				}
			case "p":
				k.problems = append(k.problems, rest)
			case "o":
				k.seen = append(k.seen, rest)
			case "w":
				k.wish = rest
			case "f":
				k.found = rest
			case "d":
				k.done = rest
			case "q":
				k.queries = append(k.queries, rest)
			default:
				panic(fmt.Sprintf("content: %s: line begins with %q", name, tag))
			}
		}
	}
	en := map[string][]string{}
	for _, r := range table("english.tsv", 3) {
		en[r[0]] = r
	}
	for i := range out {
		if r := en[out[i].key]; r != nil {
			out[i].titleEN, out[i].bodyEN = r[1], r[2]
		}
	}
	return out
}

// in returns the kernel as it can be told of a place in d: a city district has no village sentences. ok is false when nothing is left.
func (k kernel) in(d Division) (kernel, bool) {
	switch {
	case k.where == "c":
		return k, d.Level == City
	case d.Level != County || k.where == "r" && d.Urban():
		return k, false
	case !d.Urban() || k.where == "u":
		return k, true
	}
	queries := k.queries
	k.titles, k.seen = townOnly(k.titles), townOnly(k.seen)
	all := k.problems
	k.problems, k.queries = nil, nil
	for i, p := range all {
		if isTown(p) && isTown(queries[i]) {
			k.problems, k.queries = append(k.problems, p), append(k.queries, queries[i])
		}
	}
	return k, len(k.titles) > 0 && len(k.problems) > 0 && len(k.seen) > 0
}

func isTown(s string) bool { return !strings.ContainsAny(s, "村镇") }

func townOnly(in []string) []string {
	var out []string
	for _, s := range in {
		if isTown(s) {
			out = append(out, s)
		}
	}
	return out
}
