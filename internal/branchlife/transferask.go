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
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Ask is what a transfer begins with. ToName stands for an outside organisation that the directory does not know yet. NoPost says that the member has no post with another
// employer, which a transfer from outside into a branch of the office line asks for.
type Ask struct {
	Person uuid.UUID
	To     uuid.UUID
	ToName string
	NoPost bool
	Reason string
}

const maxName = 100

// AskTransfer begins a case; for the person, the secretaries of both sides and the organisers of their committees. A relation goes to a branch of the office line or to an
// organisation outside, never to a members' branch. Errors: Invalid with the fields, Conflict while another case of the person goes on.
func (s *Service) AskTransfer(ctx context.Context, a Ask) (uuid.UUID, error) {
	r, err := s.role(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	if !r.writes {
		return uuid.Nil, refusal(authz.From(ctx))
	}
	a.ToName, a.Reason = strings.TrimSpace(a.ToName), strings.TrimSpace(a.Reason)
	t := Transfer{Person: a.Person, To: a.To, ToName: a.ToName, State: Asked, Created: s.Clock.Now(), Version: 1}
	posts, snap, err := s.postsOf(ctx, a.Person)
	if err != nil {
		return uuid.Nil, err
	}
	for _, h := range posts {
		if h.Post == directory.Relation {
			t.From = h.Organisation
		}
	}
	t.FromCommittee, t.ToCommittee = committeeOf(snap, t.From), committeeOf(snap, t.To)
	if len(r.relations(&t)) == 0 { // whose relation lies where is told to nobody else
		return uuid.Nil, refusal(authz.From(ctx))
	}
	if err := s.checkAsk(ctx, snap, a, t, posts); err != nil {
		return uuid.Nil, err
	}
	if t.ID, err = newID(); err != nil {
		return uuid.Nil, err
	}
	if t.To != uuid.Nil {
		t.ToName = ""
	}
	return t.ID, s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := lock(tx); err != nil {
			return err
		}
		open, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM branchlife_transfer WHERE person_id = ? AND state IN ('asked', 'released', 'expired')`, t.Person)
		if err != nil {
			return err
		}
		if open > 0 {
			return problem.New(problem.Conflict, "branchlife.err.transfer-open")
		}
		if err := insertTransfer(tx, t); err != nil {
			return err
		}
		return insertStep(tx, t.ID, TransferStep{Seq: 1, Action: askAction, To: Asked, Relation: r.relations(&t)[0], Reason: a.Reason, At: t.Created})
	})
}

func committeeOf(snap *directory.Snapshot, organisation uuid.UUID) uuid.UUID {
	if k := snap.CommitteeFor(organisation); k != nil {
		return k.ID
	}
	return uuid.Nil
}

// postsOf reads what a person is today.
func (s *Service) postsOf(ctx context.Context, person uuid.UUID) ([]directory.Holding, *directory.Snapshot, error) {
	snap, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return nil, nil, err
	}
	if person == uuid.Nil {
		return nil, snap, nil
	}
	posts, err := s.Directory.Roster(platform(ctx), directory.RosterQuery{People: []uuid.UUID{person}})
	return posts, snap, err
}

func (s *Service) checkAsk(ctx context.Context, snap *directory.Snapshot, a Ask, t Transfer, posts []directory.Holding) error {
	var c problem.Check
	if n := utf8.RuneCountInString(a.Reason); n > maxWords {
		c.Add("reason", "branchlife.err.long", "max", maxWords, "have", n)
	}
	if n := utf8.RuneCountInString(a.ToName); n > maxName {
		c.Add("to_name", "branchlife.err.long", "max", maxName, "have", n)
	}
	known, err := s.Directory.Affiliations(platform(ctx), []uuid.UUID{a.Person}, clock.Date{})
	if err != nil {
		return err
	}
	isCPC := slices.ContainsFunc(known[a.Person], func(x directory.Affiliation) bool { return x.Party == directory.CPC })
	switch {
	case a.Person == uuid.Nil || !isCPC:
		c.Add("person", "branchlife.err.not-cpc")
	case t.From == uuid.Nil:
		c.Add("person", "branchlife.err.no-relation")
	}
	from, to := snap.Organisation(t.From), snap.Organisation(a.To)
	switch {
	case a.To == uuid.Nil && a.ToName == "":
		c.Add("where", "branchlife.err.where")
	case a.To == uuid.Nil:
		if from != nil && from.Kind == directory.OutsideBranch {
			c.Add("where", "branchlife.err.outside-both")
		}
	case to == nil:
		c.Add("where", "branchlife.err.where")
	case to.Kind == directory.MembersBranch:
		c.Add("where", "branchlife.err.members-branch")
	case to.Kind == directory.TemporaryBranch:
		c.Add("where", "branchlife.err.temporary-branch")
	case to.Kind != directory.Branch && to.Kind != directory.OutsideBranch:
		c.Add("where", "branchlife.err.where")
	case a.To == t.From:
		c.Add("where", "branchlife.err.same")
	case to.Kind == directory.OutsideBranch && from != nil && from.Kind == directory.OutsideBranch:
		c.Add("where", "branchlife.err.outside-both")
	case to.Kind == directory.Branch && from != nil && from.Kind == directory.OutsideBranch:
		employed := slices.ContainsFunc(posts, func(h directory.Holding) bool {
			o := snap.Organisation(h.Organisation)
			return o != nil && (o.Kind == directory.Department || o.Kind == directory.Office)
		})
		if employed || !a.NoPost {
			c.Add("no_post", "branchlife.err.post-elsewhere")
		}
	}
	return c.Err()
}
