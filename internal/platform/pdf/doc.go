// Package pdf sets Chinese text on A4 pages: it breaks lines by the rules of Chinese punctuation, breaks pages, and promises that
// no character vanishes, because one that no font has is printed as 〓 and reported. It serves C1 (letters) and later statements.
package pdf

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/signintech/gopdf"
)

// MM is one millimetre in points, the unit of this package.
const MM = 72 / 25.4

// Paper size of A4 in points.
const (
	PageWidth  = 210 * MM
	PageHeight = 297 * MM
)

// Colour is red, green and blue, 0 to 255 each. The zero value is black.
type Colour struct{ R, G, B uint8 }

// Options of a document. Margins are in points; the text area must stay at least 50 mm wide and high.
type Options struct {
	Font                     Font
	Top, Bottom, Left, Right float64
	Title, Subject, Author   string // shown by PDF readers, not printed
	// Footer is called for every page, in order, when the document is written; it may draw with TextAt and Line. Nil for none.
	Footer func(d *Doc, page, pages int) error
}

// Doc is a document being set, from top to bottom. It is not safe for use by several goroutines.
type Doc struct {
	gp      *gopdf.GoPdf
	opt     Options
	y       float64 // where the next line begins, from the top of the page
	pages   int
	regular *chain
	bold    *chain
	missing []rune
	closed  bool
}

// New starts a document with one empty page. It reports a font that cannot be used and margins that leave no room.
func New(opt Options) (*Doc, error) {
	if PageWidth-opt.Left-opt.Right < 50*MM || PageHeight-opt.Top-opt.Bottom < 50*MM || min(opt.Top, opt.Bottom, opt.Left, opt.Right) < 0 {
		return nil, errors.New("pdf: margins must be positive and leave at least 50 mm for text")
	}
	font, err := opt.Font.Load()
	if err != nil {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	d := &Doc{gp: &gopdf.GoPdf{}, opt: opt}
	d.gp.Start(gopdf.Config{PageSize: gopdf.Rect{W: PageWidth, H: PageHeight}, Unit: gopdf.UnitPT})
	d.gp.SetInfo(gopdf.PdfInfo{Title: opt.Title, Subject: opt.Subject, Author: opt.Author, Producer: "Xieshang", Creator: "Xieshang"})
	if d.regular, err = d.newChain("regular", font.regular, font); err != nil {
		return nil, err
	}
	if d.bold, err = d.newChain("bold", font.bold, font); err != nil {
		return nil, err
	}
	d.NewPage()
	return d, nil
}

// NewPage ends the page and goes to the top of the next one.
func (d *Doc) NewPage() {
	d.gp.AddPage()
	// A page gets its content stream with the first thing drawn; without one, footers would land on the wrong page.
	d.gp.SetLineWidth(0.5)
	d.pages++
	d.y = d.opt.Top
}

// Y is the distance of the next line from the top of the page, in points.
func (d *Doc) Y() float64 { return d.y }

// SetY moves the next line; y is in points from the top of the page.
func (d *Doc) SetY(y float64) { d.y = y }

// Width is that of the text area, in points.
func (d *Doc) Width() float64 { return PageWidth - d.opt.Left - d.opt.Right }

// Left is the x of the text area's left edge, in points.
func (d *Doc) Left() float64 { return d.opt.Left }

// Bottom is the y of the text area's lower edge, in points.
func (d *Doc) Bottom() float64 { return PageHeight - d.opt.Bottom }

// Room tells how much height is left on the page, in points.
func (d *Doc) Room() float64 { return d.Bottom() - d.y }

// Pages is the number of pages so far.
func (d *Doc) Pages() int { return d.pages }

// Ensure goes to a new page when less than height points are left, unless the page is still empty. It tells whether it did.
func (d *Doc) Ensure(height float64) bool {
	// A hundredth of a point forgives the rounding of twenty-two lines added up.
	if d.Room()+0.01 >= height || d.y <= d.opt.Top {
		return false
	}
	d.NewPage()
	return true
}

// Line draws a straight line between two points of the page; width in points.
func (d *Doc) Line(x1, y1, x2, y2, width float64, c Colour) {
	d.gp.SetLineWidth(width)
	d.gp.SetStrokeColor(c.R, c.G, c.B)
	d.gp.Line(x1, y1, x2, y2)
}

// WriteTo draws the footers and writes the document. It can be called once.
func (d *Doc) WriteTo(w io.Writer) (int64, error) {
	if d.closed {
		return 0, errors.New("pdf: the document was already written")
	}
	d.closed = true
	if d.opt.Footer != nil {
		for page := 1; page <= d.pages; page++ {
			if err := d.gp.SetPage(page); err != nil {
				return 0, fmt.Errorf("pdf: page %d: %w", page, err)
			}
			if err := d.opt.Footer(d, page, d.pages); err != nil {
				return 0, fmt.Errorf("pdf: footer of page %d: %w", page, err)
			}
		}
	}
	n, err := d.gp.WriteTo(w)
	if err != nil {
		return n, fmt.Errorf("pdf: write: %w", err)
	}
	return n, nil
}

// Missing lists the characters met so far that no font has, sorted, each once.
func (d *Doc) Missing() []rune { return slices.Clone(d.missing) }

// newChain registers the main face and notes the others, which are opened when a character asks for them.
func (d *Doc) newChain(name string, data []byte, f Font) (*chain, error) {
	c := &chain{}
	if err := d.addFace(c, name, data); err != nil {
		return nil, fmt.Errorf("pdf: main font: %w", err)
	}
	if f.Path != "" || f.BoldPath != "" {
		c.pending = append(c.pending, builtins(name))
	}
	for _, path := range f.fallbacks() {
		c.pending = append(c.pending, source{path: path, optional: true})
	}
	return c, nil
}

func (d *Doc) addFace(c *chain, name string, data []byte) error {
	family := name + strconv.Itoa(len(c.faces))
	if err := d.gp.AddTTFFontDataWithOption(family, data, gopdf.TtfOption{}); err != nil {
		return err
	}
	c.faces = append(c.faces, &face{family: family, widths: map[rune]float64{}})
	return nil
}

func (d *Doc) png(data []byte, x, y, side float64) error {
	holder, err := gopdf.ImageHolderByBytes(data)
	if err != nil {
		return fmt.Errorf("pdf: picture: %w", err)
	}
	if err := d.gp.ImageByHolder(holder, x, y, &gopdf.Rect{W: side, H: side}); err != nil {
		return fmt.Errorf("pdf: picture: %w", err)
	}
	return nil
}
