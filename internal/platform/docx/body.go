package docx

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"regexp"
	"strings"
)

// element order inside w:pPr and w:rPr is fixed by the schema; Word refuses files that differ.
func (d *Doc) paragraph(p Para, runs []Run) string {
	var b strings.Builder
	b.WriteString("<w:p>")
	b.WriteString(d.paraProps(p))
	for _, r := range runs {
		b.WriteString(d.run(r))
	}
	b.WriteString("</w:p>")
	return b.String()
}

func (d *Doc) paraProps(p Para) string {
	var b strings.Builder
	b.WriteString("<w:pPr>")
	if p.KeepNext {
		b.WriteString("<w:keepNext/>")
	}
	if p.KeepLines {
		b.WriteString("<w:keepLines/>")
	}
	if p.Above.Width > 0 || p.Below.Width > 0 {
		b.WriteString("<w:pBdr>" + d.rule("top", p.Above) + d.rule("bottom", p.Below) + "</w:pBdr>")
	}
	if len(p.Tabs) > 0 {
		b.WriteString("<w:tabs>")
		for _, t := range p.Tabs {
			fmt.Fprintf(&b, `<w:tab w:val="%s" w:pos="%d"/>`, align(t.Align), twips(t.At))
		}
		b.WriteString("</w:tabs>")
	}
	line := p.Line
	if line == 0 {
		line = d.para.Line
	}
	fmt.Fprintf(&b, `<w:spacing w:before="%d" w:after="%d" w:line="%d" w:lineRule="exact"/>`, twips(p.Before), twips(p.After), twips(line))
	if p.In != 0 || p.Out != 0 || p.FirstLine != 0 {
		fmt.Fprintf(&b, `<w:ind w:left="%d" w:right="%d"`, twips(p.In), twips(p.Out))
		if p.FirstLine < 0 {
			fmt.Fprintf(&b, ` w:hanging="%d"/>`, -twips(p.FirstLine))
		} else {
			fmt.Fprintf(&b, ` w:firstLine="%d"/>`, twips(p.FirstLine))
		}
	}
	fmt.Fprintf(&b, `<w:jc w:val="%s"/>`, align(p.Align))
	if p.Outline > 0 {
		fmt.Fprintf(&b, `<w:outlineLvl w:val="%d"/>`, p.Outline-1)
	}
	b.WriteString("</w:pPr>")
	return b.String()
}

func align(a Align) string {
	switch a {
	case Centre, Right, Justify, Spread:
		return string(a)
	}
	return string(Left)
}

var hexColour = regexp.MustCompile(`^[0-9A-Fa-f]{6}$`)

func (d *Doc) colour(c string) string {
	if c == "" {
		return "000000"
	}
	if !hexColour.MatchString(c) {
		d.fail(fmt.Errorf("docx: colour %q is not RRGGBB", c))
		return "000000"
	}
	return c
}

func (d *Doc) rule(side string, r Rule) string {
	if r.Width <= 0 {
		return ""
	}
	// The width is in eighths of a point.
	return fmt.Sprintf(`<w:%s w:val="single" w:sz="%d" w:space="%d" w:color="%s"/>`, side, max(2, int(r.Width*8+0.5)), min(31, int(r.Gap+0.5)), d.colour(r.Colour))
}

func (d *Doc) runProps(t Text) string {
	var b strings.Builder
	b.WriteString("<w:rPr>")
	if t.Font.East != "" || t.Font.Latin != "" {
		f := t.Font
		if f.East == "" {
			f.East = d.look.Font.East
		}
		if f.Latin == "" {
			f.Latin = d.look.Font.Latin
		}
		d.fonts[f.East] = f
		// The hint makes quotation marks, dashes and dots take the wide East Asian form.
		fmt.Fprintf(&b, `<w:rFonts w:ascii="%[1]s" w:hAnsi="%[1]s" w:eastAsia="%[2]s" w:cs="%[1]s" w:hint="eastAsia"/>`, esc(f.Latin), esc(f.East))
	} else {
		b.WriteString(`<w:rFonts w:hint="eastAsia"/>`)
	}
	if t.Bold {
		b.WriteString("<w:b/>")
	}
	if t.Colour != "" {
		fmt.Fprintf(&b, `<w:color w:val="%s"/>`, d.colour(t.Colour))
	}
	if t.Spacing != 0 {
		fmt.Fprintf(&b, `<w:spacing w:val="%d"/>`, twips(t.Spacing))
	}
	if t.Size > 0 {
		half := int(t.Size*2 + 0.5)
		fmt.Fprintf(&b, `<w:sz w:val="%d"/><w:szCs w:val="%d"/>`, half, half)
	}
	b.WriteString("</w:rPr>")
	return b.String()
}

func (d *Doc) run(r Run) string {
	props := d.runProps(r.Look)
	switch {
	case r.Picture != nil:
		return "<w:r>" + props + d.drawing(*r.Picture) + "</w:r>"
	case r.Page:
		field := func(kind string) string {
			return `<w:r>` + props + `<w:fldChar w:fldCharType="` + kind + `"/></w:r>`
		}
		return field("begin") + "<w:r>" + props + `<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>` +
			field("separate") + "<w:r>" + props + "<w:t>1</w:t></w:r>" + field("end")
	}
	var b strings.Builder
	b.WriteString("<w:r>" + props)
	for i, line := range strings.Split(r.Text, "\n") {
		if i > 0 {
			b.WriteString("<w:br/>")
		}
		for k, part := range strings.Split(line, "\t") {
			if k > 0 {
				b.WriteString("<w:tab/>")
			}
			if part != "" {
				b.WriteString(`<w:t xml:space="preserve">` + esc(part) + "</w:t>")
			}
		}
	}
	b.WriteString("</w:r>")
	return b.String()
}

func (d *Doc) drawing(p Picture) string {
	if _, err := png.DecodeConfig(bytes.NewReader(p.PNG)); err != nil {
		d.fail(fmt.Errorf("docx: picture is not a PNG file: %w", err))
		return ""
	}
	if p.Width <= 0 || p.Height <= 0 {
		d.fail(errors.New("docx: a picture needs a width and a height"))
		return ""
	}
	d.pictures = append(d.pictures, p.PNG)
	d.drawings++
	n := len(d.pictures)
	extent := fmt.Sprintf(`cx="%d" cy="%d"`, emu(p.Width), emu(p.Height))
	graphic := fmt.Sprintf(`<wp:docPr id="%d" name="picture%d" descr="%s"/><wp:cNvGraphicFramePr/>`+
		`<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>`+
		`<pic:nvPicPr><pic:cNvPr id="%d" name="picture%d"/><pic:cNvPicPr/></pic:nvPicPr>`+
		`<pic:blipFill><a:blip r:embed="picture%d"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>`+
		`<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext %s/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>`+
		`</pic:pic></a:graphicData></a:graphic>`, d.drawings, n, esc(p.Alt), n, n, n, extent)
	if !p.Floating {
		return `<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent ` + extent + `/>` + graphic + `</wp:inline></w:drawing>`
	}
	return fmt.Sprintf(`<w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="%d" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">`+
		`<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="margin"><wp:posOffset>%d</wp:posOffset></wp:positionH>`+
		`<wp:positionV relativeFrom="paragraph"><wp:posOffset>%d</wp:posOffset></wp:positionV>`+
		`<wp:extent %s/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>%s</wp:anchor></w:drawing>`, d.drawings, emu(p.X), emu(p.Y), extent, graphic)
}
