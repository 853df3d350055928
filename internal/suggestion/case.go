package suggestion

import (
	"context"
	"slices"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// Case is a matter with its timeline, cut to what its reader may see.
type Case struct {
	Suggestion
	Timeline  []Step
	Tasks     []Task   // all rounds, oldest first; for the public only parts and their states
	Authors   []Author // empty for the public
	Files     []File
	Original  bool // the text as it came is kept, and staff may look at it (Service.Look)
	Level     Level
	Began     uuid.UUID // where the reader's own thread began, when that matter was merged into this one
	Relations []wf.Relation
	Actions   []wf.Transition // what the reader may do now
	parties   []party
}

// Current lists the parts of the present round.
func (c *Case) Current() []Task {
	var out []Task
	for _, t := range c.Tasks {
		if t.Round == c.Round {
			out = append(out, t)
		}
	}
	return out
}

// May tells whether the reader may take the action now.
func (c *Case) May(a wf.Action) bool {
	return slices.ContainsFunc(c.Actions, func(t wf.Transition) bool { return t.Action == a })
}

// Is tells whether the reader has the relation.
func (c *Case) Is(r wf.Relation) bool { return slices.Contains(c.Relations, r) }

// load reads what decisions need: the row (locked in a write), its parts, people and parties; not the timeline.
func load(tx *db.Tx, ref string, lock bool) (*Case, error) {
	s, err := find(tx, ref, lock)
	if err != nil {
		return nil, err
	}
	c := &Case{Suggestion: s}
	if c.State != Draft && c.State != Raised {
		if c.Tasks, err = readTasks(tx, s.ID); err != nil {
			return nil, err
		}
		if c.parties, err = readParties(tx, s.ID); err != nil {
			return nil, err
		}
	}
	c.Authors, err = readAuthors(tx, s.ID)
	return c, err
}

// Get returns a matter by its number or id with everything that the caller may read of it; NotFound when that is nothing.
func (s *Service) Get(ctx context.Context, ref string) (*Case, error) {
	v := viewerOf(ctx)
	var c *Case
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		var err error
		c, err = s.get(tx, v, ref)
		return err
	})
	return c, err
}

func (s *Service) get(tx *db.Tx, v viewer, ref string) (*Case, error) {
	row, err := find(tx, ref, false)
	if err != nil {
		return nil, err
	}
	c := &Case{Suggestion: row}
	if c.State != Draft && c.State != Raised {
		if c.Tasks, err = readTasks(tx, row.ID); err != nil {
			return nil, err
		}
	}
	if v.SignedIn() || v.code != uuid.Nil || v.System { // the public has no part in it, whoever they are
		if c.Authors, err = readAuthors(tx, row.ID); err != nil {
			return nil, err
		}
		if c.parties, err = readParties(tx, row.ID); err != nil {
			return nil, err
		}
	}
	c.Level = v.level(c)
	if a := v.author(c); a != nil && a.RaisedIn != c.ID {
		c.Began = a.RaisedIn
	}
	if err := maySee(c.Level); err != nil {
		return nil, err
	}
	if c.Level == PublicLevel && c.MergedInto != uuid.Nil {
		if into, err := find(tx, c.MergedInto.String(), false); err != nil || !into.Public {
			c.MergedInto = uuid.Nil
		}
	}
	if c.Timeline, err = readSteps(tx, row.ID); err != nil {
		return nil, err
	}
	if c.Files, err = readFiles(tx, row.ID); err != nil {
		return nil, err
	}
	if c.Level == StaffLevel {
		kept, err := db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM suggestion_original WHERE suggestion_id = ?`, row.ID)
		if err != nil {
			return nil, err
		}
		c.Original = kept > 0
	}
	c.Relations = v.relations(c)
	c.Actions = c.allowed(v)
	c.hideDrafts(v)
	c.cut(v)
	c.maskSteps()
	return c, nil
}

// cut takes away what is not for the reader. What an author said stays readable for them wherever their thread is.
func (c *Case) cut(v viewer) {
	me := uuid.Nil
	if a := v.author(c); a != nil {
		me = a.ID
	}
	c.Timeline = slices.DeleteFunc(c.Timeline, func(s Step) bool {
		return !c.Level.reads(s.Audience) && (me == uuid.Nil || s.Details.Author != me)
	})
	c.Files = slices.DeleteFunc(c.Files, func(f File) bool { return !c.Level.reads(f.Audience) })
	if c.Level < StaffLevel {
		for i := range c.Timeline {
			c.Timeline[i].Account, c.Timeline[i].Details.Author = uuid.Nil, uuid.Nil
		}
	}
	if c.Level < PartyLevel {
		c.Authors = nil
		for i := range c.Tasks {
			t := &c.Tasks[i]
			if t.State != TaskDone || !t.Part.Answers() { // an answer is public once it counts as the reply
				t.Answer, t.AnswerNumber, t.Class, t.Promised = "", "", "", clock.Date{}
			}
			t.TimeAsked, t.TimeAnswer = clock.Date{}, ""
		}
	}
}

// allowed lists what the viewer may do now, after the rules that depend on more than the table.
func (c *Case) allowed(v viewer) []wf.Transition {
	rel := v.relations(c)
	if len(rel) == 0 {
		return nil
	}
	if !v.May(authz.WriteScope) {
		return nil
	}
	return slices.DeleteFunc(life.Allowed(c.State, rel, v.mine(c)), func(t wf.Transition) bool {
		return t.Quiet || !c.guard(v, rel, t.Action)
	})
}
