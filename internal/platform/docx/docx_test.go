package docx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/png"
	"io"
	"path"
	"regexp"
	"strings"
	"testing"
)

func newDoc(t *testing.T) *Doc {
	t.Helper()
	d, err := New(Page{Top: 37, Bottom: 35, Left: 28, Right: 26, Footer: 25}, Text{Font: Font{East: "仿宋", Latin: "Times New Roman", Else: "FangSong"}, Size: 16}, Para{Line: 28})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func full(t *testing.T) *Doc {
	d := newDoc(t)
	d.Info("标题<&>", "主题")
	d.Heading(1, "一级", Text{Font: Font{East: "黑体", Latin: "Arial"}, Size: 22, Bold: true, Colour: "D01010", Spacing: -0.25})
	d.Paragraph(Para{Align: Justify, FirstLine: 32, Below: Rule{Width: 2, Gap: 4, Colour: "D01010"}, Tabs: []Tab{{At: 100, Align: Right}}}, Run{Text: "甲\t乙\n丙 <&>\"\x00\x0b"})
	d.Table(Table{Widths: []float64{100, 200}, Rule: 0.5, Head: 1, Rows: [][]Cell{{{Runs: []Run{{Text: "丁"}}}, {Runs: []Run{{Text: "戊"}}}}}})
	d.Paragraph(Para{FirstLine: -10, In: 10}, Run{Picture: &Picture{PNG: picture(t), Width: 50, Height: 50, Alt: "图\"", Floating: true}}, Run{Picture: &Picture{PNG: picture(t), Width: 9, Height: 9}})
	d.PageBreak()
	d.Box(Box{Width: 300, Height: 50, FromTop: 600}, func() { d.Plain(Para{}, "己") })
	d.Footer(Para{Align: Right}, Para{}, []Run{{Page: true}}, []Run{{Page: true}})
	return d
}

func read(t *testing.T, d *Doc) map[string]string {
	t.Helper()
	var b bytes.Buffer
	n, err := d.WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		t.Fatalf("%d bytes of %d: %v", n, b.Len(), err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), n)
	if err != nil {
		t.Fatal(err)
	}
	if z.File[0].Name != "[Content_Types].xml" {
		t.Error("the list of types does not come first")
	}
	parts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(data)
	}
	return parts
}

func TestPackageIsWhole(t *testing.T) {
	parts := read(t, full(t))
	for name, data := range parts {
		if strings.HasSuffix(name, ".png") {
			continue
		}
		dec := xml.NewDecoder(strings.NewReader(data))
		for {
			if _, err := dec.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
	for from, base := range map[string]string{"_rels/.rels": "", "word/_rels/document.xml.rels": "word"} {
		for _, m := range regexp.MustCompile(`Target="([^"]+)"`).FindAllStringSubmatch(parts[from], -1) {
			if parts[path.Join(base, m[1])] == "" {
				t.Errorf("%s points to %s, which is not there", from, m[1])
			}
		}
	}
	for _, m := range regexp.MustCompile(`PartName="/([^"]+)"`).FindAllStringSubmatch(parts["[Content_Types].xml"], -1) {
		if parts[m[1]] == "" {
			t.Errorf("type of %s, which is not there", m[1])
		}
	}
	for _, m := range regexp.MustCompile(`r:(?:id|embed)="([^"]+)"`).FindAllStringSubmatch(parts["word/document.xml"], -1) {
		if !strings.Contains(parts["word/_rels/document.xml.rels"], `Id="`+m[1]+`"`) {
			t.Errorf("relation %s is not there", m[1])
		}
	}
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(`<wp:docPr id="(\d+)"`).FindAllStringSubmatch(parts["word/document.xml"], -1) {
		if seen[m[1]] {
			t.Errorf("drawing %s is there twice", m[1])
		}
		seen[m[1]] = true
	}
	if len(seen) != 3 {
		t.Errorf("%d drawings", len(seen))
	}
}

func TestWhatIsWritten(t *testing.T) {
	parts := read(t, full(t))
	doc := parts["word/document.xml"]
	for _, want := range []string{
		`w:top="2098" w:right="1474" w:bottom="1984" w:left="1587" w:header="851" w:footer="1417"`,
		`<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="黑体" w:cs="Arial" w:hint="eastAsia"/><w:b/><w:color w:val="D01010"/><w:spacing w:val="-5"/><w:sz w:val="44"/>`,
		`<w:outlineLvl w:val="0"/>`, `<w:tab w:val="right" w:pos="2000"/>`, `w:firstLine="640"`, `w:hanging="200"`,
		`<w:bottom w:val="single" w:sz="16" w:space="4" w:color="D01010"/>`, `w:line="560" w:lineRule="exact"`,
		`<w:t xml:space="preserve">甲</w:t><w:tab/><w:t xml:space="preserve">乙</w:t><w:br/><w:t xml:space="preserve">丙 &lt;&amp;&gt;&#34;</w:t>`,
		`<w:tblHeader/>`, `descr="图&#34;"`,
	} {
		if !strings.Contains(doc, want) {
			t.Errorf("document lacks %s", want)
		}
	}
	if !strings.Contains(parts["word/footer1.xml"], `<w:instrText xml:space="preserve"> PAGE </w:instrText>`) {
		t.Error("no page number")
	}
	if !strings.Contains(parts["word/fontTable.xml"], `<w:font w:name="仿宋"><w:altName w:val="FangSong"/>`) {
		t.Error("no other name for the body's font")
	}
	if strings.Index(doc, "戊") > strings.Index(doc, "己") {
		t.Error("what was added before a box must stand before it")
	}
}

func TestSameCallsSameBytes(t *testing.T) {
	var a, b bytes.Buffer
	if _, err := full(t).WriteTo(&a); err != nil {
		t.Fatal(err)
	}
	if _, err := full(t).WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two documents from the same calls differ")
	}
}

func TestBadCalls(t *testing.T) {
	good := Text{Font: Font{East: "a", Latin: "b"}, Size: 10}
	for name, err := range map[string]error{
		"no size": second(New(Page{}, Text{Font: good.Font}, Para{Line: 10})), "no font": second(New(Page{}, Text{Size: 9}, Para{Line: 10})),
		"no line": second(New(Page{}, good, Para{})), "margins": second(New(Page{Left: 90, Right: 80}, good, Para{Line: 10})),
	} {
		if err == nil {
			t.Errorf("%s: was taken", name)
		}
	}
	for name, call := range map[string]func(*Doc){
		"heading": func(d *Doc) { d.Heading(0, "x", Text{}) },
		"colour":  func(d *Doc) { d.Paragraph(Para{}, Run{Look: Text{Colour: `red"/>`}}) },
		"table":   func(d *Doc) { d.Table(Table{}) },
		"cells":   func(d *Doc) { d.Table(Table{Widths: []float64{1}, Rows: [][]Cell{{{}, {}}}}) },
		"rules":   func(d *Doc) { d.Table(Table{Widths: []float64{1}, Rows: [][]Cell{{{}}}, RowRules: []float64{1}}) },
		"picture": func(d *Doc) { d.Paragraph(Para{}, Run{Picture: &Picture{PNG: []byte("x"), Width: 1, Height: 1}}) },
		"no side": func(d *Doc) { d.Paragraph(Para{}, Run{Picture: &Picture{PNG: picture(t)}}) },
		"box":     func(d *Doc) { d.Box(Box{}, func() {}) },
	} {
		d := newDoc(t)
		call(d)
		if _, err := d.WriteTo(io.Discard); err == nil {
			t.Errorf("%s: was taken", name)
		}
	}
}

func second(_ *Doc, err error) error { return err }
