package account

import (
	"encoding/base32"
	"fmt"
	"image"
	"image/color"
)

// framed is an image inside a white border.
type framed struct {
	image.Image
	border int
}

// ColorModel is grey: black and white need no more.
func (f framed) ColorModel() color.Model { return color.GrayModel }

// Bounds are those of the image with the border on each side.
func (f framed) Bounds() image.Rectangle {
	b := f.Image.Bounds()
	return image.Rect(0, 0, b.Dx()+2*f.border, b.Dy()+2*f.border)
}

// At is white outside the image.
func (f framed) At(x, y int) color.Color {
	b := f.Image.Bounds()
	p := image.Pt(x-f.border+b.Min.X, y-f.border+b.Min.Y)
	if !p.In(b) {
		return color.Gray{Y: 255}
	}
	return color.GrayModel.Convert(f.Image.At(p.X, p.Y))
}

func base32Text(b []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b)
}

func base32Bytes(s string) ([]byte, error) {
	b, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(s)
	if err != nil {
		return nil, fmt.Errorf("read authenticator key: %w", err)
	}
	return b, nil
}
