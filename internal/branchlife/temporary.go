package branchlife

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/i18n"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Purpose is what a temporary branch is set up for.
type Purpose string

// The purposes.
const (
	ForSession    Purpose = "session"    // 会议
	ForVisit      Purpose = "visit"      // 视察考察
	ForTraining   Purpose = "training"   // 培训
	ForDelegation Purpose = "delegation" // 出访团组
)

// Purposes lists them in the order in which screens show them.
func Purposes() []Purpose { return []Purpose{ForSession, ForVisit, ForTraining, ForDelegation} }

// Temporary is a branch set up for a time. Relations do not move; its officers are appointed by the organisation that approved it, not elected; no dues, admissions, discipline or
// elections take place in it.
type Temporary struct {
	ID        uuid.UUID // the organisation
	Name      string
	Committee uuid.UUID
	Approver  uuid.UUID
	Purpose   Purpose
	Letter    string // number of the approval
	From      clock.Date
	Last      clock.Date // its last day
	Dissolved time.Time  // when it was found to be over; zero before
	Created   time.Time
	Version   int
	Changes   []TemporaryChange
	People    int
	Runs      bool // the caller may extend and end it
}

// TemporaryChange is an extension or an early end, with its reason.
type TemporaryChange struct {
	Was, Last clock.Date
	Reason    string
	At        time.Time
}

// SetUp is what a temporary branch is set up with. Officers and members are placed in it from the first to the last day.
type SetUp struct {
	Name     string
	Approver uuid.UUID
	Purpose  Purpose
	Letter   string
	From     clock.Date
	Last     clock.Date
	Officers map[uuid.UUID]directory.Post // secretary, deputy secretary, branch officer
	Members  []uuid.UUID
}

const (
	temporaryMost  = 366 // days
	temporaryLeast = 3   // people
)

// approves lists the kinds of organisation that approve a temporary branch.
func approves(k directory.Kind) bool {
	return slices.Contains(directory.TemporaryBranch.Parents(), k)
}

// MayApprove lists the organisations for which the caller sets up temporary branches: those whose secretary they are, and all of an organiser's committee.
func (s *Service) MayApprove(ctx context.Context) ([]*directory.Organisation, error) {
	st, err := s.stand(ctx)
	if err != nil {
		return nil, err
	}
	var out []*directory.Organisation
	for _, o := range st.snap.Organisations() {
		if approves(o.Kind) && st.approves(o) {
			out = append(out, o)
		}
	}
	return out, nil
}

func (st *caller) approves(o *directory.Organisation) bool {
	if st.system {
		return true
	}
	k := st.snap.CommitteeFor(o.ID)
	return writes(st.actor) && (k != nil && st.actor.Has(authz.Organiser, k.ID) || slices.ContainsFunc(st.posts[o.ID], func(p directory.Post) bool { return slices.Contains(heads(), p) }))
}

