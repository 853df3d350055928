package signinweb

import (
	"strings"
	"testing"
	"time"

	"xieshang/internal/platform/problem"
)

// FuzzReadSent: whatever a phone sends is read or refused in words, never with a panic, and moments that are none come out as none.
func FuzzReadSent(f *testing.F) {
	for _, s := range []string{`{"items":[{"id":"1","pass":"p.m","code":"123456","at":1772413200000}]}`, `{"items":[{"at":-1},{"at":9223372036854775807}]}`, `{"items":null}`, `[]`, `{`, ``, `{"items":{}}`, `{"items":[{"at":1.5}]}`, "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		list, err := readSent(strings.NewReader(body))
		if err != nil {
			if p, ok := problem.Of(err); !ok || p.Kind != problem.Invalid {
				t.Fatalf("%q: %v", body, err)
			}
			return
		}
		for _, s := range list {
			if !s.At.IsZero() && (s.At.Before(time.UnixMilli(1)) || s.At.Year() > 7000) {
				t.Fatalf("%q: %v", body, s.At)
			}
		}
	})
}
