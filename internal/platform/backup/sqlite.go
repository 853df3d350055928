package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// writeSQLite copies the database through a temporary file that SQLite itself writes as of one moment.
func writeSQLite(ctx context.Context, src Source, out *writer, head Head) error {
	dir, err := os.MkdirTemp(src.Temp, ".xieshang-backup-")
	if err != nil {
		return fmt.Errorf("temporary folder: %w", err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "copy.sqlite")
	if err := src.DB.CopyTo(ctx, path); err != nil {
		return err
	}
	if err := out.json(headEntry, head); err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("copy of the database: %w", err)
	}
	defer f.Close()
	return out.entry(liteEntry, func(w io.Writer) error { _, err := io.Copy(w, f); return err })
}

// restoreSQLite writes the file beside its place and moves it there when it is whole and on disk.
func restoreSQLite(r io.Reader, path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".restore-*.sqlite")
	if err != nil {
		return fmt.Errorf("restore database: %w", err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if _, err := io.Copy(f, r); err != nil {
		return fmt.Errorf("restore database: %w", err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("restore database: %w", err)
	}
	if err := os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) { // somebody made it meanwhile
		return fmt.Errorf("%s exists: %w", path, ErrTaken)
	} else if err == nil {
		return nil
	}
	return os.Rename(f.Name(), path) // a disk that knows no links
}
