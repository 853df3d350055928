package photo

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/webp"
)

// Kind is the kind of a picture, told by its content and never by its name.
type Kind string

// The kinds that can be read.
const (
	JPEG Kind = "jpeg"
	PNG  Kind = "png"
	GIF  Kind = "gif"
	WebP Kind = "webp"
)

// Sniff tells the kind from the first 32 bytes or more of a file. It returns ErrEmpty, ErrHEIC or ErrType otherwise.
func Sniff(head []byte) (Kind, error) {
	switch {
	case len(head) == 0:
		return "", ErrEmpty
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return JPEG, nil
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return PNG, nil
	case bytes.HasPrefix(head, []byte("GIF87a")), bytes.HasPrefix(head, []byte("GIF89a")):
		return GIF, nil
	case len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP":
		return WebP, nil
	case len(head) >= 12 && string(head[4:8]) == "ftyp":
		switch string(head[8:12]) { // the brands of the HEIF family that telephones write
		case "heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1":
			return "", ErrHEIC
		}
	}
	return "", ErrType
}

// header is what the picture says of itself before it is decoded.
type header struct {
	kind          Kind
	width, height int
	memory        int64 // bytes that decoding takes
	orientation   orientation
}

func inspect(data []byte) (header, error) {
	kind, err := Sniff(data)
	if err != nil {
		return header{}, err
	}
	h := header{kind: kind, orientation: upright}
	var c image.Config
	r := bytes.NewReader(data)
	switch kind {
	case JPEG:
		c, err = jpeg.DecodeConfig(r)
	case PNG:
		c, err = png.DecodeConfig(r)
	case GIF:
		c, err = gif.DecodeConfig(r)
	case WebP:
		c, err = webp.DecodeConfig(r)
	}
	if err != nil {
		return header{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	h.width, h.height = c.Width, c.Height
	// All sides are below 2^31 and a pixel takes below 2^5 bytes; a float cannot overflow where the product would.
	pixels := float64(c.Width) * float64(c.Height)
	perPixel := 1.0
	switch kind {
	case JPEG:
		j := scanJPEG(data)
		perPixel, h.orientation = j.perPixel, j.orientation
	case PNG:
		perPixel, h.orientation = pngCost(c.ColorModel, data), pngOrientation(data)
	case WebP:
		perPixel, h.orientation = scanWebP(data)
	}
	h.memory = int64(min(pixels*perPixel, 1<<62))
	return h, nil
}

// pngCost is what image/png takes for each pixel; an interlaced picture is put together from passes of half its size.
func pngCost(m color.Model, data []byte) float64 {
	cost := 4.0
	switch m {
	case color.GrayModel:
		cost = 1
	case color.Gray16Model:
		cost = 2
	case color.RGBA64Model, color.NRGBA64Model:
		cost = 8
	}
	if _, ok := m.(color.Palette); ok {
		cost = 1
	}
	if len(data) > 28 && data[28] != 0 {
		cost *= 1.5
	}
	return cost
}

type jpegInfo struct {
	perPixel    float64
	orientation orientation
}

// scanJPEG walks the segments before the picture data.
func scanJPEG(data []byte) jpegInfo {
	info := jpegInfo{perPixel: 3, orientation: upright}
	oriented := false
	rest := data[2:]
	for {
		for len(rest) > 1 && rest[0] == 0xff && rest[1] == 0xff { // markers may be preceded by any number of these
			rest = rest[1:]
		}
		if len(rest) < 4 || rest[0] != 0xff {
			return info
		}
		marker := rest[1]
		if marker == 0xd9 || marker == 0xda { // end of picture, start of data
			return info
		}
		if marker == 0x01 || marker >= 0xd0 && marker <= 0xd8 || marker == 0 { // these stand alone
			rest = rest[2:]
			continue
		}
		size := int(binary.BigEndian.Uint16(rest[2:]))
		if size < 2 || 2+size > len(rest) {
			return info
		}
		body := rest[4 : 2+size]
		switch {
		case marker == 0xe1 && !oriented && bytes.HasPrefix(body, []byte("Exif\x00\x00")):
			info.orientation, oriented = tiffOrientation(body[6:]), true
		case marker >= 0xc0 && marker <= 0xc2:
			info.perPixel = jpegCost(marker == 0xc2, body)
		}
		rest = rest[2+size:]
	}
}

// jpegCost is what image/jpeg takes for each pixel: the planes, the coefficients of a progressive picture, and the
// copies it makes of four-component and RGB pictures.
func jpegCost(progressive bool, frame []byte) float64 {
	const worst = 4 + 16 + 4
	if len(frame) < 6 {
		return worst
	}
	n := int(frame[5])
	if n < 1 || n > 4 || len(frame) < 6+3*n {
		return worst
	}
	planes, largest := 0.0, 0.0
	for i := range n {
		s := frame[6+3*i+1]
		area := float64(s>>4) * float64(s&15)
		planes += area
		largest = max(largest, area)
	}
	if largest == 0 {
		return worst
	}
	planes /= largest
	if n == 1 {
		planes = 1
	}
	cost := planes
	if progressive {
		cost += 4 * planes
	}
	rgb := n == 3 && frame[6] == 'R' && frame[9] == 'G' && frame[12] == 'B'
	if n == 4 || rgb {
		cost += 4
	}
	return cost
}

// scanWebP walks the chunks. A lossless or transparent picture is decoded through several copies.
func scanWebP(data []byte) (perPixel float64, o orientation) {
	perPixel, o = 1.5, upright
	rest := data[12:]
	for len(rest) >= 8 {
		name, size := string(rest[:4]), binary.LittleEndian.Uint32(rest[4:])
		rest = rest[8:]
		body := rest[:min(uint64(size), uint64(len(rest)))]
		switch name {
		case "VP8L", "ALPH":
			perPixel = 9
		case "EXIF":
			o = tiffOrientation(bytes.TrimPrefix(body, []byte("Exif\x00\x00")))
		}
		rest = rest[len(body):]
		if size%2 == 1 && len(rest) > 0 {
			rest = rest[1:]
		}
	}
	return perPixel, o
}

func pngOrientation(data []byte) orientation {
	rest := data[8:]
	for len(rest) >= 12 {
		size := binary.BigEndian.Uint32(rest)
		if uint64(size)+12 > uint64(len(rest)) {
			break
		}
		if string(rest[4:8]) == "eXIf" {
			return tiffOrientation(rest[8 : 8+size])
		}
		rest = rest[12+size:]
	}
	return upright
}
