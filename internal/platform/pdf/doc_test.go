package pdf

import (
	"bytes"
	"image/color"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/font/gofont/goregular"

	"xieshang/assets/fonts"
)

func options(f Font) Options {
	return Options{Font: f, Top: 30 * MM, Bottom: 30 * MM, Left: 30 * MM, Right: 30 * MM, Title: "试"}
}

var plain = Style{Size: 16, Pitch: 28, Align: Justify}

func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func extract(t *testing.T, d *Doc) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Fatal("pdftotext is missing; install the Debian package poppler-utils")
	}
	var b bytes.Buffer
	if _, err := d.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, "-raw", "-enc", "UTF-8", write(t, "x.pdf", b.Bytes()), "-").CombinedOutput()
	if err != nil {
		t.Fatalf("pdftotext: %v: %s", err, out)
	}
	return strings.NewReplacer(" ", "", "\n", "", "\f", "").Replace(string(out))
}

func set(t *testing.T, f Font, text string) *Doc {
	t.Helper()
	d, err := New(options(f))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Paragraph(text, plain); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestBuiltinFacesHoldTheStandardTable(t *testing.T) {
	d, err := New(options(Font{Fallbacks: []string{}}))
	if err != nil {
		t.Fatal(err)
	}
	// The first and last of GB 2312's two levels, names beyond GB 2312 that the table of 2013 has, and the marks of letters.
	for _, bold := range []bool{false, true} {
		if _, err := d.Measure("啊座亍齄喆镕堃玥洣〔〕—…“”‘’《》〈〉、。，．；：？！（）％№①⑩〓〇AZaz09", Style{Size: 1, Bold: bold}); err != nil {
			t.Fatal(err)
		}
	}
	if m := d.Missing(); len(m) > 0 {
		t.Errorf("missing: %q", m)
	}
	count := 0
	for r := rune(0x4e00); r <= 0x9fff; r++ {
		if f, _, err := d.find(d.regular, r); err != nil {
			t.Fatal(err)
		} else if f != nil {
			count++
		}
	}
	if count < 7900 {
		t.Errorf("only %d ideographs", count)
	}
}

func TestFaces(t *testing.T) {
	latin := write(t, "latin.ttf", goregular.TTF)
	regular, err := fonts.Regular()
	if err != nil {
		t.Fatal(err)
	}
	han := write(t, "han.ttf", regular)
	for name, c := range map[string]struct {
		font    Font
		text    string
		want    string
		missing []rune
	}{
		"built-in alone":                 {Font{Fallbacks: []string{}}, "中文Жabc", "中文〓abc", []rune{'Ж'}},
		"fallback has it":                {Font{Fallbacks: []string{"/nowhere/x.ttf", latin}}, "中文Жabc", "中文Жabc", nil},
		"own font, rest from built-in":   {Font{Path: latin, Fallbacks: []string{}}, "中文Жabc", "中文Жabc", nil},
		"own font alone is big enough":   {Font{Path: han, Fallbacks: []string{}}, "中文abc", "中文abc", nil},
		"nobody has it, own font in use": {Font{Path: latin, Fallbacks: []string{han}}, "中𪚥文", "中〓文", []rune{0x2A6A5}},
		"invisible marks go":             {Font{Fallbacks: []string{}}, "中\u200b\ufeff\x00文", "中文", nil},
	} {
		d := set(t, c.font, c.text)
		if got := extract(t, d); got != c.want || !slices.Equal(d.Missing(), c.missing) {
			t.Errorf("%s: got %q, missing %q", name, got, d.Missing())
		}
	}
}

func TestFontsThatCannotBeUsed(t *testing.T) {
	for name, path := range map[string]string{
		"collection": write(t, "a.ttc", goregular.TTF), "hidden collection": write(t, "b.ttf", []byte("ttcf00000000")),
		"PostScript": write(t, "c.ttf", []byte("OTTO00000000")), "junk": write(t, "d.ttf", []byte("hello, this is no font")),
		"short": write(t, "e.ttf", []byte("x")), "none": "/nowhere/font.ttf", "cut off": write(t, "f.ttf", goregular.TTF[:2000]),
	} {
		if _, err := New(options(Font{Path: path})); err == nil {
			t.Errorf("%s: was taken", name)
		}
	}
	d, err := New(options(Font{Fallbacks: []string{write(t, "g.ttf", []byte("hello, this is no font"))}}))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Paragraph("Ж", plain); err == nil {
		t.Error("a broken fallback font was passed over in silence")
	}
}

func TestPages(t *testing.T) {
	opt := options(Font{Fallbacks: []string{}})
	var seen []int
	opt.Footer = func(_ *Doc, page, pages int) error { seen = append(seen, page*10+pages); return nil }
	d, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	// 237 mm are 671.8 points: 23 lines of 28 points, then 23, then 4.
	for range 50 {
		if err := d.Paragraph("行", plain); err != nil {
			t.Fatal(err)
		}
	}
	if d.Pages() != 3 || d.Y() != 30*MM+4*28 {
		t.Errorf("%d pages, at %g", d.Pages(), d.Y())
	}
	if d.Ensure(d.Room()) || !d.Ensure(d.Room()+1) || d.Ensure(9999) {
		t.Error("Ensure must break for what does not fit, and never leave an empty page behind")
	}
	keep := plain
	keep.KeepOnPage = true
	d.SetY(d.Bottom() - 2.5*28)
	if err := d.Paragraph(strings.Repeat("字", 70), keep); err != nil || d.Pages() != 5 || d.Y() != 30*MM+3*28 {
		t.Errorf("kept paragraph: %v, %d pages, at %g", err, d.Pages(), d.Y())
	}
	if _, err := d.WriteTo(io.Discard); err != nil || !slices.Equal(seen, []int{15, 25, 35, 45, 55}) {
		t.Errorf("footers %v, %v", seen, err)
	}
	if _, err := d.WriteTo(io.Discard); err == nil {
		t.Error("written twice")
	}
}

func TestBadCalls(t *testing.T) {
	for _, o := range []Options{{Left: 90 * MM, Right: 90 * MM}, {Top: -1}, {Bottom: 260 * MM}} {
		if _, err := New(o); err == nil {
			t.Errorf("%+v was taken", o)
		}
	}
	d := set(t, Font{}, "字")
	for name, err := range map[string]error{
		"no size":    d.Paragraph("字", Style{}),
		"no room":    d.Paragraph("字", Style{Size: 16, In: 420}),
		"cells":      d.Table([][]string{{"一"}}, []float64{50, 50}, 4, plain),
		"too high":   d.Table([][]string{{"一", strings.Repeat("字", 300)}}, []float64{50, 50}, 4, plain),
		"empty code": d.QR("", 0, 0, 50),
	} {
		if err == nil {
			t.Errorf("%s: was taken", name)
		}
	}
}

func TestTableGoesOverPages(t *testing.T) {
	d := set(t, Font{Fallbacks: []string{}}, "表")
	want := "表"
	var rows [][]string
	for range 40 {
		rows = append(rows, []string{"标签", "内容，在这一栏里要回行的内容。"})
		want += "标签内容，在这一栏里要回行的内容。"
	}
	if err := d.Table(rows, []float64{80, 160}, 5, plain); err != nil {
		t.Fatal(err)
	}
	if d.Pages() < 3 {
		t.Errorf("%d pages", d.Pages())
	}
	if got := extract(t, d); got != want {
		t.Errorf("got %q", got)
	}
}

func TestQRImage(t *testing.T) {
	img, err := QRImage("https://example.invalid/suggestions/137", 2)
	if err != nil {
		t.Fatal(err)
	}
	side := img.Bounds().Dx()
	dark := func(x, y int) bool { return img.GrayAt(x*2, y*2) == color.Gray{} }
	// Four modules of quiet zone, then the corner mark: seven dark, a light ring, and the dark middle.
	for i := range side / 2 {
		for q := range 4 {
			if dark(i, q) || dark(q, i) || dark(i, side/2-1-q) || dark(side/2-1-q, i) {
				t.Fatal("the quiet zone is not white")
			}
		}
	}
	if !dark(4, 4) || !dark(10, 10) || dark(5, 5) || !dark(7, 7) || dark(11, 11) {
		t.Error("the corner mark is not where it should be")
	}
	other, err := QRImage("https://example.invalid/suggestions/138", 2)
	if err != nil || bytes.Equal(img.Pix, other.Pix) {
		t.Error("two addresses give one code")
	}
	if _, err := QRImage("x", 0); err == nil {
		t.Error("scale 0 was taken")
	}
}
