package branchlife

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// Item is something that organisations of a kind are checked for in a year (规范化建设).
type Item struct {
	ID       uuid.UUID // the same for all its versions
	Scope    uuid.UUID // a committee; nil UUID: everywhere
	Kind     directory.Kind
	Position int
	Words    string
	WordsEN  string
	Source   string
	SourceEN string
	Version  int
}

// Met is what a secretary says of an item.
type Met string

// The answers.
const (
	Yes    Met = "yes"
	Partly Met = "partly"
	No     Met = "no"
)

// Mets lists the answers in the order in which screens show them.
func Mets() []Met { return []Met{Yes, Partly, No} }

// Verdict is what whoever guides the branch says on checking again.
type Verdict string

// The verdicts.
const (
	Agreed    Verdict = "agreed"
	NotAgreed Verdict = "not"
)

// Check is the present answer for one item, with its evidence and what was said on checking again.
type Check struct {
	ID           uuid.UUID
	Item         Item
	Met          Met // "" while there is none
	Words        string
	Gathering    uuid.UUID
	At           time.Time
	Verdict      Verdict
	VerdictWords string
	VerdictAt    time.Time
	MayAgain     bool // the caller may check it again
	account      uuid.UUID
	person       uuid.UUID
}

// Checklist is the list of one organisation in a year.
type Checklist struct {
	Organisation *directory.Organisation
	Year         int
	Checks       []Check
	MayCheck     bool // the caller is its secretary
}

// Checklist reads it; for whoever may read the organisation's life. Errors: SignIn, NotFound.
func (s *Service) Checklist(ctx context.Context, organisation uuid.UUID, year int) (*Checklist, error) {
	st, o, sight, err := s.see(ctx, organisation)
	if err != nil {
		return nil, err
	}
	out := &Checklist{Organisation: o, Year: year, MayCheck: !st.system && sight.Runs && writes(st.actor) && s.checkable(year)}
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out.Checks, err = checks(tx, o, committeeOf(st.snap, o.ID), year)
		return err
	})
	for i := range out.Checks {
		c := &out.Checks[i]
		c.MayAgain = sight.Guides && writes(st.actor) && c.Met != "" && !c.own(st.actor)
	}
	return out, err
}

// own tells whether somebody gave the answer themselves, by account or as the same person with another one.
func (c *Check) own(a authz.Actor) bool {
	return c.account == a.Account || c.person != uuid.Nil && c.person == a.Person
}

// checkable: this year and the last one, which is checked in the first months of the next.
func (s *Service) checkable(year int) bool {
	this := s.today().Year
	return year == this || year == this-1
}

// checks lists the items of a year with their present answers.
func checks(tx *db.Tx, o *directory.Organisation, committee uuid.UUID, year int) ([]Check, error) {
	list, err := db.All(tx, func(r *db.Row) (c Check, err error) {
		x := &c.Item
		err = r.Scan(id{&x.ID}, id{&x.Scope}, &x.Kind, &x.Position, &x.Words, &x.WordsEN, &x.Source, &x.SourceEN, &x.Version)
		return c, err
	}, `SELECT item_id, scope_id, kind, position, words, words_en, source, source_en, version FROM branchlife_item
		WHERE superseded = 0 AND kind = ? AND (scope_id = '' OR scope_id = ?) AND first_year <= ? AND (last_year = 0 OR last_year >= ?) ORDER BY CASE scope_id WHEN '' THEN 0 ELSE 1 END, position, item_id`, string(o.Kind), idText(committee), year, year)
	if err != nil {
		return nil, err
	}
	err = tx.Rows(func(r *db.Row) error {
		var item uuid.UUID
		var c Check
		if err := r.Scan(id{&c.ID}, id{&item}, &c.Met, &c.Words, id{&c.Gathering}, id{&c.account}, id{&c.person}, &c.At, &c.Verdict, &c.VerdictWords, &c.VerdictAt); err != nil {
			return err
		}
		if i := slices.IndexFunc(list, func(x Check) bool { return x.Item.ID == item }); i >= 0 {
			c.Item = list[i].Item
			list[i] = c
		}
		return nil
	}, `SELECT id, item_id, met, words, gathering_id, account_id, person_id, at, verdict, verdict_words, verdict_at FROM branchlife_check WHERE organisation_id = ? AND year = ? AND superseded = 0 ORDER BY at, id`, o.ID, year)
	return list, err
}

