package pdf

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"xieshang/assets/fonts"
)

// Font says which faces a document uses. The zero value is ready to use: it prints with the built-in faces and takes what they
// lack from a bigger font of the machine, if a well-known one is there.
type Font struct {
	// Path is a TrueType file (.ttf) for all text; empty for the built-in face. Collections (.ttc) are refused.
	Path string
	// BoldPath is the heavy face for red heads and titles; empty means Path, or the built-in heavy face when Path is empty too.
	BoldPath string
	// Fallbacks are tried in order for characters that the face above lacks; nil means WellKnown.
	// An entry that does not exist is passed over.
	Fallbacks []string

	regular, bold []byte
}

// WellKnown lists where Debian puts big Chinese fonts that can be used as they are. Packages: fonts-lxgw-wenkai,
// fonts-wqy-zenhei's collection is not usable, fonts-babelstone-han, fonts-hanazono (rare characters), fonts-droid-fallback.
func WellKnown() []string {
	return []string{
		"/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf",
		"/usr/share/fonts/truetype/babelstone-han/BabelStoneHan.ttf",
		"/usr/share/fonts/truetype/hanazono/HanaMinA.ttf",
		"/usr/share/fonts/truetype/hanazono/HanaMinB.ttf",
		"/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
	}
}

// Load reads the main faces into memory, so that many documents printed with the returned Font do not read and unpack them
// again; about 7 MB are held for the built-in ones. Errors: a path that cannot be read or is not a .ttf.
func (f Font) Load() (Font, error) {
	var err error
	if f.regular == nil {
		if f.Path != "" {
			f.regular, err = readTTF(f.Path)
		} else {
			f.regular, err = fonts.Regular()
		}
		if err != nil {
			return Font{}, err
		}
	}
	if f.bold == nil {
		switch {
		case f.BoldPath != "":
			f.bold, err = readTTF(f.BoldPath)
		case f.Path != "":
			f.bold = f.regular
		default:
			f.bold, err = fonts.Bold()
		}
		if err != nil {
			return Font{}, err
		}
	}
	return f, nil
}

func (f Font) fallbacks() []string {
	if f.Fallbacks == nil {
		return WellKnown()
	}
	return f.Fallbacks
}

// readTTF reads a font file and refuses what gopdf cannot use, with a reason an operator can act on.
func readTTF(path string) ([]byte, error) {
	if strings.HasSuffix(strings.ToLower(path), ".ttc") {
		return nil, fmt.Errorf("font %s is a collection (.ttc); give a single TrueType file (.ttf)", path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read font: %w", err)
	}
	if len(data) < 12 {
		return nil, fmt.Errorf("font %s is too short to be a TrueType file", path)
	}
	switch tag := string(data[:4]); tag {
	case "\x00\x01\x00\x00", "true":
		return data, nil
	case "ttcf":
		return nil, fmt.Errorf("font %s is a collection; give a single TrueType file (.ttf)", path)
	case "OTTO":
		return nil, fmt.Errorf("font %s holds PostScript outlines (OpenType CFF); give a TrueType file (.ttf)", path)
	default:
		return nil, fmt.Errorf("font %s is not a TrueType file", path)
	}
}

// face is one gopdf family and what is already known about its characters.
type face struct {
	family string
	widths map[rune]float64 // in thousandths of the size; -1 when the face lacks the character
}

// chain is the order in which faces are asked for a character; further ones are opened only when needed.
type chain struct {
	faces   []*face
	pending []source
}

type source struct {
	path     string
	builtin  func() ([]byte, error)
	optional bool
}

func (s source) read() ([]byte, error) {
	if s.builtin != nil {
		return s.builtin()
	}
	data, err := readTTF(s.path)
	if s.optional && errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}
