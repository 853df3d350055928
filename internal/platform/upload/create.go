package upload

import (
	"context"
	"encoding/base64"
	"encoding/json"
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

const protocol = "1.0.0"

// Create answers POST: it notes a file to come and answers 201 with its id and Location, the request's path and the id. What
// comes is declared as tus does (Upload-Length, and Upload-Metadata with filename and filetype), or as a JSON body
// {"size": bytes, "name": text, "type": media type}.
func (s *Service) Create(w http.ResponseWriter, r *http.Request, owner string) error {
	size, name, mediaType, err := declared(r)
	if err != nil {
		return err
	}
	u, err := s.Begin(r.Context(), owner, size, name, mediaType)
	if err != nil {
		return err
	}
	h := w.Header()
	describe(h, u)
	h.Set("Location", strings.TrimSuffix(r.URL.Path, "/")+"/"+u.ID)
	h.Set("Content-Type", "application/json")
	body, err := json.Marshal(struct {
		ID      string    `json:"id"`
		Size    int64     `json:"size"`
		Offset  int64     `json:"offset"`
		Expires time.Time `json:"expires"`
	}{u.ID, u.Size, 0, u.Expires})
	if err != nil {
		return fmt.Errorf("write upload: %w", err)
	}
	w.WriteHeader(http.StatusCreated)
	_, _ = w.Write(body) // the sender may be gone; the upload then expires
	return nil
}

// Begin is Create for Go callers. Refusals: upload.empty, upload.size, upload.too-large, upload.type, upload.too-many.
func (s *Service) Begin(ctx context.Context, owner string, size int64, name, mediaType string) (Upload, error) {
	u, err := s.check(size, name, mediaType)
	if err != nil {
		return Upload{}, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return Upload{}, fmt.Errorf("make an upload's id: %w", err)
	}
	now := s.clock.Now()
	u.ID, u.Expires = id.String(), now.Add(s.limits.Life)
	for attempt := 0; ; attempt++ {
		var free bool
		err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
			free, err = insert(tx, u, owner, s.limits.PerOwner, now)
			return err
		})
		switch {
		// Each time that the slot was snatched away another upload came into being, so there are at most so many.
		case db.IsUnique(err) && attempt < 2*s.limits.PerOwner:
			continue
		case err != nil:
			return Upload{}, fmt.Errorf("begin an upload: %w", err)
		case !free:
			return Upload{}, problem.New(problem.TooMany, "upload.too-many", "limit", s.limits.PerOwner)
		}
		return u, nil
	}
}

const maxDeclared = 8 << 10 // bytes of a JSON declaration

func declared(r *http.Request) (size int64, name, mediaType string, err error) {
	if t, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); t == "application/json" {
		var d struct {
			Size int64  `json:"size"`
			Name string `json:"name"`
			Type string `json:"type"`
		}
		if err := json.NewDecoder(io.LimitReader(r.Body, maxDeclared)).Decode(&d); err != nil {
			return 0, "", "", problem.New(problem.Invalid, "upload.declare").Because(err)
		}
		return d.Size, d.Name, d.Type, nil
	}
	size, err = strconv.ParseInt(r.Header.Get("Upload-Length"), 10, 64)
	if err != nil {
		return 0, "", "", problem.On("size", "upload.size").Because(err)
	}
	for pair := range strings.SplitSeq(r.Header.Get("Upload-Metadata"), ",") {
		key, coded, _ := strings.Cut(strings.TrimSpace(pair), " ")
		value, err := base64.StdEncoding.DecodeString(strings.TrimSpace(coded))
		if err != nil {
			return 0, "", "", problem.New(problem.Invalid, "upload.declare").Because(err)
		}
		switch key {
		case "filename":
			name = string(value)
		case "filetype":
			mediaType = string(value)
		}
	}
	return size, name, mediaType, nil
}

// describe tells where an upload stands.
func describe(h http.Header, u Upload) {
	h.Set("Tus-Resumable", protocol)
	h.Set("Cache-Control", "no-store")
	h.Set("Upload-Offset", strconv.FormatInt(u.Received, 10))
	h.Set("Upload-Length", strconv.FormatInt(u.Size, 10))
	h.Set("Upload-Expires", u.Expires.UTC().Format(http.TimeFormat))
}