// SetUp makes a temporary branch with its officers and members, all or nothing; for whoever speaks for the approving organisation. Errors: Invalid with the fields, Forbidden.
func (s *Service) SetUp(ctx context.Context, in SetUp) (uuid.UUID, error) {
	st, err := s.stand(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	above := st.snap.Organisation(in.Approver)
	if above == nil || !approves(above.Kind) {
		if !writes(st.actor) {
			return uuid.Nil, refusal(st.actor)
		}
		return uuid.Nil, problem.On("approver", "branchlife.err.approver")
	}
	if !st.approves(above) {
		return uuid.Nil, refusal(st.actor)
	}
	in.Name, in.Letter = strings.TrimSpace(in.Name), strings.TrimSpace(in.Letter)
	if err := s.checkSetUp(ctx, in); err != nil {
		return uuid.Nil, err
	}
	valid := clock.Interval{From: in.From, To: in.Last.AddDays(1)}
	o := directory.Organisation{Kind: directory.TemporaryBranch, Name: i18n.Name{ZH: in.Name}, Level: above.Level, Division: above.Division, Parent: above.ID, Valid: valid}
	sys := actingFor(ctx)
	if o.ID, err = s.Directory.PutOrganisation(sys, o); err != nil {
		return uuid.Nil, err
	}
	var list []directory.Membership
	for _, p := range in.Members {
		list = append(list, directory.Membership{Person: p, Organisation: o.ID, Post: directory.Participant, StartReason: directory.Appointed, Valid: valid})
	}
	for p, post := range in.Officers {
		list = append(list, directory.Membership{Person: p, Organisation: o.ID, Post: post, StartReason: directory.Appointed, Valid: valid})
	}
	slices.SortStableFunc(list, func(a, b directory.Membership) int {
		return cmp.Or(slices.Compare(a.Person[:], b.Person[:]), cmp.Compare(a.Post, b.Post))
	})
	committee := committeeOf(st.snap, above.ID)
	_, err = s.Directory.Move(sys, list, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO branchlife_temporary (organisation_id, committee_id, approver_id, purpose, letter, valid_from, last_day, created, created_by, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)`,
			o.ID, idText(committee), above.ID, string(in.Purpose), in.Letter, in.From.String(), in.Last.String(), s.Clock.Now(), by(tx))
		return err
	})
	if err != nil { // nobody can be placed in it: it ends before it began
		o.Valid.To = o.Valid.From.AddDays(1)
		if _, undo := s.Directory.PutOrganisation(sys, o); undo != nil {
			return uuid.Nil, undo
		}
		if p, ok := problem.Of(err); ok && p.Kind == problem.Invalid && len(p.Fields) > 0 {
			return uuid.Nil, problem.On("members", p.Fields[0].Key, p.Fields[0].Args...)
		}
		return uuid.Nil, err
	}
	return o.ID, nil
}

// actingFor is the platform acting for the caller: what it records in the directory names their account.
func actingFor(ctx context.Context) context.Context {
	sys := authz.System()
	sys.Account = authz.From(ctx).Account
	return authz.With(ctx, sys)
}

func (s *Service) checkSetUp(ctx context.Context, in SetUp) error {
	var c problem.Check
	if n := utf8.RuneCountInString(in.Name); n == 0 || n > maxName {
		c.Add("name", "branchlife.err.temporary-name", "max", maxName)
	}
	if !slices.Contains(Purposes(), in.Purpose) {
		c.Add("purpose", "branchlife.err.purpose")
	}
	if n := utf8.RuneCountInString(in.Letter); n > maxName {
		c.Add("letter", "branchlife.err.long", "max", maxName, "have", n)
	}
	switch {
	case in.From.IsZero():
		c.Add("from", "branchlife.err.day")
	case in.Last.Before(in.From):
		c.Add("last", "branchlife.err.to")
	case in.Last.Sub(in.From) >= temporaryMost:
		c.Add("last", "branchlife.err.temporary-long", "max", temporaryMost)
	case in.Last.Before(s.today()):
		c.Add("last", "branchlife.err.temporary-past")
	}
	secretaries := 0
	for _, post := range in.Officers {
		switch post {
		case directory.Secretary:
			secretaries++
		case directory.DeputySecretary, directory.BranchOfficer:
		default:
			c.Add("secretary", "branchlife.err.secretary")
		}
	}
	if secretaries != 1 {
		c.Add("secretary", "branchlife.err.secretary")
	}
	people := slices.Clone(in.Members)
	for p := range in.Officers {
		people = append(people, p)
	}
	slices.SortFunc(people, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	people = slices.Compact(people)
	if len(people) < temporaryLeast {
		c.Add("members", "branchlife.err.temporary-few", "least", temporaryLeast)
	}
	if err := c.Err(); err != nil {
		return err
	}
	offered, err := s.Placeable(platform(ctx), in.Approver)
	if err != nil {
		return err
	}
	for _, p := range people {
		if !slices.ContainsFunc(offered, func(x directory.Holding) bool { return x.Person == p }) {
			return problem.On("members", "branchlife.err.not-here")
		}
	}
	return nil
}

// Placeable lists the CPC members of the committee of an organisation who can be placed in a temporary branch that it approves, each once, by name; for whoever approves.
func (s *Service) Placeable(ctx context.Context, approver uuid.UUID) ([]directory.Holding, error) {
	st, err := s.stand(ctx)
	if err != nil {
		return nil, err
	}
	above := st.snap.Organisation(approver)
	if above == nil || !approves(above.Kind) {
		return nil, notFound()
	}
	if !st.approves(above) {
		return nil, refusal(st.actor)
	}
	k := st.snap.CommitteeFor(approver)
	if k == nil {
		return nil, notFound()
	}
	ask := []uuid.UUID{k.ID}
	for _, o := range partyOf(st.snap, k.ID) {
		ask = append(ask, o.ID)
	}
	held, err := s.Directory.Roster(platform(ctx), directory.RosterQuery{Organisations: ask})
	if err != nil {
		return nil, err
	}
	var people []uuid.UUID
	seen := map[uuid.UUID]bool{}
	held = slices.DeleteFunc(held, func(h directory.Holding) bool {
		twice := seen[h.Person]
		seen[h.Person] = true
		if !twice {
			people = append(people, h.Person)
		}
		return twice
	})
	known, err := s.Directory.Affiliations(platform(ctx), people, clock.Date{})
	if err != nil {
		return nil, err
	}
	held = slices.DeleteFunc(held, func(h directory.Holding) bool {
		return !slices.ContainsFunc(known[h.Person], func(a directory.Affiliation) bool { return a.Party == directory.CPC })
	})
	slices.SortStableFunc(held, func(a, b directory.Holding) int { return cmp.Compare(a.Name, b.Name) })
	return held, nil
}
