package suggestion

import (
	"context"
	"slices"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/problem"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// Level is how much of a matter somebody may read.
type Level int

// The levels. Public reads public steps of public matters; a party (an author, a handling department, a committee that passed it on) also what is
// for the parties; staff of the owning committee everything. Another committee's staff, at whatever level, reads what the public reads; so do an author
// whose matter was merged into this one and a member who may take up a resident's message, also while it is not public.
const (
	Nothing Level = iota
	PublicLevel
	PartyLevel
	StaffLevel
)

type codeKey struct{}

// ByCode marks the context as coming from the holder of the tracking code of this author; see Service.Track.
func ByCode(ctx context.Context, author uuid.UUID) context.Context {
	return context.WithValue(ctx, codeKey{}, author)
}

func codeOf(ctx context.Context) uuid.UUID {
	u, _ := ctx.Value(codeKey{}).(uuid.UUID)
	return u
}

// viewer is who looks or acts: an account, the holder of a code, or the platform by a rule.
type viewer struct {
	authz.Actor
	code uuid.UUID
}

func viewerOf(ctx context.Context) viewer {
	return viewer{Actor: authz.From(ctx), code: codeOf(ctx)}
}

// isAuthor: the account or the code stands among the people who raised or took up the matter.
func (v viewer) isAuthor(c *Case) bool { return v.author(c) != nil }

// author finds the viewer among the authors, as one who began here before one whose thread was merged in.
func (v viewer) author(c *Case) *Author {
	var found *Author
	for i := range c.Authors {
		a := &c.Authors[i]
		if (v.SignedIn() && a.Account == v.Account) || (v.code != uuid.Nil && a.ID == v.code) {
			if a.RaisedIn == c.ID {
				return a
			}
			found = a
		}
	}
	return found
}

// began: the viewer is an author who raised or took up this very matter. Those whose matters were merged into it read the outcome, are heard and
// may add to it; they do not decide for the others, and what its own authors and departments say to each other is not for them.
func (v viewer) began(c *Case) bool {
	a := v.author(c)
	return a != nil && a.RaisedIn == c.ID
}

// waitsForMember: a resident's message that a member of the committee may take up. A member reads of it what everybody would read if it were
// public; a resident who does not wish that is heard by staff only.
func (c *Case) waitsForMember() bool {
	return c.Kind == Message && c.State == Raised && c.Queued == "" && c.PublicWish
}

// relations tells what the viewer is to the matter.
func (v viewer) relations(c *Case) []wf.Relation {
	var out []wf.Relation
	add := func(is bool, r wf.Relation) {
		if is && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	add(v.isAuthor(c), IsAuthor)
	if v.System {
		add(true, IsRule)
	}
	if v.SignedIn() {
		add(v.Has(authz.Member, c.Committee), IsMember)
		add(v.Has(authz.Reviewer, c.Committee), IsReviewer)
		add(v.Has(authz.Dispatcher, c.Committee), IsDispatcher)
		add(v.Has(authz.Editor, c.Committee), IsEditor)
		add(c.State == AtOffice && v.HasAny(c.Office, authz.Clerk, authz.Head), IsOffice)
		for _, t := range c.Tasks {
			if t.Round != c.Round || t.State == TaskReturned || t.State == Ended {
				continue
			}
			if t.Part.Answers() {
				add(v.Has(authz.Clerk, t.Department), IsClerk)
				add(v.Has(authz.Head, t.Department), IsHead)
			} else {
				add(v.HasAny(t.Department, authz.Clerk, authz.Head), IsHelper)
			}
		}
	}
	return out
}

// mine lists the states of the parts that the viewer works on.
func (v viewer) mine(c *Case) []wf.TaskState {
	var out []wf.TaskState
	for _, t := range c.Tasks {
		if t.Round == c.Round && v.HasAny(t.Department, authz.Clerk, authz.Head) {
			out = append(out, t.State)
		}
	}
	return out
}

// level tells how much of the matter the viewer may read.
func (v viewer) level(c *Case) Level {
	if c.RaisedAt.IsZero() && !v.System && !v.isAuthor(c) { // nobody was asked to read it yet
		return Nothing
	}
	if v.System || v.IsAdmin() || v.HasAny(c.Committee, authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Leader) {
		return StaffLevel
	}
	if v.began(c) {
		return PartyLevel
	}
	for _, p := range c.parties {
		switch p.Part {
		case partDepartment, partOffice:
			if v.HasAny(p.Organisation, authz.Clerk, authz.Head) {
				return PartyLevel
			}
		case partFormer:
			if v.HasAny(p.Organisation, authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Leader) {
				return PartyLevel
			}
		}
	}
	if c.Public && c.State != Draft || v.isAuthor(c) || c.waitsForMember() && v.Has(authz.Member, c.Committee) {
		return PublicLevel
	}
	return Nothing
}

// The parts of organisations in a matter.
const (
	partDepartment = "department"
	partOffice     = "office"
	partFormer     = "former"
	partSponsor    = "sponsor"
)

func (l Level) reads(a wf.Audience) bool {
	switch a {
	case wf.ToPublic:
		return l >= PublicLevel
	case wf.ToParties:
		return l >= PartyLevel
	}
	return l >= StaffLevel
}

// maySee refuses with NotFound: whether a matter that is not public exists is nobody's business.
func maySee(l Level) error {
	if l == Nothing {
		return problem.New(problem.NotFound, "problem.not-found")
	}
	return nil
}

// staffOf refuses whoever is not staff of the committee.
func staffOf(v viewer, committee uuid.UUID) error {
	if v.System || v.IsAdmin() || v.HasAny(committee, authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Leader) {
		return nil
	}
	return refused(v)
}

func refused(v viewer) error {
	if !v.SignedIn() {
		return problem.New(problem.SignIn, "problem.sign-in")
	}
	return problem.New(problem.Forbidden, "problem.forbidden")
}

// staffWhere is the condition on rows of suggestion that level calls StaffLevel, and its arguments; false when there is none.
func (v viewer) staffWhere() (string, []any, bool) {
	if v.System || v.IsAdmin() {
		return "1 = 1", nil, true
	}
	places := v.Places(authz.Reviewer, authz.Dispatcher, authz.Editor, authz.Leader)
	if len(places) == 0 {
		return "", nil, false
	}
	return in("committee_id", places)
}
