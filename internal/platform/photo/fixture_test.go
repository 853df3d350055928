package photo

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
)

var (
	red    = color.RGBA{220, 20, 20, 255}
	green  = color.RGBA{20, 200, 20, 255}
	blue   = color.RGBA{20, 20, 220, 255}
	yellow = color.RGBA{230, 220, 20, 255}
)

// quarters is a picture with another colour in each quarter: top left, top right, bottom left, bottom right.
func quarters(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := [2][2]color.RGBA{{red, green}, {blue, yellow}}[y*2/h][x*2/w]
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

func jpegOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func pngOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := png.Encode(&buf, m); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// tiff is an Exif block with an orientation, a camera name and a GPS directory of the invented place 31°14'15" N.
func tiff(order binary.ByteOrder, o uint16) []byte {
	var b []byte
	u16 := func(v uint16) { b = order.(binary.AppendByteOrder).AppendUint16(b, v) }
	u32 := func(v uint32) { b = order.(binary.AppendByteOrder).AppendUint32(b, v) }
	entry := func(tag, kind uint16, count, value uint32) { u16(tag); u16(kind); u32(count); u32(value) }
	if order == binary.LittleEndian {
		b = append(b, "II*\x00"...)
	} else {
		b = append(b, "MM\x00*"...)
	}
	u32(8)
	u16(3)
	entry(0x010f, 2, 12, 50) // maker, at 50
	u16(0x0112)              // orientation: a short stands at the front of its four bytes
	u16(3)
	u32(1)
	u16(o)
	u16(0)
	entry(0x8825, 4, 1, 62) // GPS directory, at 62
	u32(0)
	b = append(b, "SECRETCAMER\x00"...)
	u16(2)
	entry(1, 2, 2, 0x4e000000) // north
	entry(2, 5, 3, 92)         // latitude, at 92
	u32(0)
	for _, v := range []uint32{31, 14, 15} {
		u32(v)
		u32(1)
	}
	return b
}

// withSegment puts a segment right after the start marker of a JPEG.
func withSegment(j []byte, marker byte, body []byte) []byte {
	out := append([]byte{}, j[:2]...)
	out = append(out, 0xff, marker)
	out = binary.BigEndian.AppendUint16(out, uint16(2+len(body)))
	out = append(out, body...)
	return append(out, j[2:]...)
}

func withExif(j []byte, t []byte) []byte {
	return withSegment(j, 0xe1, append([]byte("Exif\x00\x00"), t...))
}

func pngChunk(name string, body []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	out = append(append(out, name...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

const pngStart = "\x89PNG\r\n\x1a\n"

func pngHeader(w, h uint32) []byte {
	body := binary.BigEndian.AppendUint32(nil, w)
	body = binary.BigEndian.AppendUint32(body, h)
	return append([]byte(pngStart), pngChunk("IHDR", append(body, 8, 2, 0, 0, 0))...)
}

// webpOf is a lossless WebP of one colour: each of its five codes has a single symbol, so that pixels take no bits.
func webpOf(w, h int, c color.RGBA, exif []byte) []byte {
	var bits []byte
	n := 0
	put := func(v uint32, width int) {
		for i := range width {
			if n%8 == 0 {
				bits = append(bits, 0)
			}
			bits[n/8] |= byte(v>>i&1) << (n % 8)
			n++
		}
	}
	put(0x2f, 8)
	put(uint32(w-1), 14)
	put(uint32(h-1), 14)
	put(0, 1+3) // no alpha, version 0
	put(0, 3)   // no transform, no colour cache, one group of codes
	for _, symbol := range []uint8{c.G, c.R, c.B, 255, 0} {
		put(1, 1) // a simple code
		put(0, 1) // with one symbol
		put(1, 1) // of eight bits
		put(uint32(symbol), 8)
	}
	chunk := func(name string, body []byte) []byte {
		out := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(body)))
		out = append(out, body...)
		return append(out, make([]byte, len(body)%2)...)
	}
	body := []byte("WEBP")
	if exif != nil {
		x := []byte{1 << 3, 0, 0, 0, byte(w - 1), byte((w - 1) >> 8), 0, byte(h - 1), byte((h - 1) >> 8), 0}
		body = append(body, chunk("VP8X", x)...)
	}
	body = append(body, chunk("VP8L", bits)...)
	if exif != nil {
		body = append(body, chunk("EXIF", exif)...)
	}
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}
