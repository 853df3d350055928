package branchlife

import (
	"context"
	"slices"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// LetterDays is how long an official letter is valid at most: three months, counted as ninety days (《中国共产党党员教育管理工作条例》).
const LetterDays = 90

// Transfer is the case of one member's relation on its way from one Party organisation to another.
type Transfer struct {
	ID            uuid.UUID
	Person        uuid.UUID
	From, To      uuid.UUID // To is nil UUID while it is an outside organisation that is not known yet
	ToName        string    // of such an organisation
	FromCommittee uuid.UUID // nil UUID outside the assembly
	ToCommittee   uuid.UUID
	State         wf.State
	Letter        string // number of the official letter
	Issued        clock.Date
	Until         clock.Date // the last day on which it is valid
	ReceivedOn    clock.Date // the relation lies there from this day on
	Created       time.Time
	Version       int
	Name          string // of the person, for whoever may see the case
	Steps         []TransferStep
	Actions       []wf.Transition // what the caller may do now
}

// Open tells whether it still goes on.
func (t *Transfer) Open() bool { return !slices.Contains(transferLife.Final, t.State) }

// TransferStep is one line of the timeline.
type TransferStep struct {
	Seq      int
	Action   wf.Action
	From, To wf.State
	Relation wf.Relation
	Reason   string
	Letter   string
	Day      clock.Date // issued, or received on
	Until    clock.Date
	At       time.Time
}

// role is what the caller is to transfers: which organisations they speak for, of which committees they are organiser.
type role struct {
	system     bool
	person     uuid.UUID
	heads      []uuid.UUID
	committees []uuid.UUID
	writes     bool
}

func (s *Service) role(ctx context.Context) (*role, error) {
	st, err := s.stand(ctx)
	if err != nil {
		return nil, err
	}
	out := &role{system: st.system, person: st.actor.Person, committees: st.actor.Places(authz.Organiser), writes: writes(st.actor)}
	for o, posts := range st.posts {
		if slices.ContainsFunc(posts, func(p directory.Post) bool { return slices.Contains(heads(), p) }) {
			out.heads = append(out.heads, o)
		}
	}
	slices.SortFunc(out.heads, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	return out, nil
}

// relations tells what the caller is to a case; nothing means that it is not there for them. An organisation outside has nobody here: the assembly's side acts on its letter.
func (r *role) relations(t *Transfer) (out []wf.Relation) {
	if r.system {
		return []wf.Relation{IsPerson, IsSender, IsReceiver, IsRule}
	}
	organises := func(k uuid.UUID) bool { return k != uuid.Nil && slices.Contains(r.committees, k) }
	if t.Person == r.person && r.person != uuid.Nil {
		out = append(out, IsPerson)
	}
	if slices.Contains(r.heads, t.From) || organises(t.FromCommittee) || t.FromCommittee == uuid.Nil && organises(t.ToCommittee) {
		out = append(out, IsSender)
	}
	if t.To != uuid.Nil && slices.Contains(r.heads, t.To) || organises(t.ToCommittee) || t.ToCommittee == uuid.Nil && organises(t.FromCommittee) {
		out = append(out, IsReceiver)
	}
	return out
}

// where is the same rule in SQL, for lists.
func (r *role) where() (string, []any) {
	if r.system {
		return `1 = 1`, nil
	}
	text, args := `1 = 0`, []any{}
	if r.person != uuid.Nil {
		text, args = `person_id = ?`, append(args, r.person)
	}
	for _, x := range []struct {
		columns []string
		ids     []uuid.UUID
	}{{[]string{"from_id", "to_id"}, r.heads}, {[]string{"from_committee", "to_committee"}, r.committees}} {
		if len(x.ids) == 0 {
			continue
		}
		for _, c := range x.columns {
			in, values := db.List(x.ids)
			text, args = text+` OR `+c+` IN (`+in+`)`, append(args, values...)
		}
	}
	return `(` + text + `)`, args
}

// Transfers lists the cases that the caller may see, those that go on first, then the newest, at most 200. Errors: SignIn, Forbidden.
func (s *Service) Transfers(ctx context.Context) ([]Transfer, error) {
	r, err := s.role(ctx)
	if err != nil {
		return nil, err
	}
	var out []Transfer
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		where, args := r.where()
		out, err = db.All(tx, scanTransfer, `SELECT `+transferColumns+` FROM branchlife_transfer WHERE `+where+`
			ORDER BY CASE WHEN state IN ('asked', 'released', 'expired') THEN 0 ELSE 1 END, created DESC, id DESC LIMIT 200`, args...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, s.present(ctx, r, out)
}

// present adds names and what the caller may do.
func (s *Service) present(ctx context.Context, r *role, list []Transfer) error {
	people := make([]uuid.UUID, len(list))
	for i := range list {
		people[i] = list[i].Person
	}
	names, err := s.Directory.Names(platform(ctx), people)
	for i := range list {
		list[i].Name = names[list[i].Person]
		if r.writes {
			list[i].Actions = transferLife.Allowed(list[i].State, r.relations(&list[i]), nil)
			list[i].Actions = slices.DeleteFunc(list[i].Actions, func(t wf.Transition) bool { return t.Quiet })
		}
	}
	return err
}

// Transfer is one case with its timeline, for the person, the secretaries of both sides and their organisers; for nobody else it is there. Errors: SignIn, NotFound.
func (s *Service) Transfer(ctx context.Context, id uuid.UUID) (*Transfer, error) {
	r, err := s.role(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]Transfer, 1)
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if list[0], err = oneTransfer(tx, id, ""); err != nil {
			return err
		}
		if len(r.relations(&list[0])) == 0 {
			return notFound()
		}
		list[0].Steps, err = transferSteps(tx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &list[0], s.present(ctx, r, list)
}

// Lapsed counts the cases whose letter has expired or expires within a week and for which the caller's side is responsible.
func (s *Service) Lapsed(ctx context.Context) ([]Transfer, error) {
	list, err := s.Transfers(ctx)
	if err != nil {
		return nil, err
	}
	r, err := s.role(ctx)
	if err != nil {
		return nil, err
	}
	soon := s.today().AddDays(7)
	return slices.DeleteFunc(list, func(t Transfer) bool {
		mine := slices.Contains(r.relations(&t), IsSender)
		return !mine || t.State != Expired && (t.State != Released || t.Until.After(soon))
	}), nil
}

func asProblem(kind problem.Kind, key string, allowed []wf.Transition) error {
	p := problem.New(kind, key)
	for _, t := range allowed {
		p.Allowed = append(p.Allowed, string(t.Action))
	}
	return p
}
