package demo

import (
	"context"
	"math/rand/v2"
	"slices"

	"xieshang/internal/demo/content"
	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"
	"xieshang/internal/platform/i18n"

	"github.com/google/uuid"
)

// house builds what stands below one committee: terms, sectors, special committees with their people, and the Party's two lines.
type house struct {
	p         *province
	b, later  *directory.Batch // later: what happened after the day on which the demo begins to be recorded
	d         content.Division
	name      content.Committee
	committee uuid.UUID
	level     directory.Level
	r         *rand.Rand
	seats     []*seat
	specials  []*directory.Organisation
	today     clock.Date
}

// assembly records everything below the committees in two batches: what stood when the recording begins, and what came in the months after it, so that
// what was known then differs from what is known now.
func (p *province) assembly(ctx context.Context) error {
	snap, err := p.Directory.Snapshot(ctx)
	if err != nil {
		return err
	}
	b, later := &directory.Batch{}, &directory.Batch{}
	names := content.Committees()
	for i, d := range p.places {
		k := p.committees[d.Code]
		h := house{p: p, b: b, later: later, d: d, name: names[i], committee: k, level: level(d.Level), r: p.random("house/" + d.Code), seats: p.seats[k],
			specials: snap.Under(k, directory.SpecialCommittee), today: clock.DateOf(p.Now)}
		h.build()
	}
	if err := p.Directory.Record(ctx, b); err != nil {
		return err
	}
	p.both(later)
	p.Clock.Set(p.Now.AddDate(0, 0, -20))
	if err := p.Directory.Record(ctx, later); err != nil {
		return err
	}
	if err := p.granted(ctx); err != nil {
		return err
	}
	return p.mended(ctx)
}

// both makes a few members of the province members of a city's committee too: they count in each, and share a place with others there.
func (p *province) both(b *directory.Batch) {
	var cities []content.Division
	for _, d := range p.places {
		if d.Level == content.City {
			cities = append(cities, d)
		}
	}
	for i, s := range p.seats[p.committees["430000"]] {
		if s.login == "" && i > 6 && i%5 == 0 {
			d := cities[i%3]
			b.Memberships = append(b.Memberships, directory.Membership{Person: s.id, Organisation: p.committees[d.Code], Post: directory.MemberPost, Sector: p.sectors[s.Sector], StartReason: directory.Elected,
				Valid: clock.Interval{From: clock.Of(2023, 1, 20)}})
		}
	}
}

// granted lets those above see the names of one district for coverage, and of no other: the leader's way down shows both.
func (p *province) granted(ctx context.Context) error {
	for _, above := range []string{"430000", "430100"} {
		if _, err := p.Directory.GrantNames(ctx, directory.NameGrant{Committee: p.committees["430102"], Reader: p.committees[above], Subject: directory.CoverageSubject,
			Valid: clock.Interval{From: clock.DateOf(p.Now).AddMonths(-2)}}); err != nil {
			return err
		}
	}
	return nil
}

func (h *house) build() {
	for _, t := range termsOf(h.d) {
		t.Committee = h.committee
		h.b.Terms = append(h.b.Terms, t)
	}
	sectors := map[string]bool{}
	for _, s := range h.seats {
		sectors[s.Sector] = true
	}
	for _, x := range content.Sectors() {
		if sectors[x.Key] {
			h.organisation(directory.Sector, x.Zh, x.En, h.committee, founded)
		}
	}
	h.affiliations()
	h.offices()
	h.committees()
	h.party()
}

// organisation adds one below another and returns its ID.
func (h *house) organisation(kind directory.Kind, zh, en string, parent uuid.UUID, from clock.Date) uuid.UUID {
	id := newID()
	h.b.Organisations = append(h.b.Organisations, directory.Organisation{ID: id, Kind: kind, Name: i18n.Name{ZH: zh, EN: en}, Level: h.level, Division: h.p.divisions[h.d.Code],
		Parent: parent, Valid: clock.Interval{From: from}})
	return id
}

// own adds a body of the committee, named after it.
func (h *house) own(kind directory.Kind, zh, en string, parent uuid.UUID, from clock.Date) uuid.UUID {
	return h.organisation(kind, h.name.Short+zh, en+", "+h.name.En, parent, from)
}

// post gives somebody a post from a day on. What begins after the first recording is known only later.
func (h *house) post(person, organisation uuid.UUID, post directory.Post, from clock.Date) {
	b := h.b
	if from.After(h.today.AddMonths(-15)) {
		b = h.later
	}
	b.Memberships = append(b.Memberships, directory.Membership{Person: person, Organisation: organisation, Post: post, Valid: clock.Interval{From: from}})
}

