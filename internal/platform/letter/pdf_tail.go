package letter

import (
	"xieshang/internal/platform/pdf"
)

// attachmentStyle hangs a name under its first character; lead is the width of what stands before it, deepest that of the first.
func attachmentStyle(lead, deepest float64) pdf.Style {
	s := text()
	s.Align = pdf.Left
	s.In = 2*step + deepest
	s.FirstLine = -lead
	return s
}

func (p *printer) attachments() error {
	lines, leads, err := p.attachmentLines()
	if err != nil || len(lines) == 0 {
		return err
	}
	p.Space(pitch)
	for i, line := range lines {
		if err := p.Paragraph(line, attachmentStyle(leads[i], leads[0])); err != nil {
			return err
		}
	}
	return nil
}

// attachmentLines are those of the letter, measured in the document's own face.
func (p *printer) attachmentLines() (lines []string, leads []float64, err error) {
	lines, leads = p.l.attachmentLines(func(before string) float64 {
		width, failed := p.Measure(before, text())
		if failed != nil && err == nil {
			err = failed
		}
		return width + spacing // Measure leaves out the spacing after the last character
	})
	return lines, leads, err
}

// tailHeight is what must follow the last lines of the body on one page: attachments, signature, date.
func (p *printer) tailHeight() (float64, error) {
	height := 4 * pitch
	lines, leads, err := p.attachmentLines()
	if err != nil {
		return 0, err
	}
	for i, line := range lines {
		broken, err := p.Lines(line, attachmentStyle(leads[i], leads[0]))
		if err != nil {
			return 0, err
		}
		height += float64(len(broken)) * pitch
	}
	if len(lines) > 0 {
		height += pitch
	}
	// A list of attachments longer than half a page cannot be kept together with anything.
	return min(height, 11*pitch), nil
}

// signature sets signature, date and notes, and the code to their left.
func (p *printer) signature() error {
	p.Ensure(4 * pitch)
	if p.l.QR != "" {
		if err := p.QR(p.l.QR, p.Left()+2*step-qrSide/12, p.Y()+pitch/2, qrSide); err != nil {
			return err
		}
	}
	p.Space(2 * pitch)
	s := text()
	s.Align = pdf.Right
	name, err := p.Measure(p.l.Signature, s)
	if err != nil {
		return err
	}
	date, err := p.Measure(p.l.DateText, s)
	if err != nil {
		return err
	}
	s.Out = signatureOut(name, date)
	if p.l.QR != "" {
		s.In = 2*step + qrSide // a long name goes beside the code, not over it
	}
	if err := p.Paragraph(p.l.Signature, s); err != nil {
		return err
	}
	s.In, s.Out = 0, 4*step
	if err := p.Paragraph(p.l.DateText, s); err != nil {
		return err
	}
	for _, note := range p.l.notes() {
		n := text()
		n.Align, n.FirstLine = pdf.Left, 2*step
		if err := p.Paragraph(note, n); err != nil {
			return err
		}
	}
	return nil
}

// missingNote lists the characters that no font has, those of the colophon below it included.
func (p *printer) missingNote() error {
	copies, printed := p.l.colophon()
	if err := p.Scan(copies, printed); err != nil {
		return err
	}
	missing := p.Missing()
	if len(missing) == 0 {
		return nil
	}
	p.Space(pitch / 2)
	return p.Paragraph(missingNote(missing), pdf.Style{Size: 10.5, Pitch: 16, Align: pdf.Left})
}

// colophon stands at the foot of the last page: a thick rule, copies, a thin rule, the printing office and date, a thick rule.
func (p *printer) colophon() error {
	copies, printed := p.l.colophon()
	if copies == "" && printed == "" {
		return nil
	}
	s := pdf.Style{Size: small, Pitch: smallPitch, In: small, Out: small, Align: pdf.Left}
	var lines []string
	height := 0.0
	if copies != "" {
		s.In, s.FirstLine = 4*small, -3*small // names hang after 抄送：
		var err error
		if lines, err = p.Lines(copies, s); err != nil {
			return err
		}
		height += float64(len(lines)) * smallPitch
	}
	if printed != "" {
		height += smallPitch
	}
	if p.Room() < height+pitch/2 {
		p.NewPage()
	}
	y := p.Bottom() - height
	right := p.Left() + p.Width()
	p.Line(p.Left(), y, right, y, thick, pdf.Colour{})
	p.SetY(y)
	for i := range lines {
		if err := p.SetLine(lines, i, s); err != nil {
			return err
		}
	}
	if printed != "" {
		y = p.Bottom() - smallPitch
		if copies != "" {
			p.Line(p.Left(), y, right, y, thin, pdf.Colour{})
		}
		line := pdf.Style{Size: small, Pitch: smallPitch, Align: pdf.Left}
		if err := p.TextAt(p.Left()+small, y, p.Width(), printed, line); err != nil {
			return err
		}
		line.Align = pdf.Right
		if err := p.TextAt(p.Left(), y, p.Width()-small, p.l.DateText+"印发", line); err != nil {
			return err
		}
	}
	p.Line(p.Left(), p.Bottom(), right, p.Bottom(), thick, pdf.Colour{})
	return nil
}
