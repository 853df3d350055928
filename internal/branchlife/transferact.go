package branchlife

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// TransferInput is what an action was given; each uses what its line in the table names.
type TransferInput struct {
	Version int // of the case when the form was shown; 0: whatever it is now
	Reason  string
	Letter  string
	Issued  clock.Date
	Until   clock.Date
	Day     clock.Date // from which day on the relation lies in the new place
}

// ActTransfer carries out an action of the table. Receiving changes the directory in the same transaction: the old relation ends on the day on which the new one begins, and with it the posts
// that the member had in the old branch. Errors: NotFound for whom the case is not there, Forbidden, Conflict with the allowed actions, Invalid with the fields.
func (s *Service) ActTransfer(ctx context.Context, id uuid.UUID, action wf.Action, in TransferInput) error {
	r, err := s.role(ctx)
	if err != nil {
		return err
	}
	tr, ok := transferLife.Find(action)
	if !ok {
		return notFound()
	}
	if !r.writes {
		return refusal(authz.From(ctx))
	}
	in.Reason, in.Letter = strings.TrimSpace(in.Reason), strings.TrimSpace(in.Letter)
	if action == Receive {
		return s.receive(ctx, r, id, tr, in)
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		t, rel, err := s.step(ctx, tx, r, id, tr, in)
		if err != nil {
			return err
		}
		return s.take(tx, t, tr, rel, in)
	})
}

// step locks and reads a case and decides whether the caller may take the action.
func (s *Service) step(ctx context.Context, tx *db.Tx, r *role, id uuid.UUID, tr wf.Transition, in TransferInput) (*Transfer, wf.Relation, error) {
	t, err := oneTransfer(tx, id, tx.ForUpdate())
	if err != nil {
		return nil, "", err
	}
	rel := r.relations(&t)
	if len(rel) == 0 {
		return nil, "", notFound()
	}
	mine := slices.IndexFunc(rel, func(x wf.Relation) bool { return slices.Contains(tr.Who, x) })
	if mine < 0 {
		return nil, "", refusal(authz.From(ctx))
	}
	if !slices.Contains(tr.From, t.State) || in.Version != 0 && in.Version != t.Version {
		return nil, "", asProblem(problem.Conflict, "branchlife.err.transfer-state", transferLife.Allowed(t.State, rel, nil))
	}
	return &t, rel[mine], s.checkStep(&t, tr.Action, in)
}

// checkStep refuses what an action was given when it cannot be.
func (s *Service) checkStep(t *Transfer, action wf.Action, in TransferInput) error {
	var c problem.Check
	today := s.today()
	if n := utf8.RuneCountInString(in.Reason); n > maxWords {
		c.Add("reason", "branchlife.err.long", "max", maxWords, "have", n)
	}
	switch action {
	case Release:
		if in.Letter == "" || utf8.RuneCountInString(in.Letter) > maxName {
			c.Add("letter", "branchlife.err.letter")
		}
		if in.Issued.IsZero() || in.Issued.After(today) {
			c.Add("issued", "branchlife.err.issued")
		} else if in.Until.IsZero() || in.Until.Before(today) || in.Until.Sub(in.Issued) > LetterDays {
			c.Add("until", "branchlife.err.until", "day", in.Issued.AddDays(LetterDays))
		}
	case Receive:
		switch {
		case in.Day.IsZero() || in.Day.After(today) || in.Day.Before(t.Issued):
			c.Add("day", "branchlife.err.received", "from", t.Issued)
		case today.After(t.Until):
			c.Add("day", "branchlife.err.letter-over", "day", t.Until)
		}
	case Refuse, SendBack, Withdraw:
		if in.Reason == "" {
			c.Add("reason", "branchlife.err.reason")
		}
	}
	return c.Err()
}

// take writes the action into the case.
func (s *Service) take(tx *db.Tx, t *Transfer, tr wf.Transition, rel wf.Relation, in TransferInput) error {
	step := TransferStep{Action: tr.Action, From: t.State, To: tr.To[0], Relation: rel, Reason: in.Reason, At: s.Clock.Now()}
	t.State = tr.To[0]
	switch tr.Action {
	case Release:
		t.Letter, t.Issued, t.Until = in.Letter, in.Issued, in.Until
		step.Letter, step.Day, step.Until = in.Letter, in.Issued, in.Until
	case Receive:
		t.ReceivedOn, step.Day = in.Day, in.Day
	}
	t.Version++
	step.Seq = t.Version
	if err := updateTransfer(tx, *t); err != nil {
		return err
	}
	return insertStep(tx, t.ID, step)
}

