package directorytest

import (
	"fmt"

	"xieshang/internal/directory"
	"xieshang/internal/platform/clock"

	"github.com/google/uuid"
)

// people makes everybody and their memberships: about one in fifteen works in the office or a department, the others are members for one or two terms.
func (g *generator) people() {
	weight := func(a *assembly) int {
		return map[directory.Level]int{directory.Province: 900, directory.City: 450, directory.County: 265}[a.level]
	}
	total, sum, done := g.n(People, 1), 0, 0
	for i := range g.committees {
		sum += weight(&g.committees[i])
	}
	passed := 0
	var former []func()
	for i := range g.committees {
		a := &g.committees[i]
		passed += weight(a)
		upTo := total * passed / sum
		former = append(former, g.assembly(a, upTo-done)...)
		done = upTo
	}
	// Memberships that a committee may have or not fill up what is asked for.
	want := g.n(Memberships, 1)
	g.r.Shuffle(len(former), func(i, k int) { former[i], former[k] = former[k], former[i] })
	for _, add := range former {
		if len(g.b.Memberships) >= want {
			break
		}
		add()
	}
	g.b.Memberships = g.b.Memberships[:min(want, len(g.b.Memberships))]
}

type somebody struct {
	id  uuid.UUID
	cpc bool
}

func pick[T any](g *generator, list []T) T { return list[g.r.IntN(len(list))] }

func (g *generator) person(a *assembly, cpc bool) somebody {
	i := g.persons
	g.persons++
	birth := clock.Of(1948, 1, 1).AddDays(g.r.IntN(45 * 365))
	number := fmt.Sprintf("%s%04d%02d%02d%03d", a.code, birth.Year, int(birth.Month), birth.Day, i%1000)
	sum := 0
	for k, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} { // GB 11643
		sum += int(number[k]-'0') * w
	}
	number += string("10X98765432"[sum%11])
	sex := "f"
	if i%2 == 1 {
		sex = "m"
	}
	p := directory.PersonRow{Person: directory.Person{ID: g.id(), Name: string([]rune{pick(g, surnames), pick(g, firsts), pick(g, seconds)}), Sex: sex, BirthYear: birth.Year},
		Phone: fmt.Sprintf("199%08d", i), Identity: number}
	g.b.People = append(g.b.People, p)
	party := func(x directory.Party, from clock.Date, probationary bool) {
		g.b.Affiliations = append(g.b.Affiliations, directory.Affiliation{ID: g.id(), Person: p.ID, Party: x, Probationary: probationary, Valid: clock.Interval{From: from}})
	}
	others := directory.Parties()[1:]
	switch {
	case cpc:
		party(directory.CPC, clock.Of(1990+g.r.IntN(18), 7, 1), false)
	case i%5 == 0:
		party(others[g.r.IntN(8)], clock.Of(1995+g.r.IntN(20), 5, 1), false)
	default:
		party(directory.NoParty, clock.Of(2000, 1, 1), false)
	}
	if cpc && i%97 == 0 {
		party(others[g.r.IntN(8)], clock.Of(2001, 5, 1), false)
	}
	return somebody{p.ID, cpc}
}

func (g *generator) joins(who somebody, where uuid.UUID, p directory.Post, v clock.Interval) *directory.Membership {
	m := directory.Membership{ID: g.id(), Person: who.id, Organisation: where, Post: p, Valid: v}
	if !v.To.IsZero() {
		m.EndReason = directory.TermEnded
	}
	g.b.Memberships = append(g.b.Memberships, m)
	return &g.b.Memberships[len(g.b.Memberships)-1]
}

