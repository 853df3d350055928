package directory

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// PeopleQuery asks for people with a post that holds at a moment. Fields that are zero do not narrow.
type PeopleQuery struct {
	When
	Committee    uuid.UUID
	Organisation uuid.UUID
	Term         uuid.UUID // with a post on any day of this term instead of the day
	Post         Post
	Sector       string
	Party        Party
	Sex          string
	BornFrom     int // years
	BornTo       int
	Text         string // a part of the name
	After        PersonMark
	Limit        int // 1 to 500; 0: 50
}

// PersonMark is where a list of people goes on: after this name and person.
type PersonMark struct {
	Name   string
	Person uuid.UUID
}

// Listed is a person in a list with what the asker may see of them.
type Listed struct {
	Person
	Posts   []Membership
	Parties []Party
}

// PeoplePage is a part of a list of people.
type PeoplePage struct {
	People []Listed
	Next   PersonMark // where the next part begins; its person is nil at the end
}

const defaultPeople, maxPeople = 50, 500

// ListPeople lists people by name with their posts, cut to the committees whose people the asker may see by name. Errors: SignIn and Forbidden when it is nobody's.
func (s *Service) ListPeople(ctx context.Context, q PeopleQuery) (PeoplePage, error) {
	var out PeoplePage
	may, err := s.scope(ctx)
	if err != nil {
		return out, err
	}
	if q.Committee != uuid.Nil && !may.all && !may.committees[q.Committee] {
		return out, refusal(authz.From(ctx))
	}
	if q.Organisation != uuid.Nil && !may.sees(q.Organisation) {
		return out, refusal(authz.From(ctx))
	}
	if q.Limit < 1 || q.Limit > maxPeople {
		q.Limit = defaultPeople
	}
	if q.Day.IsZero() {
		q.Day = s.today()
	}
	days, err := s.daysOf(ctx, q)
	if err != nil {
		return out, err
	}
	where := peopleWhere(q, days, may)
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		list, err := db.All(tx, func(r *db.Row) (l Listed, err error) {
			err = r.Scan(id{&l.ID}, &l.Name, &l.Sex, &l.BirthYear)
			return l, err
		}, `SELECT p.person_id, p.name, p.sex, p.birth_year FROM person_fact p WHERE `+where.text()+` ORDER BY p.name, p.person_id LIMIT ?`, append(where.args, q.Limit+1)...)
		if err != nil {
			return fmt.Errorf("list people: %w", err)
		}
		if len(list) > q.Limit {
			list = list[:q.Limit]
			last := list[q.Limit-1]
			out.Next = PersonMark{last.Name, last.ID}
		}
		out.People = list
		return fillPeople(tx, q.When, days, may, list)
	})
	return out, err
}

// daysOf is the days on which a post has to hold: one, or those of a term.
func (s *Service) daysOf(ctx context.Context, q PeopleQuery) (clock.Interval, error) {
	if q.Term == uuid.Nil {
		return clock.Interval{From: q.Day, To: q.Day.AddDays(1)}, nil
	}
	snap, err := s.At(ctx, q.Day, q.Known)
	if err != nil {
		return clock.Interval{}, err
	}
	for _, t := range snap.Terms(q.Committee) {
		if t.ID == q.Term {
			return t.Valid, nil
		}
	}
	return clock.Interval{}, problem.On("term", "directory.err.unknown", "text", q.Term)
}

// conditions joins SQL conditions with their arguments.
type conditions struct {
	list []string
	args []any
}

func (c *conditions) add(text string, args ...any) {
	c.list, c.args = append(c.list, text), append(c.args, args...)
}

func (c *conditions) text() string { return strings.Join(c.list, " AND ") }

// overlaps adds that a fact has a day in common with the days.
func (c *conditions) overlaps(alias string, days clock.Interval) {
	if !days.To.IsZero() {
		c.add(alias+".valid_from < ?", days.To.String())
	}
	c.add("("+alias+".valid_to = '' OR "+alias+".valid_to > ?)", days.From.String())
}

func (c *conditions) in(column string, ids []uuid.UUID) {
	in, args := db.List(ids)
	c.add(column+" IN ("+in+")", args...)
}

