// Package similar keeps the labelled set by which the search for likely duplicates is measured (A1): what people type, and which matters
// of a corpus are the same. It reads the committed files and can write them anew; it measures nothing itself.
package similar

import (
	"bytes"
	_ "embed" // the two files of the set
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"xieshang/internal/demo/content"
)

//go:embed corpus.json
var corpusFile []byte

//go:embed pairs.json
var pairsFile []byte

// seed of the committed set; another one gives other places for the same hand-written texts.
const seed = 20261201

// Load returns the committed set.
func Load() (corpus []content.SimilarRow, queries []content.SimilarQuery, err error) {
	if err := json.Unmarshal(corpusFile, &corpus); err != nil {
		return nil, nil, fmt.Errorf("similar: corpus.json: %w", err)
	}
	if err := json.Unmarshal(pairsFile, &queries); err != nil {
		return nil, nil, fmt.Errorf("similar: pairs.json: %w", err)
	}
	return corpus, queries, nil
}

// Write makes the set anew in a folder.
func Write(dir string) error {
	corpus, pairs, err := encode()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "corpus.json"), corpus, 0o644); err != nil {
		return fmt.Errorf("similar: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "pairs.json"), pairs, 0o644); err != nil {
		return fmt.Errorf("similar: %w", err)
	}
	return nil
}

func encode() (corpus, pairs []byte, err error) {
	rows, queries := content.Similar(seed)
	if corpus, err = array(rows); err != nil {
		return nil, nil, err
	}
	pairs, err = array(queries)
	return corpus, pairs, err
}

// array writes one element a line, so that a change shows as the lines it touches.
func array[T any](items []T) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("[\n")
	for i, it := range items {
		j, err := json.Marshal(it)
		if err != nil {
			return nil, fmt.Errorf("similar: element %d: %w", i, err)
		}
		b.Write(j)
		if i < len(items)-1 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
	}
	b.WriteString("]\n")
	return b.Bytes(), nil
}
