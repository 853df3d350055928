package deskweb

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"xieshang/internal/platform/photo"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/upload"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

// keep stores a file that came with a form: photos made anew without their metadata, PDF files as they are.
func (h *Pages) keep(r *http.Request, f *upload.FormFile) (suggestion.File, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return suggestion.File{}, fmt.Errorf("new id: %w", err)
	}
	key := "suggestion/" + id.String()
	head := make([]byte, 5)
	if _, err := io.ReadFull(f.Open(), head); err == nil && string(head) == "%PDF-" {
		out := suggestion.File{Name: f.Name, Type: "application/pdf", Size: f.Size, Blob: key + ".pdf"}
		if _, err := h.Blobs.Put(r.Context(), out.Blob, f.Open(), f.Size); err != nil {
			return out, fmt.Errorf("keep file: %w", err)
		}
		return out, nil
	}
	pic, err := h.Photos.Process(r.Context(), f.Open())
	if err != nil {
		if p, ok := problem.Of(photo.Problem(err)); ok {
			return suggestion.File{}, problem.On("files", p.Key, p.Args...)
		}
		return suggestion.File{}, err
	}
	out := suggestion.File{Name: f.Name, Type: "image/jpeg", Size: int64(len(pic.Full.JPEG)), Blob: key + ".jpg", Medium: key + "-m.jpg", Thumb: key + "-s.jpg", Width: pic.Full.Width, Height: pic.Full.Height}
	for k, b := range map[string][]byte{out.Blob: pic.Full.JPEG, out.Medium: pic.Medium.JPEG, out.Thumb: pic.Small.JPEG} {
		if _, err := h.Blobs.Put(r.Context(), k, bytes.NewReader(b), int64(len(b))); err != nil {
			return out, fmt.Errorf("keep photo: %w", err)
		}
	}
	return out, nil
}

// drop takes away the files of an action that was refused; one that stays behind is found by nobody.
func (h *Pages) drop(r *http.Request, files []suggestion.File) {
	for _, f := range files {
		for _, k := range []string{f.Blob, f.Medium, f.Thumb} {
			if k != "" {
				_ = h.Blobs.Delete(r.Context(), k)
			}
		}
	}
}