func (s *Service) receive(ctx context.Context, r *role, id uuid.UUID, tr wf.Transition, in TransferInput) error {
	var t Transfer
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		t, err = oneTransfer(tx, id, "")
		return err
	})
	if err != nil {
		return err
	}
	rel := r.relations(&t)
	switch {
	case len(rel) == 0:
		return notFound()
	case !slices.ContainsFunc(rel, func(x wf.Relation) bool { return slices.Contains(tr.Who, x) }):
		return refusal(authz.From(ctx))
	case t.State != Released:
		return asProblem(problem.Conflict, "branchlife.err.transfer-state", transferLife.Allowed(t.State, rel, nil))
	}
	if err := s.checkStep(&t, Receive, in); err != nil {
		return err
	}
	moves, err := s.moves(ctx, &t, in.Day)
	if err != nil {
		return err
	}
	to, err := s.destination(ctx, &t, in.Day)
	if err != nil {
		return err
	}
	moves = append(moves, directory.Membership{Person: t.Person, Organisation: to, Post: directory.Relation, StartReason: directory.TransferredIn, Note: t.Letter, Valid: clock.Interval{From: in.Day}})
	actor := authz.From(ctx)
	sys := authz.System()
	sys.Account = actor.Account // who did it is recorded with the facts
	_, err = s.Directory.Move(authz.With(ctx, sys), moves, func(tx *db.Tx) error {
		now, rel, err := s.step(ctx, tx, r, id, tr, in)
		if err != nil {
			return err
		}
		now.To, now.ToName = to, ""
		return s.take(tx, now, tr, rel, in)
	})
	if p, ok := problem.Of(err); ok && p.Kind == problem.Invalid && len(p.Fields) > 0 && !slices.Contains([]string{"day", "until", "letter", "reason"}, p.Fields[0].Name) {
		return problem.On("day", p.Fields[0].Key, p.Fields[0].Args...) // what the directory refuses is about the day
	}
	return err
}

// moves ends what the member is in the old branch on a day. Conflict when the relation does not lie there any more.
func (s *Service) moves(ctx context.Context, t *Transfer, day clock.Date) ([]directory.Membership, error) {
	held, err := s.Directory.Roster(platform(ctx), directory.RosterQuery{People: []uuid.UUID{t.Person}, Day: day})
	if err != nil {
		return nil, err
	}
	snap, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	here := []uuid.UUID{t.From}
	for _, o := range snap.Under(t.From, directory.BranchGroup) {
		here = append(here, o.ID)
	}
	var out []directory.Membership
	found := false
	for _, h := range held {
		if !slices.Contains(here, h.Organisation) {
			continue
		}
		m := h.Membership
		if h.Post == directory.Relation {
			found = true
		}
		if !m.Valid.From.Before(day) {
			return nil, problem.On("day", "branchlife.err.received-first", "day", m.Valid.From)
		}
		m.Valid.To, m.EndReason = day, directory.TransferredOut
		out = append(out, m)
	}
	if !found {
		return nil, problem.New(problem.Conflict, "branchlife.err.relation-gone")
	}
	return out, nil
}

// destination finds the new organisation, and makes the outside one that only had a name.
func (s *Service) destination(ctx context.Context, t *Transfer, day clock.Date) (uuid.UUID, error) {
	snap, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	if t.To != uuid.Nil {
		if o := snap.Organisation(t.To); o == nil || !o.Valid.Contains(day) && o.Valid.From.After(day) {
			return uuid.Nil, problem.New(problem.Conflict, "branchlife.err.to-gone")
		}
		return t.To, nil
	}
	from := snap.Organisation(t.From)
	if from == nil {
		return uuid.Nil, problem.New(problem.Conflict, "branchlife.err.relation-gone")
	}
	for _, o := range snap.Organisations() {
		if o.Kind == directory.OutsideBranch && o.Name.ZH == t.ToName && o.Division == from.Division {
			return o.ID, nil
		}
	}
	return s.Directory.PutOrganisation(platform(ctx), directory.Organisation{Kind: directory.OutsideBranch, Name: i18n.Name{ZH: t.ToName}, Level: from.Level, Division: from.Division, Valid: clock.Interval{From: day}})
}
