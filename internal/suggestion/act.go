package suggestion

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// ActInput is what an action was given; each action uses what its line in the table names.
type ActInput struct {
	Version    int // of the matter when the form was shown; 0: whatever it is now
	Reason     string
	Text       string
	Public     *bool
	Field      uuid.UUID
	Division   uuid.UUID
	Into       string // number of the matter that this one is merged into
	Committee  uuid.UUID
	Office     uuid.UUID
	Department uuid.UUID
	Team       []TeamPart
	Due        clock.Date
	Until      clock.Date
	Day        clock.Date
	Promised   clock.Date
	Letter     string
	Class      string
	How        string
	Rating     Rating
	Target     string
	Title      string
	Body       string
	Files      []File // stored already
}

// move is one action while it is carried out.
type move struct {
	s      *Service
	tx     *db.Tx
	v      viewer
	c      *Case
	tr     wf.Transition
	in     ActInput
	snap   *directory.Snapshot
	rules  Rules
	cal    *clock.Calendar
	now    time.Time
	today  clock.Date
	rel    []wf.Relation
	step   *Step
	wasPub bool
	text   bool // the searchable text changed
}

// Act carries out an action of the table on a matter. It reads, decides and writes in one transaction with the row locked. Errors:
// NotFound when the caller may not read it, Forbidden or SignIn when the action is not theirs, Conflict with the allowed actions when the
// state does not permit it or somebody else was faster (Version), Invalid with the fields. A second click on the same button is answered like the first.
func (s *Service) Act(ctx context.Context, ref string, action wf.Action, in ActInput) (*Case, error) {
	tr, ok := life.Find(action)
	if !ok || tr.Quiet {
		return nil, problem.New(problem.NotFound, "suggestion.err.no-action", "action", string(action))
	}
	v := viewerOf(ctx)
	snap, err := s.Directory.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	cal, err := s.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	if err := checkTexts(in); err != nil {
		return nil, err
	}
	// The rules of every committee are warm before the write begins, so that the one writer never waits for a read.
	if _, err := s.Rules(ctx, uuid.Nil); err != nil {
		return nil, err
	}
	var c *Case
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		m := &move{s: s, tx: tx, v: v, tr: tr, in: in, snap: snap, cal: cal, now: s.Clock.Now()}
		m.today = clock.DateOf(m.now)
		var err error
		if m.c, err = load(tx, ref, true); err != nil {
			return err
		}
		c = m.c
		return m.do(tx.Ctx())
	})
	if err == errSecondClick {
		err = nil
	}
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, c.ID.String())
}

// errSecondClick ends a transaction in which there was nothing left to do.
var errSecondClick = fmt.Errorf("second click")

func (m *move) do(ctx context.Context) error {
	c := m.c
	if err := maySee(m.v.level(c)); err != nil {
		return err
	}
	m.rel = m.v.relations(c)
	if m.in.Version != 0 && m.in.Version != c.Version {
		if m.secondClick() {
			return errSecondClick
		}
		return m.conflict("problem.conflict")
	}
	if err := m.permitted(); err != nil {
		return err
	}
	if err := m.checkInputs(); err != nil {
		return err
	}
	var err error
	if m.rules, err = m.s.Rules(ctx, c.Committee); err != nil {
		return err
	}
	id, err := newID()
	if err != nil {
		return err
	}
	m.step = &Step{ID: id, Seq: c.Steps + 1, Action: m.tr.Action, From: c.State, Round: c.Round, At: m.now, Account: m.v.Account, Relation: m.relation(),
		Reason: strings.TrimSpace(m.in.Reason), Audience: m.tr.Audience}
	m.step.Office = m.office()
	if a := m.v.author(c); a != nil && m.step.Relation == IsAuthor {
		m.step.Details.Author = a.ID
	}
	m.wasPub = c.Public
	c.UpdatedAt = m.now
	effect, ok := effects[m.tr.Action]
	if !ok {
		return fmt.Errorf("action %s has no effect", m.tr.Action)
	}
	if err := effect(m); err != nil {
		return err
	}
	return m.finish()
}

// finish checks the result against the table and writes row, step, files, indexes and event.
func (m *move) finish() error {
	c := m.c
	if !m.tr.Permits(m.step.From, c.State) {
		return fmt.Errorf("action %s led from %s to %s, which the table does not know", m.tr.Action, m.step.From, c.State)
	}
	if c.State == Replied && m.step.From != Replied { // opinions that never came are not waited for any more
		if err := m.endOpen(); err != nil {
			return err
		}
	}
	m.step.To, m.step.Round = c.State, c.Round
	if err := insertStep(m.tx, c.ID, *m.step); err != nil {
		return fmt.Errorf("write step: %w", err)
	}
	if err := m.s.attach(m.tx, &c.Suggestion, m.step.ID, m.in.Files, m.step.Audience); err != nil {
		return err
	}
	c.Steps++
	if err := update(m.tx, &c.Suggestion); err != nil {
		return fmt.Errorf("write matter: %w", err)
	}
	was, is := m.wasPub && m.step.From != Merged, c.searchable()
	if m.text || is && !was {
		if err := m.s.index(m.tx, &c.Suggestion); err != nil {
			return err
		}
	}
	if was && !is {
		if err := m.s.unindex(m.tx, &c.Suggestion); err != nil {
			return err
		}
	}
	authors := c.Authors
	if m.step.Action == Unmerge { // they were with the other matter until a moment ago
		var err error
		if authors, err = readAuthors(m.tx, c.ID); err != nil {
			return err
		}
	}
	return m.s.publish(m.tx, &c.Suggestion, *m.step, factOf(&c.Suggestion, *m.step, authors, c.Tasks))
}

