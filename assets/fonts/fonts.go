// Package fonts keeps the two Chinese faces that printed documents use when the machine has no font at all.
// They are subsets of Noto Serif SC (SIL Open Font License 1.1, assets/licences/noto-serif-sc.txt), made by the program in
// subset/, and cover GB 2312, the 8,105 characters of the 2013 standard table, Latin and the punctuation of official letters.
package fonts

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"

	"github.com/andybalholm/brotli"
)

//go:embed serif-regular.ttf.br
var regular []byte

//go:embed serif-bold.ttf.br
var bold []byte

// Regular returns the TrueType file of the upright text face, about 3.5 MB.
// Each call unpacks anew, so that an idle server keeps nothing of it in memory.
func Regular() ([]byte, error) { return unpack("serif-regular", regular) }

// Bold returns the TrueType file of the heavy face for red heads and titles, about 3.5 MB.
func Bold() ([]byte, error) { return unpack("serif-bold", bold) }

func unpack(name string, packed []byte) ([]byte, error) {
	data, err := io.ReadAll(brotli.NewReader(bytes.NewReader(packed)))
	if err != nil {
		return nil, fmt.Errorf("unpack the built-in font %s: %w", name, err)
	}
	return data, nil
}
