package study

import (
	"fmt"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

const topicColumns = `t.id, t.committee_id, t.organisation_id, t.kind, t.title, t.text, t.from_day, t.to_day, t.published, t.withdrawn, t.reason, t.version`

func scanTopic(r *db.Row) (t Topic, err error) {
	err = r.Scan(&t.ID, &t.Committee, &t.Organisation, &t.Kind, &t.Title, &t.Text, &t.From, &t.To, &t.Published, &t.Withdrawn, &t.Reason, &t.Version)
	return t, err
}

// readTopic reads a topic with its audience, or returns a NotFound problem.
func readTopic(tx *db.Tx, topic uuid.UUID) (Topic, error) {
	list, err := readTopics(tx, `WHERE t.id = ?`, topic)
	if err == nil && len(list) == 0 {
		err = problem.New(problem.NotFound, "problem.not-found")
	}
	if err != nil {
		return Topic{}, err
	}
	return list[0], nil
}

// maxTopics bounds what one list reads: a committee with ten organisations that study something every week for a year has half of it.
const maxTopics = 1000

func readTopics(tx *db.Tx, where string, args ...any) ([]Topic, error) {
	list, err := db.All(tx, scanTopic, `SELECT `+topicColumns+` FROM study_topic t `+where+` ORDER BY t.to_day DESC, t.id LIMIT ?`, append(args, maxTopics)...)
	if err != nil {
		return nil, err
	}
	at := map[uuid.UUID]int{}
	ids := make([]uuid.UUID, len(list))
	for i, t := range list {
		at[t.ID], ids[i] = i, t.ID
	}
	in, args := db.List(ids)
	err = tx.Rows(func(r *db.Row) error {
		var topic, organisation uuid.UUID
		if err := r.Scan(&topic, &organisation); err != nil {
			return err
		}
		t := &list[at[topic]]
		t.Audience = append(t.Audience, organisation)
		return nil
	}, `SELECT topic_id, organisation_id FROM study_audience WHERE topic_id IN (`+in+`) ORDER BY topic_id, organisation_id`, args...)
	return list, err
}

func (s *Service) writeAudience(tx *db.Tx, t *Topic) error {
	if _, err := tx.Exec(`DELETE FROM study_audience WHERE topic_id = ?`, t.ID); err != nil {
		return err
	}
	for _, o := range t.Audience {
		if _, err := tx.Exec(`INSERT INTO study_audience (topic_id, organisation_id) VALUES (?, ?)`, t.ID, o); err != nil {
			return err
		}
	}
	return nil
}

func readMaterials(tx *db.Tx, topic uuid.UUID) ([]Material, error) {
	return db.All(tx, scanMaterial, `SELECT `+materialColumns+` FROM study_material WHERE topic_id = ? AND removed = 0 ORDER BY added, id`, topic)
}

const materialColumns = `id, topic_id, title, address, blob, name, type, size, added`

func scanMaterial(r *db.Row) (m Material, err error) {
	err = r.Scan(&m.ID, &m.Topic, &m.Title, &m.Address, &m.Blob, &m.Name, &m.Type, &m.Size, &m.Added)
	return m, err
}

func readLinks(tx *db.Tx, topics []uuid.UUID) (map[uuid.UUID][]uuid.UUID, error) {
	out := map[uuid.UUID][]uuid.UUID{}
	in, args := db.List(topics)
	err := tx.Rows(func(r *db.Row) error {
		var topic, gathering uuid.UUID
		err := r.Scan(&topic, &gathering)
		out[topic] = append(out[topic], gathering)
		return err
	}, `SELECT topic_id, gathering_id FROM study_session WHERE topic_id IN (`+in+`) ORDER BY topic_id, linked, gathering_id`, args...)
	return out, err
}

func scanMakeup(r *db.Row) (m Makeup, err error) {
	err = r.Scan(&m.ID, &m.Topic, &m.Person, &m.Day, &m.Note, &m.State, &m.Answer, &m.Recorded)
	return m, err
}

func readMakeups(tx *db.Tx, where string, args ...any) ([]Makeup, error) {
	return db.All(tx, scanMakeup, `SELECT id, topic_id, person_id, day, note, state, answer, recorded FROM study_makeup `+where+` ORDER BY recorded, id`, args...)
}

func newID() (uuid.UUID, error) {
	u, err := uuid.NewV7()
	if err != nil {
		return u, fmt.Errorf("new id: %w", err)
	}
	return u, nil
}

func (s *Service) today() clock.Date { return clock.Today(s.clock) }
