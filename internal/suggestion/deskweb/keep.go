package deskweb

import (
	"fmt"
	"io"
	"net/http"

	"xieshang/internal/platform/upload"
	"xieshang/internal/suggestion"
	"xieshang/internal/suggestion/suggestionfile"
)

// keep stores a file that came with a form: photos made anew without their metadata, PDF files as they are.
func (h *Pages) keep(r *http.Request, f *upload.FormFile) (suggestion.File, error) {
	head := make([]byte, 5)
	if _, err := io.ReadFull(f.Open(), head); err != nil || string(head) != "%PDF-" {
		return suggestionfile.KeepPhoto(r.Context(), h.Photos, h.Blobs, f.Name, f.Open())
	}
	key, err := suggestionfile.Key()
	if err != nil {
		return suggestion.File{}, err
	}
	out := suggestion.File{Name: f.Name, Type: "application/pdf", Size: f.Size, Blob: key + ".pdf"}
	if _, err := h.Blobs.Put(r.Context(), out.Blob, f.Open(), f.Size); err != nil {
		return suggestion.File{}, fmt.Errorf("keep file: %w", err)
	}
	return out, nil
}

// drop takes away the files of an action that was refused.
func (h *Pages) drop(r *http.Request, files []suggestion.File) {
	suggestionfile.Drop(r.Context(), h.Blobs, files)
}
