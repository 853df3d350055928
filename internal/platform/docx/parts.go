package docx

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	head      = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	nsWord    = `http://schemas.openxmlformats.org/wordprocessingml/2006/main`
	nsRel     = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	nsPackage = `http://schemas.openxmlformats.org/package/2006/`
	spaces    = `xmlns:w="` + nsWord + `" xmlns:r="` + nsRel + `" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"` +
		` xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"` +
		` xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"`
)

type part struct {
	name string
	data []byte
}

// parts are the files of the package. The list of types comes first, as readers expect it there.
func (d *Doc) parts() []part {
	document := d.document()
	out := []part{
		{"[Content_Types].xml", []byte(d.contentTypes())},
		{"_rels/.rels", []byte(head + `<Relationships xmlns="` + nsPackage + `relationships">` +
			`<Relationship Id="doc" Type="` + nsRel + `/officeDocument" Target="word/document.xml"/>` +
			`<Relationship Id="core" Type="` + nsPackage + `relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`)},
		{"docProps/core.xml", []byte(head + `<cp:coreProperties xmlns:cp="` + nsPackage + `metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">` +
			`<dc:title>` + esc(d.title) + `</dc:title><dc:subject>` + esc(d.subject) + `</dc:subject></cp:coreProperties>`)},
		{"word/document.xml", []byte(document)},
		{"word/_rels/document.xml.rels", []byte(d.relations())},
		{"word/styles.xml", []byte(d.styles())},
		{"word/settings.xml", []byte(d.settings())},
		{"word/fontTable.xml", []byte(d.fontTable())},
	}
	if d.odd != "" {
		out = append(out, part{"word/footer1.xml", []byte(footer(d.odd))}, part{"word/footer2.xml", []byte(footer(d.even))})
	}
	for i, data := range d.pictures {
		out = append(out, part{fmt.Sprintf("word/media/picture%d.png", i+1), data})
	}
	return out
}

func footer(paragraph string) string { return head + `<w:ftr ` + spaces + `>` + paragraph + `</w:ftr>` }

func (d *Doc) document() string {
	var b strings.Builder
	b.WriteString(head + `<w:document ` + spaces + `><w:body>`)
	b.WriteString(d.body.String())
	b.WriteString(`<w:sectPr>`)
	if d.odd != "" {
		b.WriteString(`<w:footerReference w:type="default" r:id="odd"/><w:footerReference w:type="even" r:id="even"/>`)
	}
	fmt.Fprintf(&b, `<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="851" w:footer="%d" w:gutter="0"/>`,
		mm(d.page.Top), mm(d.page.Right), mm(d.page.Bottom), mm(d.page.Left), mm(d.page.Footer))
	b.WriteString(`</w:sectPr></w:body></w:document>`)
	return b.String()
}

func (d *Doc) contentTypes() string {
	const word = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	var b strings.Builder
	b.WriteString(head + `<Types xmlns="` + nsPackage + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>` +
		`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>`)
	kinds := [][2]string{{"document", "document.main"}, {"styles", "styles"}, {"settings", "settings"}, {"fontTable", "fontTable"}}
	if d.odd != "" {
		kinds = append(kinds, [2]string{"footer1", "footer"}, [2]string{"footer2", "footer"})
	}
	for _, k := range kinds {
		fmt.Fprintf(&b, `<Override PartName="/word/%s.xml" ContentType="%s%s+xml"/>`, k[0], word, k[1])
	}
	b.WriteString(`</Types>`)
	return b.String()
}

func (d *Doc) relations() string {
	var b strings.Builder
	b.WriteString(head + `<Relationships xmlns="` + nsPackage + `relationships">`)
	add := func(id, kind, target string) {
		fmt.Fprintf(&b, `<Relationship Id="%s" Type="%s/%s" Target="%s"/>`, id, nsRel, kind, target)
	}
	add("styles", "styles", "styles.xml")
	add("settings", "settings", "settings.xml")
	add("fonts", "fontTable", "fontTable.xml")
	if d.odd != "" {
		add("odd", "footer", "footer1.xml")
		add("even", "footer", "footer2.xml")
	}
	for i := range d.pictures {
		add(fmt.Sprintf("picture%d", i+1), "image", fmt.Sprintf("media/picture%d.png", i+1))
	}
	b.WriteString(`</Relationships>`)
	return b.String()
}

// styles holds what every paragraph starts from. Word's own room between ideographs and digits is off, or lines would
// not hold the number of characters they should.
func (d *Doc) styles() string {
	look := d.look
	half := int(look.Size*2 + 0.5)
	return head + `<w:styles ` + spaces + `><w:docDefaults><w:rPrDefault><w:rPr>` +
		fmt.Sprintf(`<w:rFonts w:ascii="%[1]s" w:hAnsi="%[1]s" w:eastAsia="%[2]s" w:cs="%[1]s"/>`, esc(look.Font.Latin), esc(look.Font.East)) +
		fmt.Sprintf(`<w:spacing w:val="%d"/><w:kern w:val="0"/><w:sz w:val="%d"/><w:szCs w:val="%d"/>`, twips(look.Spacing), half, half) +
		`<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>` +
		`<w:widowControl w:val="0"/><w:kinsoku/><w:overflowPunct/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/><w:snapToGrid w:val="0"/>` +
		fmt.Sprintf(`<w:spacing w:before="0" w:after="0" w:line="%d" w:lineRule="exact"/>`, twips(d.para.Line)) +
		`</w:pPr></w:pPrDefault></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style></w:styles>`
}

func (d *Doc) settings() string {
	even := ""
	if d.odd != "" {
		even = `<w:evenAndOddHeaders/>`
	}
	return head + `<w:settings ` + spaces + `>` + even + `<w:characterSpacingControl w:val="compressPunctuation"/>` +
		`<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`
}

func (d *Doc) fontTable() string {
	var b strings.Builder
	b.WriteString(head + `<w:fonts ` + spaces + `>`)
	for _, name := range slices.Sorted(maps.Keys(d.fonts)) {
		fmt.Fprintf(&b, `<w:font w:name="%s">`, esc(name))
		if other := d.fonts[name].Else; other != "" {
			fmt.Fprintf(&b, `<w:altName w:val="%s"/>`, esc(other))
		}
		b.WriteString(`<w:charset w:val="86"/></w:font>`)
	}
	b.WriteString(`</w:fonts>`)
	return b.String()
}
