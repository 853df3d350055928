package letter

import (
	"fmt"
	"io"
	"strconv"

	"xieshang/internal/platform/pdf"
)

var red = pdf.Colour{R: 0xd0, G: 0x10, B: 0x10}

// PDF writes the letter as PDF. Characters that no font has are printed as 〓 and listed in a note on the last page.
// Errors: those of Validate; a font that cannot be used; those of w.
func PDF(w io.Writer, l Letter, font pdf.Font) error {
	if err := l.Validate(); err != nil {
		return err
	}
	doc, err := pdf.New(pdf.Options{
		Font: font, Top: marginTop * pdf.MM, Bottom: marginBottom * pdf.MM, Left: marginLeft * pdf.MM, Right: marginRight * pdf.MM,
		Title: pdf.Clean(l.Title), Subject: l.Kind.String() + " " + l.Number, Author: pdf.Clean(l.Signature), Footer: pageNumber,
	})
	if err != nil {
		return err
	}
	p := &printer{Doc: doc, l: l}
	for _, step := range []func() error{p.head, p.title, p.body, p.attachments, p.signature, p.missingNote, p.colophon} {
		if err := step(); err != nil {
			return fmt.Errorf("letter %s: %w", l.Number, err)
		}
	}
	if _, err := doc.WriteTo(w); err != nil {
		return fmt.Errorf("letter %s: %w", l.Number, err)
	}
	return nil
}

// printer sets one letter from top to bottom.
type printer struct {
	*pdf.Doc
	l Letter
}

func text() pdf.Style {
	return pdf.Style{Size: char, Pitch: pitch, Spacing: spacing, Align: pdf.Justify}
}

// pageNumber stands at the outer edge, one character in, 7 mm below the text area.
func pageNumber(d *pdf.Doc, page, _ int) error {
	s := pdf.Style{Size: small, Pitch: smallPitch, Align: pdf.Right}
	x := d.Left()
	if page%2 == 0 {
		s.Align = pdf.Left
		x += small
	}
	y := d.Bottom() + pageNumberFall*pdf.MM - smallPitch/2
	return d.TextAt(x, y, d.Width()-small, "— "+strconv.Itoa(page)+" —", s)
}

// head sets urgency, red head, number, signer and the red rule.
func (p *printer) head() error {
	top := p.Y()
	if p.l.Urgency != "" {
		s := text()
		s.Bold, s.Align = true, pdf.Left
		if err := p.Paragraph(p.l.Urgency, s); err != nil {
			return err
		}
	}
	p.SetY(top + headFall*pdf.MM)
	issuer := pdf.Clean(p.l.Issuer)
	unit, err := p.Measure(issuer, pdf.Style{Size: 1, Bold: true})
	if err != nil {
		return err
	}
	size := headSize(unit)
	s := pdf.Style{Size: size, Pitch: size * 1.25, Bold: true, Colour: red, Align: pdf.Centre}
	if err := p.centred(issuer, s); err != nil {
		return err
	}
	p.Space(2 * pitch)
	s = text()
	if p.l.Signer == "" {
		s.Align = pdf.Centre
		if err := p.Paragraph(p.l.Number, s); err != nil {
			return err
		}
	} else {
		// Number one character from the left, signer one from the right, on one line.
		s.Align = pdf.Left
		if err := p.TextAt(p.Left()+step, p.Y(), p.Width(), p.l.Number, s); err != nil {
			return err
		}
		s.Align = pdf.Right
		if err := p.TextAt(p.Left(), p.Y(), p.Width()-step, "签发人："+p.l.Signer, s); err != nil {
			return err
		}
		p.Space(pitch)
	}
	// The number's own line has about 6 points below the characters.
	y := p.Y() - (pitch-char)/2 + ruleGap*pdf.MM
	p.Line(p.Left(), y, p.Left()+p.Width(), y, ruleWidth, red)
	p.SetY(y)
	return nil
}

// title sets the title two lines below the rule and the addressee one line below the title.
func (p *printer) title() error {
	p.Space(2*pitch - (titlePitch-titleSize)/2)
	s := pdf.Style{Size: titleSize, Pitch: titlePitch, Bold: true, Align: pdf.Centre}
	if err := p.centred(pdf.Clean(p.l.Title), s); err != nil {
		return err
	}
	p.Space(pitch)
	s = text()
	s.Align = pdf.Left
	return p.Paragraph(p.l.addressee(), s)
}

// centred sets a text in lines of about equal length.
func (p *printer) centred(t string, s pdf.Style) error {
	var failed error
	lines := balanced(t, p.Width(), func(part string) float64 {
		width, err := p.Measure(part, s)
		if err != nil && failed == nil {
			failed = err
		}
		return width
	})
	if failed != nil {
		return failed
	}
	for i := range lines {
		if err := p.SetLine(lines, i, s); err != nil {
			return err
		}
	}
	return nil
}

func bodyStyle(level int) pdf.Style {
	s := text()
	s.FirstLine = 2 * step
	s.Bold = level == 1
	return s
}

// body sets paragraphs, table and closing. The last two lines stay on the page of the signature, which must never stand alone.
func (p *printer) body() error {
	parts, closing := p.l.bodyParts(), p.l.closingParts()
	tail, err := p.tailHeight()
	if err != nil {
		return err
	}
	for i, part := range parts {
		keep := 0.0
		switch {
		case i == len(parts)-1 && len(p.l.Table) == 0 && len(closing) == 0:
			keep = tail
		case part.level > 0:
			// A heading is not left at the foot of a page, nor are several of them.
			keep = pitch
			for k := i + 1; k < len(parts)-1 && parts[k].level > 0; k++ {
				keep += pitch
			}
		}
		if err := p.paragraph(part, keep); err != nil {
			return err
		}
	}
	keep := tail
	if len(closing) > 0 {
		keep = pitch
	}
	if err := p.table(keep); err != nil {
		return err
	}
	for i, part := range closing {
		keep := 0.0
		if i == len(closing)-1 {
			keep = tail
		}
		if err := p.paragraph(part, keep); err != nil {
			return err
		}
	}
	return nil
}

// paragraph sets a part so that its last two lines stay with the keep points that follow.
func (p *printer) paragraph(t part, keep float64) error {
	s := bodyStyle(t.level)
	lines, err := p.Lines(t.text, s)
	if err != nil {
		return err
	}
	for i := range lines {
		if keep > 0 && i == max(0, len(lines)-2) {
			p.Ensure(float64(len(lines)-i)*pitch + keep)
		}
		if err := p.SetLine(lines, i, s); err != nil {
			return err
		}
	}
	return nil
}

func (p *printer) table(keep float64) error {
	if len(p.l.Table) == 0 {
		return nil
	}
	s := pdf.Style{Size: small, Pitch: smallPitch, Align: pdf.Left}
	label := min(10, p.labelEms())*small + small
	widths := []float64{label, p.Width() - label}
	rows := make([][]string, len(p.l.Table))
	for i, r := range p.l.Table {
		rows[i] = []string{r.Label, r.Value}
	}
	last := len(rows) - 1
	const pad = 7
	p.Space(pitch / 3)
	if err := p.Table(rows[:last], widths, pad, s); err != nil {
		return err
	}
	height, err := p.RowHeight(rows[last], widths, pad, s)
	if err != nil {
		return err
	}
	p.Ensure(height + keep)
	if err := p.Table(rows[last:], widths, pad, s); err != nil {
		return err
	}
	p.Space(pitch / 3)
	return nil
}

func (p *printer) labelEms() float64 {
	most := 4.0
	for _, r := range p.l.Table {
		most = max(most, ems(r.Label))
	}
	return most
}
