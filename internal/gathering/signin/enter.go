package signin

import (
	"context"
	"errors"
	"time"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// member is who signs in: a person with an account, in a browser. A program with a token is nowhere.
func member(ctx context.Context) (authz.Actor, error) {
	a := authz.From(ctx)
	switch {
	case !a.SignedIn():
		return a, problem.New(problem.SignIn, "problem.sign-in")
	case a.Scopes != nil:
		return a, problem.New(problem.Forbidden, "signin.problem.browser-only")
	case a.Person == uuid.Nil:
		return a, problem.New(problem.Forbidden, "signin.problem.person")
	}
	return a, nil
}

// Ready is what the page of sign-in shows and a phone keeps for the time without network.
type Ready struct {
	Who  string // mark of the account on this phone
	Now  time.Time
	List []Pass
}

// Pass is one gathering to which the reader is invited.
type Pass struct {
	Gathering
	Handle string
	Pass   string
	Since  time.Time // signed in since; zero: not yet
}

// Prepare lists the gatherings that the caller may sign in to now and in the coming days, each with a pass for this browser. Cookie
// is a random value that the browser keeps.
func (s *Service) Prepare(ctx context.Context, cookie string) (Ready, error) {
	a, err := member(ctx)
	if err != nil {
		return Ready{}, err
	}
	now := s.n.Clock.Now()
	out := Ready{Who: s.who(a.Account), Now: now}
	list, err := s.n.Gatherings.Expected(ctx, a.Person, now.Add(-behind), now.Add(ahead))
	if err != nil {
		return out, err
	}
	ids := make([]uuid.UUID, 0, len(list))
	for _, g := range list {
		if g.State != Closed {
			ids = append(ids, g.ID)
		}
	}
	if err := s.ensure(ctx, ids); err != nil {
		return out, err
	}
	var rows map[uuid.UUID]row
	var since map[uuid.UUID]time.Time
	err = s.n.DB.Read(ctx, func(tx *db.Tx) error {
		if rows, err = rowsOf(tx, ids); err != nil {
			return err
		}
		since, err = sinceOf(tx, a.Person, ids)
		return err
	})
	for _, g := range list {
		if r, ok := rows[g.ID]; ok {
			pass := s.write(paper{kind: passKind, account: a.Account, gathering: g.ID, device: s.device(g.ID, cookie), at: now})
			out.List = append(out.List, Pass{Gathering: g, Handle: r.handle, Pass: pass, Since: since[g.ID]})
		}
	}
	return out, err
}

// Input is a sign-in at once: a code with the gathering it is for (the nil UUID when there is no choice), or the ticket of a scanned code.
type Input struct {
	Gathering uuid.UUID
	Code      string
	Ticket    string
	Cookie    string
}

// Done is a sign-in that is written down.
type Done struct {
	Gathering Gathering
	Since     time.Time
	Again     bool // it was written down before
}

// Scan takes the address on the screen or a poster and gives a ticket for this browser. Public: it only tells whether the code stands on the screen now; who
// it was is asked afterwards. Errors: Invalid when the code is none, old or wrong, Conflict when the gathering is not open.
func (s *Service) Scan(ctx context.Context, short, cookie string) (ticket string, err error) {
	c, ok := ParseCode(short)
	if !ok || c.Handle == "" {
		return "", problem.On("code", "signin.problem.code")
	}
	var no *problem.Problem
	now := s.n.Clock.Now()
	err = s.n.DB.Read(ctx, func(tx *db.Tx) error {
		r, g, refused, err := s.byHandle(tx, c.Handle)
		if no = refused; no != nil || err != nil {
			return err
		}
		if no, err = s.right(r, c, now); no != nil || err != nil {
			return err
		}
		if no = openNow(g); no == nil {
			ticket = s.write(paper{kind: ticketKind, gathering: g.ID, device: s.device(g.ID, cookie), at: now, way: c.way()})
		}
		return nil
	})
	return ticket, errors.Join(err, asError(no))
}

// asError keeps a nil problem from becoming an error.
func asError(p *problem.Problem) error {
	if p == nil {
		return nil
	}
	return p
}

func openNow(g Gathering) *problem.Problem {
	switch g.State {
	case Open:
		return nil
	case Coming:
		return problem.New(problem.Conflict, "signin.problem.coming", "title", g.Title, "start", g.Start)
	}
	return problem.New(problem.Conflict, "signin.problem.over", "title", g.Title)
}

// TicketFor tells which gathering a ticket of this browser is for and when its code was scanned; false when it is over, another browser's, or none.
func (s *Service) TicketFor(ctx context.Context, ticket, cookie string) (g Gathering, at time.Time, ok bool, err error) {
	if _, err := member(ctx); err != nil {
		return g, at, false, err
	}
	p, ok := s.ticket(ticket, cookie)
	if !ok {
		return g, at, false, nil
	}
	err = s.n.DB.Read(ctx, func(tx *db.Tx) (err error) {
		g, err = s.n.Gatherings.Hold(tx, p.gathering)
		return err
	})
	return g, p.at, err == nil, err
}

func (s *Service) ticket(text, cookie string) (paper, bool) {
	p, ok := s.read(ticketKind, text)
	now := s.n.Clock.Now()
	return p, ok && p.device == s.device(p.gathering, cookie) && !p.at.After(now.Add(skew)) && now.Sub(p.at) < ticketLife
}

// Enter signs the caller in. Errors: Invalid for a code that is none, old or wrong; Conflict when the gathering is not open, or when this browser has
// signed in somebody else; Forbidden for who is not invited, whose wish is then shown to those who run the gathering; TooMany after many wrong codes.
func (s *Service) Enter(ctx context.Context, in Input) (Done, error) {
	a, err := member(ctx)
	if err != nil {
		return Done{}, err
	}
	now := s.n.Clock.Now()
	var ids []uuid.UUID
	code, ok := ParseCode(in.Code)
	switch {
	case in.Ticket != "":
	case !ok:
		return Done{}, problem.On("code", "signin.problem.code")
	case code.Handle == "":
		if ids, err = s.choices(ctx, a.Person, in.Gathering, now); err != nil {
			return Done{}, err
		}
	}
	var done Done
	no, err := s.guarded(ctx, a, func(tx *db.Tx) (*problem.Problem, error) {
		if in.Ticket != "" {
			p, ok := s.ticket(in.Ticket, in.Cookie)
			if !ok {
				return problem.On("code", "signin.problem.ticket"), nil
			}
			g, err := s.n.Gatherings.Hold(tx, p.gathering)
			if err != nil {
				return nil, err
			}
			// The code was right while it was open; who then took a minute to press the button was there.
			if no := openNow(g); no != nil && !(g.State == Over && p.at.Before(g.Ended)) {
				return no, nil
			}
			return s.attend(tx, a, g, p.way, p.at, p.device, &done)
		}
		r, g, no, err := s.find(tx, code, ids, now)
		if no != nil || err != nil {
			return no, err
		}
		if no := openNow(g); no != nil {
			return no, nil
		}
		return s.attend(tx, a, g, code.way(), now, s.device(r.gathering, in.Cookie), &done)
	})
	return done, errors.Join(err, asError(no))
}

// choices are the gatherings for which six digits may be meant: the one that was chosen, or those that are open and expect the person.
func (s *Service) choices(ctx context.Context, person, chosen uuid.UUID, now time.Time) ([]uuid.UUID, error) {
	if chosen != uuid.Nil {
		return []uuid.UUID{chosen}, nil
	}
	list, err := s.n.Gatherings.Expected(ctx, person, now.Add(-behind), now.Add(behind))
	if err != nil {
		return nil, err
	}
	var out []uuid.UUID
	var next Gathering
	for _, g := range list {
		if g.State == Open {
			out = append(out, g.ID)
		} else if g.State == Coming && next.ID == uuid.Nil {
			next = g
		}
	}
	switch {
	case len(out) > 0:
		return out, nil
	case next.ID != uuid.Nil:
		return nil, openNow(next)
	}
	return nil, problem.New(problem.Conflict, "signin.problem.none")
}

// find tells which gathering a code is for.
func (s *Service) find(tx *db.Tx, c Code, ids []uuid.UUID, now time.Time) (row, Gathering, *problem.Problem, error) {
	if c.Handle != "" {
		r, g, no, err := s.byHandle(tx, c.Handle)
		if no == nil && err == nil {
			no, err = s.right(r, c, now)
		}
		return r, g, no, err
	}
	rows, err := rowsOf(tx, ids)
	if err != nil {
		return row{}, Gathering{}, nil, err
	}
	no := wrong()
	for _, id := range ids {
		r, ok := rows[id]
		if !ok {
			continue // its screen was never shown, so it has no codes
		}
		refused, err := s.right(r, c, now)
		if err != nil {
			return r, Gathering{}, nil, err
		}
		if refused == nil {
			g, err := s.n.Gatherings.Hold(tx, id)
			return r, g, nil, err
		}
		if refused.Fields[0].Key == keyOld {
			no = refused
		}
	}
	return row{}, Gathering{}, no, nil
}

const (
	keyOld   = "signin.problem.old"
	keyWrong = "signin.problem.wrong"
)

func wrong() *problem.Problem { return problem.On("code", keyWrong) }

func (s *Service) byHandle(tx *db.Tx, handle string) (row, Gathering, *problem.Problem, error) {
	r, err := rowByHandle(tx, handle)
	if errors.Is(err, db.ErrNotFound) {
		return r, Gathering{}, wrong(), nil
	}
	if err != nil {
		return r, Gathering{}, nil, err
	}
	g, err := s.n.Gatherings.Hold(tx, r.gathering)
	return r, g, nil, err
}

// right tells whether a code stands on the screen of the gathering now, or did a moment ago.
func (s *Service) right(r row, c Code, now time.Time) (*problem.Problem, error) {
	key, err := s.secretOf(r)
	if err != nil {
		return nil, err
	}
	if c.printed() {
		if !r.poster || key.poster(r.gathering, r.serial) != c.Token {
			return problem.On("code", "signin.problem.poster"), nil
		}
		return nil, nil
	}
	last := stepOf(now.Add(skew))
	if _, ok := key.match(r.gathering, c, stepOf(now)-c.back(), last); ok {
		return nil, nil
	}
	if _, ok := key.match(r.gathering, c, last-oldBack, last); ok {
		return problem.On("code", keyOld), nil
	}
	return wrong(), nil
}
