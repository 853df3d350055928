package web

import (
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

// hurry cuts the connection when the body is not read within the time. Once it is, net/http takes the deadline away by itself and the handler may take
// as long as it likes. A test's recorder is no connection and has no deadline.
func hurry(w http.ResponseWriter, within time.Duration) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(within))
}
