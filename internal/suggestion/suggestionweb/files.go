package suggestionweb

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/photo"
	"xieshang/internal/platform/problem"
	"xieshang/internal/platform/ui"
	"xieshang/internal/platform/upload"
	"xieshang/internal/platform/web"
	"xieshang/internal/suggestion"
	"xieshang/internal/suggestion/suggestionfile"

	"github.com/google/uuid"
)

// owner is whose uploads these are: the account, or this browser.
func (h *Pages) owner(w http.ResponseWriter, r *http.Request) string {
	if a := authz.From(r.Context()); a.SignedIn() {
		return "account:" + a.Account.String()
	}
	return "visitor:" + h.visitor(w, r)
}

// readForm reads words and, without script, photos. The values are there also when something is refused; call cleanup in any case.
func (h *Pages) readForm(r *http.Request) (url.Values, []*upload.FormFile, func(), error) {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		form, err := web.Form(r)
		return form, nil, func() {}, err
	}
	limits := upload.DefaultFormLimits()
	limits.Accept = photo.Accept
	form, err := upload.Multipart(r, limits)
	return form.Values, form.Files, func() { form.Close() }, err
}

// store makes photos of what was uploaded or came with the form and keeps them; the matter that they belong to is written after it.
func (h *Pages) store(r *http.Request, owner string, uploads []string, files []*upload.FormFile) (out []suggestion.File, err error) {
	if len(uploads)+len(files) > suggestion.FilesMax {
		return nil, problem.On("files", "suggestion.err.files", "max", suggestion.FilesMax)
	}
	defer func() {
		if err != nil { // of several, none is left behind
			suggestionfile.Drop(r.Context(), h.Blobs, out)
			out = nil
		}
	}()
	keep := func(name string, src io.Reader) error {
		f, err := suggestionfile.KeepPhoto(r.Context(), h.Photos, h.Blobs, name, src)
		if err != nil {
			// Of several photos somebody has to know which one to take away.
			if pr, ok := problem.Of(err); ok && name != "" {
				pr.Add("upload_file", "suggestion.err.file-named", "name", name)
			}
			return err
		}
		out = append(out, f)
		return nil
	}
	for _, id := range uploads {
		if id == "" {
			continue
		}
		f, err := h.Uploads.Open(r.Context(), id, owner)
		if err != nil {
			return out, suggestionfile.OnFiles(err)
		}
		err = keep(f.Name, f)
		f.Close()
		if err != nil {
			return out, err
		}
	}
	for _, f := range files {
		if err := keep(f.Name, f.Open()); err != nil {
			return out, err
		}
	}
	return out, nil
}

// claim ends uploads whose photos became part of a matter. One that fails is swept later and does no harm.
func (h *Pages) claim(r *http.Request, uploads []string) {
	for _, id := range uploads {
		if f, err := h.Uploads.Finish(r.Context(), id, h.ownerOf(r)); err == nil {
			f.Close()
		}
	}
}

func (h *Pages) ownerOf(r *http.Request) string {
	if a := authz.From(r.Context()); a.SignedIn() {
		return "account:" + a.Account.String()
	}
	if mark := h.knownVisitor(r); mark != "" {
		return "visitor:" + mark
	}
	return ""
}

// kept are uploads that a refused form brought back.
func (h *Pages) kept(r *http.Request, owner string, uploads []string) []ui.Upload {
	var out []ui.Upload
	for _, id := range uploads {
		if u, err := h.Uploads.Status(r.Context(), id, owner); err == nil && u.Complete() {
			out = append(out, ui.Upload{ID: id, Name: u.Name})
		}
	}
	return out
}

func (h *Pages) uploadBegin(w http.ResponseWriter, r *http.Request) error {
	if !authz.From(r.Context()).SignedIn() {
		if err := h.Service.Allow(r.Context(), "upload", address(r), suggestion.FilesPerHour, hour); err != nil {
			return err
		}
	}
	return h.Uploads.Create(w, r, h.owner(w, r))
}

func (h *Pages) uploadHead(w http.ResponseWriter, r *http.Request) error {
	return h.Uploads.Head(w, r, h.ownerOf(r))
}

func (h *Pages) uploadAppend(w http.ResponseWriter, r *http.Request) error {
	return h.Uploads.Append(w, r, h.ownerOf(r))
}

func (h *Pages) uploadRemove(w http.ResponseWriter, r *http.Request) error {
	return h.Uploads.Remove(w, r, h.ownerOf(r))
}

// file serves a photo or a document to whoever may read the matter and the step that it belongs to.
func (h *Pages) file(size string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := uuid.Parse(r.PathValue("id"))
		if err != nil {
			return problem.New(problem.NotFound, "problem.not-found")
		}
		f, public, err := h.Service.FileOf(h.withCode(r), id)
		if err != nil {
			return err
		}
		key := f.Blob
		switch which := size + r.PathValue("size"); {
		case which == "thumb" && f.Thumb != "":
			key = f.Thumb
		case which == "medium" && f.Medium != "":
			key = f.Medium
		case which != "full":
			return problem.New(problem.NotFound, "problem.not-found")
		}
		content, err := h.Blobs.Get(r.Context(), key)
		if err != nil {
			return fmt.Errorf("open file %s: %w", f.ID, err)
		}
		defer content.Close()
		head := w.Header()
		head.Set("Content-Type", f.Type)
		head.Set("Content-Security-Policy", "default-src 'none'; sandbox")
		// A cache must not show longer what is not public any more, and a phone that several people use must ask each time.
		head.Set("Cache-Control", "private, no-cache")
		if public {
			head.Set("Cache-Control", "public, max-age=300")
		}
		kind := "inline"
		if !strings.HasPrefix(f.Type, "image/") {
			kind = "attachment"
		}
		head.Set("Content-Disposition", mime.FormatMediaType(kind, map[string]string{"filename": f.Name}))
		http.ServeContent(w, r, "", f.At.Truncate(time.Second), content)
		return nil
	}
}
