package gathering

import (
	"encoding/json"
	"fmt"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

const columns = `g.id, g.committee_id, g.kind, g.title, g.body, g.place, g.starts, g.ends, g.state, g.public, g.published, g.opened, g.ended, g.closed, g.reason, g.minutes, g.shown, g.sequence, g.version, g.extra`

func scanGathering(r *db.Row) (g Gathering, err error) {
	err = r.Scan(&g.ID, &g.Committee, &g.Kind, &g.Title, &g.Body, &g.Place, &g.Starts, &g.Ends, &g.State, &g.Public, &g.Published, &g.Opened, &g.Ended, &g.Closed, &g.Reason, &g.Minutes, &g.Shown, &g.Sequence, &g.Version, extra{&g.Extra})
	return g, err
}

// read lists gatherings with their holders; the query ends after the WHERE, ORDER BY and LIMIT.
func read(tx *db.Tx, rest string, args ...any) ([]Gathering, error) {
	list, err := db.All(tx, scanGathering, `SELECT `+columns+` FROM gathering g `+rest, args...)
	if err != nil || len(list) == 0 {
		return list, err
	}
	at := make(map[uuid.UUID]int, len(list))
	ids := make([]uuid.UUID, len(list))
	for i, g := range list {
		at[g.ID], ids[i] = i, g.ID
	}
	in, more := db.List(ids)
	err = tx.Rows(func(r *db.Row) error {
		var u, o uuid.UUID
		if err := r.Scan(&u, &o); err != nil {
			return err
		}
		g := &list[at[u]]
		g.Holders = append(g.Holders, o)
		return nil
	}, `SELECT gathering_id, organisation_id FROM gathering_holder WHERE gathering_id IN (`+in+`) ORDER BY gathering_id, position`, more...)
	return list, err
}

// one reads a gathering, with its row locked until the end of the transaction when it is to be changed. It returns a NotFound problem for none.
func one(tx *db.Tx, id uuid.UUID, change bool) (Gathering, error) {
	if change {
		if _, err := db.One(tx, db.ScanInt, `SELECT version FROM gathering WHERE id = ?`+tx.ForUpdate(), id); err != nil {
			return Gathering{}, err
		}
	}
	list, err := read(tx, `WHERE g.id = ?`, id)
	if err == nil && len(list) == 0 {
		err = problem.New(problem.NotFound, "problem.not-found")
	}
	if err != nil {
		return Gathering{}, err
	}
	return list[0], nil
}

func readItems(tx *db.Tx, id uuid.UUID) ([]Item, error) {
	return db.All(tx, func(r *db.Row) (i Item, err error) {
		err = r.Scan(&i.ID, &i.Title, &i.Study, &i.Speaker, &i.Minutes)
		return i, err
	}, `SELECT id, title, study, speaker, minutes FROM gathering_item WHERE gathering_id = ? ORDER BY position`, id)
}

func readInvitations(tx *db.Tx, id uuid.UUID) ([]Invitation, error) {
	return db.All(tx, func(r *db.Row) (i Invitation, err error) {
		var organisation, person, posts string
		if err = r.Scan(&organisation, &posts, &person); err != nil {
			return i, err
		}
		if organisation != "" {
			if i.Organisation, err = uuid.Parse(organisation); err != nil {
				return i, err
			}
		}
		if person != "" {
			if i.Person, err = uuid.Parse(person); err != nil {
				return i, err
			}
		}
		for _, p := range strings.Split(posts, ",") {
			if p != "" {
				i.Posts = append(i.Posts, directory.Post(p))
			}
		}
		return i, nil
	}, `SELECT organisation_id, posts, person_id FROM gathering_invitation WHERE gathering_id = ? ORDER BY id`, id)
}

func (s *Service) writeParts(tx *db.Tx, p *Plan) error {
	for _, table := range []string{"gathering_holder", "gathering_item", "gathering_invitation"} {
		if _, err := tx.Exec(`DELETE FROM `+table+` WHERE gathering_id = ?`, p.ID); err != nil {
			return err
		}
	}
	for i, h := range p.Holders {
		if _, err := tx.Exec(`INSERT INTO gathering_holder (gathering_id, organisation_id, position) VALUES (?, ?, ?)`, p.ID, h, i); err != nil {
			return err
		}
	}
	for i, x := range p.Items {
		id, err := newID()
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO gathering_item (id, gathering_id, position, title, study, speaker, minutes) VALUES (?, ?, ?, ?, ?, ?, ?)`, id, p.ID, i, x.Title, x.Study, x.Speaker, x.Minutes); err != nil {
			return err
		}
	}
	for _, x := range p.Invitations {
		id, err := newID()
		if err != nil {
			return err
		}
		posts := make([]string, len(x.Posts))
		for i, post := range x.Posts {
			posts[i] = string(post)
		}
		if _, err := tx.Exec(`INSERT INTO gathering_invitation (id, gathering_id, organisation_id, posts, person_id) VALUES (?, ?, ?, ?, ?)`, id, p.ID, idText(x.Organisation), strings.Join(posts, ","), idText(x.Person)); err != nil {
			return err
		}
	}
	return nil
}

func idText(u uuid.UUID) string {
	if u == uuid.Nil {
		return ""
	}
	return u.String()
}

func newID() (uuid.UUID, error) {
	u, err := uuid.NewV7()
	if err != nil {
		return u, fmt.Errorf("new id: %w", err)
	}
	return u, nil
}

// extra reads what a kind asks for.
type extra struct{ into *map[string]string }

// Scan implements sql.Scanner.
func (e extra) Scan(v any) error {
	var text []byte
	switch x := v.(type) {
	case string:
		text = []byte(x)
	case []byte:
		text = x
	default:
		return fmt.Errorf("cannot read %T as fields", v)
	}
	return json.Unmarshal(text, e.into)
}

func extraText(m map[string]string) string {
	if len(m) == 0 {
		return "{}"
	}
	text, err := json.Marshal(m)
	if err != nil { // strings only: it cannot fail
		return "{}"
	}
	return string(text)
}
