package gathering

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// Counts are the figures of one gathering.
type Counts struct {
	Invited, Coming, Leave         int // of who is invited: how many said so
	Present, Late, Absent, OnLeave int
	MadeUp, Guests                 int
}

// There tells how many were there.
func (c Counts) There() int { return c.Present + c.Late }

func (c *Counts) add(i Invitee) {
	if i.Guest {
		c.Guests++
	} else {
		c.Invited++
		switch i.Answer {
		case Coming:
			c.Coming++
		case Leave:
			c.Leave++
		}
	}
	switch i.Presence {
	case Present:
		c.Present++
	case Late:
		c.Late++
	case Absent:
		c.Absent++
	case OnLeave:
		c.OnLeave++
	case MadeUp:
		c.MadeUp++
	}
}

// Look is a gathering as one actor may see it. What may not be seen is empty.
type Look struct {
	Gathering   Gathering
	Items       []Item
	Runs        bool            // may change it
	Named       bool            // People is shown
	Actions     []wf.Transition // that the actor may take now
	Invitations []Invitation    // for who runs or reads it
	People      []Invitee
	Counts      Counts
	Mine        *Invitee // the actor's own part
	Minutes     bool     // the minutes may be read
	Decisions   []Decision
	Files       []File
}

// Get tells of one gathering what the actor may see; a public one is shown to everybody. Errors: SignIn, NotFound.
func (s *Service) Get(ctx context.Context, id uuid.UUID) (*Look, error) {
	a := authz.From(ctx)
	l := &Look{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		ctx := tx.Ctx()
		g, err := one(tx, id, false)
		if err != nil {
			return s.unseen(ctx, err)
		}
		v, err := s.sees(ctx, tx, &g)
		if err != nil {
			return err
		}
		if v == nothing {
			return hidden(a)
		}
		l.Gathering, l.Runs, l.Named = g, v == running && (a.System || a.May(authz.WriteScope)), v >= reading
		l.Minutes = v >= reading || v == invited && g.Shown
		if l.Runs {
			l.Actions = s.actions(&g, v)
		}
		if l.Items, err = readItems(tx, id); err != nil {
			return err
		}
		if !l.Minutes {
			l.Gathering.Minutes = ""
		}
		if v == open {
			return nil
		}
		people, err := s.invitees(ctx, tx, id)
		if err != nil {
			return err
		}
		for i := range people {
			l.Counts.add(people[i])
			if people[i].Person == a.Person && a.Person != uuid.Nil {
				mine := people[i]
				l.Mine = &mine
			}
		}
		if l.Named {
			l.People = people
			if l.Invitations, err = readInvitations(tx, id); err != nil {
				return err
			}
		} else {
			l.Counts = Counts{Invited: l.Counts.Invited}
		}
		decisions, err := s.decisions(ctx, tx, `WHERE d.gathering_id = ?`, id)
		if err != nil {
			return err
		}
		for _, d := range decisions {
			if l.Named || l.Minutes || d.Owner == a.Person && a.Person != uuid.Nil {
				l.Decisions = append(l.Decisions, d)
			}
		}
		if l.Minutes {
			l.Files, err = readFiles(tx, id)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// Mine lists what the actor is invited to and what is public of their own, from a moment on, earliest first, or before it, latest first; at most 100.
func (s *Service) Mine(ctx context.Context, from time.Time, past bool) ([]Own, error) {
	a := authz.From(ctx)
	if !a.SignedIn() {
		return nil, refusal(a)
	}
	if a.Person == uuid.Nil {
		return nil, nil
	}
	rest := `WHERE g.ends >= ? AND g.state <> 'planned' AND EXISTS (SELECT 1 FROM gathering_invitee i WHERE i.gathering_id = g.id AND i.person_id = ?) ORDER BY g.starts, g.id LIMIT 100`
	if past {
		rest = `WHERE g.ends < ? AND g.state <> 'planned' AND (EXISTS (SELECT 1 FROM gathering_invitee i WHERE i.gathering_id = g.id AND i.person_id = ?)
			OR EXISTS (SELECT 1 FROM gathering_attendance x WHERE x.gathering_id = g.id AND x.person_id = ?)) ORDER BY g.starts DESC, g.id LIMIT 100`
	}
	args := []any{from, a.Person}
	if past {
		args = append(args, a.Person)
	}
	var out []Own
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		list, err := read(tx, rest, args...)
		if err != nil {
			return err
		}
		for _, g := range list {
			o := Own{Gathering: g}
			err := tx.Rows(func(r *db.Row) error { return r.Scan(&o.Answer, &o.Granted) }, `SELECT answer, granted FROM gathering_invitee WHERE gathering_id = ? AND person_id = ?`, g.ID, a.Person)
			if err != nil {
				return err
			}
			if err := tx.Rows(func(r *db.Row) error { return r.Scan(&o.Presence) }, `SELECT state FROM gathering_attendance WHERE gathering_id = ? AND person_id = ?`, g.ID, a.Person); err != nil {
				return err
			}
			o.Gathering.Minutes = ""
			out = append(out, o)
		}
		return nil
	})
	return out, err
}

// Own is a gathering with the actor's own part.
type Own struct {
	Gathering Gathering
	Answer    Answer
	Granted   Verdict
	Presence  Presence
}

// Query narrows the list of those who run or read gatherings. The zero value asks for everything that the actor runs or reads, latest first.
type Query struct {
	Committee    uuid.UUID
	Organisation uuid.UUID
	Kind         string
	CountsAs     CountsAs
	State        wf.State
	From, To     clock.Date // both included; zero: open
	Text         string     // a part of the title
	Before       time.Time  // cursor: starts before this, or at it with a smaller id
	BeforeID     uuid.UUID
	Limit        int // 1..200; 50 when zero
}

// List lists gatherings that the actor runs or reads, latest first, one more than Limit when there are more. It filters in SQL by the rule of the single page: organisers
// and leaders by committee, who leads an organisation by what it holds, administrators everything.
func (s *Service) List(ctx context.Context, q Query) (list []Gathering, more bool, err error) {
	a := authz.From(ctx)
	if !a.SignedIn() && !a.System {
		return nil, false, refusal(a)
	}
	where, args := []string{"1 = 1"}, []any{}
	and := func(text string, values ...any) { where, args = append(where, text), append(args, values...) }
	if !a.System && !a.IsAdmin() {
		led, err := s.Led(ctx)
		if err != nil {
			return nil, false, err
		}
		reads, y := db.List(a.Places(authz.Leader))
		own, z := db.List(led)
		snap, err := s.directory.Snapshot(ctx)
		if err != nil {
			return nil, false, err
		}
		var below []uuid.UUID // organisations of the committees that the actor organises: a joint gathering is run by each
		for _, o := range snap.Organisations() {
			if k := snap.CommitteeFor(o.ID); k != nil && a.Has(authz.Organiser, k.ID) {
				below = append(below, o.ID)
			}
		}
		b, w := db.List(below)
		and(`(g.committee_id IN (`+reads+`) OR EXISTS (SELECT 1 FROM gathering_holder h WHERE h.gathering_id = g.id AND (h.organisation_id IN (`+own+`) OR h.organisation_id IN (`+b+`))))`, append(append(append([]any{}, y...), z...), w...)...)
	}
	if q.Committee != uuid.Nil {
		and(`g.committee_id = ?`, q.Committee)
	}
	if q.Organisation != uuid.Nil {
		and(`EXISTS (SELECT 1 FROM gathering_holder h WHERE h.gathering_id = g.id AND h.organisation_id = ?)`, q.Organisation)
	}
	if q.Kind != "" {
		and(`g.kind = ?`, q.Kind)
	}
	if q.CountsAs != "" {
		keys, err := s.keysOf(ctx, []CountsAs{q.CountsAs})
		if err != nil {
			return nil, false, err
		}
		in, values := db.List(keys)
		and(`g.kind IN (`+in+`)`, values...)
	}
	if q.State != "" {
		and(`g.state = ?`, string(q.State))
	}
	if !q.From.IsZero() {
		and(`g.day >= ?`, q.From.String())
	}
	if !q.To.IsZero() {
		and(`g.day <= ?`, q.To.String())
	}
	if t := strings.TrimSpace(q.Text); t != "" {
		and(`g.title LIKE ? ESCAPE '!'`, "%"+strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(t)+"%")
	}
	if !q.Before.IsZero() {
		and(`(g.starts < ? OR g.starts = ? AND g.id < ?)`, q.Before, q.Before, q.BeforeID)
	}
	if q.Limit <= 0 || q.Limit > 200 {
		q.Limit = 50
	}
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = read(tx, `WHERE `+strings.Join(where, " AND ")+` ORDER BY g.starts DESC, g.id DESC LIMIT ?`, append(args, q.Limit+1)...)
		return err
	})
	if len(list) > q.Limit {
		list, more = list[:q.Limit], true
	}
	return list, more, err
}

