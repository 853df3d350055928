// Package upload takes files from browsers over lines that break (A1; photos of residents' suggestions): in pieces that
// resume where they stopped, or as a plain form without JavaScript. It promises that a file is joined from exactly the
// bytes that were acknowledged, for its owner only and once only, whichever process received which piece.
//
// The protocol is the core of tus 1.0 (https://tus.io/protocols/resumable-upload) with its creation, expiration,
// checksum and termination extensions, except that refusals are the platform's problems: 409 for a wrong offset, which
// then stands in Upload-Offset, 413 for too much, 422 for a checksum that does not match.
package upload

import (
	"embed"
	"fmt"
	"mime"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"xieshang/internal/platform/blob"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
)

// Migrations holds the tables upload and upload_piece.
//
//go:embed migrations
var Migrations embed.FS

// Messages holds the texts of refusals.
//
//go:embed messages
var Messages embed.FS

// Limits of resumable uploads.
type Limits struct {
	Bytes    int64         // of one file
	PerOwner int           // unfinished files that one owner may have
	Life     time.Duration // an upload not finished by then is forgotten
	Piece    int           // bytes kept in memory and stored at once; also the longest body that may carry a checksum
	AtOnce   int           // bodies that one process receives at a time; their memory is at most AtOnce times Piece
	Types    []string      // declared types that are taken, such as "image/jpeg"; none: all
}

// DefaultLimits are 15 MiB a file, 10 files an owner, 24 hours, and at most 24 bodies of 1 MiB in memory.
func DefaultLimits() Limits {
	return Limits{Bytes: 15 << 20, PerOwner: 10, Life: 24 * time.Hour, Piece: 1 << 20, AtOnce: 24}
}

// Upload is a file on its way.
type Upload struct {
	ID       string
	Name     string // as the sender calls it, without folders; for showing only
	Type     string // as the sender declares it; the content decides what it is
	Size     int64  // bytes, as declared at the start
	Received int64  // bytes that are stored
	Expires  time.Time
	finished bool
}

// Complete tells whether all bytes are stored.
func (u Upload) Complete() bool { return u.Received == u.Size }

// Service keeps uploads. The owner that its methods take is an opaque text, such as the hash of a session or of a
// visitor's cookie; whoever names another owner is told that there is no such upload.
type Service struct {
	db     *db.DB
	files  blob.Store
	clock  clock.Clock
	limits Limits
	bodies chan struct{}
}

// New makes a Service, or returns an error when a limit is not positive.
func New(d *db.DB, files blob.Store, c clock.Clock, l Limits) (*Service, error) {
	if l.Bytes <= 0 || l.PerOwner <= 0 || l.Life <= 0 || l.Piece <= 0 || l.AtOnce <= 0 {
		return nil, fmt.Errorf("upload: limits must be positive: %+v", l)
	}
	return &Service{db: d, files: files, clock: c, limits: l, bodies: make(chan struct{}, l.AtOnce)}, nil
}

// The refusals; each call makes a new value because callers may add to it.
func errUnknown() *problem.Problem  { return problem.New(problem.NotFound, "upload.unknown") }
func errExpired() *problem.Problem  { return problem.New(problem.Gone, "upload.expired") }
func errFinished() *problem.Problem { return problem.New(problem.Conflict, "upload.finished") }
func errOffset() *problem.Problem   { return problem.New(problem.Conflict, "upload.offset") }

func errTooLarge(limit int64) *problem.Problem {
	return problem.New(problem.TooLarge, "upload.too-large", "limit", megabytes(limit))
}

func megabytes(n int64) int { return int(max(1, n>>20)) }

// check parses what a sender declares of a file.
func (s *Service) check(size int64, name, mediaType string) (Upload, error) {
	switch {
	case size < 0:
		return Upload{}, problem.On("size", "upload.size")
	case size == 0:
		return Upload{}, problem.On("size", "upload.empty")
	case size > s.limits.Bytes:
		return Upload{}, errTooLarge(s.limits.Bytes)
	}
	mediaType, err := cleanType(mediaType)
	if err != nil || !typeAllowed(s.limits.Types, mediaType) {
		return Upload{}, problem.New(problem.WrongType, "upload.type").Because(err)
	}
	return Upload{Name: cleanName(name), Type: mediaType, Size: size}, nil
}

// typeAllowed lets an undeclared type pass: browsers leave it out for endings they do not know, and the content decides later.
func typeAllowed(allowed []string, mediaType string) bool {
	return len(allowed) == 0 || mediaType == "" || slices.Contains(allowed, mediaType)
}

// cleanType returns a media type in lower case without parameters.
func cleanType(t string) (string, error) {
	if strings.TrimSpace(t) == "" {
		return "", nil
	}
	t, _, err := mime.ParseMediaType(t)
	if err == nil && len(t) > 100 {
		err = fmt.Errorf("a media type of %d bytes", len(t))
	}
	return t, err
}

const maxName = 200 // bytes

// cleanName keeps the last part of a path, without control signs and directions of writing that could disguise its
// ending, at most 200 bytes long.
func cleanName(name string) string {
	name = strings.ToValidUTF8(name, "")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff {
			return -1
		}
		return r
	}, name))
	for len(name) > maxName {
		_, last := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-last]
	}
	if name == "" || name == "." || name == ".." {
		return "file"
	}
	return name
}
