package qr_test

import (
	"encoding/base64"
	"image"
	"image/color"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"xieshang/internal/platform/qr"

	"github.com/makiuchi-d/gozxing"
	reader "github.com/makiuchi-d/gozxing/qrcode"
)

// drawn paints the outline as a browser would, scale pixels a unit.
func drawn(t *testing.T, g qr.Grid, scale int) image.Image {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, g.Box()*scale, g.Box()*scale))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for _, m := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`).FindAllStringSubmatch(g.Path(), -1) {
		x, _ := strconv.Atoi(m[1])
		y, _ := strconv.Atoi(m[2])
		n, _ := strconv.Atoi(m[3])
		if m[3] != m[4] {
			t.Fatalf("%s does not close", m[0])
		}
		for py := y * scale; py < (y+1)*scale; py++ {
			for px := x * scale; px < (x+n)*scale; px++ {
				img.SetGray(px, py, color.Gray{})
			}
		}
	}
	return img
}

// TestReadBack: a reader that is not ours reads what is drawn, and the packed form has the same modules.
func TestReadBack(t *testing.T) {
	for _, content := range []string{"https://example.org/s/k3m9p2-7fh2q9xwtr", "x", "https://example.org/calendar.ics?token=" + strings.Repeat("aB3_", 20)} {
		g, err := qr.New(content)
		if err != nil {
			t.Fatal(err)
		}
		bits, err := gozxing.NewBinaryBitmapFromImage(drawn(t, g, 4))
		if err != nil {
			t.Fatal(err)
		}
		got, err := reader.NewQRCodeReader().Decode(bits, nil)
		if err != nil || got.GetText() != content {
			t.Errorf("%s: read %v, %v", content, got, err)
		}
		packed, err := base64.StdEncoding.DecodeString(g.Packed())
		if err != nil {
			t.Fatal(err)
		}
		for i, dark := range g.Dark {
			if (packed[i/8]&(0x80>>(i%8)) != 0) != dark {
				t.Fatalf("%s: module %d differs", content, i)
			}
		}
	}
	for _, bad := range []string{"", strings.Repeat("x", 2400)} {
		if _, err := qr.New(bad); err == nil {
			t.Errorf("%d bytes: no error", len(bad))
		}
	}
}
