package upload

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"xieshang/internal/platform/blob"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
)

// kept is how long the pieces of a finished upload stay for the one who finished it to read.
const kept = time.Hour

// File is a complete upload, opened for reading from its first byte. Close it.
type File struct {
	Upload
	io.ReadCloser
}

// Open opens a complete upload without finishing it, as often as its owner likes: to look at what was sent before
// anything is decided. Refusals: those of Status, and upload.incomplete.
func (s *Service) Open(ctx context.Context, id, owner string) (*File, error) {
	var u Upload
	var parts []piece
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if u, err = s.complete(tx, id, owner, ""); err != nil {
			return err
		}
		parts, err = pieces(tx, u.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.join(ctx, u, parts)
}

// Claim finishes a complete upload inside the caller's transaction, so that what the file becomes part of and the end of the
// upload are one step; of two claims only one succeeds. Read the file before, with Open. Refusals: those of Open.
func (s *Service) Claim(tx *db.Tx, id, owner string) (Upload, error) {
	u, err := s.complete(tx, id, owner, tx.ForUpdate())
	if err != nil {
		return Upload{}, err
	}
	now := s.clock.Now()
	if err := finish(tx, u.ID, now, now.Add(kept)); err != nil {
		return Upload{}, fmt.Errorf("finish upload %s: %w", u.ID, err)
	}
	return u, nil
}

// Finish claims an upload and opens it: the caller alone will ever get it, once. The pieces stay for an hour. Callers who
// may still fail use Open and Claim. Refusals: those of Open.
func (s *Service) Finish(ctx context.Context, id, owner string) (*File, error) {
	var u Upload
	var parts []piece
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		if u, err = s.Claim(tx, id, owner); err != nil {
			return err
		}
		parts, err = pieces(tx, u.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.join(ctx, u, parts)
}

func (s *Service) complete(tx *db.Tx, id, owner, suffix string) (Upload, error) {
	u, err := s.live(tx, id, owner, suffix)
	if err == nil && !u.Complete() {
		err = problem.New(problem.Conflict, "upload.incomplete")
	}
	return u, err
}

func (s *Service) join(ctx context.Context, u Upload, parts []piece) (*File, error) {
	at := int64(0)
	for _, p := range parts {
		if p.start != at {
			return nil, fmt.Errorf("upload %s: a piece at %d where %d is expected", u.ID, p.start, at)
		}
		at += p.size
	}
	if at != u.Size {
		return nil, fmt.Errorf("upload %s: pieces of %d bytes, %d expected", u.ID, at, u.Size)
	}
	return &File{Upload: u, ReadCloser: &joined{ctx: ctx, files: s.files, parts: parts}}, nil
}

// joined reads the pieces one after the other and opens each only when its turn comes.
type joined struct {
	ctx   context.Context
	files blob.Store
	parts []piece
	open  io.ReadCloser
	left  int64 // of the open piece
}

func (j *joined) Read(p []byte) (int, error) {
	for j.open == nil || j.left == 0 {
		if err := j.Close(); err != nil {
			return 0, err
		}
		if len(j.parts) == 0 {
			return 0, io.EOF
		}
		next, err := j.files.Get(j.ctx, j.parts[0].blob)
		if err != nil {
			return 0, fmt.Errorf("read an upload: %w", err)
		}
		j.open, j.left, j.parts = next, j.parts[0].size, j.parts[1:]
	}
	n, err := j.open.Read(p[:min(int64(len(p)), j.left)])
	j.left -= int64(n)
	if err == io.EOF {
		if err = nil; j.left > 0 {
			err = fmt.Errorf("read an upload: a piece is %d bytes short: %w", j.left, io.ErrUnexpectedEOF)
		}
	}
	return n, err
}

func (j *joined) Close() error {
	if j.open == nil {
		return nil
	}
	err := j.open.Close()
	j.open = nil
	return err
}

// Remove answers DELETE with 204: the owner does not want the upload any more. Refusals: those of Status; a finished upload stays
// finished.
func (s *Service) Remove(w http.ResponseWriter, r *http.Request, owner string) error {
	id := r.PathValue("id")
	err := s.db.Write(r.Context(), func(tx *db.Tx) error {
		u, err := s.live(tx, id, owner, tx.ForUpdate())
		if err != nil {
			return err
		}
		return tx.MustChange(`DELETE FROM upload WHERE id = ?`, u.ID)
	})
	if err != nil {
		return err
	}
	if err := s.removePieces(r.Context(), id); err != nil {
		return err
	}
	w.Header().Set("Tus-Resumable", protocol)
	w.WriteHeader(http.StatusNoContent)
	return nil
}
