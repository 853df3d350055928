// Package docx builds Word documents (Office Open XML, ISO/IEC 29500): paragraphs with exact spacing and East Asian fonts, tables,
// pictures and page numbers. It promises that the same calls give the same bytes and that any text is escaped; it serves C1 (letters).
package docx

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"
)

// Page is the size and grid of an A4 document. Lengths are in millimetres.
type Page struct {
	Top, Bottom, Left, Right float64
	Footer                   float64 // from the paper's lower edge to the footer
}

// Font names a face for ideographs and one for Latin letters and digits.
type Font struct {
	East, Latin string
	// Else are faces that look alike, tried by Word where East is not installed.
	Else string
}

// Text is how a run of characters looks. The zero value takes what the document's body has.
type Text struct {
	Font    Font
	Size    float64 // points; 0 means the body's
	Bold    bool
	Colour  string  // RRGGBB; empty means black
	Spacing float64 // points after each character, may be negative; -0.05 is the smallest step
}

// Align of a paragraph.
type Align string

// The alignments; Spread stretches the last line too.
const (
	Left    Align = "left"
	Centre  Align = "center"
	Right   Align = "right"
	Justify Align = "both"
	Spread  Align = "distribute"
)

// Rule is a line below or above a paragraph.
type Rule struct {
	Width  float64 // points, 0.25 to 12; 0 for none
	Gap    float64 // points between text and rule, at most 31
	Colour string  // RRGGBB
}

// Tab is a tab stop, in points from the left edge of the text.
type Tab struct {
	At    float64
	Align Align // Left, Centre or Right
}

// Para is how a paragraph is set. Lengths are in points.
type Para struct {
	Align               Align   // empty means Left
	Line                float64 // exact line height; 0 means the body's
	Before, After       float64
	FirstLine, In, Out  float64 // FirstLine may be negative: a hanging indent
	Above, Below        Rule
	Tabs                []Tab
	KeepNext, KeepLines bool
	Outline             int // 1 to 9: shown as a heading of that level in the navigation; 0 for plain text
}

// Run is a piece of a paragraph: text (a tab character is a tab stop), or a page number, or a picture.
type Run struct {
	Text    string
	Look    Text
	Page    bool     // the number of the page
	Picture *Picture // drawn instead of text
}

// Picture is a PNG file. Side lengths and offsets are in points.
type Picture struct {
	PNG           []byte
	Width, Height float64
	Alt           string // for readers who do not see it
	// Floating pictures do not push text aside; X is from the left edge of the text, Y from the paragraph's top.
	Floating bool
	X, Y     float64
}

// Doc is a document being built. The zero value is not usable; call New.
type Doc struct {
	page     Page
	look     Text
	para     Para
	title    string
	subject  string
	body     strings.Builder
	odd      string
	even     string
	pictures [][]byte
	drawings int
	fonts    map[string]Font
	err      error
}

// New starts a document. body and para are what runs and paragraphs have when they say nothing: body needs a size and fonts,
// para a line height.
func New(page Page, body Text, para Para) (*Doc, error) {
	if body.Size <= 0 || body.Font.East == "" || body.Font.Latin == "" || para.Line <= 0 {
		return nil, errors.New("docx: the body needs a size, both fonts and a line height")
	}
	if page.Left+page.Right > 160 || page.Top+page.Bottom > 247 || min(page.Top, page.Bottom, page.Left, page.Right, page.Footer) < 0 {
		return nil, errors.New("docx: margins must be positive and leave at least 50 mm for text")
	}
	d := &Doc{page: page, look: body, para: para, fonts: map[string]Font{}}
	d.fonts[body.Font.East] = body.Font
	return d, nil
}

// Info sets the title and subject that file managers show.
func (d *Doc) Info(title, subject string) { d.title, d.subject = clean(title), clean(subject) }

// Paragraph adds a paragraph of runs.
func (d *Doc) Paragraph(p Para, runs ...Run) { d.body.WriteString(d.paragraph(p, runs)) }

// Plain adds a paragraph of text in the body's look.
func (d *Doc) Plain(p Para, text string) { d.Paragraph(p, Run{Text: text}) }

// Heading adds a heading of level 1 to 9 that shows in the navigation and stays with what follows.
func (d *Doc) Heading(level int, text string, look Text) {
	if level < 1 || level > 9 {
		d.fail(fmt.Errorf("docx: heading level must be 1 to 9, not %d", level))
		return
	}
	d.Paragraph(Para{Outline: level, KeepNext: true}, Run{Text: text, Look: look})
}

// PageBreak begins a new page.
func (d *Doc) PageBreak() { d.body.WriteString(`<w:p><w:r><w:br w:type="page"/></w:r></w:p>`) }

// Footer sets what stands at the foot of odd pages and of even ones.
func (d *Doc) Footer(odd, even Para, oddRuns, evenRuns []Run) {
	d.odd, d.even = d.paragraph(odd, oddRuns), d.paragraph(even, evenRuns)
}

func (d *Doc) fail(err error) {
	if d.err == nil {
		d.err = err
	}
}

// WriteTo writes the document. It reports the first thing that went wrong while building.
func (d *Doc) WriteTo(w io.Writer) (int64, error) {
	if d.err != nil {
		return 0, d.err
	}
	count := &counter{w: w}
	z := zip.NewWriter(count)
	for _, part := range d.parts() {
		f, err := z.Create(part.name)
		if err != nil {
			return count.n, fmt.Errorf("docx: %s: %w", part.name, err)
		}
		if _, err := f.Write(part.data); err != nil {
			return count.n, fmt.Errorf("docx: %s: %w", part.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return count.n, fmt.Errorf("docx: %w", err)
	}
	return count.n, nil
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// twips is twentieths of a point, the unit of most measures in the format.
func twips(points float64) int { return int(math.Round(points * 20)) }

// emu is English metric units, 12,700 a point, the unit of pictures.
func emu(points float64) int { return int(math.Round(points * 12700)) }

func mm(millimetres float64) int { return twips(millimetres * 72 / 25.4) }

// clean takes out what XML cannot hold; line ends stay.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r >= 0x20 && r != 0xFFFE && r != 0xFFFF && utf8.ValidRune(r) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// esc makes text safe inside an element or a quoted attribute.
func esc(s string) string {
	var b strings.Builder
	// A strings.Builder never refuses a write.
	_ = xml.EscapeText(&b, []byte(clean(s)))
	return b.String()
}
