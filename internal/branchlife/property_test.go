package branchlife_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"xieshang/internal/branchlife"
	"xieshang/internal/directory"
	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"
	wf "xieshang/internal/platform/workflow"

	"github.com/google/uuid"
)

// stepsEach is the length of a sequence. PostgreSQL answers over a socket, so it gets fewer sequences in the same time.
const stepsEach = 10

func sequences(e db.Engine) int {
	if e == db.Postgres {
		return 120
	}
	return 300
}

// fact is a membership as it stands in the database, with when it was superseded.
type fact struct {
	directory.Membership
	text string
}

// player acts at random in a world, as random people.
type player struct {
	*world
	r         *rand.Rand
	people    []uuid.UUID
	transfers []uuid.UUID
	temporary []uuid.UUID
	term      uuid.UUID
	known     map[uuid.UUID]string
	did       []string
	taken     map[string]int // by what was done: how often it was not refused
}

// TestNothingContradictsItself: whatever sequence of transfers, terms, resignations, placements, temporary branches and corrections is carried out by whomever, nobody's relation lies in two places, nobody is
// placed in two members' branches of one committee, nobody has one post twice, and what was recorded stays.
func TestNothingContradictsItself(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	each(t, func(w *world) {
		term := uuid.Nil
		taken := map[string]int{}
		for n := range sequences(w.db.Engine()) {
			p := &player{world: w, r: rand.New(rand.NewPCG(seed, uint64(n))), known: map[uuid.UUID]string{}, taken: taken, term: term}
			p.begin()
			for range stepsEach {
				p.step()
				if fault := p.look(); fault != "" {
					t.Fatalf("seed %d, sequence %d: %s after\n%s", seed, n, fault, strings.Join(p.did, "\n"))
				}
			}
			term = p.term
		}
		t.Logf("not refused: %v", taken)
		for _, what := range []string{"ask", "release", "receive", "expired", "withdraw", "end", "place", "correct", "term", "relation", "set up", "prolong"} {
			if taken[what] == 0 {
				t.Errorf("%s was never carried out: the test does not reach it", what)
			}
		}
	})
}

// begin makes some people with a relation, a seat and perhaps a place.
func (p *player) begin() {
	b := &directory.Batch{}
	from := clock.Interval{From: clock.Today(p.clock).AddDays(-400)}
	for i := range 4 {
		id := id()
		p.people = append(p.people, id)
		b.People = append(b.People, directory.PersonRow{Person: directory.Person{ID: id, Name: "某" + strconv.Itoa(i)}})
		b.Affiliations = append(b.Affiliations, directory.Affiliation{Person: id, Party: directory.CPC, Valid: clock.Interval{From: from.From.AddDays(-600)}})
		b.Memberships = append(b.Memberships, directory.Membership{Person: id, Organisation: []uuid.UUID{p.city.branch, p.city.second, p.outside, p.province.branch}[i], Post: directory.Relation, Valid: from},
			directory.Membership{Person: id, Organisation: p.city.committee, Post: directory.MemberPost, Valid: from})
		if i > 1 {
			b.Memberships = append(b.Memberships, directory.Membership{Person: id, Organisation: p.city.members, Post: directory.Participant, Valid: from})
		}
	}
	p.must(p.directory.Record(system(), b))
}

func (p *player) pick(list ...uuid.UUID) uuid.UUID { return list[p.r.IntN(len(list))] }

func (p *player) person() uuid.UUID { return p.pick(p.people...) }

// day is one around today.
func (p *player) day() clock.Date { return clock.Today(p.clock).AddDays(p.r.IntN(60) - 40) }

func (p *player) actor() context.Context {
	switch p.r.IntN(12) {
	case 0:
		return as(p.person())
	case 1:
		return as(p.world.people[0])
	case 2:
		return as(p.world.people[8])
	case 3:
		return organiser(p.province.committee)
	case 4:
		return admin()
	case 5:
		return nobody()
	}
	return as(uuid.Nil, authz.Grant{Role: authz.Organiser, Place: p.city.committee}, authz.Grant{Role: authz.Organiser, Place: p.province.committee})
}

