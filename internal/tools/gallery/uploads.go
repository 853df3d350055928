package main

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// uploads takes files in pieces and forgets them when the program ends. With ?fail=N in the address of the page it is the script's way of going on that is
// looked at, so every third piece is refused once.
type uploads struct {
	mu     sync.Mutex
	size   map[string]int64
	offset map[string]int64
	pieces int
}

func newUploads() *uploads {
	return &uploads{size: map[string]int64{}, offset: map[string]int64{}}
}

func (u *uploads) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	u.mu.Lock()
	defer u.mu.Unlock()
	id := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/uploads"), "/")
	if r.Method == http.MethodPost && id == "" {
		length, err := strconv.ParseInt(r.Header.Get("Upload-Length"), 10, 64)
		if err != nil {
			http.Error(w, "Upload-Length", http.StatusBadRequest)
			return
		}
		id = fmt.Sprintf("u%d", len(u.size)+1)
		u.size[id] = length
		w.Header().Set("Location", "/uploads/"+id)
		w.WriteHeader(http.StatusCreated)
		return
	}
	if _, ok := u.size[id]; !ok {
		http.NotFound(w, r)
		return
	}
	switch r.Method {
	case http.MethodPatch:
		u.pieces++
		if u.pieces%3 == 2 {
			http.Error(w, "try again", http.StatusServiceUnavailable)
			return
		}
		if r.Header.Get("Upload-Offset") != strconv.FormatInt(u.offset[id], 10) {
			http.Error(w, "offset", http.StatusConflict)
			return
		}
		n, err := io.Copy(io.Discard, r.Body)
		u.offset[id] += n
		if err != nil {
			return
		}
	case http.MethodDelete:
		delete(u.size, id)
	}
	w.Header().Set("Upload-Offset", strconv.FormatInt(u.offset[id], 10))
	w.Header().Set("Upload-Length", strconv.FormatInt(u.size[id], 10))
	if r.Method == http.MethodHead {
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
