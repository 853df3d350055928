// Package backup puts the whole platform into one file and brings it back (G3): the database as it stood at one moment, and every attachment, taken
// while people work. It promises that a damaged or foreign file is refused before anything is written, and that nothing existing is overwritten.
//
// The file is a ZIP: xieshang.json first, then the database (SQLite: one entry; PostgreSQL: one entry a table, as COPY writes it), then files/KEY for each
// attachment, and sums.json with the SHA-256 of every entry last. The key file of personal data is never in it: who finds a backup reads no
// telephone number.
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
	"time"

	"xieshang/internal/platform/blob"
	"xieshang/internal/platform/db"
)

const (
	format     = 1
	headEntry  = "xieshang.json"
	sumsEntry  = "sums.json"
	liteEntry  = "database.sqlite"
	tablePlace = "table/"
	filePlace  = "files/"
)

// Errors of Restore.
var (
	// ErrDamaged: the file is not a backup, or not the whole of one.
	ErrDamaged = errors.New("not a whole backup")
	// ErrTaken: the place to restore to holds something already.
	ErrTaken = errors.New("the place is not empty")
)

// Head is the first entry.
type Head struct {
	Format     int        `json:"format"`
	Engine     string     `json:"engine"`     // sqlite or postgres
	Migrations []int64    `json:"migrations"` // that the database had
	At         time.Time  `json:"at"`         // when it was begun
	Program    string     `json:"program"`    // version that made it
	Tables     []db.Table `json:"tables,omitempty"`
}

// Summary says what a file holds.
type Summary struct {
	Head
	Files int
	Bytes int64 // of all entries, before compression
}

// Source is what is backed up.
type Source struct {
	DB      *db.DB
	Blobs   blob.Store
	Program string
	Now     time.Time
	Temp    string // folder with room for a copy of a SQLite database; empty: the system's
}

// Write writes the backup of src to w. Files that were removed after the moment of the database are left out; those that came later may be in it.
func Write(ctx context.Context, w io.Writer, src Source) (Summary, error) {
	out := &writer{zip: zip.NewWriter(w), sums: map[string]string{}}
	s := Summary{Head: Head{Format: format, Engine: src.DB.Engine().String(), At: src.Now.UTC(), Program: src.Program}}
	var err error
	if s.Migrations, err = src.DB.Applied(ctx); err != nil {
		return s, fmt.Errorf("read the state of the database: %w", err)
	}
	if len(s.Migrations) == 0 {
		return s, fmt.Errorf("there is nothing to back up: the database is empty")
	}
	if src.DB.Engine() == db.Postgres {
		err = writePostgres(ctx, src.DB, out, &s.Head)
	} else {
		err = writeSQLite(ctx, src, out, s.Head)
	}
	if err != nil {
		return s, err
	}
	for info, err := range src.Blobs.List(ctx, "") {
		if err != nil {
			return s, fmt.Errorf("list files: %w", err)
		}
		if err := out.file(ctx, src.Blobs, info.Key); errors.Is(err, blob.ErrNotFound) {
			continue
		} else if err != nil {
			return s, fmt.Errorf("file %s: %w", info.Key, err)
		}
		s.Files++
	}
	sums := out.sums
	if err := out.json(sumsEntry, sums); err != nil {
		return s, err
	}
	s.Bytes = out.bytes
	return s, out.zip.Close()
}

func writePostgres(ctx context.Context, d *db.DB, out *writer, head *Head) error {
	return d.CopyOut(ctx, func(list []db.Table) error {
		head.Tables = list
		return out.json(headEntry, head)
	}, func(t db.Table, copy func(io.Writer) error) error { return out.entry(tablePlace+t.Name, copy) })
}

// writer adds entries and remembers their sums.
type writer struct {
	zip   *zip.Writer
	sums  map[string]string
	bytes int64
}

// entry writes one entry by fill.
func (o *writer) entry(name string, fill func(io.Writer) error) error {
	w, err := o.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
	if err != nil {
		return fmt.Errorf("entry %s: %w", name, err)
	}
	sum := sha256.New()
	count := &counter{}
	if err := fill(io.MultiWriter(w, sum, count)); err != nil {
		return err
	}
	o.sums[name] = hex.EncodeToString(sum.Sum(nil))
	o.bytes += count.n
	return nil
}

func (o *writer) json(name string, v any) error {
	return o.entry(name, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", " ")
		return e.Encode(v)
	})
}

func (o *writer) file(ctx context.Context, from blob.Store, key string) error {
	r, err := from.Get(ctx, key)
	if err != nil {
		return err
	}
	defer r.Close()
	return o.entry(filePlace+key, func(w io.Writer) error { _, err := io.Copy(w, r); return err })
}

type counter struct{ n int64 }

func (c *counter) Write(b []byte) (int, error) { c.n += int64(len(b)); return len(b), nil }
