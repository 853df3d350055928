package directory

import (
	"slices"

	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/problem"

	"github.com/google/uuid"
)

// What must hold of all facts together is checked after they were written and before they are committed, so that pages, the API, imports and
// transfers cannot differ in it.

// checkOrganisations refuses a tree with a cycle, and an organisation below one of a kind that it cannot stand below. It looks at what was just recorded
// and at everything that is known.
func checkOrganisations(tx *db.Tx, recorded []Organisation) error {
	if len(recorded) == 0 {
		return nil
	}
	all, err := allOrganisations(tx)
	if err != nil {
		return err
	}
	facts := map[uuid.UUID][]Organisation{}
	for _, o := range all {
		facts[o.ID] = append(facts[o.ID], o)
	}
	for _, o := range recorded {
		if p := checkParent(facts, o); p != nil {
			return p
		}
	}
	return nil
}

// checkParent follows the parents of one fact upwards on its first day.
func checkParent(facts map[uuid.UUID][]Organisation, o Organisation) error {
	if o.Parent == uuid.Nil {
		if o.Kind.NeedsParent() {
			return problem.On("parent", "directory.err.needs-parent", "name", o.Name.ZH)
		}
		return nil
	}
	above := factOn(facts[o.Parent], o.Valid.From)
	if above == nil {
		return problem.On("parent", "directory.err.parent-unknown", "name", o.Name.ZH)
	}
	if !slices.Contains(o.Kind.Parents(), above.Kind) {
		return problem.On("parent", "directory.err.parent-kind", "name", o.Name.ZH, "parent", above.Name.ZH)
	}
	seen := map[uuid.UUID]bool{o.ID: true}
	for above != nil {
		if seen[above.ID] {
			return problem.On("parent", "directory.err.cycle", "name", o.Name.ZH)
		}
		seen[above.ID] = true
		above = factOn(facts[above.Parent], o.Valid.From)
	}
	return nil
}

// factOn is the fact of a day, or the first one when there is none yet: a child may be recorded with an earlier day than its parent.
func factOn(list []Organisation, day clock.Date) *Organisation {
	return at(list, organisationDays, day)
}

// checkMemberships refuses what contradicts itself about these people: the same post in the same place twice at one time, two Party relations or two
// places in members' branches of one committee at one time, a post that the organisation's kind does not have, a Party post of somebody who is
// not recorded as a CPC member on its first day.
func checkMemberships(tx *db.Tx, people []uuid.UUID) error {
	if len(people) == 0 {
		return nil
	}
	kinds, err := kindsOf(tx)
	if err != nil {
		return err
	}
	if len(people) > 2000 { // one pass over everything is faster than asking for so many, above all where the planner has no statistics of a table that was just filled
		list, err := readMemberships(tx, `WHERE superseded = 0 ORDER BY person_id, valid_from, id`)
		if err != nil {
			return err
		}
		parties, err := readAffiliations(tx, `WHERE superseded = 0 AND party = 'cpc' ORDER BY person_id, valid_from, id`)
		if err != nil {
			return err
		}
		return checkEverybody(kinds, people, list, parties)
	}
	for chunk := range slices.Chunk(people, 500) {
		in, args := db.List(chunk)
		list, err := readMemberships(tx, `WHERE superseded = 0 AND person_id IN (`+in+`) ORDER BY person_id, valid_from, id`, args...)
		if err != nil {
			return err
		}
		parties, err := readAffiliations(tx, `WHERE superseded = 0 AND party = 'cpc' AND person_id IN (`+in+`) ORDER BY person_id, valid_from, id`, args...)
		if err != nil {
			return err
		}
		if err := checkKnown(kinds, list, parties); err != nil {
			return err
		}
	}
	return nil
}

