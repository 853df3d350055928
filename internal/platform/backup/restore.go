package backup

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"xieshang/internal/platform/blob"
	"xieshang/internal/platform/db"
)

// Target is where a backup is brought back: an empty database (a SQLite file that does not exist, or a PostgreSQL database without tables) and a
// store without files.
type Target struct {
	DB      string // as --db takes it
	Blobs   blob.Store
	Modules []fs.FS // with the migrations of this program
}

// Restore reads the backup of size bytes from r. It looks at every entry before it writes the first one. Errors wrap ErrDamaged, ErrTaken or db.ErrNewer
// when the file, the place or the program is the reason. What was made by an older version is brought up to date by the next start.
func Restore(ctx context.Context, r io.ReaderAt, size int64, to Target) (Summary, error) {
	a, err := open(r, size)
	if err != nil {
		return Summary{}, err
	}
	s := Summary{Head: a.head, Files: a.files}
	postgres := strings.HasPrefix(to.DB, "postgres://") || strings.HasPrefix(to.DB, "postgresql://")
	if engine := map[bool]string{true: "postgres", false: "sqlite"}[postgres]; engine != a.head.Engine {
		return s, fmt.Errorf("the backup is of %s, --db names %s", a.head.Engine, engine)
	}
	if s.Bytes, err = a.verify(); err != nil {
		return s, err
	}
	for info, err := range to.Blobs.List(ctx, "") {
		if err != nil {
			return s, fmt.Errorf("look at the files: %w", err)
		}
		return s, fmt.Errorf("there are files already (%s): %w", info.Key, ErrTaken)
	}
	into := a.intoSQLite
	if postgres {
		into = a.intoPostgres
	}
	if err = a.putFiles(ctx, to.Blobs); err == nil {
		err = into(ctx, to)
	}
	if err != nil { // the place was empty, and is left so
		return s, errors.Join(err, a.takeFilesBack(context.WithoutCancel(ctx), to.Blobs))
	}
	return s, nil
}

type archive struct {
	zip   *zip.Reader
	head  Head
	sums  map[string]string
	files int
}

func open(r io.ReaderAt, size int64) (*archive, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	a := &archive{zip: z}
	if err := a.read(headEntry, &a.head); err != nil {
		return nil, err
	}
	if err := a.read(sumsEntry, &a.sums); err != nil {
		return nil, err
	}
	if a.head.Format != format {
		return nil, fmt.Errorf("a backup of format %d, this program reads %d: %w", a.head.Format, format, db.ErrNewer)
	}
	for _, f := range z.File {
		if strings.HasPrefix(f.Name, filePlace) {
			a.files++
		}
	}
	return a, nil
}

// smallEntry bounds the two entries that are read into memory.
const smallEntry = 256 << 20

func (a *archive) read(name string, v any) error {
	r, err := a.open(name)
	if err != nil {
		return err
	}
	defer r.Close()
	if err := json.NewDecoder(io.LimitReader(r, smallEntry)).Decode(v); err != nil {
		return fmt.Errorf("%s: %w: %w", name, ErrDamaged, err)
	}
	return nil
}

func (a *archive) open(name string) (io.ReadCloser, error) {
	for _, f := range a.zip.File {
		if f.Name == name {
			return f.Open()
		}
	}
	return nil, fmt.Errorf("%s is missing: %w", name, ErrDamaged)
}

// verify compares every entry with its sum, so that half a backup is never brought back.
func (a *archive) verify() (int64, error) {
	var total int64
	seen := 0
	for _, f := range a.zip.File {
		if f.Name == sumsEntry {
			continue
		}
		sum := sha256.New()
		r, err := f.Open()
		if err != nil {
			return total, fmt.Errorf("%s: %w: %w", f.Name, ErrDamaged, err)
		}
		n, err := io.Copy(sum, r)
		r.Close()
		total += n
		if err != nil {
			return total, fmt.Errorf("%s: %w: %w", f.Name, ErrDamaged, err)
		}
		if a.sums[f.Name] != hex.EncodeToString(sum.Sum(nil)) {
			return total, fmt.Errorf("%s was changed: %w", f.Name, ErrDamaged)
		}
		seen++
	}
	if seen != len(a.sums) {
		return total, fmt.Errorf("%d of %d entries are there: %w", seen, len(a.sums), ErrDamaged)
	}
	return total, nil
}

func (a *archive) intoSQLite(_ context.Context, to Target) error {
	if err := db.Knows(db.SQLite, a.head.Migrations, to.Modules...); err != nil {
		return err
	}
	path := strings.TrimPrefix(to.DB, "sqlite:")
	for _, p := range []string{path, path + "-wal"} {
		if _, err := os.Stat(p); err == nil {
			return fmt.Errorf("%s exists: %w", p, ErrTaken)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("look at %s: %w", p, err)
		}
	}
	r, err := a.open(liteEntry)
	if err != nil {
		return err
	}
	defer r.Close()
	return restoreSQLite(r, path)
}

func (a *archive) intoPostgres(ctx context.Context, to Target) error {
	d, err := db.Open(ctx, to.DB)
	if err != nil {
		return err
	}
	defer d.Close()
	n := 0
	err = d.Read(ctx, func(tx *db.Tx) error {
		n, err = db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema()`)
		return err
	})
	if err != nil {
		return fmt.Errorf("look at the database: %w", err)
	}
	if n > 0 {
		return fmt.Errorf("the database has %d tables: %w", n, ErrTaken)
	}
	if err = d.MigrateTo(ctx, a.head.Migrations, to.Modules...); err == nil {
		err = d.CopyIn(ctx, a.head.Tables, func(t db.Table) (io.ReadCloser, error) { return a.open(tablePlace + t.Name) })
	}
	if err != nil {
		return errors.Join(err, d.DropAll(context.WithoutCancel(ctx)))
	}
	return nil
}

func (a *archive) putFiles(ctx context.Context, to blob.Store) error {
	for _, f := range a.zip.File {
		key, ok := strings.CutPrefix(f.Name, filePlace)
		if !ok {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return fmt.Errorf("file %s: %w", key, err)
		}
		_, err = to.Put(ctx, key, r, int64(f.UncompressedSize64))
		r.Close()
		if err != nil {
			return fmt.Errorf("file %s: %w", key, err)
		}
	}
	return nil
}

func (a *archive) takeFilesBack(ctx context.Context, from blob.Store) error {
	var errs []error
	for _, f := range a.zip.File {
		if key, ok := strings.CutPrefix(f.Name, filePlace); ok {
			errs = append(errs, from.Delete(ctx, key))
		}
	}
	return errors.Join(errs...)
}
