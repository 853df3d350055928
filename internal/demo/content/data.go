// Package content holds the words and facts of the model province: Hunan's divisions with their GB/T 2260 codes, departments,
// committees, sectors, fields, invented people and invented matters (G3: the demo; A1: the fields of suggestions).
// It keeps no state and touches no database; the same seed always gives the same people and matters, in the same order.
package content

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed data
var files embed.FS

// lines returns the lines of an embedded file without blank ones. The files are part of the program, so a missing one is a fault of
// the build: it panics rather than let every caller handle what cannot happen.
func lines(name string) []string {
	b, err := files.ReadFile("data/" + name)
	if err != nil {
		panic(fmt.Sprintf("content: embedded file %s: %v", name, err))
	}
	var out []string
	for l := range strings.Lines(string(b)) {
		if l = strings.TrimRight(l, "\r\n"); strings.TrimSpace(l) != "" {
			out = append(out, l)
		}
	}
	return out
}

// table returns the tab-separated rows of an embedded file, each of exactly width cells.
func table(name string, width int) [][]string {
	var out [][]string
	for i, l := range lines(name) {
		row := strings.Split(l, "\t")
		if len(row) != width {
			panic(fmt.Sprintf("content: %s row %d has %d cells, want %d", name, i+1, len(row), width))
		}
		out = append(out, row)
	}
	return out
}

// sections reads a file of [name] headings, each followed by its lines.
func sections(name string) map[string][]string {
	out := map[string][]string{}
	head := ""
	for _, l := range lines(name) {
		if strings.HasPrefix(l, "[") && strings.HasSuffix(l, "]") {
			head = l[1 : len(l)-1]
			continue
		}
		out[head] = append(out[head], l)
	}
	return out
}

// words reads a file of [name] headings followed by words between spaces.
func words(name string) map[string][]string {
	out := map[string][]string{}
	for head, ls := range sections(name) {
		out[head] = strings.Fields(strings.Join(ls, " "))
	}
	return out
}
