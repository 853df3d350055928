package study

import (
	"context"
	"fmt"
	"slices"
	"time"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Standing is how somebody stands to a topic.
type Standing string

// The standings, from best to worst. Waiting is no gap yet: the topic's last day has not passed and no session that counts was missed.
const (
	Attended Standing = "attended"
	MadeIt   Standing = "made_up"
	Claimed  Standing = "stated" // says that it was made up; not confirmed yet
	Waiting  Standing = "waiting"
	Missing  Standing = "missing"
)

// Share is coverage in figures; Covered is Attended and MadeUp together.
type Share struct {
	People, Attended, MadeUp, Stated, Waiting, Missing int
}

// Covered tells how many have studied the topic.
func (s Share) Covered() int { return s.Attended + s.MadeUp }

func (s *Share) add(st Standing) {
	s.People++
	switch st {
	case Attended:
		s.Attended++
	case MadeIt:
		s.MadeUp++
	case Claimed:
		s.Stated++
	case Waiting:
		s.Waiting++
	default:
		s.Missing++
	}
}

// Learner is one person of an audience.
type Learner struct {
	Person   uuid.UUID
	Name     string
	Where    []uuid.UUID // organisations of the audience to which the person belongs
	Standing Standing
	Session  uuid.UUID // at which it was studied
	Makeup   *Makeup   // the latest one
}

// Look is a topic as one actor may see it.
type Look struct {
	Topic     Topic
	Runs      bool // may change it
	Materials []Material
	Sessions  []Session
	Share     Share
	By        map[uuid.UUID]Share // by organisation of the audience; somebody in two of them counts in both
	Learners  []Learner           // by name; nil when only figures may be seen
	Mine      *Learner            // the actor's own standing; nil for whoever is not of the audience
	Named     bool                // Learners are shown
}

// Topic tells of one topic what the actor may see. Errors: SignIn, NotFound for what may not be seen.
func (s *Service) Topic(ctx context.Context, topic uuid.UUID) (*Look, error) {
	t, v, err := s.look(ctx, topic)
	if err != nil {
		return nil, err
	}
	l := &Look{Topic: t, Runs: v == running, Named: v >= names}
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		l.Materials, err = readMaterials(tx, t.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	only := uuid.Nil
	if v == mine {
		only = authz.From(ctx).Person
	}
	all, sessions, err := s.standings(ctx, &t, only)
	if err != nil {
		return nil, err
	}
	l.Sessions, l.By = sessions, map[uuid.UUID]Share{}
	me := authz.From(ctx).Person
	for i := range all {
		x := &all[i]
		l.Share.add(x.Standing)
		for _, o := range x.Where {
			by := l.By[o]
			by.add(x.Standing)
			l.By[o] = by
		}
		if x.Person == me && me != uuid.Nil {
			l.Mine = x
		}
	}
	if l.Named {
		l.Learners = all
	}
	if v == mine { // who takes part sees that and how it stands with themselves, not how many others are behind
		l.Share, l.By = Share{}, nil
	}
	return l, nil
}

// audienceDay is the day whose people a topic is for: the last one, and today until then. Who joins meanwhile studies it too.
func (s *Service) audienceDay(t *Topic) clock.Date {
	if today := s.today(); today.Before(t.To) {
		return today
	}
	return t.To
}

// standings tells of everybody of the audience, or of one person only, how they stand, by name, and the sessions by time.
func (s *Service) standings(ctx context.Context, t *Topic, only uuid.UUID) ([]Learner, []Session, error) {
	ctx = asPlatform(ctx)
	q := directory.RosterQuery{Organisations: t.Audience, Day: s.audienceDay(t)}
	if only != uuid.Nil {
		q.People = []uuid.UUID{only}
	}
	held, err := s.directory.Roster(ctx, q)
	if err != nil {
		return nil, nil, fmt.Errorf("audience of topic %s: %w", t.ID, err)
	}
	var links map[uuid.UUID][]uuid.UUID
	var makeups []Makeup
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if links, err = readLinks(tx, []uuid.UUID{t.ID}); err != nil {
			return err
		}
		makeups, err = readMakeups(tx, `WHERE topic_id = ?`, t.ID)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	sessions, presence, err := s.sessionsOf(ctx, links[t.ID])
	if err != nil {
		return nil, nil, err
	}
	latest := map[uuid.UUID]*Makeup{}
	for i := range makeups {
		latest[makeups[i].Person] = &makeups[i]
	}
	var out []Learner
	at := map[uuid.UUID]int{}
	for _, h := range held {
		i, known := at[h.Person]
		if !known {
			i = len(out)
			at[h.Person] = i
			x := Learner{Person: h.Person, Name: h.Name, Makeup: latest[h.Person]}
			x.Standing, x.Session = stand(s.today(), t, sessions, presence, h.Person, x.Makeup)
			out = append(out, x)
		}
		if !slices.Contains(out[i].Where, h.Organisation) {
			out[i].Where = append(out[i].Where, h.Organisation)
		}
	}
	slices.SortStableFunc(out, func(a, b Learner) int {
		if a.Name != b.Name {
			if a.Name < b.Name {
				return -1
			}
			return 1
		}
		return slices.Compare(a.Person[:], b.Person[:])
	})
	return out, sessions, nil
}

func (s *Service) sessionsOf(ctx context.Context, ids []uuid.UUID) ([]Session, map[uuid.UUID]map[uuid.UUID]Presence, error) {
	if len(ids) == 0 {
		return nil, nil, nil
	}
	sessions, err := s.sessions.Sessions(ctx, ids)
	if err != nil {
		return nil, nil, fmt.Errorf("sessions: %w", err)
	}
	slices.SortFunc(sessions, func(a, b Session) int { return a.Starts.Compare(b.Starts) })
	presence, err := s.sessions.Presence(ctx, ids)
	if err != nil {
		return nil, nil, fmt.Errorf("who was there: %w", err)
	}
	return sessions, presence, nil
}

// stand decides how a person stands to a topic. One session that was attended is enough, of whichever organisation; a cancelled one counts for nothing.
func stand(today clock.Date, t *Topic, sessions []Session, presence map[uuid.UUID]map[uuid.UUID]Presence, person uuid.UUID, m *Makeup) (Standing, uuid.UUID) {
	best, at := Waiting, uuid.Nil
	for _, x := range sessions {
		if x.Cancelled || !x.Over {
			continue
		}
		switch presence[x.Gathering][person] {
		case Present:
			return Attended, x.Gathering
		case MadeUp:
			best, at = MadeIt, x.Gathering
		}
	}
	if best == MadeIt {
		return best, at
	}
	if m != nil {
		switch m.State {
		case Confirmed:
			return MadeIt, uuid.Nil
		case Stated:
			return Claimed, uuid.Nil
		}
	}
	if today.After(t.To) {
		return Missing, uuid.Nil
	}
	for _, x := range sessions {
		// Missing a session is a gap at once when no other one lies ahead.
		if !x.Cancelled && !x.Over {
			return Waiting, uuid.Nil
		}
	}
	for _, x := range sessions {
		if p := presence[x.Gathering][person]; !x.Cancelled && (p == Absent || p == Leave) {
			return Missing, uuid.Nil
		}
	}
	return Waiting, uuid.Nil
}

// Share tells the coverage of a topic in figures; seen is false for whoever may not see them. A draft has none.
func (s *Service) Share(ctx context.Context, t Topic) (share Share, seen bool, err error) {
	v, err := s.sees(ctx, &t)
	if err != nil || v == nothing || v == mine || t.Published.IsZero() {
		return share, false, err
	}
	all, _, err := s.standings(ctx, &t, uuid.Nil)
	for _, x := range all {
		share.add(x.Standing)
	}
	return share, err == nil, err
}

// Led lists the organisations that the actor leads today, and whose study they therefore run.
func (s *Service) Led(ctx context.Context) ([]uuid.UUID, error) {
	a := authz.From(ctx)
	if !a.SignedIn() {
		return nil, problem.New(problem.SignIn, "problem.sign-in")
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

// heldBy lists where a person has a post today.
func (s *Service) heldBy(ctx context.Context, person uuid.UUID) ([]uuid.UUID, error) {
	if person == uuid.Nil {
		return nil, nil
	}
	held, err := s.directory.Roster(asPlatform(ctx), directory.RosterQuery{People: []uuid.UUID{person}})
	var out []uuid.UUID
	for _, h := range held {
		out = append(out, h.Organisation)
	}
	return out, err
}

// Own is a topic with the actor's own standing.
type Own struct {
	Topic    Topic
	Standing Standing
	Next     *Session // the next session, if one is planned
}

// Mine lists the published topics of this year that the actor is to study, what is missing first, then by last day.
func (s *Service) Mine(ctx context.Context) ([]Own, error) {
	a := authz.From(ctx)
	if !a.SignedIn() {
		return nil, problem.New(problem.SignIn, "problem.sign-in")
	}
	where, err := s.heldBy(ctx, a.Person)
	if err != nil || len(where) == 0 {
		return nil, err
	}
	year, now := s.today().Year, s.clock.Now()
	in, args := db.List(where)
	var topics []Topic
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		topics, err = readTopics(tx, `WHERE t.published > 0 AND t.withdrawn = 0 AND t.to_day >= ? AND t.from_day <= ?
			AND EXISTS (SELECT 1 FROM study_audience x WHERE x.topic_id = t.id AND x.organisation_id IN (`+in+`))`, append([]any{yearStart(year), yearEnd(year)}, args...)...)
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []Own
	for i := range topics {
		all, sessions, err := s.standings(ctx, &topics[i], a.Person)
		if err != nil {
			return nil, err
		}
		for _, x := range all {
			if x.Person == a.Person {
				out = append(out, Own{Topic: topics[i], Standing: x.Standing, Next: next(sessions, now)})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Own) int {
		if ma, mb := a.Standing == Missing, b.Standing == Missing; ma != mb {
			if ma {
				return -1
			}
			return 1
		}
		return a.Topic.To.Compare(b.Topic.To)
	})
	return out, nil
}

func next(sessions []Session, now time.Time) *Session {
	for i := range sessions {
		if !sessions[i].Cancelled && !sessions[i].Over && sessions[i].Starts.After(now) {
			return &sessions[i]
		}
	}
	return nil
}

func yearStart(y int) string { return clock.Of(y, 1, 1).String() }
func yearEnd(y int) string   { return clock.Of(y, 12, 31).String() }
