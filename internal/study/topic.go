package study

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Bounds of what people type.
const (
	MaxTitle    = 120
	MaxText     = 5000
	MaxNote     = 2000
	MinNote     = 10
	maxAudience = 200
	maxDays     = 400
)

func (t *Topic) check() error {
	var c problem.Check
	t.Title, t.Text = strings.TrimSpace(t.Title), strings.TrimSpace(t.Text)
	if !t.Kind.Valid() {
		c.Add("kind", "study.err.kind")
	}
	checkText(&c, "title", t.Title, 1, MaxTitle)
	checkText(&c, "text", t.Text, 0, MaxText)
	if t.From.IsZero() {
		c.Add("from", "study.err.day")
	}
	if t.To.IsZero() {
		c.Add("to", "study.err.day")
	}
	if !t.From.IsZero() && !t.To.IsZero() && (t.To.Before(t.From) || t.From.AddDays(maxDays).Before(t.To)) {
		c.Add("to", "study.err.days", "max", maxDays)
	}
	slices.SortFunc(t.Audience, func(a, b uuid.UUID) int { return strings.Compare(a.String(), b.String()) })
	t.Audience = slices.Compact(t.Audience)
	if len(t.Audience) == 0 || len(t.Audience) > maxAudience {
		c.Add("audience", "study.err.audience", "max", maxAudience)
	}
	return c.Err()
}

func checkText(c *problem.Check, field, text string, least, most int) {
	switch n := utf8.RuneCountInString(text); {
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		c.Add(field, "study.err.text")
	case n == 0 && least > 0:
		c.Add(field, "study.err.required")
	case n < least:
		c.Add(field, "study.err.short", "min", least, "have", n)
	case n > most:
		c.Add(field, "study.err.long", "max", most, "have", n)
	}
}

