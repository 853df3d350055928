// Package qr makes QR codes as squares that any screen or paper draws sharp (C1): a grid of modules, and the outline of
// the dark ones for SVG. It promises the quiet zone that readers need.
package qr

import (
	"encoding/base64"
	"errors"
	"fmt"
	"image/color"
	"strconv"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// Quiet is the width of the empty border in modules (ISO/IEC 18004).
const Quiet = 4

// Grid is a code without its border; Dark[y*Side+x] tells a dark module.
type Grid struct {
	Side int
	Dark []bool
}

// New makes the code of an address with level M, which survives a stain on 15 % of it. Errors: empty content, or more than a code of this level holds (2,331 bytes).
func New(content string) (Grid, error) {
	if content == "" {
		return Grid{}, errors.New("qr: no content")
	}
	code, err := qr.Encode(content, qr.M, qr.Auto)
	if err != nil {
		return Grid{}, fmt.Errorf("qr: %w", err)
	}
	g := Grid{Side: code.Bounds().Dx()}
	g.Dark = make([]bool, g.Side*g.Side)
	for y := range g.Side {
		for x := range g.Side {
			g.Dark[y*g.Side+x] = color.GrayModel.Convert(code.At(x, y)).(color.Gray).Y < 128
		}
	}
	return g, nil
}

// Path is the outline of the dark modules for the d attribute of an SVG path, one unit a module, with the border around: draw it in a box of Box units.
func (g Grid) Path() string {
	var b strings.Builder
	for y := range g.Side {
		for x := 0; x < g.Side; {
			if !g.Dark[y*g.Side+x] {
				x++
				continue
			}
			run := 1
			for x+run < g.Side && g.Dark[y*g.Side+x+run] {
				run++
			}
			n := strconv.Itoa(run)
			b.WriteString("M" + strconv.Itoa(x+Quiet) + " " + strconv.Itoa(y+Quiet) + "h" + n + "v1h-" + n + "z")
			x += run
		}
	}
	return b.String()
}

// Box is the side of the drawing in modules, border included.
func (g Grid) Box() int { return g.Side + 2*Quiet }

// Packed is the grid row by row, eight modules a byte, the first in the highest bit, in base64: the short form that a page draws by script.
func (g Grid) Packed() string {
	out := make([]byte, (len(g.Dark)+7)/8)
	for i, dark := range g.Dark {
		if dark {
			out[i/8] |= 0x80 >> (i % 8)
		}
	}
	return base64.StdEncoding.EncodeToString(out)
}
