package suggestion

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
	"strconv"
	"strings"
	"time"

	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
)

// Limits on strangers, by address. They are generous for a family behind one address and a studio's shared phone, and small for a flood.
const (
	RaisePerHour = 10 // matters raised from one address
	CodesPerHour = 20 // tracking codes tried from one address
	JoinsPerHour = 60 // matters joined from one address
	FilesPerHour = 60 // uploads begun from one address
	FormsPerHour = 30 // large forms sent from one address, counted before they are read
	workBits     = 18 // of proof of work: a quarter of a million tries on average, a second or two on an old phone
	workLife     = 2 * time.Hour
)

// NoWork is why a matter waits in the guard queue when it came without a proof of work, as it does without script.
const NoWork = "no-pow"

// WorkBits is how many leading zero bits a proof of work needs.
func WorkBits() int { return workBits }

// longestWindow is the longest in which tries may be counted; the sweep keeps counts twice as long.
const longestWindow = 24 * time.Hour

// Allow counts one try of a kind from a place (an address, a studio) and refuses with TooMany beyond the limit in a window of a second to a day. What
// comes from a studio is counted by its address and, in a second call, by the studio. The counts are in the database, so several processes share them.
// Places stand there as keyed hashes and go with the sweep.
func (s *Service) Allow(ctx context.Context, kind, place string, limit int, window time.Duration) error {
	window = min(max(window, time.Second), longestWindow)
	now := s.Clock.Now().Unix()
	slot := now - now%int64(window/time.Second) // when the window began
	what := kind + ":" + s.Sealer.Index("suggestion.guard", kind+"|"+place)
	var n int
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		var err error
		n, err = db.One(tx, db.ScanInt, `INSERT INTO suggestion_guard (what, slot, count) VALUES (?, ?, 1)
			ON CONFLICT (what, slot) DO UPDATE SET count = suggestion_guard.count + 1 RETURNING count`, what, slot)
		return err
	})
	if err != nil {
		return fmt.Errorf("count tries: %w", err)
	}
	if n > limit {
		return problem.New(problem.TooMany, "suggestion.err.too-many")
	}
	return nil
}

// SweepGuard forgets counts that no window needs any more.
func (s *Service) SweepGuard(ctx context.Context) error {
	old := s.Clock.Now().Add(-2 * longestWindow).Unix()
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM suggestion_guard WHERE slot < ?`, old)
		return err
	})
}

// NewWork makes a challenge for a form that strangers may send: time and chance under a keyed hash, so nothing is stored until it is used.
func (s *Service) NewWork() (string, error) {
	var raw [9]byte
	if _, err := io.ReadFull(s.Random, raw[:]); err != nil {
		return "", fmt.Errorf("make challenge: %w", err)
	}
	body := strconv.FormatInt(s.Clock.Now().Unix(), 36) + "." + base64.RawURLEncoding.EncodeToString(raw[:])
	return body + "." + s.workMark(body), nil
}

func (s *Service) workMark(body string) string { return s.Sealer.Index("suggestion.work", body)[:22] }

// Worked tells whether the nonce solves a challenge of ours that is fresh and did not serve another form before. The same form, named by its mark (that
// of RaiseInput.Once, under which it makes one matter only), may use it again, so that a refused form can be sent once more.
func (s *Service) Worked(ctx context.Context, challenge, nonce, form string) (bool, error) {
	i := strings.LastIndexByte(challenge, '.')
	if i < 0 || len(challenge) > 100 || len(nonce) == 0 || len(nonce) > 40 || onceKey(viewer{}, form) == "" {
		return false, nil
	}
	body := challenge[:i]
	if s.workMark(body) != challenge[i+1:] {
		return false, nil
	}
	began, err := strconv.ParseInt(strings.SplitN(body, ".", 2)[0], 36, 64)
	age := s.Clock.Now().Sub(time.Unix(began, 0))
	if err != nil || age < -time.Minute || age > workLife || leadingZeros(challenge+":"+nonce) < workBits {
		return false, nil
	}
	// One statement notes the first form or tells which it was, so that two at the same moment cannot both be the first.
	mine := s.formMark(challenge, form)
	var first uint32
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := db.One(tx, db.ScanInt, `INSERT INTO suggestion_guard (what, slot, count) VALUES (?, ?, ?)
			ON CONFLICT (what, slot) DO UPDATE SET count = suggestion_guard.count RETURNING count`, "work:"+challenge, began, int64(mine))
		first = uint32(n)
		return err
	})
	return err == nil && first == mine, err
}

// formMark is 31 bits of a keyed hash: nobody outside can look for two forms that have the same.
func (s *Service) formMark(challenge, form string) uint32 {
	sum := sha256.Sum256([]byte(s.Sealer.Index("suggestion.work.form", challenge+"|"+form)))
	return binary.BigEndian.Uint32(sum[:]) >> 1
}

func leadingZeros(text string) int {
	sum := sha256.Sum256([]byte(text))
	n := 0
	for _, b := range sum {
		n += bits.LeadingZeros8(b)
		if b != 0 {
			break
		}
	}
	return n
}