// Plan makes a topic (nil ID) or changes one; Version is the one that was read. A published topic may be changed until its last day. Errors: Invalid
// with the fields, Conflict when somebody else changed it meanwhile, Gone when it was withdrawn.
func (s *Service) Plan(ctx context.Context, t Topic) (uuid.UUID, error) {
	if err := s.mayRun(ctx, t.Organisation); err != nil {
		return uuid.Nil, err
	}
	if err := t.check(); err != nil {
		return uuid.Nil, err
	}
	snap, err := s.directory.Snapshot(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	committee := snap.CommitteeFor(t.Organisation)
	if committee == nil {
		return uuid.Nil, problem.On("organisation", "study.err.organisation")
	}
	t.Committee = committee.ID
	for _, o := range t.Audience {
		if k := snap.CommitteeFor(o); k == nil || k.ID != t.Committee {
			return uuid.Nil, problem.On("audience", "study.err.audience-elsewhere")
		}
		// Who leads an organisation lets it and what stands below it study, an organiser every one of the committee.
		if below := slices.ContainsFunc(snap.Under(t.Organisation), func(x *directory.Organisation) bool { return x.ID == o }); !below {
			if ok, err := s.runs(ctx, o); err != nil || !ok {
				if err == nil {
					err = problem.On("audience", "study.err.audience-not-yours")
				}
				return uuid.Nil, err
			}
		}
	}
	a, isNew := authz.From(ctx), t.ID == uuid.Nil
	if isNew {
		if t.ID, err = newID(); err != nil {
			return uuid.Nil, err
		}
	}
	return t.ID, s.db.Write(ctx, func(tx *db.Tx) error {
		if isNew {
			_, err := tx.Exec(`INSERT INTO study_topic (id, committee_id, organisation_id, kind, title, text, from_day, to_day, created, created_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
				t.ID, t.Committee, t.Organisation, string(t.Kind), t.Title, t.Text, t.From.String(), t.To.String(), s.clock.Now(), a.Account)
			if err != nil {
				return err
			}
			return s.writeAudience(tx, &t)
		}
		was, err := readTopic(tx, t.ID)
		if err != nil {
			return err
		}
		if was.Organisation != t.Organisation { // who runs it stays: somebody else's study is not taken over
			return problem.New(problem.NotFound, "problem.not-found")
		}
		if !was.Withdrawn.IsZero() {
			return problem.New(problem.Gone, "study.err.withdrawn")
		}
		n, err := tx.Exec(`UPDATE study_topic SET kind = ?, title = ?, text = ?, from_day = ?, to_day = ?, version = version + 1 WHERE id = ? AND version = ?`,
			string(t.Kind), t.Title, t.Text, t.From.String(), t.To.String(), t.ID, t.Version)
		if err != nil {
			return err
		}
		if n == 0 {
			return problem.New(problem.Conflict, "problem.conflict")
		}
		return s.writeAudience(tx, &t)
	})
}

// Publish shows a topic to the people of its audience. A second time changes nothing.
func (s *Service) Publish(ctx context.Context, topic uuid.UUID) error {
	return s.change(ctx, topic, func(tx *db.Tx, t *Topic) error {
		if t.Stands() {
			return nil
		}
		_, err := tx.Exec(`UPDATE study_topic SET published = ?, version = version + 1 WHERE id = ?`, s.clock.Now(), t.ID)
		return err
	})
}

// Withdraw takes a topic back with a reason, which its audience reads; a draft needs one too. What was studied stays on record.
func (s *Service) Withdraw(ctx context.Context, topic uuid.UUID, reason string) error {
	reason = strings.TrimSpace(reason)
	var c problem.Check
	checkText(&c, "reason", reason, 1, MaxNote)
	if err := c.Err(); err != nil {
		if _, err := s.running(ctx, topic); err != nil { // whoever may not do it hears that first
			return err
		}
		return err
	}
	return s.change(ctx, topic, func(tx *db.Tx, t *Topic) error {
		_, err := tx.Exec(`UPDATE study_topic SET withdrawn = ?, reason = ?, version = version + 1 WHERE id = ?`, s.clock.Now(), reason, t.ID)
		return err
	})
}

// running reads a topic for somebody who runs it.
func (s *Service) running(ctx context.Context, topic uuid.UUID) (Topic, error) {
	t, v, err := s.look(ctx, topic)
	if err != nil {
		return t, err
	}
	if a := authz.From(ctx); v != running || !a.System && !a.May(authz.WriteScope) {
		return t, refusal(a)
	}
	return t, nil
}

// change lets somebody who runs a topic do something with it, once at a time, unless it was withdrawn.
func (s *Service) change(ctx context.Context, topic uuid.UUID, do func(tx *db.Tx, t *Topic) error) error {
	if _, err := s.running(ctx, topic); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := db.One(tx, db.ScanInt, `SELECT version FROM study_topic WHERE id = ?`+tx.ForUpdate(), topic); err != nil {
			return err
		}
		t, err := readTopic(tx, topic)
		if err != nil {
			return err
		}
		if !t.Withdrawn.IsZero() {
			return problem.New(problem.Gone, "study.err.withdrawn")
		}
		return do(tx, &t)
	})
}

// look reads a topic and what the actor may see of it; whoever may see nothing is told that there is none.
func (s *Service) look(ctx context.Context, topic uuid.UUID) (Topic, view, error) {
	var t Topic
	if a := authz.From(ctx); !a.SignedIn() && !a.System {
		return t, nothing, hidden(a)
	}
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		t, err = readTopic(tx, topic)
		return err
	})
	if err != nil {
		return t, nothing, err
	}
	v, err := s.sees(ctx, &t)
	if err == nil && v == nothing {
		err = hidden(authz.From(ctx))
	}
	return t, v, err
}

// Query narrows a list of topics. The zero value asks for this year's of every committee that the actor may see.
type Query struct {
	Committee    uuid.UUID
	Organisation uuid.UUID
	Kind         Kind
	Year         int // in which some of its days lie; zero: the present one
}

// Topics lists topics that the actor may see at least figures of, the latest last day first.
func (s *Service) Topics(ctx context.Context, q Query) ([]Topic, error) {
	if a := authz.From(ctx); !a.SignedIn() && !a.System {
		return nil, hidden(a)
	}
	if q.Year == 0 {
		q.Year = s.today().Year
	}
	where, args := `WHERE t.to_day >= ? AND t.from_day <= ?`, []any{yearStart(q.Year), yearEnd(q.Year)}
	for _, x := range []struct {
		column string
		value  uuid.UUID
	}{{"committee_id", q.Committee}, {"organisation_id", q.Organisation}} {
		if x.value != uuid.Nil {
			where, args = where+" AND t."+x.column+" = ?", append(args, x.value)
		}
	}
	if q.Kind != "" {
		where, args = where+" AND t.kind = ?", append(args, string(q.Kind))
	}
	narrow, more, err := s.reachable(ctx)
	if err != nil {
		return nil, err
	}
	var out []Topic
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = readTopics(tx, where+narrow, append(args, more...)...)
		return err
	})
	if err != nil {
		return nil, err
	}
	// The rule of the single page decides about each, so that the list cannot show more.
	kept := out[:0]
	for i := range out {
		v, err := s.sees(ctx, &out[i])
		if err != nil {
			return nil, err
		}
		if v != nothing {
			kept = append(kept, out[i])
		}
	}
	return kept, nil
}

// reachable narrows in SQL to topics that the actor could see, so that the bound of a list is not eaten up by others'.
func (s *Service) reachable(ctx context.Context) (where string, args []any, err error) {
	a := authz.From(ctx)
	if a.System || a.IsAdmin() {
		return "", nil, nil
	}
	snap, err := s.directory.Snapshot(ctx)
	if err != nil {
		return "", nil, err
	}
	var committees []uuid.UUID
	for _, k := range a.Places(append(slices.Clone(staff), authz.Leader, authz.Organiser)...) {
		for _, o := range snap.CommitteesWithin(k) {
			committees = append(committees, o.ID)
		}
	}
	own, err := s.organisationsOf(ctx)
	if err != nil {
		return "", nil, err
	}
	in, more := db.List(committees)
	mine, rest := db.List(own)
	args = append(append(append(args, more...), rest...), rest...)
	return ` AND (t.committee_id IN (` + in + `) OR t.organisation_id IN (` + mine + `) OR EXISTS (SELECT 1 FROM study_audience x WHERE x.topic_id = t.id AND x.organisation_id IN (` + mine + `)))`, args, nil
}

// organisationsOf lists where the actor has a post today.
func (s *Service) organisationsOf(ctx context.Context) ([]uuid.UUID, error) {
	held, err := s.heldBy(ctx, authz.From(ctx).Person)
	var out []uuid.UUID
	for _, h := range held {
		if !slices.Contains(out, h) {
			out = append(out, h)
		}
	}
	return out, err
}