// Answer is what a secretary says of an item.
type Answer struct {
	Item      uuid.UUID
	Met       Met
	Words     string
	Gathering uuid.UUID // evidence: one of the organisation's own gatherings of the year
}

// Answer records what the secretary says of an item; a new answer supersedes the earlier one and what was said of it. For secretary and deputy secretary, this year and the last. Errors: NotFound,
// Forbidden, Invalid.
func (s *Service) Answer(ctx context.Context, organisation uuid.UUID, year int, a Answer) error {
	st, o, sight, err := s.see(ctx, organisation)
	if err != nil {
		return err
	}
	if st.system || !sight.Runs || !writes(st.actor) {
		return refusal(st.actor)
	}
	var c problem.Check
	if a.Words = strings.TrimSpace(a.Words); utf8.RuneCountInString(a.Words) > maxWords {
		c.Add("words", "branchlife.err.long", "max", maxWords, "have", utf8.RuneCountInString(a.Words))
	}
	if !slices.Contains(Mets(), a.Met) {
		c.Add("met", "branchlife.err.met")
	}
	if a.Met == Yes && a.Words == "" && a.Gathering == uuid.Nil {
		c.Add("words", "branchlife.err.evidence")
	}
	if !s.checkable(year) {
		c.Add("met", "branchlife.err.check-year")
	}
	if a.Gathering != uuid.Nil {
		held, err := s.Gatherings.ByID(platform(ctx), []uuid.UUID{a.Gathering})
		if err != nil {
			return err
		}
		if len(held) != 1 || held[0].Day.Year != year || !slices.Contains(held[0].Holders, o.ID) {
			c.Add("gathering", "branchlife.err.evidence-gathering")
		}
	}
	if err := c.Err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := lock(tx); err != nil {
			return err
		}
		list, err := checks(tx, o, committeeOf(st.snap, o.ID), year)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(x Check) bool { return x.Item.ID == a.Item })
		if i < 0 {
			return notFound()
		}
		now := s.Clock.Now()
		if _, err := tx.Exec(`UPDATE branchlife_check SET superseded = ? WHERE organisation_id = ? AND year = ? AND item_id = ? AND superseded = 0`, now, o.ID, year, a.Item); err != nil {
			return err
		}
		check, err := newID()
		if err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO branchlife_check (id, organisation_id, year, item_id, version, met, words, gathering_id, account_id, person_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			check, o.ID, year, a.Item, list[i].Item.Version, string(a.Met), a.Words, idText(a.Gathering), by(tx), idText(st.actor.Person), now)
		return err
	})
}

// Recheck records what whoever guides the branch says of an answer; never of their own. Errors: NotFound, Forbidden, Invalid, Conflict when the answer was changed meanwhile.
func (s *Service) Recheck(ctx context.Context, organisation uuid.UUID, year int, check uuid.UUID, v Verdict, words string) error {
	st, o, sight, err := s.see(ctx, organisation)
	if err != nil {
		return err
	}
	if !sight.Guides || !writes(st.actor) {
		return refusal(st.actor)
	}
	words = strings.TrimSpace(words)
	switch {
	case v != Agreed && v != NotAgreed:
		return problem.On("verdict", "branchlife.err.verdict")
	case v == NotAgreed && words == "" || utf8.RuneCountInString(words) > maxWords:
		return problem.On("verdict_words", "branchlife.err.reason")
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := lock(tx); err != nil {
			return err
		}
		list, err := checks(tx, o, committeeOf(st.snap, o.ID), year)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(x Check) bool { return x.ID == check && check != uuid.Nil })
		if i < 0 {
			return problem.New(problem.Conflict, "problem.conflict")
		}
		if !st.system && list[i].own(st.actor) {
			return problem.New(problem.Forbidden, "branchlife.err.own-check")
		}
		return tx.MustChange(`UPDATE branchlife_check SET verdict = ?, verdict_words = ?, verdict_account = ?, verdict_person = ?, verdict_at = ? WHERE id = ? AND superseded = 0`,
			string(v), words, by(tx), idText(st.actor.Person), s.Clock.Now(), check)
	})
}