// checkEverybody is checkKnown for lists of any length, sorted by person, in which others than those asked for may be.
func checkEverybody(kinds map[uuid.UUID]stand, people []uuid.UUID, list []Membership, parties []Affiliation) error {
	asked := make(map[uuid.UUID]bool, len(people))
	for _, u := range people {
		asked[u] = true
	}
	of := make(map[uuid.UUID][]Affiliation, len(parties))
	for _, a := range parties {
		of[a.Person] = append(of[a.Person], a)
	}
	for first := 0; first < len(list); {
		last := first + 1
		for last < len(list) && list[last].Person == list[first].Person {
			last++
		}
		if who := list[first].Person; asked[who] {
			if err := checkKnown(kinds, list[first:last], of[who]); err != nil {
				return err
			}
		}
		first = last
	}
	return nil
}

// place of an organisation for the rules: its kind and the committee above it.
type stand struct {
	kind      Kind
	committee uuid.UUID
}

func kindsOf(tx *db.Tx) (map[uuid.UUID]stand, error) {
	all, err := allOrganisations(tx)
	if err != nil {
		return nil, err
	}
	last := map[uuid.UUID]Organisation{}
	for _, o := range all {
		last[o.ID] = o
	}
	out := make(map[uuid.UUID]stand, len(last))
	for u, o := range last {
		at := stand{kind: o.Kind}
		for n := 0; n < 20; n++ {
			if o.Kind == Committee {
				at.committee = o.ID
				break
			}
			next, ok := last[o.Parent]
			if !ok {
				break
			}
			o = next
		}
		out[u] = at
	}
	return out, nil
}

// checkKnown looks at the memberships of some people, sorted by person.
func checkKnown(kinds map[uuid.UUID]stand, list []Membership, parties []Affiliation) error {
	if found := contradictions(kinds, list, parties); len(found) > 0 {
		why := found[0].why
		return problem.On(why.Name, why.Key, why.Args...)
	}
	return nil
}

// contradiction is a membership that breaks a rule, by itself or with another one.
type contradiction struct {
	at, other Membership
	why       problem.Field
}

func contradictions(kinds map[uuid.UUID]stand, list []Membership, parties []Affiliation) (out []contradiction) {
	for i, m := range list {
		found := func(other Membership, column, key string) {
			out = append(out, contradiction{at: m, other: other, why: problem.Field{Name: column, Key: key}})
		}
		k, ok := kinds[m.Organisation]
		if !ok {
			found(Membership{}, "organisation", "directory.err.organisation")
			continue
		}
		if !slices.Contains(k.kind.Posts(), m.Post) {
			found(Membership{}, "post", "directory.err.post-here")
		}
		if k.kind.IsParty() && !slices.ContainsFunc(parties, func(a Affiliation) bool { return a.Person == m.Person && a.Valid.Contains(m.Valid.From) }) {
			found(Membership{}, "organisation", "directory.err.not-cpc")
		}
		for j := i - 1; j >= 0 && list[j].Person == m.Person; j-- {
			o := list[j]
			if !o.Valid.Overlaps(m.Valid) {
				continue
			}
			switch same := kinds[o.Organisation]; {
			case o.key() == m.key():
				found(o, "from", "directory.err.overlap")
			case m.Post == Relation && o.Post == Relation:
				found(o, "from", "directory.err.two-relations")
			case m.Post == Participant && o.Post == Participant && k.kind == MembersBranch && same.kind == MembersBranch && k.committee == same.committee:
				found(o, "from", "directory.err.two-branches")
			}
		}
	}
	return out
}

// checkNumbers refuses an identity number that two people have.
func checkNumbers(tx *db.Tx) error {
	twice, err := db.All(tx, db.ScanString, `SELECT identity_index FROM person_fact WHERE superseded = 0 AND identity_index <> '' GROUP BY identity_index HAVING COUNT(*) > 1 LIMIT 1`)
	if err == nil && len(twice) > 0 {
		err = problem.On("identity", "directory.err.identity-taken")
	}
	return err
}
