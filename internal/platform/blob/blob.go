// Package blob keeps files under keys, in a folder or in an S3 bucket (part of A1, the house's one place for files).
// It promises that a key holds either the whole of what was put there or nothing of it, whatever connection is lost.
package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"
)

// What a store answers besides errors of the disk or the network.
var (
	// ErrNotFound comes from Get and Stat for a key that holds nothing.
	ErrNotFound = errors.New("no such file")
	// ErrKey comes from every method for a key that ValidKey refuses.
	ErrKey = errors.New("not a usable file key")
	// ErrSize comes from Put when the reader gave fewer or more bytes than announced; nothing was kept.
	ErrSize = errors.New("file has another size than announced")
)

// MaxKey is the longest key in bytes, and maxSegment the longest part between slashes: what every file system takes.
const (
	MaxKey     = 512
	maxSegment = 200
)

// Unknown is the size to pass to Put when the length of the reader is not known beforehand.
const Unknown int64 = -1

// Info says what is kept under a key. Modified (UTC, microseconds) is zero in what Put returns.
type Info struct {
	Key      string
	Size     int64
	Modified time.Time
}

// Store keeps files by key. All methods may be called at the same time, also from several processes on one
// folder or bucket. A key must not be the folder of another one ("a" and "a/b" cannot both exist in a folder).
type Store interface {
	// Put keeps size bytes of r (or all of it, for Unknown) under key, replacing what was there in one step.
	// On any error the key is as it was before.
	Put(ctx context.Context, key string, r io.Reader, size int64) (Info, error)
	// Get opens what is under key, or returns ErrNotFound. A file replaced while it is read may end in an error, never
	// in a mixture.
	Get(ctx context.Context, key string) (io.ReadSeekCloser, error)
	// Stat tells what is under key, or returns ErrNotFound.
	Stat(ctx context.Context, key string) (Info, error)
	// Delete removes key; it is no error when nothing was there.
	Delete(ctx context.Context, key string) error
	// List goes through the keys that start with prefix, in byte order, and ends after the first error. A prefix need
	// not end at a slash; the empty one lists everything.
	List(ctx context.Context, prefix string) iter.Seq2[Info, error]
}

// ValidKey returns an error wrapping ErrKey unless key is made of segments of a-z, 0-9, dot, dash and underscore, joined
// by single slashes, none of them empty or starting with a dot.
func ValidKey(key string) error {
	if key == "" || len(key) > MaxKey {
		return fmt.Errorf("%w: %d bytes long, 1 to %d allowed", ErrKey, len(key), MaxKey)
	}
	for segment := range strings.SplitSeq(key, "/") {
		switch {
		case segment == "":
			return fmt.Errorf("%w: empty part in %q", ErrKey, key)
		case segment[0] == '.':
			return fmt.Errorf("%w: part starting with a dot in %q", ErrKey, key)
		case len(segment) > maxSegment:
			return fmt.Errorf("%w: part longer than %d bytes in %q", ErrKey, maxSegment, key)
		}
	}
	return allowed(key)
}

// validPrefix is ValidKey for the start of a key, which may be empty or end anywhere.
func validPrefix(prefix string) error {
	whole := strings.TrimSuffix(prefix, "/")
	if whole == "" && prefix == "" {
		return nil
	}
	return ValidKey(whole)
}

func allowed(key string) error {
	for i := range len(key) {
		c := key[i]
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-' || c == '/' {
			continue
		}
		return fmt.Errorf("%w: only a-z, 0-9, '.', '_', '-' and '/' are allowed, found byte %q in %q", ErrKey, c, key)
	}
	return nil
}

// exactly passes on the bytes of r, and turns a reader that is shorter or longer than announced into an error before
// its last byte is given away, so that a store never sees a complete file of the wrong size.
type exactly struct {
	ctx  context.Context
	r    io.Reader
	left int64 // Unknown: no check
	read int64
	err  error
}

func (e *exactly) Read(p []byte) (int, error) {
	if e.err != nil {
		return 0, e.err
	}
	n, err := e.next(p)
	e.read += int64(n)
	e.err = err
	return n, err
}

func (e *exactly) next(p []byte) (int, error) {
	if err := e.ctx.Err(); err != nil {
		return 0, err
	}
	if e.left == Unknown {
		return e.r.Read(p)
	}
	if e.left == 0 { // only an empty file comes here without having been checked below
		if err := e.atEnd(); err != nil {
			return 0, err
		}
		return 0, io.EOF
	}
	if int64(len(p)) > e.left {
		p = p[:e.left]
	}
	n, err := e.r.Read(p)
	e.left -= int64(n)
	if e.left > 0 {
		if err == io.EOF {
			err = fmt.Errorf("%w: %d bytes are missing: %w", ErrSize, e.left, io.ErrUnexpectedEOF)
		}
		return n, err
	}
	if err != nil && err != io.EOF {
		return 0, err
	}
	if err == nil {
		if err := e.atEnd(); err != nil {
			return 0, err
		}
	}
	return n, io.EOF
}

func (e *exactly) atEnd() error {
	var one [1]byte
	n, err := io.ReadFull(e.r, one[:])
	if n > 0 {
		return fmt.Errorf("%w: there are more bytes than announced", ErrSize)
	}
	if err != io.EOF {
		return err
	}
	return nil
}

// instant cuts a time to what the house keeps: UTC and whole microseconds.
func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
