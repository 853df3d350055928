package gathering

import (
	"context"
	"slices"
	"strings"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"

	"github.com/google/uuid"
)

// What other modules ask. These are for the platform only (authz.System): the module that asks has decided by its own policy.

// HeldQuery asks for the gatherings of some organisations. The zero value of a field does not narrow.
type HeldQuery struct {
	Organisations []uuid.UUID
	IDs           []uuid.UUID
	CountsAs      []CountsAs
	From, To      clock.Date // both included
}

// HeldGathering is a gathering with its figures. Invited and There are exact; There counts who was present or late.
type HeldGathering struct {
	Gathering
	CountsAs CountsAs
	Invited  int
	There    int
	MadeUp   int
}

// Over tells whether it has taken place: attendance counts, for good once it is closed.
func (h HeldGathering) Over() bool { return h.State == Held || h.State == Closed }

// Held lists gatherings with their figures, earliest first, cancelled ones and drafts left out.
func (s *Service) Held(ctx context.Context, q HeldQuery) ([]HeldGathering, error) {
	if a := authz.From(ctx); !a.System {
		return nil, refusal(a)
	}
	counts, err := s.countsOf(ctx)
	if err != nil {
		return nil, err
	}
	var out []HeldGathering
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		for _, chunk := range chunks(q.Organisations) {
			for _, ids := range chunks(q.IDs) {
				where, args := []string{`g.state IN ('published', 'open', 'held', 'closed')`}, []any{}
				and := func(text string, values ...any) { where, args = append(where, text), append(args, values...) }
				if len(q.Organisations) > 0 {
					in, values := db.List(chunk)
					and(`EXISTS (SELECT 1 FROM gathering_holder h WHERE h.gathering_id = g.id AND h.organisation_id IN (`+in+`))`, values...)
				}
				if len(q.IDs) > 0 {
					in, values := db.List(ids)
					and(`g.id IN (`+in+`)`, values...)
				}
				if !q.From.IsZero() {
					and(`g.day >= ?`, q.From.String())
				}
				if !q.To.IsZero() {
					and(`g.day <= ?`, q.To.String())
				}
				list, err := read(tx, `WHERE `+strings.Join(where, " AND ")+` ORDER BY g.starts, g.id`, args...)
				if err != nil {
					return err
				}
				for _, g := range list {
					h := HeldGathering{Gathering: g, CountsAs: counts(g.Committee, g.Kind)}
					if len(q.CountsAs) > 0 && !slices.Contains(q.CountsAs, h.CountsAs) || slices.ContainsFunc(out, func(x HeldGathering) bool { return len(q.Organisations) > 500 && x.ID == g.ID }) {
						continue
					}
					out = append(out, h)
				}
			}
		}
		return figures(tx, out)
	})
	return out, err
}

// chunks cuts a list for IN clauses; an empty list gives one empty chunk.
func chunks(list []uuid.UUID) [][]uuid.UUID {
	if len(list) == 0 {
		return [][]uuid.UUID{nil}
	}
	return slices.Collect(slices.Chunk(list, 500))
}

func figures(tx *db.Tx, list []HeldGathering) error {
	at := make(map[uuid.UUID]*HeldGathering, len(list))
	ids := make([]uuid.UUID, len(list))
	for i := range list {
		at[list[i].ID], ids[i] = &list[i], list[i].ID
	}
	for chunk := range slices.Chunk(ids, 500) {
		in, args := db.List(chunk)
		err := tx.Rows(func(r *db.Row) error {
			var u uuid.UUID
			var n int
			err := r.Scan(&u, &n)
			if err == nil {
				at[u].Invited = n
			}
			return err
		}, `SELECT gathering_id, COUNT(*) FROM gathering_invitee WHERE gathering_id IN (`+in+`) GROUP BY gathering_id`, args...)
		if err != nil {
			return err
		}
		err = tx.Rows(func(r *db.Row) error {
			var u uuid.UUID
			var there, made int
			err := r.Scan(&u, &there, &made)
			if err == nil {
				at[u].There, at[u].MadeUp = there, made
			}
			return err
		}, `SELECT gathering_id, SUM(CASE WHEN state IN ('present', 'late') THEN 1 ELSE 0 END), SUM(CASE WHEN state = 'made_up' THEN 1 ELSE 0 END) FROM gathering_attendance WHERE gathering_id IN (`+in+`) GROUP BY gathering_id`, args...)
		if err != nil {
			return err
		}
	}
	return nil
}

// countsOf tells what a kind of a committee counts as.
func (s *Service) countsOf(ctx context.Context) (func(committee uuid.UUID, kind string) CountsAs, error) {
	own := map[uuid.UUID]map[string]CountsAs{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		committees, err := db.All(tx, func(r *db.Row) (u uuid.UUID, err error) { err = r.Scan(&u); return u, err }, `SELECT DISTINCT committee_id FROM gathering_kind`)
		if err != nil {
			return err
		}
		for _, k := range committees {
			list, err := ownKinds(tx, k)
			if err != nil {
				return err
			}
			own[k] = map[string]CountsAs{}
			for key, kind := range list {
				own[k][key] = kind.CountsAs
			}
		}
		return nil
	})
	return func(committee uuid.UUID, kind string) CountsAs {
		if c, ok := own[committee][kind]; ok {
			return c
		}
		for _, k := range builtIn {
			if k.Key == kind {
				return k.CountsAs
			}
		}
		return ""
	}, err
}

