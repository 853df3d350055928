package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
)

// QRImage returns the QR code of an address as a grey picture: scale pixels for a module, with the quiet zone of four modules
// that readers need (ISO/IEC 18004). Errors: empty content, or more than a code of level M holds (2,331 bytes).
func QRImage(content string, scale int) (*image.Gray, error) {
	if content == "" {
		return nil, errors.New("qr: no content")
	}
	if scale < 1 || scale > 64 {
		return nil, fmt.Errorf("qr: scale must be 1 to 64, not %d", scale)
	}
	code, err := qr.Encode(content, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("qr: %w", err)
	}
	const quiet = 4
	n := code.Bounds().Dx()
	big, err := barcode.Scale(code, n*scale, n*scale)
	if err != nil {
		return nil, fmt.Errorf("qr: %w", err)
	}
	side := (n + 2*quiet) * scale
	img := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			inner := image.Pt(x-quiet*scale, y-quiet*scale)
			c := color.Gray{Y: 255}
			if inner.In(big.Bounds()) {
				c = color.GrayModel.Convert(big.At(inner.X, inner.Y)).(color.Gray)
			}
			img.SetGray(x, y, c)
		}
	}
	return img, nil
}

// QRPNG is QRImage as a PNG file.
func QRPNG(content string, scale int) ([]byte, error) {
	img, err := QRImage(content, scale)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("qr: %w", err)
	}
	return b.Bytes(), nil
}

// QR draws the code of an address with its quiet zone; x, y and side are in points.
func (d *Doc) QR(content string, x, y, side float64) error {
	data, err := QRPNG(content, 8)
	if err != nil {
		return err
	}
	return d.png(data, x, y, side)
}
