package rosterweb

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

// words is the text of a drawing without blanks; it fails on what is not XML.
func words(t *testing.T, svg []byte) string {
	t.Helper()
	var b strings.Builder
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return plain(b.String())
		}
		if err != nil {
			t.Fatalf("not well formed: %v", err)
		}
		if c, ok := tok.(xml.CharData); ok {
			b.Write(c)
		}
	}
}

func plain(s string) string { return strings.Join(strings.Fields(s), "") }

// TestTheDrawingNamesEverybody: well formed, with every name whole however long, also those that XML would take for marks.
func TestTheDrawingNamesEverybody(t *testing.T) {
	long := strings.Repeat("样例省政协农业和农村委员会", 6) + "分党组"
	list := []node{{name: "样例市政协党组", kind: "政协党组", text: "书记：王<样例>&“甲”、4人", below: []node{
		{name: long, kind: "分党组", below: []node{{name: "Members’ Branch No. 1 of the Committee for Liaison with Hong Kong, Macao, Taiwan and Overseas Chinese", kind: "Members’ branch"}}},
		{name: strings.Repeat("x", 200), kind: "党支部"}}}}
	svg := drawSVG("样例市 <机关线> & 2026", list)
	text := words(t, svg)
	var all func([]node)
	all = func(list []node) {
		for _, n := range list {
			for _, s := range []string{n.name, n.kind, n.text} {
				if !strings.Contains(text, plain(s)) {
					t.Errorf("%q is not in the drawing", s)
				}
			}
			all(n.below)
		}
	}
	all(list)
	if !strings.Contains(text, plain("样例市 <机关线> & 2026")) || bytes.Contains(svg, []byte("<script")) {
		t.Error("title missing, or more than a drawing")
	}
	for _, l := range wrap(long, lineUnits) {
		if units(l) > lineUnits {
			t.Errorf("%q is wider than its box", l)
		}
	}
}

// FuzzDrawing: whatever an organisation is called, the drawing is well formed.
func FuzzDrawing(f *testing.F) {
	for _, s := range []string{"", "党组", "a b  c", "]]>", "\x00\xff", "<&>\"'", strings.Repeat("长", 99)} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		words(t, drawSVG(name, []node{{name: name, kind: text, text: name, below: []node{{name: text}}}}))
	})
}