// permitted tells apart "not yours" from "not now".
func (m *move) permitted() error {
	allowed := m.c.allowed(m.v)
	if slices.ContainsFunc(allowed, func(t wf.Transition) bool { return t.Action == m.tr.Action }) {
		return nil
	}
	yours := slices.ContainsFunc(m.tr.Who, func(r wf.Relation) bool { return slices.Contains(m.rel, r) })
	if !yours && m.couldBe() {
		yours = true
	}
	if !m.v.May(authz.WriteScope) {
		return problem.New(problem.Forbidden, "problem.scope")
	}
	if !yours {
		return refused(m.v)
	}
	if m.secondClick() {
		return errSecondClick
	}
	return m.conflict("suggestion.err.state")
}

// couldBe: a department whose part is over, or was given back, is told that it is too late rather than that it is a stranger.
func (m *move) couldBe() bool {
	answers := slices.Contains(m.tr.Who, IsClerk) || slices.Contains(m.tr.Who, IsHead)
	helps := slices.Contains(m.tr.Who, IsHelper)
	return slices.ContainsFunc(m.c.Tasks, func(t Task) bool {
		return m.v.HasAny(t.Department, authz.Clerk, authz.Head) && ((t.Part.Answers() && answers) || (!t.Part.Answers() && helps))
	})
}

func (m *move) conflict(key string) error {
	p := problem.New(problem.Conflict, key, "state", string(m.c.State))
	p.Allowed = []string{}
	for _, t := range m.c.allowed(m.v) {
		p.Allowed = append(p.Allowed, string(t.Action))
	}
	return p
}

const clickWindow = 15 * time.Second

// secondClick: the last step is the same action by the same hand a moment ago.
func (m *move) secondClick() bool {
	last, err := db.One(m.tx, scanStep, `SELECT `+stepColumns+` FROM suggestion_step WHERE suggestion_id = ? ORDER BY seq DESC LIMIT 1`, m.c.ID)
	return err == nil && m.in.Version != 0 && m.in.Version == m.c.Version-1 && last.Action == m.tr.Action && last.Account == m.v.Account &&
		last.Reason == strings.TrimSpace(m.in.Reason) && m.now.Sub(last.At) < clickWindow
}

// relation is the one in whose name the action is done: the first of the table's that the viewer has.
func (m *move) relation() wf.Relation {
	for _, r := range m.tr.Who {
		if slices.Contains(m.rel, r) {
			return r
		}
	}
	return IsRule
}

// office is the public name of the doer: the department for its people, the committee for its staff, none for authors.
func (m *move) office() uuid.UUID {
	switch m.step.Relation {
	case IsClerk, IsHead, IsHelper:
		if t := m.v.task(m.c, func(Task) bool { return true }); t != nil {
			return t.Department
		}
	case IsOffice:
		return m.c.Office
	case IsReviewer, IsDispatcher, IsEditor, IsRule:
		return m.c.Committee
	}
	return uuid.Nil
}

// checkInputs asks for what the table says is required.
func (m *move) checkInputs() error {
	var c problem.Check
	missing := map[string]bool{
		"reason": strings.TrimSpace(m.in.Reason) == "", "text": strings.TrimSpace(m.in.Text) == "", "public": m.in.Public == nil, "into": m.in.Into == "",
		"committee": m.in.Committee == uuid.Nil, "office": m.in.Office == uuid.Nil, "team": len(m.in.Team) == 0, "until": m.in.Until.IsZero(), "day": m.in.Day.IsZero(),
		"class": m.in.Class == "", "how": m.in.How == "", "rating": m.in.Rating == NotRated, "target": m.in.Target == "",
	}
	for _, i := range m.tr.Inputs {
		if i.Required && missing[i.Name] {
			c.Add(i.Name, "suggestion.err."+i.Name+"-missing")
		}
	}
	if len(m.in.Files) > FilesMax {
		c.Add("files", "suggestion.err.files", "max", FilesMax)
	}
	return c.Err()
}

// checkTexts bounds what is typed before any row is locked.
func checkTexts(in ActInput) error {
	var c problem.Check
	for _, f := range []struct {
		name, text string
		max        int
	}{{"reason", in.Reason, 2000}, {"text", in.Text, textMax}, {"letter", in.Letter, 60}, {"title", in.Title, TitleMax}, {"body", in.Body, BodyMax}, {"into", in.Into, 60}} {
		if !utf8.ValidString(f.text) || strings.ContainsRune(f.text, 0) {
			c.Add(f.name, "suggestion.err.encoding")
		} else if n := utf8.RuneCountInString(f.text); n > f.max {
			c.Add(f.name, "suggestion.err.long", "max", f.max, "have", n)
		}
	}
	return c.Err()
}
