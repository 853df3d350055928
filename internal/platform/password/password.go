// Package password turns passwords into argon2id hashes and checks them (C1). It promises that only a few are worked on at
// once, so that a flood of sign-ins costs time and not memory, and that a check without an account costs what a real one does.
package password

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// ErrBusy: too many passwords are waiting already; the caller answers "try again in a moment".
var ErrBusy = errors.New("too many passwords are being checked")

// ErrFormat: a stored hash cannot be read.
var ErrFormat = errors.New("stored password hash cannot be read")

// Params are the costs of argon2id (RFC 9106).
type Params struct {
	Memory  uint32 // KiB
	Time    uint32 // passes
	Threads uint8
}

// Default is 19 MiB, two passes, one thread: the first of the settings that the OWASP Password Storage Cheat Sheet recommends as equals.
func Default() Params { return Params{Memory: 19 * 1024, Time: 2, Threads: 1} }

const (
	saltSize = 16
	keySize  = 32
	maxBytes = 1024 // longer input is refused before it costs anything; see Rules
	maxKiB   = 256 * 1024
	maxTime  = 64
)

// Hasher makes and checks hashes. It is safe for concurrent use.
type Hasher struct {
	params  Params
	random  io.Reader
	slots   chan struct{}
	waiting atomic.Int64
	queue   int64
	worked  atomic.Uint64
}

// New makes a hasher that works on atOnce passwords at the same time and lets at most queue others wait; both are at least 1. Memory in
// use is about atOnce times Params.Memory, twice that until the collector has run.
func New(p Params, atOnce, queue int, random io.Reader) *Hasher {
	return &Hasher{params: p, random: random, slots: make(chan struct{}, max(1, atOnce)), queue: int64(max(1, queue))}
}

// Hash returns the PHC string of a password: parameters, salt and key. Errors: ErrBusy, the context's.
func (h *Hasher) Hash(ctx context.Context, plain string) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(h.random, salt); err != nil {
		return "", fmt.Errorf("salt: %w", err)
	}
	key, err := h.derive(ctx, plain, salt, h.params, keySize)
	if err != nil {
		return "", err
	}
	return encode(h.params, salt, key), nil
}

// Verify tells whether plain is the password behind the stored hash. Stale says that the hash was made with other parameters than today's
// and should be made again. An empty stored hash, for an account that is not there or has no password, costs the same and is never right.
// Errors: ErrBusy, ErrFormat, the context's.
func (h *Hasher) Verify(ctx context.Context, stored, plain string) (ok, stale bool, err error) {
	if stored == "" {
		_, err := h.derive(ctx, plain, make([]byte, saltSize), h.params, keySize)
		return false, false, err
	}
	p, salt, want, err := decode(stored)
	if err != nil {
		return false, false, err
	}
	got, err := h.derive(ctx, plain, salt, p, len(want))
	if err != nil {
		return false, false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1, p != h.params || len(want) != keySize || len(salt) != saltSize, nil
}

// Worked counts how often argon2id ran. Tests compare it where a clock would be unreliable; it is also a metric.
func (h *Hasher) Worked() uint64 { return h.worked.Load() }

func (h *Hasher) derive(ctx context.Context, plain string, salt []byte, p Params, size int) ([]byte, error) {
	if len(plain) > maxBytes {
		plain = plain[:maxBytes] // no such password can have been set, so the answer is no, at the usual cost
	}
	if h.waiting.Add(1) > h.queue+int64(cap(h.slots)) {
		h.waiting.Add(-1)
		return nil, ErrBusy
	}
	defer h.waiting.Add(-1)
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.slots }()
	h.worked.Add(1)
	// The same characters typed on two keyboards may differ in their bytes.
	return argon2.IDKey([]byte(norm.NFKC.String(plain)), salt, p.Time, p.Memory, p.Threads, uint32(size)), nil
}

func encode(p Params, salt, key []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.Memory, p.Time, p.Threads,
		b64.EncodeToString(salt), b64.EncodeToString(key))
}

func decode(s string) (p Params, salt, key []byte, err error) {
	f := strings.Split(s, "$")
	if len(f) != 6 || f[0] != "" || f[1] != "argon2id" || f[2] != "v="+strconv.Itoa(argon2.Version) {
		return p, nil, nil, ErrFormat
	}
	var costs [3]uint64
	parts := strings.Split(f[3], ",")
	if len(parts) != 3 {
		return p, nil, nil, ErrFormat
	}
	for i, name := range []string{"m=", "t=", "p="} {
		digits, ok := strings.CutPrefix(parts[i], name)
		if costs[i], err = strconv.ParseUint(digits, 10, 32); !ok || err != nil {
			return p, nil, nil, ErrFormat
		}
	}
	if costs[0] < 8 || costs[0] > maxKiB || costs[1] < 1 || costs[1] > maxTime || costs[2] < 1 || costs[2] > 255 {
		return p, nil, nil, ErrFormat
	}
	p = Params{Memory: uint32(costs[0]), Time: uint32(costs[1]), Threads: uint8(costs[2])}
	b64 := base64.RawStdEncoding.Strict()
	salt, err1 := b64.DecodeString(f[4])
	key, err2 := b64.DecodeString(f[5])
	if err1 != nil || err2 != nil || len(salt) < 8 || len(key) < 16 || len(key) > 64 {
		return p, nil, nil, ErrFormat
	}
	return p, salt, key, nil
}
