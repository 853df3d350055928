package web

import (
	"io"
	"net/http"
	"time"
)

// A body must be there in a time that even a slow line keeps: a minute, and one second more for each 20 kB that the route takes, a quarter of an hour at most.
// Who sends slower holds a connection and a place on the disk for nothing.
const (
	bodyLeast  = time.Minute
	bodyMost   = 15 * time.Minute
	bodySlowly = 20 << 10 // bytes a second
)

func bodyTime(limit int64) time.Duration {
	return min(bodyLeast+time.Duration(limit/bodySlowly)*time.Second, bodyMost)
}

// timed is a body whose connection is cut when it does not arrive in time. Once it has, the handler may take as long as it likes.
type timed struct {
	io.ReadCloser
	conn *http.ResponseController
}

func newTimed(w http.ResponseWriter, body io.ReadCloser, within time.Duration) io.ReadCloser {
	t := timed{body, http.NewResponseController(w)}
	if t.conn.SetReadDeadline(time.Now().Add(within)) != nil {
		return body // not a connection: a test's recorder
	}
	return t
}

func (t timed) Read(b []byte) (int, error) {
	n, err := t.ReadCloser.Read(b)
	if err != nil {
		_ = t.conn.SetReadDeadline(time.Time{}) // it could be set, so it can be cleared; a dead connection says so by itself
	}
	return n, err
}
