package suggestion

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
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
	workBits     = 18 // of proof of work: a quarter of a million tries on average, a second or two on an old phone
	workLife     = 2 * time.Hour
)

// NoWork is why a matter waits in the guard queue when it came without a proof of work, as it does without script.
const NoWork = "no-pow"

// WorkBits is how many leading zero bits a proof of work needs.
func WorkBits() int { return workBits }

// Allow counts one try of a kind from a place (an address, a studio) and refuses with TooMany beyond the limit in a window. The counts are in the database, so
// several processes share them. Addresses stand there as keyed hashes and go with the sweep.
func (s *Service) Allow(ctx context.Context, kind, place string, limit int, window time.Duration) error {
	slot := s.Clock.Now().Unix() / int64(window/time.Second)
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
	old := s.Clock.Now().Add(-48*time.Hour).Unix() / 3600
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

// Worked tells whether the nonce solves a challenge of ours that is fresh and was not used before. A challenge may be used again by the same form,
// named by its mark, so that a refused form can be sent once more.
func (s *Service) Worked(ctx context.Context, challenge, nonce, form string) (bool, error) {
	i := strings.LastIndexByte(challenge, '.')
	if i < 0 || len(challenge) > 100 || len(nonce) == 0 || len(nonce) > 40 {
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
	used := "work:" + challenge
	slot := s.Clock.Now().Unix() / 3600
	var mine string
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(`INSERT INTO suggestion_guard (what, slot, count) VALUES (?, ?, 1) ON CONFLICT DO NOTHING`, used+"|"+form, slot)
		if err != nil {
			return err
		}
		if n == 0 {
			mine = form
			return nil
		}
		others, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM suggestion_guard WHERE what >= ? AND what < ?`, used+"|", used+"}")
		if others == 1 {
			mine = form
		}
		return err
	})
	return err == nil && mine == form && form != "", err
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
