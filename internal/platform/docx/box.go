package docx

import (
	"errors"
	"fmt"
)

// Box is a fixed place on the page that its paragraph falls on, in points: it begins at the left edge of the text, FromTop below
// the paper's upper edge; other text stays above and below it.
type Box struct{ Width, Height, FromTop float64 }

// Box adds a paragraph without height that carries what fill adds to the document meanwhile: paragraphs and tables, no further
// box. Word 2010 and later show it; a text box is the only floating thing that other programs place alike.
func (d *Doc) Box(box Box, fill func()) {
	if box.Width <= 0 || box.Height <= 0 || box.FromTop < 0 {
		d.fail(errors.New("docx: a box needs a width, a height and a place"))
		return
	}
	before := d.body.String()
	d.body.Reset()
	fill()
	inside := d.body.String()
	d.body.Reset()
	d.drawings++
	size := fmt.Sprintf(`cx="%d" cy="%d"`, emu(box.Width), emu(box.Height))
	d.body.WriteString(before)
	d.body.WriteString(`<w:p>` + d.paraProps(Para{Line: 1}) + `<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>`)
	fmt.Fprintf(&d.body, `<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="%d" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">`+
		`<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="margin"><wp:posOffset>0</wp:posOffset></wp:positionH>`+
		`<wp:positionV relativeFrom="page"><wp:posOffset>%d</wp:posOffset></wp:positionV><wp:extent %s/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapTopAndBottom/>`+
		`<wp:docPr id="%d" name="box%d"/><wp:cNvGraphicFramePr/>`, d.drawings, emu(box.FromTop), size, d.drawings, d.drawings)
	d.body.WriteString(`<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/>` +
		`<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext ` + size + `/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>` +
		`<wps:txbx><w:txbxContent>` + inside + d.paragraph(Para{Line: 1}, nil) + `</w:txbxContent></wps:txbx>` +
		`<wps:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="t"><a:noAutofit/></wps:bodyPr></wps:wsp></a:graphicData></a:graphic>` +
		`</wp:anchor></w:drawing></mc:Choice></mc:AlternateContent></w:r></w:p>`)
}