func (p *player) step() {
	if p.r.IntN(3) == 0 {
		p.clock.Advance(time.Duration(1+p.r.IntN(25)) * 24 * time.Hour)
	}
	what, err := p.act()
	p.did = append(p.did, fmt.Sprintf("%s %s: %v", clock.Today(p.clock), what, err))
	if err == nil {
		p.taken[what]++
		return
	}
	if _, ok := problem.Of(err); !ok {
		p.t.Fatalf("%s failed: %v", what, err)
	}
}

func (p *player) act() (string, error) {
	ctx := p.actor()
	switch n := p.r.IntN(20); {
	case n < 4:
		a := branchlife.Ask{Person: p.person(), To: p.pick(p.city.branch, p.city.second, p.province.branch, p.outside, p.city.members, p.city.committee), NoPost: p.r.IntN(4) > 0}
		if p.r.IntN(5) == 0 {
			a.To, a.ToName = uuid.Nil, "外单位"+strconv.Itoa(p.r.IntN(3))
		}
		id, err := p.service.AskTransfer(ctx, a)
		if err == nil {
			p.transfers = append(p.transfers, id)
		}
		return "ask", err
	case n < 13 && len(p.transfers) > 0:
		return p.further(ctx)
	case n < 5:
		before := p.expired()
		err := p.service.Tick(system())
		if err == nil && p.expired() > before {
			p.taken["expired"]++
		}
		return "tick", err
	case n < 14:
		return "place", only(p.directory.PutMembership(system(), directory.Membership{Person: p.person(), Organisation: p.pick(p.city.members, p.city.members2, p.province.members), Post: directory.Participant, Valid: p.days()}))
	case n < 15:
		valid := p.days()
		if p.r.IntN(2) == 0 { // one that was over before
			valid.From = clock.Today(p.clock).AddDays(-900 + p.r.IntN(100))
			valid.To = valid.From.AddDays(1 + p.r.IntN(200))
		}
		return "relation", only(p.directory.PutMembership(system(), directory.Membership{Person: p.person(), Organisation: p.pick(p.city.branch, p.city.second, p.outside), Post: directory.Relation, Valid: valid}))
	case n < 17:
		m, ok := p.some()
		if !ok {
			return "nothing", nil
		}
		if p.r.IntN(2) == 0 {
			m.Valid.To, m.EndReason = p.day(), []directory.Reason{directory.TermEnded, directory.Resigned, directory.Deceased}[p.r.IntN(3)]
			return "end", only(p.directory.PutMembership(system(), m))
		}
		m.Valid, m.EndReason = p.days(), directory.NoReason
		return "correct", only(p.directory.PutMembership(system(), m))
	case n < 18:
		id, err := p.directory.PutTerm(organiser(p.city.committee), directory.Term{ID: p.term, Committee: p.city.committee, Number: 1, Valid: p.days()})
		if err == nil {
			p.term = id
		}
		return "term", err
	case len(p.temporary) == 0:
		return "set up", p.temporaryBranch(ctx)
	case p.r.IntN(4) > 0:
		return "prolong", p.service.Prolong(organiser(p.city.committee), p.pick(p.temporary...), 0, clock.Today(p.clock).AddDays(p.r.IntN(50)), "延期")
	}
	return "nothing", nil
}

// further takes a case one step on, mostly the next one that makes sense.
func (p *player) further(ctx context.Context) (string, error) {
	id := p.transfers[len(p.transfers)-1-p.r.IntN(min(2, len(p.transfers)))]
	issued := clock.Today(p.clock).AddDays(-p.r.IntN(4))
	in := branchlife.TransferInput{Letter: "介1", Reason: "材料", Issued: issued, Until: issued.AddDays(5 + p.r.IntN(90)), Day: clock.Today(p.clock).AddDays(-p.r.IntN(3))}
	action := []wf.Action{branchlife.Release, branchlife.Receive, branchlife.Withdraw, branchlife.Withdraw, branchlife.Refuse, branchlife.SendBack}[p.r.IntN(6)]
	if p.r.IntN(3) > 0 {
		x, err := p.service.Transfer(system(), id)
		if err != nil {
			return "read", err
		}
		if x.State == branchlife.Released {
			action = branchlife.Receive
		} else {
			action = branchlife.Release
		}
	}
	if p.r.IntN(2) == 0 { // somebody who can, so that enough is carried out
		ctx = as(uuid.Nil, authz.Grant{Role: authz.Organiser, Place: p.city.committee}, authz.Grant{Role: authz.Organiser, Place: p.province.committee})
	}
	return string(action), p.service.ActTransfer(ctx, id, action, in)
}

