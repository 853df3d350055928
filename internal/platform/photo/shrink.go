package photo

import (
	"image"
	"image/color"
	"math"
)

// shrink returns img at most side pixels long, turned upright, on white where it is transparent. It never enlarges. Each
// pixel is the mean of the area it covers, kept row by row: besides the result it needs a few rows of memory.
func shrink(img image.Image, side int, o orientation) *image.RGBA {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	dw, dh := fit(w, h, side)
	s := newShrinker(w, h, dw, dh, o)
	row := make([]byte, 3*w)
	read := rowReader(img)
	for y := range h {
		read(b.Min.Y+y, row)
		s.push(row)
	}
	return s.out
}

// fit gives the size of a w by h picture whose longer side is at most side.
func fit(w, h, side int) (int, int) {
	long := max(w, h)
	if long <= side {
		return w, h
	}
	scale := func(n int) int { return max(1, int(math.Round(float64(n)*float64(side)/float64(long)))) }
	return scale(w), scale(h)
}

// shrinker takes the rows of a picture from top to bottom.
type shrinker struct {
	w, h, dw, dh int
	o            orientation
	out          *image.RGBA
	y, dy        int       // next rows in and out
	sum          []float32 // the row being put together, weighted
	line         []float32 // one row in, shrunk in width
}

func newShrinker(w, h, dw, dh int, o orientation) *shrinker {
	ow, oh := dw, dh
	if o.turned() {
		ow, oh = dh, dw
	}
	return &shrinker{w: w, h: h, dw: dw, dh: dh, o: o, out: image.NewRGBA(image.Rect(0, 0, ow, oh)),
		sum: make([]float32, 3*dw), line: make([]float32, 3*dw)}
}

// push takes the next row of RGB triples. All is reckoned in units of 1/dh of a row, so that the weights are whole
// numbers: row y reaches from y*dh to (y+1)*dh, and row dy of the result from dy*h to (dy+1)*h.
func (s *shrinker) push(row []byte) {
	s.narrow(row)
	from, to := s.y*s.dh, (s.y+1)*s.dh
	s.y++
	for from < to {
		end := min(to, (s.dy+1)*s.h)
		weight := float32(end-from) / float32(s.h)
		for i, v := range s.line {
			s.sum[i] += v * weight
		}
		if end == (s.dy+1)*s.h {
			s.emit()
		}
		from = end
	}
}

func (s *shrinker) narrow(row []byte) {
	if s.w == s.dw {
		for i, v := range row {
			s.line[i] = float32(v)
		}
		return
	}
	clear(s.line)
	at, dx := 0, 0 // in units of 1/dw of a pixel, as in push
	unit := 1 / float32(s.w)
	for x := range s.w {
		r, g, b := float32(row[3*x]), float32(row[3*x+1]), float32(row[3*x+2])
		for to := (x + 1) * s.dw; at < to; {
			edge := (dx + 1) * s.w
			end := min(to, edge)
			weight := float32(end-at) * unit
			px := s.line[3*dx : 3*dx+3]
			px[0] += r * weight
			px[1] += g * weight
			px[2] += b * weight
			if end == edge {
				dx++
			}
			at = end
		}
	}
}

func (s *shrinker) emit() {
	for x := range s.dw {
		ox, oy := s.o.place(x, s.dy, s.dw, s.dh)
		px := s.out.Pix[s.out.PixOffset(ox, oy):][:4]
		for c := range 3 {
			px[c] = uint8(min(255, s.sum[3*x+c]+0.5))
		}
		px[3] = 255
	}
	clear(s.sum)
	s.dy++
}

// rowReader returns a function that writes row y of img as RGB triples over white.
func rowReader(img image.Image) func(y int, row []byte) {
	b := img.Bounds()
	switch m := img.(type) {
	case *image.YCbCr:
		return func(y int, row []byte) { ycbcrRow(m, b, y, row) }
	case *image.NYCbCrA:
		return func(y int, row []byte) {
			ycbcrRow(&m.YCbCr, b, y, row)
			for x := range b.Dx() {
				whiten(row[3*x:3*x+3], m.A[m.AOffset(b.Min.X+x, y)])
			}
		}
	case *image.Gray:
		return func(y int, row []byte) {
			for x, v := range m.Pix[m.PixOffset(b.Min.X, y):][:b.Dx()] {
				row[3*x], row[3*x+1], row[3*x+2] = v, v, v
			}
		}
	case *image.RGBA:
		return func(y int, row []byte) {
			pix := m.Pix[m.PixOffset(b.Min.X, y):]
			for x := range b.Dx() {
				p := pix[4*x : 4*x+4]
				white := 255 - p[3]
				row[3*x], row[3*x+1], row[3*x+2] = p[0]+white, p[1]+white, p[2]+white
			}
		}
	case *image.NRGBA:
		return func(y int, row []byte) {
			pix := m.Pix[m.PixOffset(b.Min.X, y):]
			for x := range b.Dx() {
				p := pix[4*x : 4*x+4]
				copy(row[3*x:], p[:3])
				whiten(row[3*x:3*x+3], p[3])
			}
		}
	case *image.Paletted:
		return palettedRows(m)
	}
	return func(y int, row []byte) {
		for x := range b.Dx() {
			c := color.NRGBAModel.Convert(img.At(b.Min.X+x, y)).(color.NRGBA)
			row[3*x], row[3*x+1], row[3*x+2] = c.R, c.G, c.B
			whiten(row[3*x:3*x+3], c.A)
		}
	}
}

func ycbcrRow(m *image.YCbCr, b image.Rectangle, y int, row []byte) {
	for x := range b.Dx() {
		c := m.COffset(b.Min.X+x, y)
		row[3*x], row[3*x+1], row[3*x+2] = color.YCbCrToRGB(m.Y[m.YOffset(b.Min.X+x, y)], m.Cb[c], m.Cr[c])
	}
}

func palettedRows(m *image.Paletted) func(y int, row []byte) {
	var table [256][3]byte // a pixel beyond the palette is black
	for i, c := range m.Palette {
		n := color.NRGBAModel.Convert(c).(color.NRGBA)
		table[i] = [3]byte{n.R, n.G, n.B}
		whiten(table[i][:], n.A)
	}
	return func(y int, row []byte) {
		for x, i := range m.Pix[m.PixOffset(m.Rect.Min.X, y):][:m.Rect.Dx()] {
			copy(row[3*x:], table[i][:])
		}
	}
}

// whiten lays a colour of opacity a over white.
func whiten(rgb []byte, a uint8) {
	if a == 255 {
		return
	}
	for i, v := range rgb {
		rgb[i] = uint8((int(v)*int(a) + 255*(255-int(a)) + 127) / 255)
	}
}
