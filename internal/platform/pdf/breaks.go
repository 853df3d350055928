package pdf

import (
	"fmt"
	"strings"
	"unicode"
)

// Marks that must not begin a line, and marks that must not end one (GB/T 15834 and common typesetting practice).
const (
	noStart = "。，、；：？！）》〉」』】〕］｝”’％‰℃·～,.;:?!)]}%°′″-–/"
	noEnd   = "（《〈「『【〔［｛“‘([{￥¥№＄$#"
)

// Break cuts cleaned text into lines no wider than first (the first line) and rest (all others). measure returns the width of a
// text set on one line. Closing marks never begin a line, opening ones never end it, and a word or number stays whole
// unless it alone is wider than a line. Nothing of the text is lost but the blanks at which a line was cut.
func Break(text string, first, rest float64, measure func(string) float64) []string {
	var lines []string
	line := ""
	limit := first
	flush := func() {
		lines = append(lines, strings.TrimRight(line, " "))
		line, limit = "", rest
	}
	for _, unit := range units(text) {
		if line == "" && len(lines) > 0 {
			unit = strings.TrimLeft(unit, " ")
		}
		if unit == "" {
			continue
		}
		if measure(strings.TrimRight(line+unit, " ")) <= limit {
			line += unit
			continue
		}
		if line != "" {
			flush()
			unit = strings.TrimLeft(unit, " ")
		}
		// A unit wider than a whole line is cut between characters, at least one a line. Only as much as fits is measured, or
		// a very long run of marks would take time by the square of its length.
		rs := []rune(unit)
		for {
			n := 1
			for n < len(rs) && measure(strings.TrimRight(string(rs[:n+1]), " ")) <= limit {
				n++
			}
			if n >= len(rs) {
				break
			}
			line = string(rs[:n])
			flush()
			rs = rs[n:]
		}
		unit = string(rs)
		line = unit
	}
	if line != "" || len(lines) == 0 {
		flush()
	}
	return lines
}

// units are the smallest parts between which a line may be cut. Joined together they are the text.
func units(text string) []string {
	rs := []rune(text)
	var out []string
	start := 0
	for i := 1; i <= len(rs); i++ {
		if i == len(rs) || mayCut(rs[i-1], rs[i]) {
			out = append(out, cutAddress(rs[start:i])...)
			start = i
		}
	}
	return out
}

// cutAddress allows a long word, which is most likely an address on the net, to be cut after its slashes and the like.
func cutAddress(word []rune) []string {
	const long = 16
	if len(word) <= long {
		return []string{string(word)}
	}
	var out []string
	start := 0
	for i := 1; i < len(word); i++ {
		if strings.ContainsRune("/?&=", word[i-1]) && inWord(word[i]) && !strings.ContainsRune(noStart+"&=", word[i]) {
			out = append(out, string(word[start:i]))
			start = i
		}
	}
	return append(out, string(word[start:]))
}

// mayCut tells whether a line may end between two characters.
func mayCut(before, after rune) bool {
	switch {
	case strings.ContainsRune(noStart, after), strings.ContainsRune(noEnd, before):
		return false
	case after == ' ':
		return false // a blank belongs to the end of what stands before it
	case before == ' ':
		return true
	case before == after && (before == '—' || before == '…' || before == '―'):
		return false // both halves of a dash or an ellipsis stay together
	case after == '…':
		return false
	}
	return !inWord(before) || !inWord(after)
}

// inWord tells whether a character is part of a Latin word, a number, an address on the net or the like.
func inWord(r rune) bool {
	if r > unicode.MaxASCII {
		return unicode.Is(unicode.Latin, r) && r < 0xFF00
	}
	return r > ' ' && r != '(' && r != '[' && r != '{'
}

// Lines breaks a paragraph into lines for the text area less the indents of the style.
func (d *Doc) Lines(text string, s Style) ([]string, error) {
	if s.Size <= 0 {
		return nil, fmt.Errorf("pdf: text size must be above zero, not %g", s.Size)
	}
	measure := d.Width() - s.In - s.Out
	return d.breakTo(text, measure-s.FirstLine, measure, s)
}

func (d *Doc) breakTo(text string, first, rest float64, s Style) ([]string, error) {
	if min(first, rest) < s.Size {
		return nil, fmt.Errorf("pdf: %.0f points are too narrow for characters of %g points", min(first, rest), s.Size)
	}
	var failed error
	lines := Break(Clean(text), first, rest, func(t string) float64 {
		w, err := d.Measure(t, s)
		if err != nil && failed == nil {
			failed = err
		}
		return w - 0.01 // forgive the rounding of a full line of added widths
	})
	if failed != nil {
		return nil, failed
	}
	return lines, nil
}

// Paragraph sets text below what is there, going to new pages as needed.
func (d *Doc) Paragraph(text string, s Style) error {
	lines, err := d.Lines(text, s)
	if err != nil {
		return err
	}
	if height := float64(len(lines)) * s.pitch(); s.KeepOnPage && height <= d.Bottom()-d.opt.Top {
		d.Ensure(height)
	}
	for i := range lines {
		if err := d.SetLine(lines, i, s); err != nil {
			return err
		}
	}
	return nil
}

// SetLine sets the line i of those that Lines returned for the same style, on a new page when this one is full.
func (d *Doc) SetLine(lines []string, i int, s Style) error {
	d.Ensure(s.pitch())
	x, width := d.opt.Left+s.In, d.Width()-s.In-s.Out
	if i == 0 {
		x += s.FirstLine
		width -= s.FirstLine
	}
	if s.Align == Justify && (i == len(lines)-1 || d.tooLoose(lines[i], width, s)) {
		s.Align = Left
	}
	if err := d.TextAt(x, d.y, width, lines[i], s); err != nil {
		return err
	}
	d.y += s.pitch()
	return nil
}

// tooLoose tells whether spreading a line would pull its characters apart by more than a quarter of their size.
func (d *Doc) tooLoose(line string, width float64, s Style) bool {
	own, err := d.Measure(line, s)
	n := len([]rune(line))
	return err != nil || n < 2 || (width-own)/float64(n-1) > s.Size/4
}

// Space moves down by a height in points; at the top of a page it does nothing.
func (d *Doc) Space(height float64) {
	if d.y > d.opt.Top {
		d.y += height
	}
}
