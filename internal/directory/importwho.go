package directory

import (
	"slices"

	"xieshang/internal/platform/authz"
	"xieshang/internal/platform/db"
	"xieshang/internal/platform/secret"

	"github.com/google/uuid"
)

// peopleFinder finds people by what a row may say of them.
type peopleFinder struct {
	byID                      map[uuid.UUID]*personFact
	byName, byPhone, byNumber map[string][]*personFact
	own                       map[uuid.UUID]bool // whom an organiser may change and be asked about; nil for everybody
}

func newPeopleFinder(list []personFact) *peopleFinder {
	f := &peopleFinder{byID: make(map[uuid.UUID]*personFact, len(list)), byName: make(map[string][]*personFact, len(list)), byPhone: make(map[string][]*personFact, len(list)), byNumber: make(map[string][]*personFact, len(list))}
	for i := range list {
		f.put(&list[i])
	}
	return f
}

func (f *peopleFinder) put(p *personFact) {
	f.byID[p.ID] = p
	f.byName[p.Name] = append(f.byName[p.Name], p)
	if p.phoneIndex != "" {
		f.byPhone[p.phoneIndex] = append(f.byPhone[p.phoneIndex], p)
	}
	if p.identityIndex != "" {
		f.byNumber[p.identityIndex] = append(f.byNumber[p.identityIndex], p)
	}
}

// add is put of somebody who is new in this file, and so belongs to whoever brings it.
func (f *peopleFinder) add(p *personFact) {
	f.put(p)
	if f.own != nil {
		f.own[p.ID] = true
	}
}

// mine tells whether rows may change a person.
func (f *peopleFinder) mine(u uuid.UUID) bool { return f.own == nil || f.own[u] }

// everybody reads the people, their memberships and affiliations as they are known now.
func (im *importer) everybody() error {
	list, err := allPeople(im.tx)
	if err != nil {
		return err
	}
	im.crew = newPeopleFinder(list)
	if im.orgs == nil {
		if _, _, err := im.finder(); err != nil {
			return err
		}
	}
	posts, err := readMemberships(im.tx, `WHERE superseded = 0 ORDER BY valid_from, id`)
	if err != nil {
		return err
	}
	im.posts, im.of = make(map[membershipKey][]Membership, len(posts)), make(map[uuid.UUID][]membershipKey, len(list))
	for _, m := range posts {
		im.keepPost(m)
	}
	parties, err := readAffiliations(im.tx, `WHERE superseded = 0 ORDER BY person_id, valid_from, id`)
	if err != nil {
		return err
	}
	im.parties = make(map[uuid.UUID][]Affiliation, len(parties))
	for _, a := range parties {
		im.parties[a.Person] = append(im.parties[a.Person], a)
	}
	if im.o.Committee == uuid.Nil {
		return nil
	}
	return im.ownPeople(posts)
}

func (im *importer) keepPost(m Membership) {
	if len(im.posts[m.key()]) == 0 {
		im.of[m.Person] = append(im.of[m.Person], m.key())
	}
	im.posts[m.key()] = append(im.posts[m.key()], m)
}

// ownPeople are those who have or had a post in the organiser's committee, and those without any post whom an import for this committee or the organiser brought.
func (im *importer) ownPeople(posts []Membership) error {
	im.crew.own = map[uuid.UUID]bool{}
	for _, m := range posts {
		if im.orgs.committee(m.Organisation) == im.o.Committee {
			im.crew.own[m.Person] = true
		}
	}
	account := authz.From(im.tx.Ctx()).Account.String()
	if im.o.account != "" {
		account = im.o.account
	}
	brought, err := db.All(im.tx, func(r *db.Row) (u uuid.UUID, err error) { err = r.Scan(id{&u}); return u, err },
		`SELECT p.person_id FROM person_fact p LEFT JOIN directory_import i ON i.id = p.import_id WHERE p.superseded = 0 AND (p.recorded_by = ? OR i.committee_id = ?)`, account, im.o.Committee)
	for _, u := range brought {
		if len(im.of[u]) == 0 {
			im.crew.own[u] = true
		}
	}
	return err
}