// parties gives the democratic party that a sector stands for.
var parties = map[string]directory.Party{"rcckmt": directory.Minge, "cdl": directory.Minmeng, "cndca": directory.Minjian, "capd": directory.Minjin, "cpwdp": directory.Nonggong,
	"zhigong": directory.Zhigong, "jiusan": directory.Jiusan, "tsdl": directory.Taimeng, "nonparty": directory.NoParty}

// affiliations says what everybody is politically: about two in five CPC members; some of two parties, and of some it is not known.
func (h *house) affiliations() {
	others := []directory.Party{directory.Minge, directory.Minmeng, directory.Minjian, directory.Minjin, directory.Nonggong, directory.Jiusan}
	for i, s := range h.seats {
		roll := h.r.IntN(100)
		switch other, of := parties[s.Sector]; {
		case s.login != "" && !of:
			s.party = []directory.Party{directory.CPC}
		case s.Sector == "cpc" || s.Office == content.Chair || s.Office == content.SecretaryGeneral || h.level != directory.County && (i == 1 || i == 2):
			s.party = []directory.Party{directory.CPC}
		case of && s.login == "" && roll < 6:
			s.party = []directory.Party{other, directory.CPC}
			if other == directory.NoParty {
				s.party = s.party[:1]
			}
		case of:
			s.party = []directory.Party{other}
		case s.Sector == "hongkong" || s.Sector == "macao":
			s.party = []directory.Party{directory.NoParty}
		case roll < 28:
			s.party = []directory.Party{directory.CPC}
		case roll < 33: // not known
		case roll < 52:
			s.party = []directory.Party{others[h.r.IntN(len(others))]}
		default:
			s.party = []directory.Party{directory.NoParty}
		}
		joined := clock.Of(min(s.BirthYear+20+h.r.IntN(9), 2018), 7, 1+h.r.IntN(20))
		for _, x := range s.party {
			h.b.Affiliations = append(h.b.Affiliations, directory.Affiliation{Person: s.id, Party: x, Valid: clock.Interval{From: joined}})
			if x == directory.CPC {
				s.cpc = joined
			}
		}
	}
}

// offices gives the committee its chair, deputy chairs, secretary-general and standing members, and the province its National Committee members.
func (h *house) offices() {
	posts := map[content.Office]directory.Post{content.Chair: directory.Chair, content.ViceChair: directory.ViceChair, content.SecretaryGeneral: directory.SecretaryGeneral, content.Standing: directory.StandingMember}
	for i, s := range h.seats {
		post, ok := posts[s.Office]
		if !ok {
			continue
		}
		m := directory.Membership{Person: s.id, Organisation: h.committee, Post: post, StartReason: directory.Elected, Valid: clock.Interval{From: s.from}}
		switch i {
		case 1:
			m.Service = directory.Resident
		case 2:
			m.Service = directory.FullTime
		}
		h.b.Memberships = append(h.b.Memberships, m)
	}
	if h.level != directory.Province {
		return
	}
	for _, s := range h.seats[len(h.seats)-8 : len(h.seats)-2] {
		h.post(s.id, h.committee, directory.NationalMember, clock.Of(2023, 3, 4))
	}
}

// committees fills the special committees and the sectors' conveners.
func (h *house) committees() {
	keys := h.p.specials
	for i, o := range h.specials {
		n := 0
		for _, s := range h.seats {
			if s.Special != keys[i].Key || s.Office == content.Chair {
				continue
			}
			post := directory.MemberPost
			switch n++; {
			case n == 1:
				post = directory.Director
			case n == 2:
				post = directory.ViceDirector
			}
			h.post(s.id, o.ID, post, s.from)
		}
	}
	led := map[string]bool{}
	for i := range h.b.Organisations {
		o := &h.b.Organisations[i]
		if o.Kind != directory.Sector || o.Parent != h.committee {
			continue
		}
		for _, s := range h.seats {
			if !led[o.Name.ZH] && h.p.sectors[s.Sector] == o.Name.ZH {
				led[o.Name.ZH] = true
				h.post(s.id, o.ID, directory.Convener, s.from)
			}
		}
	}
}

// cpc lists the CPC members of the committee.
func (h *house) cpc() []*seat {
	return slices.DeleteFunc(slices.Clone(h.seats), func(s *seat) bool { return s.cpc.IsZero() })
}

// mended corrects what was recorded wrongly at first, so that the trace of a correction can be seen: a convener began a month later.
func (p *province) mended(ctx context.Context) error {
	list, err := p.Directory.Roster(ctx, directory.RosterQuery{Organisations: []uuid.UUID{p.committees["430100"]}, Posts: []directory.Post{directory.StandingMember}})
	if err != nil || len(list) == 0 {
		return err
	}
	m := list[0].Membership
	m.Valid.From, m.Note = m.Valid.From.AddMonths(1), "按任职文件更正任职日期"
	_, err = p.Directory.PutMembership(ctx, m)
	return err
}
