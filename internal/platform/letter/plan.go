package letter

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"xieshang/internal/platform/pdf"
)

// Measures of GB/T 9704-2012, 5.2 and 7, in millimetres and points. The text area is 156 by 225 mm: 22 lines of 28 characters.
const (
	marginTop, marginBottom = 37.0, 35.0
	marginLeft, marginRight = 28.0, 26.0
	textWidth               = 156 * pdf.MM
	char                    = 16.0  // size 3号
	spacing                 = -0.25 // 28 characters of 15.75 points fill 441 of the 442.2 points of a line
	step                    = char + spacing
	pitch                   = 28.95 // 22 lines fill 636.9 of the 637.8 points of a page
	titleSize, titlePitch   = 22.0, 34.0
	small, smallPitch       = 14.0, 22.0 // size 4号: table, copies, page number
	headFall                = 35.0       // from the text area's top to the red head
	ruleGap                 = 4.0        // from the number to the red rule
	ruleWidth               = 2.0
	pageNumberFall          = 7.0 // from the text area's foot to the page number's dash
	thick, thin             = 0.35 * pdf.MM, 0.25 * pdf.MM
	qrSide                  = 26 * pdf.MM
)

// part is a paragraph of the body, ready to be set.
type part struct {
	level int
	text  string
}

// bodyParts numbers the headings and splits texts at line ends.
func (l Letter) bodyParts() []part {
	var out []part
	var count [4]int
	for _, p := range l.Paragraphs {
		for i, line := range splitLines(p.Text) {
			if p.Level > 0 && i == 0 {
				count[p.Level]++
				for deeper := p.Level + 1; deeper < len(count); deeper++ {
					count[deeper] = 0
				}
				line = headingNumber(p.Level, count[p.Level]) + line
				out = append(out, part{p.Level, line})
				continue
			}
			out = append(out, part{0, line})
		}
	}
	return out
}

func (l Letter) closingParts() []part {
	var out []part
	for _, line := range splitLines(l.Closing) {
		out = append(out, part{0, line})
	}
	return out
}

func splitLines(text string) []string {
	var out []string
	for line := range strings.Lines(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")) {
		// The indent is ours, whether the text came with blanks or ideographic spaces.
		if line = strings.TrimFunc(line, unicode.IsSpace); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func headingNumber(level, n int) string {
	switch level {
	case 1:
		return chineseNumber(n) + "、"
	case 2:
		return "（" + chineseNumber(n) + "）"
	}
	return strconv.Itoa(n) + "."
}

// chineseNumber writes 1 to 99 as 一 to 九十九, and others in digits.
func chineseNumber(n int) string {
	digits := []string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	switch {
	case n < 1 || n > 99:
		return strconv.Itoa(n)
	case n < 10:
		return digits[n]
	case n < 20:
		return "十" + digits[n%10]
	}
	return digits[n/10] + "十" + digits[n%10]
}

// addressee ends with a colon, whichever the caller gave.
func (l Letter) addressee() string {
	return strings.TrimRight(strings.TrimSpace(l.To), "：:") + "："
}

// attachmentLines are the names with what stands before each; leads are the widths of that by measure.
func (l Letter) attachmentLines(measure func(string) float64) (lines []string, leads []float64) {
	for i, name := range l.Attachments {
		before := ""
		if i == 0 {
			before = "附件："
		}
		if len(l.Attachments) > 1 {
			before += strconv.Itoa(i+1) + "."
		}
		lines = append(lines, before+strings.TrimSpace(name))
		leads = append(leads, measure(before))
	}
	return lines, leads
}

// notes are the lines in brackets under the date.
func (l Letter) notes() []string {
	var out []string
	if c := strings.TrimSpace(l.Contact); c != "" {
		c = strings.TrimSuffix(strings.TrimPrefix(c, "（"), "）")
		out = append(out, "（"+c+"）")
	}
	if l.QR != "" {
		out = append(out, "（扫描二维码或者打开以下网址，可查看办理情况）", l.QR)
	}
	return out
}

// colophon is 版记: who gets copies, and who printed it when.
func (l Letter) colophon() (copies, printed string) {
	if len(l.CopyTo) > 0 {
		copies = "抄送：" + strings.TrimRight(strings.Join(l.CopyTo, "，"), "。") + "。"
	}
	return copies, l.PrintedBy
}

// missingNote says which characters were printed as 〓.
func missingNote(missing []rune) string {
	codes := make([]string, len(missing))
	for i, r := range missing {
		codes[i] = fmt.Sprintf("U+%04X", r)
	}
	return "注：字库中没有下列字符，文中以" + string(pdf.Geta) + "代替：" + strings.Join(codes, "，") + "。"
}

// headSize is the size of the red head in points: as large as one line allows, from 26 to 52.
func headSize(em float64) float64 {
	return min(52, max(26, float64(int(textWidth/max(em, 1)))))
}

// ems is the width of text in characters, a Latin letter or digit being half of one: near enough where no font is at hand.
func ems(text string) float64 {
	n := 0.0
	for _, r := range text {
		switch {
		case r == '.' || r == ',' || r == ' ':
			n += 0.25
		case r < 0x2000:
			n += 0.5
		default:
			n++
		}
	}
	return n
}

// balanced breaks a centred text so that its lines are about equally long instead of leaving a single word on the last one.
func balanced(text string, width float64, measure func(string) float64) []string {
	lines := pdf.Break(text, width, width, measure)
	if len(lines) < 2 {
		return lines
	}
	// Narrow the measure as long as no line more is needed.
	for w := width - char/2; w > width/2; w -= char / 2 {
		tried := pdf.Break(text, w, w, measure)
		if len(tried) > len(lines) {
			break
		}
		lines = tried
	}
	return lines
}

// signatureOut is the room to the right of the signature, which stands centred over the date; the date stands four characters
// from the edge, so that the seal has room. A long signature keeps two characters from the edge.
func signatureOut(signature, date float64) float64 {
	return max(2*step, 4*step+date/2-signature/2)
}
