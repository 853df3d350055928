package letter

import (
	"fmt"
	"io"
	"strings"

	"xieshang/internal/platform/docx"
	"xieshang/internal/platform/pdf"
)

// The faces that the standard asks for. They are named, not embedded: a clerk's Word has them or shows the look-alike.
var (
	fangsong = docx.Font{East: "仿宋_GB2312", Latin: "Times New Roman", Else: "仿宋"}
	xiaobiao = docx.Font{East: "方正小标宋简体", Latin: "Times New Roman", Else: "华文中宋"}
	heiti    = docx.Font{East: "黑体", Latin: "Times New Roman", Else: "SimHei"}
	kaiti    = docx.Font{East: "楷体_GB2312", Latin: "Times New Roman", Else: "楷体"}
)

const redHex = "D01010"

// DOCX writes the letter as a Word document. Errors: those of Validate, an address too long for a QR code, those of w.
func DOCX(w io.Writer, l Letter) error {
	if err := l.Validate(); err != nil {
		return err
	}
	doc, err := docx.New(
		docx.Page{Top: marginTop, Bottom: marginBottom, Left: marginLeft, Right: marginRight, Footer: marginBottom - pageNumberFall - 5},
		docx.Text{Font: fangsong, Size: char, Spacing: spacing}, docx.Para{Line: pitch})
	if err != nil {
		return err
	}
	doc.Info(pdf.Clean(l.Title), l.Kind.String()+" "+l.Number)
	t := &typist{Doc: doc, l: l}
	t.head()
	t.title()
	t.body()
	t.attachments()
	if err := t.signature(); err != nil {
		return fmt.Errorf("letter %s: %w", l.Number, err)
	}
	t.colophon()
	t.pageNumbers()
	if _, err := doc.WriteTo(w); err != nil {
		return fmt.Errorf("letter %s: %w", l.Number, err)
	}
	return nil
}

// typist builds one letter from top to bottom.
type typist struct {
	*docx.Doc
	l Letter
}

// line is text that stays on one line.
func line(s string) string { return pdf.Clean(s) }

func width(s string) float64 { return ems(s) * step }

func (t *typist) head() {
	before := headFall * pdf.MM
	if t.l.Urgency != "" {
		t.Paragraph(docx.Para{}, docx.Run{Text: t.l.Urgency, Look: docx.Text{Font: heiti}})
		before -= pitch
	}
	issuer := line(t.l.Issuer)
	size := headSize(ems(issuer))
	// Empty lines and not a space before, which some programs drop at the top of a page.
	t.Plain(docx.Para{Line: before}, "")
	t.centred(issuer, docx.Text{Font: xiaobiao, Size: size, Colour: redHex, Spacing: 0.05}, size*1.25)
	t.Plain(docx.Para{}, "")
	t.Plain(docx.Para{}, "")
	rule := docx.Rule{Width: ruleWidth, Gap: ruleGap*pdf.MM - (pitch-char)/2, Colour: redHex}
	if t.l.Signer == "" {
		t.Paragraph(docx.Para{Align: docx.Centre, Below: rule}, docx.Run{Text: t.l.Number})
		return
	}
	// The signer is one character from the right edge; the rule still runs over the whole width.
	t.Paragraph(docx.Para{Below: rule, Tabs: []docx.Tab{{At: step, Align: docx.Left}, {At: textWidth - step, Align: docx.Right}}},
		docx.Run{Text: "\t" + t.l.Number + "\t签发人："}, docx.Run{Text: line(t.l.Signer), Look: docx.Text{Font: kaiti}})
}

// centred writes a text in lines of about equal length.
func (t *typist) centred(s string, look docx.Text, lineHeight float64) {
	lines := balanced(s, textWidth, func(part string) float64 { return ems(part) * (look.Size + look.Spacing) })
	t.Paragraph(docx.Para{Align: docx.Centre, Line: lineHeight, KeepNext: true}, docx.Run{Text: strings.Join(lines, "\n"), Look: look})
}

func (t *typist) title() {
	t.Plain(docx.Para{}, "")
	t.Plain(docx.Para{}, "")
	t.centred(line(t.l.Title), docx.Text{Font: xiaobiao, Size: titleSize, Spacing: 0.05}, titlePitch)
	t.Plain(docx.Para{}, "")
	t.Plain(docx.Para{}, line(t.l.addressee()))
}

func (t *typist) parts(parts []part, last bool) {
	for i, p := range parts {
		para := docx.Para{Align: docx.Justify, FirstLine: 2 * step, KeepNext: p.level > 0 || last && i == len(parts)-1, Outline: p.level}
		var look docx.Text
		switch p.level {
		case 1:
			look.Font = heiti
		case 2:
			look.Font = kaiti
		}
		t.Paragraph(para, docx.Run{Text: line(p.text), Look: look})
	}
}

// body writes paragraphs, table and closing; the last of them stays with the signature, which must never stand alone.
func (t *typist) body() {
	closing := t.l.closingParts()
	t.parts(t.l.bodyParts(), len(t.l.Table) == 0 && len(closing) == 0)
	t.table(len(closing) == 0)
	t.parts(closing, true)
}

