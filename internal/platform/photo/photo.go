// Package photo turns a picture that a stranger sent into plain JPEGs fit for a page (A1; photos of residents' suggestions).
// It promises that nothing but the pixels survives: no place, no camera, no hidden file; and that no picture, however
// built, takes more memory than its limits say.
//
// # Memory
//
// One Processor works on one picture at a time. Its peak is the file itself (at most Limits.Bytes), the decoded picture
// (at most Limits.Memory, reckoned from the header before anything is decoded), and the full rendition with its JPEG
// (5 bytes for each of its pixels, 33 MB for a square of 2560). The thumbnails reuse the rendition. Measured: a
// JPEG of 50 million pixels and 11 MB brought a bare process to 121 MB of resident memory for 1.3 seconds, one of 12
// million to 51 MB; afterwards it was at 9 MB again. A program that must stay below that at all times sets
// Limits.Memory lower: 32 MiB still take baseline JPEGs of 22 million pixels.
package photo

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"runtime/debug"

	"golang.org/x/image/webp"

	"xieshang/internal/platform/problem"
)

// Messages holds the texts of refusals.
//
//go:embed messages
var Messages embed.FS

// Why a picture is refused. The texts are for the log; Problem gives what a visitor is told.
var (
	ErrEmpty     = errors.New("photo: the file is empty")
	ErrTooLarge  = errors.New("photo: the file has too many bytes")
	ErrTooBig    = errors.New("photo: the picture has too many pixels")
	ErrType      = errors.New("photo: not a JPEG, PNG, WebP or GIF picture")
	ErrHEIC      = errors.New("photo: HEIC pictures cannot be read; set the camera to 'most compatible', or share the picture as JPEG")
	ErrDamaged   = errors.New("photo: the picture is damaged or cut off")
	errNoDecoder = errors.New("photo: kind without a decoder")
)

// Problem turns a refusal into what a visitor is told, with the message keys photo.empty, photo.too-large, photo.too-big,
// photo.type, photo.heic and photo.damaged. Other errors, failures of ours, come back unchanged.
func Problem(err error) error {
	for _, m := range []struct {
		err  error
		kind problem.Kind
		key  string
	}{
		{ErrEmpty, problem.Invalid, "photo.empty"}, {ErrTooLarge, problem.TooLarge, "photo.too-large"},
		{ErrTooBig, problem.TooLarge, "photo.too-big"}, {ErrType, problem.WrongType, "photo.type"},
		{ErrHEIC, problem.WrongType, "photo.heic"}, {ErrDamaged, problem.Invalid, "photo.damaged"},
	} {
		if errors.Is(err, m.err) {
			return problem.New(m.kind, m.key).Because(err)
		}
	}
	return err
}

// Accept refuses the head of a file that is not a picture, as a problem; it fits upload.FormLimits.
func Accept(head []byte) error {
	_, err := Sniff(head)
	return Problem(err)
}

// Limits bound what is accepted and what comes out.
type Limits struct {
	Bytes   int64 // of the file
	Pixels  int64 // width times height as the header tells them
	Memory  int64 // bytes that decoding may take
	Side    int   // longest side of the full rendition in pixels
	Medium  int   // longest side of the medium thumbnail
	Small   int   // longest side of the small thumbnail
	Quality int   // of the JPEGs, 1 to 100
}

// DefaultLimits are those of the platform: 15 MiB, 50 million pixels, 96 MiB to decode; 2560, 960 and 320 pixels out.
func DefaultLimits() Limits {
	return Limits{Bytes: 15 << 20, Pixels: 50_000_000, Memory: 96 << 20, Side: 2560, Medium: 960, Small: 320, Quality: 82}
}

// Rendition is one JPEG, upright and without any metadata. Sizes are in pixels.
type Rendition struct {
	Width, Height int
	JPEG          []byte
}

// Photo is a picture in three sizes. A picture smaller than a size is not enlarged.
type Photo struct {
	Kind                Kind // what was sent
	Full, Medium, Small Rendition
}

// Processor makes photos, one at a time. Make one for the whole program.
type Processor struct {
	limits Limits
	turn   chan struct{}
}

