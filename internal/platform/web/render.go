package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"xieshang/internal/platform/problem"

	"github.com/a-h/templ"
)

type bufferPool struct{ p sync.Pool }

var buffers = bufferPool{sync.Pool{New: func() any { return new(bytes.Buffer) }}}

// Render writes a component as an HTML page. Nothing is sent before the whole page is there, so that an error still becomes an error page.
func Render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	b := buffers.p.Get().(*bytes.Buffer)
	b.Reset()
	defer func() {
		if b.Cap() < 1<<20 {
			buffers.p.Put(b)
		}
	}()
	if err := c.Render(r.Context(), b); err != nil {
		return fmt.Errorf("render: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	_, err := w.Write(b.Bytes())
	if err != nil {
		return nil // the visitor left
	}
	return nil
}

// JSON writes v.
func JSON(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(body)
	return nil
}

// Redirect leads to a page of this site after a form was taken (303).
func Redirect(w http.ResponseWriter, r *http.Request, path string) error {
	http.Redirect(w, r, strings.Map(visible, path), http.StatusSeeOther)
	return nil
}

// visible takes control characters out of an address: a header cannot carry them, and a browser may read them in its own way.
func visible(r rune) rune {
	if r < ' ' || r == 0x7f {
		return -1
	}
	return r
}

// Form reads an urlencoded or small multipart form (files belong to platform/upload).
func Form(r *http.Request) (url.Values, error) {
	if err := r.ParseForm(); err != nil {
		return nil, formProblem(err)
	}
	if r.MultipartForm == nil && isMultipart(r) {
		if err := wordsOnly(r); err != nil {
			return nil, formProblem(err)
		}
	}
	return r.PostForm, nil
}

// wordsOnly reads a multipart form and lets go of files in it at once: the server would remove them from the disk only if this were the request that it
// made itself, and not one with a context of ours.
func wordsOnly(r *http.Request) error {
	err := r.ParseMultipartForm(1 << 20)
	if r.MultipartForm != nil {
		err = errors.Join(err, r.MultipartForm.RemoveAll())
	}
	return err
}

func isMultipart(r *http.Request) bool {
	ct := r.Header.Get("Content-Type")
	return len(ct) >= 19 && ct[:19] == "multipart/form-data"
}

// Flash leaves a message for the next page: the key of a message without parameters.
func Flash(w http.ResponseWriter, r *http.Request, key string) {
	http.SetCookie(w, &http.Cookie{Name: "flash", Value: url.QueryEscape(key), Path: "/", MaxAge: 60, HttpOnly: true,
		Secure: InfoOf(r.Context()).Secure, SameSite: http.SameSiteLaxMode})
}

// TakeFlash returns the message left by the page before, translated, and removes it; "" when there is none.
func TakeFlash(w http.ResponseWriter, r *http.Request) string {
	c, err := r.Cookie("flash")
	if err != nil {
		return ""
	}
	http.SetCookie(w, &http.Cookie{Name: "flash", Path: "/", MaxAge: -1, HttpOnly: true})
	key, err := url.QueryUnescape(c.Value)
	p := InfoOf(r.Context()).Printer
	if err != nil || !p.Has(key) {
		return ""
	}
	return p.T(key)
}

// FieldErrors gives the texts of refused fields by field name, for a form that is shown again; nil when err is no such problem.
func FieldErrors(r *http.Request, err error) map[string]string {
	p, ok := problem.Of(err)
	if !ok || len(p.Fields) == 0 {
		return nil
	}
	out := map[string]string{}
	printer := InfoOf(r.Context()).Printer
	for _, f := range p.Fields {
		if _, taken := out[f.Name]; !taken {
			out[f.Name] = printer.T(f.Key, f.Args...)
		}
	}
	return out
}
