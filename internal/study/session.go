package study

import (
	"context"
	"fmt"
	"slices"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Candidates lists the gatherings at which a topic may have been or will be studied: held by its audience or by who runs it, within its days, not linked yet and not
// cancelled; for who runs it.
func (s *Service) Candidates(ctx context.Context, topic uuid.UUID) ([]Session, error) {
	t, err := s.running(ctx, topic)
	if err != nil {
		return nil, err
	}
	list, err := s.candidates(ctx, &t)
	if err != nil {
		return nil, err
	}
	var links map[uuid.UUID][]uuid.UUID
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		links, err = readLinks(tx, []uuid.UUID{t.ID})
		return err
	})
	return slices.DeleteFunc(list, func(x Session) bool { return slices.Contains(links[t.ID], x.Gathering) }), err
}

func (s *Service) candidates(ctx context.Context, t *Topic) ([]Session, error) {
	list, err := s.sessions.SessionsOf(asPlatform(ctx), append(slices.Clone(t.Audience), t.Organisation), t.From, t.To)
	if err != nil {
		return nil, fmt.Errorf("gatherings of topic %s: %w", t.ID, err)
	}
	list = slices.DeleteFunc(list, func(x Session) bool { return x.Cancelled })
	slices.SortFunc(list, func(a, b Session) int { return a.Starts.Compare(b.Starts) })
	return list, nil
}

// Link says that a topic is studied at a gathering, one of Candidates. A second time changes nothing. Errors: Invalid on "gathering".
func (s *Service) Link(ctx context.Context, topic, gathering uuid.UUID) error {
	t, err := s.running(ctx, topic)
	if err != nil {
		return err
	}
	list, err := s.candidates(ctx, &t)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(list, func(x Session) bool { return x.Gathering == gathering }) {
		return problem.On("gathering", "study.err.gathering")
	}
	return s.change(ctx, topic, func(tx *db.Tx, t *Topic) error {
		_, err := tx.Exec(`INSERT INTO study_session (topic_id, gathering_id, linked, linked_by) VALUES (?, ?, ?, ?) ON CONFLICT (topic_id, gathering_id) DO NOTHING`,
			t.ID, gathering, s.clock.Now(), authz.From(ctx).Account)
		return err
	})
}

// Unlink takes a gathering away from a topic; who was there has then not studied it there.
func (s *Service) Unlink(ctx context.Context, topic, gathering uuid.UUID) error {
	return s.change(ctx, topic, func(tx *db.Tx, t *Topic) error {
		_, err := tx.Exec(`DELETE FROM study_session WHERE topic_id = ? AND gathering_id = ?`, t.ID, gathering)
		return err
	})
}
