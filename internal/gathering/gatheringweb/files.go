package gatheringweb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"xieshang/internal/gathering"
	"xieshang/internal/platform/photo"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/upload"
	"xieshang/internal/platform/web"

	"github.com/google/uuid"
)

// accept takes photos and PDF files, told by their content.
func accept(head []byte) error {
	if bytes.HasPrefix(head, []byte("%PDF-")) {
		return nil
	}
	if err := photo.Accept(head); err != nil {
		return problem.New(problem.WrongType, "gatheringweb.err.file-type")
	}
	return nil
}

// addFiles keeps what came with the form; who may not is refused before anything is stored.
func (h *Pages) addFiles(w http.ResponseWriter, r *http.Request) error {
	l, err := h.running(r)
	if err != nil {
		return err
	}
	limits := upload.DefaultFormLimits()
	limits.Accept = accept
	form, err := upload.Multipart(r, limits)
	defer func() { _ = form.Close() }() // it is there also when something in it was refused
	if err == nil && len(form.Files) == 0 {
		err = problem.On("files", "gatheringweb.err.no-file")
	}
	for _, f := range form.Files {
		if err != nil {
			break
		}
		err = h.addFile(r.Context(), l.Gathering.ID, f)
	}
	if pr, ok := problem.Of(err); ok && pr.Kind != problem.Forbidden && pr.Kind != problem.NotFound {
		p := text(r)
		errs := web.FieldErrors(r, err)
		if errs == nil {
			errs = map[string]string{"files": p.T(pr.Key, pr.Args...)}
		}
		return h.render(w, r, http.StatusUnprocessableEntity, refusedForm{"files", url.Values{}, errs})
	}
	if err != nil {
		return err
	}
	web.Flash(w, r, "gatheringweb.files-kept")
	return web.Redirect(w, r, href(l.Gathering.ID)+"#files")
}

func (h *Pages) addFile(ctx context.Context, gatheringID uuid.UUID, f *upload.FormFile) error {
	key, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("new id: %w", err)
	}
	name := "gathering/" + key.String()
	out := gathering.File{Name: f.Name}
	var stored []string
	put := func(key string, content io.Reader, size int64) error {
		stored = append(stored, key)
		_, err := h.Blobs.Put(ctx, key, content, size)
		return err
	}
	head := make([]byte, 5)
	if _, e := io.ReadFull(f.Open(), head); e == nil && string(head) == "%PDF-" {
		out.Type, out.Size, out.Blob = "application/pdf", f.Size, name+".pdf"
		err = put(out.Blob, f.Open(), f.Size)
	} else {
		pic, e := h.Photos.Process(ctx, f.Open())
		if e != nil {
			return photo.Problem(e)
		}
		out.Type, out.Size, out.Blob, out.Medium, out.Thumb = "image/jpeg", int64(len(pic.Full.JPEG)), name+".jpg", name+"-m.jpg", name+"-s.jpg"
		for _, x := range []struct {
			key  string
			jpeg []byte
		}{{out.Blob, pic.Full.JPEG}, {out.Medium, pic.Medium.JPEG}, {out.Thumb, pic.Small.JPEG}} {
			err = errors.Join(err, put(x.key, bytes.NewReader(x.jpeg), int64(len(x.jpeg))))
		}
	}
	if err == nil {
		_, err = h.Service.AddFile(ctx, gatheringID, out)
	}
	if err != nil { // what was refused is not left behind; a file that stays is found by nobody
		for _, k := range stored {
			_ = h.Blobs.Delete(ctx, k)
		}
	}
	return err
}

func (h *Pages) removeFile(w http.ResponseWriter, r *http.Request) error {
	which, err := pathID(r, "file")
	if err != nil {
		return err
	}
	return h.on(w, r, "files", "gatheringweb.file-removed", "#files", func(ctx context.Context, u uuid.UUID, _ url.Values) error {
		return h.Service.RemoveFile(ctx, u, which)
	})
}

// file serves a photo or a document to whoever may read the minutes.
func (h *Pages) file(w http.ResponseWriter, r *http.Request) error {
	u, err := pathID(r, "id")
	if err != nil {
		return err
	}
	which, err := pathID(r, "file")
	if err != nil {
		return err
	}
	f, err := h.Service.File(r.Context(), u, which)
	if err != nil {
		return err
	}
	key := f.Blob
	if r.URL.Query().Get("size") == "thumb" && f.Thumb != "" {
		key = f.Thumb
	}
	content, err := h.Blobs.Get(r.Context(), key)
	if err != nil {
		return fmt.Errorf("open file %s: %w", f.ID, err)
	}
	defer content.Close()
	head := w.Header()
	head.Set("Content-Type", f.Type)
	head.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	head.Set("Cache-Control", "private, no-cache")
	kind := "inline"
	if !strings.HasPrefix(f.Type, "image/") {
		kind = "attachment"
	}
	head.Set("Content-Disposition", mime.FormatMediaType(kind, map[string]string{"filename": f.Name}))
	http.ServeContent(w, r, "", f.Added.Truncate(time.Second), content)
	return nil
}
