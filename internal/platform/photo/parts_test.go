package photo

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"math/rand/v2"
	"testing"
)

// TestShrinkKeepsMeans compares with the definition: each pixel is the mean of the area it covers.
func TestShrinkKeepsMeans(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 40 {
		w, h := 1+rnd.IntN(23), 1+rnd.IntN(23)
		side := 1 + rnd.IntN(max(w, h))
		m := image.NewRGBA(image.Rect(3, 5, 3+w, 5+h))
		for i := range m.Pix {
			m.Pix[i] = byte(rnd.Uint32())
			if i%4 == 3 {
				m.Pix[i] = 255
			}
		}
		out := shrink(m, side, upright)
		dw, dh := out.Rect.Dx(), out.Rect.Dy()
		if max(dw, dh) != min(side, max(w, h)) {
			t.Fatalf("%dx%d to %d gave %dx%d", w, h, side, dw, dh)
		}
		for y := range dh {
			for x := range dw {
				want := mean(m, float64(x)*float64(w)/float64(dw), float64(x+1)*float64(w)/float64(dw),
					float64(y)*float64(h)/float64(dh), float64(y+1)*float64(h)/float64(dh))
				if got := float64(out.RGBAAt(x, y).G); got < want-0.51 || got > want+0.51 {
					t.Fatalf("%dx%d to %dx%d at %d,%d: %v, want %v", w, h, dw, dh, x, y, got, want)
				}
			}
		}
	}
}

func mean(m *image.RGBA, x0, x1, y0, y1 float64) float64 {
	overlap := func(i int, lo, hi float64) float64 { return max(0, min(hi, float64(i+1))-max(lo, float64(i))) }
	sum := 0.0
	for y := range m.Rect.Dy() {
		for x := range m.Rect.Dx() {
			sum += overlap(x, x0, x1) * overlap(y, y0, y1) * float64(m.RGBAAt(3+x, 5+y).G)
		}
	}
	return sum / ((x1 - x0) * (y1 - y0))
}

func TestReckonedMemory(t *testing.T) {
	base := jpegOf(t, quarters(160, 160)) // 4:2:0
	gray := jpegOf(t, image.NewGray(image.Rect(0, 0, 160, 160)))
	for name, c := range map[string]struct {
		data []byte
		want float64 // bytes a pixel
	}{
		"jpeg":             {base, 1.5},
		"jpeg gray":        {gray, 1},
		"jpeg progressive": {progressive(base, 160, 160), 7.5},
		"png":              {pngOf(t, quarters(160, 160)), 4},
		"png deep":         {pngOf(t, image.NewNRGBA64(image.Rect(0, 0, 160, 160))), 8},
		"png palette":      {pngOf(t, image.NewPaletted(image.Rect(0, 0, 160, 160), color.Palette{red, blue})), 1},
		"webp lossless":    {webpOf(160, 160, red, nil), 9},
	} {
		h, err := inspect(c.data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := float64(h.memory) / (160 * 160); got != c.want {
			t.Errorf("%s: %v bytes a pixel, want %v", name, got, c.want)
		}
	}
}

func TestStrangeExifIsUpright(t *testing.T) {
	good := tiff(binary.LittleEndian, 6)
	if got := tiffOrientation(good); got != 6 {
		t.Fatalf("the whole block: %d", got)
	}
	for n := range len(good) {
		if got := tiffOrientation(good[:n]); got != upright && got != 6 {
			t.Errorf("cut at %d: %d", n, got)
		}
	}
	for name, change := range map[string]func(b []byte){
		"orientation 0":   func(b []byte) { b[30] = 0 },
		"orientation 9":   func(b []byte) { b[30] = 9 },
		"as a long":       func(b []byte) { b[24] = 4 },
		"two of them":     func(b []byte) { b[26] = 2 },
		"far directory":   func(b []byte) { copy(b[4:], "\xff\xff\xff\xff") },
		"other byte mark": func(b []byte) { copy(b, "XX") },
	} {
		b := bytes.Clone(good)
		change(b)
		if got := tiffOrientation(b); got != upright {
			t.Errorf("%s: %d", name, got)
		}
	}
	// The first block counts; padding before markers and a block of another kind are passed over.
	j := withExif(jpegOf(t, quarters(16, 16)), good)
	j = append([]byte{0xff, 0xd8, 0xff, 0xff, 0xff}, j[2:]...)
	j = withSegment(j, 0xe1, []byte("http://ns.adobe.com/xap/1.0/\x00"))
	if h, err := inspect(j); err != nil || h.orientation != 6 {
		t.Errorf("among others: %d, %v", h.orientation, err)
	}
}

func fuzzSeeds(f *testing.F) {
	base := jpegOf(f, quarters(24, 16))
	f.Add(base)
	f.Add(base[:len(base)/2])
	f.Add(withExif(base, tiff(binary.BigEndian, 7)))
	f.Add(progressive(base, 24, 16))
	f.Add(pngOf(f, quarters(9, 9)))
	f.Add(pngHeader(60000, 60000))
	f.Add(webpOf(20, 10, red, tiff(binary.LittleEndian, 5)))
	f.Add([]byte("GIF89a\x02\x00\x02\x00\x00\x00\x00,"))
	f.Add([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"))
}

// FuzzProcess: whatever comes in, the result is a refusal or bare JPEGs within the limits.
func FuzzProcess(f *testing.F) {
	fuzzSeeds(f)
	l := DefaultLimits()
	l.Pixels, l.Memory, l.Side, l.Medium, l.Small = 1<<16, 1<<19, 64, 32, 8
	p := processor(f, l)
	f.Fuzz(func(t *testing.T, data []byte) {
		photo, err := p.Process(t.Context(), bytes.NewReader(data))
		if err != nil {
			if _, ok := messageKey(err); !ok {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		for _, r := range []struct {
			Rendition
			side int
		}{{photo.Full, l.Side}, {photo.Medium, l.Medium}, {photo.Small, l.Small}} {
			if r.Width < 1 || r.Height < 1 || max(r.Width, r.Height) > r.side {
				t.Fatalf("%dx%d for %d", r.Width, r.Height, r.side)
			}
			open(t, r.Rendition)
			assertBare(t, r.JPEG)
		}
	})
}

// FuzzInspect: reading the header never fails other than by a refusal, and the orientation is one of the eight.
func FuzzInspect(f *testing.F) {
	fuzzSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, o := range []orientation{tiffOrientation(data), scanJPEG(append([]byte{0xff, 0xd8}, data...)).orientation,
			pngOrientation(append([]byte(pngStart), data...))} {
			if o < 1 || o > 8 {
				t.Fatalf("orientation %d", o)
			}
		}
		if h, err := inspect(data); err == nil && (h.orientation < 1 || h.orientation > 8 || h.memory < 0) {
			t.Fatalf("%+v", h)
		} else if _, ok := messageKey(err); err != nil && !ok {
			t.Fatalf("not a refusal: %v", err)
		}
	})
}
