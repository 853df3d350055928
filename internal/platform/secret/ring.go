// Package secret keeps the keys that protect personal values at rest: they live in a file outside the database, so that a copied
// database alone reads nothing (C1, G3). It promises that a sealed value opens only in the place it was sealed for, that a changed
// one is refused, and that keys can be renewed while old values stay readable.
package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
)

const (
	keySize  = 32 // AES-256, and the HMAC key of the blind index
	idSize   = 4
	nonceLen = 12
	format   = "x1" // names the algorithm, so that another one can follow
)

// Errors of Open and Reencrypt.
var (
	// ErrTampered: the value is damaged, or was sealed for another place.
	ErrTampered = errors.New("sealed value is damaged or belongs elsewhere")
	// ErrUnknownKey: the key that sealed the value is not in the ring.
	ErrUnknownKey = errors.New("the key of a sealed value is not in the key file")
)

type key struct {
	id   string // 8 hexadecimal digits, chosen at random when the key is made
	raw  []byte
	aead cipher.AEAD
}

// Ring holds the keys: one for the blind index, and those that seal, of which the newest seals and all open. It does not change
// after it was made and may be used by many goroutines.
type Ring struct {
	index  []byte
	keys   []key // oldest first
	random io.Reader
}

// New makes a ring with fresh keys read from random.
func New(random io.Reader) (*Ring, error) {
	index := make([]byte, keySize)
	if _, err := io.ReadFull(random, index); err != nil {
		return nil, fmt.Errorf("make index key: %w", err)
	}
	return (&Ring{index: index, random: random}).Rotate()
}

// Rotate returns a ring that has one more key, which seals from now on; the receiver stays as it was. The caller saves it.
func (r *Ring) Rotate() (*Ring, error) {
	b := make([]byte, idSize+keySize)
	if _, err := io.ReadFull(r.random, b); err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	k, err := makeKey(hex.EncodeToString(b[:idSize]), b[idSize:])
	if err != nil {
		return nil, err
	}
	next := &Ring{index: r.index, random: r.random, keys: append(append([]key(nil), r.keys...), k)}
	if _, twice := r.find(k.id); twice {
		return nil, fmt.Errorf("make key: the random source repeated the id %s", k.id)
	}
	return next, nil
}

func makeKey(id string, raw []byte) (key, error) {
	block, err := aes.NewCipher(raw)
	if err != nil {
		return key{}, fmt.Errorf("key %s: %w", id, err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return key{}, fmt.Errorf("key %s: %w", id, err)
	}
	return key{id: id, raw: raw, aead: aead}, nil
}

func (r *Ring) newest() key { return r.keys[len(r.keys)-1] }

func (r *Ring) find(id string) (key, bool) {
	for _, k := range r.keys {
		if k.id == id {
			return k, true
		}
	}
	return key{}, false
}

// Seal encrypts plain with the newest key (AES-256-GCM, random nonce) as one line of printable text: format, key id, then
// nonce and ciphertext in base64. Place names where the value is kept ("account.email:" and the row's id, say); the same place has to be
// given to Open, so that a value cannot be moved to another row. One key may seal about four thousand million values.
func (r *Ring) Seal(place, plain string) (string, error) {
	k := r.newest()
	out := make([]byte, nonceLen, nonceLen+len(plain)+k.aead.Overhead())
	if _, err := io.ReadFull(r.random, out); err != nil {
		return "", fmt.Errorf("seal: %w", err)
	}
	out = k.aead.Seal(out, out[:nonceLen], []byte(plain), bound(k.id, place))
	return format + "." + k.id + "." + base64.RawURLEncoding.EncodeToString(out), nil
}

// bound is what the ciphertext vouches for besides its content.
func bound(id, place string) []byte { return []byte(format + "." + id + "." + place) }

// Open decrypts what Seal made for the same place. Errors: ErrTampered, ErrUnknownKey.
func (r *Ring) Open(place, sealed string) (string, error) {
	id, text, err := split(sealed)
	if err != nil {
		return "", err
	}
	k, ok := r.find(id)
	if !ok {
		return "", fmt.Errorf("key %s: %w", id, ErrUnknownKey)
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) < nonceLen {
		return "", ErrTampered
	}
	plain, err := k.aead.Open(nil, b[:nonceLen], b[nonceLen:], bound(id, place))
	if err != nil {
		return "", ErrTampered
	}
	return string(plain), nil
}

func split(sealed string) (id, text string, err error) {
	parts := strings.SplitN(sealed, ".", 3)
	if len(parts) != 3 || parts[0] != format || len(parts[1]) != 2*idSize {
		return "", "", ErrTampered
	}
	return parts[1], parts[2], nil
}

// Reencrypt seals a value again with the newest key. Changed is false, and the value is returned as it was, when it has that key already;
// an empty value (nothing was kept) stays empty. Errors: ErrTampered, ErrUnknownKey.
func (r *Ring) Reencrypt(place, sealed string) (out string, changed bool, err error) {
	if sealed == "" {
		return "", false, nil
	}
	id, _, err := split(sealed)
	if err != nil {
		return "", false, err
	}
	if id == r.newest().id {
		return sealed, false, nil
	}
	plain, err := r.Open(place, sealed)
	if err != nil {
		return "", false, err
	}
	out, err = r.Seal(place, plain)
	return out, err == nil, err
}

// Index is the blind index of a value: equal values of one kind have equal indexes, so that an exact match can be searched without
// keeping the value in the clear. The caller normalises the value first (see Normal). The result is 43 characters of base64. The index
// key is never rotated with the others, because every index would have to be made again.
func (r *Ring) Index(kind, normalised string) string {
	m := hmac.New(sha256.New, r.index)
	m.Write([]byte(kind))
	m.Write([]byte{0}) // kinds hold no zero byte, so no two pairs give the same text
	m.Write([]byte(normalised))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// Vouches tells whether index is the blind index of the value, in a time that does not depend on where they differ. It lets a cookie
// or a link carry a value together with its Index.
func (r *Ring) Vouches(kind, normalised, index string) bool {
	return hmac.Equal([]byte(r.Index(kind, normalised)), []byte(index))
}

// IDs lists the names of the keys, oldest first; the last one seals.
func (r *Ring) IDs() []string {
	out := make([]string, len(r.keys))
	for i, k := range r.keys {
		out[i] = k.id
	}
	return out
}

// Prefix is what every value begins with that the key of this name sealed.
func Prefix(id string) string { return format + "." + id + "." }

// Without returns a ring without one of its older keys; what that key sealed cannot be opened any more. The newest key cannot be left out.
func (r *Ring) Without(id string) (*Ring, error) {
	if _, ok := r.find(id); !ok {
		return nil, fmt.Errorf("key %s: %w", id, ErrUnknownKey)
	}
	if id == r.newest().id {
		return nil, fmt.Errorf("key %s seals: add another one first", id)
	}
	next := &Ring{index: r.index, random: r.random}
	for _, k := range r.keys {
		if k.id != id {
			next.keys = append(next.keys, k)
		}
	}
	return next, nil
}
