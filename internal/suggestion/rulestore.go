package suggestion

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

// rulesCache keeps the rules of committees for a few seconds; this process's own changes show at once.
type rulesCache struct {
	read time.Time
	m    map[uuid.UUID]Rules
}

const rulesFresh = 3 * time.Second

// Rules returns the rules of a committee, the default ones when it recorded none; public.
func (s *Service) Rules(ctx context.Context, committee uuid.UUID) (Rules, error) {
	s.rulesMu.Lock()
	defer s.rulesMu.Unlock()
	if s.rulesCache.m == nil || s.Clock.Now().Sub(s.rulesCache.read) > rulesFresh {
		m, err := s.readRules(ctx)
		if err != nil {
			return Rules{}, err
		}
		s.rulesCache = rulesCache{read: s.Clock.Now(), m: m}
	}
	if r, ok := s.rulesCache.m[committee]; ok {
		return r, nil
	}
	return DefaultRules(), nil
}

func (s *Service) readRules(ctx context.Context) (map[uuid.UUID]Rules, error) {
	m := map[uuid.UUID]Rules{}
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Rows(func(r *db.Row) error {
			var k uuid.UUID
			var text string
			if err := r.Scan(id{&k}, &text); err != nil {
				return err
			}
			rules, err := parseRules(text)
			m[k] = rules
			return err
		}, `SELECT committee_id, rules FROM suggestion_rules ORDER BY recorded, id`)
	})
	if err != nil {
		return nil, fmt.Errorf("read rules: %w", err)
	}
	return m, nil
}

// RulesRecorded counts the committees that have recorded rules of their own; public.
func (s *Service) RulesRecorded(ctx context.Context) (int, error) {
	m, err := s.readRules(ctx)
	return len(m), err
}

// SetRules records the rules of a committee; for its editors and the administrator. Matters under way keep the dates they have.
func (s *Service) SetRules(ctx context.Context, committee uuid.UUID, r Rules) error {
	v := viewerOf(ctx)
	if !v.System && !v.IsAdmin() && !v.Has("editor", committee) {
		return refused(v)
	}
	if err := r.check(); err != nil {
		return err
	}
	text, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write rules: %w", err)
	}
	u, err := newID()
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		tx.AfterCommit(func() {
			s.rulesMu.Lock()
			s.rulesCache.m = nil
			s.rulesMu.Unlock()
		})
		_, err := tx.Exec(`INSERT INTO suggestion_rules (id, committee_id, rules, recorded, recorded_by) VALUES (?, ?, ?, ?, ?)`,
			u, committee, string(text), s.Clock.Now(), idText(v.Account))
		return err
	})
}