func peopleWhere(q PeopleQuery, days clock.Interval, may scope) conditions {
	var c conditions
	text, args := q.knew("p")
	c.add(text, args...)
	if q.After.Person != uuid.Nil {
		c.add("(p.name > ? OR p.name = ? AND p.person_id > ?)", q.After.Name, q.After.Name, q.After.Person)
	}
	if t := strings.TrimSpace(q.Text); t != "" {
		c.add("p.name LIKE ? ESCAPE '!'", like(t))
	}
	if q.Sex != "" {
		c.add("p.sex = ?", q.Sex)
	}
	if q.BornFrom > 0 {
		c.add("p.birth_year >= ?", q.BornFrom)
	}
	if q.BornTo > 0 {
		c.add("p.birth_year > 0 AND p.birth_year <= ?", q.BornTo)
	}
	if q.Party != "" {
		var a conditions
		text, args := q.knew("a")
		a.add(text, args...)
		a.overlaps("a", days)
		a.add("a.party = ?", string(q.Party))
		c.add("EXISTS (SELECT 1 FROM affiliation a WHERE a.person_id = p.person_id AND "+a.text()+")", a.args...) // a party has more people than a page or a committee
	}
	var m conditions
	text, args = q.knew("m")
	m.add(text, args...)
	m.overlaps("m", days)
	switch {
	case q.Organisation != uuid.Nil:
		m.add("m.organisation_id = ?", q.Organisation)
	case q.Committee != uuid.Nil || !may.all:
		m.in("m.organisation_id", may.organisations(q.Committee))
	}
	if q.Post != "" {
		m.add("m.post = ?", string(q.Post))
	}
	if q.Sector != "" {
		m.add("m.sector = ?", q.Sector)
	}
	if q.Committee == uuid.Nil && q.Organisation == uuid.Nil && may.all { // by name, until the page is full: the people are many more than a page
		c.add("EXISTS (SELECT 1 FROM membership m WHERE m.person_id = p.person_id AND "+m.text()+")", m.args...)
	} else {
		c.add("p.person_id IN (SELECT m.person_id FROM membership m WHERE "+m.text()+")", m.args...)
	}
	return c
}

// fillPeople adds the posts that the asker may see, and the affiliations.
func fillPeople(tx *db.Tx, w When, days clock.Interval, may scope, list []Listed) error {
	if len(list) == 0 {
		return nil
	}
	people := make([]uuid.UUID, len(list))
	at := make(map[uuid.UUID]int, len(list))
	for i, l := range list {
		people[i], at[l.ID] = l.ID, i
	}
	var m conditions
	text, args := w.knew("m")
	m.add(text, args...)
	m.overlaps("m", days)
	m.in("m.person_id", people)
	posts, err := db.All(tx, func(r *db.Row) (x Membership, err error) {
		err = r.Scan(x.dest()...)
		return x, err
	}, `SELECT `+ofMembership+` FROM membership m WHERE `+m.text()+` ORDER BY m.valid_from, m.id`, m.args...)
	if err != nil {
		return err
	}
	for _, x := range posts {
		if may.sees(x.Organisation) {
			i := at[x.Person]
			list[i].Posts = append(list[i].Posts, x)
		}
	}
	var a conditions
	text, args = w.knew("a")
	a.add(text, args...)
	a.overlaps("a", days)
	a.in("a.person_id", people)
	return tx.Rows(func(r *db.Row) error {
		var u uuid.UUID
		var party Party
		if err := r.Scan(id{&u}, &party); err != nil {
			return err
		}
		if i := at[u]; !slices.Contains(list[i].Parties, party) {
			list[i].Parties = append(list[i].Parties, party)
		}
		return nil
	}, `SELECT a.person_id, a.party FROM affiliation a WHERE `+a.text()+` ORDER BY a.person_id, a.party`, a.args...)
}

// Headcount is how many people hold a post somewhere, by sector for members.
type Headcount struct {
	Organisation uuid.UUID
	Post         Post
	Service      Tenure
	Sector       string
	People       int
}

