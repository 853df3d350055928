package pdf

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"xieshang/assets/fonts"
)

// Geta is the printer's mark for a character that no font has.
const Geta = '〓'

// Align of a line within its measure.
type Align int

// The alignments. Justify stretches all lines but the last of a paragraph to the full measure.
const (
	Left Align = iota
	Centre
	Right
	Justify
)

// Style of a paragraph or a piece of text. Lengths are in points.
type Style struct {
	Size       float64 // of the characters; must be above zero
	Pitch      float64 // from one line to the next; 0 means 1.5 times Size
	Spacing    float64 // added after each character, may be negative
	FirstLine  float64 // further indent of the first line, may be negative
	In, Out    float64 // indents from the left and the right edge
	Align      Align
	Bold       bool
	Colour     Colour
	KeepOnPage bool // all lines on one page, when one page can hold them
}

func (s Style) pitch() float64 {
	if s.Pitch == 0 {
		return s.Size * 1.5
	}
	return s.Pitch
}

// builtins is the built-in face of a chain, used behind an operator's own font.
func builtins(name string) source {
	if name == "bold" {
		return source{builtin: fonts.Bold}
	}
	return source{builtin: fonts.Regular}
}

// Clean makes text printable on one line: line ends and tabs become blanks, characters without a shape (controls, byte order
// marks, joiners, variation selectors) go.
func Clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r' || r == '\u00a0' || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r):
			return -1
		case r == unicode.ReplacementChar:
			return Geta
		}
		return r
	}, text)
}

// find returns the face for a character and its width in thousandths of the size; a nil face when none has it.
func (d *Doc) find(c *chain, r rune) (*face, float64, error) {
	for i := 0; ; i++ {
		if i == len(c.faces) {
			opened, err := d.openNext(c)
			if err != nil {
				return nil, 0, err
			}
			if !opened {
				return nil, 0, nil
			}
		}
		f := c.faces[i]
		width, known := f.widths[r]
		if !known {
			var err error
			if width, err = d.lookUp(f, r); err != nil {
				return nil, 0, err
			}
			f.widths[r] = width
		}
		if width >= 0 {
			return f, width, nil
		}
	}
}

// openNext opens the next pending face of the chain that exists; false when there is none.
func (d *Doc) openNext(c *chain) (bool, error) {
	for len(c.pending) > 0 {
		next := c.pending[0]
		c.pending = c.pending[1:]
		data, err := next.read()
		if err != nil {
			return false, fmt.Errorf("pdf: fallback: %w", err)
		}
		if data == nil {
			continue
		}
		name := "regular-more"
		if c == d.bold {
			name = "bold-more"
		}
		if err := d.addFace(c, name, data); err != nil {
			return false, fmt.Errorf("pdf: fallback font %s: %w", next.path, err)
		}
		return true, nil
	}
	return false, nil
}

func (d *Doc) lookUp(f *face, r rune) (float64, error) {
	if err := d.gp.SetFont(f.family, "", 1000.0); err != nil {
		return 0, fmt.Errorf("pdf: font %s: %w", f.family, err)
	}
	if ok, err := d.gp.IsCurrFontContainGlyph(r); err != nil || !ok {
		return -1, err
	}
	if err := d.gp.SetCharSpacing(0); err != nil {
		return 0, err
	}
	width, err := d.gp.MeasureTextWidth(string(r))
	if err != nil {
		return 0, fmt.Errorf("pdf: measure U+%04X: %w", r, err)
	}
	return width, nil
}

// piece is a run of characters of one face.
type piece struct {
	face  *face
	text  []rune
	width float64 // thousandths of the size
}

// pieces splits cleaned text by face and puts the geta mark where no face has the character.
func (d *Doc) pieces(text string, bold bool) ([]piece, error) {
	c := d.regular
	if bold {
		c = d.bold
	}
	var out []piece
	for _, r := range text {
		f, width, err := d.find(c, r)
		if err != nil {
			return nil, err
		}
		if f == nil {
			d.note(r)
			if f, width, err = d.find(c, Geta); err != nil {
				return nil, err
			}
			if f == nil {
				return nil, fmt.Errorf("pdf: no font has U+%04X, nor the mark that stands for it", r)
			}
			r = Geta
		}
		if n := len(out); n == 0 || out[n-1].face != f {
			out = append(out, piece{face: f})
		}
		p := &out[len(out)-1]
		p.text = append(p.text, r)
		p.width += width
	}
	return out, nil
}

func (d *Doc) note(r rune) {
	if i, found := slices.BinarySearch(d.missing, r); !found {
		d.missing = slices.Insert(d.missing, i, r)
	}
}

// Scan notes the missing characters of texts that are drawn later, so that Missing is complete before they are.
func (d *Doc) Scan(texts ...string) error {
	for _, t := range texts {
		if _, err := d.pieces(Clean(t), false); err != nil {
			return err
		}
	}
	return nil
}

// Measure returns the width of text set in one line, in points, character spacing included but for the last one.
func (d *Doc) Measure(text string, s Style) (float64, error) {
	parts, err := d.pieces(Clean(text), s.Bold)
	if err != nil {
		return 0, err
	}
	return widthOf(parts, s), nil
}

func widthOf(parts []piece, s Style) float64 {
	width, n := 0.0, 0
	for _, p := range parts {
		width += p.width * s.Size / 1000
		n += len(p.text)
	}
	if n > 1 {
		width += float64(n-1) * s.Spacing
	}
	return width
}

// TextAt draws one line whose box begins at x and y (its top) and is width wide, aligned within it; for Justify the characters
// are spread over the whole width. The text stands in the middle of the line's pitch.
func (d *Doc) TextAt(x, y, width float64, text string, s Style) error {
	if s.Size <= 0 {
		return fmt.Errorf("pdf: text size must be above zero, not %g", s.Size)
	}
	parts, err := d.pieces(Clean(text), s.Bold)
	if err != nil {
		return err
	}
	own := widthOf(parts, s)
	switch s.Align {
	case Centre:
		x += (width - own) / 2
	case Right:
		x += width - own
	case Justify:
		n := 0
		for _, p := range parts {
			n += len(p.text)
		}
		if n > 1 {
			s.Spacing += (width - own) / float64(n-1)
		}
	}
	// An ideograph's box reaches from about 0.88 above to 0.12 below the baseline.
	base := y + s.pitch()/2 + s.Size*0.38
	d.gp.SetTextColor(s.Colour.R, s.Colour.G, s.Colour.B)
	for _, p := range parts {
		if err := d.gp.SetFont(p.face.family, "", s.Size); err != nil {
			return fmt.Errorf("pdf: font %s: %w", p.face.family, err)
		}
		if err := d.gp.SetCharSpacing(s.Spacing); err != nil {
			return fmt.Errorf("pdf: spacing: %w", err)
		}
		d.gp.SetXY(x, base)
		if err := d.gp.Text(string(p.text)); err != nil {
			return fmt.Errorf("pdf: text: %w", err)
		}
		x += p.width*s.Size/1000 + float64(len(p.text))*s.Spacing
	}
	d.gp.SetTextColor(0, 0, 0)
	return nil
}
