package signin

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Step is how long a code stands on the screen.
const Step = 20 * time.Second

// How many steps a code counts beyond its own. Typing takes an older hand up to a minute; a scan is quick.
const (
	typedBack   = 4
	scannedBack = 2
	// A phone that was without network has its own clock, corrected when it last saw ours: two to three minutes are let pass.
	laterBack  = 10
	laterAhead = 6
	// oldBack is how far back a wrong code is looked for, only to say that it has been replaced.
	oldBack = 90
)

// skew is how far the clocks of two servers may stand apart: the one that draws the screen may be a little ahead of the one that is asked.
const skew = 2 * time.Second

const (
	digitCount  = 6
	handleSize  = 7  // characters that name a gathering in a scanned address, 35 bits
	tokenSize   = 8  // characters of a code that changes, 40 bits
	posterSize  = 12 // characters of a printed code, 60 bits
	secretSize  = 32
	mostTyped   = 400 // bytes of what is read as a code at all
	alphabet    = "0123456789abcdefghjkmnpqrstvwxyz"
	addressPath = "/s/"
)

func stepOf(t time.Time) int64 { return t.UnixMilli() / Step.Milliseconds() }

func startOf(step int64) time.Time { return time.UnixMilli(step * Step.Milliseconds()).UTC() }

// secret makes the codes of one gathering.
type secret []byte

// sum is HMAC-SHA256 (RFC 2104) over the purpose, the gathering and a number.
func (s secret) sum(purpose string, gathering uuid.UUID, n int64) []byte {
	m := hmac.New(sha256.New, s)
	m.Write([]byte(purpose))
	m.Write([]byte{0})
	m.Write(gathering[:])
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(n))
	m.Write(b[:])
	return m.Sum(nil)
}

// digits are the six figures of a step. 64 bits are reduced, so no figure is more likely by more than one in 10^13.
func (s secret) digits(gathering uuid.UUID, step int64) string {
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(s.sum("digits", gathering, step))%1_000_000)
}

func letters() *base32.Encoding {
	return base32.NewEncoding(alphabet).WithPadding(base32.NoPadding)
}

// token is what the scanned address of a step carries.
func (s secret) token(gathering uuid.UUID, step int64) string {
	return letters().EncodeToString(s.sum("token", gathering, step))[:tokenSize]
}

// poster is what a printed address carries; a higher serial makes the paper before it worthless.
func (s secret) poster(gathering uuid.UUID, serial int64) string {
	return letters().EncodeToString(s.sum("poster", gathering, serial))[:posterSize]
}

// match finds the step, from the newest to the oldest, whose code is the given one.
func (s secret) match(gathering uuid.UUID, c Code, from, to int64) (step int64, ok bool) {
	for step = to; step >= from; step-- {
		want, got := "", ""
		if c.Digits != "" {
			want, got = s.digits(gathering, step), c.Digits
		} else {
			want, got = s.token(gathering, step), c.Token
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(got)) == 1 {
			return step, true
		}
	}
	return 0, false
}

// Code is what somebody typed or scanned: six digits, or the handle of a gathering with a token.
type Code struct {
	Digits string
	Handle string
	Token  string
}

// printed tells the code of a poster.
func (c Code) printed() bool { return len(c.Token) == posterSize }

func (c Code) back() int64 {
	if c.Digits != "" {
		return typedBack
	}
	return scannedBack
}

func (c Code) way() Way {
	switch {
	case c.printed():
		return Poster
	case c.Digits != "":
		return Typed
	}
	return Scanned
}

// ParseCode reads six digits as people type them (spaces, dashes, full-width figures), or an address from the screen or a poster,
// whole or only its end. ok is false for anything else.
func ParseCode(text string) (c Code, ok bool) {
	if len(text) > mostTyped {
		return Code{}, false
	}
	text = strings.TrimSpace(text)
	if digits := onlyDigits(text); len(digits) == digitCount {
		return Code{Digits: digits}, true
	}
	if strings.Contains(text, "/") {
		u, err := url.Parse(text)
		if err != nil {
			return Code{}, false
		}
		at := strings.LastIndex(u.Path, addressPath)
		if at < 0 {
			return Code{}, false
		}
		text = u.Path[at+len(addressPath):]
	}
	text = strings.ToLower(text)
	if len(text) != handleSize+tokenSize && len(text) != handleSize+posterSize {
		return Code{}, false
	}
	if strings.Trim(text, alphabet) != "" {
		return Code{}, false
	}
	return Code{Handle: text[:handleSize], Token: text[handleSize:]}, true
}

// onlyDigits is the figures of a text in which nothing but figures and what people put between them stands; "" otherwise.
func onlyDigits(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r >= '０' && r <= '９':
			b.WriteRune(r - '０' + '0')
		case r == ' ' || r == '\u3000' || r == '\u00a0' || r == '-' || r == '\t':
		default:
			return ""
		}
	}
	return b.String()
}