func (t *typist) table(last bool) {
	if len(t.l.Table) == 0 {
		return
	}
	label := 4.0
	for _, r := range t.l.Table {
		label = max(label, ems(line(r.Label)))
	}
	first := min(10, label)*small + small
	table := docx.Table{Widths: []float64{first, textWidth - first}, Rule: 0.5}
	look := docx.Text{Size: small, Spacing: -0.05}
	for i, r := range t.l.Table {
		keep := last && i == len(t.l.Table)-1
		table.Rows = append(table.Rows, []docx.Cell{
			{Para: docx.Para{Align: docx.Centre, Line: smallPitch, Before: 3.5, After: 3.5, KeepNext: keep}, Runs: []docx.Run{{Text: line(r.Label), Look: look}}},
			{Para: docx.Para{Line: smallPitch, Before: 3.5, After: 3.5, In: 7, Out: 7, KeepNext: keep}, Runs: []docx.Run{{Text: line(r.Value), Look: look}}},
		})
	}
	t.Plain(docx.Para{Line: pitch / 3, KeepNext: true}, "")
	t.Table(table)
	t.Plain(docx.Para{Line: pitch / 3, KeepNext: last}, "")
}

func (t *typist) attachments() {
	lines, leads := t.l.attachmentLines(width)
	if len(lines) > 0 {
		t.Plain(docx.Para{KeepNext: true}, "")
	}
	for i, s := range lines {
		t.Paragraph(docx.Para{In: 2*step + leads[0], FirstLine: -leads[i], KeepNext: true}, docx.Run{Text: line(s)})
	}
}

func (t *typist) signature() error {
	blank := docx.Run{}
	if t.l.QR != "" {
		picture, err := pdf.QRPNG(t.l.QR, 8)
		if err != nil {
			return err
		}
		blank.Picture = &docx.Picture{PNG: picture, Width: qrSide, Height: qrSide, Alt: t.l.QR, Floating: true, X: 2*step - qrSide/12, Y: pitch / 2}
	}
	t.Paragraph(docx.Para{KeepNext: true}, blank)
	t.Plain(docx.Para{KeepNext: true}, "")
	name := line(t.l.Signature)
	para := docx.Para{Align: docx.Right, Out: signatureOut(width(name), width(t.l.DateText)), KeepNext: true}
	if t.l.QR != "" {
		para.In = 2*step + qrSide
	}
	t.Plain(para, name)
	t.Plain(docx.Para{Align: docx.Right, Out: 4 * step}, t.l.DateText)
	for _, note := range t.l.notes() {
		t.Plain(docx.Para{FirstLine: 2 * step}, line(note))
	}
	return nil
}

// colophon is a box at the foot of the last page, so that it stands there however much the letter is edited in Word.
func (t *typist) colophon() {
	copies, printed := t.l.colophon()
	if copies == "" && printed == "" {
		return
	}
	look := docx.Text{Size: small, Spacing: -0.05}
	table := docx.Table{Widths: []float64{textWidth}, RowRules: []float64{thick}}
	height := 0.0
	if copies != "" {
		table.Rows = append(table.Rows, []docx.Cell{{
			Para: docx.Para{Line: smallPitch, In: 4 * small, Out: small, FirstLine: -3 * small},
			Runs: []docx.Run{{Text: line(copies), Look: look}},
		}})
		table.RowRules = append(table.RowRules, thin)
		room := textWidth - 5*small
		lines := pdf.Break(strings.TrimPrefix(line(copies), "抄送："), room, room, func(s string) float64 { return ems(s) * small })
		height += smallPitch * float64(len(lines))
	}
	if printed != "" {
		table.Rows = append(table.Rows, []docx.Cell{{
			Para: docx.Para{Line: smallPitch, In: small, Tabs: []docx.Tab{{At: textWidth - small, Align: docx.Right}}},
			Runs: []docx.Run{{Text: line(printed) + "\t" + t.l.DateText + "印发", Look: look}},
		}})
		table.RowRules = append(table.RowRules, thin)
		height += smallPitch
	}
	table.RowRules[len(table.RowRules)-1] = thick
	const frame = 6 // rules and the thin line that Word wants after a table
	t.Box(docx.Box{Width: textWidth, Height: height + frame, FromTop: pdf.PageHeight - marginBottom*pdf.MM - height - frame/2}, func() { t.Table(table) })
}

// pageNumbers stand at the outer edge: odd pages on the right, even ones on the left.
func (t *typist) pageNumbers() {
	look := docx.Text{Font: docx.Font{East: "宋体", Latin: "宋体", Else: "SimSun"}, Size: small}
	runs := []docx.Run{{Text: "— ", Look: look}, {Page: true, Look: look}, {Text: " —", Look: look}}
	t.Footer(docx.Para{Align: docx.Right, Out: small, Line: smallPitch}, docx.Para{In: small, Line: smallPitch}, runs, runs)
}
