package upload

import (
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
)

const (
	pieceTime = 2 * time.Minute  // to receive one piece; a line slower than that is cut, and may resume
	storeTime = 30 * time.Second // to store one piece after the sender may have left
)

// Head answers HEAD: the path value "id" names the upload, and Upload-Offset says how many bytes have arrived.
func (s *Service) Head(w http.ResponseWriter, r *http.Request, owner string) error {
	u, err := s.Status(r.Context(), r.PathValue("id"), owner)
	if err != nil {
		return err
	}
	describe(w.Header(), u)
	w.WriteHeader(http.StatusOK)
	return nil
}

// Status is Head for Go callers. Refusals: upload.unknown, upload.expired, upload.finished.
func (s *Service) Status(ctx context.Context, id, owner string) (Upload, error) {
	var u Upload
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		u, err = s.live(tx, id, owner, "")
		return err
	})
	return u, err
}

func (s *Service) live(tx *db.Tx, id, owner, suffix string) (Upload, error) {
	if uuid.Validate(id) != nil { // it becomes part of file keys
		return Upload{}, errUnknown()
	}
	u, err := find(tx, id, owner, suffix)
	switch {
	case errors.Is(err, db.ErrNotFound):
		return Upload{}, errUnknown()
	case err != nil:
		return Upload{}, fmt.Errorf("find upload %s: %w", id, err)
	case u.finished:
		return Upload{}, errFinished()
	case !s.clock.Now().Before(u.Expires):
		return Upload{}, errExpired()
	}
	return u, nil
}

// Append answers PATCH: the body (application/offset+octet-stream) goes after the Upload-Offset bytes that are stored, and
// 204 with the new Upload-Offset is the answer. Bytes are stored piece by piece while they arrive, so that a cut line costs
// what is in the last piece at most; with Upload-Checksum ("sha256" or "sha1" and the sum in base64) all of the body counts
// or none. Refusals besides those of Status: upload.offset (409), upload.too-large (413), upload.checksum (422),
// upload.declare, upload.busy (503), upload.cut.
func (s *Service) Append(w http.ResponseWriter, r *http.Request, owner string) error {
	if t, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); t != "application/offset+octet-stream" {
		return problem.New(problem.WrongType, "upload.declare")
	}
	offset, err := strconv.ParseInt(r.Header.Get("Upload-Offset"), 10, 64)
	if err != nil || offset < 0 {
		return problem.New(problem.Invalid, "upload.declare").Because(err)
	}
	sum, err := parseChecksum(r.Header.Get("Upload-Checksum"))
	if err != nil {
		return err
	}
	u, err := s.Status(r.Context(), r.PathValue("id"), owner)
	if err != nil {
		return err
	}
	if offset != u.Received {
		describe(w.Header(), u)
		return errOffset()
	}
	if r.ContentLength > u.Size-u.Received {
		return errTooLarge(u.Size)
	}
	select {
	case s.bodies <- struct{}{}:
		defer func() { <-s.bodies }()
	default:
		w.Header().Set("Retry-After", "5")
		return problem.New(problem.Unavailable, "upload.busy")
	}
	u, err = s.receive(w, r, owner, u, sum)
	describe(w.Header(), u)
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// receive stores the body and returns how far the upload got, also beside an error.
func (s *Service) receive(w http.ResponseWriter, r *http.Request, owner string, u Upload, sum checksum) (Upload, error) {
	// The sender may vanish; what has arrived is stored all the same.
	ctx := context.WithoutCancel(r.Context())
	control := http.NewResponseController(w)
	buf := make([]byte, min(int64(s.limits.Piece), u.Size-u.Received))
	for {
		// The network's deadline is on the machine's clock. A writer that has no deadlines keeps those of the server.
		_ = control.SetReadDeadline(time.Now().Add(pieceTime))
		part := buf[:min(int64(len(buf)), u.Size-u.Received)]
		n, readErr := readPart(r.Body, part)
		part = part[:n]
		if complete := u.Received+int64(n) == u.Size; readErr == nil && (complete || sum.given()) {
			// Nothing may follow; what does would make it another file.
			var extra int
			if extra, readErr = readPart(r.Body, make([]byte, 1)); extra > 0 {
				if complete {
					return u, errTooLarge(u.Size)
				}
				return u, errTooLarge(int64(len(buf)))
			}
		}
		if sum.given() {
			if readErr != io.EOF {
				return u, problem.New(problem.Invalid, "upload.cut").Because(readErr)
			}
			if !sum.matches(part) {
				return u, problem.New(problem.Invalid, "upload.checksum")
			}
		}
		if len(part) > 0 {
			var err error
			if u, err = s.store(ctx, owner, u, part); err != nil {
				return u, err
			}
		}
		if readErr == io.EOF {
			return u, nil
		}
		if readErr != nil {
			return u, problem.New(problem.Invalid, "upload.cut").Because(readErr)
		}
	}
}

// readPart fills p unless the reader ends or fails before; unlike io.ReadFull it keeps io.EOF, the regular end of a body,
// apart from the error of one that was cut.
func readPart(r io.Reader, p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var m int
		m, err = r.Read(p[n:])
		n += m
	}
	return n, err
}

// store puts the piece away and then, in one step, moves the offset; of two bodies at the same offset one wins, and the
// other's piece is removed again.
func (s *Service) store(ctx context.Context, owner string, u Upload, part []byte) (Upload, error) {
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	p := piece{start: u.Received, size: int64(len(part)), blob: fmt.Sprintf("%s%012d-%s", prefix(u.ID), u.Received, uuid.NewString())}
	if _, err := s.files.Put(ctx, p.blob, bytes.NewReader(part), p.size); err != nil {
		return u, fmt.Errorf("store a piece of upload %s: %w", u.ID, err)
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error { return appendPiece(tx, u.ID, owner, p, s.clock.Now()) })
	switch {
	case errors.Is(err, errLost):
		if err := s.files.Delete(ctx, p.blob); err != nil {
			return u, fmt.Errorf("remove a late piece of upload %s: %w", u.ID, err)
		}
		now, err := s.Status(ctx, u.ID, owner)
		if err != nil {
			return u, err
		}
		return now, errOffset()
	case err != nil:
		// Whether it was committed is not known, so the piece stays; Sweep removes it with the upload.
		return u, fmt.Errorf("note a piece of upload %s: %w", u.ID, err)
	}
	u.Received += p.size
	return u, nil
}

func prefix(id string) string { return "upload/" + strings.ToLower(id) + "/" }

// checksum is what a body must amount to; the zero value accepts every body.
type checksum struct {
	sha1 bool
	want []byte
}

func parseChecksum(header string) (checksum, error) {
	if header == "" {
		return checksum{}, nil
	}
	name, coded, _ := strings.Cut(header, " ")
	want, err := base64.StdEncoding.DecodeString(strings.TrimSpace(coded))
	if err != nil || (name != "sha256" || len(want) != sha256.Size) && (name != "sha1" || len(want) != sha1.Size) {
		return checksum{}, problem.New(problem.Invalid, "upload.declare").Because(err)
	}
	return checksum{sha1: name == "sha1", want: want}, nil
}

func (c checksum) given() bool { return c.want != nil }

func (c checksum) matches(part []byte) bool {
	if c.sha1 {
		got := sha1.Sum(part)
		return bytes.Equal(got[:], c.want)
	}
	got := sha256.Sum256(part)
	return bytes.Equal(got[:], c.want)
}