// PublicList lists what is public and not over yet, earliest first, at most 50; public.
func (s *Service) PublicList(ctx context.Context) ([]Gathering, error) {
	var out []Gathering
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = read(tx, `WHERE g.public = 1 AND g.state IN ('published', 'open') AND g.ends >= ? ORDER BY g.starts, g.id LIMIT 50`, s.clock.Now())
		return err
	})
	return out, err
}

// keysOf lists the keys of kinds that count as one of these, of every committee that altered or added kinds.
func (s *Service) keysOf(ctx context.Context, counts []CountsAs) ([]string, error) {
	var out []string
	for _, k := range builtIn {
		if slices.Contains(counts, k.CountsAs) {
			out = append(out, k.Key)
		}
	}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		all, err := everyKind(tx)
		for _, k := range all {
			if slices.Contains(counts, k.CountsAs) && !slices.Contains(out, k.Key) {
				out = append(out, k.Key)
			}
		}
		return err
	})
	return out, err
}

func byName(list []Invitee) {
	slices.SortFunc(list, func(a, b Invitee) int {
		if n := strings.Compare(a.Name, b.Name); n != 0 {
			return n
		}
		return bytes.Compare(a.Person[:], b.Person[:])
	})
}

// Coming is Mine from now on: what the actor is invited to and is not over.
func (s *Service) Coming(ctx context.Context) ([]Own, error) {
	return s.Mine(ctx, s.clock.Now(), false)
}