// AttendedBy tells, for a person, what became of a gathering to which they were invited or came.
type AttendedBy struct {
	Gathering uuid.UUID
	Person    uuid.UUID
	Presence  Presence // Unknown: invited, and nothing is recorded
}

// Attended lists by person what they were invited to or came to within some days, both included, earliest first; drafts and cancelled ones are left out. The gatherings
// themselves come from Held with IDs.
func (s *Service) Attended(ctx context.Context, people []uuid.UUID, from, to clock.Date) (map[uuid.UUID][]AttendedBy, error) {
	if a := authz.From(ctx); !a.System {
		return nil, refusal(a)
	}
	out := map[uuid.UUID][]AttendedBy{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		for chunk := range slices.Chunk(people, 400) {
			in, values := db.List(chunk)
			args := append(append([]any{}, values...), values...)
			err := tx.Rows(func(r *db.Row) error {
				var x AttendedBy
				err := r.Scan(&x.Person, &x.Gathering, &x.Presence)
				out[x.Person] = append(out[x.Person], x)
				return err
			}, `SELECT x.person_id, g.id, COALESCE(a.state, '') FROM (SELECT gathering_id, person_id FROM gathering_invitee WHERE person_id IN (`+in+`) UNION SELECT gathering_id, person_id FROM gathering_attendance WHERE person_id IN (`+in+`)) x
				JOIN gathering g ON g.id = x.gathering_id LEFT JOIN gathering_attendance a ON a.gathering_id = x.gathering_id AND a.person_id = x.person_id
				WHERE g.state IN ('published', 'open', 'held', 'closed') AND g.day >= ? AND g.day <= ? ORDER BY x.person_id, g.starts, g.id`, append(args, from.String(), to.String())...)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// Presences tells by gathering and person what is recorded of them.
func (s *Service) Presences(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]map[uuid.UUID]Presence, error) {
	if a := authz.From(ctx); !a.System {
		return nil, refusal(a)
	}
	out := map[uuid.UUID]map[uuid.UUID]Presence{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		for chunk := range slices.Chunk(ids, 500) {
			in, args := db.List(chunk)
			err := tx.Rows(func(r *db.Row) error {
				var g, p uuid.UUID
				var state Presence
				if err := r.Scan(&g, &p, &state); err != nil {
					return err
				}
				if out[g] == nil {
					out[g] = map[uuid.UUID]Presence{}
				}
				out[g][p] = state
				return nil
			}, `SELECT gathering_id, person_id, state FROM gathering_attendance WHERE gathering_id IN (`+in+`)`, args...)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// For package signin.

// Runner gives a gathering with its figures to those who run it and refuses everybody else.
func (s *Service) Runner(ctx context.Context, id uuid.UUID) (HeldGathering, error) {
	var h HeldGathering
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		ctx := tx.Ctx()
		g, err := one(tx, id, false)
		if err != nil {
			return s.unseen(ctx, err)
		}
		if err := s.mayRun(ctx, g.Holders); err != nil {
			return err
		}
		list := []HeldGathering{{Gathering: g}}
		err = figures(tx, list)
		h = list[0]
		return err
	})
	return h, err
}

// Expected lists the gatherings to which a person is invited and that touch a time, earliest first, at most 50; for the person and the platform.
func (s *Service) Expected(ctx context.Context, person uuid.UUID, from, to time.Time) ([]Gathering, error) {
	if a := authz.From(ctx); !a.System && (!a.SignedIn() || a.Person != person || person == uuid.Nil) {
		return nil, refusal(a)
	}
	var out []Gathering
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = read(tx, `WHERE g.state IN ('published', 'open', 'held', 'closed') AND g.starts <= ? AND g.ends >= ? AND EXISTS (SELECT 1 FROM gathering_invitee i WHERE i.gathering_id = g.id AND i.person_id = ?)
			ORDER BY g.starts, g.id LIMIT 50`, to, from, person)
		for i := range out {
			out[i].Minutes = ""
		}
		return err
	})
	return out, err
}

// Hold gives a gathering inside the caller's transaction and keeps its state until the end; many may hold it at once.
func (s *Service) Hold(tx *db.Tx, id uuid.UUID) (Gathering, error) {
	if _, err := db.One(tx, db.ScanInt, `SELECT version FROM gathering WHERE id = ?`+tx.Pick("", " FOR SHARE"), id); err != nil {
		return Gathering{}, err
	}
	return one(tx, id, false)
}

// Invited tells whether a person is invited, inside the caller's transaction.
func (s *Service) Invited(tx *db.Tx, id, person uuid.UUID) (bool, error) {
	n, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM gathering_invitee WHERE gathering_id = ? AND person_id = ?`, id, person)
	return n > 0, err
}

// Attend writes down, inside the caller's transaction, that a person was there; once.
func (s *Service) Attend(tx *db.Tx, id, person, account uuid.UUID, way Way, at time.Time) (Noted, error) {
	g, err := one(tx, id, false)
	if err != nil {
		return Noted{}, err
	}
	return attend(tx, &g, person, account, way, at, s.clock.Now())
}
