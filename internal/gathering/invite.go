package gathering

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// rosterDay is the day whose people an organisation's invitation means: the gathering's own, so that who joins before it is invited and who leaves before it is not.
func rosterDay(g *Gathering) clock.Date { return g.Day() }

// wanted asks the directory who is meant by the invitations.
func (s *Service) wanted(ctx context.Context, g *Gathering, invitations []Invitation) ([]uuid.UUID, error) {
	var out []uuid.UUID
	seen := map[uuid.UUID]bool{}
	add := func(u uuid.UUID) {
		if !seen[u] {
			seen[u] = true
			out = append(out, u)
		}
	}
	for _, i := range invitations {
		if i.Person != uuid.Nil {
			add(i.Person)
			continue
		}
		held, err := s.directory.Roster(asPlatform(ctx), directory.RosterQuery{Organisations: []uuid.UUID{i.Organisation}, Posts: i.Posts, Day: rosterDay(g)})
		if err != nil {
			return nil, fmt.Errorf("who is invited: %w", err)
		}
		for _, h := range held {
			// Staff of an organisation are not meant by "everybody" unless they are asked for.
			if len(i.Posts) == 0 && h.Post == directory.StaffPost {
				continue
			}
			add(h.Person)
		}
	}
	return out, nil
}

func inviteesOf(tx *db.Tx, id uuid.UUID) ([]uuid.UUID, error) {
	return db.All(tx, func(r *db.Row) (u uuid.UUID, err error) { err = r.Scan(&u); return u, err },
		`SELECT person_id FROM gathering_invitee WHERE gathering_id = ? ORDER BY person_id`, id)
}

// resolve keeps up who is invited: late joiners come in and are told, who left goes out unless they were there. Once the record is closed nothing changes.
func (s *Service) resolve(ctx context.Context, tx *db.Tx, g *Gathering) error {
	invitations, err := readInvitations(tx, g.ID)
	if err != nil {
		return err
	}
	wanted, err := s.wanted(ctx, g, invitations)
	if err != nil {
		return err
	}
	known, err := inviteesOf(tx, g.ID)
	if err != nil {
		return err
	}
	is := make(map[uuid.UUID]bool, len(known))
	for _, u := range known {
		is[u] = true
	}
	var fresh []uuid.UUID
	want := make(map[uuid.UUID]bool, len(wanted))
	for _, u := range wanted {
		want[u] = true
		if !is[u] {
			fresh = append(fresh, u)
		}
	}
	now := s.clock.Now()
	for chunk := range slices.Chunk(fresh, 200) {
		values := strings.TrimSuffix(strings.Repeat("(?, ?, ?), ", len(chunk)), ", ")
		args := make([]any, 0, 3*len(chunk))
		for _, u := range chunk {
			args = append(args, g.ID, u, now)
		}
		if _, err := tx.Exec(`INSERT INTO gathering_invitee (gathering_id, person_id, added) VALUES `+values+` ON CONFLICT (gathering_id, person_id) DO NOTHING`, args...); err != nil {
			return err
		}
	}
	for _, u := range known {
		if want[u] {
			continue
		}
		_, err := tx.Exec(`DELETE FROM gathering_invitee WHERE gathering_id = ? AND person_id = ? AND NOT EXISTS (SELECT 1 FROM gathering_attendance a WHERE a.gathering_id = ? AND a.person_id = ?)`, g.ID, u, g.ID, u)
		if err != nil {
			return err
		}
	}
	if g.State != Published {
		return nil
	}
	return s.tell(tx, Telling{What: ToldInvited, Gathering: *g, People: fresh})
}

// Respond says whether the actor comes or asks for leave with a reason; for who is invited, until it is over. Errors: Invalid on "reason", Conflict when it is over.
func (s *Service) Respond(ctx context.Context, id uuid.UUID, answer Answer, reason string) error {
	a := authz.From(ctx)
	if !a.SignedIn() {
		return refusal(a)
	}
	reason = strings.TrimSpace(reason)
	return s.db.Write(ctx, func(tx *db.Tx) error {
		g, err := one(tx, id, true)
		if err != nil {
			return err
		}
		n, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM gathering_invitee WHERE gathering_id = ? AND person_id = ?`, id, a.Person)
		if err != nil {
			return err
		}
		if n == 0 || a.Person == uuid.Nil || !a.May(authz.WriteScope) {
			return hidden(a)
		}
		if g.State != Published && g.State != Open {
			return problem.New(problem.Conflict, "gathering.err.over")
		}
		var c problem.Check
		switch answer {
		case Coming:
			reason = ""
		case Leave:
			checkText(&c, "reason", reason, 1, maxNote)
		default:
			c.Add("answer", "gathering.err.answer")
		}
		if err := c.Err(); err != nil {
			return err
		}
		// Saying the same again keeps a leave that was granted.
		_, err = tx.Exec(`UPDATE gathering_invitee SET granted = CASE WHEN answer = ? AND reason = ? THEN granted ELSE '' END, answer = ?, reason = ?, answered = ? WHERE gathering_id = ? AND person_id = ?`,
			string(answer), reason, string(answer), reason, s.clock.Now(), id, a.Person)
		return err
	})
}

// DecideLeave grants or refuses a leave; for who runs the gathering, and nobody decides their own.
func (s *Service) DecideLeave(ctx context.Context, id, person uuid.UUID, v Verdict) error {
	a := authz.From(ctx)
	return s.change(ctx, id, func(tx *db.Tx, g *Gathering) error {
		if v != Granted && v != Refused {
			return problem.On("verdict", "gathering.err.answer")
		}
		if a.Person == person && person != uuid.Nil {
			return problem.New(problem.Forbidden, "gathering.err.own-leave")
		}
		if g.State == Closed || g.State == Cancelled {
			return problem.New(problem.Conflict, "gathering.err.over")
		}
		n, err := tx.Exec(`UPDATE gathering_invitee SET granted = ? WHERE gathering_id = ? AND person_id = ? AND answer = 'leave' AND granted <> ?`, string(v), id, person, string(v))
		if err != nil || n == 0 {
			return err
		}
		return s.tell(tx, Telling{What: ToldLeave, Gathering: *g, Verdict: v, People: []uuid.UUID{person}})
	})
}

// change lets who runs a gathering do something with it, once at a time.
func (s *Service) change(ctx context.Context, id uuid.UUID, do func(tx *db.Tx, g *Gathering) error) error {
	if a := authz.From(ctx); !a.SignedIn() && !a.System {
		return refusal(a)
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		ctx := tx.Ctx()
		g, err := one(tx, id, true)
		if err != nil {
			return err
		}
		if err := s.mayRun(ctx, g.Holders); err != nil {
			return err
		}
		return do(tx, &g)
	})
}