// find takes the strongest mark that a row has: identity number, telephone number with the name, then the name with the year of birth, then the name alone.
// An organiser finds people of other committees by their number only.
func (f *peopleFinder) find(name, numberIndex, phoneIndex string, birth int) []*personFact {
	if numberIndex != "" && len(f.byNumber[numberIndex]) > 0 {
		return f.byNumber[numberIndex]
	}
	fits := func(list []*personFact, ok func(*personFact) bool) []*personFact {
		var out []*personFact
		for _, p := range list {
			if ok(p) {
				out = append(out, p)
			}
		}
		return out
	}
	if phoneIndex != "" {
		if found := fits(f.byPhone[phoneIndex], func(p *personFact) bool { return p.Name == name }); len(found) > 0 {
			return found
		}
	}
	// Marks that are known and differ make another person of the same name.
	return fits(f.byName[name], func(p *personFact) bool {
		return f.mine(p.ID) && (birth == 0 || p.BirthYear == 0 || p.BirthYear == birth) && (numberIndex == "" || p.identityIndex == "") && (phoneIndex == "" || p.phoneIndex == "")
	})
}

// who finds the person that a row means; nil when nobody is known. organisation is where the row says that they have a post, nil when it says nothing of it.
// Several who fit are a question, unless it was answered.
func (im *importer) who(g given, organisation uuid.UUID, mayBeNew bool) (*personFact, error) {
	numberIndex, phoneIndex := g.sealed.identityIndex, g.sealed.phoneIndex
	if numberIndex == "" && g.card != "" {
		numberIndex = im.s.sealer.Index("identity", secret.Normal(g.card))
	}
	if phoneIndex == "" && g.phone != "" {
		phoneIndex = im.s.sealer.Index("phone", secret.NormalPhone(g.phone))
	}
	found := im.crew.find(g.name, numberIndex, phoneIndex, g.birth)
	if len(found) > 1 && organisation != uuid.Nil {
		found = im.narrow(found, organisation)
	}
	switch {
	case len(found) == 0:
		return nil, nil
	case len(found) == 1:
		if numberIndex != "" && found[0].identityIndex == numberIndex && g.name != "" && found[0].Name != g.name {
			return nil, im.numberIsFree(g, numberIndex, uuid.Nil)
		}
		return found[0], nil
	}
	switch answer := im.o.Answers[g.row.Line]; {
	case answer == NewPerson && mayBeNew:
		return nil, nil
	case answer != "":
		for _, p := range found {
			if p.ID.String() == answer {
				return p, nil
			}
		}
	}
	im.ask(g, found, mayBeNew)
	return nil, g.row.Err("name", "directory.err.ambiguous-person", "text", g.name)
}

// narrow keeps those of one name who have a post in the organisation, or else in its committee.
func (im *importer) narrow(found []*personFact, organisation uuid.UUID) []*personFact {
	committee := im.orgs.committee(organisation)
	for _, fits := range []func(uuid.UUID) bool{
		func(o uuid.UUID) bool { return o == organisation },
		func(o uuid.UUID) bool { return committee != uuid.Nil && im.orgs.committee(o) == committee },
	} {
		var fewer []*personFact
		for _, p := range found {
			if slices.ContainsFunc(im.of[p.ID], func(k membershipKey) bool { return fits(k.organisation) }) {
				fewer = append(fewer, p)
			}
		}
		if len(fewer) > 0 {
			return fewer
		}
	}
	return found
}

func (im *importer) ask(g given, found []*personFact, mayBeNew bool) {
	if len(im.out.Questions) >= maxQuestions {
		return
	}
	q := Question{Line: g.row.Line, Name: g.name, MayBeNew: mayBeNew}
	for _, p := range found[:min(len(found), 20)] {
		c := Candidate{Person: p.ID, BirthYear: p.BirthYear, Sex: p.Sex}
		c.Places = im.placesOf(p.ID)
		q.Candidates = append(q.Candidates, c)
	}
	im.out.Questions = append(im.out.Questions, q)
}

// placesOf are the committees where somebody has or had a post, each with a sector when there is one.
func (im *importer) placesOf(person uuid.UUID) []string {
	var order []string
	sectors := map[string]string{}
	for _, k := range im.of[person] {
		place := im.orgs.name(im.orgs.committee(k.organisation))
		if place == "" {
			place = im.orgs.name(k.organisation)
		}
		if _, known := sectors[place]; !known && place != "" {
			order, sectors[place] = append(order, place), ""
		}
		for _, m := range im.posts[k] {
			if m.Sector != "" {
				sectors[place] = " " + m.Sector
			}
		}
	}
	for i, place := range order {
		order[i] += sectors[place]
	}
	return order
}
