// Package assets holds the style sheets, scripts, icons and map outlines that pages load, bundled and embedded (P2). It promises that a file is served
// under a name made from its content, so that a browser may keep it for ever, and that nothing a page needs comes from another host.
package assets

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:generate go run ../internal/tools/assets

//go:embed dist
var dist embed.FS

// Prefix is where Handler is mounted.
const Prefix = "/assets/"

// Path returns the address of a file by its name in dist, such as "app.css" or "map/430000.json". A name that is not there comes back without a
// mark of its content, and the address answers 404.
func Path(name string) string {
	hash := hashOf(name)
	if hash == "" {
		return Prefix + name
	}
	ext := path.Ext(name)
	return Prefix + strings.TrimSuffix(name, ext) + "." + hash + ext
}

// Read gives a file by its name in dist, for the few that are served under an address of their own. Errors: fs.ErrNotExist.
func Read(name string) ([]byte, error) { return dist.ReadFile("dist/" + name) }

// file is one embedded file with its compressed forms, nil where compressing gained nothing.
type file struct {
	contentType string
	etag        string
	hash        string
	plain       []byte
	gzip        []byte
	brotli      []byte
}

type handler struct{ files map[string]*file }

// Handler serves what Path names. The right name is kept by the browser for a year without asking; an outdated one, which a page from before an update may
// still ask for, gets today's file and is asked for again next time.
func Handler() (http.Handler, error) {
	h := &handler{files: map[string]*file{}}
	err := fs.WalkDir(dist, "dist", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, ".gz") || strings.HasSuffix(name, ".br") {
			return err
		}
		short := strings.TrimPrefix(name, "dist/")
		f, err := load(name, short)
		if err != nil {
			return err
		}
		h.files[short] = f
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read embedded assets: %w", err)
	}
	return h, nil
}

func load(name, short string) (*file, error) {
	plain, err := dist.ReadFile(name)
	if err != nil {
		return nil, err
	}
	f := &file{plain: plain, hash: hashOf(short), contentType: contentType(short)}
	if f.hash == "" {
		return nil, fmt.Errorf("%s is not in the manifest: run go generate ./assets", short)
	}
	f.etag = `"` + f.hash + `"`
	if gz, err := dist.ReadFile(name + ".gz"); err == nil {
		f.gzip = gz
	}
	if br, err := dist.ReadFile(name + ".br"); err == nil {
		f.brotli = br
	}
	return f, nil
}

// contentType does not ask the operating system, whose answer differs between machines, where the type matters.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".json":
		return "application/json"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	f, current := h.find(strings.TrimPrefix(r.URL.Path, Prefix))
	if f == nil {
		http.NotFound(w, r)
		return
	}
	header := w.Header()
	header.Set("Content-Type", f.contentType)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Add("Vary", "Accept-Encoding")
	if current {
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		header.Set("Cache-Control", "no-cache")
	}
	body, encoding := f.choose(r.Header.Get("Accept-Encoding"))
	etag := f.etag
	if encoding != "" {
		header.Set("Content-Encoding", encoding)
		etag = strings.TrimSuffix(etag, `"`) + "-" + encoding + `"`
	}
	header.Set("ETag", etag)
	if match := r.Header.Get("If-None-Match"); match != "" && strings.Contains(match, etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		_, _ = bytes.NewReader(body).WriteTo(w) // the visitor went away: nothing to tell anybody
	}
}

// find returns the file that an address names and whether the address carries the hash of what is served.
func (h *handler) find(name string) (*file, bool) {
	if f, ok := h.files[name]; ok {
		return f, false
	}
	ext := path.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	hash := path.Ext(stem)
	f, ok := h.files[strings.TrimSuffix(stem, hash)+ext]
	if !ok || hash == "" {
		return nil, false
	}
	return f, hash[1:] == f.hash
}

// choose picks the smallest form that the browser takes.
func (f *file) choose(accept string) (body []byte, encoding string) {
	if f.brotli != nil && accepts(accept, "br") {
		return f.brotli, "br"
	}
	if f.gzip != nil && accepts(accept, "gzip") {
		return f.gzip, "gzip"
	}
	return f.plain, ""
}

// accepts reports whether an Accept-Encoding header takes an encoding; q=0 refuses it.
func accepts(header, encoding string) bool {
	for len(header) > 0 {
		var item string
		item, header, _ = strings.Cut(header, ",")
		name, q, _ := strings.Cut(item, ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		value, ok := strings.CutPrefix(strings.ReplaceAll(q, " ", ""), "q=")
		if !ok {
			return true
		}
		weight, err := strconv.ParseFloat(value, 64)
		return err == nil && weight > 0
	}
	return false
}