func (p *player) temporaryBranch(ctx context.Context) error {
	day := clock.Today(p.clock)
	id, err := p.service.SetUp(ctx, branchlife.SetUp{Name: "临时" + uuid.NewString()[:8], Approver: p.city.group, Purpose: branchlife.ForSession, From: day.AddDays(p.r.IntN(5) - 2), Last: day.AddDays(5 + p.r.IntN(30)),
		Officers: map[uuid.UUID]directory.Post{p.people[0]: directory.Secretary}, Members: slices.Clone(p.people[:2+p.r.IntN(3)])})
	if err == nil {
		p.temporary = append(p.temporary, id)
	}
	return err
}

// days is an interval around today, with or without an end.
func (p *player) days() clock.Interval {
	v := clock.Interval{From: p.day()}
	if p.r.IntN(2) == 0 {
		v.To = v.From.AddDays(p.r.IntN(50))
	}
	return v
}

func (p *player) expired() (n int) {
	p.must(p.db.Read(context.Background(), func(tx *db.Tx) (err error) {
		n, err = db.One(tx, db.ScanInt, `SELECT COUNT(*) FROM branchlife_transfer_step WHERE action = 'lapse'`)
		return err
	}))
	return n
}

// some is a present fact of one of the people.
func (p *player) some() (directory.Membership, bool) {
	var list []directory.Membership
	for _, f := range p.facts() {
		if f.Superseded.IsZero() {
			list = append(list, f.Membership)
		}
	}
	if len(list) == 0 {
		return directory.Membership{}, false
	}
	return list[p.r.IntN(len(list))], true
}

// facts reads everything that was ever recorded of the people, without asking the module under test.
func (p *player) facts() (out []fact) {
	in, args := db.List(p.people)
	p.must(p.db.Read(context.Background(), func(tx *db.Tx) (err error) {
		out, err = db.All(tx, func(r *db.Row) (f fact, err error) {
			err = r.Scan(&f.ID, &f.Person, &f.Organisation, &f.Post, &f.EndReason, &f.Valid.From, &f.Valid.To, &f.Recorded, &f.Superseded)
			f.text = fmt.Sprint(f.Person, f.Organisation, f.Post, f.EndReason, f.Valid, f.Recorded)
			return f, err
		}, `SELECT id, person_id, organisation_id, post, end_reason, valid_from, valid_to, recorded, superseded FROM membership WHERE person_id IN (`+in+`) ORDER BY person_id, id`, args...)
		return err
	}))
	return out
}

// look finds what contradicts itself; "" when nothing does.
func (p *player) look() string {
	list := p.facts()
	seen := 0
	var now []directory.Membership
	for _, f := range list {
		was, old := p.known[f.ID]
		if old {
			seen++
			if was != f.text {
				return "a fact was overwritten: " + was + " became " + f.text
			}
		}
		p.known[f.ID] = f.text
		if f.Superseded.IsZero() {
			now = append(now, f.Membership)
		}
	}
	if len(list) < len(p.known) {
		return fmt.Sprintf("%d facts of %d are gone", len(p.known)-len(list), len(p.known))
	}
	place := map[uuid.UUID]uuid.UUID{p.city.members: p.city.committee, p.city.members2: p.city.committee, p.province.members: p.province.committee}
	for i, a := range now {
		for _, b := range now[:i] {
			if a.Person != b.Person || !a.Valid.Overlaps(b.Valid) {
				continue
			}
			switch {
			case a.Post == directory.Relation && b.Post == directory.Relation:
				return fmt.Sprintf("two relations: %v %v and %v %v", a.Organisation, a.Valid, b.Organisation, b.Valid)
			case a.Post == b.Post && a.Organisation == b.Organisation:
				return fmt.Sprintf("%s twice: %v and %v", a.Post, a.Valid, b.Valid)
			case a.Post == directory.Participant && b.Post == directory.Participant && place[a.Organisation] != uuid.Nil && place[a.Organisation] == place[b.Organisation]:
				return fmt.Sprintf("placed in two members' branches: %v and %v", a.Valid, b.Valid)
			}
		}
	}
	return ""
}
