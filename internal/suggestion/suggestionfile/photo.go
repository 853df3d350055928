// Package suggestionfile keeps the photos of matters (A1): made anew without their metadata, in three sizes, under names that nobody can guess. Whatever
// cannot be kept whole is not kept at all.
package suggestionfile

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"xieshang/internal/platform/blob"
	"xieshang/internal/platform/photo"
	"xieshang/internal/platform/problem"
	"xieshang/internal/suggestion"

	"github.com/google/uuid"
)

// Key is a new name in the store, without its ending.
func Key() (string, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("new id: %w", err)
	}
	return "suggestion/" + id.String(), nil
}

// KeepPhoto makes a photo of what src holds and stores it. A picture that cannot be taken is an Invalid problem on the field "files".
func KeepPhoto(ctx context.Context, photos *photo.Processor, blobs blob.Store, name string, src io.Reader) (suggestion.File, error) {
	pic, err := photos.Process(ctx, src)
	if err != nil {
		return suggestion.File{}, OnFiles(photo.Problem(err))
	}
	key, err := Key()
	if err != nil {
		return suggestion.File{}, err
	}
	f := suggestion.File{Name: name, Type: "image/jpeg", Size: int64(len(pic.Full.JPEG)), Blob: key + ".jpg", Medium: key + "-m.jpg", Thumb: key + "-s.jpg", Width: pic.Full.Width, Height: pic.Full.Height}
	for k, b := range map[string][]byte{f.Blob: pic.Full.JPEG, f.Medium: pic.Medium.JPEG, f.Thumb: pic.Small.JPEG} {
		if _, err := blobs.Put(ctx, k, bytes.NewReader(b), int64(len(b))); err != nil {
			Drop(ctx, blobs, []suggestion.File{f})
			return suggestion.File{}, fmt.Errorf("keep photo: %w", err)
		}
	}
	return f, nil
}

// Drop takes away files of something that was refused; one that stays behind is found by nobody.
func Drop(ctx context.Context, blobs blob.Store, files []suggestion.File) {
	for _, f := range files {
		for _, k := range []string{f.Blob, f.Medium, f.Thumb} {
			if k != "" {
				_ = blobs.Delete(ctx, k)
			}
		}
	}
}

// OnFiles gives a refusal without fields to the field of the files, so that the form shows it there.
func OnFiles(err error) error {
	if p, ok := problem.Of(err); ok && len(p.Fields) == 0 {
		return (&problem.Problem{Kind: problem.Invalid, Key: "problem.invalid", Cause: err}).Add("files", p.Key, p.Args...)
	}
	return err
}
