package study

import (
	"context"
	"net/url"
	"strings"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// MaxMaterials is how many materials a topic may have.
const MaxMaterials = 30

// AddMaterial adds an address or a file that was stored before; for who runs the study. Errors: Invalid with the fields.
func (s *Service) AddMaterial(ctx context.Context, m Material) (uuid.UUID, error) {
	if _, err := s.running(ctx, m.Topic); err != nil {
		return uuid.Nil, err
	}
	m.Title, m.Address = strings.TrimSpace(m.Title), strings.TrimSpace(m.Address)
	if m.Title == "" {
		m.Title = m.Name
	}
	var c problem.Check
	checkText(&c, "title", m.Title, 1, MaxTitle)
	switch u, err := url.Parse(m.Address); {
	case m.Address == "" && m.Blob == "":
		c.Add("address", "study.err.material")
	case m.Address != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || len(m.Address) > 1000):
		c.Add("address", "study.err.address")
	}
	if err := c.Err(); err != nil {
		return uuid.Nil, err
	}
	var err error
	if m.ID, err = newID(); err != nil {
		return uuid.Nil, err
	}
	return m.ID, s.change(ctx, m.Topic, func(tx *db.Tx, t *Topic) error {
		n, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM study_material WHERE topic_id = ? AND removed = 0`, t.ID)
		if err != nil {
			return err
		}
		if n >= MaxMaterials {
			return problem.On("title", "study.err.materials", "max", MaxMaterials)
		}
		_, err = tx.Exec(`INSERT INTO study_material (id, topic_id, title, address, blob, name, type, size, added, added_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			m.ID, t.ID, m.Title, m.Address, m.Blob, m.Name, m.Type, m.Size, s.clock.Now(), authz.From(ctx).Account)
		return err
	})
}

// RemoveMaterial takes a material off the topic; for who runs the study.
func (s *Service) RemoveMaterial(ctx context.Context, topic, material uuid.UUID) error {
	return s.change(ctx, topic, func(tx *db.Tx, t *Topic) error {
		return tx.MustChange(`UPDATE study_material SET removed = ? WHERE id = ? AND topic_id = ? AND removed = 0`, s.clock.Now(), material, t.ID)
	})
}

// Material is one material of a topic that the actor may read with its name and its place in the file store.
func (s *Service) Material(ctx context.Context, topic, material uuid.UUID) (Material, error) {
	var m Material
	if _, v, err := s.look(ctx, topic); err != nil || v == figures {
		if err == nil {
			err = hidden(authz.From(ctx))
		}
		return m, err
	}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		list, err := db.All(tx, scanMaterial, `SELECT `+materialColumns+` FROM study_material WHERE id = ? AND topic_id = ? AND removed = 0`, material, topic)
		if err == nil && len(list) == 0 {
			err = problem.New(problem.NotFound, "problem.not-found")
		}
		if err == nil {
			m = list[0]
		}
		return err
	})
	return m, err
}
