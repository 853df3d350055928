package signin

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// A pass is handed to a phone with the page, and comes back with what the phone kept: it says whose phone it is and since when
// the phone has had the page. A ticket says that a browser showed the right code a moment ago, and lets it take its time.
// Both are only readable, not secret; nobody but this program can make one.
type paper struct {
	kind      string // passKind or ticketKind
	account   uuid.UUID
	gathering uuid.UUID
	device    string
	at        time.Time // when it was made
	way       Way       // of a ticket
}

const (
	passKind   = "pass"
	ticketKind = "ticket"
	paperKey   = "gathering.signin.paper"
	ticketLife = 10 * time.Minute
	mostPaper  = 600 // bytes
)

func (s *Service) write(p paper) string {
	text := strings.Join([]string{p.kind, p.account.String(), p.gathering.String(), p.device, strconv.FormatInt(p.at.UnixMicro(), 10), string(p.way)}, "|")
	return base64.RawURLEncoding.EncodeToString([]byte(text)) + "." + s.n.Keys.Index(paperKey, text)
}

// read opens what write made; false for everything else.
func (s *Service) read(kind, text string) (p paper, ok bool) {
	if len(text) > mostPaper {
		return p, false
	}
	body, mark, ok := strings.Cut(text, ".")
	raw, err := base64.RawURLEncoding.Strict().DecodeString(body)
	if !ok || err != nil || !s.n.Keys.Vouches(paperKey, string(raw), mark) {
		return p, false
	}
	parts := strings.Split(string(raw), "|")
	if len(parts) != 6 || parts[0] != kind {
		return p, false
	}
	account, err1 := uuid.Parse(parts[1])
	gathering, err2 := uuid.Parse(parts[2])
	micros, err3 := strconv.ParseInt(parts[4], 10, 64)
	if err1 != nil || err2 != nil || err3 != nil {
		return p, false
	}
	return paper{kind: kind, account: account, gathering: gathering, device: parts[3], at: time.UnixMicro(micros).UTC(), way: Way(parts[5])}, true
}

// device is the mark of a browser at one gathering: the same browser has another one at the next, so that marks tell nothing over time.
func (s *Service) device(gathering uuid.UUID, cookie string) string {
	return s.n.Keys.Index("gathering.signin.device", gathering.String()+"|"+cookie)[:22]
}

// who is the mark by which a phone tells its accounts apart.
func (s *Service) who(account uuid.UUID) string {
	return s.n.Keys.Index("gathering.signin.who", account.String())[:16]
}
