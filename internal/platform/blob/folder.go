package blob

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/google/uuid"
)

// temporary is the folder of half-written files. No key can name it, because no part of a key starts with a dot.
const temporary = ".tmp"

// FolderStore is a Store in a folder of the local machine, or of a network share that several processes mount.
type FolderStore struct {
	root *os.Root
}

// Folder opens the store in dir, making the folder when it is missing. Nothing outside dir is ever touched, not even
// through symbolic links. Close it when done.
func Folder(dir string) (*FolderStore, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("make the folder for files: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the folder for files: %w", err)
	}
	if err := root.MkdirAll(temporary, 0o750); err != nil {
		return nil, errors.Join(fmt.Errorf("folder for files is not writable: %w", err), root.Close())
	}
	return &FolderStore{root: root}, nil
}

// Close lets go of the folder. Files that were opened with Get stay readable.
func (f *FolderStore) Close() error { return f.root.Close() }

// Put writes to a temporary file, flushes it to the disk, and renames it, so that a crash leaves the old file or the new.
func (f *FolderStore) Put(ctx context.Context, key string, r io.Reader, size int64) (Info, error) {
	if err := ValidKey(key); err != nil {
		return Info{}, err
	}
	name := path.Join(temporary, uuid.NewString())
	written, err := f.write(ctx, name, r, size)
	if err == nil {
		err = f.place(name, key)
	}
	if err != nil {
		_ = f.root.Remove(name) // the file may not have been made; RemoveLeftovers takes what stays behind
		return Info{}, fmt.Errorf("put file %s: %w", key, err)
	}
	return Info{Key: key, Size: written}, nil
}

func (f *FolderStore) write(ctx context.Context, name string, r io.Reader, size int64) (int64, error) {
	file, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return 0, err
	}
	source := &exactly{ctx: ctx, r: r, left: size}
	// The wrapper hides os.File's ReadFrom, which would ask the source for more than it may give at once.
	_, err = io.Copy(struct{ io.Writer }{file}, source)
	if err == nil {
		err = file.Sync()
	}
	return source.read, errors.Join(err, file.Close())
}

// place renames the temporary file to its key. Delete removes folders that became empty, so a folder made here may be
// gone again before the rename: then it is made anew. MkdirAll tells of the same as of a folder that is missing or, when it went
// between two of its own steps, as of one that exists.
func (f *FolderStore) place(name, key string) error {
	dir := path.Dir(key)
	for attempt := 0; ; attempt++ {
		if err := f.root.MkdirAll(dir, 0o750); err != nil {
			if attempt == 9 || !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrExist) {
				return err
			}
			continue
		}
		err := f.root.Rename(name, key)
		if err == nil {
			break
		}
		if !errors.Is(err, fs.ErrNotExist) || attempt == 9 {
			return err
		}
	}
	for {
		if err := f.syncDir(dir); err != nil {
			return err
		}
		if dir == "." {
			return nil
		}
		dir = path.Dir(dir)
	}
}

// syncDir makes the names in dir durable. A folder that another Delete removed in the meantime needs none.
func (f *FolderStore) syncDir(dir string) error {
	d, err := f.root.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Get opens the file under key; it can seek.
func (f *FolderStore) Get(_ context.Context, key string) (io.ReadSeekCloser, error) {
	if err := ValidKey(key); err != nil {
		return nil, err
	}
	file, err := f.root.Open(key)
	if err != nil {
		return nil, fmt.Errorf("get file %s: %w", key, missing(err))
	}
	st, err := file.Stat()
	if err == nil && !st.Mode().IsRegular() {
		err = ErrNotFound
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("get file %s: %w", key, err), file.Close())
	}
	return file, nil
}

// Stat tells size and time of the file under key.
func (f *FolderStore) Stat(_ context.Context, key string) (Info, error) {
	if err := ValidKey(key); err != nil {
		return Info{}, err
	}
	st, err := f.root.Lstat(key)
	if err == nil && !st.Mode().IsRegular() {
		err = ErrNotFound
	}
	if err != nil {
		return Info{}, fmt.Errorf("stat file %s: %w", key, missing(err))
	}
	return Info{Key: key, Size: st.Size(), Modified: instant(st.ModTime())}, nil
}

// Delete removes the file under key, and the folders that became empty by it.
func (f *FolderStore) Delete(ctx context.Context, key string) error {
	if _, err := f.Stat(ctx, key); errors.Is(err, ErrNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	if err := f.root.Remove(key); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete file %s: %w", key, err)
	}
	for dir := path.Dir(key); dir != "."; dir = path.Dir(dir) {
		if f.root.Remove(dir) != nil { // not empty, or another Delete was quicker
			break
		}
	}
	return nil
}

// List walks the folder in the byte order of whole keys.
func (f *FolderStore) List(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		if err := validPrefix(prefix); err != nil {
			yield(Info{}, err)
			return
		}
		dir := "."
		if i := strings.LastIndexByte(prefix, '/'); i >= 0 {
			dir = prefix[:i]
		}
		f.walk(ctx, dir, prefix, yield)
	}
}

// walk reports false when the listing is to end.
func (f *FolderStore) walk(ctx context.Context, dir, prefix string, yield func(Info, error) bool) bool {
	if err := ctx.Err(); err != nil {
		return yield(Info{}, err) && false
	}
	entries, err := fs.ReadDir(f.root.FS(), dir)
	if errors.Is(err, fs.ErrNotExist) {
		return true
	}
	if err != nil {
		return yield(Info{}, fmt.Errorf("list files: %w", err)) && false
	}
	// In the order of whole keys a folder sorts as its name and a slash: "a-b" comes before "a/b".
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(sortName(a), sortName(b)) })
	for _, e := range entries {
		key := path.Join(dir, e.Name())
		switch {
		case key == temporary || ValidKey(key) != nil: // not ours
		case e.IsDir():
			if within := key + "/"; strings.HasPrefix(within, prefix) || strings.HasPrefix(prefix, within) {
				if !f.walk(ctx, key, prefix, yield) {
					return false
				}
			}
		case e.Type().IsRegular() && strings.HasPrefix(key, prefix):
			st, err := e.Info()
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return yield(Info{}, fmt.Errorf("list files: %w", err)) && false
			}
			if !yield(Info{Key: key, Size: st.Size(), Modified: instant(st.ModTime())}, nil) {
				return false
			}
		}
	}
	return true
}

func sortName(e fs.DirEntry) string {
	if e.IsDir() {
		return e.Name() + "/"
	}
	return e.Name()
}

// RemoveLeftovers deletes half-written files last touched before the given time, which a crash left behind, and
// tells how many. Choose a time that no running Put can have started before, such as a day ago.
func (f *FolderStore) RemoveLeftovers(ctx context.Context, before time.Time) (int, error) {
	entries, err := fs.ReadDir(f.root.FS(), temporary)
	if err != nil {
		return 0, fmt.Errorf("list half-written files: %w", err)
	}
	removed := 0
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return removed, err
		}
		st, err := e.Info()
		if err != nil || !st.ModTime().Before(before) {
			continue
		}
		if err := f.root.Remove(path.Join(temporary, e.Name())); err == nil {
			removed++
		} else if !errors.Is(err, fs.ErrNotExist) {
			return removed, fmt.Errorf("remove half-written file: %w", err)
		}
	}
	return removed, nil
}

// missing turns the file system's ways of saying "nothing there" into ErrNotFound: a part of the key may be missing, or be
// a file where a folder would have to be.
func missing(err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return ErrNotFound
	}
	return err
}
