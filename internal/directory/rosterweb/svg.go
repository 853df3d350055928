package rosterweb

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The drawing runs from left to right: a column for each level, a row for each organisation that has nothing below it. Lengths are in pixels of the drawing,
// which is scaled to A3 landscape.
const (
	boxWidth  = 250
	columnGap = 60
	rowGap    = 14
	lineSpace = 20
	boxPad    = 10
	edge      = 24
	fontSize  = 15
	lineUnits = 28 // half-width characters that fit a line of a box
)

// box is an organisation in the drawing.
type box struct {
	name, small  []string
	x, y, height int
	below        []*box
}

// drawSVG draws a line of Party organisations. Every text is text, wrapped to its box and never cut.
func drawSVG(title string, list []node) []byte {
	var roots []*box
	bottom, depth := edge+50, 0
	for _, n := range list {
		b := layOut(n, 0, &bottom, &depth)
		roots = append(roots, b)
	}
	width := max(2*edge+(depth+1)*boxWidth+depth*columnGap, 2*edge+units(title)*10)
	var out bytes.Buffer
	fmt.Fprintf(&out, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`<svg xmlns="http://www.w3.org/2000/svg" width="420mm" height="297mm" viewBox="0 0 %d %d" preserveAspectRatio="xMidYMid meet" font-family="'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif" font-size="%d">`+"\n", width, bottom+edge, fontSize)
	fmt.Fprintf(&out, "<title>%s</title>\n", escaped(title))
	fmt.Fprintf(&out, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n", width, bottom+edge)
	fmt.Fprintf(&out, `<text x="%d" y="%d" font-size="20" font-weight="bold">%s</text>`+"\n", edge, edge+20, escaped(title))
	for _, b := range roots {
		b.edges(&out)
	}
	for _, b := range roots {
		b.draw(&out)
	}
	out.WriteString("</svg>\n")
	return out.Bytes()
}

// layOut places an organisation in the middle of what is below it. bottom is the first free height.
func layOut(n node, level int, bottom, depth *int) *box {
	*depth = max(*depth, level)
	b := &box{name: wrap(n.name, lineUnits), x: edge + level*(boxWidth+columnGap)}
	b.small = append(wrap(n.kind, lineUnits+4), wrap(n.text, lineUnits+4)...)
	b.height = 2*boxPad + (len(b.name)+len(b.small))*lineSpace
	top := *bottom
	for _, k := range n.below {
		b.below = append(b.below, layOut(k, level+1, bottom, depth))
	}
	if len(b.below) == 0 {
		b.y = top
	} else {
		first, last := b.below[0], b.below[len(b.below)-1]
		b.y = max(top, (first.y+last.y+last.height)/2-b.height/2)
	}
	*bottom = max(*bottom, b.y+b.height+rowGap)
	return b
}

func (b *box) edges(out *bytes.Buffer) {
	x, y := b.x+boxWidth, b.y+b.height/2
	for _, k := range b.below {
		middle := x + columnGap/2
		fmt.Fprintf(out, `<path d="M%d %dH%dV%dH%d" fill="none" stroke="#8a8578" stroke-width="1.5"/>`+"\n", x, y, middle, k.y+k.height/2, k.x)
		k.edges(out)
	}
}

func (b *box) draw(out *bytes.Buffer) {
	fmt.Fprintf(out, `<rect x="%d" y="%d" width="%d" height="%d" rx="6" fill="#fdf9f1" stroke="#a3231f" stroke-width="1.5"/>`+"\n", b.x, b.y, boxWidth, b.height)
	y := b.y + boxPad + fontSize
	text := func(lines []string, attributes string) {
		if len(lines) == 0 {
			return
		}
		fmt.Fprintf(out, `<text x="%d" y="%d"%s>`, b.x+boxPad, y, attributes)
		for i, l := range lines {
			step := lineSpace
			if i == 0 {
				step = 0
			}
			fmt.Fprintf(out, `<tspan x="%d" dy="%d">%s</tspan>`, b.x+boxPad, step, escaped(l))
		}
		out.WriteString("</text>\n")
		y += len(lines) * lineSpace
	}
	text(b.name, ` font-weight="bold"`)
	text(b.small, ` font-size="13" fill="#4a463e"`)
	for _, k := range b.below {
		k.draw(out)
	}
}

// wrap cuts a text into lines of at most so many half-width characters: between words where it has them, anywhere within Chinese. Nothing is lost: the lines
// joined give the text, but for the blanks between words.
func wrap(text string, limit int) (out []string) {
	line, have := "", 0
	flush := func() {
		if l := strings.TrimSpace(line); l != "" {
			out = append(out, l)
		}
		line, have = "", 0
	}
	for _, piece := range pieces(text) {
		n := units(piece)
		if have > 0 && have+n > limit {
			flush()
		}
		for n > limit { // a word longer than a line
			cut := 0
			for size := 0; size < limit; {
				r, w := utf8.DecodeRuneInString(piece[cut:])
				size += unit(r)
				cut += w
			}
			out = append(out, piece[:cut])
			piece = piece[cut:]
			n = units(piece)
		}
		line += piece
		have += n
	}
	flush()
	return out
}

// pieces are what stays together: a word with the blank behind it, or one Chinese character.
func pieces(text string) (out []string) {
	word := ""
	for _, r := range text {
		if unit(r) == 2 {
			if word != "" {
				out = append(out, word)
			}
			out, word = append(out, string(r)), ""
			continue
		}
		word += string(r)
		if unicode.IsSpace(r) {
			out, word = append(out, word), ""
		}
	}
	if word != "" {
		out = append(out, word)
	}
	return out
}

func unit(r rune) int {
	if r >= 0x1100 {
		return 2
	}
	return 1
}

func units(s string) (n int) {
	for _, r := range s {
		n += unit(r)
	}
	return n
}

// escaped is a text inside XML; what XML cannot hold becomes U+FFFD.
func escaped(s string) string {
	var b bytes.Buffer
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return ""
	}
	return b.String()
}
