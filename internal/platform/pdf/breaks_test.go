package pdf

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// ems counts an ASCII character as half of one.
func ems(s string) float64 {
	n := 0.0
	for _, r := range s {
		if r < 0x80 {
			n += 0.5
		} else {
			n++
		}
	}
	return n
}

func TestBreak(t *testing.T) {
	for _, c := range []struct {
		name, text  string
		first, rest float64
		want        []string
	}{
		{"plain", "一二三四五六七", 3, 4, []string{"一二三", "四五六七"}},
		{"full stop goes with its sentence", "一二三四。五六", 4, 4, []string{"一二三", "四。五六"}},
		{"closing marks in a row", "一二三》）。四", 4, 4, []string{"一二", "三》）。", "四"}},
		{"opening mark goes on", "一二三（四）五", 4, 4, []string{"一二三", "（四）五"}},
		{"title marks", "一二三《四五》", 4, 4, []string{"一二三", "《四五》"}},
		{"number stays whole", "共有123456人", 4, 6, []string{"共有", "123456人"}},
		{"per cent stays with its number", "增长了12.5%。好", 4, 6, []string{"增长了", "12.5%。好"}},
		{"words break at blanks", "see the long road", 4, 4, []string{"see the", "long", "road"}},
		{"dash stays together", "一二三——四", 4, 4, []string{"一二三", "——四"}},
		{"ellipsis stays together", "一二三……四", 4, 4, []string{"一二", "三……四"}},
		{"hyphen does not begin a line", "一二三县-12", 4, 6, []string{"一二三", "县-12"}},
		{"address is cut after a slash", "见https://a.invalid/bcdef/ghi", 11, 11, []string{"见https://a.invalid/", "bcdef/ghi"}},
		{"endless word is cut", "abcdefghij", 2, 3, []string{"abcd", "efghij"}},
		{"nothing", "", 4, 4, []string{""}},
	} {
		if got := Break(c.text, c.first, c.rest, ems); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// A long run that may not be cut must take time in proportion to its length: measured in characters looked at, not in seconds.
func TestBreakOfAnEndlessRunIsLinear(t *testing.T) {
	const n, width = 20000, 28
	seen := 0
	Break(strings.Repeat("。", n), width, width, func(s string) float64 {
		seen += len(s) / len("。")
		return ems(s)
	})
	if most := 2 * n * width; seen > most {
		t.Errorf("%d characters measured for %d; at most %d are reasonable", seen, n, most)
	}
}

func FuzzBreak(f *testing.F) {
	for _, s := range []string{"一二三，四五。", "（《“a b”》）——……", "https://example.invalid/a?b=c&d", "。。。。。。。。", "（（（（（（（（", "  a  b  "} {
		f.Add(s, uint8(4))
	}
	f.Fuzz(func(t *testing.T, text string, size uint8) {
		if !utf8.ValidString(text) {
			return
		}
		text = Clean(text)
		width := float64(size%30) + 2
		lines := Break(text, width, width, ems)
		if a, b := strings.ReplaceAll(strings.Join(lines, ""), " ", ""), strings.ReplaceAll(text, " ", ""); a != b {
			t.Fatalf("text changed: %q became %q", b, a)
		}
		for i, line := range lines {
			if ems(line) > width {
				t.Fatalf("line %q is wider than %g", line, width)
			}
			if i == 0 || strings.Contains(text, " ") { // a blank may always be cut at
				continue
			}
			before, _ := utf8.DecodeLastRuneInString(lines[i-1])
			after, _ := utf8.DecodeRuneInString(line)
			// A run of marks longer than a line must be cut somewhere; all other lines keep the rule.
			if strings.ContainsRune(noStart, after) && ems(joined(lines[i-1], line)) <= width {
				t.Fatalf("line %q begins with a closing mark after %q", line, lines[i-1])
			}
			if strings.ContainsRune(noEnd, before) && ems(joined(lines[i-1], line)) <= width {
				t.Fatalf("line %q ends with an opening mark", lines[i-1])
			}
		}
	})
}

// joined is the unit across the end of a line that should have stayed together: the last unit of both lines' text.
func joined(a, b string) string {
	at := len(a)
	for _, u := range units(a + b) {
		if at < len(u) {
			return u
		}
		at -= len(u)
	}
	return ""
}
