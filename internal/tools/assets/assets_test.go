package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is committed is what the sources give; a change is remembered with go generate ./assets.
func TestCommittedIsCurrent(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "assets")
	files, err := bundle(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := compare(dir, files); err != nil {
		t.Error(err)
	}
	// app.js comes with every public page.
	if size := len(files["app.js"]); size > 30_000 {
		t.Errorf("app.js has %d bytes, at most 30,000", size)
	}
	for name, data := range files {
		if strings.HasPrefix(name, "map/") && len(data) > 120_000 {
			t.Errorf("%s has %d bytes, at most 120,000", name, len(data))
		}
	}
}

func TestCompareFindsWhatDiffers(t *testing.T) {
	dir := t.TempDir()
	files := map[string][]byte{"a.css": []byte(strings.Repeat("a{color:red}", 50)), "map/x.json": []byte("{}")}
	if err := write(dir, files); err != nil {
		t.Fatal(err)
	}
	if err := compare(dir, files); err != nil {
		t.Fatalf("fresh output: %v", err)
	}
	for name, spoil := range map[string]func() error{
		"changed file":       func() error { return os.WriteFile(filepath.Join(dir, "dist", "a.css"), []byte("b"), 0o644) },
		"file of no source":  func() error { return os.WriteFile(filepath.Join(dir, "dist", "old.js"), []byte("b"), 0o644) },
		"changed compressed": func() error { return os.WriteFile(filepath.Join(dir, "dist", "a.css.br"), []byte("b"), 0o644) },
		"changed manifest":   func() error { return os.WriteFile(filepath.Join(dir, "manifest.go"), []byte("b"), 0o644) },
	} {
		if err := write(dir, files); err != nil {
			t.Fatal(err)
		}
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		if compare(dir, files) == nil {
			t.Errorf("%s: not noticed", name)
		}
		if err := os.RemoveAll(filepath.Join(dir, "dist")); err != nil {
			t.Fatal(err)
		}
	}
}