// New returns a Processor, or an error when a limit is not positive.
func New(l Limits) (*Processor, error) {
	if l.Bytes <= 0 || l.Pixels <= 0 || l.Memory <= 0 || l.Side <= 0 || l.Medium <= 0 || l.Small <= 0 ||
		l.Quality < 1 || l.Quality > 100 {
		return nil, fmt.Errorf("photo: limits must be positive and the quality 1 to 100: %+v", l)
	}
	return &Processor{limits: l, turn: make(chan struct{}, 1)}, nil
}

// Process waits for its turn, reads all of r, and makes the photo. r should be a file, not a network connection, because
// all others wait meanwhile. Errors wrap one of the refusals above, or are those of r or ctx.
func (p *Processor) Process(ctx context.Context, r io.Reader) (Photo, error) {
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return Photo{}, ctx.Err()
	}
	defer func() { <-p.turn }()

	data, err := p.read(r)
	if err != nil {
		return Photo{}, err
	}
	h, err := inspect(data)
	if err != nil {
		return Photo{}, err
	}
	if err := p.admit(h); err != nil {
		return Photo{}, err
	}
	if h.memory > 16<<20 {
		// What reading left behind goes before the large picture comes, and that goes back to the system at once instead
		// of within minutes.
		debug.FreeOSMemory()
		defer debug.FreeOSMemory()
	}
	full, err := p.upright(data, h)
	if err != nil {
		return Photo{}, err
	}
	return p.renditions(ctx, h.kind, full)
}

func (p *Processor) read(r io.Reader) ([]byte, error) {
	var buf bytes.Buffer
	n, err := buf.ReadFrom(io.LimitReader(r, p.limits.Bytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the picture: %w", err)
	case n == 0:
		return nil, ErrEmpty
	case n > p.limits.Bytes:
		return nil, fmt.Errorf("%w: more than %d", ErrTooLarge, p.limits.Bytes)
	}
	return buf.Bytes(), nil
}

func (p *Processor) admit(h header) error {
	if h.width < 1 || h.height < 1 {
		return fmt.Errorf("%w: %d by %d pixels", ErrDamaged, h.width, h.height)
	}
	if int64(h.width) > p.limits.Pixels/int64(h.height) {
		return fmt.Errorf("%w: %d by %d, allowed are %d", ErrTooBig, h.width, h.height, p.limits.Pixels)
	}
	if h.memory > p.limits.Memory {
		return fmt.Errorf("%w: %d by %d of this kind take %d bytes, allowed are %d", ErrTooBig, h.width, h.height, h.memory, p.limits.Memory)
	}
	return nil
}

// upright decodes, shrinks and turns the picture, and lets go of the decoded one.
func (p *Processor) upright(data []byte, h header) (*image.RGBA, error) {
	img, err := decode(h.kind, data)
	if err != nil {
		return nil, err
	}
	b := img.Bounds()
	if b.Empty() || b.Dx() > h.width || b.Dy() > h.height {
		return nil, fmt.Errorf("%w: the picture is %v, its header said %d by %d", ErrDamaged, b, h.width, h.height)
	}
	return shrink(img, p.limits.Side, h.orientation), nil
}

func decode(kind Kind, data []byte) (img image.Image, err error) {
	r := bytes.NewReader(data)
	switch kind {
	case JPEG:
		img, err = jpeg.Decode(r)
	case PNG:
		img, err = png.Decode(r)
	case GIF:
		img, err = gif.Decode(r) // the first frame only
	case WebP:
		img, err = webp.Decode(r)
	default:
		return nil, errNoDecoder
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return img, nil
}

func (p *Processor) renditions(ctx context.Context, kind Kind, full *image.RGBA) (Photo, error) {
	out := Photo{Kind: kind}
	for _, want := range []struct {
		to   *Rendition
		side int
	}{{&out.Full, p.limits.Side}, {&out.Medium, p.limits.Medium}, {&out.Small, p.limits.Small}} {
		if err := ctx.Err(); err != nil {
			return Photo{}, err
		}
		if max(full.Rect.Dx(), full.Rect.Dy()) > want.side {
			full = shrink(full, want.side, upright)
		}
		var buf bytes.Buffer
		if err := jpeg.Encode(&buf, full, &jpeg.Options{Quality: p.limits.Quality}); err != nil {
			return Photo{}, fmt.Errorf("write the JPEG: %w", err)
		}
		*want.to = Rendition{Width: full.Rect.Dx(), Height: full.Rect.Dy(), JPEG: buf.Bytes()}
	}
	return out, nil
}
