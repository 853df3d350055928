package gathering

import (
	"context"
	"slices"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Who may do what:
//   - organisers of a committee: plan and run everything of their committee;
//   - who leads an organisation on the day (secretary, deputy secretary, branch officer, head, director, convener, group leader): plan and run what it holds;
//   - leaders of the committee: read everything of it;
//   - who is invited: read it once it is published, answer, see their own attendance, and the minutes when they are shown;
//   - who has a decision to carry out: read it and say that it is done;
//   - administrators read, and run nothing in a committee's place; the platform itself may do everything;
//   - staff and leaders of a committee above: figures; everybody: what is marked public, without people.

// leading are the posts whose holders run what their organisation holds.
var leading = []directory.Post{directory.Secretary, directory.DeputySecretary, directory.BranchOfficer, directory.HeadPost, directory.Director, directory.ViceDirector, directory.Convener, directory.GroupLeader}

// asPlatform is a context for questions to the directory after the policy here has decided.
func asPlatform(ctx context.Context) context.Context { return authz.With(ctx, authz.System()) }

// runs tells whether the actor runs what the organisations hold: one of them is enough, a joint gathering is run together.
func (s *Service) runs(ctx context.Context, holders []uuid.UUID) (bool, error) {
	a := authz.From(ctx)
	if a.System {
		return true, nil
	}
	if !a.SignedIn() || len(holders) == 0 {
		return false, nil
	}
	snap, err := s.directory.Snapshot(ctx)
	if err != nil {
		return false, err
	}
	for _, h := range holders {
		if k := snap.CommitteeFor(h); k != nil && a.Has(authz.Organiser, k.ID) {
			return true, nil
		}
	}
	if a.Person == uuid.Nil {
		return false, nil
	}
	held, err := s.directory.Roster(asPlatform(ctx), directory.RosterQuery{Organisations: holders, People: []uuid.UUID{a.Person}, Posts: leading})
	return len(held) > 0, err
}

// Led lists the organisations that the actor leads today, and whose gatherings they therefore run.
func (s *Service) Led(ctx context.Context) ([]uuid.UUID, error) {
	a := authz.From(ctx)
	if !a.SignedIn() {
		return nil, refusal(a)
	}
	if a.Person == uuid.Nil {
		return nil, nil
	}
	held, err := s.directory.Roster(asPlatform(ctx), directory.RosterQuery{People: []uuid.UUID{a.Person}, Posts: leading})
	var out []uuid.UUID
	for _, h := range held {
		if !slices.Contains(out, h.Organisation) {
			out = append(out, h.Organisation)
		}
	}
	return out, err
}

// mayRun refuses whoever does not run what the organisations hold, and tokens that may only read.
func (s *Service) mayRun(ctx context.Context, holders []uuid.UUID) error {
	a := authz.From(ctx)
	ok, err := s.runs(ctx, holders)
	if err != nil {
		return err
	}
	if !ok || !a.System && !a.May(authz.WriteScope) {
		return refusal(a)
	}
	return nil
}

// view is what an actor may see of a gathering.
type view int

const (
	nothing view = iota
	open         // title, time, place, agenda: it is public
	invited      // that, the actor's own part, and the minutes when they are shown
	reading      // everything, names included
	running      // everything, and change it
)

// sees tells what the actor may see.
func (s *Service) sees(ctx context.Context, tx *db.Tx, g *Gathering) (view, error) {
	a := authz.From(ctx)
	if ok, err := s.runs(ctx, g.Holders); err != nil || ok {
		return running, err
	}
	if a.SignedIn() && a.May(authz.ReadScope) {
		if a.IsAdmin() || a.Has(authz.Leader, g.Committee) {
			return reading, nil
		}
		if a.Person != uuid.Nil && g.State != Planned {
			n, err := db.One(tx, db.ScanInt, `SELECT (SELECT COUNT(*) FROM gathering_invitee WHERE gathering_id = ? AND person_id = ?) + (SELECT COUNT(*) FROM gathering_attendance WHERE gathering_id = ? AND person_id = ?)
				+ (SELECT COUNT(*) FROM gathering_decision WHERE gathering_id = ? AND owner_id = ? AND dropped = 0)`, g.ID, a.Person, g.ID, a.Person, g.ID, a.Person)
			if err != nil || n > 0 {
				return invited, err
			}
		}
	}
	if g.Public && g.State != Planned {
		return open, nil
	}
	return nothing, nil
}

func refusal(a authz.Actor) error {
	if !a.SignedIn() && !a.System {
		return problem.New(problem.SignIn, "problem.sign-in")
	}
	return problem.New(problem.Forbidden, "problem.forbidden")
}

func hidden(a authz.Actor) error {
	if !a.SignedIn() {
		return problem.New(problem.SignIn, "problem.sign-in")
	}
	return problem.New(problem.NotFound, "problem.not-found")
}
