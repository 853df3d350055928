package blob_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"xieshang/internal/platform/blob"
)

func TestFolderStaysInside(t *testing.T) {
	outside := t.TempDir()
	dir := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	s := open(t, dir)
	if _, err := s.Put(t.Context(), "link/file", strings.NewReader("x"), 1); err == nil {
		t.Error("Put followed a symbolic link out of the folder")
	}
	if entries, err := os.ReadDir(outside); err != nil || len(entries) != 0 {
		t.Errorf("outside: %v, %v", entries, err)
	}
	if got := keys(t, s, ""); len(got) != 0 {
		t.Errorf("List showed %q", got)
	}
}

func TestFolderRemovesWhatItEmptied(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	put(t, s, "a/b/c/one", "1")
	put(t, s, "a/two", "2")
	if err := s.Delete(t.Context(), "a/b/c/one"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "a", "b")); !os.IsNotExist(err) {
		t.Errorf("the empty folder is still there: %v", err)
	}
	if got := keys(t, s, ""); !slices.Equal(got, []string{"a/two"}) {
		t.Errorf("left: %q", got)
	}
}

func TestRemoveLeftovers(t *testing.T) {
	dir := t.TempDir()
	f, err := blob.Folder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	put(t, f, "kept", "x")
	now := time.Now()
	for name, age := range map[string]time.Duration{"crashed": 48 * time.Hour, "running": time.Minute} {
		path := filepath.Join(dir, ".tmp", name)
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	n, err := f.RemoveLeftovers(t.Context(), now.Add(-24*time.Hour))
	if err != nil || n != 1 {
		t.Errorf("removed %d, %v", n, err)
	}
	entries, err := os.ReadDir(filepath.Join(dir, ".tmp"))
	if err != nil || len(entries) != 1 || entries[0].Name() != "running" {
		t.Errorf("left: %v, %v", entries, err)
	}
	if got := get(t, f, "kept"); got != "x" {
		t.Errorf("kept holds %q", got)
	}
}

func FuzzKeyStaysInside(f *testing.F) {
	for _, seed := range []string{"a/b", "../x", ".tmp/x", "a//b", "a/..", "\x00", "a/b/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, key string) {
		if blob.ValidKey(key) != nil {
			return
		}
		if !filepath.IsLocal(key) || filepath.Clean(key) != key || key == ".tmp" || strings.HasPrefix(key, ".tmp/") {
			t.Errorf("%q was let through", key)
		}
	})
}