// Totals counts posts in organisations at a moment by organisation and post alone, which an index answers by itself, for the list of all committees. Figures are
// for everybody who is signed in.
func (s *Service) Totals(ctx context.Context, organisations []uuid.UUID, w When, posts ...Post) (map[uuid.UUID]map[Post]int, error) {
	a := authz.From(ctx)
	if !a.SignedIn() && !a.System {
		return nil, refusal(a)
	}
	if w.Day.IsZero() {
		w.Day = s.today()
	}
	texts := make([]string, len(posts))
	for i, p := range posts {
		texts[i] = string(p)
	}
	out := make(map[uuid.UUID]map[Post]int, len(organisations))
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		for chunk := range slices.Chunk(organisations, 500) {
			var m conditions
			text, args := w.holds("m")
			m.add(text, args...)
			m.in("m.organisation_id", chunk)
			in, args := db.List(texts)
			m.add("m.post IN ("+in+")", args...)
			err := tx.Rows(func(r *db.Row) error {
				var u uuid.UUID
				var post Post
				var n int
				if err := r.Scan(id{&u}, &post, &n); err != nil {
					return err
				}
				if out[u] == nil {
					out[u] = map[Post]int{}
				}
				out[u][post] = n
				return nil
			}, `SELECT m.organisation_id, m.post, COUNT(*) FROM membership m WHERE `+m.text()+` GROUP BY m.organisation_id, m.post ORDER BY m.organisation_id, m.post`, m.args...)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// Headcounts counts posts in organisations at a moment, in the order of organisation and post. Figures are for everybody who is signed in: between levels there
// is guidance, not command, and figures are what guidance goes by.
func (s *Service) Headcounts(ctx context.Context, organisations []uuid.UUID, w When, posts ...Post) ([]Headcount, error) {
	a := authz.From(ctx)
	if !a.SignedIn() && !a.System {
		return nil, refusal(a)
	}
	if w.Day.IsZero() {
		w.Day = s.today()
	}
	var out []Headcount
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		for chunk := range slices.Chunk(organisations, 500) {
			var m conditions
			text, args := w.holds("m")
			m.add(text, args...)
			m.in("m.organisation_id", chunk)
			if len(posts) > 0 {
				texts := make([]string, len(posts))
				for i, p := range posts {
					texts[i] = string(p)
				}
				in, args := db.List(texts)
				m.add("m.post IN ("+in+")", args...)
			}
			part, err := db.All(tx, func(r *db.Row) (h Headcount, err error) {
				err = r.Scan(id{&h.Organisation}, &h.Post, &h.Service, &h.Sector, &h.People)
				return h, err
			}, `SELECT m.organisation_id, m.post, m.service, m.sector, COUNT(*) FROM membership m WHERE `+m.text()+` GROUP BY m.organisation_id, m.post, m.service, m.sector ORDER BY m.organisation_id, m.post, m.service, m.sector`, m.args...)
			if err != nil {
				return err
			}
			out = append(out, part...)
		}
		return nil
	})
	return out, err
}

// HoldersQuery asks who has which post in organisations at a moment.
type HoldersQuery struct {
	When
	Organisations []uuid.UUID
	Posts         []Post // empty: every post
	Limit         int    // 0: 500
}

// Holders lists who has a post at a moment, by organisation, then name as it was known; for whoever may see the people of every one of the organisations by name.
func (s *Service) Holders(ctx context.Context, q HoldersQuery) ([]Holding, error) {
	may, err := s.scope(ctx)
	if err != nil {
		return nil, err
	}
	for _, o := range q.Organisations {
		if !may.sees(o) {
			return nil, refusal(authz.From(ctx))
		}
	}
	if q.Day.IsZero() {
		q.Day = s.today()
	}
	if q.Limit < 1 {
		q.Limit = 500
	}
	var c conditions
	text, args := q.holds("m")
	c.add(text, args...)
	c.in("m.organisation_id", q.Organisations)
	if len(q.Posts) > 0 {
		texts := make([]string, len(q.Posts))
		for i, p := range q.Posts {
			texts[i] = string(p)
		}
		in, args := db.List(texts)
		c.add("m.post IN ("+in+")", args...)
	}
	known, args := q.knew("p")
	var out []Holding
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = db.All(tx, func(r *db.Row) (h Holding, err error) {
			err = r.Scan(append(h.dest(), &h.Name)...)
			return h, err
		}, `SELECT `+ofMembership+`, p.name FROM membership m JOIN person_fact p ON p.person_id = m.person_id AND `+known+` WHERE `+c.text()+
			` ORDER BY m.organisation_id, p.name, m.id LIMIT ?`, append(append(args, c.args...), q.Limit)...)
		return err
	})
	return out, err
}

// PostsOf lists the posts that people have at a moment, cut to what the asker may see, in the order in which they began.
func (s *Service) PostsOf(ctx context.Context, people []uuid.UUID, w When) (map[uuid.UUID][]Membership, error) {
	may, err := s.scope(ctx)
	if err != nil {
		return nil, err
	}
	if w.Day.IsZero() {
		w.Day = s.today()
	}
	out := make(map[uuid.UUID][]Membership, len(people))
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		for chunk := range slices.Chunk(people, 500) {
			list := make([]Listed, len(chunk))
			for i, u := range chunk {
				list[i].ID = u
			}
			if err := fillPeople(tx, w, clock.Interval{From: w.Day, To: w.Day.AddDays(1)}, may, list); err != nil {
				return err
			}
			for _, l := range list {
				out[l.ID] = l.Posts
			}
		}
		return nil
	})
	return out, err
}