// assembly makes the people of one committee and gives back memberships that may be added.
func (g *generator) assembly(a *assembly, n int) (more []func()) {
	now := a.terms[terms-1]
	since := clock.Interval{From: clock.Of(2015, 3, 1)}
	staff := n / 15
	for i := range staff {
		p := g.person(a, i%3 < 2)
		switch {
		case i%4 == 3:
			g.joins(p, a.departments[i/4%len(a.departments)], directory.ClerkPost, since)
		default:
			g.joins(p, a.office, directory.StaffPost, since)
		}
		if p.cpc {
			b := a.branches[i%len(a.branches)]
			g.joins(p, b, directory.Relation, since)
			if k := i / len(a.branches); k < 4 {
				g.joins(p, b, []directory.Post{directory.Secretary, directory.BranchOfficer, directory.DeputySecretary, directory.BranchOfficer}[k], now)
			}
		}
	}
	pool := make([]somebody, n-staff)
	for i := range pool {
		pool[i] = g.person(a, i%5 < 2)
	}
	half, quarter := len(pool)/2, len(pool)/4
	for t, v := range a.terms {
		seats := pool[t*quarter : min(len(pool), t*quarter+half)]
		if t == terms-1 {
			seats = pool[t*quarter:]
			for !seats[0].cpc { // the chair heads the Party group, too
				seats = seats[1:]
			}
			more = append(more, g.present(a, seats)...)
		}
		for i, p := range seats {
			g.member(a, p, i, v)
			if i%3 == 0 && t < terms-1 {
				more = append(more, func() { g.joins(p, a.special[i%len(a.special)], directory.MemberPost, v) })
			}
		}
	}
	return more
}

// member is a seat for one term, sometimes taken later or left earlier.
func (g *generator) member(a *assembly, p somebody, i int, v clock.Interval) {
	start, end := directory.Elected, directory.NoReason
	if !v.To.IsZero() {
		end = directory.TermEnded
	}
	switch {
	case i%20 == 7:
		v.From, start = v.From.AddDays(400+g.r.IntN(300)), directory.CoOpted
	case leavesEarly(i):
		v.To = v.From.AddDays(500 + g.r.IntN(400))
		end = []directory.Reason{directory.Resigned, directory.TransferredOut, directory.Removed, directory.Deceased}[i/25%4]
	}
	m := g.joins(p, a.id, directory.MemberPost, v)
	m.Sector, m.StartReason, m.EndReason = a.sectors[i%len(a.sectors)], start, end
}

func leavesEarly(i int) bool { return i%25 == 11 && i%20 != 7 }

// present is what there is in the term that runs: offices, special committees and the Party's organisations.
func (g *generator) present(a *assembly, seats []somebody) (more []func()) {
	now := a.terms[terms-1]
	vices := map[directory.Level]int{directory.Province: 8, directory.City: 6, directory.County: 4}[a.level]
	relation := clock.Interval{From: clock.Of(2010, 6, 1)}
	officers := 0
	for i, p := range seats {
		if leavesEarly(i) {
			continue
		}
		switch {
		case i == 0:
			g.joins(p, a.id, directory.Chair, now)
			g.joins(p, a.group, directory.Secretary, now)
		case i <= vices:
			m := g.joins(p, a.id, directory.ViceChair, now)
			m.Service = []directory.Tenure{directory.FullTime, directory.Resident, directory.NoTenure}[i%3]
			if p.cpc {
				g.joins(p, a.group, directory.GroupMember, now)
			}
		case i == vices+1:
			g.joins(p, a.id, directory.SecretaryGeneral, now)
			if p.cpc {
				g.joins(p, a.officeGroup, directory.Secretary, now)
			}
		case i%6 == 0:
			g.joins(p, a.id, directory.StandingMember, now)
		case a.level == directory.Province && i%30 == 17:
			g.joins(p, a.id, directory.NationalMember, now)
		}
		if i%2 == 0 {
			post := directory.MemberPost
			if k := i / 2 / len(a.special); k < 3 {
				post = []directory.Post{directory.Director, directory.ViceDirector, directory.ViceDirector}[k]
			}
			g.joins(p, a.special[i/2%len(a.special)], post, now)
		} else {
			more = append(more, func() { g.joins(p, a.special[i/2%len(a.special)], directory.MemberPost, now) })
		}
		if !p.cpc {
			continue
		}
		// Nine in ten are placed in a members' branch; the others are what a coverage has to show.
		if i%10 != 1 {
			b := a.members[officers%len(a.members)]
			g.joins(p, b, directory.Participant, now)
			if k := officers / len(a.members); k < 3 {
				g.joins(p, b, []directory.Post{directory.Secretary, directory.DeputySecretary, directory.BranchOfficer}[k], now)
			} else if k == 3 {
				g.joins(p, a.subgroups[officers%len(a.subgroups)], directory.Secretary, now)
			}
			officers++
		}
		more = append(more, func() { g.joins(p, a.outside[0], directory.Relation, relation) })
	}
	for i, u := range a.studio {
		g.joins(seats[i%len(seats)], u, directory.Convener, now)
	}
	return more
}
