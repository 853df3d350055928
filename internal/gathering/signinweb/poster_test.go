package signinweb

import (
	"bytes"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/pdf"

	"github.com/makiuchi-d/gozxing"
	reader "github.com/makiuchi-d/gozxing/qrcode"
)

// TestPosterReadsBack prints the paper, looks at it as a picture the way a camera does, and reads the square and the words from it.
func TestPosterReadsBack(t *testing.T) {
	catalog, err := i18n.Load(Messages)
	if err != nil {
		t.Fatal(err)
	}
	const address = "https://zx.example.gov.cn/s/k3m9p2x7fh2q9xw0123"
	title := "省政协十三届常委会第二十一次会议（推进洞庭湖总磷污染控制与削减专题议政）"
	for _, lang := range i18n.Langs() {
		var b bytes.Buffer
		if err := writePoster(&b, pdf.Font{}, wordsOfPoster(catalog.Printer(lang), title, "2026年3月4日 9:00 政协会议中心", address)); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		file := filepath.Join(dir, "poster.pdf")
		if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		words, err := exec.Command("pdftotext", file, "-").Output()
		if err != nil {
			t.Fatalf("pdftotext (Debian: poppler-utils): %v", err)
		}
		if plain := strings.Join(strings.Fields(string(words)), ""); !strings.Contains(plain, title) || !strings.Contains(plain, address) || strings.Count(string(words), "\f") != 1 {
			t.Errorf("%s: the paper says %q", lang, words)
		}
		if out, err := exec.Command("pdftoppm", "-r", "72", "-gray", "-png", file, filepath.Join(dir, "page")).CombinedOutput(); err != nil {
			t.Fatalf("pdftoppm: %v %s", err, out)
		}
		f, err := os.Open(filepath.Join(dir, "page-1.png"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		img, err := png.Decode(f)
		if err != nil {
			t.Fatal(err)
		}
		bits, err := gozxing.NewBinaryBitmapFromImage(img)
		if err != nil {
			t.Fatal(err)
		}
		got, err := reader.NewQRCodeReader().Decode(bits, nil)
		if err != nil || got.GetText() != address {
			t.Errorf("%s: the square says %v, %v", lang, got, err)
		}
		if keep := os.Getenv("KEEP_POSTER"); keep != "" {
			_ = os.WriteFile(keep+string(lang)+".pdf", b.Bytes(), 0o600)
		}
	}
}
